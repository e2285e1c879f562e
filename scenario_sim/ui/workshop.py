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
from functools import cache
from typing import TYPE_CHECKING, Any

from scenario_sim.ui.worker import DONE, SHARE

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from scenario_sim.ensemble import Progress
    from scenario_sim.scenario import Scenario
    from scenario_sim.ui.blocks import Block

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

    def made(
        self,
        make: Callable[..., Any],
        scenario: Scenario,
        runs: range,
        seed: int,
        progress: Progress | None,
    ) -> Any:
        """Raises what `progress` does, what made the block impossible, and one of GONE where the
        process is."""
        self._send((make, _light(scenario), runs, seed))
        self.known.add((seed, runs.start))
        raised: BaseException | None = None
        while True:
            kind, answer = pickle.load(self.process.stdout)  # type: ignore[arg-type]
            if kind == SHARE:
                try:
                    if progress is not None and raised is None:
                        progress(*answer)
                except BaseException as error:
                    raised = error
                    self._send(None)
            elif raised is not None:
                raise raised
            elif kind == DONE:
                return answer
            else:
                raise answer

    def end(self) -> None:
        self.process.stdin.close()  # type: ignore[union-attr]
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()  # type: ignore[union-attr]

    def _send(self, order: Any) -> None:
        pickle.dump(order, self.process.stdin, pickle.HIGHEST_PROTOCOL)  # type: ignore[arg-type]
        self.process.stdin.flush()  # type: ignore[union-attr]


def _light(scenario: Scenario) -> Scenario:
    """Less the states' data that it has read: the process reads them once for all scenarios."""
    light = copy.copy(scenario)
    light.__dict__.pop("cast", None)
    return light


class Workshop:
    """As many processes as there are cores, within reason."""

    def __init__(self, many: int | None = None):
        self.size = many or min(os.cpu_count() or 1, MOST)
        self.workers = [Worker() for _ in range(self.size)]
        self._free = list(self.workers)
        self._changed = threading.Condition()

    def block(
        self, scenario: Scenario, runs: range, seed: int, progress: Progress | None = None
    ) -> Block:
        """As `blocks.make`, in the next process that is free. Raises RuntimeError where processes end
        while they make it."""
        from scenario_sim.ui import blocks  # it loads the model, which its processes do meanwhile

        return self._made(blocks.make, scenario, runs, seed, progress)

    def count(
        self, scenario: Scenario, runs: range, seed: int, progress: Progress | None = None
    ) -> dict[str, np.ndarray]:
        """As `blocks.count`, likewise."""
        from scenario_sim.ui import blocks

        return self._made(blocks.count, scenario, runs, seed, progress)

    def _made(self, make, scenario: Scenario, runs: range, seed: int, progress) -> Any:
        worker = self._take((seed, runs.start))
        try:
            for _ in range(TRIES):
                try:
                    return worker.made(make, scenario, runs, seed, progress)
                except GONE:
                    log.warning("a process ended while it made a world; another takes its place")
                    worker.end()
                    worker.start()
            raise RuntimeError(f"{TRIES} processes ended while they made {scenario.title!r}")
        finally:
            with self._changed:
                self._free.append(worker)
                self._changed.notify()

    def close(self) -> None:
        """Nobody is left behind."""
        for worker in self.workers:
            worker.end()

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
