"""Say what an act of a run was: one weapon, one kind of attack, never "this or that".

The model decides what a missile test flies. Other acts take one of the forms in the state's file, by
a draw that changes nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from scenario_sim.data.history.vocabulary import SATELLITE
from scenario_sim.data.states.schema import Action, Form
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.schedule import recorded_kinds
from scenario_sim.simulation import messages
from scenario_sim.simulation.recording import Recording


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
            if kind in messages.RECORDED_TESTS:
                return action.name, recorded_sentence(action, kind)
            return action.name, regional_sentence(*self._newest("regional", week))
        if action.forms:
            form = form_of(action.forms, kind, float(self.recording["act_form"][week, 0]))
            return form.name or action.name, form.sentence
        return action.name, action.sentence

    def _long_range(self, week: int, kind: str) -> tuple[str, str]:
        design, untried = self._newest("long_range", week)
        if self.recording["satellite"][week, 0]:
            words = messages.SATELLITE_WORDS
            return messages.SATELLITE_NAME, words[untried and kind != SATELLITE]
        if kind in messages.RECORDED_TESTS:
            return messages.ICBM_NAME, messages.RECORDED_TESTS[kind]
        return messages.ICBM_NAME, icbm_sentence(design, untried)

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
        return messages.SATELLITE_WORDS[0]
    if kind in messages.RECORDED_TESTS:
        return messages.RECORDED_TESTS[kind]
    return next((form.sentence for form in action.forms if kind in form.kinds), action.sentence)


def regional_sentence(design: int, is_first: bool) -> str:
    """Return what a regional test flies: the newest design, perhaps for the first time."""
    return (messages.REGIONAL_FIRSTS if is_first else messages.REGIONAL_TESTS)[design]


def icbm_sentence(design: int, is_first: bool) -> str:
    """Return what an ICBM test flies; where the newest design is a launcher, an older ICBM."""
    return (messages.ICBM_FIRSTS if is_first else messages.ICBM_TESTS)[design]


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
