# SPDX-License-Identifier: Apache-2.0
"""Judges shelf reports from outside: python validate_shelf.py PATH/TO/shelf_cases PATH/TO/gainfinder-shelf-1.schema.json

shelf_cases writes result folders with the raw predictions beside them. Each report must keep the JSON Schema, each of its numbers must
equal what NumPy makes of the raw predictions, and changed reports must break the schema.
"""
import copy
import math

import numpy as np

from judging import judge, mcnemar, same


class Pair:
    def __init__(self, truth, teacher, student, classes):
        wins, losses = truth[(teacher == truth) & (student != truth)], truth[(teacher != truth) & (student == truth)]
        self.gained, self.lost = np.bincount(wins, minlength=classes), np.bincount(losses, minlength=classes)
        self.only, self.mirror = int(self.gained.sum()), int(self.lost.sum())
        q = self.gained[self.gained > 0] / max(self.only, 1)
        self.entropy = abs(float(-(q * np.log(q)).sum())) if self.only else None
        self.lead = self.gained - self.lost
        self.sure = self.lead / np.sqrt(np.maximum(self.gained + self.lost, 1)) > 1.645
        self.headroom = int(self.lead[self.sure].sum())

    def leading(self):
        order = np.argsort(-self.lead, kind="stable")
        return [int(k) for k in order if self.sure[k]][:5]


def check_numbers(report, raw):
    truth, predicted = np.array(raw["truth"]), [np.array(p) for p in raw["predicted"]]
    classes, samples, models = len(raw["class_names"]), len(truth), len(predicted)
    same("evaluation.samples", report["evaluation"]["samples"], samples)
    same("classes", [c["name"] for c in report["classes"]], raw["class_names"])
    same("classes", [c["samples"] for c in report["classes"]], np.bincount(truth, minlength=classes).tolist())
    names = [m["name"] for m in report["models"]]
    same("names differ", len(set(names)), models)
    for m, model in enumerate(report["models"]):
        same(f"models[{m}].accuracy", model["accuracy"], float(np.mean(predicted[m] == truth)))
        same(f"models[{m}].class_right", model["class_right"],
             np.bincount(truth[predicted[m] == truth], minlength=classes).tolist())
    pairs = {(t, s): Pair(truth, predicted[t], predicted[s], classes) for t in range(models) for s in range(models)}
    same("flip_entropy_limit", report["pairs"]["flip_entropy_limit"], math.log(classes))
    for (t, s), pair in pairs.items():
        where = f"pairs[{t}][{s}]"
        same(where, report["pairs"]["only_teacher"][t][s], pair.only)
        same(where, report["pairs"]["flip_entropy"][t][s], pair.entropy)
        same(where, report["pairs"]["headroom"][t][s], pair.headroom)
    order = sorted((c for c in pairs if c[0] != c[1]),
                   key=lambda c: (-pairs[c].headroom, -pairs[c].only, pairs[c].mirror, c))
    same("ranking", len(report["ranking"]), min(len(order), 200))
    for i, (entry, cell) in enumerate(zip(report["ranking"], order)):
        pair, where = pairs[cell], f"ranking[{i}]"
        same(where, [entry["teacher"], entry["student"]], [names[cell[0]], names[cell[1]]])
        same(where + ".headroom", entry["headroom"], pair.headroom / samples)
        same(where + ".positive_flips", entry["positive_flips"], pair.only / samples)
        same(where + ".negative_flips", entry["negative_flips"], pair.mirror / samples)
        same(where + ".delta_accuracy", entry["delta_accuracy"], (pair.only - pair.mirror) / samples)
        same(where + ".mcnemar_p", entry["mcnemar_p"], mcnemar(pair.only, pair.mirror))
        same(where + ".classes", entry["classes"], [raw["class_names"][k] for k in pair.leading()])
        low, high = entry["delta_ci95"]
        # A normal interval, wide enough for 2,000 draws: the bootstrap must lie about where it lies.
        spread = math.sqrt(max((pair.only + pair.mirror) / samples - entry["delta_accuracy"] ** 2, 0) / samples)
        for bound, expected in ((low, -1.96), (high, 1.96)):
            if abs(bound - (entry["delta_accuracy"] + expected * spread)) > 0.35 * spread + 1.01 / samples:
                raise SystemExit(f"{where}.delta_ci95: {bound} for {entry['delta_accuracy']} ± {1.96 * spread}")
    for m, entry in enumerate(report["best_teachers"]):
        best = next(c for c in order if c[1] == m)
        same(f"best_teachers[{m}]", [entry["student"], entry["teacher"]], [names[m], names[best[0]]])
        same(f"best_teachers[{m}].headroom", entry["headroom"], pairs[best].headroom / samples)


def without(value, path):
    value = copy.deepcopy(value)
    holder = value
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    return value


def changed(value, path, new):
    value = copy.deepcopy(value)
    holder = value
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = new
    return value


def keys_of(value, path=()):
    """Every key of every object, of lists only the first element."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield path + (key,)
            yield from keys_of(inner, path + (key,))
    elif isinstance(value, list) and value:
        yield from keys_of(value[0], path + (0,))


def mutations(report):
    if len(report["classes"]) > 50:
        return
    for path in keys_of(report):
        if path[:2] == ("manifest", "versions") and path != ("manifest", "versions"):
            continue
        yield f"without {path}", without(report, path)
        yield f"{path} as an object", changed(report, path, {"x": 1})
        yield f"{path} as a truth", changed(report, path, True)
    for path, value in ((("schema",), "gainfinder-shelf/2"), (("extra",), 1), (("models",), report["models"][:1]),
                        (("models", 0, "accuracy"), 1.5), (("ranking", 0, "mcnemar_p"), -0.1),
                        (("pairs", "only_teacher", 0, 0), -1), (("pairs", "headroom", 0, 0), 0.5),
                        (("pairs", "flip_entropy", 0, 0), -1), (("ranking", 0, "delta_ci95"), [0]),
                        (("evaluation", "samples"), 0), (("manifest", "created"), "today")):
        yield f"{path} as {value!r}", changed(report, path, value)


if __name__ == "__main__":
    judge("shelves", lambda folder, report, raw: check_numbers(report, raw), mutations)
