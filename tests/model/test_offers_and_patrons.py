"""Offers that may be refused, patrons whose effect is disputed, a grey zone that answers itself."""

from __future__ import annotations

import numpy as np
import pytest

from scenario_sim import Scenario, compare, load_scenario, simulate
from scenario_sim.data.parameters import LEVERS, SETTINGS, THEORIES
from scenario_sim.simulation.single_run import simulate_run

QUO = load_scenario("status-quo")
RUNS = 400


def contact(scenario: Scenario) -> float:
    """The share of futures with any contact."""
    stage = simulate(scenario, runs=RUNS, keep=("talks_stage",)).weekly["talks_stage"]
    return float((stage >= 1).any(axis=0).mean())


def under(theory: str, scenario: Scenario) -> Scenario:
    return scenario.with_theory(next(t for t in THEORIES if t.name == theory))


# --- offers ----------------------------------------------------------------------------------------


def test_an_offer_is_not_an_acceptance():
    """As in 2021-23: a patron pays, the arsenal is asked for, and most offers stay unanswered."""
    offered = QUO.with_levers(engagement=0.9)
    assert contact(QUO) < contact(offered) < 0.75
    assert contact(offered.with_levers(negotiating_demand=0.3, russia_need=0)) > 0.95


def test_suspended_drills_and_relief_are_chips():
    """Each makes contact likelier, and both together more than each."""
    drills, relief = QUO.with_levers(exercise_scale=0), QUO.with_levers(sanctions_relief=1)
    both = relief.with_levers(exercise_scale=0)
    alone = max(contact(drills), contact(relief))
    assert contact(drills) > contact(QUO) + 0.02
    assert contact(relief) > contact(QUO) + 0.05
    assert contact(both) > alone + 0.02


def test_relief_is_worth_less_to_whom_a_patron_pays():
    gains = []
    for support in (0.05, 0.85):
        base = QUO.with_levers(russia_need=support).as_dict() | {"weeks": 1}
        base["conditions"] = {"russia_support": support}
        appeal = [
            simulate_run(
                Scenario.model_validate(base).with_levers(sanctions_relief=relief)
            ).decisions.value("offer_relief", 0)
            for relief in (0, 1)
        ]
        gains.append(appeal[1] - appeal[0])
    assert gains[0] > 1.3 * gains[1] > 0


def test_a_new_lever_at_its_default_changes_no_scenario():
    for name in ("sanctions_relief", "seoul_standing", "monitoring_team"):
        assert QUO.with_levers(**{name: SETTINGS[name].default}).hash == QUO.hash
    assert "sanctions_relief" in {lever.name for lever in LEVERS}


def test_a_deal_after_a_summit_is_rare():
    """Full denuclearisation is asked for; a demand that can be met makes a deal likelier."""
    deals = []
    for demand in (1.0, 0.3):
        scenario = load_scenario("summits-2018").with_levers(negotiating_demand=demand)
        stage = simulate(scenario, runs=RUNS, keep=("talks_stage",)).weekly["talks_stage"]
        deals.append(float((stage >= 3).any(axis=0).mean()))
    assert deals[0] < 0.3
    assert deals[1] > 1.5 * deals[0]


def test_talks_hold_short_range_tests_back_while_they_are_fresh():
    def chance(age: float) -> float:
        scenario = Scenario(title="talks", weeks=1, conditions={"talks_stage": 2, "talks_age": age})
        return simulate_run(scenario).decisions.chances(0, "DPRK", "provocation")[
            "short_range_test"
        ]

    assert chance(0) < 0.5 * chance(60) < chance(120)


def test_seoul_counts_for_little_once_it_is_a_hostile_state():
    gaps = []
    for standing in (1, 0):
        here = QUO.with_levers(seoul_standing=standing)
        gaps.append(contact(here) - contact(here.with_levers(rok_government=-1)))
    assert gaps[0] > 0.15
    assert abs(gaps[1]) < 0.5 * gaps[0]


def test_whether_threats_bring_talks_is_a_theory():
    """By default threats close the door; a reading of 2017-18 says that they opened it."""
    early = load_scenario("fire-and-fury-2017")
    by_default = contact(early.with_levers(us_threats=0.95)) - contact(
        early.with_levers(us_threats=0.1)
    )
    theory = under("coercion", early)
    coerced = contact(theory.with_levers(us_threats=0.95)) - contact(
        theory.with_levers(us_threats=0.1)
    )
    assert by_default < 0 < coerced


# --- patrons ---------------------------------------------------------------------------------------


