"""One job at a time, and only the newest next: moving a lever ten times never queues ten worlds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from scenario_sim.ui.turns import Cancelled, Watch

log = logging.getLogger(__name__)

Job = Callable[[], None]


class Latest:
    """Runs jobs in a thread. A job asked for while another runs waits; a newer one takes its
    place. What runs is never broken off: it may ask whether it is `overtaken` or `stopped`, and
    leave of its own accord."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: Job | None = None
        self._running = self._closed = self._stopped = False

    def ask(self, job: Job) -> None:
        """Run this, if nothing newer is asked for before its turn comes."""
        with self._lock:
            if self._closed:
                return
            self._next = job
            if self._running:
                return
            self._running = True
        threading.Thread(target=self._work, daemon=True).start()

    def stop(self) -> None:
        """Nobody wants what runs or waits; what is asked for later runs as ever."""
        with self._lock:
            self._stopped, self._next = self._running, None

    def close(self) -> None:
        """The visitor left: what waits is forgotten."""
        with self._lock:
            self._closed, self._next = True, None

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def stopped(self) -> bool:
        """Whether the job that runs is no longer wanted at all."""
        return self._stopped or self._closed

    @property
    def overtaken(self) -> bool:
        """Whether something newer waits for the job that runs."""
        return self._next is not None

    def watch(self, tell: Callable[[float], None], step: float) -> Watch:
        """For one job: tells the share done whenever it has grown by a step, and raises Cancelled once
        nobody wants the job."""
        told = 0.0

        def watch(share: float) -> None:
            nonlocal told
            if self.stopped or self.overtaken:
                raise Cancelled
            if share - told > step:
                told = share
                tell(share)

        return watch

    def _work(self) -> None:
        while True:
            with self._lock:
                job, self._next, self._stopped = self._next, None, False
                if job is None:
                    self._running = False
                    return
            try:
                job()
            except Exception:  # the next job still has its turn
                log.exception("a job in the background failed")
