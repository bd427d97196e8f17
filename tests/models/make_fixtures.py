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


class OwnHead(nn.Module):
    """timm's ClassifierHead: told pre_logits by a forward_head that branches on it, too."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 3)

    def forward(self, x, pre_logits: bool = False):
        x = self.norm(x).mean([2, 3])
        if pre_logits:
            return x
        return self.fc(x)


class TwoHeads(nn.Module):
    """Distilled models answer with the mean of two heads; their features are the mean of what both are given."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.head = nn.Linear(4, 3)
        self.head_dist = nn.Linear(4, 3)

    def forward_features(self, x):
        return torch.relu(self.norm(self.conv(x)))

    def forward_head(self, x, pre_logits: bool = False):
        a, b = x.mean([2, 3]), x.amax([2, 3])
        if pre_logits:
            return (a + b) / 2
        return (self.head(a) + self.head_dist(b)) / 2

    def forward(self, x):
        return self.forward_head(self.forward_features(x))


class Nested(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.head = OwnHead()

    def forward_features(self, x):
        return torch.relu(self.conv(x))

    def forward_head(self, x, pre_logits: bool = False):
        return self.head(x, pre_logits)

    def forward(self, x):
        return self.forward_head(self.forward_features(x))


class NestedTwice(Nested):
    """Both ways call the head, as timm's RegNet does; its steps then run twice, so it keeps no statistics."""

    def __init__(self):
        super().__init__()
        self.head.norm = nn.Identity()

    def forward_head(self, x, pre_logits: bool = False):
        return self.head(x, pre_logits=pre_logits) if pre_logits else self.head(x)


class Cnn(nn.Module):
    """None of timm's methods. The head comes after a branch on a setting, and dropout and a scale after the head."""

    def __init__(self, classes: int = 3, scale: float = 1.0, late_dropout: float = 0.0):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.first = nn.Linear(4, 5)
        self.head = nn.Linear(5, classes)
        self.drop = nn.Dropout(late_dropout)
        self.use_head = True
        self.scale = scale

    def forward(self, x):
        x = torch.relu(self.norm(self.conv(x))).mean([2, 3])
        x = torch.tanh(self.first(x))
        if self.use_head:
            x = self.head(x)
        if self.drop.p > 0.0:
            x = self.drop(x)
        return (x * self.scale).float()


class ByHand(nn.Module):
    """A linear layer written as a product and a sum, on an input that was dropped out."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(36, 3))
        self.bias = nn.Parameter(torch.randn(3))

    def forward(self, x):
        return torch.nn.functional.dropout(x.flatten(1), 0.25, self.training) @ self.weight + self.bias


class CastLinear(nn.Linear):
    """timm's Linear: weight and bias follow the type of what they are given."""

    def forward(self, x):
        return torch.nn.functional.linear(x, self.weight.to(dtype=x.dtype), self.bias.to(dtype=x.dtype))


class Cast(Cnn):
    def __init__(self):
        super().__init__()
        self.head = CastLinear(5, 3)


class OldLinear(nn.Module):
    """A linear layer as archives of PyTorch 1.x hold it: one of two forms, by the rank of the input."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(36, 4)
        self.weight = nn.Parameter(torch.randn(3, 4))
        self.bias = nn.Parameter(torch.randn(3))

    def forward(self, x):
        x = torch.tanh(self.first(x.flatten(1)))
        if x.dim() == 2:
            y = torch.addmm(self.bias, x, self.weight.t())
        else:
            y = x.matmul(self.weight.t())
            y += self.bias
        return y


class ConvHead(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.head = nn.Conv2d(4, 3, 1)

    def forward(self, x):
        return self.head(torch.relu(self.conv(x))).mean([2, 3])


class ConvAfterLinear(ConvHead):
    def __init__(self):
        super().__init__()
        self.gate = nn.Linear(4, 4)

    def forward(self, x):
        x = torch.relu(self.conv(x))
        x = x * torch.sigmoid(self.gate(x.mean([2, 3])))[:, :, None, None]
        return self.head(x).mean([2, 3])


class ByData(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(36, 4)
        self.one = nn.Linear(4, 3)
        self.other = nn.Linear(4, 3)

    def forward(self, x):
        x = torch.tanh(self.body(x.flatten(1)))
        if bool(x.sum() > 0):
            x = self.one(x)
        else:
            x = self.other(x)
        return x


class Tokens(nn.Module):
    """The head answers for every token; the first counts."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(6, 3)

    def forward(self, x):
        return self.head(x.squeeze(1))[:, 0]


class OutOfMemory(nn.Module):
    def forward(self, x):
        if x.size(0) > 2:
            raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return x.flatten(1)[:, :3]


class Fixed(nn.Module):
    """A class per place: pixel k of an image is its logit of class k."""

    def __init__(self, classes: int):
        super().__init__()
        self.weight = nn.Parameter(torch.eye(36)[:classes])

    def forward(self, x):
        return torch.nn.functional.linear(x.flatten(1), self.weight)


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


# Modules whose features PyTorch itself knows: how the module is made, the layer whose input they are (none: the module's
# own forward_head answers them), and how it is exported.
def sequential():
    return nn.Sequential(nn.Flatten(), nn.Linear(36, 4), nn.Tanh(), nn.Dropout(0.5), nn.Linear(4, 3))


FEATURE_MODELS = {
    "nested": (Nested, None, torch.jit.script),
    "nested_twice": (NestedTwice, None, torch.jit.script),
    "two_heads": (TwoHeads, None, torch.jit.script),
    "cnn": (Cnn, "head", torch.jit.script),
    "cnn_scaled": (lambda: Cnn(scale=2.5), "head", torch.jit.script),
    "cnn_dropout": (lambda: Cnn(late_dropout=0.5), "head", torch.jit.script),
    "cnn_traced": (Cnn, "head", lambda module: torch.jit.trace(module, torch.zeros(2, 1, 6, 6))),
    "cnn_frozen": (Cnn, "head", lambda module: torch.jit.freeze(torch.jit.script(module))),
    "cast": (Cast, "head", torch.jit.script),
    "sequential": (sequential, "4", torch.jit.script),
    "by_hand": (ByHand, None, torch.jit.script),
    "old_linear": (OldLinear, None, torch.jit.script),
}


def save_with_golden(name, inputs):
    make, layer, export = FEATURE_MODELS[name]
    torch.manual_seed(len(name))
    module = make().eval()
    with torch.no_grad():
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.running_mean.uniform_(-0.3, 0.3)
                part.running_var.uniform_(0.5, 1.5)
        seen = {}
        if layer:
            part = module.get_submodule(layer)
            hook = part.register_forward_hook(lambda _module, given, _answer: seen.update(features=given[0].clone()))
        logits = module(inputs)
        if layer:
            hook.remove()
        elif isinstance(module, ByHand):
            seen["features"] = inputs.flatten(1)
        elif isinstance(module, OldLinear):
            seen["features"] = torch.tanh(module.first(inputs.flatten(1)))
        else:
            seen["features"] = module.forward_head(module.forward_features(inputs), pre_logits=True)
    save(export(module), f"{name}.pt", metadata(name=name))
    golden = {"logits": logits.tolist(), "features": seen["features"].tolist()}
    norms = [(path, part) for path, part in module.named_modules() if isinstance(part, nn.BatchNorm2d)]
    if norms and export is torch.jit.script:
        with torch.no_grad():
            module.train()(inputs)
        golden["norm"] = norms[0][0]
        golden["running_mean_after"] = norms[0][1].running_mean.tolist()
    return golden


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
    for name, module in {"conv_head": ConvHead(), "conv_after_linear": ConvAfterLinear(), "by_data": ByData(),
                         "tokens": Tokens(), "out_of_memory": OutOfMemory()}.items():
        save(torch.jit.script(module.eval()), f"{name}.pt", metadata(name=name))
    save(torch.jit.script(Fixed(4).eval()), "fixed.pt",
         metadata(name="fixed", classes=["Star", "triangle", "Square", "circle"], wnids=[]))
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
    golden["models"] = {name: save_with_golden(name, inputs) for name in sorted(FEATURE_MODELS)}
    (OUT / "golden.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
