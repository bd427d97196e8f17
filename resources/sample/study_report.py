# SPDX-License-Identifier: Apache-2.0
"""From the runs of the study to its tables. Shares are fractions 0-1 inside and percent in print; deltas are printed in percentage points."""
import math
import random
import statistics
from dataclasses import dataclass

EDGES = (-0.10, -0.05, 0.0, 0.05)   # bins of the accuracy difference; the outer ones are open
SIGNS = (("weaker", lambda gap: gap < 0), ("not weaker", lambda gap: gap >= 0), ("all", lambda gap: True))
DRAWS = 2000                        # of the bootstrap over students


@dataclass(frozen=True)
class Pair:
    """One student and teacher under one method: a value per seed, the same seeds in every pair."""
    student: str
    teacher: str
    family: str      # the student's
    gap: float       # accuracy of the teacher minus accuracy of the student
    deltas: tuple
    gains: tuple
    losses: tuple
    routed: tuple    # mean shares of positive and of negative flips that went to the teacher, or ()

    @property
    def delta(self):
        return statistics.fmean(self.deltas)


class Results:
    """The study's rows by column and pair. Only pairs that are whole in every column count, so that all columns speak of the same pairs."""

    def __init__(self, plan, rows):
        self.plan, self.rows = plan, rows
        self.labels = {c["name"]: c["label"] for c in [*plan["columns"], plan["control"]]}
        found = {c["name"]: self.pairs("study", c["name"], plan["seeds"]) for c in plan["columns"]}
        found = {name: pairs for name, pairs in found.items() if pairs}
        names = [{(p.student, p.teacher) for p in pairs} for pairs in found.values()]
        common = set.intersection(*names) if names else set()
        self.columns = {name: [p for p in pairs if (p.student, p.teacher) in common] for name, pairs in found.items()} if common else {}
        begun = {(r["student"], r["teacher"]) for r in rows if r["part"] == "study"}
        self.left_out = len(begun - common)
        self.control = {(r["student"], r["seed"]): r["delta"] for r in rows if r["part"] == "control"}

    def pairs(self, part, column, seeds):
        groups = {}
        for row in self.rows:
            if row["part"] == part and row["column"] == column:
                groups.setdefault((row["student"], row["teacher"]), {})[row["seed"]] = row
        whole = [[by_seed[seed] for seed in seeds] for by_seed in groups.values() if all(seed in by_seed for seed in seeds)]
        return [pair_of(runs) for runs in whole]

    def sensitivity(self):
        """(label, settings, pairs) of each variant, the study's own runs of the same pairs and seeds before them."""
        part, found = self.plan["sensitivity"], []
        for name in dict.fromkeys(name for variant in part["variants"] for name in variant["columns"]):
            changed = [(v["name"], self.pairs("sensitivity", f"{name}-{v['slug']}", part["seeds"])) for v in part["variants"]
                       if name in v["columns"]]
            changed = [(variant, pairs) for variant, pairs in changed if pairs]
            entries = [("as in the study", self.pairs("study", name, part["seeds"])), *changed]
            common = set.intersection(*({(p.student, p.teacher) for p in pairs} for _, pairs in entries))
            if changed and common:
                found += [(self.labels[name], entry, [p for p in pairs if (p.student, p.teacher) in common]) for entry, pairs in entries]
        return found


def pair_of(runs):
    first = runs[0]
    shares = [[r[key] for r in runs if r[key] is not None] for key in ("routed_positive", "routed_negative")]
    return Pair(first["student"], first["teacher"], first["family"], first["delta_accuracy"], tuple(r["delta"] for r in runs),
                tuple(r["gain"] for r in runs), tuple(r["loss"] for r in runs),
                tuple(statistics.fmean(s) for s in shares) if all(shares) else ())


# The arithmetic ------------------------------------------------------------------------------------------------------------------

def success_rate(deltas):
    """Share above zero, strictly."""
    return sum(d > 0 for d in deltas) / len(deltas)


