"""A study file says everything that a study needs, and its results are those of its cells."""

import json

import jsonschema
import numpy as np
import pytest

from scenario_sim import load_scenario, simulate
from scenario_sim.errors import ScenarioError, ScenarioFileError
from scenario_sim.studies import Store, load_study, read_study, run_study_file, sweep
from scenario_sim.studies.study_file import study_json_schema
from scenario_sim.studies.study_file.columns import columns_of
from scenario_sim.studies.study_file.plan import StudyPlan

HEAD = (
    'title = "A study"\nruns = 12\nweeks = 10\noutcomes = ["launch_days", "confrontation_risk"]\n'
)
HOTLINE = '[[factors]]\ninput = "hotline"\nvalues = [0, 1]\n'
THREATS = '[[factors]]\ninput = "us_threats"\nvalues = [0.1, 0.9]\n'
EVERY_KEY = """
title = "Every kind of factor"
question = "Which of them matters?"
scenario = "fire-and-fury-2017"
weeks = 20
settings = { hotline = 0.4 }
runs = 7
until = "mcse(launch_days)=0.5"
seeds = [0, 5]
common_random_numbers = false
outcomes = ["launch_days", "mean_tension"]
changes = [{ date = 2017-03-06, engagement = 0.3 }]

[[factors]]
name = "drills"
input = "exercise_scale"
low = 0.2
high = 1.0
points = 3

[[factors]]
name = "beliefs"
group = "hypotheses"

[[factors]]
policies = { calm = { us_threats = 0.1 } }

[[factors]]
theories = ["as set", "spiral"]

[[factors]]
without = ["", "self_excitation"]

[[factors]]
change = { engagement = 0.9 }
dates = [2017-02-06, 2017-04-03]

[[windows]]
name = "spring"
first_week = 8
last_week = 20

[design]
kind = "lhs"
samples = 60

[[analyses]]
kind = "sensitivity"
method = "pawn"
outcome = "spring.launch_days"

[[analyses]]
kind = "discover"
outcome = "mean_tension"
above = "80%"
"""


def test_a_study_reads_as_what_it_writes():
    study = read_study(EVERY_KEY)
    assert read_study(study.to_toml()) == study


