"""Names of the files of a store, and functions that read and write them.

    <root>/manifest.json                                      how it was made, and when
    <root>/plugins.json, plugins/                             plug-ins of all cells, if any
    <root>/cells.csv                                          one row a cell: what it is, what was varied
    <root>/cells/<key>/cell.json                              the scenario's text, hash, seed, labels, engine
    <root>/cells/<key>/000000000-000002000.parquet            outcomes of these runs, one row a run
    <root>/cells/<key>/000000000-000002000.weekly.parquet     their weekly histograms
    <root>/cells/<key>/000000000-000002000.nc                 all their weeks, if requested
    <root>/cells/<key>/error.json                             why the cell failed, until it succeeds

The bytes under `cells/` are a pure function of (engine, scenario, seed, runs); only the manifest
holds times. Any number of processes may read while others write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenario_sim.data.plugins import NO_PLUGINS
from scenario_sim.data.states import load_cast
from scenario_sim.errors import OutputError
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import dump_scenario, read_scenario
from scenario_sim.studies.cells import Block, BlockFiles, Cell
from scenario_sim.studies.store.atomic import (
    KeptFile,
    json_with_checksum,
    read_json,
    remove_stale_parts,
    write_atomic,
)
from scenario_sim.studies.store.manifest import read_manifest
from scenario_sim.studies.store.plugin_files import read_plugins

OUTCOMES, WEEKLY, TRAJECTORY = ".parquet", ".weekly.parquet", ".nc"  # endings of a block's files
CELL, ERROR, INDEX = "cell.json", "error.json", "cells.csv"
STATES = "states"  # folder of a store: files of own states, by the digest of their content
ABOUT = b"scenario_sim"  # key in the metadata of a Parquet file: its engine, scenario, seed, runs
CAUSE = "confrontation_cause"  # the outcome that is text
CELL_CURE = "remove it, and the command that made the study writes it again; no results are lost"
ERROR_CURE = "remove it, and the next command tries the cell again"
_BLOCK_NAME = re.compile(r"(\d{9,})-(\d{9,})(\.parquet|\.weekly\.parquet|\.nc)")


class CellFile(KeptFile):
    """Shape of `cell.json`."""

    title: str
    hash: str
    seed: int
    weeks: int
    engine: str
    labels: dict[str, bool | int | float | str]
    scenario: str
    plugins: dict[str, str] = {}


class ErrorFile(KeptFile):
    """Shape of `error.json`."""

    error: str


@dataclass(frozen=True)
class StoredBlock:
    """A block, and the endings of those of its files that exist."""

    block: Block
    files: frozenset[str]

    def is_complete(self, trajectories: bool = False) -> bool:
        """Return whether outcomes and histograms exist, and trajectories if requested."""
        wanted = {OUTCOMES, WEEKLY} | ({TRAJECTORY} if trajectories else set())
        return wanted <= self.files


# --- reading -------------------------------------------------------------------------------------


def cell_folder(root: Path, key: str) -> Path:
    """Return the folder of a cell."""
    return root / "cells" / key


def list_cells(root: Path) -> list[str]:
    """Return the keys of all cells, sorted."""
    return sorted(find_cells(root))


def find_cells(root: Path) -> Iterator[str]:
    """Yield the keys of all cells in no order."""
    return (path.parent.name for path in (root / "cells").glob(f"*/{CELL}"))


def list_blocks(root: Path, key: str, trajectories: bool = False) -> list[Block]:
    """Return the complete blocks of a cell, in order, without those that a longer one contains."""
    longest = _longest_blocks(cell_folder(root, key))
    return [stored.block for stored in longest if stored.is_complete(trajectories)]


def list_paths(root: Path, key: str, ending: str) -> list[tuple[Block, Path]]:
    """Return the complete blocks of a cell, each with its file of one ending."""
    folder = cell_folder(root, key)
    return [(block, folder / (block.name + ending)) for block in list_blocks(root, key)]


def read_cell(root: Path, key: str) -> dict[str, Any]:
    """Return `cell.json` of a cell. Raises OutputError if there is no such cell."""
    cell = _read_cell_file(root, key)
    if not cell:
        raise OutputError(f"there is no cell {key} in {root}")
    return cell


def read_errors(root: Path) -> dict[str, str]:
    """Return the errors of cells that failed, by key."""
    errors = {}
    for path in sorted((root / "cells").glob(f"*/{ERROR}")):
        if content := read_json(path, ERROR_CURE, ErrorFile):
            errors[path.parent.name] = content["error"]
    return errors


def parse_block_name(name: str) -> tuple[Block, str]:
    """Return the block of a file name, and the ending. Raises ValueError for other names."""
    match = _BLOCK_NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name} is no file of a block")
    return Block(int(match[1]), int(match[2])), match[3]


def merge_labels(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the new labels of a cell if they contain all old ones, else the old ones."""
    return dict(new if old.items() < new.items() else old)


def _read_cell_file(root: Path, key: str) -> dict[str, Any]:
    return read_json(cell_folder(root, key) / CELL, CELL_CURE, CellFile)


