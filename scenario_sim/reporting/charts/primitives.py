"""Build the options of small charts: bars with errors, bands and lines, stacked shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scenario_sim.reporting import messages
from scenario_sim.reporting.charts.causes import hatch_style
from scenario_sim.reporting.charts.chart import FONT, Palette, fade_colour

BAR_WIDTH, BAR_GAP = 0.3, 0.06  # share of the room of one label
GRID = {"left": 44, "right": 12, "top": 12, "bottom": 26}
WIDE_GRID = {"left": 178, "right": 18, "top": 6, "bottom": 26}  # labels at the side
STACK_OPACITIES = (0.22, 0.5, 0.85)  # of stacked shares, the widest first


def base_options(sentence: str, grid: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """Return the options that all small charts share."""
    return {
        "animation": False,
        "aria": {"enabled": True, "label": {"description": sentence}},
        "textStyle": {"fontFamily": FONT},
        "grid": grid,
        **parts,
    }


# --- bars ----------------------------------------------------------------------------------------


def bar_options(
    labels: Sequence[str],
    base: tuple[np.ndarray, np.ndarray],
    policy: tuple[np.ndarray, np.ndarray] | None,
    palette: Palette,
    sentence: str,
    lying: bool = False,
    signed: bool = False,
) -> dict[str, Any]:
    """Return bars of baseline and policy for each label, with 95 % intervals.

    Parameters
    ----------
    labels : sequence of str
        One a bar.
    base, policy : tuple of ndarray, shape (label,)
        Heights and half of their 95 % intervals.
    palette : Palette
        Colours.
    sentence : str
        Description for screen readers.
    lying : bool
        Draw horizontal bars, with labels at the side.
    signed : bool
        Whether values may lie below 0. A value that does not exist is NaN and has no bar.
    """
    sides = [(messages.POLICY, policy or base, {"color": palette.policy})]
    if policy is not None:
        sides.insert(0, (messages.BASELINE, base, hatch_style(palette)))
    thick = BAR_WIDTH if policy is not None else BAR_WIDTH * 1.4
    places = (
        (-(BAR_WIDTH + BAR_GAP) / 2, (BAR_WIDTH + BAR_GAP) / 2) if policy is not None else (0.0,)
    )
    series: list[dict[str, Any]] = []
    for (name, (height, half), style), place in zip(sides, places, strict=True):
        series.append({
            "type": "bar", "name": name, "data": _round_numbers(height), "itemStyle": style,
            "silent": True, "barWidth": f"{100 * thick:g}%", "barGap": f"{100 * BAR_GAP / BAR_WIDTH:g}%",
        })  # fmt: skip
        series.append(_whiskers(height, half, place, palette, lying, signed))
    ordinal = {
        "type": "category", "data": list(labels), "inverse": lying,
        "axisTick": {"show": False}, "axisLine": {"lineStyle": {"color": palette.quiet}},
        "axisLabel": {"color": palette.ink if lying else palette.quiet, "fontSize": 12}
        | ({"width": WIDE_GRID["left"] - 14, "overflow": "break", "lineHeight": 15} if lying else {}),
    }  # fmt: skip
    # Whiskers stand on an invisible axis that counts the labels: 0 is the middle of the first.
    counting = {
        "type": "value", "min": -0.5, "max": len(labels) - 0.5, "interval": 1, "show": False,
        "inverse": lying,
    }  # fmt: skip
    along, across = [ordinal, counting], value_axis(palette, signed=signed)
    axes = {"yAxis": along, "xAxis": across} if lying else {"xAxis": along, "yAxis": across}
    return base_options(sentence, WIDE_GRID if lying else GRID, **axes, series=series)


def _whiskers(
    height, half, place: float, palette: Palette, lying: bool, signed: bool
) -> dict[str, Any]:
    data: list[Any] = []
    for n, (middle, reach) in enumerate(zip(height, half, strict=True)):
        if not np.isfinite(reach):
            continue
        for end in (middle - reach, middle + reach):
            point = [round(n + place, 3), _round_number(end if signed else max(0.0, end))]
            data.append(point[::-1] if lying else point)
        data.append(["-", "-"])  # the line breaks here
    axis = {"yAxisIndex": 1} if lying else {"xAxisIndex": 1}
    return {
        "type": "line", "data": data, "symbol": "none", "silent": True, "z": 5,
        "lineStyle": {"color": palette.ink, "width": 1.5}, **axis,
    }  # fmt: skip


# --- over time -----------------------------------------------------------------------------------


def band_options(
    dates: np.ndarray,
    base: tuple[np.ndarray, np.ndarray, np.ndarray],
    policy: tuple[np.ndarray, np.ndarray, np.ndarray] | None,
    palette: Palette,
    sentence: str,
    most: float | None = None,
    signed: bool = False,
) -> dict[str, Any]:
    """Return a line in a band over that of the baseline.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (date,)
        Where the values stand.
    base, policy : tuple of ndarray, shape (date,)
        Low end, middle and high end.
    palette : Palette
        Colours.
    sentence : str
        Description for screen readers.
    most : float, optional
        End of the value axis.
    signed : bool
        Whether values may lie below 0. Values that do not exist are NaN and not drawn.
    """
    sides = [("policy", policy or base, palette.policy, "solid", 0.2)]
    if policy is not None:
        sides.insert(0, ("baseline", base, palette.baseline, "dashed", 0.14))
    series: list[dict[str, Any]] = []
    for side, (low, middle, high), colour, kind, fill in sides:
        under = {"type": "line", "symbol": "none", "silent": True, "stack": side}
        under |= {"stackStrategy": "all"} if signed else {}
        none = {"lineStyle": {"width": 0, "opacity": 0}}
        series += [
            under | none | {"data": _date_points(dates, low)},
            under | none | {"data": _date_points(dates, high - low)}
            | {"areaStyle": {"color": fade_colour(colour, fill)}},
            line_series(side, dates, middle, colour, kind),
        ]  # fmt: skip
    return base_options(
        *(sentence, GRID),
        xAxis=dates_axis(palette),
        yAxis=value_axis(palette, most, signed),
        series=series,
    )


def line_series(
    side: str, dates: np.ndarray, values: np.ndarray, colour: str, kind: str
) -> dict[str, Any]:
    """Return one line over time."""
    name = messages.POLICY if side == "policy" else messages.BASELINE
    return {
        "type": "line", "name": name, "symbol": "none", "silent": True,
        "data": _date_points(dates, values), "z": 4,
        "lineStyle": {"color": colour, "width": 2.5 if kind == "solid" else 2, "type": kind},
    }  # fmt: skip


def share_options(
    dates: np.ndarray,
    base: np.ndarray,
    policy: np.ndarray | None,
    palette: Palette,
    sentence: str,
) -> dict[str, Any]:
    """Return nested shares, the widest first, filled; the baseline's as dashed lines."""
    front = base if policy is None else policy
    series: list[dict[str, Any]] = []
    for held, fill in zip(front, STACK_OPACITIES, strict=True):
        drawn = line_series("policy", dates, 100 * held, palette.policy, "solid")
        drawn["lineStyle"] |= {"width": 1}
        series.append(
            drawn | {"areaStyle": {"color": fade_colour(palette.policy, fill), "opacity": 1}}
        )
    if policy is not None:
        series += [
            line_series("baseline", dates, 100 * b, palette.baseline, "dashed") for b in base
        ]
    return base_options(
        *(sentence, GRID),
        xAxis=dates_axis(palette),
        yAxis=value_axis(palette, 100),
        series=series,
    )


