"""Claims on own lessons: they open from a folder, by file and by link, and answers are sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenario_sim.errors import ScenarioFileError, ScenarioSimError
from scenario_sim.scenario import files
from scenario_sim.scenario.files import add_own_folder, list_scenarios, load_scenario
from scenario_sim.teaching import describe_answer, load_lesson, render_handout, simulate_answers
from scenario_sim.teaching.answers import LessonAnswer
from scenario_sim.teaching.lesson import Question
from scenario_sim.ui import lesson_state
from scenario_sim.ui.url import from_query, to_query
from scenario_sim.ui.views.export import read_opened_text
from scenario_sim.ui.views.lesson import reveal_card, sum_card

ROOT = Path(__file__).parents[2]
(MINE,) = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/teach.md").read_text("utf-8"), re.DOTALL)


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "OWN_FOLDERS", {})
    (tmp_path / "my-lesson.toml").write_text(MINE, "utf-8")
    return tmp_path


def test_an_own_lesson_opens_by_file_and_by_link_with_its_guesses():
    text = read_opened_text(MINE.encode(), "mine.toml")
    assert lesson_state.is_lesson_file(text)
    state = lesson_state.open_lesson(lesson_state.name_of_own(text))
    state = lesson_state.with_guess(state, -20)
    arrival = from_query(to_query(state))
    assert arrival.problems == [] and arrival.state == state
    assert lesson_state.find_lesson(arrival.state.lesson).title == "Does a telephone help?"


def test_a_broken_link_to_a_lesson_and_a_wrong_lesson_say_so():
    assert from_query("lesson=~nonsense").problems
    with pytest.raises(ScenarioSimError, match="copy the whole link again"):
        lesson_state.find_lesson("~nonsense")
    with pytest.raises(ScenarioFileError, match="minutes"):
        read_opened_text(MINE.replace("minutes = 5", "minutes = 500").encode(), "mine.toml")


def test_a_scenario_is_no_lesson():
    assert not lesson_state.is_lesson_file((ROOT / "scenarios/status-quo.toml").read_text())


def test_a_folder_adds_its_files_to_the_shipped_ones(own):
    assert add_own_folder("lessons", own) == ["my-lesson"]
    assert load_lesson("my-lesson").title == "Does a telephone help?"
    (own / "s").mkdir()
    (own / "s" / "quiet.toml").write_text('extends = "status-quo"\ntitle = "Quiet"\n')
    add_own_folder("scenarios", own / "s")
    assert "quiet" in list_scenarios() and load_scenario("quiet").title == "Quiet"


def test_a_folder_that_cannot_be_used_says_why(own):
    with pytest.raises(ScenarioFileError, match="no folder"):
        add_own_folder("lessons", own / "absent")
    (own / "empty").mkdir()
    with pytest.raises(ScenarioFileError, match="holds no lessons"):
        add_own_folder("lessons", own / "empty")
    (own / "veto.toml").write_text(MINE, "utf-8")
    with pytest.raises(ScenarioFileError, match="name of a shipped one"):
        add_own_folder("lessons", own)
    assert "my-lesson" not in files.shipped_files("lessons")


def test_the_hand_out_of_an_own_lesson_says_how_to_open_it(own):
    text = render_handout(load_lesson(str(own / "my-lesson.toml")))
    assert "?lesson=" not in text and "--lessons DIR" in text
    assert "Lesson, about 5 minutes" in text


def ask(measure: str, outcome: str = "confrontation_risk") -> Question:
    return Question(
        question="?",
        outcome=outcome,
        measure=measure,
        slider={"low": -100, "high": 100},
        after="So it is.",
        true_between=(-1e6, 1e6),
    )


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        (ask("percent_change"), LessonAnswer(8.2, 3.1, "%"), "the risk rises by 8 % (± 3)"),
        (ask("percent_change"), LessonAnswer(-8.2, 3.1, "%"), "the risk falls by 8 % (± 3)"),
        (
            ask("percent_change"),
            LessonAnswer(1.0, 3.0, "%"),
            "the risk does not change measurably (1 %, ± 3)",
        ),
        (
            ask("difference", "inadvertent_share"),
            LessonAnswer(-12, 2, "%"),
            "falls by 12 percentage points (± 2)",
        ),
        (
            ask("mean", "resolutions"),
            LessonAnswer(0.1, 0.02, "resolutions"),
            "the number of resolutions is 0.10 (± 0.02)",
        ),
    ],
)
def test_an_answer_has_a_noun_a_sign_and_a_unit(question, answer, said):
    assert said in describe_answer(question, answer)


def test_every_shipped_answer_is_a_sentence():
    for name in ("security-dilemma", "veto"):
        lesson = load_lesson(name)
        for n, answer in simulate_answers(lesson, runs=200).items():
            said = describe_answer(lesson.steps[n].ask, answer)
            assert re.match(r"In the model [a-zN].* \(.*± [\d.,]+\)", said), said


def test_a_guess_that_is_off_is_told_in_percentage_points():
    card = reveal_card(ask("percent_change"), 44, LessonAnswer(8.0, 3.0, "%"), 1000)
    assert card["verdict"] == "Your guess was 36 percentage points away."


def test_all_guesses_are_summed_up_at_the_end():
    state = lesson_state.open_lesson("security-dilemma")
    lesson = lesson_state.find_lesson("security-dilemma")
    answers = simulate_answers(lesson, runs=200)
    first = min(answers)
    state = lesson_state.with_guess(lesson_state.at_step(state, first), 0)
    card = sum_card(state, answers)
    assert len(card["rows"]) == len(answers)
    assert card["rows"][0][1] == lesson.steps[first].ask.choices[0].text
    assert card["rows"][1][1] == "no guess"
    assert re.fullmatch(rf"[01] of {len(answers)} guesses near the model’s answer\.", card["said"])
