"""Beliefs about resolve and intent, where they are switched on: acts move them, and they fade to the prior."""

from __future__ import annotations

import numpy as np
import pytest

from scenario_sim import Scenario, load_scenario, simulate
from scenario_sim.reporting.narrative import explain_choice
from scenario_sim.simulation.single_run import simulate_run

QUO = load_scenario("status-quo").with_weeks(60)
ON = QUO.with_levers(beliefs=1)
ATTACK = {"date": QUO.start, "state": "DPRK", "action": "limited_attack"}
NEXT_WEEK = "2026-09-14"
BELIEFS = (
    "resolve_belief", "strike_belief", "protection_belief", "us_intent_belief", "rok_intent_belief"
)  # fmt: skip
FREEZE = {"talks_stage": 3, "moratorium": 1, "icbm_articles": 3}


def forced(scenario: Scenario, *acts: dict) -> Scenario:
    return Scenario.model_validate(scenario.as_dict() | {"acts": list(acts)})


def test_switched_off_beliefs_move_no_act():
    """Off by default: whatever their coefficients, each act and condition of the world is the same."""
    strong = {
        "belief_answer": 1.4, "belief_bluff": 0.2, "belief_drill": 0.1, "belief_attack": 1.4,
        "belief_broken_freeze": 2, "belief_kept_freeze": 0.04, "belief_test": 0.04,
    }  # fmt: skip
    other = Scenario.model_validate(QUO.as_dict() | {"parameters": strong})
    usual, moved = (simulate(s, 60, seed=2).weekly for s in (QUO, other))
    assert np.array_equal(usual.acts, moved.acts)
    assert np.array_equal(usual["tension"], moved["tension"])
    for name in BELIEFS:
        assert not np.array_equal(usual[name], moved[name])


@pytest.mark.parametrize(("answer", "sign"), [("retaliate", 1), ("hold", -1)])
def test_an_answered_attack_teaches_resolve_and_an_unanswered_one_the_opposite(answer, sign):
    act = {"date": NEXT_WEEK, "state": "ROK", "channel": "military", "action": answer}
    world = simulate(forced(ON, ATTACK, act).with_weeks(2), runs=20).weekly
    assert (sign * world["resolve_belief"][1] > 0.3).all()


def test_an_ultimatum_with_nothing_after_it_is_a_bluff_called():
    warned = {"date": QUO.start, "state": "USA", "channel": "military", "action": "ultimatum"}
    nothing = [
        {"date": QUO.monday(n), "state": "USA", "channel": "military", "action": "hold"}
        for n in range(1, 8)
    ]
    bluff, quiet = (
        simulate(forced(ON, first, *nothing).with_weeks(8), runs=20).weekly["resolve_belief"][-1]
        for first in (warned, warned | {"action": "hold"})
    )
    assert (bluff < quiet - 0.1).all()


def test_threats_without_deeds_invite_attacks_where_beliefs_move():
    """Schelling's reputation: with beliefs on, a policy of ultimata deters less than its words."""
    threats = QUO.with_weeks(260).with_levers(us_threats=0.9)
    attacks = []
    for beliefs in (0, 1):
        weekly = simulate(threats.with_levers(beliefs=beliefs), 600).weekly
        code = [*QUO.cast.actions].index("limited_attack") + 1
        attacks.append((weekly.acts == code).sum() / 600)
    assert attacks[1] > attacks[0]


def test_without_drills_seoul_begins_to_debate_weapons_of_its_own():
    """A threshold: it needs doubt and an ICBM that gets through, and there is none by default."""
    assert simulate(QUO, 60, keep="outcomes").outcomes.nuclear_debate.max() == 0
    years = ON.with_weeks(260)
    drilled, left = (
        simulate(
            years.with_levers(exercise_scale=scale), 60, keep="outcomes"
        ).outcomes.nuclear_debate
        for scale in (1, 0)
    )
    assert drilled.mean() < 5 < 20 < left.mean()


