# SPDX-License-Identifier: Apache-2.0
"""Golden data for tests/transfer, made by PyTorch in Python.

  make_golden.py inputs      two tiny models, one traced model, and an IDX folder of small pictures
  make_golden.py more-inputs a second teacher, and a model with batch norms of several momenta
  make_golden.py objectives  values, gradients and masks of every objective on fixed logits
  make_golden.py parallel    the same for three teachers at once, with ties between them
  make_golden.py features    values and gradients of CD on fixed features
  make_golden.py crd         CRD on fixed features, heads, banks and negatives, over two batches
  make_golden.py batchnorm   batch-norm statistics as PyTorch's cumulative average takes them
  make_golden.py weights     the student after short runs of every method
  make_golden.py sample      logits of the shipped sample models on the first test pictures
  make_golden.py all         everything but the inputs, which are to stay as they are

Nothing here is shared with the C++ code: the objectives are written from their equations, the sums
of the partition one by one, CRD as its authors' implementation computes it, and the generators of
views, orders and CRD's start are written anew.

A case of weights.json: `options` as the program's options.json has them; `teachers`, the files that
teach, with `teacher_meta`, what replaces their metadata; `steps`, optimiser steps in all;
`tensors`, the student at the end (of MCL the slow weights), and for MCL `fast`, the fast weights.
"""
import argparse
import copy
import gzip
import json
import math
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
CRD_WIDTH = 128


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


# Objectives -----------------------------------------------------------------------------------------------------------

def highest(target, count):
    """Classes that each row of `target` ranks highest, equal ones by their number; all of them for 0."""
    if count == 0 or count >= target.shape[1]:
        return torch.arange(target.shape[1]).repeat(len(target), 1)
    return torch.from_numpy(np.argsort(-target.numpy(), 1, kind="stable")[:, :count].copy())


def softened(target, student, options):
    """Log-probabilities of both over the classes that count."""
    classes = highest(target, options.get("top-k", 0))
    return [F.log_softmax(z.gather(1, classes) / options["temperature"], 1) for z in (target, student)]


def row_kl(target, student, options):
    """KL of each sample [B], without the T squared."""
    p, q = softened(target, student, options)
    if options.get("direction") == "student-target":
        p, q = q, p
    return F.kl_div(q, p, reduction="none", log_target=True).sum(1)


def row_ce(target, student, options):
    """Cross-entropy with soft labels of each sample [B], without the T squared."""
    p, q = softened(target, student, options)
    return torch.stack([F.cross_entropy(q[i:i + 1], p[i:i + 1].exp()) for i in range(len(p))])


def choose(method, teachers, frozen, labels):
    """Whom each sample follows: 0 the frozen student, k teacher k - 1; sample by sample, as one would by hand."""
    chosen = []
    for i, label in enumerate(labels.tolist()):
        sure = [torch.softmax(model[i:i + 1], 1)[0] for model in [frozen, *teachers]]
        sure = [(each[label] if method == "kl-dp" else each.max()).item() for each in sure]
        chosen.append(sure.index(max(sure)))
    return torch.tensor(chosen)


def similarity(features):
    """Cosine of every pair of rows, one pair at a time."""
    return torch.stack([F.cosine_similarity(row[None], features, 1) for row in features])


def contrast(teacher, student):
    p, q = (F.log_softmax(similarity(each), 1) for each in (teacher.detach(), student))
    return F.kl_div(q, p, reduction="batchmean", log_target=True)


def weight_of(options):
    """The distillation term's share beside cross-entropy."""
    if options["method"] == "kl":
        return 1
    defaults = {"xe-kl": 0.5, "xe-kl-mcl": 0.7, "cd": 0.5}
    return options.get("lambda", defaults.get(options["method"], 1))


