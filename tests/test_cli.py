"""The command line: what it answers, what it refuses, and what it leaves alone."""

from __future__ import annotations

import errno
import importlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import scenario_sim
from scenario_sim import list_scenarios, load_scenario, simulate
from scenario_sim.cli.output import HEADER
from scenario_sim.outcomes import CAUSES, OUTCOMES, SUMMARY, summarise
from scenario_sim.parameters import SETTINGS
from scenario_sim.scenario_file import read_scenario
from scenario_sim.studies import Cell, Store

ROOT = Path(scenario_sim.__file__).parents[1]
NUMBERS = [outcome.name for outcome in OUTCOMES if not outcome.category]
SMALL = ("--runs", "40", "--weeks", "26", "--seed", "7")
# Levers as bad as they can be: far above a half over five years.
WORST = {
    **{"exercise_scale": 1.5, "strategic_assets": 1, "us_threats": 1, "engagement": 0},
    **{"rok_government": -1, "alliance_credibility": 0, "trilateral_cooperation": 1},
    **{"unilateral_sanctions": 1, "sanctions_enforcement": 0, "us_china_rivalry": 1},
    **{"russia_need": 1, "cyber_security": 0, "missile_defence": 0, "early_warning": 0},
    **{"hotline": 0, "launch_posture": 1, "programme_drive": 3, "domestic_pressure": 1},
    **{"exercise_sensitivity": 2},
}


