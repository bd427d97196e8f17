# SPDX-License-Identifier: Apache-2.0
"""Hand-worked cases of the study's arithmetic: every expected value here was worked out on paper."""
import json
import math
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import study_figures
import study_report as report

PLAN = {"seeds": [0, 1], "columns": [{"name": "kl", "label": "KL-Dist"}, {"name": "kl-dp", "label": "KL+DP"}],
        "control": {"name": "labels", "label": "labels alone"}, "tuning": {"methods": ["kl"]},
        "sensitivity": {"seeds": [0], "variants": [{"name": "slower", "slug": "slow", "columns": ["kl"]}]}}


class Checks:
    def __init__(self):
        self.count, self.wrong = 0, 0

    def equal(self, name, found, wanted):
        self.count += 1
        if not same(found, wanted):
            self.wrong += 1
            print(f"{name}: found {found}, wanted {wanted}", file=sys.stderr)


def same(found, wanted):
    if isinstance(wanted, (list, tuple)):
        return len(found) == len(wanted) and all(same(f, w) for f, w in zip(found, wanted))
    if isinstance(wanted, float):
        return math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-12)
    return found == wanted


def row(part, column, student, teacher, seed, gap, gain, loss, lr=0.01, routed=None):
    return {"part": part, "column": column, "student": student, "teacher": teacher, "family": "MLP" if student == "a" else "CNN",
            "seed": seed, "lr": lr, "gain": gain, "loss": loss, "delta": gain - loss, "delta_accuracy": gap,
            "routed_positive": routed, "routed_negative": None if routed is None else routed / 2}


def sample_rows():
    """Students a and b, teachers t and u, two seeds. Means of the deltas under kl: a-t 0.01, a-u -0.02, b-t 0.0, b-u 0.03."""
    return [row("study", "kl", "a", "t", 0, -0.04, 0.05, 0.03), row("study", "kl", "a", "t", 1, -0.04, 0.04, 0.04),
            row("study", "kl", "a", "u", 0, -0.20, 0.01, 0.04), row("study", "kl", "a", "u", 1, -0.20, 0.02, 0.03),
            row("study", "kl", "b", "t", 0, 0.00, 0.02, 0.01), row("study", "kl", "b", "t", 1, 0.00, 0.01, 0.02),
            row("study", "kl", "b", "u", 0, 0.10, 0.06, 0.02), row("study", "kl", "b", "u", 1, 0.10, 0.05, 0.03),
            row("study", "kl-dp", "a", "t", 0, -0.04, 0.04, 0.01, routed=0.8), row("study", "kl-dp", "a", "t", 1, -0.04, 0.04, 0.02, routed=0.6),
            *(row("study", "kl-dp", s, t, seed, gap, 0.03, 0.02) for s, t, gap in (("a", "u", -0.20), ("b", "t", 0.00), ("b", "u", 0.10))
              for seed in (0, 1)),
            row("study", "kl", "b", "w", 0, 0.10, 0.9, 0.0), row("study", "kl", "b", "w", 1, 0.10, 0.9, 0.0),
            row("study", "kl-dp", "b", "w", 0, 0.10, 0.9, 0.0),
            row("control", "labels", "a", "t", 0, -0.04, 0.02, 0.01), row("control", "labels", "a", "t", 1, -0.04, 0.03, 0.0),
            row("sensitivity", "kl-slow", "a", "t", 0, -0.04, 0.02, 0.0),
            row("tuning", "kl", "c", "d", 9, 0.0, 0.5, 0.0, lr=0.1), row("tuning", "kl", "d", "c", 9, 0.0, 0.0, 0.25, lr=0.1),
            row("tuning", "kl", "c", "d", 9, 0.0, 0.125, 0.0, lr=0.01), row("tuning", "kl", "d", "c", 9, 0.0, 0.125, 0.0, lr=0.01),
            row("tuning", "kl", "c", "d", 9, 0.0, 0.0, 0.0, lr=0.001), row("tuning", "kl", "d", "c", 9, 0.0, 0.2, 0.0, lr=0.001)]


def arithmetic(checks):
    equal = checks.equal
    equal("zero is no success", report.success_rate([0.1, 0.0, -0.1, 0.2]), 0.5)
    equal("quartiles of four", report.five_numbers([4, 1, 3, 2]), [1, 1.75, 2.5, 3.25, 4])
    equal("quartiles of five", report.five_numbers([50, 10, 40, 20, 30]), [10, 20, 30, 40, 50])
    equal("quartiles of one", report.five_numbers([7]), [7] * 5)
    equal("best quarter of eight: two", report.best_quarter([1, 8, 2, 7, 3, 6, 4, 5]), 7.5)
    equal("best quarter of five: two, rounded up", report.best_quarter([1, 2, 3, 4, 5]), 4.5)
    equal("best quarter of four: one", report.best_quarter([-4, -2, -3, -1]), -1.0)
    equal("best quarter of one", report.best_quarter([0.25]), 0.25)
    equal("bins, an edge goes up", [report.bin_of(v) for v in (-0.12, -0.10, -0.0501, -0.05, -0.0001, 0.0, 0.0499, 0.05)],
          [0, 1, 1, 2, 2, 3, 3, 4])
    equal("bin names", [report.bin_name(i) for i in range(5)], ["below −10", "−10 to −5", "−5 to 0", "0 to +5", "+5 and above"])
    equal("Wilson, 8 of 10", [round(v, 4) for v in report.wilson(8, 10)], [0.4902, 0.9433])
    equal("Wilson, none of 10", [round(v, 4) for v in report.wilson(0, 10)], [0.0, 0.2775])
    equal("sign test, 9 to 1", report.sign_test(9, 1), 22 / 1024)
    equal("sign test, even", report.sign_test(5, 5), 1.0)
    equal("sign test, 0 to 3", report.sign_test(0, 3), 0.25)
    equal("equal retention: 0.5^4 over two updates", report.equal_retention(0.5, 4, 2), 0.25)
    equal("a minus sign, and none before zero", [report.points(v) for v in (-0.0123, -0.00002, 0.00002)], ["−1.23", "0.00", "0.00"])


