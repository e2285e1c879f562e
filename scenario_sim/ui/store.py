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
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from scenario_sim.charts import Bands, Roads, bands, roads
from scenario_sim.charts.course import Course, course
from scenario_sim.engine import engine_version
from scenario_sim.scenario import Scenario
from scenario_sim.trajectory import Trajectory
from scenario_sim.ui import blocks
from scenario_sim.ui.blocks import PICKED, Block
from scenario_sim.ui.turns import TICK, Turns
from scenario_sim.ui.workshop import Workshop

FIRST = 200  # runs of a first picture: of every larger ensemble the first ones
BLOCK = 200_000  # world-weeks at once: a tenth of a gigabyte while they are made
MOST_WORLDS = 256  # about a third of a megabyte each at 1,000 runs
MOST_STARTS = 60_000_000  # bytes of first blocks that wait to be taken up
MOST_AHEAD = 4  # second blocks that wait to be taken up: each as large as BLOCK says

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


class _Making[Made]:
    """What somebody is making."""

    def __init__(self) -> None:
        self.future: Future[Made] = Future()
        self.share = 0.0
        self.wanted = True


class Worlds:
    """A bounded store, least used out first. Each world is computed once, by whoever asks first;
    if they give up, one of those who wait goes on with it."""

    def __init__(self, most: int = MOST_WORLDS, at_once: int | None = None):
        self._most, self._lock = most, threading.Lock()
        self._kept: OrderedDict[tuple, _Making[World]] = OrderedDict()
        self._starts: OrderedDict[tuple, Block] = OrderedDict()
        self._ahead: OrderedDict[tuple, _Making[Block]] = OrderedDict()
        self._turns = Turns(at_once or os.cpu_count() or 1)
        self._block, self._count, self._beside = blocks.make, blocks.count, False

    def employ(self, workshop: Workshop) -> None:
        """From now on blocks are made in processes beside this one."""
        self._turns = Turns(workshop.size)
        self._block, self._count, self._beside = workshop.block, workshop.count, True

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
            if mine:
                return self._make(key, making, scenario, watch, then)
            try:
                return _wait(making, watch)
            except _GivenUp:
                continue

    def counted(
        self, scenario: Scenario, seed: int, runs: int, watch: Watch
    ) -> dict[str, np.ndarray]:
        """What the record is held against: see `charts.happened.counted`. Made anew, block by block:
        the weeks were let go, and few visitors ask. Raises what `watch` does."""
        most, since, made = _most(scenario), time.monotonic(), []
        for at in range(0, runs, most):
            ids = range(at, min(at + most, runs))

            def progress(weeks: int, of: int, at: int = at, ids: range = ids) -> None:
                watch((at + len(ids) * weeks / of) / runs)

            with self._turns.one(False, partial(watch, at / runs), since):
                made.append(self._count(scenario, ids, seed, progress))
        return {name: np.concatenate([b[name] for b in made], axis=1) for name in made[0]}

    def has(self, scenario: Scenario, seed: int, runs: int) -> bool:
        """Whether it is there already."""
        making = self._kept.get((engine_version(), scenario.hash, seed, runs))
        return making is not None and making.future.done()

    def _make(
        self,
        key: tuple,
        making: _Making[World],
        scenario: Scenario,
        watch: Watch | None,
        then: int,
    ) -> World:
        def heard(share: float) -> None:
            making.share = share
            if watch is not None:
                watch(share)

        *_, seed, runs = key
        try:
            world = self._world(scenario, seed, runs, heard, then)
        except BaseException as error:
            with self._lock:
                if self._kept.get(key) is making:
                    del self._kept[key]
            making.future.set_exception(_GivenUp() if isinstance(error, Cancelled) else error)
            raise
        making.future.set_result(world)
        return world

    def _world(
        self, scenario: Scenario, seed: int, runs: int, watch: Watch, then: int = 0
    ) -> World:
        name, since = (engine_version(), scenario.hash, seed), time.monotonic()
        with self._lock:
            start = self._starts.get(name)
            rest = self._ahead.pop(name, None) if runs > FIRST else None
        made = [start] if start is not None and start.runs.size <= runs else []
        if made and rest is not None:
            made += self._taken_up(rest, watch)
        at = sum(block.runs.size for block in made)
        most = _most(scenario)
        while at < runs:
            ids = range(at, min(at + most, runs))
            done = at

            def progress(weeks: int, of: int, done: int = done, ids: range = ids) -> None:
                watch((done + len(ids) * weeks / of) / runs)

            urgent = runs <= FIRST
            with self._turns.one(urgent, partial(watch, done / runs), since):
                if urgent and then > runs and self._beside and self._turns.spare():
                    self._begin_rest(name, scenario, seed, range(runs, min(runs + most, then)))
                made.append(self._block(scenario, ids, seed, progress))
            at += len(ids)
        if runs <= FIRST:
            self._put_by(name, made[0])
        return _joined(scenario, seed, made)

    def _begin_rest(self, name: tuple, scenario: Scenario, seed: int, ids: range) -> None:
        """The runs after the first ones, while those are made."""
        rest: _Making[Block] = _Making()

        def progress(weeks: int, of: int) -> None:
            if not rest.wanted:
                raise Cancelled
            rest.share = weeks / of

        def work() -> None:
            try:
                rest.future.set_result(self._block(scenario, ids, seed, progress))
            except Exception:  # whoever takes it up makes it anew, and hears why it cannot be
                rest.future.set_exception(_GivenUp())
            finally:
                self._turns.back()

        with self._lock:
            self._ahead[name] = rest
            while len(self._ahead) > MOST_AHEAD:
                self._ahead.popitem(last=False)[1].wanted = False
        threading.Thread(target=work, name="rest", daemon=True).start()

    def _taken_up(self, rest: _Making[Block], watch: Watch) -> list[Block]:
        """The block that was begun ahead; none where its maker gave up."""
        try:
            return [_wait(rest, watch)]
        except _GivenUp:
            return []
        except Cancelled:
            rest.wanted = False
            raise

    def _put_by(self, name: tuple, block: Block) -> None:
        with self._lock:
            self._starts[name] = block
            while sum(b.nbytes for b in self._starts.values()) > MOST_STARTS:
                self._starts.popitem(last=False)


def _most(scenario: Scenario) -> int:
    """Runs in a block."""
    return max(FIRST, BLOCK // scenario.weeks)


def _wait[Made](making: _Making[Made], watch: Watch | None) -> Made:
    while watch is not None and not making.future.done():
        try:
            return making.future.result(timeout=TICK)
        except TimeoutError:
            watch(making.share)
    return making.future.result()


def _joined(scenario: Scenario, seed: int, blocks: list[Block]) -> World:
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


WORLDS = Worlds()