def objective(options, student, teachers, frozen, labels):
    """`student`: logits, or for cd (logits, features); `teachers`: a list of logits, for cd of features."""
    method = options["method"]
    if method == "cd":
        student, features = student
        term = contrast(teachers[0], features)
    else:
        rows = row_ce if method == "ce" else row_kl
        teachers, frozen = [each.detach() for each in teachers], frozen.detach()
        targets = torch.ones(len(labels), dtype=torch.long)
        if method in ("kl-dp", "kl-dp-unsup"):
            targets = choose(method, teachers, frozen, labels)
        sums = [rows(z, student, options)[targets == k].sum() for k, z in enumerate([frozen, *teachers])]
        term = sum(sums) / len(labels) * options["temperature"] ** 2
    weight = weight_of(options)
    if weight == 1:
        return term
    smoothing = options.get("label-smoothing", 0)
    spread = F.one_hot(labels, student.shape[1]) * (1 - smoothing) + smoothing / student.shape[1]
    truth = -(spread * F.log_softmax(student, 1)).sum(1).mean()
    return weight * term + (1 - weight) * truth


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


def solved(options, student, teachers, frozen, labels):
    leaf = student.clone().requires_grad_()
    value = objective(options, leaf, teachers, frozen, labels)
    value.backward()
    return {"options": options, "value": value.item(), "gradient": leaf.grad.flatten().tolist()}


def objective_options():
    both = ("target-student", "student-target")
    weights = {"kl": [1.0], "xe-kl": [0.05, 0.5], "kl-dp": [1.0, 0.75], "kl-dp-unsup": [1.0, 0.75]}
    for method in METHODS:
        for direction in both:
            for temperature in (0.1, 1.0, 4.0, 10.0):
                for weight in weights[method]:
                    options = {"method": method, "temperature": temperature, "direction": direction}
                    if method != "kl":
                        options["lambda"] = weight
                    yield options
    for temperature in (0.1, 1.0, 4.0, 10.0):
        for weight in (1.0, 0.25):
            yield {"method": "ce", "temperature": temperature, "lambda": weight}
    for smoothing in (0.1, 0.6):
        yield {"method": "xe-kl", "temperature": 4.0, "lambda": 0.25, "label-smoothing": smoothing}
        yield {"method": "xe-kl-mcl", "temperature": 1.0, "label-smoothing": smoothing}
    yield {"method": "kl-dp", "temperature": 1.0, "lambda": 0.9, "label-smoothing": 0.1}
    for count in (1, 2, 3, 5, 9):
        for direction in both:
            yield {"method": "kl", "temperature": 4.0, "direction": direction, "top-k": count}
        yield {"method": "ce", "temperature": 4.0, "top-k": count}
        yield {"method": "kl-dp", "temperature": 1.0, "top-k": count}
    yield {"method": "xe-kl", "temperature": 0.1, "lambda": 0.5, "top-k": 2}
    yield {"method": "kl-dp-unsup", "temperature": 10.0, "top-k": 2}


def make_objectives():
    student, teacher, frozen, labels = fixed_logits()
    cases = [solved(options, student, [teacher], frozen, labels) for options in objective_options()]
    masks = {m: [bool(t) for t in choose(m, [teacher], frozen, labels)] for m in METHODS[2:]}
    write("objectives.json", {"student": student.flatten().tolist(), "teacher": teacher.flatten().tolist(),
                              "frozen": frozen.flatten().tolist(), "labels": labels.tolist(), "masks": masks,
                              "cases": cases})


