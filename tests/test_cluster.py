"""Studies on a Dask cluster: a real scheduler and real workers, on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scenario_sim.studies import dask_executor
from scenario_sim.studies.dask_executor import ClusterError, on_cluster

TESTS = Path(__file__).parent
WAIT = 30  # seconds that anything here may take at most


class Cluster:
    """A scheduler and workers in processes of their own, ended one by one."""

    def __init__(self, folder: Path):
        self.folder, self.workers = folder, []
        self._log = (folder / "log").open("w")
        self._file = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--port", "0", "--dashboard-address", "127.0.0.1:0",
            "--scheduler-file", str(self._file),
        )  # fmt: skip
        until(self._file.exists)
        self.address: str = json.loads(self._file.read_text())["address"]

    def worker(self) -> subprocess.Popen:
        worker = self._start(
            "worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--local-directory", str(self.folder),
        )  # fmt: skip
        self.workers.append(worker)
        return worker

    def _start(self, *words: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *words, "--host", "127.0.0.1"],
            stdout=self._log, stderr=self._log, cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(TESTS), "OMP_NUM_THREADS": "1"},
        )  # fmt: skip

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait(WAIT)
        self._log.close()


def until(true, seconds: float = WAIT) -> None:
    late = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < late, "it took too long"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    running = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        running.worker()
        running.worker()
        yield running
    finally:
        running.end()


# --- work that workers find in this file -----------------------------------------------------------


def square(number: int) -> int:
    time.sleep(0.02)
    if number == 13:
        raise ValueError("thirteen")
    return number * number


def small(_: int) -> int:
    return 1


# --- the executor ----------------------------------------------------------------------------------


def test_every_task_comes_back_and_one_that_fails_stops_none(cluster):
    results = dict(on_cluster(cluster.address, square, range(30), small))
    assert len(results) == 30
    assert isinstance(results.pop(13), ValueError)
    assert all(result == number**2 for number, result in results.items())


def test_a_worker_that_dies_loses_nothing(cluster):
    cluster.worker()
    results = {}
    for number, result in on_cluster(cluster.address, square, range(100, 260), small):
        results[number] = result
        if len(results) == 5:
            cluster.workers[0].kill()
            cluster.workers[0].wait(WAIT)
    assert results == {number: number**2 for number in range(100, 260)}


def test_closing_the_iterator_cancels_what_is_pending(cluster):
    from distributed import Client

    arriving = on_cluster(cluster.address, square, range(1000, 1400), small)
    next(arriving)
    began = time.monotonic()
    arriving.close()
    assert time.monotonic() - began < 5
    with Client(cluster.address, set_as_default=False) as client:
        until(lambda: not client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)), 20)


def test_other_versions_are_refused_in_words(cluster, monkeypatch):
    monkeypatch.setattr(dask_executor, "engine_version", lambda: "9.9.9+ffffffff")
    with pytest.raises(ClusterError) as refused:
        next(on_cluster(cluster.address, square, range(3), small))
    for words in ("engine", "9.9.9+ffffffff here", "there", "install the same versions"):
        assert words in str(refused.value)


def test_a_worker_of_another_version_that_joins_later_is_refused_too():
    with pytest.raises(ClusterError, match="install the same versions"):
        dask_executor._do({"engine": "another"}, square, [1])


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "tcp://127.0.0.1"])
def test_a_scheduler_that_is_not_there_is_reported_within_seconds(address, monkeypatch):
    assert dask_executor.CONNECT_SECONDS <= 5
    monkeypatch.setattr(dask_executor, "CONNECT_SECONDS", 1)
    began = time.monotonic()
    with pytest.raises(ClusterError, match="no Dask scheduler at"):
        next(on_cluster(address, square, [1], small))
    assert time.monotonic() - began < 10


def test_a_scheduler_without_workers_says_what_to_start(tmp_path, monkeypatch):
    monkeypatch.setattr(dask_executor, "WORKER_SECONDS", 1)
    alone = Cluster(tmp_path)
    try:
        with pytest.raises(ClusterError, match="dask worker tcp"):
            next(on_cluster(alone.address, square, [1], small))
    finally:
        alone.end()


def test_a_scheduler_that_dies_ends_the_study_in_words(tmp_path):
    doomed = Cluster(tmp_path)
    try:
        doomed.worker()
        with pytest.raises(ClusterError, match="went away"):
            for _ in on_cluster(doomed.address, square, range(200), small):
                doomed.scheduler.kill()
    finally:
        doomed.end()


# --- parcels ---------------------------------------------------------------------------------------


def test_small_tasks_travel_together_and_every_thread_has_work():
    size = dask_executor.PARCEL_WORLD_WEEKS // 4
    parcels = list(dask_executor._parcels(range(1000), lambda _: size, threads=2))
    assert {len(parcel) for parcel in parcels} == {4}
    assert [task for parcel in parcels for task in parcel] == list(range(1000))
    few = list(dask_executor._parcels(range(16), lambda _: 1, threads=4))
    assert len(few) == 16
    assert list(dask_executor._parcels([], lambda _: 1, threads=4)) == []
