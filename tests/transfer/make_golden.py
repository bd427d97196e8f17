# SPDX-License-Identifier: Apache-2.0
"""Golden data for tests/transfer, made by PyTorch in Python.

  make_golden.py inputs      two tiny models, one traced model, and an IDX folder of small pictures
  make_golden.py objectives  values, gradients and masks of every objective on fixed logits
  make_golden.py weights     the student after 20 full-batch steps of every method
  make_golden.py sample      logits of the shipped sample models on the first test pictures
  make_golden.py all         everything but the inputs, which are to stay as they are

Nothing here is shared with the C++ code: the objectives are written from their equations, the two
sums of the partition one by one, and the mirror's SplitMix64 is written anew.
"""
import argparse
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
METHODS = ["kl", "xe-kl", "kl-dp", "kl-dp-unsup"]


# Inputs ---------------------------------------------------------------------------------------------------------------

class TinyConv(nn.Module):
    """Two convolutions with batch norm; the student."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, bias=False)
        self.norm1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 6, 3, stride=2)
        self.norm2 = nn.BatchNorm2d(6)
        self.head = nn.Linear(6, len(CLASSES))

    def forward(self, x):
        x = F.relu(self.norm1(self.conv1(x)))
        x = F.relu(self.norm2(self.conv2(x)))
        return self.head(x.mean((2, 3)))


class TinyMlp(nn.Module):
    """One hidden layer; the teacher."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(SIDE * SIDE, 8)
        self.head = nn.Linear(8, len(CLASSES))

    def forward(self, x):
        return self.head(torch.tanh(self.inner(x.flatten(1))))


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


def prepared(split, mean, std):
    """Pictures as a model's input [N, 1, H, W] (they have its size already) and labels [N]."""
    pixels = torch.from_numpy(read_idx(PICTURES / f"{split}-images-idx3-ubyte.gz").copy())
    labels = torch.from_numpy(read_idx(PICTURES / f"{split}-labels-idx1-ubyte.gz").astype(np.int64))
    return (pixels[:, None].float() / 255 - mean[0]) / std[0], labels


# Objectives -----------------------------------------------------------------------------------------------------------

def row_kl(target, student, temperature, direction):
    """KL of each sample [B], without the T squared."""
    p, q = F.log_softmax(target / temperature, 1), F.log_softmax(student / temperature, 1)
    if direction == "student-target":
        p, q = q, p
    return F.kl_div(q, p, reduction="none", log_target=True).sum(1)


def teacher_is_target(method, teacher, frozen, labels):
    p, q = torch.softmax(teacher, 1), torch.softmax(frozen, 1)
    if method == "kl-dp":
        rows = torch.arange(len(labels))
        return p[rows, labels] > q[rows, labels]
    return p.max(1).values > q.max(1).values


def objective(options, student, teacher, frozen, labels):
    temperature, direction = options["temperature"], options["direction"]
    teacher, frozen = teacher.detach(), frozen.detach()
    to_teacher = row_kl(teacher, student, temperature, direction)
    if options["method"] in ("kl", "xe-kl"):
        total = to_teacher.sum()
    else:
        mask = teacher_is_target(options["method"], teacher, frozen, labels)
        to_frozen = row_kl(frozen, student, temperature, direction)
        total = to_teacher[mask].sum() + to_frozen[~mask].sum()
    kl = total / len(labels) * temperature ** 2
    weight = 1 if options["method"] == "kl" else options["lambda"]
    return kl if weight == 1 else weight * kl + (1 - weight) * F.cross_entropy(student, labels)


def fixed_logits():
    random = torch.Generator().manual_seed(11)
    student, teacher, frozen = (3 * torch.randn(8, 5, generator=random) for _ in range(3))
    labels = torch.tensor([0, 1, 2, 3, 4, 0, 2, 4])
    # Row 0: equally sure (exactly one half) with different answers beside it, a tie that shows where it goes.
    teacher[0] = torch.tensor([0., -200, 0, -200, -200])
    frozen[0] = torch.tensor([0., 0, -200, -200, -200])
    # Row 1: one and the same answer.
    teacher[1] = frozen[1]
    return student, teacher, frozen, labels


def make_objectives():
    student, teacher, frozen, labels = fixed_logits()
    weights = {"kl": [1.0], "xe-kl": [0.05, 0.5], "kl-dp": [1.0, 0.75], "kl-dp-unsup": [1.0, 0.75]}
    cases = []
    for method in METHODS:
        for direction in ("target-student", "student-target"):
            for temperature in (0.1, 1.0, 4.0, 10.0):
                for weight in weights[method]:
                    options = {"method": method, "temperature": temperature, "direction": direction}
                    if method != "kl":
                        options["lambda"] = weight
                    leaf = student.clone().requires_grad_()
                    value = objective(options, leaf, teacher, frozen, labels)
                    value.backward()
                    cases.append({"options": options, "value": value.item(), "gradient": leaf.grad.flatten().tolist()})
    masks = {m: teacher_is_target(m, teacher, frozen, labels).tolist() for m in METHODS[2:]}
    write("objectives.json", {"student": student.flatten().tolist(), "teacher": teacher.flatten().tolist(),
                              "frozen": frozen.flatten().tolist(), "labels": labels.tolist(), "masks": masks,
                              "cases": cases})