def grouping(checks, results):
    equal, kl = checks.equal, results.columns["kl"]
    equal("mean deltas", sorted(p.delta for p in kl), [-0.02, 0.0, 0.01, 0.03])
    equal("a pair without all seeds in one column is left out of all", [len(kl), len(results.columns["kl-dp"]), results.left_out], [4, 4, 1])
    equal("success per student", list(report.per_student(kl).items()), [("a", 0.5), ("b", 0.5)])
    # kl by seed: 0.02, -0.03, 0.01, 0.04 and 0.0, -0.01, -0.01, 0.02
    equal("success per seed", report.over_seeds(kl, report.success_rate), (0.5, 0.25))
    equal("mean delta per seed", report.over_seeds(kl, lambda d: sum(d) / len(d)), (0.005, 0.005))
    equal("one student redrawn is itself", report.redrawn([p for p in kl if p.student == "a"], report.success_rate), (0.5, 0.5))
    equal("one all good and one all bad student span everything",
          report.redrawn([p for p in kl if p.delta in (max(q.delta for q in kl), min(q.delta for q in kl))], report.success_rate), (0.0, 1.0))
    equal("routing, seeds averaged", results.columns["kl-dp"][0].routed, (0.7, 0.35))
    equal("labels alone", [report.mean_control(results, p) for p in kl if p.student == "a"], [0.02, 0.02])
    equal("labels alone, not there", [report.mean_control(results, p) for p in kl if p.student == "b"], [None, None])
    equal("learning rate: highest mean, the smaller of equals", report.chosen_rate(results.rows), 0.01)
    signs = report.summary(results)["columns"]["kl"]["by_sign"]
    equal("by sign: zero is not weaker", [signs[s]["pairs"] for s in ("weaker", "not weaker", "all")], [2, 2, 4])
    equal("by sign: success", [signs[s]["success"] for s in ("weaker", "not weaker", "all")], [0.5, 0.5, 0.5])
    equal("by sign: mean delta", [signs[s]["mean_delta"][0] for s in ("weaker", "not weaker", "all")], [-0.005, 0.015, 0.005])
    bins = report.summary(results)["columns"]["kl"]["bins"]
    equal("by bin: pairs", [(b["bin"], b["pairs"]) for b in bins], [("below −10", 1), ("−5 to 0", 1), ("0 to +5", 1), ("+5 and above", 1)])
    equal("by bin: best quarter", [b["best_quarter"] for b in bins], [-0.02, 0.01, 0.0, 0.03])
    equal("sensitivity beside the study's same seeds", [(v, [p.delta for p in pairs]) for _, v, pairs in results.sensitivity()],
          [("as in the study", [0.02]), ("slower", [0.02])])


def lines_of(text, start):
    return [line for line in text.splitlines() if line.startswith(start)]


def printing(checks, results):
    text = report.tables(results)
    checks.equal("printed row", lines_of(text, "| KL-Dist | weaker | 2 | 50.0 |")[0],
                 "| KL-Dist | weaker | 2 | 50.0 | 9–91 | 50–50 | 25.0 ± 25.0 | −0.50 ± 0.00 | −0.50 |")
    checks.equal("a student's row", lines_of(text, "| a | ")[0], "| a | 50 · −0.50 | 100 · +1.75 | +2.00 |")
    checks.equal("gain and loss by family", lines_of(text, "| KL-Dist | CNN")[0], "| KL-Dist | CNN | 2 | 3.5 | 2.0 | 50.0 |")
    checks.equal("summary is JSON", json.loads(json.dumps(report.summary(results)))["columns"]["kl"]["students_five_numbers"], [0.5] * 5)
    with tempfile.TemporaryDirectory() as folder:
        drawn = study_figures.draw(results, Path(folder))
        roots = [ElementTree.parse(path).getroot().tag for path in drawn]
        checks.equal("figures are well-formed", roots, ["{http://www.w3.org/2000/svg}svg"] * 3)
        marks = ElementTree.parse(drawn[2]).getroot().findall(".//{*}circle[@class='pair']")
        checks.equal("a mark per pair of KL-Dist and KL+DP", len(marks), 8)


def run(study_pairs, tuning_pairs):
    """0 when all holds, else 1, as an exit code."""
    checks = Checks()
    results = report.Results(PLAN, sample_rows())
    arithmetic(checks)
    grouping(checks, results)
    printing(checks, results)
    checks.equal("at least 24 different pairs", len(set(study_pairs)) >= 24 and len(set(study_pairs)) == len(study_pairs), True)
    checks.equal("no pair of the choice of settings is in the study", set(study_pairs) & set(tuning_pairs), set())
    print(f"{checks.count - checks.wrong} of {checks.count} checks hold.")
    return 1 if checks.wrong else 0
