"""Options that commands share: which command takes which, and that they do what they say."""

from __future__ import annotations

import json

import pandas as pd
import pytest
import typer
from asking import SMALL

from scenario_sim import compare, load_scenario
from scenario_sim.cli import options
from scenario_sim.cli.commands import app
from scenario_sim.studies import Store, Until, compare_in_store

ENSEMBLES = {"run", "compare"}
STUDIES = {"study", "sweep", "sensitivity", "robust", "search"}
SHORT_FORMS = STUDIES - {"study"}
RECORD = {
    "replay",
    "whatif",
    "lecture",
    "record",
    "facts",
    "backtest",
    "outlook",
    "theories",
    "calibrate",
}

# Which command takes which shared option. A new option, or a new command, changes this table.
TABLE = {
    "--runs": ENSEMBLES | SHORT_FORMS | {"whatif", "lecture", "lesson", "play", "facts", "backtest",
                                         "outlook", "claims", "calibrate"},
    "--seed": ENSEMBLES | SHORT_FORMS | {"replay", "whatif", "lecture", "lesson", "play", "facts",
                                         "backtest", "outlook", "claims", "calibrate"},
    "--run": {"replay", "whatif", "play"},
    "--set": ENSEMBLES | SHORT_FORMS | {"replay", "backtest"},
    "--change": ENSEMBLES | SHORT_FORMS | {"replay"},
    "--act": {"replay"},
    "--weeks": ENSEMBLES | SHORT_FORMS | {"replay", "play"},
    "--outcome": {"sweep", "sensitivity", "discover", "robust", "report"},
    "--out": ENSEMBLES | STUDIES | {"merge", "report", "calibrate", "archive", "reproduce"},
    "--csv": {"run"} | STUDIES,
    "--weekly": {"run"} | STUDIES,
    "--until": ENSEMBLES,
    "--theories": {"compare", "whatif", "robust", "search"},
    "--parameters": ENSEMBLES | {"backtest"},
    "--jobs": ENSEMBLES | STUDIES | {"claims", "calibrate", "reproduce"},
    "--cluster": ENSEMBLES | STUDIES | {"reproduce"},
    "--record": ENSEMBLES | STUDIES | RECORD | {"archive"},
    "--plugin": ENSEMBLES | STUDIES | {"replay", "whatif", "parameters", "reproduce"},
    "--report": ENSEMBLES,
    "--print-study": {"sweep", "sensitivity", "robust"},
    "--json": ENSEMBLES | STUDIES | RECORD | {"list", "show", "check", "lessons", "claims", "discover", "doctor",
                                              "merge", "methods", "cite", "archive", "reproduce"},
    "--quiet": ENSEMBLES | {"check"},
}  # fmt: skip


def commands() -> dict[str, set[str]]:
    """Every command with the flags that it takes."""
    found = typer.main.get_command(app).commands
    return {name: {flag for p in one.params for flag in p.opts} for name, one in found.items()}


def declared() -> set[str]:
    """The flags that cli/options.py declares."""
    flags = set()
    for value in vars(options).values():
        for one in getattr(value, "__metadata__", ()):
            flags |= {getattr(one, "default", ""), *(getattr(one, "param_decls", None) or ())}
    return {flag for flag in flags if str(flag).startswith("--")}


def test_each_command_takes_the_shared_options_of_the_table():
    taken = {flag: {name for name, flags in commands().items() if flag in flags} for flag in TABLE}
    assert taken == TABLE


def test_each_declared_option_stands_in_the_table():
    assert declared() == TABLE.keys()


# --- compare ---------------------------------------------------------------------------------------------

POLICY = ("compare", "status-quo", "--set", "engagement=0.9", "--weeks", 26, "-q", "--json")


@pytest.fixture(scope="module")
def pair():
    base = load_scenario("status-quo").with_weeks(26)
    return base, base.with_levers(engagement=0.9)


def test_a_comparison_that_is_kept_says_what_it_says_in_memory_and_is_resumed(ask, tmp_path):
    words = (*POLICY, "--runs", 40)
    alone, kept = ask(*words), ask(*words, "--out", tmp_path)
    assert kept.out == alone.out
    assert "Written" in kept.err and len(Store(tmp_path).cells()) == 2
    again = ask(*words, "--out", tmp_path, "--jobs", 2)
    assert again.out == alone.out and "Already there" in again.err


def test_a_comparison_grows_until_its_difference_is_precise(ask, pair, tmp_path):
    said = ask(*POLICY, "--until", "mcse(talks_weeks)=0.05", "--out", tmp_path)
    told = said.json
    row = told["outcomes"]["talks_weeks"]
    error = (row["high"] - row["low"]) / (2 * 1.959964)
    assert error <= 0.05 and told["runs"] > 1000
    assert "difference(talks_weeks)" in said.err and ", converged" in said.err
    until = Until.parse("mcse(talks_weeks)=0.05")
    found, summary = compare_in_store(*pair, tmp_path, 1_000_000, until=until)
    assert found.baseline.runs.size == told["runs"] and summary.runs_made == 0
    (precision,) = told["precision"]
    assert precision["half"] == pytest.approx(1.959964 * error, rel=1e-5)


def test_the_largest_number_of_runs_ends_a_comparison_that_stays_rough(ask):
    said = ask(*POLICY, "--until", "mcse(talks_weeks)=0.0001", "--runs", 1500)
    assert said.json["runs"] == 1500
    assert "not converged" in said.err
    assert not said.json["precision"][0]["converged"]


def test_stored_sides_are_the_sides_that_python_compares(pair, tmp_path):
    found, summary = compare_in_store(*pair, tmp_path, 40, 7, weekly=True)
    pd.testing.assert_frame_equal(found.table, compare(*pair, 40, 7).table)
    assert summary.runs_made == 80
    assert all(Store(tmp_path).trajectories(key).sizes["run"] == 40 for key in summary.cells)


