#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes what test_vector_file.cpp and test_head.cpp compare with: data/vectors/ in every form that is read, written by
NumPy, Python's csv and the safetensors package, two tiny models with a square head, and vectors_golden.json with NumPy's and
PyTorch's own numbers. Run: python make_vectors_golden.py (PyTorch 2.11, NumPy, safetensors)."""
import csv, json, pathlib, sys

import numpy as np
import torch
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "data" / "vectors"
MODELS = HERE.parent / "models"
sys.path.insert(0, str(MODELS))
import make_fixtures  # noqa: E402

NAMES = ["tench", 'a "great" shark', "hen, or cock", "Line\nbreak", "ästhetisch", "boot"]


class Rows(torch.nn.Module):
    """A head with as many inputs as classes."""

    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(36, 3)
        self.head = torch.nn.Linear(3, 3)

    def forward(self, x):
        return self.head(torch.tanh(self.first(x.flatten(1))))


class Columns(Rows):
    """The same, its weight inputs by classes."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(self.head.weight.detach().t().contiguous())
        del self.head

    def forward(self, x):
        return torch.tanh(self.first(x.flatten(1))) @ self.weight


def cosines(rows):
    rows = np.asarray(rows, np.float64)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return (unit @ unit.T).tolist()


def write_vectors(values):
    np.save(OUT / "c_float32.npy", values)
    np.save(OUT / "c_float64.npy", values.astype("<f8"))
    np.save(OUT / "fortran_float32.npy", np.asfortranarray(values))
    np.save(OUT / "fortran_float64.npy", np.asfortranarray(values.astype("<f8")))
    np.save(OUT / "big_endian.npy", values.astype(">f4"))
    for version in (2, 3):
        with open(OUT / f"version_{version}.npy", "wb") as file:
            np.lib.format.write_array(file, values.astype(">f8"), version=(version, 0))
    np.save(OUT / "whole.npy", values.astype(np.int32))
    np.save(OUT / "objects.npy", np.array([["a", "b"]], dtype=object), allow_pickle=True)
    np.save(OUT / "flat.npy", values[0])
    order = [3, 0, 5, 1, 2, 4]
    for name, heading, end in (("plain.csv", None, "\n"), ("heading.csv", ["class", *map(str, range(values.shape[1]))], "\r\n")):
        with open(OUT / name, "w", newline="", encoding="utf-8-sig" if heading else "utf-8") as file:
            writer = csv.writer(file, lineterminator=end)
            if heading:
                writer.writerow(heading)
            writer.writerows([NAMES[k], *(repr(float(v)) for v in values[k])] for k in order)
    save_file({"vectors": values}, OUT / "matrix.safetensors")
    save_file({NAMES[k]: values[k].astype(np.float64) for k in order}, OUT / "by_name.safetensors")


def write_models():
    for name, module in {"square_rows": Rows(), "square_columns": Columns()}.items():
        path = HERE / "data" / f"{name}.pt"
        torch.jit.save(torch.jit.script(module.eval()), str(path), _extra_files=make_fixtures.metadata(name=name))
        make_fixtures.without_paths(path)


def heads():
    """Classifier rows as PyTorch finds them by name; the rows of two heads stand side by side."""
    answer = {}
    for name, weights in {"plain": ["second.weight"], "scripted": ["head.weight"], "cnn_traced": ["head.weight"],
                          "by_hand": ["weight"], "fixed": ["weight"], "two_heads": ["head.weight", "head_dist.weight"],
                          "square_rows": ["head.weight"], "square_columns": ["weight"]}.items():
        folder = HERE / "data" if name.startswith("square") else MODELS / "data"
        state = dict(torch.jit.load(str(folder / f"{name}.pt")).named_parameters())
        rows = torch.cat([state[weight].detach() for weight in weights], 1).double()
        if name in ("by_hand", "square_columns"):
            rows = rows.t()
        answer[name] = {"rows": rows.tolist(), "cosines": torch.nn.functional.cosine_similarity(rows[:, None], rows[None], dim=2).tolist()}
    return answer


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(3)
    values = np.random.default_rng(3).normal(size=(len(NAMES), 7)).astype(np.float32)
    write_vectors(values)
    write_models()
    golden = {"names": NAMES, "values": values.tolist(), "cosines": cosines(values), "heads": heads()}
    (HERE / "data" / "vectors_golden.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
