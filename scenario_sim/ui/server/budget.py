"""The computing time of visitors: a token bucket of CPU seconds for each browser and each address.

A bucket starts full and is filled again within `PERIOD_S`. Work takes what it used when it ends, so
the last job may overdraw; the next one is then refused until the bucket holds something again.

A browser (its session cookie) has a bucket of its own. All browsers behind one address share another:
three quarters of the machine, so that new cookies do not make new time. It counts only while a visitor
from elsewhere is there: a class that is alone on the server may use all of it.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from threading import Lock

from scenario_sim.errors import ScenarioSimError
from scenario_sim.ui import messages
from scenario_sim.ui.server.limits import (
    ADDRESS_SHARE,
    BUDGET_PERIOD_S,
    ELSEWHERE_S,
    VISITOR_CPU_S,
)
from scenario_sim.ui.server.visitors import Visitor


class OverBudget(ScenarioSimError):
    """A visitor has used more computing time than one may."""


@dataclass
class _Bucket:
    """CPU seconds. most: how many it holds. Filled `per_s` a second."""

    most: float
    per_s: float
    left: float
    at: float

    def fill(self, now: float) -> float:
        """Return what is left now."""
        self.left = min(self.most, self.left + (now - self.at) * self.per_s)
        self.at = now
        return self.left

    @property
    def wait_s(self) -> float:
        """Return the seconds until there is a CPU second again."""
        return max(0.0, (min(1.0, self.most) - self.left) / self.per_s)


class Budgets:
    """The computing time of all visitors. Safe for threads.

    visitor_s : CPU seconds of one browser in a period; 0 for no limit. address_s : of one address.
    """

    def __init__(
        self,
        visitor_s: float = VISITOR_CPU_S,
        address_s: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.visitor_s = visitor_s
        cores = os.cpu_count() or 1
        self.address_s = ADDRESS_SHARE * cores * BUDGET_PERIOD_S if address_s is None else address_s
        self._clock = clock
        self._visitors: dict[str, Visitor] = {}  # by kernel
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._seen: dict[str, float] = {}  # when an address last asked for work
        self._lock = Lock()

    def open(self, kernel: str, visitor: Visitor) -> None:
        """Let this visitor pay for what the kernel computes."""
        with self._lock:
            self._visitors.setdefault(kernel, visitor)

    def forget(self, there: Collection[str]) -> None:
        """Drop all kernels but these, and the buckets that are full again."""
        with self._lock:
            now = self._clock()
            self._visitors = {k: one for k, one in self._visitors.items() if k in there}
            self._buckets = {k: b for k, b in self._buckets.items() if b.fill(now) < b.most}
            self._seen = {k: at for k, at in self._seen.items() if now - at < ELSEWHERE_S}

    def check(self, kernel: str) -> None:
        """Raise OverBudget where the visitor has to wait before more is computed."""
        with self._lock:
            visitor, now = self._visitors.get(kernel), self._clock()
            if visitor is None or not self.visitor_s:
                return
            self._seen[visitor.address] = now
            own, shared = self._of(visitor, now)
            if own.left <= 0:
                minutes = BUDGET_PERIOD_S / 60
                wait = _in_words(own.wait_s)
                raise OverBudget(
                    messages.server.BROWSER_SPENT.format(
                        seconds=own.most, minutes=minutes, wait=wait
                    )
                )
            others = (at for address, at in self._seen.items() if address != visitor.address)
            if shared and shared.left <= 0 and any(now - at < ELSEWHERE_S for at in others):
                raise OverBudget(
                    messages.server.ADDRESS_SPENT.format(wait=_in_words(shared.wait_s))
                )

    def charge(self, kernel: str, seconds: float) -> None:
        """Take the CPU seconds that a piece of work used."""
        with self._lock:
            visitor = self._visitors.get(kernel)
            if visitor is None or not self.visitor_s:
                return
            for bucket in self._of(visitor, self._clock()):
                if bucket:
                    bucket.left -= seconds

    def _of(self, visitor: Visitor, now: float) -> tuple[_Bucket, _Bucket | None]:
        """Return the buckets of a browser and of its address. A proxy's address stands for many."""
        own = self._bucket(("browser", visitor.key), self.visitor_s, now)
        if visitor.is_local:
            return own, None
        return own, self._bucket(("address", visitor.address), self.address_s, now)

    def _bucket(self, name: tuple[str, str], most: float, now: float) -> _Bucket:
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = _Bucket(most, most / BUDGET_PERIOD_S, most, now)
        bucket.fill(now)
        return bucket


def _in_words(seconds: float) -> str:
    if seconds < 60:
        return messages.server.SECONDS.format(n=max(1, math.ceil(seconds)))
    return messages.server.MINUTES.format(n=math.ceil(seconds / 60))


BUDGETS = Budgets()
