"""Links and files that exhaust: what is too much is refused before work starts, and what is asked for
costs no more work than it holds."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tomllib
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from scenario_sim import toml_lines
from scenario_sim.bounds import (
    MAX_ACTS,
    MAX_BRANCHES,
    MAX_COMPARED,
    MAX_DEPTH,
    MAX_ENTRIES,
    MAX_FILE_BYTES,
    MAX_LINES,
    MAX_LINK_CHARACTERS,
    MAX_LINK_EDITS,
    MAX_PROBLEMS,
    MAX_TABLES,
    MAX_VALUES,
    MAX_WRITTEN_ACTS,
)
from scenario_sim.errors import Problem, ScenarioError, ScenarioFileError
from scenario_sim.scenario import Scenario, files, validate
from scenario_sim.scenario.files import read_scenario
from scenario_sim.ui import selectors
from scenario_sim.ui.url import from_query, pack_text
from scenario_sim.ui.views import export
from scenario_sim.validation.calibration.design import STEPS_FOLDER
from scenario_sim.validation.calibration.sampler import PLAN_FILE

START = date(2026, 9, 7)


def refusal(text: str) -> ScenarioFileError:
    with pytest.raises(ScenarioFileError) as caught:
        read_scenario(text, paths=False)
    return caught.value


def days(many: int) -> list[date]:
    return [START + timedelta(days=n) for n in range(many)]


# --- the named cases -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        ('[game]\nstates = ["ROK"]\nweeks = 999999999999', "from 0 to 1040, not 999999999999"),
        ('replay = ["DPRK"]\nreplay_until = 9999-12-31', "9999-12-31 is not within the scenario"),
    ],
)
def test_a_number_or_date_beyond_all_calendars_is_refused_in_words(lines, answer):
    text = f'title = "x"\n{lines}\n'
    assert answer in str(refusal(text))
    (told,) = from_query(f"file={pack_text(text)}").problems
    assert answer in told.text
    with pytest.raises(ScenarioFileError, match=answer):
        export.read_opened_text(text.encode(), "mine.toml")


def test_fifty_thousand_ids_that_are_not_there_are_one_line_not_as_many():
    text = 'extends = "status-quo"\nremove = [' + '"",' * 49_980 + "]"
    query = f"file={pack_text(text)}"
    assert len(query) < 330
    assert len(from_query(query).problems) == 1
    many = ", ".join(f'"{n}"' for n in range(MAX_ENTRIES))
    told = refusal(f'extends = "status-quo"\nremove = [{many}]').problems
    assert len(told) == MAX_PROBLEMS + 1
    assert told[-1].text == f"and {MAX_ENTRIES - MAX_PROBLEMS:,} more that are not there"


class Work:
    """Counts what reading a link takes: how many dated entries are examined, and texts parsed."""

    def __init__(self, monkeypatch):
        self.entries = self.texts = 0
        impossible, loads = validate.find_constraint_violations, tomllib.loads

        def counted(scenario: Scenario, *rest):
            self.entries += sum(len(getattr(scenario, dated)) for dated in ("changes", "acts"))
            return impossible(scenario, *rest)

        def counted_loads(text: str):
            self.texts += len(text)
            return loads(text)

        monkeypatch.setattr(validate, "find_constraint_violations", counted)
        monkeypatch.setattr(toml_lines.tomllib, "loads", counted_loads)


def test_many_changes_on_many_changes_cost_their_sum_not_their_product(monkeypatch):
    """The link that cost 59 s: each of its changes made a scenario with all of the file's."""
    file = 'title = "x"\nweeks = 1040\n' + "".join(
        f"[[changes]]\ndate = {day}\nhotline = 1\n" for day in days(900)
    )
    moves = "".join(f"&on={day}:engagement:0.5" for day in days(90))
    branches = "".join(
        f"&branch={name}" + "".join(f"~{day}:ROK:military:live_fire" for day in days(1000)[::7])
        for name in "abcd"
    )
    work = Work(monkeypatch)
    for cached in (selectors._baseline, selectors._policy, selectors.branch_of):
        cached.cache_clear()
    arrival = from_query(f"file={pack_text(file)}{moves}{branches}&seed=3&run=2&week=1&weeks=1039")
    assert arrival.problems == []
    assert (len(arrival.state.changes), len(arrival.state.branches)) == (90, 4)
    held = 900 + 90 + 4 * 143
    assert held < work.entries < 12 * held
    assert work.texts < 2 * len(file)


