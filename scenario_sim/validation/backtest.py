"""Score the model's past forecasts at rolling origins, beside five baselines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario_sim.data.history import months as record_months
from scenario_sim.simulation.display import DisplayedResult
from scenario_sim.validation import past_policies, scores
from scenario_sim.validation.bands import bands_text, judge_bands
from scenario_sim.validation.baselines import BASELINES
from scenario_sim.validation.mix import MixTrial
from scenario_sim.validation.origins import (
    HORIZON_WEEKS,
    ORIGIN_STEP_MONTHS,
    baseline_futures,
    check_months,
    first_monday,
    forecast_origins,
    futures_of_draws,
    model_futures_by_class,
    months_ahead,
    scorable_months,
)

if TYPE_CHECKING:  # slow to import
    import pandas as pd

MODEL = "model"
HAND_SET = "model_hand_set"  # beside the model with other coefficients
FITTED_TO = "2019-12"  # the last month that coefficients were fitted to: later ones test them
FIRST_MONTH = "2014-01"


@dataclass(frozen=True, repr=False)
class Forecast(DisplayedResult):
    """Hold the ensembles of all forecasters from one origin, shape (draws, month), and the truth."""

    origin: np.datetime64
    futures: dict[str, np.ndarray]
    seen: np.ndarray

    def _summary(self) -> list[str]:
        return [f"from {self.origin}, by {', '.join(self.futures)}; recorded {self.seen.tolist()}"]


@dataclass(frozen=True, repr=False)
class Backtest(DisplayedResult):
    """Hold the forecasts of a trial. Scores are means over months, or over six-month totals."""

    forecasts: tuple[Forecast, ...]
    mix: MixTrial | None = None  # the same launches by class of missile

    def _summary(self) -> list[str]:
        draws = len(self.forecasts[0].futures[MODEL])
        return [f"{len(self.forecasts)} origins, {draws:,} runs each", self.verdict]

    def _table(self) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame.from_dict(self.skill, orient="index").rename_axis("CRPS skill over")

    @property
    def forecasters(self) -> tuple[str, ...]:
        """Names of the forecasters, the model first."""
        return tuple(self.forecasts[0].futures)

    def cases(self, name: str, totals: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """Return one forecaster's ensemble, shape (draws, case), and what was seen, shape (case,).

        The cases are months by origin, or six-month totals.
        """
        if totals:
            futures = np.column_stack([f.futures[name].sum(axis=1) for f in self.forecasts])
            return futures, np.array([f.seen.sum() for f in self.forecasts])
        futures = np.concatenate([f.futures[name] for f in self.forecasts], axis=1)
        return futures, np.concatenate([f.seen for f in self.forecasts])

    def score(self, rule: Callable, totals: bool = False) -> dict[str, np.ndarray]:
        """Return each forecaster's mean score at each origin, shape (origin,)."""
        return {
            name: rule(*self.cases(name, totals)).reshape(len(self.forecasts), -1).mean(axis=1)
            for name in self.forecasters
        }

    @property
    def _years(self) -> np.ndarray:
        """Calendar year of each origin, (origin,)."""
        return np.array([str(f.origin)[:4] for f in self.forecasts])

    def _by_year(self, by_origin: np.ndarray) -> np.ndarray:
        """Return the mean over the origins of each calendar year, (year,)."""
        years = self._years
        return np.array([by_origin[years == year].mean() for year in np.unique(years)])

    @cached_property
    def skill(self) -> dict[str, dict[str, float | None]]:
        """Return 1 minus the model's CRPS over each baseline's, with its 95 % interval.

        The interval is Student's, over calendar years of origins, as neighbouring origins share months.
        `low` and `high` are None where origins lie in fewer than `scores.MIN_YEARS` years.
        """
        by_origin = self.score(scores.crps)
        return {
            name: scores.skill_over_years(by_origin[MODEL], by_origin[name], self._years)
            for name in BASELINES
        }

    @cached_property
    def skill_by_year(self) -> dict[str, dict[str, float]]:
        """Return the skill over each baseline in each calendar year of origins."""
        by_year = {name: self._by_year(s) for name, s in self.score(scores.crps).items()}
        years = sorted({str(f.origin)[:4] for f in self.forecasts})
        return {
            name: {
                year: float(1 - model / other)
                for year, model, other in zip(years, by_year[MODEL], by_year[name], strict=True)
            }
            for name in BASELINES
        }

    @property
    def verdict(self) -> str:
        """Say how the model does against the base rate and against persistence: the badge."""
        first, last = self.forecasts[0].origin, self.forecasts[-1].origin
        tried = (
            "Tried on the past, with policies coded in hindsight, on monthly launch days six months "
            f"ahead from {len(self.forecasts)} origins, {first} to {last}"
        )
        return f"{tried}, {scores.verdict_text(self.skill)}"

    @property
    def policies_note(self) -> str:
        """Say from how many origins no policies are coded; empty where they are coded for all."""
        coded_to = past_policies.last_coded_month()
        late = sum(f.origin > coded_to for f in self.forecasts)
        if not late:
            return ""
        return (
            f"Policies are coded to {coded_to}: {late} of {len(self.forecasts)} origins lie later, and "
            "from there the last coded policies are held."
        )

    @property
    def log_verdict(self) -> str:
        """Name the baselines ahead of the model by the log score, which punishes surprise more."""
        means = _means(self.score(scores.log_score))
        ahead = [n.replace("_", " ") for n in BASELINES if means[n] < means[MODEL]]
        return f"By the log score, ahead of the model: {', '.join(ahead) or 'none of them'}."

    def as_dict(self) -> dict[str, Any]:
        """Return all results as plain data."""
        futures, seen = self.cases(MODEL)
        totals, total_seen = self.cases(MODEL, totals=True)
        bands = {str(p): scores.coverage(futures, seen, p) for p in (50, 90)}
        by_years = judge_bands(totals, total_seen, self._years)
        total_bands = {str(p): scores.coverage(totals, total_seen, p) for p in (50, 90)}
        return {
            "origins": [str(f.origin) for f in self.forecasts],
            **{rule: _means(self.score(scores.RULES[rule])) for rule in scores.RULES},
            "skill": {name: told["value"] for name, told in self.skill.items()},
            "skill_interval": {n: [t["low"], t["high"]] for n, t in self.skill.items()},
            "skill_by_year": self.skill_by_year,
            "coverage": {percent: band[0] for percent, band in bands.items()},
            "coverage_interval": {percent: list(band[1:]) for percent, band in bands.items()},
            "own_coverage": {p: scores.own_coverage(futures, int(p)) for p in bands},
            "six_month_totals": {
                **{
                    rule: _means(self.score(scores.RULES[rule], totals=True))
                    for rule in scores.RULES
                },
                "own_coverage": {p: scores.own_coverage(totals, int(p)) for p in total_bands},
                "coverage": {percent: band[0] for percent, band in total_bands.items()},
                "coverage_interval": {percent: list(b[1:]) for percent, b in total_bands.items()},
                "band_by_years": by_years,
            },
            "bands_verdict": bands_text(by_years),
            **self._beside(),
            **({"mix": self.mix.as_dict()} if self.mix else {}),
            "pit": scores.pit(futures, seen),
            "reliability": scores.reliability(futures, seen),
            "policies_note": self.policies_note,
            "verdict": f"{self.verdict} {self.log_verdict}",
        }

    def _beside(self) -> dict[str, Any]:
        """Return the results of the hand-set coefficients, where others were tried.

        The hand-set coefficients were chosen with knowledge of all these months.
        """
        if HAND_SET not in self.forecasters:
            return {}
        alone = Backtest(
            tuple(
                replace(
                    f, futures={MODEL: f.futures[HAND_SET]} | {n: f.futures[n] for n in BASELINES}
                )
                for f in self.forecasts
            )
        )
        told = alone.as_dict()
        kept = ("skill", "skill_interval", "coverage", "coverage_interval")
        return {"hand_set_in_sample": {name: told[name] for name in kept}}