def after_threats(*acts: dict, weeks: int = 8) -> float:
    """Return Pyongyang's log-odds of a strike after weeks of these acts of the United States."""
    every = [
        {"date": QUO.monday(n), "state": "USA", "channel": "military", **act}
        for n in range(weeks)
        for act in acts
    ]
    return (
        simulate(forced(ON, *every).with_weeks(weeks), runs=40).weekly["strike_belief"][-1].mean()
    )


def test_words_without_deeds_are_not_believed_and_deeds_are():
    """Eight weeks of ultimata: alone, and each second week answered by bombers instead."""
    quiet, hollow = after_threats({"action": "hold"}), after_threats({"action": "ultimatum"})
    assert hollow < quiet - 0.2
    backed = [
        {
            "date": QUO.monday(n), "state": "USA", "channel": "military",
            "action": "ultimatum" if n % 2 else "deploy_assets",
        }
        for n in range(8)
    ]  # fmt: skip
    told = simulate(forced(ON, *backed).with_weeks(8), runs=40).weekly["strike_belief"][-1]
    assert told.mean() > hollow + 0.2


def test_one_drill_speaks_to_two_audiences():
    """It reassures Seoul and warns Pyongyang; cut, it does the opposite. Nobody is frightened by a
    drill who does not take it for an attack."""

    def after_a_year(scale: float, sensitivity: float = 1.0) -> tuple[float, float]:
        one = ON.with_levers(exercise_scale=scale, exercise_sensitivity=sensitivity, us_threats=0)
        weekly = simulate(one, 60).weekly
        return weekly["protection_belief"][-1].mean(), weekly["strike_belief"][-1].mean()

    (seoul, pyongyang), (doubt, calm) = after_a_year(1), after_a_year(0.2)
    assert seoul > 0.1 > -0.1 > doubt
    assert pyongyang > calm + 0.2
    blind = [after_a_year(scale, sensitivity=0)[1] for scale in (1, 0.2)]
    assert blind[0] == pytest.approx(blind[1], abs=0.02)


def test_a_freeze_that_is_kept_calms_its_readers_and_one_that_is_broken_alarms_them():
    months = Scenario.model_validate(ON.as_dict() | {"conditions": FREEZE}).with_weeks(26)
    tested = {"date": months.monday(20), "state": "DPRK", "action": "icbm_test"}
    for reader in ("us_intent_belief", "rok_intent_belief"):
        course = simulate(forced(months, tested), 60).weekly[reader].mean(axis=1)
        assert course[19] < -0.1
        assert course[20] > course[19] + 0.4


def test_what_is_read_into_weapons_decides_how_much_they_frighten():
    """Threat is capability times intent (Singer 1958)."""
    fears = []
    for intent in (-2, 2):
        read = {"us_intent_belief": intent, "rok_intent_belief": intent}
        one = Scenario.model_validate(ON.as_dict() | {"conditions": read})
        weekly = simulate(one, 60).weekly
        fears.append([weekly[f"{state}.threat"][20].mean() for state in ("USA", "ROK")])
    assert (np.array(fears[1]) > np.array(fears[0]) + 0.1).all()


def test_the_why_of_an_act_names_the_belief_behind_it():
    """Only where acts move beliefs, and only those that the act rests on."""
    told = {}
    for scenario in (ON, QUO):
        world = simulate_run(forced(scenario.with_weeks(4), ATTACK), 0, 0)
        free = [act for act in world.acts if not act.forced]
        told[scenario] = [explain_choice(world, act) for act in free]
    assert not any(one.beliefs for one in told[QUO])
    named = [one for one in told[ON] if one.beliefs]
    assert named and all("It put at " in one.sentence for one in named)
    world = simulate_run(forced(ON.with_weeks(4), ATTACK), 0, 0)
    why = explain_choice(world, world.act(0, "DPRK"))
    assert why.beliefs[0].endswith("the chance that an attack would be answered")


def test_beliefs_fade_to_their_prior_in_a_year():
    calm = ON.with_levers(us_threats=0).as_dict() | {"conditions": {"resolve_belief": -2}}
    course = simulate(Scenario.model_validate(calm), runs=200).weekly["resolve_belief"]
    assert np.median(course[51]) == pytest.approx(-1, abs=0.25)
