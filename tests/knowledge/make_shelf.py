# SPDX-License-Identifier: Apache-2.0
"""Golden pairs of shelves, with NumPy's own counting.

python3 tests/knowledge/make_shelf.py   writes tests/knowledge/data/shelf.json
"""
import json
from pathlib import Path

import numpy as np


def pair(truth, teacher, student, classes):
    """Samples only the teacher gets right, their entropy over classes, and the teacher's sure lead, from the definitions."""
    gained = np.bincount(truth[(teacher == truth) & (student != truth)], minlength=classes)
    lost = np.bincount(truth[(teacher != truth) & (student == truth)], minlength=classes)
    q = gained[gained > 0] / max(gained.sum(), 1)
    entropy = float(-(q * np.log(q)).sum()) if len(q) else None
    moved = gained + lost
    z = (gained - lost) / np.sqrt(np.maximum(moved, 1))
    headroom = int((gained - lost)[z > 1.645].sum())
    return int(gained.sum()), None if entropy is None else abs(entropy), headroom


def case(seed, samples, classes, models, empty=()):
    rng = np.random.default_rng(seed)
    allowed = np.setdiff1d(np.arange(classes), empty)
    truth = np.sort(rng.choice(allowed, samples)) if seed % 2 else rng.choice(allowed, samples)
    hard = rng.random(samples)
    predicted = []
    for _ in range(models):
        skill = rng.uniform(0.2, 1, classes)  # each model knows some classes better than others
        right = hard * 0.5 + rng.random(samples) * 0.5 < skill[truth]
        predicted.append(np.where(right, truth, (truth + rng.integers(1, max(classes, 2), samples)) % classes))
    found = [[pair(truth, t, s, classes) for s in predicted] for t in predicted]
    return {"classes": classes, "truth": truth.tolist(), "predicted": [p.tolist() for p in predicted],
            "only_teacher": [[cell[0] for cell in row] for row in found],
            "entropy": [[cell[1] for cell in row] for row in found],
            "headroom": [[cell[2] for cell in row] for row in found]}


def main():
    cases = [case(1, 1500, 10, 4), case(2, 700, 60, 5, empty=(0, 17, 59)), case(3, 64, 1, 2), case(4, 900, 3, 3, empty=(1,))]
    path = Path(__file__).parent / "data" / "shelf.json"
    path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
