# SPDX-License-Identifier: Apache-2.0
"""Memory over many steps: the curve that a run writes of itself."""
import json
import shutil
import subprocess

import numpy as np

from harness import Watch
from steps import SAMPLE, model_file

MIB = 2**20


def slope(steps, values):
    """Least squares, with a 95 % interval over blocks of the curve, as neighbours are not independent."""
    rng, blocks = np.random.default_rng(0), np.array_split(np.arange(len(steps)), 20)
    fits = []
    for _ in range(2000):
        rows = np.concatenate([blocks[i] for i in rng.integers(0, len(blocks), len(blocks))])
        fits.append(np.polyfit(steps[rows], values[rows], 1)[0])
    low, high = np.percentile(fits, (2.5, 97.5))
    return {"median": float(np.polyfit(steps, values, 1)[0]), "low": float(low), "high": float(high)}


def memory(setting):
    """(6) Resident memory over 10,000 steps of whole runs, evaluations and saved states among them."""
    batch, wanted = 32, 100 if setting.quick else 10000
    epochs = -(-wanted // -(-600 // batch))
    watch, results = Watch(), []
    for student, teacher in [("fewtops-conv", "tops-resnet")] if setting.quick else [("fewtops-conv", "tops-resnet"), ("all-vit", "all-mixer")]:
        out = setting.work / "memory"
        shutil.rmtree(out, ignore_errors=True)
        subprocess.run([setting.program, "transfer", "--student", model_file(setting, student), "--teacher", model_file(setting, teacher),
                        "--data", SAMPLE / "fashion-slice", "--method", "kl-dp", "--subset", "60perclass", "--batch", str(batch),
                        "--epochs", str(epochs), "--eval-every", "20", "--save-every", "20", "--threads", str(setting.threads),
                        "--device", setting.device, "--out", out], check=True, capture_output=True)
        lines = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
        curve = np.array([(line["step"], line["memory_bytes"]) for line in lines if line["kind"] == "step"], dtype=float)
        settled = curve[curve[:, 0] > 0.1 * curve[-1, 0]]
        growth = slope(settled[:, 0], settled[:, 1])
        peak = json.loads((out / "report.json").read_text())["transfer"]["memory_bytes"]
        results.append({"name": f"{student} ← {teacher}, batch {batch}, KL+DP", "steps": int(curve[-1, 0]), "bytes_a_step": growth,
                        "begin_bytes": float(np.median(settled[:20, 1])), "end_bytes": float(np.median(settled[-20:, 1])), "peak_bytes": peak,
                        "curve": curve[:: max(1, len(curve) // 200)].tolist()})
        print(f"{results[-1]['name']}: {growth['median']:.1f} bytes a step, {results[-1]['end_bytes'] / MIB:.0f} MiB at the end", flush=True)
        shutil.rmtree(out)
    table = ["## Memory over many steps", "", "| | steps | after a tenth | at the end | peak | growth, bytes a step | 95 % |", "|---|---:|---:|---:|---:|---:|---:|"]
    for each in results:
        growth = each["bytes_a_step"]
        begin, end, peak = (f"{each[key] / MIB:.0f} MiB" for key in ("begin_bytes", "end_bytes", "peak_bytes"))
        table.append(f"| {each['name']} | {each['steps']:,} | {begin} | {end} | {peak} | {growth['median']:.1f} | {growth['low']:.1f} – {growth['high']:.1f} |")
    return {"title": "Memory over many steps", "aim": "a flat curve", "results": results, "lines": table, "machine_meanwhile": watch.facts()}
