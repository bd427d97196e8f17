# SPDX-License-Identifier: Apache-2.0
"""Runs the transfer methods over many pairs of the shelf and prints the shapes of the paper's figures 4 and 7.

    python3 study.py --program GAINFINDER --out DIR              run what is missing, then print the tables
    python3 study.py --program GAINFINDER --out DIR --figures    and draw the figures
    python3 study.py --from study/results.csv                    the tables of a kept result, without running
    python3 study.py --check                                     hand-worked cases of every figure in the tables

Needs nothing but Python and the built program. May be stopped and started again: finished runs stay. What is run stands in study/plan.json.
"""
import argparse
import csv
import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import study_check
import study_figures
import study_report

HERE = Path(__file__).resolve().parent
FIELDS = ["part", "column", "student", "teacher", "family", "seed", "lr", "epochs", "before", "teacher_accuracy", "after", "gain", "loss",
          "delta", "positive_flips", "negative_flips", "delta_accuracy", "routed_positive", "routed_negative", "seconds"]


@dataclass(frozen=True)
class Run:
    part: str       # tuning, study, control or sensitivity
    column: str
    student: str    # stems of files of the shelf
    teacher: str
    seed: int
    options: tuple  # (name, value) as the program's flags are called

    def folder(self, out):
        column = f"{self.column}-lr-{dict(self.options)['lr']:g}" if self.part == "tuning" else self.column
        return out / "runs" / self.part / column / f"{self.student}--{self.teacher}" / f"seed-{self.seed}"


class StudyError(Exception):
    pass


def models_with(sample, roles):
    return [Path(m["file"]).stem for m in sample["models"] if m["role"] in roles]


def study_pairs(plan, sample):
    """(student, teacher) by the plan's rule."""
    teachers = models_with(sample, plan["teachers"])
    return [(s, t) for s in models_with(sample, plan["students"]) for t in teachers if s != t]


def tuning_pairs(plan, sample):
    ring = models_with(sample, plan["teachers"])
    return [(ring[i], ring[(i + 1) % len(ring)]) for i in range(len(ring))]


def options_of(plan, column, lr, extra=None):
    options = {**plan["common"], "method": column["method"], "lr": lr, **column.get("options", {}), **(extra or {})}
    if column.get("scale_tau"):
        options["mcl-tau"] = scaled_tau(options, plan)
    return tuple(options.items())


def scaled_tau(options, plan, classes=10):
    """The tau that keeps, over this run's few updates, the share of the initial weights that the paper's run keeps."""
    paper = plan["paper_slow_weights"]
    in_paper = slow_updates(paper["samples"], paper["batch"], paper["epochs"], options["mcl-every"])
    here = slow_updates(int(options["subset"].removesuffix("perclass")) * classes, options["batch"], options["epochs"], options["mcl-every"])
    return round(study_report.equal_retention(options["mcl-tau"], in_paper, here), 6)


def slow_updates(samples, batch, epochs, every):
    return math.ceil(samples / batch) * epochs // every


def tuning_runs(plan, sample):
    columns = {c["name"]: c for c in plan["columns"]}
    tuning = plan["tuning"]
    return [Run("tuning", name, student, teacher, tuning["seed"], options_of(plan, columns[name], lr))
            for lr in tuning["learning_rates"] for name in tuning["methods"] for student, teacher in tuning_pairs(plan, sample)]


def control_runs(plan, sample, lr):
    """Labels alone: the teacher has no say, so one run serves all pairs of a student."""
    teacher = models_with(sample, plan["teachers"])[0]
    return [Run("control", plan["control"]["name"], student, teacher, seed, options_of(plan, plan["control"], lr))
            for seed in plan["seeds"] for student in models_with(sample, plan["students"])]


def study_runs(plan, sample, lr, names):
    """Role by role in the plan's order, so that a study stopped early is whole over the students it has."""
    return [Run("study", column["name"], student, teacher, seed, options_of(plan, column, column.get("options", {}).get("lr", lr)))
            for role in plan["students"] for column in plan["columns"] if not names or column["name"] in names
            for seed in plan["seeds"] for student, teacher in study_pairs(plan, sample) if student in models_with(sample, [role])]