def make_parallel():
    random = torch.Generator().manual_seed(12)
    student, frozen, first, second, third = (3 * torch.randn(10, 5, generator=random) for _ in range(5))
    labels = torch.tensor([0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    sure = torch.tensor([9., 0, 0, 0, 0])
    half = torch.tensor([0., 0, -200, -200, -200])  # one half each, exactly
    second[0] = third[0] = sure                     # the first of two equally sure teachers
    first[1] = second[1] = third[1] = frozen[1]     # all equal: the frozen student
    frozen[2] = torch.tensor([-9., 0, 0, 0, 0])     # nobody is like the frozen student, two are alike
    first[2] = third[2] = sure.roll(2)
    frozen[5], second[5], first[5], third[5] = half, half.roll(-1), torch.zeros(5), torch.zeros(5)
    teachers = [first, second, third]
    targets = {m: choose(m, teachers, frozen, labels).tolist() for m in METHODS[2:]}
    cases = []
    for method in METHODS[2:]:
        for more in ({}, {"temperature": 4.0}, {"lambda": 0.75, "direction": "student-target"}, {"top-k": 2}):
            options = {"method": method, "temperature": 1.0, "teachers": "parallel", **more}
            cases.append(solved(options, student, teachers, frozen, labels))
    write("parallel.json", {"student": student.flatten().tolist(), "frozen": frozen.flatten().tolist(),
                            "teachers": [each.flatten().tolist() for each in teachers], "labels": labels.tolist(),
                            "targets": targets, "cases": cases})


# Features -------------------------------------------------------------------------------------------------------------

def coarse(*shape, random, scale=1.0):
    """Random numbers of a few digits, so that a file of them stays small."""
    return (scale * torch.randn(*shape, generator=random, dtype=torch.float64)).mul(1000).round().div(1000)


def make_features():
    random = torch.Generator().manual_seed(13)
    cases = []
    for batch, ours, theirs in ((1, 3, 2), (2, 4, 7), (5, 6, 3), (8, 3, 3), (8, 2, 16)):
        features, teacher = coarse(batch, ours, random=random), coarse(batch, theirs, random=random)
        logits, labels = coarse(batch, 5, random=random), torch.arange(batch) % 5
        leaf, head = features.clone().requires_grad_(), logits.clone().requires_grad_()
        value = objective({"method": "cd", "lambda": 1}, (head, leaf), [teacher], None, labels)
        gradient = torch.autograd.grad(value, leaf)[0]
        options = {"method": "cd", "lambda": 0.25, "label-smoothing": 0.1}
        total = objective(options, (head, leaf), [teacher], None, labels)
        both = torch.autograd.grad(total, (leaf, head))
        cases.append({"student": features.tolist(), "teacher": teacher.tolist(), "logits": logits.tolist(),
                      "labels": labels.tolist(), "value": value.item(), "gradient": gradient.flatten().tolist(),
                      "options": options, "total": total.item(), "total_gradient": both[0].flatten().tolist(),
                      "logits_gradient": both[1].flatten().tolist()})
    write("features.json", {"cases": cases})


class Contrast:
    """CRD's loss and memory as its authors' implementation has them; `student` and `teacher` are linear layers."""

    def __init__(self, options, count, student, teacher, banks):
        self.options, self.count, self.heads, self.banks = options, count, (student, teacher), list(banks)
        self.normalisers = [None, None]

    def __call__(self, features, positions, negatives):
        """`features`: of student and teacher. Updates the banks."""
        unit = [F.linear(f, *head) for f, head in zip(features, self.heads)]
        unit = [each / each.pow(2).sum(1, keepdim=True).pow(0.5) for each in unit]
        candidates = torch.cat([positions[:, None], negatives], 1)
        loss = sum(self.side(i, unit[i], self.banks[1 - i], candidates) for i in (0, 1))
        for i in (0, 1):
            moved = self.options["crd-momentum"] * self.banks[i][positions]
            moved = moved + (1 - self.options["crd-momentum"]) * unit[i].detach()
            self.banks[i] = self.banks[i].index_copy(0, positions, moved / moved.norm(dim=1, keepdim=True))
        return loss

    def side(self, i, unit, bank, candidates):
        out = torch.exp(torch.bmm(bank[candidates], unit[:, :, None])[..., 0] / self.options["crd-temperature"])
        if self.normalisers[i] is None:
            self.normalisers[i] = out.mean().item() * self.count
        out = out / self.normalisers[i]
        noise = (candidates.shape[1] - 1) / self.count
        positive = torch.log(out[:, 0] / (out[:, 0] + noise + 1e-7))
        negative = torch.log(noise / (out[:, 1:] + noise + 1e-7))
        return -(positive.sum() + negative.sum()) / len(out)


def make_crd():
    random = torch.Generator().manual_seed(14)
    count, ours, theirs = 9, 3, 4
    labels = torch.tensor([0, 1, 2, 0, 1, 2, 0, 1, 2])
    heads = [[coarse(CRD_WIDTH, width, random=random, scale=0.5), coarse(CRD_WIDTH, random=random, scale=0.1)]
             for width in (ours, theirs)]
    banks = [coarse(count, CRD_WIDTH, random=random, scale=CRD_WIDTH ** -0.5) for _ in range(2)]
    leaves = [[each.clone().requires_grad_() for each in head] for head in heads]
    options = {"method": "crd", "crd-momentum": 0.3, "crd-temperature": 0.07, "crd-weight": 0.8}
    memory = Contrast(options, count, *leaves, banks)
    cases = []
    for positions, negatives in (([4, 0, 8], [[0, 5, 6, 8], [1, 2, 7, 5], [0, 1, 4, 6]]),
                                 ([0, 5], [[4, 8, 2, 7], [3, 0, 4, 1]])):
        positions, negatives = torch.tensor(positions), torch.tensor(negatives)
        assert (labels[negatives] != labels[positions][:, None]).all()
        features = coarse(len(positions), ours, random=random).requires_grad_()
        teacher = coarse(len(positions), theirs, random=random)
        logits = coarse(len(positions), 5, random=random)
        loss = memory((features, teacher), positions, negatives)
        gradients = torch.autograd.grad(loss, [features, *leaves[0], *leaves[1]])
        total = F.cross_entropy(logits, labels[positions]) + options["crd-weight"] * loss.detach()
        cases.append({"positions": positions.tolist(), "negatives": negatives.tolist(), "student": features.tolist(),
                      "teacher": teacher.tolist(), "logits": logits.tolist(), "value": loss.item(),
                      "total": total.item(), "gradients": [each.flatten().tolist() for each in gradients],
                      "banks": [bank[positions].flatten().tolist() for bank in memory.banks]})
    write("crd.json", {"options": options, "labels": labels.tolist(), "widths": [ours, theirs],
                       "heads": [[each.flatten().tolist() for each in head] for head in heads],
                       "banks": [bank.flatten().tolist() for bank in banks], "cases": cases})


def make_batchnorm():
    """Plain means over batches of unequal size: PyTorch's cumulative average after a reset."""
    cases = []
    images, _ = prepared("train", [0.2], [0.3])
    for file, net in (("student.pt", TinyConv()), ("norms.pt", Norms())):
        net.load_state_dict(load(DATA / file)[0].state_dict())
        before = copy.deepcopy(net.state_dict())
        for module in net.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.reset_running_stats()
                module.momentum = None
        net.train()
        with torch.no_grad():
            for batch in images.split(25):
                net(batch)
        after = {name: before[name] if name.startswith("spare.") else value for name, value in net.named_buffers()}
        if file == "norms.pt":  # what lies behind dropout hangs on the generator
            after = {name: value for name, value in after.items() if not name.startswith("norm2.")}
        cases.append({"file": file, "batches": [25, 25, 10],
                      "buffers": {name: value.flatten().tolist() for name, value in after.items()}})
    write("batchnorm.json", {"cases": cases})


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


def shuffled(seed, count, epoch):
    """The order of an epoch: Fisher-Yates from the end, numbers below a bound by rejection."""
    order, state = list(range(count)), splitmix(keyed(seed, epoch, 2))
    for i in range(count, 1, -1):
        while True:
            value, state = splitmix(state), state + 1 & LOW
            if value < LOW - LOW % i:
                break
        order[i - 1], order[value % i] = order[value % i], order[i - 1]
    return torch.tensor(order)


def load(file):
    extra = {"gainfinder.json": ""}
    model = torch.jit.load(str(file), map_location="cpu", _extra_files=extra)
    return model, json.loads(extra["gainfinder.json"])


def opened(file):
    """The same weights in a module of this script, whose penultimate features can be had, and its metadata."""
    scripted, meta = load(DATA / file)
    net = TinyConv() if meta["family"] == "CNN" else TinyMlp()
    net.load_state_dict(scripted.state_dict())
    return net, meta


def view(images, flips):
    return torch.where(flips[:, None, None, None], images.flip(-1), images)


def fresh_contrast(options, labels, ours, theirs):
    """Heads as nn.Linear begins and uniform banks, from one generator; negatives are all images of other classes."""
    random = torch.Generator().manual_seed(keyed(options["seed"], int.from_bytes(b"crd-head", "big")))

    def uniform(*shape, bound):
        return torch.empty(*shape).uniform_(-bound, bound, generator=random)

    heads = [[uniform(CRD_WIDTH, width, bound=width ** -0.5).requires_grad_(),
              uniform(CRD_WIDTH, bound=width ** -0.5).requires_grad_()] for width in (ours, theirs)]
    banks = [uniform(len(labels), CRD_WIDTH, bound=(CRD_WIDTH / 3) ** -0.5) for _ in range(2)]
    return Contrast(options, len(labels), *heads, banks)


def rate(options, step, steps, per_epoch):
    if options["schedule"] == "constant":
        return options["lr"]
    rise = math.floor(options["warmup-epochs"] * per_epoch + 0.5)
    if step < rise:
        return options["lr"] * (step + 1) / rise
    return options["lr"] * 0.5 * (1 + math.cos(math.pi * (step - rise) / (steps - rise)))


class ShortRun:
    """A transfer on the whole training split."""

    def __init__(self, options, files, meta):
        self.options = options
        self.student, own = opened("student.pt")
        self.frozen, self.slow = copy.deepcopy(self.student).eval(), copy.deepcopy(self.student)
        self.images, self.labels = prepared("train", own["mean"], own["std"])
        self.teachers, self.seen = [], []
        for file in files:
            teacher, theirs = opened(file)
            theirs = {**theirs, **meta}
            self.teachers.append(teacher.eval())
            self.seen.append(prepared("train", theirs["mean"], theirs["std"])[0])
        self.crd = fresh_contrast(options, self.labels, 6, 8) if options["method"] == "crd" else None
        self.steps = 0

    def trained(self):
        heads = [*self.crd.heads[0], *self.crd.heads[1]] if self.crd else []
        return [*self.student.parameters(), *heads]

    def loss(self, rows, flips):
        own = view(self.images[rows], flips[rows])
        theirs = [view(seen[rows], flips[rows]) for seen in self.seen]
        labels, method = self.labels[rows], self.options["method"]
        features = self.student.body(own)
        logits = self.student.head(features)
        with torch.no_grad():
            if method in ("cd", "crd"):
                targets = [teacher.body(x) for teacher, x in zip(self.teachers, theirs)]
            else:
                targets = [teacher(x) for teacher, x in zip(self.teachers, theirs)]
            frozen = self.frozen(own)
        if method == "crd":
            others = torch.stack([(self.labels != label).nonzero()[:, 0] for label in labels])
            contrastive = self.crd((features, targets[0]), rows, others)
            return F.cross_entropy(logits, labels) + self.options["crd-weight"] * contrastive
        return objective(self.options, (logits, features) if method == "cd" else logits, targets, frozen, labels)

    def step(self, optimiser, rows, flips):
        optimiser.zero_grad()
        for part in rows.split(self.options["micro-batch"] or len(rows)):
            (self.loss(part, flips) * len(part) / len(rows)).backward()
        if self.options["clip-norm"]:
            nn.utils.clip_grad_norm_(optimiser.param_groups[0]["params"], self.options["clip-norm"])
        optimiser.step()
        self.steps += 1
        if self.options["method"] == "xe-kl-mcl" and self.steps % self.options["mcl-every"] == 0:
            tau = self.options["mcl-tau"]
            for ours, theirs in zip(self.slow.state_dict().values(), self.student.state_dict().values()):
                moved = tau * ours + (1 - tau) * theirs if ours.is_floating_point() else theirs
                ours.copy_(moved)

    def epochs(self, first, count, parameters, freeze):
        options = self.options
        optimiser = torch.optim.SGD(parameters, options["lr"], options["momentum"],
                                    weight_decay=options["weight-decay"])
        self.student.train()
        if freeze:
            self.student.norm1.eval()
            self.student.norm2.eval()
        done = 0
        for epoch in range(first, first + count):
            flips = torch.zeros(len(self.labels), dtype=torch.bool)
            if options["augment"] == "flip":
                flips = mirrored(options["seed"], len(self.labels), epoch)
            batches = shuffled(options["seed"], len(self.labels), epoch).split(options["batch"])
            for rows in batches:
                if first == options["warmup-linear-epochs"]:  # the warm-up itself is at the constant rate
                    optimiser.param_groups[0]["lr"] = rate(options, done, count * len(batches), len(batches))
                self.step(optimiser, rows, flips)
                done += 1

    def run(self):
        warmup = self.options["warmup-linear-epochs"]
        if warmup:
            for parameter in self.student.parameters():
                parameter.requires_grad_(False)
            for parameter in self.student.head.parameters():
                parameter.requires_grad_(True)
            self.epochs(0, warmup, list(self.student.head.parameters()), True)
            for parameter in self.student.parameters():
                parameter.requires_grad_(True)
        self.epochs(warmup, self.options["epochs"], self.trained(), self.options["freeze-bn"])


def state(net):
    return {name: tensor.flatten().tolist() for name, tensor in net.state_dict().items()}


def weight_cases():
    other = {"mean": [0.25], "std": [0.35]}
    for method in METHODS:
        yield f"{method} plain", {"method": method, "augment": "none"}, {}
        # The teacher prepares its input otherwise here, so that the two models read different tensors.
        yield f"{method} flip", {"method": method, "augment": "flip"}, other
    yield ("kl-dp with labels, other direction, frozen batch norm",
           {"method": "kl-dp", "lambda": 0.75, "freeze-bn": True, "direction": "student-target"}, {})
    yield "ce", {"method": "ce", "epochs": 10}, other
    yield "xe-kl, smoothed labels", {"method": "xe-kl", "label-smoothing": 0.2, "epochs": 10}, {}
    yield "kl, top 2", {"method": "kl", "top-k": 2, "epochs": 10}, {}
    yield "cd", {"method": "cd", "epochs": 10}, other
    yield "crd", {"method": "crd", "epochs": 6, "crd-momentum": 0.5, "crd-temperature": 0.07, "crd-weight": 0.8}, other
    slow = {"method": "xe-kl-mcl", "mcl-tau": 0.9, "mcl-every": 2, "lambda": 0.7}
    yield "xe-kl-mcl, seven steps", {**slow, "epochs": 7}, other
    yield "xe-kl-mcl, nine steps in three epochs", {**slow, "epochs": 3, "batch": 20}, {}
    yield "kl-dp, incomplete last batch", {"method": "kl-dp", "epochs": 4, "batch": 25}, {}
    yield "kl-dp, linear warm-up", {"method": "kl-dp", "epochs": 4, "batch": 20, "warmup-linear-epochs": 1}, {}
    yield ("kl, linear warm-up and cosine",
           {"method": "kl", "epochs": 4, "batch": 20, "warmup-linear-epochs": 1, "schedule": "cosine",
            "warmup-epochs": 1.0}, {})
    yield "kl, clipped", {"method": "kl", "epochs": 10, "clip-norm": 0.1}, {}
    yield "kl-dp, cosine", {"method": "kl-dp", "epochs": 6, "batch": 20, "schedule": "cosine", "warmup-epochs": 1.5}, {}
    yield "kl-dp, micro-batches", {"method": "kl-dp", "epochs": 6, "micro-batch": 15}, {}
    for method in METHODS[2:]:
        yield f"{method}, two teachers at once", {"method": method, "epochs": 10, "teachers": "parallel"}, other


def make_weights():
    settings = {"epochs": 20, "batch": 60, "lr": 0.05, "momentum": 0.9, "weight-decay": 1e-3, "temperature": 2.0,
                "direction": "target-student", "freeze-bn": False, "subset": "1", "seed": 7, "augment": "flip",
                "micro-batch": 0, "clip-norm": 0.0, "schedule": "constant", "warmup-epochs": 0.0,
                "warmup-linear-epochs": 0}
    cases = []
    for name, special, meta in weight_cases():
        options = {**settings, **special}
        files = ["teacher.pt", "teacher2.pt"] if options.get("teachers") == "parallel" else ["teacher.pt"]
        run = ShortRun(options, files, meta)
        run.run()
        averaged = options["method"] == "xe-kl-mcl"
        case = {"name": name, "options": options, "teachers": files, "teacher_meta": meta, "steps": run.steps,
                "tensors": state(run.slow if averaged else run.student)}
        if averaged:
            case["fast"] = state(run.student)
        cases.append(case)
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
    inputs = {"inputs": make_inputs, "more-inputs": make_more_inputs}
    steps = {"objectives": make_objectives, "parallel": make_parallel, "features": make_features, "crd": make_crd,
             "batchnorm": make_batchnorm, "weights": make_weights, "sample": make_sample}
    parser.add_argument("what", choices=[*inputs, *steps, "all"])
    what = parser.parse_args().what
    torch.set_num_threads(1)
    for name in (steps if what == "all" else [what]):
        {**inputs, **steps}[name]()


if __name__ == "__main__":
    main()
