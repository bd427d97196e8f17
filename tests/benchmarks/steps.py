# SPDX-License-Identifier: Apache-2.0
"""Benchmarks that ask both programs for rounds: one optimiser step, evaluation."""
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import torch

from harness import Child, Watch, compare, in_turns, per_step

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parents[1] / "resources/sample"

# student ← teacher, images a batch; models of the sample's shelf, and timm's at 224 pixels from random weights.
# The first student has no dropout: both programs must find the same objective for it.
SMALL = [("all-vit", "all-mixer", 64), ("all-resnet", "all-vit", 64), ("fewtops-mlp", "tops-resnet", 64)]
LARGE = [("resnet18", "pit_xs_224", 8), ("pit_xs_224", "resnet18", 8), ("resmlp_12_224", "resnet18", 8)]


def model_file(setting, name):
    shipped = SAMPLE / "shelf" / f"{name}.pt"
    return shipped if shipped.exists() else setting.imported(name)


def input_size(file):
    extra = {"gainfinder.json": ""}
    torch.jit.load(str(file), _extra_files=extra)
    about = json.loads(extra["gainfinder.json"])
    return about["input_size"], len(about["classes"])


def batch_of(work, files, rows):
    """One batch for every model, as both programs read it."""
    rng = np.random.default_rng(0)
    shapes, inputs, images = [], [], {}
    for k, file in enumerate(files):
        size, classes = input_size(file)
        shapes.append([rows, *size])
        images.setdefault(tuple(size), rng.normal(size=shapes[-1]).astype(np.float32))
        inputs.append(str(work / f"inputs-{k}.bin"))
        images[tuple(size)].tofile(inputs[-1])
    labels = work / "labels.bin"
    rng.integers(0, classes, rows).astype(np.int64).tofile(labels)
    return {"inputs": inputs, "shapes": shapes, "labels": str(labels)}


def opened(setting, pair, method, precision, **more):
    student, teacher, rows = pair
    files = [model_file(setting, student), model_file(setting, teacher)]
    options = {"method": method, "batch": rows, "precision": precision, "device": setting.device, "threads": setting.threads, "lr": 0.0001}
    return {"do": "open", "data": str(SAMPLE / "fashion-slice"), "student": str(files[0]), "teachers": [str(files[1])], "options": options,
            **batch_of(setting.work, files, rows), **more}


def steps_a_round(setting, *children):
    """After both have warmed up: as many steps as the slower does in a round's time."""
    slowest = 0
    for child in children:
        child.ask(do="steps", count=setting.warm_steps)
        slowest = max(slowest, per_step(child.ask(do="steps", count=2))["wall"])
    return int(min(400, max(2, setting.round_s / slowest)))


def form(answer):
    return ("bf16" if answer["bf16"] else "fp32") + (", channels last" if answer["channels_last"] else "")


def step_case(setting, engine, peer, pair, method, precision, compiled=False):
    asked = opened(setting, pair, method, precision, compiled=compiled)
    ours, theirs = engine.ask(**asked), peer.ask(**asked)
    value = [child.ask(do="steps", count=1)["values"][0] for child in (engine, peer)]
    count = steps_a_round(setting, engine, peer)
    found = in_turns(setting.rounds, ours=lambda: per_step(engine.ask(do="steps", count=count)),
                     theirs=lambda: per_step(peer.ask(do="steps", count=count)))
    name = f"{pair[0]} ← {pair[1]}, batch {pair[2]}, {'KL+DP' if method == 'kl-dp' else 'KL-Dist'}"
    if precision != "fp32":
        name += f", precision {precision} ({form(ours)} and {form(theirs)})"
    if compiled:
        name += ", torch.compile"
    return compare(name, found, "ms a step", 1e3, steps_a_round=count, first_objective={"ours": value[0], "theirs": value[1]}, sgd=theirs["sgd"],
                   form={"ours": form(ours), "theirs": form(theirs)})


def step(setting):
    """(1) One optimiser step against a PyTorch loop in eager mode: the same weights, batch, threads and objective."""
    pairs = SMALL[:1] if setting.quick else SMALL if setting.small else SMALL + LARGE
    cases = [(pair, method, "fp32", False) for pair in pairs for method in ("kl", "kl-dp")]
    if not setting.small:
        cases += [(pair, "kl-dp", "auto", False) for pair in LARGE]
    if not setting.quick:
        cases += [(pair, "kl-dp", "fp32", True) for pair in (SMALL[:1] if setting.small else [SMALL[0], LARGE[0]])]
    watch, results, notes = Watch(), [], []
    for pair, method, precision, compiled in cases:
        with Child([setting.engine], setting.threads) as engine, Child([sys.executable, HERE / "peer.py"], setting.threads) as peer:
            try:
                results.append(step_case(setting, engine, peer, pair, method, precision, compiled))
            except RuntimeError as failure:
                if not compiled:
                    raise
                notes.append(f"torch.compile does not run here: {failure}")
            setting.say(results[-1])
    return {"title": "One optimiser step against PyTorch", "other": "PyTorch eager", "aim": 0.97, "results": results, "notes": notes,
            "machine_meanwhile": watch.facts()}


def photographs(setting):
    """JPEGs as bench_loader.py makes them, under names of ImageNet's classes."""
    sys.path.insert(0, str(HERE.parent / "data"))
    from bench_loader import generate
    folder = setting.work / "photographs"
    if not folder.exists():
        generate(folder / "val", 24 if setting.quick else 240, 95)
        for class_, wnid in {"cat": "n02123045", "dog": "n02099601", "fish": "n01443537", "tree": "n12620546"}.items():
            (folder / "val" / class_).rename(folder / "val" / wnid)
        shutil.copytree(folder / "val", folder / "train")
    return folder


def evaluation(setting):
    """(5) A whole evaluation, from the data set to right answers, against a PyTorch loop."""
    cases = [(name, SAMPLE / "fashion-slice") for name in ("all-resnet", "all-vit", "fewtops-mlp")]
    cases = cases[:1] if setting.quick else cases if setting.small else cases + [(name, photographs(setting)) for name in ("resnet18", "pit_xs_224")]
    watch, results = Watch(), []
    for name, data in cases:
        asked = {"do": "open-evaluation", "model": str(model_file(setting, name)), "data": str(data), "device": setting.device,
                 "threads": setting.threads, "workers": setting.threads}
        with Child([setting.engine], setting.threads) as engine, Child([sys.executable, HERE / "peer.py"], setting.threads) as peer:
            samples = engine.ask(**asked)["samples"]
            peer.ask(**asked)
            right = [child.ask(do="evaluate", count=2) for child in (engine, peer)]
            count = int(min(50, max(1, setting.round_s / max(each["seconds"][-1] for each in right))))
            found = in_turns(setting.rounds, ours=lambda: per_step(engine.ask(do="evaluate", count=count)),
                             theirs=lambda: per_step(peer.ask(do="evaluate", count=count)))
            results.append(compare(f"{name}, {samples} images of {data.name}", found, "ms a pass", 1e3,
                                   right={"ours": right[0]["values"][0], "theirs": right[1]["values"][0]}))
        setting.say(results[-1])
    return {"title": "Evaluation against PyTorch", "other": "PyTorch eager, inference mode", "aim": 1.0, "results": results,
            "machine_meanwhile": watch.facts()}
