"""Lessons: what their files may say, and that what they say is true of the model."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from scenario_sim import compare, load_scenario
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.states import load_cast
from scenario_sim.errors import ScenarioFileError, UnknownNameError
from scenario_sim.teaching import (
    LessonAnswer,
    describe_answer,
    list_lessons,
    load_lesson,
    read_lesson,
    render_handout,
    render_role_sheet,
    simulate_answer,
    simulate_answers,
)

ROOT = Path(__file__).parents[2]
LESSONS = {name: load_lesson(name) for name in list_lessons()}
ASKS = [(name, n) for name, one in LESSONS.items() for n, step in enumerate(one.steps) if step.ask]
answers = cache(lambda name: simulate_answers(LESSONS[name]))


def answer(name: str, step: int) -> LessonAnswer:
    return answers(name)[step]


def ask(name: str, step: int):
    return LESSONS[name].steps[step].ask


# --- what is shipped -------------------------------------------------------------------------------


def test_six_lessons_of_ten_to_fifteen_minutes_are_shipped_in_their_order():
    assert list(LESSONS) == [
        "security-dilemma", "sanctions-leak", "veto", "accident", "strength-and-dialogue",
        "words-and-deeds",
    ]  # fmt: skip
    for one in LESSONS.values():
        assert 10 <= one.minutes <= 15
        assert one.debrief and one.sources
        assert sum(step.ask is not None for step in one.steps) >= 4


@pytest.mark.parametrize("one", LESSONS.values(), ids=LESSONS)
def test_levers_are_unlocked_by_and_by_and_none_before_its_question_is_answered(one):
    for n, step in enumerate(one.steps):
        closed, opened = set(one.offered(n, False)), set(one.offered(n, True))
        assert closed <= opened <= SETTINGS.keys()
        assert set(step.settings(answered=True)) <= opened
        assert n == 0 or set(one.offered(n - 1, True)) <= closed
    first = next(n for n, step in enumerate(one.steps) if step.ask)
    assert one.offered(first, False) == ()


# --- what they say is true of the model ------------------------------------------------------------


@pytest.mark.parametrize(("name", "step"), ASKS)
def test_what_is_said_after_an_answer_is_true_within_the_error(name, step):
    found, (low, high) = answer(name, step), ask(name, step).true_between
    assert low < found.low <= found.high < high, found.words


@pytest.mark.parametrize(("name", "step"), ASKS)
def test_one_choice_is_right_within_the_error_or_the_slider_reaches_the_answer(name, step):
    question, found = ask(name, step), answer(name, step)
    if question.choices:
        assert question.right(found.low) == question.right(found.high), found.words
    else:
        assert question.slider.low <= found.value <= question.slider.high


def test_a_question_alone_has_the_answer_that_it_has_among_the_others():
    assert simulate_answer(LESSONS["accident"], 4) == answer("accident", 4)


@pytest.mark.parametrize(("name", "step"), ASKS)
def test_no_comment_writes_a_number_that_only_the_model_can_know(name, step):
    assert not re.search(r"\d", ask(name, step).after)


def test_the_dilemma_the_same_order_has_two_signs_and_talks_help_under_both_readings():
    assert answer("security-dilemma", 1).low > 0 > answer("security-dilemma", 2).high
    for name in ("lab-security-dilemma", "lab-security-dilemma-null"):
        world = load_scenario(name)
        pair = compare(world, world.with_levers(engagement=0.9), runs=300)
        assert pair.table.high["confrontation_risk"] < 0
    a, b = map(load_scenario, ("lab-security-dilemma", "lab-security-dilemma-null"))
    moved = {k for k, v in a.settings().items() if v != b.settings()[k]}
    assert moved == {"exercise_sensitivity"}  # "one difference that nobody can see"


def test_sanctions_a_patron_and_the_vaults_weigh_more_than_strict_inspection():
    strict = answer("sanctions-leak", 1)
    assert answer("sanctions-leak", 3).high < strict.low
    assert answer("sanctions-leak", 4).high < strict.low
    assert answer("sanctions-leak", 6).low > answer("sanctions-leak", 5).high


def test_the_veto_both_patrons_give_more_than_the_two_alone_added_up():
    alone = answer("veto", 2).high + answer("veto", 3).high
    assert answer("veto", 4).low > 2 * alone
    drafts = compare(*LESSONS["veto"].scenarios(1), runs=300).baseline.outcomes["vetoes"]
    assert drafts.mean() > 0.5  # "the wish is there, and so are the drafts"


def test_accidents_warning_and_a_line_change_no_acts_and_slower_weapons_do():
    for step, still in ((2, True), (3, True), (4, False)):
        changed = compare(*LESSONS["accident"].scenarios(step), runs=100).runs_changed
        acts = ["provocations", "sanctions", "exercises", "diplomacy", "launch_days"]
        assert (changed[acts].sum() == 0) == still
    left = compare(*LESSONS["accident"].scenarios(5), runs=300).table.policy
    assert left["inadvertent_share"] < 0.5  # "what is left is mostly meant"


def test_strength_costs_income_and_ends_talks_and_a_smaller_demand_helps_an_open_door():
    package = compare(*LESSONS["strength-and-dialogue"].scenarios(1), runs=300).table
    assert package.high["revenue_musd"] < 0
    assert package.policy["talks_weeks"] < 2  # "next to no talks in five years"
    names = LESSONS["strength-and-dialogue"].steps[1].settings(answered=True)
    strength = load_scenario("strength-alone").settings()
    assert names == {name: strength[name] for name in names}
    door, both = (LESSONS["strength-and-dialogue"].scenarios(n)[1] for n in (4, 5))
    assert compare(door, both, runs=300).table.low["talks_weeks"] > 0
    assert both.weeks == 260
    others = [answer("strength-and-dialogue", n).value for n in (1, 3, 6)]
    assert abs(answer("strength-and-dialogue", 4).value) > max(map(abs, others))


# --- files that are wrong --------------------------------------------------------------------------

GOOD = """title = "x"
question = "y"
minutes = 10
scenario = "status-quo"
[[steps]]
title = "a"
text = "b"
[steps.ask]
question = "c"
outcome = "launch_days"
measure = "mean"
levers = { hotline = 1 }
slider = { low = 0, high = 10 }
after = "d"
true_between = [0, 10]
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "cure"),
    [
        ('"status-quo"', '"status-qo"', 4, "scenario", "did you mean `status-quo`?"),
        ("minutes = 10", "minutes = 0", 3, "minutes", "from 1 to 90, not 0"),
        ("minutes = 10", "minuts = 10", 3, "minuts", "did you mean `minutes`?"),
        ("minutes = 10", "minuts = 10", None, "minutes", "is missing"),
        ('text = "b"', 'txt = "b"', 7, "steps[0].txt", "did you mean `text`?"),
        ('text = "b"', 'text = "b"\nlook = "fun"', 8, "steps[0].look", "did you mean `fan`?"),
        ('text = "b"', 'text = "b"\nunlock = ["hotlin"]', 8, "steps[0].unlock[0]", "`hotline`?"),
        ('"launch_days"', '"launches"', 10, "steps[0].ask.outcome", "did you mean `launch_days`?"),
        ('"mean"', '"men"', 11, "steps[0].ask.measure", "did you mean `mean`?"),
        ("hotline = 1", "hotline = 7", 12, "steps[0].ask.levers.hotline", "from 0 to 1, not 7"),
        ("hotline = 1", "hotlin = 1", 12, "steps[0].ask.levers.hotlin", "`hotline`?"),
        ("high = 10 }", "high = 0 }", 13, "steps[0].ask.slider", "`high` has to be above `low`"),
        ("slider = { low = 0, high = 10 }", "", 8, "steps[0].ask.choices", "either `choices` or"),
        ("slider = { low = 0, high = 10 }", 'choices = [{ text = "e" }]', 13,
         "steps[0].ask.choices", "the last has none"),
        ("[0, 10]", "[10, 0]", 15, "steps[0].ask.true_between", "the lower one first"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_line_key_and_cure(old, new, line, key, cure):
    assert old in GOOD
    with pytest.raises(ScenarioFileError) as error:
        read_lesson(GOOD.replace(old, new), "mine.toml")
    found = {p.key: p for p in error.value.problems}
    assert str(error.value).startswith("mine.toml:")
    assert cure in found[key].text
    assert found[key].line == line


def test_everything_that_is_wrong_is_said_at_once():
    text = GOOD.replace("hotline = 1", "hotline = 7").replace("minutes = 10", "minutes = 0")
    text = text.replace('"mean"', '"men"').replace('"status-quo"', '"nowhere"')
    with pytest.raises(ScenarioFileError) as error:
        read_lesson(text, "mine.toml")
    lines = [problem.line for problem in error.value.problems]
    assert lines == sorted(lines) == [3, 4, 11, 12]


def test_an_unknown_lesson_has_a_nearest_name():
    with pytest.raises(UnknownNameError, match="did you mean `veto`"):
        load_lesson("vetoe")
    with pytest.raises(ScenarioFileError, match="no such file"):
        load_lesson("nowhere/x.toml")


@pytest.mark.parametrize(("name", "step"), ASKS)
def test_every_answer_says_whose_guess_its_size_is(name, step):
    from scenario_sim.data.parameters import PARAMETERS
    from scenario_sim.teaching.handout import whose_guess

    one = ask(name, step)
    assert one.rests_on
    said = whose_guess(one)
    for known in map(PARAMETERS.__getitem__, one.rests_on):
        assert known.phrase.startswith("how ")
        assert f"{known.phrase} ({known.name} = {known.default:g}; {known.low:g} to " in said
        source = "judgement of the model's authors" if known.source == "judgement" else known.source
        assert source in said


def test_a_question_that_rests_on_nothing_known_is_refused():
    broken = GOOD.replace("outcome = ", 'rests_on = ["spread_bas"]\noutcome = ', 1)
    with pytest.raises(
        ScenarioFileError, match="no coefficient 'spread_bas'; did you mean `spread_base`"
    ):
        read_lesson(broken, "mine.toml")


# --- what is made of them --------------------------------------------------------------------------


def test_a_comment_whose_answer_has_moved_is_not_shown():
    from scenario_sim.teaching import messages
    from scenario_sim.teaching.handout import answer_comment

    one = read_lesson(GOOD, "mine.toml").steps[0].ask
    assert answer_comment(one, LessonAnswer(5, 1, "days")) == "d"
    assert answer_comment(one, LessonAnswer(11, 1, "days")) == messages.SAYS_OTHERWISE


def test_a_handout_has_the_answers_only_where_they_are_asked_for():
    one = LESSONS["veto"]
    bare, full = render_handout(one), render_handout(one, answers=True)
    for n, step in enumerate(one.steps):
        assert step.title in bare and step.title in full
        if step.ask:
            assert step.ask.after.strip() in full and step.ask.after.strip() not in bare
            said = describe_answer(step.ask, answer("veto", n))
            assert said in full and said not in bare


def ran(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "scenario_sim", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


def test_the_command_line_lists_and_prints_them():
    listed = ran("lessons").stdout
    assert all(name in listed for name in LESSONS)
    assert ran("lesson", "accident").stdout == render_handout(LESSONS["accident"])
    done = ran("lesson", "acident", "--runs", "1")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "did you mean `accident`?" in done.stderr and "--runs" in done.stderr


@pytest.mark.parametrize("code", load_cast().codes)
def test_a_role_sheet_holds_all_that_its_state_can_do_and_fears(code):
    sheet, state = render_role_sheet(code), load_cast()[code]
    for action in state.action:
        assert re.search(rf"^\| {re.escape(action.name)} \|", sheet, re.MULTILINE)
    sums = [a.utility for a in state.action] + [a.terms for a in state.appraisal]
    sums += [state.threat.terms] if state.threat else []
    for words in {
        words for terms in sums for t in terms for words in (t.words, t.opposite) if words
    }:
        assert words in sheet
    assert "own_" not in sheet


def test_a_role_is_found_whatever_its_capitals():
    assert render_role_sheet("dprk") == render_role_sheet("DPRK")
    with pytest.raises(UnknownNameError, match="did you mean `Japan`"):
        render_role_sheet("japn")


def test_the_lesson_in_the_instructor_s_pages_is_true_and_its_numbers_are_the_model_s():
    page = (ROOT / "docs/teach.md").read_text("utf-8")
    (written,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    mine = read_lesson(written, "teach.md")
    found, (low, high) = simulate_answer(mine, 0), mine.steps[0].ask.true_between
    assert low < found.low <= found.high < high
    for name, step in ASKS:
        assert answer(name, step).words in page
