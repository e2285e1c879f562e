"""Own outcomes, weekly quantities and theories: what they measure, and what they leave alone."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from scenario_sim import compare, load_plugins, load_scenario, replay, simulate
from scenario_sim.data.plugins import PluginError
from scenario_sim.errors import ScenarioSimError
from scenario_sim.simulation.outcomes import OUTCOMES, outcomes_of
from scenario_sim.simulation.plugins.measures import measure_own
from scenario_sim.simulation.runner import NumpyRunner

EXAMPLES = Path(__file__).parents[3] / "docs" / "own-outcomes"
ARITHMETIC, FUNCTIONS = EXAMPLES / "crises.toml", EXAMPLES / "spells.py"


@pytest.fixture(scope="module")
def plugins():
    return load_plugins(ARITHMETIC, FUNCTIONS)


@pytest.fixture(scope="module")
def scenario(plugins):
    return load_scenario("status-quo").with_weeks(52).with_plugins(plugins)


@pytest.fixture(scope="module")
def trajectory(scenario):
    return simulate(scenario, 60, seed=7)


def written(tmp_path, text: str, name: str = "mine.toml") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def outcome(of: str = "tension >= 5", reduce: str = "sum", **more: str) -> str:
    said = {"name": "mine", "unit": "weeks", "description": "Mine.", "of": of, "reduce": reduce}
    return "[[outcome]]\n" + "".join(f'{k} = "{v}"\n' for k, v in (said | more).items())


# --- what is measured ------------------------------------------------------------------------------


def test_an_outcome_of_arithmetic_is_what_numpy_makes_of_the_recorded_weeks(trajectory):
    tension = trajectory.recording["tension"].astype(float)
    talks, own = trajectory.recording["talks_stage"], trajectory.outcomes
    pressure = np.maximum(tension - 4, 0) * (talks < 2)
    assert own["mean_pressure"].to_numpy() == pytest.approx(pressure.mean(axis=0), rel=1e-12)
    assert (own["crisis_weeks"] == (tension >= 5).sum(axis=0)).all()
    crisis = (tension >= 5).any(axis=0)
    assert 0 < crisis.sum() < len(crisis), "some runs have a crisis and some have none"
    assert (own["first_crisis"].isna() == ~crisis).all()
    assert (own["first_crisis"][crisis] == (tension >= 5).argmax(axis=0)[crisis]).all()
    assert (own["peak_threat"] == trajectory.recording["DPRK.threat"].max(axis=0)).all()


def test_acts_are_counted_by_state_and_family(trajectory):
    cast, weekly = trajectory.scenario.cast, trajectory.recording
    by_usa = [n for n, (s, a) in cast.actions.items() if s.code == "USA" and a.family == "sanction"]
    count = sum(weekly.did(name).astype(int) for name in by_usa)
    assert count.any() and (trajectory.quantity("us_pressure") == count).all()


def test_compiled_and_numpy_measure_the_same_bits(trajectory):
    found = measure_own(trajectory.scenario, trajectory.recording)
    assert list(found) == [one.name for one in trajectory.scenario.plugins.outcomes]
    for name, column in found.items():
        assert np.array_equal(column, trajectory.outcomes[name], equal_nan=True), name


def test_the_mesa_model_in_numpy_measures_them_as_well(scenario):
    few = scenario.with_weeks(6)
    rows = NumpyRunner(few).make(7, np.arange(3))
    assert (
        rows["own.crisis_weeks"].tolist()
        == simulate(few, 3, seed=7).outcomes["crisis_weeks"].tolist()
    )


def test_a_plugin_changes_no_world(trajectory, scenario):
    plain = simulate(load_scenario("status-quo").with_weeks(52), 60, seed=7)
    names = [one.name for one in OUTCOMES]
    assert plain.outcomes.equals(trajectory.outcomes[names])
    assert plain.scenario.hash == scenario.hash and plain.engine == trajectory.engine


def test_threads_blocks_and_a_run_alone_measure_the_same(trajectory, scenario):
    threads = simulate(scenario, 60, seed=7, keep="outcomes", jobs=3).outcomes
    assert threads.equals(trajectory.outcomes)
    assert replay(scenario, seed=7, run=5).outcomes.equals(trajectory.outcomes.loc[[5]])


def test_a_function_reads_arrays_of_runs_and_weeks(trajectory):
    tension = trajectory.recording["tension"].T
    steps = trajectory.quantity("tension_step")
    assert steps.shape == (52, 60) and steps.dtype == np.float32
    assert pytest.approx(np.diff(tension, axis=1), abs=1e-6) == steps[1:].T
    longest = max(len(s) for s in "".join("x" if t >= 5 else " " for t in tension[3]).split(" "))
    assert trajectory.outcomes["longest_crisis"].iloc[3] == longest


def test_kept_weeks_and_the_dataset_hold_own_quantities(scenario, trajectory):
    kept = simulate(scenario, 8, seed=7, keep=["pressure"])
    assert (kept.quantity("pressure") == trajectory.quantity("pressure")[:, :8]).all()
    variable = trajectory.dataset["pressure"]
    assert variable.dims == ("run", "week") and variable.attrs["units"] == "rungs"
    assert "crises.toml" in trajectory.dataset.attrs["plugins"]


def test_a_comparison_has_a_row_for_each_own_outcome(scenario):
    pair = compare(scenario, scenario.with_levers(us_threats=1), runs=30, seed=7, keep="outcomes")
    row = pair.table.loc["mean_pressure"]
    assert row["difference"] == pytest.approx(row["policy"] - row["baseline"])
    assert pair.changed("crisis_weeks") > 0
    with pytest.raises(ScenarioSimError, match="different plug-ins"):
        compare(scenario, load_scenario("status-quo").with_weeks(52), runs=2)


# --- how they travel -------------------------------------------------------------------------------


def test_plugins_travel_with_the_scenario_to_another_process(scenario, plugins):
    packed = pickle.dumps(scenario)
    assert b"scenario_sim_plugin_" not in packed, "a worker has no module of the plug-in"
    there = pickle.loads(packed)
    assert there == scenario and there.plugins.sources == plugins.sources
    assert there.with_levers(hotline=1).plugins.outcomes[-1].function is not None
    assert [o.name for o in outcomes_of(there)] == [o.name for o in outcomes_of(scenario)]


def test_no_scenario_file_and_no_link_can_bring_a_plugin(tmp_path):
    path = written(tmp_path, f'title = "Mine"\nplugins = ["{ARITHMETIC}"]\n')
    with pytest.raises(ScenarioSimError, match=r"line 2: plugins: is no key of a scenario"):
        load_scenario(path)


def test_a_package_brings_a_plugin_by_an_entry_point(tmp_path, monkeypatch):
    (tmp_path / "crisis_package.py").write_text(FUNCTIONS.read_text())
    info = tmp_path / "crisis_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: crisis-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[scenario_sim.plugins]\ncrises = crisis_package\n")
    monkeypatch.syspath_prepend(tmp_path)
    plugins = load_plugins("crises")
    (one,) = pickle.loads(pickle.dumps(plugins)).items
    assert one.installed and one.name == "crises" and one.digest == plugins.items[0].digest
    found = simulate(load_scenario("status-quo").with_weeks(4).with_plugins(plugins), 2)
    assert "longest_crisis" in found.outcomes
    packed = pickle.dumps(plugins)
    (tmp_path / "crisis_package.py").write_text(FUNCTIONS.read_text() + "\n# another version\n")
    with pytest.raises(PluginError, match="another version of the plug-in crises"):
        pickle.loads(packed)


# --- errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (outcome("tensoin >= 5"), "line 5: outcome[0].of: there is no quantity 'tensoin'; did you mean"),
        (outcome("open('x')"), "there is no function `open`"),
        (outcome("tension.__class__"), "there is no quantity 'tension.__class__'"),
        (outcome("[tension]"), "has a part that is no arithmetic"),
        (outcome("3 > 2"), "compares numbers alone"),
        (outcome("tension >"), "is no arithmetic"),
        (outcome("tension", "median"), "line 6: outcome[0].reduce: takes \"sum\", \"mean\""),
        (outcome(unit="weeks\\nof"), "line 3: outcome[0].unit: takes a short text"),
        (outcome(name="launch_days"), "launch_days is taken: it is an outcome of the model"),
        (outcome(name="talks_weeks"), "it is an outcome of the model; choose another name"),
        (outcome(nmae="x"), "outcome[0].nmae: is no key of a plug-in here; did you mean `name`?"),
        ("title = 1", "title: is no key of a plug-in here"),
        ("", "defines nothing"),
    ],
)  # fmt: skip
def test_a_wrong_definition_is_told_with_line_key_and_cure(tmp_path, text, told):
    path = written(tmp_path, text)
    with pytest.raises(ScenarioSimError) as error:
        load_plugins(path)
    assert told in str(error.value) and str(path) in str(error.value)


def test_every_problem_of_every_file_is_told_at_once(tmp_path):
    one = written(tmp_path, outcome("nosuch") + outcome("tension + ", name="other"))
    two = written(tmp_path, "[[theory]]\nname = 'spiral'\ntitle = 'x'\nwords = 'x'\n"
                            "settings = { hotline = 1 }\nparameters = { leak_china = 7 }", "two.toml")  # fmt: skip
    with pytest.raises(ScenarioSimError) as error:
        load_plugins(one, two)
    for told in ("nosuch", "is no arithmetic", "spiral is taken", "no hypothesis 'hotline'",
                 "leak_china: takes a number from 0.3 to 0.75, not 7"):  # fmt: skip
        assert told in str(error.value)


def test_quantities_may_not_define_each_other_in_a_circle(tmp_path):
    rows = [("a", "b + tension"), ("b", "2 * c"), ("c", "a")]
    text = "".join(
        f'[[quantity]]\nname="{n}"\nunit="x"\ndescription="x"\nof="{of}"\n' for n, of in rows
    )
    with pytest.raises(ScenarioSimError, match="defines itself: a -> b -> c -> a"):
        load_plugins(written(tmp_path, text))


def test_two_plugins_may_not_define_one_name(tmp_path):
    with pytest.raises(ScenarioSimError, match=r"mine is taken: it is defined in mine\.toml"):
        load_plugins(written(tmp_path, outcome()), written(tmp_path, outcome(), "two.toml"))


PYTHON = "from scenario_sim.simulation.plugins.python import outcome\n"
MARK = '@outcome(unit="x", description="Mine.", reads=["tension"])\ndef mine(weeks):\n    '


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return weeks['tension']", "line 2: mine returns an array of shape (2, 4)"),
        ("return weeks['tension'].mean()", "returns an array of shape ()"),
        ("return weeks['trust'].sum(axis=1)", "raises KeyError: 'trust'; name in `reads`"),
        ("return {}['mine']", "raises KeyError: 'mine'"),
        ("raise SystemExit(3)", "raises SystemExit: 3"),
        ("return weeks['tension'].mean(axis=1) * 1j", "it returns complex numbers"),
        ("return weeks['tension'].mean(axis=1) / 0", "returns NaN or infinity"),
        ("return weeks['tension'].mean(axis=1) * 0 + weeks['tension'].mean()",
         "gives a run another number beside other runs"),
    ],
)  # fmt: skip
def test_a_function_that_gives_no_result_is_told_with_its_line(tmp_path, body, told):
    path = written(tmp_path, PYTHON + MARK + body, "mine.py")
    with pytest.raises(PluginError) as error, np.errstate(all="ignore"):
        simulate(load_scenario("status-quo").with_weeks(4).with_plugins(load_plugins(path)), 2)
    assert told in str(error.value) and str(path) in str(error.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PYTHON + "1 / 0", "line 2: raises ZeroDivisionError"),
        (PYTHON + "def mine(:", "line 2: is no Python"),
        (PYTHON + "raise SystemExit(3)", "line 2: raises SystemExit"),
        (PYTHON + MARK.replace('"tension"', '"tensoin"') + "return 1", "mine.reads: there is no quantity"),
        (PYTHON + MARK.replace('"x"', '""') + "return 1", "mine.unit"),
        (PYTHON + 2 * (MARK + "return 1\n"), "line 5: raises ValueError: mine is defined twice"),
        ("import os", "defines nothing"),
    ],
)  # fmt: skip
def test_a_wrong_module_is_told_without_a_traceback(tmp_path, text, told):
    with pytest.raises(ScenarioSimError) as error:
        load_plugins(written(tmp_path, text, "mine.py"))
    assert told in str(error.value)


def test_a_missing_file_and_an_unknown_plugin_name_the_cure(tmp_path):
    written(tmp_path, outcome())
    with pytest.raises(ScenarioSimError, match=r"did you mean `mine\.toml`\?"):
        load_plugins(tmp_path / "mien.toml")
    with pytest.raises(ScenarioSimError, match="or the name of an installed plug-in"):
        load_plugins("nosuch")


def test_states_that_lack_what_a_plugin_reads_are_refused_before_any_run(tmp_path):
    folder = str(EXAMPLES.parent / "own-states")
    own = load_plugins(written(tmp_path, outcome("Australia.threat")), states=folder)
    with pytest.raises(ScenarioSimError, match=r"there is no quantity 'Australia\.threat'"):
        simulate(load_scenario("status-quo").with_plugins(own), 2)
