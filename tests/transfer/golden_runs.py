# SPDX-License-Identifier: Apache-2.0
"""Whole short transfers and batch-norm statistics; see make_golden.py."""
import copy
import math

import torch
import torch.nn.functional as F
from torch import nn

from golden_inputs import DATA, Norms, TinyConv, TinyMlp, load, prepared, write
from golden_objectives import CRD_WIDTH, METHODS, Contrast, objective


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
