"""Cells of a study (one scenario, one seed, many runs) and the blocks of their runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from scenario_sim.data.history.record import HistoricalRecord, record_context, replacement_record
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.model.random_draws import MAX_RUNS, MAX_SEED
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import as_scenario
from scenario_sim.simulation.engine import engine_version

BLOCK_RUNS = 2000  # fixed, so that the same runs share a file in every study
KEY_HEX_DIGITS = 32  # 128 bits: no two keys collide, and paths stay short

Label = float | str


@dataclass(frozen=True, order=True)
class Block:
    """Runs `start` .. `stop` - 1 of a cell; only the last block of a cell may be short."""

    start: int
    stop: int

    @property
    def runs(self) -> int:
        return self.stop - self.start

    @property
    def name(self) -> str:
        """Name of its files, without the ending."""
        return f"{self.start:09d}-{self.stop:09d}"


@dataclass(frozen=True)
class Cell:
    """One scenario under one seed: a cell of a study.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, or a shipped name or file; the cell holds the scenario.
    seed : int
        0 .. 2**63-1.
    runs : int
        Number of runs, from run 0 on.
    labels : mapping, optional
        What was varied, by name.
    record : HistoricalRecord or None, optional
        The historical record in use when the cell is created (None: the shipped one). The cell
        carries it, because the thread or process that runs the cell has another context.

    Raises
    ------
    ScenarioError
        Runs or seed are out of range.
    """

    scenario: Scenario
    seed: int
    runs: int
    labels: Mapping[str, Label] = field(default_factory=dict)
    record: HistoricalRecord | None = field(default_factory=replacement_record, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scenario", as_scenario(self.scenario))
        problems = []
        for name, value, low, high in (
            ("runs", self.runs, 1, MAX_RUNS),
            ("seed", self.seed, 0, MAX_SEED),
        ):
            if not low <= value <= high:
                problems.append(
                    Problem(name, f"takes a whole number from {low} to {high}, not {value}")
                )
        if problems:
            raise ScenarioError(problems, "this cell cannot be run")

    @cached_property
    def engine(self) -> str:
        """Return the version of the engine that makes its runs, its record included."""
        with record_context(self.record):
            return engine_version()

    @cached_property
    def key(self) -> str:
        """Hex digits of engine, scenario hash, seed, plug-ins: equal keys, equal results run by run.

        The number of runs is not part of it, so that a study can grow.
        """
        own = self.scenario.plugins
        plugins = own.digest if own.items else ""
        return cell_key(self.engine, self.scenario.hash, self.seed, plugins)

    @property
    def title(self) -> str:
        return self.scenario.name or self.scenario.title

    def blocks(self) -> Iterator[Block]:
        """Return the blocks of its runs, in order."""
        return split_runs(self.runs)


@dataclass(frozen=True, slots=True)
class BlockFiles:
    """Bytes of the files of one block of one cell, or the error that prevented them."""

    key: str
    block: Block
    outcomes: bytes = b""
    weekly: bytes = b""
    trajectory: bytes = b""
    error: str = ""


def split_runs(runs: int) -> Iterator[Block]:
    """Yield the blocks of runs 0 .. `runs` - 1, in order."""
    for start in range(0, runs, BLOCK_RUNS):
        yield Block(start, min(start + BLOCK_RUNS, runs))


def cell_key(engine: str, scenario_hash: str, seed: int, plugins: str = "") -> str:
    """Return the key of a cell; see `Cell.key`. `plugins` is their digest, empty without any."""
    text = f"{engine}\n{scenario_hash}\n{seed}" + (f"\n{plugins}" if plugins else "")
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_HEX_DIGITS]
