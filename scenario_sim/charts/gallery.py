"""The small pictures, group by group: risk over time, the programme, money, talks, sanctions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scenario_sim.charts import words
from scenario_sim.charts.course import Course
from scenario_sim.charts.kinds import Chart
from scenario_sim.charts.numbers import day, month, plain, signed, span
from scenario_sim.charts.palette import Palette
from scenario_sim.charts.small import bars, give_or_take, ribbon, shares
from scenario_sim.comparison import ENOUGH_TO_TELL, Z95

TABLED = 9  # dates in a table
Two = tuple[Course, Course | None]


@dataclass(frozen=True)
class Small:
    """A small picture under its title; `hint` says what is counted."""

    name: str
    title: str
    hint: str
    chart: Chart


def gallery(group: str, base: Course, policy: Course | None, palette: Palette) -> tuple[Small, ...]:
    """The small pictures of a group of GROUPS."""
    drawn = []
    for name in GROUPS[group]:
        chart = DRAWERS[name](name, (base, policy), palette)
        drawn.append(Small(name, *words.SMALL[name], chart))
    return tuple(drawn)


# --- totals by year ------------------------------------------------------------------------------


def _by_period(scale: float, decimals: int) -> Callable[[str, Two, Palette], Chart]:
    def draw(name: str, two: Two, palette: Palette) -> Chart:
        base, policy = two
        labels = _labels(base)
        sides = [scale * c.periods[name].astype(float) for c in two if c is not None]
        means = [(s.mean(axis=1), _half(s)) for s in sides]
        with_total = [np.vstack((s, s.sum(axis=0))) for s in sides]
        rows = tuple(
            _row(label, [s[n] for s in with_total], decimals)
            for n, label in enumerate((*labels, words.TOTAL))
        )
        said = {"title": words.SMALL[name][0], "unit": words.SMALL_UNITS[name]}
        said |= {"span": span(base.weeks)}
        totals = [s[-1] for s in with_total]
        first = plain(totals[0].mean(), decimals)
        if policy is None:
            sentence = words.SMALL_ONE.format(value=first, **said)
        else:
            other, tell = plain(totals[1].mean(), decimals), _tell(totals[0], totals[1], decimals)
            sentence = words.SMALL_TWO.format(policy=other, base=first, tell=tell, **said)
        option = bars(labels, means[0], means[1] if policy else None, palette, sentence)
        return Chart(option, sentence, _columns(policy), rows)

    return draw


def _labels(course: Course) -> list[str]:
    if not course.by_year:
        ends = np.cumsum(course.length)
        return [
            words.PERIOD_QUARTER.format(first=end - length + 1, last=end)
            for end, length in zip(ends, course.length, strict=True)
        ]
    whole = course.length.max()
    said = [(n, length) for n, length in enumerate(course.length, 1)]
    return [
        (words.PERIOD_YEAR if length == whole else words.PERIOD_PART).format(n=n, weeks=length)
        for n, length in said
    ]


def _half(values: np.ndarray) -> np.ndarray:
    """Half of the 95 % interval of the mean over runs (the last axis)."""
    runs = values.shape[-1]
    if runs < 2:
        return np.full(values.shape[:-1], np.nan)
    return Z95 * values.std(axis=-1, ddof=1) / np.sqrt(runs)


def _row(label: str, sides: list[np.ndarray], decimals: int) -> tuple[str, ...]:
    cells = [give_or_take(s.mean(), float(_half(s)), decimals) for s in sides]
    if len(sides) == 2:
        cells.append(_tell(sides[0], sides[1], decimals, bare=True))
    return (label, *cells)


def _tell(base: np.ndarray, policy: np.ndarray, decimals: int, bare: bool = False) -> str:
    """The paired difference in words: how large, or that the runs cannot tell."""
    shift, runs = policy - base, base.size
    differ = int(np.count_nonzero(shift))
    if differ == 0:
        return words.TELL_SAME
    if differ < ENOUGH_TO_TELL:
        return words.TELL_FEW.format(n=differ, runs=runs)
    by, half = float(shift.mean()), float(_half(shift))
    low, high = signed(by - half, decimals), signed(by + half, decimals)
    if not bare and by - half <= 0 <= by + half:
        return words.TELL_NOT.format(runs=runs)
    said = f"{signed(by, decimals)} ({low} to {high})"
    return said if bare else words.TELL.format(by=signed(by, decimals), low=low, high=high)


def _columns(policy: Course | None) -> tuple[str, ...]:
    return words.SMALL_COLUMNS if policy is not None else words.SMALL_COLUMNS[:2]


# --- over time -----------------------------------------------------------------------------------


def _grown(name: str, two: Two, palette: Palette) -> Chart:
    """The risk up to each date, in its Monte-Carlo interval."""
    sides = []
    for c in two:
        if c is not None:
            mean, half = 1000 * c.grown[0], 1000 * Z95 * np.nan_to_num(c.grown[1])
            sides.append((mean - half, mean, mean + half))
    _, middle, high = (side[-1] for side in sides[-1])
    said = {"end": month(two[0].dates[-1]), "value": give_or_take(middle, high - middle, 1)}
    if len(sides) == 1:
        sentence = words.MEAN_ONE.format(**said)
    else:
        other = give_or_take(sides[0][1][-1], sides[0][2][-1] - sides[0][1][-1], 1)
        sentence = words.MEAN_TWO.format(base=other, **said)
    rows = _dated_rows(
        two[0].dates,
        [[give_or_take(m, h - m, 1) for _, m, h in zip(*side, strict=True)] for side in sides],
    )
    return _over_time(two[0].dates, sides, palette, sentence, rows)


def _spread(scale: float, decimals: int, most: float | None) -> Callable[[str, Two, Palette], Chart]:
    def draw(name: str, two: Two, palette: Palette) -> Chart:
        sides = [tuple(scale * c.levels[name]) for c in two if c is not None]
        low, middle, high = (plain(float(level[-1]), decimals) for level in sides[-1])
        said = {"end": month(two[0].dates[-1]), "value": middle, "low": low, "high": high}
        if len(sides) == 1:
            sentence = words.END_ONE.format(**said)
        else:
            base = plain(float(sides[0][1][-1]), decimals)
            sentence = words.END_TWO.format(base=base, **said)
        cells = [[plain(float(v), decimals) for v in side[1]] for side in sides]
        rows = _dated_rows(two[0].dates, cells)
        return _over_time(two[0].dates, sides, palette, sentence, rows, most)

    return draw


def _means(name: str, two: Two, palette: Palette) -> Chart:
    sides = [3 * (100 * c.means[name],) for c in two if c is not None]
    ends = [plain(float(side[1][-1])) + " %" for side in sides]
    said = {"end": month(two[0].dates[-1]), "value": ends[-1]}
    sentence = (words.MEAN_ONE if len(sides) == 1 else words.MEAN_TWO).format(base=ends[0], **said)
    cells = [[plain(float(v)) for v in side[1]] for side in sides]
    rows = _dated_rows(two[0].dates, cells)
    return _over_time(two[0].dates, sides, palette, sentence, rows, 100)


def _over_time(dates, sides, palette, sentence, rows, most: float | None = None) -> Chart:
    other = sides[1] if len(sides) == 2 else None
    option = ribbon(dates, sides[0], other, palette, sentence, most)
    return Chart(option, sentence, words.DATED_COLUMNS[: 1 + len(sides)], rows)


def _dated_rows(dates: np.ndarray, cells: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """A few dates, the first and the last among them."""
    chosen = np.unique(np.linspace(0, dates.size - 1, min(TABLED, dates.size)).round().astype(int))
    return tuple((day(dates[n]), *(column[n] for column in cells)) for n in chosen)


def _stages(name: str, two: Two, palette: Palette) -> Chart:
    base, policy = two
    front = policy or base
    contact, talks, deal = (plain(100 * float(stage[-1])) for stage in front.stages)
    if policy is None:
        sentence = words.STAGES_ONE.format(contact=contact, talks=talks, deal=deal)
    else:
        other = plain(100 * float(base.stages[1, -1]))
        sentence = words.STAGES_TWO.format(talks=talks, base=other)
    option = shares(front.dates, base.stages, policy.stages if policy else None, palette, sentence)
    first, *names = words.STAGE_COLUMNS
    sides = [c.stages for c in two if c is not None]
    columns = tuple(names)
    if policy is not None:
        heads = (words.BASELINE, words.POLICY)
        columns = tuple(f"{head}, {name}" for head in heads for name in names)
    cells = [[plain(100 * float(v)) for v in stage] for side in sides for stage in side]
    return Chart(option, sentence, (first, *columns), _dated_rows(front.dates, cells))


def _income(name: str, two: Two, palette: Palette) -> Chart:
    sides = [c.income for c in two if c is not None]
    means = [(s.mean(axis=1), _half(s)) for s in sides]
    totals = [plain(m.sum()) for m, _ in means]
    if len(sides) == 1:
        most = int(means[0][0].argmax())
        said = {"value": plain(means[0][0][most]), "total": totals[0]}
        sentence = words.INCOME_ONE.format(most=words.SOURCES[most].lower(), **said)
    else:
        shift = means[1][0] - means[0][0]
        most = int(np.abs(shift).argmax())
        said = {"by": signed(shift[most]), "total": totals[1], "base": totals[0]}
        sentence = words.INCOME_TWO.format(most=words.SOURCES[most].lower(), **said)
    other = means[1] if len(sides) == 2 else None
    option = bars(words.SOURCES, means[0], other, palette, sentence, lying=True)
    rows = tuple(_row(s, [side[n] for side in sides], 0) for n, s in enumerate(words.SOURCES))
    return Chart(option, sentence, _columns(two[1]), rows)


DRAWERS: dict[str, Callable[[str, Two, Palette], Chart]] = {
    "grown": _grown,
    "risk": _by_period(1000, 1),
    "launch_days": _by_period(1, 1),
    "icbm_stock": _spread(1, 0, None),
    "icbm_reliability": _spread(100, 0, 100),
    "reach": _spread(100, 0, 100),
    "revenue": _by_period(1e-3, 2),
    "income": _income,
    "stages": _stages,
    "un_sanctions": _means,
    "enforcement": _means,
    "resolution": _by_period(1, 2),
    "veto": _by_period(1, 2),
}
GROUPS = {
    "risk": ("grown", "risk"),
    "programme": ("launch_days", "icbm_stock", "icbm_reliability", "reach"),
    "money": ("revenue", "income"),
    "talks": ("stages",),
    "sanctions": ("un_sanctions", "enforcement", "resolution", "veto"),
}
