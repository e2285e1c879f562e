"""Run tasks on a Dask cluster: Dask sends them to workers, and again if a worker dies.

A worker encodes the files of its blocks before it returns them, as a local thread does. The
results are the same to the last byte.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from typing import TYPE_CHECKING, Any

from scenario_sim.data.history.record import record_context
from scenario_sim.errors import ScenarioSimError, install_hint
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies.executors import WorkerDied

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_TIMEOUT_S = 8  # an idle scheduler answers at once; one on a busy machine needs longer
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
    """The cluster cannot be used: no scheduler, no workers, or other versions than ours."""


def package_versions() -> dict[str, str]:
    """Return the versions that must be equal on all machines for results to have the same bytes.

    The engine is that of the shipped record, because a task carries the record that it needs.
    """
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
    """Executor on the workers of the Dask scheduler at `address` (tcp://host:port).

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
    """Run each task on a worker of a Dask scheduler, and yield results as they arrive.

    If a worker dies, its tasks are sent again; a batch that is lost several times becomes an error.
    Closing the iterator, as Ctrl-C does, cancels the pending tasks.

    Parameters
    ----------
    address : str
        Address of the scheduler, tcp://host:port.
    work : callable
        Function of a module that the workers can import.
    tasks : sequence
    run_weeks : callable
        Size of a task; small tasks are sent in batches.

    Yields
    ------
    tuple
        A task, and its result or the exception that it raised. The order is that of arrival.

    Raises
    ------
    ClusterError
        The cluster cannot be used.
    """
    client = _connect(address)
    in_flight: dict[Future[Any], _Batch] = {}
    try:
        from distributed import as_completed

        ours = package_versions()
        _check_versions(client, ours)
        threads = sum(client.nthreads().values())
        batches = (_Batch(some) for some in _make_batches(tasks, run_weeks, threads))

        def send(these: Iterable[_Batch]) -> list[Future[Any]]:
            sent = []
            for batch in these:
                future = client.submit(_run_batch, ours, work, batch.tasks, pure=False)
                in_flight[future] = batch
                sent.append(future)
            return sent

        arriving = as_completed(
            send(islice(batches, MAX_BATCHES_PER_THREAD * threads)), loop=client.loop
        )
        for future in arriving:
            batch = in_flight.pop(future)
            results = _batch_results(future, batch, address)
            future.release()
            if results is None:
                arriving.update(send([_Batch(batch.tasks, batch.lost + 1)]))
                continue
            # A cluster may gain workers meanwhile.
            room = MAX_BATCHES_PER_THREAD * sum(client.nthreads().values()) - len(in_flight)
            arriving.update(send(islice(batches, max(1, room))))
            yield from zip(batch.tasks, results, strict=True)
    finally:
        _close(client, list(in_flight))


@dataclass(frozen=True)
class _Batch:
    """Tasks that are sent together, and how often their results were lost."""

    tasks: list[Any]
    lost: int = 0


def _run_batch[Task, Result](
    wanted: dict[str, str], work: Callable[[Task], Result], batch: list[Task]
) -> list[Result | Exception]:
    """Run a batch of tasks on a worker, one after the other; an exception is a result too."""
    found = package_versions()
    if found != wanted:  # this worker joined after the versions were compared
        raise ClusterError(_version_message({"a worker that joined later": found}, wanted))
    results: list[Result | Exception] = []
    for task in batch:
        try:
            results.append(work(task))
        except Exception as error:
            results.append(error)
    return results


def _batch_results(future: Future[Any], batch: _Batch, address: str) -> list[Any] | None:
    """Return the results of a batch, or its error for each task; None if the results were lost.

    Raises ClusterError if the whole cluster failed.
    """
    if future.status == "error":
        error = future.exception()
        if isinstance(error, ClusterError):
            raise error
        return [error] * len(batch.tasks)
    if future.status == "finished":
        with suppress(CancelledError, OSError):  # the worker that had them died
            results: list[Any] = future.result()
            return results
    if future.client.status != "running":
        raise ClusterError(
            f"the scheduler at {address} went away; what was finished is kept, and the same command "
            "goes on from there"
        )
    if batch.lost < MAX_RETRIES:
        return None
    return [WorkerDied(f"its results were lost {MAX_RETRIES + 1} times")] * len(batch.tasks)


def _make_batches[Task](
    tasks: Sequence[Task], run_weeks: Callable[[Task], int], threads: int
) -> Iterator[list[Task]]:
    """Yield batches of about a second or two, but enough of them for every thread."""
    most = max(1, len(tasks) // (MAX_BATCHES_PER_THREAD * max(threads, 1)))
    batch: list[Task] = []
    size = 0
    for task in tasks:
        batch.append(task)
        size += run_weeks(task)
        if size >= MIN_BATCH_RUN_WEEKS or len(batch) >= most:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


# --- connecting ----------------------------------------------------------------------------------


def _connect(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(
            f"a cluster needs Dask, here and on the workers: {install_hint('cluster')}"
        ) from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # ClusterError says it
    try:
        with ThreadPoolExecutor(1) as thread:  # a notebook has a running event loop in this thread
            thread.submit(asyncio.run, _check_scheduler(address)).result()
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


async def _check_scheduler(address: str) -> None:
    """Raise OSError or ValueError if nothing at an address answers as Dask does.

    The timeout of a Dask client ends with the connection. It then waits without end for the answer
    of a program that is no scheduler.
    """
    from distributed.comm import connect
    from distributed.security import Security

    more = Security().get_connection_args("client")
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            comm = await connect(address, timeout=CONNECT_TIMEOUT_S, **more)
    except TimeoutError:
        raise OSError(f"no answer within {CONNECT_TIMEOUT_S} seconds") from None
    except (OSError, ValueError):
        raise
    except Exception:  # of Dask's reader, at bytes of another program
        raise OSError("its answer is not Dask's") from None
    comm.abort()


def _start_client(make: Callable[..., Client], address: str) -> Client:
    """Return a client, after several attempts if need be.

    Dask gives its own thread ten seconds to start and then fails an assertion. On a busy machine a
    second attempt succeeds.
    """
    for _ in range(MAX_CLIENT_STARTS - 1):
        with suppress(AssertionError):
            return make(address, timeout=CONNECT_TIMEOUT_S, set_as_default=False)
    return make(address, timeout=CONNECT_TIMEOUT_S, set_as_default=False)


def _check_versions(client: Client, ours: dict[str, str]) -> None:
    """Raise ClusterError if a worker would produce other results, or other bytes, than we do."""
    found = client.run(package_versions, on_error="return")
    broken = {name: error for name, error in found.items() if isinstance(error, Exception)}
    if broken:
        name, error = next(iter(broken.items()))
        raise ClusterError(
            f"{len(broken)} of {len(found)} workers cannot load scenario-sim ({name}: {error}); "
            "install the same version there as here"
        )
    others = {name: theirs for name, theirs in found.items() if theirs != ours}
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
    """Cancel pending tasks and close the client, whether or not the scheduler still answers."""
    try:
        if pending and client.status == "running":
            client.cancel(pending, force=True)
    except Exception:
        pass  # the scheduler is gone, and its tasks with it
    finally:
        client.close(timeout=CONNECT_TIMEOUT_S)