def run_backtest(
    first: str = FIRST_MONTH,
    last: str | None = None,
    runs: int = 1000,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    *,
    draws: Sequence[Mapping[str, float]] = (),
    step: int = ORIGIN_STEP_MONTHS,
    hindsight: bool = True,
) -> Backtest:
    """Forecast six months from every third month and return the trial. Deterministic.

    At each origin the model knows the policies in force and the record until then, from which it infers
    the programme's drive. The baselines know the counts until then.

    Parameters
    ----------
    first, last : str
        First and last month, "YYYY-MM", within `scorable_months`. By default to the last of these.
    runs : int
        Futures of each forecaster at each origin.
    seed : int
        Seed of the ensembles.
    progress : callable, optional
        Called with the steps done and their number.
    draws : sequence of mapping
        Coefficients, such as draws of a posterior, among which the runs are divided evenly. The
        hand-set coefficients are then scored beside them.
    step : int
        Months between origins. Forecasts of neighbouring origins share months.
    hindsight : bool
        Whether levers coded with hindsight act at once; otherwise a year later.

    Raises
    ------
    ScenarioError
        The record in use does not cover these months, or they are too few.
    """
    last = last or str(scorable_months()[1])
    check_months(first, last)
    when = forecast_origins(first, last, step)
    mondays = [first_monday(origin) for origin in when]
    known = [past_policies.policies_known_on(day, HORIZON_WEEKS, hindsight) for day in mondays]
    steps = len(when) + 1 + len(draws)
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done, steps)

    others = []
    for origin in when:
        others.append(baseline_futures(origin, runs, seed))
        tick()
    by_class = model_futures_by_class(known, when, runs, seed)
    models = {MODEL: by_class.sum(axis=0)}
    tick()
    if draws:
        models[HAND_SET] = models[MODEL]
        by_class = futures_of_draws(draws, known, when, runs, seed, tick)
        models[MODEL] = by_class.sum(axis=0)
    return Backtest(
        tuple(
            Forecast(
                origin,
                {name: futures[n] for name, futures in models.items()} | others[n],
                record_months.launch_days_by_month(months_ahead(origin)),
            )
            for n, origin in enumerate(when)
        ),
        MixTrial.of(by_class, when, seed),
    )


def _means(by_origin: dict[str, np.ndarray]) -> dict[str, float]:
    return {name: float(values.mean()) for name, values in by_origin.items()}
