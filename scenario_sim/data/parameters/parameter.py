"""What a coefficient and a lever know about themselves."""

from __future__ import annotations

from dataclasses import dataclass

JUDGEMENT = "judgement"


@dataclass(frozen=True)
class Parameter:
    """A coefficient of a rule. `low` and `high` bound what a scenario may set and what a
    sensitivity study explores; `source` names the evidence, or says `judgement` out loud."""

    name: str
    default: float
    low: float
    high: float
    unit: str
    source: str
    help: str

    def __post_init__(self) -> None:
        if not self.low <= self.default <= self.high:
            raise AssertionError(f"{self.name}: {self.low} <= {self.default} <= {self.high}?")


@dataclass(frozen=True)
class Lever(Parameter):
    """Something a user may move, with dates. `symbol` is its name in the equations; `enters` says
    where it acts; `simple` levers are shown first; `anchors` are (value, words) to go by."""

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
