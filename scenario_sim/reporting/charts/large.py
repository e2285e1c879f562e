"""A chart for a wall: the same picture with larger type, lines and margins."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scenario_sim.reporting.charts.chart import Chart

# Lengths in pixels, by the key of an option that holds them ...
LENGTHS = {"fontSize", "margin", "nameGap", "textBorderWidth", "symbolSize", "barMaxWidth"}
# ... or by what they are part of.
PARTS = {
    "grid": {"left", "right", "top", "bottom"},
    "lineStyle": {"width"},
    "query": {"maxWidth", "minWidth"},
}


def enlarge_chart(chart: Chart, by: float) -> Chart:
    """Every length in pixels times `by`; the numbers drawn, and the words, stay."""
    return replace(chart, option=_larger(chart.option, by, ""))


def _larger(value: Any, by: float, part: str) -> Any:
    if isinstance(value, list):
        return [_larger(each, by, part) for each in value]
    if not isinstance(value, dict):
        return value
    lengths = LENGTHS | PARTS.get(part, set())
    made = {}
    for key, held in value.items():
        if key in lengths and isinstance(held, int | float):
            made[key] = held * by
        else:  # a data set holds numbers that are no lengths
            made[key] = held if key == "dataset" else _larger(held, by, key)
    return made
