# SPDX-License-Identifier: Apache-2.0
"""Writes the first images of every Fashion-MNIST class as a small IDX folder, for an instant first run.

    python make_slice.py                      60 training and 100 test images per class into fashion-slice/
"""
import argparse
import gzip
import struct
from pathlib import Path

import numpy as np

from shelf_data import CLASSES, DEFAULT_FOLDER, load_bytes

LICENCE = """\
The images and labels in this folder are a subset of Fashion-MNIST
(https://github.com/zalandoresearch/fashion-mnist): the first {train} training images and the
first {test} test images of each class, in their original order, pixels unchanged.

The MIT License (MIT)

Copyright (c) 2017 Zalando SE, https://tech.zalando.com

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


def first_per_class(labels, count):
    """Sorted indices of the first `count` samples of every class."""
    return np.sort(np.concatenate([np.flatnonzero(labels == k)[:count] for k in range(len(CLASSES))]))


def write_idx(path, array):
    """A gzipped IDX file of unsigned bytes; no time stamp or name inside, so equal data gives equal bytes."""
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(gzip.compress(header + np.ascontiguousarray(array).tobytes(), 9, mtime=0))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the four Fashion-MNIST IDX files")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "fashion-slice")
    parser.add_argument("--train", type=int, default=60, help="training images per class")
    parser.add_argument("--test", type=int, default=100, help="test images per class")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for split, count in (("train", options.train), ("t10k", options.test)):
        images, labels = load_bytes(options.data, split)
        kept = first_per_class(labels, count)
        write_idx(options.out / f"{split}-images-idx3-ubyte.gz", images[kept])
        write_idx(options.out / f"{split}-labels-idx1-ubyte.gz", labels[kept])
    (options.out / "LICENSE").write_text(LICENCE.format(train=options.train, test=options.test))


if __name__ == "__main__":
    main()
