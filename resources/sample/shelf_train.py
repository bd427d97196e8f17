# SPDX-License-Identifier: Apache-2.0
"""Supervised training, measuring, and saving of one shelf model."""
import json
import zipfile
from pathlib import Path

import torch
import torch.nn.functional as F

from shelf_data import CLASSES, MEAN, STD, flip_some, pick_shares
from shelf_models import FAMILY, build

BATCH = 128
WEIGHT_DECAY = 0.02
ALIGNMENT = 64  # TorchScript archives start every record at a multiple of this


def train(plan, images, labels):
    """The plan's model, trained with AdamW, one-cycle rate and horizontal flips; in eval mode."""
    torch.manual_seed(plan.seed)
    generator = torch.Generator().manual_seed(plan.seed)
    model = build(plan.architecture)
    kept = pick_shares(labels, plan.shares(), plan.seed)
    steps = -(-len(kept) // BATCH) * plan.epochs
    optimiser = torch.optim.AdamW(model.parameters(), plan.lr, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, plan.lr, total_steps=steps)
    model.train()
    for _ in range(plan.epochs):
        order = kept[torch.randperm(len(kept), generator=generator)]
        for batch in order.split(BATCH):
            optimiser.zero_grad()
            F.cross_entropy(model(flip_some(images[batch], generator)), labels[batch]).backward()
            optimiser.step()
            schedule.step()
    return model.eval()


@torch.no_grad()
def logits_of(model, images, batch=1000):
    """Logits [N, 10] of a model in eval mode."""
    return torch.cat([model(part) for part in images.split(batch)])


def accuracy(model, images, labels):
    return (logits_of(model, images).argmax(1) == labels).double().mean().item()


def metadata(plan, value):
    """The keys that a Gainfinder checkpoint carries."""
    return {
        "name": plan.name,
        "family": FAMILY[plan.architecture],
        "source": f"trained by resources/sample/make_shelf.py (architecture {plan.architecture}, seed {plan.seed}, "
                  f"{plan.epochs} epochs, AdamW) on {plan.diet} of Fashion-MNIST",
        "classes": CLASSES,
        "input_size": [1, 28, 28],
        "mean": [MEAN],
        "std": [STD],
        "interpolation": "bilinear",
        "crop_pct": 1.0,
        "crop_mode": "center",
        "reference_accuracy": {"data": "Fashion-MNIST test (10,000 images)", "value": round(value, 4)},
        "licence": "Apache-2.0 (weights); trained on Fashion-MNIST, (c) 2017 Zalando SE, MIT",
    }


def save(model, meta, path):
    """Script, save with the metadata inside, and drop the debug records."""
    path = Path(path)
    raw = path.with_suffix(".raw")
    torch.jit.save(torch.jit.script(model), str(raw),
                   _extra_files={"gainfinder.json": json.dumps(meta, indent=1, ensure_ascii=False)})
    compact(raw, path)
    raw.unlink()


def compact(source, target):
    """Copy a TorchScript archive without its debug records, same alignment, fixed time stamps."""
    with zipfile.ZipFile(source) as inside, zipfile.ZipFile(target, "w") as outside:
        # The archive's root folder is the file's stem, so a rename would show; "model" is the same for all.
        for entry in inside.infolist():
            tail = entry.filename.split("/", 1)[1]
            if tail.endswith(".debug_pkl"):
                continue
            fresh = zipfile.ZipInfo("model/" + tail)
            fresh.compress_type = entry.compress_type
            if fresh.compress_type == zipfile.ZIP_STORED:
                fresh.extra = padding(outside.fp.tell() + 30 + len(fresh.filename))
            outside.writestr(fresh, inside.read(entry))


def padding(position):
    """An extra field ("FB", as PyTorch writes it) that moves the data to the next aligned position."""
    gap = -(position + 4) % ALIGNMENT
    return b"FB" + gap.to_bytes(2, "little") + b"Z" * gap