def _block_files(folder: Path) -> list[tuple[str, Block]]:
    try:
        names = sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        return []
    return [(name, parse_block_name(name)[0]) for name in names if _BLOCK_NAME.fullmatch(name)]


def _longest_blocks(folder: Path) -> list[StoredBlock]:
    """Return the longest complete (or else incomplete) block that starts at each run."""
    files: dict[Block, set[str]] = {}
    for name, block in _block_files(folder):
        files.setdefault(block, set()).add(name[len(block.name) :])
    best: dict[int, StoredBlock] = {}
    for block, endings in files.items():
        stored = StoredBlock(block, frozenset(endings))
        old = best.get(block.start)
        if old is None or _rank(stored) > _rank(old):
            best[block.start] = stored
    return [best[start] for start in sorted(best)]


def _rank(stored: StoredBlock) -> tuple[bool, int]:
    return stored.is_complete(), stored.block.stop


# --- writing -------------------------------------------------------------------------------------


def claim_folder(root: Path) -> None:
    """Create the folder of a store, or check an existing one, and remove files of dead writers.

    Raises OutputError if it cannot be created, or if it holds something else.
    """
    try:
        (root / "cells").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{root} cannot be a study: {error.strerror or error}") from None
    read_manifest(root)
    remove_stale_parts(root)


def write_cell(root: Path, cell: Cell) -> None:
    """Write `cell.json` of a cell unless it exists; see `merge_labels` for its labels."""
    stored = _read_cell_file(root, cell.key)
    labels = merge_labels(stored.get("labels", {}), cell.labels)
    if not stored:
        stored = {
            "title": cell.title,
            "hash": cell.scenario.hash,
            "seed": cell.seed,
            "weeks": cell.scenario.weeks,
            "engine": cell.engine,
            "labels": labels,
            "scenario": _stored_text(root, cell.scenario),
        } | ({"plugins": cell.scenario.plugins.sources} if cell.scenario.plugins.items else {})
    elif stored.get("labels", {}) == labels:
        return
    path = cell_folder(root, cell.key) / CELL
    write_file(root, path, json_with_checksum(stored | {"labels": labels}))


def _stored_text(root: Path, scenario: Scenario) -> str:
    """Return the text of a scenario; files of own states are copied into the store.

    The text names the copy relative to the folder of its cell.
    """
    if scenario.states is None:
        return dump_scenario(scenario)
    name = load_cast(scenario.states).digest[:16]
    for file in sorted(Path(scenario.states).glob("*.toml")):
        copy = root / STATES / name / file.name
        if not copy.exists():
            write_file(root, copy, file.read_bytes())
    return dump_scenario(scenario.model_copy(update={"states": f"../../{STATES}/{name}"}))


def read_stored_scenario(root: Path, key: str) -> Scenario:
    """Return the scenario of a cell. Raises OutputError and ScenarioFileError."""
    folder = cell_folder(root, key)
    cell = read_cell(root, key)
    scenario = read_scenario(cell["scenario"].encode(), str(folder / CELL), paths=folder)
    plugins = read_plugins(root) if cell.get("plugins") else NO_PLUGINS
    return scenario.with_plugins(plugins) if plugins else scenario


def write_block(root: Path, files: BlockFiles) -> None:
    """Write the files of a block; files that exist stay as they are."""
    stem = cell_folder(root, files.key) / files.block.name
    # Outcomes come last: a block with outcomes is complete.
    for ending, data in (
        (TRAJECTORY, files.trajectory),
        (WEEKLY, files.weekly),
        (OUTCOMES, files.outcomes),
    ):
        path = stem.with_name(stem.name + ending)
        if data and not path.exists():
            write_file(root, path, data, last=ending == OUTCOMES)


def write_error(root: Path, key: str, error: str, block: Block | None = None) -> None:
    """Write why a cell failed; the next command tries it again."""
    content = {"error": error} | ({"block": block.name} if block else {})
    write_file(root, cell_folder(root, key) / ERROR, json_with_checksum(content))


def remove_obsolete(root: Path, key: str) -> None:
    """Remove blocks of a cell that a longer one contains, and the error of an earlier command."""
    folder = cell_folder(root, key)
    longest = {stored.block.start: stored for stored in _longest_blocks(folder)}
    for name, block in _block_files(folder):
        stored = longest[block.start]
        if block != stored.block and stored.files >= {name[len(block.name) :]}:
            (folder / name).unlink(missing_ok=True)
    (folder / ERROR).unlink(missing_ok=True)


def write_file(root: Path, path: Path, data: bytes | str, last: bool = True) -> None:
    """Write one file of a store atomically.

    Parameters
    ----------
    root : Path
        Folder of the store.
    path : Path
        File below `root`.
    data : bytes or str
    last : bool
        False if more files follow in the same folder, so that one sync of the folder does for all.

    Raises
    ------
    OutputError
        The file could not be written; the previous one is unchanged.
    """
    try:
        write_atomic(root, path, data.encode() if isinstance(data, str) else data, last)
    except OSError as error:
        raise OutputError(
            f"{path} could not be written: {error.strerror or error}; what was finished is kept, "
            "and the same command goes on from there"
        ) from None
