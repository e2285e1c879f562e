"""What is said of the levers: cautions with their reasons, why nothing changes, and where each acts."""

from __future__ import annotations

from datetime import date

import pytest

from scenario_sim.data.parameters import HYPOTHESES, LEVERS, SETTINGS
from scenario_sim.data.parameters.reference_values import (
    CODED_VALUES,
    MODEL_VALUES,
    REFERENCE_VALUES,
)
from scenario_sim.model import equations, introspection
from scenario_sim.scenario import Scenario, advice
from scenario_sim.scenario.advice import (
    CAUTIONS,
    WORST_VALUES,
    advise,
    describe_where_levers_act,
    explain_no_effect,
    is_outside_history,
)
from scenario_sim.scenario.files import list_scenarios, load_scenario

QUO = Scenario(title="status quo", weeks=104)


def said(scenario, beside=None):
    return [a.words for a in advise(scenario, beside)]


# --- cautions --------------------------------------------------------------------------------------


def test_the_status_quo_needs_no_advice():
    assert said(QUO) == []


@pytest.mark.parametrize("caution", CAUTIONS, ids=lambda c: "+".join(c.levers))
def test_every_caution_can_be_met_by_its_own_levers(caution):
    """Corner by corner: some setting of the levers it names calls for it, and the defaults do not."""
    assert not caution.when(QUO.settings())
    ends = [(SETTINGS[n].low, SETTINGS[n].high) for n in caution.levers]
    corners = [{}]
    for name, pair in zip(caution.levers, ends, strict=True):
        corners = [corner | {name: value} for corner in corners for value in pair]
    assert any(caution.when(QUO.settings() | corner) for corner in corners)
    assert caution.words
    assert caution.reason.endswith(".")


def test_threats_and_offers_at_once_are_flagged_with_the_reason():
    found = advise(QUO.with_levers(us_threats=0.9, engagement=0.9))
    assert [a.levers for a in found] == [("us_threats", "engagement")]
    assert "2018" in found[0].reason
    assert found[0].since is None


def test_a_dated_change_is_flagged_from_the_week_in_which_it_acts():
    policy = QUO.with_levers(us_threats=0.9).with_change(date="2027-03-01", engagement=0.95)
    found = advise(policy, QUO)
    assert [(a.levers, a.since) for a in found] == [
        (("us_threats", "engagement"), date(2027, 3, 1))
    ]


def test_what_the_scenario_says_itself_is_not_held_against_the_visitor():
    odd = QUO.with_levers(us_threats=0.9, engagement=0.9)
    assert said(odd.with_levers(cyber_security=0.5), odd) == []


def test_values_beyond_the_past_are_flagged_and_the_past_itself_is_not():
    found = advise(QUO.with_levers(exercise_scale=1.5))
    assert [a.levers for a in found] == [("exercise_scale",)]
    assert "summer 2018" in found[0].reason
    for name, anchors in CODED_VALUES.items():
        assert not any(is_outside_history(SETTINGS[name], value) for value, _ in anchors)
    assert not any(is_outside_history(lever, lever.default) for lever in SETTINGS.values())
    assert not any(
        is_outside_history(lever, end) for lever in HYPOTHESES for end in (lever.low, lever.high)
    )


def test_the_worst_corner_is_called_what_it_is():
    assert WORST_VALUES.keys() <= {lever.name for lever in LEVERS}
    assert all(end in (SETTINGS[n].low, SETTINGS[n].high) for n, end in WORST_VALUES.items())
    first = advise(QUO.with_levers(**WORST_VALUES))[0]
    assert "above 50 %, outside any observed range" in first.reason


# --- why nothing changes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (QUO.with_weeks(12).with_levers(exercise_scale=1.5), "No drill falls into these weeks"),
        (QUO.with_weeks(3).with_levers(winter_lull=1), "No winter month"),
        (QUO.with_levers(expert_panel=1), "expert panel matters only"),
        (QUO.with_change(week=100, us_threats=0.9), "last weeks"),
    ],
)
def test_a_quiet_lever_says_why(policy, words):
    assert any(
        words in reason for reason in explain_no_effect(policy, QUO.with_weeks(policy.weeks))
    )


def test_a_quiet_lever_says_which_hypothesis_keeps_it_quiet():
    null = QUO.with_levers(exercise_sensitivity=0)
    [reason] = explain_no_effect(null.with_levers(exercise_scale=1.2), null)
    assert "do not provoke under this hypothesis" in reason
    bare = QUO.with_levers(exercise_scale=0, trilateral_cooperation=0)
    assert "no exercises" in explain_no_effect(bare.with_levers(exercise_sensitivity=2), bare)[0]
    early = QUO.with_levers(negotiating_demand=0.1)
    poor = early.as_dict() | {"conditions": {"icbm_stock": 0.0, "un_sanctions": 0.0}}
    unarmed = Scenario.model_validate(poor)
    assert "no arsenal" in explain_no_effect(unarmed, unarmed.with_levers(negotiating_demand=1))[0]
    assert (
        "little to enforce"
        in explain_no_effect(unarmed.with_levers(sanctions_precision=1), unarmed)[0]
    )


