# SPDX-License-Identifier: Apache-2.0
"""The loader, torchvision's DataLoader and plain libjpeg-turbo on the same images, in turns.

    python3 tests/data/bench_loader.py --program build/release/bin/bench_loader [--out FOLDER]

Generates photograph-like JPEGs (500 x 375, 4:2:0, about 100 kB, as ImageNet's) in class folders and packs them twice (shorter edge 256: JPEG 95
and raw). Everybody makes batches of 64 float32 inputs [3, 224, 224]: decode, shorter edge to 256 bicubic with antialiasing, centre crop, normalise.
Each measurement is a process of its own with a warm page cache; the rounds go round all of them. What counts is images per second of processor time
("per core"), all threads and processes of a side together; wall time with the same number of threads stands beside it. Prints medians, spread and
ratios, checks that the inputs are the same, and writes loader.json and loader.md.

The DataLoader is no straw man: decoding by Pillow or by torchvision (both libjpeg-turbo), in its own process or in persistent workers that prefetch,
one compute thread each, uint8 until the batch is together and one normalisation per batch. The first round tries all of these; of each decoder the
better goes on.
"""
import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SIDE, CROP, BATCH = 256, 224, 64
DECODERS = ("Pillow", "torchvision")
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def photograph(rng, width=500, height=375):
    """Light with a natural image's spectrum, a dozen things with edges in front of it, slower colour, sensor noise."""
    from PIL import Image
    down, across = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    frequency = np.sqrt(down**2 + across**2)
    frequency[0, 0] = 1 / max(width, height)

    def field(power):
        waves = (rng.normal(size=frequency.shape) + 1j * rng.normal(size=frequency.shape)) / frequency**power
        values = np.fft.irfft2(waves, s=(height, width))
        return (values - values.mean()) / values.std()

    light = field(1.2)
    y, x = np.mgrid[:height, :width]
    for _ in range(12):
        a, b, angle = rng.uniform(20, 140), rng.uniform(20, 140), rng.uniform(0, np.pi)
        u, v = x - rng.uniform(0, width), y - rng.uniform(0, height)
        inside = ((u * np.cos(angle) + v * np.sin(angle)) / a) ** 2 + ((v * np.cos(angle) - u * np.sin(angle)) / b) ** 2 < 1
        light = np.where(inside, rng.normal() + rng.uniform(0.1, 0.9) * light, light)
    light = 118 + 52 * light / light.std()
    red, blue = 22 * field(1.5), 14 * field(1.5)
    rgb = np.stack([light + red, light - 0.3 * red - 0.3 * blue, light + blue], axis=2)
    return Image.fromarray(np.clip(rgb + rng.normal(size=rgb.shape) * 2.5, 0, 255).astype(np.uint8))


def generate(folder, count, quality):
    rng, size = np.random.default_rng(1), 0
    for i in range(count):
        path = folder / ("cat", "dog", "fish", "tree")[i % 4] / f"{i:05}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        image = photograph(rng) if i % 4 else photograph(rng, 375, 500)
        image.save(path, quality=quality)
        size += path.stat().st_size
    return size / count


def processor_seconds(loader):
    """Of this process and the loader's workers, who have not ended yet."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    total = used.ru_utime + used.ru_stime
    for worker in getattr(getattr(loader, "_iterator", None), "_workers", []):
        user, system = Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        total += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return total


def make_loader(folder, decoder, workers):
    import torch
    from PIL import Image
    from torchvision.io import ImageReadMode, decode_jpeg, read_file
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms.v2 import functional as F

    paths = sorted(Path(folder).glob("*/*.jpg"))

    class Photographs(torch.utils.data.Dataset):
        def __len__(self):
            return len(paths)

        def __getitem__(self, index):
            if decoder == "torchvision":
                image = decode_jpeg(read_file(str(paths[index])), mode=ImageReadMode.RGB)
                image = F.resize(image, [SIDE], interpolation=InterpolationMode.BICUBIC, antialias=True)
                return F.center_crop(image, [CROP, CROP])
            with Image.open(paths[index]) as image:
                image = image.convert("RGB")
            width, height = image.size
            new = (SIDE, SIDE * height // width) if width <= height else (SIDE * width // height, SIDE)
            left, top = round((new[0] - CROP) / 2), round((new[1] - CROP) / 2)
            image = image.resize(new, Image.BICUBIC).crop((left, top, left + CROP, top + CROP))
            return torch.from_numpy(np.array(image)).permute(2, 0, 1)

    more = {"num_workers": workers, "persistent_workers": True, "prefetch_factor": 2} if workers else {}
    return torch.utils.data.DataLoader(Photographs(), batch_size=BATCH, **more)


def run_peer(folder, decoder, workers, epochs, first):
    """One measurement of the DataLoader: a line of JSON."""
    import torch
    torch.set_num_threads(1)
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))
    loader = make_loader(folder, decoder, workers)

    def epoch(keep=None):
        images = 0
        for batch in loader:
            ready = batch.contiguous().to(torch.float32).div_(255).sub_(mean).div_(std)
            if keep and not images:
                ready.numpy().tofile(keep)
            images += len(ready)
        return images

    epoch(first)
    wall, processor = time.perf_counter(), processor_seconds(loader)
    images = sum(epoch() for _ in range(epochs))
    print(json.dumps({"images": images, "wall_s": time.perf_counter() - wall, "cpu_s": processor_seconds(loader) - processor}))


def measure(command):
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    out = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, env=environment).stdout
    return json.loads(out.strip().splitlines()[-1])


def compare_inputs(args, folder, work):
    """How far the first batch is from the DataLoader's with Pillow, in steps of 1/255."""
    ours, theirs = work / "ours.bin", work / "theirs.bin"
    measure([args.program, "load", folder, args.threads, 1, BATCH, ours])
    measure([sys.executable, __file__, "--peer", folder, "Pillow", "0", "1", theirs])
    mine, other = (np.fromfile(path, dtype=np.float32).reshape(-1, 3, CROP, CROP) for path in (ours, theirs))
    steps = np.abs(mine - other) * np.array(STD, dtype=np.float32).reshape(1, 3, 1, 1) * 255
    return {"equal_share": float((mine == other).mean()), "largest_step": float(steps.max())}


