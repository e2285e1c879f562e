"""Worlds, computed once and kept for every visitor alike.

A world is a pure function of (scenario, seed, runs) and the engine, so a class of thirty who open
the same scenario make it once: the first computes, the others wait for the same result. It is made
in blocks of runs, the first of them small: a picture of FIRST runs comes early, and the whole one
takes it up instead of making it again. Where a core has nothing to do, the rest is begun at once.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial

import numpy as np

from scenario_sim.scenario import Scenario
from scenario_sim.ui.blocks import FIRST, Measured, Packed, in_a_block
from scenario_sim.ui.kept import MOST_WORLDS, GivenUp, Kept, Key, Making, World, key_of
from scenario_sim.ui.together import NotTogether, Wanted, make_together, most_at_once, to_the_end
from scenario_sim.ui.turns import Cancelled, Turns, Watch, waited
from scenario_sim.ui.unasked import Unasked
from scenario_sim.ui.workshop import Here, Workshop

DRAWN = 3.0  # seconds until a page that has just come is there and its visitor looks about


class Worlds:
    """A bounded store, least used out first. Each world is computed once, by whoever asks first;
    if they give up, one of those who wait goes on with it."""

    def __init__(self, most: int = MOST_WORLDS, at_once: int | None = None):
        self._kept = Kept(most)
        self._employ(Here(), at_once or os.cpu_count() or 1)

    def employ(self, workshop: Workshop) -> None:
        """From now on blocks are made in processes beside this one."""
        self._employ(workshop, workshop.size)

    def _employ(self, workers: Workshop | Here, at_once: int) -> None:
        self._workers, self._turns = workers, Turns[Wanted](at_once)
        self._unasked = Unasked(self._kept, self._turns, workers)

    def get(
        self, scenario: Scenario, seed: int, runs: int, watch: Watch | None = None, then: int = 0
    ) -> World:
        """then: how many runs will be asked for next. Raises whatever made the world impossible, to
        everybody who waited for it; Cancelled to those alone whose own `watch` raised it."""
        key = key_of(scenario, seed, runs)
        while True:
            making, mine = self._kept.claim(key)
            if mine:
                self._unasked.make_way()
                self._make(key, making, scenario, watch, then)
            try:
                return waited(making, watch)
            except GivenUp:
                continue
            except Cancelled:
                making.wanted = False
                raise

    def counted(
        self, scenario: Scenario, seed: int, runs: int, watch: Watch
    ) -> dict[str, np.ndarray]:
        """What the record is held against: see `charts.happened.counted`. Made anew, block by block:
        the weeks were let go, and few visitors ask. Raises what `watch` does."""
        self._unasked.make_way()
        most, since, made = in_a_block(scenario), time.monotonic(), []
        for at in range(0, runs, most):
            ids = range(at, min(at + most, runs))
            progress = partial(_share, watch, at, len(ids), runs)
            with self._turns.one(partial(progress, 0, 1), since):
                made.append(self._workers.count(scenario, ids, seed, progress))
        return {name: np.concatenate([b[name] for b in made], axis=1) for name in made[0]}

    def has(self, scenario: Scenario, seed: int, runs: int) -> bool:
        """Whether it is there already."""
        return self._kept.has(key_of(scenario, seed, runs))

    def make_ready(
        self, scenarios: Sequence[Scenario], seed: int, runs: int, hurry: bool = True
    ) -> None:
        """Begins worlds that may be asked for next, the likeliest first, in turns that nobody waits for:
        of one alone all of it, of several their first pictures. In a hurry, at once and instead of what
        was likely before; else when the pages that are open have had time to be drawn."""
        there = [self._kept.is_claimed(key_of(one, seed, FIRST)) for one in scenarios]
        if not self._workers.beside or runs <= FIRST or all(there):
            return
        if hurry:
            self._unasked.make_way()
        if len(scenarios) == 1 and runs <= in_a_block(scenarios[0]):
            self._unasked.begin(scenarios[0], seed, runs)
        else:
            self._unasked.begin_together(scenarios, seed, after=0.0 if hurry else DRAWN)

    def _make(
        self, key: Key, making: Making, scenario: Scenario, watch: Watch | None, then: int
    ) -> None:
        def heard(share: float) -> None:
            making.hear(share)
            if watch is not None:
                watch(share)

        try:
            made = self._measured(scenario, key, heard, then)
        except BaseException as error:
            self._kept.give_up(key, making, None if isinstance(error, Cancelled) else error)
            raise
        self._kept.settle(key, making, scenario, made)

    def _measured(self, scenario: Scenario, key: Key, watch: Watch, then: int) -> Measured:
        if key.runs > FIRST:
            return self._whole(scenario, key, watch)
        return self._first(scenario, key, watch, then)

    def _first(self, scenario: Scenario, key: Key, watch: Watch, then: int) -> Measured:
        """Together with those that wait; alone, its other runs are begun as well."""
        wanted, rest = Wanted(scenario, key.seed, key.runs), Future[Packed]()
        while True:
            group = self._turns.urgent(wanted, most_at_once(wanted), partial(watch, 0.0))
            alone = group == [wanted]
            if alone and key.runs < then <= in_a_block(scenario) and self._workers.beside:
                self._unasked.follow(scenario, key.seed, range(key.runs, then), rest)
            try:
                if group:
                    make_together(group, self._workers, watch if alone else to_the_end(watch))
                made = waited(wanted, watch)
            except NotTogether:
                wanted = Wanted(scenario, key.seed, key.runs, alone=True)
            except BaseException:
                rest.set_exception(GivenUp())
                raise
            else:
                rest.set_result(made.block)
                return made
            finally:
                if group:
                    self._turns.back()

    def _whole(self, scenario: Scenario, key: Key, watch: Watch) -> Measured:
        """Takes up its first picture, where there is one."""
        most, since = in_a_block(scenario), time.monotonic()
        at, held = self._kept.start(key)
        while True:
            ids = range(at, min(at + most, key.runs))
            progress = partial(_share, watch, at, len(ids), key.runs)
            with self._turns.one(partial(progress, 0, 1), since):
                if ids.stop == key.runs:
                    return self._workers.measured(scenario, ids, key.seed, progress, lambda: held)
                held.append(self._workers.block(scenario, ids, key.seed, progress))
            at = ids.stop


def _share(watch: Watch, done: int, runs: int, of_runs: int, weeks: int, of: int) -> None:
    """Tells how much of a world is done: so many runs, and so many weeks of a block of runs."""
    watch((done + runs * weeks / of) / of_runs)


WORLDS = Worlds()
