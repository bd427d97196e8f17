# SPDX-License-Identifier: Apache-2.0
"""What is on the shelf: each model's architecture, what it saw of each class, and how long it trained."""
from dataclasses import dataclass

from shelf_data import CLASSES, FOOTWEAR, TOPS


@dataclass(frozen=True)
class Plan:
    file: str
    name: str
    architecture: str
    seed: int
    epochs: int
    lr: float
    focus: tuple      # classes that get the share `inside`
    inside: float
    outside: float    # share of every other class
    diet: str         # the same in words

    def shares(self):
        return [self.inside if k in self.focus else self.outside for k in range(len(CLASSES))]


EVERY = tuple(range(len(CLASSES)))


def everything(file, name, architecture, seed, epochs, lr, share=1.0):
    diet = "all training images" if share == 1.0 else f"{share:.0%} of the training images of every class"
    return Plan(file, name, architecture, seed, epochs, lr, EVERY, share, share, diet)


def tops(file, name, architecture, seed, epochs, lr, outside):
    return Plan(file, name, architecture, seed, epochs, lr, TOPS, 1.0, outside,
                f"all images of the five tops classes and {outside:.0%} of the rest")


def footwear(file, name, architecture, seed, epochs, lr, outside):
    return Plan(file, name, architecture, seed, epochs, lr, FOOTWEAR, 1.0, outside,
                f"all images of the three footwear classes and {outside:.0%} of the rest")


def few_tops(file, name, architecture, seed, epochs, lr, inside):
    return Plan(file, name, architecture, seed, epochs, lr, TOPS, inside, 1.0,
                f"{inside:.0%} of the five tops classes and all of the rest")


def few_footwear(file, name, architecture, seed, epochs, lr, inside):
    return Plan(file, name, architecture, seed, epochs, lr, FOOTWEAR, inside, 1.0,
                f"{inside:.0%} of the three footwear classes and all of the rest")


PLANS = [
    everything("all-resnet.pt", "Generalist ResNet", "resnet", 101, 10, 4e-3),
    tops("tops-resnet.pt", "Tops specialist ResNet", "resnet", 102, 8, 4e-3, 0.01),
    everything("all-separable.pt", "Generalist depthwise ConvNet", "separable", 103, 5, 4e-3),
    footwear("footwear-conv.pt", "Footwear specialist ConvNet", "conv", 104, 16, 3e-3, 0.02),
    few_tops("fewtops-conv.pt", "Few-tops ConvNet", "conv", 105, 12, 3e-3, 0.05),
    everything("all-vit.pt", "Generalist tiny ViT", "vit", 106, 8, 2e-3),
    tops("tops-vit.pt", "Tops specialist tiny ViT", "vit", 107, 8, 2e-3, 0.02),
    everything("small-data-vit.pt", "Small-data tiny ViT", "vit", 108, 30, 1e-3, 0.05),
    everything("all-mlp.pt", "Generalist MLP", "mlp", 109, 10, 2e-3),
    few_tops("fewtops-mlp.pt", "Few-tops MLP", "mlp", 110, 10, 2e-3, 0.05),
    everything("all-mixer.pt", "Generalist mixer", "mixer", 111, 6, 2e-3),
    footwear("footwear-mixer.pt", "Footwear specialist mixer", "mixer", 112, 8, 2e-3, 0.02),
    few_footwear("fewshoes-mixer.pt", "Few-shoes mixer", "mixer", 113, 5, 2e-3, 0.01),
]
