# SPDX-License-Identifier: Apache-2.0
"""What the scripts that judge reports share: values are compared, counted, and the first wrong one ends the script."""

import json
import math
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import jsonschema

TOLERANCE = 1e-12
OUTCOMES = ("both_right", "only_teacher", "only_student", "both_wrong")
compared = 0


def same(where, found, expected):
    global compared
    compared += 1
    if expected is None or isinstance(expected, (str, bool, list)):
        ok = found == expected and type(found) is type(expected)
    else:
        ok = found is not None and abs(found - expected) <= TOLERANCE
    if not ok:
        raise SystemExit(f"{where}: {found!r} instead of {expected!r}")


def share(count, whole):
    return None if whole == 0 else float(count) / float(whole)


def maybe(where, holder, key, expected):
    same(f"{where}.{key}", holder[key], expected)
    if (expected is None) != (key + "_reason" in holder):
        raise SystemExit(f"{where}.{key}: a reason must stand beside null, and only there")


def mcnemar(gained, lost):
    """Two-sided exact test, from whole numbers."""
    n, fewer = gained + lost, min(gained, lost)
    return float(min(Fraction(1), Fraction(2 * sum(math.comb(n, k) for k in range(fewer + 1)), 2 ** n)))


def judge(noun, check, mutations):
    """The script: the arguments are the program that writes result folders, and the schema. `check(folder, report, raw)` compares
    the numbers of a report, `mutations(report)` yields (what, changed report) that the schema must refuse."""
    program, schema_path = sys.argv[1:]
    schema = json.loads(Path(schema_path).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    refused = reports = 0
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([program, scratch], check=True)
        for folder in sorted(Path(scratch).iterdir()):
            report = json.loads((folder / "report.json").read_text(encoding="utf-8"),
                                parse_constant=lambda name: sys.exit(f"{folder.name}: {name} is no JSON"))
            problems = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(report)]
            if problems:
                raise SystemExit(f"{folder.name} breaks the schema:\n" + "\n".join(problems[:5]))
            check(folder, report, json.loads((folder / "raw.json").read_text(encoding="utf-8")))
            reports += 1
            for what, changed in mutations(report):
                if validator.is_valid(changed):
                    raise SystemExit(f"{folder.name}: the schema lets through: {what}")
                refused += 1
    print(f"{reports} {noun} keep the schema, {compared} numbers agree to {TOLERANCE}, {refused} changed reports refused")
