"""Goals that a policy may be held to. To add a goal, add one entry to `goals.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from scenario_sim.language import translate_fields


@translate_fields("words")
@dataclass(frozen=True)
class Condition:
    """A limit on an outcome, as a share of the same outcome without the policy.

    Attributes
    ----------
    outcome : str
        An outcome of the model, or `deliberate_risk`.
    words : str
        What is measured, for a sentence.
    limit : float
        The share: 0.5 is half of the outcome without the policy.
    at_least : bool
        Whether the outcome must reach the limit; else it must not exceed it.
    """

    outcome: str
    words: str
    limit: float
    at_least: bool = False


@translate_fields("title", "words")
@dataclass(frozen=True)
class Goal:
    """Conditions that a policy meets all together.

    Attributes
    ----------
    id, title, words : str
    conditions : tuple of Condition
    levers : tuple of str
        Levers that a search for a better policy may move.
    """

    id: str
    title: str
    words: str
    conditions: tuple[Condition, ...]
    levers: tuple[str, ...]


def _goal(row: Mapping[str, Any]) -> Goal:
    conditions = tuple(map(_condition, row["conditions"]))
    return Goal(row["id"], row["title"], row["words"], conditions, tuple(row["levers"]))


def _condition(row: Mapping[str, Any]) -> Condition:
    at_least = "at_least" in row
    limit = float(row["at_least" if at_least else "at_most"])
    return Condition(row["outcome"], row["words"], limit, at_least)


_DATA = tomllib.loads(files("scenario_sim.data").joinpath("goals.toml").read_text("utf-8"))
GOALS: Mapping[str, Goal] = {row["id"]: _goal(row) for row in _DATA["goal"]}
