"""Score forecasts of each year by a model that was fitted without that year.

The model forecasts six months from every third month, under several candidate settings of the level and
the spread of the programme's drive. A year's months are scored under a pool of the candidates, weighted
by the likelihood of all other years. So the scores of a year owe nothing to that year but the hand-set
coefficients, which every version shares.

Two versions of the model are compared year by year: a mechanism should not lose by more than the
error of that difference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from scenario_sim.data.history import months as record_months
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.scenario import Scenario
from scenario_sim.validation import past_policies, scores
from scenario_sim.validation.baselines import BASELINES
from scenario_sim.validation.origins import (
    HORIZON_MONTHS,
    HORIZON_WEEKS,
    baseline_futures,
    check_months,
    first_monday,
    forecast_origins,
    model_futures,
    months_ahead,
)

FIRST_MONTH = "2013-01"
LAST_MONTH = "2023-12"
RUNS = 500  # futures at each origin
MIN_YEARS = 3  # two to fit on, one to score
# A half-year is one piece of evidence: its six months hang together, and two origins forecast each.
EVIDENCE_OVERLAP = 2 * HORIZON_MONTHS
MODEL = "model"
Edit = Callable[[Scenario], Scenario]


@dataclass(frozen=True)
class Candidate:
    """Settings that the fit weighs.

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
        levers = data.get("levers", {})
        data["levers"] = levers | {
            "programme_drive": scaled(levers.get("programme_drive", lever.default))
        }
        data["changes"] = [
            change | {"programme_drive": scaled(change["programme_drive"])}
            if "programme_drive" in change
            else change
            for change in data.get("changes", ())
        ]
        data["parameters"] = {**data.get("parameters", {}), "drive_spread": self.spread}
        return Scenario.model_validate(data)


