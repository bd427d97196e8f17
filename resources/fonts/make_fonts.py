#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the fonts beside this script from Debian's fonts-inter: python3 make_fonts.py [FOLDER WITH Inter-*.otf]

Needs fonttools. Two things are changed, so the family gets a name of its own ("Inter Tabular"), which also keeps an
Inter that is installed on the machine from being mixed with it:
- Digits and signs become the tabular ones, all equally wide. Qt 6.4 cannot switch font features on, and numbers in our
  tables must line up and not move while they change.
- Only the characters that the window and figures can need are kept: Latin, Greek, punctuation, arrows, mathematics.
"""
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Inter Tabular"
WEIGHTS = ("Regular", "SemiBold", "Bold")
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x2C6, 0x2DD), (0x300, 0x30C), (0x370, 0x3FF),
    (0x1E80, 0x1E9E), (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2150, 0x218F),
    (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF), (0x25A0, 0x25FF), (0x2713, 0x2718),
)
TABULAR = "0123456789+-\u2212\u00b1=<>\u2264\u2265\u2248"
# Not "calt": it would turn "->" in a class name into an arrow.
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl"]


def tabular_glyphs(font):
    """Glyph → tabular glyph, as the font's own "tnum" feature has it."""
    gsub = font["GSUB"].table
    lookups = {i for record in gsub.FeatureList.FeatureRecord if record.FeatureTag == "tnum"
               for i in record.Feature.LookupListIndex}
    mapping = {}
    for index in lookups:
        for table in gsub.LookupList.Lookup[index].SubTable:
            mapping.update(getattr(table, "ExtSubTable", table).mapping)
    return mapping


def bake_tabular(font):
    mapping = tabular_glyphs(font)
    for table in font["cmap"].tables:
        if not table.isUnicode():
            continue
        for character in TABULAR:
            glyph = table.cmap.get(ord(character))
            if glyph in mapping:
                table.cmap[ord(character)] = mapping[glyph]


def even_out_digits(font, source):
    """The heavier weights are interpolated, which leaves tabular digits a few thousandths apart."""
    metrics = font["hmtx"].metrics
    digits = [font.getBestCmap()[ord(digit)] for digit in "0123456789"]
    widths = sorted(metrics[digit][0] for digit in digits)
    if widths[-1] - widths[0] > widths[0] // 100:
        raise SystemExit(f"{source}: digits are {widths[0]} to {widths[-1]} units wide, equal ones were expected")
    for digit in digits:
        metrics[digit] = (widths[-1], metrics[digit][1])


def rename(font, weight):
    plain = weight in ("Regular", "Bold")
    texts = {
        1: FAMILY if plain else f"{FAMILY} {weight}",
        2: weight if plain else "Regular",
        3: f"{FAMILY} {weight} for Gainfinder",
        4: f"{FAMILY} {weight}",
        6: f"{FAMILY.replace(' ', '')}-{weight}",
    }
    if not plain:
        texts.update({16: FAMILY, 17: weight})
    names = font["name"]
    for number in (1, 2, 3, 4, 6, 16, 17, 21, 22):
        names.removeNames(nameID=number)
    for number, text in texts.items():
        names.setName(text, number, 3, 1, 0x409)
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames[0] = texts[6]
        cff[0].FamilyName, cff[0].FullName = FAMILY, texts[4]


def make(source, target, weight):
    font = TTFont(source, recalcTimestamp=False)
    bake_tabular(font)
    even_out_digits(font, source)
    options = subset.Options(layout_features=FEATURES, name_IDs=["*"], notdef_outline=True, hinting=True, desubroutinize=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    rename(font, weight)
    font.save(target)
    print(f"{target.name}: {target.stat().st_size} bytes, {len(font.getBestCmap())} characters")


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/opentype/inter")
    for name in WEIGHTS:
        make(folder / f"Inter-{name}.otf", Path(__file__).parent / f"InterTabular-{name}.otf", name)
