"""The parts of a store one by one: what they write, read, refuse and say."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import NonNegativeInt

from scenario_sim import load_scenario, simulate
from scenario_sim.data.variables import RECORDED_QUANTITIES
from scenario_sim.errors import OutputError, ScenarioError
from scenario_sim.simulation.histograms import BIN_EDGES
from scenario_sim.simulation.outcomes import CAUSE_LABELS, OUTCOMES
from scenario_sim.studies import Cell, Store, run_study
from scenario_sim.studies.analysis.statistics import NUMERIC_OUTCOMES
from scenario_sim.studies.cells import Block
from scenario_sim.studies.store import atomic
from scenario_sim.studies.store.atomic import (
    BLANK,
    KEY,
    KeptFile,
    is_intact,
    json_with_checksum,
    parsed_json,
    read_bytes,
    read_json,
    remove_stale_parts,
    with_checksum,
    write_atomic,
    write_text_file,
)
from scenario_sim.studies.store.files import merge_labels, parse_block_name
from scenario_sim.studies.store.manifest import commands, joined, read_manifest, versions
from scenario_sim.studies.store.parquet import pack_weekly
from scenario_sim.studies.store.tables import iter_outcomes, iter_weekly, read_inputs_and_means
from scenario_sim.studies.tasks import make_task, run_task

SHORT = load_scenario("status-quo").with_weeks(2)


def varied(runs: int = 4, seed: int = 7) -> list[Cell]:
    return [Cell(SHORT.with_levers(hotline=h), seed, runs, {"hotline": h}) for h in (0.0, 0.5, 1.0)]


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    made = Store(tmp_path_factory.mktemp("store") / "study")
    run_study(varied(), made)
    return made


# --- checksums -----------------------------------------------------------------------------------


def test_a_checksum_is_the_digest_of_the_file_with_zeros_in_its_place():
    blank = f'{{"a": 1, "{KEY}": "{BLANK}"}}'.encode()
    data = with_checksum(blank)
    digits = json.loads(data)[KEY]
    assert digits == hashlib.sha256(blank).hexdigest()
    assert data == blank.replace(BLANK.encode(), digits.encode())
    assert is_intact(data)
    assert not is_intact(blank)
    assert not is_intact(data.replace(b"1", b"2"))
    assert not is_intact(b"")


def test_the_last_checksum_of_a_file_counts():
    inner = f'"{KEY}": "{"f" * 64}"'
    data = with_checksum(f'{{"labels": {{{inner}}}, "{KEY}": "{BLANK}"}}'.encode())
    assert inner.encode() in data and is_intact(data)


@pytest.mark.parametrize("data", [b"", b"{}", f'{{"{KEY}": "{"f" * 64}"}}'.encode()])
def test_bytes_without_a_place_take_no_checksum(data):
    with pytest.raises(ValueError, match="no place for a checksum"):
        with_checksum(data)


# --- JSON ----------------------------------------------------------------------------------------


class Shape(KeptFile):
    name: str
    runs: NonNegativeInt
    more: dict[str, int] = {}


def kept(path: Path, said: dict) -> Path:
    path.write_text(json_with_checksum(said), "utf-8")
    return path


def test_json_comes_back_without_its_checksum(tmp_path):
    said = {"name": "Überraschung", "runs": 3, "unknown": [1.5, None, "x"]}
    file = kept(tmp_path / "a.json", said)
    assert read_json(file, "cure", Shape) == said
    assert file.read_text("utf-8").endswith("\n}\n") and "Überraschung" in file.read_text("utf-8")
    assert read_json(tmp_path / "none.json", "cure", Shape) == {}
    assert read_bytes(tmp_path / "none.json", "cure") is None


def test_what_is_wrong_with_json_is_named_with_the_file_and_the_cure(tmp_path):
    def refused(text: str | bytes, read=lambda file: read_json(file, "eat it", Shape)) -> str:
        file = tmp_path / "a.json"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(OutputError) as error:
            read(file)
        told = str(error.value)
        assert told.startswith(f"{file} cannot be ") and told.endswith("; eat it")
        return told

    assert "cannot be read: EOF" in refused("")
    assert "cannot be read: recursion limit" in refused("[" * 9999)
    assert "cannot be read" in refused(b'{"name": "\xff"}')
    assert "it holds no JSON object" in refused("[1]")
    assert "its checksum does not match" in refused('{"name": "x", "runs": 1}')
    assert "cannot be read: Is a directory" in _of_folder(tmp_path / "folder")
    told = refused(json_with_checksum({"name": 3, "runs": -1, "more": {"a": "1", "b": 1.5}}))
    assert "name: input should be a valid string" in told
    assert "runs: input should be greater than or equal to 0" in told
    assert "more.a: input should be a valid integer" in told and "more.b" not in told
    assert told.endswith(", and 1 more; eat it")
    told = refused(json_with_checksum({"runs": 1}))
    assert told.endswith("cannot be used: name: field required; eat it")
    plain = refused("{", lambda file: parsed_json(file, b"{", "eat it"))
    assert len(plain) < len(str(tmp_path)) + 300


def _of_folder(folder: Path) -> str:
    folder.mkdir()
    with pytest.raises(OutputError) as error:
        read_bytes(folder, "eat it")
    return str(error.value)


# --- files ---------------------------------------------------------------------------------------


def test_a_text_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    file = tmp_path / "page.html"
    write_text_file(file, "é\n", "--report")
    assert file.read_bytes() == "é\n".encode()
    assert list(tmp_path.iterdir()) == [file]

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "replace", full)
    with pytest.raises(OutputError) as error:
        write_text_file(file, "new", "--report")
    assert str(error.value) == f"--report {file} could not be written: No space left on device"
    with pytest.raises(OutputError, match=f"^{file} could not be written"):
        write_text_file(file, "new")
    assert list(tmp_path.iterdir()) == [file] and file.read_bytes() == "é\n".encode()


def test_a_file_that_says_the_same_is_left(tmp_path):
    file = tmp_path / "deep" / "er" / "file"
    write_atomic(tmp_path, file, b"one")
    os.utime(file, (1, 1))
    write_atomic(tmp_path, file, b"one")
    assert file.stat().st_mtime == 1
    write_atomic(tmp_path, file, b"two")
    assert file.read_bytes() == b"two" and file.stat().st_mtime > 1
    assert not list((tmp_path / atomic.PARTS_FOLDER).iterdir())


def test_parts_of_dead_writers_go_and_those_of_living_ones_stay(tmp_path):
    folder = tmp_path / atomic.PARTS_FOLDER
    folder.mkdir()
    here, elsewhere = atomic._machine(), "anothermachine"
    living = folder / f"{here}-{os.getpid()}-1-2-x"
    dead = folder / f"{here}-{2**22 + 1}-1-2-x"
    theirs = folder / f"{elsewhere}-{2**22 + 1}-1-2-x"
    stale = folder / f"{elsewhere}-1-1-2-x"
    odd = folder / "odd"
    for file in (living, dead, theirs, stale, odd):
        file.touch()
    past = time.time() - atomic.STALE_AGE_S
    os.utime(stale, (past - 60, past - 60))
    os.utime(theirs, (past + 60, past + 60))
    remove_stale_parts(tmp_path)
    assert set(folder.iterdir()) == {living, theirs, odd}
    remove_stale_parts(tmp_path / "nowhere")


def test_names_of_files_are_read_back():
    assert parse_block_name("000000000-000002000.parquet") == (Block(0, 2000), ".parquet")
    assert parse_block_name("000002000-000002500.weekly.parquet") == (
        Block(2000, 2500),
        ".weekly.parquet",
    )
    for name in ("cell.json", "0-2.parquet", "000000000-000002000.csv", "x000000000-000002000.nc"):
        with pytest.raises(ValueError, match=f"{name} is no file of a block"):
            parse_block_name(name)


def test_outcomes_and_weeks_are_packed_as_the_codebook_says(store):
    path = store.folder(varied()[0].key) / "000000000-000000004.parquet"
    file = pq.ParquetFile(path)
    assert file.schema_arrow.names == ["cell", "run", *(outcome.name for outcome in OUTCOMES)]
    about = json.loads(file.metadata.metadata[b"scenario_sim"])
    cell = varied()[0]
    assert about.pop(KEY) != BLANK
    assert about == {"engine": cell.engine, "hash": cell.scenario.hash, "seed": 7, "weeks": 2, "start": 0,
                     "stop": 4}  # fmt: skip
    group = file.metadata.row_group(0)
    packed = {group.column(n).path_in_schema: group.column(n) for n in range(group.num_columns)}
    assert {column.compression for column in packed.values()} == {"ZSTD"}
    coded = {name for name, column in packed.items() if "RLE_DICTIONARY" in column.encodings}
    assert coded <= {"cell", "confrontation_cause"} and "cell" in coded
    table = pq.read_table(path)
    assert set(table["cell"].to_pylist()) == {cell.key}
    # Page checksums are for other programs: a spoilt page is an error there as well.
    good = bytearray(path.read_bytes())
    page = group.column(3)  # its header is not covered, so spoil its last byte
    good[page.data_page_offset + page.total_compressed_size - 1] ^= 1
    with pytest.raises(OSError):
        pq.read_table(io.BytesIO(bytes(good)), page_checksum_verification=True)


def test_a_parquet_file_says_unit_and_meaning_of_each_of_its_columns(store):
    folder = store.folder(varied()[0].key)
    schema = pq.read_schema(folder / "000000000-000000004.parquet")
    for outcome in OUTCOMES:
        about = schema.field(outcome.name).metadata
        assert about[b"unit"].decode() == outcome.unit
        assert about[b"description"].decode() == outcome.meaning
    assert b"random draws" in schema.field("run").metadata[b"description"]
    weekly = pq.read_schema(folder / "000000000-000000004.weekly.parquet")
    assert all(field.metadata[b"description"] for field in weekly)
    units = json.loads(weekly.field("bin_low").metadata[b"unit"])
    assert units == {q.name: q.unit for q in RECORDED_QUANTITIES if q.name in BIN_EDGES}
    assert set(units) == set(BIN_EDGES)


def test_histograms_are_packed_with_both_edges_of_each_bin():
    ran = simulate(SHORT, 30, seed=7, keep="outcomes")
    table = pq.read_table(io.BytesIO(pack_weekly("key", ran, ran.histograms))).to_pandas()
    rows = []
    for name, edges in BIN_EDGES.items():
        for week, bin_ in zip(*np.nonzero(ran.histograms[name]), strict=True):
            count = ran.histograms[name][week, bin_]
            rows.append(("key", name, week, edges[bin_], edges[bin_ + 1], count))
    names = ["cell", "quantity", "week", "bin_low", "bin_high", "count"]
    wanted = pd.DataFrame(rows, columns=names).astype({"week": "int32"})
    pd.testing.assert_frame_equal(table, wanted)


# --- the shelf -----------------------------------------------------------------------------------


def test_a_cell_that_is_not_there_is_named(store):
    assert not store.holds("nobody") and store.holds(varied()[0].key)
    with pytest.raises(OutputError) as error:
        store.about("nobody")
    assert str(error.value) == f"there is no cell nobody in {store.path}"
    assert store.blocks("nobody") == []
    assert repr(store).startswith(f"Store({str(store.path)!r}): ")


def test_a_cell_says_who_it_is(store):
    cell = varied()[1]
    told = store.about(cell.key)
    assert told == {
        "title": cell.title, "hash": cell.scenario.hash, "seed": 7, "weeks": 2, "engine": cell.engine,
        "labels": {"hotline": 0.5}, "scenario": told["scenario"],
    }  # fmt: skip


def test_of_two_sets_of_labels_the_fuller_stays(tmp_path):
    assert merge_labels({"a": 1}, {"a": 1, "b": 2}) == {"a": 1, "b": 2}
    assert merge_labels({"a": 1, "b": 2}, {"a": 1}) == {"a": 1, "b": 2}
    assert merge_labels({"a": 1}, {"a": 2, "b": 2}) == {"a": 1}
    store = Store(tmp_path)
    for labels in ({}, {"hotline": 0.5}, {}):
        store.add(Cell(SHORT, 7, 4, labels))
    assert store.about(Cell(SHORT, 7, 4).key)["labels"] == {"hotline": 0.5}


def test_what_is_missing_is_asked_for_to_the_run(store):
    cell = varied()[0]
    more = Cell(cell.scenario, 7, 2500)
    assert store.missing(cell) == []
    assert store.missing(cell, 3) == []
    assert store.missing(cell, 9) == []  # it is to have four
    assert store.missing(more) == [Block(0, 2000), Block(2000, 2500)]
    assert store.missing(more, 4) == []
    assert store.missing(cell, trajectories=True) == [Block(0, 4)]


def test_a_failure_is_kept_with_its_block_and_goes_when_tidied(tmp_path):
    store, cell = Store(tmp_path), varied()[0]
    store.add(cell)
    store.fail(cell, "no luck", Block(0, 4))
    said = json.loads((store.folder(cell.key) / "error.json").read_text("utf-8"))
    assert (said["error"], said["block"]) == ("no luck", "000000000-000000004")
    assert store.errors() == {cell.key: "no luck"}
    store.fail(cell, "no luck again")
    assert "block" not in json.loads((store.folder(cell.key) / "error.json").read_text("utf-8"))
    store.tidy(cell.key)
    assert store.errors() == {}


def test_a_short_block_goes_once_a_longer_one_holds_it(tmp_path):
    store, cell = Store(tmp_path), varied()[0]
    for runs in (3, 5):
        store.add(cell)
        store.write(run_task(make_task(cell, Block(0, runs))))
    assert store.blocks(cell.key) == [Block(0, 5)]
    names = {path.name for path in store.folder(cell.key).iterdir()}
    assert "000000000-000000003.parquet" in names
    store.tidy(cell.key)
    names = {path.name for path in store.folder(cell.key).iterdir()}
    assert names == {
        "cell.json",
        "000000000-000000005.parquet",
        "000000000-000000005.weekly.parquet",
    }


def test_a_folder_that_cannot_be_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError) as error:
        Store(tmp_path / "file").claim()
    assert str(error.value) == f"{tmp_path / 'file'} cannot be a study: Not a directory"


def test_a_full_disk_is_told_with_what_to_do(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(OutputError) as error:
        Store(tmp_path).put(tmp_path / "file", "text")
    told = f"{tmp_path / 'file'} could not be written: No space left on device; what was finished is kept"
    assert str(error.value) == f"{told}, and the same command goes on from there"


# --- tables --------------------------------------------------------------------------------------


def test_a_column_comes_alone_and_rows_end_with_the_runs(store):
    cell = varied()[2]
    table = store.of(Cell(cell.scenario, 7, 2), ["launch_days"])
    assert list(table.columns) == ["launch_days"] and list(table.index) == [0, 1]
    assert table.index.name == "run"
    whole_table = simulate(cell.scenario, 4, seed=7).outcomes
    pd.testing.assert_frame_equal(store.of(cell), whole_table)
    few = store.outcomes([cell.key], ["launch_days"])
    assert list(few.columns) == ["cell", "hotline", "run", "launch_days"] and len(few) == 4
    assert list(store.outcomes()["confrontation_cause"].cat.categories) == list(CAUSE_LABELS)


def test_an_empty_store_has_empty_tables_of_the_same_kinds(tmp_path, store):
    empty = Store(tmp_path)
    assert list(empty.outcomes().columns) == ["cell", "run", *(o.name for o in OUTCOMES)]
    weekly, full = empty.weekly(), store.weekly().drop(columns="hotline")
    assert list(weekly.columns) == list(full.columns) and len(weekly) == 0
    assert {k: str(v) for k, v in weekly.dtypes.items() if k not in ("cell", "quantity", "week")} == {
        "bin_low": "float64", "bin_high": "float64", "count": "int64",
    }  # fmt: skip
    outcomes = empty.outcomes().dtypes
    assert {str(outcomes["run"]), str(weekly.dtypes["week"])} == {"int64"}
    numbers = {"float64", "int64"}
    assert not numbers & {
        str(outcomes["cell"]),
        str(weekly.dtypes["cell"]),
        str(weekly.dtypes["quantity"]),
    }
    assert len(empty.cells()) == 0 and empty.check() == []


def test_every_part_has_a_column_for_all_that_was_varied_in_the_study(tmp_path):
    store = Store(tmp_path)
    run_study([Cell(SHORT, 7, 2, {"hotline": 0.5}), Cell(SHORT, 8, 2, {"luck": "other"})], store)
    for parts in (iter_outcomes, iter_weekly):
        heads = [list(part.columns)[:3] for part in parts(store.path)]
        assert len(heads) == 2 and heads[0] == heads[1]
        assert set(heads[0]) == {"cell", "hotline", "luck"}


def test_parts_are_the_tables_piece_by_piece(store):
    for parts, table in ((iter_outcomes, store.outcomes()), (iter_weekly, store.weekly())):
        joined_parts = pd.concat(parts(store.path), ignore_index=True)
        assert list(joined_parts.columns) == list(table.columns)
        assert len(joined_parts) == len(table)
        assert joined_parts["hotline"].tolist() == table["hotline"].tolist()


def test_a_label_that_a_column_bears_gets_a_prefix(tmp_path):
    store = Store(tmp_path)
    run_study([Cell(SHORT, 7, 2, {"launch_days": 3.0, "hotline": 0.5})], store)
    assert store.cells()["varied_launch_days"].tolist() == [3.0]
    assert store.outcomes()["varied_launch_days"].tolist() == [3.0, 3.0]


def test_csv_files_hold_both_tables(store):
    outcomes, weekly = store.write_csv()
    assert (outcomes, weekly) == (store.path / "outcomes.csv", store.path / "weekly.csv")
    for path, table in ((outcomes, store.outcomes()), (weekly, store.weekly())):
        assert b"\r" not in path.read_bytes()
        read = pd.read_csv(path)
        assert list(read.columns) == list(table.columns) and len(read) == len(table)
        assert read["hotline"].tolist() == table["hotline"].tolist()
        assert read["cell"].tolist() == table["cell"].tolist()


def test_csv_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "outcomes.csv").mkdir(parents=True)
    with pytest.raises(OutputError) as error:
        Store(tmp_path).write_csv()
    assert str(error.value).startswith(f"{tmp_path / 'outcomes.csv'} could not be written: ")


# --- the library ---------------------------------------------------------------------------------


def test_the_library_is_what_was_varied_and_the_means(store):
    inputs, means = read_inputs_and_means(store.path)
    assert list(inputs.columns) == ["hotline"] and sorted(inputs["hotline"]) == [0.0, 0.5, 1.0]
    assert list(means.columns) == list(NUMERIC_OUTCOMES) and list(means.index) == list(inputs.index)
    for cell in varied():
        table = simulate(cell.scenario, 4, seed=7).outcomes
        assert inputs.loc[cell.key, "hotline"] == cell.labels["hotline"]
        assert means.loc[cell.key, "launch_days"] == pytest.approx(table["launch_days"].mean())
        assert means.loc[cell.key, "mean_tension"] == pytest.approx(table["mean_tension"].mean())


def test_the_library_takes_the_largest_group_of_one_study(tmp_path):
    """Not cells of another length or title, of other inputs, without any, or that tell sources apart."""
    study, longer = Store(tmp_path), SHORT.with_weeks(3)
    other = load_scenario("lab-reassurance").with_weeks(2)
    aside = [Cell(longer.with_levers(hotline=h), 7, 2, {"hotline": h}) for h in (0.1, 0.2)] + [
        Cell(SHORT, 7, 2)
    ]
    aside += [Cell(other.with_levers(hotline=h), 7, 2, {"hotline": h}) for h in (0.1, 0.2)]
    aside += [Cell(SHORT.with_levers(us_threats=u), 7, 2, {"us_threats": u}) for u in (0.1, 0.2)]
    aside += [
        Cell(SHORT.with_levers(engagement=e), 7, 2, {"hotline": e, "source": "parameters"})
        for e in (0.1, 0.2, 0.3, 0.4)
    ]
    run_study([*aside, *varied()], study)
    inputs, means = read_inputs_and_means(study.path)
    assert sorted(inputs.index) == sorted(cell.key for cell in varied())
    assert list(inputs.columns) == ["hotline"] and inputs["hotline"].dtype == np.float64
    assert not means["launch_days"].isna().any()


def test_a_folder_without_a_study_says_what_it_lacks(tmp_path):
    def refused(path: Path) -> str:
        with pytest.raises(ScenarioError) as error:
            read_inputs_and_means(path)
        return str(error.value)

    cure = "make some with `study FILE --out` or `sweep --out`"
    told = f"there is no study:\n  {tmp_path}: holds no cells; {cure}"
    assert refused(tmp_path) == told
    nowhere = tmp_path / "nowhere"
    told = f"there is no study:\n  {nowhere}: there is no such folder; {cure}"
    assert refused(nowhere) == told
    plain = Store(tmp_path / "plain")
    run_study([Cell(SHORT, 7, 2)], plain)
    told = f"{plain.path}: nothing was varied in these cells; {cure}"
    assert refused(plain.path) == f"there is nothing to discover:\n  {told}"
    begun = Store(tmp_path / "begun")
    begun.add(varied()[0])
    assert refused(begun.path) == f"there is no study:\n  {begun.path}: no cell has results yet"


# --- the manifest --------------------------------------------------------------------------------


def test_a_folder_without_a_manifest_has_a_new_one(tmp_path):
    assert read_manifest(tmp_path) == {
        "what": "scenario-sim study", "format": 3, "block_runs": 2000, "cells": {}, "sessions": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            {"what": "a web page"},
            "is of something else and is left as it is; choose another --out, or move",
        ),
        (
            {"format": 2},
            "is of another version of scenario-sim; choose another --out, or make the study",
        ),
        ({"block_runs": 1000}, "is of another version of scenario-sim"),
        (
            {"cells": []},
            "cannot be used: cells: input should be a valid dictionary; move it away: no result",
        ),
        (
            {"cells": {"a": {"title": "", "hash": "", "seed": 1, "runs": -1}}},
            "cells.a.runs: input should be",
        ),
        (
            {"sessions": [{}]},
            r"cannot be used: sessions\[0\].command: field required, .*, and 5 more; move it",
        ),
    ],
)
def test_a_manifest_that_does_not_fit_is_named_with_its_cure(tmp_path, store, more, told):
    file = tmp_path / "manifest.json"
    manifest = read_manifest(store.path)
    file.write_text(json.dumps(manifest | more), "utf-8")
    with pytest.raises(OutputError, match=f"^{file} {told}" if "cells.a" not in told else told):
        read_manifest(tmp_path)
    file.write_text(json.dumps(manifest | {"note": "mine"}), "utf-8")
    assert read_manifest(tmp_path) == manifest | {"note": "mine"}


def test_a_name_taken_out_of_a_manifest_is_taken_out_with_the_checksum(tmp_path):
    """The next command seals the manifest again."""
    cell = Cell(load_scenario("status-quo").with_weeks(2), 7, 2)
    store = Store(tmp_path)
    run_study([cell], store)
    file = tmp_path / "manifest.json"
    text = file.read_text("utf-8")
    edited = text.replace('"by": "', '"by": "not ')
    file.write_text(edited, "utf-8")
    with pytest.raises(OutputError, match=r'does not match .* take out its line "checksum"'):
        read_manifest(tmp_path)
    lines = edited.splitlines(keepends=True)
    assert lines[-2].startswith('  "checksum": ')
    file.write_text("".join([*lines[:-3], "  ]\n}\n"]), "utf-8")
    assert read_manifest(tmp_path)["sessions"][0]["by"].startswith("not ")
    run_study([Cell(cell.scenario, 8, 2)], store)
    assert '"checksum"' in file.read_text("utf-8") and "not " in file.read_text("utf-8")
    assert len(read_manifest(tmp_path)["sessions"]) == 2


def test_a_manifest_says_what_was_asked_for_and_by_whom(tmp_path):
    store, cell = Store(tmp_path), varied()[0]
    for runs in (6, 2):
        run_study([Cell(cell.scenario, 7, runs), *varied(runs)[1:]], store)
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert manifest["cells"][cell.key] == {
        "title": cell.title, "hash": cell.scenario.hash, "seed": 7, "runs": 6,
    }  # fmt: skip
    (session,) = manifest["sessions"]  # the second had nothing to do
    assert (session["process"], session["by"], session["cells"]) == (os.getpid(), "one thread", 3)
    assert (session["ended"], session["runs_made"], session["failed"]) == ("done", 18, {})
    assert session["started"] <= session["finished"] and session["started"].endswith("+00:00")
    assert session["engine"] == cell.engine and session["versions"] == versions()
    assert {"python", "numpy", "pyarrow", "mesa", "scipy", "pandas", "xarray"} == set(versions())
    assert session["command"] == "python"  # nobody typed `scenario-sim`


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("/usr/bin/scenario-sim", "scenario-sim run 'my file.toml'"),
        ("/lib/scenario_sim/__main__.py", "scenario-sim run 'my file.toml'"),
        ("/lib/pytest/__main__.py", "python"),
        ("", "python"),
    ],
)
def test_the_command_is_what_was_typed(tmp_path, monkeypatch, program, told):
    monkeypatch.setattr("sys.argv", [program, "run", "my file.toml"])
    run_study(varied()[:1], Store(tmp_path))
    (session,) = read_manifest(tmp_path)["sessions"]
    assert session["command"] == told


def test_manifests_join_to_the_larger_cells_and_each_session_once():
    def session(started: str, command: str, **more) -> dict:
        return {"started": started, "process": 1, "platform": "here", "command": command} | more

    mine = {
        "what": "study", "cells": {"a": {"runs": 2}, "b": {"runs": 9}},
        "sessions": [session("2", "two"), session("3", "three", ended="done")],
    }  # fmt: skip
    theirs = {
        "cells": {"a": {"runs": 3}, "b": {"runs": 3}, "c": {"runs": 1}},
        "sessions": [session("3", "three"), session("1", "one"), session("1", "one", process=2)],
    }
    both = joined(mine, theirs)
    assert both["what"] == "study"
    assert both["cells"] == {"a": {"runs": 3}, "b": {"runs": 9}, "c": {"runs": 1}}
    assert [s["command"] for s in both["sessions"]] == ["one", "one", "two", "three"]
    assert both["sessions"][-1]["ended"] == "done"
    assert commands(both["sessions"]) == ["one", "two", "three"]


# --- tasks ---------------------------------------------------------------------------------------


def test_a_task_takes_along_what_a_worker_cannot_know():
    cell = Cell(SHORT.with_weeks(3), 8, 4)
    task = make_task(cell, Block(0, 4), trajectories=True)
    assert (task.key, task.scenario, task.seed) == (cell.key, cell.scenario, 8)
    assert (task.engine, task.record) == (cell.engine, cell.record)
    assert task.trajectories and not make_task(cell, Block(0, 4)).trajectories
    assert task.run_weeks == 3 * 4


# --- merging and checking ------------------------------------------------------------------------


def test_a_merge_is_counted(tmp_path, store):
    both = Store(tmp_path / "both")
    first, again = both.merge(store.path), both.merge(store.path)
    assert (first.cells, first.files, first.same, first.differing, first.spoilt) == (
        3,
        6,
        0,
        (),
        (),
    )
    assert (again.cells, again.files, again.same) == (3, 0, 6)
    assert (both.path / "cells.csv").read_bytes() == (store.path / "cells.csv").read_bytes()
    with pytest.raises(OutputError) as error:
        both.merge(tmp_path / "none")
    assert (
        str(error.value)
        == f"{tmp_path / 'none'} is not a study: there is no {tmp_path / 'none/cells'}"
    )


def test_files_that_differ_stay_and_are_named(tmp_path, store):
    """The same runs in other bytes: another version of a library packed them."""
    both, key = Store(tmp_path / "both"), varied()[0].key
    both.merge(store.path)
    file = both.folder(key) / "000000000-000000004.parquet"
    table = pq.read_table(file)
    about = json.loads(table.schema.metadata[b"scenario_sim"]) | {KEY: BLANK}
    other = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"scenario_sim": json.dumps(about)}), other)
    ours = with_checksum(other.getvalue())
    file.write_bytes(ours)
    merged = both.merge(store.path)
    assert (merged.files, merged.same, merged.differing) == (0, 5, (file,))
    assert file.read_bytes() == ours and both.check() == []


def test_check_finds_runs_and_counts_that_do_not_add_up(tmp_path, store):
    def packed(file: Path, change) -> None:
        table = pq.read_table(file)
        about = json.loads(table.schema.metadata[b"scenario_sim"]) | {KEY: BLANK}
        data = io.BytesIO()
        frame = table.to_pandas()
        change(frame)
        told = pa.Table.from_pandas(frame, preserve_index=False)
        pq.write_table(told.replace_schema_metadata({"scenario_sim": json.dumps(about)}), data)
        file.write_bytes(with_checksum(data.getvalue()))

    both = Store(tmp_path / "both")
    both.merge(store.path)
    folder = both.folder(varied()[0].key)
    outcomes, weekly = (
        folder / "000000000-000000004.parquet",
        folder / "000000000-000000004.weekly.parquet",
    )
    packed(outcomes, lambda frame: frame.__setitem__("run", frame["run"] + 1))
    assert both.check() == [f"{outcomes}: holds other runs"]
    outcomes.write_bytes((store.folder(folder.name) / outcomes.name).read_bytes())
    packed(weekly, lambda frame: frame.__setitem__("count", frame["count"] + 1))
    assert both.check() == [f"{weekly}: its counts do not add up to its runs"]
    merged = Store(tmp_path / "third").merge(both.path)
    assert (
        merged.spoilt == (f"{weekly}: its counts do not add up to its runs",) and merged.files == 5
    )


def test_check_finds_a_cell_that_is_another(tmp_path, store):
    both = Store(tmp_path / "both")
    both.merge(store.path)
    folder = both.folder(varied()[0].key)
    told = both.about(folder.name)
    for more, wrong in (
        ({"seed": 8}, "this is another cell's"),
        ({"scenario": varied()[1].scenario.title}, "its scenario cannot be read: "),
        ({"scenario": both.about(varied()[1].key)["scenario"]}, "its scenario has another hash"),
    ):
        (folder / "cell.json").write_text(json_with_checksum(told | more), "utf-8")
        (problem,) = both.check()
        assert problem.startswith(f"{folder / 'cell.json'}: {wrong}")
    (folder / "cell.json").write_text("{}", "utf-8")
    (problem,) = both.check()
    assert str(folder / "cell.json") in problem and "remove it" in problem


def test_an_error_of_another_store_comes_along_until_there_are_results(tmp_path):
    theirs, ours = Store(tmp_path / "theirs"), Store(tmp_path / "ours")
    cell = varied()[0]
    theirs.add(cell)
    theirs.fail(cell, "no luck")
    ours.merge(theirs.path)
    assert ours.errors() == {cell.key: "no luck"}
    run_study([cell], ours)
    ours.merge(theirs.path)
    assert ours.errors() == {}


# --- own states -------------------------------------------------------------------------------------


def test_a_store_keeps_own_states_so_that_a_cell_can_be_made_again(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "overlay.toml").write_text('without = ["Japan"]', "utf-8")
    scenario = load_scenario("status-quo").with_weeks(4)
    scenario = type(scenario).model_validate(scenario.as_dict() | {"states": str(folder)})
    cell = Cell(scenario, seed=7, runs=10)
    store = Store(tmp_path / "study")
    run_study([cell], store)
    (key,) = store.listed()
    shutil.rmtree(folder)
    other = Store(tmp_path / "other")
    other.merge(store.path)
    shutil.rmtree(store.path)
    again = other.scenario(key)
    assert again.hash == scenario.hash and again.cast.codes == scenario.cast.codes
    assert other.check() == []
    made = simulate(again, 10, 7).outcomes["launch_days"]
    assert (made.to_numpy() == other.outcomes(columns=["launch_days"])["launch_days"]).all()


def test_the_index_of_a_large_study_is_written_in_parts(tmp_path, monkeypatch):
    world = load_scenario("status-quo").with_weeks(2)
    cells = [
        Cell(world.with_levers(hotline=n / 10), 1, 3, {"hotline": n / 10} if n != 3 else {})
        for n in range(5)
    ]
    store = Store(tmp_path / "study")
    run_study(cells, store)
    whole, text = store.cells(), (store.path / "cells.csv").read_bytes()
    monkeypatch.setattr("scenario_sim.studies.store.tables.ROWS_A_PART", 2)
    store.write_index()
    assert (store.path / "cells.csv").read_bytes() == text
    assert store.cells().equals(whole) and whole["hotline"].isna().sum() == 1
