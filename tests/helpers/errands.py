"""Work that other processes do in tests; light, for each of them loads it."""

from __future__ import annotations

import os
import signal
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path


def double(number: int) -> int:
    if number == 13:
        raise ValueError("thirteen")
    return 2 * number


def die_at_five(task: tuple[int, str]) -> int:
    number, _ = task
    if number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die_once(task: tuple[int, str]) -> int:
    number, folder = task
    if number == 5:
        try:
            (Path(folder) / "died").touch(exist_ok=False)
        except FileExistsError:
            return number
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def place_of(module: str) -> str | None:
    return import_module(module).__file__


def one(_) -> int:
    return 1


@cache
def cells():
    """A study that is killed: one large cell and three small ones."""
    from scenario_sim import load_scenario
    from scenario_sim.studies import Cell

    short = load_scenario("status-quo").with_weeks(2)
    varied = (Cell(short.with_levers(hotline=h), 7, 60, {"hotline": h}) for h in (0.2, 0.6, 0.8))
    return Cell(short, 7, 5500), *varied


def study(folder: str, ready: str) -> None:
    """Begins or goes on with it; the file `ready` appears when all is loaded."""
    from scenario_sim.studies import Store, run_study

    run_study(cells()[-1:], Store(ready + "-warm"))  # what is slow the first time is not the point
    Path(ready).touch()
    run_study(cells(), Store(folder))


def die_writing(folder: str, phase: str, nth: int) -> None:
    """The same study, dying over the nth file it writes: when `half` of it is written, before
    `fsync`, or before `replace` moves it to its place."""
    from scenario_sim.studies import Store, run_study
    from scenario_sim.studies.store import atomic

    begun = count(1)

    def counted(real):
        def die(*given):
            if next(begun) == nth:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given)

        return die

    if phase == "half":
        opened = atomic._open_new

        def half_opened(part):
            file = opened(part)
            write = file.write

            def halves(data):
                write(data[: len(data) // 2])
                file.flush()
                counted(write)(data[len(data) // 2 :])

            return _Writing(file, halves)

        atomic._open_new = half_opened
    else:
        real_os = atomic.os
        setattr(real_os, phase, counted(getattr(real_os, phase)))
    run_study(cells(), Store(folder))


class _Writing:
    """A file that is written to in another way."""

    def __init__(self, file, write):
        self._file, self.write = file, write

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *told):
        self._file.close()
