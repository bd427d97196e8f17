# SPDX-License-Identifier: Apache-2.0
"""Numbers for tests/study/test_ranking.cpp, by SciPy: python3 make_golden.py > data/ranking.json (SciPy 1.17, NumPy 2)."""
import json

import numpy as np
from scipy import stats


def signed_ranks(differences):
    """Exact: by its own table without ties, else over all 2^n sign changes; by the normal distribution for many."""
    values = np.array([d for d in differences if d != 0])
    ties = len(set(np.abs(values))) < len(values)
    if len(values) > 500:
        method = "asymptotic"
    elif ties:
        method = stats.PermutationMethod(n_resamples=np.inf)
    else:
        method = "exact"
    result = stats.wilcoxon(values, zero_method="wilcox", correction=False, method=method)
    ranks = stats.rankdata(np.abs(values))
    return {"differences": list(differences), "pairs": len(values), "positive": float(ranks[values > 0].sum()), "p": float(result.pvalue)}


def main():
    source = np.random.default_rng(7)
    images = lambda n, low, high: [int(v) / 10000 for v in source.integers(low, high, n)]  # shares of 10,000 images
    cases = [images(6, 1, 900), images(9, -40, 600), images(12, -4, 6), images(12, -8, 3), images(11, -3, 4)]
    distinct = [int(v) / 10000 for v in source.permutation(np.arange(1, 1000))[:40]]
    cases.append([d if i % 3 else -d for i, d in enumerate(distinct)])
    cases.append([d if i % 2 else -d for i, d in enumerate(distinct[:25])])
    cases.append(images(700, -900, 1000))
    columns = [(images(20, 0, 1000), images(20, 0, 1000)), (images(15, 0, 5), images(15, 0, 5)), ([1, 2, 3, 4, 5.5], [9, 7, 7, 3, 1])]
    spans = [images(n, -100, 100) for n in (1, 2, 3, 7, 10)]
    tables = {
        "signed_ranks": [signed_ranks(case) for case in cases],
        "sign_tests": [{"wins": w, "losses": l, "p": float(stats.binomtest(w, w + l).pvalue)} for w, l in ((8, 2), (31, 1), (16, 16), (0, 5), (260, 140))],
        "correlations": [{"x": list(x), "y": list(y), "rho": float(stats.spearmanr(x, y).statistic)} for x, y in columns],
        "five_numbers": [{"values": v, "numbers": [float(q) for q in np.quantile(v, [0, 0.25, 0.5, 0.75, 1])],
                          "mean": float(np.mean(v)), "deviation": float(np.std(v))} for v in spans],
    }
    blocks = [f" {json.dumps(name)}: [\n  " + ",\n  ".join(map(json.dumps, rows)) + "\n ]" for name, rows in tables.items()]
    print("{\n" + ",\n".join(blocks) + "\n}")


main()
