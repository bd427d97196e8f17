# SPDX-License-Identifier: Apache-2.0
"""Writes the golden data of published layouts with NumPy and the random choices of make_golden.py.

    python make_layouts.py           needs numpy and pillow; writes into data/

cifar10.bin, cifar100.bin   a few records, made from images [32, 32, 3] by transposing to [3, 32, 32]
layouts.json                labels and pixels of those records
caltech.json                the files of a small Caltech-256 that are for testing, in order, and their classes
"""
import numpy as np

from make_golden import OUT, Random, mix, synthetic, write_json


def records(labels):
    """Records of bytes, and what they must be read as."""
    packed, facts = b"", []
    for i, label in enumerate(labels):
        image = np.roll(synthetic(32, 32, 3), 5 * i + 1, axis=1)
        packed += bytes(label) + image.transpose(2, 0, 1).tobytes()
        spots = [[y, x] for y, x in ((0, 0), (0, 31), (31, 0), (31, 31), (7, 19), (20, 3))]
        facts.append(dict(label=label[-1], spots=[dict(at=at, rgb=image[at[0], at[1]].tolist()) for at in spots],
                          sums=image.reshape(-1, 3).sum(0).tolist()))
    return packed, facts


def caltech_split():
    """Of every class 30 images for testing, or half of them where that is less."""
    test, labels = [], []
    for label, (name, count) in enumerate((("001.ak47", 2), ("002.american-flag", 5), ("145.motorbikes-101", 60),
                                           ("198.spider", 75))):
        files = [f"{name}/{name[:3]}_{i + 1:04}.jpg" for i in range(count)]
        chosen = sorted(Random(mix(256, label)).shuffled(files)[:min(30, count // 2)])
        test += chosen
        labels += [label] * len(chosen)
    return dict(test=test, labels=labels)


def main():
    layouts = {}
    for name, labels in (("cifar10", [(3,), (0,), (9,)]), ("cifar100", [(19, 99), (0, 42)])):
        packed, layouts[name] = records(labels)
        (OUT / f"{name}.bin").write_bytes(packed)
    write_json("layouts.json", layouts)
    write_json("caltech.json", caltech_split())


if __name__ == "__main__":
    main()
