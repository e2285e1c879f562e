"""Draw the small charts by group: risk over time, programme, money, talks, sanctions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scenario_sim.formatting import (
    format_day,
    format_month,
    format_number,
    format_period,
    format_signed,
)
from scenario_sim.reporting import estimates, messages
from scenario_sim.reporting.charts.chart import Chart, Palette
from scenario_sim.reporting.charts.primitives import band_options, bar_options, share_options
from scenario_sim.reporting.charts.summaries import CourseSummary
from scenario_sim.reporting.estimates import format_with_error, format_with_interval
from scenario_sim.simulation.intervals import Interval, half_width

MAX_TABLE_DATES = 9
CoursePair = tuple[CourseSummary, CourseSummary | None]
SCALES = {  # scale of what is shown, and its decimals
    "grown": (1000.0, 1),
    "risk": (1000.0, 1),
    "launch_days": (1.0, 1),
    "felt_drive": (1.0, 1),
    "icbm_stock": (1.0, 0),
    "icbm_reliability": (100.0, 0),
    "reach": (100.0, 0),
    "revenue": (1e-3, 2),
    "income": (1.0, 0),
    "stages": (100.0, 0),
    "un_sanctions": (100.0, 0),
    "enforcement": (100.0, 0),
    "resolution": (1.0, 2),
    "veto": (1.0, 2),
}


@dataclass(frozen=True)
class SmallChart:
    """A small chart under its title; `hint` says what is counted."""

    name: str
    title: str
    hint: str
    chart: Chart


def small_charts(
    group: str, base: CourseSummary, policy: CourseSummary | None, palette: Palette
) -> tuple[SmallChart, ...]:
    """Return the small charts of one group of `GROUPS`."""
    drawn = []
    for name in GROUPS[group]:
        chart = CHART_MAKERS[name](name, (base, policy), palette)
        drawn.append(SmallChart(name, *messages.SMALL[name], chart))
    return tuple(drawn)


# --- totals by year ------------------------------------------------------------------------------


def _by_period(name: str, two: CoursePair, palette: Palette) -> Chart:
    scale, decimals = SCALES[name]
    base, policy = two
    labels = period_labels(base)
    sides = [scale * c.periods[name].astype(float) for c in two if c is not None]
    means = [(s.mean(axis=1), half_width(s)) for s in sides]
    with_total = [np.vstack((s, s.sum(axis=0))) for s in sides]
    rows = tuple(
        _row(label, [s[n] for s in with_total], decimals)
        for n, label in enumerate((*labels, messages.TOTAL))
    )
    said = {"title": messages.SMALL[name][0], "unit": messages.SMALL_UNITS[name]}
    said |= {"span": format_period(base.weeks)}
    totals = [s[-1] for s in with_total]
    first = estimates.format_mean(totals[0], decimals)
    if policy is None:
        sentence = messages.SMALL_ONE.format(value=first, **said)
    else:
        other = estimates.format_mean(totals[1], decimals)
        tell = estimates.format_paired_difference(totals[0], totals[1], decimals)
        sentence = messages.SMALL_TWO.format(policy=other, base=first, tell=tell, **said)
    option = bar_options(labels, means[0], means[1] if policy else None, palette, sentence)
    return Chart(option, sentence, _columns(policy), rows)


def period_labels(course: CourseSummary) -> list[str]:
    """Return the names of years or quarters."""
    if not course.by_year:
        ends = np.cumsum(course.length)
        return [
            messages.PERIOD_QUARTER.format(first=end - length + 1, last=end)
            for end, length in zip(ends, course.length, strict=True)
        ]
    whole = course.length.max()
    said = [(n, length) for n, length in enumerate(course.length, 1)]
    return [
        (messages.PERIOD_YEAR if length == whole else messages.PERIOD_PART).format(
            n=n, weeks=length
        )
        for n, length in said
    ]


def _row(label: str, sides: list[np.ndarray], decimals: int) -> tuple[str, ...]:
    cells = [estimates.format_mean(s, decimals) for s in sides]
    if len(sides) == 2:
        cells.append(estimates.format_paired_difference(sides[0], sides[1], decimals, bare=True))
    return (label, *cells)


def _columns(policy: CourseSummary | None) -> tuple[str, ...]:
    return messages.SMALL_COLUMNS if policy is not None else messages.SMALL_COLUMNS[:2]


# --- over time -----------------------------------------------------------------------------------


def _cumulative_risk(name: str, two: CoursePair, palette: Palette) -> Chart:
    """Draw the risk up to each date, in its Monte-Carlo interval."""
    sides = []
    for c in two:
        if c is not None:
            mean, half = 1000 * c.grown[0], 1000 * np.nan_to_num(c.grown[1])
            sides.append((mean - half, mean, mean + half))
    _, middle, high = (side[-1] for side in sides[-1])
    said = {
        "end": format_month(two[0].dates[-1]),
        "value": format_with_error(middle, high - middle, 1),
    }
    if len(sides) == 1:
        sentence = messages.MEAN_ONE.format(**said)
    else:
        other = format_with_error(sides[0][1][-1], sides[0][2][-1] - sides[0][1][-1], 1)
        sentence = messages.MEAN_TWO.format(base=other, **said)
    rows = dated_rows(
        two[0].dates,
        [[format_with_error(m, h - m, 1) for _, m, h in zip(*side, strict=True)] for side in sides],
    )
    return _over_time(two[0].dates, sides, palette, sentence, rows)


def _spread(most: float | None) -> Callable[[str, CoursePair, Palette], Chart]:
    def draw(name: str, two: CoursePair, palette: Palette) -> Chart:
        scale, decimals = SCALES[name]
        found = [c.levels[name] for c in two if c is not None]
        sides = [tuple(scale * f.value) for f in found]
        told = [_format_levels(f, scale, decimals) for f in found]
        ends = [[format_number(float(v[-1]), decimals) for v in side] for side in sides]
        low, middle, high = ends[-1]
        said = {"end": format_month(two[0].dates[-1]), "value": middle, "low": low, "high": high}
        if len(sides) == 1:
            sentence = messages.END_ONE.format(**said)
        else:
            sentence = messages.END_TWO.format(base=ends[0][1], **said)
        rows = dated_rows(two[0].dates, [side[1] for side in told])
        return _over_time(two[0].dates, sides, palette, sentence, rows, most)

    return draw


def _format_levels(found: Interval, scale: float, decimals: int) -> list[list[str]]:
    """Return the percentiles and their intervals as text, (level, date)."""
    return [
        [format_with_interval(one, decimals) for one in zip(*level, strict=True)]
        for level in zip(*(scale * part for part in found), strict=True)
    ]


def _means(name: str, two: CoursePair, palette: Palette) -> Chart:
    found = [100 * c.means[name] for c in two if c is not None]
    sides = [3 * (mean,) for mean, _ in found]
    cells = [[format_with_error(float(mean), float(half), 0) for mean, half in f.T] for f in found]
    ends = [column[-1] + " %" for column in cells]
    said = {"end": format_month(two[0].dates[-1]), "value": ends[-1]}
    sentence = (messages.MEAN_ONE if len(sides) == 1 else messages.MEAN_TWO).format(
        base=ends[0], **said
    )
    rows = dated_rows(two[0].dates, cells)
    return _over_time(two[0].dates, sides, palette, sentence, rows, 100)


def _over_time(dates, sides, palette, sentence, rows, most: float | None = None) -> Chart:
    other = sides[1] if len(sides) == 2 else None
    option = band_options(dates, sides[0], other, palette, sentence, most)
    return Chart(option, sentence, messages.DATED_COLUMNS[: 1 + len(sides)], rows)


def dated_rows(dates: np.ndarray, cells: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """Return a few dates for the table, the first and the last among them."""
    chosen = np.unique(
        np.linspace(0, dates.size - 1, min(MAX_TABLE_DATES, dates.size)).round().astype(int)
    )
    return tuple((format_day(dates[n]), *(column[n] for column in cells)) for n in chosen)


def _stages(name: str, two: CoursePair, palette: Palette) -> Chart:
    base, policy = two
    front = policy or base
    runs = base.runs
    contact, talks, deal = (format_number(100 * stage[-1]) for stage in front.stages)
    if policy is None:
        sentence = messages.STAGES_ONE.format(contact=contact, talks=talks, deal=deal)
    else:
        other = format_number(100 * base.stages[1, -1])
        sentence = messages.STAGES_TWO.format(talks=talks, base=other)
    option = share_options(
        front.dates, base.stages, policy.stages if policy else None, palette, sentence
    )
    first, *names = messages.STAGE_COLUMNS
    sides = [c.stages for c in two if c is not None]
    columns = tuple(names)
    if policy is not None:
        heads = (messages.BASELINE, messages.POLICY)
        columns = tuple(f"{head}, {name}" for head in heads for name in names)
    cells = [
        [estimates.format_run_share(v, runs) for v in stage] for side in sides for stage in side
    ]
    return Chart(option, sentence, (first, *columns), dated_rows(front.dates, cells))


def _income(name: str, two: CoursePair, palette: Palette) -> Chart:
    sides = [c.income for c in two if c is not None]
    means = [(s.mean(axis=1), half_width(s)) for s in sides]
    totals = [estimates.format_mean(s.sum(axis=0), 0) for s in sides]
    if len(sides) == 1:
        most = int(means[0][0].argmax())
        said = {"value": estimates.format_mean(sides[0][most], 0), "total": totals[0]}
        sentence = messages.INCOME_ONE.format(most=messages.SOURCES_IN_SENTENCE[most], **said)
    else:
        shift = sides[1] - sides[0]
        by, half = shift.mean(axis=1), half_width(shift)
        most = int(np.abs(by).argmax())
        moved = format_with_error(float(by[most]), float(half[most]), 0, format_signed)
        said = {"by": moved, "total": totals[1], "base": totals[0]}
        sentence = messages.INCOME_TWO.format(most=messages.SOURCES_IN_SENTENCE[most], **said)
    other = means[1] if len(sides) == 2 else None
    option = bar_options(messages.SOURCES, means[0], other, palette, sentence, lying=True)
    rows = tuple(_row(s, [side[n] for side in sides], 0) for n, s in enumerate(messages.SOURCES))
    return Chart(option, sentence, _columns(two[1]), rows)


CHART_MAKERS: dict[str, Callable[[str, CoursePair, Palette], Chart]] = {
    "grown": _cumulative_risk,
    "risk": _by_period,
    "launch_days": _by_period,
    "felt_drive": _spread(None),
    "icbm_stock": _spread(None),
    "icbm_reliability": _spread(100),
    "reach": _spread(100),
    "revenue": _by_period,
    "income": _income,
    "stages": _stages,
    "un_sanctions": _means,
    "enforcement": _means,
    "resolution": _by_period,
    "veto": _by_period,
}
GROUPS = {
    "risk": ("grown", "risk"),
    "programme": ("launch_days", "felt_drive", "icbm_stock", "icbm_reliability", "reach"),
    "money": ("revenue", "income"),
    "talks": ("stages",),
    "sanctions": ("un_sanctions", "enforcement", "resolution", "veto"),
}
