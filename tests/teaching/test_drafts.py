"""Claims on the studio: a draft becomes a file that its reader takes, or says what is still to do."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenario_sim.scenario.files import read_scenario
from scenario_sim.simulation.what_if import find_impossible_acts
from scenario_sim.teaching import simulate_answer
from scenario_sim.teaching.answers import LessonAnswer
from scenario_sim.teaching.drafts import check_lesson_draft, check_scenario_draft, true_range
from scenario_sim.teaching.lesson import read_lesson
from scenario_sim.ui.url import from_query
from scenario_sim.ui.views.studio.page import check_draft, menu_lists

RUNS = 200
STEP = {
    "title": "A line",
    "text": "One thing changes.",
    "look": "risk",
    "asks": True,
    "ask": "By how many per cent does the risk change?",
    "outcome": "confrontation_risk",
    "measure": "percent_change",
    "levers": [{"name": "hotline", "value": 1}],
    "guess": "slider",
    "low": -100,
    "high": 50,
    "step": 1,
    "after": "A good part is gone.",
}
LESSON = {
    "kind": "lesson",
    "title": "Does a hotline help?",
    "question": "How much safer is a line that is answered?",
    "scenario": "status-quo",
    "minutes": 10,
    "debrief": "Who has to agree?\n\nWho answers?",
    "steps": [STEP],
}


def test_a_finished_draft_is_a_lesson_whose_comment_is_true_of_its_answer():
    found = check_lesson_draft(LESSON, runs=RUNS)
    assert found.problems == ()
    lesson = read_lesson(found.text, "draft")
    assert lesson.debrief == ("Who has to agree?", "Who answers?")
    answer, (low, high) = simulate_answer(lesson, 0, runs=RUNS), lesson.steps[0].ask.true_between
    assert low < answer.low < answer.high < high < 0, "a hotline lowers the risk"
    assert "the risk falls by" in found.notes[0]


def test_choices_make_a_question_as_well():
    choices = [{"text": "Falls", "up_to": -5}, {"text": "Stays", "up_to": 5}, {"text": "Rises"}]
    draft = LESSON | {"steps": [STEP | {"guess": "choices", "choices": choices}]}
    lesson = read_lesson(check_lesson_draft(draft, runs=RUNS).text, "draft")
    assert [choice.text for choice in lesson.steps[0].ask.choices] == ["Falls", "Stays", "Rises"]


def test_an_empty_draft_says_what_is_still_to_do_without_lines():
    found = check_lesson_draft({"kind": "lesson", "steps": [{"asks": True}]}, runs=RUNS)
    assert found.text == ""
    said = check_draft(json.dumps({"kind": "lesson", "steps": [{"asks": True}]}), lambda _: None)
    assert "Title: is empty: write a text" in said["problems"]
    assert "Step 1, The question to guess: is empty: write a text" in said["problems"]
    assert "Step 1, How it is measured: choose one from the menu" in said["problems"]
    assert "Step 1, to: is missing; it takes a number" in said["problems"]


KEY_OF_A_FILE = re.compile(r"[a-z]_[a-z]|[a-z]\.[a-z]|[\[\]]")


@pytest.mark.parametrize(
    "draft",
    [
        {"kind": "lesson"},
        LESSON | {"scenario": "", "steps": [{"asks": True, "guess": "choices", "look": "x"}]},
        LESSON | {"steps": [STEP | {"levers": [{"name": "hotline", "value": 7}], "step": 0}]},
        LESSON | {"steps": [STEP | {"guess": "choices", "choices": [{"text": ""}, {"text": "b"}]}]},
        {"kind": "scenario", "weeks": -3, "levers": [{"name": "hotline", "value": 7}]},
        {"kind": "scenario", "changes": [{"date": "1999-01-01", "name": "hotline", "value": 1}]},
        {"kind": "scenario", "acts": [{"date": "2026-09-07", "state": ""}, {"state": "DPRK"}]},
    ],
)
def test_no_problem_of_the_form_names_a_key_of_a_file(draft):
    said = check_draft(json.dumps(draft), lambda _: None)["problems"]
    assert said and not [line for line in said if KEY_OF_A_FILE.search(line)], said


@settings(max_examples=200, deadline=None)
@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e3))
def test_the_range_of_a_comment_holds_its_answer_with_room(value, half):
    low, high = true_range(LessonAnswer(value, half, "%"))
    assert low < value - 1.9 * half and value + 1.9 * half < high
    assert high - low < 10 * max(2 * half, 0.1 * abs(value))


SCENARIO = {
    "kind": "scenario",
    "base": "status-quo",
    "title": "A sprint",
    "question": "What if?",
    "weeks": 30,
    "levers": [{"name": "programme_drive", "value": 2.5}, {"name": "hotline", "value": ""}],
    "changes": [{"date": "2026-11-02", "name": "hotline", "value": 0.9}],
    "acts": [{"date": "2026-10-05", "state": "ROK", "action": "retaliate"}],
}


def test_a_scenario_draft_is_the_scenario_that_its_form_says():
    found = check_scenario_draft(SCENARIO, runs=RUNS)
    assert found.problems == ()
    scenario = read_scenario(found.text)
    assert scenario.title == "A sprint" and scenario.weeks == 30
    assert scenario.settings()["programme_drive"] == 2.5
    assert scenario.steps()["hotline"][-1] == (8, 0.9)
    assert len(find_impossible_acts(scenario)) == 1
    assert any("there was no armed clash" in note for note in found.notes)


def test_every_problem_of_a_scenario_draft_is_told_at_once():
    wrong = SCENARIO | {
        "levers": [{"name": "hotline", "value": 7}],
        "acts": [{"date": "1999-01-01", "state": "ROK", "action": "retaliate"}],
    }
    found = check_scenario_draft(wrong, runs=RUNS)
    assert found.text == "" and len(found.problems) == 2
    assert any("hotline" in problem.key for problem in found.problems)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*LESSON, *STEP, *SCENARIO]), inner, max_size=4)
        ),
        max_leaves=12,
    ),
    st.sampled_from(["lesson", "scenario"]),
)
def test_nonsense_from_a_browser_is_a_problem_and_no_crash(value, kind):
    draft = value if isinstance(value, dict) else {"steps": value}
    draft = draft | {"kind": kind, "weeks": 4}
    check = check_lesson_draft if kind == "lesson" else check_scenario_draft
    found = check(draft, runs=4)
    assert bool(found.text) != bool(found.problems)


@pytest.mark.parametrize("draft", [LESSON, SCENARIO], ids=["lesson", "scenario"])
def test_the_page_gets_a_link_that_opens_what_was_written(draft):
    card = check_draft(json.dumps(draft), lambda _: None)
    assert card["problems"] == [] and card["query"]
    arrival = from_query(card["query"])
    assert arrival.problems == []
    assert bool(arrival.state.lesson) == (draft is LESSON)


def test_the_menus_offer_what_the_files_take():
    lists = menu_lists()
    assert {"hotline", "war_risk_anchor"} <= {one["id"] for one in lists["levers"]}
    assert "status-quo" in {one["id"] for one in lists["scenarios"]}
    assert all(one["actions"] for one in lists["states"])
