"""The worlds that are kept for all visitors alike, and those that somebody is making: whoever asks
later waits for the same result. The least used go out first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from scenario_sim.charts import Bands, Roads
from scenario_sim.charts.course import Course
from scenario_sim.engine import engine_version
from scenario_sim.scenario import Scenario
from scenario_sim.trajectory import Trajectory
from scenario_sim.ui.blocks import FIRST, Measured, Packed

MOST_WORLDS = 256  # about a third of a megabyte each at 1,000 runs
MOST_STARTS = 60_000_000  # bytes of first blocks that wait to be taken up


@dataclass(frozen=True, eq=False)
class World:
    """A trajectory's outcomes and its measures; its weeks (a hundred times as large) are let go."""

    trajectory: Trajectory
    bands: Bands
    roads: Roads
    course: Course


class Key(NamedTuple):
    """All that a world follows from."""

    engine: str
    hash: str
    seed: int
    runs: int


def key_of(scenario: Scenario, seed: int, runs: int) -> Key:
    return Key(engine_version(), scenario.hash, seed, runs)


class GivenUp(Exception):
    """What a world's maker leaves to those who wait for it, when it gave up."""


class Making:
    """A world that somebody is making. wanted: as far as those know who waited for it, or who need the
    core. asked: whether anybody has asked for it yet."""

    def __init__(self) -> None:
        self.future: Future[World] = Future()
        self.share = 0.0
        self.wanted = True
        self.asked = False

    def hear(self, share: float) -> None:
        self.share = share


class Kept:
    """most: how many worlds."""

    def __init__(self, most: int = MOST_WORLDS):
        self._most, self._lock = most, threading.Lock()
        self._worlds: OrderedDict[Key, Making] = OrderedDict()
        self._starts: OrderedDict[Key, tuple[int, Packed]] = OrderedDict()

    def claim(self, key: Key, asked: bool = True) -> tuple[Making, bool]:
        """A world, and whether it is for the caller to make it, for nobody has yet."""
        with self._lock:
            making = self._worlds.get(key)
            mine = making is None
            if making is None:
                making = self._worlds[key] = Making()
            making.asked |= asked
            self._worlds.move_to_end(key)
            while len(self._worlds) > self._most:
                self._worlds.popitem(last=False)
        return making, mine

    def has(self, key: Key) -> bool:
        """Whether it is there already."""
        making = self._worlds.get(key)
        return making is not None and making.future.done()

    def is_claimed(self, key: Key) -> bool:
        """Whether it is there, or somebody is making it."""
        return key in self._worlds

    def give_up(self, key: Key, making: Making, error: BaseException | None = None) -> None:
        """Whoever asks next makes it. error: what those get who wait; none: one of them goes on."""
        with self._lock:
            if self._worlds.get(key) is making:
                del self._worlds[key]
        making.future.set_exception(error or GivenUp())

    def settle(self, key: Key, making: Making, scenario: Scenario, made: Measured) -> None:
        """It is made; the block of a first picture is put by for the whole one."""
        if key.runs <= FIRST:
            with self._lock:
                self._starts[key._replace(runs=0)] = (key.runs, made.block)
                while sum(len(packed) for _, packed in self._starts.values()) > MOST_STARTS:
                    self._starts.popitem(last=False)
        light = Trajectory(scenario, key.seed, np.arange(key.runs), made.outcomes)
        making.future.set_result(World(light, made.bands, made.roads, made.course))

    def start(self, key: Key) -> tuple[int, list[Packed]]:
        """How many of its runs were put by, and these."""
        with self._lock:
            runs, packed = self._starts.get(key._replace(runs=0), (0, b""))
        return (runs, [packed]) if 0 < runs < key.runs else (0, [])
