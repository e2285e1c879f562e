"""A store whose files were spoilt by a disk or edited by a person: never other data, never a traceback.

`FUZZ=50` in the environment tries fifty times as many faults; see docs/reliability.md.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import h5py
import pandas as pd
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenario_sim import load_scenario, simulate
from scenario_sim.cli import main
from scenario_sim.errors import OutputError
from scenario_sim.studies import Cell, Store, run_study
from scenario_sim.studies.store.atomic import BLANK, KEY, with_checksum, with_trailer
from scenario_sim.studies.store.manifest import read_manifest
from scenario_sim.studies.store.parquet import CorruptFile, decode_table, decode_weeks, read_weeks
from scenario_sim.studies.store.saved_analyses import load_analyses, save_analysis

FUZZ = float(os.environ.get("FUZZ", "1"))
FLIPS = int(150 * FUZZ)
MANIFEST_KEYS = ("what", "format", "block_runs", "cells", "sessions")
CURES = ("Remove ", "remove ", "move it away")
SHORT = load_scenario("status-quo").with_weeks(2)
CELLS = [Cell(SHORT.with_levers(hotline=h), 7, 12, {"hotline": h}) for h in (0.25, 0.75)]
FAILED = Cell(SHORT, 8, 12, {"hotline": 0.5})


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Store:
    """Two finished cells, one that failed, and a table that an analysis found."""
    store = Store(tmp_path_factory.mktemp("small") / "study")
    run_study(CELLS, store, trajectories=True)
    store.add(FAILED)
    store.fail(FAILED, "FloatingPointError: no such luck")
    boxes = pd.DataFrame({"name": ["hotline"], "low": [0.25], "high": [0.75]})
    save_analysis(store.path, "boxes", boxes, {"outcome": "launch_days", "threshold": 1.5})
    return store


# --- bits ----------------------------------------------------------------------------------------


def everything(path: Path) -> dict[str, object]:
    """What each way to read a store returns, or the message of its error."""
    store, found = Store(path), {}
    for name, read in {
        "cells": store.cells,
        "errors": store.errors,
        "outcomes": store.outcomes,
        "one column": lambda: store.outcomes(columns=["launch_days"]),
        "weekly": store.weekly,
        "of": lambda: store.of(CELLS[0]),
        "about": lambda: store.about(CELLS[0].key),
        "manifest": lambda: {key: read_manifest(path).get(key) for key in MANIFEST_KEYS},
        "analyses": lambda: [(a.kind, a.asked, a.table.to_csv()) for a in load_analyses(path)],
    }.items():
        try:
            value = read()
        except OutputError as error:
            value = error
        if isinstance(value, OutputError):
            found[name] = value
        else:
            found[name] = value.to_csv() if isinstance(value, pd.DataFrame) else repr(value)
    return found


def flips(files: list[Path]) -> list[tuple[Path, int]]:
    """Bits of these files: the same ones each time, as many of each file."""
    luck = random.Random(19)
    return [
        (file, luck.randrange(8 * file.stat().st_size))
        for file in files
        for _ in range(FLIPS // len(files))
    ]


def flipped(good: bytes, bit: int) -> bytes:
    bad = bytearray(good)
    bad[bit // 8] ^= 1 << bit % 8
    return bytes(bad)


def test_no_flipped_bit_changes_what_is_read(small, tmp_path):
    study = tmp_path / "study"
    shutil.copytree(small.path, study)
    wanted, refused = everything(study), 0
    assert not any(isinstance(value, OutputError) for value in wanted.values())
    files = [
        path for path in sorted(study.rglob("*")) if path.suffix in (".parquet", ".json", ".csv")
    ]
    chosen = flips(files)
    for file, bit in chosen:
        good = file.read_bytes()
        file.write_bytes(flipped(good, bit))
        for name, value in everything(study).items():
            if isinstance(value, OutputError):
                assert str(file) in str(value), (file, bit, name)
                assert any(cure in str(value) for cure in CURES), value
                refused += 1
            else:
                assert value == wanted[name], (file, bit, name)
        file.write_bytes(good)
    assert refused > len(chosen)  # a flip in a file of outcomes is met by several ways to read


@pytest.mark.parametrize(
    ("ending", "read", "step"), [(".parquet", decode_table, 1), (".nc", decode_weeks, 11)]
)
def test_every_byte_of_a_binary_file_is_covered(small, ending, read, step):
    """Of weeks every eleventh: there are many, and one checksum covers all."""
    for path in small.folder(CELLS[0].key).glob(f"*{ending}"):
        good = path.read_bytes()
        read(path, good)
        for at in range(0, len(good), step):
            with pytest.raises(CorruptFile):
                read(path, good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1 :])


def test_no_flipped_bit_changes_the_weeks_that_are_read(small, tmp_path):
    study = tmp_path / "study"
    shutil.copytree(small.path, study)
    store, (file,) = Store(study), study.glob(f"cells/{CELLS[0].key}/*.nc")
    good = file.read_bytes()
    for _, bit in flips([file]):
        file.write_bytes(flipped(good, bit))
        with pytest.raises(OutputError, match="Lost are the weeks of runs 0 to 11") as error:
            store.trajectories(CELLS[0].key)
        assert str(file) in str(error.value) and "Remove it" in str(error.value)
    file.write_bytes(good)
    assert store.check() == [] and store.trajectories(CELLS[0].key)["run"].size == 12


def test_every_bit_of_a_manifest_is_told_or_changes_nothing(small, tmp_path):
    """A name of the checksum that was spoilt leaves a manifest without one, and all else as it was."""
    good = (small.path / "manifest.json").read_bytes()
    wanted, told = read_manifest(small.path), 0
    bits = range(0, 8 * len(good), 7)
    for bit in bits:
        (tmp_path / "manifest.json").write_bytes(flipped(good, bit))
        try:
            found = read_manifest(tmp_path)
        except OutputError:
            told += 1
        else:
            assert {key: found.get(key) for key in wanted} == wanted, bit
    assert told > 0.98 * len(bits)


def test_the_error_names_each_file_what_is_lost_and_a_cure_that_works(small, tmp_path):
    study = tmp_path / "study"
    shutil.copytree(small.path, study)
    store = Store(study)
    files = [store.folder(cell.key) / "000000000-000000012.parquet" for cell in CELLS]
    good = [file.read_bytes() for file in files]
    for file, data in zip(files, good, strict=True):
        file.write_bytes(data[:100] + b"?" + data[101:])
    with pytest.raises(OutputError) as error:
        store.outcomes()
    assert all(
        f"{file} cannot be read: its checksum does not match" in str(error.value) for file in files
    )
    assert str(error.value).endswith("\nRemove them, and the command that made the study makes them again; "
                                     "nothing else is lost.")  # fmt: skip
    with pytest.raises(
        OutputError, match=r"\nRemove it, and the command .* makes it again; nothing else"
    ):
        store.of(CELLS[0])
    assert "outcomes of runs 0 to 11" in str(error.value)
    for file in files:
        file.unlink()
    run_study(CELLS, store)
    assert [file.read_bytes() for file in files] == good


def test_of_many_spoilt_files_a_few_are_named(tmp_path):
    store = Store(tmp_path / "study")
    many = [Cell(SHORT.with_levers(hotline=n / 10), 7, 2) for n in range(8)]
    run_study(many, store)
    for file in store.path.glob("cells/*/*.weekly.parquet"):
        file.write_bytes(b"PAR1")
    with pytest.raises(OutputError) as error:
        store.weekly(cell.key for cell in many[:1])
    assert str(error.value).count("\n") == 1
    for file in store.path.glob("cells/*/*[0-9].parquet"):
        file.write_bytes(b"PAR1")
    with pytest.raises(OutputError) as error:
        store.outcomes()
    assert str(error.value).count("cannot be read") == 5
    assert "So are 3 more files" in str(error.value)


def test_a_file_under_another_name_is_not_read(small, tmp_path):
    study = tmp_path / "study"
    shutil.copytree(small.path, study)
    store = Store(study)
    here, there = (store.folder(cell.key) / "000000000-000000012.parquet" for cell in CELLS)
    shutil.copy(there, here)
    with pytest.raises(OutputError, match="holds another cell"):
        store.of(CELLS[0])
    shutil.copy(small.folder(CELLS[0].key) / here.name, here)
    for ending in ("parquet", "weekly.parquet"):
        file = store.folder(CELLS[0].key) / f"000000000-000000012.{ending}"
        file.rename(file.with_name(f"000000000-000000010.{ending}"))
    with pytest.raises(OutputError, match="holds other runs"):
        store.of(CELLS[0])


def test_weeks_under_another_name_are_not_read(small, tmp_path):
    study = tmp_path / "study"
    shutil.copytree(small.path, study)
    store = Store(study)
    here, there = (store.folder(cell.key) / "000000000-000000012.nc" for cell in CELLS)
    good = here.read_bytes()
    shutil.copy(there, here)
    with pytest.raises(
        OutputError, match=r"holds another cell.* Lost are the weeks of runs 0 to 11"
    ):
        store.trajectories(CELLS[0].key)
    here.unlink()
    with pytest.raises(OutputError, match="holds no weeks; make the study again with --weekly"):
        store.trajectories(CELLS[0].key)
    run_study(CELLS, store, trajectories=True)
    assert here.read_bytes() == good


def test_the_weeks_of_a_store_are_those_of_the_runs(tmp_path):
    """Of all its blocks, in the order of the runs."""
    store = Store(tmp_path / "study")
    cell = Cell(SHORT, 7, 12)
    run_study([cell], store, trajectories=True)
    (file,) = store.path.glob("cells/*/*.nc")
    alone = simulate(SHORT, 12, 7).dataset
    xr.testing.assert_equal(store.trajectories(cell.key), alone)
    assert store.trajectories(cell.key).attrs["seed"] == 7
    first, second = alone.isel(run=slice(0, 5)), alone.isel(run=slice(5, 12))
    named = file.with_name("000000000-000000005.nc"), file.with_name("000000005-000000012.nc")
    for path, part in zip(named, (first, second), strict=True):
        path.write_bytes(with_trailer(bytes(part.to_netcdf(engine="h5netcdf"))))
    xr.testing.assert_equal(read_weeks(named), alone)


def test_other_programs_read_weeks_with_their_checksum(small):
    """It follows the end of the data, where HDF5 does not look."""
    path = small.folder(CELLS[0].key) / "000000000-000000012.nc"
    with xr.open_dataset(path) as weeks:
        xr.testing.assert_equal(weeks, small.trajectories(CELLS[0].key))
    assert path.read_bytes().endswith(b'"}\n')


def test_merge_takes_a_good_file_in_the_place_of_a_spoilt_one(small, tmp_path):
    study = tmp_path / "study"
    shutil.copytree(small.path, study)
    store = Store(study)
    file = store.folder(CELLS[0].key) / "000000000-000000012.parquet"
    good = file.read_bytes()
    file.write_bytes(good[:-20])
    merged = store.merge(small.path)
    assert (merged.files, merged.differing, merged.spoilt) == (1, (), ())
    assert file.read_bytes() == good and store.check() == []


def test_weeks_that_were_spoilt_are_found_by_check(tmp_path):
    store = Store(tmp_path / "study")
    run_study(CELLS[:1], store, trajectories=True)
    (file,) = store.path.glob("cells/*/*.nc")
    assert store.check() == []
    good = file.read_bytes()
    with h5py.File(file) as weeks:
        at = weeks["tension"].id.get_chunk_info(0).byte_offset
    file.write_bytes(good[: at + 5] + bytes([good[at + 5] ^ 1]) + good[at + 6 :])
    (problem,) = store.check()
    assert str(file) in problem


# --- edited JSON ---------------------------------------------------------------------------------

WORDS = ("--weeks", "4", "--runs", "5", "--seed", "7")
SWEEP = ("sweep", "status-quo", "--vary", "us_threats=0:1:20", *WORDS)
RUN = ("run", "status-quo", "--quiet", *WORDS)
ROBUST = ("robust", "status-quo", "--policies", "lab-reassurance", "--theories", "presets", *WORDS)
SENSITIVITY = ("sensitivity", "status-quo", "--vary", "hotline", "--vary", "us_threats", "--samples", "2",
               "--no-sources", *WORDS)  # fmt: skip


def asked(*words: object) -> tuple[int, str, str]:
    """What a command answers: exit code, output, errors. A traceback fails the test."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    return end.value.code or 0, out.getvalue(), err.getvalue()


