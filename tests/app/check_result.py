# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges what the program wrote from outside.

python check_result.py schema SCHEMA REPORT...   each report keeps the JSON Schema
python check_result.py same STUDENT STUDENT      both load in PyTorch, and every tensor is the same to the last bit
python check_result.py differ STUDENT STUDENT    both load, and at least one tensor differs
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


def main():
    what, *rest = sys.argv[1:]
    if what == "schema":
        check_schema(*rest)
    elif equal(*rest) != (what == "same"):
        raise SystemExit(f"the students must be {what}")


if __name__ == "__main__":
    main()
