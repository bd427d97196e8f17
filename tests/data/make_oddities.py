#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes data/odd/: small images with every oddity, and what Pillow makes of them.

    python tests/data/make_oddities.py

Each line of index.txt: file, oddities as bits of gf::Oddity, largest difference from EXPECTED.rgb, width, height.
Expected is ImageOps.exif_transpose(image).convert("RGB"), but for 16 bits round(v * 255 / 65535), as Pillow cuts off.
"""
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

FOLDER = pathlib.Path(__file__).parent / "data" / "odd"
TURNED, GREY, CMYK, SIXTEEN, PALETTE, ALPHA, ANIMATED, MISNAMED = (1 << bit for bit in range(8))
W, H = 13, 9
rng = np.random.default_rng(6)
BASE = (np.add.outer(np.arange(H) * 17, np.arange(W) * 11)[..., None] + rng.integers(0, 60, (H, W, 3))).astype(np.uint8)
WIDE = rng.integers(0, 65536, (H, W, 3)).astype(np.uint16)
index = []


def record(name, odd, tolerance=0, expected=None):
    if expected is None:
        with Image.open(FOLDER / name) as image:
            expected = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    expected = np.asarray(expected, dtype=np.uint8)
    if expected.ndim == 2:
        expected = np.repeat(expected[..., None], 3, axis=2)
    (FOLDER / (name + ".rgb")).write_bytes(expected.tobytes())
    index.append(f"{name} {odd} {tolerance} {expected.shape[1]} {expected.shape[0]}")


def save(image, name, odd, tolerance=0, **options):
    image.save(FOLDER / name, **options)
    record(name, odd, tolerance)


def exif(orientation):
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


def png(name, colour_type, rows, odd, expected, palette=b""):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    header = struct.pack(">IIBBBBB", W, H, 16, colour_type, 0, 0, 0)
    pixels = b"".join(b"\0" + row.astype(">u2").tobytes() for row in rows)
    (FOLDER / name).write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + palette +
                                chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b""))
    record(name, odd, 0, expected)


def tiff(name, odd, expected, blocks, bits, photometric, samples, planar=1, tile=None, order="<"):
    """A TIFF of one page written by hand: `blocks` are its strips or tiles."""
    offsets, body = [], b""
    for block in blocks:
        offsets.append(8 + len(body))
        body += block + b"\0" * (len(block) % 2)
    counts = [len(block) for block in blocks]
    tags = [(256, 4, [W]), (257, 4, [H]), (258, 3, [bits] * samples), (259, 3, [1]), (262, 3, [photometric]),
            (277, 3, [samples]), (284, 3, [planar])]
    if tile:
        tags += [(322, 4, [tile]), (323, 4, [tile]), (324, 4, offsets), (325, 4, counts)]
    else:
        tags += [(273, 4, offsets), (278, 4, [H]), (279, 4, counts)]
    tags.sort()
    directory, extra = b"", b""
    at = 8 + len(body)
    after = at + 2 + 12 * len(tags) + 4
    for tag, kind, values in tags:
        packed = b"".join(struct.pack(order + ("H" if kind == 3 else "I"), value) for value in values)
        if len(packed) > 4:
            place = struct.pack(order + "I", after + len(extra))
            extra += packed
        else:
            place = packed.ljust(4, b"\0")
        directory += struct.pack(order + "HHI", tag, kind, len(values)) + place
    magic = b"II*\0" if order == "<" else b"MM\0*"
    (FOLDER / name).write_bytes(magic + struct.pack(order + "I", at) + body + struct.pack(order + "H", len(tags)) +
                                directory + struct.pack(order + "I", 0) + extra)
    record(name, odd, 0, expected)


def to8(values):
    return np.floor(values.astype(np.float64) * 255 / 65535 + 0.5).astype(np.uint8)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    rgb = Image.fromarray(BASE)
    grey = rgb.convert("L")
    alpha = Image.fromarray(np.arange(W * H, dtype=np.uint8).reshape(H, W) * 2)
    rgba = rgb.copy()
    rgba.putalpha(alpha)
    palette = rgb.quantize(14)
    others = [rgb.rotate(180), rgb.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    for orientation in range(2, 9):
        save(rgb, f"turned{orientation}.png", TURNED, exif=exif(orientation))
        save(rgb, f"turned{orientation}.tif", TURNED, tiffinfo={274: orientation})
    save(rgb, "turned6.webp", TURNED, lossless=True, exif=exif(6))
    save(grey, "grey.png", GREY)
    save(Image.merge("LA", (grey, alpha)), "grey-alpha.png", GREY | ALPHA)
    save(grey.convert("1"), "one-bit.png", GREY)
    save(grey.convert("1"), "one-bit.tif", GREY)
    save(grey.convert("1"), "fax.tif", GREY, compression="group4")
    save(grey, "grey.tif", GREY)
    save(grey, "white-is-0.tif", GREY, tiffinfo={262: 0})
    save(rgb.convert("CMYK"), "cmyk.tif", CMYK)
    save(rgb.convert("CMYK"), "cmyk-lzw.tif", CMYK, compression="tiff_lzw")
    save(rgba, "alpha.png", ALPHA)
    save(rgba, "alpha.tif", ALPHA)
    save(rgba, "alpha.webp", ALPHA, lossless=True, exact=True)
    save(rgb, "colour-key.png", ALPHA, transparency=tuple(int(v) for v in BASE[2, 3]))
    save(palette, "palette.png", PALETTE)
    save(palette, "palette-key.png", PALETTE | ALPHA, transparency=3)
    save(palette, "palette.tif", PALETTE)
    save(palette, "palette.bmp", PALETTE)
    save(palette, "plain.gif", PALETTE)
    save(palette, "interlaced.gif", PALETTE, interlace=1)
    save(palette, "straight.gif", PALETTE, interlace=0)
    save(palette, "transparent.gif", PALETTE | ALPHA, transparency=2)
    save(palette, "moving.gif", PALETTE | ANIMATED, save_all=True, append_images=others)
    for name, odd in (("plain.gif", PALETTE), ("transparent.gif", PALETTE | ALPHA)):
        small = bytearray((FOLDER / name).read_bytes())
        small[6:10] = struct.pack("<HH", W + 4, H + 3)  # A frame smaller than its screen.
        (FOLDER / ("small-" + name)).write_bytes(small)
        record("small-" + name, odd)
    save(rgb, "moving.png", ANIMATED, save_all=True, append_images=others)
    save(rgb, "moving.webp", ANIMATED | ALPHA, save_all=True, append_images=others, lossless=True)
    save(rgb, "pages.tif", ANIMATED, save_all=True, append_images=others)
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits"):
        save(rgb, compression + ".tif", 0, compression=compression)
    save(rgb, "jpeg-inside.tif", 0, 2, compression="jpeg", quality=95)
    save(rgb, "big.tif", 0, big_tiff=True)
    save(rgb, "lossy.webp", 0, 1, quality=90)
    save(rgb, "plain.bmp", 0)
    save(rgb, "really-png.JPEG", MISNAMED, format="PNG")
    save(rgb, "really-gif.png", MISNAMED | PALETTE, format="GIF")
    wide = to8(WIDE)
    png("wide-grey.png", 0, WIDE[..., 0], GREY | SIXTEEN, wide[..., 0])
    png("wide-rgb.png", 2, WIDE.reshape(H, -1), SIXTEEN, wide)
    tiff("wide-grey.tif", GREY | SIXTEEN, wide[..., 0], [WIDE[..., 0].astype("<u2").tobytes()], 16, 1, 1)
    tiff("wide-rgb.tif", SIXTEEN, wide, [WIDE.astype(">u2").tobytes()], 16, 2, 3, order=">")
    tiff("planes.tif", 0, BASE, [BASE[..., c].tobytes() for c in range(3)], 8, 2, 3, planar=2)
    tile = np.zeros((16, 16, 3), np.uint8)
    tile[:H, :W] = BASE
    tiff("tiles.tif", 0, BASE, [tile.tobytes()], 8, 2, 3, tile=16)
    inks = rng.integers(0, 65536, (H, W, 4)).astype(np.uint16)
    light = 255 - to8(inks).astype(np.int64)
    tiff("wide-cmyk.tif", CMYK | SIXTEEN, (light[..., :3] * light[..., 3:] * 2 + 255) // 510, [inks.astype("<u2").tobytes()],
         16, 5, 4)
    (FOLDER / "index.txt").write_text("\n".join(index) + "\n")


main()
