"""Levers and the policy timeline in a real browser."""

from __future__ import annotations

import re

import pytest
from browsing import type_slowly

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.scenario.files import load_scenario
from scenario_sim.ui import messages

pytestmark = pytest.mark.browser

SAY = messages.levers.PANEL
TIME = messages.levers.TIMELINE
QUO = load_scenario("status-quo")


def button(page, name: str, exact: bool = True):
    return page.get_by_role("button", name=name, exact=exact)


def add_change(visitor, lever: str, day: str, value: str) -> None:
    """By typing."""
    page, old = visitor.page, visitor.hash
    button(page, TIME["add"]).click()
    page.get_by_label(TIME["lever"], exact=True).select_option(lever)
    page.get_by_label(TIME["date"]).fill(day)
    page.get_by_label(TIME["value"]).fill(value)
    button(page, TIME["put"]).click()
    visitor.wait_unlike(old)


def test_advanced_mode_shows_all_levers_and_simple_mode_says_what_it_hides(visit):
    visitor = visit()
    page = visitor.page
    page.get_by_role("switch", name=SAY["advanced"]).check()
    page.wait_for_selector("#lever-launch_posture")
    names = page.eval_on_selector_all(".sim-lever label", "found => found.map(e => e.textContent)")
    assert sorted(names) == sorted(lever.label for lever in SETTINGS.values())
    titles = page.eval_on_selector_all(".sim-group h3", "found => found.map(e => e.textContent)")
    assert titles == list(messages.levers.GROUPS)
    visitor.press("Launch posture, both sides", "End")
    moved = visitor.hash
    page.get_by_role("switch", name=SAY["advanced"]).uncheck()
    page.get_by_text(messages.levers.HIDDEN_ONE, exact=False).wait_for()
    assert visitor.hash == moved
    assert visitor.complaints == []


def test_an_anchor_is_one_click_and_says_what_it_means(visit):
    visitor = visit()
    page, old = visitor.page, visitor.hash
    page.locator(".sim-tick", has_text="summer 2018").click()
    visitor.wait_unlike(old)
    slider = visitor.slider("Exercise scale")
    assert float(slider.input_value()) == 0.2
    assert "summer 2018" in slider.get_attribute("aria-valuetext")
    old = visitor.hash
    button(page, "About Exercise scale").click()
    button(page, "Set Exercise scale to 1.00", exact=False).press("Enter")
    visitor.wait_unlike(old)
    assert visitor.hash == QUO.with_levers(exercise_scale=1.0).hash[:8]


def test_equations_and_sources_are_one_click_away(visit):
    visitor = visit()
    page = visitor.page
    button(page, "About Hotline").click()
    about = page.locator("#about-hotline")
    about.get_by_text(SAY["equations"], exact=True).click()
    about.get_by_text("spread = spread * (1 - spread_hotline * hotline)").wait_for()
    assert about.get_by_text("act_hotline", exact=True).is_visible()
    assert "judgement" in about.inner_text()
    assert visitor.complaints == []


def test_undo_and_redo_by_keyboard_and_button(visit):
    visitor = visit()
    page, first = visitor.page, visitor.hash
    slider = visitor.slider("Hotline")
    slider.focus()
    for _ in range(4):  # pressed in a row: one step
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(1500)
    visitor.wait_unlike(first)
    second = visitor.hash
    assert second == QUO.with_levers(hotline=0.3).hash[:8]
    page.keyboard.press("Control+z")
    visitor.wait_unlike(second)
    assert (visitor.hash, slider.input_value()) == (first, "0.1")
    page.keyboard.press("Control+Shift+Z")
    visitor.wait_unlike(first)
    assert (visitor.hash, slider.input_value()) == (second, "0.3")
    button(page, SAY["undo"]).click()
    visitor.wait_unlike(second)
    page.keyboard.press("Control+y")
    visitor.wait_unlike(first)
    assert visitor.hash == second


# Each side stands for a second, which a busy machine may miss; the page notes what it showed.
NOTE_SIDES = """words => {
  window.sides = [];
  const note = () => {
    const status = document.querySelector("#ensemble-status").textContent;
    const shown = document.querySelector(".sim").textContent;
    for (const one of [...words.filter(word => shown.includes(word)), status])
      if (!window.sides.includes(one)) window.sides.push(one);
  };
  new MutationObserver(note).observe(
    document.querySelector(".sim"), {childList: true, characterData: true, subtree: true});
}"""


def test_the_last_change_is_replayed_before_and_after(visit):
    visitor = visit()
    page, first = visitor.page, visitor.hash
    visitor.press("Exercise scale", "Home")
    second = visitor.hash
    page.evaluate(NOTE_SIDES, [messages.levers.BEFORE, messages.levers.AFTER])
    button(page, SAY["replay_about"]).click()
    page.wait_for_function("word => window.sides.includes(word)", arg=messages.levers.AFTER)
    page.get_by_text(messages.levers.AFTER, exact=True).wait_for(state="detached")
    visitor.wait_unlike(first)
    assert visitor.hash == second
    sides = page.evaluate("window.sides")
    assert messages.levers.BEFORE in sides
    assert any(first in said for said in sides), "the picture before the change"
    assert visitor.slider("Exercise scale").input_value() == "0"


