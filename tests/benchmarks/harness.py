# SPDX-License-Identifier: Apache-2.0
"""What every benchmark here shares: two programs in turns, ratios of rounds with bootstrap intervals, and what the machine did meanwhile."""
import json
import os
import statistics
import subprocess
from pathlib import Path

import numpy as np


class Child:
    """A program that answers a line of JSON with a line of JSON and lives as long as its benchmark."""

    def __init__(self, command, threads):
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
        self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def ask(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args[0]} ended at {command.get('do')} with exit code {self.process.wait()}")
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


class Watch:
    """Load, steal and what other programs took of the processors, from construction to facts()."""

    def __init__(self):
        self.load, self.times, self.own = os.getloadavg()[0], self.stat(), self.used()

    @staticmethod
    def stat():
        return [int(number) for number in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]

    @staticmethod
    def used():
        used = os.times()
        return used.user + used.system + used.children_user + used.children_system

    def facts(self):
        """To be asked when the children have ended: their processor time counts as ours then."""
        now = self.stat()
        user, nice, system, idle, wait, irq, soft, steal = (b - a for a, b in zip(self.times, now))
        total = max(1, user + nice + system + idle + wait + irq + soft + steal)
        own = (self.used() - self.own) * os.sysconf("SC_CLK_TCK")
        busy = user + nice + system + irq + soft
        return {"load_before": round(self.load, 2), "load_after": round(os.getloadavg()[0], 2),
                "steal_share": round(steal / total, 4), "others_share": round(max(0.0, busy - own) / total, 3)}


def bootstrap(values, resamples=10000):
    """Median with its central 95 % interval over resampled rounds."""
    array = np.asarray(values, dtype=float)
    rng = np.random.default_rng(0)
    medians = np.median(rng.choice(array, (resamples, len(array))), axis=1)
    low, high = np.percentile(medians, (2.5, 97.5))
    return {"median": float(np.median(array)), "low": float(low), "high": float(high)}


def spread(values, unit):
    return {"median": statistics.median(values), "least": min(values), "most": max(values), "unit": unit}


def in_turns(rounds, **sides):
    """Rounds of all sides, the order changing over (ABBA); each answers a dict with `wall` and `cpu` seconds a unit of work."""
    found = {name: [] for name in sides}
    for round_ in range(rounds):
        for name in sides if round_ % 2 == 0 else reversed(sides):
            found[name].append(sides[name]())
    return found


def compare(name, found, unit, scale=1.0, **more):
    """A line of a table: how many times as fast we are as the other side, round by round."""
    ratio = lambda key: bootstrap([b[key] / a[key] for a, b in zip(found["ours"], found["theirs"])])
    result = {"name": name, "ratio": ratio("wall"), "rounds": len(found["ours"])}
    if all("cpu" in each for side in found.values() for each in side):
        result["cpu_ratio"] = ratio("cpu")
    for side, each in found.items():
        result[side] = spread([scale * one["wall"] for one in each], unit)
        if all("faults" in one for one in each):
            result[side]["page_faults"] = statistics.median(one["faults"] for one in each)
    return {**result, **more}


def per_step(answer):
    """Medians shrug off a step that was interrupted; processor time is the sum's share."""
    count = len(answer["seconds"])
    return {"wall": statistics.median(answer["seconds"]), "cpu": answer["cpu_s"] / count, "faults": answer["faults"] / count}


def write_atomically(path, text):
    part = path.with_name(path.name + ".part")
    with open(part, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
