"""A world is a pure function of (scenario, seed, run): bit for bit, whatever stands beside it."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from scenario_sim import (
    EscalationModel,
    Scenario,
    compare,
    list_scenarios,
    load_scenario,
    replay,
    simulate,
)
from scenario_sim.data.parameters import PARAMETERS, SETTINGS
from scenario_sim.errors import NotRecordedError, ScenarioError
from scenario_sim.model.kernel.run import Outputs, padded
from scenario_sim.model.kernel.writer import LANES
from scenario_sim.model.random_draws import MAX_RUNS, MAX_SEED
from scenario_sim.simulation import ensemble
from scenario_sim.simulation.histograms import BIN_EDGES
from scenario_sim.simulation.outcomes import HAZARDS
from scenario_sim.simulation.recording import Recording, recorded_rows
from scenario_sim.simulation.runner import runner_of

# What the four roads to confrontation lead to: nothing on the path hangs on these.
END_OF_THE_ROAD = (*HAZARDS, "confrontation_drawn", "confrontation_cause")


@pytest.fixture(scope="module")
def status_quo() -> Scenario:
    return load_scenario("status-quo")


# --- what it means to be the same ------------------------------------------------------------------


def bits(values: np.ndarray) -> bytes:
    return np.ascontiguousarray(values).tobytes()


def weeks_that_differ(one: Recording, other: Recording) -> np.ndarray:
    """The weeks in which any quantity or act of any run differs in any bit."""
    table = one.table.view(np.int32) != other.table.view(np.int32)
    return np.flatnonzero(table.any(axis=(0, 2)) | (one.acts != other.acts).any(axis=(0, 2)))


def assert_same(one, other) -> None:
    """Every recorded quantity and act, every outcome, every count, to the last bit."""
    assert one.runs.tolist() == other.runs.tolist()
    pd.testing.assert_frame_equal(one.outcomes, other.outcomes, check_exact=True)
    assert one.histograms.keys() == other.histograms.keys()
    for name, counts in one.histograms.items():
        assert np.array_equal(counts, other.histograms[name]), name
    if one.recording or other.recording:
        for name in recorded_rows(one.weekly.cast):
            assert bits(one.weekly[name]) == bits(other.weekly[name]), name
        assert bits(one.weekly.acts) == bits(other.weekly.acts)


def only(trajectory, *runs):
    """Some columns of a trajectory as a trajectory of their own."""
    places = [trajectory.runs.tolist().index(run) for run in runs]
    weekly = trajectory.weekly
    return type(trajectory)(
        scenario=trajectory.scenario,
        seed=trajectory.seed,
        runs=trajectory.runs[places],
        outcomes=trajectory.outcomes.iloc[places],
        recording=Recording(weekly.cast, weekly.table[..., places], weekly.acts[..., places]),
    )


# --- worlds nobody thought of ------------------------------------------------------------------------


def somewhere(rng, bounded) -> float:
    return float(rng.uniform(bounded.low, bounded.high))


def some_scenario(rng: np.random.Generator, weeks: int | None = None) -> Scenario:
    """A shipped scenario with levers, changes, coefficients and acts that nobody chose."""
    scenario = load_scenario(str(rng.choice(list_scenarios())))
    weeks = weeks or int(rng.integers(3, 40))
    scenario = scenario.with_weeks(min(weeks, scenario.weeks))
    levers = rng.choice(list(SETTINGS), 4, replace=False)
    scenario = scenario.with_levers(**{n: somewhere(rng, SETTINGS[n]) for n in levers})
    for name in rng.choice(list(SETTINGS), 2, replace=False):
        week = int(rng.integers(scenario.weeks))
        scenario = scenario.with_change(week=week, **{name: somewhere(rng, SETTINGS[name])})
    names = rng.choice(list(PARAMETERS), 5, replace=False)
    parameters = {n: somewhere(rng, PARAMETERS[n]) for n in names} | dict(scenario.parameters)
    scenario = Scenario.model_validate(scenario.as_dict() | {"parameters": parameters})
    for action in rng.choice(list(scenario.cast.actions), 2, replace=False):
        week, state = int(rng.integers(scenario.weeks)), scenario.cast.actions[action][0]
        scenario = scenario.with_act(week=week, state=state.code, action=str(action))
    return scenario


def some_crowd(rng: np.random.Generator) -> tuple[int, int, list[int]]:
    """A seed, a run, and the run among others in no order, its neighbours with it."""
    seed = int(rng.integers(0, MAX_SEED, endpoint=True))
    run = int(rng.integers(0, MAX_RUNS))
    near = {run + step for step in range(-3, 4) if 0 <= run + step < MAX_RUNS}
    far = rng.integers(0, MAX_RUNS, rng.integers(0, 30)).tolist()
    crowd = [run, *(near - {run}), *far]
    rng.shuffle(crowd)
    return seed, run, crowd


@pytest.mark.parametrize("case", range(50))
def test_a_run_alone_is_that_run_of_the_crowd(case):
    rng = np.random.default_rng([2026, case])
    scenario = some_scenario(rng, weeks=None if case else 104)
    seed, run, crowd = some_crowd(rng)
    alone = replay(scenario, seed=seed, run=run)
    assert_same(alone, only(simulate(scenario, crowd, seed), run))


@pytest.mark.parametrize("seed", [0, MAX_SEED])
def test_first_and_last_run_of_first_and_last_seed(status_quo, seed):
    scenario = status_quo.with_weeks(12)
    crowd = simulate(scenario, [MAX_RUNS - 1, 5, 0], seed)
    for run in (0, MAX_RUNS - 1):
        assert_same(replay(scenario, seed, run), only(crowd, run))


@pytest.mark.parametrize("case", range(4))
def test_not_one_bit_of_the_board_knows_of_the_crowd(case):
    """Recording rounds to float32; the board itself, in float64, must agree as well."""
    rng = np.random.default_rng([7, case])
    scenario = some_scenario(rng, weeks=20)
    seed, run, crowd = some_crowd(rng)
    place = crowd.index(run)
    alone, among = (EscalationModel(scenario, runs, rng=seed) for runs in ([run], crowd))
    while alone.running:
        alone.step()
        among.step()
        same = alone.board.block[:, 0].view(int) == among.board.block[:, place].view(int)
        assert same.all(), [name for name, row in alone.board.row.items() if not same[row]]


@pytest.mark.parametrize("case", range(4))
def test_not_one_bit_of_the_compiled_state_knows_of_the_crowd(case):
    """The state of the compiled model after the last week, in float64: every row that is carried."""
    rng = np.random.default_rng([8, case])
    scenario = some_scenario(rng, weeks=30)
    seed, run, crowd = some_crowd(rng)

    def state_of(ids: list[int]) -> np.ndarray:
        runner = runner_of(scenario)
        into = Recording.empty(scenario.cast, scenario.weeks, padded(len(ids)))
        outputs = Outputs([into[name] for name in into.names], into.acts)
        return runner.kernel.run(runner._prepared, seed, np.array(ids), outputs)

    assert bits(state_of([run])[:, 0]) == bits(state_of(crowd)[:, crowd.index(run)])


def test_runs_417_and_3_are_those_of_a_thousand(status_quo):
    scenario = status_quo.with_weeks(26)
    thousand = simulate(scenario, 1000, seed=7)
    assert_same(simulate(scenario, [417, 3], seed=7), only(thousand, 417, 3))
    assert_same(replay(scenario, seed=7, run=417), only(thousand, 417))


def test_run_ids_are_kept_in_their_order(status_quo):
    few = simulate(status_quo.with_weeks(5), [417, 3, 12, 3])
    assert few.runs.tolist() == few.outcomes.index.tolist() == [417, 3, 12, 3]
    assert few.dataset["run"].values.tolist() == [417, 3, 12, 3]
    assert bits(few.weekly.table[..., 1]) == bits(few.weekly.table[..., 3])


def test_a_run_has_one_row_of_outcomes_wherever_it_stands(status_quo):
    scenario = status_quo.with_weeks(80)
    crowd = simulate(scenario, 60, seed=2)
    for run in (0, 17, 59):
        alone = replay(scenario, seed=2, run=run).outcomes
        pd.testing.assert_frame_equal(alone, crowd.outcomes.loc[[run]], check_exact=True)


# --- seeds -------------------------------------------------------------------------------------------


def test_zero_is_a_seed(status_quo):
    scenario = status_quo.with_weeks(10)
    assert_same(simulate(scenario, 5, seed=0), simulate(scenario, 5))
    assert simulate(scenario, 5, seed=0).provenance["seed"] == 0
    other = simulate(scenario, 5, seed=1)
    assert weeks_that_differ(other.weekly, simulate(scenario, 5, seed=0).weekly).size
    zero, nothing, one = (EscalationModel(scenario, runs=5, rng=rng) for rng in (0, None, 1))
    for model in (zero, nothing, one):
        model.step()
    assert bits(zero.board.block) == bits(nothing.board.block) != bits(one.board.block)


@pytest.mark.parametrize("seed", [-1, 2**63, True, 1.5, "7"])
def test_seeds_that_cannot_be_are_refused_in_words(status_quo, seed):
    with pytest.raises(ScenarioError, match="seed"):
        simulate(status_quo.with_weeks(3), 2, seed)


# --- chunks and threads ------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2, 5])
@pytest.mark.parametrize("keep", ["weekly", "outcomes"])
def test_results_do_not_depend_on_chunks_and_threads(status_quo, monkeypatch, keep, jobs):
    scenario = status_quo.with_weeks(15)
    whole = simulate(scenario, 71, seed=4, keep=keep)
    monkeypatch.setattr(
        ensemble, "MAX_CHUNK_RUN_WEEKS", LANES * 15
    )  # five chunks, the last of 7 runs
    told = []
    parts = simulate(scenario, 71, seed=4, keep=keep, jobs=jobs, progress=lambda *f: told.append(f))
    assert_same(parts, whole)
    assert len(told) == 5 and told[-1] == (71 * 15, 71 * 15)
    assert all(a[0] < b[0] and a[1] == b[1] for a, b in pairwise(told))
    if jobs == 1:
        assert [done for done, _ in told] == [n * 15 for n in (16, 32, 48, 64, 71)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exception_in_progress_cancels_the_work(status_quo, monkeypatch, jobs):
    monkeypatch.setattr(ensemble, "MAX_CHUNK_RUN_WEEKS", LANES * 15)
    told, before = [], threading.active_count()

    def stop(done: int, total: int) -> None:
        told.append(done)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        simulate(status_quo.with_weeks(15), 5000, seed=4, jobs=jobs, progress=stop)
    assert len(told) == 1
    assert threading.active_count() == before, "every thread has ended"


def test_weekly_histograms_count_what_the_weeks_hold(status_quo):
    scenario = status_quo.with_weeks(15)
    weeks = simulate(scenario, 50, seed=4).weekly
    counts = simulate(scenario, 50, seed=4, keep="outcomes").histograms
    for name, edges in BIN_EDGES.items():
        assert counts[name].shape == (15, len(edges) - 1)
        assert (counts[name].sum(axis=1) == 50).all(), f"{name}: a run is missing"
        for week in (0, 14):
            expected = np.histogram(np.clip(weeks[name][week], edges[0], edges[-1]), edges)[0]
            assert np.array_equal(counts[name][week], expected), name


def test_weeks_that_would_not_fit_are_not_kept_and_the_message_says_what_to_do(
    status_quo, monkeypatch
):
    scenario = status_quo.with_weeks(10)
    kept = simulate(scenario, 9, seed=4)
    monkeypatch.setattr(ensemble, "MAX_WEEKLY_BYTES", 10_000)
    fallen = simulate(scenario, 9, seed=4)
    pd.testing.assert_frame_equal(fallen.outcomes, kept.outcomes, check_exact=True)
    assert fallen.histograms.keys() == BIN_EDGES.keys()
    for ask in (lambda: fallen.dataset, lambda: fallen.weekly):
        with pytest.raises(NotRecordedError, match=r"fewer runs, or a list of run ids.*runs=\["):
            ask()
    assert_same(simulate(scenario, [8, 1], seed=4), only(kept, 8, 1))


def test_progress_tells_every_world_week_once(status_quo, monkeypatch):
    monkeypatch.setattr(ensemble, "MAX_CHUNK_RUN_WEEKS", LANES * 6)
    told = []
    sides = [status_quo.with_weeks(6), status_quo.with_weeks(6).with_levers(hotline=1)]
    compare(*sides, 40, progress=lambda *far: told.append(far))
    assert told == [(6 * n, 480) for n in (16, 32, 40, 56, 72, 80)]


# --- other scenarios on the same draws ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["status-quo", "summits-2018"])
def test_a_change_in_week_30_leaves_weeks_0_to_29_alone(name):
    scenario = load_scenario(name).with_weeks(45)
    levers = {"exercise_scale": 0.05, "programme_drive": 2.9, "engagement": 0.95}
    changed = scenario.with_change(week=30, **levers)
    base, other = (simulate(s, 40, seed=3) for s in (scenario, changed))
    assert weeks_that_differ(base.weekly, other.weekly)[0] == 30


def test_a_shock_leaves_the_weeks_before_it_alone(status_quo):
    scenario = status_quo.with_weeks(45)
    shock = {"date": scenario.start + timedelta(weeks=30, days=3), "condition": "tension"}
    shaken = Scenario.model_validate(scenario.as_dict() | {"shocks": [shock | {"amount": 2.0}]})
    base, other = (simulate(s, 40, seed=3) for s in (scenario, shaken))
    assert weeks_that_differ(base.weekly, other.weekly)[0] == 30


def test_a_longer_scenario_begins_as_the_shorter_one(status_quo):
    short, long = (simulate(status_quo.with_weeks(weeks), 20, seed=3) for weeks in (30, 45))
    weekly = long.weekly
    begun = Recording(weekly.cast, weekly.table[:, :30].copy(), weekly.acts[:, :30].copy())
    assert not weeks_that_differ(short.weekly, begun).size


def test_an_act_taken_away_leaves_the_weeks_before_it_alone_and_all_other_luck(status_quo):
    scenario = status_quo.with_weeks(40)
    base = replay(scenario, seed=5, run=8)
    decision = base.weekly.cast.channels.index(("DPRK", "provocation"))
    acted = np.flatnonzero(base.weekly.acts[decision, :, 0] > 0)
    week = int(acted[acted >= 15][0])
    without = scenario.with_act(week=week, state="DPRK", action="hold", channel="provocation")
    other = replay(without, seed=5, run=8)
    assert weeks_that_differ(base.weekly, other.weekly)[0] == week
    # Nobody knew of it when deciding: in that week all others act as they did.
    same = base.weekly.acts[:, week, 0] == other.weekly.acts[:, week, 0]
    assert np.flatnonzero(~same).tolist() == [decision]
    assert other.weekly.acts[decision, week, 0] == 0


def test_an_act_forced_where_it_was_chosen_anyway_changes_nothing(status_quo):
    scenario = status_quo.with_weeks(40)
    base = replay(scenario, seed=5, run=8)
    names = ("hold", *base.weekly.cast.actions)
    decision = base.weekly.cast.channels.index(("DPRK", "provocation"))
    for week in (3, 20, 33):
        action = names[base.weekly.acts[decision, week, 0]]
        again = scenario.with_act(week=week, state="DPRK", action=action, channel="provocation")
        assert_same(replay(again, seed=5, run=8), base)


@pytest.mark.parametrize("case", range(8))
def test_a_policy_beside_its_baseline_is_the_policy_alone(case):
    """Levers, coefficients, acts, shocks: each scenario keeps its own beside others."""
    rng = np.random.default_rng([12, case])
    baseline = some_scenario(rng, weeks=25)
    policy = Scenario.model_validate(
        some_scenario(rng, weeks=25).as_dict()
        | {"start": baseline.start, "weeks": baseline.weeks, "begins": baseline.begins}
        | dict.fromkeys(("changes", "acts", "shocks", "replay"), ())
    )
    policy = policy.with_change(week=2, exercise_scale=1.2, programme_drive=0.4)
    policy = policy.with_act(week=1, state="USA", action="table_draft")
    seed, _, crowd = some_crowd(rng)
    both = compare(baseline, policy, crowd, seed)
    assert_same(both.baseline, simulate(baseline, crowd, seed))
    assert_same(both.policy, simulate(policy, crowd, seed))


def test_a_policy_that_changes_nothing_differs_in_nothing(status_quo):
    scenario = status_quo.with_weeks(20)
    same = compare(scenario, scenario.with_levers(exercise_scale=0.8), 30, seed=1)
    assert_same(same.baseline, same.policy)
    assert (same.table["share_of_runs_changed"] == 0).all()


@pytest.mark.parametrize("lever", ["hotline", "early_warning", "war_risk_anchor"])
def test_hotline_early_warning_and_anchor_move_hazards_and_nothing_else(status_quo, lever):
    setting = SETTINGS[lever]
    low, high = (
        simulate(status_quo.with_levers(**{lever: value}), 60, seed=1).weekly
        for value in (setting.low, setting.high)
    )
    assert bits(low.acts) == bits(high.acts)
    moved = {name for name in recorded_rows(low.cast) if bits(low[name]) != bits(high[name])}
    assert moved and moved <= set(END_OF_THE_ROAD)


# --- nobody's order matters --------------------------------------------------------------------------


@pytest.mark.parametrize("case", range(4))
def test_the_order_of_the_states_does_not_matter(case):
    rng = np.random.default_rng([5, case])
    scenario = some_scenario(rng, weeks=30)
    seed, _, crowd = some_crowd(rng)
    usual, other = (EscalationModel(scenario, crowd, rng=seed) for _ in range(2))
    while usual.running:
        other.states = (
            other.states[::-1] if case == 0 else tuple(rng.permutation(np.array(other.states)))
        )
        usual.step()
        other.step()
        assert bits(usual.board.block) == bits(other.board.block)
