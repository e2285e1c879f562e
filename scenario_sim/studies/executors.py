"""What does the work of a study: this thread, more threads of this process, or a cluster.

An executor takes (work, tasks, world_weeks) and gives back (task, result) as results come, in any
order, with an exception in the place of a result that could not be had. `str` of it is what the
manifest says of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, Protocol

from scenario_sim.errors import ScenarioSimError

MAX_TASKS_PER_THREAD = 2  # tasks in flight for each thread: none waits, and Ctrl-C waits for few


class WorkerDied(ScenarioSimError):
    """Workers of a cluster ended without an answer: killed, or out of memory."""


class Executor(Protocol):
    """See this module's words."""

    def __call__[Task, Result](
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        world_weeks: Callable[[Task], int],
    ) -> Iterator[tuple[Task, Result | Exception]]: ...


class SerialExecutor:
    """One task after the other, here."""

    def __str__(self) -> str:
        return "one thread"

    def __call__[Task, Result](
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        world_weeks: Callable[[Task], int],
    ) -> Iterator[tuple[Task, Result | Exception]]:
        for task in tasks:
            try:
                result: Result | Exception = work(task)
            except Exception as error:
                result = error
            yield task, result


@contextmanager
def threads(jobs: int) -> Iterator[Executor]:
    """Give an executor of `jobs` threads, which may serve several studies.

        with threads(2) as executor:
            run_study(cells, store, executor=executor)

    The compiled model lets go of Python's lock, so threads simulate side by side; for more than
    one machine see `dask_executor`.
    """
    if jobs <= 1:
        yield SerialExecutor()
        return
    pool = ThreadPoolExecutor(jobs)
    try:
        yield ThreadExecutor(pool, jobs)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class ThreadExecutor:
    """Several tasks at once, in threads of this process."""

    def __init__(self, pool: ThreadPoolExecutor, jobs: int):
        self._pool, self._jobs = pool, jobs

    def __str__(self) -> str:
        return f"{self._jobs} threads"

    def __call__(self, work, tasks, world_weeks) -> Iterator[tuple[Any, Any]]:
        waiting = deque(tasks)
        running: dict[Future, Any] = {}
        try:
            while waiting or running:
                while waiting and len(running) < MAX_TASKS_PER_THREAD * self._jobs:
                    task = waiting.popleft()
                    running[self._pool.submit(work, task)] = task
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    task, error = running.pop(future), future.exception()
                    if error is not None and not isinstance(error, Exception):
                        raise error
                    yield task, error if error is not None else future.result()
        finally:
            for future in running:  # a caller that stops asking, as Ctrl-C does, wants no more
                future.cancel()
