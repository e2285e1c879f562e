"""Say what an act of a run was: one weapon, one kind of attack, never "this or that".

The model decides what a missile test flies. Other acts take one of the forms in the state's file, by
a draw that changes nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from scenario_sim.data.enums import SATELLITE_LAUNCHER
from scenario_sim.data.history.vocabulary import SATELLITE
from scenario_sim.data.states.schema import Action, Form
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.schedule import recorded_kinds
from scenario_sim.simulation.recording import Recording

# Abstract types, as a newspaper names them, by their code in the conditions `..._design`.
REGIONAL_TYPES = (
    "liquid-fuel missile",
    "solid-fuel missile",
    "submarine-launched missile",
    "hypersonic glider",
)
LONG_RANGE_TYPES = ("liquid-fuel ICBM", "solid-fuel ICBM", "larger ICBM", "satellite launcher")
ANY_ICBM = "an ICBM"
SATELLITE_WORDS = ("launches a satellite", "launches a satellite with a new launcher")
WEAPON_OF_KIND = {  # of the record's kinds, which tell the range and no more
    "missile_mrbm": "a medium-range missile",
    "missile_irbm": "an intermediate-range missile",
    "missile_slbm": "a submarine-launched missile",
    "missile_icbm": ANY_ICBM,
}
SATELLITE_NAME, ICBM_NAME = "satellite launch", "ICBM test"


@dataclass(frozen=True, eq=False)
class ActWords:
    """The name and the sentence of each act of one run."""

    scenario: Scenario
    recording: Recording

    def describe(self, week: int, action: Action) -> tuple[str, str]:
        """Return the name and the sentence of an act, as it was done in a week of this run."""
        kind = self._recorded.get(week, "") if self._is_of_challenger(action) else ""
        if "icbm_test" in action.signals:
            return self._long_range(week, kind)
        if "regional_test" in action.signals:
            if kind in WEAPON_OF_KIND:
                return action.name, recorded_sentence(action, kind)
            return action.name, regional_sentence(*self._newest("regional", week))
        if action.forms:
            form = form_of(action.forms, kind, float(self.recording["act_form"][week, 0]))
            return form.name or action.name, form.sentence
        return action.name, action.sentence

    def _long_range(self, week: int, kind: str) -> tuple[str, str]:
        design, untried = self._newest("long_range", week)
        if self.recording["satellite"][week, 0]:
            return SATELLITE_NAME, SATELLITE_WORDS[untried and kind != SATELLITE]
        if kind in WEAPON_OF_KIND:
            return ICBM_NAME, f"tests {WEAPON_OF_KIND[kind]}"
        return ICBM_NAME, icbm_sentence(design, untried)

    def _newest(self, reach_class: str, week: int) -> tuple[int, bool]:
        """Return the newest design of a class, and whether it flew first in this week."""
        design = int(self.recording[f"{reach_class}_design"][week, 0])
        return design, bool(self.recording["new_weapon"][week, 0])

    def _is_of_challenger(self, action: Action) -> bool:
        return self.scenario.cast.actions[action.id][0] == self.scenario.cast.challenger

    @cached_property
    def _recorded(self) -> Mapping[int, str]:
        return recorded_kinds(self.scenario)


def recorded_sentence(action: Action, kind: str) -> str:
    """Return the sentence of a recorded act; `kind` is the record's word for it, or ""."""
    if kind == SATELLITE:
        return SATELLITE_WORDS[0]
    if kind in WEAPON_OF_KIND:
        return f"tests {WEAPON_OF_KIND[kind]}"
    return next((form.sentence for form in action.forms if kind in form.kinds), action.sentence)


def regional_sentence(design: int, is_first: bool) -> str:
    """Return what a regional test flies: the newest design, perhaps for the first time."""
    weapon = REGIONAL_TYPES[design]
    return (
        f"tests a new {weapon} for the first time"
        if is_first
        else (f"tests a {weapon} of regional range")
    )


def icbm_sentence(design: int, is_first: bool) -> str:
    """Return what an ICBM test flies; where the newest design is a launcher, an older ICBM."""
    if design == SATELLITE_LAUNCHER:
        return f"tests {ANY_ICBM}"
    weapon = LONG_RANGE_TYPES[design]
    return f"tests a new {weapon} for the first time" if is_first else f"tests a {weapon}"


def form_of(forms: Sequence[Form], kind: str, draw: float) -> Form:
    """Return the form of an act: that of the record's kind, else the drawn one.

    draw: a uniform number, 0 to 1.
    """
    for form in forms:
        if kind and kind in form.kinds:
            return form
    place = draw * sum(form.share for form in forms)
    for form in forms:
        place -= form.share
        if place < 0:
            return form
    return forms[-1]
