# SPDX-License-Identifier: Apache-2.0
"""Whole short supervised trainings, with the labels alone; see make_golden.py."""
import torch
import torch.nn.functional as F
from torch import nn

from golden_inputs import CLASSES, prepared, write
from golden_runs import mirrored, opened, rate, shuffled, state, view


class ShortFit:
    """The student trained on labels: all of it, or its head alone in eval mode."""

    def __init__(self, options, classes):
        self.options = options
        self.net, own = opened("student.pt")
        self.images, self.labels = prepared("train", own["mean"], own["std"])
        if options["head"] == "new":
            torch.manual_seed(options["seed"])
            self.net.head = nn.Linear(6, len(CLASSES))
        else:  # a label is the place of its name among the model's classes; who has none is left out
            places = torch.tensor([classes.index(name) if name in classes else -1 for name in CLASSES])
            used = places[self.labels] >= 0
            self.images, self.labels = self.images[used], places[self.labels[used]]
        self.steps = 0

    def epochs(self, first, count, head):
        options = self.options
        for parameter in self.net.parameters():
            parameter.requires_grad_(not head)
        for parameter in self.net.head.parameters():
            parameter.requires_grad_(True)
        trained = list(self.net.head.parameters() if head else self.net.parameters())
        optimiser = torch.optim.SGD(trained, options["lr"], options["momentum"], weight_decay=options["weight-decay"])
        self.net.train()
        if head or options["freeze-bn"]:  # nothing else of this net depends on the mode
            self.net.norm1.eval()
            self.net.norm2.eval()
        done = 0
        for epoch in range(first, first + count):
            flips = torch.zeros(len(self.labels), dtype=torch.bool)
            if options["augment"] == "flip":
                flips = mirrored(options["seed"], len(self.labels), epoch)
            batches = shuffled(options["seed"], len(self.labels), epoch).split(options["batch"])
            for rows in batches:
                if first == options["warmup-linear-epochs"]:
                    optimiser.param_groups[0]["lr"] = rate(options, done, count * len(batches), len(batches))
                optimiser.zero_grad()
                for part in rows.split(options["micro-batch"] or len(rows)):
                    logits = self.net(view(self.images[part], flips[part]))
                    loss = F.cross_entropy(logits, self.labels[part], label_smoothing=options["label-smoothing"])
                    (loss * len(part) / len(rows)).backward()
                if options["clip-norm"]:
                    nn.utils.clip_grad_norm_(trained, options["clip-norm"])
                optimiser.step()
                done += 1
        self.steps += done

    def run(self):
        warmup, alone = self.options["warmup-linear-epochs"], self.options["layers"] == "head"
        if warmup:
            self.epochs(0, warmup, True)
        self.epochs(warmup, self.options["epochs"], alone)
        return self


def cases():
    others = ["ring", "blank", "dot", "wave", "bar"]  # three of the data's five, elsewhere
    yield "all layers", {"layers": "all", "augment": "none"}, CLASSES
    yield "all layers, mirrored, smoothed labels", {"layers": "all", "label-smoothing": 0.1}, CLASSES
    yield "all layers, frozen batch norm, clipped", {"layers": "all", "freeze-bn": True, "clip-norm": 0.2}, CLASSES
    yield "all layers, micro-batches", {"layers": "all", "freeze-bn": True, "micro-batch": 15}, CLASSES
    yield "head", {"layers": "head", "epochs": 30}, CLASSES
    yield "head, smoothed, cosine", {"layers": "head", "label-smoothing": 0.2, "schedule": "cosine", "batch": 25}, CLASSES
    yield "classes in another order", {"layers": "all"}, CLASSES[::-1]
    yield "new head", {"layers": "head", "head": "new", "epochs": 30}, CLASSES
    yield "new head after a linear warm-up", {"layers": "all", "head": "new", "epochs": 8, "batch": 20,
                                              "warmup-linear-epochs": 2}, CLASSES
    yield "shared classes, all layers", {"layers": "all", "classes": "shared"}, others
    yield "shared classes, head", {"layers": "head", "classes": "shared", "epochs": 30}, others


def make_fits():
    settings = {"layers": "head", "head": "auto", "classes": "all", "epochs": 20, "batch": 60, "lr": 0.05, "momentum": 0.9,
                "weight-decay": 1e-3, "freeze-bn": False, "subset": "1", "seed": 7, "augment": "flip", "micro-batch": 0,
                "clip-norm": 0.0, "schedule": "constant", "warmup-epochs": 0.0, "warmup-linear-epochs": 0,
                "label-smoothing": 0.0}
    written = []
    for name, special, classes in cases():
        options = {**settings, **special}
        fit = ShortFit(options, classes).run()
        written.append({"name": name, "options": options, "classes": classes, "samples": len(fit.labels),
                        "steps": fit.steps, "tensors": state(fit.net)})
    write("fits.json", {"cases": written})
