"""Which pages are still open: a kernel without a websocket counts as left after some seconds.

A page that closes says so, and ends its kernel. A phone that changes its network, or a laptop that
sleeps, says nothing. Its work waits some seconds for it, then stops, and begins again when it returns.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection
from threading import Lock

from scenario_sim.ui.server.limits import WORK_KEPT_S


class Presence:
    """The websockets of kernels. Safe for threads. kept_s : how long work goes on without one."""

    def __init__(
        self, kept_s: float = WORK_KEPT_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.kept_s = kept_s
        self._clock = clock
        self._sockets: Counter[str] = Counter()
        self._gone: dict[str, float] = {}  # since when a kernel has no websocket
        self._waiting: dict[str, list[Callable[[], None]]] = {}
        self._lock = Lock()

    def came(self, kernel: str) -> None:
        """Count a websocket, and begin again what waits for it."""
        with self._lock:
            self._sockets[kernel] += 1
            self._gone.pop(kernel, None)
            waiting = self._waiting.pop(kernel, [])
        for begin in waiting:
            begin()

    def went(self, kernel: str) -> None:
        with self._lock:
            self._sockets[kernel] -= 1
            if self._sockets[kernel] <= 0:
                del self._sockets[kernel]
                self._gone[kernel] = self._clock()

    def is_left(self, kernel: str) -> bool:
        """Return whether the kernel has had no open page for some seconds."""
        gone = self._gone.get(kernel)
        return gone is not None and self._clock() - gone >= self.kept_s

    def when_back(self, kernel: str, begin: Callable[[], None]) -> None:
        """Call this when the page is there again: now, or with its next websocket."""
        with self._lock:
            if kernel in self._gone:
                self._waiting.setdefault(kernel, []).append(begin)
                return
        begin()

    def forget(self, there: Collection[str]) -> None:
        """Drop all kernels but these."""
        with self._lock:
            self._gone = {k: at for k, at in self._gone.items() if k in there}
            self._waiting = {k: works for k, works in self._waiting.items() if k in there}


PRESENCE = Presence()
