# SPDX-License-Identifier: Apache-2.0
"""What the scripts that judge reports share: values are compared, counted, and the first wrong one ends the script."""

TOLERANCE = 1e-12
OUTCOMES = ("both_right", "only_teacher", "only_student", "both_wrong")
compared = 0


def same(where, found, expected):
    global compared
    compared += 1
    if expected is None or isinstance(expected, (str, bool)):
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
