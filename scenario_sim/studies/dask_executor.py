"""The same blocks on a cluster: Dask sends them to workers, and sends them again where one dies.

A worker reduces its blocks before it sends them home, exactly as a local process does, and the
results are the same to the last byte: nothing here decides anything about a world.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from typing import TYPE_CHECKING, Any

from scenario_sim.data.history.record import record_context
from scenario_sim.errors import ScenarioSimError
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies.executors import WorkerDied

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_TIMEOUT_S = 10  # an idle scheduler answers at once; one on a busy machine needs longer
WORKER_TIMEOUT_S = 60  # a batch queue may take a while to start the first worker
MAX_CLIENT_STARTS = 3
MAX_RETRIES = 3  # of a batch whose results were lost
MAX_BATCHES_PER_THREAD = 4  # in flight: no thread waits, and the scheduler has few to track
# A batch of about a second or two. A scheduler handles some thousands of tasks a second, so tasks
# of a second feed a thousand threads with room to spare.
MIN_BATCH_RUN_WEEKS = 4_000_000
# Packages whose versions change a run or the bytes that store it.
VERSIONED_PACKAGES = ("numpy", "scipy", "pandas", "pyarrow")


class ClusterError(ScenarioSimError):
    """The cluster cannot be used: not there, without workers, or with other versions than ours."""


def package_versions() -> dict[str, str]:
    """What has to be the same on every machine for the same bytes to come out. A task brings the
    record it needs, so the shipped one counts."""
    with record_context(None):
        found = {"engine": engine_version()}
    for name in VERSIONED_PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


@dataclass(frozen=True)
class OnCluster:
    """An executor: the workers of the Dask scheduler at `address` (tcp://host:port).

    run_study(cells, store, executor=OnCluster("tcp://127.0.0.1:8786"))
    """

    address: str

    def __str__(self) -> str:
        return f"the cluster at {self.address}"

    def __call__[Task, Result](
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        run_weeks: Callable[[Task], int],
    ) -> Iterator[tuple[Task, Result | Exception]]:
        return run_on_cluster(self.address, work, tasks, run_weeks)


def run_on_cluster[Task, Result](
    address: str,
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    run_weeks: Callable[[Task], int],
) -> Iterator[tuple[Task, Result | Exception]]:
    """Do each task on a worker of the scheduler at `address` (tcp://host:port); results as they
    complete, in any order, an exception in the place of a result that could not be had.

    work: a function of a module, which the workers have too. run_weeks: how large a task is:
    small ones travel together. A worker that dies loses nothing; a parcel that kills several
    workers one after the other comes back as an error. Closing the iterator, as Ctrl-C does,
    cancels what is pending. Raises ClusterError.
    """
    client = _connect(address)
    flying: dict[Future, _Batch] = {}
    try:
        from distributed import as_completed

        ours = package_versions()
        _check_versions(client, ours)
        threads = sum(client.nthreads().values())
        parcels = (_Batch(some) for some in _make_batches(tasks, run_weeks, threads))

        def send(these: Iterable[_Batch]) -> list[Future]:
            sent = []
            for parcel in these:
                future = client.submit(_run_batch, ours, work, parcel.tasks, pure=False)
                flying[future] = parcel
                sent.append(future)
            return sent

        arriving = as_completed(
            send(islice(parcels, MAX_BATCHES_PER_THREAD * threads)), loop=client.loop
        )
        for future in arriving:
            parcel = flying.pop(future)
            results = _batch_results(future, parcel, address)
            future.release()
            if results is None:
                arriving.update(send([_Batch(parcel.tasks, parcel.lost + 1)]))
                continue
            # A cluster may grow while it works.
            room = MAX_BATCHES_PER_THREAD * sum(client.nthreads().values()) - len(flying)
            arriving.update(send(islice(parcels, max(1, room))))
            yield from zip(parcel.tasks, results, strict=True)
    finally:
        _close(client, list(flying))


@dataclass(frozen=True)
class _Batch:
    """Tasks that travel together, and how often they were lost."""

    tasks: list[Any]
    lost: int = 0


def _run_batch[Task, Result](
    wanted: dict[str, str], work: Callable[[Task], Result], parcel: list[Task]
) -> list[Result | Exception]:
    """On a worker: a parcel of tasks, one after the other; one that fails stops none."""
    found = package_versions()
    if found != wanted:  # it joined after the others were asked
        raise ClusterError(_version_message({"a worker that joined later": found}, wanted))
    results: list[Result | Exception] = []
    for task in parcel:
        try:
            results.append(work(task))
        except Exception as error:
            results.append(error)
    return results


def _batch_results(future: Future, parcel: _Batch, address: str) -> list | None:
    """The results of a parcel, its error in the place of each, or None where they were lost on the
    way. Raises ClusterError where the whole cluster is to blame."""
    if future.status == "error":
        error = future.exception()
        if isinstance(error, ClusterError):
            raise error
        return [error] * len(parcel.tasks)
    if future.status == "finished":
        with suppress(CancelledError, OSError):  # the worker that had them is gone
            return future.result()
    if future.client.status != "running":
        raise ClusterError(
            f"the scheduler at {address} went away; what was finished is kept, and the same command "
            "goes on from there"
        )
    if parcel.lost < MAX_RETRIES:
        return None
    return [WorkerDied(f"its results were lost {MAX_RETRIES + 1} times")] * len(parcel.tasks)


def _make_batches[Task](
    tasks: Sequence[Task], run_weeks: Callable[[Task], int], threads: int
) -> Iterator[list[Task]]:
    """Tasks in parcels of about a second or two, but never so few that a thread goes without."""
    most = max(1, len(tasks) // (MAX_BATCHES_PER_THREAD * max(threads, 1)))
    parcel: list[Task] = []
    size = 0
    for task in tasks:
        parcel.append(task)
        size += run_weeks(task)
        if size >= MIN_BATCH_RUN_WEEKS or len(parcel) >= most:
            yield parcel
            parcel, size = [], 0
    if parcel:
        yield parcel


# --- meeting the cluster -------------------------------------------------------------------------


def _connect(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(
            "a cluster needs Dask: pip install 'scenario-sim[cluster]', here and on the workers"
        ) from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # we say it ourselves
    try:
        client = _start_client(Client, address)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"there is no Dask scheduler at {address} ({error}); start one with `dask scheduler` "
            "and name the address it prints, as in --cluster tcp://127.0.0.1:8786"
        ) from None
    try:
        client.wait_for_workers(1, timeout=WORKER_TIMEOUT_S)
    except TimeoutError:
        client.close()
        raise ClusterError(
            f"the scheduler at {address} has had no worker for {WORKER_TIMEOUT_S} seconds; start some "
            f"with `dask worker {address}`"
        ) from None
    return client


def _start_client(make: Callable[..., Client], address: str) -> Client:
    """A client. Dask gives its own thread ten seconds to begin and then fails an assertion; on a busy
    machine the next try does better."""
    for _ in range(MAX_CLIENT_STARTS - 1):
        with suppress(AssertionError):
            return make(address, timeout=CONNECT_TIMEOUT_S, set_as_default=False)
    return make(address, timeout=CONNECT_TIMEOUT_S, set_as_default=False)


def _check_versions(client: Client, ours: dict[str, str]) -> None:
    """Raises ClusterError where a worker would make other worlds, or other bytes, than we do."""
    told = client.run(package_versions, on_error="return")
    broken = {name: error for name, error in told.items() if isinstance(error, Exception)}
    if broken:
        name, error = next(iter(broken.items()))
        raise ClusterError(
            f"{len(broken)} of {len(told)} workers cannot load scenario-sim ({name}: {error}); "
            "install the same version there as here"
        )
    others = {name: found for name, found in told.items() if found != ours}
    if others:
        raise ClusterError(_version_message(others, ours))


def _version_message(others: dict[str, dict[str, str]], ours: dict[str, str]) -> str:
    name, found = next(iter(others.items()))
    unlike = [
        f"{what} {found.get(what, 'missing')} there, {mine} here"
        for what, mine in ours.items()
        if found.get(what) != mine
    ]
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    return (
        f"the workers have other versions than this machine ({name}{more}: {'; '.join(unlike)}), so "
        "their results would not be the same; install the same versions on both and try again"
    )


def _close(client: Client, pending: list[Any]) -> None:
    """Cancel what is pending and go, whether or not the scheduler still answers."""
    try:
        if pending and client.status == "running":
            client.cancel(pending, force=True)
    except Exception:
        pass  # it is gone, and so is what was pending
    finally:
        client.close(timeout=CONNECT_TIMEOUT_S)
