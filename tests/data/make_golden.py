# SPDX-License-Identifier: Apache-2.0
"""Writes the golden data of these tests with Pillow, NumPy and a second writing of our random choices.

    python make_golden.py            needs numpy and pillow; writes into data/

resize.*   pixels after timm's evaluation transform (resize by Pillow, crop by torchvision's rule), some rows of each
decode.*   small image files of every format and what Pillow decodes them to
resample.* CRC-32 of windows of what Pillow's resize makes of parts of images
choices.*  subsets, views and orders, from a Python SplitMix64 and Fisher-Yates
fashion.*  facts about Fashion-MNIST, read with NumPy; kept as they are when the data set is not on this machine
"""
import gzip
import io
import json
import math
import random as randoms
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

OUT = Path(__file__).parent / "data"
FASHION = Path("/usr/share/datasets/fashion-mnist")
MEAN, STD = (0.5, 0.4, 0.3), (0.25, 0.2, 0.3)
U64 = (1 << 64) - 1


def synthetic(width, height, channels):
    """Slopes, edges and noise out of integers, so that the test makes the same image without storing it."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    first = np.abs((x * 7 + y * 3 + c * 90) % 510 - 255)
    second = np.abs((x * 2 + y * 11) % 510 - 255)
    noise = (((x * 73856093) ^ (y * 19349663) ^ (c * 83492791)) >> 7) & 63
    return ((first * 2 + second + noise * 2) // 5).astype(np.uint8)


def crop_or_pad(image, height, width, fill):
    """torchvision's center_crop and timm's center_crop_or_pad."""
    if width > image.width or height > image.height:
        left, top = max(0, width - image.width) // 2, max(0, height - image.height) // 2
        right, bottom = (max(0, width - image.width) + 1) // 2, (max(0, height - image.height) + 1) // 2
        image = ImageOps.expand(image, (left, top, right, bottom), fill)
    top, left = int(round((image.height - height) / 2.0)), int(round((image.width - width) / 2.0))
    return image.crop((left, top, left + width, top + height))


def keep_ratio(image, target, longest):
    ratio_h, ratio_w = image.height / target[0], image.width / target[1]
    ratio = max(ratio_h, ratio_w) if longest else min(ratio_h, ratio_w)
    return [round(edge / ratio) for edge in (image.height, image.width)]


def evaluate(image, size, interpolation, pct, mode):
    height, width = size
    scale = [math.floor(edge / pct) for edge in size]
    resample = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}[interpolation]
    fill = 0
    if mode == "squash":
        target = scale
    elif mode == "border":
        target = keep_ratio(image, scale, True)
        fill = tuple(round(255 * v) for v in MEAN) if image.mode == "RGB" else round(255 * MEAN[0])
    elif scale[0] == scale[1]:
        short, long = sorted((image.width, image.height))
        longer = int(scale[0] * long / short)
        target = [longer, scale[0]] if image.width <= image.height else [scale[0], longer]
    else:
        target, resample = keep_ratio(image, scale, False), Image.BILINEAR  # timm forgets the interpolation here
    if (image.height, image.width) != tuple(target):
        image = image.resize((target[1], target[0]), resample)
    return crop_or_pad(image, height, width, fill)


RESIZES = [  # width, height, channels of the image; C, H, W, interpolation, crop share, crop mode of the model
    (500, 375, 3, 3, 224, 224, "bicubic", 0.875, "center"),
    (375, 500, 3, 3, 224, 224, "bilinear", 0.875, "center"),
    (500, 333, 3, 3, 224, 224, "bicubic", 0.9, "center"),
    (640, 427, 3, 3, 96, 96, "bilinear", 0.95, "center"),
    (97, 61, 3, 3, 33, 33, "bicubic", 1.0, "center"),
    (61, 97, 3, 3, 32, 32, "bilinear", 0.9, "center"),
    (120, 80, 3, 3, 48, 32, "bicubic", 0.9, "center"),
    (120, 80, 3, 3, 40, 40, "bicubic", 0.9, "squash"),
    (80, 121, 3, 3, 40, 40, "bilinear", 1.0, "squash"),
    (120, 80, 3, 3, 40, 40, "bicubic", 1.0, "border"),
    (50, 121, 3, 3, 40, 40, "bilinear", 0.8, "border"),
    (20, 16, 3, 3, 64, 64, "bicubic", 0.875, "center"),
    (20, 31, 3, 3, 64, 64, "bilinear", 1.0, "border"),
    (28, 28, 1, 1, 28, 28, "bicubic", 1.0, "center"),
    (28, 28, 1, 1, 28, 28, "bicubic", 0.875, "center"),
    (28, 28, 1, 3, 32, 32, "bilinear", 1.0, "center"),
    (64, 48, 3, 1, 28, 28, "bicubic", 0.9, "center"),
    (64, 48, 3, 1, 28, 28, "bilinear", 1.0, "border"),
    (300, 300, 3, 3, 300, 300, "bicubic", 1.0, "center"),
    (31, 31, 3, 3, 24, 24, "bilinear", 0.77, "center"),
    (90, 70, 3, 3, 40, 40, "bicubic", 1.15, "center"),
    (70, 90, 3, 3, 41, 41, "bilinear", 1.15, "squash"),
    (90, 70, 3, 3, 40, 40, "bicubic", 1.15, "border"),
    (33, 400, 3, 3, 32, 32, "bicubic", 1.0, "squash"),
]


def write_resizes():
    cases, pixels = [], b""
    for width, height, channels, c, h, w, interpolation, pct, mode in RESIZES:
        array = synthetic(width, height, channels)
        image = Image.fromarray(array[:, :, 0] if channels == 1 else array)
        image = image.convert("RGB" if c == 3 else "L")
        result = np.asarray(evaluate(image, (h, w), interpolation, pct, mode)).reshape(h, w, c)
        step = max(1, h // 16)
        kept = result[::step]
        cases.append(dict(image=[width, height, channels], input_size=[c, h, w], interpolation=interpolation, crop_pct=pct,
                          crop_mode=mode, row_step=step, offset=len(pixels), bytes=kept.size))
        pixels += kept.tobytes()
    (OUT / "resize.bin").write_bytes(pixels)
    values = [0, 1, 77, 128, 254, 255]
    normalised = [[float((np.float32(v) / np.float32(255) - np.float32(m)) / np.float32(s)) for v in values]
                  for m, s in zip(MEAN, STD)]
    write_json("resize.json", dict(mean=MEAN, std=STD, cases=cases, values=values, normalised=normalised))


def write_resamples():
    random = randoms.Random(6)
    cases = []
    for _ in range(300):
        width, height = (random.choice([1, 2, 3, 5, 8, 13, 33, 64, 100, 151, 240]) for _ in range(2))
        height *= random.choice([1, 1, 1, 6])  # tall ones go down first
        channels = random.choice([1, 3])
        size = [random.randint(1, 120), random.randint(1, 120)]
        if random.random() < 0.2:
            size[random.randint(0, 1)] = (width, height)[random.randint(0, 1)]
        box = [0.0, 0.0, float(width), float(height)]
        if random.random() < 0.5:
            left, top = width * 0.6 * random.random(), height * 0.6 * random.random()
            box = [left, top, left + (width - left) * random.uniform(0.3, 1), top + (height - top) * random.uniform(0.3, 1)]
            box = [min(float(np.float32(v)), edge) for v, edge in zip(box, (width, height) * 2)]
        x, y = random.randint(0, size[0] - 1), random.randint(0, size[1] - 1)
        window = [x, y, random.randint(1, size[0] - x), random.randint(1, size[1] - y)]
        bicubic, mirrored = random.random() < 0.5, random.random() < 0.3
        array = synthetic(width, height, channels)
        image = Image.fromarray(array[:, :, 0] if channels == 1 else array)
        image = image.resize(size, Image.BICUBIC if bicubic else Image.BILINEAR, box=box)
        image = image.crop((x, y, x + window[2], y + window[3]))
        if mirrored:
            image = ImageOps.mirror(image)
        cases.append(dict(image=[width, height, channels], bicubic=bicubic, box=box, size=size, window=window,
                          mirrored=mirrored, crc=zlib.crc32(image.tobytes())))
    write_json("resample.json", cases)


def write_decodes():
    rgb = Image.fromarray(synthetic(37, 23, 3))
    grey = Image.fromarray(synthetic(37, 23, 1)[:, :, 0])
    alpha = rgb.copy()
    alpha.putalpha(grey)
    turned = Image.Exif()
    files = [("rgb.jpg", rgb, dict(quality=90)), ("grey.jpg", grey, dict(quality=90)),
             ("progressive.jpg", rgb, dict(quality=85, progressive=True, subsampling=0)),
             ("cmyk.jpg", rgb.convert("CMYK"), dict(quality=90)),
             ("rgb.png", rgb, {}), ("grey.png", grey, {}), ("alpha.png", alpha, {}), ("palette.png", rgb.quantize(64), {}),
             ("rgb.bmp", rgb, {}), ("rgb.webp", rgb, dict(lossless=True)), ("rgb.tif", rgb, dict(compression="tiff_lzw"))]
    for orientation in range(2, 9):
        turned[0x0112] = orientation
        files.append((f"turned{orientation}.jpg", rgb, dict(quality=90, exif=turned.tobytes())))
    cases, pixels = [], b""
    for name, image, options in files:
        buffer = io.BytesIO()
        image.save(buffer, {"jpg": "JPEG", "tif": "TIFF"}.get(name[-3:], name.split(".")[1].upper()), **options)
        (OUT / name).write_bytes(buffer.getvalue())
        decoded = ImageOps.exif_transpose(Image.open(OUT / name)).convert("RGB")
        cases.append(dict(file=name, width=decoded.width, height=decoded.height, offset=len(pixels)))
        pixels += decoded.tobytes()
    (OUT / "decode.bin").write_bytes(pixels)
    write_json("decode.json", cases)


def mix(first, *rest):
    def once(value):
        value = (value + 0x9E3779B97F4A7C15) & U64
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & U64
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & U64
        return value ^ (value >> 31)

    state = once(first)
    for number in rest:
        state = once(state ^ once((number + 0x632BE59BD9B4E019) & U64))
    return state


class Random:
    def __init__(self, seed):
        self.state = mix(seed)

    def below(self, bound):
        limit = U64 - U64 % bound
        while True:
            value = mix(self.state)
            self.state = (self.state + 1) & U64
            if value < limit:
                return value % bound

    def next(self):
        self.state = (self.state + 1) & U64
        return mix((self.state - 1) & U64)

    def uniform(self, low, high):
        return low + (high - low) * ((self.next() >> 11) * 2.0 ** -53)

    def shuffled(self, values):
        values = list(values)
        for i in range(len(values), 1, -1):
            j = self.below(i)
            values[i - 1], values[j] = values[j], values[i - 1]
        return values


def write_choices():
    labels = [(i * i + i // 3) % 7 for i in range(200)]
    subsets = []
    for seed, share in ((0, 0.1), (0, 0.25), (7, 0.1), (123456789012345, 0.033)):
        chosen = []
        for k in range(7):
            members = [i for i, label in enumerate(labels) if label == k]
            if members:
                count = max(1, math.floor(share * len(members) + 0.5))
                chosen += Random(mix(seed, k)).shuffled(members)[:count]
        subsets.append(dict(seed=seed, share=share, indices=sorted(chosen)))
    views = [dict(seed=seed, epoch=epoch, flips=[mix(seed, i, epoch, 1) >> 63 for i in range(40)])
             for seed, epoch in ((0, 0), (0, 1), (5, 0))]
    orders = [dict(seed=seed, epoch=epoch, order=Random(mix(seed, epoch, 2)).shuffled(range(30)))
              for seed, epoch in ((0, 0), (0, 1), (9, 3))]
    write_json("choices.json", dict(labels=labels, subsets=subsets, views=views, orders=orders))


def write_fashion():
    if not FASHION.is_dir():
        return
    facts = {}
    for split in ("train", "t10k"):
        labels = np.frombuffer(gzip.open(FASHION / f"{split}-labels-idx1-ubyte.gz").read(), np.uint8, offset=8)
        images = np.frombuffer(gzip.open(FASHION / f"{split}-images-idx3-ubyte.gz").read(), np.uint8, offset=16)
        images = images.reshape(-1, 28, 28)
        facts[split] = dict(samples=len(labels), first_labels=labels[:30].tolist(), row14_of_17=images[17, 14].tolist(),
                            sum_of_last=int(images[-1].sum()), per_class=np.bincount(labels).tolist(),
                            first_of_class=[int(np.flatnonzero(labels == k)[0]) for k in range(10)],
                            sum_of_first_of_class=[int(images[np.flatnonzero(labels == k)[0]].sum()) for k in range(10)])
    write_json("fashion.json", facts)


def write_json(name, value):
    (OUT / name).write_text(json.dumps(value, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    write_resizes()
    write_resamples()
    write_decodes()
    write_choices()
    write_fashion()