def quantile(values, share):
    """Linear between the ordered values, as plotting libraries draw boxes."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def five_numbers(values):
    return [quantile(values, share) for share in (0, 0.25, 0.5, 0.75, 1)]


def best_quarter(values):
    """Mean of the ceil(m / 4) highest of m values: optimistic by construction."""
    count = -(-len(values) // 4)
    return statistics.fmean(sorted(values, reverse=True)[:count])


def bin_of(gap, edges=EDGES):
    """Index of the bin; a value on an edge belongs to the bin above it."""
    return sum(gap >= edge for edge in edges)


def bin_name(index, edges=EDGES):
    points = [f"{100 * edge:+.0f}".replace("-", "−").replace("+0", "0") for edge in edges]
    if index == 0:
        return f"below {points[0]}"
    return f"{points[-1]} and above" if index == len(edges) else f"{points[index - 1]} to {points[index]}"


def per_student(pairs):
    """Success rate of each student over its teachers, on means over the seeds."""
    students = list(dict.fromkeys(p.student for p in pairs))
    return {s: success_rate([p.delta for p in pairs if p.student == s]) for s in students}


def over_seeds(pairs, figure):
    """The figure's value in each seed, as (mean, population standard deviation)."""
    values = [figure([p.deltas[i] for p in pairs]) for i in range(len(pairs[0].deltas))]
    return statistics.fmean(values), statistics.pstdev(values)


