# SPDX-License-Identifier: Apache-2.0
"""Benchmarks of the cache of frozen models' answers: a step against its floor, a pair and a whole study against running everything live."""
import gzip
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import time

import torch

from harness import Child, Watch, compare, in_turns, per_step
from steps import SAMPLE, model_file, photographs

SLICE = SAMPLE / "fashion-slice"

# The students and teachers of the paper's table 1 by their millions of parameters, three of each; here a 400th of them, on 28 x 28 pixels.
STUDENTS = {"XCiT-P16": ("vit", 189.1), "ResMLP-24": ("mixer", 30.02), "PiT-XS": ("vit", 10.62)}
TEACHERS = {"SWSL-ResNext101": ("vit", 88.79), "Volo-D2": ("vit", 58.68), "CoaT-lite-mini": ("vit", 11.01)}


def cached_step(setting):
    """(2) A whole step of a run that reads kept answers (loading, objective, update) against the student's forward, backward and update alone."""
    cases = [("all-resnet", "all-vit", 64, SLICE), ("all-vit", "all-mixer", 64, SLICE)]
    if not setting.small:
        cases += [("resnet18", "pit_xs_224", 8, photographs(setting)), ("pit_xs_224", "resnet18", 8, photographs(setting))]
    watch, results = Watch(), []
    for student, teacher, batch, data in cases[:1] if setting.quick else cases:
        options = {"method": "kl-dp", "batch": batch, "device": setting.device, "threads": setting.threads, "subset": "1", "cache": "on"}
        with Child([setting.engine], setting.threads) as engine:
            engine.ask(do="open-cached", data=str(data), student=str(model_file(setting, student)), teachers=[str(model_file(setting, teacher))],
                       options=options, cache=str(setting.work / "frozen"))
            warm = [engine.ask(do=what, count=setting.warm_steps + 2) for what in ("cached", "floor")]
            count = int(min(400, max(2, setting.round_s / max(per_step(each)["wall"] for each in warm))))
            found = in_turns(setting.rounds, ours=lambda: per_step(engine.ask(do="cached", count=count)),
                             theirs=lambda: per_step(engine.ask(do="floor", count=count)))
        results.append(compare(f"{student} ← {teacher}, batch {batch}, KL+DP", found, "ms a step", 1e3, steps_a_round=count))
        setting.say(results[-1])
    return {"title": "A cached run's step against its floor", "other": "the floor", "aim": "1 / 1.08 = 0.926", "results": results,
            "machine_meanwhile": watch.facts()}


def run(setting, home, *command):
    """Seconds of a command with a cache folder of its own."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(home), "OMP_NUM_THREADS": str(setting.threads)}
    began = time.perf_counter()
    done = subprocess.run([str(part) for part in (setting.program, *command)], capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return time.perf_counter() - began


def transfer(setting, home, student, teacher, data, batch, epochs, cache):
    """The run itself, without starting the program and evaluating both models before it."""
    out = setting.work / "pair"
    run(setting, home, "transfer", "--student", model_file(setting, student), "--teacher", model_file(setting, teacher), "--data", data,
        "--method", "kl-dp", "--subset", "1", "--batch", batch, "--epochs", epochs, "--eval-every", epochs, "--save-every", epochs,
        "--threads", setting.threads, "--device", setting.device, "--cache", cache, "--out", out, "--overwrite")
    return {"wall": json.loads((out / "report.json").read_text())["transfer"]["seconds"]}


def pair(setting):
    """(3) KL+DP of one pair: answers kept by an earlier run, and by the run itself, against running both frozen models in every step."""
    cases = [("all-resnet", "all-vit", SLICE, 64, 2 if setting.quick else 20)]
    if not setting.small:
        cases += [("resnet18", "pit_xs_224", photographs(setting), 8, 4)]
    watch, results = Watch(), []
    for student, teacher, data, batch, epochs in cases:
        kept, alone = setting.work / "kept", setting.work / "alone"
        shutil.rmtree(kept, ignore_errors=True)
        transfer(setting, kept, student, teacher, data, batch, epochs, "on")
        naive = lambda: transfer(setting, kept, student, teacher, data, batch, epochs, "off")

        def by_itself():
            shutil.rmtree(alone / "gainfinder" / "frozen", ignore_errors=True)
            return transfer(setting, alone, student, teacher, data, batch, epochs, "on")

        ways = {"answers kept by an earlier run": lambda: transfer(setting, kept, student, teacher, data, batch, epochs, "on")}
        if not setting.quick:
            ways["answers kept by the run itself"] = by_itself
            by_itself()
        for how, ours in ways.items():
            found = in_turns(setting.rounds if setting.quick else max(4, setting.rounds // 2), ours=ours, theirs=naive)
            results.append(compare(f"{student} ← {teacher}, {epochs} epochs, {how}", found, "s a run"))
            setting.say(results[-1])
    return {"title": "KL+DP of one pair, cached against live", "other": "without the cache", "aim": "above 1", "results": results,
            "machine_meanwhile": watch.facts()}


def small_data(setting):
    """300 training images and 100 others of the slice: as a share of the training, evaluations then cost what they cost on ImageNet."""
    folder = setting.work / "small-fashion"  # whose name says which classes it has
    folder.mkdir(exist_ok=True)
    for split, count in (("train", 300), ("t10k", 100)):
        for kind, header, each in (("images-idx3", 16, 784), ("labels-idx1", 8, 1)):
            whole = gzip.decompress((SLICE / f"{split}-{kind}-ubyte.gz").read_bytes())
            part = whole[:4] + count.to_bytes(4, "big") + whole[8:header + count * each]
            (folder / f"{split}-{kind}-ubyte.gz").write_bytes(gzip.compress(part))
    return folder


def small_shelf(setting):
    """Models as large to each other as the paper's, from random weights."""
    sys.path.insert(0, str(SAMPLE))
    from shelf_models import PatchNet
    folder, depth = setting.work / "small-shelf", 3
    if folder.exists():
        return folder
    folder.mkdir()
    extra = {"gainfinder.json": ""}
    torch.jit.load(str(SAMPLE / "shelf/all-vit.pt"), _extra_files=extra)
    for role, models in (("student", STUDENTS), ("teacher", TEACHERS)):
        for name, (kind, millions) in models.items():
            torch.manual_seed(len(name))
            wanted = millions * 1e6 / 400
            each = (lambda width: 8 * width**2 * depth) if kind == "vit" else (lambda width: 4 * (width**2 + 49**2) * depth)
            width = next(width for width in range(8, 1000, 4) if each(width) >= wanted or width == 996)
            model = PatchNet(kind, 4, width, depth, 0.0).eval()
            about = {**json.loads(extra["gainfinder.json"]), "name": f"{role}-{name}"}
            about.pop("reference_accuracy", None)
            torch.jit.save(torch.jit.script(model), str(folder / f"{role}-{name}.pt"), _extra_files={"gainfinder.json": json.dumps(about)})
    return folder


