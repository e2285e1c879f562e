"""Metrics of a growing ensemble, how precise they are, and studies that stop by them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenario_sim import load_scenario
from scenario_sim.errors import ScenarioError
from scenario_sim.simulation.intervals import Z95
from scenario_sim.simulation.outcomes import summarise_outcomes
from scenario_sim.studies import Cell, Metric, Store, Until, read_study, run_study, run_study_file

SHORT = load_scenario("status-quo").with_weeks(8)
EXERCISES = SHORT.with_levers(exercise_scale=0.1)


def correlated_worlds(generator: np.random.Generator, runs: int) -> tuple[pd.DataFrame, ...]:
    """Two worlds that share most of their luck; of the second, mean 12 and q90 14.563."""
    shared = generator.normal(0, 1, runs)
    base = 10 + 2 * shared
    return tuple(
        pd.DataFrame({"launch_days": values, "confrontation_risk": 0.01})
        for values in (12 + 1.9 * shared + 0.6245 * generator.normal(0, 1, runs), base)
    )


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("launch_days", 12.0),
        ("q90(launch_days)", 12 + 2 * 1.281552),
        ("share(launch_days > 14)", 0.158655),
        ("difference(launch_days)", 2.0),
        ("ratio(launch_days)", 1.2),
        ("difference(q90(launch_days))", 2.0),
        ("ratio(q90(launch_days))", (12 + 2 * 1.281552) / (10 + 2 * 1.281552)),
        ("difference(share(launch_days >= 14))", 0.158655 - 0.022750),
        ("ratio(share(launch_days > 12))", 0.5 / 0.158655),
    ],
)
def test_nineteen_of_twenty_intervals_hold_the_true_value(text, truth):
    metric, generator, held = Metric.parse(text), np.random.default_rng(1), 0
    for _ in range(300):
        table, base = correlated_worlds(generator, 1000)
        value, half = metric.estimate(table, base if metric.change else None)
        held += abs(value - truth) <= half
    assert 0.91 < held / 300 < 0.985


def test_common_random_numbers_make_a_difference_more_precise_than_its_sides():
    table, base = correlated_worlds(np.random.default_rng(2), 4000)
    for inner in ("launch_days", "q90(launch_days)"):
        apart = [Metric.parse(inner).estimate(side).half for side in (table, base)]
        paired = Metric.parse(f"difference({inner})").estimate(table, base).half
        assert paired < 0.7 * np.hypot(*apart)


def test_the_error_of_a_mean_is_that_of_the_summary(tmp_path):
    store, cell = Store(tmp_path), Cell(SHORT, 7, 2000)
    run_study([cell], store)
    table = store.of(cell)
    for name in ("launch_days", "confrontation_risk", "inadvertent_share"):
        half = Metric(name).estimate(table).half
        assert half == pytest.approx(Z95 * summarise_outcomes(table).loc[name, "mcse"])


def test_what_no_run_has_shown_is_not_taken_for_certain():
    table = pd.DataFrame({"launch_days": np.zeros(2000)})
    seen = Until.parse("half(share(launch_days > 20))=0.0001").judge(table)[0]
    assert seen.value == 0 and 0.0009 < seen.half < 0.002 and not seen.converged


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("half(q95(launch_dais))=1", "did you mean `launch_days`"),
        ("half(q0(launch_days))=1", "between q0 and q100"),
        ("half(share(launch_days))=1", "is none; take"),
        ("half(ratio(ratio(launch_days)))=1", "is none; take"),
        ("half(q95(inadvertent_share))=1", "a mean alone"),
        ("half(launch_days)=-1", "takes half(METRIC)=E"),
        ("half(confrontation_cause)=1", "outcome with a mean"),
    ],
)
def test_what_is_no_metric_is_refused_with_its_cure(text, cure):
    with pytest.raises(ScenarioError, match="until") as refused:
        Until.parse(text)
    assert cure in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["half(launch_days)=1", "half(ratio(q90(launch_days)))=5%", "half(share(launch_days<=2))=0.01"],
)
def test_a_target_reads_as_it_is_written(text):
    assert str(Until.parse(text)) == text
    assert Until.parse(*str(Until.parse(text, "mcse=0.1")).split("; ")).targets[0].half > 0


def test_an_own_outcome_is_a_metric_and_an_unknown_name_lists_both_kinds():
    text = "half(ratio(q90(my_weeks)))=5%"
    assert str(Until.parse(text, own=["my_weeks"])) == text
    with pytest.raises(ScenarioError) as refused:
        Until.parse("half(xyzzy)=1", own=["my_weeks"])
    assert "launch_days" in str(refused.value) and "my_weeks" in str(refused.value)


def test_the_precision_of_an_own_outcome_ends_a_study_file():
    spells = Path(__file__).parents[2] / "docs" / "own-outcomes" / "spells.py"
    study = read_study(
        f"""title="Spells"
