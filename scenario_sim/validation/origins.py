"""Rolling origins: the months from which forecasts start, and the futures from each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from scenario_sim.data.history import months as record_months
from scenario_sim.data.history import record
from scenario_sim.data.history.vocabulary import LAUNCHES, LONG_RANGE, REGIONAL, SHORT_RANGE
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.branching import Branch, simulate_branches
from scenario_sim.simulation.recording import Recording
from scenario_sim.validation import past_policies
from scenario_sim.validation.baselines import BASELINES, climatology

HORIZON_MONTHS = 6  # months
ORIGIN_STEP_MONTHS = 3  # months between origins
HORIZON_WEEKS = 28  # weeks that hold six months, whatever the weekday they begin on
CLASSES = {  # of missiles by their action, the shortest range first
    SHORT_RANGE: "short range",
    REGIONAL: "regional range",
    LONG_RANGE: "ICBM or satellite",
}
MONTH_PATTERN = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def forecast_origins(first: str, last: str, step: int = ORIGIN_STEP_MONTHS) -> list[np.datetime64]:
    """Return every `step`-th month from `first` on whose six months end by `last`."""
    start, end = np.datetime64(first, "M"), np.datetime64(last, "M")
    return list(
        np.arange(
            start,
            end - (HORIZON_MONTHS - 2) * record_months.MONTH,
            step * record_months.MONTH,
        )
    )


def scorable_months() -> tuple[np.datetime64, np.datetime64]:
    """Return the first and the last month that the record in use lets score.

    A year of policies and of the record comes before the first; the record covers the last whole.
    """
    covered = record.current_record().coverage
    if not covered.has_acts(set(LAUNCHES)):
        text = "claims no complete missile tests (`complete`), so that no month can be scored"
        raise ScenarioError([Problem("coverage.toml", text)], "this record cannot be used")
    begin = max(covered.first, past_policies.first_coded_day())
    first = np.datetime64(begin + timedelta(days=365), "M")
    whole_from = np.datetime64(covered.first - timedelta(days=1), "M") + 13 * record_months.MONTH
    end = np.datetime64(covered.last, "D") + np.timedelta64(1, "D")
    return max(first, whole_from), end.astype("datetime64[M]") - record_months.MONTH


def check_months(first: str, last: str, names: tuple[str, str] = ("first", "last")) -> None:
    """Raise ScenarioError for months that the record in use does not cover, or for too few.

    Months that nobody recorded are missing and are never scored as zero. `names` are those of the
    two values in the message.
    """
    low, high = scorable_months()
    if high < low:
        text = f"covers no month from {low} on, where a year of it and of policies comes before"
        raise ScenarioError([Problem("the record in use", text)], "this trial cannot be run")
    takes = f"takes a month from {low} to {high}, which the record in use covers; such as {high}"
    problems = [
        Problem(name, f"{takes}; not {text}")
        for name, text in zip(names, (first, last), strict=True)
        if not MONTH_PATTERN.fullmatch(text) or not low <= np.datetime64(text, "M") <= high
    ]
    if not problems and not forecast_origins(first, last):
        text = f"leave no room for {HORIZON_MONTHS} months; let {names[1]} be later"
        problems.append(Problem(f"{names[0]} {first} {names[1]} {last}", text))
    if problems:
        raise ScenarioError(problems, "this trial cannot be run")


def months_ahead(origin: np.datetime64) -> np.ndarray:
    """Return the months that are forecast from an origin: datetime64[M]."""
    return np.arange(origin, origin + HORIZON_MONTHS * record_months.MONTH)


def first_monday(origin: np.datetime64) -> date:
    """Return the first day of the week that contains the first day of a month."""
    first: date = origin.astype("datetime64[D]").item()
    return first - timedelta(days=first.weekday())


def baseline_futures(origin: np.datetime64, runs: int, seed: int) -> dict[str, np.ndarray]:
    """Return each baseline's futures from an origin, shape (run, month), by name."""
    streams = np.random.SeedSequence([seed, int(origin.astype(int))]).spawn(len(BASELINES))
    return {
        name: baseline(
            record_before(origin), months_ahead(origin), np.random.default_rng(stream), runs
        )
        for (name, baseline), stream in zip(BASELINES.items(), streams, strict=True)
    }


