"""Theories: presets that stay within the bounds, and the same policy under each of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenario_sim.data.parameters import HYPOTHESES, PARAMETERS, SETTINGS, THEORIES
from scenario_sim.reporting import messages
from scenario_sim.reporting.charts import LIGHT, TheoryComparison, describe_agreement, theory_charts
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.ensemble import simulate

RUNS = 60
BASE = Scenario(title="base", weeks=30)


@pytest.mark.parametrize("theory", THEORIES, ids=lambda t: t.name)
def test_a_theory_stays_within_what_is_disputed(theory):
    hypotheses = {lever.name for lever in HYPOTHESES}
    assert set(theory.settings) <= hypotheses
    for name, value in theory.settings.items():
        assert SETTINGS[name].low <= value <= SETTINGS[name].high
    for name, value in theory.parameters.items():
        assert PARAMETERS[name].low <= value <= PARAMETERS[name].high
        assert value != PARAMETERS[name].default
    assert theory.settings or theory.parameters
    assert theory.supports and theory.doubts and theory.words.endswith(".")


def test_theories_are_told_apart():
    assert len({t.name for t in THEORIES}) == len({t.title for t in THEORIES}) == len(THEORIES)
    worlds = {BASE.with_theory(t).hash for t in THEORIES}
    assert len(worlds) == len(THEORIES)
    assert BASE.hash not in worlds


def test_a_theory_changes_nothing_but_what_it_speaks_about():
    policy = BASE.with_levers(engagement=0.9)
    for theory in THEORIES:
        seen = policy.with_theory(theory)
        assert seen.settings() == policy.settings() | theory.settings
        assert seen.parameters == theory.parameters
        assert seen.weeks == policy.weeks


def test_deterrence_and_spiral_disagree_about_exercises():
    spiral, deterrence = (t for t in THEORIES if t.name in ("spiral", "deterrence"))
    drills = {}
    year = BASE.with_weeks(52)  # thirty weeks from September hold hardly any of the spring's drills
    for theory in (spiral, deterrence):
        low, high = (
            simulate(
                year.with_levers(exercise_scale=scale).with_theory(theory), 300, seed=1
            ).outcomes
            for scale in (0.0, 1.5)
        )
        drills[theory.name] = (high["mean_tension"] - low["mean_tension"]).mean()
    assert drills["spiral"] > 2 * abs(drills["deterrence"])


def under(shifts, spread=0.01):
    """Theories whose policies move the risk by so much."""
    made = simulate(BASE, RUNS)
    noise = np.linspace(-spread, spread, RUNS)
    found = []
    for n, shift in enumerate(shifts):
        base, other = (
            replace(made, outcomes=made.outcomes.assign(confrontation_risk=0.1 + by))
            for by in (noise * 0, shift + noise)
        )
        found.append(TheoryComparison(f"theory {n}", base, other))
    return found


def test_agreement_counts_the_theories_that_move_the_risk_the_same_way():
    said = describe_agreement("confrontation_risk", under([-0.02, -0.02, -0.01, 0.02]))
    assert "lowers the risk" in said
    assert "in 2 of 3 theories" in said
    assert "Not under: theory 3." in said
    said = describe_agreement("confrontation_risk", under([0.02, 0.02, 0.0]))
    assert "raises the risk" in said
    assert "In 1 these futures cannot tell." in said
    assert "cannot tell whether" in describe_agreement("confrontation_risk", under([0.0, 0.02]))


def test_agreement_names_what_is_compared():
    for shifts in ([-0.02, -0.02], [0.0, 0.02]):
        said = describe_agreement("confrontation_risk", under(shifts), messages.REPLACING_ACT)
        assert "replacing the act" in said.lower() and "policy" not in said


def test_theories_are_drawn_with_a_sentence_and_a_table():
    found = under([-0.02, -0.01])
    risk, tension = theory_charts(found, LIGHT)
    assert risk.chart.sentence == describe_agreement("confrontation_risk", found)
    assert [row[0] for row in risk.chart.rows] == ["theory 0", "theory 1"]
    assert risk.chart.rows[0][3].startswith("−20.0")
    assert tension.chart.rows[0][3] == messages.UNTOLD
    alone = [TheoryComparison(one.title, one.baseline, None) for one in found]
    assert {len(row) for row in theory_charts(alone, LIGHT)[0].chart.rows} == {2}
