"""A study killed at any moment goes on from there, to the same bytes as one that was left in peace.

`kill -9`, which nothing can catch: of the process that runs a study, at random moments, and in
the middle of writing a file. Moments are drawn anew each time; where one breaks, the seed in the
message repeats the delays. Workers of a cluster are killed in `test_cluster.py`.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from multiprocessing import get_context
from pathlib import Path

import errands
import pytest
from errands import cells

from scenario_sim.studies import Store, run_study

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of its own")
WAIT = 60
# What is slow to import is imported once, in a server that forks the processes to be killed.
FORKS = get_context("forkserver" if sys.platform != "win32" else "spawn")
if sys.platform != "win32":
    FORKS.set_forkserver_preload(
        ["scenario_sim.simulation.ensemble", "scenario_sim.studies.store.parquet"]
    )
KILLS = int(8 * float(os.environ.get("FUZZ", "1")))  # moments; a kill takes 3 s of a core


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
    leader = FORKS.Process(target=errands.study, args=(str(store.path), str(ready)))
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
        leader = FORKS.Process(target=errands.die_writing, args=(str(store.path), phase, nth))
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
