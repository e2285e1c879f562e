"""A study killed at any moment goes on from there, to the same bytes as one that was left in peace.

`kill -9`, which nothing can catch: of the process that leads a study (20 moments) and of workers
(4 moments). Moments are drawn anew each time; where one breaks, the seed in the message repeats
the delays.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from functools import cache
from pathlib import Path

import errands
import pytest

from scenario_sim import load_scenario
from scenario_sim.studies import Cell, Store, run_study
from scenario_sim.studies.executors import _context, processes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of its own")
WAIT = 60


@cache
def cells() -> tuple[Cell, ...]:
    short = load_scenario("status-quo").with_weeks(2)
    varied = (Cell(short.with_levers(hotline=h), 7, 60, {"hotline": h}) for h in (0.2, 0.6, 0.8))
    return Cell(short, 7, 5500), *varied


def data(store: Store) -> dict[str, bytes]:
    """All bytes that times have no part in."""
    files = [
        path for path in store.path.rglob("*") if path.is_file() and path.name != "manifest.json"
    ]
    return {str(path.relative_to(store.path)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def peace(tmp_path_factory) -> tuple[dict[str, bytes], float]:
    """The bytes of a study that was left in peace, and how long it took."""
    store = Store(tmp_path_factory.mktemp("peace"))
    run_study(cells()[-1:], Store(tmp_path_factory.mktemp("warm")))
    began = time.monotonic()
    run_study(cells(), store)
    return data(store), time.monotonic() - began


def killed_in(store: Store, ready: Path, delay: float) -> None:
    """A process begins or goes on with the study; `delay` seconds later it is no more."""
    leader = _context().Process(target=errands.study, args=(str(store.path), str(ready)))
    leader.start()
    late = time.monotonic() + WAIT
    while not ready.exists():
        assert time.monotonic() < late and leader.is_alive()
        time.sleep(0.001)
    time.sleep(delay)
    leader.kill()  # SIGKILL; nothing happens where it was quicker than we
    leader.join(WAIT)


@pytest.mark.parametrize("again", range(5))
def test_the_leading_process_may_be_killed_at_any_moment(tmp_path, peace, again):
    bytes_, seconds = peace
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    store = Store(tmp_path / "study")
    for number in range(4):
        killed_in(store, tmp_path / str(number), moments.uniform(0, 0.4 * seconds))
        # What is there is whole, and readable at once.
        assert store.check() == [], seed
        assert len(store.outcomes(columns=["launch_days"])) == store.cells()["runs"].sum(), seed
    assert run_study(cells(), store).failed == {}, seed
    assert data(store) == bytes_, seed


def test_a_killed_worker_loses_nothing(tmp_path, peace):
    bytes_, seconds = peace
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    store, killed, over = Store(tmp_path / "study"), [], threading.Event()
    with processes(2) as executor:
        run_study(cells()[:1], Store(tmp_path / "warm"), executor=executor)

        def kill() -> None:
            while len(killed) < 4 and not over.wait(moments.uniform(0, 0.2 * seconds)):
                workers = list(((executor._pool and executor._pool._processes) or {}).values())
                if workers:
                    worker = moments.choice(workers)
                    if worker.is_alive():
                        os.kill(worker.pid, signal.SIGKILL)
                        killed.append(worker.pid)

        killer = threading.Thread(target=kill)
        killer.start()
        summary = run_study(cells(), store, executor=executor)
        while len(killed) < 4 and summary.failed == {}:  # it was quicker than the killer
            again = Store(tmp_path / f"again-{len(killed)}-{time.monotonic_ns()}")
            summary = run_study(cells(), again, executor=executor)
            assert summary.failed or data(again) == bytes_, seed
        over.set()
        killer.join(WAIT)
    run_study(cells(), store)  # where three workers died over one block
    assert len(killed) == 4
    assert data(store) == bytes_, seed


def test_workers_do_not_outlive_the_process_they_work_for(tmp_path):
    leader = _context().Process(target=errands.lead, args=(str(tmp_path),))
    leader.start()
    late = time.monotonic() + WAIT
    while len(workers := [int(path.name) for path in tmp_path.iterdir()]) < 2:
        assert time.monotonic() < late, "no workers came"
        time.sleep(0.05)
    os.kill(leader.pid, signal.SIGKILL)
    leader.join(WAIT)
    while any(alive(worker) for worker in workers):
        assert time.monotonic() < late, "they live on"
        time.sleep(0.05)


def alive(process: int) -> bool:
    """Whether it is at work; one that has ended may wait for somebody to take note."""
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc").exists()
    return state != "Z"
