"""Draw the fan chart: tension over time in percentiles, policy over baseline."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenario_sim.formatting import (
    format_day,
    format_month,
    format_number,
)
from scenario_sim.reporting import messages
from scenario_sim.reporting.charts.chart import FONT, Chart, Palette, fade_colour
from scenario_sim.reporting.charts.summaries import TENSION_LEVELS, TensionSummary
from scenario_sim.reporting.estimates import format_with_error, format_with_interval
from scenario_sim.simulation.intervals import half_width

MAX_DRAWN_WEEKS = 130  # a screen cannot show more
TOP = len(messages.RUNGS)
TABLE_LEVELS = [TENSION_LEVELS.index(level) for level in (5, 50, 95)]  # columns of the table
NARROW_WIDTH_PX = 560  # below it, the names of rungs move into the chart
LOW_HEIGHT_PX = 190  # below it, as in the strip of a phone, rungs have numbers alone
LOW_GRID = {"left": 24, "right": 12, "top": 6, "bottom": 26}
WIDE_GRID = {"left": 190, "right": 20, "top": 22, "bottom": 30}
NARROW_GRID = {"left": 6, "right": 12, "top": 8, "bottom": 28}


def fan_chart(baseline: TensionSummary, policy: TensionSummary | None, palette: Palette) -> Chart:
    """Return the policy's fan in front of the baseline's; without a policy, the baseline alone."""
    front = policy or baseline
    keep = thin_weeks(len(front.dates))
    sides = [("policy", front, palette.policy, "solid", 1.0)]
    if policy is not None:
        sides.insert(0, ("baseline", baseline, palette.baseline, "dashed", 0.75))
    source: dict[str, list] = {"date": np.datetime_as_string(front.dates[keep], "D").tolist()}
    series: list[dict[str, Any]] = []
    for side, measured, colour, line, weight in sides:
        source |= _columns(side, measured.levels[:, keep])
        series += _series(side, colour, line, weight, policy is not None)
    sentence = _sentence(baseline, policy)
    option = {
        "animation": False,
        "aria": {"enabled": True, "label": {"description": sentence}},
        "textStyle": {"fontFamily": FONT},
        "dataset": {"source": source, "dimensions": _dimensions(source, sides)},
        "grid": WIDE_GRID,
        "xAxis": _dates_axis(palette),
        "yAxis": [_ladder_axis(palette, inside=False), _hidden_axis()],
        "tooltip": _tooltip(palette),
        "series": series,
    }
    narrow = {"grid": NARROW_GRID, "yAxis": [_ladder_axis(palette, inside=True), _hidden_axis()]}
    low = {"grid": LOW_GRID, "yAxis": [_numbered_axis(palette), _hidden_axis()]}
    return Chart(
        option={"baseOption": option, "media": [
            {"query": {"maxWidth": NARROW_WIDTH_PX}, "option": narrow},
            {"query": {"maxHeight": LOW_HEIGHT_PX}, "option": low},
            {"option": {"grid": WIDE_GRID, "yAxis": option["yAxis"]}},
        ]},
        sentence=sentence,
        columns=_table_columns(policy is not None),
        rows=_table_rows(baseline, policy),
    )  # fmt: skip


def thin_weeks(weeks: int) -> np.ndarray:
    """Return the weeks that are drawn: every n-th, and always the last one."""
    step = -(-weeks // MAX_DRAWN_WEEKS)
    return np.unique(np.append(np.arange(0, weeks, step), weeks - 1))


# --- series --------------------------------------------------------------------------------------
# A band is a stack: an invisible line at its foot, and its height filled above.


def _columns(side: str, levels: np.ndarray) -> dict[str, list[float]]:
    p5, p10, p50, p90, p95 = levels
    rows = {"p5": p5, "p10": p10, "p50": p50, "p95": p95}
    rows |= {"outer": p95 - p5, "inner": p90 - p10}
    return {f"{side} {name}": np.round(row, 2).tolist() for name, row in rows.items()}


def _dimensions(source: dict[str, list], sides: list) -> list[dict[str, str]]:
    """Return the columns, with names for those that the tooltip shows."""
    called = {}
    for side, *_ in sides:
        for n in TABLE_LEVELS:
            level = TENSION_LEVELS[n]
            called[f"{side} p{level}"] = {"displayName": messages.FAN_READ_OUT[level]}
    return [{"name": name} | called.get(name, {}) for name in source]


def _series(
    side: str, colour: str, line: str, weight: float, compared: bool
) -> list[dict[str, Any]]:
    name = messages.POLICY if side == "policy" else messages.BASELINE
    name = name if compared else messages.AS_IT_STANDS
    edge = {"color": fade_colour(colour, 0.55), "width": 1, "type": line}
    none = {"width": 0, "opacity": 0}

    def band(which: str, foot: str, height: str, opacity: float, edges: bool) -> list[dict]:
        common = _line(side) | {"stack": f"{side} {which}", "tooltip": {"show": False}}
        drawn = edge if edges else none
        fill = {"color": fade_colour(colour, opacity * weight)}
        return [
            common | {"encode": {"x": "date", "y": f"{side} {foot}"}, "lineStyle": drawn},
            common | {"encode": {"x": "date", "y": f"{side} {height}"}, "lineStyle": drawn}
            | {"areaStyle": fill},
        ]  # fmt: skip

    middle = _line(side) | {
        "name": name,
        "encode": {
            "x": "date",
            "y": f"{side} p50",
            "tooltip": [f"{side} p5", f"{side} p50", f"{side} p95"],
        },
        "lineStyle": {"color": colour, "width": 3.5 if side == "policy" else 2.5, "type": line},
        "itemStyle": {"color": colour},
    }
    return [
        *band("outer", "p5", "outer", 0.16, True),
        *band("inner", "p10", "inner", 0.2, False),
        middle,
    ]


def _line(side: str) -> dict[str, Any]:
    return {
        "type": "line", "yAxisIndex": 1, "symbol": "none", "silent": True, "animation": False,
        "z": 3 if side == "policy" else 2,
    }  # fmt: skip


# --- axes ----------------------------------------------------------------------------------------


def _dates_axis(palette: Palette) -> dict[str, Any]:
    return {
        "type": "time",
        "boundaryGap": False,
        "axisLine": {"lineStyle": {"color": palette.quiet}},
        "axisTick": {"lineStyle": {"color": palette.grid}},
        "splitLine": {"show": False},
        "axisLabel": {
            "color": palette.quiet, "fontSize": 13, "hideOverlap": True,
            "formatter": {"year": "{yyyy}", "month": "{MMM}", "day": "{d} {MMM}"},
        },
    }  # fmt: skip


def _numbered_axis(palette: Palette) -> dict[str, Any]:
    """Return the ladder's axis with the numbers of the rungs, for a chart of little height."""
    axis = _ladder_axis(palette, inside=False)
    label = axis["axisLabel"] | {"fontSize": 11, "margin": 6, "textBorderWidth": 0}
    numbers = [str(number) for number in range(TOP)]
    return axis | {"axisLabel": label, "data": numbers, "name": ""}


