"""Outcomes: what a world came to, one number a run. One entry here is all an outcome needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenario_sim.cycles import mean_length, near_misses, number_of_cycles
from scenario_sim.sampling import percentiles, standard_error
from scenario_sim.trajectory import Recording
from scenario_sim.vocabulary import Cause, Family, Rung

if TYPE_CHECKING:  # slow to import, and names and units do not need it
    import pandas as pd

HAZARDS = ("hazard_deliberate", "hazard_limited_attack", "hazard_incident", "hazard_false_alarm")


@dataclass(frozen=True)
class Outcome:
    """name, unit, meaning and how a recording is measured: -> (runs,).

    `weight` names how runs are weighed in a mean: a share of the hazard counts as much as there
    is hazard. An outcome is NaN in runs that have none; a category has no mean.
    """

    name: str
    unit: str
    meaning: str
    measure: Callable[[Recording], np.ndarray]
    low: float = 0.0
    high: float = float("inf")
    weight: str = ""
    category: bool = False


# --- how a recording is measured ----------------------------------------------------------------


def total(rows: np.ndarray) -> np.ndarray:
    """Sum over weeks in double precision: (week, run) -> (run,). Week after week, so that a run
    alone is added in the same order as in a crowd."""
    sum_ = np.zeros(rows.shape[1])
    for row in rows:
        sum_ += row
    return sum_


def _sum(name: str):
    return lambda recording: total(recording[name])


def _mean(name: str):
    return lambda recording: total(recording[name]) / len(recording[name])


def _last(name: str):
    return lambda recording: recording[name][-1].astype(float)


def _weeks_with(name: str, least: float):
    return lambda recording: total(recording[name] >= least)


def acts_where(recording: Recording, of) -> np.ndarray:
    """Acts whose action satisfies `of`: (run,) counts."""
    count = np.zeros(recording.acts.shape[2])
    for name, (_, action) in recording.cast.actions.items():
        if of(action):
            count += np.add.reduce(recording.did(name), axis=0, dtype=np.int16)
    return count


def _acts(of):
    return lambda recording: acts_where(recording, of)


def _total_hazard(recording: Recording) -> np.ndarray:
    hazard = np.zeros(recording.table.shape[2])
    for name in HAZARDS:
        hazard += total(recording[name])
    return hazard


def _inadvertent_share(recording: Recording) -> np.ndarray:
    unmeant = total(recording["hazard_incident"]) + total(recording["hazard_false_alarm"])
    return unmeant / _total_hazard(recording)


def _first_confrontation(recording: Recording) -> tuple[np.ndarray, np.ndarray]:
    drawn = recording["confrontation_drawn"] > 0
    return drawn.any(axis=0), drawn.argmax(axis=0)


def _confrontation_week(recording: Recording) -> np.ndarray:
    happened, week = _first_confrontation(recording)
    return np.where(happened, week, np.nan)


def _confrontation_cause(recording: Recording) -> np.ndarray:
    happened, week = _first_confrontation(recording)
    cause = recording["confrontation_cause"][week, np.arange(week.size)]
    return np.where(happened, cause, Cause.NONE).astype(int)


def _peak_rung(recording: Recording) -> np.ndarray:
    peak = np.floor(recording["tension"].max(axis=0)).astype(int)
    for name, (_, action) in recording.cast.actions.items():
        peak = np.maximum(peak, action.rung * recording.did(name).any(axis=0))
    happened, _ = _first_confrontation(recording)
    return np.where(happened, Rung.DIRECT_CONFRONTATION, peak)


OUTCOMES = (
    Outcome("launch_days", "days", "Days with a missile launch.",
            _sum("launch_days")),
    Outcome("icbm_tests", "tests", "ICBM tests and satellite launches.",
            _acts(lambda a: "icbm_test" in a.signals)),
    Outcome("nuclear_tests", "tests", "Nuclear tests.",
            _acts(lambda a: "nuclear_test" in a.signals)),
    Outcome("provocations", "acts", "Provocations by any state.",
            _acts(lambda a: a.family == Family.PROVOCATION)),
    Outcome("sanctions", "acts", "Designations and Council drafts.",
            _acts(lambda a: a.family == Family.SANCTION)),
    Outcome("exercises", "acts", "Weeks of exercises, deployments and drills.",
            _acts(lambda a: a.family == Family.EXERCISE)),
    Outcome("diplomacy", "acts", "Conciliatory diplomacy by any state.",
            _acts(lambda a: a.family == Family.DIPLOMACY and a.polarity > 0)),
    Outcome("resolutions", "resolutions", "Security Council resolutions passed.",
            _sum("resolution")),
    Outcome("vetoes", "drafts", "Security Council drafts vetoed.", _sum("veto")),
    Outcome("incidents", "incidents", "Armed incidents nobody ordered.", _sum("incident")),
    Outcome("talks_weeks", "weeks", "Weeks of talks or a deal.", _weeks_with("talks_stage", 2)),
    Outcome("revenue_musd", "$m", "North Korea's income.", _sum("revenue")),
    Outcome("cyber_musd", "$m", "The part of it that was stolen online.", _sum("cyber_theft")),
    Outcome("mean_tension", "rungs", "Mean tension.", _mean("tension"), high=7.99),
    Outcome("civilian_pain", "share", "Mean income loss that reaches civilians.",
            _mean("civilian_pain"), high=1),
    Outcome("icbm_stock", "missiles", "ICBMs in the field in the last week.", _last("icbm_stock")),
    Outcome("reach", "index", "Continental reach after defence in the last week.", _last("reach"),
            high=1),
    Outcome("peak_rung", "rung", "Highest rung of any act or of tension; 8 if confrontation is "
            "drawn.", _peak_rung, high=8),
    Outcome("cycles", "cycles", "Escalation cycles: rises of tension by a rung or more.",
            number_of_cycles),
    Outcome("cycle_weeks", "weeks", "Mean length of the cycles that came to their end.",
            mean_length),
    Outcome("near_misses", "spells", "Spells of acute crisis or armed clash without confrontation.",
            near_misses),
    Outcome("confrontation_risk", "probability", "Chance of direct confrontation, from the "
            "hazards.", lambda r: 1 - np.exp(-_total_hazard(r)), high=1),
    Outcome("inadvertent_share", "share", "Share of the hazard from incidents and false alarms.",
            _inadvertent_share, high=1, weight="hazard"),
    Outcome("confrontation", "0/1", "Whether confrontation was drawn.",
            lambda r: _first_confrontation(r)[0].astype(int), high=1),
    Outcome("confrontation_week", "week", "The week of it.", _confrontation_week),
    Outcome("confrontation_cause", "cause", "The road that led to it.", _confrontation_cause,
            category=True),
)  # fmt: skip
BY_NAME = {outcome.name: outcome for outcome in OUTCOMES}
SUMMARY = ("mean", "low", "high", "mcse", "low_from", "low_to", "high_from", "high_to")
CAUSES = [cause.label for cause in Cause if cause is not Cause.NONE]


def measure(recording: Recording) -> pd.DataFrame:
    """One row a run, one column an outcome; the week and the cause are missing where none was."""
    import pandas as pd

    columns = {outcome.name: outcome.measure(recording) for outcome in OUTCOMES}
    cause = pd.Categorical.from_codes(columns["confrontation_cause"] - 1, CAUSES)
    return pd.DataFrame(columns | {"confrontation_cause": cause})


# --- over runs -----------------------------------------------------------------------------------


def weights(outcome: Outcome, table: pd.DataFrame) -> np.ndarray:
    """How much each run counts in a mean: (runs,)."""
    if outcome.weight == "hazard":
        return -np.log1p(-np.minimum(table["confrontation_risk"].to_numpy(), 1 - 1e-15))
    return np.ones(len(table))


def summarise(table: pd.DataFrame) -> pd.DataFrame:
    """Mean over runs, 5th and 95th percentile, the Monte-Carlo error of the mean (its standard error),
    and the 95 % intervals of the percentiles.

    One row an outcome; the cause is left out (see `causes`). Where an outcome is missing in some
    runs, over the runs that have it; NaN where none has, or where one run has no error.
    """
    import pandas as pd

    rows = {}
    for outcome in OUTCOMES:
        if outcome.category:
            continue
        values = table[outcome.name].to_numpy(float)
        weight = weights(outcome, table)[~np.isnan(values)]
        values = values[~np.isnan(values)]
        if not values.size:
            rows[outcome.name] = dict.fromkeys(SUMMARY, np.nan)
            continue
        mean = np.average(values, weights=weight)
        found = np.array(percentiles(values, (5, 95)))  # (figure and its ends, percentile)
        spread = weight / weight.mean() * (values - mean)
        mcse = float(standard_error(spread))
        figures = (mean, *found[0], mcse, *found[1:, 0], *found[1:, 1])
        rows[outcome.name] = dict(zip(SUMMARY, map(float, figures), strict=True))
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("outcome")


def causes(table: pd.DataFrame) -> dict[str, int]:
    """How many runs came to a confrontation by each road."""
    counts = table["confrontation_cause"].value_counts()
    return {cause: int(counts.get(cause, 0)) for cause in CAUSES}