def commands(study: Path, more: Path) -> dict[str, tuple[object, ...]]:
    """Every command that reads a store."""
    return {
        "run": (*RUN, "--out", study),
        "run, longer": (*RUN[:-4], "--runs", "7", *RUN[-2:], "--out", study),
        "run, as CSV": (*RUN, "--csv", "--out", study),
        "run, until": (*RUN, "--until", "mcse=0.5", "--out", study),
        "sweep": (*SWEEP, "--out", study),
        "sensitivity": (*SENSITIVITY, "--out", study),
        "robust": (*ROBUST, "--out", study),
        "discover": ("discover", study, "--above", "50%"),
        "report": ("report", study, "--out", more / "page.html"),
        "figures": ("report", study, "--figures", more / "figures"),
        "merge from": ("merge", study, "--out", more / "all"),
        "merge into": ("merge", more / "other", "--out", study),
    }


@pytest.fixture(scope="module")
def studied(tmp_path_factory) -> tuple[Path, Path, dict[str, tuple[int, str, str]]]:
    """A store that several commands wrote, another one, and what each command answers."""
    where = tmp_path_factory.mktemp("studied")
    study, other = where / "study", where / "other"
    for words in (RUN, SWEEP, ROBUST, SENSITIVITY):
        assert asked(*words, "--out", study)[0] == 0
    assert asked("discover", study, "--above", "50%")[0] == 0
    store = Store(study)
    store.add(FAILED)
    store.fail(FAILED, "FloatingPointError: no such luck")
    assert asked(*RUN[:-2], "--seed", "9", "--out", other)[0] == 0
    answers = {}
    for name in commands(study, where):
        with fresh(study, other, tmp_path_factory.mktemp("answers")) as (copy, more):
            answers[name] = asked(*commands(copy, more)[name])
            assert answers[name][0] in (0, 1), answers[name]
    return study, other, answers


