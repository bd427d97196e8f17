# SPDX-License-Identifier: Apache-2.0
"""Trains the sample shelf on Fashion-MNIST and writes one TorchScript file per model.

    python make_shelf.py                      every model of shelf_plan.py into shelf/
    python make_shelf.py --only tops-resnet   some of them

The same seed, thread count, PyTorch version and machine give the same weights.
"""
import argparse
import time
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
    parser.add_argument("--threads", type=int, default=1, help="more are slower beside other work")
    return parser.parse_args()


def main():
    options = parse()
    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)
    train_images, train_labels = load_tensors(options.data, "train")
    test_images, test_labels = load_tensors(options.data, "t10k")
    options.out.mkdir(parents=True, exist_ok=True)
    for plan in PLANS:
        if options.only and Path(plan.file).stem not in options.only:
            continue
        started = time.time()
        model = train(plan, train_images, train_labels)
        value = accuracy(model, test_images, test_labels)
        path = options.out / plan.file
        save(model, metadata(plan, value), path)
        size = sum(p.numel() for p in model.parameters())
        print(f"{plan.file:20} {size:7,} parameters {path.stat().st_size / 1e3:6.1f} kB "
              f"accuracy {value:.2%} in {time.time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
