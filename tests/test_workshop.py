"""Worlds made in processes beside the server."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from scenario_sim.charts import bands, course, roads
from scenario_sim.ensemble import simulate
from scenario_sim.errors import ScenarioError
from scenario_sim.model.random_draws import MOST_RUNS
from scenario_sim.scenario import Scenario
from scenario_sim.ui import blocks
from scenario_sim.ui.blocks import FIRST
from scenario_sim.ui.kept import key_of
from scenario_sim.ui.store import Worlds
from scenario_sim.ui.turns import Cancelled
from scenario_sim.ui.unasked import FEW
from scenario_sim.ui.workshop import Workshop

SHORT = Scenario(title="short", weeks=8)
LONG = Scenario(title="long", weeks=520)
RUNS = FIRST + 60


@pytest.fixture(scope="module")
def workshop():
    opened = Workshop(2)
    yield opened
    opened.close()
    assert all(one.process.poll() is not None for one in opened.workers)


def same(one: blocks.Packed, other: blocks.Packed) -> bool:
    one, other = pickle.loads(one), pickle.loads(other)
    return one.outcomes.equals(other.outcomes) and all(
        np.array_equal(one.weeks[name], other.weeks[name]) for name in blocks.PICKED
    )


def told_of(workshop, monkeypatch) -> list[range]:
    """Which runs of worlds are made from now on."""
    asked, measured, together = [], workshop.measured, workshop.together
    monkeypatch.setattr(
        workshop, "measured", lambda s, runs, *rest: asked.append(runs) or measured(s, runs, *rest)
    )
    monkeypatch.setattr(
        workshop, "together", lambda s, runs, *rest: asked.append(runs) or together(s, runs, *rest)
    )
    return asked


def test_a_block_is_the_same_wherever_it_is_made(workshop):
    moved = SHORT.with_levers(exercise_scale=0.1).with_change(week=3, hotline=0.9)
    assert same(workshop.block(moved, range(3, 40), 5), blocks.block(moved, range(3, 40), 5))


def test_a_world_made_beside_is_the_world(workshop):
    store = Worlds()
    store.employ(workshop)
    first = store.get(SHORT, 3, FIRST, then=RUNS)
    whole = store.get(SHORT, 3, RUNS)
    alone = simulate(SHORT, RUNS, 3)
    assert whole.trajectory.outcomes.equals(alone.outcomes)
    assert whole.trajectory.outcomes.iloc[:FIRST].equals(first.trajectory.outcomes)
    np.testing.assert_array_equal(whole.bands.levels, bands(alone).levels)
    np.testing.assert_array_equal(whole.roads.chance, roads(alone).chance)
    np.testing.assert_array_equal(whole.course.grown, course(alone).grown)


def test_what_the_record_is_held_against_is_counted_the_same_wherever_it_is(workshop):
    beside, here = Worlds(), Worlds()
    beside.employ(workshop)
    shares: list[float] = []
    counts = beside.counted(LONG, 2, RUNS + FIRST, shares.append)
    alone = here.counted(LONG, 2, RUNS + FIRST, lambda share: None)
    whole = simulate(LONG, RUNS + FIRST, 2).weekly
    assert np.array_equal(counts["launch_days"], whole["launch_days"])
    assert counts.keys() == alone.keys()
    assert all(np.array_equal(counts[name], alone[name]) for name in alone)
    assert shares and shares == sorted(shares) and shares[-1] <= 1


def test_the_whole_is_begun_while_the_first_picture_is_made(workshop, monkeypatch):
    store, asked = Worlds(), told_of(workshop, monkeypatch)
    store.employ(workshop)
    store.get(SHORT, 11, FIRST, then=RUNS)
    store.get(SHORT, 11, RUNS)
    assert sorted(asked, key=lambda runs: runs.start) == [range(FIRST), range(FIRST, RUNS)]


def test_a_whole_that_nobody_waits_for_is_dropped(workshop):
    """And whoever asks for it later gets it all the same."""
    store = Worlds()
    store.employ(workshop)

    def give_up(_):
        raise Cancelled

    store.get(LONG, 12, FIRST, then=FIRST + 100)
    with pytest.raises(Cancelled):
        store.get(LONG, 12, FIRST + 100, watch=give_up)
    found = store.get(LONG, 12, FIRST + 100)
    assert found.trajectory.outcomes.equals(simulate(LONG, FIRST + 100, 12).outcomes)


def test_a_world_that_was_made_ready_is_the_world_and_is_not_made_twice(workshop, monkeypatch):
    store, asked = Worlds(), told_of(workshop, monkeypatch)
    store.employ(workshop)
    store.make_ready([SHORT], 21, RUNS)
    first, whole = store.get(SHORT, 21, FIRST, then=RUNS), store.get(SHORT, 21, RUNS)
    alone = simulate(SHORT, RUNS, 21).outcomes
    assert whole.trajectory.outcomes.equals(alone)
    assert first.trajectory.outcomes.equals(alone.iloc[:FIRST])
    assert sorted(asked, key=lambda runs: runs.start) == [range(FIRST), range(FIRST, RUNS)]


def test_what_is_made_ready_makes_way_for_what_is_asked(workshop):
    store = Worlds()
    store.employ(workshop)
    store.get(SHORT, 22, FIRST)  # everybody is awake
    store.make_ready([LONG], 22, FIRST + 100)
    give_up = time.monotonic() + 60
    while store._turns._free and time.monotonic() < give_up:  # both cores are at work on it
        time.sleep(0.001)
    assert store.get(SHORT, 23, FIRST).trajectory.runs.size == FIRST
    while store._turns._free < 2 and time.monotonic() < give_up:
        time.sleep(0.01)
    assert not store.has(LONG, 22, FIRST + 100)
    found = store.get(LONG, 22, FIRST)  # and whoever asks for it later gets it all the same
    assert found.trajectory.outcomes.equals(simulate(LONG, FIRST, 22).outcomes)


def settled(store: Worlds, runs: int, *scenarios: Scenario, seed: int = 26) -> bool:
    """Whether these are there, within a minute."""
    until = time.monotonic() + 60
    while not all(store.has(one, seed, runs) for one in scenarios):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def test_several_are_made_ready_side_by_side_and_each_is_the_world(workshop, monkeypatch):
    groups, real = [], workshop.together
    monkeypatch.setattr(workshop, "together", lambda s, *rest: groups.append(s) or real(s, *rest))
    store = Worlds()
    store.employ(workshop)
    moved = [SHORT.with_levers(hotline=n / 20) for n in range(2 * FEW + 1)]
    store.make_ready(moved, 26, RUNS)
    assert settled(store, FIRST, *moved)
    store.make_ready(moved, 26, RUNS)  # there is nothing more to do
    assert [len(group) for group in groups] == [FEW, FEW, 1]
    for one in (moved[0], moved[-1]):
        alone = simulate(one, RUNS, 26).outcomes
        assert store.get(one, 26, FIRST).trajectory.outcomes.equals(alone.iloc[:FIRST])
        assert store.get(one, 26, RUNS).trajectory.outcomes.equals(alone)


def test_several_make_way_for_what_is_asked(workshop):
    """The rest of them is forgotten: what is likely next will be another."""
    store = Worlds()
    store.employ(workshop)
    long = [LONG.with_levers(hotline=n / 20) for n in range(12)]
    store.make_ready(long, 27, RUNS)
    until = time.monotonic() + 60
    while store._turns._free == 2 and time.monotonic() < until:
        time.sleep(0.001)
    assert store.get(SHORT, 27, FIRST).trajectory.runs.size == FIRST
    while store._turns._free < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(store._kept.is_claimed(key_of(one, 27, FIRST)) for one in long)
    assert store.get(long[0], 27, FIRST).trajectory.runs.size == FIRST


def test_nothing_is_made_ready_while_others_need_the_cores(workshop):
    store = Worlds()
    store.employ(workshop)
    assert store._turns.spare() and store._turns.spare()
    store.make_ready([SHORT], 24, RUNS)
    store.make_ready([SHORT, SHORT.with_levers(hotline=1)], 25, RUNS)
    time.sleep(0.2)
    assert not store._kept._worlds
    store._turns.back()
    store._turns.back()


def test_what_makes_a_world_impossible_comes_home(workshop):
    with pytest.raises(ScenarioError, match="run id"):
        workshop.block(SHORT, range(MOST_RUNS, MOST_RUNS + 2), 0)
    assert workshop.measured(SHORT, range(2), 0).outcomes.index.tolist() == [0, 1]


def test_who_gives_up_is_not_kept_until_the_end(workshop):
    heard = []

    def give_up(done, of):
        heard.append(done / of)
        raise Cancelled

    with pytest.raises(Cancelled):
        workshop.block(LONG, range(1000), 0, give_up)
    assert len(heard) == 1
    assert heard[0] < 0.5
    assert len(workshop.measured(SHORT, range(2), 0).outcomes) == 2  # the process is free again


@pytest.mark.skipif(os.name != "posix", reason="signals of Unix")
def test_a_process_that_is_killed_is_replaced(workshop):
    found = []
    work = threading.Thread(target=lambda: found.append(workshop.block(LONG, range(300), 1)))
    work.start()
    time.sleep(0.5)
    busy = next(w for w in workshop.workers if w not in workshop._free)
    killed = busy.process.pid
    os.kill(killed, signal.SIGKILL)
    work.join(60)
    assert busy.process.pid != killed
    assert same(found[0], blocks.block(LONG, range(300), 1))


def test_processes_end_with_whoever_started_them():
    """Even where nobody says goodbye."""
    script = (
        "import os\nfrom scenario_sim.ui.workshop import Workshop\n"
        "print(*[w.process.pid for w in Workshop(2).workers], flush=True)\nos._exit(1)"
    )
    root = str(Path(blocks.__file__).parents[2])
    found = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": root},
        timeout=60,
    )
    left = [int(pid) for pid in found.stdout.split()]
    assert len(left) == 2
    until = time.monotonic() + 20
    while any(running(pid) for pid in left):
        assert time.monotonic() < until, "they are still there"
        time.sleep(0.05)


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rsplit(") ", 1)[1][0] != "Z"
