"""One run in a real browser: from the fan to the hand-out, by mouse and by keyboard."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import type_slowly

from scenario_sim import load_scenario
from scenario_sim.formatting import format_long_date
from scenario_sim.reporting.charts.fan import WIDE_GRID
from scenario_sim.reporting.narrative import narrate_run
from scenario_sim.simulation.single_run import simulate_run
from scenario_sim.ui import messages

pytestmark = pytest.mark.browser

NEAR_MISS = next(s for s in load_scenario("status-quo").lecture_seeds if s.id == "near-miss")
STAGE, LOG, WHY, BRANCH = (
    messages.single_run.STAGE,
    messages.single_run.LOG,
    messages.single_run.WHY,
    messages.single_run.BRANCHES,
)


@pytest.fixture(scope="module")
def near_miss():
    return simulate_run(load_scenario("status-quo"), NEAR_MISS.seed, NEAR_MISS.run)


@pytest.fixture
def watching(visit):
    """A page that watches the near miss of the status quo from a week on."""

    def open_(week: int = 0, more: str = "", run: int = NEAR_MISS.run, **kwargs):
        visitor = visit(path="/", **kwargs)
        query = f"/?page=world&run={run}&week={week}{more}"
        visitor.page.goto(visitor.address + query)
        visitor.page.locator(".sim-now").wait_for()
        visitor.page.locator(".sim-log-list button").first.wait_for()
        return visitor

    return open_


def button(page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def wait_week(page, week: int) -> None:
    """Until the stage is in this week, from 0."""
    counted = STAGE["counted"].format(n=week + 1, all=104)
    page.wait_for_function(
        "said => document.querySelector('.sim-map figcaption').textContent.includes(said)",
        arg=counted,
    )


def said(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


# --- a lecture ------------------------------------------------------------------------------------


def test_a_lecture_from_the_fan_to_the_hand_out(visit, near_miss):
    """Fan, near miss, why, what if it had not happened, a branch by a lever, and the report."""
    visitor = visit()
    page = visitor.page
    label = messages.single_run.NOTABLE_RUN.format(kind=messages.single_run.NOTABLE["near-miss"])
    button(page, label).click()
    page.locator(".sim-stage").wait_for()
    assert page.get_by_text(NEAR_MISS.note, exact=True).is_visible()

    # Play until something happens, and stop there.
    page.get_by_label(STAGE["speed"], exact=True).select_option("8")
    button(page, STAGE["play"]).click()
    page.wait_for_function("document.querySelector('.sim-scrub').value >= 6")
    button(page, STAGE["pause"]).click()
    assert button(page, STAGE["play"]).is_visible()

    # Ask why of the first ultimatum.
    entry = next(e for e in narrate_run(near_miss).entries if e.action == "ultimatum")
    asked = page.locator(f".sim-log li[data-week='{entry.week}'] button", has_text=entry.sentence)
    asked.click()
    wait_week(page, entry.week)
    page.get_by_role("heading", name=entry.sentence, exact=True).wait_for()
    assert "ikely (" in page.locator(".sim-why-sentence").inner_text()
    assert not page.locator(".sim-bars").first.is_visible()
    page.get_by_text(WHY["numbers"], exact=True).click()
    assert page.locator(".sim-bars").first.is_visible()

    # What if it had not happened?
    button(page, WHY["without"]).click()
    rows = page.locator(".sim-branches tbody tr")
    rows.nth(1).wait_for()
    assert "The two first differ in the week of" in page.locator(".sim-branches-said").inner_text()
    assert page.locator(".sim-world-line.is-1").first.is_visible()
    assert page.locator(".sim-parting").count() == 1
    page.locator(".sim-across[aria-busy=false]").wait_for()
    # The answer leaves room for the reasons that it answers.
    assert page.locator(".sim-why").bounding_box()["height"] > 150
    assert re.search(
        r"of 1,000 futures; on average [+−]\d", page.locator(".sim-across").inner_text()
    )

    # A branch of the world as it was, by a lever, under a name of its own.
    page.get_by_text(BRANCH["add"], exact=True).click()
    page.get_by_label(BRANCH["lever"], exact=True).select_option("engagement")
    page.get_by_label(BRANCH["value"], exact=True).fill("1")
    button(page, BRANCH["branch"]).first.click()
    rows.nth(2).wait_for()
    name = page.get_by_label(BRANCH["name"].format(n=2), exact=True)
    type_slowly(name, "An open door")
    name.press("Enter")
    page.wait_for_function("location.search.includes('An%20open%20door')")
    assert len(said(page.url)["branch"]) == 2

    # The hand-out holds all of it.
    with page.expect_download() as download:
        button(page, messages.links.EXPORT["handout"]).click()
    html = download.value.path().read_text(encoding="utf-8")
    assert "An open door" in html
    assert entry.sentence in html
    assert visitor.complaints == []
    assert {urlsplit(url).hostname for url in visitor.requests} == {"127.0.0.1"}


def test_a_click_on_a_line_of_the_fan_opens_that_very_run(visit):
    visitor = visit()
    page = visitor.page
    page.locator(".sim-chart-fan canvas").wait_for()
    assert page.locator(".sim-lines button").count() == 0, "drawn where somebody asks for them"
    page.get_by_label(messages.single_run.LINES["show"], exact=True).check()
    calmest = page.locator(".sim-lines button", has_text=messages.single_run.LINE_LABELS["calmest"])
    calmest.wait_for()
    run = int(calmest.inner_text().split()[-1])
    world = simulate_run(load_scenario("status-quo"), 0, run)
    week = 30
    box = page.locator(".sim-chart-fan").bounding_box()
    across, up = week / (world.scenario.weeks - 1), world.value("tension", week) / 8
    grid = WIDE_GRID
    x = grid["left"] + across * (box["width"] - grid["left"] - grid["right"])
    y = grid["top"] + (1 - up) * (box["height"] - grid["top"] - grid["bottom"])
    page.wait_for_timeout(500)  # the canvas is drawn a frame after the buttons
    page.locator(".sim-chart-fan").click(position={"x": x, "y": y})
    page.locator(".sim-stage").wait_for()
    page.wait_for_function("run => location.search.includes(`run=${run}`)", arg=run)
    assert visitor.complaints == []


def test_the_lines_can_be_asked_for_and_opened_by_keyboard(visit):
    page = visit().page
    page.locator(".sim-chart-fan canvas").wait_for()
    switch = page.get_by_label(messages.single_run.LINES["show"], exact=True)
    switch.focus()
    page.keyboard.press("Space")
    page.locator(".sim-lines button").first.wait_for()
    page.keyboard.press("Tab")
    typical = page.locator(".sim-lines button").first
    run = int(typical.inner_text().split()[-1])
    assert page.evaluate("document.activeElement.textContent").split()[-1] == str(run)
    page.keyboard.press("Enter")
    page.locator(".sim-stage").wait_for()
    page.wait_for_function("run => location.search.includes(`run=${run}`)", arg=run)


# --- playing --------------------------------------------------------------------------------------


def test_the_keyboard_alone_steps_plays_jumps_asks_and_leaves(watching):
    visitor = watching(10)
    page = visitor.page
    wait_week(page, 10)
    page.keyboard.press("ArrowRight")
    wait_week(page, 11)
    page.keyboard.press("Shift+ArrowRight")
    wait_week(page, 15)
    page.keyboard.press("ArrowLeft")
    wait_week(page, 14)
    page.keyboard.press("End")
    wait_week(page, 103)
    page.keyboard.press("Home")
    wait_week(page, 0)
    page.keyboard.press("Space")
    button(page, STAGE["pause"]).wait_for()
    page.wait_for_function("document.querySelector('.sim-scrub').value >= 2")
    page.keyboard.press("Space")
    button(page, STAGE["play"]).wait_for()

    entry = page.locator(".sim-entry.is-provocation").first
    entry.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'sim-why-title'")
    page.keyboard.press("Shift+Tab")
    page.wait_for_function(
        "said => document.activeElement.getAttribute('aria-label') === said", arg=WHY["close"]
    )
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.classList.contains('sim-entry')")
    assert visitor.complaints == []


def test_playback_asks_the_server_for_nothing_and_the_address_learns_where_it_stays(watching):
    visitor = watching(3)
    page = visitor.page
    page.wait_for_timeout(1500)  # the fan has come
    page.evaluate(
        """() => {
          window.sent = 0;
          const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (...given) { window.sent += 1; return send.apply(this, given); };
        }"""
    )
    page.get_by_label(STAGE["speed"], exact=True).select_option("8")
    button(page, STAGE["play"]).click()
    page.wait_for_function("document.querySelector('.sim-scrub').value >= 20")
    assert page.evaluate("window.sent") == 0
    assert said(page.url)["week"] == ["3"]
    button(page, STAGE["pause"]).click()
    week = int(page.locator(".sim-scrub").input_value())
    page.wait_for_function("week => location.search.includes(`week=${week}&`)", arg=week)


def test_a_pointer_on_the_line_scrubs(watching):
    page = watching(0).page
    box = page.locator(".sim-line svg").first.bounding_box()
    page.mouse.move(box["x"] + 400, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 60, steps=4)
    page.mouse.up()
    page.wait_for_function("document.querySelector('.sim-scrub').value > 40")


def test_the_stage_shows_the_week_that_the_story_tells(watching, near_miss):
    entry = next(e for e in narrate_run(near_miss).entries if e.action == "ultimatum")
    page = watching(entry.week).page
    frame = near_miss.frame(entry.week)
    drawn = page.locator(".sim-arrow title").all_text_contents()
    assert len(drawn) == len([act for act in frame.acts if act.channel != "vote"])
    assert any(entry.sentence in words for words in drawn)
    here = page.locator(".sim-ladder [aria-current=true]").inner_text()
    assert here.startswith(str(int(frame.rung)))
    assert page.locator(".sim-log .is-now h3").inner_text() in page.locator(".sim-now").inner_text()


def test_the_log_is_filtered_by_state_and_by_kind(watching, near_miss):
    page = watching(0).page
    log = page.locator(".sim-log")
    log.get_by_label(LOG["state"], exact=True).select_option("USA")
    log.get_by_label(LOG["family"], exact=True).select_option("exercise")
    wanted = [
        e for e in narrate_run(near_miss).entries if (e.state, e.family) == ("USA", "exercise")
    ]
    page.wait_for_function(
        "many => document.querySelectorAll('.sim-entry').length === many", arg=len(wanted)
    )


def test_stepping_is_read_out(watching, near_miss):
    entry = next(e for e in narrate_run(near_miss).entries if e.action == "ultimatum")
    page = watching(entry.week - 1).page
    wait_week(page, entry.week - 1)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "said => document.querySelector('.sim-log [role=status]').textContent.includes(said)",
        arg=entry.sentence,
    )


def test_an_arrow_on_the_map_is_asked_why_by_keyboard(watching, near_miss):
    entry = next(e for e in narrate_run(near_miss).entries if e.action == "ultimatum")
    page = watching(entry.week).page
    wait_week(page, entry.week)
    arrow = page.locator(f".sim-arrow[aria-label*='{entry.sentence}']")
    arrow.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=entry.sentence, exact=True).wait_for()


THREATENED_RUN = 68  # the United States sends four ultimatums within eleven weeks


def test_while_it_plays_grave_acts_alone_are_read_out_and_none_is_lost(watching):
    world = simulate_run(load_scenario("status-quo"), run=THREATENED_RUN)
    ultimatums = [e for e in narrate_run(world).entries if e.action == "ultimatum"]
    first = min(entry.week for entry in ultimatums) - 1
    last = first + 24
    grave = {entry.week: entry for entry in ultimatums if entry.week <= last}
    assert len(grave) > 2
    page = watching(first, run=THREATENED_RUN).page
    wait_week(page, first)
    page.evaluate(
        """() => {
          window.heard = [];
          const live = document.querySelector(".sim-log [role=status]");
          new MutationObserver(() => window.heard.push(live.textContent))
            .observe(live, { childList: true, characterData: true, subtree: true });
        }"""
    )
    page.get_by_label(STAGE["speed"], exact=True).select_option("8")
    button(page, STAGE["play"]).click()
    page.wait_for_function(f"document.querySelector('.sim-scrub').value >= {last}")
    page.wait_for_function(
        "said => window.heard.join(' ').includes(said)",
        arg=f"{format_long_date(world.frame(max(grave)).date)}. ",
    )
    heard = page.evaluate("window.heard")
    assert len(heard) < last - first
    said_of = " ".join(heard)
    assert all(f"{format_long_date(world.frame(week).date)}. " in said_of for week in grave)


def test_any_other_run_by_its_number(watching):
    page = watching(5).page
    field = page.get_by_label(messages.single_run.CHOOSER["run_label"], exact=True)
    assert field.input_value() == str(NEAR_MISS.run)
    type_slowly(field, "twelve")
    field.press("Enter")
    assert field.input_value() == str(NEAR_MISS.run), "no number, no run"
    type_slowly(field, "12")
    field.press("Enter")
    page.wait_for_function("location.search.includes('run=12&')")
    page.get_by_role("heading", name=re.compile(r"12$")).first.wait_for()


# --- links, narrow windows -------------------------------------------------------------------------


def test_a_link_brings_a_branch_back(watching):
    branch = "&branch=No%20first%20test~2026-09-28:DPRK:provocation:hold"
    page = watching(5, branch).page
    rows = page.locator(".sim-branches tbody tr")
    rows.nth(1).wait_for()
    name = page.get_by_label(BRANCH["name"].format(n=1))
    assert name.input_value() == "No first test"
    type_slowly(name, "  ")
    name.press("Enter")
    page.wait_for_function("field => field.value === 'No first test'", arg=name.element_handle())
    rows.nth(1).get_by_role("button", name=BRANCH["show"], exact=True).click()
    page.wait_for_function("document.querySelector('.sim-shown select').value === '1'")


def test_it_fits_a_phone(watching):
    page = watching(40, width=390, height=844).page
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert button(page, STAGE["play"]).is_visible()
