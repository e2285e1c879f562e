"""Lessons in a real browser: from the card to the debrief, by mouse and by keyboard."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from scenario_sim.teaching import describe_answer, list_lessons, load_lesson, simulate_answer
from scenario_sim.ui import messages

pytestmark = pytest.mark.browser


FEW = 200  # futures: a walk is about the way, `test_lessons` about the numbers


def titled(page, title: str) -> None:
    page.locator("#sim-lesson-title", has_text=title).wait_for()


def guess(page, ask) -> None:
    """The first choice, or the lowest end of the slider; then the reveal."""
    if ask.choices:
        page.get_by_role("radio").first.check()
    else:
        page.get_by_role("slider", name=ask.question).press("Home")
    page.get_by_role("button", name=messages.lesson.PANEL["reveal"]).click()
    page.locator(".sim-verdict").wait_for()


def turn(page) -> None:
    page.get_by_role("button", name=messages.lesson.PANEL["next"], exact=True).click()


@pytest.fixture(scope="module")
def class_(browser, server):
    """One page for all lessons: the worlds they share are made once."""
    from browsing import Visitor

    visitor = Visitor(browser, server, path="/")
    yield visitor
    visitor.context.close()


@pytest.mark.parametrize("name", list_lessons())
def test_a_lesson_is_walked_to_its_debrief(class_, name):
    page, lesson = class_.page, load_lesson(name)
    page.goto(f"{class_.address}/?lesson={name}&runs={FEW}")
    for n, step in enumerate(lesson.steps):
        titled(page, step.title)
        if step.ask:
            assert page.locator(".sim-verdict").count() == 0
            guess(page, step.ask)
        assert page.locator("#sim-lesson-title").is_visible()
        if n < len(lesson.steps) - 1:
            turn(page)
    assert page.locator(".sim-debrief li").all_inner_texts() == list(lesson.debrief)
    page.get_by_role("button", name=messages.lesson.PANEL["done"]).click()
    page.locator(".sim-lesson").wait_for(state="detached")
    assert page.get_by_role("combobox", name=messages.page.SCENARIO, exact=True).is_visible()
    assert class_.complaints == []


def test_the_page_says_the_number_that_the_command_line_computes(visit):
    visitor = visit(path="/?lesson=sanctions-leak&step=2&guess=2:-10")
    page, lesson = visitor.page, load_lesson("sanctions-leak")
    page.locator(".sim-verdict").wait_for()
    said = page.locator(".sim-reveal").inner_text()
    assert describe_answer(lesson.steps[1].ask, simulate_answer(lesson, 1)) in said
    assert lesson.steps[1].ask.after.strip() in said
    world = lesson.scenarios(1)[1]
    visitor.wait_unlike("")
    assert visitor.hash == world.hash[:8]


def test_on_a_wall_a_lesson_s_levers_are_in_sight_and_nothing_offers_to_fold_them(class_):
    page, lesson = class_.page, load_lesson("security-dilemma")
    page.goto(f"{class_.address}/?lesson=security-dilemma&step=2&present=1&runs={FEW}")
    titled(page, lesson.steps[1].title)
    fold = page.locator(".sim-fold")
    assert fold.count() == 1 and not fold.is_visible()
    guess(page, lesson.steps[1].ask)
    page.get_by_role("slider", name="Exercise scale").wait_for()
    page.goto(f"{class_.address}/?s=status-quo&page=picture&present=1&runs={FEW}")
    page.locator(".sim-chart-fan canvas").wait_for()
    assert not page.locator(".sim-lever").first.is_visible()
    fold.click()
    page.locator(".sim-lever").first.wait_for()


# Takes hold of the slider the moment it is there.
QUICK = """new MutationObserver((_, watching) => {
  const slider = document.querySelector(".sim-guess input");
  if (!slider) return;
  slider.focus();
  watching.disconnect();
}).observe(document, {childList: true, subtree: true})"""


def test_who_is_quick_keeps_the_hand_on_the_slider(visit):
    visitor = visit(path="/")
    visitor.context.add_init_script(QUICK)
    page, ask = visitor.page, load_lesson("sanctions-leak").steps[1].ask
    page.goto(f"{visitor.address}/?lesson=sanctions-leak&step=2&runs={FEW}")
    slider = page.get_by_role("slider", name=ask.question)
    slider.wait_for()
    page.wait_for_timeout(1000)
    page.keyboard.press("Home")
    assert slider.input_value() == f"{ask.slider.low:g}"


def test_a_lesson_goes_from_its_card_by_keyboard_opens_its_levers_and_comes_back_from_its_address(
    visit,
):
    visitor = visit(path="/")
    page, lesson = visitor.page, load_lesson("security-dilemma")
    page.get_by_role("link", name=lesson.title, exact=True).click()
    page.wait_for_function("document.activeElement.id === 'sim-lesson-title'")
    assert page.locator(".sim-lever").count() == 0
    page.keyboard.press("ArrowRight")
    titled(page, lesson.steps[1].title)
    page.wait_for_function("document.activeElement.id === 'sim-lesson-title'")
    page.keyboard.press("ArrowRight")
    titled(page, lesson.steps[2].title)
    page.keyboard.press("ArrowLeft")
    titled(page, lesson.steps[1].title)
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")  # the next choice, not the next step
    page.keyboard.press("Enter")
    page.locator(".sim-verdict").wait_for()
    page.get_by_role("slider", name="Exercise scale").wait_for()
    assert page.locator(".sim-lever").count() == 1
    page.get_by_role("button", name=messages.lesson.PANEL["look"]).click()
    page.wait_for_selector("[data-figure=roads].is-looked-at")
    said = parse_qs(urlsplit(page.url).query)
    assert (said["lesson"], said["step"], said["guess"]) == (["security-dilemma"], ["2"], ["2:1"])
    page.reload()
    page.locator(".sim-verdict").wait_for()
    assert page.get_by_role("radio").nth(1).is_checked()
    assert visitor.complaints == []