def test_a_comparison_under_draws_of_coefficients_pairs_each_draw(ask):
    words = (
        "compare",
        "status-quo",
        "--weeks",
        20,
        "--runs",
        60,
        "--parameters",
        "posterior",
        "-q",
    )
    told = ask(*words, "--set", "engagement=0.9", "--json").json
    assert (told["draws"], told["runs_a_draw"], told["runs"]) == (12, 5, 60)
    row = told["outcomes"]["diplomacy"]
    assert row["low"] <= row["difference"] <= row["high"]
    assert row["p5"] <= row["difference"] <= row["p95"] and row["share_above_zero"] > 0.5
    none = ask(*words, "--set", "engagement=0.5", "--change", "2030-01-07:engagement=0.9", "--json")
    assert none.code == 2  # a change after the end is no change
    text = ask(*words, "--set", "engagement=0.9").out
    assert "12 draws of 5 paired futures" in text and "diplomacy" in text


def test_what_does_not_go_with_draws_is_refused_by_name(refused):
    words = ("compare", "status-quo", "--set", "hotline=1", "--parameters", "posterior")
    said = refused(*words, "--until", "mcse=0.1", "--theories", "--why", "--cluster", "nowhere")
    for flag in ("--until", "--theories", "--why", "--cluster nowhere"):
        assert flag in said


# --- studies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["sweep", "status-quo", "--vary", "hotline=0,1"],
        ["robust", "status-quo", "--policies", "hotline=0.8", "--theories", "presets"],
    ],
    ids=lambda words: words[0],
)
def test_a_study_keeps_weeks_and_csv_where_asked(ask, words, tmp_path):
    answer = ask(*words, "--runs", 5, "--weeks", 4, "--out", tmp_path, "--weekly", "--csv")
    assert answer.code == 0
    store = Store(tmp_path)
    cells = store.cells()
    assert store.trajectories(cells["cell"].iloc[0]).sizes["week"] == 4
    assert len(pd.read_csv(tmp_path / "outcomes.csv")) == cells["runs"].sum()


def test_a_study_file_keeps_weeks_and_csv_where_asked(ask, tmp_path):
    file = tmp_path / "study.toml"
    file.write_text(
        'title = "Two"\nruns = 5\nweeks = 4\n[[factors]]\ninput = "hotline"\nvalues = [0, 1]\n'
    )
    assert ask("study", file, "--out", tmp_path / "out", "--weekly", "--csv").code == 0
    store = Store(tmp_path / "out")
    assert all(store.trajectories(key).sizes["run"] == 5 for key in store.listed())
    assert (tmp_path / "out" / "weekly.csv").is_file()


def test_files_without_a_folder_are_refused(refused, tmp_path):
    file = tmp_path / "study.toml"
    file.write_text('title = "Two"\n[[factors]]\ninput = "hotline"\nvalues = [0, 1]\n')
    for words in (["study", file], ["sweep", "status-quo", "--vary", "hotline"]):
        said = refused(*words, "--weekly", "--csv")
        assert "--weekly: needs a folder" in said and "--csv: needs a folder" in said


def test_a_study_under_another_record_names_another_engine(ask, tmp_path):
    folder = tmp_path / "record"
    folder.mkdir()
    (folder / "acts.csv").write_text(
        "date,state,action,credit\n2023-12-20,DPRK,regional_test,a test\n"
    )
    words = ("sweep", "status-quo", "--vary", "hotline=0,1", "--runs", 5, "--weeks", 4, "--json")
    shipped, other = ask(*words), ask(*words, "--record", folder, "--out", tmp_path / "out")
    assert other.code == 0
    assert other.json["engine"].startswith(shipped.json["engine"] + ".")
    assert set(Store(tmp_path / "out").cells()["engine"]) == {other.json["engine"]}


# --- what there is ---------------------------------------------------------------------------------------


def test_check_tells_programs_every_problem_of_every_file(ask, tmp_path):
    bad, odd = tmp_path / "bad.toml", tmp_path / "odd.toml"
    bad.write_text('title = "x"\n[levers]\nhotlin = 1\nengagement = 7\n')
    odd.write_text('title = "Odd"\n[levers]\nus_threats = 0.9\nengagement = 0.9\n')
    answer = ask("check", bad, odd, "status-quo", "--json")
    assert answer.code == 2
    first, second, third = answer.json["files"]
    assert [(p["line"], p["key"]) for p in first["problems"]] == [
        (3, "levers.hotlin"),
        (4, "levers.engagement"),
    ]
    assert [one["levers"] for one in second["advice"]] == [["us_threats", "engagement"]]
    assert third["valid"] and third["hash"] == load_scenario("status-quo").hash
    assert ask("check", odd, "--json", "--quiet").json["files"][0]["advice"] == []


def test_show_tells_programs_the_whole_scenario(ask):
    told = ask("show", "surge-2022", "--json").json
    scenario = load_scenario("surge-2022")
    assert type(scenario).model_validate(told["scenario"]) == scenario
    assert told["differs"]["programme_drive"] == 3


def test_list_and_lessons_tell_programs_what_people_see(ask):
    for name in ("list", "lessons"):
        told = ask(name, "--json").json
        rows = told["scenarios" if name == "list" else name]
        printed = ask(name).out
        assert rows and all(row["name"] in printed for row in rows)


def test_json_is_the_same_with_and_without_a_folder(ask, tmp_path):
    words = ("sweep", "status-quo", "--vary", "hotline=0,1", *SMALL, "--json")
    assert json.loads(ask(*words).out) == json.loads(ask(*words, "--out", tmp_path).out)
