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


def check_routed(where, entry, parts):
    """The routing of the given partitions of transfer sets, summed over them."""
    all_counts, sent_counts = dict.fromkeys(OUTCOMES, 0), dict.fromkeys(OUTCOMES, 0)
    for part in parts:
        keys = ("truth", "teacher_answers", "student_answers", "mask")
        truth, teacher, student, mask = (np.array(part[k], dtype=int) for k in keys)
        for key, samples in outcome_masks(truth, teacher, student).items():
            all_counts[key] += int(samples.sum())
            sent_counts[key] += int((samples & (mask == 1)).sum())
    same(where + ".samples", entry["samples"], sum(all_counts.values()))
    for key in OUTCOMES:
        same(f"{where}.all.{key}", entry["outcomes"]["all"][key], all_counts[key])
        same(f"{where}.to_teacher.{key}", entry["outcomes"]["to_teacher"][key], sent_counts[key])
    for key, part in (("positive", "only_teacher"), ("negative", "only_student")):
        maybe(where, entry, key, share(sent_counts[part], all_counts[part]))
    maybe(where, entry, "overall", share(sum(sent_counts.values()), sum(all_counts.values())))


def check_teacher_routing(where, entries, parts, names):
    for entry, part in zip(entries, parts, strict=True):
        same(where + ".name", entry["name"], names[part["teacher"]])
        same(where + ".stage", entry["stage"], part["stage"])
        check_routed(where, entry, [part])


def check_routing(transfer, raw, names):
    routing, parts = transfer["routing"], raw["partitions"]
    if not parts:
        for key in ("rule", "positive", "negative", "overall"):
            maybe("transfer.routing", routing, key, None)
        return
    same("transfer.routing.rule", routing["rule"], "supervised" if transfer["method"] == "kl-dp" else "unsupervised")
    check_routed("transfer.routing", routing, parts)
    same("transfer.routing.teachers", "teachers" in routing, len(names) > 1)
    if len(names) > 1:
        check_teacher_routing("transfer.routing.teachers", routing["teachers"], parts, names)


def check_against_original(where, entry, truth, before, now):
    won, lost = (before != truth) & (now == truth), (before == truth) & (now != truth)
    for key, value in (("accuracy", float(np.mean(now == truth))), ("gained", int(won.sum())), ("lost", int(lost.sum())),
                       ("gain", float(won.mean())), ("loss", float(lost.mean())),
                       ("delta", float(np.mean(now == truth) - np.mean(before == truth)))):
        same(f"{where}.{key}", entry[key], value)
    same(where + " identity", entry["gain"] - entry["loss"], entry["delta"])


def check_stages(transfer, raw, truth, before, names):
    start = before
    for s, (entry, stage) in enumerate(zip(transfer["stages"], raw["stages"], strict=True)):
        at, now = f"transfer.stages[{s}]", np.array(stage["after"])
        same(at + ".teachers", " ".join(entry["teachers"]), " ".join(names[t] for t in stage["teachers"]))
        same(at + ".steps", entry["steps"], stage["steps"])
        check_against_original(at, entry, truth, before, now)
        same(at + ".delta_stage", entry["delta_stage"], float(np.mean(now == truth) - np.mean(start == truth)))
        if raw["sequential"]:
            start = now
        parts = [part for part in raw["partitions"] if part["stage"] == s]
        if parts:
            check_teacher_routing(at, entry["routing"]["teachers"], parts, names)
        else:
            maybe(at, entry["routing"], "rule", None)
    if raw["sequential"]:
        total = sum(entry["delta_stage"] for entry in transfer["stages"])
        same("stages add up", total, transfer["delta"])


def check_flips(where, entry, truth, teacher, before, after, classes):
    """What changed against a teacher, and the rates of what arrived."""
    won, flip = (before != truth) & (after == truth), (teacher == truth) & (before != truth)
    start, end = (outcome_masks(truth, teacher, s) for s in (before, after))
    for key, part in (("delta_positive_flips", "only_teacher"), ("delta_negative_flips", "only_student")):
        same(f"{where}.{key}", entry[key], float(end[part].mean() - start[part].mean()))
    same(where + " identity flips", entry["delta_negative_flips"] - entry["delta_positive_flips"],
         float(np.mean(after == truth) - np.mean(before == truth)))
    rate = entry["transfer_rate"]
    maybe(where + ".transfer_rate", rate, "paper", share(won.sum(), flip.sum()))
    maybe(where + ".transfer_rate", rate, "strict", share((flip & won).sum(), flip.sum()))
    for top, percent in zip(rate["top_classes"], (2, 5, 10, 20, 50, 100), strict=True):
        chosen = top_classes(truth, flip, classes, percent)
        among = np.isin(truth, chosen)
        at = f"{where}.transfer_rate.top {percent} %"
        same(at + ".percent", top["percent"], percent)
        same(at + ".classes", top["classes"], len(chosen))
        maybe(at, top, "paper", share((won & among).sum(), (flip & among).sum()))
        maybe(at, top, "strict", share((flip & won & among).sum(), (flip & among).sum()))


