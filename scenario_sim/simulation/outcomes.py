"""Outcomes of a run, one number each. To add an outcome, add one entry to OUTCOMES."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario_sim.data.enums import Cause, Family, Rung
from scenario_sim.data.plugins import OwnOutcome
from scenario_sim.data.states import Action
from scenario_sim.language import translate_fields
from scenario_sim.model.measures import Measure, MeasuredRows, MeasuredWeek, RowLike
from scenario_sim.model.special_functions import exp
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.cycles import (
    CYCLES,
    NEAR_MISSES,
    count_cycles,
    count_near_misses,
    mean_cycle_weeks,
)
from scenario_sim.simulation.intervals import percentile_intervals, standard_error
from scenario_sim.simulation.recording import RecordedWeek, Recording

if TYPE_CHECKING:  # slow to import, and names and units do not need it
    import pandas as pd

Result = Callable[[Mapping[str, Any], Any], Any]
SIX_MONTHS_WEEKS = 26
HAZARDS = ("hazard_deliberate", "hazard_limited_attack", "hazard_incident", "hazard_false_alarm")


@translate_fields("meaning")
@dataclass(frozen=True)
class Outcome:
    """The name, unit and meaning of an outcome, and how it is measured.

    An outcome is NaN in runs that have none.

    Attributes
    ----------
    measure : Measure
        Rows that accumulate week by week; outcomes may share one.
    result : callable
        Computes the outcome, (runs,), from the rows after the last week and the number of weeks.
    low, high : float
        Bounds, in the outcome's unit.
    weight : str
        "hazard" weights runs by their hazard in a mean, as a share of the hazard needs.
    category : bool
        A category has labels and no mean.
    whole : bool
        True for an integer.
    window : str
        What a span of weeks after the start holds of it: "total" (its growth), "mean", "chance", or
        "last" (its value in the last week). Empty: it has no value in such a span.
    label : str
        A short heading, of plug-ins alone.
    own : OwnOutcome or None
        Its definition, if a plug-in brings it.
    """

    name: str
    unit: str
    meaning: str
    measure: Measure
    result: Result
    low: float = 0.0
    high: float = float("inf")
    weight: str = ""
    category: bool = False
    whole: bool = False
    window: str = "total"
    label: str = ""
    own: OwnOutcome | None = None


# --- measures ------------------------------------------------------------------------------------


def row_total(name: str) -> Measure:
    """Return the measure that adds up a recorded row: `<name>.total`."""
    total = f"{name}.total"
    return Measure({total: 0.0}, lambda week, before: {total: before[total] + week[name]})


def acts_total(name: str, counts: Callable[[Action], bool]) -> Measure:
    """Return the measure that counts acts whose action meets a condition: `<name>.total`."""
    total = f"{name}.total"

    def grow(week: MeasuredWeek, before: MeasuredRows) -> MeasuredRows:
        count = before[total]
        for action, (_, does) in week.cast.actions.items():
            if counts(does):
                count = count + week.did(action)
        return {total: count}

    return Measure({total: 0.0}, grow)


def last_value(name: str) -> Measure:
    """Return the measure that keeps a recorded row's last value: `<name>.last`."""
    return Measure({f"{name}.last": 0.0}, lambda week, before: {f"{name}.last": week[name]})


def _talks(week: MeasuredWeek, before: MeasuredRows) -> MeasuredRows:
    return {"talks.weeks": before["talks.weeks"] + (week["talks_stage"] >= 2)}


def _hazard(week: MeasuredWeek, before: MeasuredRows) -> MeasuredRows:
    return {f"{name}.total": before[f"{name}.total"] + week[name] for name in HAZARDS}


def _peak(week: MeasuredWeek, before: MeasuredRows) -> MeasuredRows:
    peak = np.maximum(before["rung.peak"], np.floor(week["tension"]))
    for action, (_, does) in week.cast.actions.items():
        peak = np.maximum(peak, week.did(action) * float(does.rung))
    return {"rung.peak": peak}


def _first_confrontation(week: MeasuredWeek, before: MeasuredRows) -> MeasuredRows:
    happened = before["confrontation.happened"] > 0
    drawn = week["confrontation_drawn"] > 0
    first = drawn & ~happened
    return {
        "confrontation.happened": (happened | drawn) * 1.0,
        "confrontation.week": np.where(first, week.number, before["confrontation.week"]),
        "confrontation.cause": np.where(
            first, week["confrontation_cause"], before["confrontation.cause"]
        ),
    }