def test_dotted_keys_are_refused_before_they_are_read(monkeypatch):
    work = Work(monkeypatch)
    for key in ("a." * 150 + "k", '"\\"".' * 150 + "k", "a . " * 150 + "k", "'a'." * 150 + "k"):
        text = "\n".join(f"{key}{n} = 1" for n in range(1200))
        assert len(text) < MAX_FILE_BYTES
        assert f"line 1: more than {MAX_DEPTH} names are joined" in str(refusal(text))
    assert work.texts == 0
    prose = 'title = "x"\nteaches = """' + "A. B. c d. 1.5, e.g. this... U.S.A. " * 50 + '"""'
    assert read_scenario(prose).title == "x"


@pytest.mark.parametrize(
    "text", ['"{}"', "'{}'", '"""\n{}"""', "'''{}\n'''", '"x" # {}', '"\\"{}"', '"""{}"""""']
)
def test_full_stops_in_texts_and_remarks_join_no_names(text):
    """A game decided every second week was refused: its choices read a.a.a.a.a.a.a.a."""
    stops = "a." * 40
    assert read_scenario(f'title = "x"\nteaches = {text.format(stops)}').title == "x"
    hidden = f'title = "x"\nteaches = {text.format(stops)}\n{stops}k = 1'
    assert f"more than {MAX_DEPTH} names are joined" in str(refusal(hidden))


# --- every bound, on both sides --------------------------------------------------------------------

ACT = '[[acts]]\ndate = 2026-09-07\nstate = "ROK"\naction = "live_fire"\n'


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("a = " + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "'a' stands too deep"),
        ("sources = [" + '"x",' * (MAX_ENTRIES + 1) + "]", "'sources' holds 1,041 entries"),
        ("\n".join(f"a{n} = 1" for n in range(MAX_ENTRIES + 1)), "holds 1,041 entries"),
        (ACT * (MAX_WRITTEN_ACTS + 1), "'acts' holds 12,001 entries"),
        ("\n".join(f"a{n} = [{'0,' * 1000}]" for n in range(13)), f"more than {MAX_VALUES:,} keys"),
        ("acts = [" + f"[{'0,' * 1000}]," * 61 + "]", "holds more than"),
        ("#\n" * (MAX_LINES + 1), "has 80,001 lines"),
        ("[[a]]\n" * (MAX_TABLES + 1), "has 20,001 tables"),
        ("#" * (MAX_FILE_BYTES + 1), "larger than 1 MB"),
    ],
    ids=["deep", "list", "table", "acts", "values", "values in acts", "lines", "tables", "bytes"],
)
def test_what_is_too_much_is_said_in_one_sentence(text, answer):
    (problem,) = refusal(text).problems
    assert answer in problem.text


def test_lists_of_a_scenario_are_bounded_whoever_makes_it():
    change = {"date": "2026-10-05", "hotline": 1}
    for data in (
        {"changes": [change] * (MAX_ENTRIES + 1)},
        {"acts": [{"date": "2026-10-05", "state": "ROK", "action": "x"}] * (MAX_ACTS + 1)},
        {"branches": [{"name": "b", "changes": [change]}] * (MAX_BRANCHES + 1)},
        {"compared": [{"name": "b", "hotline": 1}] * (MAX_COMPARED + 1)},
    ):
        with pytest.raises(ScenarioError, match="holds too many entries"):
            Scenario.model_validate({"title": "x", **data})


def test_a_link_is_bounded_in_characters_and_in_what_a_branch_changes():
    (told,) = from_query("hotline=1&s=" + "a" * MAX_LINK_CHARACTERS).problems
    assert "longer than 32,000 characters" in told.text
    edits = "".join(f"~{day}:hotline:1" for day in days(MAX_LINK_EDITS + 1))
    (told,) = from_query(f"branch=b{edits}").problems
    assert "more than 200 changes" in told.text


def test_of_many_problems_some_are_told_and_the_rest_counted():
    told = ScenarioError([Problem(str(n), "is wrong") for n in range(1253)]).problems
    assert len(told) == MAX_PROBLEMS + 1
    assert told[-1].text == "and 1,203 more; mend these first"
    assert len(from_query("&".join(f"x{n}=1" for n in range(90))).problems) == MAX_PROBLEMS + 1
    last = str(refusal("\n".join(f"hotlin{n} = 1" for n in range(200)))).splitlines()[-1]
    assert "and more" in last


# --- control characters ----------------------------------------------------------------------------