def check_transfer(report, raw, truth, teachers, before, classes):
    transfer, after = report["transfer"], np.array(raw["after"])
    names = [teacher["name"] for teacher in report["teachers"]]
    check_against_original("transfer", {**transfer, "accuracy": report["after"]["accuracy"]}, truth, before, after)
    won, lost = (before != truth) & (after == truth), (before == truth) & (after != truth)
    for key, value in (("success", bool(won.sum() > lost.sum())), ("transfer_samples", len(raw["subset"])),
                       ("mcnemar_p", mcnemar(int(won.sum()), int(lost.sum())))):
        same("transfer." + key, transfer[key], value)
    same("identity accuracy", report["after"]["accuracy"] - report["before"]["accuracy"], transfer["delta"])
    used = [names[t] for stage in raw["stages"] for t in stage["teachers"]]
    same("transfer.teachers", " ".join(transfer["teachers"]), " ".join(used))
    same("transfer.teacher", transfer["teacher"], ", ".join(used))
    same("transfer.against", transfer["against"], "any teacher" if len(teachers) > 1 else "teacher")
    right = np.any([teacher == truth for teacher in teachers], axis=0)
    anyone = np.where(right, truth, -1)  # right where any of them is, else nothing that is a class
    check_flips("transfer", transfer, truth, anyone, before, after, classes)
    same("transfer.per_teacher", "per_teacher" in transfer, len(teachers) > 1)
    for name, teacher, entry in zip(names, teachers, transfer.get("per_teacher", [])):
        same("per_teacher.name", entry["name"], name)
        check_flips("per_teacher", entry, truth, teacher, before, after, classes)
    check_stages(transfer, raw, truth, before, names)
    same("transfer.fast", "fast" in transfer, "fast" in raw)
    if "fast" in raw:
        check_against_original("transfer.fast", transfer["fast"], truth, before, np.array(raw["fast"]))
    for point in transfer.get("curve", []):
        same("curve.delta", point["delta"], point["gain"] - point["loss"])
    check_interval(transfer, int(won.sum()), int(lost.sum()), len(truth))
    check_routing(transfer, raw, names)
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
        won, lost = check_transfer(report, raw, truth, teachers, before, classes)
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


def check_heat(folder):
    """Each cell of the heat map from the counts in metrics.jsonl."""
    path = folder / "figures" / "classes-over-time.json"
    if not path.exists():
        return
    figure, report = (json.loads(p.read_text(encoding="utf-8")) for p in (path, folder / "report.json"))
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    evaluations = [line for line in lines if line["kind"] == "evaluation" and line["step"] > 0]
    net = np.array([np.subtract(e["class_gained"], e["class_lost"]) for e in evaluations])
    samples = np.array([c["samples"] for c in report["classes"]])
    points = 100.0 * net / np.maximum(samples, 1)
    largest = np.where(samples > 0, np.abs(points).max(axis=0), -1.0)
    rows = sorted(np.flatnonzero(samples > 0), key=lambda k: (-largest[k], k))[:40]
    same("heat rows", "|".join(figure["labels"]), "|".join(report["classes"][k]["name"] for k in rows))
    for column, values, evaluation in zip(figure["series"], points, evaluations, strict=True):
        same("heat column", column["x"][0], evaluation["epoch"])
        for i, k in enumerate(rows):
            same("heat cell", column["y"][i], float(values[k]))


def check_figures(folder, report):
    """CSV and JSON of a figure hold the same numbers, and the flip chart those of the report."""
    for path in sorted((folder / "figures").glob("*.json")):
        figure = json.loads(path.read_text(encoding="utf-8"))
        with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        if figure["kind"] == "lines":
            for s, series in enumerate(figure["series"]):
                cells = {}
                for row in rows[1:]:
                    if row[s + 1]:
                        cells.setdefault(float(row[0]), []).append(float(row[s + 1]))
                for x, y in zip(series["x"], series["y"], strict=True):
                    same(path.stem, cells[x].pop(0), y)
        elif figure["kind"] in ("bars", "heat"):
            for row, i in zip(rows[1:], range(len(figure["labels"])), strict=True):
                for s, series in enumerate(figure["series"]):
                    same(path.stem, float(row[s + 1]), series["y"][i])
        else:
            same(path.stem + " sum", sum(float(row[1]) for row in rows[1:]) / 100, 1.0)
    check_heat(folder)
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
        if key not in ("curve", "fast"):  # of some runs alone
            yield changed("transfer without " + key, "transfer", key, remove=True)
    for key in list(report["transfer"]["stages"][0]):
        yield changed("stage without " + key, "transfer", "stages", 0, key, remove=True)
    yield changed("no stage", "transfer", "stages", value=[])
    yield changed("unknown mode", "transfer", "mode", value="together")
    yield changed("unknown layout", "transfer", "layout", value="diagonal")
    yield changed("delta of a stage beyond 1", "transfer", "stages", 0, "delta_stage", value=1.5)
    yield changed("distance below 0", "transfer", "weight_distance", value=-0.1)
    yield changed("distance null without reason", "transfer", "weight_distance", value=None)
    yield changed("an unknown key of a stage", "transfer", "stages", 0, "extra", value=1)
    several = report["transfer"]["mode"] != "single"
    yield changed("another mode", "transfer", "mode", value="single" if several else "sequential")
    yield changed("against others", "transfer", "against", value="teacher" if several else "any teacher")
    if several:
        yield changed("per teacher without rate", "transfer", "per_teacher", 0, "transfer_rate", remove=True)
    if "curve" in report["transfer"]:
        yield changed("a point beyond the end", "transfer", "curve", 0, "position", value=1.5)
        yield changed("no points", "transfer", "curve", value=[])
    if "fast" in report["transfer"]:
        yield changed("fast without loss", "transfer", "fast", "loss", remove=True)
    if report["transfer"]["stages"][0]["routing"]["rule"]:
        yield changed("rule without teachers", "transfer", "stages", 0, "routing", "teachers", remove=True)
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
    if not several:
        yield changed("two teachers", "teachers", value=report["teachers"] * 2)
    else:
        yield changed("one teacher of several", "teachers", value=report["teachers"][:1])


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
