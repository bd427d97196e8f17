# SPDX-License-Identifier: Apache-2.0
"""Writes unicode_tables.cpp: what the two tokenizers need to know of Unicode.

Hugging Face's `tokenizers` is the yardstick, and its parts follow different versions of Unicode. So every code point is
put through it, and the tables say what it did; compositions come from Python's unicodedata, less what `tokenizers` lacks.

    python make_unicode_tables.py > unicode_tables.cpp      (needs: pip install tokenizers)
"""
import sys
import unicodedata

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]


def ranges(points):
    found = []
    for c in sorted(points):
        if found and found[-1][1] == c - 1:
            found[-1][1] = c
        else:
            found.append([c, c])
    return found


def matching(pattern):
    remove = normalizers.Replace(Regex(pattern), "")
    return [c for c in POINTS if remove.normalize_str(chr(c)) == ""]


def bert(**options):
    chosen = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**chosen, **options}).normalize_str


def table(kind, name, rows, comment):
    print(f"\n// {comment}")
    print(f"const {kind} {name}[] = {{")
    line = "   "
    for row in rows:
        item = " {" + ", ".join(f"0x{x:X}" if i < 2 or kind != "LowerRange" else str(x) for i, x in enumerate(row)) + "},"
        if len(line) + len(item) > 118:
            print(line)
            line = "   "
        line += item
    print(line)
    print("};")
    print(f"const std::size_t {name}Count = {len(rows)};")


def lower_rows():
    """Ranges of upper-case letters with one distance to their lower-case forms: first, last, step, distance."""
    lower, cased = normalizers.Lowercase().normalize_str, bert(lowercase=True)
    rows = []
    for c in POINTS:
        low = lower(chr(c))
        assert low == cased(chr(c)), hex(c)
        if low == chr(c):
            continue
        if len(low) > 1:
            assert c == 0x130 and low == "i\u0307"  # lowercase() knows this one
            continue
        distance = ord(low) - c
        if rows and rows[-1][3] == distance:
            last = rows[-1]
            step = c - last[1]
            if step in (1, 2) and (last[0] == last[1] or last[2] == step):
                last[1], last[2] = c, step
                continue
        rows.append([c, c, 1, distance])
    return rows


def decompositions():
    nfd = normalizers.NFD().normalize_str
    rows = []
    for c in POINTS:
        text = unicodedata.decomposition(chr(c))
        if not text or text.startswith("<") or nfd(chr(c)) == chr(c):
            continue
        parts = [int(x, 16) for x in text.split()]
        assert len(parts) <= 2
        rows.append((c, parts[0], parts[1] if len(parts) == 2 else 0))
    return rows


def compositions(rows):
    nfc = normalizers.NFC().normalize_str
    return [(b, c, a) for a, b, c in rows if c and nfc(chr(b) + chr(c)) == chr(a)]


def combining_rows():
    nfd = normalizers.NFD().normalize_str
    classes = {}
    for c in POINTS:
        value = unicodedata.combining(chr(c))
        # A mark that `tokenizers` does not know yet is not put in order by it.
        if value > 1 and nfd(chr(c) + "\u0334")[0] == "\u0334" or value == 1 and nfd("\u0345" + chr(c))[-1] == "\u0345":
            classes.setdefault(value, []).append(c)
    return sorted((first, last, value) for value, points in classes.items() for first, last in ranges(points))


def main():
    removed, spaces, strip = bert(clean_text=True), matching(r"\s"), bert(strip_accents=True)
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    rows = decompositions()
    print("// SPDX-License-Identifier: Apache-2.0")
    print("// Written by make_unicode_tables.py; do not edit. Behaviour of tokenizers " + tokenizers.__version__ +
          ", compositions of Unicode " + unicodedata.unidata_version + ".")
    print("// clang-format off")
    print('#include "semantics/unicode_tables.h"\n\nnamespace gf::unicode {')
    table("Range", "kLetters", ranges(matching(r"\p{L}")), "Categories L*.")
    table("Range", "kNumbers", ranges(matching(r"\p{N}")), "Categories N*.")
    table("Range", "kSpaces", ranges(spaces), "White space.")
    table("Range", "kRemoved", ranges([c for c in POINTS if removed(chr(c)) == ""]),
          "What BERT's cleaning drops: controls but for tab and line ends, formats, private use, U+0000 and U+FFFD.")
    table("Range", "kPunctuation", ranges([c for c in POINTS if len(split("a" + chr(c) + "b")) == 3]),
          "What BERT makes a word of its own: ASCII symbols and categories P*.")
    table("Range", "kMarks", ranges([c for c in POINTS if strip(chr(c)) == ""]), "What stripping accents drops: category Mn.")
    table("LowerRange", "kLower", lower_rows(), "First, last, step, distance to the lower-case form. U+0130 is missing: it becomes two.")
    table("Combining", "kCombining", combining_rows(), "First, last, canonical combining class.")
    table("Decomposition", "kDecompositions", rows, "One step of canonical decomposition; the second part is 0 where there is only one.")
    table("Composition", "kCompositions", sorted(compositions(rows)), "First, second, what they compose to.")
    print("\n}  // namespace gf::unicode")
    print("// clang-format on")


if __name__ == "__main__":
    sys.exit(main())
