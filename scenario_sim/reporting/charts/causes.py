"""Draw the four roads to confrontation, baseline beside policy, per 1,000 futures."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenario_sim.formatting import format_signed
from scenario_sim.reporting import messages
from scenario_sim.reporting.charts.chart import FONT, Chart, Palette, fade_colour
from scenario_sim.reporting.charts.summaries import CauseSummary
from scenario_sim.reporting.estimates import format_paired_difference, format_with_error
from scenario_sim.simulation.intervals import half_width

AXIS_ENDS = (1, 2, 5, 10, 20, 50, 100, 200, 300, 400, 500, 750, 1000)  # where the axis may end
LABEL_WIDTH = 112
MIN_SHIFT = 0.05  # futures in 1,000: a smaller move would be written as 0


def cause_chart(baseline: CauseSummary, policy: CauseSummary | None, palette: Palette) -> Chart:
    """Return bars of expected confrontations by cause; without a policy, the baseline's alone."""
    base = baseline.per_thousand
    front = base if policy is None else policy.per_thousand
    longest = max(base.max(), front.max())
    end = next((step for step in AXIS_ENDS if step >= longest), AXIS_ENDS[-1])
    sentence = _describe_one(baseline) if policy is None else _describe_change(baseline, policy)
    series = [_bar_series(messages.POLICY, policy or baseline, {"color": palette.policy}, palette)]
    if policy is not None:
        series.insert(0, _bar_series(messages.BASELINE, baseline, hatch_style(palette), palette))
    option = {
        "animation": False,
        "aria": {"enabled": True, "label": {"description": sentence}},
        "textStyle": {"fontFamily": FONT},
        "grid": {"left": LABEL_WIDTH + 12, "right": 84, "top": 4, "bottom": 24},
        "xAxis": {
            "type": "value", "min": 0, "max": end, "interval": end / 5,
            "axisLabel": {"color": palette.quiet, "fontSize": 12, "hideOverlap": True},
            "splitLine": {"lineStyle": {"color": palette.grid}},
        },
        "yAxis": {
            "type": "category", "inverse": True, "data": list(messages.ROADS),
            "axisTick": {"show": False}, "axisLine": {"lineStyle": {"color": palette.quiet}},
            "axisLabel": {
                "color": palette.ink, "fontSize": 13, "lineHeight": 16,
                "width": LABEL_WIDTH, "overflow": "break",
            },
        },
        "series": series,
    }  # fmt: skip
    sides = [1000 * side.chance for side in (baseline, policy) if side is not None]
    rows = tuple(
        (
            road,
            *map(_format_mean, pair),
            *(format_paired_difference(pair[0], other, 1, bare=True) for other in pair[1:]),
        )
        for road, *pair in zip(messages.ROADS, *sides, strict=True)
    )
    return Chart(option, sentence, messages.ROADS_COLUMNS[: len(rows[0])], rows)


def _bar_series(
    name: str, side: CauseSummary, style: dict[str, Any], palette: Palette
) -> dict[str, Any]:
    data = [
        {"value": round(float(value), 2), "label": {"formatter": _format_mean(1000 * chance)}}
        for value, chance in zip(side.per_thousand, side.chance, strict=True)
    ]
    return {
        "type": "bar", "name": name, "data": data, "itemStyle": style, "silent": True,
        "barMaxWidth": 18, "barGap": "15%", "barCategoryGap": "38%",
        "label": {"show": True, "position": "right", "color": palette.ink, "fontSize": 13},
    }  # fmt: skip


def hatch_style(palette: Palette) -> dict[str, Any]:
    """Return the baseline's style: grey with slanting lines, so that colour is not the only cue."""
    return {
        "color": fade_colour(palette.baseline, 0.25),
        "borderColor": palette.baseline,
        "borderWidth": 1,
        "decal": {
            "symbol": "rect", "color": fade_colour(palette.baseline, 0.9), "rotation": -0.785,
            "dashArrayX": [1, 0], "dashArrayY": [1.5, 4],
        },
    }  # fmt: skip


def _format_mean(futures: np.ndarray) -> str:
    """Return the mean over runs with its error."""
    value = float(futures.mean())
    return format_with_error(value, float(half_width(futures)), 1 if value < 9.95 else 0)


def _describe_one(baseline: CauseSummary) -> str:
    base, futures = baseline.per_thousand, 1000 * baseline.chance
    if base.sum() < 1:
        return messages.ROADS_NONE
    most = int(base.argmax())
    road = messages.ROADS[most].lower()
    total = _format_mean(futures.sum(axis=0))
    return messages.ROADS_ONE.format(total=total, most=_format_mean(futures[most]), road=road)


def _describe_change(baseline: CauseSummary, policy: CauseSummary) -> str:
    """Name the roads on which the policy takes and adds most, as far as the runs can tell."""
    paired = 1000 * (policy.chance - baseline.chance)
    by, half = paired.mean(axis=1), half_width(paired)
    parts = []
    for n, said in (
        (int(by.argmin()), messages.ROADS_LESS),
        (int(by.argmax()), messages.ROADS_MORE),
    ):
        wanted = by[n] <= -MIN_SHIFT if said is messages.ROADS_LESS else by[n] >= MIN_SHIFT
        if wanted and not abs(by[n]) <= half[n]:
            moved = format_with_error(float(by[n]), float(half[n]), 1, format_signed)
            parts.append(said.format(road=messages.ROADS[n].lower(), by=moved))
    return messages.ROADS_TWO.format(what=messages.ROADS_AND.join(parts) or messages.ROADS_STILL)
