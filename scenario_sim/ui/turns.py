"""Whose work is done next: everybody's first picture before anybody's whole one, in the order in which
they were asked for. More worlds at once than there are cores would make all of them late."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TICK = 0.05  # seconds between two looks at whether anybody still waits
REST = 0.5  # seconds that a whole picture waits while others work: often a newer move makes it needless


class Turns:
    """`at_once`: how many may work at a time."""

    def __init__(self, at_once: int):
        self._all = self._free = at_once
        self._urgent: deque[object] = deque()
        self._patient: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def one(
        self, urgent: bool, meanwhile: Callable[[], None], since: float = 0.0
    ) -> Iterator[None]:
        """Waits for a turn; calls `meanwhile` now and then, which may raise. since: when it was asked
        for, on the monotonic clock."""
        me, line = object(), self._urgent if urgent else self._patient
        with self._changed:
            line.append(me)
        try:
            while not self._taken(me, line, since):
                meanwhile()
        finally:
            with self._changed:
                line.remove(me)
                self._changed.notify_all()
        try:
            yield
        finally:
            self.back()

    def spare(self, patience: float = 0.0) -> bool:
        """A turn that nobody waits for, if there is one within some seconds; whoever has it gives it
        `back`."""
        with self._changed:
            if not self._changed.wait_for(self._idle, patience):
                return False
            self._free -= 1
            return True

    def _idle(self) -> bool:
        return self._free > 0 and not self._urgent and not self._patient

    def back(self) -> None:
        with self._changed:
            self._free += 1
            self._changed.notify_all()

    def _taken(self, me: object, line: deque[object], since: float) -> bool:
        with self._changed:
            if self._free and line[0] is me and self._comes(line, since):
                self._free -= 1
                return True
            self._changed.wait(TICK)
            return False

    def _comes(self, line: deque[object], since: float) -> bool:
        if line is self._urgent:
            return True
        idle = self._free == self._all
        return not self._urgent and (idle or time.monotonic() - since > REST)
