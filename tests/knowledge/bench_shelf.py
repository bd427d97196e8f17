# SPDX-License-Identifier: Apache-2.0
"""All pairs of a large generated shelf, by the program's core and by NumPy, in turns.

    python3 tests/knowledge/bench_shelf.py --program build/release/bin/bench_shelf

Both count, for every ordered pair, the samples only the teacher gets right, their entropy over classes and the headroom; each time in
a process of its own, from answers in memory, with as many threads; what they find must agree. Prints medians, spread, the ratio and
the peak memory of each process, answers included (int32: 4 bytes a sample and model).

The NumPy side is no straw man: answers sorted by class once, one matrix product (BLAS) per class for what every two models both get
right, logarithms from a table, whole arrays throughout.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np


def generate(path, samples, classes, models, seed=1):
    """Answers with structure: hard images are hard for all, models of a family agree, each knows some classes better."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.arange(samples) % classes).astype(np.int32)
    hard = rng.normal(size=samples).astype(np.float32)
    families = rng.normal(size=(6, samples)).astype(np.float32)
    with open(path, "wb") as file:
        file.write(truth.tobytes())
        for m in range(models):
            skill = rng.uniform(0, 2) + 0.6 * rng.normal(size=classes)
            score = skill[truth] - hard - 0.5 * families[m % 6] - 0.6 * rng.normal(size=samples)
            other = (truth + rng.integers(1, classes, samples)) % classes
            file.write(np.where(score > 0, truth, other).astype(np.int32).tobytes())


def all_pairs(truth, predicted, classes):
    models = len(predicted)
    order = np.argsort(truth, kind="stable")
    bounds = np.searchsorted(truth[order], np.arange(classes + 1))
    right = np.empty(predicted.shape, dtype=np.float32)
    for m in range(models):
        right[m] = (predicted[m] == truth)[order]
    largest = int(np.diff(bounds).max(initial=0))
    counts = np.arange(largest + 1)
    times_log = counts * np.log(np.maximum(counts, 1))
    only = np.zeros((models, models), dtype=np.int64)
    logs = np.zeros((models, models))
    headroom = np.zeros((models, models), dtype=np.int64)
    for begin, end in zip(bounds[:-1], bounds[1:]):
        if begin == end:
            continue
        part = right[:, begin:end]
        both = (part @ part.T).astype(np.int32)  # exact: below 2^24
        mine = both.diagonal()
        gained = mine[:, None] - both
        only += gained
        logs += times_log[gained]
        lead = mine[:, None] - mine[None, :]
        moved = gained + gained.T
        headroom += np.where((lead > 0) & (40000 * lead.astype(np.int64) ** 2 > 108241 * moved.astype(np.int64)), lead, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = np.maximum(np.log(only) - logs / only, 0)
    return only, entropy, headroom


def run_numpy(path, samples, classes, models):
    numbers = np.fromfile(path, dtype=np.int32).reshape(models + 1, samples)
    start = time.perf_counter()
    only, entropy, headroom = all_pairs(numbers[0], numbers[1:], classes)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                      "only_teacher": int(only.sum()), "headroom": int(headroom.sum()), "entropy": float(np.nansum(entropy))}))


def report(name, found):
    seconds = [each["seconds"] for each in found]
    print(f"{name:10} median {statistics.median(seconds):.3f} s, from {min(seconds):.3f} to {max(seconds):.3f}, "
          f"peak {max(each['peak_mib'] for each in found):.0f} MiB")
    return statistics.median(seconds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program")
    parser.add_argument("--samples", type=int, default=50000)
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--models", type=int, default=300)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--numpy", help=argparse.SUPPRESS)
    args = parser.parse_args()
    shape = [str(args.samples), str(args.classes), str(args.models)]
    if args.numpy:
        return run_numpy(args.numpy, args.samples, args.classes, args.models)
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "answers.bin")
        generate(path, args.samples, args.classes, args.models)
        environment = {**os.environ, **{key: str(args.threads) for key in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")}}
        again = [sys.executable, __file__, "--numpy", path, "--samples", shape[0], "--classes", shape[1], "--models", shape[2]]
        for _ in range(args.rounds):
            for command, found in (([args.program, path, *shape, str(args.threads)], ours), (again, theirs)):
                out = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
                found.append(json.loads(out))
    for each in ours + theirs:
        for key in ("only_teacher", "headroom"):
            assert each[key] == ours[0][key], (key, each[key], ours[0][key])
        assert abs(each["entropy"] - ours[0]["entropy"]) < 1e-9 * abs(ours[0]["entropy"]), (each["entropy"], ours[0]["entropy"])
    print(f"{args.models} models, {args.samples} samples, {args.classes} classes, {args.threads} threads, {args.rounds} rounds in turns")
    mine, numpys = report("gainfinder", ours), report("NumPy", theirs)
    print(f"ratio of medians {numpys / mine:.1f}; counts equal, entropies agree")


if __name__ == "__main__":
    main()
