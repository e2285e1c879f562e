"""Where the files of a study lie: named by what they are, added to, whole or absent.

    <path>/manifest.json                                      how it was made, and when
    <path>/cells.csv                                          every cell in a row: who it is, what was varied
    <path>/cells/<key>/cell.json                              the scenario's text, hash, seed, labels, engine
    <path>/cells/<key>/000000000-000002000.parquet            outcomes of these runs, one row a run
    <path>/cells/<key>/000000000-000002000.weekly.parquet     their weekly histograms
    <path>/cells/<key>/000000000-000002000.nc                 all their weeks, where asked for
    <path>/cells/<key>/error.json                             why the cell failed, until it does not

Bytes under `cells/` are a pure function of (engine, scenario, seed, runs); times stand in the
manifest alone. Any number of processes may read while others write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenario_sim.errors import OutputError
from scenario_sim.scenario.files import dump_scenario
from scenario_sim.studies.cells import Block, BlockFiles, Cell, split_runs
from scenario_sim.studies.store.atomic import remove_stale_parts, write_atomic
from scenario_sim.studies.store.json_files import KeptFile, json_with_checksum, read_json
from scenario_sim.studies.store.manifest import read_manifest

OUTCOMES, WEEKLY, TRAJECTORY = ".parquet", ".weekly.parquet", ".nc"  # how a block's files end
CELL, ERROR, INDEX = "cell.json", "error.json", "cells.csv"
ABOUT = b"scenario_sim"  # where a Parquet file says what it is: engine, scenario, seed, runs
CAUSE = "confrontation_cause"  # the outcome that is text
_NAMED = re.compile(r"(\d{9,})-(\d{9,})(\.parquet|\.weekly\.parquet|\.nc)")


CELL_CURE = "remove it, and the command that made the study writes it again; no results are lost"
ERROR_CURE = "remove it, and the next command tries the cell again"


class CellFile(KeptFile):
    """The shape of `cell.json`."""

    title: str
    hash: str
    seed: int
    weeks: int
    engine: str
    labels: dict[str, bool | int | float | str]
    scenario: str


class ErrorFile(KeptFile):
    """The shape of `error.json`."""

    error: str


@dataclass(frozen=True)
class StoredBlock:
    """A block as it lies on the disk: which of its files are there."""

    block: Block
    files: frozenset[str]

    def whole(self, trajectories: bool = False) -> bool:
        wanted = {OUTCOMES, WEEKLY} | ({TRAJECTORY} if trajectories else set())
        return wanted <= self.files


class Shelf:
    """A folder of results, as files. Nothing is made or read until it is asked for."""

    def __init__(self, path: Path | str):
        self.path = Path(path)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    def folder(self, key: str) -> Path:
        """Where a cell lies."""
        return self.path / "cells" / key

    # --- writing ---

    def claim(self) -> None:
        """Make the folder, or take over one of ours; what dead writers left is removed.

        Raises OutputError where it cannot be, or where something else lies there.
        """
        try:
            (self.path / "cells").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{self.path} cannot be a study: {error.strerror or error}") from None
        read_manifest(self.path)
        remove_stale_parts(self.path)

    def add(self, cell: Cell) -> None:
        """Say who a cell is, if nobody has yet. Of two sets of labels the fuller one stays."""
        kept = self._told(cell.key)
        labels = merge_labels(kept.get("labels", {}), cell.labels)
        if not kept:
            kept = {
                "title": cell.title,
                "hash": cell.scenario.hash,
                "seed": cell.seed,
                "weeks": cell.scenario.weeks,
                "engine": cell.engine,
                "labels": labels,
                "scenario": dump_scenario(cell.scenario),
            }
        elif kept.get("labels", {}) == labels:
            return
        self.put(self.folder(cell.key) / CELL, json_with_checksum(kept | {"labels": labels}))

    def write(self, made: BlockFiles) -> None:
        """Keep the files of a block; those that are there already stay as they are."""
        folder, name = self.folder(made.key), made.block.name
        # Outcomes come last: where they are, the block is whole.
        for ending, data in (
            (TRAJECTORY, made.trajectory),
            (WEEKLY, made.weekly),
            (OUTCOMES, made.outcomes),
        ):
            if data and not (folder / (name + ending)).exists():
                self.put(folder / (name + ending), data, last=ending == OUTCOMES)

    def fail(self, cell: Cell, error: str, block: Block | None = None) -> None:
        """Keep why a cell has no results; the next command tries again."""
        said = {"error": error} | ({"block": block.name} if block else {})
        self.put(self.folder(cell.key) / ERROR, json_with_checksum(said))

    def tidy(self, key: str) -> None:
        """Remove short blocks that longer ones hold as well, and an error that is history."""
        folder = self.folder(key)
        longest = {kept.block.start: kept for kept in self._longest(key)}
        for name, block in self._files(key):
            kept = longest[block.start]
            if block != kept.block and kept.files >= {name[len(block.name) :]}:
                (folder / name).unlink(missing_ok=True)
        (folder / ERROR).unlink(missing_ok=True)

    def put(self, path: Path, data: bytes | str, last: bool = True) -> None:
        """Write one file, whole or not at all; `last`: of several in one folder. Raises OutputError."""
        try:
            write_atomic(self.path, path, data.encode() if isinstance(data, str) else data, last)
        except OSError as error:
            raise OutputError(
                f"{path} could not be written: {error.strerror or error}; what was finished is kept, "
                "and the same command goes on from there"
            ) from None

    # --- what is there ---

    def listed(self) -> list[str]:
        """The cells that are here, in order."""
        return sorted(path.parent.name for path in (self.path / "cells").glob(f"*/{CELL}"))

    def holds(self, key: str) -> bool:
        """Whether this cell is here."""
        return (self.folder(key) / CELL).is_file()

    def blocks(self, key: str, trajectories: bool = False) -> list[Block]:
        """The whole blocks of a cell, in order; none that another one holds."""
        return [kept.block for kept in self._longest(key) if kept.whole(trajectories)]

    def missing(
        self, cell: Cell, runs: int | None = None, *, trajectories: bool = False
    ) -> list[Block]:
        """The blocks that it takes to have all runs of a cell (or its first `runs`)."""
        there = {block.start: block.stop for block in self.blocks(cell.key, trajectories)}
        wanted = split_runs(cell.runs if runs is None else min(runs, cell.runs))
        return [block for block in wanted if there.get(block.start, 0) < block.stop]

    def errors(self) -> dict[str, str]:
        """Why cells failed, by key."""
        found = {}
        for path in sorted((self.path / "cells").glob(f"*/{ERROR}")):
            if said := read_json(path, ERROR_CURE, ErrorFile):
                found[path.parent.name] = said["error"]
        return found

    def about(self, key: str) -> dict[str, Any]:
        """Who a cell is: title, hash, seed, weeks, engine, labels, scenario (its text).

        Raises OutputError where nobody has said so.
        """
        told = self._told(key)
        if not told:
            raise OutputError(f"there is no cell {key} in {self.path}")
        return told

    def _told(self, key: str) -> dict[str, Any]:
        return read_json(self.folder(key) / CELL, CELL_CURE, CellFile)

    def _files(self, key: str) -> list[tuple[str, Block]]:
        try:
            names = sorted(path.name for path in self.folder(key).iterdir())
        except FileNotFoundError:
            return []
        return [(name, parse_block_name(name)[0]) for name in names if _NAMED.fullmatch(name)]

    def _longest(self, key: str) -> list[StoredBlock]:
        """For each first run the longest block that is whole, or else what there is of one."""
        files: dict[Block, set[str]] = {}
        for name, block in self._files(key):
            files.setdefault(block, set()).add(name[len(block.name) :])
        best: dict[int, StoredBlock] = {}
        for block, endings in files.items():
            kept = StoredBlock(block, frozenset(endings))
            old = best.get(block.start)
            if old is None or _rank(kept) > _rank(old):
                best[block.start] = kept
        return [best[start] for start in sorted(best)]


def parse_block_name(name: str) -> tuple[Block, str]:
    """The block that a file belongs to, and its ending. Raises ValueError for other files."""
    said = _NAMED.fullmatch(name)
    if said is None:
        raise ValueError(f"{name} is no file of a block")
    return Block(int(said[1]), int(said[2])), said[3]


def _rank(kept: StoredBlock) -> tuple[bool, int]:
    return kept.whole(), kept.block.stop


def merge_labels(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Of two sets of labels of one cell the one that says more; the first where neither does."""
    return dict(new if old.items() < new.items() else old)
