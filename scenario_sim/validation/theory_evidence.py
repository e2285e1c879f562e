"""Measure what the record of 2012 to 2023 says about questions on which the theories disagree.

The figures are rates by day or month and ratios of rates. Launches come in clusters and in regimes
that last for years, so days are not independent cases. Intervals therefore resample whole years (or
whole resolutions), a cluster bootstrap (Davison and Hinkley 1997, section 3.8). Twelve years are
few, so the intervals are rough. All figures are associations: exercises, sanctions and talks were
not assigned at random.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from scenario_sim.data.history import months as record_months
from scenario_sim.data.history import record
from scenario_sim.language import localise_number, translate
from scenario_sim.simulation.intervals import Interval, wilson_interval

FIRST_YEAR, LAST_YEAR = 2012, 2023
BOOTSTRAP_DRAWS = 4000
WINDOW_DAYS = 90  # days before and after a resolution
US_CONTACT, CONTACTS_TO = "us_dprk_contact", "2018-08"  # the database of these contacts ends there


@dataclass(frozen=True)
class HistoryEstimate:
    """One figure of the record with its 95 % interval; `per` is its unit."""

    says: str
    found: Interval
    per: str = ""

    @property
    def text(self) -> str:
        value, low, high = (_number(float(end), self.per) for end in self.found)
        unit = translate(self.per) if self.per not in ("", "%") else ""
        said = translate("{value} ({low} to {high})")
        return f"{translate(self.says)}: " + said.format(
            value=f"{value} {unit}".rstrip(), low=low, high=high
        )


@dataclass(frozen=True)
class Evidence:
    """Hold a question, the theories that it divides, the record's figures and a verdict."""

    question: str
    theories: tuple[str, ...]
    figures: tuple[HistoryEstimate, ...]
    verdict: str

    @property
    def words(self) -> str:
        """Question, figures and verdict on one line."""
        figures = "; ".join(figure.text for figure in self.figures)
        question, verdict = translate(self.question), translate(self.verdict)
        return f"{question} {figures}{figures and '. '}{verdict}"

    def as_dict(self) -> dict:
        """Return plain data for JSON."""
        figures = [
            {"says": f.says, "unit": f.per}
            | dict(zip(("value", "low", "high"), map(float, f.found), strict=True))
            for f in self.figures
        ]
        return {"question": self.question, "figures": figures, "verdict": self.verdict}


def all_evidence() -> tuple[Evidence, ...]:
    """Return the evidence on every question, from the record in use. Deterministic."""
    return (
        *(
            exercises(),
            attacks(),
            sanctions(),
            vetoes(),
            talks(),
            threats(),
            patrons(),
            attention(),
        ),
        accidents(),
    )


def evidence_about(theory: str) -> list[Evidence]:
    """Return the evidence that concerns a theory, given its name."""
    return [one for one in all_evidence() if theory in one.theories]


# --- the questions -----------------------------------------------------------------------------------


def exercises() -> Evidence:
    """Compare launch days inside and outside exercises (command-post and large field exercises)."""
    days, launched = _days()
    held = _drilling(days)
    tally = np.array([launched * held, held, launched * ~held, ~held], float)
    by_year = _sum_by_group(tally, _year_of(days))
    ratio = _bootstrap(by_year, _rate_ratio)
    alike = _bootstrap(same_month(launched, held, days), _quotient)
    inside = _bootstrap(by_year, lambda t: 100 * t[..., 0] / t[..., 1])
    outside = _bootstrap(by_year, lambda t: 100 * t[..., 2] / t[..., 3])
    return Evidence(
        "Are there more launches while exercises are held?",
        ("spiral", "deterrence"),
        (
            HistoryEstimate("launch days in exercises", inside, "per 100 days"),
            HistoryEstimate("launch days outside them", outside, "per 100 days"),
            HistoryEstimate("launch days in exercises over those outside, by rate", ratio, "times"),
            HistoryEstimate("the same within one month of one year", alike, "times"),
        ),
        f"{_describe_ratio(alike, 'launches', 'in exercises')} Spring, when most exercises are held, is also "
        "the thaw and Pyongyang's own training season.",
    )


