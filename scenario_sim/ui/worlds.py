"""What follows from a state: trajectories, measured, and kept for every visitor alike.

A world is a pure function of (scenario, seed, runs) and the engine, so a class of thirty who open
the same scenario make it once: the first computes, the others wait for the same result.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache

from scenario_sim.charts import Bands, Roads, bands, roads
from scenario_sim.comparison import Comparison
from scenario_sim.engine import engine_version
from scenario_sim.ensemble import simulate
from scenario_sim.scenario import Scenario
from scenario_sim.scenario_file import list_scenarios, load_scenario, read_scenario
from scenario_sim.trajectory import Trajectory
from scenario_sim.ui.state import AppState

OPENED = "the opened file"
MOST_WORLDS = 256  # about a quarter of a megabyte each at 1,000 runs


@dataclass(frozen=True, eq=False)
class World:
    """A trajectory's outcomes and its measures; its weeks (a hundred times as large) are let go."""

    trajectory: Trajectory
    bands: Bands
    roads: Roads

    @classmethod
    def of(cls, scenario: Scenario, seed: int, runs: int) -> World:
        trajectory = simulate(scenario, runs, seed, keep="weekly")
        light = replace(trajectory, recording=None)
        return cls(light, bands(trajectory), roads(trajectory))


class Worlds:
    """A bounded store, least used out first. Each world is computed once, by whoever asks first."""

    def __init__(self, most: int = MOST_WORLDS, at_once: int | None = None):
        self._most, self._lock = most, threading.Lock()
        self._kept: OrderedDict[tuple, Future[World]] = OrderedDict()
        # More at once than there are cores makes all of them late.
        self._turn = threading.BoundedSemaphore(at_once or os.cpu_count() or 1)

    def get(self, scenario: Scenario, seed: int, runs: int) -> World:
        """Raises whatever made the world impossible, to everybody who waited for it."""
        key = (engine_version(), scenario.hash, seed, runs)
        with self._lock:
            future = self._kept.get(key)
            mine = future is None
            if future is None:
                future = self._kept[key] = Future()
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        if mine:
            try:
                with self._turn:
                    future.set_result(World.of(scenario, seed, runs))
            except BaseException as error:
                with self._lock:
                    self._kept.pop(key, None)
                future.set_exception(error)
        return future.result()


WORLDS = Worlds()


@dataclass(frozen=True, eq=False)
class View:
    """All that the screen shows of a state: the scenario as it stands and, where levers moved, the
    policy on the same luck."""

    state: AppState
    baseline: World
    policy: World | None

    @cached_property
    def comparison(self) -> Comparison | None:
        if self.policy is None:
            return None
        return Comparison(self.baseline.trajectory, self.policy.trajectory)

    @property
    def front(self) -> World:
        return self.policy or self.baseline

    @cached_property
    def changes_nothing(self) -> bool:
        """Levers moved, and not one outcome of one run with them."""
        if self.comparison is None:
            return False
        return not self.comparison.table["share_of_runs_changed"].any()

    @cached_property
    def fan_stands_still(self) -> bool:
        """Levers moved danger alone: nobody acts otherwise, yet the risk is another."""
        if self.comparison is None or self.changes_nothing:
            return False
        return not self.comparison.runs_changed["mean_tension"]


def look(state: AppState, worlds: Worlds = WORLDS) -> View:
    """Raises ScenarioSimError for a state that cannot be."""
    baseline, policy = baseline_of(state), policy_of(state)
    front = worlds.get(policy, state.seed, state.runs) if policy.hash != baseline.hash else None
    return View(state, worlds.get(baseline, state.seed, state.runs), front)


@lru_cache(maxsize=256)
def baseline_of(state: AppState) -> Scenario:
    """The scenario as it stands, over the horizon chosen. Raises ScenarioSimError."""
    own = read_scenario(state.text, where=OPENED) if state.text else shipped(state.scenario)
    return own if state.weeks in (None, own.weeks) else own.with_weeks(state.weeks)


@lru_cache(maxsize=256)
def policy_of(state: AppState) -> Scenario:
    """The scenario with the levers as the visitor moved and dated them. Raises ScenarioSimError."""
    policy = baseline_of(state)
    if state.moved:
        policy = policy.with_levers(**state.settings)
    for change in state.changes:
        policy = policy.with_change(date=change.date, week=None, **{change.name: change.value})
    return policy


@cache
def shipped(name: str) -> Scenario:
    """A shipped scenario, read once. Raises UnknownName."""
    return load_scenario(name)


@cache
def catalogue() -> tuple[Scenario, ...]:
    """All shipped scenarios in their order."""
    return tuple(shipped(name) for name in list_scenarios())