def sensitivity_runs(plan, sample, lr, names):
    part = plan["sensitivity"]
    return [Run("sensitivity", f"{column['name']}-{variant['slug']}", student, teacher, seed,
                options_of(plan, column, lr * variant.get("lr_factor", 1), variant.get("options")))
            for variant in part["variants"] for column in plan["columns"]
            if column["name"] in variant["columns"] and (not names or column["name"] in names)
            for seed in part["seeds"] for student, teacher in study_pairs(plan, sample)]


class Bench:
    """Calls the program; a run that is already in the folder with the same options is not repeated."""

    def __init__(self, options, shelf, data):
        self.program, self.out, self.jobs = options.program.resolve(), options.out, options.jobs
        self.shelf, self.data = shelf, data
        self.rows, self.failures = {}, {}
        self.stopping, self.children = threading.Event(), set()

    def command(self, run):
        flags = [word for name, value in run.options for word in (f"--{name}", format_value(value))]
        epochs = dict(run.options)["epochs"]
        return [str(self.program), "transfer", "--student", str(self.shelf / f"{run.student}.pt"),
                "--teacher", str(self.shelf / f"{run.teacher}.pt"), "--data", str(self.data), "--out", str(run.folder(self.out)),
                "--overwrite", "--seed", str(run.seed), "--eval-every", str(epochs), "--device", "cpu", "--threads", "1", "--json", *flags]

    def finished(self, run):
        """The report of a run that is there, whole and made with these options; else None."""
        try:
            report = json.loads((run.folder(self.out) / "report.json").read_text())
            used = report["manifest"]["options"]
            same = all(same_value(used[name], value) for name, value in (*run.options, ("seed", run.seed)))
            here = report["manifest"]["data"]["path"] == str(self.data)
            return report if report["transfer"]["finished"] and same and here else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def one(self, run):
        if self.stopping.is_set():
            return None
        run.folder(self.out).parent.mkdir(parents=True, exist_ok=True)
        # A session of its own: Ctrl-C then reaches this script alone, which stops its children once.
        child = subprocess.Popen(self.command(run), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
                                 env={**os.environ, "OMP_NUM_THREADS": "1"})
        self.children.add(child)
        messages = child.communicate()[1]
        self.children.discard(child)
        report = self.finished(run)
        if child.returncode != 0 or report is None:
            last = (messages.strip().splitlines() or ["no message"])[-1]
            raise StudyError(f"exit code {child.returncode}: {last}")
        return report

    def work(self, runs):
        todo = []
        for run in runs:
            report = self.finished(run)
            if report:
                self.rows[run] = row_of(run, report)
            else:
                todo.append(run)
        if len(todo) < len(runs):
            say(f"{len(runs) - len(todo)} of {len(runs)} runs are there already.")
        started, done = time.monotonic(), 0
        with ThreadPoolExecutor(self.jobs) as pool:
            waiting = {pool.submit(self.one, run): run for run in todo}
            try:
                for future in as_completed(waiting):
                    done += 1
                    left = (time.monotonic() - started) / done * (len(todo) - done)
                    say(f"[{done}/{len(todo)}] {self.note(waiting[future], future)}; {duration(left)} left")
            except KeyboardInterrupt:
                self.stopping.set()
                for child in list(self.children):
                    child.send_signal(signal.SIGINT)
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def note(self, run, future):
        name = f"{run.part}, {run.column}: {run.teacher} teaches {run.student}, seed {run.seed}"
        try:
            report = future.result()
        except (StudyError, OSError) as error:
            self.failures[run] = str(error)
            return f"{name}: FAILED, {error}"
        self.rows[run] = row_of(run, report)
        return f"{name}: {100 * report['transfer']['delta']:+.2f} points"


def row_of(run, report):
    before, transfer = report["before"]["teachers"][0], report["transfer"]
    options = dict(run.options)
    return {"part": run.part, "column": run.column, "student": run.student, "teacher": run.teacher, "family": report["student"]["family"],
            "seed": run.seed, "lr": options["lr"], "epochs": options["epochs"], "before": report["before"]["accuracy"],
            "teacher_accuracy": report["teachers"][0]["accuracy"], "after": report["after"]["accuracy"],
            "gain": transfer["gain"], "loss": transfer["loss"], "delta": transfer["delta"],
            "positive_flips": before["positive_flips"], "negative_flips": before["negative_flips"], "delta_accuracy": before["delta_accuracy"],
            "routed_positive": transfer["routing"]["positive"], "routed_negative": transfer["routing"]["negative"],
            "seconds": transfer["seconds"]}


def say(line):
    print(line, file=sys.stderr, flush=True)