def test_a_study_file_fits_the_schema_that_is_printed():
    study = json.loads(read_study(EVERY_KEY).model_dump_json(exclude_defaults=True))
    jsonschema.validate(study, study_json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(study | {"colour": "red"}, study_json_schema())


def test_a_design_point_holds_what_its_row_says():
    plan = StudyPlan(read_study(EVERY_KEY))
    design = plan.design()
    row = design.iloc[3].to_dict()
    made = plan.apply(row)
    assert len(design) == 60
    assert made.levers.exercise_scale == row["drills"]
    assert made.levers.hotline == 0.4
    assert made.weeks == 20
    assert set(made.without) == ({row["without"]} if row["without"] else set())
    dated = {str(change.date) for change in made.changes if change.engagement == 0.9}
    assert dated == {row["date of engagement"]}


def test_an_input_has_the_last_word_over_a_theory():
    text = HEAD + '[[factors]]\ninput = "exercise_sensitivity"\nvalues = [0.5]\n'
    text += '[[factors]]\ntheories = ["spiral"]\n'
    plan = StudyPlan(read_study(text))
    made = plan.apply(plan.design().iloc[0].to_dict())
    assert made.hypotheses.exercise_sensitivity == 0.5
    assert made.parameters["dprk_threat_deployments"] == 0.35


def test_the_cells_are_those_of_the_sweep_that_it_spells_out():
    table = run_study_file(read_study(HEAD + HOTLINE + THREATS)).table
    found = sweep(
        load_scenario("status-quo").with_weeks(10),
        {"hotline": [0, 1], "us_threats": [0.1, 0.9]},
        runs=12,
    )
    assert table["launch_days"].tolist() == pytest.approx(found.mean["launch_days"].tolist())
    assert table["mcse:launch_days"].tolist() == pytest.approx(found.mcse["launch_days"].tolist())


def test_a_window_holds_what_its_weeks_hold():
    text = HEAD.replace("launch_days", "mean_tension", 1).replace('["', '["launch_days", "', 1)
    text += HOTLINE + '[[windows]]\nname = "late"\nfirst_week = 4\nlast_week = 9\n'
    row = run_study_file(read_study(text)).table.iloc[0]
    weeks = simulate(load_scenario("status-quo").with_levers(hotline=0.0).with_weeks(10), 12)
    launches = weeks.dataset["launch_days"].to_numpy()[:, 4:9].sum(axis=1)
    tension = weeks.dataset["tension"].to_numpy()[:, 4:9].astype(float)
    assert row["late.launch_days"] == pytest.approx(launches.mean())
    assert row["late.mean_tension"] == pytest.approx(tension.mean(), abs=1e-4)
    assert 0 < row["late.confrontation_risk"] < row["confrontation_risk"]


def test_parts_of_a_study_merge_into_the_same_results(tmp_path):
    from scenario_sim.studies.store.merge import merge_stores

    study = read_study(HEAD + HOTLINE + THREATS)
    whole = run_study_file(study, tmp_path / "whole")
    for part in (1, 2):
        partial = run_study_file(study, tmp_path / str(part), part=(part, 2))
        assert partial.missing == 2
        assert not (tmp_path / str(part) / "results.csv").exists()
    for part in ("1", "2"):
        merge_stores(tmp_path / "merged", tmp_path / part)
    again = run_study_file(study, tmp_path / "merged")
    assert again.table.equals(whole.table)
    results = [(tmp_path / name / "results.csv").read_bytes() for name in ("whole", "merged")]
    assert results[0] == results[1]


def test_a_large_design_runs_in_parts_with_the_same_results(monkeypatch):
    text = HEAD + HOTLINE + THREATS + '[[windows]]\nname = "early"\nlast_week = 4\n'
    study, told = read_study("seeds = [1, 2]\n" + text), []
    whole = run_study_file(study)
    monkeypatch.setattr("scenario_sim.studies.study_file.run.MAX_SCENARIOS", 4)
    parts = run_study_file(study, progress=lambda *at: told.append(at))
    assert parts.table.equals(whole.table)
    run_weeks = 4 * 2 * 12 * (10 + 4)  # points, seeds, runs, weeks of both spans
    assert {total for _, total in told} == {run_weeks} and told == sorted(told)
    assert told[-1][0] == run_weeks


def test_a_finished_study_simulates_nothing_again(tmp_path):
    study = read_study(HEAD + HOTLINE)
    run_study_file(study, tmp_path)
    files = {path: path.stat().st_mtime_ns for path in (tmp_path / "cells").rglob("*.parquet")}
    done = []
    run_study_file(study, tmp_path, progress=lambda part, total: done.append(total))
    assert {path: path.stat().st_mtime_ns for path in files} == files
    assert sum(done) == 0


def test_seeds_are_shared_unless_the_file_says_otherwise():
    shared = run_study_file(read_study(HEAD + '[[factors]]\ninput = "hotline"\nvalues = [1, 0]\n'))
    assert shared.table["launch_days"].nunique() == 1  # a hotline moves hazards and nothing else
    own = HEAD + "common_random_numbers = false\n" + HOTLINE
    assert run_study_file(read_study(own)).table["launch_days"].nunique() == 2


def test_groups_share_one_index_and_pairs_have_theirs():
    text = HEAD + '[[factors]]\nname = "calm"\ngroup = ["us_threats", "exercise_scale"]\n'
    text += '[[factors]]\ninput = "programme_drive"\n'
    text += '[design]\nkind = "saltelli"\nsamples = 8\nsecond_order = true\n'
    text += '[[analyses]]\nkind = "sensitivity"\noutcome = "launch_days"\n'
    found = run_study_file(read_study(text))
    assert len(found.table) == 8 * (2 * 2 + 2)
    assert set(found.analyses["sobol-launch_days"]["name"]) == {"calm", "programme_drive"}
    assert found.analyses["sobol-launch_days"]["name"][0] == "programme_drive"
    assert len(found.analyses["pairs-launch_days"]) == 1


def test_policies_are_judged_by_their_regret_under_each_theory():
    text = HEAD + "[[factors]]\npolicies = { calm = { us_threats = 0, engagement = 0.9 } }\n"
    text += '[[factors]]\ntheories = ["as set", "accident"]\n'
    text += '[[analyses]]\nkind = "regret"\n'
    regret = run_study_file(read_study(text)).analyses["regret-confrontation_risk"]
    assert regret.loc["calm"].eq(0).all()
    assert regret.loc["as it is"].gt(0).all()


@pytest.mark.parametrize("distribution", ["uniform", "triangular", "normal"])
def test_samples_stay_in_their_range_and_follow_their_distribution(distribution):
    more = {"triangular": "mode = 0.2\n", "normal": "mean = 0.2\nsd = 0.1\n"}.get(distribution, "")
    text = HEAD + f'[[factors]]\ninput = "us_threats"\ndistribution = "{distribution}"\n{more}'
    study = read_study(text + '[design]\nkind = "lhs"\nsamples = 200\n')
    (column,) = columns_of(load_scenario("status-quo"), study.factors[0], study.folder)
    values = np.array(column.sample(np.linspace(0, 1, 201)))
    assert values.min() >= 0 and values.max() <= 1
    assert (np.diff(values) >= 0).all()
    below = {"uniform": 0.2, "triangular": 0.2, "normal": 0.5}[distribution]
    assert (values < 0.2).mean() == pytest.approx(below, abs=0.03)


def test_points_come_from_a_file_and_a_bad_one_names_its_line(tmp_path):
    points = "hotline,policy\n0.25,as it is\n1,calm\n"
    text = HEAD + '[[factors]]\ninput = "hotline"\n'
    text += "[[factors]]\npolicies = { calm = { us_threats = 0 } }\n"
    text += '[design]\nkind = "points"\npoints = "points.csv"\n'
    (tmp_path / "points.csv").write_text("\ufeff" + points, encoding="utf-8")
    (tmp_path / "study.toml").write_text(text)
    table = run_study_file(load_study(tmp_path / "study.toml")).table
    assert table["hotline"].tolist() == [0.25, 1]
    assert table["policy"].tolist() == ["as it is", "calm"]
    (tmp_path / "points.csv").write_text(points + "7,loud\n")
    with pytest.raises(ScenarioFileError) as caught:
        load_study(tmp_path / "study.toml")
    assert "points.csv, line 4: hotline takes numbers from 0 to 1, not '7'" in str(caught.value)
    assert "there is no level 'loud'" in str(caught.value)


def test_a_list_whose_entry_is_wrong_is_not_called_empty():
    with pytest.raises(ScenarioFileError) as error:
        read_study('title = "t"\n[[factors]]\nname = "us_threats"')
    assert "factors[0]: varies nothing" in str(error.value)
    assert "one entry or more" not in str(error.value)
    with pytest.raises(ScenarioFileError, match="factors: takes one entry or more"):
        read_study('title = "t"\nfactors = []')


def test_every_problem_is_told_with_its_line():
    text = """title = "Bad"
until = "soon"
outcomes = ["launch_days", "nothing"]
settings = { hotlin = 1 }
[[factors]]
input = "hotlin"
[[factors]]
theories = ["x"]
[[windows]]
name = "w"
first_week = 10
last_week = 500
[design]
kind = "sobol"
samples = 5
[[analyses]]
kind = "regret"
outcome = "icbm_tests"
"""
    with pytest.raises(ScenarioFileError) as caught:
        read_study(text, "bad.toml")
    lines = [problem.line for problem in caught.value.problems]
    assert lines == [2, 3, 4, 6, 8, 12, 15, 17, 18]
    assert "did you mean `hotline`?" in str(caught.value)


@pytest.mark.parametrize(
    ("factor", "told"),
    [
        ('input = "hotline"\ntheories = ["spiral"]', "keep one"),
        ("low = 1", "varies nothing"),
        ('input = "hotline"\nvalues = [0, 1]\nlow = 0', "keep one of the two"),
        ('input = "hotline"\ndates = [2027-01-04]', "`change`"),
        ("change = { engagement = 1 }", "change needs dates"),
        ('input = "hotline"\nsd = 0.1', 'distribution = "normal"'),
        ('group = ["hotline", "us_threats"]', "needs a name"),
        ('input = "hotline"\ncolour = 1', "is no key of a study here"),
    ],
)
def test_a_factor_that_says_two_things_is_refused(factor, told):
    with pytest.raises(ScenarioFileError, match=told):
        read_study(f"{HEAD}[[factors]]\n{factor}\n")


@pytest.mark.parametrize(
    ("analysis", "name"),
    [('kind = "importance"', "importance"), ('kind = "sensitivity"\nmethod = "pawn"', "pawn")],
)
def test_an_analysis_of_too_few_points_is_refused_before_the_first_run(tmp_path, analysis, name):
    design = (
        '[design]\nkind = "lhs"\nsamples = 40\n[[factors]]\ninput = "hotline"\nlow = 0\nhigh = 1\n'
    )
    study = read_study(f'{HEAD}{design}[[analyses]]\noutcome = "launch_days"\n{analysis}\n')
    told = rf"analyses\[0\]: {name} needs 50 design points or more, not 40"
    with pytest.raises(ScenarioError, match=told):
        run_study_file(study, tmp_path)
    assert not Store(tmp_path).cells().size


def test_a_store_keeps_the_study_that_made_it(tmp_path):
    study = read_study(HEAD + HOTLINE)
    run_study_file(study, tmp_path)
    assert load_study(tmp_path / "study.toml") == study.model_copy(update={"folder": tmp_path})
    assert len(Store(tmp_path).cells()) == 2
