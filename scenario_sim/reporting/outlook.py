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
from scenario_sim.language import translate
from scenario_sim.reporting import outlook_messages as messages
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

SEVERAL = 3  # launch days that are "several"
MAX_BAR = 20  # launch days; more share the last bar


def frozen_line(outlook: Outlook) -> str:
    """Return when an outlook was frozen, for which days and how it was made."""
    days = (outlook.frozen_on, outlook.first_day, outlook.last_day, outlook.record_to)
    frozen, first, last, record = (format_long_date(date.fromisoformat(day)) for day in days)
    return messages.FROZEN.format(
        frozen=frozen, first=first, last=last, record=record,
        runs=outlook.runs, seed=outlook.seed, engine=outlook.engine,
    )  # fmt: skip


def outlook_rows(outlook: Outlook) -> list[tuple[str, ...]]:
    """Return the cells under `COLUMNS` of each count."""
    rows: list[tuple[str, ...]] = []
    for name, counts in outlook.view(AS_SET).counts.items():
        base = outlook.base_rate.get(name)
        rows.append((
            translate(COUNTS[name][0]), _middle(counts), _of_thousand(counts, 1), _by_theory(outlook, name, 1),
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
    sentence = messages.CHART_SENTENCE.format(middle=middle, low=low, high=high)
    option = bar_options(labels, (base, none), (model, none), palette, sentence)
    rows = tuple(
        (label, format_number(of_model), format_number(of_base))
        for label, of_model, of_base in zip(labels, model, base, strict=True)
    )
    return Chart(option, sentence, messages.CHART_COLUMNS, rows)


def article_answers(outlook: Outlook) -> list[tuple[str, str]]:
    """Return what the article expects, claim by claim, and what the outlook says to it."""
    return [
        (messages.TESTS, _tests_answer(outlook)),
        (messages.WEAPON, _weapon_answer(outlook)),
        (messages.RISK, _risk_answer(outlook)),
    ]


def _tests_answer(outlook: Outlook) -> str:
    counts = outlook.view(AS_SET).counts["launch_days"]
    said = messages.TESTS_SAID.format(
        n=SEVERAL,
        futures=_of_thousand(counts, SEVERAL),
        theories=_by_theory(outlook, "launch_days", SEVERAL),
    )
    base = outlook.base_rate.get("launch_days")
    if not base:
        return messages.TESTS_NO_RATE.format(said=said)
    usual = quantiles(base, (0.5,))[0]
    is_easy = _share(base, SEVERAL) > 0.5
    return (messages.TESTS_EASY if is_easy else messages.TESTS_HARD).format(
        said=said,
        record=_of_thousand(base, SEVERAL, bare=True),
        usual=usual,
        more=_of_thousand(counts, usual + 1),
    )


def _weapon_answer(outlook: Outlook) -> str:
    counts = outlook.view(AS_SET).counts.get("new_weapons")
    if counts is None:
        return messages.WEAPON_UNTOLD
    return messages.WEAPON_SAID.format(
        futures=_of_thousand(counts, 1), theories=_by_theory(outlook, "new_weapons", 1)
    )


def _risk_answer(outlook: Outlook) -> str:
    theories = [view.hazard_change for view in outlook.views if view.theory != AS_SET]
    rises = sum(low > 1 for _, low, _ in theories)
    falls = sum(high < 1 for _, _, high in theories)
    value, low, high = outlook.view(AS_SET).hazard_change
    way = messages.RISES if low > 1 else messages.FALLS if high < 1 else messages.STAYS
    return messages.RISK_SAID.format(
        value=float(value), low=float(low), high=float(high), way=way,
        theories=len(theories), rises=rises, falls=falls,
    )  # fmt: skip


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
        told = f"{format_number(theories[best], 2)} ({best})" if best else "–"
        base = format_number(means["base rate"], 2) if "base rate" in means else "–"
        seen = ", ".join(observed[name])
        rows.append((translate(COUNTS[name][0]), seen, format_number(means[AS_SET], 2), told, base))
    return rows


def score_lines(scored: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a line for each outlook: its days, and whether it is scored or why it is not."""
    lines = []
    for one in scored:
        days = (date.fromisoformat(one[key]) for key in ("frozen_on", "first_day", "last_day"))
        frozen, first, last = map(format_long_date, days)
        text = messages.SCORED if one["scored"] else messages.NOT_SCORED
        lines.append(text.format(frozen=frozen, first=first, last=last, why=one["why"]))
    return lines


def _share(counts: Sequence[int], least: int) -> float:
    return sum(counts[least:]) / sum(counts)


def _middle(counts: Sequence[int]) -> str:
    low, middle, high = quantiles(counts, (0.05, 0.5, 0.95))
    return messages.VALUE_RANGE.format(value=middle, low=low, high=high)


def _of_thousand(counts: Sequence[int], least: int, bare: bool = False) -> str:
    """Return the runs of 1,000 with at least so many, with the 95 % Monte-Carlo interval."""
    if bare:  # half-years on record overlap, so that such an interval would be too narrow
        return format_number(1000 * _share(counts, least))
    found = wilson_interval(sum(counts[least:]), sum(counts))
    value, low, high = (format_number(1000 * float(end)) for end in found)
    return messages.VALUE_RANGE.format(value=value, low=low, high=high)


def _by_theory(outlook: Outlook, name: str, least: int) -> str:
    shares = [
        1000 * _share(view.counts[name], least) for view in outlook.views if view.theory != AS_SET
    ]
    low, high = format_number(min(shares)), format_number(max(shares))
    return messages.RANGE.format(low=low, high=high)


def _thousandths(counts: Sequence[int]) -> np.ndarray:
    shares = np.zeros(MAX_BAR + 1)
    for count, runs in enumerate(counts):
        shares[min(count, MAX_BAR)] += 1000 * runs / sum(counts)
    return shares
