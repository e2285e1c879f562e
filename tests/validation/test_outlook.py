"""A frozen outlook: what is written down, and how it is scored once the record has grown."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from scenario_sim import load_scenario, simulate
from scenario_sim.data.history import record
from scenario_sim.data.history.coverage import CoverageFile
from scenario_sim.data.parameters import THEORIES
from scenario_sim.errors import OutputError
from scenario_sim.reporting import outlook as told
from scenario_sim.reporting import outlook_messages
from scenario_sim.reporting.charts import LIGHT
from scenario_sim.validation import outlook as outlooks
from scenario_sim.validation import scores
from scenario_sim.validation.outlook import (
    AS_SET,
    CLASS_OF,
    UNSCORED,
    count_runs,
    freeze_outlook,
    load_outlooks,
    observed_counts,
    save_outlook,
    score_outlooks,
)

TODAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def frozen():
    return freeze_outlook(TODAY, runs=100)


@pytest.fixture
def grown():
    """The shipped record and two launch days, in the weeks that the outlook is about."""
    whole = record.shipped_record()
    acts = (
        record.RecordedAct(date(2027, 1, 12), "DPRK", "short_range_test", 1),
        record.RecordedAct(date(2027, 6, 6), "DPRK", "icbm_test", 1),
        record.RecordedAct(date(2027, 6, 7), "DPRK", "icbm_test", 1),  # a day too late
    )
    stated = CoverageFile(date(2005, 1, 1), date(2027, 6, 30))
    return replace(whole, acts=(*whole.acts, *acts), stated=stated)


# --- what is frozen ---


def test_an_outlook_begins_on_the_monday_after_its_day_and_lasts_half_a_year(frozen):
    first, last = date.fromisoformat(frozen.first_day), date.fromisoformat(frozen.last_day)
    assert first.weekday() == 0 and 0 < (first - TODAY).days <= 7
    assert (last - first).days == 26 * 7 - 1


def test_it_stands_under_the_status_quo_and_every_theory(frozen):
    assert [view.theory for view in frozen.views] == [AS_SET, *(t.name for t in THEORIES)]
    assert all(sum(counts) == 100 for view in frozen.views for counts in view.counts.values())


def test_the_same_day_and_seed_give_the_same_outlook(frozen):
    assert freeze_outlook(TODAY, runs=100) == frozen != freeze_outlook(TODAY, 100, seed=1)


def test_the_classes_of_a_future_add_up_to_its_launch_days():
    found = count_runs(simulate(load_scenario("status-quo").with_weeks(26), 50))
    assert (sum(found[name] for name in CLASS_OF) == found["launch_days"]).all()
    assert found["launch_days"].min() < found["launch_days"].max()


def test_the_level_of_the_risk_of_war_is_not_in_it(frozen):
    assert "risk" not in " ".join(frozen.views[0].counts)
    answers = dict(told.article_answers(frozen))
    assert "no model can say" in answers["Confrontation is unlikely, but its risk rises"]


def test_a_file_is_written_once_and_an_edit_is_noticed(frozen, tmp_path):
    path = save_outlook(frozen, tmp_path)
    assert path.name == "outlook-2026-11-30.json"
    assert load_outlooks(tmp_path) == [frozen]
    with pytest.raises(OutputError, match="frozen already"):
        save_outlook(frozen, tmp_path)
    path.write_text(path.read_text("utf-8").replace('"runs": 100', '"runs": 101'), "utf-8")
    with pytest.raises(OutputError, match="its checksum does not match"):
        load_outlooks(tmp_path)


# --- how it is scored ---


def test_weeks_that_nobody_recorded_are_not_scored(frozen):
    (one,) = score_outlooks([frozen])
    assert not one["scored"] and one["counts"] == {}
    assert "covers 1 January 2005 to 31 December 2023" in one["why"]


def test_scores_read_the_file_alone(frozen, grown, monkeypatch):
    def run_again(*arguments, **options):
        raise AssertionError("an old engine ran again")

    monkeypatch.setattr(outlooks, "simulate", run_again)
    with record.record_context(grown):
        (one,) = score_outlooks([frozen])
    assert one["scored"]
    assert one["counts"]["launch_days"]["observed"] == 2
    assert one["counts"]["long_range_days"]["observed"] == 1
    assert one["counts"]["launch_days"]["crps"].keys() == {
        AS_SET,
        "base rate",
        *(theory.name for theory in THEORIES),
    }


def test_a_score_is_the_crps_of_the_frozen_futures(frozen, grown):
    with record.record_context(grown):
        (one,) = score_outlooks([frozen])
    counts = frozen.view(AS_SET).counts["launch_days"]
    draws = np.repeat(np.arange(len(counts)), counts)[:, None]
    found = one["counts"]["launch_days"]
    assert found["crps"][AS_SET] == pytest.approx(float(scores.crps(draws, np.array([2]))[0]))
    low, high = np.percentile(draws, (5, 95), method="inverted_cdf")
    assert found["band"] == [low, high] and found["inside"] == (low <= 2 <= high)


def test_an_outlook_that_knew_scores_nothing(frozen, grown):
    view = frozen.view(AS_SET)
    sure = view.model_copy(update={"counts": view.counts | {"launch_days": [0, 0, 100]}})
    with record.record_context(grown):
        (one,) = score_outlooks([frozen.model_copy(update={"views": [sure]})])
    assert one["counts"]["launch_days"]["crps"][AS_SET] == 0


def test_a_count_is_scored_only_where_the_record_is_complete_for_it(frozen, grown):
    stated = replace(grown.stated, complete={"DPRK": ("nuclear_test",)})
    with record.record_context(replace(grown, stated=stated)):
        (one,) = score_outlooks([frozen])
    assert list(one["counts"]) == ["nuclear_tests"]


def test_talks_and_designs_are_never_scored(frozen, grown):
    with record.record_context(grown):
        (one,) = score_outlooks([frozen])
    assert not set(one["counts"]) & set(UNSCORED)


def test_the_record_is_counted_as_the_outlook_counts():
    found = observed_counts(date(2017, 1, 1), date(2017, 12, 31))
    assert found["launch_days"] == 17 == sum(found[name] for name in CLASS_OF)
    assert (found["nuclear_tests"], found["resolutions"], found["vetoes"]) == (1, 4, 0)
    assert observed_counts(date(2022, 5, 1), date(2022, 5, 31))["vetoes"] == 1


# --- how it is told ---


def test_every_count_has_its_row_and_the_chart_holds_all_futures(frozen):
    rows = told.outlook_rows(frozen)
    assert len(rows) == len(frozen.view(AS_SET).counts)
    assert all(len(row) == len(outlook_messages.COLUMNS) for row in rows)
    chart = told.outlook_chart(frozen, LIGHT)
    assert sum(int(row[1].replace(",", "")) for row in chart.rows) == pytest.approx(1000, abs=12)


def test_the_article_is_answered_with_the_theories_beside_it(frozen):
    answers = dict(told.article_answers(frozen))
    assert "under the theories" in answers["Several more tests within six months"]
    assert "half-years on record" in answers["Several more tests within six months"]


def test_the_direction_of_the_risk_is_told_as_it_was_found(frozen):
    def answer(*changes):
        views = [
            view.model_copy(update={"hazard_change": list(change)})
            for view, change in zip(frozen.views, changes, strict=False)
        ]
        return told.article_answers(frozen.model_copy(update={"views": views}))[2][1]

    up, down, open_ = (1.2, 1.1, 1.3), (0.8, 0.7, 0.9), (1.0, 0.9, 1.1)
    assert (
        "It rises as the model is set; of 2 theories it rises under 0 and falls under 1"
        in answer(up, down, open_)
    )
    assert "It cannot be told apart from no change" in answer(open_, up, up)


def test_scores_are_told_with_the_base_rate_beside_them(frozen, grown):
    with record.record_context(grown):
        found = score_outlooks([frozen])
    rows = {row[0]: row for row in told.score_rows(found)}
    assert rows["launch days"][1] == "2" and float(rows["launch days"][4]) > 0
    assert told.score_rows(score_outlooks([frozen])) == []


def test_the_command_freezes_shows_and_scores(ask, refused, tmp_path):
    folder = tmp_path / "outlooks"
    made = ask("outlook", "--freeze", "--runs", 100, "--outlooks", folder)
    assert made.code == 0 and "Perhaps of a new weapon" in made.out
    (path,) = folder.iterdir()
    assert json.loads(path.read_text("utf-8"))["frozen_on"] in path.name
    assert "frozen already" in refused("outlook", "--freeze", "--outlooks", folder)
    shown = ask("outlook", "--outlooks", folder, "--json").json["outlooks"]
    assert [one["runs"] for one in shown] == [100]
    assert "not scored yet" in ask("outlook", "--score", "--outlooks", folder).out
    assert (
        ask("outlook", "--score", "--outlooks", folder, "--json").json["outlooks"][0]["scored"]
        is False
    )
    assert "does not go with --freeze" in refused("outlook", "--freeze", "--score")
    assert "is no folder" in refused("outlook", "--outlooks", tmp_path / "none")
