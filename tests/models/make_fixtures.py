#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes data/: tiny checkpoints of every kind that the tests of models/ and predictions/ open, and golden.json with what
PyTorch itself answers for them. Run: python make_fixtures.py (PyTorch 2.11)."""
import json, pathlib, warnings, zipfile

import torch
from torch import nn

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "data"
CLASSES = ["circle", "square", "star"]


class Tiny(nn.Module):
    """Convolution, batch norm and dropout, with the two methods that timm's models have."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(4, 3)

    def forward_features(self, x):
        return torch.relu(self.norm(self.conv(x)))

    def forward_head(self, x, pre_logits: bool = False):
        x = self.drop(x.mean([2, 3]))
        return x if pre_logits else self.head(x)

    def forward(self, x):
        return self.forward_head(self.forward_features(x))


class Plain(nn.Module):
    """No operation that depends on the mode."""

    def __init__(self, outputs: int = 3):
        super().__init__()
        self.first = nn.Linear(36, 4)
        self.second = nn.Linear(4, outputs)

    def forward(self, x):
        return self.second(torch.tanh(self.first(x.flatten(1))))


class Tied(nn.Module):
    """One weight under two names."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(36, 36)
        self.again = nn.Linear(36, 36)
        self.again.weight = self.first.weight
        self.head = nn.Linear(36, 3)

    def forward(self, x):
        return self.head(self.again(torch.tanh(self.first(x.flatten(1)))))


class Raises(nn.Module):
    def forward(self, x):
        if x.size(0) > 0:
            raise ValueError("this model never answers")
        return x


class Loops(nn.Module):
    def forward(self, x):
        while bool(x.size(0) > 0):
            x = x + 1
        return x


class Huge(nn.Module):
    """Takes memory piece by piece and keeps it."""

    def forward(self, x):
        kept = [x]
        while bool(x.size(0) > 0):
            kept.append(torch.ones([1 << 22]))
        return kept[0]


class HugeAtOnce(nn.Module):
    def forward(self, x):
        return torch.zeros([1 << 40]).view(-1, 3)


class Crashes(nn.Module):
    """Reads far outside its memory through an operation that does not check its arguments."""

    def forward(self, x):
        return torch.ops.aten._reshape_alias(x, [2, 3], [1 << 44, 1 << 43]) + 1


class Pair(nn.Module):
    def forward(self, x):
        return x, x


class Integers(nn.Module):
    def forward(self, x):
        return torch.zeros([x.size(0), 3], dtype=torch.long)


class Prints(nn.Module):
    """Tries to speak in the inspecting process's name."""

    def __init__(self):
        super().__init__()
        self.inner = Plain()

    def forward(self, x):
        print('{"path":"x","readable":true}')
        return self.inner(x)


def metadata(**changes):
    record = {"name": "tiny", "family": "CNN", "source": "fixture", "classes": CLASSES, "input_size": [1, 6, 6],
              "mean": [0.5], "std": [0.25], "interpolation": "bilinear", "crop_pct": 1.0, "crop_mode": "center",
              "wnids": ["n01", "n02", "n03"], "reference_accuracy": {"data": "shapes", "value": 0.5}, "licence": "Apache-2.0"}
    record.update(changes)
    return {"gainfinder.json": json.dumps(record)}


def without_paths(path, drop_debug=False):
    """Rewrites an archive: paths of the machine that made it (in the debug records) become blanks of equal length."""
    with zipfile.ZipFile(path) as archive:
        entries = [(info, archive.read(info)) for info in archive.infolist()]
    folders = [str(pathlib.Path(torch.__file__).parent.parent), str(HERE)]
    with zipfile.ZipFile(path, "w") as archive:
        for info, data in entries:
            if drop_debug and info.filename.endswith(".debug_pkl"):
                continue
            for folder in folders:
                data = data.replace(folder.encode(), b"~" * len(folder))
            fresh = zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
            fresh.compress_type = info.compress_type
            archive.writestr(fresh, data)


def save(module, name, extra=None, drop_debug=False):
    torch.jit.save(module, str(OUT / name), _extra_files=extra or {})
    without_paths(OUT / name, drop_debug)


def main():
    OUT.mkdir(exist_ok=True)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    tiny = Tiny()
    with torch.no_grad():  # running statistics that differ from a batch's own
        tiny.norm.running_mean.copy_(torch.tensor([0.1, -0.2, 0.3, 0.0]))
        tiny.norm.running_var.copy_(torch.tensor([0.5, 1.5, 0.8, 1.2]))
        tiny.norm.weight.copy_(torch.tensor([1.0, 0.7, 1.3, 0.9]))
        tiny.norm.bias.copy_(torch.tensor([0.0, 0.2, -0.1, 0.05]))
    tiny.eval()
    plain = Plain().eval()
    example = torch.zeros(2, 1, 6, 6)
    scripted = torch.jit.script(tiny)
    save(scripted, "scripted.pt", metadata())
    save(scripted, "scripted_without_debug.pt", metadata(), drop_debug=True)
    save(torch.jit.script(plain), "no_metadata.pt")
    save(torch.jit.script(plain), "plain.pt", metadata(name="plain", family="MLP"))
    save(torch.jit.script(Tied().eval()), "tied.pt", metadata(name="tied", family="MLP"))
    save(torch.jit.trace(tiny, example), "traced.pt", metadata(name="traced"))
    save(torch.jit.trace(tiny, example), "traced_without_debug.pt", metadata(name="traced"), drop_debug=True)
    save(torch.jit.trace(plain, example), "traced_plain.pt", metadata(name="traced-plain"))
    save(torch.jit.freeze(torch.jit.script(tiny)), "frozen.pt", metadata(name="frozen"))
    save(torch.jit.script(Plain(5).eval()), "wrong_count.pt", metadata(name="wrong-count"))
    save(torch.jit.script(plain), "bad_metadata.pt", metadata(std=[0.0]))
    for name, module in {"raises": Raises(), "loops": Loops(), "huge": Huge(), "huge_at_once": HugeAtOnce(),
                         "crashes": Crashes(), "pair": Pair(), "integers": Integers(), "prints": Prints()}.items():
        save(torch.jit.script(module.eval()), f"{name}.pt", metadata(name=name))
    torch.save(plain.state_dict(), OUT / "state_dict.pt")
    torch.save(plain.state_dict(), OUT / "legacy.pt", _use_new_zipfile_serialization=False)

    inputs = torch.randn(10, 1, 6, 6)
    with torch.no_grad():
        golden = {"inputs": inputs.flatten().tolist(), "shape": list(inputs.shape),
                  "scripted": tiny(inputs).tolist(), "features": tiny.forward_features(inputs).mean([2, 3]).tolist(),
                  "plain": plain(inputs).tolist()}
        tiny.train()
        tiny(inputs)
        golden["running_mean_after"] = tiny.norm.running_mean.tolist()
    (OUT / "golden.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
