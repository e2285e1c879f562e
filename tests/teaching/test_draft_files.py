"""Files turned into drafts: what a form sends back makes the same lesson or scenario."""

from __future__ import annotations

import pytest

from scenario_sim import load_scenario
from scenario_sim.errors import ScenarioSimError
from scenario_sim.scenario.files import read_scenario
from scenario_sim.teaching import list_lessons, load_lesson, read_lesson
from scenario_sim.teaching.draft_files import LEFT_OUT, draft_of_lesson, draft_of_scenario
from scenario_sim.teaching.drafts import check_lesson_draft, check_scenario_draft
from scenario_sim.teaching.lesson import Lesson, Question, Step


def as_form_holds(lesson: Lesson) -> dict:
    """Return a lesson as data, without the keys that the form leaves out or works out."""
    data = lesson.model_dump(exclude={"name", *LEFT_OUT[Lesson]})
    for step in data["steps"]:
        for key in LEFT_OUT[Step]:
            del step[key]
        step["text"] = step["text"].strip()
        if step["ask"]:
            for key in (*LEFT_OUT[Question], "true_between"):
                del step["ask"][key]
            step["ask"]["after"] = step["ask"]["after"].strip()
    return data


@pytest.mark.parametrize("name", list_lessons())
def test_a_lesson_comes_back_from_its_draft(name):
    lesson = load_lesson(name)
    found = draft_of_lesson(lesson)
    checked = check_lesson_draft(found.draft, runs=20)
    assert checked.problems == ()
    assert as_form_holds(read_lesson(checked.text, "again")) == as_form_holds(lesson)


def test_what_the_form_has_no_field_for_is_named():
    assert {"sources", "rests_on"} <= set(draft_of_lesson(load_lesson("veto")).left_out)


def test_a_scenario_comes_back_from_its_draft():
    scenario = (
        load_scenario("freeze-for-freeze")
        .with_levers(hotline=0.8)
        .with_weeks(78)
        .with_change(date="2027-01-04", engagement=0.9)
        .with_act(week=3, state="DPRK", action="hold", channel="provocation")
    )
    found = draft_of_scenario(scenario)
    again = read_scenario(check_scenario_draft(found.draft, runs=20).text, "again")
    assert again.hash == scenario.hash
    assert {"name": "hotline", "value": 0.8} in found.draft["levers"]


def test_a_scenario_that_no_draft_can_rebuild_is_refused():
    other = load_scenario("status-quo").with_parameters(icbm_production=0.18)
    with pytest.raises(ScenarioSimError, match="form cannot hold"):
        draft_of_scenario(other)
