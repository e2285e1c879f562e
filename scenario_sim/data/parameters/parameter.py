"""Describe a coefficient and a lever: default, range, unit, source."""

from __future__ import annotations

from dataclasses import dataclass

from scenario_sim.language import translate_fields

JUDGEMENT = "judgement"


@translate_fields("unit", "source", "help", "phrase")
@dataclass(frozen=True)
class Parameter:
    """Coefficient of an equation.

    `low` and `high` bound what a scenario may set and what a sensitivity study explores. `source`
    names the evidence, or is `judgement`. `phrase` names it in a sentence where it is among the inputs
    on which published results depend most (docs/sensitivity.md); it is empty elsewhere.
    """

    name: str
    default: float
    low: float
    high: float
    unit: str
    source: str
    help: str
    phrase: str = ""

    def __post_init__(self) -> None:
        if not self.low <= self.default <= self.high:
            raise AssertionError(f"{self.name}: {self.low} <= {self.default} <= {self.high}?")


@translate_fields("label", "enters", "low_means", "high_means", "anchors")
@dataclass(frozen=True)
class Lever(Parameter):
    """Setting that a user can move, at the start or from a date on.

    Attributes
    ----------
    symbol : str
        Symbol in the equations.
    enters : str
        Where it acts, in words.
    simple : bool
        Whether the page shows it first.
    low_means, high_means : str
        Meaning of both ends of the range.
    anchors : tuple of (float, str)
        Reference values and their meaning, in rising order.
    """

    label: str = ""
    symbol: str = ""
    enters: str = ""
    simple: bool = False
    low_means: str = ""
    high_means: str = ""
    anchors: tuple[tuple[float, str], ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        values = [value for value, _ in self.anchors]
        if values != sorted(set(values)) or not all(self.low <= v <= self.high for v in values):
            raise AssertionError(f"{self.name}: anchors rise, from {self.low} to {self.high}")
