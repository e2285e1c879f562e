"""Why a policy changes the risk: pathways are parts of the model, and cutting them is exact."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from some_scenarios import change, scenario

from scenario_sim import load_scenario, simulate
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.pathways import PATHWAYS, RISK_STEP, STEPS, cut_values
from scenario_sim.data.states import load_cast
from scenario_sim.errors import ScenarioError
from scenario_sim.model import equations
from scenario_sim.scenario.files import dump_scenario, read_scenario
from scenario_sim.simulation.change_explanation import explain_change
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME
from scenario_sim.simulation.recording import recorded_rows

QUO = load_scenario("status-quo").with_weeks(52)
CAST = load_cast()


def outcomes(world, runs=60):
    return simulate(world, runs, 3, keep=()).outcomes


# --- the data are parts of the model -------------------------------------------------------------


@pytest.mark.parametrize("name", PATHWAYS)
def test_a_pathway_names_coefficients_that_the_model_reads(name):
    read = inspect.getsource(equations)
    terms = {t.coefficient for s in CAST.states for t in (s.threat.terms if s.threat else ())}
    terms |= {c for s in CAST.states if s.threat for c, _ in s.threat.shocks}
    for state in CAST.states:
        terms |= {t.coefficient for a in state.appraisal for t in a.terms}
        terms |= {t.coefficient for a in state.action for t in a.utility}
        terms |= {c for a in state.action for c in a.moves.values()}
    pathway = PATHWAYS[name]
    unread = [c for c in pathway.cut if c not in terms and f"p.{c}" not in read]
    assert not unread, f"{name}: no equation and no repertoire reads {unread}"
    assert set(pathway.settings) <= set(SETTINGS)


def test_steps_are_measured_by_what_is_recorded():
    recorded = recorded_rows(CAST)
    for step in STEPS.values():
        for measure in step.measures:
            what = measure.what
            action = what.removeprefix("acts:")
            assert what in OUTCOMES_BY_NAME or what in recorded or action in CAST.actions, what


def test_every_lever_starts_a_pathway_and_every_pathway_leads_to_the_risk():
    starts = {p.start for p in PATHWAYS.values()}
    assert set(SETTINGS) <= starts <= set(SETTINGS) | set(STEPS)
    reach, before = {RISK_STEP}, set()
    while reach != before:
        before = set(reach)
        reach |= {p.start for p in PATHWAYS.values() if p.end in reach}
    assert set(SETTINGS) <= reach
    vias = {p.via for p in PATHWAYS.values()} - {""}
    assert {p.end for p in PATHWAYS.values()} | vias | {"patrons"} >= set(STEPS) - {RISK_STEP}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_lever_does_nothing_once_all_its_pathways_are_cut(name):
    """Nothing at all: every outcome of every run is the same to the last bit."""
    own = [p for p in PATHWAYS.values() if p.start == name]
    if any(p.is_lever for p in own):
        assert len(own) == 1  # it stands for the lever, so that cutting it puts the lever back
        return
    lever = SETTINGS[name]
    far = lever.low if QUO.settings()[name] > (lever.low + lever.high) / 2 else lever.high
    bare = QUO.with_mechanisms_off(*(p.id for p in own))
    before, after = outcomes(bare), outcomes(bare.with_levers(**{name: far}))
    changed = {n for n in before if not before[n].equals(after[n])}
    assert changed <= {"civilian_pain"}  # an account of who bears the loss; nothing reads it


# --- cutting is exact ----------------------------------------------------------------------------


def test_a_pathway_that_carries_nothing_leaves_the_world_as_it_is():
    assert QUO.settings()["winter_lull"] == 0
    assert outcomes(QUO).equals(outcomes(QUO.with_mechanisms_off("winter_rest")))


def test_a_world_without_a_pathway_is_named_hashed_and_saved():
    less = QUO.with_mechanisms_off("fear_makes_tests")
    assert less.hash != QUO.hash
    assert less.canonical()["cut"] == {"testing_mood_alarm": 0.0}
    assert read_scenario(dump_scenario(less).encode()).hash == less.hash
    assert not outcomes(less).equals(outcomes(QUO))


def test_cutting_money_holds_the_disputed_setting_whatever_the_dates_say():
    world = scenario(changes=[change(4, money_elasticity=0.6)])
    less = world.with_mechanisms_off("money_builds_arsenal")
    assert less.steps()["money_elasticity"] == [(0, 0.0)]
    assert cut_values(["money_builds_arsenal"]).coefficients == {}


def test_an_unknown_pathway_is_refused_with_the_nearest_name():
    with pytest.raises(ScenarioError, match="did you mean `fear_makes_tests`"):
        explain_change(QUO, QUO, cut=["fear_makes_test"])


# --- shares --------------------------------------------------------------------------------------


def test_the_hotline_passes_wholly_through_the_hazards():
    why = explain_change(QUO, QUO.with_levers(hotline=1), 200)
    assert [link.pathway.id for link in why.chain] == ["hotline_stops_spread"]
    assert why.share("hotline_stops_spread").share == 1
    assert why.interaction == 0
    moved = {step for step, r in why.readings.items() if r.policy != r.baseline}
    assert moved <= {RISK_STEP, "warning"}  # a hotline moves hazards and nothing else


def test_engagement_passes_wholly_through_talks_and_then_through_tests():
    open_ = QUO.with_levers(negotiating_demand=0.3)  # an offer that is worth answering
    why = explain_change(open_, open_.with_levers(engagement=1), 300, screen=100)
    assert why.share("offers_bring_talks").share == 1
    assert why.chain[0].pathway.id == "offers_bring_talks"
    assert {link.pathway.start for link in why.chain} >= {"talks", "tension"}
    talks, tests = why.readings["talks"], why.readings["tests"]
    assert talks.policy > talks.baseline + talks.half
    assert tests.policy < tests.baseline - tests.half
    held_back = why.share("talks_restrain_tests")
    assert held_back.share > held_back.half > 0
    assert held_back.ratio > why.effect.ratio  # without the restraint the risk falls less


def test_two_levers_share_an_effect_and_the_rest_is_interaction():
    why = explain_change(QUO, QUO.with_levers(hotline=1, border_measures=1), 300)
    own = [why.share(name) for name in ("hotline_stops_spread", "buffers_avoid_incidents")]
    assert all(0 < part.share < 1 for part in own)
    assert why.interaction == pytest.approx(1 - sum(part.share for part in own))
    assert len(why.chains) == 2


def test_a_share_is_what_the_cut_takes_from_the_logarithm_of_the_ratio():
    policy = QUO.with_levers(us_threats=0.9)
    why = explain_change(QUO, policy, 200)
    found = why.share("strike_talk_brings_ultimatums")

    def log_ratio(*names):
        base, other = (
            outcomes_at(s.with_mechanisms_off(*names), 200).mean() for s in (QUO, policy)
        )
        return np.log(other / base)

    assert found.share == pytest.approx(
        1 - log_ratio("strike_talk_brings_ultimatums") / log_ratio()
    )


def outcomes_at(world, runs):
    return simulate(world, runs, 0, keep=()).outcomes["confrontation_risk"]


def test_a_lever_without_a_coefficient_is_cut_by_putting_it_back():
    policy = QUO.with_levers(exercise_scale=0.2, hotline=0.9)
    why = explain_change(QUO, policy, 200)
    alone = QUO.with_levers(hotline=0.9)
    ratio = outcomes_at(alone, 200).mean() / outcomes_at(QUO, 200).mean()
    assert why.share("drills_are_held").ratio == pytest.approx(ratio)


def test_a_link_can_be_cut_and_the_rest_is_explained_anew():
    policy = QUO.with_levers(engagement=1)
    why = explain_change(QUO, policy, 200, screen=60, cut=["talks_restrain_tests"])
    assert why.cut == ("talks_restrain_tests",)
    assert "talks_restrain_tests" not in [s.pathway.id for s in why.shares]
    assert why.effect.ratio > explain_change(QUO, policy, 200, screen=60).effect.ratio


def test_runs_that_cannot_tell_have_no_chain():
    why = explain_change(QUO, QUO.with_levers(hotline=0.301), 3)
    same = explain_change(QUO, QUO, 50)
    assert not same.is_certain and same.shares == () and same.chain == ()
    assert why.runs == 3


def test_more_time_for_a_pathway_does_not_change_its_share():
    """The screening picks pathways; it does not touch the figures."""
    policy = QUO.with_levers(launch_posture=0)
    quick, full = explain_change(QUO, policy, 200, screen=50), explain_change(QUO, policy, 200)
    for found in quick.shares:
        assert full.share(found.pathway.id) == found


def test_worlds_of_other_lengths_are_refused():
    with pytest.raises(ScenarioError, match="weeks"):
        explain_change(QUO, QUO.with_weeks(26))