def summary(found, key):
    rates = sorted(each["images"] / each[key] for each in found)
    return {"median": statistics.median(rates), "least": rates[0], "most": rates[-1]}


def ratios(sides, over, under, key):
    """Of rounds, so that what the machine does meanwhile meets both."""
    each = [a["images"] / a[key] / (b["images"] / b[key]) for a, b in zip(sides[over], sides[under])]
    return {"median": statistics.median(each), "least": min(each), "most": max(each)}


def markdown(result):
    lines = [f"{result['images']} JPEGs of 500 x 375, {result['mean_bytes'] / 1000:.0f} kB on average; {result['threads']} threads; "
             f"{result['rounds']} rounds in turns; {result['machine']}.", "",
             "| | images per core and second | from – to | images per second (wall) |", "|---|---:|---:|---:|"]
    for name, side in result["sides"].items():
        core, wall = side["per_core"], side["wall"]
        lines.append(f"| {name} | {core['median']:.0f} | {core['least']:.0f} – {core['most']:.0f} | {wall['median']:.0f} |")
    lines += ["", "| ratio, per core | median of rounds | from – to | wall |", "|---|---:|---:|---:|"]
    for name, each in result["ratios"].items():
        core = each["per_core"]
        lines.append(f"| {name} | {core['median']:.2f} | {core['least']:.2f} – {core['most']:.2f} | {each['wall']['median']:.2f} |")
    lines += ["", f"Of the first batch {100 * result['inputs']['equal_share']:.2f} % of the numbers are those of the DataLoader with Pillow, "
                  f"the furthest off by {result['inputs']['largest_step']:.2f}/255. The loader's memory beyond the opened "
                  f"data set: at most {result['most_batches']:.2f} batches, decoders and threads included."]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program")
    parser.add_argument("--out")
    parser.add_argument("--images", type=int, default=600)
    parser.add_argument("--quality", type=int, default=95)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--peer", nargs=5, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.peer:
        folder, decoder, workers, epochs, first = args.peer
        return run_peer(folder, decoder, int(workers), int(epochs), first if first != "-" else None)
    with tempfile.TemporaryDirectory() as place:
        work, folder = Path(place), Path(place) / "jpeg"
        size = generate(folder, args.images, args.quality)
        packed = {"packed, JPEG 95": work / "jpeg.gfpack", "packed, raw": work / "raw.gfpack"}
        for path, quality in zip(packed.values(), (95, 0)):
            subprocess.run([args.program, "pack", str(folder), str(path), str(SIDE), str(quality)], check=True)
        commands = {"libjpeg-turbo alone": [args.program, "decode", folder, args.threads, 2],
                    "gainfinder, JPEG files": [args.program, "load", folder, args.threads, 2, BATCH]}
        commands |= {f"gainfinder, {name}": [args.program, "load", path, args.threads, 3, BATCH] for name, path in packed.items()}
        peers = {f"DataLoader, {name}, {where}": [sys.executable, __file__, "--peer", folder, name, workers, 1, "-"]
                 for name in DECODERS for where, workers in (("in process", 0), (f"{args.threads} workers", args.threads))}
        sides = {name: [] for name in commands | peers}
        for round_ in range(args.rounds):
            for name, command in (commands | peers).items():
                sides[name].append(measure(command))
            if round_ == 0:
                best = [max(names, key=lambda name: summary(sides[name], "cpu_s")["median"]) for names in
                        ([name for name in peers if decoder in name] for decoder in DECODERS)]
                peers = {name: peers[name] for name in best}
        inputs = compare_inputs(args, folder, work)
    keys = {"per_core": "cpu_s", "wall": "wall_s"}
    pairs = {f"{ours} / {peer}": (f"gainfinder, {ours}", peer) for peer in peers for ours in ("JPEG files", *packed)}
    pairs["JPEG files / libjpeg-turbo alone"] = ("gainfinder, JPEG files", "libjpeg-turbo alone")
    result = {"images": args.images, "mean_bytes": size, "quality": args.quality, "threads": args.threads, "rounds": args.rounds, "batch": BATCH,
              "machine": f"{os.cpu_count()} cores, {platform.machine()}", "inputs": inputs,
              "most_batches": max(each["batches"] for name in sides if name.startswith("gainfinder") for each in sides[name]),
              "sides": {name: {to: summary(found, key) for to, key in keys.items()} for name, found in sides.items()},
              "ratios": {name: {to: ratios(sides, *pair, key) for to, key in keys.items()} for name, pair in pairs.items()}}
    text = markdown(result)
    if args.out:
        Path(args.out).mkdir(parents=True, exist_ok=True)
        (Path(args.out) / "loader.json").write_text(json.dumps(result, indent=1))
        (Path(args.out) / "loader.md").write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()
