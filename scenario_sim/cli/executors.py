"""What does the work of a command: threads of this process, or a cluster."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.errors import Problem

if TYPE_CHECKING:
    from scenario_sim.studies.executors import Executor

Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="tcp://HOST:PORT",
        help="Let the workers of this Dask scheduler do it, in place of --jobs.",
    ),
]


def check_cluster(cluster: str | None, jobs: int) -> None:
    """Raises BadOptions where there can be no such cluster."""
    if cluster is None:
        return
    problems = []
    if not re.fullmatch(r"(tcp|tls|ws|wss)://\[?[\w.:-]+\]?:\d{1,5}", cluster):
        text = "takes the address that `dask scheduler` prints, as in tcp://127.0.0.1:8786"
        problems.append(Problem(f"--cluster {cluster}", text))
    if jobs != 1:
        text = "does the work in place of threads here; leave out one of the two"
        problems.append(Problem(f"--cluster with --jobs {jobs}", text))
    if problems:
        raise options.OptionsError(problems)


@contextmanager
def open_executor(jobs: int, cluster: str | None) -> Iterator[Executor]:
    """Give the executor that was asked for."""
    if cluster is not None:
        from scenario_sim.studies.dask_executor import OnCluster

        yield OnCluster(cluster)
        return
    from scenario_sim.studies.executors import threads

    with threads(jobs) as executor:
        yield executor
