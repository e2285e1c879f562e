"""Draw the small charts as changes against the baseline, in units or in per cent.

Totals of periods and sources are paired run by run. Means over time keep no runs, so their interval
takes the two sides for independent: on common random numbers the true one is no wider.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenario_sim.formatting import format_month, format_period, format_signed
from scenario_sim.reporting import messages
from scenario_sim.reporting.charts.chart import Chart, Palette
from scenario_sim.reporting.charts.primitives import (
    GRID,
    band_options,
    bar_options,
    base_options,
    dates_axis,
    line_series,
    value_axis,
)
from scenario_sim.reporting.charts.small_multiples import (
    GROUPS,
    SCALES,
    SmallChart,
    dated_rows,
    period_labels,
)
from scenario_sim.reporting.charts.summaries import CourseSummary
from scenario_sim.simulation.intervals import half_width

CHANGES = ABSOLUTE, RELATIVE = "absolute", "relative"
MAX_DECIMALS = 3
LEAST_PER_CENT = 1.0  # the axis reaches at least so far to both sides
MIDDLE = 1  # of the percentiles `COURSE_LEVELS`
STAGE_WIDTHS = (1, 2, 3.5)  # of the lines, px


@dataclass(frozen=True, eq=False)
class _Change:
    """A change and half of its 95 % interval; NaN where it is not known."""

    by: np.ndarray
    half: np.ndarray
    relative: bool

    def words(self, n: int) -> str:
        """Return one change with its interval."""
        by, half = float(self.by[n]), float(self.half[n])
        if not np.isfinite(by):
            return messages.NO_BASELINE
        decimals = _decimals(by, half)
        text = format_signed(by, decimals)
        if np.isfinite(half):
            low, high = (format_signed(end, decimals) for end in (by - half, by + half))
            text = messages.ENDS.format(value=text, low=low, high=high)
        return messages.PER_CENT.format(value=text) if self.relative else text


def _decimals(by: float, half: float) -> int:
    """Return decimals that show one digit of the error, or two of a change without one."""
    size, digits = (half, 1) if np.isfinite(half) else (abs(by), 2)
    if size == 0:
        return 0
    return int(np.clip(digits - 1 - np.floor(np.log10(size)), 0, MAX_DECIMALS))


def change_charts(
    group: str, base: CourseSummary, policy: CourseSummary, palette: Palette, relative: bool
) -> tuple[SmallChart, ...]:
    """Return the small charts of one group of `GROUPS` as changes against the baseline.

    relative : whether the changes are in per cent of the baseline.
    """
    drawn = []
    for name in GROUPS[group]:
        title, _ = messages.SMALL[name]
        unit = messages.CHANGE_UNITS[name]
        hint = messages.CHANGE_RELATIVE if relative else messages.CHANGE_ABSOLUTE
        chart = _draw(name, base, policy, palette, relative)
        drawn.append(SmallChart(name, title, hint.format(unit=unit), chart))
    return tuple(drawn)


def _draw(
    name: str, base: CourseSummary, policy: CourseSummary, palette: Palette, relative: bool
) -> Chart:
    if name in base.periods or name == "income":
        return _bars(name, base, policy, palette, relative)
    if name == "stages":
        return _stages(base, policy, palette, relative)
    scale, _ = SCALES[name]
    (before, error), (after, other) = (scale * _over_time(name, side) for side in (base, policy))
    found = _unpaired(before, error, after, other, relative)
    title, end = messages.SMALL[name][0], format_month(base.dates[-1])
    sentence = messages.CHANGE_END.format(title=title, end=end, by=found.words(-1))
    low, high = found.by - np.nan_to_num(found.half), found.by + np.nan_to_num(found.half)
    option = band_options(base.dates, (low, found.by, high), None, palette, sentence, signed=True)
    option["yAxis"] |= _least_axis(found)
    rows = dated_rows(base.dates, [list(map(found.words, range(base.dates.size)))])
    columns = (messages.DATED_COLUMNS[0], messages.CHANGE_COLUMN)
    return Chart(option, sentence, columns, rows)


def _over_time(name: str, course: CourseSummary) -> np.ndarray:
    """Return a value by date and half of its interval, NaN for percentiles: (2, date)."""
    if name == "grown":
        return course.grown
    if name in course.means:
        return course.means[name]
    middle = course.levels[name].value[MIDDLE]
    return np.array([middle, np.full_like(middle, np.nan)])


def _unpaired(before, error, after, other, relative: bool) -> _Change:
    by = after - before
    if not relative:
        return _Change(by, np.hypot(error, other), relative)
    whole = _per_cent_of(before)
    share = by / whole
    return _Change(share, np.hypot(other, (1 + share / 100) * error) / whole, relative)


def _per_cent_of(before: np.ndarray) -> np.ndarray:
    """Return a hundredth of the baseline; NaN where it is 0, as nothing is a share of nothing."""
    return np.where(before != 0, before, np.nan) / 100


def _paired(before: np.ndarray, after: np.ndarray, relative: bool) -> _Change:
    """Return the change of each row over paired runs, (row, run)."""
    by = (after - before).mean(axis=1)
    if not relative:
        return _Change(by, half_width(after - before), relative)
    whole = _per_cent_of(before.mean(axis=1))
    share = by / whole
    ratio = (1 + share / 100)[:, None]
    return _Change(share, half_width(after - ratio * before) / whole, relative)


def _bars(
    name: str, base: CourseSummary, policy: CourseSummary, palette: Palette, relative: bool
) -> Chart:
    scale, _ = SCALES[name]
    lying = name == "income"
    before, after = (
        scale * np.asarray(side.income if lying else side.periods[name], float)
        for side in (base, policy)
    )
    labels = list(messages.SOURCES) if lying else period_labels(base)
    found = _paired(before, after, relative)
    total = _paired(before.sum(axis=0)[None], after.sum(axis=0)[None], relative)
    title, span = messages.SMALL[name][0], format_period(base.weeks)
    if lying:
        most = int(np.nanargmax(np.abs(after - before).mean(axis=1)))
        said = {"most": messages.SOURCES_IN_SENTENCE[most], "by": found.words(most)}
        sentence = messages.CHANGE_MOST.format(title=title, **said)
    else:
        sentence = messages.CHANGE_TOTAL.format(title=title, span=span, by=total.words(0))
    option = bar_options(
        labels, (found.by, found.half), None, palette, sentence, lying=lying, signed=True
    )
    option["xAxis" if lying else "yAxis"] |= _least_axis(found)
    rows = [(label, found.words(n)) for n, label in enumerate(labels)]
    rows.append((messages.TOTAL, total.words(0)))
    return Chart(option, sentence, ("", messages.CHANGE_COLUMN), tuple(rows))


def _least_axis(found: _Change) -> dict[str, float]:
    """Return ends of the axis for changes in per cent so small that luck alone would fill it."""
    reach = np.abs(np.nan_to_num(found.by)) + np.nan_to_num(found.half)
    if not found.relative or reach.max() >= LEAST_PER_CENT:
        return {}
    return {"min": -LEAST_PER_CENT, "max": LEAST_PER_CENT}


def _stages(base: CourseSummary, policy: CourseSummary, palette: Palette, relative: bool) -> Chart:
    scale, _ = SCALES["stages"]
    none = np.full(base.dates.size, np.nan)
    found = [
        _unpaired(scale * before, none, scale * after, none, relative)
        for before, after in zip(base.stages, policy.stages, strict=True)
    ]
    contact, talks, deal = (one.words(-1) for one in found)
    said = {"contact": contact, "talks": talks, "deal": deal}
    sentence = messages.CHANGE_STAGES.format(end=format_month(base.dates[-1]), **said)
    series = []
    for one, width in zip(found, STAGE_WIDTHS, strict=True):
        line = line_series("policy", base.dates, one.by, palette.policy, "solid")
        line["lineStyle"] |= {"width": width}
        series.append(line)
    axes = {"xAxis": dates_axis(palette), "yAxis": value_axis(palette, signed=True)}
    option = base_options(sentence, GRID, **axes, series=series)
    cells = [list(map(one.words, range(base.dates.size))) for one in found]
    return Chart(option, sentence, messages.STAGE_COLUMNS, dated_rows(base.dates, cells))
