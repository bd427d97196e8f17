#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes data/meaning_golden.json: what SciPy and NumPy find about made-up classes, for test_class_tree.cpp,
test_class_map.cpp and test_set_similarity.cpp. Run: python make_meaning_golden.py (SciPy 1.17, NumPy 2).

Trees: average linkage, all cophenetic distances and the flat clusters of several counts. Maps: the principal components of
centred rows by a singular value decomposition, and Torgerson's scaling from squared distances. Sets: every subset of a size
is enumerated, so bands and chances are exact."""
import itertools, json, pathlib

import numpy as np
from scipy.cluster.hierarchy import average, cophenet, fcluster
from scipy.spatial.distance import squareform

OUT = pathlib.Path(__file__).resolve().parent / "data" / "meaning_golden.json"
DECIMALS = 6


def unit_rows(draw, classes, width):
    rows = draw.normal(size=(classes, width)) + draw.normal(size=width) * 0.5
    rows = rows.astype(np.float32).astype(np.float64)
    return rows


def cosines(rows):
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    result = unit @ unit.T
    np.fill_diagonal(result, 1)
    return (result + result.T) / 2


def table(draw, classes):
    """Symmetric, the diagonal 1, and no matrix of inner products."""
    values = np.round(draw.uniform(0, 0.95, size=(classes, classes)), DECIMALS)
    values = np.triu(values, 1)
    return values + values.T + np.eye(classes)


def tree(similarity):
    distances = squareform(1 - similarity, checks=False)
    links = average(distances)
    counts = sorted({1, 2, 3, 5, 9, len(similarity) // 2, len(similarity)})
    counts = [count for count in counts if 1 <= count <= len(similarity)]
    return {
        "similarity": similarity.flatten().tolist(),
        "heights": links[:, 2].tolist(),
        "cophenetic": squareform(cophenet(links)).flatten().tolist(),
        "cuts": {count: fcluster(links, count, "maxclust").tolist() for count in counts},
    }


def fixed_signs(places):
    for axis in range(2):
        column = places[:, axis]
        if column[np.argmax(np.abs(column))] < 0:
            places[:, axis] = -column
    return places


def pca(rows):
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    centred = unit - unit.mean(axis=0)
    left, lengths, _ = np.linalg.svd(centred, full_matrices=False)
    return {"rows": rows.flatten().tolist(), "width": rows.shape[1],
            "places": fixed_signs(left[:, :2] * lengths[:2]).tolist(),
            "explained": float((lengths[:2] ** 2).sum() / (lengths**2).sum())}


def scaling(similarity):
    squared = 2 - 2 * similarity
    classes = len(similarity)
    centring = np.eye(classes) - 1 / classes
    values, vectors = np.linalg.eigh(-centring @ squared @ centring / 2)
    places = vectors[:, [-1, -2]] * np.sqrt(values[[-1, -2]])
    assert values.min() < -0.1  # not Euclidean: some eigenvalues do not count
    return {"similarity": similarity.flatten().tolist(), "places": fixed_signs(places).tolist(),
            "explained": float(values[-2:].sum() / values[values > 0].sum())}


def mean(similarity, classes):
    return float(np.mean([similarity[a, b] for a, b in itertools.combinations(classes, 2)]))


def sets(draw, similarity):
    classes = range(len(similarity))
    whole = mean(similarity, classes)
    result = {"similarity": similarity.flatten().tolist(), "mean": whole, "sets": []}
    for size in range(2, len(similarity) + 1):
        every = np.array([mean(similarity, each) for each in itertools.combinations(classes, size)])
        chosen = sorted(draw.choice(len(similarity), size=size, replace=False).tolist())
        value = mean(similarity, chosen)
        entry = {"classes": chosen, "similarity": value, "chance": float(np.mean(every >= value - 1e-12)),
                 "low": np.quantile(every, [0.015, 0.035], method="inverted_cdf").tolist(),
                 "high": np.quantile(every, [0.965, 0.985], method="inverted_cdf").tolist()}
        if whole > 0:
            entry["difference"] = 100 * (value / whole - 1)
        result["sets"].append(entry)
    return result


def main():
    draw = np.random.default_rng(5)
    trees = [np.round(cosines(unit_rows(draw, classes, 6)), DECIMALS) for classes in (2, 3, 5, 11, 40)]
    trees += [table(draw, classes) for classes in (4, 13, 30)]
    golden = {
        "trees": [tree(each) for each in trees],
        "pca": [pca(unit_rows(draw, *shape)) for shape in ((3, 2), (9, 4), (20, 30))],
        "mds": [scaling(table(draw, classes)) for classes in (6, 17)],
        "sets": [sets(draw, table(draw, 8)), sets(draw, np.round(cosines(unit_rows(draw, 9, 5)), DECIMALS)),
                 sets(draw, np.round(cosines(draw.normal(size=(7, 9)) - 0.02), DECIMALS) - 0.3 + 0.3 * np.eye(7))],
    }
    OUT.write_text(json.dumps(golden) + "\n")


main()
