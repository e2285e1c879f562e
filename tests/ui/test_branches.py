"""Branches: scenario files and links hold them, and each is the run that it names."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from scenario_sim import Scenario, load_scenario, replay, simulate
from scenario_sim.errors import ScenarioError, UnknownNameError
from scenario_sim.scenario.files import dump_scenario, read_scenario
from scenario_sim.simulation.what_if import Counterfactual
from scenario_sim.ui import code_snippets, messages, selectors
from scenario_sim.ui.components.widgets import to_json
from scenario_sim.ui.state import (
    MAX_SHOWN_BRANCHES,
    AppState,
    Branch,
    DatedAct,
    DatedMove,
)
from scenario_sim.ui.views import export
from scenario_sim.ui.views.single_run import (
    across,
    branches,
    cached_runs,
    explanations,
    film,
    lines,
    runs,
)

RUN = 714
HELD = DatedAct("2027-07-05", "USA", "military", "hold")
NO_ULTIMATUM = Branch("No ultimatum", acts=(HELD,))
OPEN_DOOR = Branch("Open door", (DatedMove("2027-01-04", "engagement", 1.0),))
STATE = AppState(runs=60, run=RUN).with_branch(NO_ULTIMATUM).with_branch(OPEN_DOOR)


# --- what a branch is -----------------------------------------------------------------------------


@pytest.mark.parametrize("branch", STATE.branches, ids=lambda branch: branch.name)
def test_a_branch_is_the_same_world_up_to_its_first_week(branch):
    first = cached_runs.single_run_of(selectors.branch_of(STATE), 0, RUN)
    other = cached_runs.single_run_of(selectors.branch_of(STATE, branch), 0, RUN)
    day = min(edit.date for edit in (*branch.changes, *branch.acts))
    week = Counterfactual(first, other).week
    assert week is not None
    assert first.frame(week).date.isoformat() >= day


def test_what_comes_after_the_end_waits_for_a_longer_horizon():
    short = STATE.with_weeks(10)
    assert {s.hash for s in branches.scenarios_of(short)} == {selectors.policy_of(short).hash}


def test_four_branches_are_the_most_and_a_name_stands_once():
    state = AppState()
    for n in range(MAX_SHOWN_BRANCHES + 1):
        state = state.with_branch(Branch(f"Branch {n}", acts=(HELD,)))
    assert len(state.branches) == MAX_SHOWN_BRANCHES
    again = state.with_branch(Branch("Branch 0", OPEN_DOOR.changes))
    assert [b.name for b in again.branches] == [b.name for b in state.branches]
    assert again.branches[0].changes == OPEN_DOOR.changes


def test_a_branch_of_a_branch_keeps_what_that_one_changed():
    world = cached_runs.single_run_of(selectors.branch_of(STATE, OPEN_DOOR), 0, RUN)
    act = next(act for act in world.acts if act.week > 30)
    both = branches.branch_without(OPEN_DOOR, world, act)
    assert both.changes == OPEN_DOOR.changes
    assert [(a.state, a.channel, a.action) for a in both.acts] == [(act.state, act.channel, "hold")]


# --- the file -------------------------------------------------------------------------------------


def test_the_file_brings_branches_back_and_each_makes_the_same_world():
    _, text = code_snippets.file_of(STATE)
    read = read_scenario(text)
    assert [b.name for b in read.branches] == ["No ultimatum", "Open door"]
    for branch in STATE.branches:
        assert read.branch(branch.name).hash == selectors.branch_of(STATE, branch).hash
    assert read.hash == selectors.policy_of(STATE).hash
    assert dump_scenario(read_scenario(dump_scenario(read))) == dump_scenario(read)
    assert selectors.with_opened_file(AppState(), text).branches == STATE.branches


def test_the_copied_lines_make_every_branch_again(ask):
    state = STATE.with_lever("hotline", 0.4)
    _, *lines = code_snippets.command_of(state).splitlines()
    wanted = branches.scenarios_of(state)
    assert len(lines) == len(wanted) == 3
    for line, scenario in zip(lines, wanted, strict=True):
        command, *words = line.split()
        assert command == "scenario-sim" and all(re.fullmatch(r"[\w.:=-]+", w) for w in words)
        found = ask(*words, "--json").json
        assert (found["hash"], found["run"]) == (scenario.hash, RUN)


def test_the_copied_python_makes_every_branch_again(capsys):
    for state in (STATE, STATE.with_lever("hotline", 0.4)):
        exec(code_snippets.python_of(state), {})
        said = capsys.readouterr().out
        for name, scenario in zip(
            (messages.single_run.AS_IT_WAS, "No ultimatum", "Open door"),
            branches.scenarios_of(state),
            strict=True,
        ):
            assert f"{name} {scenario.hash[:8]} " in said


def test_without_a_world_on_screen_one_line_says_it_all():
    assert code_snippets.command_of(AppState()).count("\n") == 1
    assert "worlds" not in code_snippets.python_of(AppState())


def test_a_shorter_scenario_drops_what_of_a_branch_comes_too_late():
    read = read_scenario(code_snippets.file_of(STATE)[1])
    assert [b.name for b in read.with_weeks(30).branches] == ["Open door"]


def test_a_branch_that_cannot_be_is_named_with_every_problem():
    with pytest.raises(ScenarioError) as caught:
        Scenario(
            title="Branches",
            branches=[
                {"name": "a", "acts": [{"date": "2027-07-05", "state": "USA", "action": "bluff"}]},
                {"name": "a", "changes": [{"date": "1999-07-05", "hotline": 1}]},
                {"name": "b"},
            ],
        )
    assert [problem.key for problem in caught.value.problems] == [
        "branches[0].acts[0].action",
        "branches[1].name",
        "branches[1].changes[0].date",
        "branches[2]",
    ]


def test_an_unknown_branch_is_answered_with_those_there_are():
    with pytest.raises(UnknownNameError, match="No ultimatum"):
        read_scenario(code_snippets.file_of(STATE)[1]).branch("No ultimatums")


# --- what is said of it ---------------------------------------------------------------------------


def test_the_table_holds_what_each_world_came_to():
    rows = branches.comparison_table(STATE)
    assert [row["name"] for row in rows] == [
        messages.single_run.AS_IT_WAS,
        "No ultimatum",
        "Open door",
    ]
    for row, scenario in zip(rows, branches.scenarios_of(STATE), strict=True):
        outcomes = replay(scenario, 0, RUN).outcomes.iloc[0]
        assert row["figures"][2] == f"{outcomes.launch_days:.0f}"
        assert len(row["figures"]) == len(messages.single_run.BRANCHES["columns"]) - 1


def test_the_effect_across_the_futures_is_told_with_its_error():
    for branch in STATE.branches:
        said = across.describe_branch_effect(STATE, branch)
        assert "of 60 futures" in said
        assert "95 % interval" in said


def test_the_hand_out_holds_the_world_its_branches_and_its_log():
    _, html = export.handout_of(STATE)
    assert f"One world: run {RUN} of seed 0" in html
    assert all(branch.name in html for branch in STATE.branches)
    assert "The United States issues an ultimatum" in html


# --- single lines in the fan ----------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [104, 520])
def test_a_handful_of_real_futures_is_drawn_and_each_is_the_run_it_says(weeks):
    scenario = load_scenario("status-quo").with_weeks(weeks)
    ensemble = simulate(scenario, 40, seed=3)
    drawn = lines.lines_of(scenario, ensemble)
    assert 6 <= len(drawn) <= 12 and len({line["run"] for line in drawn}) == len(drawn)
    assert [line["label"] for line in drawn[:4]] == ["Typical", "Calmest", "Worst", "A near miss"]
    assert len(json.dumps(drawn)) < 25_000
    for line in drawn:
        tension = ensemble.weekly["tension"][:, line["run"]]
        for day, value in line["points"]:
            week = (date.fromisoformat(day) - scenario.start).days // 7
            assert value == pytest.approx(tension[week], abs=0.0051)
        assert line["points"][-1][0] == str(ensemble.dates[-1]), "thinned, but to the end"
    of = {line["label"]: line["run"] for line in drawn[:4]}
    outcomes = ensemble.outcomes
    assert of["Calmest"] == outcomes.mean_tension.idxmin()
    assert of["Worst"] == outcomes.confrontation_risk.idxmax()
    missed = outcomes.loc[of["A near miss"]]
    assert missed.near_misses > 0 and missed.confrontation == 0


# --- the film -------------------------------------------------------------------------------------


def test_a_film_holds_every_act_and_the_tension_of_the_world():
    world = cached_runs.single_run_of(load_scenario("status-quo"), 0, RUN)
    made = film.film_of(world)
    assert sum(map(len, made["acts"])) == len(world.acts)
    tension = world.recording["tension"][:, 0]
    assert made["tension"] == pytest.approx(tension, abs=0.006)
    weeks = [week for first, last, _ in made["phases"] for week in range(first, last + 1)]
    assert weeks == list(range(104))
    assert len(to_json(made)) < 40_000


def test_the_why_of_an_act_says_its_chances_and_what_decided_it():
    world = cached_runs.single_run_of(load_scenario("status-quo"), 0, RUN)
    act = next(act for act in world.acts if act.action == "ultimatum")
    told = explanations.explain_act(world, act.week, act.state, act.action)
    assert sum(chance["share"] for chance in told["chances"]) == pytest.approx(1, abs=0.001)
    assert max(abs(term["share"]) for term in told["terms"]) == 1
    assert told["equations"]
    nobody = explanations.explain_act(world, act.week, "", "theft")
    assert nobody["act"] is None


def test_a_click_into_the_fan_finds_the_future_that_passes_there():
    scenario = load_scenario("status-quo")
    for tension in (3.0, 5.0, 6.0):
        run = runs.nearest_run(scenario, 0, "2027-07-07", tension)
        week = cached_runs.single_run_of(scenario, 0, run).frame(43)
        assert week.tension[1] == pytest.approx(tension, abs=0.1)
