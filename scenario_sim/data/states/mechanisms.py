"""List mechanisms that a scenario can switch off, to see what changes if an idea is wrong.

The range of a coefficient tells how uncertain its size is. Switching a mechanism off asks whether
it exists at all. Its terms are then left out of the states' sums, so that no coefficient has to go
beyond its bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from scenario_sim.data.states.schema import Cast, StateSpec, Term


@dataclass(frozen=True)
class Mechanism:
    """Mechanism: the effect of switching it off in words, and the coefficients of its terms."""

    words: str
    coefficients: frozenset[str]


MECHANISMS: Mapping[str, Mechanism] = {
    "exercise_effect": Mechanism(
        "Exercises neither frighten North Korea nor make it test.",
        frozenset({"dprk_threat_exercises", "dprk_threat_trilateral", "testing_mood_exercises"}),
    ),
    "self_excitation": Mechanism(
        "A test makes the next one no likelier (no Hawkes term).",
        frozenset({"testing_mood_excitation"}),
    ),
    "moratorium": Mechanism(
        "Restraint on larger tests ends the day talks end.",
        frozenset(
            {"regional_test_moratorium", "icbm_test_moratorium", "nuclear_test_moratorium"}
        ),
    ),
    "spiral": Mechanism(
        "No state acts on its fear: the security dilemma has no engine.",
        frozenset(
            {"testing_mood_alarm", "statement_alarm", "balloons_alarm", "jamming_alarm", "limited_attack_alarm"}
            | {"deploy_assets_alarm", "ultimatum_alarm", "live_fire_alarm", "japan_defence_alert_alarm"}
        ),
    ),
}  # fmt: skip


def remove_mechanisms(cast: Cast, names: Iterable[str]) -> Cast:
    """Return the states without these mechanisms. Raises KeyError for an unknown name."""
    left_out = sorted(set(names))
    coefficients = frozenset().union(*(MECHANISMS[name].coefficients for name in left_out))
    digest = sha256("\n".join((cast.digest, *left_out)).encode()).hexdigest()
    return Cast(tuple(_without_terms(state, coefficients) for state in cast.states), digest)


def _without_terms(state: StateSpec, coefficients: frozenset[str]) -> StateSpec:
    def rest(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(term for term in terms if term.coefficient not in coefficients)

    threat = state.threat
    return state.model_copy(
        update={
            "threat": threat and threat.model_copy(update={"terms": rest(threat.terms)}),
            "appraisal": tuple(
                a.model_copy(update={"terms": rest(a.terms)}) for a in state.appraisal
            ),
            "action": tuple(
                a.model_copy(update={"utility": rest(a.utility)}) for a in state.action
            ),
        }
    )