# --- axes ----------------------------------------------------------------------------------------


def dates_axis(palette: Palette) -> dict[str, Any]:
    """Return a time axis."""
    return {
        "type": "time", "boundaryGap": False,
        "axisLine": {"lineStyle": {"color": palette.quiet}}, "axisTick": {"show": False},
        "splitLine": {"show": False},
        "axisLabel": {
            "color": palette.quiet, "fontSize": 12, "hideOverlap": True,
            "formatter": {"year": "{yyyy}", "month": "{MMM}", "day": "{d} {MMM}"},
        },
    }  # fmt: skip


def value_axis(palette: Palette, most: float | None = None, signed: bool = False) -> dict[str, Any]:
    """Return a value axis from 0, up to `most` where it is given; `signed` ones go below 0."""
    axis: dict[str, Any] = {
        "type": "value", "min": 0, "splitNumber": 4,
        "axisLine": {"show": False}, "axisTick": {"show": False},
        "axisLabel": {"color": palette.quiet, "fontSize": 12, "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": palette.grid}},
    }  # fmt: skip
    if signed:
        del axis["min"]
    return axis if most is None else axis | {"max": most, "interval": most / 4}


# --- numbers -------------------------------------------------------------------------------------


def _round_number(value: float) -> float:
    return float(f"{value:.4g}")


def _round_numbers(values: np.ndarray) -> list[float | None]:
    return [_round_number(float(v)) if np.isfinite(v) else None for v in values]


def _date_points(dates: np.ndarray, values: np.ndarray) -> list[list[Any]]:
    days = np.datetime_as_string(dates, "D").tolist()
    return [[day, number] for day, number in zip(days, _round_numbers(values), strict=True)]
