# SPDX-License-Identifier: Apache-2.0
"""Names of a model's classes in logit order, all different, with their ImageNet ids where they have them."""
from collections import Counter

from problem import Problem

# The only two of the thousand whose synonyms are all the same.
TWINS = {"n02012849": "crane (bird)", "n03126707": "crane (machine)"}
LABEL_SETS = {
    1000: ("imagenet-1k", "ImageNet-1k"),
    11221: ("imagenet-21k-miil", "ImageNet-21k (11,221 classes)"),
    11821: ("imagenet-12k", "ImageNet-12k"),
    21841: ("imagenet-22k", "ImageNet-22k"),
    21842: ("imagenet-22k-ms", "ImageNet-22k"),
    21843: ("imagenet-21k-goog", "ImageNet-21k"),
}


def differing(wnids, descriptions):
    """The first synonym where that is enough to tell classes apart, else all of them, else the id in brackets."""
    full = [TWINS.get(wnid, " ".join(text.split())) for wnid, text in zip(wnids, descriptions)]
    short = [text.split(",")[0].strip() or wnid for wnid, text in zip(wnids, full)]
    shorts, fulls = Counter(short), Counter(full)
    names = []
    for wnid, brief, whole in zip(wnids, short, full):
        if shorts[brief] == 1:
            names.append(brief)
        elif fulls[whole] == 1 and shorts.get(whole, 0) <= (1 if whole == brief else 0):
            names.append(whole)
        elif whole != brief and fulls[whole] == 1:
            names.append(whole)
        else:
            names.append(f"{whole} ({wnid})")
    # A lone synonym of one class may read like the whole list of another.
    seen = Counter(names)
    return [name if seen[name] == 1 else f"{name} ({wnid})" for wnid, name in zip(wnids, names)]


def of_imagenet(count):
    """(names, wnids, label set) of a head of `count` classes as timm's ImageNetInfo has them; None for another count."""
    if count not in LABEL_SETS:
        return None
    from timm.data import ImageNetInfo
    subset, title = LABEL_SETS[count]
    info = ImageNetInfo(subset)
    wnids = list(info.label_names())
    return differing(wnids, info.label_descriptions()), wnids, title


def checked(names, count, origin):
    """Names that somebody gave for a head of `count` classes."""
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) and name for name in names):
        raise Problem(f"{origin} must be a list of names", type(names).__name__, "Correct it, or leave it out")
    if len(names) != count:
        raise Problem(f"{origin} must name every class of the head", f"{len(names)} names for {count} classes",
                      "Give the right names as classes with --model-meta FILE.json")
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise Problem(f"{origin} must name each class differently", f"{few_names(twice)} more than once",
                      "Give names that differ as classes with --model-meta FILE.json")
    return list(names)


def few_names(names):
    return ", ".join(repr(name) for name in names[:3])


def numbered(count):
    return [f"class {index}" for index in range(count)]
