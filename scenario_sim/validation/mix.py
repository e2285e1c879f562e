"""Score the mix of launches: launch days of each class of missile, and the class of a launch day.

The trial of all launch days cannot tell a short-range rocket from an ICBM. Here each class is forecast
beside its own base rate, and so is the class of the launch days that came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenario_sim.data.history import months as record_months
from scenario_sim.validation import scores
from scenario_sim.validation.origins import CLASSES, base_rate_by_class, months_ahead

RECORD, MODEL, BASE_RATE = "record", "model", "climatology"


@dataclass(frozen=True)
class MixTrial:
    """Forecasts of launch days by class from each origin, and what came.

    Attributes
    ----------
    years : ndarray of str, shape (origin,)
        Calendar year of each origin.
    seen : ndarray, shape (class, origin, month)
        Launch days on record, by the classes of `CLASSES`.
    futures : mapping of str to ndarray, shape (class, origin, draws, month)
        The model's, and the base rate's.
    """

    years: np.ndarray
    seen: np.ndarray
    futures: Mapping[str, np.ndarray]

    @classmethod
    def of(cls, model: np.ndarray, origins: Sequence[np.datetime64], seed: int) -> MixTrial:
        """Return the trial of the model's futures, (class, origin, draws, month)."""
        draws = model.shape[2]
        base_rate = np.stack([base_rate_by_class(o, draws, seed) for o in origins], axis=1)
        seen = [
            [record_months.launch_days_by_month(months_ahead(o), action) for o in origins]
            for action in CLASSES
        ]
        years = np.array([str(origin)[:4] for origin in origins])
        return cls(years, np.array(seen), {MODEL: model, BASE_RATE: base_rate})

    def crps(self, name: str, place: int, totals: bool = False) -> np.ndarray:
        """Return a forecaster's mean CRPS at each origin, (origin,), for one class.

        The cases are the months, or the total of six months.
        """
        futures, seen = self.futures[name][place], self.seen[place]
        if totals:
            return scores.crps(futures.sum(axis=2).T, seen.sum(axis=1))
        flat = futures.transpose(1, 0, 2).reshape(futures.shape[1], -1)
        return scores.crps(flat, seen.ravel()).reshape(seen.shape).mean(axis=1)

    def shares(self, name: str) -> np.ndarray:
        """Return the chance of each class for a launch day of the six months, (class, origin).

        Where a forecaster expects no launch day at all, every class has the same chance.
        """
        days = self.futures[name].sum(axis=(2, 3), dtype=float)
        total = days.sum(axis=0)
        return np.where(total > 0, days / np.maximum(total, 1), 1 / len(CLASSES))

    def class_scores(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the ranked probability score of each launch day that came, and its year."""
        found = [
            np.repeat(ranked_probability_scores(chances), days.sum(axis=1))
            for chances, days in zip(self.shares(name).T, self.seen.transpose(1, 0, 2), strict=True)
        ]
        return np.concatenate(found), np.repeat(self.years, [one.size for one in found])

    def as_dict(self) -> dict[str, Any]:
        """Return scores by class and of the mix as plain data."""
        (model, years), (other, _) = (self.class_scores(name) for name in (MODEL, BASE_RATE))
        told = {
            "classes": [self._class(n, words) for n, words in enumerate(CLASSES.values())],
            "launch_days": int(self.seen.sum()),
            "ranked_probability_score": {MODEL: _mean(model), BASE_RATE: _mean(other)},
            **_skill(model, other, years),
        }
        return told | {"verdict": mix_text(told)}

    def _class(self, place: int, words: str) -> dict[str, Any]:
        """Return the shares and the scores of one class."""
        days = {RECORD: self.seen} | dict(self.futures)
        return {
            "launches": words,
            "shares": {
                name: float(found[place].sum() / max(found.sum(), 1))
                for name, found in days.items()
            },
            **self._crps_and_skill(place),
            "six_month_totals": self._crps_and_skill(place, totals=True),
        }

    def _crps_and_skill(self, place: int, totals: bool = False) -> dict[str, Any]:
        model, other = (self.crps(name, place, totals) for name in (MODEL, BASE_RATE))
        crps = {MODEL: float(model.mean()), BASE_RATE: float(other.mean())}
        return {"crps": crps, **_skill(model, other, self.years)}


def ranked_probability_scores(chances: np.ndarray) -> np.ndarray:
    """Return the ranked probability score of each class, if that class comes; 0 is best, 1 worst.

    Classes are ordered by range, so a class that is missed by one step costs less than by two.

    Parameters
    ----------
    chances : ndarray, shape (class,)
        Chance of each class; they sum to 1.

    Returns
    -------
    ndarray, shape (class,)

    References
    ----------
    Epstein (1969), Journal of Applied Meteorology 8.

    Examples
    --------
    >>> ranked_probability_scores(np.array([1.0, 0.0, 0.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    below = np.cumsum(chances)[:-1]
    came = np.triu(np.ones((chances.size, chances.size)))[:, :-1]
    return np.asarray(((below - came) ** 2).mean(axis=1))


def mix_text(told: Mapping[str, Any]) -> str:
    """Say how the model does on each class and on the mix, no more than the intervals say.

    told: `classes`, `skill` and `skill_interval`, as `MixTrial.as_dict` returns them.
    """
    said = [_judged(one, f" on {one['launches']} (CRPS") for one in told["classes"]]
    return (
        "Class by class, on monthly launch days against the base rate of each class, the model is "
        f"{', '.join(said[:-1])} and {said[-1]}. "
        f"On the class of a launch day it is {_judged(told, ' than the base rate (RPS', ' (RPS')}."
    )


def mix_rows(told: Mapping[str, Any]) -> list[list[str]]:
    """Return the scores of `MixTrial.as_dict` as a table of text, its heads first."""
    heads = ["launch days", "seen", "model", "base rate", "CRPS", "base rate's", "skill (95 %)"]
    rows = [[*heads, "six-month skill"]]
    for one in told["classes"]:
        shares = (f"{one['shares'][name]:.0%}" for name in (RECORD, MODEL, BASE_RATE))
        crps = (f"{one['crps'][name]:.3f}" for name in (MODEL, BASE_RATE))
        skills = (_skill_words(part) for part in (one, one["six_month_totals"]))
        rows.append([one["launches"], *shares, *crps, *skills])
    return rows


def _skill_words(told: Mapping[str, Any]) -> str:
    """Return a skill with its interval, as far as there are any."""
    value, (low, high) = told["skill"], told["skill_interval"]
    if value is None:
        return "none came"
    return f"{value:+.2f}" + ("" if low is None else f" ({low:+.2f} to {high:+.2f})")


def _judged(told: Mapping[str, Any], what: str, unjudged: str = "") -> str:
    """Return better, worse or no better, then `what` and the skill; or that it is not judged.

    unjudged: stands in the place of `what` there, where `what` compares.
    """
    value, (low, high) = told["skill"], told["skill_interval"]
    if low is None or high is None:
        few = "none came" if value is None else f"skill {value:+.2f}, too few years"
        return f"not judged{unjudged or what} {few})"
    return (
        f"{scores.compared(low, high)}{what} skill {value:+.2f}, 95 % interval {low:+.2f} to "
        f"{high:+.2f})"
    )


def _skill(model: np.ndarray, other: np.ndarray, years: np.ndarray) -> dict[str, Any]:
    """Return skill and interval as plain data; both are None where there is no case."""
    none = {"value": None, "low": None, "high": None}
    told = scores.skill_over_years(model, other, years) if model.size else none
    return {"skill": told["value"], "skill_interval": [told["low"], told["high"]]}


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if values.size else None