runs=100_000
weeks=4
plugins=['{spells}']
outcomes=["longest_crisis"]
until=["half(q90(longest_crisis))=1", "half(difference(longest_crisis))=0.9"]
[[factors]]
input="exercise_scale"
values=[0.1, 0.9]"""
    )
    found = run_study_file(study).precision
    assert found["converged"].all() and (found["runs"] < 100_000).all()
    assert set(found["metric"]) == {"q90(longest_crisis)", "difference(longest_crisis)"}


def test_a_study_grows_until_every_metric_has_converged(tmp_path):
    wanted = ("half(ratio(launch_days))=1%", "half(q90(launch_days))=1", "half(tension_peak)=0.001")
    until = Until.parse(wanted[0], wanted[1])
    cells = [Cell(SHORT, 7, 40_000), Cell(EXERCISES, 7, 40_000)]
    found = run_study(cells, tmp_path, until=until)
    base, other = (found.precision[cell.key] for cell in cells)
    assert [one.metric for one in base] == ["q90(launch_days)"]
    assert [one.metric for one in other] == ["ratio(launch_days)", "q90(launch_days)"]
    assert all(one.converged and one.half <= one.wanted for one in (*base, *other))
    assert other[0].wanted == pytest.approx(0.01 * other[0].value)
    assert found.runs[cells[0].key] >= found.runs[cells[1].key]
    again = run_study(cells, tmp_path, until=until, jobs=2)
    assert (again.runs_made, again.precision) == (0, found.precision)


def test_a_metric_that_stays_rough_is_reported_as_not_converged(tmp_path):
    until = Until.parse("half(difference(launch_days))=0.0001")
    cells = [Cell(SHORT, 7, 2500), Cell(EXERCISES, 7, 2500)]
    found = run_study(cells, tmp_path, until=until)
    (one,) = found.precision[cells[1].key]
    assert found.runs[cells[1].key] == 2500 and not one.converged and one.half > one.wanted
    assert "0 of 1 metrics of cells converged" in repr(found)


STUDY = """
title = "Drills"
runs = 6000
weeks = 8
seeds = [1, 2]
outcomes = ["launch_days"]
until = ["half(launch_days)=0.05", "half(difference(q90(launch_days)))=0.5"]
[[factors]]
input = "exercise_scale"
values = [1, 0.5, 0.1]
"""


def test_a_study_file_tells_the_precision_of_each_cell_and_shards_agree_with_the_whole(tmp_path):
    study = read_study(STUDY)
    whole = run_study_file(study, tmp_path / "whole")
    assert len(whole.precision) == 2 * (1 + 2 + 2)
    assert set(whole.precision["metric"]) == {"launch_days", "difference(q90(launch_days))"}
    kept = pd.read_csv(tmp_path / "whole/precision.csv")
    assert kept["converged"].tolist() == whole.precision["converged"].tolist()
    merged = Store(tmp_path / "merged")
    for number in (1, 2):
        run_study_file(study, tmp_path / str(number), part=(number, 2))
        merged.merge(tmp_path / str(number))
    again = run_study_file(study, merged.path)
    pd.testing.assert_frame_equal(again.precision, whole.precision)


def test_changes_need_common_random_numbers():
    text = STUDY.replace("runs = 6000", "runs = 6000\ncommon_random_numbers = false")
    with pytest.raises(ScenarioError, match="need common_random_numbers"):
        run_study_file(read_study(text))
