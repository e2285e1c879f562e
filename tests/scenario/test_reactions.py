"""Reactions: levers that follow from what happens in a future."""

import numpy as np
import pytest

from scenario_sim import load_scenario, simulate
from scenario_sim.errors import ScenarioFileError
from scenario_sim.reporting.narrative import narrate
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import dump_scenario, read_scenario
from scenario_sim.simulation.reactions import reactions_in_force

WEEKS, RUNS = 40, 60
PAUSE = {"id": "pause", "when": "icbm_test", "weeks": 6, "exercise_scale": 0.0}
CALM = {"when": "tension >= 4.5", "weeks": 2, "us_threats": 0.0, "hotline": 0.9}


def reacting(*reactions: dict, **more) -> Scenario:
    data = load_scenario("status-quo").with_weeks(WEEKS).as_dict()
    return Scenario.model_validate(data | {"reactions": reactions} | more)


def test_drills_pause_for_six_weeks_after_an_icbm_test():
    scenario = reacting(PAUSE)
    recording = simulate(scenario, RUNS).recording
    (paused,) = reactions_in_force(scenario, recording)
    flew = recording.did("icbm_test")
    assert flew.any()
    for week, run in zip(*np.nonzero(flew), strict=True):
        assert paused[week + 1 : week + 7, run].all()
    assert not recording.did("joint_exercise")[paused].any()
    assert recording.did("joint_exercise").any()


def test_a_future_in_which_nothing_triggers_is_the_future_without_the_reaction():
    scenario, plain = reacting(PAUSE), reacting()
    with_it, without = simulate(scenario, RUNS).recording, simulate(plain, RUNS).recording
    quiet = ~reactions_in_force(scenario, with_it)[0].any(axis=0)
    assert quiet.any()
    assert np.array_equal(with_it.acts[:, :, quiet], without.acts[:, :, quiet])
    assert np.array_equal(with_it["tension"][:, quiet], without["tension"][:, quiet])


def test_a_reaction_that_always_holds_is_the_lever_throughout():
    always = simulate(reacting({"when": "tension >= 0", "engagement": 0.9}), RUNS).outcomes
    set_once = simulate(reacting().with_levers(engagement=0.9), RUNS).outcomes
    assert always.equals(set_once)


def test_compiled_and_numpy_worlds_react_alike(monkeypatch):
    scenario = reacting(PAUSE, CALM)
    compiled = simulate(scenario, 24, seed=3)
    monkeypatch.setenv("SCENARIO_SIM_ENGINE", "numpy")
    slow = simulate(scenario, 24, seed=3)
    assert np.array_equal(compiled.recording.acts, slow.recording.acts)
    assert np.array_equal(compiled.recording["tension"], slow.recording["tension"])


def test_one_run_replays_alone_with_its_reactions():
    scenario = reacting(PAUSE, CALM)
    many = simulate(scenario, RUNS, seed=5).recording
    alone = simulate(scenario, [17], seed=5).recording
    assert np.array_equal(alone.acts[:, :, 0], many.acts[:, :, 17])


def test_the_log_tells_when_policy_reacts():
    scenario = reacting(PAUSE | {"note": "Drills pause after an ICBM"})
    flew = simulate(scenario, RUNS).recording.did("icbm_test")[:-8].any(axis=0)
    run = int(np.flatnonzero(flew)[0])
    told = [str(entry) for entry in narrate(scenario, 0, run).entries]
    assert any("Drills pause after an ICBM: " in entry for entry in told)
    assert any("No longer: Drills pause" in entry for entry in told)


def test_the_later_of_two_reactions_has_its_way():
    both = reacting(
        {"when": "tension >= 0", "engagement": 0.1}, {"when": "tension >= 0", "engagement": 0.9}
    )
    last = reacting({"when": "tension >= 0", "engagement": 0.9})
    assert simulate(both, RUNS).outcomes.equals(simulate(last, RUNS).outcomes)


def test_thresholds_share_one_program_and_change_the_hash():
    early, late = reacting(CALM), reacting(CALM | {"when": "tension >= 6"})
    assert early.program_digest == late.program_digest
    assert early.hash != late.hash
    assert reacting().hash == load_scenario("status-quo").with_weeks(WEEKS).hash


def test_a_file_says_reactions_and_an_extending_file_removes_them():
    text = dump_scenario(reacting(PAUSE, CALM))
    assert read_scenario(text) == reacting(PAUSE, CALM)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('when = "tensoin >= 5"\nhotline = 1', "did you mean `tension`"),
        ('when = "tension"\nhotline = 1', "needs a level, as in `tension >= 1`"),
        ('when = "tension = 5"\nhotline = 1', "as in `tension >= 5`"),
        ('when = "tension >= 5"', "sets nothing"),
        ('when = "tension >= 5"\nhotline = 7', "takes a number from 0 to 1"),
        ('when = "tension >= 5"\nhotline = 1\nweeks = 0', "takes a whole number from 1"),
        ("hotline = 1", "is missing"),
    ],
)
def test_a_reaction_that_cannot_be_says_why_and_where(lines, told):
    with pytest.raises(ScenarioFileError, match=r"line [4567]") as caught:
        read_scenario(f'title = "t"\n\n\n[[reactions]]\n{lines}\n')
    assert told in str(caught.value)
