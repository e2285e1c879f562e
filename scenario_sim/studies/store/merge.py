"""Stores from several machines as one, and whether a store is what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenario_sim.errors import OutputError, ScenarioSimError
from scenario_sim.scenario.files import read_scenario
from scenario_sim.simulation.engine import NUMPY_SUFFIX
from scenario_sim.studies.cells import cell_key
from scenario_sim.studies.store.folder import (
    CELL,
    ERROR,
    INDEX,
    OUTCOMES,
    TRAJECTORY,
    WEEKLY,
    Shelf,
    merge_labels,
    parse_block_name,
)
from scenario_sim.studies.store.json_files import json_with_checksum
from scenario_sim.studies.store.manifest import MANIFEST, joined, read_manifest
from scenario_sim.studies.store.reading import CorruptFile, decode_table, weeks_in
from scenario_sim.studies.store.tables import cells


@dataclass(frozen=True)
class MergeResult:
    """cells: how many the other store had; files: taken over; same: there already; differing: there
    already with other bytes (other versions of libraries made them); ours stay. spoilt:
    what is wrong with files of the other that were left out."""

    cells: int
    files: int
    same: int
    differing: tuple[Path, ...]
    spoilt: tuple[str, ...] = ()


def merge(store: Shelf, other: Shelf) -> MergeResult:
    """See `Store.merge`."""
    if not (other.path / "cells").is_dir():
        raise OutputError(f"{other.path} is not a study: there is no {other.path / 'cells'}")
    theirs = read_manifest(other.path)
    _refuse_mixture(store, other)
    store.claim()
    files = same = 0
    differing: list[Path] = []
    spoilt: list[str] = []
    keys = other.listed()
    for key in keys:
        _introduce(store, other, key)
        for name in _block_files(other, key):
            there, here = other.folder(key) / name, store.folder(key) / name
            data = there.read_bytes()
            if here.exists() and here.read_bytes() == data:
                same += 1
            elif wrong := _wrong_with(there):
                spoilt.append(f"{there}: {wrong}")
            elif not here.exists() or _wrong_with(here):
                store.put(here, data)
                files += 1
            else:
                differing.append(here)
        store.tidy(key)
        error = other.folder(key) / ERROR
        if error.exists() and not store.blocks(key):
            store.put(store.folder(key) / ERROR, error.read_bytes())
    manifest = joined(read_manifest(store.path), theirs)
    store.put(store.path / MANIFEST, json_with_checksum(manifest))
    store.put(store.path / INDEX, cells(store).to_csv(index=False, lineterminator="\n"))
    return MergeResult(len(keys), files, same, tuple(differing), tuple(spoilt))


def _refuse_mixture(store: Shelf, other: Shelf) -> None:
    """Raise OutputError where one model was compiled in one store and run in NumPy in the other."""
    ours, theirs = (
        {str(shelf.about(key)["engine"]) for key in shelf.listed()} for shelf in (store, other)
    )
    for engine in sorted(ours):
        plain = engine.removesuffix(NUMPY_SUFFIX)
        twin = plain if engine != plain else engine + NUMPY_SUFFIX
        if twin in theirs:
            raise OutputError(
                f"{store.path} holds results of engine {engine}, {other.path} of {twin}: the same "
                "model, compiled and in NumPy, whose numbers may differ in the last digits. Keep "
                "them in two folders, or make one of them again with the other engine "
                "(`scenario-sim --version` says which one runs)."
            )


def _introduce(store: Shelf, other: Shelf, key: str) -> None:
    told, path = other.about(key), store.folder(key) / CELL
    mine = store.about(key) if path.exists() else told
    both = mine | {"labels": merge_labels(mine["labels"], told["labels"])}
    if not path.exists() or both != mine:
        store.put(path, json_with_checksum(both))


def _block_files(store: Shelf, key: str) -> list[str]:
    """The files of whole blocks; outcomes last, as ever."""
    endings = (TRAJECTORY, WEEKLY, OUTCOMES)
    names = (block.name + ending for block in store.blocks(key) for ending in endings)
    return [name for name in names if (store.folder(key) / name).exists()]


def check(store: Shelf) -> list[str]:
    """See `Store.check`."""
    return [problem for key in store.listed() for problem in _wrong_in(store, key)]


def _wrong_in(store: Shelf, key: str) -> Iterator[str]:
    folder = store.folder(key)
    try:
        told = store.about(key)
    except OutputError as error:
        yield str(error)
        return
    if cell_key(told["engine"], told["hash"], told["seed"]) != key:
        yield f"{folder / CELL}: this is another cell's"
    try:
        scenario = read_scenario(told["scenario"].encode())
        if scenario.hash != told["hash"]:
            yield f"{folder / CELL}: its scenario has another hash (of another version?)"
    except ScenarioSimError as error:
        yield f"{folder / CELL}: its scenario cannot be read: {error}"
    for name in _block_files(store, key):
        if wrong := _wrong_with(folder / name):
            yield f"{folder / name}: {wrong}"


def _wrong_with(path: Path) -> str:
    """What is wrong with a file of a block, in words; "" where nothing is."""
    block, ending = parse_block_name(path.name)
    try:
        if ending == TRAJECTORY:
            weeks_in(path, path.read_bytes())
            return ""
        table = decode_table(path, path.read_bytes())
    except CorruptFile as error:
        return str(error)
    except OSError as error:
        return f"cannot be read: {str(error).partition(chr(10))[0]}"
    if ending == OUTCOMES:
        wanted = np.arange(block.start, block.stop)
        return "" if np.array_equal(table["run"].to_numpy(), wanted) else "holds other runs"
    counted = table.group_by(["quantity", "week"]).aggregate([("count", "sum")])
    whole = (counted["count_sum"].to_numpy() == block.runs).all()
    return "" if whole else "its counts do not add up to its runs"
