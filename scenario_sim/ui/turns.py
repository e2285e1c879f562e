"""Whose work is done next: everybody's first picture before anybody's whole one, in the order in which
they were asked for. More worlds at once than there are cores would make all of them late, and whole ones
leave one core free."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Protocol, Self

TICK = 0.05  # seconds between two looks at whether anybody still waits
REST = 0.5  # seconds that a whole picture waits while others work: often a newer move makes it needless

Watch = Callable[[float], None]  # hears the share done, 0..1; raises Cancelled to give up


class Cancelled(Exception):
    """Raised by a Watch: whoever asked does not want it any more."""


class Alike(Protocol):
    """What may share a turn with some others."""

    def alike(self, other: Self, /) -> bool: ...


class Promise[T](Protocol):
    """What somebody makes for others. share: how much of it is done, 0..1."""

    future: Future[T]
    share: float


class Turns[Urgent: Alike]:
    """`at_once`: how many may work at a time."""

    def __init__(self, at_once: int):
        self._all = self._free = at_once
        self._urgent: deque[Urgent] = deque()
        self._patient: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def one(self, meanwhile: Callable[[], None], since: float) -> Iterator[None]:
        """Waits for a turn, patiently; calls `meanwhile` now and then, which may raise. since: when it
        was asked for, on the monotonic clock."""
        me = object()
        with self._changed:
            self._patient.append(me)
        try:
            while not self._taken(me, since):
                meanwhile()
        finally:
            with self._changed:
                self._patient.remove(me)
                self._changed.notify_all()
        try:
            yield
        finally:
            self.back()

    def urgent(self, me: Urgent, most: int, meanwhile: Callable[[], None]) -> list[Urgent]:
        """Waits for a turn before all who are patient, for `me` and for up to `most` in all that wait
        behind and are alike: these leave the line. Empty where `me` was taken along by another; else
        there is a turn to give `back`."""
        with self._changed:
            self._urgent.append(me)
        try:
            while (group := self._group(me, most)) is None:
                meanwhile()
        except BaseException:
            with self._changed:
                self._leave(me)
            raise
        return group

    def _group(self, me: Urgent, most: int) -> list[Urgent] | None:
        """None as long as it is not yet settled."""
        with self._changed:
            if me not in self._urgent:
                return []
            if self._free and self._urgent[0] is me:
                behind = [other for other in self._urgent if other is not me and me.alike(other)]
                group = [me, *behind[: most - 1]]
                self._leave(*group)
                self._free -= 1
                return group
            self._changed.wait(TICK)
            return None

    def _leave(self, *group: Urgent) -> None:
        for each in group:
            if each in self._urgent:
                self._urgent.remove(each)
        self._changed.notify_all()

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

    def _taken(self, me: object, since: float) -> bool:
        with self._changed:
            room = self._free >= min(self._all, 2)  # one for whoever is in a hurry, and for the pages
            rested = self._free == self._all or time.monotonic() - since > REST
            if room and rested and not self._urgent and self._patient[0] is me:
                self._free -= 1
                return True
            self._changed.wait(TICK)
            return False


def waited[T](promise: Promise[T], watch: Watch | None) -> T:
    """What somebody else makes; `watch` hears now and then how much of it is done, and may raise."""
    while watch is not None and not promise.future.done():
        try:
            return promise.future.result(timeout=TICK)
        except TimeoutError:
            watch(promise.share)
    return promise.future.result()
