"""The studio in a real browser: a lesson is written, checked, saved, tried and linked."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenario_sim.teaching import read_lesson
from scenario_sim.ui import messages

pytestmark = pytest.mark.browser

FORM = messages.studio.FORM
LOOKING = (Path(__file__).parents[2] / "helpers/looking.js").read_text(encoding="utf-8")


def test_a_lesson_is_written_checked_saved_and_tried(visit):
    visitor = visit(path="/")
    page = visitor.page
    page.get_by_role("link", name=messages.studio.LINK, exact=True).click()
    check = page.locator(".sim-studio-check")
    check.get_by_text("title: is empty", exact=False).first.wait_for()
    form, step = page.locator(".sim-studio-form"), page.locator(".sim-studio-step").first
    form.get_by_label(FORM["title"]).first.fill("Does a hotline help?")
    form.get_by_label(FORM["question"]).fill("How much safer is a line that is answered?")
    step.get_by_label(FORM["title"]).fill("A line")
    step.get_by_label(FORM["text"]).fill("One thing changes.")
    step.get_by_label(FORM["ask"], exact=True).fill("By how many per cent does the risk change?")
    step.get_by_label(FORM["after"]).fill("A good part is gone.")
    check.get_by_text(FORM["fine"], exact=True).wait_for()
    assert "the risk falls by" in check.inner_text()
    with page.expect_download() as saved:
        check.get_by_role("button", name=FORM["save"]).click()
    lesson = read_lesson(Path(saved.value.path()).read_text("utf-8"), "saved")
    assert lesson.steps[0].ask.true_between[1] < 0
    assert page.evaluate(LOOKING) == []
    check.get_by_role("button", name=FORM["try"]).click()
    page.get_by_text("A line", exact=True).wait_for()
    assert "lesson=~" in page.url
    page.reload()
    page.get_by_text("A line", exact=True).wait_for()
    assert visitor.complaints == []


def test_on_a_phone_the_studio_fits(visit):
    visitor = visit(path="/", width=390, height=844)
    page = visitor.page
    page.goto(f"{visitor.address}/?page=studio")
    page.locator(".sim-studio-check li").first.wait_for()
    page.get_by_label(FORM["scenario"], exact=True).check()
    page.locator(".sim-studio-check").get_by_text(FORM["fine"], exact=True).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(LOOKING) == []
    assert visitor.complaints == []


def test_a_draft_is_kept_and_a_file_can_be_edited(visit):
    visitor = visit(path="/")
    page = visitor.page
    page.goto(f"{visitor.address}/?page=studio")
    title = page.locator(".sim-studio-form").get_by_label(FORM["title"]).first
    title.fill("Half a lesson")
    page.reload()
    title.wait_for()
    assert title.input_value() == "Half a lesson"
    lesson = Path(__file__).parents[3] / "lessons/veto.toml"
    page.locator(".sim-studio-form input[type=file]").set_input_files(lesson)
    check = page.locator(".sim-studio-check")
    check.get_by_text("rests_on", exact=False).wait_for()
    assert title.input_value() == "The veto"
    page.get_by_role("button", name=FORM["anew"], exact=True).click()
    check.get_by_text("title: is empty", exact=False).first.wait_for()
    assert title.input_value() == ""
    assert visitor.complaints == []
