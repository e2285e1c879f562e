"""What helps with every command: `doctor`, log lines, and completion in the shell."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time

import pytest
from asking import ROOT, SMALL

from scenario_sim import load_scenario
from scenario_sim.cli import output
from scenario_sim.cli.completion import complete_inputs, complete_lessons, complete_scenarios
from scenario_sim.cli.output import PROGRESS
from scenario_sim.data.parameters import PARAMETERS
from scenario_sim.model.kernel.cache import FOLDER_VARIABLE
from scenario_sim.simulation.engine import ENGINE_VARIABLE, engine_version
from scenario_sim.studies import Cell, run_study
from scenario_sim.studies.store.manifest import versions
from scenario_sim.teaching import list_lessons

# --- doctor --------------------------------------------------------------------------------------------


def findings(answer) -> dict[str, dict[str, str]]:
    return {one["subject"]: one for one in answer.json["findings"]}


def test_doctor_tells_engine_cache_versions_browser_and_port_in_one_paste(
    ask, tmp_path, monkeypatch
):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    said = ask("doctor")
    assert said.code == 0
    assert engine_version() in said.out and str(tmp_path) in said.out
    assert all(f"{name} {number}" in said.out for name, number in versions().items())
    assert "\nbrowser:" in said.out and "\nport:" in said.out


def test_doctor_tells_programs_the_same(ask):
    answer = ask("doctor", "--json")
    assert answer.json["versions"] == versions()
    assert answer.json["extras"]["research"] is True
    assert findings(answer)["engine"]["found"].startswith(engine_version())


def test_doctor_names_the_next_port_where_one_is_taken(ask):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = findings(ask("doctor", "--port", port, "--json"))["port"]["found"]
    assert found.startswith(f"{port} is taken, ")


def test_doctor_has_a_cure_for_what_is_wrong(ask, tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv(FOLDER_VARIABLE, str(blocked / "below"))
    monkeypatch.setenv(ENGINE_VARIABLE, "numpy")
    found = findings(ask("doctor", "--json"))
    assert found["engine"]["found"].endswith(f"({ENGINE_VARIABLE}=numpy)")
    assert "twenty times" in found["engine"]["cure"]
    assert FOLDER_VARIABLE in found["cache"]["cure"]


# --- log lines -----------------------------------------------------------------------------------------


def test_without_a_terminal_progress_is_a_log_line_with_the_time_left(ask, monkeypatch):
    monkeypatch.setattr(output, "LOG_INTERVAL_S", 0.0)
    for words in (
        ["run", "status-quo", *SMALL],
        ["sweep", "status-quo", "--vary", "hotline=0:1:3", *SMALL],
    ):
        lines = ask(*words).err.splitlines()
        told = [line for line in lines if "min left" in line]
        assert told and all(" INFO Status quo" in line for line in told)
        assert time.strptime(told[0][:19], "%Y-%m-%d %H:%M:%S")


def test_verbose_logs_what_is_done_and_twice_verbose_each_block(ask, tmp_path):
    words = ("run", "status-quo", "--runs", 3, "--weeks", 4)
    quiet = ask(*words, "--out", tmp_path / "a").err
    once = ask("--verbose", *words, "--out", tmp_path / "b").err
    twice = ask("-vv", *words, "--out", tmp_path / "c").err
    assert "INFO" not in quiet
    assert "1 blocks to simulate, 3 runs" in once and "3 runs made, 0 found" in once
    assert "DEBUG" not in once and "runs 0 to 2 stored" in twice


def test_python_hears_the_same_through_logging(tmp_path, caplog):
    with caplog.at_level(logging.INFO, "scenario_sim"):
        run_study([Cell(load_scenario("status-quo").with_weeks(2), 0, 3)], tmp_path)
    assert any("3 runs made" in record.message for record in caplog.records)
    assert all(record.name.startswith("scenario_sim.") for record in caplog.records)


def test_a_warning_is_told_without_verbose_and_a_detail_is_not(ask):
    ask("list")
    assert logging.getLogger("scenario_sim").level == logging.WARNING
    assert logging.getLogger(PROGRESS).level == logging.INFO


# --- completion ----------------------------------------------------------------------------------------


def completed(*words: str) -> list[str]:
    """What bash is offered for the last word."""
    environment = os.environ | {
        "_SCENARIO_SIM_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(("scenario-sim", *words)),
        "COMP_CWORD": str(len(words)),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "scenario_sim"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["comp"], ["compare"]),
        (["run", "status-quo-f"], ["status-quo-five-years"]),
        (["run", "status-quo", "--set", "hotl"], ["hotline="]),
        (["sweep", "status-quo", "--vary", "alarm_r"], ["alarm_rate"]),
        (["sweep", "status-quo", "--outcome", "talks_w"], ["talks_weeks"]),
        (["check", "scenarios/surge"], ["scenarios/surge-2022.toml"]),
    ],
    ids=lambda words: words[-1],
)
def test_the_shell_completes_commands_scenarios_levers_outcomes_and_files(words, offered):
    assert completed(*words) == offered


def test_the_script_for_bash_is_printed_and_is_valid(ask):
    environment = os.environ | {"_SCENARIO_SIM_COMPLETE": "source_bash", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "scenario_sim"]
    script = subprocess.run(command, env=environment, capture_output=True, text=True).stdout
    assert "complete" in script and "scenario-sim" in script
    assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0


def test_lessons_and_inputs_are_all_offered():
    assert set(list_lessons()) <= set(complete_lessons(""))
    assert set(PARAMETERS) < set(complete_inputs(""))
    assert complete_scenarios("no-such-folder/") == []
