"""A study killed at any moment goes on from there, to the same bytes as one that was left in peace.

`kill -9`, which nothing can catch: of the process that leads a study and of workers, at 20 random
moments each, and in the middle of writing a file. Moments are drawn anew each time; where one
breaks, the seed in the message repeats the delays.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import errands
import pytest
from errands import cells

from scenario_sim.studies import Store, run_study
from scenario_sim.studies.executors import _context, processes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of its own")
WAIT = 60
KILLS = 20


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


def killed_in(store: Store, ready: Path, delay: float) -> bool:
    """A process begins or goes on with the study; `delay` seconds later it is no more. Whether it
    had not come to its end by then."""
    leader = _context().Process(target=errands.study, args=(str(store.path), str(ready)))
    leader.start()
    late = time.monotonic() + WAIT
    while not ready.exists():
        assert time.monotonic() < late and leader.is_alive()
        time.sleep(0.001)
    time.sleep(delay)
    leader.kill()  # SIGKILL
    leader.join(WAIT)
    return leader.exitcode == -signal.SIGKILL


def test_the_leading_process_may_be_killed_at_any_moment(tmp_path, peace):
    bytes_, seconds = peace
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    late = time.monotonic() + 3 * WAIT
    killed = tried = 0
    while killed < KILLS:
        assert time.monotonic() < late, f"only {killed} of {tried} came in time"
        store = Store(tmp_path / f"study-{tried}")
        for _ in range(5):  # each goes on from where the one before was killed
            tried += 1
            delay = moments.uniform(0, 0.4 * seconds)
            killed += killed_in(store, tmp_path / f"ready-{tried}", delay)
            # What is there is whole, and readable at once.
            assert store.check() == [], seed
            assert len(store.outcomes(columns=["launch_days"])) == store.cells()["runs"].sum(), seed
        assert run_study(cells(), store).failed == {}, seed
        assert data(store) == bytes_, seed


@pytest.mark.parametrize("phase", ["half", "fsync", "replace"])
def test_killed_in_the_middle_of_a_file_it_is_whole_or_absent(tmp_path, peace, phase):
    """The moments that chance seldom finds: half of a file written, all of it, or about to be moved."""
    store = Store(tmp_path / "study")
    for nth in (1, 3, 5):  # the manifest, then files of a block
        leader = _context().Process(target=errands.die_writing, args=(str(store.path), phase, nth))
        leader.start()
        leader.join(WAIT)
        assert leader.exitcode == -signal.SIGKILL
        assert store.check() == []
        parts = list((store.path / ".parts").iterdir())  # it did die over one
        assert any(part.stat().st_size for part in parts)
    run_study(cells(), store)
    assert data(store) == peace[0]


def test_a_torn_block_would_be_noticed(tmp_path):
    store = Store(tmp_path / "study")
    run_study(cells()[-1:], store)
    for path in store.folder(cells()[-1].key).glob("*.parquet"):
        good = path.read_bytes()
        for length in (0, 1, len(good) // 2, len(good) - 1):
            path.write_bytes(good[:length])
            assert [str(path) in problem for problem in store.check()] == [True], length
        path.write_bytes(good)
    assert store.check() == []


def test_a_worker_may_be_killed_at_any_moment(tmp_path, peace):
    bytes_, seconds = peace
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    late = time.monotonic() + 3 * WAIT
    killed = tried = 0
    with processes(2) as executor:
        run_study(cells()[:1], Store(tmp_path / "warm"), executor=executor)
        while killed < KILLS:
            tried += 1
            assert time.monotonic() < late, f"only {killed} of {tried} came in time"
            store = Store(tmp_path / f"study-{tried}")
            with _killing(executor, moments, seconds) as dead:
                summary = run_study(cells(), store, executor=executor)
            killed += len(dead)
            assert summary.failed == {}, seed
            assert data(store) == bytes_, seed


@contextmanager
def _killing(executor, moments: random.Random, seconds: float) -> Iterator[list[int]]:
    """One worker, whichever, is killed before long, if the work is not over by then."""
    dead: list[int] = []
    over = threading.Event()

    def kill() -> None:
        if not over.wait(moments.uniform(0, 0.6 * seconds)):
            pool = executor._pool
            workers = list(pool._processes or ()) if pool else []
            if workers:
                victim = moments.choice(workers)
                os.kill(victim, signal.SIGKILL)
                dead.append(victim)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield dead
    finally:
        over.set()
        killer.join(WAIT)


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
