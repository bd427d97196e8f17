# SPDX-License-Identifier: Apache-2.0
"""Judges reports from outside: python validate.py PATH/TO/report_cases PATH/TO/gainfinder-report-1.schema.json

report_cases writes result folders with the raw predictions beside them. Each report must keep the JSON Schema, each of its
numbers must equal what NumPy makes of the raw predictions (to 1e-12), and changed reports must break the schema.
"""
import copy
import csv
import json
import math
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import jsonschema
import numpy as np

TOLERANCE = 1e-12
OUTCOMES = ("both_right", "only_teacher", "only_student", "both_wrong")
compared = 0


def same(where, found, expected):
    global compared
    compared += 1
    if expected is None or isinstance(expected, (str, bool)):
        ok = found == expected and type(found) is type(expected)
    else:
        ok = found is not None and abs(found - expected) <= TOLERANCE
    if not ok:
        raise SystemExit(f"{where}: {found!r} instead of {expected!r}")


def share(count, whole):
    return None if whole == 0 else float(count) / float(whole)


def maybe(where, holder, key, expected):
    same(f"{where}.{key}", holder[key], expected)
    if (expected is None) != (key + "_reason" in holder):
        raise SystemExit(f"{where}.{key}: a reason must stand beside null, and only there")


def outcome_masks(truth, teacher, student):
    t, s = teacher == truth, student == truth
    return {"both_right": t & s, "only_teacher": t & ~s, "only_student": ~t & s, "both_wrong": ~t & ~s}


def check_moment(where, moment, truth, teachers, student, classes):
    same(where + ".accuracy", moment["accuracy"], float(np.mean(student == truth)))
    for t, entry in enumerate(moment["teachers"]):
        at = f"{where}.teachers[{t}]"
        masks = outcome_masks(truth, teachers[t], student)
        for key in OUTCOMES:
            same(f"{at}.counts.{key}", entry["counts"][key], int(masks[key].sum()))
        same(at + ".positive_flips", entry["positive_flips"], float(masks["only_teacher"].mean()))
        same(at + ".negative_flips", entry["negative_flips"], float(masks["only_student"].mean()))
        same(at + ".delta_accuracy", entry["delta_accuracy"],
             float(np.mean(teachers[t] == truth) - np.mean(student == truth)))
        same(at + " identity", entry["positive_flips"] - entry["negative_flips"], entry["delta_accuracy"])
        flips = np.bincount(truth[masks["only_teacher"]], minlength=classes)
        q = flips[flips > 0] / max(flips.sum(), 1)
        maybe(at, entry, "flip_entropy", float(-(q * np.log(q)).sum()) if flips.sum() else None)
        same(at + ".flip_entropy_limit", entry["flip_entropy_limit"], math.log(classes))


def top_classes(truth, flip, classes, percent):
    flips, sizes = np.bincount(truth[flip], minlength=classes), np.bincount(truth, minlength=classes)
    rank = sorted(range(classes), key=lambda k: (-Fraction(int(flips[k]), int(max(sizes[k], 1))), k))
    chosen, held = [], 0
    while held * 100 < percent * flips.sum():
        chosen.append(rank[len(chosen)])
        held += flips[chosen[-1]]
    return chosen


def mcnemar(gained, lost):
    n, fewer = gained + lost, min(gained, lost)
    return float(min(Fraction(1), Fraction(2 * sum(math.comb(n, k) for k in range(fewer + 1)), 2 ** n)))


def check_interval(transfer, gained, lost, samples):
    """NumPy's own resampling with many draws: bounds agree within what 2,000 draws scatter."""
    rng = np.random.default_rng(0)
    draws = rng.multinomial(samples, [gained / samples, lost / samples, (samples - gained - lost) / samples], 200000)
    delta = (draws[:, 0] - draws[:, 1]) / samples
    expected = np.percentile(delta, [2.5, 97.5])
    tolerance = 0.3 * delta.std() + 1.0 / samples
    for found, want in zip(transfer["delta_ci95"], expected):
        if abs(found - want) > tolerance + 1e-15:
            raise SystemExit(f"transfer.delta_ci95: {transfer['delta_ci95']} is far from {expected}")


def check_routing(routing, train, method):
    if not train["truth"]:
        for key in ("rule", "positive", "negative", "overall"):
            maybe("transfer.routing", routing, key, None)
        return
    same("transfer.routing.rule", routing["rule"], "supervised" if method == "kl-dp" else "unsupervised")
    truth, teacher, student, mask = (np.array(train[k]) for k in ("truth", "teacher", "student", "mask"))
    masks, sent = outcome_masks(truth, teacher, student), mask == 1
    same("transfer.routing.samples", routing["samples"], len(truth))
    for key in OUTCOMES:
        same("routing.all." + key, routing["outcomes"]["all"][key], int(masks[key].sum()))
        same("routing.to_teacher." + key, routing["outcomes"]["to_teacher"][key], int((masks[key] & sent).sum()))
    for key, part in (("positive", "only_teacher"), ("negative", "only_student")):
        maybe("transfer.routing", routing, key, share((masks[part] & sent).sum(), masks[part].sum()))
    maybe("transfer.routing", routing, "overall", float(sent.mean()))


