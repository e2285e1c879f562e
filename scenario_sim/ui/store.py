"""Worlds, computed once and kept for every visitor alike.

A world is a pure function of (scenario, seed, runs) and the engine, so a class of thirty who open
the same scenario make it once: the first computes, the others wait for the same result. It is made
in blocks of runs, the first of them small: a picture of FIRST runs comes early, and the whole one
takes it up instead of making it again. Where a core has nothing to do, the rest is begun at once.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

import numpy as np

from scenario_sim.charts import Bands, Roads
from scenario_sim.charts.course import Course
from scenario_sim.engine import engine_version
from scenario_sim.scenario import Scenario
from scenario_sim.trajectory import Trajectory
from scenario_sim.ui.blocks import Before, Measured, Packed
from scenario_sim.ui.together import MOST, NotTogether, Wanted, make_together
from scenario_sim.ui.turns import Cancelled, Turns, Watch, waited
from scenario_sim.ui.workshop import Here, Workshop

FIRST = 200  # runs of a first picture: of every larger ensemble the first ones
BLOCK = 200_000  # world-weeks at once: a tenth of a gigabyte while they are made
MOST_WORLDS = 256  # about a third of a megabyte each at 1,000 runs
SOON = 0.1  # seconds in which a core may still become free for the rest of a world
MOST_STARTS = 60_000_000  # bytes of first blocks that wait to be taken up


class _GivenUp(Exception):
    """What a world's maker leaves to those who wait for it, when it gave up."""


@dataclass(frozen=True, eq=False)
class World:
    """A trajectory's outcomes and its measures; its weeks (a hundred times as large) are let go."""

    trajectory: Trajectory
    bands: Bands
    roads: Roads
    course: Course


class _Making:
    """A world that somebody is making. wanted: as far as those know who waited for it, or who need the
    core. asked: whether anybody has asked for it yet."""

    def __init__(self, asked: bool = True) -> None:
        self.future: Future[World] = Future()
        self.share = 0.0
        self.wanted = True
        self.asked = asked

    def hear(self, share: float) -> None:
        self.share = share


