"""Studies on a Dask cluster: a real scheduler and real workers, on this machine."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from scenario_sim import load_plugins, load_scenario
from scenario_sim.cli import main
from scenario_sim.data.history import record
from scenario_sim.studies import (
    Cell,
    OnCluster,
    Store,
    dask_executor,
    run_study,
)
from scenario_sim.studies.dask_executor import ClusterError, run_on_cluster
from scenario_sim.studies.executors import WorkerDied

TESTS = Path(__file__).parent
HERE = os.pathsep.join(map(str, (TESTS.parents[1], TESTS)))  # where workers find this file
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
        until(lambda: self._file.exists() and self._file.read_text().endswith("}"))
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
            env=os.environ | {"PYTHONPATH": HERE, "OMP_NUM_THREADS": "1"},
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
    results = dict(run_on_cluster(cluster.address, square, range(30), small))
    assert len(results) == 30
    assert isinstance(results.pop(13), ValueError)
    assert all(result == number**2 for number, result in results.items())


def files(folder: Path) -> dict[str, bytes]:
    """Everything that results are made of."""
    there = sorted((folder / "cells").rglob("*"))
    return {str(p.relative_to(folder)): p.read_bytes() for p in there if p.is_file()}


def test_a_study_on_a_cluster_has_the_bytes_of_one_at_home_though_a_worker_dies(cluster, tmp_path):
    world = load_scenario("status-quo").with_weeks(26)
    lacking = world.with_mechanisms_off("moratorium")
    cells = [Cell(world, 7, 6500), Cell(lacking, 7, 3000)]
    cells += [Cell(world.with_levers(hotline=h), 7, 100, {"hotline": h}) for h in (0.2, 0.4, 0.6)]
    doomed, done = cluster.worker(), []

    def kill_it_midway(*_) -> None:
        done.append(1)
        if len(done) == 3:
            doomed.kill()
            doomed.wait(WAIT)

    away, home = Store(tmp_path / "away"), Store(tmp_path / "home")
    summary = run_study(cells, away, executor=OnCluster(cluster.address), progress=kill_it_midway)
    assert len(done) > 3 and not summary.failed
    run_study(cells, home)
    assert files(away.path) == files(home.path)
    (session,) = json.loads((away.path / "manifest.json").read_text())["sessions"]
    assert cluster.address in session["by"]


def test_a_cluster_works_under_another_record(cluster, tmp_path):
    other = replace(record.shipped_record(), acts=record.shipped_record().acts[:-1])
    away, home = Store(tmp_path / "away"), Store(tmp_path / "home")
    with record.record_context(other):
        cells = [Cell(load_scenario("status-quo").with_weeks(2), 7, 20)]
        assert not run_study(cells, away, executor=OnCluster(cluster.address)).failed
        run_study(cells, home)
    assert files(away.path) == files(home.path)
    assert away.check() == []


def test_plugins_travel_to_the_workers(cluster, tmp_path):
    examples = Path(__file__).parents[2] / "docs" / "own-outcomes"
    own = load_plugins(examples / "crises.toml", examples / "spells.py")
    cells = [Cell(load_scenario("status-quo").with_weeks(4).with_plugins(own), 7, 20)]
    away, home = Store(tmp_path / "away"), Store(tmp_path / "home")
    assert not run_study(cells, away, executor=OnCluster(cluster.address)).failed
    run_study(cells, home)
    assert files(away.path) == files(home.path)
    assert {"mean_pressure", "longest_crisis"} <= set(away.outcomes())


def test_commands_take_a_cluster(cluster, tmp_path, capsys):
    for words in (
        ("run", "status-quo", "--runs", "2500", "--out", str(tmp_path / "run")),
        ("sweep", "status-quo", "--vary", "hotline=0:1:3", "--runs", "20"),
    ):
        told = []
        for more in ((), ("--cluster", cluster.address)):
            with pytest.raises(SystemExit) as end:
                main([*words, *more, "--weeks", "26", "--json"])
            assert not end.value.code
            told.append(json.loads(capsys.readouterr().out))
        assert told[0] == told[1]


def test_ctrl_c_ends_a_client_and_leaves_the_cluster_free(cluster):
    from distributed import Client

    program = (
        "from test_cluster import *\n"
        f"for done in run_on_cluster({cluster.address!r}, square, range(5000, 5800), small):\n"
        "    print(1, flush=True)"
    )
    client = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": HERE},
    )  # fmt: skip
    try:
        assert client.stdout and client.stdout.readline() == b"1\n"
        client.send_signal(signal.SIGINT)
        _, errors = client.communicate(timeout=WAIT)
    finally:
        client.kill()
    assert errors.decode().strip().endswith("KeyboardInterrupt")
    with Client(cluster.address, set_as_default=False) as after:
        until(lambda: not after.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)))


def test_closing_the_iterator_cancels_what_is_pending(cluster):
    from distributed import Client

    arriving = run_on_cluster(cluster.address, square, range(1000, 1400), small)
    next(arriving)
    began = time.monotonic()
    arriving.close()
    assert time.monotonic() - began < 5
    with Client(cluster.address, set_as_default=False) as client:
        until(
            lambda: not client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)),
            20,
        )


def test_other_versions_are_refused_in_words(cluster, monkeypatch):
    monkeypatch.setattr(dask_executor, "engine_version", lambda: "9.9.9+ffffffff")
    with pytest.raises(ClusterError) as refused:
        next(run_on_cluster(cluster.address, square, range(3), small))
    for words in ("engine", "9.9.9+ffffffff here", "there", "install the same versions"):
        assert words in str(refused.value)


def test_a_worker_of_another_version_that_joins_later_is_refused_too():
    with pytest.raises(ClusterError, match="install the same versions"):
        dask_executor._run_batch({"engine": "another"}, square, [1])


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "tcp://127.0.0.1"])
def test_a_scheduler_that_is_not_there_is_reported_within_seconds(address, monkeypatch):
    assert dask_executor.CONNECT_TIMEOUT_S < 10
    monkeypatch.setattr(dask_executor, "CONNECT_TIMEOUT_S", 1)
    began = time.monotonic()
    with pytest.raises(ClusterError, match="no Dask scheduler at"):
        next(run_on_cluster(address, square, [1], small))
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("greeting", "cause"),
    [(b"", "no answer within 1 seconds"), (b"SSH-2.0-OpenSSH_9.6\r\n", "its answer is not Dask's")],
)
def test_a_port_of_another_program_is_no_scheduler(greeting, cause, monkeypatch):
    monkeypatch.setattr(dask_executor, "CONNECT_TIMEOUT_S", 1)
    held = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def greet() -> None:
            held.append(server.accept()[0])
            held[0].sendall(greeting)

        other = threading.Thread(target=greet, daemon=True)
        other.start()
        address = f"tcp://127.0.0.1:{port}"
        with pytest.raises(ClusterError, match=f"no Dask scheduler at {address}") as error:
            next(run_on_cluster(address, square, [1], small))
        assert cause in str(error.value)
        other.join()
        held[0].close()


def test_a_scheduler_without_workers_says_what_to_start(tmp_path, monkeypatch):
    monkeypatch.setattr(dask_executor, "WORKER_TIMEOUT_S", 1)
    alone = Cluster(tmp_path)
    try:
        with pytest.raises(ClusterError, match="dask worker tcp"):
            next(run_on_cluster(alone.address, square, [1], small))
    finally:
        alone.end()


def test_a_scheduler_that_dies_ends_the_study_in_words(tmp_path):
    doomed = Cluster(tmp_path)
    try:
        doomed.worker()
        with pytest.raises(ClusterError, match="went away"):
            for _ in run_on_cluster(doomed.address, square, range(200), small):
                doomed.scheduler.kill()
    finally:
        doomed.end()


def test_a_batch_whose_results_were_lost_is_sent_again_but_not_for_ever():
    lost = SimpleNamespace(status="cancelled", client=SimpleNamespace(status="running"))
    results_of, batch = dask_executor._batch_results, dask_executor._Batch
    assert results_of(lost, batch([1, 2]), "here") is None
    told = results_of(lost, batch([1, 2], dask_executor.MAX_RETRIES), "here")
    assert [type(error) for error in told] == [WorkerDied] * 2


# --- batches ---------------------------------------------------------------------------------------


def test_small_tasks_travel_together_and_every_thread_has_work():
    size = dask_executor.MIN_BATCH_RUN_WEEKS // 4
    batches = list(dask_executor._make_batches(range(1000), lambda _: size, threads=2))
    assert {len(batch) for batch in batches} == {4}
    assert [task for batch in batches for task in batch] == list(range(1000))
    few = list(dask_executor._make_batches(range(16), lambda _: 1, threads=4))
    assert len(few) == 16
    assert list(dask_executor._make_batches([], lambda _: 1, threads=4)) == []
