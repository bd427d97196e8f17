# SPDX-License-Identifier: Apache-2.0
"""The study's figures as SVG, in the shapes of the paper's figures 4a, 4b and 7."""
import statistics
from html import escape

import study_report as report

COLOURS = ("#0072b2", "#56b4e9", "#d55e00", "#e69f00", "#009e73", "#cc79a7")  # told apart with colour-blind eyes too
MARKS = {"CNN": "CNN", "MLP": "MLP", "Trafo": "transformer"}
INK, GRID = "#222222", "#dddddd"


class Svg:
    def __init__(self, width, height, title):
        self.width, self.height = width, height
        self.parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
                      f'font-family="sans-serif" font-size="12" fill="{INK}">', f"<title>{escape(title)}</title>",
                      f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
        self.text(width / 2, 20, title, "middle", size=14)

    def line(self, x1, y1, x2, y2, colour=INK, width=1.0, dash=""):
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"{extra}/>')

    def box(self, x, y, width, height, colour):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}" '
                          f'fill-opacity="0.35" stroke="{colour}"/>')

    def path(self, points, colour, dash=""):
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"{extra}/>')

    def dot(self, x, y, colour, name="", kind="mark", radius=4.0):
        inside = f"<title>{escape(name)}</title>" if name else ""
        self.parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}" fill-opacity="0.75" '
                          f'stroke="{colour}">{inside}</circle>')

    def text(self, x, y, words, anchor="start", size=12, turn=0):
        extra = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{extra}>{escape(words)}</text>')

    def save(self, path):
        path.write_text("\n".join(self.parts + ["</svg>"]) + "\n", encoding="utf-8")
        return path


def steps(low, high):
    """Round values that span low to high, in points."""
    width = next(w for w in (0.5, 1, 2, 5, 10, 20, 50, 100) if (high - low) / w <= 8)
    first, last = int(low // width), int(-(-high // width))
    return [width * i for i in range(first, last + 1)]


def scale(ticks, start, end):
    return lambda value: start + (value - ticks[0]) / (ticks[-1] - ticks[0]) * (end - start)


def value_axis(svg, ticks, place, left, right, words):
    for tick in ticks:
        svg.line(left, place(tick), right, place(tick), INK if tick == 0 else GRID)
        svg.text(left - 6, place(tick) + 4, f"{tick:g}".replace("-", "−"), "end")
    svg.text(18, (place(ticks[0]) + place(ticks[-1])) / 2, words, "middle", turn=-90)


def success_boxes(results, path):
    svg = Svg(136 * len(results.columns) + 110, 380, "Success rate of the students")
    ticks = list(range(0, 101, 20))
    place = scale(ticks, 330, 45)
    value_axis(svg, ticks, place, 60, svg.width - 20, "share of teachers that help (%)")
    for index, (name, pairs) in enumerate(results.columns.items()):
        low, q1, middle, q3, high = (place(100 * v) for v in report.five_numbers(list(report.per_student(pairs).values())))
        x, colour = 128 + 136 * index, COLOURS[index % len(COLOURS)]
        svg.line(x, low, x, q1, colour, 1.5)
        svg.line(x, q3, x, high, colour, 1.5)
        svg.box(x - 28, q3, 56, max(q1 - q3, 0.1), colour)
        svg.line(x - 28, middle, x + 28, middle, colour, 3)
        for end in (low, high):
            svg.line(x - 12, end, x + 12, end, colour, 1.5)
        svg.text(x, 355, results.labels[name], "middle", 11)
    return svg.save(path)


def binned_deltas(results, path):
    """Best 25 % solid, full mean dashed."""
    filled = [i for i in range(len(report.EDGES) + 1) if any(report.bin_of(p.gap) == i for pairs in results.columns.values() for p in pairs)]
    lines = {name: [[100 * p.delta for p in pairs if report.bin_of(p.gap) == i] for i in filled] for name, pairs in results.columns.items()}
    values = [f(d) for line in lines.values() for d in line if d for f in (report.best_quarter, statistics.fmean)]
    svg = Svg(860, 440, "Transfer delta by accuracy difference: best 25 % (solid) and mean (dashed)")
    ticks = steps(min(0, *values), max(0, *values))
    place = scale(ticks, 370, 45)
    value_axis(svg, ticks, place, 60, 640, "transfer delta (points)")
    x = [110 + 480 * i / max(1, len(filled) - 1) for i in range(len(filled))]
    for at, index in zip(x, filled):
        svg.text(at, 392, report.bin_name(index), "middle", 11)
    svg.text(350, 420, "teacher's accuracy minus student's (points)", "middle")
    for index, (name, line) in enumerate(lines.items()):
        colour = COLOURS[index % len(COLOURS)]
        for figure, dash in ((report.best_quarter, ""), (statistics.fmean, "6 4")):
            svg.path([(at, place(figure(d))) for at, d in zip(x, line) if d], colour, dash)
        for at, d in zip(x, line):
            if d:
                svg.dot(at, place(report.best_quarter(d)), colour)
        svg.line(660, 70 + 24 * index, 690, 70 + 24 * index, colour, 2)
        svg.text(698, 74 + 24 * index, results.labels[name])
    return svg.save(path)


def gain_and_loss(results, path, shown=("kl", "kl-dp")):
    """A panel per family and method: gain over loss, a mark per pair; above the line the pair gained."""
    names = [n for n in shown if n in results.columns]
    families = sorted({p.family for n in names for p in results.columns[n]})
    svg = Svg(290 * len(families) + 60, 290 * len(names) + 60, "Knowledge gain and loss, a mark per pair")
    values = [100 * statistics.fmean(v) for n in names for p in results.columns[n] for v in (p.gains, p.losses)]
    ticks = steps(0, max(values, default=1))
    for row, name in enumerate(names):
        for column, family in enumerate(families):
            left, top = 75 + 290 * column, 60 + 290 * row
            across, up = scale(ticks, left, left + 210), scale(ticks, top + 210, top)
            for tick in ticks:
                svg.line(left, up(tick), left + 210, up(tick), GRID)
                svg.text(left - 5, up(tick) + 4, f"{tick:g}", "end", 10)
                svg.text(across(tick), top + 225, f"{tick:g}", "middle", 10)
            svg.line(left, top + 210, left + 210, top, "#b00020", 1.5)
            svg.text(left + 105, top - 8, f"{results.labels[name]}, {MARKS.get(family, family)} students", "middle")
            svg.text(left + 105, top + 242, "loss (%)", "middle", 11)
            svg.text(left - 32, top + 105, "gain (%)", "middle", 11, -90)
            for pair in (p for p in results.columns[name] if p.family == family):
                weaker = pair.gap < 0
                svg.dot(across(100 * statistics.fmean(pair.losses)), up(100 * statistics.fmean(pair.gains)), COLOURS[2] if weaker else COLOURS[0],
                        f"{pair.teacher} teaches {pair.student}, {report.points(pair.delta)} points", "pair")
    svg.text(75, svg.height - 12, "orange: the teacher is weaker than the student; blue: it is not")
    return svg.save(path)


def draw(results, folder):
    """The three files; nothing when there are no finished columns."""
    if not results.columns:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    return [success_boxes(results, folder / "success-rate.svg"), binned_deltas(results, folder / "delta-by-gap.svg"),
            gain_and_loss(results, folder / "gain-and-loss.svg")]