def check_transfer(report, raw, truth, teacher, before, classes):
    transfer, after = report["transfer"], np.array(raw["after"])
    won, lost = (before != truth) & (after == truth), (before == truth) & (after != truth)
    flip = (teacher == truth) & (before != truth)
    for key, value in (("gained", int(won.sum())), ("lost", int(lost.sum())), ("gain", float(won.mean())),
                       ("loss", float(lost.mean())), ("success", bool(won.sum() > lost.sum())),
                       ("delta", float(np.mean(after == truth) - np.mean(before == truth))),
                       ("transfer_samples", len(raw["subset"])), ("mcnemar_p", mcnemar(int(won.sum()), int(lost.sum())))):
        same("transfer." + key, transfer[key], value)
    start, end = (outcome_masks(truth, teacher, s) for s in (before, after))
    for key, part in (("delta_positive_flips", "only_teacher"), ("delta_negative_flips", "only_student")):
        same("transfer." + key, transfer[key], float(end[part].mean() - start[part].mean()))
    same("identity gain", transfer["gain"] - transfer["loss"], transfer["delta"])
    same("identity flips", transfer["delta_negative_flips"] - transfer["delta_positive_flips"], transfer["delta"])
    same("identity accuracy", report["after"]["accuracy"] - report["before"]["accuracy"], transfer["delta"])
    rate = transfer["transfer_rate"]
    maybe("transfer_rate", rate, "paper", share(won.sum(), flip.sum()))
    maybe("transfer_rate", rate, "strict", share((flip & won).sum(), flip.sum()))
    for entry, percent in zip(rate["top_classes"], (2, 5, 10, 20, 50, 100), strict=True):
        chosen = top_classes(truth, flip, classes, percent)
        among = np.isin(truth, chosen)
        at = f"transfer_rate.top {percent} %"
        same(at + ".percent", entry["percent"], percent)
        same(at + ".classes", entry["classes"], len(chosen))
        maybe(at, entry, "paper", share((won & among).sum(), (flip & among).sum()))
        maybe(at, entry, "strict", share((flip & won & among).sum(), (flip & among).sum()))
    check_interval(transfer, int(won.sum()), int(lost.sum()), len(truth))
    check_routing(transfer["routing"], raw["train"], transfer["method"])
    return won, lost


def check_numbers(report, raw):
    truth, before = np.array(raw["truth"]), np.array(raw["student"])
    teachers, classes = [np.array(t) for t in raw["teachers"]], len(raw["class_names"])
    same("evaluation.samples", report["evaluation"]["samples"], len(truth))
    same("evaluation.classes", report["evaluation"]["classes"], classes)
    same("student.accuracy", report["student"]["accuracy"], float(np.mean(before == truth)))
    for t, teacher in enumerate(teachers):
        same("teachers.accuracy", report["teachers"][t]["accuracy"], float(np.mean(teacher == truth)))
    check_moment("before", report["before"], truth, teachers, before, classes)
    same("transfer", "transfer" in report, raw["transferred"])
    won = lost = None
    if raw["transferred"]:
        check_moment("after", report["after"], truth, teachers, np.array(raw["after"]), classes)
        won, lost = check_transfer(report, raw, truth, teachers[0], before, classes)
    for k, entry in enumerate(report["classes"]):
        mine, at = truth == k, f"classes[{k}]"
        same(at + ".name", entry["name"], raw["class_names"][k])
        same(at + ".samples", entry["samples"], int(mine.sum()))
        for t, flips in enumerate(entry["teachers"]):
            masks = outcome_masks(truth, teachers[t], before)
            maybe(at, flips, "positive_flips", share((masks["only_teacher"] & mine).sum(), mine.sum()))
            maybe(at, flips, "negative_flips", share((masks["only_student"] & mine).sum(), mine.sum()))
        if won is not None:
            maybe(at, entry, "gain", share((won & mine).sum(), mine.sum()))
            maybe(at, entry, "loss", share((lost & mine).sum(), mine.sum()))


def check_figures(folder, report):
    """CSV and JSON of a figure hold the same numbers, and the flip chart those of the report."""
    for path in sorted((folder / "figures").glob("*.json")):
        figure = json.loads(path.read_text(encoding="utf-8"))
        with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        if figure["kind"] == "lines":
            for s, series in enumerate(figure["series"]):
                cells = {float(row[0]): row[s + 1] for row in rows[1:]}
                for x, y in zip(series["x"], series["y"], strict=True):
                    same(path.stem, float(cells[x]), y)
        elif figure["kind"] == "bars":
            for row, i in zip(rows[1:], range(len(figure["labels"])), strict=True):
                for s, series in enumerate(figure["series"]):
                    same(path.stem, float(row[s + 1]), series["y"][i])
        else:
            same(path.stem + " sum", sum(float(row[1]) for row in rows[1:]) / 100, 1.0)
    flips = [p for p in (folder / "figures").glob("flips*.json")]
    same("flip charts", len(flips), len(report["teachers"]))
    if len(flips) == 1:
        drawn = json.loads(flips[0].read_text(encoding="utf-8"))
        shares = {c["name"]: c["teachers"][0]["positive_flips"] for c in report["classes"]}
        for name, y in zip(drawn["labels"], drawn["series"][0]["y"], strict=True):
            same("flips of " + name, y / 100, shares[name])


