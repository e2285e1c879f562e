"""Tell a frozen outlook: its counts, what it answers to the article, and its scores so far.

An outlook compares mechanisms on one half-year. Nothing here is a forecast of war: the level of that
risk is a prior, so only its direction is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from scenario_sim.formatting import format_long_date, format_number
from scenario_sim.reporting.charts.chart import Chart, Palette
from scenario_sim.reporting.charts.primitives import bar_options
from scenario_sim.simulation.intervals import wilson_interval
from scenario_sim.validation.outlook import (
    AS_SET,
    COUNTS,
    Outlook,
    mean_scores,
    quantiles,
)

TITLE = "The next six months"
LEAD = (
    "What the model holds for half a year with the policies as they are. It is written down and dated "
    "beforehand, so that it can be scored once the record has grown.",
    "It compares mechanisms; it is no forecast, least of all of war. Beside each figure stand the rival "
    "theories and how often the same came about on record.",
)
FROZEN = (
    "Frozen on {frozen} for {first} to {last}: {runs:,} futures a theory, seed {seed}, engine {engine}. "
    "The record behind the base rate ends on {record}."
)
NONE_FROZEN = "No outlook is frozen yet: each release freezes one (scenario-sim outlook --freeze)."
COUNTS_TITLE = "Every count"
COLUMNS = (
    "In these 26 weeks", "middle (nine in ten)", "any, of 1,000", "by theory", "record: middle",
    "record: any",
)  # fmt: skip
SCORES_TITLE = "Scores so far"
NO_SCORES = "None yet: no frozen outlook has come to its end within the record."
SCORE_COLUMNS = ("Count", "On record", "As set", "Best theory", "Base rate")
UNSCORED_NOTE = (
    "Talks and new designs are never scored: the record of contacts is a selection, and it names no "
    "design."
)
SKILL_TITLE = "How well such launch figures did on the past"
CHART_TITLE = "Launch days"
CHART_HINT = "Of 1,000 futures. Solid: the model; hatched: half-years on record."
CHART_COLUMNS = ("Launch days", "The model, of 1,000", "On record, of 1,000")
ANSWERS_TITLE = "What the article expects"
SEVERAL = 3  # launch days that are "several"
MAX_BAR = 20  # launch days; more share the last bar


def frozen_line(outlook: Outlook) -> str:
    """Return when an outlook was frozen, for which days and how it was made."""
    days = (outlook.frozen_on, outlook.first_day, outlook.last_day, outlook.record_to)
    frozen, first, last, record = (format_long_date(date.fromisoformat(day)) for day in days)
    return FROZEN.format(
        frozen=frozen, first=first, last=last, record=record,
        runs=outlook.runs, seed=outlook.seed, engine=outlook.engine,
    )  # fmt: skip


def outlook_rows(outlook: Outlook) -> list[tuple[str, ...]]:
    """Return the cells under `COLUMNS` of each count."""
    rows: list[tuple[str, ...]] = []
    for name, counts in outlook.view(AS_SET).counts.items():
        base = outlook.base_rate.get(name)
        rows.append((
            COUNTS[name][0], _middle(counts), _of_thousand(counts, 1), _by_theory(outlook, name, 1),
            _middle(base) if base else "–", _of_thousand(base, 1, bare=True) if base else "–",
        ))  # fmt: skip
    return rows


def outlook_chart(outlook: Outlook, palette: Palette) -> Chart:
    """Return the distribution of launch days beside that of the record."""
    sides = [outlook.base_rate.get("launch_days", []), outlook.view(AS_SET).counts["launch_days"]]
    base, model = (_thousandths(counts) for counts in sides)
    labels = [*map(str, range(MAX_BAR)), f"{MAX_BAR}+"]
    none = np.full(MAX_BAR + 1, np.nan)
    low, middle, high = quantiles(sides[1], (0.05, 0.5, 0.95))
    sentence = f"Half of the futures have {middle} launch days or fewer, nine in ten between {low} and {high}."
    option = bar_options(labels, (base, none), (model, none), palette, sentence)
    rows = tuple(
        (label, format_number(of_model), format_number(of_base))
        for label, of_model, of_base in zip(labels, model, base, strict=True)
    )
    return Chart(option, sentence, CHART_COLUMNS, rows)


def article_answers(outlook: Outlook) -> list[tuple[str, str]]:
    """Return what the article expects, claim by claim, and what the outlook says to it."""
    return [
        ("Several more tests within six months", _tests_answer(outlook)),
        ("Perhaps of a new weapon", _weapon_answer(outlook)),
        ("Confrontation is unlikely, but its risk rises", _risk_answer(outlook)),
    ]


def _tests_answer(outlook: Outlook) -> str:
    counts = outlook.view(AS_SET).counts["launch_days"]
    said = (
        f"{SEVERAL} launch days or more: {_of_thousand(counts, SEVERAL)} of 1,000 futures, "
        f"{_by_theory(outlook, 'launch_days', SEVERAL)} under the theories"
    )
    base = outlook.base_rate.get("launch_days")
    if not base:
        return f"{said}. The record in use gives no base rate."
    usual = quantiles(base, (0.5,))[0]
    on_record = f"; {_of_thousand(base, SEVERAL, bare=True)} of 1,000 half-years on record"
    more = (
        f"More than the middle half-year on record, which had {usual}: "
        f"{_of_thousand(counts, usual + 1)} of 1,000 futures"
    )
    easy = " So it takes no model to expect several." if _share(base, SEVERAL) > 0.5 else ""
    return f"{said}{on_record}.{easy} {more}."


def _weapon_answer(outlook: Outlook) -> str:
    counts = outlook.view(AS_SET).counts.get("new_weapons")
    if counts is None:
        return "Cannot be told: this engine knows classes of missiles and no designs."
    return (
        f"A new design flies in {_of_thousand(counts, 1)} of 1,000 futures, "
        f"{_by_theory(outlook, 'new_weapons', 1)} under the theories. How often designs arrive is judgement."
    )


def _risk_answer(outlook: Outlook) -> str:
    theories = [view.hazard_change for view in outlook.views if view.theory != AS_SET]
    rises = sum(low > 1 for _, low, _ in theories)
    falls = sum(high < 1 for _, _, high in theories)
    value, low, high = outlook.view(AS_SET).hazard_change
    way = (
        "It rises"
        if low > 1
        else "It falls"
        if high < 1
        else "It cannot be told apart from no change"
    )
    return (
        "How unlikely, no model can say: no war since 1953 leaves the level to judgement, so none is "
        "shown. Which way it goes follows from the model's assumptions: the hazard of the same weeks a "
        f"year later is {value:.2f} times that of these ({low:.2f} to {high:.2f}). {way} as the model is "
        f"set; of {len(theories)} theories it rises under {rises} and falls under {falls}. Runs begin in "
        "set conditions, and part of a change may be their settling."
    )


def score_rows(scored: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Return the cells under `SCORE_COLUMNS`: mean CRPS of each count, over the scored outlooks."""
    observed: dict[str, list[str]] = {}
    for one in scored:
        for name, found in one["counts"].items():
            observed.setdefault(name, []).append(str(found["observed"]))
    rows: list[tuple[str, ...]] = []
    for name, means in mean_scores(scored).items():
        theories = {t: value for t, value in means.items() if t not in (AS_SET, "base rate")}
        best = min(theories, key=lambda theory: theories[theory], default="")
        told = f"{theories[best]:.2f} ({best})" if best else "–"
        base = f"{means['base rate']:.2f}" if "base rate" in means else "–"
        rows.append(
            (COUNTS[name][0], ", ".join(observed[name]), f"{means[AS_SET]:.2f}", told, base)
        )
    return rows


