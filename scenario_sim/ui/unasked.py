"""Worlds begun before anybody asks for them, where a core has nothing to do. They make way for
whatever is asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future

from scenario_sim.scenario import Scenario
from scenario_sim.ui.blocks import FIRST, Before, Packed
from scenario_sim.ui.kept import Kept, Making, key_of
from scenario_sim.ui.together import Wanted, make_together, most_at_once
from scenario_sim.ui.turns import Cancelled, Turns
from scenario_sim.ui.workshop import Here, Workshop

SOON = 0.1  # seconds in which a core may still become free
FEW = 4  # at once: whoever asks for one of them waits for all
MOST_MEANT = 64  # worlds that are to be made ready, if ever there is time


class Unasked:
    """Begins worlds, and stops what nobody has asked for meanwhile."""

    def __init__(self, kept: Kept, turns: Turns[Wanted], workers: Workshop | Here):
        self._kept, self._turns, self._workers = kept, turns, workers
        self._lock, self._going = threading.Lock(), threading.Lock()
        self._begun: list[Making] = []
        self._meant: list[Wanted] = []

    def make_way(self) -> None:
        """What nobody has asked for leaves its core to what is asked."""
        with self._lock:
            making_way, self._begun, self._meant = self._begun, [], []
        for making in making_way:
            making.wanted = making.asked

    def begin(self, scenario: Scenario, seed: int, runs: int) -> None:
        """A world from its first picture to the whole, both at once if there are cores."""
        self._begin(scenario, seed, range(FIRST), Future(), asked=False, then=runs)

    def follow(self, scenario: Scenario, seed: int, ids: range, first: Future[Packed]) -> None:
        """The last runs of a world whose first ones somebody is making, for `first`."""
        self._begin(scenario, seed, ids, first, asked=True)

    def begin_together(self, scenarios: Sequence[Scenario], seed: int, after: float) -> None:
        """First pictures side by side, the likeliest first, on one core: others draw pages. after: some
        seconds, unless more is begun meanwhile."""
        with self._lock:
            self._meant = [Wanted(one, seed, FIRST) for one in scenarios] + self._meant
            del self._meant[MOST_MEANT:]
        threading.Thread(target=self._go_ahead, args=(after,), name="ahead", daemon=True).start()

    def _go_ahead(self, after: float) -> None:
        time.sleep(after)
        with self._going:
            while self._turns.spare(SOON):  # until what made way has given its core back
                try:
                    group = self._taken_up()
                    if not group:
                        return
                    self._make(group)
                finally:
                    self._turns.back()

    def _taken_up(self) -> dict[Wanted, Making]:
        """The next that were meant and that nobody has made, as many as are alike."""
        group: dict[Wanted, Making] = {}
        with self._lock:
            meant = [one for one in self._meant if not self._kept.is_claimed(one.key)]
            alike = [one for one in meant if one.alike(meant[0])]
            for one in alike[: min(FEW, most_at_once(alike[0]))] if alike else ():
                making, mine = self._kept.claim(one.key, asked=False)
                if mine:
                    group[one] = making
            self._meant = [one for one in meant if one not in group]
            self._begun += group.values()
        return group

    def _make(self, group: dict[Wanted, Making]) -> None:
        def watch(share: float) -> None:
            for making in group.values():
                making.hear(share)
            if not any(making.wanted for making in group.values()):
                raise Cancelled

        make_together(list(group), self._workers, watch)
        for one, making in group.items():
            if one.future.exception():  # whoever asks makes it anew, and hears why it cannot be
                self._kept.give_up(one.key, making)
            else:
                self._kept.settle(one.key, making, one.scenario, one.future.result())

    def _begin(
        self,
        scenario: Scenario,
        seed: int,
        ids: range,
        first: Future[Packed],
        asked: bool,
        then: int = 0,
    ) -> None:
        """The last runs of a world. `first` holds the runs before them, or takes these where they are the
        first. asked: whether somebody waits for the world. then: up to which run others are to follow."""
        key = key_of(scenario, seed, ids.stop)
        making, mine = self._kept.claim(key, asked)
        if not mine:
            return
        if not asked:
            with self._lock:
                self._begun.append(making)

        def progress(weeks: int, of: int) -> None:
            if not making.wanted:
                raise Cancelled
            making.hear((ids.start + len(ids) * weeks / of) / ids.stop)

        def work() -> None:
            before: Before = (lambda: [first.result()]) if ids.start else tuple
            if not self._turns.spare(SOON if asked else 0):
                self._kept.give_up(key, making)
                return
            if then:
                self._begin(scenario, seed, range(ids.stop, then), first, asked)
            try:
                made = self._workers.measured(scenario, ids, seed, progress, before)
            except Exception as error:  # whoever asks makes it anew, and hears why it cannot be
                self._kept.give_up(key, making)
                if not ids.start:
                    first.set_exception(error)
            else:
                if not ids.start:
                    first.set_result(made.block)
                self._kept.settle(key, making, scenario, made)
            finally:
                self._turns.back()

        threading.Thread(target=work, name="ahead", daemon=True).start()
