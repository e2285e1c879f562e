"""Score the model's past forecasts at rolling origins, beside five baselines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario_sim.data.history import months as record_months
from scenario_sim.data.history import record
from scenario_sim.data.history.vocabulary import LAUNCHES
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.branching import Branch, simulate_branches
from scenario_sim.simulation.display import DisplayedResult
from scenario_sim.validation import past_policies, scores
from scenario_sim.validation.baselines import BASELINES

if TYPE_CHECKING:  # slow to import
    import pandas as pd

MODEL = "model"
HAND_SET = "model_hand_set"  # beside the model with other coefficients
FITTED_TO = "2019-12"  # the last month that coefficients were fitted to: later ones test them
HORIZON_MONTHS = 6  # months
ORIGIN_STEP_MONTHS = 3  # months between origins
HORIZON_WEEKS = 28  # weeks that hold six months, whatever the weekday they begin on
FIRST_MONTH = "2014-01"
MIN_YEARS = 3  # a t interval over two years says nothing
MONTH_PATTERN = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


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
    def years(self) -> int:
        """Number of calendar years with an origin."""
        return len({str(f.origin)[:4] for f in self.forecasts})

    def _by_year(self, by_origin: np.ndarray) -> np.ndarray:
        """Return the mean over the origins of each calendar year, (year,)."""
        years = np.array([str(f.origin)[:4] for f in self.forecasts])
        return np.array([by_origin[years == year].mean() for year in np.unique(years)])

    @cached_property
    def skill(self) -> dict[str, dict[str, float | None]]:
        """Return 1 minus the model's CRPS over each baseline's, with its 95 % interval.

        The interval is Student's, over calendar years of origins, as neighbouring origins share months.
        `low` and `high` are None where origins lie in fewer than `MIN_YEARS` years.
        """
        by_origin = self.score(scores.crps)
        told: dict[str, dict[str, float | None]] = {}
        for name in BASELINES:
            model, other = by_origin[MODEL], by_origin[name]
            value, low, high = float(1 - model.mean() / other.mean()), None, None
            if self.years >= MIN_YEARS:
                gain = self._by_year(other - model) / other.mean()
                _, error = scores.mean_and_error(gain)
                low, high = value - error, value + error
            told[name] = {"value": value, "low": low, "high": high}
        return told

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
        return f"{tried}, {verdict_text(self.skill)}"

    def band_by_years(self, percent: int = 90) -> dict[str, float | None]:
        """Return the share of six-month totals inside the central band, and the ends of its interval.

        The interval is Student's over calendar years of origins, at 95 %: totals of neighbouring origins
        share months, so that the cases of a year are no independent ones. `own` is the share of the
        model's own futures, which is what the band says. Ends are None in fewer than `MIN_YEARS` years.
        """
        totals, seen = self.cases(MODEL, totals=True)
        inside = scores.is_inside(totals, seen, percent).astype(float)
        own, low, high = scores.own_coverage(totals, percent), None, None
        if self.years >= MIN_YEARS:
            mean, error = scores.mean_and_error(self._by_year(inside))
            low, high = max(0.0, mean - error), min(1.0, mean + error)
        return {"value": float(inside.mean()), "low": low, "high": high, "own": own}

    @property
    def bands_verdict(self) -> str:
        """Say whether six-month bands hold what they say within sampling error."""
        told = self.band_by_years()
        value, low, high, own = (told[key] for key in ("value", "low", "high", "own"))
        held = f"Six-month bands of 90 % held {value:.0%} of the totals seen, and {own:.0%} of their own futures"
        if low is None or high is None or own is None:
            return f"{held}. Origins in fewer than {MIN_YEARS} years are too few for an interval."
        how = (
            "they hold what they say within sampling error"
            if low <= own <= high
            else "they hold less than they say, by more than sampling error"
            if high < own
            else "they hold more than they say, by more than sampling error"
        )
        return f"{held}: {how} (95 % interval over years {low:.0%} to {high:.0%})."

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
                "coverage_by_years": {p: self.band_by_years(int(p)) for p in total_bands},
            },
            "bands_verdict": self.bands_verdict,
            **self._beside(),
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


def verdict_text(skill: Mapping[str, Mapping[str, float | None]]) -> str:
    """Return "the model is ... the base rate, and ... persistence", no more than the intervals say.

    skill: value, low and high by baseline, as `Backtest.skill`.
    """
    said = []
    for name, words in (("climatology", "the base rate"), ("last_six_months", "persistence")):
        value, low, high = (skill[name][key] for key in ("value", "low", "high"))
        if value is None or low is None or high is None:
            return (
                f"the model has a CRPS skill of {skill['climatology']['value']:+.2f} against the base "
                f"rate and of {skill['last_six_months']['value']:+.2f} against persistence. Origins in "
                f"fewer than {MIN_YEARS} years are too few for an interval or a verdict."
            )
        how = "better than" if low > 0 else "worse than" if high < 0 else "no better than"
        said.append(
            f"{how} {words} (CRPS skill {value:+.2f}, 95 % interval {low:+.2f} to {high:+.2f})"
        )
    return f"the model is {said[0]} and {said[1]}."


def skill_text(told: Mapping[str, Any], name: str) -> str:
    """Return the skill against a baseline, with its 95 % interval if there is one.

    `told` comes from `Backtest.as_dict`.
    """
    low, high = told["skill_interval"][name]
    return f"{told['skill'][name]:+.2f}" + ("" if low is None else f" ({low:+.2f} to {high:+.2f})")


def coverage_text(told: Mapping[str, Any], percent: str) -> str:
    """Return the share inside a band with its 95 % interval, from `Backtest.as_dict`."""
    low, high = told["coverage_interval"][percent]
    return f"{told['coverage'][percent]:.0%} ({low:.0%} to {high:.0%})"


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
    models = {MODEL: model_futures(known, when, runs, seed)}
    tick()
    if draws:
        models[HAND_SET] = models[MODEL]
        per_draw = max(1, runs // len(draws))
        drawn = []
        for draw in draws:
            scenarios = [scenario.with_parameters(**draw) for scenario in known]
            drawn.append(model_futures(scenarios, when, per_draw, seed))
            tick()
        models = {MODEL: np.concatenate(drawn, axis=1), HAND_SET: models[HAND_SET]}
    return Backtest(
        tuple(
            Forecast(
                origin,
                {name: futures[n] for name, futures in models.items()} | others[n],
                record_months.launch_days_by_month(months_ahead(origin)),
            )
            for n, origin in enumerate(when)
        )
    )


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
    branches = [Branch(one, one.weeks - HORIZON_WEEKS) for one in scenarios]
    weekly = simulate_branches(scenarios[-1], branches, runs, seed)
    return np.array(
        [
            record_months.simulated_launch_days(
                one["launch_days"],
                first_monday(origin),
                months_ahead(origin),
                np.random.default_rng([seed, int(origin.astype(int))]),
            )
            for one, origin in zip(weekly, origins, strict=True)
        ]
    )


def record_before(origin: np.datetime64) -> np.ndarray:
    """Return the months before an origin that baselines may use: datetime64[M]."""
    return record_months.month_range(_first_month_known(), str(origin - record_months.MONTH))


def _first_month_known() -> str:
    """Return the month from which baselines count: 2000-01, or that of the first act if later."""
    covered = record.current_record()
    begins = min([act.date for act in covered.acts] + [covered.coverage.first])
    return max("2000-01", f"{begins:%Y-%m}")


def _means(by_origin: dict[str, np.ndarray]) -> dict[str, float]:
    return {name: float(values.mean()) for name, values in by_origin.items()}
