# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges what the program wrote from outside.

python check_result.py schema SCHEMA REPORT...   each report keeps the JSON Schema
python check_result.py same STUDENT STUDENT      both load in PyTorch, and every tensor is the same to the last bit
python check_result.py differ STUDENT STUDENT    both load, and at least one tensor differs
python check_result.py only PREFIX MODEL MODEL   both load; the tensors whose name begins so differ, all others are the same
python check_result.py accuracy FIT LOGITS DATA  the accuracies in fit.json are those of the logits on the IDX data
"""
import json
import sys


def tensors(path):
    import torch

    module = torch.jit.load(path)
    return {**dict(module.named_parameters()), **dict(module.named_buffers())}


def check_schema(schema_path, *reports):
    import jsonschema

    with open(schema_path, encoding="utf-8") as file:
        validator = jsonschema.Draft202012Validator(json.load(file))
    for report in reports:
        with open(report, encoding="utf-8") as file:
            problems = [error.message for error in validator.iter_errors(json.load(file))]
        if problems:
            raise SystemExit(f"{report}: {problems[0]}")


def equal(first, second):
    import torch

    one, other = tensors(first), tensors(second)
    if not one or one.keys() != other.keys():
        raise SystemExit("the students do not have the same tensors")
    return all(torch.equal(one[name], other[name]) for name in one)


def check_only(prefix, first, second):
    import torch

    one, other = tensors(first), tensors(second)
    for name in one:
        if torch.equal(one[name], other[name]) == name.startswith(prefix):
            raise SystemExit(f"{name}: must be the same unless it begins with {prefix}, and differ if it does")


def check_accuracy(fit, logits, data):
    import pathlib

    import numpy as np

    with open(fit, encoding="utf-8") as file:
        report = json.load(file)
    names = (pathlib.Path(data) / "classes.txt").read_text().split()
    truth = np.frombuffer((pathlib.Path(data) / "t10k-labels-idx1-ubyte").read_bytes()[8:], np.uint8)
    outputs = {each["name"].lower(): each["output"] for each in report["classes"]}
    right = np.load(logits).argmax(1) == np.array([outputs[names[label]] for label in truth])
    if report["after"]["accuracy"] != right.mean() or report["course"][-1]["accuracy"] != right.mean():
        raise SystemExit(f"the accuracy must be {right.mean()}")
    for each in report["classes"]:
        own = right[truth == names.index(each["name"].lower())]
        if each["samples"] != len(own) or abs(each["after"] - own.mean()) > 1e-12:
            raise SystemExit(f"the accuracy of {each['name']} must be {own.mean()}")


def main():
    what, *rest = sys.argv[1:]
    if what == "schema":
        check_schema(*rest)
    elif what == "only":
        check_only(*rest)
    elif what == "accuracy":
        check_accuracy(*rest)
    elif equal(*rest) != (what == "same"):
        raise SystemExit(f"the students must be {what}")


if __name__ == "__main__":
    main()