def process(*words, **more) -> subprocess.Popen:
    """The command line as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "scenario_sim", *map(str, words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=environment, text=True, encoding="utf-8", **pipes | more)


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Everything below a folder, and when it was written."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): (p.read_bytes(), p.stat().st_mtime_ns) for p in files}


# --- light commands ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["check", "scenarios/status-quo.toml"],
        ["--help"],
        ["--version"],
        ["run", "--help"],
    ],
    ids=" ".join,
)
def test_light_commands_import_neither_mesa_nor_solara(words):
    script = (
        "import sys\nfrom scenario_sim.cli import main\n"
        "try:\n    main(sys.argv[1:])\nfinally:\n"
        "    print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not set(done.stderr.split()) & {"mesa", "solara", "pandas", "xarray", "pyarrow"}


def test_list_names_every_scenario_whole(ask):
    said = ask("list").out.split()
    assert set(list_scenarios()) <= set(said)


def test_show_tells_what_a_scenario_asks_and_where_it_differs(ask):
    said = ask("show", "surge-2022").out
    scenario = load_scenario("surge-2022")
    assert HEADER in said
    assert scenario.title in said
    assert "programme_drive; by default 1" in said
    assert all(change.note[:30] in said for change in scenario.changes)


def test_show_toml_is_a_file_to_build_on(ask, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(ask("show", "surge-2022", "--toml").out, "utf-8")
    assert load_scenario(file) == load_scenario("surge-2022")


def test_version_names_package_and_engine(ask):
    from scenario_sim.engine import engine_version

    assert ask("--version").out.split() == ["scenario-sim", engine_version()]


def test_schema_is_the_json_schema_of_a_file(ask):
    schema = ask("schema").json
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "levers" in schema["properties"]


def test_python_dash_m_is_the_same_command():
    out, _ = process("--version").communicate(timeout=60)
    assert out.startswith("scenario-sim ")


# --- parameters -------------------------------------------------------------------------------------


def test_parameters_hold_everything_there_is(ask):
    sections = ask("parameters", "--format", "json").json
    names = {
        row["name"] for key in ("levers", "hypotheses", "circumstances") for row in sections[key]
    }
    assert names == SETTINGS.keys()
    assert [row["name"] for row in sections["outcomes"]] == [outcome.name for outcome in OUTCOMES]
    cast = load_scenario("status-quo").cast
    assert [row["action"] for row in sections["actions"]] == list(cast.actions)
    assert [row["name"] for row in sections["coefficients"]] == list(cast.parameters)
    dataset = simulate(load_scenario("status-quo").with_weeks(1), runs=1).dataset
    assert {row["name"] for row in sections["quantities"]} | {"acts"} == set(dataset.data_vars)


def test_parameters_print_as_tables_and_as_markdown(ask):
    assert all(name in ask("parameters", "levers").out for name in ("hotline", "engagement"))
    markdown = ask("parameters", "outcomes", "--format", "markdown").out.strip().splitlines()
    assert markdown[0] == "## Outcomes"
    rows = markdown[2:]
    assert len(rows) == 2 + len(OUTCOMES)
    assert len({row.count(" | ") for row in rows}) == 1


def test_a_section_nobody_knows_is_answered_with_the_nearest(refused):
    assert "did you mean `levers`?" in refused("parameters", "lever")


# --- check ------------------------------------------------------------------------------------------


def test_check_tells_every_problem_of_every_file(ask, tmp_path):
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text('title = "x"\n[levers]\nhotlin = 1\nengagement = 7\n', "utf-8")
    second.write_text('title = "y"\nweeks = 0\n', "utf-8")
    answer = ask("check", first, "status-quo", second)
    assert answer.code == 2
    for piece in (str(first), "line 3", "`hotline`", "line 4", "engagement", str(second), "line 2"):
        assert piece in answer.err
    assert "status-quo: fine" in answer.out


def test_check_reads_standard_input(ask):
    assert "fine: x" in ask("check", "-", stdin=b'title = "x"\n').out


@pytest.mark.parametrize("stdin", [b"\xff\xfe\x00binary", b"", b"x" * 1_000_001, b"[[["])
def test_what_is_no_scenario_is_refused_at_standard_input(refused, stdin):
    assert "standard input" in refused("check", "-", stdin=stdin)


# --- a second look ----------------------------------------------------------------------------------

ODD = ("--set", "us_threats=0.9", "--set", "engagement=0.9")
AT_ONCE = "Threats of force and generous offers at the same time"


def test_settings_that_contradict_each_other_are_told_with_the_reason_beside_the_results(ask):
    for words in (("run", "status-quo", *SMALL), ("compare", "status-quo", *SMALL)):
        said = ask(*words, *ODD, "--json")
        assert AT_ONCE in said.err
        assert "a counterpart might believe neither." in " ".join(said.err.split())
        assert AT_ONCE not in said.out and said.json
        quiet = ask(*words, *ODD, "--json", "--quiet")
        assert quiet.err.strip() == HEADER
        assert quiet.out == said.out


def test_a_dated_change_is_told_with_its_day(ask):
    change = ("--change", "2026-11-02:exercise_scale=1.5")
    said = ask("compare", "status-quo", *SMALL, *change).err
    assert "from 2026-11-02: Exercise scale at 1.5, beyond what 2012-25 saw" in said


def test_a_file_is_its_authors_own_and_a_shipped_scenario_is_ours(ask, tmp_path):
    file = tmp_path / "odd.toml"
    file.write_text('title = "Odd"\n[levers]\nus_threats = 0.9\nengagement = 0.9\n', "utf-8")
    checked = ask("check", file)
    assert checked.code == 0
    assert f"Worth a second look (Odd):\n- {AT_ONCE}" in checked.err
    assert AT_ONCE in ask("compare", file, *SMALL, "--set", "hotline=0.8").err
    assert AT_ONCE not in ask("compare", "status-quo", file, *SMALL, "-q").err
    assert all(ask("check", name).err == "" for name in list_scenarios())


# --- bad options ------------------------------------------------------------------------------------


def test_a_misspelt_lever_is_answered_with_the_right_one(refused):
    assert "--set hotlin=0.9: there is no lever 'hotlin'; did you mean `hotline`?" in refused(
        "run", "status-quo", "--set", "hotlin=0.9"
    )


def test_all_bad_options_are_told_at_once_each_by_its_name(refused):
    said = refused(
        *("run", "status-qou", "--runs", 0, "--seed", -1, "--jobs", 0),
        *("--set", "hotlin=1", "--set", "hotline=7", "--set", "engagement=lots", "--set", "cyber"),
        *("--set", "hotline=nan", "--set", "hotline=inf"),
        *(
            "--change",
            "2027-13-01:hotline=1",
            "--change",
            "hotline=1",
            "--change",
            "2027-03-01:x=1",
        ),
    )
    for piece in (
        "`status-quo`?",
        "--runs: takes a whole number from 1 to",
        "--seed: takes a whole number from 0 to",
        "--jobs",
        "--set hotlin=1",
        "--set hotline=7: hotline takes a number from 0 to 1, not 7",
        "--set engagement=lots: engagement takes a number from 0 to 1, not 'lots'",
        "--set cyber: takes a lever and its value, as in",
        "--set hotline=nan",
        "--set hotline=inf",
        "--change 2027-13-01:hotline=1: takes a date",
        "--change hotline=1: takes DATE:LEVER=VALUE",
        "--change 2027-03-01:x=1: there is no lever 'x'",
    ):
        assert piece in said, piece


@pytest.mark.parametrize("day", ["2020-01-06", "2031-01-06"])
def test_a_change_outside_the_scenario_is_refused_by_its_option(refused, day):
    said = refused("run", "status-quo", "--change", f"{day}:hotline=1")
    assert f"--change {day}:hotline=1: {day} is" in said


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--runs", 10**12),
        ("--runs", 2**40 + 1),
        ("--runs", "many"),
        ("--seed", 2**63),
        ("--weeks", 0),
        ("--weeks", 10**6),
    ],
)
def test_numbers_that_cannot_be_are_refused_before_the_work(refused, monkeypatch, option, value):
    monkeypatch.setattr("scenario_sim.ensemble._run", lambda *_: pytest.fail("it began to work"))
    assert option in refused("run", "status-quo", option, value)


@pytest.mark.parametrize("run", [-1, 2**40])
def test_a_run_that_cannot_be_is_refused(refused, run):
    assert "--run: takes" in refused("replay", "status-quo", "--run", run)


def test_a_missing_file_is_refused(refused, tmp_path):
    assert "no such file" in refused("run", tmp_path / "nowhere.toml")


# --- run --------------------------------------------------------------------------------------------


def test_json_is_one_object_whose_names_are_the_codebooks(ask):
    said = ask("run", "status-quo", "--json", *SMALL)
    assert said.err.strip() == HEADER
    given = said.json
    wanted = simulate(load_scenario("status-quo").with_weeks(26), runs=40, seed=7)
    assert list(given) == ["scenario", "hash", "seed", "runs", "weeks", "engine", "outcomes"]
    assert {key: given[key] for key in wanted.provenance} == wanted.provenance
    assert list(given["outcomes"]) == [outcome.name for outcome in OUTCOMES]
    assert list(given["outcomes"]["confrontation_cause"]) == CAUSES
    table = summarise(wanted.outcomes)
    for name in NUMBERS:
        assert list(given["outcomes"][name]) == list(SUMMARY)
        for key, value in given["outcomes"][name].items():
            assert value == table.loc[name, key] or (
                value is None and np.isnan(table.loc[name, key])
            )


def test_several_scenarios_are_one_object_a_line(ask):
    names = ["status-quo", "freeze-for-freeze", "lab-reassurance"]
    lines = ask("run", *names, "--json", *SMALL).out.splitlines()
    assert [json.loads(line)["scenario"] for line in lines] == names


def test_what_no_future_has_is_null_and_never_nan(ask):
    said = ask("run", "lab-reassurance", "--json", "--runs", 1, "--weeks", 1)
    assert said.json["outcomes"]["confrontation_week"]["mean"] is None
    assert said.json["outcomes"]["launch_days"]["mcse"] is None


def test_set_holds_throughout_and_change_from_its_date_on(ask):
    answer = ask(
        *("run", "surge-2022", "--json", "--runs", 5, "--weeks", 40),
        *("--set", "russia_need=0.1", "--change", "2022-03-07:hotline=0.9"),
    )
    wanted = load_scenario("surge-2022").with_weeks(40).with_levers(russia_need=0.1)
    wanted = wanted.with_change(date="2022-03-07", hotline=0.9)
    assert answer.json["hash"] == wanted.hash


def test_a_scenario_may_come_from_standard_input(ask):
    text = b'extends = "status-quo"\ntitle = "Mine"\nweeks = 26\n[levers]\nhotline = 1.0\n'
    assert ask("run", "-", "--json", "--runs", 5, stdin=text).json["scenario"] == "Mine"


def test_a_person_reads_natural_frequencies_first(ask):
    said = ask("run", "status-quo", "--runs", 200, "--weeks", 52).out
    lines = said.splitlines()
    assert lines[0] == HEADER
    first = lines.index("Of 200 futures") + 1
    assert "see a direct confrontation drawn; expected from the hazards: about" in lines[first]
    assert "(model-dependent)" in " ".join(lines[first : first + 2])
    assert said.index("Of 200 futures") < said.index("mean_tension")
    assert all(name in said for name in NUMBERS)


def test_above_a_half_a_risk_is_no_number(ask):
    sets = [word for lever in WORST.items() for word in ("--set", "{}={}".format(*lever))]
    said = ask("run", "status-quo-five-years", "--runs", 60, *sets).out
    assert ">50 %, outside any observed range" in said.replace("\N{NO-BREAK SPACE}", " ")
    row = next(line for line in said.splitlines() if line.startswith("confrontation_risk"))
    assert row.split()[1:3] == [">50", "%"]


# --- what is kept -----------------------------------------------------------------------------------


@pytest.fixture
def kept(ask, tmp_path):
    """A store with one result in it: (its folder, the cell's folder, what was printed)."""
    answer = ask("run", "status-quo", "--json", *SMALL, "--weekly", "--out", tmp_path)
    (path,) = (tmp_path / "cells").iterdir()
    return tmp_path, path, answer


def test_a_result_is_complete_and_makes_itself_again(kept):
    folder, path, answer = kept
    told = json.loads((path / "cell.json").read_text("utf-8"))
    scenario = read_scenario(told["scenario"].encode())
    wanted = simulate(scenario, runs=40, seed=told["seed"])
    assert path.name == Cell(scenario, seed=7, runs=40).key
    table = pd.read_parquet(path / "000000000-000000040.parquet").set_index("run")
    assert set(table.pop("cell")) == {path.name}
    table["confrontation_cause"] = pd.Categorical(table["confrontation_cause"], CAUSES)
    pd.testing.assert_frame_equal(table, wanted.outcomes)
    with xr.open_dataset(path / "000000000-000000040.nc") as weekly:
        xr.testing.assert_equal(weekly.load(), wanted.dataset)
        codes = wanted.dataset["acts"].attrs["flag_meanings"]
        assert weekly["acts"].attrs["flag_meanings"] == codes
    assert {key: told[key] for key in ("hash", "seed", "weeks", "engine")} == {
        key: wanted.provenance[key] for key in ("hash", "seed", "weeks", "engine")
    }
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (session,) = manifest["sessions"]
    assert (session["ended"], session["runs_made"], session["failed"]) == ("done", 40, {})
    assert session["versions"]["numpy"] == np.__version__
    assert answer.json["hash"] == scenario.hash


def test_nothing_already_written_is_touched(ask, kept):
    folder, _, first = kept
    before = contents(folder)
    for weekly in ([], ["--weekly"]):
        again = ask("run", "status-quo", "--json", *SMALL, *weekly, "--out", folder)
        assert f"Already there, left as it is: {folder}" in again.err
        assert again.out == first.out
    assert contents(folder) == before


def test_more_runs_are_added_to_those_that_are_there(ask, kept, tmp_path_factory):
    folder, path, _ = kept
    more = ("run", "status-quo", "--json", "--weeks", 26, "--seed", 7, "--runs", 1050)
    again = ask(*more, "--out", folder)
    assert f"Written: {folder} (1,050 runs)" in again.err  # the short block is made anew, whole
    fresh = ask(*more, "--out", tmp_path_factory.mktemp("fresh"))
    assert again.out == fresh.out
    assert {file.name for file in path.glob("*[0-9].parquet")} == {
        "000000000-000001000.parquet", "000001000-000001050.parquet",
    }  # fmt: skip
    assert ask("run", "status-quo", "--json", *SMALL, "--out", folder).out == kept[2].out
    last = ask(*more[:-1], 2000, "--out", folder)
    assert "(1,000 runs; 1,000 were there already)" in last.err


def test_csv_holds_the_same_numbers(ask, kept, tmp_path_factory):
    folder = tmp_path_factory.mktemp("csv")
    words = ("run", "status-quo", "lab-reassurance", "--json", *SMALL, "--csv", "--out", folder)
    first = ask(*words)
    before = contents(folder)
    again = ask(*words)
    assert first.out == again.out
    assert first.out.splitlines()[0] == kept[2].out.strip()
    assert contents(folder) == before
    header = (folder / "outcomes.csv").read_text("utf-8").splitlines()[0]
    assert header.split(",") == ["cell", "run", *(outcome.name for outcome in OUTCOMES)]
    # Python's own parser gives back every digit, whichever pandas this is.
    table = pd.read_csv(folder / "outcomes.csv", engine="python")
    kept_ = Store(folder).outcomes()
    assert (table[NUMBERS].to_numpy(float) == kept_[NUMBERS].to_numpy(float))[
        kept_[NUMBERS].notna()
    ].all()
    weekly = pd.read_csv(folder / "weekly.csv")
    assert weekly.groupby(["cell", "quantity", "week"])["count"].sum().eq(40).all()


def test_an_incomplete_result_is_completed(ask, kept):
    folder, path, first = kept
    before = contents(folder)
    for ending in (".nc", ".weekly.parquet", ".parquet"):
        (path / f"000000000-000000040{ending}").unlink()
        again = ask("run", "status-quo", "--json", *SMALL, "--weekly", "--out", folder)
        assert f"Written: {folder}" in again.err
        assert again.out == first.out
    after = contents(folder)
    files = {name for name in before if name.startswith("cells/")}
    assert all(after[name][0] == before[name][0] for name in files)
    assert after.keys() == before.keys()


@pytest.mark.parametrize("manifest", ['{"files": {}, "engine": "another"}', "{", "[]", ""])
def test_what_else_lies_under_the_name_is_left_alone(refused, tmp_path, manifest):
    (tmp_path / "manifest.json").write_text(manifest, "utf-8")
    before = contents(tmp_path)
    assert "manifest.json" in refused("run", "status-quo", *SMALL, "--out", tmp_path)
    assert contents(tmp_path) == before


def test_keeping_without_a_folder_is_refused(refused):
    said = refused("run", "status-quo", "--csv", "--weekly", "--until", "mcse=-1")
    for piece in ("--csv: needs a folder", "--weekly: needs a folder", "--until mcse=-1: takes"):
        assert piece in said
    assert "did you mean `launch_days`" in refused(
        "run", "status-quo", "--until", "mcse(launch_day)=1"
    )


def test_runs_are_added_until_the_mean_is_precise_enough(ask, tmp_path):
    words = ("run", "lab-reassurance", "--weeks", 4, "--json", "--until", "mcse(launch_days)=0.02")
    kept = ask(*words, "--out", tmp_path, "--jobs", 1)
    passing = ask(*words)
    assert kept.out == passing.out
    given = kept.json
    assert 2000 < given["runs"] < 50_000
    assert given["outcomes"]["launch_days"]["mcse"] <= 0.02
    assert f"precise enough after {given['runs']:,} runs" in kept.err
    short = ask(*words, "--runs", 2000)
    assert short.json["runs"] == 2000
    assert "not as precise as asked after 2,000 runs" in short.err


@pytest.mark.parametrize("out", [True, False])
def test_what_fails_is_told_and_the_rest_go_on(ask, monkeypatch, tmp_path, out):
    from scenario_sim import ensemble

    real = ensemble._run

    def sometimes(work, *rest):
        if any(scenario.name == "lab-reassurance" for scenario in work.scenarios):
            raise FloatingPointError("no such luck")
        return real(work, *rest)

    names = ("status-quo", "lab-reassurance", "status-quo-five-years")
    words = ("run", *names, "--json", *SMALL, *(["--out", tmp_path] * out))
    monkeypatch.setattr(ensemble, "_run", sometimes)
    answer = ask(*words)
    assert answer.code == 1
    lines = [json.loads(line)["scenario"] for line in answer.out.splitlines()]
    assert lines == ["status-quo", "status-quo-five-years"]
    assert "failed: FloatingPointError: no such luck" in answer.err
    assert "1 of 3 failed" in answer.err
    if out:
        (error,) = (tmp_path / "cells").glob("*/error.json")
        assert json.loads(error.read_text("utf-8"))["error"] == "FloatingPointError: no such luck"
        monkeypatch.setattr(ensemble, "_run", real)
        mended = ask(*words)
        assert mended.code == 0
        assert len(mended.out.splitlines()) == 3
        assert not error.exists()


def test_shards_merge_into_one_store(ask, tmp_path):
    parts = [tmp_path / name for name in ("a", "b")]
    words = ("--weeks", 4, "--runs", 30)
    ask("run", "status-quo", "lab-reassurance", *words, "--seed", 1, "--out", parts[0])
    ask("run", "status-quo", *words, "--seed", 2, "--out", parts[1])
    before = [contents(part) for part in parts]
    answer = ask("merge", *parts, "--out", tmp_path / "all")
    assert answer.code == 0
    assert f"{tmp_path / 'all'}: 3 cells, 90 runs" in answer.out
    assert [contents(part) for part in parts] == before
    assert Store(tmp_path / "all").check() == []


def test_what_is_no_store_is_not_merged(refused, tmp_path):
    assert "no folder of results" in refused("merge", tmp_path, "--out", tmp_path / "all")


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_an_out_that_is_a_file_is_refused_before_the_work(refused, monkeypatch, tmp_path, below):
    monkeypatch.setattr("scenario_sim.ensemble._run", lambda *_: pytest.fail("it began to work"))
    file = tmp_path / "file"
    file.write_text("mine", "utf-8")
    said = refused("run", "status-quo", *SMALL, "--out", file / below)
    assert "--out" in said
    assert "name a folder" in said
    assert file.read_text("utf-8") == "mine"


def test_an_out_nobody_may_write_to_is_refused_before_the_work(refused, monkeypatch, tmp_path):
    monkeypatch.setattr("scenario_sim.ensemble._run", lambda *_: pytest.fail("it began to work"))

    def touch(path, *_args, **_more):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "touch", touch)
    said = refused("run", "status-quo", *SMALL, "--out", tmp_path)
    assert f"--out {tmp_path}: cannot be written to: Permission denied" in said


