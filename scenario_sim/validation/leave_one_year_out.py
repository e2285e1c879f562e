"""Score forecasts of each year by a model that was fitted without that year.

The model forecasts six months from every third month, under several candidate settings of its level
of testing. A year's months are scored under the candidate that does best on all other years. So the
scores of a year owe nothing to that year but the hand-set coefficients, which every version shares.

Two versions of the model are compared year by year: a mechanism should not lose by more than the
error of that difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np
from scipy.stats import t as student

from scenario_sim.data.history import months as record_months
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.branching import Branch, simulate_branches
from scenario_sim.validation import past_policies, scores
from scenario_sim.validation.backtest import (
    HORIZON_MONTHS,
    HORIZON_WEEKS,
    check_months,
    forecast_origins,
    record_before,
)
from scenario_sim.validation.baselines import BASELINES

FIRST_MONTH = "2013-01"
LAST_MONTH = "2023-12"
RUNS = 500  # futures at each origin
MIN_YEARS = 3  # two to fit on, one to score
MODEL = "model"
RULES: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "crps": scores.crps,
    "log_score": scores.log_score,
}
Edit = Callable[[Scenario], Scenario]


@dataclass(frozen=True)
class Candidate:
    """Settings among which the fit chooses.

    Attributes
    ----------
    level : float
        Factor on the level to which the programme's drive reverts.
    spread : float
        Spread of the log drive about that level.
    """

    level: float
    spread: float

    def apply(self, scenario: Scenario) -> Scenario:
        """Return the scenario under these settings."""
        lever = SETTINGS["programme_drive"]

        def scaled(value: float) -> float:
            return min(max(value * self.level, lever.low), lever.high)

        data = scenario.as_dict()
        levers = data["levers"]
        levers["programme_drive"] = scaled(levers.get("programme_drive", lever.default))
        data["changes"] = [
            change | {"programme_drive": scaled(change["programme_drive"])}
            if "programme_drive" in change
            else change
            for change in data["changes"]
        ]
        data["parameters"] = {**data.get("parameters", {}), "drive_spread": self.spread}
        return Scenario.model_validate(data)


CANDIDATES = tuple(
    Candidate(level, spread) for level in (0.7, 1.0, 1.4) for spread in (0.4, 0.6, 0.8)
)


@dataclass(frozen=True)
class Trial:
    """Forecasts from all origins, by forecaster.

    Attributes
    ----------
    origins : ndarray of datetime64[M]
    seen : ndarray, shape (origin, month ahead)
        Launch days on record.
    futures : mapping of str to list of ndarray, shape (origin, draws, month ahead)
        One array for each candidate; a baseline has one.
    """

    origins: np.ndarray
    seen: np.ndarray
    futures: Mapping[str, Sequence[np.ndarray]]

    def _years(self, totals: bool) -> np.ndarray:
        """Return the first and the last year of each case, (case, 2)."""
        first = self.origins[:, None] + np.arange(HORIZON_MONTHS)
        if totals:
            first = first[:, [0, -1]]
        else:
            first = np.stack([first.ravel()] * 2, axis=1)
        return first.astype("datetime64[Y]").astype(int) + 1970

    def by_case(self, name: str, rule: str, totals: bool = False) -> np.ndarray:
        """Return the score of each case under each candidate, (candidate, case)."""
        rows = []
        for futures in self.futures[name]:
            if totals:
                rows.append(RULES[rule](futures.sum(axis=2).T, self.seen.sum(axis=1)))
            else:
                flat = futures.transpose(1, 0, 2).reshape(futures.shape[1], -1)
                rows.append(RULES[rule](flat, self.seen.ravel()))
        return np.array(rows)

    @cached_property
    def years(self) -> np.ndarray:
        """The years that are left out in turn."""
        return np.unique(self._years(totals=False))

    def by_year(self, name: str, rule: str, totals: bool = False) -> np.ndarray:
        """Return the mean score of each left-out year, (year,); a total belongs to its first year.

        The candidate of a year has the smallest mean CRPS of months in all other years. For a total
        that reaches into the next year, that year is left out of the fit as well.
        """
        months, of_month = self.by_case(name, "crps"), self._years(totals=False)[:, 0]
        cases, of_case = self.by_case(name, rule, totals), self._years(totals)
        found = []
        for year in self.years:
            mine = np.flatnonzero(of_case[:, 0] == year)
            left = [months[:, ~np.isin(of_month, of_case[n])].mean(axis=1) for n in mine]
            found.append(np.mean([cases[np.argmin(m), n] for m, n in zip(left, mine, strict=True)]))
        return np.array(found)

    def chosen(self) -> list[int]:
        """Return the candidate that is chosen for each year."""
        months, of_month = self.by_case(MODEL, "crps"), self._years(totals=False)[:, 0]
        return [int(np.argmin(months[:, of_month != year].mean(axis=1))) for year in self.years]

    def as_dict(self) -> dict[str, Any]:
        """Return the scores by forecaster and year as plain data."""
        return {
            "years": [int(year) for year in self.years],
            "chosen": [vars(CANDIDATES[n]) for n in self.chosen()],
            "scores": {
                name: {
                    f"{rule}{'_six_months' * totals}": self.by_year(name, rule, totals).tolist()
                    for rule in RULES
                    for totals in (False, True)
                }
                for name in self.futures
            },
        }


def check_years(first: str, last: str, names: tuple[str, str] = ("first", "last")) -> None:
    """Raise ScenarioError for months that cannot be scored, or for too few years of them.

    `names` are those of the two values in the message.
    """
    check_months(first, last, names)
    years = int(last[:4]) - int(first[:4]) + 1
    if years < MIN_YEARS:
        text = f"leave {years} years; leaving one out takes {MIN_YEARS} or more"
        raise ScenarioError([Problem(f"{names[0]} {first} {names[1]} {last}", text)])


def mean_and_error(by_year: np.ndarray) -> tuple[float, float]:
    """Return the mean over years, and the half-width of its 95 % t interval.

    Examples
    --------
    >>> mean_and_error(np.array([1.0, 1.0, 1.0]))
    (1.0, 0.0)
    """
    n = by_year.size
    error = by_year.std(ddof=1) / np.sqrt(n) * student.ppf(0.975, n - 1)
    return float(by_year.mean()), float(error)


def run_trial(
    edit: Edit | None = None,
    first: str = FIRST_MONTH,
    last: str = LAST_MONTH,
    runs: int = RUNS,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    *,
    baselines: bool = True,
) -> Trial:
    """Forecast from every origin under every candidate, and by the baselines. Deterministic.

    Parameters
    ----------
    edit : callable, optional
        Changes each scenario: another coefficient, lever, theory, or a mechanism switched off.
    first, last : str
        First and last month, "YYYY-MM".
    runs : int
        Futures of each forecaster at each origin.
    seed : int
        Seed of the ensembles. Two trials with one seed share their random draws.
    progress : callable, optional
        Called with the steps done and their number.
    baselines : bool
        Whether to score the baselines too.
    """
    origins = np.array(forecast_origins(first, last))
    ahead = [np.arange(o, o + HORIZON_MONTHS * record_months.MONTH) for o in origins]
    days = [month[0].astype("datetime64[D]").item() for month in ahead]
    mondays = [day - timedelta(days=day.weekday()) for day in days]
    known = [past_policies.policies_known_on(day, HORIZON_WEEKS) for day in mondays]
    known = [edit(scenario) for scenario in known] if edit else known
    steps = len(CANDIDATES) + len(BASELINES) * baselines
    futures: dict[str, list[np.ndarray]] = {MODEL: []}
    for n, candidate in enumerate(CANDIDATES):
        scenarios = [candidate.apply(scenario) for scenario in known]
        branches = [Branch(one, one.weeks - HORIZON_WEEKS) for one in scenarios]
        weekly = simulate_branches(scenarios[-1], branches, runs, seed)
        rng = np.random.default_rng(seed)
        futures[MODEL].append(
            np.array(
                [
                    record_months.simulated_launch_days(one["launch_days"], day, of, rng)
                    for one, day, of in zip(weekly, mondays, ahead, strict=True)
                ]
            )
        )
        if progress:
            progress(n + 1, steps)
    for n, (name, baseline) in enumerate(BASELINES.items() if baselines else ()):
        rng = np.random.default_rng([seed, n])
        drawn = [
            baseline(record_before(o), of, rng, runs) for o, of in zip(origins, ahead, strict=True)
        ]
        futures[name] = [np.array(drawn)]
        if progress:
            progress(len(CANDIDATES) + n + 1, steps)
    seen = np.array([record_months.launch_days_by_month(of) for of in ahead])
    return Trial(origins, seen, futures)
