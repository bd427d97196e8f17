# SPDX-License-Identifier: Apache-2.0
"""Trains the sample shelf on Fashion-MNIST and writes one TorchScript file per model.

    python make_shelf.py                      every model of shelf_plan.py into shelf/
    python make_shelf.py --only tops-resnet   some of them

The same seed, PyTorch version and kind of processor give the same files, byte for byte: each model is
trained on one thread in a process of its own (TorchScript numbers its classes per process).
"""
import argparse
import multiprocessing
import os
import time
from functools import partial
from pathlib import Path

import torch

from shelf_data import DEFAULT_FOLDER, load_tensors
from shelf_plan import PLANS
from shelf_train import accuracy, metadata, save, train


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the four Fashion-MNIST IDX files")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "shelf")
    parser.add_argument("--only", nargs="*", help="stems of the files to make, such as tops-resnet")
    parser.add_argument("--jobs", type=int, default=2, help="models trained at a time")
    return parser.parse_args()


def make(data, out, plan):
    """Train, measure and save one model; returns a line to print."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    started = time.time()
    model = train(plan, *load_tensors(data, "train"))
    value = accuracy(model, *load_tensors(data, "t10k"))
    path = out / plan.file
    save(model, metadata(plan, value), path)
    size = sum(p.numel() for p in model.parameters())
    return (f"{plan.file:20} {size:7,} parameters {path.stat().st_size / 1e3:6.1f} kB "
            f"accuracy {value:.2%} in {time.time() - started:.0f} s")


def main():
    options = parse()
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = [p for p in PLANS if not options.only or Path(p.file).stem in options.only]
    os.environ["PYTHONHASHSEED"] = "0"  # scripting writes some attributes in the order of a set
    with multiprocessing.get_context("spawn").Pool(options.jobs, maxtasksperchild=1) as pool:
        for line in pool.imap(partial(make, options.data, options.out), wanted, chunksize=1):
            print(line, flush=True)


if __name__ == "__main__":
    main()