class fresh:
    """A copy of a store and a folder beside it, gone when done."""

    def __init__(self, study: Path, other: Path, where: Path):
        self.study, self.other, self.where = study, other, where

    def __enter__(self) -> tuple[Path, Path]:
        shutil.copytree(self.study, self.where / "study")
        shutil.copytree(self.other, self.where / "other")
        return self.where / "study", self.where

    def __exit__(self, *told: object) -> None:
        shutil.rmtree(self.where)


SCALARS = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, -1, 2**63, 10**400, 1.5, 1e308, float("inf"), float("nan")])
    | st.sampled_from(["", "x", "\u001b[31m", "\ud800", "\u0000", "../..", "9" * 300])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(value: object, here: tuple = ()) -> list[tuple]:
    """Where values stand in JSON, the root first."""
    below = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [here, *(place for key, item in below for place in places(item, (*here, key)))]


def edited(draw, text: str) -> str:
    """The JSON text with one edit: cut off, nested too deep, or one value gone, replaced or retyped."""
    how = draw(st.sampled_from(["cut", "deep", "delete", "delete", *["replace"] * 5]))
    if how == "cut":
        return text[: draw(st.integers(0, len(text) - 1))]
    if how == "deep":
        return '{"what": ' * 3000 + "1" + "}" * 3000
    root = json.loads(text)
    *before, last = draw(st.sampled_from(places(root)[1:]))
    value = root
    for step in before:
        value = value[step]
    if how == "delete":
        del value[last]
    else:
        value[last] = draw(VALUES)
    return json.dumps(root, indent=2)


