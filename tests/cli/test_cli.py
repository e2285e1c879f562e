"""The command line: what it answers, and what it refuses."""

from __future__ import annotations

import importlib
import socket
import time
import urllib.request
from types import SimpleNamespace

import numpy as np
import pytest
from asking import HEAVY, SMALL, modules_of, process

import scenario_sim
from scenario_sim import list_scenarios, load_scenario, simulate
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.reporting.messages import DISCLAIMER
from scenario_sim.simulation.outcomes import OUTCOMES

NUMBERS = [outcome.name for outcome in OUTCOMES if not outcome.category]


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
    if words == ["--version"]:
        modules_of(words)  # the first one traces the model, and notes its fingerprint
    done, loaded = modules_of(words)
    assert done.returncode == 0, done.stderr
    assert not loaded & HEAVY


def test_list_names_every_scenario_whole(ask):
    said = ask("list").out.split()
    assert set(list_scenarios()) <= set(said)


def test_show_tells_what_a_scenario_asks_and_where_it_differs(ask):
    said = ask("show", "surge-2022").out
    scenario = load_scenario("surge-2022")
    assert DISCLAIMER in said
    assert scenario.title in said
    assert "programme_drive; by default 1" in said
    assert all(change.note[:30] in said for change in scenario.changes)


@pytest.mark.parametrize(
    ("name", "words"),
    [("spring-2013", "begins where the launches on record"), ("status-quo", "in its usual spread")],
)
def test_show_says_where_the_starting_drive_comes_from(ask, name, words):
    assert words in " ".join(ask("show", name).out.split())


