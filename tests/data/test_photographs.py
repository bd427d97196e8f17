# SPDX-License-Identifier: Apache-2.0
"""500 generated photographs as our reader, resize and crop show them to models, against Pillow and timm's evaluation transform.

    python test_photographs.py path/to/crop_photographs [--keep FOLDER]

At most 1/255 apart in 99.9 % of the values of every photograph set, never more than 3/255. Where a file's pixels need a
treatment that Pillow has none for (16 bits), the reference begins with that treatment, see data/image_file.h.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps
from timm.data import create_transform

PHOTOGRAPHS = 500
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
SETTINGS = [dict(input_size=[3, *size], interpolation=interpolation, crop_pct=pct, crop_mode=mode)
            for size, interpolation, pct, mode in (
                ((224, 224), "bicubic", 0.875, "center"), ((224, 224), "bilinear", 0.875, "center"),
                ((224, 224), "bicubic", 0.9, "center"), ((224, 224), "bicubic", 0.95, "center"),
                ((288, 288), "bicubic", 1.0, "center"), ((224, 224), "bicubic", 1.15, "center"),
                ((288, 288), "bilinear", 0.95, "center"), ((224, 224), "bicubic", 1.0, "squash"),
                ((288, 288), "bilinear", 0.9, "squash"), ((224, 224), "bicubic", 1.15, "squash"),
                ((224, 224), "bicubic", 1.0, "border"), ((288, 288), "bilinear", 0.9, "border"),
                ((224, 224), "bicubic", 1.15, "border"), ((192, 256), "bicubic", 0.9, "center"),
                ((256, 128), "bilinear", 1.0, "center"), ((192, 256), "bicubic", 0.95, "squash"),
                ((160, 224), "bicubic", 1.0, "border"))]


def size_of(rng, number):
    """From tiny to several megapixels, most like those of ImageNet; one in eight far from square."""
    if number % 50 == 0:
        pixels = rng.uniform(2e6, 8e6)
    elif number % 10 == 3:
        pixels = rng.uniform(1, 900)
    else:
        pixels = np.exp(rng.uniform(np.log(5e3), np.log(6e5)))
    ratio = np.exp(rng.uniform(-3, 3)) if number % 8 == 5 else rng.choice([4 / 3, 3 / 4, 3 / 2, 2 / 3, 16 / 9, 1])
    return max(1, round((pixels * ratio) ** 0.5)), max(1, round((pixels / ratio) ** 0.5))


def photograph(rng, width, height):
    """Light that changes smoothly, things with edges before it, a sensor's noise over all. uint8 [H, W, 3]."""
    small = rng.integers(20, 236, (rng.integers(2, 6), rng.integers(2, 6), 3), dtype=np.uint8)
    image = Image.fromarray(small).resize((width, height), Image.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(rng.integers(5, 30)):
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        points = [(float(x), float(y)) for x, y in zip(rng.uniform(0, width, 4), rng.uniform(0, height, 4))]
        if rng.random() < 0.5:
            draw.polygon(points, fill=colour)
        else:
            draw.line(points, fill=colour, width=int(rng.integers(1, 6)))
    noise = rng.normal(0, rng.uniform(0, 12), min(width * height * 3, 100_003))
    array = np.asarray(image).astype(np.float32) + np.resize(noise, (height, width, 3))
    return np.clip(array, 0, 255).astype(np.uint8)


def jpeg_options(rng):
    return dict(quality=int(rng.integers(40, 97)), subsampling=int(rng.integers(0, 3)), progressive=bool(rng.random() < 0.3))


def write(rng, kind, array, path):
    """Saves the photograph; returns the path with its ending and, for 16 bits, the image that it stands for."""
    image = Image.fromarray(array)
    if kind.startswith("JPEG"):
        path = path.with_suffix(".jpg")
        options = jpeg_options(rng)
        if kind == "JPEG turned":
            exif = Image.Exif()
            exif[0x0112] = int(rng.integers(2, 9))
            options["exif"] = exif.tobytes()
        image = image.convert({"JPEG grey": "L", "JPEG CMYK": "CMYK"}.get(kind, "RGB"))
        image.save(path, **options)
    elif kind.startswith("WebP"):
        path = path.with_suffix(".webp")
        image.save(path, quality=int(rng.integers(50, 95)), lossless=kind == "WebP lossless")
    elif kind.startswith("TIFF"):
        path = path.with_suffix(".tif")
        image.convert({"TIFF CMYK": "CMYK"}.get(kind, "RGB")).save(path, compression="tiff_lzw")
    elif kind == "BMP":
        path = path.with_suffix(".bmp")
        image.save(path)
    else:
        path = path.with_suffix(".png")
        if kind == "PNG 16 bits":
            deep = array[:, :, 1].astype(np.uint16) * 251 + rng.integers(0, 251, array.shape[:2], dtype=np.uint16)
            Image.fromarray(deep).save(path)
            return path, Image.fromarray(np.round(deep * (255 / 65535)).astype(np.uint8)).convert("RGB")
        alpha = image.convert("L").transpose(Image.FLIP_LEFT_RIGHT)
        if kind == "PNG palette":
            image = image.quantize(128)
        elif kind in ("PNG RGBA", "PNG LA"):
            image = image.convert("RGB" if kind == "PNG RGBA" else "L")
            image.putalpha(alpha)
        elif kind == "PNG grey":
            image = image.convert("L")
        image.save(path, compress_level=1)
    return path, None


KINDS = ["JPEG"] * 8 + ["JPEG turned", "JPEG turned", "JPEG grey", "JPEG CMYK", "PNG", "PNG grey", "PNG LA", "PNG RGBA",
                        "PNG palette", "PNG 16 bits", "WebP", "WebP lossless", "TIFF", "TIFF CMYK", "BMP"]


def reference(path, image):
    return image or ImageOps.exif_transpose(Image.open(path)).convert("RGB")


def generate(folder):
    rng = np.random.default_rng(2024)
    crops = []
    for number in range(PHOTOGRAPHS):
        kind = KINDS[number % len(KINDS)]
        array = photograph(rng, *size_of(rng, number))
        path, treated = write(rng, kind, array, folder / "val" / f"class{number % 2}" / f"{number:03}")
        for setting in (SETTINGS[number % len(SETTINGS)], SETTINGS[(number // 3 + 7) % len(SETTINGS)]):
            transform = create_transform(setting["input_size"], is_training=False, mean=MEAN, std=STD, normalize=False,
                                         **{key: setting[key] for key in ("interpolation", "crop_pct", "crop_mode")})
            expected = np.asarray(transform(reference(path, treated))).transpose(1, 2, 0)
            crops.append((kind, dict(sample=f"val/class{number % 2}/{path.name}", mean=MEAN, std=STD, **setting), expected))
    return crops


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="crop_photographs, built beside the tests")
    parser.add_argument("--keep", help="leave the photographs in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(options.keep or temporary)
        for label in ("class0", "class1"):
            (folder / "val" / label).mkdir(parents=True, exist_ok=True)
        crops = generate(folder)
        (folder / "task.json").write_text(json.dumps(dict(data=str(folder), crops=[crop for _, crop, _ in crops])))
        subprocess.run([options.program, folder / "task.json", folder / "crops.bin"], check=True)
        ours = np.fromfile(folder / "crops.bin", np.uint8)
    counts, by_kind, at = np.zeros(256, np.int64), {}, 0
    for kind, crop, expected in crops:
        made = ours[at:at + expected.size].reshape(expected.shape)
        at += expected.size
        apart = np.bincount(np.abs(made.astype(np.int16) - expected).ravel(), minlength=256)
        counts += apart
        by_kind[kind] = by_kind.get(kind, 0) + apart
        if apart[4:].any():
            print(f"more than 3/255: {kind}, {crop}")
    assert at == ours.size, "every crop has its size"
    for kind, apart in sorted(by_kind.items()):
        print(f"{kind:14} {apart[0] / apart.sum():10.6%} equal, largest difference {np.flatnonzero(apart)[-1]}/255")
    close, worst = counts[:2].sum() / counts.sum(), int(np.flatnonzero(counts)[-1])
    print(f"{PHOTOGRAPHS} photographs, {len(crops)} crops, {counts.sum()} values: {counts[0] / counts.sum():.6%} equal, "
          f"{close:.6%} at most 1/255 apart, largest difference {worst}/255")
    print("kinds:", dict(Counter(kind for kind, _, _ in crops)))
    return 0 if close >= 0.999 and worst <= 3 else 1


if __name__ == "__main__":
    sys.exit(main())
