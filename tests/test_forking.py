"""Worlds that are one until they part are worked out once until then, and differ in no bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenario_sim import load_scenario, simulate
from scenario_sim.ensemble import simulate_side_by_side
from scenario_sim.forking import EVERY, parting
from scenario_sim.model import EscalationModel
from scenario_sim.vocabulary import Channel
from scenario_sim.whatif import instead, without
from scenario_sim.world import act_of, play

QUO = load_scenario("status-quo").with_weeks(70)
RECORD = load_scenario("fire-and-fury-2017")
EDITS = {
    "a lever": (QUO.with_change(week=41, engagement=0.9), 41),
    "a lever that stands there already": (QUO.with_change(week=9, engagement=QUO.levers.engagement), 70),
    "an act": (QUO.with_act(week=33, state="DPRK", action="nuclear_test"), 33),
    "two acts": (
        QUO.with_act(week=50, state="DPRK", action="hold").with_act(
            week=29, state="USA", action="hold", channel="economic"
        ),
        29,
    ),
    "the start": (QUO.with_levers(hotline=0.9), 0),
    "a coefficient": (QUO.with_parameters(shock_half_life=9), 0),
    "a mechanism": (QUO.with_mechanisms_off("spiral"), 0),
    "another length": (QUO.with_weeks(60), 0),
}  # fmt: skip


def bits(recording) -> tuple[bytes, bytes]:
    return recording.table.tobytes(), recording.acts.tobytes()


@pytest.mark.parametrize("edit", EDITS)
def test_they_part_where_the_first_thing_dated_differs(edit):
    other, week = EDITS[edit]
    assert parting(QUO, other) == week == parting(other, QUO) or other.weeks != QUO.weeks
    assert parting(QUO, other) == week


def test_what_is_on_record_parts_them_where_it_is_taken_away():
    world = play(RECORD)
    act = next(act for act in world.acts if act.forced and act.week > 20)
    assert parting(RECORD, without(RECORD, act)) == act.week


@pytest.mark.parametrize("edit", EDITS)
def test_a_world_gone_on_with_is_the_one_played_from_its_first_week(edit):
    other, _ = EDITS[edit]
    first = play(QUO, seed=5, run=9)
    on, afresh = play(other, 5, 9, beside=first), play(other, 5, 9)
    assert bits(on.recording) == bits(afresh.recording)
    assert on.minds.block.tobytes() == afresh.minds.block.tobytes()
    assert on.acts == afresh.acts and on.outcomes == afresh.outcomes


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_any_act_taken_away_gives_the_same_future_on_and_afresh(data):
    scenario = data.draw(st.sampled_from([QUO, RECORD]))
    seed, run = data.draw(st.integers(0, 2**63 - 1)), data.draw(st.integers(0, 2**40 - 1))
    world = play(scenario, seed, run)
    acts = [act for act in world.acts if act.channel != Channel.VOTE]
    other = without(scenario, data.draw(st.sampled_from(acts)))
    on = play(other, seed, run, beside=world)
    assert bits(on.recording) == bits(play(other, seed, run).recording)
    # A branch of a branch goes on from the branch.
    again = [act for act in on.acts if act.channel != Channel.VOTE and act.action != "hold"]
    if again:
        third = without(other, data.draw(st.sampled_from(again)))
        gone_on = play(third, seed, run, beside=on)
        assert bits(gone_on.recording) == bits(play(third, seed, run).recording)


def test_only_weeks_after_the_parting_are_stepped(monkeypatch):
    first, stepped = play(QUO, run=3), []
    deliberate = EscalationModel.deliberate
    monkeypatch.setattr(
        EscalationModel, "deliberate", lambda self: (stepped.append(self.week), deliberate(self))
    )
    play(EDITS["a lever"][0], run=3, beside=first)
    assert stepped == [*range(41 // EVERY * EVERY, 70)]
    stepped.clear()
    play(EDITS["a lever"][0], run=4, beside=first)
    assert stepped == [*range(70)], "another run is another world"


def test_an_ensemble_forks_where_its_scenarios_part(monkeypatch):
    test = act_of(QUO, 20, "nuclear_test")
    pair = instead(QUO, test, "nuclear_test"), without(QUO, test)
    alone = [simulate(scenario, 60, seed=2) for scenario in pair]
    widths = []
    advance = EscalationModel.advance
    monkeypatch.setattr(
        EscalationModel, "advance", lambda self: (widths.append(self.width), advance(self))
    )
    heard = []
    together = simulate_side_by_side(pair, 60, 2, progress=lambda done, of: heard.append((done, of)))
    assert widths == [60] * 20 + [120] * 50
    assert heard[-1] == (60 * 70 * 2, 60 * 70 * 2) and heard == sorted(heard)
    for one, other in zip(alone, together, strict=True):
        assert bits(one.weekly) == bits(other.weekly)
        assert one.outcomes.equals(other.outcomes)
    assert not np.array_equal(together[0].weekly.table, together[1].weekly.table)