def duration(seconds):
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def format_value(value):
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def same_value(used, wanted):
    if isinstance(wanted, (int, float)) and isinstance(used, (int, float)):
        return math.isclose(used, wanted, rel_tol=1e-9)
    return used == wanted


def tidy(value):
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else value


def write_csv(path, rows):
    """Through a second name, so that a stopped script never leaves half a file."""
    temporary = path.with_suffix(".part")
    with temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: tidy(row[name]) for name in FIELDS} for row in rows)
    temporary.replace(path)


def read_csv(path):
    text = {"part", "column", "student", "teacher", "family"}
    with path.open(newline="", encoding="utf-8") as file:
        rows = [{k: v if k in text else None if v == "" else float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    return [{**row, "seed": int(row["seed"])} for row in rows]


def data_folder(options, sample):
    """The full set where it is installed, else the slice."""
    choices = [options.data] if options.data else [*map(Path, sample["data"]["full"]), HERE / sample["data"]["slice"]]
    for folder in choices:
        if folder.is_dir():
            return folder.resolve()
    raise StudyError(f"{choices[0]}: no such data folder")


def run_all(options, plan, sample):
    """Every run of the plan; returns the rows and whether nothing failed."""
    data = data_folder(options, sample)
    say(f"Data: {data}")
    bench = Bench(options, HERE / "shelf", data)
    bench.work(tuning_runs(plan, sample))
    if bench.failures:
        raise StudyError(f"{len(bench.failures)} tuning runs failed, so no learning rate was chosen: {next(iter(bench.failures.values()))}")
    lr = study_report.chosen_rate(bench.rows.values())
    say(f"Learning rate {lr:g}, chosen on pairs that are not in the study.")
    bench.work([*control_runs(plan, sample, lr), *study_runs(plan, sample, lr, options.only), *sensitivity_runs(plan, sample, lr, options.only)])
    write_csv(options.out / "results.csv", bench.rows.values())
    if bench.failures:
        say(f"{len(bench.failures)} runs failed; run the same command again to repeat only those:")
        for message in sorted(set(bench.failures.values())):
            say(f"  {sum(m == message for m in bench.failures.values())} runs, {message}")
    return list(bench.rows.values()), not bench.failures


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, help="the built gainfinder")
    parser.add_argument("--out", type=Path, help="folder for the runs, the table and the figures")
    parser.add_argument("--jobs", type=int, default=1, help="transfers at a time, one thread each [1]")
    parser.add_argument("--only", nargs="+", metavar="COLUMN", help="names of columns of the plan, such as kl kl-dp")
    parser.add_argument("--data", type=Path, help="instead of the data that sample.json names")
    parser.add_argument("--plan", type=Path, default=HERE / "study" / "plan.json")
    parser.add_argument("--from", dest="source", type=Path, metavar="CSV", help="only print the tables of these results")
    parser.add_argument("--figures", action="store_true", help="also draw the figures as SVG")
    parser.add_argument("--markdown", type=Path, help="also write the tables, between the marks, into this file")
    parser.add_argument("--check", action="store_true", help="only check the arithmetic of the tables")
    options = parser.parse_args()
    if not options.check and not options.source and not (options.program and options.out):
        parser.error("--program and --out are needed, or --from, or --check")
    if options.figures and not options.check and not options.out:
        parser.error("--figures needs --out")
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1; found {options.jobs}")
    return options


def main():
    options = parse()
    plan, sample = json.loads(options.plan.read_text()), json.loads((HERE / "sample.json").read_text())
    if options.check:
        return study_check.run(study_pairs(plan, sample), tuning_pairs(plan, sample))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    rows, whole = (read_csv(options.source), True) if options.source else run_all(options, plan, sample)
    results = study_report.Results(plan, rows)
    tables = study_report.tables(results)
    print(tables)
    if options.out:
        (options.out / "tables.md").write_text(tables + "\n", encoding="utf-8")
        (options.out / "summary.json").write_text(json.dumps(study_report.summary(results), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.figures:
        study_figures.draw(results, options.out / "figures")
    if options.markdown:
        study_report.keep(options.markdown, tables)
    return 0 if whole else 1


def interrupted(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGINT, interrupted)   # also where a shell started it in the background
    signal.signal(signal.SIGTERM, interrupted)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("Stopped. The same command goes on from here.")
        sys.exit(130)
    except (StudyError, OSError) as problem:
        say(f"study: {problem}")
        sys.exit(1)