def mutations(report):
    """(what, changed report): every one of them must break the schema."""
    def changed(what, *path, value=None, remove=False):
        copied = copy.deepcopy(report)
        holder = copied
        for key in path[:-1]:
            holder = holder[key]
        if remove:
            del holder[path[-1]]
        else:
            holder[path[-1]] = value
        return what, copied

    yield changed("wrong version", "schema", value="gainfinder-report/2")
    for key in list(report):
        yield changed("without " + key, key, remove=True)
        yield changed(key + " is text", key, value="text")
    yield changed("an unknown key", "extra", value=1)
    yield changed("percent for share", "student", "accuracy", value=82.9)
    yield changed("negative share", "before", "teachers", 0, "positive_flips", value=-0.1)
    yield changed("share above 1", "before", "accuracy", value=1.01)
    if report["before"]["teachers"][0]["flip_entropy"] is None:
        yield changed("null without reason", "before", "teachers", 0, "flip_entropy_reason", remove=True)
        yield changed("reason without null", "before", "teachers", 0, "flip_entropy", value=1.0)
    else:
        yield changed("null without reason", "before", "teachers", 0, "flip_entropy", value=None)
        yield changed("reason without null", "before", "teachers", 0, "flip_entropy_reason", value="why")
    yield changed("a half sample", "before", "teachers", 0, "counts", "both_right", value=0.5)
    yield changed("no teachers", "teachers", value=[])
    yield changed("no samples", "evaluation", "samples", value=0)
    yield changed("no hash", "teachers", 0, "sha256", value="abc")
    yield changed("class share above 1", "classes", 0, "teachers", 0, "positive_flips", value=2)
    yield changed("class without name", "classes", 0, "name", remove=True)
    yield changed("negative seed", "manifest", "seed", value=-1)
    yield changed("versions without ours", "manifest", "versions", value={"torch": "2.11.0"})
    yield changed("local time", "manifest", "created", value="yesterday")
    if "transfer" not in report:
        return
    for key in list(report["transfer"]):
        yield changed("transfer without " + key, "transfer", key, remove=True)
    yield changed("delta beyond 1", "transfer", "delta", value=1.67)
    yield changed("p above 1", "transfer", "mcnemar_p", value=1.2)
    yield changed("p below 0", "transfer", "mcnemar_p", value=-1e-9)
    yield changed("one bound", "transfer", "delta_ci95", value=[0.1])
    yield changed("three bounds", "transfer", "delta_ci95", value=[0, 0, 0])
    yield changed("strict rate above 1", "transfer", "transfer_rate", "strict", value=1.2)
    yield changed("negative rate", "transfer", "transfer_rate", "paper", value=-0.2)
    yield changed("a missing top set", "transfer", "transfer_rate", "top_classes", 0, remove=True)
    yield changed("another top set", "transfer", "transfer_rate", "top_classes", 0, "percent", value=3)
    yield changed("routing above 1", "transfer", "routing", "positive", value=72)
    yield changed("unknown method", "transfer", "method", value="magic")
    yield changed("finished as text", "transfer", "finished", value="yes")
    yield changed("no gain of a class", "classes", 0, "gain", remove=True)
    yield changed("a transfer without options", "manifest", "options", value=None)
    yield changed("two teachers", "teachers", value=report["teachers"] * 2)


def main():
    program, schema_path = sys.argv[1:]
    schema = json.loads(Path(schema_path).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    refused = reports = 0
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([program, scratch], check=True)
        for folder in sorted(Path(scratch).iterdir()):
            report = json.loads((folder / "report.json").read_text(encoding="utf-8"),
                                parse_constant=lambda name: sys.exit(f"{folder.name}: {name} is no JSON"))
            problems = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(report)]
            if problems:
                raise SystemExit(f"{folder.name} breaks the schema:\n" + "\n".join(problems[:5]))
            check_numbers(report, json.loads((folder / "raw.json").read_text(encoding="utf-8")))
            check_figures(folder, report)
            reports += 1
            for what, changed in mutations(report):
                if validator.is_valid(changed):
                    raise SystemExit(f"{folder.name}: the schema lets through: {what}")
                refused += 1
    print(f"{reports} reports keep the schema, {compared} numbers agree to {TOLERANCE}, {refused} changed reports refused")


if __name__ == "__main__":
    main()
