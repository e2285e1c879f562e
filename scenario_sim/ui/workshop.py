"""The processes that make worlds, so that a page never waits for another page's arithmetic: Python
does one thing at a time in each process, and the server has pages to draw."""

from __future__ import annotations

import atexit
import copy
import logging
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from scenario_sim.ui.worker import BEFORE, DONE, MEASURED, SHARE

if TYPE_CHECKING:
    import numpy as np

    from scenario_sim.ensemble import Progress
    from scenario_sim.scenario import Scenario
    from scenario_sim.ui.blocks import Before, Measured, Packed
    from scenario_sim.ui.worker import Order

log = logging.getLogger(__name__)

MOST = 4  # processes: each keeps luck of its own, up to 160 MB of it
TRIES = 2  # a process that was killed on the way is replaced, and asked once more
GONE = (EOFError, OSError, pickle.UnpicklingError)  # what a dead process leaves in the pipe
START = "import sys; sys.path[:] = {path!r}; from scenario_sim.ui.worker import main; main()"


class Worker:
    """One process. Whoever uses it does so alone."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """A fresh process."""
        self.known: set[tuple[int, int]] = set()  # whose luck it has
        self.process = subprocess.Popen(
            [sys.executable, "-c", START.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is the server's business; this ends with its pipe
        )
        assert self.process.stdin and self.process.stdout
        self._orders, self._answers = self.process.stdin, self.process.stdout

    def make(self, order: Order, progress: Progress | None, before: Before) -> Any:
        """Raises what `progress` and `before` do, what made it impossible, and one of GONE where the
        process is."""
        *_, runs, seed = order
        self._send(order)
        self.known.add((seed, runs.start))
        raised: BaseException | None = None
        while True:
            kind, answer = pickle.load(self._answers)
            if raised is None and kind in (SHARE, BEFORE):
                raised = self._heard(kind, answer, progress, before)
                if raised is not None:
                    self._send(None)
            elif kind == DONE and raised is None:
                return answer
            elif kind not in (SHARE, BEFORE):
                raise raised or answer

    def _heard(
        self, kind: str, answer: Any, progress: Progress | None, before: Before
    ) -> BaseException | None:
        """Passes on what it tells or asks on the way; what that raised."""
        try:
            held = before() if kind == BEFORE else ()
            if kind == SHARE and progress is not None:
                progress(*answer)
        except BaseException as error:
            return error
        if kind == BEFORE:
            self._send(list(held))
        return None

    def end(self) -> None:
        self._close(self._orders)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._close(self._answers)

    @staticmethod
    def _close(pipe: Any) -> None:
        with suppress(OSError):  # what was still to be written has no reader
            pipe.close()

    def _send(self, order: Any) -> None:
        pickle.dump(order, self._orders, pickle.HIGHEST_PROTOCOL)
        self._orders.flush()


def _light(scenario: Scenario) -> Scenario:
    """Less the states' data that it has read: the process reads them once for all scenarios."""
    light = copy.copy(scenario)
    light.__dict__.pop("cast", None)
    return light


class Here:
    """No process but this one: a notebook, a test."""

    beside = False

    @property
    def block(self) -> Callable[..., Packed]:
        from scenario_sim.ui import blocks

        return blocks.block

    @property
    def measured(self) -> Callable[..., Measured]:
        from scenario_sim.ui import blocks

        return blocks.measured

    @property
    def together(self) -> Callable[..., list[Measured]]:
        from scenario_sim.ui import blocks

        return blocks.together

    @property
    def count(self) -> Callable[..., dict[str, np.ndarray]]:
        from scenario_sim.ui import blocks

        return blocks.count


class Workshop:
    """As many processes as there are cores, within reason."""

    beside = True

    def __init__(self, many: int | None = None):
        self.size = many or min(os.cpu_count() or 1, MOST)
        self.workers = [Worker() for _ in range(self.size)]
        self._free = list(self.workers)
        self._changed = threading.Condition()

    def block(
        self, scenario: Scenario, runs: range, seed: int, progress: Progress | None = None
    ) -> Packed:
        """As `blocks.block`, in the next process that is free. Raises RuntimeError where processes end
        while they make it."""
        return self._made(("block", _light(scenario), runs, seed), progress)

    def count(
        self, scenario: Scenario, runs: range, seed: int, progress: Progress | None = None
    ) -> dict[str, np.ndarray]:
        """As `blocks.count`, likewise."""
        return self._made(("count", _light(scenario), runs, seed), progress)

    def measured(
        self,
        scenario: Scenario,
        runs: range,
        seed: int,
        progress: Progress | None = None,
        before: Before = tuple,
    ) -> Measured:
        """As `blocks.measured`, in the next process that is free. Raises as `block` does."""
        return self._made((MEASURED, _light(scenario), runs, seed), progress, before)

    def together(
        self,
        scenarios: Sequence[Scenario],
        runs: range,
        seed: int,
        progress: Progress | None = None,
    ) -> list[Measured]:
        """As `blocks.together`, likewise."""
        return self._made(("together", tuple(map(_light, scenarios)), runs, seed), progress)

    def close(self) -> None:
        """Nobody is left behind."""
        for worker in self.workers:
            worker.end()

    def _made(self, order: Order, progress: Progress | None, before: Before = tuple) -> Any:
        what, _, runs, seed = order
        worker = self._take((seed, runs.start))
        try:
            for _ in range(TRIES):
                try:
                    return worker.make(order, progress, before)
                except GONE:
                    log.warning("a process ended while it made a world; another takes its place")
                    worker.end()
                    worker.start()
            raise RuntimeError(f"{TRIES} processes ended while they made a world ({what})")
        finally:
            with self._changed:
                self._free.append(worker)
                self._changed.notify()

    def _take(self, luck: tuple[int, int]) -> Worker:
        """Rather one that has this luck than one that would have to draw it first."""
        with self._changed:
            while not self._free:
                self._changed.wait()
            found = next((w for w in self._free if luck in w.known), self._free[0])
            self._free.remove(found)
            return found


@cache
def hired() -> Workshop:
    """The server's own, from now until it ends."""
    workshop = Workshop()
    atexit.register(workshop.close)
    return workshop