def sealed(text: str) -> str:
    """The same with a checksum that matches, as if it had been written so."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(said, dict) or KEY not in said:
        return text
    said.pop(KEY)
    return with_checksum(json.dumps(said | {KEY: BLANK}, indent=2).encode()).decode()


@settings(
    max_examples=max(1, int(60 * FUZZ)),
    deadline=None,
    derandomize=FUZZ <= 1,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_edited_json_never_ends_in_a_traceback(studied, tmp_path_factory, data):
    study, other, answers = studied
    files = sorted(path.relative_to(study) for path in study.rglob("*.json"))
    kinds = sorted({path.name for path in files})
    kind = data.draw(st.sampled_from(kinds))
    name = data.draw(st.sampled_from([path for path in files if path.name == kind]))
    command = data.draw(st.sampled_from(sorted(answers)))
    forged = data.draw(st.booleans()) and kind in ("cell.json", "error.json")
    with fresh(study, other, tmp_path_factory.mktemp("edited")) as (copy, more):
        text = edited(data.draw, (study / name).read_text("utf-8"))
        (copy / name).write_text(sealed(text) if forged else text, "utf-8", errors="surrogatepass")
        code, out, err = asked(*commands(copy, more)[command])
    assert code in (0, 1, 2) and "Traceback" not in err
    if code == 2:
        assert str(copy / name) in err or name.name in err, err
        assert any(cure in err for cure in ("remove", "move it away", "choose another")), err
    elif not forged and name.name != "manifest.json" and "merge" not in command:
        assert (code, out) == answers[command][:2]
