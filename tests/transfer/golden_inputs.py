# SPDX-License-Identifier: Apache-2.0
"""Models and pictures that the golden data of tests/transfer is made with; see make_golden.py."""
import gzip
import json
import pathlib
import struct

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE / "data"
PICTURES = DATA / "pictures"
SAMPLE = HERE.parent.parent / "resources" / "sample"
CLASSES = ["dot", "bar", "ring", "cross", "corner"]
SIDE = 12


class TinyConv(nn.Module):
    """Two convolutions with batch norm; the student."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, bias=False)
        self.norm1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 6, 3, stride=2)
        self.norm2 = nn.BatchNorm2d(6)
        self.head = nn.Linear(6, len(CLASSES))

    def body(self, x):
        x = F.relu(self.norm1(self.conv1(x)))
        x = F.relu(self.norm2(self.conv2(x)))
        return x.mean((2, 3))

    def forward(self, x):
        return self.head(self.body(x))


class TinyMlp(nn.Module):
    """One hidden layer; the teacher."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(SIDE * SIDE, 8)
        self.head = nn.Linear(8, len(CLASSES))

    def body(self, x):
        return torch.tanh(self.inner(x.flatten(1)))

    def forward(self, x):
        return self.head(self.body(x))


class Norms(nn.Module):
    """Batch norms of several momenta, one of them in no pass and one behind dropout, which draws random numbers."""

    def __init__(self):
        super().__init__()
        self.norm0 = nn.BatchNorm2d(1, momentum=None)
        self.conv = nn.Conv2d(1, 3, 3, stride=3)
        self.norm1 = nn.BatchNorm2d(3, momentum=0.003)
        self.norm2 = nn.BatchNorm1d(3, momentum=0.1)
        self.spare = nn.BatchNorm1d(3)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(3, len(CLASSES))

    def forward(self, x):
        x = torch.relu(self.norm1(self.conv(self.norm0(x))))
        return self.head(self.norm2(self.drop(x.mean((2, 3)))))


def picture(kind, random):
    """One noisy picture of a class, placed and lit at random, uint8 [SIDE, SIDE]."""
    canvas = np.zeros((SIDE, SIDE))
    row, column = random.integers(3, SIDE - 3, 2)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    distance = np.hypot(rows - row, columns - column)
    if kind == 0:
        canvas[distance < 2] = 1
    elif kind == 1:
        canvas[row] = 1
    elif kind == 2:
        canvas[(distance > 1.5) & (distance < 3)] = 1
    elif kind == 3:
        canvas[row], canvas[:, column] = 1, 1
    else:
        canvas[row:, column], canvas[row, column:] = 1, 1
    noisy = canvas * random.uniform(0.5, 1) + random.normal(0, 0.15, canvas.shape)
    return (noisy.clip(0, 1) * 255).astype(np.uint8)


def write_idx(name, array):
    header = struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    with open(PICTURES / name, "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
        packed.write(header + array.tobytes())


def read_idx(path):
    raw = gzip.decompress(path.read_bytes())
    axes = raw[3]
    shape = struct.unpack(f">{axes}I", raw[4:4 + 4 * axes])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * axes).reshape(shape)


def metadata(name, family):
    return {"name": name, "family": family, "source": "tests/transfer/make_golden.py", "classes": CLASSES,
            "input_size": [1, SIDE, SIDE], "mean": [0.2], "std": [0.3], "interpolation": "bilinear", "crop_pct": 1.0,
            "crop_mode": "center"}


def save(module, file, name, family):
    torch.jit.save(module, str(DATA / file), _extra_files={"gainfinder.json": json.dumps(metadata(name, family))})


def fit(model, images, labels, weights, steps):
    """A short training in which a class counts as much as its weight says, so that each model knows other classes."""
    optimiser = torch.optim.SGD(model.parameters(), 0.1, 0.9)
    loss = nn.CrossEntropyLoss(torch.tensor(weights))
    model.train()
    for _ in range(steps):
        optimiser.zero_grad()
        loss(model(images), labels).backward()
        optimiser.step()
    return model.eval()


def make_inputs():
    PICTURES.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(20240507)
    for split, each in (("train", 12), ("t10k", 8)):
        kinds = random.permutation(np.repeat(np.arange(len(CLASSES)), each))
        write_idx(f"{split}-images-idx3-ubyte.gz", np.stack([picture(k, random) for k in kinds]))
        write_idx(f"{split}-labels-idx1-ubyte.gz", kinds.astype(np.uint8))
    (PICTURES / "classes.txt").write_text("\n".join(CLASSES) + "\n")
    images, labels = prepared("train", [0.2], [0.3])
    torch.manual_seed(3)
    student = fit(TinyConv(), images, labels, [1.0, 1.0, 1.0, 0.02, 0.02], 60)
    teacher = fit(TinyMlp(), images, labels, [0.05, 0.05, 1.0, 1.0, 1.0], 60)
    save(torch.jit.script(student), "student.pt", "tiny-conv", "CNN")
    save(torch.jit.script(teacher), "teacher.pt", "tiny-mlp", "MLP")
    save(torch.jit.trace(student, images[:2]), "traced.pt", "tiny-traced", "CNN")


def make_more_inputs():
    images, labels = prepared("train", [0.2], [0.3])
    torch.manual_seed(4)
    second = fit(TinyMlp(), images, labels, [1.0, 1.0, 0.05, 1.0, 0.05], 60)
    save(torch.jit.script(second), "teacher2.pt", "tiny-mlp-2", "MLP")
    norms = Norms()
    with torch.no_grad():
        for norm in (norms.norm0, norms.norm1, norms.norm2, norms.spare):
            norm.running_mean.uniform_(-1, 1)
            norm.running_var.uniform_(0.5, 2)
            norm.num_batches_tracked.fill_(7)
    save(torch.jit.script(norms.eval()), "norms.pt", "tiny-norms", "CNN")


def prepared(split, mean, std):
    """Pictures as a model's input [N, 1, H, W] (they have its size already) and labels [N]."""
    pixels = torch.from_numpy(read_idx(PICTURES / f"{split}-images-idx3-ubyte.gz").copy())
    labels = torch.from_numpy(read_idx(PICTURES / f"{split}-labels-idx1-ubyte.gz").astype(np.int64))
    return (pixels[:, None].float() / 255 - mean[0]) / std[0], labels


def load(file):
    extra = {"gainfinder.json": ""}
    model = torch.jit.load(str(file), map_location="cpu", _extra_files=extra)
    return model, json.loads(extra["gainfinder.json"])


def write(name, content):
    """Nine significant digits hold a float32 exactly; a line per case keeps the file readable in a diff."""
    def short(value):
        if isinstance(value, float):
            return float(f"{value:.9g}")
        if isinstance(value, dict):
            return {key: short(each) for key, each in value.items()}
        return [short(each) for each in value] if isinstance(value, list) else value

    def lines(items):
        return "[\n" + ",\n".join(json.dumps(short(each)) for each in items) + "]"

    parts = [f"{json.dumps(key)}: {lines(each) if key == 'cases' else json.dumps(short(each))}"
             for key, each in content.items()]
    (DATA / name).write_text("{" + ",\n".join(parts) + "}\n")
