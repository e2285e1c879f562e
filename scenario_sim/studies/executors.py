"""Executors, which run the tasks of a study: one thread, several threads, or a cluster.

An executor takes a function, the tasks, and a function that gives the size of a task. It yields
(task, result) as results arrive, in any order. If a task raises an exception, that exception is its
result. `str(executor)` is written into the manifest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from typing import Protocol

from scenario_sim.errors import ScenarioSimError

MAX_TASKS_PER_THREAD = 2  # in flight: no thread waits, and Ctrl-C waits for few tasks


class WorkerDied(ScenarioSimError):
    """Workers of a cluster ended without a result: killed, or out of memory."""


class Executor(Protocol):
    """Runs tasks; see the text of this module."""

    def __call__[Task, Result](
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        run_weeks: Callable[[Task], int],
    ) -> Iterator[tuple[Task, Result | Exception]]: ...


class SerialExecutor:
    """Run one task after the other in this thread."""

    def __str__(self) -> str:
        return "one thread"

    def __call__[Task, Result](
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        run_weeks: Callable[[Task], int],
    ) -> Iterator[tuple[Task, Result | Exception]]:
        for task in tasks:
            try:
                result: Result | Exception = work(task)
            except Exception as error:
                result = error
            yield task, result


class ThreadExecutor:
    """Run several tasks at once in threads of this process."""

    def __init__(self, pool: ThreadPoolExecutor, jobs: int):
        self._pool, self._jobs = pool, jobs

    def __str__(self) -> str:
        return f"{self._jobs} threads"

    def __call__[Task, Result](
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        run_weeks: Callable[[Task], int],
    ) -> Iterator[tuple[Task, Result | Exception]]:
        waiting = iter(tasks)
        running: dict[Future[Result], Task] = {}
        try:
            while True:
                for task in islice(waiting, MAX_TASKS_PER_THREAD * self._jobs - len(running)):
                    running[self._pool.submit(work, task)] = task
                if not running:
                    return
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    task, error = running.pop(future), future.exception()
                    if error is not None and not isinstance(error, Exception):
                        raise error
                    yield task, error if error is not None else future.result()
        finally:
            for future in running:  # the caller stopped early, as after Ctrl-C
                future.cancel()


@contextmanager
def threads(jobs: int) -> Iterator[Executor]:
    """Give an executor of `jobs` threads, which may serve several studies.

        with threads(2) as executor:
            run_study(cells, store, executor=executor)

    The compiled model releases Python's global lock, so threads simulate at the same time. For
    more than one machine see `dask_executor`.
    """
    if jobs <= 1:
        yield SerialExecutor()
        return
    pool = ThreadPoolExecutor(jobs)
    try:
        yield ThreadExecutor(pool, jobs)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