def _ladder_axis(palette: Palette, inside: bool) -> dict[str, Any]:
    """Return an axis with the names of the rungs; each spans one unit of tension."""
    label = {"color": palette.quiet, "fontSize": 13, "interval": 0, "inside": inside, "margin": 10}
    if inside:
        label |= {
            "fontSize": 11,
            "margin": 4,
            "color": palette.ink,
            "textBorderColor": palette.page,
        }
        label |= {"textBorderWidth": 3}
    return {
        "type": "category",
        "data": [messages.FAN_RUNG.format(name=n, number=k) for k, n in enumerate(messages.RUNGS)],
        "name": "" if inside else messages.FAN_AXIS,
        "nameLocation": "end",
        "nameGap": 4,
        "nameTextStyle": {"color": palette.quiet, "fontSize": 12, "align": "right"},
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": label,
        "splitLine": {
            "show": True,
            "interval": 0,
            "lineStyle": {"color": palette.grid, "width": 1},
        },
        "splitArea": {
            "show": True,
            "interval": 0,
            "areaStyle": {"color": ["transparent", palette.stripe]},
        },
        "z": 0 if not inside else 5,
    }


def _hidden_axis() -> dict[str, Any]:
    return {"type": "value", "min": 0, "max": TOP, "interval": 1, "show": False}


def _tooltip(palette: Palette) -> dict[str, Any]:
    return {
        "trigger": "axis", "confine": True, "backgroundColor": palette.paper,
        "borderColor": palette.grid, "textStyle": {"color": palette.ink, "fontSize": 13},
        "axisPointer": {
            "lineStyle": {"color": palette.quiet},
            "label": {"formatter": "{d} {MMM} {yyyy}"},
        },
    }  # fmt: skip


# --- words ---------------------------------------------------------------------------------------


def _sentence(baseline: TensionSummary, policy: TensionSummary | None) -> str:
    front = policy or baseline
    p5, p95 = front.levels[0, -1], front.levels[-1, -1]
    said = {
        "mean": format_number(float(front.means.mean()), 1),
        "end": format_month(front.dates[-1]),
        "rung": _rung(float(front.means.mean())),
        # One decimal: a whole number may round to the next rung, and contradict the rung's name.
        "low": format_number(float(p5), 1),
        "high": format_number(float(p95), 1),
        "low_rung": _rung(p5),
        "high_rung": _rung(p95),
    }
    if policy is None:
        return messages.FAN_ONE.format(**said)
    return messages.FAN_TWO.format(shift=_describe_shift(policy.means - baseline.means), **said)


def _describe_shift(paired: np.ndarray) -> str:
    """Say by how much the policy moves the mean, from paired runs."""
    by, half = float(paired.mean()), float(half_width(paired))
    if not paired.any():
        return messages.SAME
    if abs(by) <= half:
        return messages.SHIFT_UNSURE
    return (messages.HIGHER if by > 0 else messages.LOWER).format(
        by=format_with_error(abs(by), half, 1)
    )


def _rung(tension: float) -> str:
    """Return the rung of a tension as it is told, with one decimal: 5.96 reads 6.0, an acute crisis."""
    return messages.RUNGS[min(int(round(tension, 1)), len(messages.RUNGS) - 1)].lower()


def _format_level(side: TensionSummary, level: int, week: int) -> str:
    ends = (side.levels, side.low, side.high)
    return format_with_interval((part[level, week] for part in ends), 1)


def _table_columns(two: bool) -> tuple[str, ...]:
    first, *rest = messages.FAN_COLUMNS
    if not two:
        return (first, *rest)
    sides = (messages.BASELINE, messages.POLICY)
    return (first, *(f"{side}, {name}" for side in sides for name in rest))


def _table_rows(
    baseline: TensionSummary, policy: TensionSummary | None
) -> tuple[tuple[str, ...], ...]:
    """Return about nine dates, the first and the last among them."""
    sides = (baseline,) if policy is None else (baseline, policy)
    weeks = len(baseline.dates)
    chosen = np.unique(np.linspace(0, weeks - 1, min(9, weeks)).round().astype(int))
    rows = []
    for week in chosen:
        numbers = [_format_level(side, n, week) for side in sides for n in TABLE_LEVELS]
        rows.append((format_day(baseline.dates[week]), *numbers))
    return tuple(rows)