# Weights --------------------------------------------------------------------------------------------------------------

LOW = (1 << 64) - 1


def splitmix(value):
    value = (value + 0x9E3779B97F4A7C15) & LOW
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & LOW
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & LOW
    return value ^ (value >> 31)


def keyed(first, *rest):
    state = splitmix(first)
    for each in rest:
        state = splitmix(state ^ splitmix((each + 0x632BE59BD9B4E019) & LOW))
    return state


def mirrored(seed, count, epoch):
    return torch.tensor([keyed(seed, sample, epoch, 1) >> 63 for sample in range(count)], dtype=torch.bool)


def load(file):
    extra = {"gainfinder.json": ""}
    model = torch.jit.load(str(file), map_location="cpu", _extra_files=extra)
    return model, json.loads(extra["gainfinder.json"])


def view(images, flips):
    return torch.where(flips[:, None, None, None], images.flip(-1), images)


def twenty_steps(options, teacher_meta):
    """The student's state after 20 epochs of one step each, on the whole training split."""
    student, meta = load(DATA / "student.pt")
    frozen, teacher = load(DATA / "student.pt")[0].eval(), load(DATA / "teacher.pt")[0].eval()
    images, labels = prepared("train", meta["mean"], meta["std"])
    other, _ = prepared("train", teacher_meta.get("mean", meta["mean"]), teacher_meta.get("std", meta["std"]))
    optimiser = torch.optim.SGD(student.parameters(), options["lr"], options["momentum"],
                                weight_decay=options["weight-decay"])
    student.train()
    if options["freeze-bn"]:
        student.norm1.eval()
        student.norm2.eval()
    for epoch in range(options["epochs"]):
        flips = torch.zeros(len(labels), dtype=torch.bool)
        if options["augment"] == "flip":
            flips = mirrored(options["seed"], len(labels), epoch)
        seen = view(images, flips)
        with torch.no_grad():
            targets, own = teacher(view(other, flips)), frozen(seen)
        optimiser.zero_grad()
        objective(options, student(seen), targets, own, labels).backward()
        optimiser.step()
    return {name: tensor.flatten().tolist() for name, tensor in student.state_dict().items()}


def make_weights():
    settings = {"epochs": 20, "batch": 60, "lr": 0.05, "momentum": 0.9, "weight-decay": 1e-3, "temperature": 2.0,
                "direction": "target-student", "freeze-bn": False, "subset": "1", "seed": 7}
    defaults = {"kl": 1.0, "xe-kl": 0.5, "kl-dp": 1.0, "kl-dp-unsup": 1.0}
    cases = []
    for method in METHODS:
        plain = {**settings, "method": method, "lambda": defaults[method]}
        cases.append({"name": f"{method} plain", "options": {**plain, "augment": "none"}, "teacher_meta": {}})
        # The teacher prepares its input otherwise here, so that the two models read different tensors.
        cases.append({"name": f"{method} flip", "options": {**plain, "augment": "flip"},
                      "teacher_meta": {"mean": [0.25], "std": [0.35]}})
    cases.append({"name": "kl-dp with labels, other direction, frozen batch norm",
                  "options": {**settings, "method": "kl-dp", "lambda": 0.75, "augment": "flip", "freeze-bn": True,
                              "direction": "student-target"}, "teacher_meta": {}})
    for case in cases:
        case["tensors"] = twenty_steps(case["options"], case["teacher_meta"])
    write("weights.json", {"cases": cases})


# Sample ---------------------------------------------------------------------------------------------------------------

def make_sample(count=16):
    """Logits of every shipped model on the first pictures of the shipped slice, which have the models' size."""
    pixels = torch.from_numpy(read_idx(SAMPLE / "fashion-slice" / "t10k-images-idx3-ubyte.gz")[:count].copy())
    logits = {}
    for file in sorted((SAMPLE / "shelf").glob("*.pt")):
        model, meta = load(file)
        channels, height, width = meta["input_size"]
        assert (channels, height, width) == (1, *pixels.shape[1:]) and meta["crop_pct"] == 1, file
        inputs = (pixels[:, None].float() / 255 - meta["mean"][0]) / meta["std"][0]
        with torch.no_grad():
            logits[file.name] = model.eval()(inputs).flatten().tolist()
    write("sample_logits.json", {"samples": count, "logits": logits})


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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = {"inputs": make_inputs, "objectives": make_objectives, "weights": make_weights, "sample": make_sample}
    parser.add_argument("what", choices=[*steps, "all"])
    what = parser.parse_args().what
    torch.set_num_threads(1)
    for name in (["objectives", "weights", "sample"] if what == "all" else [what]):
        steps[name]()


if __name__ == "__main__":
    main()
