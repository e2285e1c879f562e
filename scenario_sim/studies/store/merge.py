"""Merge stores of several machines, and check whether the files of a store are intact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenario_sim.data.plugins import digest_of
from scenario_sim.errors import OutputError, ScenarioSimError
from scenario_sim.simulation.engine import NUMPY_SUFFIX
from scenario_sim.studies.cells import cell_key
from scenario_sim.studies.store import files
from scenario_sim.studies.store.atomic import json_with_checksum
from scenario_sim.studies.store.files import CELL, ERROR, OUTCOMES, TRAJECTORY, WEEKLY
from scenario_sim.studies.store.manifest import MANIFEST, joined, read_manifest
from scenario_sim.studies.store.parquet import CorruptFile, decode_table, decode_weeks
from scenario_sim.studies.store.plugin_files import (
    PLUGINS_FILE,
    check_same,
    plugin_path,
    read_sources,
)
from scenario_sim.studies.store.tables import write_index


@dataclass(frozen=True)
class MergeResult:
    """Counts of a merge.

    Attributes
    ----------
    cells : int
        Cells of the other store.
    files : int
        Files that were copied.
    same : int
        Files that existed already with the same bytes.
    differing : tuple of Path
        Files that existed with other bytes, as other versions of libraries write them. Ours stay.
    spoilt : tuple of str
        Damaged files of the other store, which were not copied, each with what is wrong.
    """

    cells: int
    files: int
    same: int
    differing: tuple[Path, ...]
    spoilt: tuple[str, ...] = ()


def merge_stores(root: Path, other: Path) -> MergeResult:
    """See `Store.merge`."""
    if not (other / "cells").is_dir():
        raise OutputError(f"{other} is not a study: there is no {other / 'cells'}")
    theirs = read_manifest(other)
    _check_engines(root, other)
    check_same(root, read_sources(root), read_sources(other), str(other))
    files.claim_folder(root)
    keys = files.list_cells(other)
    outcomes: list[tuple[str, Path, str]] = []
    _merge_states(root, other)
    _merge_plugins(root, other)
    for key in keys:
        _merge_cell(root, other, key)
        outcomes += _merge_blocks(root, other, key)
        files.remove_obsolete(root, key)
        error = files.cell_folder(other, key) / ERROR
        if error.exists() and not files.list_blocks(root, key):
            files.write_file(root, files.cell_folder(root, key) / ERROR, error.read_bytes())
    manifest = joined(read_manifest(root), theirs)
    files.write_file(root, root / MANIFEST, json_with_checksum(manifest))
    write_index(root)
    count = Counter(how for how, _, _ in outcomes)
    return MergeResult(
        len(keys),
        count["copied"],
        count["same"],
        tuple(path for how, path, _ in outcomes if how == "differing"),
        tuple(f"{path}: {problem}" for how, path, problem in outcomes if how == "damaged"),
    )


def _check_engines(root: Path, other: Path) -> None:
    """Raise OutputError if one model was compiled in one store and run in NumPy in the other."""
    ours, theirs = (
        {str(files.read_cell(folder, key)["engine"]) for key in files.list_cells(folder)}
        for folder in (root, other)
    )
    for engine in sorted(ours):
        plain = engine.removesuffix(NUMPY_SUFFIX)
        twin = plain if engine != plain else engine + NUMPY_SUFFIX
        if twin in theirs:
            raise OutputError(
                f"{root} holds results of engine {engine}, {other} of {twin}: the same "
                "model, compiled and in NumPy, whose numbers may differ in the last digits. Keep "
                "them in two folders, or make one of them again with the other engine "
                "(`scenario-sim --version` says which one runs)."
            )


def _merge_cell(root: Path, other: Path, key: str) -> None:
    theirs, path = files.read_cell(other, key), files.cell_folder(root, key) / CELL
    ours = files.read_cell(root, key) if path.exists() else theirs
    merged = ours | {"labels": files.merge_labels(ours["labels"], theirs["labels"])}
    if not path.exists() or merged != ours:
        files.write_file(root, path, json_with_checksum(merged))


def _merge_states(root: Path, other: Path) -> None:
    """Copy the files of own states that the other store has."""
    for theirs in sorted((other / files.STATES).glob("*/*.toml")):
        ours = root / theirs.relative_to(other)
        if not ours.exists():
            files.write_file(root, ours, theirs.read_bytes())


def _merge_plugins(root: Path, other: Path) -> None:
    """Copy the plug-ins of the other store, whose results rest on them."""
    for name, digest in read_sources(other).items():
        theirs = plugin_path(other, name, digest)
        files.write_file(root, plugin_path(root, name, digest), theirs.read_bytes())
    if (other / PLUGINS_FILE).exists():
        files.write_file(root, root / PLUGINS_FILE, (other / PLUGINS_FILE).read_bytes())


def _merge_blocks(root: Path, other: Path, key: str) -> Iterator[tuple[str, Path, str]]:
    """Copy files of a cell. Yield for each file what was done, its path, and what is wrong."""
    for theirs in _block_paths(other, key):
        ours = files.cell_folder(root, key) / theirs.name
        data = theirs.read_bytes()
        if ours.exists() and ours.read_bytes() == data:
            yield "same", ours, ""
        elif problem := _problem_of_file(theirs):
            yield "damaged", theirs, problem
        elif not ours.exists() or _problem_of_file(ours):
            files.write_file(root, ours, data)
            yield "copied", ours, ""
        else:
            yield "differing", ours, ""


def _block_paths(root: Path, key: str) -> list[Path]:
    """Return the files of complete blocks; of each block outcomes last, as when it is written."""
    folder = files.cell_folder(root, key)
    paths = (
        folder / (block.name + ending)
        for block in files.list_blocks(root, key)
        for ending in (TRAJECTORY, WEEKLY, OUTCOMES)
    )
    return [path for path in paths if path.exists()]


def check_store(root: Path) -> list[str]:
    """See `Store.check`."""
    return [problem for key in files.list_cells(root) for problem in _problems_of_cell(root, key)]


def _problems_of_cell(root: Path, key: str) -> Iterator[str]:
    path = files.cell_folder(root, key) / CELL
    try:
        cell = files.read_cell(root, key)
    except OutputError as error:
        yield str(error)
        return
    digest = digest_of(cell.get("plugins", {}))
    if cell_key(cell["engine"], cell["hash"], cell["seed"], digest) != key:
        yield f"{path}: this is another cell's"
    try:
        scenario = files.read_stored_scenario(root, key)
        if scenario.hash != cell["hash"]:
            yield f"{path}: its scenario has another hash (of another version?)"
    except ScenarioSimError as error:
        yield f"{path}: its scenario cannot be read: {error}"
    for file in _block_paths(root, key):
        if problem := _problem_of_file(file):
            yield f"{file}: {problem}"


def _problem_of_file(path: Path) -> str:
    """Return what is wrong with a file of a block; empty if nothing is."""
    block, ending = files.parse_block_name(path.name)
    try:
        if ending == TRAJECTORY:
            decode_weeks(path, path.read_bytes())
            return ""
        table = decode_table(path, path.read_bytes())
    except CorruptFile as error:
        return str(error)
    except OSError as error:
        return f"cannot be read: {str(error).partition(chr(10))[0]}"
    if ending == OUTCOMES:
        runs = np.arange(block.start, block.stop)
        return "" if np.array_equal(table["run"].to_numpy(), runs) else "holds other runs"
    counts = table.group_by(["quantity", "week"]).aggregate([("count", "sum")])
    complete = (counts["count_sum"].to_numpy() == block.runs).all()
    return "" if complete else "its counts do not add up to its runs"