def _icbm_tests(week: MeasuredWeek, before: MeasuredRows) -> MeasuredRows:
    launches = sum(
        week.did(action)
        for action, (_, does) in week.cast.actions.items()
        if "icbm_test" in does.signals
    )
    return {"icbm_tests.total": before["icbm_tests.total"] + launches - week["satellite"]}


def _new_weapon_soon(week: MeasuredWeek, before: MeasuredRows) -> MeasuredRows:
    flies = week["new_weapon"] * (week.number < SIX_MONTHS_WEEKS)
    return {"new_weapon.soon": np.maximum(before["new_weapon.soon"], flies)}


ICBM_TESTS = Measure({"icbm_tests.total": 0.0}, _icbm_tests)
NEW_WEAPON_SOON = Measure({"new_weapon.soon": 0.0}, _new_weapon_soon)
TALKS = Measure({"talks.weeks": 0.0}, _talks)
HAZARD = Measure({f"{name}.total": 0.0 for name in HAZARDS}, _hazard)
PEAK = Measure({"rung.peak": 0.0}, _peak)
CONFRONTATION = Measure(
    {"confrontation.happened": 0.0, "confrontation.week": 0.0, "confrontation.cause": 0.0},
    _first_confrontation,
)


def _result(row: str) -> Result:
    return lambda rows, weeks: rows[row]


def _total(name: str) -> tuple[Measure, Result]:
    return row_total(name), _result(f"{name}.total")


def _mean(name: str) -> tuple[Measure, Result]:
    return row_total(name), lambda rows, weeks: rows[f"{name}.total"] / weeks


def _last(name: str) -> tuple[Measure, Result]:
    return last_value(name), _result(f"{name}.last")


def _acts(name: str, counts: Callable[[Action], bool]) -> tuple[Measure, Result]:
    return acts_total(name, counts), _result(f"{name}.total")


def _total_hazard(rows: MeasuredRows) -> RowLike:
    total = 0.0
    for name in HAZARDS:
        total = total + rows[f"{name}.total"]
    return total


def _risk(rows: MeasuredRows, weeks: RowLike) -> RowLike:
    return 1.0 - exp(-_total_hazard(rows))  # our own exp: the same bits on every processor


def _inadvertent_share(rows: MeasuredRows, weeks: RowLike) -> RowLike:
    unmeant = rows["hazard_incident.total"] + rows["hazard_false_alarm.total"]
    return unmeant / _total_hazard(rows)


def _confronted(rows: MeasuredRows, weeks: RowLike) -> RowLike:
    return rows["confrontation.happened"]


def _confrontation_week(rows: MeasuredRows, weeks: RowLike) -> RowLike:
    return np.where(rows["confrontation.happened"] > 0, rows["confrontation.week"], np.nan)


def _confrontation_cause(rows: MeasuredRows, weeks: RowLike) -> RowLike:
    return rows["confrontation.cause"]


def _peak_rung(rows: MeasuredRows, weeks: RowLike) -> RowLike:
    happened = rows["confrontation.happened"] > 0
    return np.where(happened, float(Rung.DIRECT_CONFRONTATION), rows["rung.peak"])


