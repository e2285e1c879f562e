"""What a week costs: operations, calls of NumPy, bytes, memory. Time itself is measured in
`benchmarks/`."""

from __future__ import annotations

import tracemalloc
from collections import Counter

import numpy as np
import pytest

from scenario_sim import EscalationModel, load_scenario, simulate
from scenario_sim.data.states import load_cast
from scenario_sim.data.variables import CALENDAR
from scenario_sim.model.kernel.graph import LEAVES
from scenario_sim.model.kernel.program import Program
from scenario_sim.model.kernel.trace import trace_week
from scenario_sim.simulation import ensemble
from scenario_sim.simulation.histograms import HISTOGRAMS
from scenario_sim.simulation.outcomes import MEASURES
from scenario_sim.simulation.recording import Recording, recorded_rows

# Compiled, a world-week costs what its operations cost: those worked out for every run, beside its
# draws. OPERATIONS is this model's number; lower it when you make it less. A new equation may cost
# its few dozen (an exp costs 35); more than SPARE_OPERATIONS is a reason to think again.
OPERATIONS = 7871
SPARE_OPERATIONS = 150

# In NumPy, at few runs, a week costs what its calls of NumPy cost, whatever is in the arrays.
# MEASURED is this engine's number, of a week in which no date or lever changes; each that does is
# written, which takes two calls.
MEASURED = 1669
SPARE = 25
MAX_CALLS_OF_CHANGED_INPUTS = 2 * len(CALENDAR)

MOST_BYTES = 500  # a world and week, recorded

calls: Counter[str] = Counter()


class Counted(np.ndarray):
    """An array that counts what is done with it; what comes of it counts as well."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        calls[f"{ufunc.__name__}.{method}"] += 1
        where = {"where": bare(options.pop("where"))} if "where" in options else {}
        into = {"out": tuple(map(bare, out))} if out else {}
        result = getattr(ufunc, method)(*map(bare, inputs), **into, **where, **options)
        return out[0] if out else np.asarray(result).view(Counted)

    def __array_function__(self, function, types, args, options):
        calls[function.__name__] += 1
        return super().__array_function__(function, types, args, options)

    def __getitem__(self, key):
        calls["[]"] += 1
        return super().__getitem__(key)

    def __setitem__(self, key, value):
        calls["[]="] += 1
        super().__setitem__(key, value)

    def take(self, *args, **options):
        calls["take"] += 1
        return super().take(*args, **options)


def bare(thing):
    return thing.view(np.ndarray) if isinstance(thing, Counted) else thing


@pytest.fixture
def counting(monkeypatch):
    """Every array that NumPy makes from now on counts."""
    for name in ("array", "empty", "full", "ones", "repeat", "zeros"):
        make = getattr(np, name)

        def made(*args, make=make, name=name, **options):
            calls[name] += 1
            return make(*args, **options).view(Counted)

        monkeypatch.setattr(np, name, made)


def calls_of_each_week(scenario, runs: int) -> list[int]:
    model = EscalationModel(scenario, runs, rng=1)
    counts = []
    while model.running:
        calls.clear()
        model.step()
        counts.append(calls.total())
    return counts


def test_a_week_costs_its_operations_and_no_more():
    trace = trace_week(
        load_scenario("status-quo"), recorded_rows(load_cast()), MEASURES, HISTOGRAMS
    )
    program = Program(trace)
    nodes = [program.graph.nodes[n] for n in program.body]
    found = Counter(node.op for node in nodes if node.op not in LEAVES)
    assert found.total() <= OPERATIONS + SPARE_OPERATIONS, found.most_common(12)
    assert found.total() >= OPERATIONS - 4 * SPARE_OPERATIONS, f"{found.total()}: lower OPERATIONS"


def test_a_week_costs_its_calls_of_numpy_and_no_more(counting):
    first, *later = calls_of_each_week(load_scenario("status-quo").with_weeks(8), 200)
    assert max(later) - min(later) <= MAX_CALLS_OF_CHANGED_INPUTS, "every week costs the same"
    assert min(later) <= MEASURED + SPARE, calls.most_common(12)
    assert min(later) >= MEASURED - 4 * SPARE, f"{min(later)}: well done, now lower MEASURED"
    assert first <= 1.5 * min(later), "levers are set in the first week"


def test_the_number_of_calls_does_not_grow_with_the_runs(counting):
    scenario = load_scenario("status-quo").with_weeks(4)
    assert calls_of_each_week(scenario, 2) == calls_of_each_week(scenario, 1000)


# --- bytes -------------------------------------------------------------------------------------------


def test_a_world_week_is_recorded_in_less_than_500_bytes():
    promised = Recording.bytes_per_run_week(load_cast())
    weekly = simulate(load_scenario("status-quo").with_weeks(4), 50).weekly
    assert (weekly.table.nbytes + weekly.acts.nbytes) / (4 * 50) == promised < MOST_BYTES


def peak_bytes(work) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_keeping_the_weeks_takes_what_was_foreseen():
    """The weeks that are kept, and little beside them: they are written where they stay."""
    scenario, weeks, runs = load_scenario("status-quo").with_weeks(52), 52, 1500
    simulate(scenario, 2)  # what is read once is read
    kept = Recording.bytes_per_run_week(scenario.cast) * weeks * runs
    peak = peak_bytes(lambda: simulate(scenario, runs))
    assert kept < peak < 1.25 * kept


def test_outcomes_of_many_runs_take_the_memory_of_a_few(monkeypatch):
    """Chunks come and go: four times as many runs need no more than their outcomes."""
    monkeypatch.setattr(ensemble, "MAX_CHUNK_RUN_WEEKS", 250 * 20)
    scenario = load_scenario("status-quo").with_weeks(20)
    simulate(scenario, 2)
    few, many = (
        peak_bytes(lambda runs=runs: simulate(scenario, runs, keep="outcomes"))
        for runs in (500, 2000)
    )
    assert many - few < 1500 * 1000, "a thousand bytes for each further run"