def attacks() -> Evidence:
    """Count limited attacks during exercises."""
    seen = [
        act.date
        for act in record.current_record().acts
        if act.action == "limited_attack" and FIRST_YEAR <= act.date.year <= LAST_YEAR
    ]
    days, _ = _days()
    inside = int(_drilling(days)[np.isin(days, np.array(seen, "datetime64[D]"))].sum())
    return Evidence(
        "Do shows of force hold attacks back?",
        ("spiral", "deterrence"),
        (),
        f"The record cannot say: {len(seen)} limited attacks in {FIRST_YEAR} to {LAST_YEAR}, {inside} of them "
        "during exercises; so few have no rate.",
    )


def sanctions() -> Evidence:
    """Compare launch days in the 90 days before and after each resolution that passed."""
    passed = sorted(
        {
            act.date
            for act in record.current_record().acts
            if act.action == "table_draft" and FIRST_YEAR <= act.date.year <= LAST_YEAR
        }
        - _vetoed_dates()
    )
    launches = np.array(
        [a.date for a in record.current_record().acts if a.launch_days], "datetime64[D]"
    )
    gaps = (launches[None] - np.array(passed, "datetime64[D]")[:, None]).astype(int)
    before = ((gaps >= -WINDOW_DAYS) & (gaps < 0)).sum(axis=1)
    after = ((gaps > 0) & (gaps <= WINDOW_DAYS)).sum(axis=1)
    ratio = _bootstrap(np.column_stack([after, before]).astype(float), _quotient)
    return Evidence(
        "Do sanctions slow the tests?",
        ("hard-target", "sanctions-bite"),
        (HistoryEstimate(f"launch days in the {WINDOW_DAYS} days after {len(passed)} resolutions over "
                         "those before", ratio, "times"),),
        f"{_describe_ratio(ratio, 'launches', 'after resolutions')} Resolutions answer tests, and those of 2016 "
        "and 2017 overlap. Money the record cannot judge: it holds no series of income or trade.",
    )  # fmt: skip


def vetoes() -> Evidence:
    """Return the share of drafts that passed, to 2017 and since."""
    drafts = [a.date for a in record.current_record().acts if a.action == "table_draft"]
    early = [day for day in drafts if day.year <= 2017]
    late = [day for day in drafts if 2017 < day.year <= LAST_YEAR]
    failed = _vetoed_dates()
    figures = tuple(
        HistoryEstimate(f"drafts put to the vote {when} that passed ({len(of)} in all)",
                        wilson_interval(100 * len([day for day in of if day not in failed]) / 100, len(of)), "%")
        for when, of in (("to 2017", early), ("since", late)) if of
    )  # fmt: skip
    return Evidence(
        "Do patrons shield Pyongyang in the Council?",
        ("patron",),
        figures,
        "To 2017 they did not: everything put to the vote passed. Since then too little came to a vote "
        "to say more, and drafts that were never tabled leave no trace in the record.",
    )