def score_lines(scored: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a line for each outlook: its days, and whether it is scored or why it is not."""
    lines = []
    for one in scored:
        days = (date.fromisoformat(one[key]) for key in ("frozen_on", "first_day", "last_day"))
        frozen, first, last = map(format_long_date, days)
        said = "scored" if one["scored"] else f"not scored yet, as {one['why']}"
        lines.append(f"Frozen on {frozen} for {first} to {last}: {said}.")
    return lines


def _share(counts: Sequence[int], least: int) -> float:
    return sum(counts[least:]) / sum(counts)


def _middle(counts: Sequence[int]) -> str:
    low, middle, high = quantiles(counts, (0.05, 0.5, 0.95))
    return f"{middle} ({low} to {high})"


def _of_thousand(counts: Sequence[int], least: int, bare: bool = False) -> str:
    """Return the runs of 1,000 with at least so many, with the 95 % Monte-Carlo interval."""
    if bare:  # half-years on record overlap, so that such an interval would be too narrow
        return format_number(1000 * _share(counts, least))
    found = wilson_interval(sum(counts[least:]), sum(counts))
    value, low, high = (format_number(1000 * float(end)) for end in found)
    return f"{value} ({low} to {high})"


def _by_theory(outlook: Outlook, name: str, least: int) -> str:
    shares = [
        1000 * _share(view.counts[name], least) for view in outlook.views if view.theory != AS_SET
    ]
    return f"{format_number(min(shares))} to {format_number(max(shares))}"


def _thousandths(counts: Sequence[int]) -> np.ndarray:
    shares = np.zeros(MAX_BAR + 1)
    for count, runs in enumerate(counts):
        shares[min(count, MAX_BAR)] += 1000 * runs / sum(counts)
    return shares
