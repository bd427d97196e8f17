# SPDX-License-Identifier: Apache-2.0
"""Figures as files: CSV and JSON hold the same numbers, and those that the report or the metrics have."""
import csv
import json

import numpy as np

from judging import same


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


def columns_of(series):
    """Its values, and the ends of its intervals where it has any."""
    yield series["y"]
    if any(value is not None for key in ("low", "high") for value in series.get(key, [])):
        yield series["low"]
        yield series["high"]


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
        elif figure["kind"] in ("bars", "heat", "columns", "grid"):
            for row, i in zip(rows[1:], range(len(figure["labels"])), strict=True):
                columns = [values for series in figure["series"] for values in columns_of(series)]
                for found, values in zip(row[1:], columns):
                    same(path.stem, float(found) if found else None, values[i])
        elif figure["kind"] == "scatter":
            points = [(x, y) for series in figure["series"] for x, y in zip(series["x"], series["y"], strict=True)]
            for row, (x, y) in zip(rows[1:], points, strict=True):
                same(path.stem, float(row[2]), x)
                same(path.stem, float(row[3]), y)
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
