"""Escalation cycles on hand-made weeks, and what holds of any weeks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scenario_sim import load_scenario, simulate
from scenario_sim.data.states import load_cast
from scenario_sim.formatting import format_long_date
from scenario_sim.model.measures import Measure
from scenario_sim.reporting.narrative import find_cycles, find_phases
from scenario_sim.simulation.cycles import (
    ANSWER_WEEKS,
    CALM_BAND,
    CYCLES,
    NEAR_MISSES,
    PEAK,
    SWING,
    TROUGH,
    Phase,
    count_cycles,
    count_near_misses,
    mean_cycle_weeks,
    near_miss_weeks,
    phases,
    turning_points,
)
from scenario_sim.simulation.recording import RecordedWeek, Recording
from scenario_sim.simulation.single_run import simulate_run

CAST = load_cast()
CODES = {action: n for n, action in enumerate(CAST.actions, start=1)}
LETTERS = {"C": Phase.CALM, "P": Phase.PROBE, "R": Phase.REACTION, "K": Phase.PEAK,
           "S": Phase.SETTLEMENT}  # fmt: skip


def weeks(tension, *acts: tuple[int, str], **more) -> Recording:
    """One run: tension of each week, and acts as (week, action)."""
    made = Recording.empty(CAST, len(tension), 1)
    made["tension"][:, 0] = tension
    for week, action in acts:
        state, does = CAST.actions[action]
        made.acts[CAST.channels.index((state.code, does.channel)), week, 0] = CODES[action]
    for name, at in more.items():
        made[name][at, 0] = 1
    return made


def spelt(recording: Recording) -> str:
    letter = {phase: letter for letter, phase in LETTERS.items()}
    return "".join(letter[Phase(int(p))] for p in phases(recording)[:, 0])


def grown(measure: Measure, recording: Recording) -> dict[str, np.ndarray]:
    """The rows of one measure after the last week."""
    rows = {name: np.full(recording.runs, value) for name, value in measure.start.items()}
    for week in range(len(recording["tension"])):
        after = measure.grow(RecordedWeek(recording, week), rows)
        rows = {name: np.asarray(value, float) for name, value in after.items()}
    return rows


def cycles(recording: Recording) -> np.ndarray:
    return count_cycles(grown(CYCLES, recording), len(recording["tension"]))


def length(recording: Recording) -> np.ndarray:
    return mean_cycle_weeks(grown(CYCLES, recording), len(recording["tension"]))


def misses(recording: Recording) -> np.ndarray:
    return count_near_misses(grown(NEAR_MISSES, recording), len(recording["tension"]))


TEXTBOOK = [3.0, 3.0, 3.2, 3.7, 4.0, 4.6, 5.0, 5.4, 5.3, 4.9, 4.2, 3.6, 3.1, 3.0, 3.0]
TEST, DRILL = (3, "regional_test"), (5, "joint_exercise")


# --- hand-made weeks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tension", "acts", "expected"),
    [
        (TEXTBOOK, [TEST, DRILL], "CCCPPRRKKSSSCCC"),
        (TEXTBOOK, [TEST], "CCCPPPPKKSSSCCC"),  # nobody answers
        (TEXTBOOK, [], "CCCPPPPKKSSSCCC"),  # nobody moved
        (TEXTBOOK, [TEST, (3, "joint_exercise")], "CCCPPPPKKSSSCCC"),  # at once is no answer
        (TEXTBOOK, [TEST, (3, "joint_exercise"), (4, "regional_test")], "CCCPRRRKKSSSCCC"),
        (TEXTBOOK, [(4, "us_condemn"), TEST], "CCCPPPPKKSSSCCC"),  # words are no answer
        (TEXTBOOK, [(3, "joint_exercise"), (5, "short_range_test")], "CCCPPRRKKSSSCCC"),
        (TEXTBOOK, [TEST, (5, "regional_test")], "CCCPPPPKKSSSCCC"),  # by the same side
        ([3.0, 3.0, 5.0, 4.9, 4.0, 3.0], [], "CCKKSC"),  # a jump has no probe
        ([3.0] * 6, [], "CCCCCC"),
        ([3.0, 3.9, 3.0, 3.9, 3.0], [], "CCCCC"),  # less than a rung
        ([6.0, 5.0, 4.0, 3.0, 3.0], [], "SSSCC"),  # begins by settling
        ([3.0, 4.0, 5.0, 6.0], [], "CPPK"),  # ends at its peak
        ([3.0, 5.0, 4.0, 5.0, 3.0, 3.0], [], "CKCKCC"),
    ],
)  # fmt: skip
def test_a_hand_made_trajectory_is_read_as_one_would(tension, acts, expected):
    assert spelt(weeks(tension, *acts)) == expected


def test_cycles_are_counted_and_measured():
    twice = weeks(TEXTBOOK + TEXTBOOK)
    assert cycles(twice)[0] == 2
    assert length(twice)[0] == 9  # from week 3 to week 11
    unfinished = weeks([*TEXTBOOK, 4, 5, 6])
    assert cycles(unfinished)[0] == 2 and length(unfinished)[0] == 9
    assert cycles(weeks([3.0] * 9))[0] == 0
    assert np.isnan(length(weeks([3.0] * 9))[0])


@pytest.mark.parametrize(
    ("recording", "expected"),
    [
        (weeks([5, 6, 6.5, 5, 6, 5]), 2),
        (weeks([5, 5.9, 5]), 0),
        (weeks([6, 6]), 1),
        (weeks([3, 3, 3], incident=1), 1),
        (weeks([3, 3, 3], (1, "limited_attack")), 1),
        (weeks([6, 6, 3, 6], confrontation_drawn=0), 1),
        (weeks([6, 6, 6], confrontation_drawn=2), 0),
    ],
)
def test_near_misses_are_spells_that_passed(recording, expected):
    assert misses(recording)[0] == expected


# --- any weeks --------------------------------------------------------------------------------------------

courses = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 40), st.integers(1, 4)),
    elements=st.floats(0, 7.96875, width=32),
)


@given(courses)
def test_turns_alternate_from_a_trough_on_and_lie_a_swing_apart(tension):
    turns = turning_points(tension)
    for run in range(tension.shape[1]):
        at = np.flatnonzero(turns[:, run])
        kinds = turns[at, run].tolist()
        assert kinds == [TROUGH, PEAK] * (len(kinds) // 2) + [TROUGH] * (len(kinds) % 2)
        steps = np.abs(np.diff(tension[at, run]))
        assert (steps >= SWING.default).all()
        for first, last in pairwise(at):
            between = tension[first : last + 1, run]
            assert {between.min(), between.max()} == {tension[first, run], tension[last, run]}


@settings(max_examples=150)
@given(courses, st.data())
def test_phases_tile_the_weeks_and_follow_one_another(tension, data):
    many = Recording.empty(CAST, *tension.shape)
    many["tension"][:] = tension
    for decision, (state, channel) in enumerate(CAST.channels):
        codes = [a.code for a in CAST.alternatives_in((state, channel))]
        many.acts[decision] = data.draw(
            arrays.arrays(np.int8, tension.shape, elements=st.sampled_from(codes))
        )
    found, turns = phases(many), turning_points(many["tension"])
    assert np.isin(found, list(Phase)).all()
    assert (found[turns == PEAK] == Phase.PEAK).all()
    assert (found[turns == TROUGH] == Phase.CALM).all()
    for run in range(tension.shape[1]):
        course = found[:, run]
        for before, after in pairwise(course):
            assert after >= before or after == Phase.CALM, "phases come in their order"
            assert before != Phase.SETTLEMENT or after in (Phase.SETTLEMENT, Phase.CALM)
        on = np.concatenate([[0], course != Phase.CALM, [0]]).astype(int)
        spells = list(
            zip(np.flatnonzero(np.diff(on) > 0), np.flatnonzero(np.diff(on) < 0), strict=True)
        )
        peaks = [int((turns[a:b, run] == PEAK).sum()) for a, b in spells]
        assert all(n == 1 or (n == 0 and a == 0) for n, (a, _) in zip(peaks, spells, strict=True))
        assert sum(peaks) == cycles(many)[run]


# --- what grows week by week, against all weeks seen at once -------------------------------------------------


def turns_by_hand(tension: list[float]) -> list[tuple[int, int]]:
    """(week, TROUGH or PEAK) of one run, as docs/cycles.md defines them: the extreme since the last
    turn is a turn once tension lies a swing from it."""
    turns, kind, since = [], TROUGH, 0
    for now in range(len(tension)):
        stretch = range(since, now + 1)
        if kind == TROUGH:  # of equal weeks the last trough and the first peak
            extreme = min(stretch, key=lambda week: (tension[week], -week))
            turned = tension[now] - tension[extreme] >= SWING.default
        else:
            extreme = max(stretch, key=lambda week: (tension[week], -week))
            turned = tension[extreme] - tension[now] >= SWING.default
        if turned:
            turns.append((extreme, kind))
            kind, since = -kind, extreme + 1
    if kind == PEAK:  # a rise that has not fallen again
        turns.append((max(range(since, len(tension)), key=lambda w: (tension[w], -w)), PEAK))
    return turns


def cycles_by_hand(tension: list[float]) -> tuple[int, float]:
    """How many cycles one run has, and their mean length in weeks."""
    turns, lengths, many = turns_by_hand(tension), [], 0
    for n, (peak, kind) in enumerate(turns):
        if kind == TROUGH:
            continue
        many += 1
        trough = tension[turns[n - 1][0]]
        after = tension[turns[n + 1][0]] if n + 1 < len(turns) else trough
        calm = max(week for week in range(peak) if tension[week] <= trough + CALM_BAND.default)
        end = range(peak + 1, len(tension))
        over = next((week for week in end if tension[week] <= after + CALM_BAND.default), None)
        if over is not None:
            lengths.append(over - 1 - calm)
    return many, float(np.mean(lengths)) if lengths else np.nan


def near_misses_by_hand(near: list[bool], drawn: list[bool]) -> int:
    """How many unbroken spells of near-miss weeks hold no week in which confrontation is drawn."""
    spells = "".join("-" if not on else "x" if struck else "o"
                     for on, struck in zip(near, drawn, strict=True)).split("-")  # fmt: skip
    return sum(bool(spell) and "x" not in spell for spell in spells)


# Walks by quarters of a rung: they meet the swing and the calm band exactly.
steps = st.sampled_from([-1.5, -1.0, -0.5, -0.25, 0.0, 0.0, 0.25, 0.5, 1.0, 1.5])
walks = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 60), st.integers(1, 4)), elements=steps
).map(lambda moves: np.clip(3.0 + np.add.accumulate(moves), 0.0, 7.75))


# Of two equal peaks the first counts: near the next trough (4.0) tension is in week 2 already.
TWO_EQUAL_PEAKS = np.array([[3.0, 5.0, 4.5, 5.0, 4.0, 5.0]]).T


@settings(max_examples=300)
@given(walks | courses)
@example(TWO_EQUAL_PEAKS)
def test_cycles_followed_week_by_week_are_those_of_the_definition(tension):
    many = Recording.empty(CAST, *tension.shape)
    many["tension"][:] = tension
    found, lengths = cycles(many), length(many)
    turns = turning_points(tension)
    for run in range(tension.shape[1]):
        course = tension[:, run].tolist()
        at = np.flatnonzero(turns[:, run])
        assert list(zip(at.tolist(), turns[at, run].tolist(), strict=True)) == turns_by_hand(course)
        number, weeks_of_a_cycle = cycles_by_hand(course)
        assert found[run] == number
        assert lengths[run] == pytest.approx(weeks_of_a_cycle, nan_ok=True, rel=1e-12)


@settings(max_examples=150)
@given(walks | courses)
def test_cycles_followed_week_by_week_are_the_spells_out_of_calm(tension):
    many = Recording.empty(CAST, *tension.shape)
    many["tension"][:] = tension
    out, peak = phases(many) != Phase.CALM, turning_points(tension) == PEAK
    lengths = length(many)
    for run in range(tension.shape[1]):
        edges = np.diff(np.concatenate([[0], out[:, run], [0]]).astype(int))
        spells = zip(np.flatnonzero(edges > 0), np.flatnonzero(edges < 0), strict=True)
        ended = [b - a for a, b in spells if b < len(tension) and peak[a:b, run].any()]
        expected = np.mean(ended) if ended else np.nan
        assert lengths[run] == pytest.approx(expected, nan_ok=True, rel=1e-12)


@settings(max_examples=150)
@given(st.data(), st.integers(1, 60), st.integers(1, 4))
def test_near_misses_counted_week_by_week_are_the_spells_of_the_definition(data, weeks, runs):
    many, shape = Recording.empty(CAST, weeks, runs), (weeks, runs)
    levels = arrays.arrays(np.float32, shape, elements=st.sampled_from([3.0, 5.875, 6.0, 6.5]))
    rarely = arrays.arrays(bool, shape, elements=st.sampled_from([False] * 4 + [True]))
    many["tension"][:] = data.draw(levels)
    many["incident"][:] = data.draw(rarely)
    many["confrontation_drawn"][:] = data.draw(rarely)
    provocation = CAST.channels.index(("DPRK", "provocation"))
    many.acts[provocation][data.draw(rarely)] = CODES["limited_attack"]
    near, drawn = near_miss_weeks(many), many["confrontation_drawn"] > 0
    expected = [near_misses_by_hand(near[:, run], drawn[:, run]) for run in range(runs)]
    assert misses(many).tolist() == expected


def test_cycles_measured_by_the_compiled_model_are_those_of_its_weeks():
    futures = simulate(load_scenario("status-quo"), 300, seed=5)
    for run in range(300):
        course = futures.weekly["tension"][:, run].astype(float).tolist()
        number, weeks_of_a_cycle = cycles_by_hand(course)
        assert futures.outcomes.cycles[run] == number
        found = futures.outcomes.cycle_weeks[run]
        assert found == pytest.approx(weeks_of_a_cycle, nan_ok=True, rel=1e-12)
    near, drawn = near_miss_weeks(futures.weekly), futures.weekly["confrontation_drawn"] > 0
    expected = [near_misses_by_hand(near[:, run], drawn[:, run]) for run in range(300)]
    assert futures.outcomes.near_misses.tolist() == expected


def test_a_run_alone_is_measured_as_in_a_crowd():
    crowd = simulate(load_scenario("status-quo").with_weeks(60), 12).weekly
    for run in range(12):
        alone = crowd.part(slice(run, run + 1))
        assert np.array_equal(phases(crowd)[:, [run]], phases(alone))
        for measure in (cycles, length, misses):
            assert np.array_equal(measure(crowd)[[run]], measure(alone), equal_nan=True)


def test_the_shipped_world_has_cycles_and_near_misses():
    outcomes = simulate(load_scenario("status-quo"), 200).outcomes
    assert outcomes.cycles.mean() > 1 and (outcomes.near_misses > 0).any()
    assert outcomes.cycle_weeks.dropna().gt(0).all()


# --- one world's ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("run", range(6))
def test_every_fact_told_of_a_cycle_is_one_of_the_world(run):
    world = simulate_run(load_scenario("status-quo"), run=run)
    course, cycles = find_phases(world), find_cycles(world)
    assert len(cycles) == world.outcomes["cycles"] >= 1
    for cycle in cycles:
        told = [week for a, b in cycle.phases.values() for week in range(a, b + 1)]
        assert told == list(range(cycle.first, cycle.last + 1)), "phases tile the cycle in order"
        assert all(course[a] == course[b] == phase for phase, (a, b) in cycle.phases.items())
        assert cycle.finished == (cycle.last + 1 < world.scenario.weeks)
        height = world.recording["tension"][cycle.first : cycle.last + 1, 0].max()
        assert cycle.tension == pytest.approx(height)
        assert f"at tension {height:.1f} (rung {int(height)}," in cycle.sentence
        for act in cycle.first_movers:
            assert act in world.acts and cycle.first <= act.week <= cycle.peak
            assert world.scenario.cast[act.state].name in cycle.sentence
        for week in (cycle.first, cycle.peak):
            assert f"in the week of {format_long_date(world.frame(week).date)}" in cycle.sentence
        for chain in cycle.chains:
            assert len(chain) > 1 and len({act.state for act in chain}) == 2
            for one, answer in pairwise(chain):
                assert one.state != answer.state
                assert 0 < answer.week - one.week <= ANSWER_WEEKS.default
                assert cycle.first <= one.week and answer.week <= cycle.last
    finished = [cycle.weeks for cycle in cycles if cycle.finished]
    mean = world.outcomes["cycle_weeks"]
    assert mean is None if not finished else mean == pytest.approx(np.mean(finished))
    assert any(cycle.chains for cycle in cycles)
