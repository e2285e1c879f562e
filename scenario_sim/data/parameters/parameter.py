"""Describe a coefficient and a lever: default, range, unit, source."""

from __future__ import annotations

from dataclasses import dataclass

from scenario_sim.language import translate_fields

JUDGEMENT = "judgement"
# How a sentence names the coefficients on which answers of lessons rest.
PHRASES = {
    "limited_attack_deterrence": "how much deterrence keeps North Korea from an attack",
    "dprk_threat_exercises": "how much drills frighten North Korea",
    "dprk_threat_deployments": "how much bombers and carriers frighten North Korea",
    "testing_mood_exercises": "how much drills add to the wish to test",
    "testing_mood_money": "how much money adds to the wish to test",
    "talks_appeal_engagement": "how much an offer draws North Korea to talks",
    "talks_appeal_demand": "how much a large demand keeps North Korea from talks",
    "leak_china": "how much leaks where China looks away",
    "programme_share": "how much of the income goes to weapons",
    "china_forbearance_rivalry": "how much rivalry makes China veto",
    "russia_forbearance_support": "how much its tie to North Korea makes Russia veto",
    "cover_russia": "how much cover Russia gives",
    "act_base": "how often a false alarm ends in an attack",
    "act_time_scale": "how much time to decide makes an attack less likely",
    "act_hotline": "how much a hotline keeps an alarm from ending in an attack",
    "act_posture": "how much automatic orders add to that risk",
    "spread_base": "how often an incident spreads",
    "spread_hotline": "how much a hotline keeps an incident from spreading",
    "icbm_production": "how fast tested ICBMs reach the field",
    "short_range_test_talks": "how much talks keep North Korea from short-range tests",
    "belief_bluff": "how much a hollow ultimatum says",
    "belief_test": "how much a test says to those whom it can reach",
    "belief_drill": "how much a drill says, held or left out",
    "belief_decoupling": "how much South Korea doubts an ally whom an ICBM can reach",
    "debate_threshold": "how little trust it takes until South Korea debates its own weapon",
}


@translate_fields("unit", "source", "help", "phrase")
@dataclass(frozen=True)
class Parameter:
    """Coefficient of an equation.

    `low` and `high` bound what a scenario may set and what a sensitivity study explores. `source`
    names the evidence, or is `judgement`. `phrase` names it in a sentence. Only the inputs on which
    published results depend most (docs/sensitivity.md), or on which a lesson rests, have one.
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
