# SPDX-License-Identifier: Apache-2.0
"""Students with habits that the engine has to cope with, for tests/transfer; made once.

  dropout.pt  draws random numbers while it trains
  hungry.pt   runs out of memory on more than four samples while it trains, as an accelerator would
  greedy.pt   runs out of memory on any number while it trains
  crowd.pt    answers by what else is in the batch, also in eval mode
  hidden.pt   has no linear layer: no penultimate features, no classifier head
"""
import torch
import torch.nn.functional as F
from torch import nn

from golden_inputs import CLASSES, SIDE, save


class WithDropout(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(SIDE * SIDE, 8)
        self.drop = nn.Dropout(0.3)
        self.head = nn.Linear(8, len(CLASSES))

    def forward(self, x):
        return self.head(self.drop(torch.tanh(self.inner(x.flatten(1)))))


class Hungry(nn.Module):
    def __init__(self, most: int):
        super().__init__()
        self.most = most
        self.inner = nn.Linear(SIDE * SIDE, 8)
        self.head = nn.Linear(8, len(CLASSES))

    def forward(self, x):
        if self.training and x.size(0) > self.most:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return self.head(torch.tanh(self.inner(x.flatten(1))))


class Crowd(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(SIDE * SIDE, len(CLASSES))

    def forward(self, x):
        logits = self.head(x.flatten(1))
        return logits - logits.mean(0)


class Hidden(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, len(CLASSES), SIDE)

    def forward(self, x):
        return F.relu(self.conv(x)).flatten(1)


if __name__ == "__main__":
    torch.manual_seed(8)
    for file, module in (("dropout.pt", WithDropout()), ("hungry.pt", Hungry(4)), ("greedy.pt", Hungry(0)),
                         ("hidden.pt", Hidden()), ("crowd.pt", Crowd())):
        save(torch.jit.script(module), file, "tiny-" + file[:-3], "MLP")
