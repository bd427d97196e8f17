# SPDX-License-Identifier: Apache-2.0
"""The shelf's architectures: small enough to embed, all scriptable, all with timm's two-step forward.

forward_features(x [N, 1, 28, 28]) gives the last feature map or tokens; forward_head(features, pre_logits)
pools them to [N, D] and, unless pre_logits, gives logits [N, 10].
"""
from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import nn


class Staged(nn.Module):
    """forward = forward_head(forward_features(x)); the subclasses bring the two halves."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.forward_head(self.forward_features(x), False)


class ResidualBlock(nn.Module):
    def __init__(self, inner: int, outer: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inner, outer, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outer)
        self.conv2 = nn.Conv2d(outer, outer, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outer)
        if stride == 1 and inner == outer:
            self.shortcut = nn.Sequential()
        else:
            self.shortcut = nn.Sequential(nn.Conv2d(inner, outer, 1, stride, bias=False), nn.BatchNorm2d(outer))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(y)) + self.shortcut(x))


class SeparableBlock(nn.Module):
    """Depthwise 3x3, then pointwise 1x1, each with batch norm."""

    def __init__(self, inner: int, outer: int, stride: int):
        super().__init__()
        self.depthwise = nn.Conv2d(inner, inner, 3, stride, 1, groups=inner, bias=False)
        self.norm1 = nn.BatchNorm2d(inner)
        self.pointwise = nn.Conv2d(inner, outer, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outer)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu(self.norm1(self.depthwise(x)))
        return F.relu(self.norm2(self.pointwise(y)))


class PlainBlock(nn.Module):
    """One 3x3 convolution without any norm layer."""

    def __init__(self, inner: int, outer: int, stride: int):
        super().__init__()
        self.conv = nn.Conv2d(inner, outer, 3, stride, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.conv(x))


class ConvNet(Staged):
    """A strided stem, blocks of one kind, average pooling, dropout, one linear layer."""

    def __init__(self, block, stem: int, stages: List[Tuple[int, int]], drop: float, norm: bool):
        super().__init__()
        self.stem = nn.Conv2d(1, stem, 3, 2, 1, bias=not norm)
        self.stem_norm = nn.BatchNorm2d(stem) if norm else nn.Identity()
        blocks, width = [], stem
        for outer, stride in stages:
            blocks.append(block(width, outer, stride))
            width = outer
        self.blocks = nn.Sequential(*blocks)
        self.head_drop = nn.Dropout(drop)
        self.head = nn.Linear(width, 10)

    @torch.jit.export
    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        return self.blocks(F.relu(self.stem_norm(self.stem(x))))

    @torch.jit.export
    def forward_head(self, x: torch.Tensor, pre_logits: bool = False) -> torch.Tensor:
        pooled = x.mean((2, 3))
        return pooled if pre_logits else self.head(self.head_drop(pooled))


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        n, t, c = x.shape
        q, k, v = self.qkv(x).reshape(n, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        y = F.scaled_dot_product_attention(q, k, v)
        return self.proj(y.transpose(1, 2).reshape(n, t, c))


class FeedForward(nn.Module):
    def __init__(self, width: int, hidden: int, drop: float):
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.drop = nn.Dropout(drop)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc2(self.drop(F.gelu(self.fc1(x))))


class TransformerBlock(nn.Module):
    def __init__(self, width: int, heads: int, drop: float):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = FeedForward(width, 2 * width, drop)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class MixerBlock(nn.Module):
    def __init__(self, tokens: int, width: int, drop: float):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.across_tokens = FeedForward(tokens, 2 * tokens, drop)
        self.norm2 = nn.LayerNorm(width)
        self.across_channels = FeedForward(width, 2 * width, drop)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.across_tokens(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        return x + self.across_channels(self.norm2(x))


class PatchNet(Staged):
    """Patches to tokens, learned positions, transformer or mixer blocks, mean pooling, one linear layer."""

    def __init__(self, kind: str, patch: int, width: int, depth: int, drop: float, heads: int = 4):
        super().__init__()
        tokens = (28 // patch) ** 2
        self.embed = nn.Conv2d(1, width, patch, patch)
        self.position = nn.Parameter(0.02 * torch.randn(1, tokens, width))
        if kind == "vit":
            blocks = [TransformerBlock(width, heads, drop) for _ in range(depth)]
        else:
            blocks = [MixerBlock(tokens, width, drop) for _ in range(depth)]
        self.blocks = nn.Sequential(*blocks)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 10)

    @torch.jit.export
    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        tokens = self.embed(x).flatten(2).transpose(1, 2) + self.position
        return self.norm(self.blocks(tokens))

    @torch.jit.export
    def forward_head(self, x: torch.Tensor, pre_logits: bool = False) -> torch.Tensor:
        pooled = x.mean(1)
        return pooled if pre_logits else self.head(pooled)


class Mlp(Staged):
    """Fully connected layers with dropout on the flattened image."""

    def __init__(self, hidden: List[int], drop: float):
        super().__init__()
        layers, width = [nn.Flatten()], 28 * 28
        for outer in hidden:
            layers += [nn.Linear(width, outer), nn.ReLU(), nn.Dropout(drop)]
            width = outer
        self.layers = nn.Sequential(*layers)
        self.head = nn.Linear(width, 10)

    @torch.jit.export
    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)

    @torch.jit.export
    def forward_head(self, x: torch.Tensor, pre_logits: bool = False) -> torch.Tensor:
        return x if pre_logits else self.head(x)


BUILDERS = {
    "resnet": lambda: ConvNet(ResidualBlock, 16, [(24, 2), (48, 2)], 0.1, True),
    "conv": lambda: ConvNet(PlainBlock, 16, [(24, 2), (32, 1), (48, 2)], 0.2, False),
    "separable": lambda: ConvNet(SeparableBlock, 16, [(32, 2), (48, 1), (64, 2), (96, 1)], 0.1, True),
    "vit": lambda: PatchNet("vit", 7, 48, 3, 0.0),
    "mixer": lambda: PatchNet("mixer", 7, 56, 3, 0.05),
    "mlp": lambda: Mlp([64, 64], 0.1),
    "mlp-wide": lambda: Mlp([72], 0.2),
}
FAMILY = {"resnet": "CNN", "conv": "CNN", "separable": "CNN", "vit": "Trafo",
          "mixer": "MLP", "mlp": "MLP", "mlp-wide": "MLP"}


def build(architecture: str) -> nn.Module:
    """A freshly initialised model; the caller has seeded torch."""
    return BUILDERS[architecture]()
