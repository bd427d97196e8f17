# SPDX-License-Identifier: Apache-2.0
"""Runs the transfers on pairs of the shelf with the PyTorch reference and prints what they gain and lose.

    python trial.py                                          the pairs and settings of sample.json
    python trial.py --pair tops-resnet fewtops-mlp --seeds 5 one pair
    python trial.py --markdown TRIAL.md                      and keep the tables
    python trial.py --search                                 flips of every pair on the shelf
"""
import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import torch

from shelf_data import DEFAULT_FOLDER, load_tensors, pick_count
from shelf_train import logits_of
from transfer_reference import METHODS, Settings, both_views, flips, outcome, transfer

HERE = Path(__file__).parent
TITLES = {"xe": "cross-entropy alone (control)", "kl": "KL-Dist",
          "xe-kl": "XE-KL (λ 0.5)", "kl-dp": "KL+DP", "kl-dp-unsup": "KL+DP unsupervised"}


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the four Fashion-MNIST IDX files")
    parser.add_argument("--shelf", type=Path, default=HERE / "shelf")
    parser.add_argument("--pair", nargs=2, action="append", metavar=("TEACHER", "STUDENT"),
                        help="stems of two files of the shelf; may be repeated")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    parser.add_argument("--epochs", type=int, help="instead of sample.json's")
    parser.add_argument("--lr", type=float, nargs="+", help="learning rates, instead of sample.json's")
    parser.add_argument("--per-class", type=int, help="training images per class, instead of sample.json's")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--search", action="store_true", help="list the flips of every pair and stop")
    parser.add_argument("--markdown", type=Path, help="also write the tables, between the marks, into this file")
    return parser.parse_args()


class Bench:
    """The data and the shelf, each model evaluated once."""

    def __init__(self, options):
        self.shelf = options.shelf
        self.train = load_tensors(options.data, "train")
        self.test = load_tensors(options.data, "t10k")
        self.models, self.predictions = {}, {}

    def model(self, stem):
        if stem not in self.models:
            self.models[stem] = torch.jit.load(str(self.shelf / f"{stem}.pt")).eval()
        return self.models[stem]

    def predicted(self, stem):
        if stem not in self.predictions:
            self.predictions[stem] = logits_of(self.model(stem), self.test[0]).argmax(1)
        return self.predictions[stem]

    def accuracy(self, stem):
        return (self.predicted(stem) == self.test[1]).double().mean().item()

    def run(self, settings, teacher, student, per_class, seeds):
        """One Outcome per seed; the seed draws the subset, the order, the mirrors and the dropout."""
        results = []
        for seed in range(seeds):
            rows = pick_count(self.train[1], per_class, seed)
            images, labels = self.train[0][rows], self.train[1][rows]
            tuned = transfer(settings, self.model(student), both_views(self.model(teacher), images),
                             images, labels, seed)
            after = logits_of(tuned, self.test[0]).argmax(1)
            results.append(outcome(self.predicted(student), after, self.test[1]))
        return results


def points(values, signed=False):
    """Mean and population deviation in percentage points."""
    mean, deviation = 100 * statistics.fmean(values), 100 * statistics.pstdev(values)
    return f"{mean:{'+' if signed else ''}.2f} ± {deviation:.2f}"


def row(settings, results):
    before = 100 * results[0].before
    return (f"| {TITLES[settings.method]} | {settings.lr:g} | {settings.epochs} | {before:.2f} | "
            f"{points([r.after for r in results])} | {points([r.gain for r in results])} | "
            f"{points([r.loss for r in results])} | {points([r.delta for r in results], True)} |")


HEADER = ("| method | lr | epochs | before % | after % | gain | loss | delta |\n"
          "|---|---|---|---|---|---|---|---|")


def pair_table(bench, pair, plan, per_class, seeds, emit):
    """One pair's heading and a row per setting."""
    teacher, student = pair["teacher"], pair["student"]
    positive, negative = flips(bench.predicted(teacher), bench.predicted(student), bench.test[1])
    emit(f"### {teacher} ({bench.accuracy(teacher):.2%}) teaches {student} ({bench.accuracy(student):.2%})\n")
    if "note" in pair:
        emit(pair["note"])
    emit(f"Positive flips {positive:.2%}, negative flips {negative:.2%}.\n\n{HEADER}")
    for settings in plan:
        emit(row(settings, bench.run(settings, teacher, student, per_class, seeds)))
    emit("")


def search(bench):
    """Every pair: accuracies and flips, most complementary first."""
    stems = sorted(p.stem for p in bench.shelf.glob("*.pt"))
    rows = [(*flips(bench.predicted(t), bench.predicted(s), bench.test[1]), t, s)
            for t in stems for s in stems if t != s]
    for positive, negative, t, s in sorted(rows, reverse=True):
        print(f"{t:20} {bench.accuracy(t):7.2%}  {s:20} {bench.accuracy(s):7.2%}  "
              f"positive {positive:6.2%}  negative {negative:6.2%}")


def planned(options, sample, pair):
    """The settings to run on a pair: sample.json's, changed by the flags."""
    rates = options.lr or pair.get("learning_rates") or sample["trial"]["learning_rates"]
    epochs = options.epochs or sample["trial"]["epochs"]
    return [Settings(method, epochs, lr, batch=sample["demo"]["batch"]) for lr in rates for method in options.methods]


def main():
    options = parse()
    torch.set_num_threads(options.threads)
    bench = Bench(options)
    if options.search:
        search(bench)
        return
    sample = json.loads((HERE / "sample.json").read_text())
    pairs = sample["trial"]["pairs"]
    if options.pair:
        pairs = [{"teacher": teacher, "student": student} for teacher, student in options.pair]
    per_class = options.per_class or sample["demo"]["images_per_class"]
    lines, started = [], time.time()

    def emit(line):
        lines.append(line)
        print(line, flush=True)

    for pair in pairs:
        pair_table(bench, pair, planned(options, sample, pair), per_class, options.seeds, emit)
    print(f"{time.time() - started:.0f} s", file=sys.stderr)
    if options.markdown:
        keep(options.markdown, "\n".join(lines))


def keep(path, tables):
    """Replace what stands between the two marks of the file."""
    begin, end = "<!-- tables: begin -->\n", "<!-- tables: end -->"
    text = path.read_text()
    head, rest = text.split(begin)
    path.write_text(head + begin + tables + "\n" + end + rest.split(end)[1])


if __name__ == "__main__":
    main()
