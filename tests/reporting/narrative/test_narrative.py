"""A story tells what the trajectory holds, and why the states did it."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from scenario_sim import Scenario, load_scenario, replay
from scenario_sim.data.enums import Rung
from scenario_sim.data.states import HOLD
from scenario_sim.errors import ScenarioError
from scenario_sim.reporting.narrative import (
    EVENT,
    Entry,
    Explanation,
    Narrative,
    Reason,
    describe_risk,
    format_chance,
    narrate,
)
from scenario_sim.reporting.narrative.episodes import find_crisis_events
from scenario_sim.reporting.narrative.events import MIN_TOLD_TENSION_SHIFT, MIN_TOLD_THEFT_MUSD
from scenario_sim.reporting.narrative.phrases import state_name
from scenario_sim.simulation.single_run import make_act

WORLDS = [
    ("status-quo", 0, 0),
    ("status-quo", 7, 417),
    ("summits-2018", 0, 2),
    ("surge-2022", 1, 3),
    ("fire-and-fury-2017", 0, 5),  # forces acts
    ("cheonan-yeonpyeong-2010", 0, 1),
    ("freeze-for-freeze", 2, 11),
    ("lab-accidental-war", 0, 0),
    ("the record", 0, 0),
]


def scenario_called(name: str) -> Scenario:
    """A shipped scenario, or `the record`: what four states did from 2013 to 2017."""
    if name != "the record":
        return load_scenario(name)
    states = ["DPRK", "USA", "ROK", "China"]
    return Scenario(title=name, start="2013-01-07", weeks=250, begins="2013-01", replay=states)


@pytest.fixture(scope="module", params=WORLDS, ids=lambda world: "-".join(map(str, world)))
def world(request):
    """(trajectory of one run, its story with everything in it, and the short one)."""
    name, seed, run = request.param
    scenario = scenario_called(name)
    full = narrate(scenario, seed, run, why=True, everything=True)
    return replay(scenario, seed, run), full, narrate(scenario, seed, run)


def acts_recorded(trajectory) -> set[tuple[int, str, str]]:
    """(week, state, action) of every act that the trajectory holds."""
    cast, acts = trajectory.scenario.cast, trajectory.weekly.acts[:, :, 0]
    names = (HOLD, *cast.actions)
    return {
        (int(week), cast.channels[decision][0], names[acts[decision, week]])
        for decision, week in np.argwhere(acts > 0)
    }


def acts_told(story: Narrative) -> list[tuple[int, str, str]]:
    """The same as told: a drill of three weeks is three acts."""
    ids = story.world.scenario.cast.actions
    return [
        (week, entry.state, entry.action)
        for entry in story.entries
        if entry.action in ids
        for week in range(entry.week, entry.week + entry.weeks)
    ]


def events(story: Narrative, *names: str) -> list[Entry]:
    return [entry for entry in story.entries if entry.action in names]


# --- the facts ------------------------------------------------------------------------------------


def test_every_act_recorded_is_told_once_and_no_other(world):
    trajectory, full, _ = world
    told = acts_told(full)
    assert len(told) == len(set(told))
    assert set(told) == acts_recorded(trajectory)


def test_the_short_story_tells_every_deed_and_no_mere_words(world):
    trajectory, _, short = world
    cast = trajectory.scenario.cast
    deeds = {
        (week, state, action)
        for week, state, action in acts_recorded(trajectory)
        if cast.actions[action][1].channel in ("vote", "domestic")
        or "opens_talks" in cast.actions[action][1].signals
        or (cast.actions[action][1].rung >= 2 and cast.actions[action][1].channel != "support")
    }
    assert set(acts_told(short)) == deeds
    assert short.left_out


def test_the_short_story_is_the_full_one_less_what_is_small(world):
    _, full, short = world
    kept = [(e.week, e.action, e.sentence) for e in full.entries if not e.small]
    assert kept == [(e.week, e.action, e.sentence) for e in short.entries]
    assert any(e.small for e in full.entries) and not any(e.small for e in short.entries)


def test_what_is_told_of_an_act_is_what_the_states_files_say(world):
    _, full, _ = world
    for entry in full.entries:
        if entry.action in full.world.scenario.cast.actions:
            state, action = full.world.scenario.cast.actions[entry.action]
            assert (entry.state, entry.rung, entry.family) == (
                state.code,
                action.rung,
                action.family,
            )
            forms = {form.sentence for form in action.forms} or {action.sentence}
            if "long_range_test" not in action.signals:  # the model decides what flies
                assert entry.sentence in {f"{state_name(state)} {form}" for form in forms}


def test_launch_days_agree_with_the_record(world):
    trajectory, full, short = world
    recorded = trajectory.weekly["launch_days"][:, 0]
    for story in (full, short):
        told = np.zeros_like(recorded)
        for entry in story.entries:
            for moved in entry.moved:
                if days := re.fullmatch(r"(\d+) launch days?", moved):
                    told[entry.week] += int(days[1])
        assert np.array_equal(told, recorded)


def test_tension_agrees_with_the_record_and_is_told_once_a_week(world):
    trajectory, _, short = world
    after = trajectory.weekly["tension"][:, 0]
    before = np.append(trajectory.scenario.start_conditions()["tension"], after[:-1])
    told = {}
    for entry in short.entries:
        assert entry.tension == pytest.approx((before[entry.week], after[entry.week]))
        for moved in entry.moved:
            if levels := re.fullmatch(r"tension from (.+) to (.+)", moved):
                assert entry.week not in told
                told[entry.week] = float(levels[1]), float(levels[2])
    for week in {entry.week for entry in short.entries}:
        felt = abs(float(after[week]) - float(before[week])) >= MIN_TOLD_TENSION_SHIFT
        assert (week in told) == felt
        if felt:
            assert told[week] == pytest.approx((before[week], after[week]), abs=0.051)


def test_a_rise_of_tension_is_told_beside_what_stands_highest_on_the_ladder(world):
    _, full, _ = world
    turns = {(turn.week, turn.name) for turn in find_crisis_events(full.world)}
    told = {}
    for entry in full.entries:
        if (entry.week, entry.action) not in turns:
            told.setdefault(entry.week, []).append(entry)
    for week in told.values():
        if week[0].tension[1] - week[0].tension[0] >= MIN_TOLD_TENSION_SHIFT:
            (beside,) = (one for one in week if any("tension from" in said for said in one.moved))
            assert (beside.rung or 0) == max(one.rung or 0 for one in week)


def test_talks_agree_with_the_record(world):
    trajectory, full, _ = world
    stage = trajectory.weekly["talks_stage"][:, 0]
    before = np.append(trajectory.scenario.start_conditions()["talks_stage"], stage[:-1])
    for name, reached in (("contact", 1), ("talks", 2), ("deal", 3)):
        weeks = np.flatnonzero((stage > before) & (stage == reached))
        assert [entry.week for entry in events(full, name)] == weeks.tolist()
    broken = np.flatnonzero(trajectory.weekly["breakdown"][:, 0])
    assert [entry.week for entry in events(full, "breakdown")] == broken.tolist()


def test_the_councils_drafts_end_as_recorded(world):
    trajectory, full, _ = world
    row = trajectory.outcomes.iloc[0]
    drafts = [entry for entry in full.entries if entry.action == "table_draft"]
    vetoed = [entry for entry in drafts if "it is vetoed" in entry.moved]
    passed = [e for e in drafts if any(moved.startswith("it passes") for moved in e.moved)]
    assert (len(vetoed), len(passed)) == (row.vetoes, row.resolutions)
    assert len(vetoed) + len(passed) == len(drafts)
    for draft in drafts:
        cast = trajectory.scenario.cast
        votes = {
            e.state: e.action
            for e in full.entries
            if e.week == draft.week
            and e.action in cast.actions
            and cast.actions[e.action][1].channel == "vote"
        }
        assert {"China", "Russia"} <= votes.keys()
        assert any(a.endswith("_veto") for a in votes.values()) == (draft in vetoed)


def test_thefts_agree_with_the_record(world):
    trajectory, full, short = world
    stolen = trajectory.weekly["cyber_theft"][:, 0]
    assert [e.week for e in events(full, "theft")] == np.flatnonzero(stolen > 0).tolist()
    assert [e.week for e in events(short, "theft")] == np.flatnonzero(
        stolen >= MIN_TOLD_THEFT_MUSD
    ).tolist()
    for entry in events(full, "theft"):
        assert f"${stolen[entry.week]:,.0f}m" in entry.sentence


def test_incidents_and_the_confrontation_agree_with_the_outcomes(world):
    trajectory, full, _ = world
    row = trajectory.outcomes.iloc[0]
    assert len(events(full, "incident")) == row.incidents
    drawn = events(full, "confrontation")
    assert len(drawn) == row.confrontation
    assert [entry.week for entry in drawn] == [row.confrontation_week] * len(drawn)


def test_the_summary_says_what_the_outcomes_say(world):
    trajectory, full, short = world
    row = trajectory.outcomes.iloc[0]
    assert full.summary == short.summary
    assert f"Tension averages {row.mean_tension:.1f}" in full.summary
    assert f"the highest rung is {row.peak_rung:.0f} " in full.summary
    days = int(row.launch_days)
    assert (f"{days} launch day" if days else "no launch days") in full.summary
    assert ("No direct confrontation" in full.summary) == (row.confrontation == 0)
    for name, value in full.outcomes.items():
        assert value == row[name] or (value is None and row[name] != row[name])


# --- the reasons -----------------------------------------------------------------------------------


def test_every_act_has_a_reason_and_a_chance(world):
    _, full, short = world
    for entry in full.entries:
        if entry.action in full.world.scenario.cast.actions:
            assert 0 <= entry.why.chance <= 1
            strengths = [abs(reason.weight) for reason in entry.why.reasons]
            assert strengths == sorted(strengths, reverse=True)
        else:
            assert entry.why is None
    assert all(entry.why is None for entry in short.entries)


def test_the_terms_add_up_to_the_chance(world):
    """Where one act stands against holding still, its chance is the logit of its terms."""
    _, full, _ = world
    for entry in full.entries:
        if entry.action == "joint_exercise" and not entry.why.forced:
            utility = sum(reason.weight for reason in entry.why.reasons)
            assert entry.why.chance == pytest.approx(1 / (1 + math.exp(-utility)))


def test_asking_why_changes_nothing_else(world):
    _, full, _ = world
    plain = narrate(full.world.scenario, full.world.seed, full.world.run, everything=True)
    assert [str(entry) for entry in plain.entries] == [str(entry) for entry in full.entries]


def test_the_largest_terms_come_first_in_words():
    weights = (("offers", 4.0), ("Russia", -2.1), ("an ICBM", 0.9), ("dust", 0.01))
    act = make_act(load_scenario("status-quo"), 3, "open_talks")
    reasons = tuple(Reason(words, weight) for words, weight in weights)
    why = Explanation(act, {"open_talks": 0.12, "hold": 0.88}, "hold", reasons)
    said = str(why)
    assert (
        said
        == "because: offers +4.0, an ICBM +0.9; against: Russia -2.1; chance it had that week: 12 %"
    )
    assert why.sentence == (
        "Unlikely (12 %). Offers and an ICBM pushed towards it; Russia spoke against it."
    )


def test_an_act_that_was_forced_says_so():
    scenario = load_scenario("status-quo").with_weeks(8)
    scenario = scenario.with_act(week=3, state="DPRK", action="icbm_test")
    (act,) = [e for e in narrate(scenario, why=True).entries if e.week == 3 and e.state == "DPRK"]
    assert act.action == "icbm_test"
    assert str(act.why) == "because the scenario forces it"


def test_an_act_of_the_record_says_so():
    story = narrate(scenario_called("the record"), why=True)
    on_record = [e for e in story.entries if e.why and e.why.forced == "it is on record"]
    assert {"nuclear_test", "icbm_test", "joint_exercise"} <= {entry.action for entry in on_record}
    assert "Japan" not in {entry.state for entry in on_record}


def test_an_act_taken_away_is_told():
    first = narrate(load_scenario("status-quo")).entries
    act = next(entry for entry in first if entry.action == "short_range_test")
    without = load_scenario("status-quo").with_act(
        week=act.week, state="DPRK", channel="provocation", action="hold"
    )
    (held,) = events(narrate(without), "held_back")
    assert (held.week, held.state) == (act.week, "DPRK")
    assert "North Korea is held back" in held.sentence


# --- what the scenario brings ------------------------------------------------------------------------


def test_a_change_is_told_in_its_first_week():
    scenario = load_scenario("status-quo").with_weeks(10).with_change(week=4, hotline=0.8)
    (change,) = events(narrate(scenario), "change")
    assert change.week == 4
    assert "Hotline from 0.1 to 0.8" in change.moved


def test_a_shock_is_told_in_its_week():
    shock = {"date": "2026-09-23", "condition": "tension", "amount": 1.0, "note": "a cut cable"}
    scenario = Scenario(title="Shock", weeks=6, shocks=[shock])
    (told,) = events(narrate(scenario), "shock")
    assert (told.week, told.sentence) == (2, "A cut cable")
    assert told.moved[0] == "tension +1"


# --- how it is told ----------------------------------------------------------------------------------


def test_a_story_may_be_read_by_state_and_family(world):
    _, full, _ = world
    assert full.only() == full.entries
    of_the_north = full.only(states=["DPRK"])
    tests = full.only(states=["DPRK"], families=["provocation"])
    assert of_the_north and {entry.state for entry in of_the_north} == {"DPRK"}
    assert all(test in of_the_north for test in tests)
    assert {entry.family for entry in tests} <= {"provocation"}
    parts = [full.only(families=[f]) for f in {entry.family for entry in full.entries}]
    assert sum(map(len, parts)) == len(full.entries)
    assert all(not e.state or e.action == "held_back" for e in full.only(families=[EVENT]))


def test_the_same_world_is_told_the_same_way(world):
    _, _, short = world
    again = narrate(short.world.scenario, short.world.seed, short.world.run)
    assert again.entries == short.entries
    assert again.summary == short.summary


def test_it_reads_as_sentences_in_order(world):
    _, full, short = world
    for story in (full, short):
        weeks = [entry.week for entry in story.entries]
        assert weeks == sorted(weeks)
        for entry in story.entries:
            text = str(entry)
            assert text[0].isupper() or text[0].isdigit()
            assert text.endswith(".")
            assert not re.search(r"\b(nan|None|likely|predict\w*|forecast\w*)\b", text)


def test_a_sentence_names_act_rung_and_what_it_moved():
    story = narrate(load_scenario("status-quo"))
    act = next(entry for entry in story.entries if entry.action == "short_range_test")
    rung = Rung.SHORT_RANGE_SIGNALLING
    start = f"{act.sentence} (rung 3, {rung.label}): "
    assert str(act).startswith(start)
    assert act.sentence.startswith("North Korea tests ")


@pytest.mark.parametrize(("seed", "run"), [(-1, 0), (0, -1), (0, 2**40)])
def test_a_world_that_cannot_be_is_refused(seed, run):
    with pytest.raises(ScenarioError):
        narrate(Scenario(title="x"), seed, run)


def test_chances_and_risks_are_said_with_few_digits():
    assert [format_chance(p) for p in (0, 0.034, 0.5, 0.999)] == [
        "under 0.1 %",
        "3.4 %",
        "50 %",
        "over 99 %",
    ]
    assert describe_risk(0.0234) == "about 2 %"
    assert "about" not in describe_risk(0.73)
    assert "outside any observed range" in describe_risk(0.73)
