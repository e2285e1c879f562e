"""Beliefs about resolve, where they are switched on: acts move them, and they fade to the prior."""

from __future__ import annotations

import numpy as np
import pytest

from scenario_sim import Scenario, load_scenario, simulate

QUO = load_scenario("status-quo").with_weeks(60)
ON = QUO.with_levers(beliefs=1)
ATTACK = {"date": QUO.start, "state": "DPRK", "action": "limited_attack"}
NEXT_WEEK = "2026-09-14"


def forced(scenario: Scenario, *acts: dict) -> Scenario:
    return Scenario.model_validate(scenario.as_dict() | {"acts": list(acts)})


def test_switched_off_beliefs_move_no_act():
    """Off by default: whatever their coefficients, each act and condition of the world is the same."""
    strong = {"belief_answer": 1.4, "belief_bluff": 0.2, "belief_drill": 0.1}
    other = Scenario.model_validate(QUO.as_dict() | {"parameters": strong})
    usual, moved = (simulate(s, 60, seed=2).weekly for s in (QUO, other))
    assert np.array_equal(usual.acts, moved.acts)
    assert np.array_equal(usual["tension"], moved["tension"])
    assert not np.array_equal(usual["resolve_belief"], moved["resolve_belief"])


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


def test_beliefs_fade_to_their_prior_in_a_year():
    calm = ON.with_levers(us_threats=0).as_dict() | {"conditions": {"resolve_belief": -2}}
    course = simulate(Scenario.model_validate(calm), runs=200).weekly["resolve_belief"]
    assert np.median(course[51]) == pytest.approx(-1, abs=0.25)