def talks() -> Evidence:
    """Compare launch days after US contacts with other months.

    The comparison ends with the database of these contacts, so that all contacts are of one kind.
    """
    months = record_months.month_range(f"{FIRST_YEAR}-01", CONTACTS_TO)
    met = [c.month for c in record.current_record().contacts if c.kind == US_CONTACT]
    asked = record_months.month_range(f"{FIRST_YEAR - 1}-10", CONTACTS_TO)
    before = np.isin(asked, np.array(met, "datetime64[M]"))
    recent = np.lib.stride_tricks.sliding_window_view(before, 3).any(axis=1)[:-1]
    launched = record_months.launch_days_by_month(months)
    tally = np.array([launched * recent, recent, launched * ~recent, ~recent], float)
    by_year = _sum_by_group(tally, months.astype("datetime64[Y]").astype(int))
    ratio = _bootstrap(by_year, _rate_ratio)
    return Evidence(
        "Do talks hold tests back?",
        ("sanctions-bite", "patron"),
        (HistoryEstimate(f"launch days a month within three months of a US contact over other months, to "
                         f"{CONTACTS_TO}", ratio, "times"),),
        f"{_describe_ratio(ratio, 'launches', 'near contacts')} But contacts of these years are two spells, "
        f"{_years(met)}.",
    )  # fmt: skip


def threats() -> Evidence:
    """Say that the record cannot tell whether threats bring talks."""
    return Evidence(
        "Do threats bring talks?",
        ("coercion",),
        (),
        "The record cannot say: it holds no series of threats, and one spell of talks, that of 2018, "
        "after a year of them. Pressure, a proven ICBM and offers came in the same months.",
    )


def attention() -> Evidence:
    """Compare launch days of the last two years of the record with those of the two before."""
    days, launched = _days()
    year = _year_of(days)
    halves = [launched[year + 1970 == y].sum() for y in (LAST_YEAR - 1, LAST_YEAR)]
    return Evidence(
        "Does a patron that pays mean fewer tests?",
        ("attention", "patron"),
        (),
        f"The record cannot say: {halves[0]:.0f} launch days in {LAST_YEAR - 1}, before Russia paid much, "
        f"and {halves[1]:.0f} in {LAST_YEAR}, as it began to, are two years.",
    )


def patrons() -> Evidence:
    """Say that the record cannot tell whether a patron replaces talks."""
    return Evidence(
        "Does a patron take the place of talks?",
        ("patron",),
        (),
        f"The record cannot say: after {CONTACTS_TO} it holds leaders' meetings only, those with Moscow "
        "and Beijing among them, and no series of what a patron gives.",
    )


def accidents() -> Evidence:
    """Say that the record holds no accidental war."""
    return Evidence(
        "Do wars start by accident?",
        ("accident",),
        (),
        "The record cannot say: it holds no false alarms and no incidents without deaths, and no "
        f"confrontation in the {LAST_YEAR - FIRST_YEAR + 1} years.",
    )


# --- the course of the years ---------------------------------------------------------------------------


def decade() -> tuple[HistoryEstimate, ...]:
    """Compare launch rates of 2018-23 with those of 2012-17."""
    days, launched = _days()
    late = _year_of(days) >= _year_of(days).mean()
    by_year = _sum_by_group(
        np.array([launched * late, late, launched * ~late, ~late], float), _year_of(days)
    )
    return (
        HistoryEstimate(
            "launch days in 2018-23 over those in 2012-17",
            _bootstrap(by_year, _rate_ratio),
            "times",
        ),
    )


def half_years() -> tuple[HistoryEstimate, ...]:
    """Compare launch days of successive half-years, and count those with three or more."""
    counts = (
        record_months.launch_days_by_month(
            record_months.month_range(f"{FIRST_YEAR}-01", f"{LAST_YEAR}-12")
        )
        .reshape(-1, 6)
        .sum(axis=1)
    )
    step = np.diff(counts)
    rises = np.column_stack([step > 0, step < 0, np.ones(step.size)]).astype(float)
    more = _bootstrap(rises, lambda t: (t[..., 0] - t[..., 1]) / t[..., 2])
    return (
        HistoryEstimate(
            "half-years with more launch days than the one before, less those with fewer", more, "%"
        ),
        HistoryEstimate(
            "half-years with three launch days or more",
            wilson_interval(float((counts >= 3).sum()), counts.size),
            "%",
        ),
    )


# --- how it is worked out ------------------------------------------------------------------------------