class Worlds:
    """A bounded store, least used out first. Each world is computed once, by whoever asks first;
    if they give up, one of those who wait goes on with it."""

    def __init__(self, most: int = MOST_WORLDS, at_once: int | None = None):
        self._most, self._lock = most, threading.Lock()
        self._kept: OrderedDict[tuple, _Making] = OrderedDict()
        self._starts: OrderedDict[tuple, tuple[int, Packed]] = OrderedDict()
        self._turns = Turns[Wanted](at_once or os.cpu_count() or 1)
        self._workers: Workshop | Here = Here()
        self._unasked: list[_Making] = []

    def employ(self, workshop: Workshop) -> None:
        """From now on blocks are made in processes beside this one."""
        self._turns = Turns[Wanted](workshop.size)
        self._workers = workshop

    def get(
        self, scenario: Scenario, seed: int, runs: int, watch: Watch | None = None, then: int = 0
    ) -> World:
        """then: how many runs will be asked for next. Raises whatever made the world impossible, to
        everybody who waited for it; Cancelled to those alone whose own `watch` raised it."""
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
            making.asked = True
            if mine:
                self._make_way()
                return self._make(key, making, scenario, watch, then)
            try:
                return waited(making, watch)
            except _GivenUp:
                continue
            except Cancelled:
                making.wanted = False
                raise

    def counted(
        self, scenario: Scenario, seed: int, runs: int, watch: Watch
    ) -> dict[str, np.ndarray]:
        """What the record is held against: see `charts.happened.counted`. Made anew, block by block:
        the weeks were let go, and few visitors ask. Raises what `watch` does."""
        self._make_way()
        most, since, made = _most(scenario), time.monotonic(), []
        for at in range(0, runs, most):
            ids = range(at, min(at + most, runs))
            progress = partial(_share, watch, at, len(ids), runs)
            with self._turns.one(partial(progress, 0, 1), since):
                made.append(self._workers.count(scenario, ids, seed, progress))
        return {name: np.concatenate([b[name] for b in made], axis=1) for name in made[0]}

    def has(self, scenario: Scenario, seed: int, runs: int) -> bool:
        """Whether it is there already."""
        making = self._kept.get((engine_version(), scenario.hash, seed, runs))
        return making is not None and making.future.done()

    def _make(
        self,
        key: tuple,
        making: _Making,
        scenario: Scenario,
        watch: Watch | None,
        then: int,
    ) -> World:
        def heard(share: float) -> None:
            making.hear(share)
            if watch is not None:
                watch(share)

        *_, seed, runs = key
        try:
            world = self._world(scenario, seed, runs, heard, then)
        except BaseException as error:
            self._give_up(key, making, _GivenUp() if isinstance(error, Cancelled) else error)
            raise
        making.future.set_result(world)
        return world

    def _world(
        self, scenario: Scenario, seed: int, runs: int, watch: Watch, then: int = 0
    ) -> World:
        if runs > FIRST:
            made = self._whole(scenario, seed, runs, watch)
        else:
            made = self._first(scenario, seed, runs, watch, then)
            self._put_by((engine_version(), scenario.hash, seed), runs, made.block)
        return _world(scenario, seed, runs, made)

    def _first(self, scenario: Scenario, seed: int, runs: int, watch: Watch, then: int) -> Measured:
        """Together with those that wait; alone, its other runs are begun as well."""
        wanted, rest = Wanted(scenario, seed, runs), Future[Packed]()
        most = min(MOST, max(1, 2 * BLOCK // (runs * scenario.weeks)))  # for their memory
        while True:
            group = self._turns.urgent(wanted, most, partial(watch, 0.0))
            if group == [wanted] and runs < then <= _most(scenario) and self._workers.beside:
                self._begin(scenario, seed, range(runs, then), rest, asked=True)
            try:
                if group:
                    make_together(group, self._workers, watch)
                made = waited(wanted, watch)
            except NotTogether:
                wanted = wanted.apart()
            except BaseException:
                rest.set_exception(_GivenUp())
                raise
            else:
                rest.set_result(made.block)
                return made
            finally:
                if group:
                    self._turns.back()

    def _whole(self, scenario: Scenario, seed: int, runs: int, watch: Watch) -> Measured:
        """Takes up its first picture, where there is one."""
        most, since = _most(scenario), time.monotonic()
        with self._lock:
            at, start = self._starts.get((engine_version(), scenario.hash, seed), (0, b""))
        held = [start] if 0 < at < runs else []
        at = at if held else 0
        while True:
            ids = range(at, min(at + most, runs))
            progress = partial(_share, watch, at, len(ids), runs)
            with self._turns.one(partial(progress, 0, 1), since):
                if ids.stop == runs:
                    return self._workers.measured(scenario, ids, seed, progress, lambda: held)
                held.append(self._workers.block(scenario, ids, seed, progress))
            at = ids.stop

    def make_ready(self, scenario: Scenario, seed: int, runs: int) -> None:
        """Begins a world that may be asked for next, its first picture and the rest, in turns that
        nobody waits for. It makes way for whatever is asked for, and for what is made ready later."""
        self._make_way()
        if self._workers.beside and FIRST < runs <= _most(scenario):
            self._begin(scenario, seed, range(FIRST), Future(), asked=False, then=runs)

    def _make_way(self) -> None:
        """What nobody has asked for leaves its core to what was asked."""
        with self._lock:
            making_way, self._unasked = self._unasked, []
        for making in making_way:
            making.wanted = making.asked

    def _begin(
        self,
        scenario: Scenario,
        seed: int,
        ids: range,
        first: Future[Packed],
        asked: bool,
        then: int = 0,
    ) -> None:
        """The last runs of a world, if nobody else needs the core. `first` holds the runs before them,
        or takes these where they are the first. asked: whether somebody waits for the world. then: up
        to which run its others are to follow."""
        key, making = (engine_version(), scenario.hash, seed, ids.stop), _Making(asked)
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = making
            if not asked:
                self._unasked.append(making)

        def progress(weeks: int, of: int) -> None:
            if not making.wanted:
                raise Cancelled
            _share(making.hear, ids.start, len(ids), ids.stop, weeks, of)

        def work() -> None:
            before: Before = (lambda: [first.result()]) if ids.start else tuple
            if not self._turns.spare(SOON if asked else 0):
                self._give_up(key, making, _GivenUp())
                return
            if then:
                self._begin(scenario, seed, range(ids.stop, then), first, asked)
            try:
                made = self._workers.measured(scenario, ids, seed, progress, before)
            except Exception as error:  # whoever asks makes it anew, and hears why it cannot be
                self._give_up(key, making, _GivenUp())
                if not ids.start:
                    first.set_exception(error)
            else:
                if not ids.start:
                    first.set_result(made.block)
                    self._put_by(key[:3], ids.stop, made.block)
                making.future.set_result(_world(scenario, seed, ids.stop, made))
            finally:
                self._turns.back()

        threading.Thread(target=work, name="ahead", daemon=True).start()

    def _give_up(self, key: tuple, making: _Making, error: BaseException) -> None:
        with self._lock:
            if self._kept.get(key) is making:
                del self._kept[key]
        making.future.set_exception(error)

    def _put_by(self, name: tuple, runs: int, packed: Packed) -> None:
        with self._lock:
            self._starts[name] = (runs, packed)
            while sum(len(packed) for _, packed in self._starts.values()) > MOST_STARTS:
                self._starts.popitem(last=False)


def _most(scenario: Scenario) -> int:
    """Runs in a block."""
    return max(FIRST, BLOCK // scenario.weeks)


def _share(watch: Watch, done: int, runs: int, of_runs: int, weeks: int, of: int) -> None:
    """Tells how much of a world is done: so many runs, and so many weeks of a block of runs."""
    watch((done + runs * weeks / of) / of_runs)


def _world(scenario: Scenario, seed: int, runs: int, made: Measured) -> World:
    light = Trajectory(scenario, seed, np.arange(runs), made.outcomes)
    return World(light, made.bands, made.roads, made.course)


WORLDS = Worlds()