OUTCOMES = (
    Outcome("launch_days", "days", "Days with a missile launch.", *_total("launch_days")),
    Outcome("icbm_tests", "tests", "ICBM tests.", ICBM_TESTS, _result("icbm_tests.total")),
    Outcome("satellite_launches", "launches", "Launches of satellites, which fly like ICBMs.",
            *_total("satellite")),
    Outcome("new_weapons", "designs", "New designs that fly for the first time.",
            *_total("new_weapon")),
    Outcome("new_weapon_in_six_months", "0/1", "Whether a new design flies in the first 26 weeks.",
            NEW_WEAPON_SOON, _result("new_weapon.soon"), high=1, whole=True),
    Outcome("nuclear_tests", "tests", "Nuclear tests.",
            *_acts("nuclear_tests", lambda a: "nuclear_test" in a.signals)),
    Outcome("provocations", "acts", "Provocations by any state.",
            *_acts("provocations", lambda a: a.family == Family.PROVOCATION)),
    Outcome("sanctions", "acts", "Designations and Council drafts.",
            *_acts("sanctions", lambda a: a.family == Family.SANCTION)),
    Outcome("exercises", "acts", "Weeks of exercises, deployments and drills.",
            *_acts("exercises", lambda a: a.family == Family.EXERCISE)),
    Outcome("diplomacy", "acts", "Conciliatory diplomacy by any state.",
            *_acts("diplomacy", lambda a: a.family == Family.DIPLOMACY and a.polarity > 0)),
    Outcome("resolutions", "resolutions", "Security Council resolutions passed.",
            *_total("resolution")),
    Outcome("vetoes", "drafts", "Security Council drafts vetoed.", *_total("veto")),
    Outcome("incidents", "incidents", "Armed incidents nobody ordered.", *_total("incident")),
    Outcome("talks_weeks", "weeks", "Weeks of talks or a deal.", TALKS, _result("talks.weeks")),
    Outcome("nuclear_debate", "weeks", "Weeks in which Seoul debates nuclear weapons of its own; 0 unless "
            "`beliefs` is on.", *_total("nuclear_debate")),
    Outcome("revenue_musd", "$m", "North Korea's income.", *_total("revenue")),
    Outcome("cyber_musd", "$m", "The part of it that was stolen online.", *_total("cyber_theft")),
    Outcome("mean_tension", "rungs", "Mean tension.", *_mean("tension"), high=7.99,
            window="mean"),
    Outcome("civilian_pain", "share", "Mean income loss that reaches civilians.",
            *_mean("civilian_pain"), high=1, window="mean"),
    Outcome("icbm_stock", "missiles", "ICBMs in the field in the last week.", *_last("icbm_stock"),
            window="last"),
    Outcome("reach", "index", "How surely an ICBM reaches the United States after defence, in the last "
            "week.", *_last("reach"), high=1, window="last"),
    Outcome("peak_rung", "rung", "Highest rung of any act or of tension; 8 if confrontation is "
            "drawn.", PEAK, _peak_rung, high=8, whole=True, window=""),
    Outcome("cycles", "cycles", "Escalation cycles: rises of tension by a rung or more.",
            CYCLES, count_cycles, whole=True, window=""),
    Outcome("cycle_weeks", "weeks", "Mean length of the cycles that came to their end.",
            CYCLES, mean_cycle_weeks, window=""),
    Outcome("near_misses", "spells", "Spells of acute crisis or armed clash without confrontation.",
            NEAR_MISSES, count_near_misses, window=""),
    Outcome("confrontation_risk", "probability", "Chance of direct confrontation, from the "
            "hazards.", HAZARD, _risk, high=1, window="chance"),
    Outcome("inadvertent_share", "share", "Share of the hazard from incidents and false alarms.",
            HAZARD, _inadvertent_share, high=1, weight="hazard", window=""),
    Outcome("confrontation", "0/1", "Whether confrontation was drawn.", CONFRONTATION, _confronted,
            high=1, whole=True),
    Outcome("confrontation_week", "week", "The week of it.", CONFRONTATION, _confrontation_week,
            window=""),
    Outcome("confrontation_cause", "cause", "The road that led to it.", CONFRONTATION,
            _confrontation_cause, category=True, window=""),
)  # fmt: skip
OUTCOMES_BY_NAME = {outcome.name: outcome for outcome in OUTCOMES}
ABSOLUTE_RISKS = ("confrontation_risk", "confrontation")  # their level is a prior: one digit
MAX_OBSERVED_RISK = 0.5  # a risk above it lies outside any observed range
SUMMARY_COLUMNS = ("mean", "p5", "p95", "mcse", "p5_low", "p5_high", "p95_low", "p95_high")
CAUSE_LABELS = [cause.label for cause in Cause if cause is not Cause.NONE]


def measures_of(outcomes: Sequence[Outcome]) -> tuple[Measure, ...]:
    """Return the measures of some outcomes, each once."""
    return tuple(dict.fromkeys(outcome.measure for outcome in outcomes))


MEASURES = measures_of(OUTCOMES)


def measured_start(outcomes: Sequence[Outcome] = OUTCOMES) -> dict[str, float]:
    """Return the measured rows before the first week, by name."""
    return {name: value for one in measures_of(outcomes) for name, value in one.start.items()}


def outcomes_of(scenario: Scenario) -> tuple[Outcome, ...]:
    """Return the outcomes of a scenario's runs: those of the package, then those of its plug-ins.

    Examples
    --------
    >>> from scenario_sim import load_scenario
    >>> outcomes_of(load_scenario("status-quo"))[0].name
    'launch_days'
    """
    own = scenario.plugins
    return OUTCOMES + own.to_outcomes(own) if own.items else OUTCOMES


def outcome_columns(
    rows: Mapping[str, np.ndarray], weeks: int, outcomes: Sequence[Outcome] = OUTCOMES
) -> dict[str, np.ndarray]:
    """Return outcomes by name, (runs,), from the measured rows after the last week.

    The cause of a confrontation is a code, 0 where there was none. Outcomes that a function of a
    plug-in makes are left out.
    """
    columns = {}
    for outcome in outcomes:
        if outcome.own and outcome.own.function:
            continue
        column = np.asarray(outcome.result(rows, float(weeks)), float)
        columns[outcome.name] = column.astype(int) if outcome.whole else column
    return columns


