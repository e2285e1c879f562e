"""Present: type for the last row, the keys of a presenter's remote, and all that a lesson plan needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenario_sim.ui import messages

pytestmark = pytest.mark.browser

WALL = {"width": 1920, "height": 1080}
SMALL_TYPE = (Path(__file__).parents[2] / "helpers/small_type.js").read_text(encoding="utf-8")
BODY = 28  # px at 1920 by 1080
IN_A_DRAWING = 20  # px: codes and rungs inside the map's signs
CLIPPED = "(place) => { const e = document.querySelector(place); return e.scrollWidth > e.clientWidth + 1; }"
PAGES = {
    "picture": "/?engagement=0.9&present=1&page=picture",
    "lesson": "/?lesson=veto&present=1",
    "world": "/?page=world&run=714&week=40&present=1",
}


def open_wall(visit, path: str):
    visitor = visit(path="/", **WALL)
    visitor.page.goto(visitor.address + path)
    visitor.page.wait_for_selector(".sim.is-present")
    visitor.page.wait_for_function("!document.querySelector('.sim-waiting')")
    visitor.page.wait_for_timeout(1500)
    return visitor


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_all_words_are_readable_from_the_last_row(visit, path):
    page = open_wall(visit, path).page
    outside = [words for words in page.evaluate(SMALL_TYPE, BODY - 0.1) if ": text " not in words]
    assert outside == []
    assert page.evaluate(SMALL_TYPE, IN_A_DRAWING) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1920


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_the_whole_wall_is_used(visit, path):
    page = open_wall(visit, path).page
    left, right = page.evaluate(
        """() => {
          const boxes = [...document.querySelectorAll("main h2, main figure, main section, main ol, main aside")]
            .map((e) => e.getBoundingClientRect()).filter((b) => b.width > 1 && b.top < innerHeight);
          return [Math.min(...boxes.map((b) => b.left)), Math.max(...boxes.map((b) => b.right))];
        }"""
    )
    assert left < 80 and right > 1920 - 80


def test_what_the_plans_use_on_the_wall_is_there(visit):
    page = open_wall(visit, PAGES["world"]).page
    for name in ("ladder", "words", "share"):
        label = messages.page.HEADER[name]
        assert page.get_by_role("button", name=label, exact=True).is_visible()
    assert page.get_by_text(messages.game.START["title"], exact=True).is_visible()
    page.get_by_text(messages.game.START["title"], exact=True).click()
    page.get_by_label("North Korea", exact=True).check()
    page.get_by_role("button", name=messages.game.START["begin"], exact=True).click()
    page.wait_for_selector(".sim-game")
    assert page.locator(".sim.is-present").count() == 1


@pytest.mark.parametrize(
    ("name", "place"), [("lesson", "#sim-lesson-title"), ("world", ".sim-now")]
)
def test_a_remote_turns_the_steps_of_a_lesson_and_the_weeks_of_a_world(visit, name, place):
    page = open_wall(visit, PAGES[name]).page
    first = page.text_content(place)
    page.evaluate("window.scrollTo(0, 300)")
    page.keyboard.press("PageDown")
    page.wait_for_function(
        "([place, old]) => document.querySelector(place).textContent !== old", arg=[place, first]
    )
    if name == "lesson":
        page.wait_for_function("window.scrollY === 0")  # at the chart that the step asks about
        assert page.evaluate(CLIPPED, ".sim-tabs") is False
    page.keyboard.press("PageUp")
    page.wait_for_function(
        "([place, old]) => document.querySelector(place).textContent === old", arg=[place, first]
    )


def test_a_remote_blanks_the_wall_and_leaving_brings_it_back(visit):
    page = open_wall(visit, PAGES["picture"]).page
    colour = "getComputedStyle(document.querySelector('.sim'), '::after').backgroundColor"
    page.keyboard.press("b")
    assert page.evaluate(colour) == "rgb(0, 0, 0)"
    page.keyboard.press(".")
    assert page.evaluate(colour) != "rgb(0, 0, 0)"
    page.keyboard.press("b")
    page.keyboard.press("Escape")
    page.wait_for_selector(".sim:not(.is-present)")
    assert page.evaluate(colour) != "rgb(0, 0, 0)"
