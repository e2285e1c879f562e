"""Background work: one kind of job, with progress and stop, in two bounded thread pools.

Simulating lets go of the GIL, so threads are enough. Short jobs have a pool of their own: a picture
never waits behind a study, which may take seconds. A long job gives way: at each report it rests
while a short job works.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Condition, Lock, Thread

from solara.server import kernel_context

from scenario_sim.simulation.ensemble import cpu_time
from scenario_sim.ui.server.budget import BUDGETS
from scenario_sim.ui.server.presence import PRESENCE

log = logging.getLogger(__name__)

PROGRESS_DELAY_S = 0.3  # work that is done sooner shows no progress bar
PROGRESS_INTERVAL_S = 0.2
CORES = os.cpu_count() or 1
MAX_REST_S = (
    0.5  # studies have to end as well, and a picture may wait for what one of them computes
)
MAX_QUIET_PAGES = 2 * CORES  # with more pages open, a class is at work

Report = Callable[[float], None]  # hears the share done, 0..1; raises Cancelled to end the work


class Cancelled(Exception):
    """Raised by a `Report`: the result is not wanted any more."""


def ignore(share: float) -> None:
    """Ignore the share done: the work cannot be cancelled."""


def part_of(report: Report, first: float, of: float, parts: float = 1) -> Report:
    """Return a report for some parts of a work: it tells the share of the whole.

    first : how many parts stand before these. of : how many there are. parts : how many these are.
    """
    return lambda share: report((first + parts * share) / of)


class ShortJobs:
    """Count the short jobs that wait or work."""

    def __init__(self) -> None:
        self._many = 0
        self._changed = Condition()

    def count(self, by: int) -> None:
        with self._changed:
            self._many += by
            self._changed.notify_all()

    def wait_for_none(self) -> None:
        """Return once there is none, or after a while."""
        with self._changed:
            self._changed.wait_for(lambda: not self._many, MAX_REST_S)


SHORT_JOBS = ShortJobs()


class Job:
    """A piece of work in the background. It calls `report` now and then."""

    def __init__(self, number: int, on_progress: Report, is_long: bool = False) -> None:
        self.number = number
        self._is_long = is_long
        self._on_progress = on_progress
        self._context = _current_kernel()
        self._kernel = self._context.id if self._context else ""
        self._is_cancelled = self._was_left = False
        self._begun = self._told = time.monotonic()

    @property
    def is_cancelled(self) -> bool:
        """Return whether the job was stopped or superseded, or its visitor has left."""
        return self._is_cancelled or (
            self._context is not None and self._context.closed_event.is_set()
        )

    def cancel(self) -> None:
        """Let the next `report` end the work; a job that still waits never begins."""
        self._is_cancelled = True

    def report(self, share: float) -> None:
        """Tell how much is done. Raises Cancelled, except where all the work is done already."""
        if share >= 1:
            return
        self._give_way()
        if self.is_cancelled:
            raise Cancelled
        if PRESENCE.is_left(self._kernel):
            self._was_left = True
            raise Cancelled
        now = time.monotonic()
        if now - self._begun > PROGRESS_DELAY_S and now - self._told > PROGRESS_INTERVAL_S:
            self._told = now
            self._on_progress(share)

    def run(self, work: Callable[[Job], None]) -> None:
        """Do the work in the context of its page, which Solara finds by the thread.

        Work that stopped because its page was gone begins again with the next websocket.
        """
        self._give_way()
        if self.is_cancelled:
            return
        begun = cpu_time()
        self._was_left = PRESENCE.is_left(self._kernel)
        try:
            with self._context or nullcontext():
                if not self._was_left:
                    work(self)
        except Cancelled:
            pass
        except Exception:
            log.exception("a job in the background failed")
        finally:
            BUDGETS.charge(self._kernel, cpu_time() - begun)
        if self._was_left and not self.is_cancelled:
            PRESENCE.when_back(self._kernel, lambda: self.start(work))

    def start(self, work: Callable[[Job], None]) -> None:
        """Put the work into its pool."""
        if self._is_long:
            LONG.submit(self.run, work)
            return
        SHORT_JOBS.count(1)
        SHORT.submit(self.run, work).add_done_callback(lambda _: SHORT_JOBS.count(-1))

    def _give_way(self) -> None:
        if self._is_long:
            SHORT_JOBS.wait_for_none()

    def check_budget(self) -> None:
        """Raise OverBudget where the visitor has used the computing time that one may use."""
        BUDGETS.check(self._kernel)


class LatestJob:
    """The requests of one visitor for one thing: a newer one cancels the one before."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._newest: Job | None = None
        self._requests = self._delivered = 0
        self._is_closed = False
        self._due: tuple[float, Job, Callable[[Job], None]] | None = (
            None  # what waits, and until when
        )

    def submit(
        self,
        work: Callable[[Job], None],
        is_long: bool = False,
        on_progress: Report = ignore,
        delay_s: float = 0.0,
    ) -> None:
        """Run this in the background, and cancel what was submitted before.

        on_progress : hears the share done of work that takes longer than a moment.
        delay_s : how long the job waits for a newer request before it begins.
        """
        with self._lock:
            self._cancel()
            if self._is_closed:
                return
            job = self._newest = Job(self._requests, on_progress, is_long)
            if delay_s:
                is_waiting = self._due is not None
                self._due = time.monotonic() + delay_s, job, work
                if not is_waiting:
                    Thread(target=self._start_due, daemon=True).start()
                return
        job.start(work)

    def cancel(self) -> None:
        """Stop what runs or waits. Later requests run as usual."""
        with self._lock:
            self._cancel()
            self._delivered = self._requests

    def close(self) -> None:
        """Stop what runs or waits, and refuse later requests."""
        self.cancel()
        self._is_closed = True

    def deliver(self, job: Job, take: Callable[[], None] = lambda: None) -> bool:
        """Take a job's result up, unless that of a newer one was; return whether it was.

        A superseded job that is finished all the same counts: so pictures keep coming during a drag.
        `take` runs under a lock, and must draw nothing.
        """
        with self._lock:
            if self._is_closed or job.number < self._delivered:
                return False
            self._delivered = job.number
            take()
            return True

    def _start_due(self) -> None:
        """Start what waits when it is due: the newest job, for newer ones take the place of others.

        One thread waits for a whole drag. To start one costs as much as to draw a widget.
        """
        while True:
            with self._lock:
                assert self._due
                due, job, work = self._due
                left = due - time.monotonic()
                if left <= 0 or self._is_closed:
                    self._due = None
                    break
            time.sleep(left)
        job.start(work)

    def _cancel(self) -> None:
        self._requests += 1
        if self._newest is not None:
            self._newest.cancel()


def is_quiet() -> bool:
    """Return whether so few pages are open that work may begin before a visitor asks for it."""
    # A page that went away keeps its context for a while, in case it comes back.
    connected = sum(
        kernel_context.PageStatus.CONNECTED in tuple(one.page_status.values())
        for one in tuple(kernel_context.contexts.values())
    )
    return connected <= MAX_QUIET_PAGES


def _current_kernel() -> kernel_context.VirtualKernelContext | None:
    return kernel_context.get_current_context() if kernel_context.has_current_context() else None


SHORT = ThreadPoolExecutor(CORES, "short-job")
LONG = ThreadPoolExecutor(max(1, CORES - 1), "long-job")  # a core stays free for pages