def wilson(hits, count, z=1.959964):
    """95 % interval of a share of independent cases."""
    share, width = hits / count, z * z / count
    middle = (share + width / 2) / (1 + width)
    half = z / (1 + width) * math.sqrt(share * (1 - share) / count + width / (4 * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def redrawn(pairs, figure, draws=DRAWS):
    """95 % interval of a figure of pairs when whole students are redrawn: a student's pairs are not independent."""
    groups = {}
    for pair in pairs:
        groups.setdefault(pair.student, []).append(pair.delta)
    groups, source = list(groups.values()), random.Random(0)
    values = [figure([d for group in source.choices(groups, k=len(groups)) for d in group]) for _ in range(draws)]
    return quantile(values, 0.025), quantile(values, 0.975)


def sign_test(better, worse):
    """Two-sided exact p value of so uneven a split if both were equally likely."""
    count = better + worse
    tail = sum(math.comb(count, k) for k in range(min(better, worse) + 1)) / 2 ** count
    return min(1.0, 2 * tail)


def equal_retention(tau, updates_paper, updates_here):
    """The tau whose power over updates_here equals the given one's over updates_paper."""
    return tau ** (updates_paper / updates_here)


def chosen_rate(rows):
    """The learning rate with the highest mean delta over the tuning runs; ties go to the smaller one."""
    found = [row for row in rows if row["part"] == "tuning"]
    return max({row["lr"] for row in found}, key=lambda lr: (statistics.fmean(r["delta"] for r in found if r["lr"] == lr), -lr))


# The tables ----------------------------------------------------------------------------------------------------------------------

def percent(share):
    return f"{100 * share:.1f}"


def points(value, digits=2):
    text = f"{100 * value:+.{digits}f}".replace("-", "−")
    return text[1:] if float(text[1:]) == 0 else text


def spread(value, signed=False):
    mean, deviation = value
    return f"{points(mean) if signed else percent(mean)} ± {100 * deviation:.{2 if signed else 1}f}"


def span(interval):
    return f"{100 * interval[0]:.0f}–{100 * interval[1]:.0f}"


def probability(p):
    return f"{p:.2g}" if p >= 1e-4 else "below 0.0001"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "|".join("---" if i == 0 else "---:" for i in range(len(header))) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def by_sign(results):
    rows = []
    for name, pairs in results.columns.items():
        for sign, holds in SIGNS:
            chosen = [p for p in pairs if holds(p.gap)]
            if not chosen:
                continue
            deltas = [p.delta for p in chosen]
            rate = success_rate(deltas)
            rows.append([results.labels[name], sign, str(len(chosen)), percent(rate), span(wilson(round(rate * len(deltas)), len(deltas))),
                         span(redrawn(chosen, success_rate)), spread(over_seeds(chosen, success_rate)),
                         spread(over_seeds(chosen, statistics.fmean), True), points(statistics.median(deltas))])
    return table(["method", "teacher", "pairs", "success %", "Wilson 95 %", "students redrawn 95 %", "success per seed %", "mean delta",
                  "median delta"], rows)


def boxes(results, width=51):
    """Figure 4a in text: lowest, quartiles, median and highest of the students' success rates."""
    label = max(len(results.labels[name]) for name in results.columns)
    lines = [f"{'':{label}}  0 %{'success rate of a student':^{width - 8}}100 %"]
    for name, pairs in results.columns.items():
        numbers = five_numbers(list(per_student(pairs).values()))
        low, q1, middle, q3, high = (round(v * (width - 1)) for v in numbers)
        line = [" "] * width
        line[low:high + 1] = "-" * (high + 1 - low)
        line[q1:q3 + 1] = "=" * (q3 + 1 - q1)
        line[low], line[high], line[middle] = "|", "|", "#"
        lines.append(f"{results.labels[name]:{label}}  {''.join(line)}  " + " / ".join(f"{100 * v:.0f}" for v in numbers))
    legend = "Box `=` from the first to the third quartile, median `#`, whiskers to the extremes; the numbers are the same five."
    return "```text\n" + "\n".join(lines) + "\n```\n\n" + legend


def students(results):
    """Success rate and mean delta of each student, and what the labels alone do to it."""
    names, control = list(results.columns), {}
    for (student, _), delta in results.control.items():
        control.setdefault(student, []).append(delta)
    rows = []
    for student in dict.fromkeys(p.student for p in results.columns[names[0]]):
        mine = {name: [p.delta for p in results.columns[name] if p.student == student] for name in names}
        cells = [f"{100 * success_rate(mine[name]):.0f} · {points(statistics.fmean(mine[name]))}" for name in names]
        rows.append([student, *cells, points(statistics.fmean(control[student])) if student in control else ""])
    return table(["student: success % · mean delta", *(results.labels[n] for n in names), "labels alone"], rows)


def bins(results):
    rows = []
    for index in range(len(EDGES) + 1):
        for name, pairs in results.columns.items():
            deltas = [p.delta for p in pairs if bin_of(p.gap) == index]
            if deltas:
                rows.append([bin_name(index), str(len(deltas)), results.labels[name], points(best_quarter(deltas)),
                             points(statistics.fmean(deltas)), points(statistics.median(deltas))])
    return table(["Δacc (points)", "pairs", "method", "best 25 %", "mean", "median"], rows)


def families(results):
    rows = []
    for name, pairs in results.columns.items():
        for family in sorted({p.family for p in pairs}):
            chosen = [p for p in pairs if p.family == family]
            gain, loss = ([statistics.fmean(getattr(p, key)) for p in chosen] for key in ("gains", "losses"))
            above = success_rate([g - l for g, l in zip(gain, loss)])
            rows.append([results.labels[name], family, str(len(chosen)), percent(statistics.fmean(gain)),
                         percent(statistics.fmean(loss)), percent(above)])
    return table(["method", "student's family", "pairs", "gain %", "loss %", "above the equal trade %"], rows)


def against(results, base="kl"):
    """Each method beside plain distillation and beside the labels alone, pair by pair."""
    plain, rows = {(p.student, p.teacher): p.delta for p in results.columns.get(base, [])}, []
    for name, pairs in results.columns.items():
        for sign, holds in SIGNS:
            chosen = [p for p in pairs if holds(p.gap)]
            row = [results.labels[name], sign, str(len(chosen))]
            others = [{(p.student, p.teacher): mean_control(results, p) for p in chosen}, plain]
            for other in others:
                edges = [p.delta - other[p.student, p.teacher] for p in chosen if other.get((p.student, p.teacher)) is not None]
                row += compared(edges) if edges and not (other is plain and name == base) else ["", "", ""]
            rows.append(row)
    return table(["method", "teacher", "pairs", "minus labels alone", "better / worse", "p", "minus KL-Dist", "better / worse", "p"], rows)


def compared(edges):
    better, worse = sum(e > 0 for e in edges), sum(e < 0 for e in edges)
    return [points(statistics.fmean(edges)), f"{better} / {worse}", probability(sign_test(better, worse))]


def mean_control(results, pair):
    values = [results.control.get((pair.student, seed)) for seed in results.plan["seeds"]]
    return None if None in values else statistics.fmean(values)


def routing(results):
    rows = []
    for name, pairs in results.columns.items():
        shares = [p.routed for p in pairs if p.routed]
        if shares:
            rows.append([results.labels[name], str(len(shares)), percent(statistics.fmean(s[0] for s in shares)),
                         percent(statistics.fmean(s[1] for s in shares))])
    return table(["method", "pairs", "positive flips to the teacher %", "negative flips to the teacher %"], rows)


def tuning(results):
    rows, found = [], [r for r in results.rows if r["part"] == "tuning"]
    for lr in sorted({r["lr"] for r in found}, reverse=True):
        mine = [r for r in found if r["lr"] == lr]
        cells = [points(statistics.fmean(r["delta"] for r in mine if r["column"] == name)) for name in results.plan["tuning"]["methods"]]
        rows.append([f"{lr:g}", *cells, points(statistics.fmean(r["delta"] for r in mine))])
    return table(["learning rate", *(results.labels[n] for n in results.plan["tuning"]["methods"]), "mean"], rows)


def sensitive(results):
    rows = []
    for label, variant, pairs in results.sensitivity():
        cells = []
        for sign in SIGNS[:2]:
            deltas = [p.delta for p in pairs if sign[1](p.gap)]
            cells += [percent(success_rate(deltas)), points(statistics.fmean(deltas))] if deltas else ["", ""]
        middle = statistics.median(per_student(pairs).values())
        rows.append([label, variant, str(len(pairs)), *cells, f"{100 * middle:.0f}"])
    return table(["method", "settings", "pairs", "weaker: success %", "weaker: mean delta", "not weaker: success %", "not weaker: mean delta",
                  "median student: success %"], rows)


def tables(results):
    parts = [("Success and delta by the sign of Δacc", by_sign), ("Success rates of the students (figure 4a)", boxes),
             ("Each student over its teachers", students), ("Delta by bins of Δacc (figure 4b)", bins),
             ("Gain and loss by family (figure 7)", families), ("Beside the labels alone, and beside KL-Dist", against),
             ("Where the partition sends the flips of the transfer set", routing), ("The choice of the learning rate", tuning),
             ("How much the settings matter (seed 0)", sensitive)]
    text = ["No pair is whole yet."]
    if results.columns:
        count = len(next(iter(results.columns.values())))
        note = f" {results.left_out} pairs lack runs and are left out." if results.left_out else ""
        text = [f"{count} pairs, {len(results.columns)} settings of the methods, {len(results.plan['seeds'])} seeds.{note}"]
    return "\n\n".join(text + [f"### {title}\n\n{make(results)}" for title, make in parts if results.columns])


def summary(results):
    """The figures of the first tables as data."""
    found = {}
    for name, pairs in results.columns.items():
        signs = {}
        for sign, holds in SIGNS:
            chosen = [p for p in pairs if holds(p.gap)]
            if chosen:
                deltas = [p.delta for p in chosen]
                signs[sign] = {"pairs": len(chosen), "success": success_rate(deltas), "success_per_seed": over_seeds(chosen, success_rate),
                               "mean_delta": over_seeds(chosen, statistics.fmean), "median_delta": statistics.median(deltas)}
        rows = [[p.delta for p in pairs if bin_of(p.gap) == i] for i in range(len(EDGES) + 1)]
        found[name] = {"by_sign": signs, "per_student": per_student(pairs), "students_five_numbers": five_numbers(list(per_student(pairs).values())),
                       "bins": [{"bin": bin_name(i), "pairs": len(d), "best_quarter": best_quarter(d), "mean": statistics.fmean(d),
                                 "median": statistics.median(d)} for i, d in enumerate(rows) if d]}
    return {"schema": "gainfinder-sample-study-summary/1", "unit": "fractions", "columns": found}


def keep(path, text):
    """Replace what stands between the two marks of the file."""
    begin, end = "<!-- tables: begin -->\n", "<!-- tables: end -->"
    head, rest = path.read_text(encoding="utf-8").split(begin)
    path.write_text(head + begin + text + "\n" + end + rest.split(end)[1], encoding="utf-8")
