# SPDX-License-Identifier: Apache-2.0
"""Golden numbers for tests/knowledge, by the definitions alone and in Python's whole numbers and fractions.

python3 tests/knowledge/make_golden.py   writes tests/knowledge/data/golden.json
"""
import json
import math
import random
from fractions import Fraction
from pathlib import Path

TOP = (2, 5, 10, 20, 50, 100)


def draw(rng, truth, classes, accuracy, weak=None):
    """Predictions that are right at a rate of `accuracy`, and at half of it for every class in `weak`."""
    out = []
    for y in truth:
        rate = accuracy / 2 if weak and y in weak else accuracy
        out.append(y if rng.random() < rate else (y + rng.randrange(1, classes)) % classes if classes > 1 else 1)
    return out


def pair(truth, teacher, student, classes):
    right = [(t == y, s == y) for y, t, s in zip(truth, teacher, student)]
    by_class = []
    for k in range(classes):
        mine = [r for y, r in zip(truth, right) if y == k]
        by_class.append([mine.count((True, True)), mine.count((True, False)), mine.count((False, True)),
                         mine.count((False, False))])
    flips = [c[1] for c in by_class]
    total = sum(flips)
    shares = [Fraction(c[1], sum(c)) if sum(c) else Fraction(0) for c in by_class]
    ranked = sorted(range(classes), key=lambda k: (-shares[k], k))
    top = {}
    for percent in TOP:
        prefix, held = [], 0
        for k in ranked:
            if total == 0 or held * 100 >= percent * total:
                break
            prefix.append(k)
            held += flips[k]
        top[str(percent)] = prefix
    entropy = None if total == 0 else -math.fsum(f / total * math.log(f / total) for f in flips if f)
    return {"classes": by_class, "entropy": entropy, "ranked": ranked, "top": top}


def rates(truth, teacher, before, after, chosen):
    rows = [(t == y, b == y, a == y) for y, t, b, a in zip(truth, teacher, before, after) if y in chosen]
    return [sum(t and not b for t, b, a in rows), sum(a and not b for t, b, a in rows),
            sum(t and not b and a for t, b, a in rows)]


def case(seed, n, classes, skills, weak=(), skipped=()):
    rng = random.Random(seed)
    labels = [k for k in range(classes) if k not in skipped]
    truth = [rng.choice(labels) for _ in range(n)]
    teacher = draw(rng, truth, classes, skills[0])
    before = draw(rng, truth, classes, skills[1], set(weak))
    after = [t if rng.random() < 0.3 else b for t, b in zip(teacher, before)]
    confidence = [[rng.randrange(0, 9) / 8 for _ in range(n)] for _ in range(2)]  # eighths: exact, with many ties
    mask = [int(t > s) for t, s in zip(*confidence)]
    knowledge = pair(truth, teacher, before, classes)
    change = [[sum(y == k and b != k and a == k for y, b, a in zip(truth, before, after)) for k in range(classes)],
              [sum(y == k and b == k and a != k for y, b, a in zip(truth, before, after)) for k in range(classes)]]
    sent = [[sum(1 for y, t, s, m in zip(truth, teacher, before, mask) if (t == y, s == y) == kind and (m or not only))
             for only in (False, True)] for kind in ((True, True), (True, False), (False, True), (False, False))]
    everything = set(range(classes))
    return {"classes": classes, "truth": truth, "teacher": teacher, "before": before, "after": after,
            "teacher_confidence": confidence[0], "student_confidence": confidence[1], "mask": mask, "pair": knowledge,
            "gained": change[0], "lost": change[1], "routing": sent,
            "rate": rates(truth, teacher, before, after, everything),
            "top_rates": {p: rates(truth, teacher, before, after, set(top)) for p, top in knowledge["top"].items()}}


def mcnemar(gained, lost):
    n, fewer = gained + lost, min(gained, lost)
    coefficient = tail = 1
    for k in range(fewer):
        coefficient = coefficient * (n - k) // (k + 1)
        tail += coefficient
    return float(min(Fraction(1), Fraction(2 * tail, 2 ** n)))


def exact_interval(gained, lost, n):
    """Quantiles of the resampled (gained − lost) from the whole multinomial distribution, for small n, and how far its
    distribution function stays from the two levels there: a sampled quantile must hit them when that is far."""
    weights = {}
    rest = n - gained - lost
    for g in range(n + 1):
        for l in range(n + 1 - g):
            ways = math.comb(n, g) * math.comb(n - g, l) * gained ** g * lost ** l * rest ** (n - g - l)
            weights[g - l] = weights.get(g - l, 0) + ways
    bounds, margin, below = [], 1.0, 0
    levels = [Fraction(25, 1000), Fraction(975, 1000)]
    for delta in sorted(weights):
        at = below + weights[delta]
        for level in levels:
            if Fraction(below, n ** n) < level <= Fraction(at, n ** n):
                bounds.append(delta)
        margin = min(margin, *(abs(float(Fraction(at, n ** n) - level)) for level in levels))
        below = at
    return {"gained": gained, "lost": lost, "samples": n, "bounds": bounds, "margin": margin}


def main():
    cases = [
        case(1, 400, 5, (0.8, 0.7), weak=(1, 2)),
        case(2, 1500, 37, (0.75, 0.8), weak=(3, 4, 5, 6, 20), skipped=(11, 36)),
        case(3, 300, 3, (0.5, 0.95)),
        case(4, 60, 2, (0.0, 0.5)),    # a teacher that is never right: nothing to learn
        case(5, 900, 100, (0.9, 0.4)),
        case(6, 40, 1, (0.6, 0.5)),
    ]
    pairs = [(0, 0), (1, 0), (0, 1), (1, 1), (3, 1), (10, 2), (2, 10), (50, 49), (271, 104), (104, 271), (620, 580),
             (1000, 1001), (4000, 4200), (9800, 10200), (15, 15), (16, 3), (0, 40), (0, 900)]
    candidates = [exact_interval(g, l, n) for n in (3, 5, 7, 9, 11, 13, 15, 16) for g in range(n) for l in range(n - g)]
    golden = {
        "cases": cases,
        "mcnemar": [[g, l, mcnemar(g, l)] for g, l in pairs],
        # 2,000 draws put the sampled level within ±0.014 (4 standard errors) of the true one.
        "bootstrap": [c for c in candidates if c["margin"] > 0.014 and c["gained"] + c["lost"] > 0],
    }
    path = Path(__file__).parent / "data" / "golden.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, "bytes;", len(golden["bootstrap"]), "exact bootstrap cases")


if __name__ == "__main__":
    main()
