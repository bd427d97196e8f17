# SPDX-License-Identifier: Apache-2.0
"""Golden confusion matrices of flips, with NumPy's own counting.

python3 tests/knowledge/make_confusion.py   writes tests/knowledge/data/confusion.json
"""
import json
from pathlib import Path

import numpy as np


def matrix(truth, knows, misses, classes):
    flips = (knows == truth) & (misses != truth)
    cells = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(cells, (truth[flips], misses[flips]), 1)
    rows, columns = np.nonzero(cells)
    counts = cells[rows, columns]
    order = np.lexsort((columns, rows, -counts))
    return [[int(rows[i]), int(columns[i]), int(counts[i])] for i in order]


def case(seed, samples, classes, teacher_skill, student_skill):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, samples)

    def answers(skill):
        # Wrong answers crowd on few classes, so that cells hold more than one sample.
        other = (rng.geometric(0.35, samples) - 1) % classes
        return np.where(rng.random(samples) < skill, truth, other)

    teacher, student = answers(teacher_skill), answers(student_skill)
    return {"truth": truth.tolist(), "teacher": teacher.tolist(), "student": student.tolist(),
            "positive": matrix(truth, teacher, student, classes),
            "negative": matrix(truth, student, teacher, classes)}


def main():
    cases = [case(1, 500, 5, 0.8, 0.7), case(2, 1200, 40, 0.7, 0.75), case(3, 200, 2, 0.0, 0.6),
             case(4, 300, 3, 1.0, 1.0), case(5, 0, 3, 0.5, 0.5)]
    path = Path(__file__).parent / "data" / "confusion.json"
    path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