CANDIDATES = tuple(
    Candidate(level, spread) for level in (0.6, 0.8, 1.0, 1.3, 1.7) for spread in (0.3, 0.6, 0.9)
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

    def cases(self, name: str, totals: bool = False) -> tuple[list[np.ndarray], np.ndarray]:
        """Return one forecaster's ensembles, (draws, case) by candidate, and what was seen, (case,)."""
        if totals:
            return [one.sum(axis=2).T for one in self.futures[name]], self.seen.sum(axis=1)
        flat = [one.transpose(1, 0, 2).reshape(one.shape[1], -1) for one in self.futures[name]]
        return flat, self.seen.ravel()

    @cached_property
    def years(self) -> np.ndarray:
        """The years that are left out in turn."""
        return np.unique(self._years(totals=False))

    @cached_property
    def _evidence(self) -> np.ndarray:
        """Log score of each month under each candidate, (candidate, case)."""
        futures, seen = self.cases(MODEL)
        return np.array([scores.log_score(one, seen) for one in futures])

    def weights(self, left_out: Collection[int]) -> np.ndarray:
        """Return the weight of each candidate, (candidate,): what all months of other years say.

        It is proportional to the likelihood of those months, each of `EVIDENCE_OVERLAP` cases counted once.
        """
        others = ~np.isin(self._years(totals=False)[:, 0], list(left_out))
        misfit = self._evidence[:, others].sum(axis=1) / EVIDENCE_OVERLAP
        weight = np.exp(misfit.min() - misfit)
        return np.asarray(weight / weight.sum())

    def by_year(self, name: str, rule: str, totals: bool = False) -> np.ndarray:
        """Return the mean score of each left-out year, (year,); a total belongs to its first year.

        The model's forecast pools the candidates by their weights. For a total that reaches into the next
        year, that year is left out of the weights as well.
        """
        futures, seen = self.cases(name, totals)
        touched = self._years(totals)
        found = []
        for year in self.years:
            mine = np.flatnonzero(touched[:, 0] == year)
            told = []
            for last in np.unique(touched[mine, 1]):
                here = mine[touched[mine, 1] == last]
                weights = self.weights({year, last}) if name == MODEL else np.ones(1)
                told.append(scores.RULES[rule](_pool(futures, weights, here), seen[here]))
            found.append(np.concatenate(told).mean())
        return np.array(found)

    def fitted(self, year: int) -> dict[str, float]:
        """Return the weighted mean of the candidates' settings where a year is left out."""
        weights = self.weights({year})
        level = np.exp(weights @ np.log([one.level for one in CANDIDATES]))
        spread = weights @ np.array([one.spread for one in CANDIDATES])
        return {"level": float(level), "spread": float(spread)}

    @cached_property
    def skill(self) -> dict[str, dict[str, float | None]]:
        """Return 1 minus the model's CRPS over each baseline's, with its 95 % t interval over years."""
        model = self.by_year(MODEL, "crps")
        told: dict[str, dict[str, float | None]] = {}
        for name in BASELINES:
            other = self.by_year(name, "crps")
            gain, error = scores.mean_and_error((other - model) / other.mean())
            told[name] = {"value": gain, "low": gain - error, "high": gain + error}
        return told

    def with_other(self, honest: Trial) -> str:
        """Return the badge: the verdict, and that of the same trial without hindsight."""
        return (
            f"{self.verdict} Where values that were coded with hindsight are held back for a year, "
            f"{scores.verdict_text(honest.skill)}"
        )

    @property
    def verdict(self) -> str:
        """Say how the model does against the base rate and against persistence: the badge."""
        return (
            "The model was tried on the past: on monthly launch days up to six months ahead, from "
            f"{len(self.origins)} origins, {self.origins[0]} to {self.origins[-1]}. For each year, the level "
            "and spread of the programme's drive were fitted on the other years. Policies and all else were "
            f"set by people who knew these years. So tried, {scores.verdict_text(self.skill)}"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the scores by forecaster and year as plain data."""
        return {
            "years": [int(year) for year in self.years],
            "fitted": [self.fitted(year) for year in self.years],
            "verdict": self.verdict if BASELINES.keys() <= self.futures.keys() else "",
            "scores": {
                name: {
                    f"{rule}{'_six_months' * totals}": self.by_year(name, rule, totals).tolist()
                    for rule in scores.RULES
                    for totals in (False, True)
                }
                for name in self.futures
            },
        }


def _pool(futures: Sequence[np.ndarray], weights: np.ndarray, cases: np.ndarray) -> np.ndarray:
    """Return an ensemble of some cases, with as many runs of each candidate as its weight says.

    Runs are taken from different places, because candidates share their random draws.
    """
    runs = len(futures[0])
    edges = np.round(np.append(0, np.cumsum(weights)) * runs).astype(int)
    return np.concatenate(
        [one[first:end, cases] for one, first, end in zip(futures, edges, edges[1:], strict=False)]
    )


def check_years(first: str, last: str, names: tuple[str, str] = ("first", "last")) -> None:
    """Raise ScenarioError for months that cannot be scored, or for too few years of them.

    `names` are those of the two values in the message.
    """
    check_months(first, last, names)
    years = int(last[:4]) - int(first[:4]) + 1
    if years < MIN_YEARS:
        text = f"leave {years} years; leaving one out takes {MIN_YEARS} or more"
        raise ScenarioError([Problem(f"{names[0]} {first} {names[1]} {last}", text)])


def run_trial(
    edit: Edit | None = None,
    first: str = FIRST_MONTH,
    last: str = LAST_MONTH,
    runs: int = RUNS,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    *,
    baselines: bool = True,
    hindsight: bool = True,
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
    hindsight : bool
        Whether levers coded with hindsight act at once; otherwise a year later.
    """
    origins = forecast_origins(first, last)
    known = [
        past_policies.policies_known_on(first_monday(o), HORIZON_WEEKS, hindsight) for o in origins
    ]
    known = [edit(scenario) for scenario in known] if edit else known
    steps = len(CANDIDATES) + len(origins) * baselines
    futures: dict[str, list[np.ndarray]] = {MODEL: []}
    for n, candidate in enumerate(CANDIDATES):
        scenarios = [candidate.apply(scenario) for scenario in known]
        futures[MODEL].append(model_futures(scenarios, origins, runs, seed))
        if progress:
            progress(n + 1, steps)
    others = []
    for n, origin in enumerate(origins if baselines else ()):
        others.append(baseline_futures(origin, runs, seed))
        if progress:
            progress(len(CANDIDATES) + n + 1, steps)
    for name in others[0] if others else ():
        futures[name] = [np.array([one[name] for one in others])]
    seen = np.array([record_months.launch_days_by_month(months_ahead(o)) for o in origins])
    return Trial(np.array(origins), seen, futures)