def test_control_characters_are_refused_wherever_a_text_stands(tmp_path, refused):
    path = tmp_path / "x.toml"
    for line in ('title = "\\u001b]0;gone\\u0007"', 'title = "x"\nquestion = "a\\u009bb"'):
        path.write_text(line)
        told = refused("check", path)
        assert "takes text without control characters" in told
        assert not set(told) & set("\x1b\x07\x9b")
    path.write_text('extends = "\\u001b[31mred.toml"')
    assert "\\x1b[31mred.toml" in refused("check", path)
    assert "\x1b" not in refused("check", path)
    assert read_scenario('title = "x"\nteaches = "two\\nlines\\tand a tab"').teaches


# --- what is no file -------------------------------------------------------------------------------


@pytest.fixture
def odd(tmp_path) -> Path:
    """A folder with a FIFO, a link to a device that never ends, and a file that is too large."""
    os.mkfifo(tmp_path / "fifo.toml")
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    with (tmp_path / "large.toml").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    return tmp_path


NO_FILE = {"fifo": "not a regular file", "zero": "not a regular file", "large": "larger than 1 MB"}


@pytest.mark.parametrize("name", NO_FILE)
def test_only_regular_files_within_bounds_are_read(odd, name, refused):
    path, answer = odd / f"{name}.toml", NO_FILE[name]
    assert answer in refused("check", path)
    own = odd / "own" / "own.toml"
    own.parent.mkdir()
    own.write_text(f'extends = "../{name}.toml"')
    assert answer in refused("check", own)
    states = odd / "states"
    states.mkdir()
    path.rename(states / path.name)
    own.write_text('title = "x"\nstates = "../states"')
    assert answer in refused("check", own)
    (states / path.name).rename(states / "starts.toml")
    assert answer in refused("check", own)
    (states / "starts.toml").rename(odd / "events.csv")
    if name != "large":  # a record may be larger than a scenario
        assert answer in refused("run", "status-quo", "--record", odd)
    (odd / "events.csv").rename(odd / "posterior.csv")
    if name != "large":
        assert answer in refused("run", "status-quo", "--parameters", odd)


# --- disks that are full or cannot be written ------------------------------------------------------


def full(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere")


def test_calibrate_on_a_full_disk_says_so_and_keeps_what_was_there(tmp_path, monkeypatch, refused):
    words = ("calibrate", "--quick", "--out", tmp_path, "--points", 64, "--runs", 10, "--steps", 8)
    words += ("--jobs", 1, "--only", "short_range_test_base")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        assert "could not be written: No space left on device" in refused(*words)
    assert list(tmp_path.iterdir()) == []
    with monkeypatch.context() as patched:
        patched.setattr(np, "savez", full)
        told = refused(*words)
    assert "000000.npz could not be written: No space left on device" in told
    assert "earlier steps are saved" in told
    assert sorted(path.name for path in tmp_path.rglob("*")) == [PLAN_FILE, STEPS_FOLDER]


def test_a_disk_that_fills_anywhere_gives_one_sentence(monkeypatch, refused):
    monkeypatch.setattr(files, "shipped_files", full)
    assert "somewhere: could not be read or written: No space left" in refused(
        "check", "status-quo"
    )


def test_report_on_a_folder_that_cannot_be_written_says_so(tmp_path, monkeypatch, refused, ask):
    assert ask("run", "status-quo", "--runs", 20, "--weeks", 8, "--out", tmp_path / "s").code == 0

    def read_only(self, *_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(self))

    for verb in ("touch", "unlink", "mkdir", "write_text"):
        monkeypatch.setattr(Path, verb, read_only)
    told = refused("report", tmp_path / "s", "--out", tmp_path / "page.html")
    assert "Read-only file system" in told


def test_output_to_a_full_device_ends_with_2_and_one_sentence():
    with open("/dev/full", "w") as device:
        done = subprocess.run(
            [sys.executable, "-m", "scenario_sim", "list"],
            stdout=device, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.splitlines() == ["could not be read or written: No space left on device"]


def test_what_is_half_written_has_a_name_that_nobody_can_plant(tmp_path):
    """A link in the place of the old name, .x.html.PID.part, was followed."""
    from scenario_sim.file_io import replace_file

    names = []
    for _ in range(2):
        replace_file(
            tmp_path / "x.html", lambda part: (names.append(part.name), part.write_text("x"))
        )
    assert len(set(names)) == 2
    assert not any(str(os.getpid()) == name.split(".")[-2] for name in names)
    assert [path.name for path in tmp_path.iterdir()] == ["x.html"]
    with pytest.raises(OSError, match="No space"):
        replace_file(tmp_path / "x.html", full)
    assert [path.name for path in tmp_path.iterdir()] == ["x.html"]
