"""Worlds, computed once and kept for every visitor alike.

A world is a pure function of (scenario, seed, runs) and the engine, so a class of thirty who open
the same scenario make it once: the first computes, the others wait for the same result. It is made
in blocks of runs, the first of them small: a picture of FIRST runs comes early, and the whole one
takes it up instead of making it again.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from scenario_sim.charts import Bands, Roads, bands, roads
from scenario_sim.charts.course import NEEDED, Course, course
from scenario_sim.engine import engine_version
from scenario_sim.ensemble import simulate
from scenario_sim.scenario import Scenario
from scenario_sim.trajectory import Trajectory

FIRST = 200  # runs of a first picture: of every larger ensemble the first ones
BLOCK = 200_000  # world-weeks at once: a tenth of a gigabyte while they are made
PICKED = ("tension", *NEEDED)
MOST_WORLDS = 256  # about a third of a megabyte each at 1,000 runs
MOST_STARTS = 60_000_000  # bytes of first blocks that wait to be taken up
TICK = 0.05  # seconds between two looks at whether anybody still waits

Watch = Callable[[float], None]  # hears the share done, 0..1; raises Cancelled to give up


class Cancelled(Exception):
    """Raised by a Watch: whoever asked does not want it any more."""


class _GivenUp(Exception):
    """What a world's maker leaves to those who wait for it, when it gave up."""


@dataclass(frozen=True, eq=False)
class World:
    """A trajectory's outcomes and its measures; its weeks (a hundred times as large) are let go."""

    trajectory: Trajectory
    bands: Bands
    roads: Roads
    course: Course


@dataclass(frozen=True, eq=False)
class _Block:
    """Some runs of a world: their outcomes, and the weeks that pictures need."""

    runs: np.ndarray
    outcomes: pd.DataFrame
    weeks: Mapping[str, np.ndarray]

    @property
    def nbytes(self) -> int:
        return sum(rows.nbytes for rows in self.weeks.values())


class _Making:
    """A world that somebody is making."""

    def __init__(self) -> None:
        self.future: Future[World] = Future()
        self.share = 0.0


class Worlds:
    """A bounded store, least used out first. Each world is computed once, by whoever asks first;
    if they give up, one of those who wait goes on with it."""

    def __init__(self, most: int = MOST_WORLDS, at_once: int | None = None):
        self._most, self._lock = most, threading.Lock()
        self._kept: OrderedDict[tuple, _Making] = OrderedDict()
        self._starts: OrderedDict[tuple, _Block] = OrderedDict()
        self._turns = _Turns(at_once or os.cpu_count() or 1)

    def get(self, scenario: Scenario, seed: int, runs: int, watch: Watch | None = None) -> World:
        """Raises whatever made the world impossible, to everybody who waited for it; Cancelled to
        those alone whose own `watch` raised it."""
        key = (engine_version(), scenario.hash, seed, runs)
        while True:
            with self._lock:
                making = self._kept.get(key)
                mine = making is None
                if making is None:
                    making = self._kept[key] = _Making()
                self._kept.move_to_end(key)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            if mine:
                return self._make(key, making, scenario, watch)
            try:
                return _wait(making, watch)
            except _GivenUp:
                continue

    def has(self, scenario: Scenario, seed: int, runs: int) -> bool:
        """Whether it is there already."""
        making = self._kept.get((engine_version(), scenario.hash, seed, runs))
        return making is not None and making.future.done()

    def _make(self, key: tuple, making: _Making, scenario: Scenario, watch: Watch | None) -> World:
        def heard(share: float) -> None:
            making.share = share
            if watch is not None:
                watch(share)

        *_, seed, runs = key
        try:
            with self._turns.one(urgent=runs <= FIRST, meanwhile=lambda: heard(0.0)):
                world = self._world(scenario, seed, runs, heard)
        except BaseException as error:
            with self._lock:
                if self._kept.get(key) is making:
                    del self._kept[key]
            making.future.set_exception(_GivenUp() if isinstance(error, Cancelled) else error)
            raise
        making.future.set_result(world)
        return world

    def _world(self, scenario: Scenario, seed: int, runs: int, watch: Watch) -> World:
        name = (engine_version(), scenario.hash, seed)
        blocks: list[_Block] = []
        with self._lock:
            start = self._starts.get(name)
        at = 0
        if start is not None and start.runs.size <= runs:
            blocks.append(start)
            at = start.runs.size
        most = max(FIRST, BLOCK // scenario.weeks)
        while at < runs:
            ids = range(at, min(at + most, runs))
            done = at

            def progress(weeks: int, of: int, done: int = done, ids: range = ids) -> None:
                watch((done + len(ids) * weeks / of) / runs)

            blocks.append(_block(simulate(scenario, ids, seed, progress=progress)))
            at += len(ids)
        if runs <= FIRST:
            self._put_by(name, blocks[0])
        return _joined(scenario, seed, blocks)

    def _put_by(self, name: tuple, block: _Block) -> None:
        with self._lock:
            self._starts[name] = block
            while sum(b.nbytes for b in self._starts.values()) > MOST_STARTS:
                self._starts.popitem(last=False)


def _wait(making: _Making, watch: Watch | None) -> World:
    while watch is not None and not making.future.done():
        try:
            return making.future.result(timeout=TICK)
        except TimeoutError:
            watch(making.share)
    return making.future.result()


def _block(made: Trajectory) -> _Block:
    weeks = {name: made.weekly[name].copy() for name in PICKED}
    return _Block(made.runs, made.outcomes, weeks)


def _joined(scenario: Scenario, seed: int, blocks: list[_Block]) -> World:
    """One world of blocks in their order."""
    if len(blocks) == 1:
        weeks, outcomes = blocks[0].weeks, blocks[0].outcomes
    else:
        weeks = {n: np.concatenate([b.weeks[n] for b in blocks], axis=1) for n in PICKED}
        outcomes = pd.concat([b.outcomes for b in blocks])
    runs = np.concatenate([b.runs for b in blocks])
    # The measures read weeks by name, and that is all they ask of a recording.
    whole = Trajectory(scenario, seed, runs, outcomes, recording=weeks)  # type: ignore[arg-type]
    light = replace(whole, recording=None)
    return World(light, bands(whole), roads(whole), course(whole))


class _Turns:
    """More worlds at once than there are cores make all of them late; first pictures go first."""

    def __init__(self, at_once: int):
        self._free, self._urgent = at_once, 0
        self._changed = threading.Condition()

    @contextmanager
    def one(self, urgent: bool, meanwhile: Callable[[], None]):
        """Waits for a turn; calls `meanwhile` now and then, which may raise."""
        with self._changed:
            self._urgent += urgent
            try:
                while self._free == 0 or (self._urgent and not urgent):
                    self._changed.wait(TICK)
                    meanwhile()
                self._free -= 1
            finally:
                self._urgent -= urgent
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()


WORLDS = Worlds()
