# SPDX-License-Identifier: Apache-2.0
"""Judges reports from outside: python validate.py PATH/TO/report_cases PATH/TO/gainfinder-report-1.schema.json

report_cases writes result folders with the raw predictions beside them. Each report must keep the JSON Schema, each of its
numbers must equal what NumPy makes of the raw predictions (to 1e-12), and changed reports must break the schema.
"""
import math
from collections import Counter
from fractions import Fraction

import numpy as np

from check_figures import check_figures
from judging import OUTCOMES, judge, maybe, mcnemar, same, share
from mutations import mutations


def outcome_masks(truth, teacher, student):
    t, s = teacher == truth, student == truth
    return {"both_right": t & s, "only_teacher": t & ~s, "only_student": ~t & s, "both_wrong": ~t & ~s}


def check_difference(where, entry, masks, samples):
    """How sure the difference of a pair is."""
    more, less = int(masks["only_teacher"].sum()), int(masks["only_student"].sum())
    same(where + ".mcnemar_p", entry["mcnemar_p"], mcnemar(more, less))
    check_interval(where, entry["delta_accuracy_ci95"], more, less, samples)


def check_said(where, entry, truth, teacher, student):
    for kind, answers, flips in (("positive", student, (teacher == truth) & (student != truth)),
                                 ("negative", teacher, (student == truth) & (teacher != truth))):
        pairs = Counter(zip(truth[flips].tolist(), answers[flips].tolist()))
        largest = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:20]
        found = entry["said_instead"][kind]
        same(f"{where}.{kind}.flips", found["flips"], int(flips.sum()))
        same(f"{where}.{kind}.pairs", found["pairs"], len(pairs))
        for mine, ((label, said), samples) in zip(found["largest"], largest, strict=True):
            for key, value in (("truth", label), ("said", said), ("samples", samples)):
                same(f"{where}.{kind}.{key}", mine[key], value)


def check_partition(where, entry, raw, truth, t):
    if "logits" not in raw:
        maybe(where, entry, "partition", None)
        return
    shown, classes = min(len(truth), 128), len(raw["class_names"])
    index = [i * len(truth) // shown for i in range(shown)]
    same(where + ".index", entry["partition"]["index"] == index, True)
    same(where + ".label", entry["partition"]["label"] == truth[index].tolist(), True)
    for model, logits in (("teacher", raw["logits"]["teachers"][t]), ("student", raw["logits"]["student"])):
        values = np.array(logits, dtype=np.float64).reshape(-1, classes)[index]
        sure = np.exp(values - values.max(axis=1, keepdims=True))
        sure /= sure.sum(axis=1, keepdims=True)
        for key, chosen in (("label", truth[index]), ("own", values.argmax(axis=1))):
            found = np.array(entry["partition"][model][key])
            same(f"{where}.{model}.{key}", float(np.abs(found - sure[np.arange(shown), chosen]).max()), 0.0)


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
        check_difference(at, entry, masks, len(truth))


def top_classes(truth, flip, classes, percent):
    flips, sizes = np.bincount(truth[flip], minlength=classes), np.bincount(truth, minlength=classes)
    rank = sorted(range(classes), key=lambda k: (-Fraction(int(flips[k]), int(max(sizes[k], 1))), k))
    chosen, held = [], 0
    while held * 100 < percent * flips.sum():
        chosen.append(rank[len(chosen)])
        held += flips[chosen[-1]]
    return chosen


def check_interval(where, interval, gained, lost, samples):
    """NumPy's own resampling with many draws: bounds agree within what 2,000 draws scatter."""
    rng = np.random.default_rng(0)
    draws = rng.multinomial(samples, [gained / samples, lost / samples, (samples - gained - lost) / samples], 200000)
    delta = (draws[:, 0] - draws[:, 1]) / samples
    expected = np.percentile(delta, [2.5, 97.5])
    tolerance = 0.3 * delta.std() + 1.0 / samples
    for found, want in zip(interval, expected):
        if abs(found - want) > tolerance + 1e-15:
            raise SystemExit(f"{where}: the interval {interval} is far from {expected}")


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
    same(where + ".transfer_rate.positive_flips", rate["positive_flips"], int(flip.sum()))
    maybe(where + ".transfer_rate", rate, "paper", share(won.sum(), flip.sum()))
    maybe(where + ".transfer_rate", rate, "strict", share((flip & won).sum(), flip.sum()))
    for top, percent in zip(rate["top_classes"], (2, 5, 10, 20, 50, 100), strict=True):
        chosen = top_classes(truth, flip, classes, percent)
        among = np.isin(truth, chosen)
        at = f"{where}.transfer_rate.top {percent} %"
        same(at + ".percent", top["percent"], percent)
        same(at + ".classes", top["classes"], len(chosen))
        same(at + ".positive_flips", top["positive_flips"], int((flip & among).sum()))
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
    check_interval("transfer", transfer["delta_ci95"], int(won.sum()), int(lost.sum()), len(truth))
    check_routing(transfer, raw, names)
    return won, lost


def check_numbers(report, raw):
    truth, before = np.array(raw["truth"]), np.array(raw["student"])
    teachers, classes = [np.array(t) for t in raw["teachers"]], len(raw["class_names"])
    same("evaluation.samples", report["evaluation"]["samples"], len(truth))
    same("evaluation.classes", report["evaluation"]["classes"], classes)
    for holder in (report["evaluation"], report.get("transfer", {})):
        if "left_out" in holder:
            same("left_out.named", len(holder["left_out"]["named"]), min(100, holder["left_out"]["images"]))
    same("student.accuracy", report["student"]["accuracy"], float(np.mean(before == truth)))
    for t, teacher in enumerate(teachers):
        same("teachers.accuracy", report["teachers"][t]["accuracy"], float(np.mean(teacher == truth)))
    check_moment("before", report["before"], truth, teachers, before, classes)
    for t, (entry, teacher) in enumerate(zip(report["before"]["teachers"], teachers, strict=True)):
        check_said(f"said_instead[{t}]", entry, truth, teacher, before)
        check_partition(f"partition[{t}]", entry, raw, truth, t)
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


def check(folder, report, raw):
    check_numbers(report, raw)
    check_figures(folder, report)


if __name__ == "__main__":
    judge("reports", check, mutations)
