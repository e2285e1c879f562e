"""An archive holds all that it takes to make the same bytes again, and says what each file is."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scenario_sim import load_scenario
from scenario_sim.data.states.loader import SHIPPED_FOLDER
from scenario_sim.errors import OutputError
from scenario_sim.reporting.archive.metadata import METADATA_FILE
from scenario_sim.reporting.archive.reproduce import check_checksums, reproduce
from scenario_sim.reporting.archive.writer import MANIFEST, write_archive
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies import Cell, load_study, run_study, run_study_file, sweep

STUDY = """
title = "A hotline from a file"
scenario = "./mine.toml"
runs = 5
outcomes = ["launch_days"]
analyses = [{ kind = "sensitivity", outcome = "launch_days" }]
design = { kind = "saltelli", samples = 8 }
[[factors]]
input = "hotline"
[[factors]]
input = "us_threats"
"""


def unpacked(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    """A study file whose scenario lies in a file of its own; that folder is gone when it is packed."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "mine.toml").write_text('extends = "status-quo"\ntitle = "Mine"\nweeks = 6\n')
    (elsewhere / "study.toml").write_text(STUDY)
    out = tmp_path_factory.mktemp("study") / "hotline"
    run_study_file(load_study(elsewhere / "study.toml"), out)
    shutil.rmtree(elsewhere)
    packed = out.with_suffix(".zip")
    licence = "https://creativecommons.org/licenses/by/4.0/"
    write_archive(out, packed, title="A hotline", authors=["A. Person"], licence=licence)
    return packed


@pytest.fixture(scope="module")
def crate(archive, tmp_path_factory) -> Path:
    return unpacked(archive, tmp_path_factory.mktemp("crate"))


