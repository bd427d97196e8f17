# SPDX-License-Identifier: Apache-2.0
"""Every benchmark of training and studies, in one command.

    python3 tests/benchmarks/bench.py --program build/release/bin/gainfinder [--only 1,5] [--out FOLDER] [--small] [--quick]

Needs a Python with torch, timm and torchvision, and the target bench_engine beside the program. Prints Markdown and writes bench.json and
bench.md. Every figure is a ratio of rounds taken in turns (ABBA) with a bootstrap interval: how many times as fast as the other side
Gainfinder is, by the wall clock and by processor time. What the machine did meanwhile stands beside it. Nothing here fails for being slow.
"""
import argparse
import json
import os
import platform
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch

import cached
import memory
import steps
from harness import write_atomically

BENCHMARKS = {1: steps.step, 2: cached.cached_step, 3: cached.pair, 4: cached.study, 5: steps.evaluation, 6: memory.memory}


@dataclass
class Setting:
    program: Path
    work: Path
    threads: int
    device: str
    rounds: int
    round_s: float
    quick: bool
    small: bool

    @property
    def engine(self):
        return self.program.with_name("bench_engine")

    @property
    def warm_steps(self):
        return 1 if self.quick else 4

    def imported(self, name):
        """A model of timm's from random weights, made once."""
        folder = self.work / "models"
        if not (folder / f"{name}.pt").exists():
            subprocess.run([self.program, "import", "timm", name, "--random-init", "--out", folder], check=True, capture_output=True)
        return folder / f"{name}.pt"

    @staticmethod
    def say(result):
        ratio = result["ratio"]
        print(f"{result['name']}: {ratio['median']:.3f} ({ratio['low']:.3f} to {ratio['high']:.3f})", flush=True)


def machine():
    names = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    gpus = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    return {"processor": names[0] if names else platform.machine(), "cores": os.cpu_count(), "memory_gib": round(memory, 1), "gpus": gpus,
            "kernel": platform.release(), "torch": torch.__version__, "python": platform.python_version()}


def interval(ratio):
    return f"{ratio['median']:.3f} | {ratio['low']:.3f} – {ratio['high']:.3f}"


def table(bench):
    lines = [f"## {bench['title']}", "", f"| | times as fast as {bench['other']} | 95 % | by processor time | rounds | ours | theirs |",
             "|---|---:|---:|---:|---:|---:|---:|"]
    for each in bench["results"]:
        cpu = f"{each['cpu_ratio']['median']:.3f}" if "cpu_ratio" in each else ""
        ours, theirs = (f"{each[side]['median']:.4g} {each[side]['unit']}" for side in ("ours", "theirs"))
        lines.append(f"| {each['name']} | {interval(each['ratio'])} | {cpu} | {each['rounds']} | {ours} | {theirs} |")
    return lines


def markdown(result):
    about = result["machine"]
    lines = [f"# Benchmarks of Gainfinder {result['version']}", "",
             f"{about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB, PyTorch {about['torch']}; {result['threads']} compute "
             f"threads on {result['device']}.", ""]
    for bench in result["benchmarks"]:
        meanwhile = bench["machine_meanwhile"]
        lines += bench["lines"] if "lines" in bench else table(bench)
        lines += ["", f"Aim: {bench['aim']}. Load {meanwhile['load_before']} before, {meanwhile['load_after']} after; other programs had "
                  f"{100 * meanwhile['others_share']:.0f} % of the processors, the host took {100 * meanwhile['steal_share']:.1f} %.", ""]
        lines += [note for note in bench.get("notes", [])]
    return "\n".join(lines) + "\n"


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--only", default=",".join(map(str, BENCHMARKS)), help="numbers, with commas")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--work", type=Path, help="where models and images are kept between runs")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--round-s", type=float, default=1.5, help="seconds that a side works in one round")
    parser.add_argument("--small", action="store_true", help="the sample's models alone, without those at 224 pixels")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: whether it runs, not how fast")
    return parser.parse_args()


def main():
    args = parse()
    chosen = [int(number) for number in args.only.split(",")]
    version = subprocess.run([args.program, "--version"], check=True, capture_output=True, text=True).stdout.split()[-1]
    with tempfile.TemporaryDirectory() as place:
        work = args.work or Path(place)
        work.mkdir(parents=True, exist_ok=True)
        setting = Setting(args.program.resolve(), work.resolve(), args.threads, args.device, 2 if args.quick else args.rounds,
                          0.1 if args.quick else args.round_s, args.quick, args.small or args.quick)
        benchmarks = [{"number": number, **BENCHMARKS[number](setting)} for number in chosen]
    result = {"schema": "gainfinder-bench/1", "version": version, "machine": machine(), "device": args.device, "threads": args.threads,
              "quick": args.quick, "benchmarks": benchmarks}
    text = markdown(result)
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        write_atomically(args.out / "bench.json", json.dumps(result, indent=1))
        write_atomically(args.out / "bench.md", text)
    print("\n" + text, end="")


if __name__ == "__main__":
    main()
