"""First pictures that wait are made side by side, and nobody can tell."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import numpy as np
import pytest

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.scenario import Scenario
from scenario_sim.ui import blocks
from scenario_sim.ui.kept import World
from scenario_sim.ui.store import Worlds
from scenario_sim.ui.together import MOST, Wanted
from scenario_sim.ui.turns import Cancelled, Turns
from scenario_sim.ui.workshop import Here, Workshop

SHORT = Scenario(title="short", weeks=8)
RUNS = 40
HOTLINES = [round(0.2 + n / 20, 2) for n in range(MOST + 2)]


def moved(hotline: float) -> Scenario:
    return SHORT.with_levers(hotline=hotline, exercise_scale=hotline)


class Told(Here):
    """Remembers which worlds were made at once."""

    def __init__(self, impossible: Scenario | None = None):
        self.groups: list[tuple[Scenario, ...]] = []
        self.impossible = impossible

    def together(self, scenarios, runs, seed, progress=None):
        self.groups.append(scenarios)
        if self.impossible in scenarios:
            raise ScenarioError([Problem("levers.hotline", "no")])
        return blocks.together(scenarios, runs, seed, progress)


@contextmanager
def a_class(workers, asks):
    """All of these wait while the only core is busy; at the end each has what it came for, or why not."""
    store = Worlds(at_once=1)
    store._workers = workers
    found: list[World | BaseException | None] = [None] * len(asks)

    def get(n, scenario, seed, watch=None):
        try:
            found[n] = store.get(scenario, seed, RUNS, watch)
        except BaseException as error:
            found[n] = error

    assert store._turns.spare()
    threads = []
    for n, ask in enumerate(asks):
        threads.append(threading.Thread(target=get, args=(n, *ask)))
        threads[-1].start()
        until = time.monotonic() + 10
        while len(store._turns._urgent) <= n and time.monotonic() < until:
            time.sleep(0.001)
    store._turns.back()
    for thread in threads:
        thread.join(30)
    yield found
    assert store._turns._free == 1


def same(world: World, scenario: Scenario, seed: int = 3) -> bool:
    alone = blocks.measured(scenario, range(RUNS), seed)
    return (
        world.trajectory.scenario == scenario
        and world.trajectory.outcomes.equals(alone.outcomes)
        and np.array_equal(world.bands.levels, alone.bands.levels)
        and np.array_equal(world.roads.chance, alone.roads.chance)
    )


def test_worlds_that_wait_are_made_as_one_vector_and_are_the_same_worlds():
    workers, scenarios = Told(), [moved(hotline) for hotline in HOTLINES]
    with a_class(workers, [(scenario, 3) for scenario in scenarios]) as found:
        assert workers.groups == [tuple(scenarios[:MOST]), tuple(scenarios[MOST:])]
        assert all(same(world, one) for world, one in zip(found, scenarios, strict=True))


def test_only_worlds_of_one_luck_and_one_calendar_are():
    workers = Told()
    longer = Scenario(title="longer", weeks=9)
    lacking = SHORT.with_mechanisms_off("moratorium")
    asks = [(moved(0.3), 3), (longer, 3), (moved(0.4), 4), (lacking, 3), (moved(0.5), 3)]
    with a_class(workers, asks) as found:
        assert [len(group) for group in workers.groups] == [2, 1, 1, 1]
        assert all(same(world, *ask) for world, ask in zip(found, asks, strict=True))


def test_what_fails_beside_others_spoils_nothing_for_them():
    scenarios = [moved(hotline) for hotline in HOTLINES[:3]]
    workers = Told(impossible=scenarios[1])
    with a_class(workers, [(scenario, 3) for scenario in scenarios]) as found:
        assert [len(group) for group in workers.groups] == [3, 1, 1, 1]
        assert isinstance(found[1], ScenarioError)
        assert same(found[0], scenarios[0])
        assert same(found[2], scenarios[2])


@pytest.mark.parametrize("gone", [0, 1])
def test_who_leaves_takes_nobody_along(gone):
    """Neither whoever has the turn nor whoever shares it."""

    def leave_late(share):
        if share > 0:  # it is being made
            leave()

    scenarios = [moved(hotline) for hotline in HOTLINES[:3]]
    asks = [(one, 3, leave_late) if n == gone else (one, 3) for n, one in enumerate(scenarios)]
    with a_class(Told(), asks) as found:
        for n, one in enumerate(scenarios):
            assert n == gone or same(found[n], one)


def leave(share: float = 0.0) -> None:
    raise Cancelled


def test_whole_pictures_leave_one_core_to_first_ones_and_to_the_pages():
    turns, long_ago = Turns[Wanted](2), 0.0
    first = Wanted(SHORT, 0, RUNS)
    with turns.one(leave, long_ago):
        with pytest.raises(Cancelled), turns.one(leave, long_ago):
            pass
        assert turns.urgent(first, MOST, leave) == [first]
        turns.back()
    with Turns[Wanted](1).one(leave, long_ago):
        pass  # the only core there is


def test_who_leaves_the_line_is_not_made():
    workers, scenarios = Told(), [moved(hotline) for hotline in HOTLINES[:2]]
    store = Worlds(at_once=1)
    store._workers = workers
    assert store._turns.spare()
    with pytest.raises(Cancelled):
        store.get(scenarios[0], 3, RUNS, leave)
    store._turns.back()
    assert same(store.get(scenarios[1], 3, RUNS), scenarios[1])
    assert workers.groups == [(scenarios[1],)]


def test_they_are_the_same_made_in_a_process_beside():
    workshop = Workshop(1)
    try:
        scenarios = (moved(0.3), moved(0.4))
        made = workshop.together(scenarios, range(RUNS), 3)
        for one, scenario in zip(made, scenarios, strict=True):
            alone = blocks.measured(scenario, range(RUNS), 3)
            assert one.outcomes.equals(alone.outcomes)
            assert one.block == alone.block
        with pytest.raises(ScenarioError, match="cannot be compared"):
            workshop.together((SHORT, Scenario(title="longer", weeks=9)), range(RUNS), 3)
    finally:
        workshop.close()
