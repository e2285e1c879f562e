"""Small pictures as an SVG that needs no browser: for pages on paper and in a repository.

It draws what `small` makes options of (lines, stacked bands, bars; axes of dates, numbers or labels)
and nothing else. The same bytes from the same charts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from typing import Any

import numpy as np

from scenario_sim.reporting.charts.palette import FONT, Palette
from scenario_sim.reporting.charts.small_multiples import SmallChart

WIDTH, HEIGHT = 400, 238  # of a picture, pixels
LEFT, RIGHT, TOP, BOTTOM = 40, 14, 48, 26  # around its plot
GAP, HEAD = 16, 14  # between pictures; before the first
TICKS = 5  # of an axis, about
Place = Callable[[Any], float]


def svg(pictures: Sequence[SmallChart], palette: Palette, across: int = 2) -> str:
    """Pictures side by side, so many in a row, each with its title and what is counted. Each reads
    its own sentence to those who do not see it."""
    rows = -(-len(pictures) // across)
    width = across * WIDTH + (across + 1) * GAP
    height = HEAD + rows * (HEIGHT + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="{escape(FONT)}" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="{palette.paper}"/>',
    ]
    for n, picture in enumerate(pictures):
        x, y = GAP + n % across * (WIDTH + GAP), HEAD + n // across * (HEIGHT + GAP)
        parts.append(f'<g transform="translate({x} {y})" role="img">')
        parts += [*_picture(picture, palette), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _picture(picture: SmallChart, palette: Palette) -> list[str]:
    option = picture.chart.option
    along, across = _first(option["xAxis"]), _first(option["yAxis"])
    parts = [
        f"<title>{escape(picture.chart.sentence)}</title>",
        f'<text y="14" font-size="15" fill="{palette.ink}">{escape(picture.title)}</text>',
        f'<text y="32" fill="{palette.quiet}">{escape(picture.hint)}</text>',
    ]
    drawn = [one for one in option["series"] if one["data"]]
    tops = _tops(drawn)
    y, ticks = _values(across, max((max(top) for _, top in tops if top), default=1))
    for tick in ticks:
        parts.append(_line([(LEFT, y(tick)), (WIDTH - RIGHT, y(tick))], palette.grid, 1))
        parts.append(_text(LEFT - 7, y(tick) + 4, f"{tick:g}", palette, "end"))
    x, marks = _along(along, drawn)
    for at, label in marks:
        parts.append(_text(at, HEIGHT - 8, label, palette, "middle"))
    for one, (feet, top) in zip(drawn, tops, strict=True):
        parts += _series(one, feet, top, x, y)
    foot: list[tuple[float, float]] = [(LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, HEIGHT - BOTTOM)]
    return [*parts, _line(foot, palette.quiet, 1)]


def _first(axis: Any) -> dict[str, Any]:
    return axis[0] if isinstance(axis, list) else axis


def _heights(one: dict[str, Any]) -> list[float]:
    return [point[1] if isinstance(point, list) else point for point in one["data"]]


def _tops(drawn: list[dict[str, Any]]) -> list[tuple[list[float], list[float]]]:
    """Where each series stands on and reaches to: those of one stack stand on each other."""
    reached: dict[str, list[float]] = {}
    tops = []
    for one in drawn:
        heights = _heights(one)
        feet = reached.get(one.get("stack", ""), [0.0] * len(heights))
        top = [foot + height for foot, height in zip(feet, heights, strict=True)]
        if "stack" in one:
            reached[one["stack"]] = top
        tops.append((feet, top))
    return tops


# --- axes ------------------------------------------------------------------------------------------


def _values(axis: dict[str, Any], most: float) -> tuple[Place, list[float]]:
    step = axis.get("interval") or _nice(most / (TICKS - 1), axis.get("minInterval", 0))
    top = axis.get("max") or step * max(1, int(np.ceil(most / step)))
    room = HEIGHT - TOP - BOTTOM
    ticks = [n * step for n in range(round(top / step) + 1)]
    return lambda value: HEIGHT - BOTTOM - room * value / top, ticks


def _nice(step: float, least: float) -> float:
    """The next of 1, 2, 5, 10, ..."""
    power = 10.0 ** np.floor(np.log10(max(step, 1e-9)))
    found = next(n * power for n in (1, 2, 5, 10) if n * power >= step * 0.999)
    return float(max(found, least))


def _along(
    axis: dict[str, Any], drawn: list[dict[str, Any]]
) -> tuple[Place, list[tuple[float, str]]]:
    room = WIDTH - LEFT - RIGHT
    if axis["type"] == "category":
        labels = axis["data"]
        pitch = room / len(labels)
        marks = [(LEFT + (n + 0.5) * pitch, label) for n, label in enumerate(labels)]
        return lambda n: LEFT + (n + 0.5) * pitch, marks
    if axis["type"] == "value":
        step = axis["interval"]
        ticks = [n * step for n in range(round(axis["max"] / step) + 1)]
        place: Place = lambda value: LEFT + room * value / axis["max"]  # noqa: E731
        return place, [(place(tick), f"{tick:g}") for tick in ticks]
    days = [_day(point[0]) for one in drawn for point in one["data"]]
    first, span = min(days), max(days) - min(days) or 1

    def when(day: str) -> float:
        return LEFT + room * (_day(day) - first) / span

    years = range(date.fromordinal(first).year + 1, date.fromordinal(first + span).year + 1)
    every = max(1, -(-len(years) // TICKS))
    return when, [(when(f"{year}-01-01"), str(year)) for year in years[::every]]


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


# --- marks -----------------------------------------------------------------------------------------


def _series(
    one: dict[str, Any], feet: list[float], top: list[float], x: Place, y: Place
) -> list[str]:
    if one["type"] == "bar":
        wide = 0.8 * (x(1) - x(0))
        fill = one["itemStyle"]["color"]
        return [
            f'<rect x="{_n(x(n) - wide / 2)}" y="{_n(y(height))}" width="{_n(wide)}" '
            f'height="{_n(y(0) - y(height))}" fill="{fill}"/>'
            for n, height in enumerate(top)
        ]
    at = [x(point[0]) for point in one["data"]]
    ends = [(a, y(height)) for a, height in zip(at, top, strict=True)]
    parts = []
    if "areaStyle" in one:
        back = [(a, y(foot)) for a, foot in zip(at, feet, strict=True)][::-1]
        fill = one["areaStyle"]["color"]
        parts.append(f'<path d="M{_points(ends)}L{_points(back)}Z" fill="{fill}"/>')
    style = one["lineStyle"]
    if style.get("width"):
        dashed = style.get("type") == "dashed"
        parts.append(_line(ends, style["color"], style["width"], dashed))
    if one.get("symbol") == "circle":
        dots = "".join(f"M{_n(a)} {_n(b)}h0" for a, b in ends)  # round ends of lines of no length
        stroke = f'stroke="{one["itemStyle"]["color"]}" stroke-width="{one["symbolSize"]:g}"'
        parts.append(f'<path d="{dots}" {stroke} stroke-linecap="round"/>')
    return parts


def _line(
    ends: Sequence[tuple[float, float]], colour: str, width: float, dashed: bool = False
) -> str:
    dash = ' stroke-dasharray="6 4"' if dashed else ""
    return (
        f'<path d="M{_points(ends)}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dash}/>'
    )


def _points(ends: Sequence[tuple[float, float]]) -> str:
    """Less what lies on the way from one to the next at the same height."""
    kept = [
        (a, b)
        for n, (a, b) in enumerate(ends)
        if not (0 < n < len(ends) - 1 and ends[n - 1][1] == b == ends[n + 1][1])
    ]
    return "L".join(f"{_n(a)} {_n(b)}" for a, b in kept)


def _text(x: float, y: float, text: str, palette: Palette, anchor: str) -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" fill="{palette.quiet}" text-anchor="{anchor}">{escape(text)}</text>'


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
