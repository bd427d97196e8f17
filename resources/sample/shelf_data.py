# SPDX-License-Identifier: Apache-2.0
"""Fashion-MNIST as whole tensors: reading IDX files, normalisation, per-class subsets."""
import gzip
import struct
from pathlib import Path

import numpy as np
import torch

DEFAULT_FOLDER = Path("/usr/share/datasets/fashion-mnist")
CLASSES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
           "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
TOPS = (0, 2, 3, 4, 6)
FOOTWEAR = (5, 7, 9)
# Mean and standard deviation of the 60,000 training images' pixels scaled to 0-1 (see pixel_statistics).
MEAN, STD = 0.286041, 0.353024


def read_idx(path):
    """The unsigned-byte array of one IDX file, .gz or plain; ValueError when it is not one."""
    raw = Path(path).read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    zero, kind, rank = struct.unpack(">HBB", raw[:4])
    if zero != 0 or kind != 8:
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    shape = struct.unpack(f">{rank}I", raw[4:4 + 4 * rank])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def load_bytes(folder, split):
    """(images [N, 28, 28] uint8, labels [N] uint8); split is "train" or "t10k"."""
    folder = Path(folder)
    return (read_idx(folder / f"{split}-images-idx3-ubyte.gz"),
            read_idx(folder / f"{split}-labels-idx1-ubyte.gz"))


def pixel_statistics(images):
    """Mean and population standard deviation of all pixels, scaled to 0-1."""
    scaled = images.astype(np.float64) / 255.0
    return scaled.mean(), scaled.std()


def load_tensors(folder, split):
    """(normalised images [N, 1, 28, 28] float32, labels [N] int64)."""
    images, labels = load_bytes(folder, split)
    pixels = torch.from_numpy(images.copy()).unsqueeze(1).float().div_(255.0)
    return pixels.sub_(MEAN).div_(STD), torch.from_numpy(labels.astype(np.int64))


def pick_shares(labels, shares, seed):
    """Indices that keep the given share of each class (a share for each class), seeded, sorted."""
    rng = np.random.default_rng(seed)
    picked = []
    for k, share in enumerate(shares):
        members = np.flatnonzero(labels.numpy() == k)
        count = max(1, round(share * len(members))) if share > 0 else 0
        picked.append(rng.permutation(members)[:count])
    return torch.from_numpy(np.sort(np.concatenate(picked)))


def pick_count(labels, per_class, seed):
    """Indices of a stratified subset: per_class images of each class, seeded, without replacement."""
    rng = np.random.default_rng(seed)
    picked = [rng.permutation(np.flatnonzero(labels.numpy() == k))[:per_class] for k in range(len(CLASSES))]
    return torch.from_numpy(np.sort(np.concatenate(picked)))


def flip_some(images, generator):
    """Each image mirrored left to right with probability one half."""
    chosen = torch.rand(images.shape[0], generator=generator) < 0.5
    return torch.where(chosen[:, None, None, None], images.flip(-1), images)
