"""Who does the work of a study: this process, other processes here, or a cluster.

An executor takes (work, tasks, world_weeks) and gives back (task, result) as results come, in any
order, with an exception in the place of a result that could not be had. `str` of it is what the
manifest says of who did the work.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.context import BaseContext
from typing import Any, Protocol

from scenario_sim.errors import ScenarioSimError

AHEAD = 2  # tasks in flight for each process: none waits, and little is lost if one dies
ATTEMPTS = 3  # a task that has ended so many processes is to blame itself


class WorkerDied(ScenarioSimError):
    """Processes that worked on a task ended without an answer: killed, or out of memory."""


class Executor(Protocol):
    """See this module's words."""

    def __call__[Task, Result](
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        world_weeks: Callable[[Task], int],
    ) -> Iterator[tuple[Task, Result | Exception]]: ...


class InThisProcess:
    """One task after the other, here."""

    def __str__(self) -> str:
        return "one process"

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
def processes(jobs: int, soon: bool = False) -> Iterator[Executor]:
    """An executor of `jobs` processes of this machine, which may serve several studies: they take
    a second or two to start, once. soon: they will be needed, so start now.

        with processes(2) as executor:
            run_study(cells, store, executor=executor)
    """
    if jobs <= 1:
        yield InThisProcess()
        return
    pool = _Processes(jobs)
    if soon:
        pool.start()
    try:
        yield pool
    finally:
        pool.close()


class _Processes:
    """Processes that are started again when one dies; what they worked on is done again."""

    def __init__(self, jobs: int):
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None
        self._answered, self._deaths = False, 0

    def __str__(self) -> str:
        return f"{self._jobs} processes"

    def __call__(self, work, tasks, world_weeks) -> Iterator[tuple[Any, Any]]:
        if len(tasks) == 1 and self._pool is None:
            yield from InThisProcess()(work, tasks, world_weeks)
            return
        waiting = deque((task, 0) for task in tasks)
        suspects: deque[tuple[Any, int]] = deque()  # were at work when a process died
        flying: dict[Future, tuple[Any, int]] = {}
        try:
            while waiting or suspects or flying:
                # Suspects go alone, so that the one to blame is known.
                room = (not flying) if suspects else AHEAD * self._jobs - len(flying)
                source = suspects or waiting
                lost: list[tuple[Any, int]] = []
                for _ in range(min(int(room), len(source))):
                    task, attempts = source.popleft()
                    try:
                        flying[self._submit(work, task)] = (task, attempts)
                    except BrokenProcessPool:
                        lost.append((task, attempts))
                        break
                arrived, _ = wait(flying, return_when=FIRST_COMPLETED)
                for future in arrived:
                    task, attempts = flying.pop(future)
                    try:
                        result = future.result()
                    except BrokenProcessPool:
                        lost.append((task, attempts + 1))
                        continue
                    except Exception as error:
                        result = error
                    self._answered = True
                    yield task, result
                if lost:
                    self._died()
                    lost += [(task, attempts + 1) for task, attempts in flying.values()]
                    flying.clear()
                    suspects.extend(entry for entry in lost if entry[1] < ATTEMPTS)
                    for task, _ in (entry for entry in lost if entry[1] >= ATTEMPTS):
                        yield (
                            task,
                            WorkerDied(f"{ATTEMPTS} processes died over it (out of memory?)"),
                        )
        finally:
            for future in flying:  # whoever stops asking, as Ctrl-C does, wants no more
                future.cancel()

    def _submit(self, work, task) -> Future:
        if self._pool is None:
            self.start()
            self._pool = ProcessPoolExecutor(self._jobs, mp_context=_context(), initializer=_begin)
        return self._pool.submit(work, task)

    def start(self) -> None:
        """Begin to load what processes need, while this one does something else."""
        if "forkserver" in get_all_start_methods():
            from multiprocessing.forkserver import ensure_running

            _context()
            with _our_path():
                ensure_running()

    def _died(self) -> None:
        """Ready to begin again. Raises WorkerDied where no process ever lived long enough."""
        self.close()
        self._deaths += 1
        if self._deaths >= ATTEMPTS and not self._answered:
            raise WorkerDied(
                "processes end before they have done anything; a script has to begin its work under "
                "`if __name__ == '__main__':`, or take jobs=1"
            )

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _context() -> BaseContext:
    """How processes begin. What is slow to import is imported once, in a server that forks them;
    where systems have none (Windows), in each of them."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["scenario_sim.ensemble", "scenario_sim.studies.packing"])
    return context


@contextmanager
def _our_path() -> Iterator[None]:
    """The server looks for modules where its environment says: let that be where we look."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(path or os.getcwd() for path in sys.path)
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _begin() -> None:
    """In a new process: Ctrl-C is the parent's, who then ends us; and we end where it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()  # killed without a word, it could not have told us
        os._exit(1)