def test_too_little_disk_is_refused_before_the_work(refused, monkeypatch, tmp_path):
    monkeypatch.setattr("scenario_sim.ensemble._run", lambda *_: pytest.fail("it began to work"))
    free = SimpleNamespace(total=10**9, used=10**9 - 10**6, free=10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    said = refused("run", "status-quo", *SMALL, "--out", tmp_path)
    assert "too little room on the disk" in said
    assert "1 MB are free" in said


def test_a_disk_that_fills_up_leaves_nothing_half_written(refused, monkeypatch, tmp_path):
    real = os.fsync
    left = iter(range(4))  # two files and their names go down

    def full(file):
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(file)

    monkeypatch.setattr(os, "fsync", full)
    said = refused("run", "status-quo", *SMALL, "--out", tmp_path)
    assert "could not be written: No space left on device" in said
    assert "what was finished is kept" in said
    monkeypatch.undo()
    left_over = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert left_over == {"manifest.json", "cell.json"}


# --- stopping ---------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="a console signal of its own")
def test_ctrl_c_stops_cleanly_and_says_what_was_kept(tmp_path):
    words = ("run", "status-quo", "--runs", 40_000, "--out", tmp_path)
    at_work = process(*words, stdout=subprocess.DEVNULL)
    while not list(tmp_path.glob("cells/*/*[0-9].parquet")):
        assert at_work.poll() is None
        time.sleep(0.05)
    at_work.send_signal(signal.SIGINT)
    said = at_work.communicate(timeout=60)[1]
    assert at_work.returncode == 130
    runs = Store(tmp_path).cells()["runs"].sum()
    assert (
        f"Stopped. Kept, complete: {runs:,} runs in {tmp_path}; the same command goes on." in said
    )
    assert "Traceback" not in said
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert manifest["sessions"][0]["ended"] == "stopped"
    assert Store(tmp_path).check() == []


@pytest.mark.parametrize("done", [0, 1])
def test_ctrl_c_without_out_says_that_nothing_was_kept(ask, monkeypatch, done):
    from scenario_sim import ensemble

    left = iter([ensemble.simulate] * done)

    def interrupted(*args, **more):
        for work in left:
            return work(*args, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(ensemble, "simulate", interrupted)
    answer = ask("run", "status-quo", "lab-reassurance", *SMALL)
    assert answer.code == 130
    said = answer.err.strip()
    assert said == (
        "Stopped after 1 of 2; printed, but not kept: there was no --out."
        if done
        else "Stopped. Nothing was kept."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close in another way")
def test_a_reader_who_has_seen_enough_is_no_error():
    at_work = process("parameters", "--format", "markdown")
    at_work.stdout.readline()
    at_work.stdout.close()
    assert at_work.stderr.read() == ""
    at_work.wait(timeout=60)


# --- compare ----------------------------------------------------------------------------------------


def test_compare_pairs_the_policy_with_its_baseline(ask):
    words = ("--set", "hotline=0.9", "--change", "2026-10-05:engagement=1", "--runs", 60)
    given = ask("compare", "status-quo", *words, "--json").json
    base = load_scenario("status-quo")
    policy = base.with_levers(hotline=0.9).with_change(date="2026-10-05", engagement=1)
    wanted = scenario_sim.compare(base, policy, runs=60)
    assert (given["baseline"]["hash"], given["policy"]["hash"]) == (base.hash, policy.hash)
    assert list(given["outcomes"]) == [outcome.name for outcome in OUTCOMES]
    for name in NUMBERS:
        row = given["outcomes"][name]
        for column in wanted.table.columns:
            value = wanted.table.loc[name, column]
            assert row[column] == value or (row[column] is None and np.isnan(value))
        assert row["can_tell"] == wanted.can_tell(name)


def test_set_and_change_apply_to_the_policy_where_one_is_named(ask):
    words = ("compare", "status-quo-five-years", "freeze-for-freeze", "--set", "hotline=0.9")
    given = ask(*words, "--runs", 5, "--weeks", 26, "--json").json
    base, policy = load_scenario("status-quo-five-years"), load_scenario("freeze-for-freeze")
    assert given["baseline"]["hash"] == base.with_weeks(26).hash
    assert given["policy"]["hash"] == policy.with_weeks(26).with_levers(hotline=0.9).hash


def test_too_few_to_tell_is_said_where_it_is_so(ask):
    said = ask("compare", "status-quo", "--set", "hotline=0.9", "--runs", 60).out
    rows = {line.split()[0]: line for line in said.splitlines() if line.strip()}
    assert "too few to tell" in rows["confrontation"]
    assert "no change" in rows["launch_days"]
    assert said.startswith(HEADER)
    assert "Hotline: 0.1 -> 0.9" in said


def test_nothing_to_compare_with_is_refused(refused):
    assert "--set" in refused("compare", "status-quo")


def test_futures_without_pairs_are_refused(refused):
    said = refused("compare", "status-quo", "freeze-for-freeze", "--runs", 5)
    assert "weeks: 260 here, 104 there" in said


# --- app --------------------------------------------------------------------------------------------


@pytest.fixture
def server(monkeypatch):
    """Solara's door, held shut: what it was asked for, and what it would have found set."""
    asked = SimpleNamespace(arguments=None, telemetry=None)

    def serve(args, **_more):
        asked.arguments = args
        asked.telemetry = os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"]
        raise KeyboardInterrupt

    door = SimpleNamespace(cli=SimpleNamespace(main=serve))
    load = importlib.import_module
    monkeypatch.setattr(
        importlib, "import_module", lambda name: door if name == "solara.__main__" else load(name)
    )
    monkeypatch.delenv("SOLARA_TELEMETRY_MIXPANEL_ENABLE", raising=False)
    monkeypatch.delenv("NO_OPEN", raising=False)
    return asked


def test_app_serves_the_page_from_this_machine_and_tells_nobody(ask, server):
    answer = ask("app", "--port", 0)
    assert answer.code == 0
    assert answer.err.splitlines()[-1] == "Stopped."
    command, page, *options = server.arguments
    assert (command, Path(page).name) == ("run", "app.py")
    assert options[options.index("--host") + 1] == "127.0.0.1"
    assert "--no-open" not in options
    assert server.telemetry == "False"
    assert os.environ.pop("SOLARA_TELEMETRY_MIXPANEL_ENABLE") == "False"


def test_app_opens_no_browser_where_told_so(ask, server, monkeypatch):
    ask("app", "--port", 0, "--no-open")
    assert "--no-open" in server.arguments
    monkeypatch.setenv("NO_OPEN", "1")
    ask("app", "--port", 0)
    assert "--no-open" in server.arguments


def test_app_takes_the_next_port_and_says_so(ask, server):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = ask("app", "--port", port).err
    used = int(server.arguments[server.arguments.index("--port") + 1])
    assert port < used <= port + 20
    assert f"Port {port} is taken; using {used}." in said


@pytest.mark.parametrize("words", [("--port", "70000"), ("--host", "203.0.113.7")])
def test_an_address_that_cannot_be_is_refused(refused, server, words):
    assert words[0] in refused("app", *words)


@pytest.mark.slow
def test_the_app_starts_and_serves_without_a_warning():
    served = process("app", "--no-open", "--port", 0)
    try:
        for line in served.stderr:
            if "simulator is at" in line:
                port = line.split("localhost:")[1].split()[0]
                break
        page = b""
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                    page = answer.read()
                break
            except OSError:
                time.sleep(0.25)
    finally:
        served.terminate()
        _, err = served.communicate(timeout=60)
    assert b"solara" in page
    assert "Warning" not in err, err
