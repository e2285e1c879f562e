"""`run` and `merge`: printed summaries, saved results, and how they stop."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from asking import HEAVY, SMALL, modules_of, process

from scenario_sim import list_scenarios, load_scenario, simulate
from scenario_sim.reporting.messages import DISCLAIMER
from scenario_sim.scenario.files import read_scenario
from scenario_sim.simulation.engine import engine_version
from scenario_sim.simulation.outcomes import (
    CAUSE_LABELS,
    OUTCOMES,
    SUMMARY_COLUMNS,
    summarise_outcomes,
)
from scenario_sim.studies import Cell, Store

NUMBERS = [outcome.name for outcome in OUTCOMES if not outcome.category]
# Levers as bad as they can be: far above a half over five years.
WORST = {
    **{"exercise_scale": 1.5, "strategic_assets": 1, "us_threats": 1, "engagement": 0},
    **{"rok_government": -1, "alliance_credibility": 0, "trilateral_cooperation": 1},
    **{"unilateral_sanctions": 1, "sanctions_enforcement": 0, "us_china_rivalry": 1},
    **{"russia_need": 1, "cyber_security": 0, "missile_defence": 0, "early_warning": 0},
    **{"hotline": 0, "launch_posture": 1, "programme_drive": 3, "domestic_pressure": 1},
    **{"exercise_sensitivity": 2},
}


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Everything below a folder, and when it was written."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): (p.read_bytes(), p.stat().st_mtime_ns) for p in files}


# --- run --------------------------------------------------------------------------------------------


def test_json_is_one_object_whose_names_are_the_codebooks(ask):
    said = ask("run", "status-quo", "--json", *SMALL)
    assert said.err.strip() == DISCLAIMER
    given = said.json
    wanted = simulate(load_scenario("status-quo").with_weeks(26), runs=40, seed=7)
    assert list(given)[-6:] == ["hash", "seed", "runs", "weeks", "confidence", "outcomes"]
    assert {key: given[key] for key in wanted.provenance} == wanted.provenance
    assert list(given["outcomes"]) == [outcome.name for outcome in OUTCOMES]
    assert list(given["outcomes"]["confrontation_cause"]) == CAUSE_LABELS
    table = summarise_outcomes(wanted.outcomes)
    for name in NUMBERS:
        assert list(given["outcomes"][name]) == list(SUMMARY_COLUMNS)
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
    assert lines[0] == DISCLAIMER
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
    table["confrontation_cause"] = pd.Categorical(table["confrontation_cause"], CAUSE_LABELS)
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


def test_what_is_there_is_told_again_without_loading_the_model(ask, tmp_path):
    modules_of(["--version"])  # traces the model once, and notes its fingerprint
    for words in ([*SMALL], [*SMALL, "--json"], [*SMALL, "--json", "--until", "mcse=0.1"]):
        words = ["run", "status-quo", "lab-reassurance", *words, "--out", tmp_path]
        first = ask(*words)
        again, loaded = modules_of(words)
        assert f"Already there, left as it is: {tmp_path}" in again.stderr
        assert again.stdout == first.out
        assert not loaded & HEAVY


@pytest.mark.parametrize("summary", ["{", "[]", '{"cells": 1}', '{"KEY": {"asked": [40]}}'])
def test_what_is_told_again_is_made_of_the_results_and_may_be_lost(ask, kept, summary):
    folder, path, first = kept
    for damage in (lambda file: file.write_text(summary.replace("KEY", path.name)), Path.unlink):
        damage(folder / "summary.json")
        again = ask("run", "status-quo", "--json", *SMALL, "--out", folder)
        assert again.out == first.out
        assert path.name in (folder / "summary.json").read_text("utf-8")


def test_a_block_that_is_gone_is_not_told_but_made_again(ask, kept):
    folder, path, first = kept
    (path / "000000000-000000040.parquet").unlink()
    again = ask("run", "status-quo", "--json", *SMALL, "--out", folder)
    assert "(40 runs)" in again.err and again.out == first.out


def test_of_many_scenarios_each_has_a_line(ask):
    names = list_scenarios()[:11]
    lines = ask("run", *names, "--runs", 2, "--weeks", 2, "--quiet").out.splitlines()
    titles = [load_scenario(name).title for name in names]
    assert [title[:20] for title in titles] == [line[:20].strip() for line in lines[-11:]]


def test_more_runs_are_added_to_those_that_are_there(ask, kept, tmp_path_factory):
    folder, path, _ = kept
    more = ("run", "status-quo", "--json", "--weeks", 26, "--seed", 7, "--runs", 2050)
    again = ask(*more, "--out", folder)
    assert f"Written: {folder} (2,050 runs)" in again.err  # the short block is made anew, whole
    fresh = ask(*more, "--out", tmp_path_factory.mktemp("fresh"))
    assert again.out == fresh.out
    assert {file.name for file in path.glob("*[0-9].parquet")} == {
        "000000000-000002000.parquet", "000002000-000002050.parquet",
    }  # fmt: skip
    assert ask("run", "status-quo", "--json", *SMALL, "--out", folder).out == kept[2].out
    last = ask(*more[:-1], 4000, "--out", folder)
    assert "(2,000 runs; 2,000 were there already)" in last.err


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
    (row,) = given["precision"]
    assert row["metric"] == "launch_days" and row["converged"] and row["half"] <= row["wanted"]
    assert f"{given['runs']:,} runs: launch_days" in kept.err and ", converged" in kept.err
    assert ask(*words, "--out", tmp_path).out == kept.out
    short = ask(*words, "--runs", 2000)
    assert short.json["runs"] == 2000
    assert "2,000 runs: launch_days" in short.err and "not converged" in short.err
    assert not short.json["precision"][0]["converged"]


def test_scenarios_are_compared_with_the_first_one_until_their_ratio_is_precise(ask, refused):
    words = ("--weeks", 4, "--json", "--until", "half(ratio(launch_days))=5%")
    first, second = map(
        json.loads, ask("run", "status-quo", "lab-reassurance", *words).out.splitlines()
    )
    assert "precision" not in first and second["precision"][0]["converged"]
    assert "name two, or use `compare`" in refused("run", "status-quo", *words)


@pytest.mark.parametrize("out", [True, False])
def test_what_fails_is_told_and_the_rest_go_on(ask, monkeypatch, tmp_path, out):
    from scenario_sim.simulation import ensemble

    real = ensemble.runner_of

    def sometimes(scenario):
        if scenario.name == "lab-reassurance":
            raise FloatingPointError("no such luck")
        return real(scenario)

    names = ("status-quo", "lab-reassurance", "status-quo-five-years")
    words = ("run", *names, "--json", *SMALL, *(["--out", tmp_path] * out))
    monkeypatch.setattr(ensemble, "runner_of", sometimes)
    answer = ask(*words)
    assert answer.code == 1
    lines = [json.loads(line)["scenario"] for line in answer.out.splitlines()]
    assert lines == ["status-quo", "status-quo-five-years"]
    assert "failed: FloatingPointError: no such luck" in answer.err
    assert "1 of 3 failed" in answer.err
    if out:
        (error,) = (tmp_path / "cells").glob("*/error.json")
        assert json.loads(error.read_text("utf-8"))["error"] == "FloatingPointError: no such luck"
        monkeypatch.setattr(ensemble, "runner_of", real)
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
    told = ask("merge", *parts, "--out", tmp_path / "all", "--json").json
    assert (told["cells"], told["runs"], told["engines"]) == (3, 90, [engine_version()])
    assert [(one["cells"], one["files"]) for one in told["folders"]] == [(2, 0), (1, 0)]


def test_a_file_that_a_disk_has_spoilt_is_named_and_made_again(ask, refused, tmp_path):
    study, words = (
        tmp_path / "study",
        ("sweep", "status-quo", "--vary", "hotline=0:1:3", "--runs", 5),
    )
    first = ask(*words, "--weeks", 2, "--out", study)
    spoilt = sorted(study.glob("cells/*/*[0-9].parquet"))[0]
    good = spoilt.read_bytes()
    spoilt.write_bytes(good[:99])
    for again in ((*words, "--weeks", 2, "--out", study), ("discover", study, "--above", "90%")):
        assert f"{spoilt} cannot be read" in refused(*again)
    merged = ask("merge", study, "--out", tmp_path / "all")
    assert merged.code == 1 and f"left out. The first: {spoilt}" in merged.err
    assert "3 cells, 10 runs" in merged.out and Store(tmp_path / "all").check() == []
    spoilt.unlink()
    assert ask(*words, "--weeks", 2, "--out", study).out == first.out
    assert spoilt.read_bytes() == good


def test_what_is_no_store_is_not_merged(refused, tmp_path):
    assert "no folder of results" in refused("merge", tmp_path, "--out", tmp_path / "all")


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_an_out_that_is_a_file_is_refused_before_the_work(refused, monkeypatch, tmp_path, below):
    monkeypatch.setattr(
        "scenario_sim.simulation.ensemble.runner_of", lambda _: pytest.fail("it began to work")
    )
    file = tmp_path / "file"
    file.write_text("mine", "utf-8")
    said = refused("run", "status-quo", *SMALL, "--out", file / below)
    assert "--out" in said
    assert "name a folder" in said
    assert file.read_text("utf-8") == "mine"


def test_an_out_without_permission_is_refused_before_the_work(refused, monkeypatch, tmp_path):
    monkeypatch.setattr(
        "scenario_sim.simulation.ensemble.runner_of", lambda _: pytest.fail("it began to work")
    )

    def refuse(**_more):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path))

    monkeypatch.setattr("scenario_sim.cli.options.TemporaryFile", refuse)
    said = refused("run", "status-quo", *SMALL, "--out", tmp_path)
    assert f"--out {tmp_path}: cannot be written to: Permission denied" in said


def test_too_little_disk_is_refused_before_the_work(refused, monkeypatch, tmp_path):
    monkeypatch.setattr(
        "scenario_sim.simulation.ensemble.runner_of", lambda _: pytest.fail("it began to work")
    )
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
        f"Stopped. Saved: {runs:,} complete runs in {tmp_path}; the same command resumes." in said
    )
    assert "Traceback" not in said
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert manifest["sessions"][0]["ended"] == "stopped"
    assert Store(tmp_path).check() == []


@pytest.mark.parametrize("done", [0, 1])
def test_ctrl_c_without_out_says_that_nothing_was_kept(ask, monkeypatch, done):
    from scenario_sim.simulation import ensemble

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
        "Stopped after 1 of 2; printed, but not saved: there was no --out."
        if done
        else "Stopped. Nothing was saved."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close in another way")
def test_a_closed_pipe_is_no_error():
    at_work = process("parameters", "--format", "markdown")
    at_work.stdout.readline()
    at_work.stdout.close()
    assert at_work.stderr.read() == ""
    at_work.wait(timeout=60)