def same_month(launched: np.ndarray, held: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Return the two sums of a Mantel-Haenszel rate ratio, stratified by month, for each year.

    Parameters
    ----------
    launched, held : ndarray, shape (day,)
        Whether each day was a launch day; whether an exercise was under way.
    days : ndarray of datetime64[D], shape (day,)
        The days.

    Returns
    -------
    ndarray, shape (year, 2)
        Launch days in exercises and outside them, each weighted by the days on the other side.

    References
    ----------
    Mantel and Haenszel (1959), Journal of the National Cancer Institute 22.
    """
    month = days.astype("datetime64[M]").astype(int)
    tally = np.array([launched * held, held, launched * ~held, ~held], float)
    during, within, else_, without = _sum_by_group(tally, month).T
    sums = np.array([during * without, else_ * within]) / (within + without)
    return _sum_by_group(sums, np.unique(month) // 12)


def _days() -> tuple[np.ndarray, np.ndarray]:
    """Return every day of the years, and 1 for each launch day, else 0."""
    days = np.arange(f"{FIRST_YEAR}-01-01", f"{LAST_YEAR + 1}-01-01", dtype="datetime64[D]")
    return days, record.current_record().launch_days(days)


def _year_of(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[Y]").astype(int)


def _drilling(days: np.ndarray) -> np.ndarray:
    """Return whether an exercise with a weight was under way on each day, shape (day,)."""
    held = np.zeros(days.size, bool)
    for one in record.current_record().exercises:
        if one.held and one.weight:
            held |= (np.datetime64(one.start) <= days) & (days <= np.datetime64(one.end))
    return held


def _vetoed_dates() -> set[date]:
    vetoes = ("china_veto", "russia_veto")
    return {act.date for act in record.current_record().acts if act.action in vetoes}


def _sum_by_group(tally: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Sum `tally`, shape (what, case), by group; return shape (group, what)."""
    _, at = np.unique(group, return_inverse=True)
    return np.column_stack([np.bincount(at, row) for row in tally])


def _rate_ratio(tally: np.ndarray) -> np.ndarray:
    """Return the rate ratio of (events, time, other events, other time) on the last axis."""
    return tally[..., 0] * tally[..., 3] / (tally[..., 1] * tally[..., 2])


def _quotient(tally: np.ndarray) -> np.ndarray:
    return tally[..., 0] / tally[..., 1]


def _bootstrap(clusters: np.ndarray, value: Callable[[np.ndarray], np.ndarray]) -> Interval:
    """Return `value` of the sum over clusters with its 95 % bootstrap interval.

    clusters has the shape (cluster, what). The result is NaN where there is nothing to sum.
    """
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, max(len(clusters), 1), (BOOTSTRAP_DRAWS, len(clusters)))
    with np.errstate(divide="ignore", invalid="ignore"):
        again = value(clusters[drawn].sum(axis=1))
        found = value(clusters.sum(axis=0))
    told = again[np.isfinite(again)]
    low, high = np.percentile(told, (2.5, 97.5)) if told.size else (np.nan, np.nan)
    return Interval(found, np.asarray(low), np.asarray(high))


def _years(met: list[date]) -> str:
    """Return the years with a contact as words."""
    return " and ".join(str(y) for y in sorted({m.year for m in met if m.year >= FIRST_YEAR}))


def _describe_ratio(ratio: Interval, what: str, where: str) -> str:
    """Say whether a ratio differs from 1."""
    if not np.isfinite(ratio.value):
        return "There is nothing to compare."
    if ratio.low > 1:
        return f"More {what} {where}, by the interval."
    if ratio.high < 1:
        return f"Fewer {what} {where}, by the interval."
    return f"The interval includes 1: the record does not tell whether there are more or fewer {what} {where}."


def _number(value: float, per: str) -> str:
    if per == "%":
        return f"{localise_number(f'{100 * value:.0f}')} %"
    return localise_number(f"{value:.2g}")
