"""The compiled model and the Mesa model cannot disagree."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from importlib.resources import files
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from some_scenarios import ENVOY, scenarios

from scenario_sim import EscalationModel, Scenario, load_scenario, simulate
from scenario_sim.data.enums import ADDED_CHOICE_DRAWS
from scenario_sim.data.states import MECHANISMS, load_cast
from scenario_sim.model import equations
from scenario_sim.model.kernel.interpret import evaluate
from scenario_sim.model.kernel.program import Program
from scenario_sim.model.kernel.run import Kernel, Outputs, padded
from scenario_sim.model.kernel.symbols import TracingError
from scenario_sim.model.kernel.trace import trace_week
from scenario_sim.model.random_draws import MAX_SEED, WORDS_PER_BLOCK, DrawLayout, RandomDraws
from scenario_sim.simulation.histograms import HISTOGRAMS, empty_counts
from scenario_sim.simulation.outcomes import MEASURES, measure_outcomes, measured_start
from scenario_sim.simulation.recording import Recording, recorded_rows
from scenario_sim.simulation.runner import CompiledRunner, NumpyRunner, runner_of

QUO = load_scenario("status-quo")
# Between the arithmetic of NumPy and that of the kernel: their exp and log differ in the last bit.
TOLERANCE = {"rtol": 2e-6, "atol": 1e-6}  # of a recorded value, which has single precision
TIE = 1e-12  # two alternatives whose appeal is as close as this may be taken either way


def program_of(scenario: Scenario) -> Program:
    trace = trace_week(scenario, recorded_rows(scenario.cast), MEASURES, HISTOGRAMS)
    return Program(trace)


@pytest.fixture(scope="module")
def program() -> Program:
    return program_of(QUO)


@pytest.fixture(scope="module")
def compiled() -> CompiledRunner:
    runner = runner_of(QUO)
    assert isinstance(runner, CompiledRunner), "this machine makes no machine code"
    return runner


def recorded(runner, seed: int, runs) -> Recording:
    weeks = QUO.weeks if not isinstance(runner, NumpyRunner) else runner._scenario.weeks
    ids = np.asarray(runs)
    into = Recording.empty(runner.cast, weeks, padded(len(ids)))
    runner.make(seed, ids, into)
    return into.part(slice(0, len(ids)))


def recorded_by_both(scenario: Scenario, seed: int, runs) -> tuple[Recording, Recording]:
    ids, found = np.asarray(runs), []
    for runner in (runner_of(scenario), NumpyRunner(scenario)):
        into = Recording.empty(scenario.cast, scenario.weeks, padded(len(ids)))
        runner.make(seed, ids, into)
        found.append(into.part(slice(0, len(ids))))
    return found[0], found[1]


# --- (a) machine code computes what the program says -----------------------------------------------------


def test_machine_code_gives_the_bits_of_the_program_interpreted_in_numpy(program, compiled):
    runs, weeks, seed = 21, 30, 5
    graph, trace = program.graph, program.trace
    kernel, scenario = compiled.kernel, QUO.with_weeks(weeks)
    prepared = kernel.prepare(scenario)
    tables = [np.zeros((weeks, padded(runs)), np.float32) for _ in trace.recorded]
    acts = np.zeros((len(trace.acts), weeks, padded(runs)), np.int8)
    ids = np.arange(3, 3 + runs)
    state_after = kernel.run(prepared, seed, ids, Outputs(tables, acts))

    draws = RandomDraws(seed, ids, DrawLayout.of(scenario.cast))
    hoisted = {place: n for n, place in enumerate(program.hoisted)}
    coefficients = {n: p.default for n, p in scenario.cast.parameters.items()}
    inputs = week_inputs(program, scenario)
    state = {name: np.full(runs, prepared.start[n]) for name, n in program.state.items()}
    history = [np.zeros((weeks, runs), np.float32) for _ in trace.recorded]
    for week in range(weeks):
        words = words_of(draws, week)

        def read(node, week=week, words=words, state=state):
            kind, name = node.args
            if kind == "state":
                return state[name]
            if kind == "coefficient":
                return coefficients[name]
            if kind == "week":
                return inputs[name][week]
            return words[name] if kind == "word" else gumbel_of(words[name])

        values = evaluate(graph, trace.roots, read, history)
        for place, n in hoisted.items():
            assert values[place] == prepared.uniform[week, n], graph.nodes[place]
        state = {n: np.broadcast_to(values[w], runs) for n, (_, w) in trace.state.items()}
        for k, place in enumerate(trace.recorded.values()):
            history[k][week] = values[place]
            assert np.array_equal(history[k][week], tables[k][week, :runs]), list(trace.recorded)[k]
        for k, place in enumerate(trace.acts):
            assert np.array_equal(np.broadcast_to(values[place], runs), acts[k, week, :runs])
    for name, n in program.state.items():
        assert state[name].tobytes() == np.ascontiguousarray(state_after[n]).tobytes(), name


def week_inputs(program: Program, scenario: Scenario) -> dict[str, np.ndarray]:
    from scenario_sim.model.blackboard import WEEKLY_INPUTS
    from scenario_sim.model.week_inputs import WeekInputs

    given = WeekInputs(scenario)
    rows = dict(zip(WEEKLY_INPUTS, given.rows, strict=True))
    rows["week"] = np.arange(scenario.weeks, dtype=float)
    for kind in ("bar", "free", "forced"):
        rows |= {f"{kind}_{n}": row for n, row in enumerate(getattr(given, kind))}
    return {name: rows[name] for name in program.week_inputs}


def words_of(draws: RandomDraws, week: int) -> np.ndarray:
    """The 32-bit words of a week, by draw, from the traced generator interpreted in NumPy."""
    from scenario_sim.model.kernel.program import philox_program

    graph, roots = philox_program()
    given = {
        "run_low": draws._low, "run_high": draws._high, "block": draws._blocks, "week": week,
        "key_low": draws._key[0], "key_high": draws._key[1],
    }  # fmt: skip

    def read(node):
        return np.asarray(given[node.args[1]]).astype(np.uint64).view(np.int64)

    values = evaluate(graph, roots, read)
    words = np.stack(np.broadcast_arrays(*(values[root] for root in roots)), axis=1)
    rows = np.zeros((WORDS_PER_BLOCK * (int(draws._blocks.max()) + 1), words.shape[2]), words.dtype)
    for block, four in zip(draws._blocks[:, 0], words, strict=True):
        rows[WORDS_PER_BLOCK * int(block) :][:WORDS_PER_BLOCK] = four
    return rows


def gumbel_of(words: np.ndarray) -> np.ndarray:
    from scenario_sim.model.kernel.program import gumbel_program

    graph, roots = gumbel_program()
    signed = words.astype(np.uint32).view(np.int32)
    return evaluate(graph, roots, lambda node: signed)[roots[0]]


# --- (b) the kernel plays the Mesa model -----------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["status-quo", "summits-2018", "fire-and-fury-2017", "surge-2022", "history-2012"]
)
def test_shipped_scenarios_are_the_same_worlds_in_numpy_and_compiled(name):
    scenario = load_scenario(name)
    scenario = scenario.with_weeks(min(scenario.weeks, 104))
    ours, numpys = recorded_by_both(scenario, 7, range(64))
    assert np.array_equal(ours.acts, numpys.acts)
    np.testing.assert_allclose(ours.table, numpys.table, **TOLERANCE)


CASTS = ("the six", "without Japan", "without Russia", "with an envoy")


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, str]:
    """Folders of states by name: some dropped, one with an action of its own and draws for it."""
    found = {}
    for name in CASTS[1:]:
        folder = tmp_path_factory.mktemp("states")
        for file in files("scenario_sim.data.states").iterdir():
            if file.name.endswith(".toml") and file.name != f"{name.split()[-1].lower()}.toml":
                (folder / file.name).write_bytes(file.read_bytes())
        if name == "with an envoy":
            with (folder / "japan.toml").open("a", encoding="utf-8") as file:
                file.write(ENVOY)
        found[name] = str(folder)
    return found


def played_by(scenario: Scenario, folder: str) -> Scenario:
    """The same scenario with the states of a folder, less what it says of states that are not there."""
    data, cast = scenario.as_dict() | {"states": folder}, load_cast(folder)
    data["acts"] = [act for act in data.get("acts", ()) if act["state"] in cast.codes]
    data["replay"] = [code for code in data.get("replay", ()) if code in cast.codes]
    if "japan_envoy" in cast.actions:
        envoy = {"state": "Japan", "action": "japan_envoy", "date": scenario.start}
        others = [act for act in data["acts"] if act["state"] != "Japan"]
        data["acts"] = [envoy, *others]
    return Scenario.model_validate(data)


# Casts, each with the mechanisms that are left out. A program takes 2.4 s of a core to compile, so
# only `make fuzz` tries all of them.
PROGRAMS: list[tuple[str, tuple[str, ...]]] = [
    ("the six", ()),
    ("the six", ("exercise_effect", "spiral")),
    ("without Japan", ("self_excitation",)),
    ("without Russia", ("moratorium",)),
    ("with an envoy", ()),
]
if settings().max_examples > 100:
    few = [some for n in range(3) for some in combinations(MECHANISMS, n)]
    PROGRAMS = list(product(CASTS, few))


@settings(suppress_health_check=list(HealthCheck))
@given(scenarios, st.sampled_from(PROGRAMS), st.integers(0, MAX_SEED), st.integers(0, 2**40 - 4))
def test_any_scenario_is_the_same_world_in_numpy_and_compiled(
    folders, scenario, program, seed, run
):
    cast, left_out = program
    scenario = Scenario.model_validate(scenario.as_dict() | {"without": left_out})
    if cast in folders:
        scenario = played_by(scenario, folders[cast])
    assert_same_worlds(scenario, seed, range(run, run + 3))


def assert_same_worlds(scenario: Scenario, seed: int, runs) -> None:
    """Equal acts, and recorded values within TOLERANCE; a run may leave at a tie, and only there."""
    ours, numpys = recorded_by_both(scenario, seed, runs)
    differ = (ours.acts != numpys.acts).any(axis=0)
    for n, run in enumerate(runs):
        weeks = scenario.weeks
        if differ[:, n].any():
            weeks = int(differ[:, n].argmax())
            assert closest_call(scenario, seed, run, weeks) < TIE, f"run {run}, week {weeks}"
        one, other = ours.table[:, :weeks, n], numpys.table[:, :weeks, n]
        np.testing.assert_allclose(one, other, **TOLERANCE)


def closest_call(scenario: Scenario, seed: int, run: int, week: int) -> float:
    """How close the two best alternatives of any channel were, or a draw was to its chance."""
    model = EscalationModel(scenario, runs=[run], rng=seed)
    for _ in range(week):
        model.advance()
    appeals = []
    plain = type(model.states[0]).decide
    for state in model.states:
        state.decide = lambda appeal, week, state=state: (
            appeals.append((state, appeal.copy())),
            plain(state, appeal, week),
        )
    model.deliberate()
    margins = [1.0]
    for state, appeal in appeals:
        for rows, _ in state._channels.values():
            best = np.sort(appeal[rows][:, 0])
            margins += [best[-1] - best[-2]] if len(best) > 1 and np.isfinite(best[-2]) else []
    return min(margins)


@pytest.mark.parametrize("cast", CASTS[1:])
def test_worlds_of_other_states_are_compiled_as_well(folders, cast):
    scenario = played_by(QUO.with_weeks(40), folders[cast])
    ours, numpys = recorded_by_both(scenario, 3, range(40))
    assert np.array_equal(ours.acts, numpys.acts)
    np.testing.assert_allclose(ours.table, numpys.table, **TOLERANCE)


# --- (c) (d) (e) the same bits everywhere ------------------------------------------------------------------


def digest(recording: Recording) -> str:
    return hashlib.sha256(recording.table.tobytes() + recording.acts.tobytes()).hexdigest()[:16]


# Of a fixed world: the same on every processor. Whoever moves results on purpose writes it anew.
FIXED_WORLD = "5c49156e957e7313"


@pytest.mark.parametrize("lanes", [2, 4, 8])
def test_vectors_of_any_width_make_the_same_world(program, lanes):
    scenario, runs = QUO.with_weeks(60), 20
    kernel = Kernel(program.cast, lambda: program, measured_start(), lanes)
    into = Recording.empty(scenario.cast, scenario.weeks, padded(runs))
    rows = [into[name] for name in program.trace.recorded]
    kernel.run(kernel.prepare(scenario), 7, np.arange(runs), Outputs(rows, into.acts))
    assert digest(into.part(slice(0, runs))) == FIXED_WORLD


def test_tracing_twice_gives_the_same_program(program):
    assert program_of(QUO).text == program.text
    other = program_of(load_scenario("summits-2018"))
    assert other.text == program.text, "levers, dates and acts are inputs of the program"


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_threads_make_the_same_worlds(jobs):
    scenario = QUO.with_weeks(30)
    whole = simulate(scenario, 300, 7)
    parts = simulate(scenario, 300, 7, jobs=jobs)
    assert whole.weekly.table.tobytes() == parts.weekly.table.tobytes()
    assert whole.outcomes.equals(parts.outcomes)


def test_another_process_makes_the_same_worlds(compiled):
    code = (
        "import sys; sys.path[:0] = ['tests/helpers', 'tests/model/kernel']\n"
        "from test_kernel import *\n"
        "print(digest(recorded(runner_of(QUO), 7, range(5))))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert told.strip() == digest(recorded(compiled, 7, range(5)))


# --- what is measured while it runs ------------------------------------------------------------------------


def test_outcomes_measured_inside_are_those_of_the_recorded_weeks():
    futures = simulate(QUO.with_weeks(80), 200, 3)
    again = measure_outcomes(futures.weekly).set_index(futures.outcomes.index)
    for name in again:
        assert again[name].equals(futures.outcomes[name]), name


def test_histograms_counted_inside_are_those_of_the_recorded_weeks(compiled):
    from scenario_sim.simulation.histograms import count_bins

    into = Recording.empty(compiled.cast, QUO.weeks, padded(100))
    counts = empty_counts(QUO.weeks)
    compiled.make(3, np.arange(100), into, counts=counts)
    for name, found in counts.items():
        assert np.array_equal(found, count_bins(name, into[name][:, :100])), name


def test_weeks_asked_for_by_name_are_those_weeks():
    some = simulate(QUO, 50, 3, keep=("tension", "reach"))
    whole = simulate(QUO, 50, 3)
    for name in ("tension", "reach"):
        assert np.array_equal(some.weekly[name], whole.weekly[name])
    assert "trade" not in some.weekly
    assert some.outcomes.equals(whole.outcomes)


# --- what cannot be compiled -------------------------------------------------------------------------------


def test_an_operation_that_is_not_known_names_the_rule_and_the_line(monkeypatch):
    def border(b, p):
        return {"incident_chance": np.tanh(b.tension)}

    monkeypatch.setattr(equations, "WEEK_END_RULES", (*equations.WEEK_END_RULES, border))
    with pytest.raises(TracingError, match=r"border \(test_kernel.py, line \d+\).*np.tanh"):
        program_of(QUO)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (lambda b, p: {"pain": b.tension if b.tension > 4 else b.pain}, "branches"),
        (lambda b, p: {"pain": (b.tension > 4) + (b.pain > 0.5)}, "two comparisons"),
        (lambda b, p: {"pain": np.where(b.tension, 1.0, 0.0)}, "needs a comparison"),
        (lambda b, p: {"pain": float(b.tension)}, "one number"),
        (lambda b, p: {"pain": np.add.reduce(b.tension)}, "add.reduce"),
    ],
)
def test_what_would_differ_from_numpy_is_refused(monkeypatch, rule, why):
    monkeypatch.setattr(equations, "WEEK_END_RULES", (*equations.WEEK_END_RULES, rule))
    with pytest.raises(TracingError, match=why):
        program_of(QUO)


def test_a_rule_changed_in_a_notebook_acts(monkeypatch):
    before = simulate(QUO.with_weeks(20), 50, 3)

    def calmer(b, p):
        return {"tension": b.tension * 0.5}

    monkeypatch.setattr(equations, "WEEK_END_RULES", (*equations.WEEK_END_RULES, calmer))
    after = simulate(QUO.with_weeks(20), 50, 3)
    assert after.outcomes["mean_tension"].mean() < 0.8 * before.outcomes["mean_tension"].mean()
    monkeypatch.undo()
    assert simulate(QUO.with_weeks(20), 50, 3).outcomes.equals(before.outcomes)


def test_a_rule_that_only_numpy_can_run_is_run_in_numpy_and_named(monkeypatch, caplog):
    def curved(b, p):
        return {"tension": np.tanh(b.tension)}

    monkeypatch.setattr(equations, "WEEK_END_RULES", (*equations.WEEK_END_RULES, curved))
    futures = simulate(QUO.with_weeks(10), 20, 3)
    assert futures.outcomes["mean_tension"].max() < 1.5
    assert "curved (test_kernel.py" in caplog.text
    assert str(futures.provenance["engine"]).endswith("-numpy")


# --- machines without a compiler, and stops ----------------------------------------------------------------


def test_a_system_that_allows_no_machine_code_answers_in_numpy(monkeypatch):
    monkeypatch.setenv("SCENARIO_SIM_ENGINE", "numpy")
    assert isinstance(runner_of(QUO), NumpyRunner)
    futures = simulate(QUO.with_weeks(10), 20, 3)
    assert str(futures.provenance["engine"]).endswith("-numpy")
    monkeypatch.delenv("SCENARIO_SIM_ENGINE")
    compiled = simulate(QUO.with_weeks(10), 20, 3)
    assert str(compiled.provenance["engine"]) + "-numpy" == futures.provenance["engine"]
    np.testing.assert_allclose(compiled.weekly.table, futures.weekly.table, **TOLERANCE)


def test_ctrl_c_stops_a_long_call_at_once():
    code = (
        "from scenario_sim import load_scenario, simulate\n"
        "quo = load_scenario('status-quo'); simulate(quo, 10); print('begun', flush=True)\n"
        "simulate(quo, 3_000_000, keep='outcomes', jobs={jobs})"
    )
    for jobs in (1, 2):
        process = subprocess.Popen(
            [sys.executable, "-c", code.format(jobs=jobs)], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        assert process.stdout and process.stdout.readline() == "begun\n"
        timer = threading.Timer(1.0, lambda p=process: os.kill(p.pid, 2))
        timer.start()
        _, told = process.communicate(timeout=30)
        assert "KeyboardInterrupt" in told and process.returncode != 0


def test_other_states_are_other_programs_with_the_same_draws():
    assert load_cast().new_draws == ADDED_CHOICE_DRAWS
    assert program_of(QUO.with_mechanisms_off("moratorium")).text != program_of(QUO).text
