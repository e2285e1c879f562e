"""What happened beside what is simulated: counted by month, drawn, told; missing is not zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from scenario_sim import load_scenario, simulate
from scenario_sim.data.history import record
from scenario_sim.data.history.coverage import CoverageFile
from scenario_sim.formatting import format_period
from scenario_sim.reporting.charts import LIGHT, compare_trajectory_with_history, history_charts
from scenario_sim.reporting.history_comparison import EVENT_KINDS, EventSeries, known_months
from scenario_sim.reporting.html import render_report
from scenario_sim.reporting.narrative import covered_weeks, recorded_events
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies.cells import Block, Cell
from scenario_sim.studies.tasks import make_task, run_task

REPLAYED = ["DPRK", "USA", "ROK", "China", "Russia"]


def over(start: str, weeks: int, **more) -> Scenario:
    data = {"title": "a past", "start": start, "weeks": weeks, "begins": "2017-01"}
    return Scenario.model_validate(data | more)


def pictures(scenario: Scenario, runs: int = 40) -> dict:
    seen = compare_trajectory_with_history(simulate(scenario, runs))
    assert seen is not None
    return {one.name: one.chart for one in history_charts(seen, None, LIGHT)}


@pytest.fixture(scope="module")
def free():
    return compare_trajectory_with_history(simulate(load_scenario("fire-and-fury-2017"), 60))


@pytest.fixture(scope="module")
def followed():
    return compare_trajectory_with_history(simulate(over("2017-01-02", 52, replay=REPLAYED), 20))


@pytest.fixture
def quiet():
    """The record less everything that North Korea did."""
    whole = record.shipped_record()
    acts = tuple(act for act in whole.acts if act.state != "DPRK")
    return replace(whole, acts=acts, credit="a quiet record")


# --- what is counted -------------------------------------------------------------------------------


def test_2017_is_counted_as_it_was(free):
    totals = {name: path.total for name, path in free.paths.items()}
    assert totals.keys() == EVENT_KINDS.keys()
    wanted = {"launch_days": 17, "icbm_test": 3, "nuclear_test": 1, "resolution": 4, "veto": 0}
    assert wanted.items() <= totals.items()
    assert free.paths["launch_days"].seen.sum() == 17
    assert free.paths["icbm_test"].seen[-1] == 3, "a total that grows"


def test_the_only_veto_of_the_record_is_no_resolution():
    seen = compare_trajectory_with_history(simulate(load_scenario("surge-2022"), 10))
    assert (seen.paths["veto"].total, seen.paths["resolution"].total) == (1, 0)


def test_where_the_record_is_followed_its_launch_days_are_the_futures_own(followed):
    path = followed.paths["launch_days"]
    assert path.totals.tolist() == [17, 17, 17]
    assert path.replayed == 12 and path.inside.size == 0
    assert followed.paths["contact"].replayed == 0, "talks are never replayed"


def test_a_month_lies_inside_between_the_ends_of_the_band_and_counts_only_where_free():
    levels = np.array([[0, 1, 2, 0], [1, 1, 3, 1], [2, 1, 4, 2]])
    seen = np.array([3, 1, 5])
    path = EventSeries(levels, seen, levels[:, -1], 9, replayed=1, written=0, complete=True)
    assert path.inside.tolist() == [True, False]


@pytest.mark.parametrize(
    ("start", "weeks", "first", "months", "known"),
    [
        ("2023-07-03", 52, "2023-07", 12, 6),  # beyond the end there is no path
        ("2004-07-05", 52, "2005-01", 6, 6),  # nor before the beginning
        ("2022-01-03", 52, "2022-01", 12, 12),
        ("2016-12-26", 5, "2017-01", 1, 1),  # of December it holds less than half
    ],
)
def test_months_are_known_where_the_record_knows_them(start, weeks, first, months, known):
    of, many = known_months(over(start, weeks))
    assert (str(of[0]), of.size, many) == (first, months, known)


@pytest.mark.parametrize("name", ["status-quo", "envoy-1994", "russia-treaty-2024"])
def test_where_nothing_is_known_nothing_is_drawn(name):
    trajectory = simulate(load_scenario(name).with_weeks(4), 5)
    assert compare_trajectory_with_history(trajectory) is None
    assert "Against the record" not in render_report(trajectory)


# --- what is drawn and said ------------------------------------------------------------------------


def test_the_sentence_counts_the_months_inside_and_the_table_marks_them(free):
    for one in history_charts(free, None, LIGHT):
        path = free.paths[one.name]
        if path.complete:
            k, n = path.inside.sum(), path.inside.size
            said = (
                f"Of the {n} months on record, {k} lie",
                f"end of {k} of the {n} months on record",
            )
            assert said[EVENT_KINDS[one.name].running] in one.chart.sentence
    chart = history_charts(free, None, LIGHT)[0].chart
    inside = [row[-1] for row in chart.rows]
    assert len(inside) == 12
    assert inside.count("yes") == free.paths["launch_days"].inside.sum()


def test_acts_that_the_scenario_forces_are_no_achievement(free):
    said = {one.name: one.chart.sentence for one in history_charts(free, None, LIGHT)}
    assert "Acts that the scenario itself forces: 3." in said["icbm_test"]
    assert "forces" not in said["resolution"]


def test_agreement_with_a_record_that_is_followed_is_called_no_test(followed):
    said = {one.name: one.chart.sentence for one in history_charts(followed, None, LIGHT)}
    assert "no test" in said["launch_days"] and "inside" not in said["launch_days"]


def test_contacts_are_a_selection_and_judge_nothing(free):
    chart = history_charts(free, None, LIGHT)[-1].chart
    assert "selection" in chart.sentence and "lies inside" not in chart.sentence
    assert {row[-1] for row in chart.rows} == {"–"}


def test_beyond_the_records_end_its_line_ends_and_that_is_said():
    for chart in pictures(over("2023-07-03", 52)).values():
        *_, dots = chart.option["series"]
        assert dots["name"] == "On record" and len(dots["data"]) == 6
        assert "ends with Dec 2023" in chart.sentence
        assert chart.rows[-1][1] == chart.rows[-1][-1] == "–", "missing is not zero"


def test_a_policy_stands_beside_and_the_record_judges_the_scenario_alone(free):
    alone = history_charts(free, None, LIGHT)
    both = history_charts(free, free, LIGHT)
    for one, two in zip(alone, both, strict=True):
        assert "which nobody tried" in two.chart.sentence
        assert len(two.chart.columns) == len(one.chart.columns) + 3 == len(two.chart.rows[0])


def test_the_hand_out_holds_them_with_the_records_credit():
    page = render_report(simulate(load_scenario("surge-2022"), 20))
    assert "Against the record" in page and "CNS for NTI" in page
    assert page.count("on record by Dec 2022") >= len(EVENT_KINDS)


# --- one world -------------------------------------------------------------------------------------


def test_every_act_of_the_record_is_told_on_its_day_and_week():
    scenario = over("2017-01-02", 52)
    told = recorded_events(scenario)
    acts = [
        a
        for a in record.shipped_record().acts
        if a.date.year == 2017 and a.action != "joint_exercise"
    ]
    assert len(acts) > 30
    for act in acts:
        assert any(one.day == act.date and one.state == act.state for one in told), act
    for one in told:
        if one.family != "exercise" and one.state:
            begins = scenario.start + timedelta(weeks=one.week)
            assert begins <= one.day < begins + timedelta(weeks=1)
    assert [one.day for one in told] == sorted(one.day for one in told)


def test_a_drill_called_off_is_told_on_the_day_it_was():
    told = recorded_events(over("2018-06-04", 26))
    assert any(one.sentence == "An August command-post exercise is suspended" for one in told)


def test_what_is_known_to_the_month_says_so():
    contacts = [one for one in recorded_events(over("2018-01-01", 52)) if not one.state]
    assert contacts and all("known to the month" in one.sentence for one in contacts)


def test_quiet_weeks_are_known_to_be_quiet_only_where_the_record_is_complete():
    assert covered_weeks(over("2023-07-03", 52)) == (0, 25)
    assert covered_weeks(over("2026-09-07", 52)) is None
    assert covered_weeks(over("1994-05-30", 26)) is None
    assert recorded_events(over("2026-09-07", 52)) == ()


# --- another record --------------------------------------------------------------------------------


def test_another_record_is_another_engine_and_the_same_one_is_not(quiet):
    own = engine_version()
    with record.record_context(quiet):
        assert engine_version().startswith(f"{own}.") and engine_version() != own
    whole = record.shipped_record()
    with record.record_context(replace(whole, credit="a copy")):
        assert engine_version() == own, "it says the same"
    assert engine_version() == own


def test_a_replay_follows_the_record_in_use_in_other_processes_too(quiet):
    scenario = over("2022-01-03", 4, replay=["DPRK"])
    assert simulate(scenario, 3).outcomes["launch_days"].min() > 5
    with record.record_context(quiet):
        here = simulate(scenario, 2100)
        there = simulate(scenario, 2100, jobs=2)
    assert here.outcomes["launch_days"].max() == 0
    assert here.outcomes.equals(there.outcomes)


def test_a_task_takes_its_record_to_whoever_works_it(quiet):
    scenario, block = over("2022-01-03", 4, replay=["DPRK"]), Block(0, 3)
    own = Cell(scenario, 0, 3).key
    with record.record_context(quiet):
        key = Cell(scenario, 0, 3).key
        task = make_task(Cell(scenario, 0, 3), block)
    assert key != own, "their results never share a file"
    made = run_task(task)
    assert not made.error and made.outcomes


def test_the_record_of_a_folder_is_credited_to_it(quiet):
    with record.record_context(quiet):
        seen = compare_trajectory_with_history(simulate(over("2022-01-03", 26), 5))
    assert seen.credit == "a quiet record"
    assert seen.paths["launch_days"].total == 0


@pytest.mark.parametrize(
    "words", [("run",), ("replay", "--run", 0), ("compare", "--set", "hotline=1")]
)
def test_commands_tell_a_folder_that_is_no_record_beside_all_else(refused, tmp_path, words):
    command, *rest = words
    told = refused(command, "nosuch", *rest, "--seed", -1, "--record", tmp_path / "none")
    for said in ("there is no such folder", "no scenario 'nosuch'", "--seed"):
        assert said in told


# --- what stands in the files ----------------------------------------------------------------------


def test_every_policy_change_of_the_history_names_a_source_or_says_judgement():
    changes = load_scenario("history-2012").changes
    assert len(changes) > 30
    for change in changes:
        told: dict[str, str] = {}
        for part in change.source.split("; "):
            names, colon, how = part.partition(": ")
            told |= dict.fromkeys(names.split(", "), how) if colon else {}
        assert told.keys() == change.settings().keys(), change.id
        assert all(told.values()), change.id


@pytest.mark.parametrize(
    ("weeks", "said"),
    [(626, "12 years (626 weeks)"), (104, "two years"), (39, "39 weeks"), (130, "130 weeks")],
)
def test_long_spans_are_told_in_years_and_weeks(weeks, said):
    assert format_period(weeks) == said


def test_the_card_of_the_history_says_how_long_it_lasts(ask):
    assert "12 years (626 weeks) from 2012-01-02" in ask("show", "history-2012").out


def test_what_a_record_does_not_claim_to_be_complete_for_is_drawn_and_not_judged():
    """A record that lists nuclear tests only says nothing of missiles it does not mention."""
    whole = record.shipped_record()
    stated = CoverageFile(date(2005, 1, 1), date(2023, 12, 31), {"DPRK": ("nuclear_test",)})
    with record.record_context(replace(whole, stated=stated)):
        seen = compare_trajectory_with_history(simulate(over("2017-01-02", 26), 10))
    assert [name for name, path in seen.paths.items() if path.complete] == ["nuclear_test"]


def test_months_after_the_shipped_coverage_are_compared_where_another_record_covers_them():
    later = replace(
        record.shipped_record(), stated=CoverageFile(date(2005, 1, 1), date(2025, 6, 30))
    )
    world = over("2025-01-06", 52)
    assert known_months(world)[1] == 0
    with record.record_context(later):
        assert known_months(world)[1] == 6
        assert covered_weeks(world) == (0, 24)
