"""A lever that moves little within two years says so on its card, with what was measured."""

from __future__ import annotations

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.scenario.files import load_scenario
from scenario_sim.ui.components.levers import lever_groups
from scenario_sim.validation.lever_effects import (
    DECISIVE,
    LITTLE,
    kept_effects,
    measure_effects,
    moves_little,
)


def test_every_lever_was_measured():
    assert kept_effects().keys() == SETTINGS.keys()


def test_a_lever_says_that_it_moves_little_exactly_where_it_does():
    for name, effects in measure_effects(runs=300).items():
        if all(abs(effects[outcome]) < LITTLE / 2 for outcome in DECISIVE):
            assert moves_little(name), (name, effects)
        if any(abs(effects[outcome]) > 3 * LITTLE for outcome in DECISIVE):
            assert not moves_little(name), (name, effects)


def test_the_card_carries_the_sentence():
    groups = lever_groups(load_scenario("status-quo"))
    cards = {card["name"]: card["facts"] for group in groups for card in group["levers"]}
    assert "Moves tests and risk little" in cards["sanctions_enforcement"]
    assert "Moves tests and risk little" not in cards["us_threats"]