def test_what_a_patron_does_to_tests_depends_on_the_theory():
    """More money and cover, or fewer reasons to be heard: each theory has its own sign."""
    changes = {}
    for theory in ("patron", "attention"):
        few, much = (
            simulate(
                under(theory, QUO.with_levers(russia_need=need)), RUNS, keep="outcomes"
            ).outcomes
            for need in (0.3, 1)
        )
        changes[theory] = (much.launch_days - few.launch_days).mean()
    assert changes["patron"] > 1
    assert changes["attention"] < -1


def drafts(**conditions: float) -> float:
    """The chance of a draft in the first week of an open case."""
    scenario = Scenario(title="case", weeks=1, conditions={"case_left": 8, **conditions})
    return simulate_run(scenario).decisions.chances(0, "USA", "economic")["table_draft"]


def test_vetoes_keep_drafts_on_missiles_away_but_not_on_nuclear_tests():
    missile = [drafts(case_severity=1, vetoes_recalled=vetoes) for vetoes in (0, 1)]
    nuclear = [drafts(case_severity=1.6, vetoes_recalled=vetoes) for vetoes in (0, 1)]
    assert missile[1] < 0.1 * missile[0]
    assert nuclear[0] == nuclear[1] > 5 * missile[1]


def test_a_veto_is_remembered():
    act = {"date": QUO.start, "state": "USA", "action": "table_draft"}
    veto = {"date": QUO.start, "state": "Russia", "action": "russia_veto"}
    conditions = {"case_left": 8, "case_severity": 1, "vetoes_recalled": 0}
    scenario = Scenario(title="veto", weeks=1, conditions=conditions, acts=[act, veto])
    week = simulate(scenario, runs=1).weekly
    assert week["veto"][0, 0] == week["vetoes_recalled"][0, 0] == 1


def panel_week(support: float, day: str) -> dict[str, float]:
    scenario = Scenario(
        title="mandate", start=day, weeks=1, conditions={"russia_support": support}
    ).with_levers(expert_panel=1)
    return simulate_run(scenario).decisions.chances(0, "Russia", "diplomatic")


def test_russia_ends_the_panel_in_march_or_not_at_all():
    """It renewed the mandate while it had few ties, and vetoed it in March 2024."""
    assert panel_week(0.05, "2026-03-23")["russia_end_panel"] < 0.01
    assert panel_week(0.75, "2026-03-23")["russia_end_panel"] > 0.5
    assert panel_week(0.75, "2026-06-01")["russia_end_panel"] == 0


def test_the_end_of_the_panel_opens_a_leak_that_its_successor_closes_in_part():
    act = {"date": "2026-03-23", "state": "Russia", "channel": "diplomatic"}
    leaks = {}
    for name, does, team in (("panel", "hold", 1), ("nobody", "end", 0), ("team", "end", 1)):
        action = "hold" if does == "hold" else "russia_end_panel"
        scenario = Scenario(
            title="mandate", start="2026-03-23", weeks=2, acts=[act | {"action": action}]
        ).with_levers(expert_panel=1, monitoring_team=team)
        leaks[name] = simulate(scenario, runs=1).weekly["leakage"][1, 0]  # from the week after
    assert leaks["panel"] < leaks["team"] < leaks["nobody"]


def test_exposed_chinese_help_shrinks_for_a_while():
    act = {"date": QUO.start, "state": "USA", "channel": "diplomatic", "action": "expose_china"}
    still = act | {"action": "hold"}
    made, left = (
        Scenario.model_validate(QUO.as_dict() | {"weeks": 26, "acts": [one]})
        for one in (act, still)
    )
    pair = compare(left, made, runs=1500)
    gap = (pair.policy.weekly["china_support"] - pair.baseline.weekly["china_support"]).mean(axis=1)
    assert gap[12] < -0.003


# --- the grey zone ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def border():
    return simulate(QUO.with_levers(rok_government=-1), runs=1500)


def did(trajectory, action: str) -> np.ndarray:
    code = [*trajectory.scenario.cast.actions].index(action) + 1
    return (trajectory.weekly.acts == code).any(axis=0)


@pytest.mark.parametrize(
    ("answer", "provoked_by"),
    [("balloons", "loudspeakers"), ("balloons", "leaflets"), ("loudspeakers", "balloons")],
)
def test_balloons_and_loudspeakers_answer_each_other(border, answer, provoked_by):
    """As in the public news of 2024."""
    before, after = did(border, provoked_by)[:-1], did(border, answer)[1:]
    assert after[before].mean() > 2 * after.mean()


def test_a_week_of_balloons_may_be_a_week_of_missiles(border):
    """The grey zone is a channel of its own: it takes no week from the tests."""
    tests = did(border, "short_range_test")
    assert (tests & did(border, "balloons")).any()


def test_the_grey_zone_depends_on_who_governs_in_seoul(border):
    mild = simulate(QUO, runs=1500)
    for act in ("leaflets", "loudspeakers", "balloons"):
        assert did(border, act).mean() > 1.5 * did(mild, act).mean()