def base_rate_by_class(origin: np.datetime64, runs: int, seed: int) -> np.ndarray:
    """Return futures of each class at the record's base rate, shape (class, run, month)."""
    streams = np.random.SeedSequence([seed, int(origin.astype(int)), len(CLASSES)]).spawn(
        len(CLASSES)
    )
    before, ahead = record_before(origin), months_ahead(origin)
    return np.array(
        [
            climatology(before, ahead, np.random.default_rng(stream), runs, action)
            for action, stream in zip(CLASSES, streams, strict=True)
        ]
    )


def model_futures(
    scenarios: Sequence[Scenario], origins: Sequence[np.datetime64], runs: int, seed: int
) -> np.ndarray:
    """Return futures of the model from each origin, shape (origin, run, month).

    Parameters
    ----------
    scenarios : sequence of Scenario
        Policies known at each origin, which end `HORIZON_WEEKS` after it. They share their past.
    origins : sequence of datetime64[M]
    runs, seed : int
    """
    return np.array(
        [
            record_months.simulated_launch_days(
                one["launch_days"], first_monday(origin), months_ahead(origin), _draws(seed, origin)
            )
            for one, origin in zip(_branches(scenarios, runs, seed), origins, strict=True)
        ]
    )


def model_futures_by_class(
    scenarios: Sequence[Scenario], origins: Sequence[np.datetime64], runs: int, seed: int
) -> np.ndarray:
    """Return the same futures class by class of missile, shape (class, origin, run, month).

    Classes are those of `CLASSES`, in their order. Their sum is what `model_futures` returns.
    """
    found = [
        record_months.simulated_launch_days_by_class(
            one["launch_days"],
            [one.did(action) for action in CLASSES],
            first_monday(origin),
            months_ahead(origin),
            _draws(seed, origin),
        )
        for one, origin in zip(_branches(scenarios, runs, seed), origins, strict=True)
    ]
    return np.stack(found, axis=1)


def futures_of_draws(
    draws: Sequence[Mapping[str, float]],
    known: Sequence[Scenario],
    when: Sequence[np.datetime64],
    runs: int,
    seed: int,
    tick: Callable[[], None],
) -> np.ndarray:
    """Return futures by class, (class, origin, run, month), the runs divided evenly among draws."""
    per_draw = max(1, runs // len(draws))
    found = []
    for draw in draws:
        scenarios = [scenario.with_parameters(**draw) for scenario in known]
        found.append(model_futures_by_class(scenarios, when, per_draw, seed))
        tick()
    return np.concatenate(found, axis=2)


def _branches(scenarios: Sequence[Scenario], runs: int, seed: int) -> list[Recording]:
    """Return the weeks after each origin."""
    branches = [Branch(one, one.weeks - HORIZON_WEEKS) for one in scenarios]
    return simulate_branches(scenarios[-1], branches, runs, seed)


def _draws(seed: int, origin: np.datetime64) -> np.random.Generator:
    """Return the generator that divides the weeks of an origin among months."""
    return np.random.default_rng([seed, int(origin.astype(int))])


def record_before(origin: np.datetime64) -> np.ndarray:
    """Return the months before an origin that baselines may use: datetime64[M]."""
    return record_months.month_range(_first_month_known(), str(origin - record_months.MONTH))


def _first_month_known() -> str:
    """Return the month from which baselines count: 2000-01, or that of the first act if later."""
    covered = record.current_record()
    begins = min([act.date for act in covered.acts] + [covered.coverage.first])
    return max("2000-01", f"{begins:%Y-%m}")
