#!/usr/bin/env python3
"""Draws results/scale.jsonl as scale.svg: what an event costs as rules, connections and bodies grow."""

import math
from typing import Callable, NamedTuple

import record
import table
from peers import HERE

WIDTH, HEIGHT = 960, 300
PANEL, GAP = 252, 66
LEFT, TOP, BOTTOM = 44, 74, 240
# A line that climbs more than this to the next point would run through a value written above its point.
STEEP = 20

# Legible on white as well as on GitHub's dark grey, so that one file does for both.
STYLE = """
text { font: 12px -apple-system, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif; fill: #7d8590 }
.title { font-size: 14px; font-weight: 600 }
.value { fill: #3b82d0; font-weight: 600 }
.grid { stroke: #7d8590; stroke-opacity: .25 }
.axis { stroke: #7d8590; stroke-opacity: .8 }
.guide { stroke: #7d8590; stroke-dasharray: 2 4 }
.line { stroke: #3b82d0; stroke-width: 2.5; fill: none; stroke-linejoin: round }
.dot { fill: #3b82d0 }
.peer { stroke: #7d8590; stroke-width: 1.5; fill: none; stroke-linejoin: round }
"""


class Scale(NamedTuple):
    """From a quantity to a place on paper; `bend` is what makes it logarithmic or not."""

    low: float
    high: float
    begin: float
    end: float
    bend: Callable

    def __call__(self, quantity):
        low, high = self.bend(self.low), self.bend(self.high)
        return self.begin + (self.bend(quantity) - low) / (high - low) * (self.end - self.begin)


class Panel(NamedTuple):
    series: str
    title: str
    note: str
    x_label: str
    x_format: Callable
    y_bend: Callable


def main():
    _, rows = record.read(HERE / "results/scale.jsonl")
    panels = (
        Panel("rules", "More rules", "CPU µs per event of 5 KB", "deny rules", short, float),
        Panel("connections", "More senders", "CPU µs per event of 5 KB", "connections", short, float),
        Panel("bodies", "Larger events", "CPU µs per event, log scale", "body", as_size, math.log10),
    )
    measured = table.group(rows, "series")
    series = {panel.series: lines(measured[panel.series]) for panel in panels}
    # One scale for the two panels in µs, so that they can be compared.
    top = ceiling(max(cpu for panel in panels[:2] for points in series[panel.series].values() for _, cpu in points))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>CPU time per event by number of rules, by connections and by size of the body</title>",
        f"<style>{STYLE}</style>",
    ]
    for number, panel in enumerate(panels):
        parts += draw(panel, series[panel.series], LEFT + number * (PANEL + GAP), top)
    (HERE / "scale.svg").write_text("\n".join((*parts, "</svg>")) + "\n")


def lines(rows):
    """What is drawn in one panel, by peer."""
    return {peer: [(row["x"], row["cpu"]) for row in of] for peer, of in table.group(rows, "peer").items()}


def draw(panel, peers, left, top):
    points = peers.pop("hooksieve")
    xs = [x for x, _ in points]
    x_of = Scale(min(xs), max(xs), left + 14, left + PANEL - 14, math.log10)
    ticks = [0, top / 2, top] if panel.y_bend is float else decades(points)
    y_of = Scale(ticks[0], ticks[-1], BOTTOM, TOP, panel.y_bend)

    yield text(left, 20, panel.title, "title", "start")
    yield text(left, 38, panel.note, "", "start")
    for tick in ticks:
        yield line(left, y_of(tick), left + PANEL, y_of(tick), "axis" if tick == ticks[0] else "grid")
        yield text(left - 8, y_of(tick) + 4, short(tick), "", "end")
    yield text(left + PANEL / 2, BOTTOM + 42, panel.x_label)
    if panel.y_bend is not float:
        yield from guide(points, x_of, y_of)
    for peer, of in peers.items():
        spots = [(x_of(x), y_of(y)) for x, y in of]
        yield polyline(spots, "peer")
        across, down = spots[1]
        yield text(across, down - 12, peer, "", "start")
    spots = [(x_of(x), y_of(y)) for x, y in points]
    yield polyline(spots, "line")
    for (x, y), (across, down), (_, next_down) in zip(points, spots, (*spots[1:], spots[-1])):
        yield f'<circle class="dot" cx="{across:.1f}" cy="{down:.1f}" r="3.5"/>'
        if peers:
            # Below, where no other line is.
            yield text(across, down + 20, f"{y:,.0f}", "value")
        else:
            yield text(across - (12 if down - next_down > STEEP else 0), down - 11, f"{y:,.0f}", "value")
        yield text(across, BOTTOM + 20, panel.x_format(x))


def guide(points, x_of, y_of):
    """The straight line of a cost in proportion to the bytes, through the largest body."""
    x, y = points[-1]
    begin = max(x_of.low, x * y_of.low / y)
    across, down = x_of(begin), y_of(y * begin / x)
    yield line(across, down, x_of(x), y_of(y), "guide")
    yield text(across + 22, down - 8, "in proportion to bytes", "", "start")


def ceiling(value):
    """The next round number, so that the axis ends on it."""
    step = 10 ** math.floor(math.log10(value))
    return next(steps * step for steps in (1, 2, 4, 6, 8, 10) if steps * step >= value)


def decades(points):
    low, high = (math.log10(y) for y in (min(y for _, y in points), max(y for _, y in points)))
    return [10**power for power in range(math.floor(low), math.ceil(high) + 1)]


def short(count):
    return f"{count / 1000:.0f}k" if count >= 1000 else f"{count:.0f}"


def as_size(count):
    if count >= 1e6:
        return f"{count / 1e6:.0f} MB"
    return f"{count / 1e3:.0f} KB" if count >= 1e3 else f"{count / 1e3:.1f} KB"


def line(x1, y1, x2, y2, kind):
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def polyline(spots, kind):
    return f'<polyline class="{kind}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in spots)}"/>'


def text(x, y, words, kind="", anchor="middle"):
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'


if __name__ == "__main__":
    main()
