# SPDX-License-Identifier: Apache-2.0
"""Writes data/views.json: what training views must look like, by torchvision, Pillow and a second writing of our choices.

    python make_views.py             needs numpy, pillow, torch and torchvision

strong  parameters of RandomResizedCrop and ColorJitter drawn from (seed, sample, epoch)
jitter  CRC-32 of what torchvision makes of an image with given parameters
crops   the same of torchvision's resized_crop, flip and jitter with the drawn ones
shared  the same of one model's crop brought to another's input size by Pillow
"""
import itertools
import math
import zlib

import numpy as np
from PIL import Image, ImageOps
from torchvision.transforms import InterpolationMode, functional

from make_golden import Random, mix, synthetic, write_json

CHANGES = (functional.adjust_brightness, functional.adjust_contrast, functional.adjust_saturation)
PIL_FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


def strong(seed, sample, epoch):
    random = Random(mix(seed, sample, epoch, 3))
    order = list(itertools.permutations(range(3)))[random.below(6)]
    factors = [float(np.float32(random.uniform(0.6, 1.4))) for _ in range(3)]
    return dict(flip=bool(mix(seed, sample, epoch, 1) >> 63), order=order, factors=factors, key=random.next())


def crop_box(key, width, height):
    """torchvision's RandomResizedCrop.get_params with our random numbers."""
    random = Random(key)
    ratios = (3 / 4, 4 / 3)
    for _ in range(10):
        area = width * height * random.uniform(0.08, 1)
        ratio = math.exp(random.uniform(math.log(ratios[0]), math.log(ratios[1])))
        w, h = int(round(math.sqrt(area * ratio))), int(round(math.sqrt(area / ratio)))
        if 0 < w <= width and 0 < h <= height:
            top = random.below(height - h + 1)
            return [random.below(width - w + 1), top, w, h]
    w, h = width, height
    if width / height < ratios[0]:
        h = int(round(w / ratios[0]))
    elif width / height > ratios[1]:
        w = int(round(h * ratios[1]))
    return [(width - w) // 2, (height - h) // 2, w, h]


def picture(width, height, channels):
    array = synthetic(width, height, channels)
    return Image.fromarray(array[:, :, 0] if channels == 1 else array)


def jittered(image, order, factors):
    for change in order:
        image = CHANGES[change](image, factors[change])
    return image


def crc(image):
    return zlib.crc32(image.tobytes())


def strong_cases():
    for seed, epoch in ((0, 0), (5, 3)):
        for sample in range(20):
            view = strong(seed, sample, epoch)
            sizes = ((500, 375), (64, 64), (30, 400), (400, 30), (1, 1), (2, 9))
            yield dict(seed=seed, sample=sample, epoch=epoch, **view, boxes=[[w, h, *crop_box(view["key"], w, h)] for w, h in sizes])


def jitter_cases():
    for channels in (1, 3):
        for order in itertools.permutations(range(3)):
            for factors in ((0.6, 1.3, 0.7), (1.39, 0.61, 1.4), (1.0, 1.0, 1.2)):
                factors = [float(np.float32(v)) for v in factors]
                image = picture(53, 37, channels)
                yield dict(channels=channels, order=order, factors=factors, crc=crc(jittered(image, order, factors)))


def crop_cases():
    for sample in range(12):
        view = strong(9, sample, 1)
        width, height, channels = ((90, 70), (40, 120), (200, 31))[sample % 3] + ((3, 1)[sample % 4 == 3],)
        size = [(48, 48), (33, 40)][sample % 2]
        interpolation = ["bicubic", "bilinear"][sample % 5 == 0]
        if size[0] != size[1]:
            interpolation = "bilinear"  # as timm's evaluation
        left, top, w, h = crop_box(view["key"], width, height)
        image = functional.resized_crop(picture(width, height, channels), top, left, h, w, list(size),
                                        InterpolationMode(interpolation))
        if view["flip"]:
            image = functional.hflip(image)
        yield dict(sample=sample, image=[width, height, channels], size=size, interpolation=interpolation,
                   crc=crc(jittered(image, view["order"], view["factors"])))


def shared_axis(source, resized, crop, wanted):
    """Part of the source, and where it lies in the input of the other model."""
    offset = int(round((resized - crop) / 2)) if resized >= crop else -((crop - resized) // 2)
    begin, end = offset * source / resized, (offset + crop) * source / resized
    first, last = (round((edge - begin) / (end - begin) * wanted) for edge in (max(begin, 0), min(end, source)))
    return max(begin, 0), min(end, source), first, last


def shared_cases():
    for image, channels, student, pct, teacher, interpolation in (
            ((500, 375), 3, 224, 0.875, 288, "bicubic"), ((375, 500), 3, 288, 1.0, 224, "bilinear"),
            ((120, 90), 3, 64, 0.9, 48, "bicubic"), ((90, 121), 1, 40, 0.95, 64, "bilinear"),
            ((120, 90), 3, 46, 1.15, 80, "bicubic"), ((77, 200), 3, 46, 1.15, 33, "bilinear")):
        width, height = image
        edge = math.floor(student / pct)
        short, long = sorted(image)
        resized = (edge, int(edge * long / short)) if width <= height else (int(edge * long / short), edge)
        left, right, x0, x1 = shared_axis(width, resized[0], student, teacher)
        top, bottom, y0, y1 = shared_axis(height, resized[1], student, teacher)
        box = [min(float(np.float32(v)), limit) for v, limit in zip((left, top, right, bottom), image * 2)]
        part = picture(width, height, channels).resize((x1 - x0, y1 - y0), PIL_FILTERS[interpolation], box=box)
        result = Image.new(part.mode, (teacher, teacher))
        result.paste(part, (x0, y0))
        yield dict(image=[width, height, channels], student=student, crop_pct=pct, teacher=teacher,
                   interpolation=interpolation, crc=crc(result), crc_mirrored=crc(ImageOps.mirror(result)))


if __name__ == "__main__":
    write_json("views.json", dict(strong=list(strong_cases()), jitter=list(jitter_cases()), crops=list(crop_cases()),
                                  shared=list(shared_cases())))