def test_show_toml_is_a_file_to_build_on(ask, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(ask("show", "surge-2022", "--toml").out, "utf-8")
    assert load_scenario(file) == load_scenario("surge-2022")


def test_version_names_package_and_engine(ask):
    from scenario_sim.simulation.engine import engine_description, engine_version

    told = ask("--version").out
    assert told.split("\n")[0] == f"scenario-sim {engine_version()}"
    assert " ".join(told.split("\n", 1)[1].split()) == engine_description()


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


def test_an_unknown_section_is_answered_with_the_nearest(refused):
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
        assert quiet.err.strip() == DISCLAIMER
        assert quiet.out == said.out


def test_a_dated_change_is_told_with_its_day(ask):
    change = ("--change", "2026-11-02:exercise_scale=1.5")
    said = ask("compare", "status-quo", *SMALL, *change).err
    assert (
        "from 2026-11-02: Exercise scale at 1.5: higher than at any time from 2012 to 2025" in said
    )


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
    monkeypatch.setattr(
        "scenario_sim.simulation.ensemble.runner_of", lambda _: pytest.fail("it began to work")
    )
    assert option in refused("run", "status-quo", option, value)


@pytest.mark.parametrize("run", [-1, 2**40])
def test_a_run_that_cannot_be_is_refused(refused, run):
    assert "--run: takes" in refused("replay", "status-quo", "--run", run)


def test_a_missing_file_is_refused(refused, tmp_path):
    assert "no such file" in refused("run", tmp_path / "nowhere.toml")


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


def test_a_comparison_says_under_how_many_theories_its_sign_holds(ask):
    words = ("compare", "status-quo", "--set", "hotline=1", "--runs", 60)
    told = " ".join(ask(*words).out.split())
    assert "This policy lowers the risk, and does so in" in told and "theories." in told
    assert "theories." not in ask(*words, "--quiet").out


def test_too_few_to_tell_is_said_where_it_is_so(ask):
    said = ask("compare", "status-quo", "--set", "hotline=0.9", "--runs", 60).out
    rows = {line.split()[0]: line for line in said.splitlines() if line.strip()}
    assert "too few to tell" in rows["confrontation"]
    assert "no change" in rows["launch_days"]
    assert said.startswith(DISCLAIMER)
    assert "Hotline: 0.1 -> 0.9" in said


def test_compare_says_why_the_risk_changes(ask):
    words = ("compare", "status-quo", "--set", "hotline=1", "--runs", 60, "--why")
    answer = ask(*words)
    assert answer.code == 0
    assert "The risk falls to" in answer.out and "hotline_stops_spread" in answer.out
    why = ask(*words, "--json").json["why"]
    assert why["chains"] == [["hotline_stops_spread"]]
    assert why["pathways"]["hotline_stops_spread"]["share"] == 1
    assert why["steps"]["tension"]["baseline"] == why["steps"]["tension"]["policy"]


def test_a_link_that_is_cut_carries_nothing_any_more(ask, refused):
    words = ("compare", "status-quo", "--set", "hotline=1", "--runs", 20, "--json")
    cut = ask(*words, "--cut", "hotline_stops_spread").json["outcomes"]["confrontation_risk"]
    assert cut["difference"] == 0
    assert "did you mean `hotline_stops_spread`" in refused(*words, "--cut", "hotline_stops_spred")


def test_the_report_says_why_and_names_the_sources_of_each_link(ask, tmp_path):
    file = tmp_path / "why.html"
    words = ("compare", "status-quo", "--set", "hotline=1", "--runs", 20, "--why")
    assert ask(*words, "--report", file).code == 0
    page = file.read_text("utf-8")
    assert "Why the risk changes" in page and "--why" in page
    assert "What the links of the chain are made of" in page


def test_nothing_to_compare_with_is_refused(refused):
    assert "--set" in refused("compare", "status-quo")


def test_futures_without_pairs_are_refused(refused):
    said = refused("compare", "status-quo", "freeze-for-freeze", "--runs", 5)
    assert "weeks: 260 here, 104 there" in said


# --- app --------------------------------------------------------------------------------------------


@pytest.fixture
def server(monkeypatch):
    """The server, held shut: what it was asked for."""
    asked = SimpleNamespace()

    def run(**said):
        vars(asked).update(said)
        raise KeyboardInterrupt

    name, load = "scenario_sim.ui.server.process", importlib.import_module
    process = SimpleNamespace(
        run=lambda page, host, port, names, root_path, address: run(**locals())
    )
    monkeypatch.setattr(importlib, "import_module", lambda n: process if n == name else load(n))
    monkeypatch.delenv("NO_OPEN", raising=False)
    return asked


def test_app_serves_the_page_from_this_machine(ask, server):
    answer = ask("app", "--port", 0)
    assert answer.code == 0
    assert answer.err.splitlines()[-1] == "Stopped."
    assert server.page.name == "app.py"
    assert (server.host, server.root_path) == ("127.0.0.1", "")
    assert server.address == f"http://localhost:{server.port}"


def test_app_opens_no_browser_where_told_so(ask, server, monkeypatch):
    ask("app", "--port", 0, "--no-open")
    assert server.address == ""
    monkeypatch.setenv("NO_OPEN", "1")
    ask("app", "--port", 0)
    assert server.address == ""


def test_app_takes_the_next_port_and_says_so(ask, server):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = ask("app", "--port", port).err
    assert port < server.port <= port + 20
    assert f"Port {port} is taken; using {server.port}." in said


def test_app_is_told_its_names_and_its_path(ask, server):
    ask("app", "--port", 0, "--allow-host", "teacher-pc.local", "--root-path", "/sim/")
    assert server.names == ["teacher-pc.local", "127.0.0.1"]
    assert server.root_path == "/sim"
    assert server.address == f"http://localhost:{server.port}/sim"


@pytest.mark.parametrize(
    "words",
    [
        ("--allow-host", "http://teacher-pc"),
        ("--allow-host", "*"),
        ("--root-path", "sim"),
        ("--root-path", "//evil.example"),
        ("--root-path", "/<script>"),
    ],
)
def test_a_name_or_path_that_cannot_be_is_refused_with_the_cure(refused, server, words):
    said = refused("app", "--port", 0, *words)
    assert words[0] in said and "write" in said


@pytest.mark.parametrize("words", [("--port", "70000"), ("--host", "203.0.113.7")])
def test_an_address_that_cannot_be_is_refused(refused, server, words):
    assert words[0] in refused("app", *words)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2"])
def test_a_server_on_loopback_says_how_to_let_others_in(ask, monkeypatch, host):
    from scenario_sim.ui.server import process as server_process

    monkeypatch.setattr(server_process, "run", lambda *_: None)
    answer = ask("app", "--no-open", "--port", 0, "--host", host)
    assert "Only this machine can open it" in answer.err and "--host 0.0.0.0" in answer.err


def test_a_server_in_the_network_prints_the_address_and_its_code(ask, monkeypatch):
    from scenario_sim.ui.server import addresses
    from scenario_sim.ui.server import process as server_process

    monkeypatch.setattr(server_process, "run", lambda *_: None)
    monkeypatch.setattr(addresses, "network_addresses", lambda: ("192.168.1.20",))
    monkeypatch.setattr("scenario_sim.cli.serve.find_free_port", lambda host, port: 8765)
    answer = ask("app", "--no-open", "--host", "0.0.0.0")
    assert "http://192.168.1.20:8765" in answer.err
    assert addresses.qr_terminal("http://192.168.1.20:8765") in answer.err
    assert "firewall" in answer.err


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
