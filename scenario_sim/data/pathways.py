"""Read the pathways through which a change of policy travels, and what cutting them sets.

A pathway is a named part of the equations: the coefficients that carry one step to the next. The
data stand in `pathways.toml`, one entry for each pathway.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, NamedTuple

from scenario_sim.language import translate_fields

RISK_STEP = "risk"  # where every chain ends


class StepMeasure(NamedTuple):
    """Measure of a step: its words, an outcome, quantity or act, and the scale shown."""

    words: str
    what: str
    scale: float = 1.0


@translate_fields("name")
@dataclass(frozen=True)
class Step:
    """Quantity along a chain; the first of its measures that moves is shown."""

    id: str
    name: str
    measures: tuple[StepMeasure, ...]


@translate_fields("name", "words")
@dataclass(frozen=True)
class Pathway:
    """Part of the equations that leads from a lever or a step to a step.

    Attributes
    ----------
    id, name, words : str
        Identifier, title, and what happens, in one sentence.
    start, end, via : str
        Where it begins (a step or a lever), where it ends, and a step it passes, if any.
    cut : mapping of str to float
        The neutral value of each of its coefficients.
    settings : mapping of str to float
        Disputed settings that carry it, and the values without it.
    """

    id: str
    name: str
    words: str
    start: str
    end: str
    via: str = ""
    cut: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_lever(self) -> bool:
        """Return True if the pathway stands for its lever: cutting it puts the lever back."""
        return not self.cut and not self.settings


class Cut(NamedTuple):
    """Values that some cut pathways give to coefficients and to settings."""

    coefficients: dict[str, float]
    settings: dict[str, float]


def cut_values(names: Iterable[str]) -> Cut:
    """Return the values that these pathways have when cut; other names are left out.

    Examples
    --------
    >>> cut_values(["fear_makes_tests"]).coefficients
    {'testing_mood_alarm': 0.0}
    """
    cut = Cut({}, {})
    for name in sorted(set(names)):
        if pathway := PATHWAYS.get(name):
            cut.coefficients.update(pathway.cut)
            cut.settings.update(pathway.settings)
    return cut


def _pathway(row: Mapping[str, Any]) -> Pathway:
    neutral = row.get("neutral", {})
    return Pathway(
        id=row["id"],
        name=row["name"],
        words=row["words"],
        start=row["from"],
        end=row["to"],
        via=row.get("via", ""),
        cut={name: float(neutral.get(name, 0.0)) for name in row.get("coefficients", ())},
        settings={name: float(value) for name, value in row.get("settings", {}).items()},
    )


def _step(row: Mapping[str, Any]) -> Step:
    return Step(row["id"], row["name"], tuple(StepMeasure(*one) for one in row["measures"]))


_DATA = tomllib.loads(files("scenario_sim.data").joinpath("pathways.toml").read_text("utf-8"))
STEPS: Mapping[str, Step] = {row["id"]: _step(row) for row in _DATA["step"]}
PATHWAYS: Mapping[str, Pathway] = {row["id"]: _pathway(row) for row in _DATA["pathway"]}