def test_where_motion_is_unwelcome_the_visitor_says_when(visit):
    visitor = visit(reduced_motion="reduce")
    page, first = visitor.page, visitor.hash
    visitor.press("Exercise scale", "Home")
    second = visitor.hash
    button(page, SAY["replay_about"]).click()
    visitor.wait_unlike(second)
    page.wait_for_timeout(2500)
    assert visitor.hash == first
    button(page, SAY["replay_end"]).click()
    visitor.wait_unlike(first)
    assert visitor.hash == second


def test_settings_that_contradict_each_other_are_flagged_with_the_reason(visit):
    visitor = visit()
    page = visitor.page
    visitor.press("US threats and strike talk", "End")
    visitor.press("Engagement offers", "End")
    caution = page.locator(".sim-advice summary", has_text="at the same time")
    caution.click()
    assert page.get_by_text("a counterpart might believe neither", exact=False).is_visible()
    words = "Threats of force and generous offers at the same time"
    assert page.locator(".sim-flag-words", has_text=words).count() == 2


def test_a_dated_change_is_typed_moved_by_keys_and_deleted(visit):
    visitor = visit()
    page, first = visitor.page, visitor.hash
    add_change(visitor, "engagement", "2027-03-03", "0.9")  # a Wednesday
    dated = QUO.with_change(date="2027-03-01", engagement=0.9)
    assert visitor.hash == dated.hash[:8]
    marker = visitor.slider("Engagement offers 0.9 from 1 March 2027")
    marker.focus()
    old = visitor.hash
    page.keyboard.press("ArrowRight")
    visitor.wait_unlike(old)
    assert visitor.hash == QUO.with_change(date="2027-03-08", engagement=0.9).hash[:8]
    marker = visitor.slider("Engagement offers 0.9 from 8 March 2027")
    field = page.get_by_label(TIME["date"])
    old = visitor.hash
    type_slowly(field, "2027-06-10")
    field.press("Enter")
    visitor.wait_unlike(old)
    assert visitor.slider("Engagement offers 0.9 from 7 June 2027").is_visible()
    old = visitor.hash
    type_slowly(page.get_by_label(TIME["value"]), "0.7")
    page.get_by_label(TIME["value"]).press("Tab")
    visitor.wait_unlike(old)
    assert visitor.hash == QUO.with_change(date="2027-06-07", engagement=0.7).hash[:8]
    old = visitor.hash
    visitor.slider("Engagement offers 0.7 from 7 June 2027").press("Delete")
    visitor.wait_unlike(old)
    assert visitor.hash == first
    assert visitor.complaints == []


def test_a_dated_change_is_dragged_and_one_undo_takes_it_back(visit):
    visitor = visit(width=1280, height=1200)
    page = visitor.page
    add_change(visitor, "exercise_scale", "2027-03-01", "0.2")
    old = visitor.hash
    marker = page.locator(".sim-change")
    marker.scroll_into_view_if_needed()
    box, line = marker.bounding_box(), page.locator(".sim-lane-line").bounding_box()
    x, y = box["x"] + 8, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    week = line["width"] / (QUO.weeks - 1)
    for n in range(1, 11):
        page.mouse.move(x + 2 * n * week, y)
        page.wait_for_timeout(40)
    page.mouse.up()
    visitor.wait_unlike(old)
    page.wait_for_timeout(1500)
    visitor.wait_unlike("")
    assert visitor.hash == QUO.with_change(date="2027-07-19", exercise_scale=0.2).hash[:8]
    moved = visitor.hash
    page.keyboard.press("Control+z")
    visitor.wait_unlike(moved)
    assert visitor.hash == old
    assert visitor.slider("Exercise scale 0.2 from 1 March 2027").is_visible()


def test_a_marker_stands_under_its_date_on_the_fan(visit):
    """The lanes share the fan's margins, wide and narrow."""
    for width in (1280, 390):
        page = visit(width=width).page
        chart = page.locator(".sim-chart-fan canvas").first.bounding_box()
        lanes = page.locator(".sim-lanes").bounding_box()
        assert lanes["x"] == pytest.approx(chart["x"], abs=1)
        assert lanes["width"] == pytest.approx(chart["width"], abs=2)


def test_what_the_scenario_brings_is_shown_and_stays(visit):
    visitor = visit(path="/?s=summits-2018&page=picture")
    page = visitor.page
    assert page.locator(".sim-mark").count() > 5
    page.get_by_text(re.compile(rf"^{TIME['own']} \(\d+\)$")).click()
    assert page.locator(".sim-own li", has_text="Engagement offers 0.50").first.is_visible()
    assert visitor.complaints == []
