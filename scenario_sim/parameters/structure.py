"""Mechanisms that can be switched off: what the model becomes without one of its ideas.

A coefficient's range says how far its size is in doubt; a switch asks whether the mechanism is there
at all. These coefficients may therefore be exactly 0, whatever their range; no study explores what
lies between 0 and the range.
"""

from __future__ import annotations

from collections.abc import Mapping

SWITCHES: Mapping[str, Mapping[str, float]] = {
    # Exercises neither frighten the DPRK nor make it test.
    "exercise_effect": {"dprk_threat_exercises": 0.0, "testing_mood_exercises": 0.0},
    # A test makes the next one no likelier (no Hawkes term).
    "self_excitation": {"testing_mood_excitation": 0.0},
    # Restraint on larger tests ends the day talks end.
    "moratorium": {
        "regional_test_moratorium": 0.0, "icbm_test_moratorium": 0.0, "nuclear_test_moratorium": 0.0,
    },
    # No state acts on its fear: the security dilemma has no engine.
    "spiral": {
        "testing_mood_alarm": 0.0, "statement_alarm": 0.0, "grey_zone_alarm": 0.0,
        "limited_attack_alarm": 0.0, "deploy_assets_alarm": 0.0, "ultimatum_alarm": 0.0,
        "live_fire_alarm": 0.0, "japan_defence_alert_alarm": 0.0,
    },
}  # fmt: skip

MAY_BE_OFF = frozenset(name for switch in SWITCHES.values() for name in switch)
