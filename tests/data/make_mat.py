# SPDX-License-Identifier: Apache-2.0
"""Writes MATLAB files as SciPy's savemat does, in the published shapes, and one big-endian file by hand.

    python make_mat.py               needs numpy and scipy; writes into data/mat/

meta.mat                   the table of classes in ILSVRC 2012's development kit, five synsets, packed
cars_*.mat                 Stanford Cars' annotations, three classes; cars_annos.mat is the older form, not packed
kinds.mat                  every kind of number, texts, cells within cells, complex and sparse numbers
big.mat                    numbers and a text in the other byte order
"""
import pathlib
import struct

import numpy as np
import scipy.sparse
from scipy.io import savemat

OUT = pathlib.Path(__file__).parent / "data" / "mat"


def records(fields, rows):
    table = np.empty((len(rows),), dtype=[(name, object) for name in fields])
    for i, row in enumerate(rows):
        table[i] = row
    return table


def cells(values):
    array = np.empty((1, len(values)), dtype=object)
    array[0, :] = values
    return array


def imagenet():
    # Classes that have others below them follow the others, with ids from 1001 on in the real table.
    fields = ["ILSVRC2012_ID", "WNID", "words", "gloss", "num_children", "children", "wordnet_height",
              "num_train_images"]
    rows = [(1., "n02119789", "kit fox, Vulpes macrotis", "small grey fox", 0., np.zeros((0, 0)), 0., 1300.),
            (2., "n02012849", "crane", "large long-necked wading bird", 0., np.zeros((0, 0)), 0., 1300.),
            (3., "n03126707", "crane", "lifts and moves heavy objects", 0., np.zeros((0, 0)), 0., 1300.),
            (4., "n01440764", "tench, Tinca tinca", "freshwater dace-like game fish", 0., np.zeros((0, 0)), 0., 1300.),
            (1001., "n00001740", "entity", "that which exists", 4., np.array([[1., 2., 3., 4.]]), 3., 0.)]
    savemat(OUT / "meta.mat", {"synsets": records(fields, rows).reshape(-1, 1)}, do_compression=True)


def cars():
    names = ["AM General Hummer SUV 2000", "Acura RL Sedan 2012", "Ram C/V Cargo Van Minivan 2012"]
    savemat(OUT / "cars_meta.mat", {"class_names": cells(names)}, do_compression=True)
    box = [np.uint16(39), np.uint16(116), np.uint16(569), np.uint16(375)]
    fields = ["bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2", "class", "fname"]
    for name, labels in (("cars_train_annos", [3, 1, 2]), ("cars_test_annos_withlabels", [2, 2])):
        rows = [(*box, np.uint8(k), f"{i + 1:05}.jpg") for i, k in enumerate(labels)]
        savemat(OUT / f"{name}.mat", {"annotations": records(fields, rows)}, do_compression=True)
    rows = [(*box, f"{i + 1:05}.jpg") for i in range(2)]
    savemat(OUT / "cars_test_annos.mat", {"annotations": records(fields[:4] + ["fname"], rows)}, do_compression=True)
    rows = [(f"car_ims/{i + 1:06}.jpg", *box, np.uint8(k), np.uint8(test))
            for i, (k, test) in enumerate([(1, 0), (1, 1), (2, 1), (3, 0)])]
    old = records(["relative_im_path"] + fields[:4] + ["class", "test"], rows)
    savemat(OUT / "cars_annos.mat", {"annotations": old, "class_names": cells(names)})


def kinds():
    values = {f"v_{np.dtype(t).name}": np.array([[1, 2, 3], [4, 5, 6]], dtype=t)
              for t in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64")}
    values |= {"negative": np.array([[-1, -128]], dtype="int8"), "half": np.array([[0.5, -2.25]]), "text": "Fuß 汉 😀",
               "empty": np.zeros((0, 0)), "nested": cells([cells(["deep", 7.0]), "flat"]), "rows": ["ab", "cd"],
               "complex": np.array([[1 + 2j]]), "sparse": scipy.sparse.csc_matrix(np.eye(3))}
    savemat(OUT / "kinds.mat", values, do_compression=True)


def big_endian():
    def element(kind, data):
        if len(data) <= 4:
            return struct.pack(">HH", len(data), kind) + data.ljust(4, b"\0")
        return struct.pack(">II", kind, len(data)) + data + b"\0" * (-len(data) % 8)

    def matrix(kind, name, rows, columns, data):
        head = element(6, struct.pack(">II", kind, 0)) + element(5, struct.pack(">ii", rows, columns))
        return element(14, head + element(1, name) + data)

    header = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack(">H", 0x0100) + b"MI"
    numbers = matrix(6, b"numbers", 1, 3, element(9, struct.pack(">3d", 1, -2.5, 1e300)))
    text = matrix(4, b"text", 1, 4, element(4, "Fuß!".encode("utf-16-be")))
    (OUT / "big.mat").write_bytes(header + numbers + text)


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for write in (imagenet, cars, kinds, big_endian):
        write()
