"""The cache of results that all visitors share. Each result is computed once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from threading import Lock
from typing import Any, NamedTuple

from cachetools import LRUCache

from scenario_sim.language import current_language
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.engine import engine_version
from scenario_sim.ui.server.jobs import Report, ignore

MAX_CACHED_BYTES = 300_000_000
MAX_CACHED_RESULTS = 1_000
CANCEL_CHECK_S = 0.05  # how soon a waiting thread learns that its own job was cancelled


class Key(NamedTuple):
    """All that determines a result. `what` is the kind of result with its own parameters."""

    what: Hashable
    engine: str
    scenario: Scenario
    seed: int
    runs: Hashable
    language: str = ""  # of the words that it holds, if any


def key_of(what: Hashable, scenario: Scenario, seed: int = 0, runs: Hashable = 0) -> Key:
    """Return the key of a result under the engine in use.

    The key holds the scenario and not its hash alone: titles do not count in the hash, and one
    visitor must not read the title that another one typed.
    """
    return Key(what, engine_version(), scenario, seed, runs, current_language())


class _Entry(NamedTuple):
    value: Any
    nbytes: int


class _Pending:
    """A result that a thread is computing; `share` is the part that is done, 0..1."""

    def __init__(self) -> None:
        self.future: Future[Any] = Future()
        self.share = 0.0


class ResultCache:
    """A thread-safe LRU cache, bounded by bytes and by entries.

    It computes each result once: threads that ask for a result that is being computed wait for it.
    """

    def __init__(
        self, max_bytes: int = MAX_CACHED_BYTES, max_results: int = MAX_CACHED_RESULTS
    ) -> None:
        # An entry counts as at least its share of the bytes, so one bound holds both.
        self._max_bytes, self._min_bytes = max_bytes, max_bytes // max_results
        self._entries: LRUCache[Hashable, _Entry] = LRUCache(max_bytes, lambda entry: entry.nbytes)
        self._pending: dict[Hashable, _Pending] = {}
        self._lock = Lock()

    def get[T](
        self,
        key: Hashable,
        compute: Callable[[Report], T],
        report: Report = ignore,
        nbytes: Callable[[T], int] = lambda _: 0,
    ) -> T:
        """Return the cached result, or compute and cache it.

        Parameters
        ----------
        key : hashable
            See `key_of`.
        compute : callable
            Gets a function to report the share done, and returns the result.
        report : Report
            Gets the share done, also while another thread computes. It may raise
            `jobs.Cancelled`; then this call ends, and a waiting thread computes the result.
        nbytes : callable
            Returns the bytes of a result. An entry counts at least its share of the cache.

        Raises
        ------
        Whatever `compute` or `report` raises. A failure is not cached.
        """
        while True:
            with self._lock:
                if key in self._entries:
                    return self._entries[key].value
                pending = self._pending.get(key)
                is_mine = pending is None
                if pending is None:
                    pending = self._pending[key] = _Pending()
            if is_mine:
                return self._compute(key, pending, compute, report, nbytes)
            try:
                return self._wait(pending, report)
            except CancelledError:
                continue  # the other thread failed or was cancelled: compute it here

    def peek(self, key: Hashable) -> Any | None:
        """Return the cached result, or None at once where there is none."""
        with self._lock:
            entry = self._entries.get(key)
        return entry.value if entry else None

    def _compute[T](
        self,
        key: Hashable,
        pending: _Pending,
        compute: Callable[[Report], T],
        report: Report,
        nbytes: Callable[[T], int],
    ) -> T:
        def tell(share: float) -> None:
            pending.share = share
            report(share)

        try:
            result = compute(tell)
            entry = _Entry(result, max(nbytes(result), self._min_bytes))
        except BaseException:
            with self._lock:
                del self._pending[key]
            pending.future.cancel()
            raise
        with self._lock:
            if entry.nbytes <= self._max_bytes:
                self._entries[key] = entry
            del self._pending[key]
        pending.future.set_result(result)
        return result

    @staticmethod
    def _wait(pending: _Pending, report: Report) -> Any:
        """Return what another thread computed. Raises CancelledError where that thread gave up."""
        while True:
            try:
                return pending.future.result(timeout=CANCEL_CHECK_S)
            except TimeoutError:
                report(pending.share)


CACHE = ResultCache()
