"""First pictures made together: those that wait while all cores are busy become one vector, for a
week of a few hundred runs costs little more for several worlds than for one."""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import suppress

from scenario_sim.scenario import Scenario
from scenario_sim.ui.blocks import BLOCK, Measured
from scenario_sim.ui.kept import key_of
from scenario_sim.ui.turns import Cancelled, Watch
from scenario_sim.ui.workshop import Here, Workshop

MOST = 8  # more do not cost less each, and the first of them would wait for the last
MOST_BLOCKS = 2  # whose memory they may take


class NotTogether(Exception):
    """What those beside get who were made together with what failed: it need not be their fault."""


class Wanted:
    """A first picture that is to be made. alone: with nobody beside it. share: how much of it is done."""

    def __init__(self, scenario: Scenario, seed: int, runs: int, alone: bool = False) -> None:
        self.scenario, self.seed, self.runs, self.alone = scenario, seed, runs, alone
        self.key = key_of(scenario, seed, runs)
        self.share = 0.0
        self.future: Future[Measured] = Future()

    def alike(self, other: Wanted) -> bool:
        """Whether both can be one vector on one luck."""
        return not (self.alone or other.alone) and self._kind == other._kind

    @property
    def _kind(self) -> tuple:
        one = self.scenario
        vector = (one.start, one.weeks, one.states, frozenset(one.without))
        return (self.seed, self.runs, *vector)


def most_at_once(one: Wanted) -> int:
    """How many worlds like this, at most."""
    return min(MOST, max(1, MOST_BLOCKS * BLOCK // (one.runs * one.scenario.weeks)))


def to_the_end(watch: Watch) -> Watch:
    """What is made for others as well is not broken off."""

    def heard(share: float) -> None:
        with suppress(Cancelled):
            watch(share)

    return heard


def make_together(group: list[Wanted], workers: Workshop | Here, watch: Watch) -> None:
    """Settles the future of each. `watch` may break it off."""

    def progress(done: int, of: int) -> None:
        for each in group:
            each.share = done / of
        watch(done / of)

    scenarios, first = tuple(each.scenario for each in group), group[0]
    try:
        made = workers.together(scenarios, range(first.runs), first.seed, progress)
    except BaseException as error:
        for each in group:
            each.future.set_exception(NotTogether() if len(group) > 1 else error)
    else:
        for each, measured in zip(group, made, strict=True):
            each.future.set_result(measured)
