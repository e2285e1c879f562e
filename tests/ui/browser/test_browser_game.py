"""A game in a real browser: six weeks as South Korea, back, to the end, and the debrief."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from long_game import long_game

from scenario_sim.scenario.files import read_scenario
from scenario_sim.teaching.game import Game
from scenario_sim.teaching.game.messages import PLACES
from scenario_sim.ui import messages
from scenario_sim.ui.game_state import with_game
from scenario_sim.ui.state import AppState
from scenario_sim.ui.url import from_query, to_query

pytestmark = pytest.mark.browser

TABLE, DEBRIEF, DOOR = messages.game.TABLE, messages.game.DEBRIEF, messages.game.START
RUN = 3
LOOKING = (Path(__file__).parents[2] / "helpers/looking.js").read_text(encoding="utf-8")


@pytest.fixture
def seat(visit):
    """A page on which a state is played, from the world that is watched."""

    def sit(*names: str, **kwargs):
        visitor = visit(path="/", **kwargs)
        page = visitor.page
        page.goto(f"{visitor.address}/?page=world&run={RUN}")
        page.locator(".sim-now").wait_for()
        page.get_by_text(DOOR["title"], exact=True).click()
        for name in names:
            page.get_by_label(name, exact=True).check()
        page.get_by_role("button", name=DOOR["begin"], exact=True).click()
        wait_week(page, 1)
        return visitor

    return sit


def button(page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def wait_week(page, number: int) -> None:
    """Until this week, from 1, is on the table."""
    page.locator(".sim-table", has_text=f"week {number} of 104").wait_for()


def option(page, channel: str, action: str):
    return page.locator(f"[data-channel={channel}] input[value='{action}']")


def wait_game(page, weeks: int) -> Game:
    """The game in the address, once that many weeks of it are decided."""
    query = lambda: urlsplit(page.url).query  # noqa: E731
    for _ in range(100):
        if parse_qs(query()).get("file"):
            game = Game(read_scenario(from_query(query()).state.text))
            if game.week == weeks:
                return game
        page.wait_for_timeout(100)
    raise AssertionError(f"the address never came to week {weeks}")


def test_six_weeks_as_south_korea_an_undo_and_the_debrief(seat):
    visitor = seat("South Korea")
    page = visitor.page
    for number in range(1, 7):
        option(page, "military", "live_fire" if number % 2 else "hold").check()
        if number == 2:
            option(page, "diplomatic", "rok_offer_talks").check()
        button(page, TABLE["decide"]).click()
        wait_week(page, number + 1)
        assert option(page, "military", "").is_checked(), "a week begins with nothing chosen"
    news = page.locator(".sim-news").first.inner_text()
    assert "You are South Korea" in page.locator(".sim-table").inner_text()
    assert (
        news
        and "Tension" not in page.locator(".sim-table-news, .sim-table-facts").all_inner_texts()
    )
    assert len(wait_game(page, 6).chosen) == 7

    # Undo the last week, then back to the second by the list of what was chosen.
    button(page, TABLE["undo"]).click()
    wait_week(page, 6)
    page.get_by_text(TABLE["history"], exact=True).click()
    button(page, TABLE["back_label"].format(day="14 September 2026")).click()
    wait_week(page, 2)
    assert [week for week, *_ in wait_game(page, 1).chosen] == [0]

    # On by the model, then to the end.
    page.get_by_label(TABLE["leave_label"], exact=True).fill("5")
    button(page, TABLE["go"]).click()
    wait_week(page, 7)
    button(page, TABLE["finish"]).click()
    page.locator(".sim-ended").wait_for()
    ended = page.locator(".sim-ended")
    assert "to which the model gave" in ended.inner_text()
    assert "Illustrative model, not a forecast" in ended.inner_text()
    assert page.locator(".sim-ended-fan .sim-band").count() == 3
    assert (
        page.locator(".sim-ended-fan svg[role=img]").get_attribute("aria-label").count("percentile")
    )
    assert page.locator(".sim-ended tbody tr").count() == len(PLACES)

    # The turning point beside the game, and back to the debrief.
    button(page, DEBRIEF["compare"]).first.click()
    page.locator(".sim-branches tbody tr").nth(1).wait_for()
    button(page, messages.game.BACK).click()
    page.locator(".sim-ended").wait_for()
    page.get_by_text(DEBRIEF["resume"].format(day="14 September 2026"), exact=True).click()
    wait_week(page, 2)
    assert visitor.complaints == []
    assert {urlsplit(url).hostname for url in visitor.requests} == {"127.0.0.1"}


def test_a_link_brings_the_game_back_and_the_back_button_undoes_a_week(seat):
    visitor = seat("South Korea")
    page = visitor.page
    option(page, "economic", "inter_korean_aid").check()
    button(page, TABLE["decide"]).click()
    wait_week(page, 2)
    game = wait_game(page, 1)
    link = page.url
    page.go_back()
    wait_week(page, 1)
    page.goto("about:blank")
    page.goto(link)
    wait_week(page, 2)
    assert wait_game(page, 1) == game
    assert visitor.complaints == []


def test_the_keyboard_alone_decides_a_week_and_is_told_of_the_next(seat):
    visitor = seat("South Korea", "Japan", width=390, height=844)
    page = visitor.page
    first = page.locator("[data-state=ROK][data-channel=military] input").first
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert option(page, "military", "live_fire").is_checked()
    page.keyboard.press("Enter")
    wait_week(page, 2)
    page.wait_for_function("document.activeElement.id === 'sim-table-title'")
    said = page.locator(".sim-table [role=status]").inner_text()
    assert said == messages.game.ANNOUNCEMENT.format(
        n=2, all=104, day="14 September 2026", states="South Korea and Japan"
    )
    assert wait_game(page, 1).chosen == {(0, "ROK", "military"): "live_fire"}
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert visitor.complaints == []


def test_a_link_to_a_game_without_one_says_so_and_leads_on(visit):
    page = visit(path="/").page
    page.goto(page.url.split("?")[0] + "?page=game&run=3")
    page.get_by_text(messages.game.NO_GAME, exact=True).wait_for()
    button(page, messages.page.CLOSE).click()
    page.locator(".sim-stage").wait_for()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["laptop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_a_reviewer_finds_nothing(seat, size, scheme):
    width, height = size
    visitor = seat("North Korea", width=width, height=height, color_scheme=scheme)
    page = visitor.page
    button(page, TABLE["decide"]).click()
    wait_week(page, 2)
    for fold in page.locator(".sim-table summary").all():
        fold.click()
    page.wait_for_timeout(600)  # the colours have changed
    assert page.evaluate(LOOKING) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    button(page, TABLE["finish"]).click()
    page.locator(".sim-ended").wait_for()
    assert page.evaluate(LOOKING) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visitor.complaints == []


def test_a_long_game_of_six_states_survives_a_reload(visit):
    """From week 127 on, its link was too long to be read back."""
    state = with_game(AppState(), long_game(520, 300))
    visitor = visit(path="/")
    page = visitor.page
    page.goto(f"{visitor.address}/?{to_query(state)}")
    card = page.locator(".sim-table", has_text="week 301 of 520")
    card.wait_for()
    address = page.url
    page.reload()
    card.wait_for()
    assert page.url == address
    assert page.get_by_text(messages.links.TITLE).count() == 0
    assert from_query(urlsplit(page.url).query).state.text == state.text


def test_role_sheets_are_saved_from_the_start_page(visit):
    visitor = visit(path="/")
    with visitor.page.expect_download() as saved:
        visitor.page.get_by_role("button", name=messages.game.ROLE_SHEETS).click()
    text = Path(saved.value.path()).read_text("utf-8")
    assert "You are North Korea" in text
    assert visitor.complaints == []
