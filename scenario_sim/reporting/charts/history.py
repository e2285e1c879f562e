"""Draw what happened over the band of nine simulated futures in ten."""

from __future__ import annotations

import numpy as np

from scenario_sim.formatting import format_month, format_number
from scenario_sim.reporting import messages
from scenario_sim.reporting.charts.chart import Chart, Palette
from scenario_sim.reporting.charts.primitives import band_options
from scenario_sim.reporting.charts.small_multiples import MAX_TABLE_DATES, SmallChart
from scenario_sim.reporting.history_comparison import (
    EVENT_KINDS,
    LEVELS,
    EventSeries,
    HistoryComparison,
)

HALF_MONTH = np.timedelta64(14, "D")
MAX_LARGE_DOT_MONTHS = 36  # more have small dots, and the table omits some


def history_charts(
    base: HistoryComparison, policy: HistoryComparison | None, palette: Palette
) -> tuple[SmallChart, ...]:
    """Return one chart for each kind of `EVENT_KINDS` that the states can do."""
    return tuple(
        SmallChart(name, *messages.PAST[name], _make_chart(name, base, policy, palette))
        for name in EVENT_KINDS
        if name in base.paths
    )


def _make_chart(
    name: str, base: HistoryComparison, policy: HistoryComparison | None, palette: Palette
) -> Chart:
    path, other = base.paths[name], policy.paths[name] if policy else None
    sentence = " ".join(_sentences(name, base, other))
    dates = base.months.astype("datetime64[D]") + HALF_MONTH
    option = band_options(dates, _band(path), _band(other) if other else None, palette, sentence)
    option["yAxis"]["minInterval"] = 1  # counts are whole
    option["series"].append(_record_series(dates[: base.known], path.seen, palette))
    return Chart(option, sentence, _columns(other is not None), _rows(name, base, other))


def _band(path: EventSeries) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    low, middle, high = path.levels
    return low, middle, high


def _record_series(dates: np.ndarray, seen: np.ndarray, palette: Palette) -> dict:
    days = np.datetime_as_string(dates, "D").tolist()
    marked = {"symbol": "circle", "symbolSize": 5 if dates.size <= MAX_LARGE_DOT_MONTHS else 3}
    return {
        "type": "line", "name": messages.ON_RECORD, "silent": True, "z": 6, **marked,
        "data": [[day, int(n)] for day, n in zip(days, seen, strict=True)],
        "lineStyle": {"color": palette.ink, "width": 1.5}, "itemStyle": {"color": palette.ink},
    }  # fmt: skip


# --- words -----------------------------------------------------------------------------------------


def _sentences(name: str, base: HistoryComparison, other: EventSeries | None) -> list[str]:
    path, last = base.paths[name], format_month(base.months[base.known - 1])
    totals = dict(zip(("low", "middle", "high"), map(format_number, path.totals), strict=True))
    told = [
        messages.PAST_TOTALS.format(
            what=messages.PAST[name][0], seen=path.total, last=last, **totals
        )
    ]
    if other is not None:
        low, middle, high = map(format_number, other.totals)
        told.append(messages.PAST_POLICY.format(low=low, middle=middle, high=high))
    if path.written:
        told.append(messages.PAST_WRITTEN.format(n=path.written))
    if path.replayed:
        until = format_month(base.months[path.replayed - 1])
        told.append(messages.PAST_REPLAYED.format(last=until))
    if not path.complete:
        told.append(messages.PAST_SELECTION)
    elif path.inside.size:
        free = messages.PAST_FREE if path.replayed else ""
        k, n = int(path.inside.sum()), path.inside.size
        form = messages.PAST_RUNNING if EVENT_KINDS[name].running else messages.PAST_INSIDE
        told.append(form.format(k=k, n=n, free=free))
    if base.known < base.months.size:
        told.append(messages.PAST_ENDS.format(last=last))
    return told


def _columns(two: bool) -> tuple[str, ...]:
    levels = [f"{level} %" if level != 50 else messages.FAN_COLUMNS[2] for level in LEVELS]
    first, seen, inside = messages.PAST_COLUMNS
    if not two:
        return (first, seen, *levels, inside)
    sides = (messages.BASELINE, messages.POLICY)
    return (first, seen, *(f"{side}, {level}" for side in sides for level in levels), inside)


def _rows(
    name: str, base: HistoryComparison, other: EventSeries | None
) -> tuple[tuple[str, ...], ...]:
    """Return a few months for the table, the first and the last among them.

    A monthly series has all months, or where these are many also those outside the band.
    """
    path, months = base.paths[name], base.months
    at = np.linspace(0, months.size - 1, min(MAX_TABLE_DATES, months.size)).round().astype(int)
    if not EVENT_KINDS[name].running:
        outside = path.replayed + np.flatnonzero(~path.inside)
        at = (
            np.arange(months.size)
            if months.size <= MAX_LARGE_DOT_MONTHS
            else np.append(at, outside)
        )
    sides = [path.levels] if other is None else [path.levels, other.levels]
    return tuple(
        (
            format_month(months[n]),
            format_number(path.seen[n]) if n < base.known else messages.UNKNOWN,
            *(format_number(level) for side in sides for level in side[:, n]),
            _inside_text(path, int(n)),
        )
        for n in np.unique(at)
    )


def _inside_text(path: EventSeries, n: int) -> str:
    if not path.complete or n >= path.seen.size:
        return messages.UNKNOWN
    if n < path.replayed:
        return messages.REPLAYED
    return messages.YES if path.inside[n - path.replayed] else messages.OUTSIDE_BAND