def outcome_table(
    columns: Mapping[str, np.ndarray], runs: np.ndarray | None = None
) -> pd.DataFrame:
    """Return a table with one row per run and one column per outcome.

    The cause is missing where there was no confrontation. runs: run ids, which name the rows;
    without them, rows are counted from 0.
    """
    import pandas as pd

    codes = columns["confrontation_cause"].astype(int) - 1
    causes = pd.Categorical.from_codes(codes, dtype=_causes())
    index = None if runs is None else pd.Index(runs, name="run")
    return pd.DataFrame(dict(columns) | {"confrontation_cause": causes}, index)


@cache
def _causes() -> pd.CategoricalDtype:
    """Return the type of the cause, made once: it takes as long as the kernel takes for a run."""
    import pandas as pd

    return pd.CategoricalDtype(CAUSE_LABELS)


def measured_rows(
    recording: Recording, outcomes: Sequence[Outcome] = OUTCOMES
) -> dict[str, np.ndarray]:
    """Return the measured rows after the last recorded week by name, (runs,)."""
    weeks, runs = recording.acts.shape[1:]
    rows = {name: np.full(runs, value) for name, value in measured_start(outcomes).items()}
    for number in range(weeks):
        week, before = RecordedWeek(recording, number), dict(rows)
        for one in measures_of(outcomes):
            after = one.grow(week, before)
            rows |= {name: np.asarray(value, float) for name, value in after.items()}
    return rows


def measure_outcomes(recording: Recording) -> pd.DataFrame:
    """Return the outcomes of recorded weeks, equal to those measured during the run."""
    return outcome_table(outcome_columns(measured_rows(recording), recording.acts.shape[1]))


def count_acts(recording: Recording, of: Callable[[Action], bool]) -> np.ndarray:
    """Return the number of acts in each run whose action satisfies `of`: (runs,)."""
    count = np.zeros(recording.acts.shape[2])
    for name, (_, action) in recording.cast.actions.items():
        if of(action):
            count += np.add.reduce(recording.did(name), axis=0, dtype=np.int16)
    return count


# --- over runs -----------------------------------------------------------------------------------


def run_weights(outcome: Outcome | None, table: pd.DataFrame) -> np.ndarray:
    """Return the weight of each run in the mean of an outcome: (runs,); equal for a plug-in's."""
    if outcome and outcome.weight == "hazard":
        hazards: np.ndarray = -np.log1p(
            -np.minimum(table["confrontation_risk"].to_numpy(), 1 - 1e-15)
        )
        return hazards
    return np.ones(len(table))


def summarise_outcomes(table: pd.DataFrame) -> pd.DataFrame:
    """Summarise a table of outcomes over runs, one row per outcome.

    Columns: `mean`; `p5` and `p95`, the 5th and 95th percentile; `mcse`, the standard error of the
    mean; and the ends of the 95 % intervals of both percentiles, such as `p5_low` and `p5_high`.
    Runs that lack an outcome are left out of its row. Values that do not
    exist are NaN. The cause is left out: see `count_causes`. Outcomes of plug-ins stand last.
    """
    import pandas as pd

    rows = {}
    own = (name for name in table if name not in OUTCOMES_BY_NAME)
    for name in (*OUTCOMES_BY_NAME, *own):
        outcome = OUTCOMES_BY_NAME.get(name)
        if outcome and outcome.category:
            continue
        values = table[name].to_numpy(float)
        weight = run_weights(outcome, table)[~np.isnan(values)]
        values = values[~np.isnan(values)]
        if not values.size:
            rows[name] = dict.fromkeys(SUMMARY_COLUMNS, np.nan)
            continue
        mean = np.average(values, weights=weight)
        quantiles = np.array(percentile_intervals(values, (5, 95)))  # (value or end, percentile)
        spread = weight / weight.mean() * (values - mean)
        mcse = float(standard_error(spread))
        figures = (mean, *quantiles[0], mcse, *quantiles[1:, 0], *quantiles[1:, 1])
        rows[name] = dict(zip(SUMMARY_COLUMNS, map(float, figures), strict=True))
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("outcome")


def count_causes(table: pd.DataFrame) -> dict[str, int]:
    """Return the number of runs with a confrontation by each road."""
    counts = table["confrontation_cause"].value_counts()
    return {cause: int(counts.get(cause, 0)) for cause in CAUSE_LABELS}
