"""How a forecaster's chances held, in two pictures: a reliability diagram and a PIT histogram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from scenario_sim.formatting import format_number
from scenario_sim.reporting import messages
from scenario_sim.reporting.charts.chart import Chart
from scenario_sim.reporting.charts.palette import Palette
from scenario_sim.reporting.charts.primitives import GRID, bars, frame, value_axis
from scenario_sim.reporting.charts.small_multiples import SmallChart
from scenario_sim.reporting.estimates import between
from scenario_sim.simulation import intervals

PERCENT = 100


def reliability_diagram(found: Sequence[Mapping[str, float]], palette: Palette) -> SmallChart:
    """found: `forecast` and `seen`, shares, and how many `cases`, a group each. Points on the dashed
    line are calibrated; whiskers are 95 % intervals (Wilson), cases taken for independent."""
    shares = [
        intervals.wilson_interval(round(one["seen"] * one["cases"]), int(one["cases"]))
        for one in found
    ]
    given = [round(PERCENT * one["forecast"], 1) for one in found]
    ends = [[PERCENT * float(part) for part in share] for share in shares]
    outside = sum(
        not low <= chance <= high for chance, (_, low, high) in zip(given, ends, strict=True)
    )
    sentence = messages.RELIABILITY.format(n=len(given), outside=outside)
    ink = {"lineStyle": {"color": palette.ink, "width": 1.5}, "itemStyle": {"color": palette.ink}}
    plain_line = {"type": "line", "symbol": "none", "silent": True, "z": 4}
    series = [
        plain_line
        | {"data": [[0, 0], [PERCENT, PERCENT]]}
        | {"lineStyle": {"color": palette.baseline, "width": 2, "type": "dashed"}},
        *(
            plain_line | ink | {"data": [[chance, round(low, 2)], [chance, round(high, 2)]]}
            for chance, (_, low, high) in zip(given, ends, strict=True)
        ),
        plain_line
        | {"symbol": "circle", "symbolSize": 8, "itemStyle": {"color": palette.policy}}
        | {"data": [[chance, round(end[0], 2)] for chance, end in zip(given, ends, strict=True)]}
        | {"lineStyle": {"color": palette.policy, "width": 2.5}},
    ]
    axes = {"xAxis": value_axis(palette, PERCENT), "yAxis": value_axis(palette, PERCENT)}
    rows = tuple(
        (format_number(chance, 0), format_number(one["cases"]), between(end, 0))
        for chance, one, end in zip(given, found, ends, strict=True)
    )
    chart = Chart(
        frame(sentence, GRID, **axes, series=series), sentence, messages.RELIABILITY_COLUMNS, rows
    )
    return SmallChart("reliability", *messages.TRIALS["reliability"], chart)


def pit_histogram(shares: Sequence[float], palette: Palette) -> SmallChart:
    """shares: of cases, in each equal part of 0..1, summing to 1."""
    height = np.array([PERCENT * share for share in shares])
    flat = PERCENT / height.size
    labels = [f"{n / height.size:g}–{(n + 1) / height.size:g}" for n in range(height.size)]
    least, most = format_number(height.min(), 0), format_number(height.max(), 0)
    sentence = messages.PIT.format(least=least, most=most, flat=format_number(flat, 0))
    short = [str(n + 1) for n in range(height.size)]
    option = bars(short, (height, np.full(height.size, np.nan)), None, palette, sentence)
    rows = tuple(
        (label, format_number(share, 0)) for label, share in zip(labels, height, strict=True)
    )
    chart = Chart(option, sentence, messages.PIT_COLUMNS, rows)
    return SmallChart("pit", *messages.TRIALS["pit"], chart)
