#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes data/new_heads.json: what PyTorch answers for fixtures whose head was replaced by torch.nn.Linear's fresh one.
The modules are made anew here with the weights of data/*.pt, but for those that only this is about: counted.pt, square.pt
and prior.pt are made here. Run: python make_new_heads.py (PyTorch 2.11)."""
import json

import torch
from torch import nn

from make_fixtures import (OUT, ByHand, Cast, Cnn, Nested, OldLinear, Plain, Tied, Tiny, TwoHeads, metadata, save,
                           sequential)

SEED = 11


class Counted(nn.Module):
    """Its forward reads how many classes there are, as an attribute."""

    def __init__(self, classes: int = 3):
        super().__init__()
        self.num_classes = classes
        self.head = nn.Linear(36, classes)

    def forward(self, x):
        return self.head(x.flatten(1)).view(x.size(0), self.num_classes)


class Square(ByHand):
    """As many features as classes: its shape does not say which way round the weight stands."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(3, 3))

    def forward(self, x):
        return x.flatten(1)[:, :3] @ self.weight + self.bias


class Prior(nn.Module):
    """Adds a number for each class that is no part of the linear layer."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(36, 3)
        self.register_buffer("prior", torch.zeros(3))

    def forward(self, x):
        return self.head(x.flatten(1)) + self.prior


# How the module is made, its heads in the order in which they are drawn, and how a weight and a bias are put in.
MODELS = {"plain": (Plain, ["second"]), "scripted": (Tiny, ["head"]), "tied": (Tied, ["head"]), "nested": (Nested, ["head.fc"]),
          "two_heads": (TwoHeads, ["head", "head_dist"]), "cnn": (Cnn, ["head"]), "cnn_scaled": (lambda: Cnn(scale=2.5), ["head"]),
          "cast": (Cast, ["head"]), "sequential": (sequential, ["4"]), "by_hand": (ByHand, [""]), "old_linear": (OldLinear, [""]),
          "counted": (Counted, ["head"]), "square": (Square, [""])}


def replaced(name, classes):
    make, heads = MODELS[name]
    module = make().eval()
    module.load_state_dict(torch.jit.load(str(OUT / f"{name}.pt")).state_dict())
    torch.manual_seed(SEED)
    if name == "counted":
        module.num_classes = classes
    for head in heads:
        owner = module.get_submodule(head)
        weight = getattr(owner, "weight")
        across = isinstance(owner, ByHand)
        fresh = nn.Linear(weight.shape[0 if across else 1], classes)
        owner.weight = nn.Parameter(fresh.weight.detach().t().contiguous()) if across else fresh.weight
        owner.bias = fresh.bias
    return module


def main():
    golden = json.loads((OUT / "golden.json").read_text())
    inputs = torch.tensor(golden["inputs"]).reshape(golden["shape"])
    torch.set_num_threads(1)
    torch.manual_seed(2)
    for name, module in {"counted": Counted(), "square": Square(), "prior": Prior()}.items():
        save(torch.jit.script(module.eval()), f"{name}.pt", metadata(name=name, family="MLP"))
    result = {"seed": SEED, "models": {}}
    with torch.no_grad():
        for name in MODELS:
            result["models"][name] = {str(classes): replaced(name, classes)(inputs).tolist() for classes in (2, 5)}
    (OUT / "new_heads.json").write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
