"""Work that other processes do in tests; light, for each of them loads it."""

from __future__ import annotations

import os
import signal
import time
from importlib import import_module
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


def study(folder: str, ready: str) -> None:
    """The study of test_studies_kill; the file `ready` appears when it begins."""
    from test_studies_kill import cells

    from scenario_sim.studies import Store, run_study

    run_study(cells()[-1:], Store(ready + "-warm"))  # what is slow the first time is not the point
    Path(ready).touch()
    run_study(cells(), Store(folder))


def linger(folder: str) -> None:
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(600)


def lead(folder: str) -> None:
    """A process with workers of its own, none of which comes to an end."""
    from scenario_sim.studies.executors import processes

    with processes(2) as executor:
        list(executor(linger, [folder] * 2, one))