def emptied(folder):
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def forwards(study):
    """Images that frozen models were run on, by the logs of all cells: where answers were needed, and to fill the cache."""
    text = "\n".join(path.read_text() for path in study.glob("cells/*/log.txt"))
    return sum(int(number or 0) for line in re.findall(r": (\d+) images passed where answers were needed(?:, (\d+) to fill)?", text) for number in line)


def study(setting):
    """(4) The paper's table 1 in small, as one study: against the same study without the cache, and against every pair by itself, whose
    command evaluates both models before and runs every frozen model in every step."""
    shelf, data = small_shelf(setting), small_data(setting)
    students, teachers = (1, 1) if setting.quick else (3, 3)
    methods, epochs = ("kl-dp",) if setting.quick else ("kl", "kl-dp", "kl-dp-unsup"), 2 if setting.quick else 8
    students, teachers = ([f"{role}-{name}" for name in list(names)[:count]]
                          for role, names, count in (("student", STUDENTS, students), ("teacher", TEACHERS, teachers)))
    options = {"epochs": epochs, "subset": "1", "batch": 50, "save-every": epochs, "eval-every": epochs}
    counted, watch = {}, Watch()
    computed = ("--threads", setting.threads, "--device", setting.device)

    def seconds_of_runs(folders):
        return sum(json.loads((folder / "report.json").read_text())["transfer"]["seconds"] for folder in folders)

    def whole(cache):
        home, out = emptied(setting.work / f"home-{cache}"), emptied(setting.work / f"study-{cache}")
        plan = {"schema": "gainfinder-plan/1", "name": "bench", "models": str(shelf), "data": str(data), "students": students,
                "teachers": teachers, "methods": [{"method": method} for method in methods], "options": {**options, "cache": cache}}
        (setting.work / "plan.json").write_text(json.dumps(plan))
        seconds = run(setting, home, "study", "run", setting.work / "plan.json", "--out", out, *computed)
        counted[cache] = forwards(out)
        return {"wall": seconds, "runs": seconds_of_runs(out.glob("cells/*"))}

    def alone():
        home, out, seconds = setting.work / "home-alone", emptied(setting.work / "study-alone"), 0
        flags = [part for name, value in options.items() for part in ("--" + name, value)]
        for number, (student, teacher, method) in enumerate(itertools.product(students, teachers, methods)):
            models = ("--student", shelf / f"{student}.pt", "--teacher", shelf / f"{teacher}.pt")
            seconds += run(setting, emptied(home), "transfer", *models, "--data", data, "--method", method, "--cache", "off", *flags,
                           *computed, "--out", out / str(number))
        return {"wall": seconds, "runs": seconds_of_runs(out.iterdir())}

    found = in_turns(2 if setting.quick else max(3, setting.rounds // 3), ours=lambda: whole("auto"), live=lambda: whole("off"), alone=alone)
    name = f"{len(students)} students × {len(teachers)} teachers × {len(methods)} methods, {epochs} epochs"
    only = lambda rounds: [{"wall": each["runs"]} for each in rounds]
    results = [compare(f"{name}, against the study without the cache", {"ours": found["ours"], "theirs": found["live"]}, "s a study",
                       frozen_forwards=counted),
               compare(f"{name}, the runs in both", {"ours": only(found["ours"]), "theirs": only(found["live"])}, "s a study"),
               compare(f"{name}, against every pair by itself", {"ours": found["ours"], "theirs": found["alone"]}, "s a study")]
    for each in results:
        setting.say(each)
    return {"title": "A whole study, cached against naive", "other": "the other way", "aim": 1.4, "results": results,
            "notes": [f"Images that teachers and frozen students were run on in training: {counted['auto']:,} with the cache, "
                      f"{counted['off']:,} without."],
            "machine_meanwhile": watch.facts()}