def test_nothing_is_explained_away_where_nothing_moved():
    assert explain_no_effect(QUO, QUO) == ()
    assert "leakage" in describe_where_levers_act(["expert_panel"])


def test_every_reason_names_settings_that_exist():
    assert {name for names, _ in advice.NO_EFFECT_REASONS for name in names} <= SETTINGS.keys()


# --- anchors -----------------------------------------------------------------------------------------


def test_anchors_lie_on_their_levers_and_say_something():
    assert REFERENCE_VALUES.keys() == SETTINGS.keys()
    for name, anchors in REFERENCE_VALUES.items():
        assert SETTINGS[name].anchors == anchors
        assert all(words for _, words in anchors)
    assert (0.2, "summer 2018") in SETTINGS["exercise_scale"].anchors


def settings_of(name: str, scenario: Scenario) -> set[float]:
    return {value for _, value in scenario.steps()[name]}


@pytest.mark.parametrize("name", MODEL_VALUES)
def test_what_a_value_is_said_to_stand_for_is_what_the_scenarios_say(name):
    shipped = {n: load_scenario(n) for n in list_scenarios()}
    said = {words: value for value, words in MODEL_VALUES[name]}
    everywhere = {value for s in shipped.values() for value in settings_of(name, s)}
    assert everywhere <= set(said.values())
    past = [s for s in shipped.values() if s.start < date(2026, 9, 7)]
    assert len(past) >= 8
    if "every scenario of the past here" in said:
        assert all(settings_of(name, s) == {said["every scenario of the past here"]} for s in past)
    assert not any(is_outside_history(SETTINGS[name], value) for value in said.values())


def test_the_scenarios_an_anchor_names_have_its_value():
    for name, value, scenarios in (
        ("negotiating_demand", 0.3, ("freeze-for-freeze", "china-fuel-cut-off-ramp")),
        ("negotiating_demand", 0.4, ("strength-and-dialogue",)),
        ("alliance_credibility", 0.25, ("icbm-sprint-decoupling",)),
        ("alliance_credibility", 0.75, ("lab-words-and-deeds",)),
        ("trilateral_cooperation", 0.2, ("envoy-1994", "spring-2013", "summits-2018")),
        ("trilateral_cooperation", 0.3, ("fire-and-fury-2017", "surge-2022")),
        ("trilateral_cooperation", 0.5, ("russia-treaty-2024", "status-quo")),
        ("china_fuel_cut", 0.8, ("china-fuel-cut",)),
        ("launch_posture", 0.1, ("lab-accidental-war-calm",)),
        ("launch_posture", 0.2, ("lab-reassurance",)),
        ("launch_posture", 0.7, ("lab-security-dilemma",)),
        ("launch_posture", 1.0, ("lab-accidental-war",)),
    ):
        assert value in [v for v, _ in MODEL_VALUES[name]]
        for scenario in scenarios:
            assert value in settings_of(name, load_scenario(scenario)), (name, scenario)


def test_what_an_equation_makes_of_a_value_is_in_the_equation():
    pain = [e.text for e in introspection.find_lever_uses("sanctions_precision").equations]
    assert "pain * (1 - sanctions_precision)" in pain
    aid = " ".join(e.text for e in introspection.find_lever_uses("china_fuel_cut").equations)
    assert "china_aid_full * china_support * (1 - china_fuel_cut)" in aid


# --- wiring ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETTINGS)
def test_every_lever_acts_somewhere(name):
    found = introspection.find_lever_uses(name)
    assert found.equations or found.terms
    assert all(e.rule in vars(equations) for e in found.equations)
    assert all("b." not in e.text for e in found.equations)


def test_wiring_is_read_off_the_model():
    hotline = introspection.find_lever_uses("hotline")
    assert hotline.changes_hazards_only
    assert {e.makes for e in hotline.equations} == {"spread", "act"}
    assert "spread_hotline" in {p.name for e in hotline.equations for p in e.parameters}
    threats = introspection.find_lever_uses("us_threats")
    assert not threats.changes_hazards_only
    assert ("United States", "policy of threats") in {(t.state, t.words) for t in threats.terms}
    # under a shorter name in the rule, and through a motive in the repertoire
    assert "breakdown_threats * threats" in " ".join(e.text for e in threats.equations)
    drills = introspection.find_lever_uses("exercise_sensitivity")
    assert "exercise_provocation" in {t.through for t in drills.terms}