def test_the_software_in_the_archive_makes_the_same_bytes_in_an_empty_folder(crate, tmp_path):
    """Another person installs the wheel of the archive; nothing of this folder is on the path."""
    (wheel,) = (crate / "software").glob("*.whl")
    unpacked(wheel, tmp_path / "installed")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed"), "PYTHONSAFEPATH": "1"}
    command = [
        sys.executable,
        "-m",
        "scenario_sim",
        "reproduce",
        crate,
        "--out",
        tmp_path / "again",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    results = [*(crate / "study/cells").glob("*/*.parquet"), crate / "study/results.csv",
               *(crate / "study/analyses").glob("*.csv")]  # fmt: skip
    assert f"{len(results)} files of results are the same, byte for byte" in done.stdout
    assert "differ" not in done.stderr and "not made again" not in done.stderr
    where = subprocess.run(
        [sys.executable, "-c", "import scenario_sim; print(scenario_sim.__file__)"],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert where.stdout.startswith(str(tmp_path))


def test_json_names_the_files_packed_and_what_came_of_repeating_them(ask, archive, tmp_path):
    packed = ask("archive", archive.with_suffix(""), "--out", tmp_path / "a.zip", "--json").json
    crate = unpacked(tmp_path / "a.zip", tmp_path / "crate")
    assert packed["bytes"] == (tmp_path / "a.zip").stat().st_size
    for file in packed["files"]:
        data = (crate / file["name"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    (crate / "study/results.csv").write_text("another result")
    wrong = {line for line in (crate / MANIFEST).read_text().splitlines() if "results.csv" in line}
    digest = hashlib.sha256(b"another result").hexdigest()
    manifest = (crate / MANIFEST).read_text().replace(*wrong, f"{digest}  study/results.csv")
    (crate / MANIFEST).write_text(manifest)
    said = ask("reproduce", crate, "--out", tmp_path / "again", "--json")
    assert said.code == 1 and "1 files differ: results.csv" in said.err
    told = said.json
    assert told["differing"] == ["results.csv"] and told["engine"] == engine_version()
    assert told["checked"] == len(packed["files"]) and told["runs"] > 0 and told["same"] > 0


def test_equal_studies_give_equal_archives(archive, tmp_path):
    study = archive.with_suffix("")
    licence = "https://creativecommons.org/licenses/by/4.0/"
    again = tmp_path / "again.zip"
    write_archive(study, again, title="A hotline", authors=["A. Person"], licence=licence)
    assert again.read_bytes() == archive.read_bytes()


def test_every_file_has_its_checksum_and_a_changed_or_missing_one_is_named(crate, tmp_path):
    listed = [line.split("  ")[1] for line in (crate / MANIFEST).read_text().splitlines()]
    packed = {p.relative_to(crate).as_posix() for p in crate.rglob("*") if p.is_file()}
    assert set(listed) == packed - {MANIFEST}
    assert check_checksums(crate) == len(listed)
    spoilt = tmp_path / "spoilt"
    shutil.copytree(crate, spoilt)
    (spoilt / "study/results.csv").write_text("0")
    (spoilt / "citation.bib").unlink()
    with pytest.raises(
        OutputError, match=r"citation.bib: is missing\nstudy/results.csv: was changed"
    ):
        reproduce(spoilt, tmp_path / "again")


def test_a_manifest_names_no_file_outside_of_its_folder(crate, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    digest = hashlib.sha256(b"").hexdigest()
    (copy / MANIFEST).write_text(f"{digest}  ../other\n{digest}  /etc/hostname\n")
    with pytest.raises(OutputError, match=r"line 1: is no checksum.*\n.*line 2: is no checksum"):
        check_checksums(copy)


def test_the_metadata_are_an_ro_crate_whose_parts_exist(crate):
    told = json.loads((crate / METADATA_FILE).read_text("utf-8"))
    assert told["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    entities = {entity["@id"]: entity for entity in told["@graph"]}
    assert len(entities) == len(told["@graph"])
    descriptor, root = entities[METADATA_FILE], entities["./"]
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert descriptor["about"] == {"@id": "./"}
    assert root["name"] == "A hotline" and root["license"]["@id"].endswith("/by/4.0/")
    assert entities[root["author"][0]["@id"]]["name"] == "A. Person"
    for part in root["hasPart"]:
        entity = entities[part["@id"]]
        assert entity["description"], part
        if entity["@type"] == "File":
            data = (crate / entity["@id"]).read_bytes()
            assert entity["sha256"] == hashlib.sha256(data).hexdigest()
            assert entity["contentSize"] == str(len(data))
        else:
            assert (crate / entity["@id"]).is_dir()
    action = entities["#run"]
    assert entities[action["instrument"]["@id"]]["version"] == engine_version()
    for thing in (*action["object"], *action["result"]):
        assert thing["@id"] in entities
    kinds = {part["@id"].partition("/")[0] for part in root["hasPart"]}
    assert kinds >= {
        "study",
        "scenarios",
        "states",
        "record",
        "software",
        "environment",
        "README.md",
    }


def test_the_readme_holds_the_methods_and_the_environment_names_versions(crate):
    readme = (crate / "README.md").read_text("utf-8")
    assert "a Saltelli design of 32 points (8 samples)" in readme
    assert "scenario-sim reproduce . --out again" in readme
    pinned = (crate / "environment/requirements.txt").read_text().splitlines()
    names = {line.partition("==")[0] for line in pinned}
    assert {"numpy", "mesa", "llvmlite", "salib", "pyarrow"} <= names
    assert not {"pytest", "scenario-sim"} & names


def test_own_states_travel_along(tmp_path):
    states = tmp_path / "own"
    shutil.copytree(SHIPPED_FOLDER, states)
    japan = states / "japan.toml"
    renamed = japan.read_text("utf-8").replace('name = "Japan"', 'name = "Nippon"', 1)
    japan.write_text(renamed, "utf-8")
    (tmp_path / "mine.toml").write_text('title = "Mine"\nweeks = 3\nstates = "own"\n')
    world = load_scenario(str(tmp_path / "mine.toml"))
    assert world.cast["Japan"].name == "Nippon"
    run_study([Cell(world, seed=1, runs=4)], tmp_path / "study", trajectories=True)
    write_archive(tmp_path / "study", tmp_path / "own.zip")
    shutil.rmtree(states)
    found = reproduce(unpacked(tmp_path / "own.zip", tmp_path / "crate"), tmp_path / "again")
    assert (found.runs, found.same, found.differing) == (4, 3, ())
    assert "no study file" in found.left_out


def test_a_study_of_another_engine_is_not_packed_with_this_one(tmp_path, monkeypatch, ask):
    sweep(
        load_scenario("status-quo").with_weeks(2), ["hotline=0:1:2"], runs=2, out=tmp_path / "study"
    )
    from scenario_sim.reporting.archive import writer

    monkeypatch.setattr(writer, "engine_version", lambda: "0.1.0+00000000")
    said = ask("archive", tmp_path / "study", "--out", tmp_path / "study.zip")
    assert said.code == 2
    assert "was made by engine" in said.err and "Run the study again" in said.err
    assert not (tmp_path / "study.zip").exists()


def test_wrong_options_are_told(refused, tmp_path):
    assert "holds no results" in refused("archive", tmp_path, "--out", "x.zip")
    packed = tmp_path / "study.zip"
    packed.write_bytes(b"PK")
    for crate, told in (
        (tmp_path, "it holds no manifest-sha256.txt"),
        (packed, "it is a file; unpack it into a folder"),
        (tmp_path / "nosuch", "there is no such folder"),
    ):
        said = refused("reproduce", crate, "--out", tmp_path / "again")
        assert "is no unpacked archive" in said and told in said
