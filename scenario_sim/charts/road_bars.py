"""The four roads to confrontation, baseline beside policy, per 1,000 futures."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenario_sim.charts import words
from scenario_sim.charts.kinds import Chart
from scenario_sim.charts.measures import Roads
from scenario_sim.charts.numbers import count, plain, signed
from scenario_sim.charts.palette import FONT, Palette, faded

STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 300, 400, 500, 750, 1000)  # where the axis may end
LABEL_WIDTH = 112


def road_bars(baseline: Roads, policy: Roads | None, palette: Palette) -> Chart:
    """Bars of expected confrontations by cause; without a policy, the scenario's alone."""
    base = baseline.per_thousand
    front = base if policy is None else policy.per_thousand
    longest = max(base.max(), front.max())
    end = next((step for step in STEPS if step >= longest), STEPS[-1])
    sentence = _sentence(base, None if policy is None else front)
    series = [_bars(words.POLICY, front, {"color": palette.policy}, palette)]
    if policy is not None:
        series.insert(0, _bars(words.BASELINE, base, hatched(palette), palette))
    option = {
        "animation": False,
        "aria": {"enabled": True, "label": {"description": sentence}},
        "textStyle": {"fontFamily": FONT},
        "grid": {"left": LABEL_WIDTH + 12, "right": 44, "top": 4, "bottom": 24},
        "xAxis": {
            "type": "value", "min": 0, "max": end, "interval": end / 5,
            "axisLabel": {"color": palette.quiet, "fontSize": 12, "hideOverlap": True},
            "splitLine": {"lineStyle": {"color": palette.grid}},
        },
        "yAxis": {
            "type": "category", "inverse": True, "data": list(words.ROADS),
            "axisTick": {"show": False}, "axisLine": {"lineStyle": {"color": palette.quiet}},
            "axisLabel": {
                "color": palette.ink, "fontSize": 13, "lineHeight": 16,
                "width": LABEL_WIDTH, "overflow": "break",
            },
        },
        "series": series,
    }  # fmt: skip
    rows = tuple(
        (road, _number(b), _number(p), signed(p - b, 1))
        for road, b, p in zip(words.ROADS, base, front, strict=True)
    )
    if policy is None:
        return Chart(option, sentence, words.ROADS_COLUMNS[:2], tuple(row[:2] for row in rows))
    return Chart(option, sentence, words.ROADS_COLUMNS, rows)


def _bars(name: str, values: np.ndarray, style: dict[str, Any], palette: Palette) -> dict[str, Any]:
    data = [{"value": round(float(v), 2), "label": {"formatter": _number(v)}} for v in values]
    return {
        "type": "bar", "name": name, "data": data, "itemStyle": style, "silent": True,
        "barMaxWidth": 18, "barGap": "15%", "barCategoryGap": "38%",
        "label": {"show": True, "position": "right", "color": palette.ink, "fontSize": 13},
    }  # fmt: skip


def hatched(palette: Palette) -> dict[str, Any]:
    """Grey with slanting lines: the baseline is known by its pattern too."""
    return {
        "color": faded(palette.baseline, 0.25),
        "borderColor": palette.baseline,
        "borderWidth": 1,
        "decal": {
            "symbol": "rect", "color": faded(palette.baseline, 0.9), "rotation": -0.785,
            "dashArrayX": [1, 0], "dashArrayY": [1.5, 4],
        },
    }  # fmt: skip


def _number(value: float) -> str:
    return plain(value, 1) if value < 9.95 else plain(value)


def _sentence(base: np.ndarray, policy: np.ndarray | None) -> str:
    if policy is None:
        if base.sum() < 1:
            return words.ROADS_NONE
        most = int(base.argmax())
        total, share = count(base.sum()), _number(base[most])
        return words.ROADS_ONE.format(total=total, most=share, road=words.ROADS[most].lower())
    shift = policy - base
    parts = []
    for n, said in (
        (int(shift.argmin()), words.ROADS_LESS),
        (int(shift.argmax()), words.ROADS_MORE),
    ):
        wanted = shift[n] <= -0.05 if said is words.ROADS_LESS else shift[n] >= 0.05
        if wanted:
            parts.append(said.format(road=words.ROADS[n].lower(), by=signed(shift[n], 1)))
    return words.ROADS_TWO.format(what=words.ROADS_AND.join(parts) or words.ROADS_STILL)
