"""A phone with a touch screen: reading moves nothing, the count stays in sight, targets are large."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenario_sim.ui import messages

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
SHEET = messages.levers.PANEL
SWIPE_STEPS = 8


def swipe(page, x: float, y: float, dx: float = 0, dy: float = 0) -> None:
    """Draw one finger over the screen, as a hand does, in steps."""
    touch = page.context.new_cdp_session(page)
    touch.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
    )
    for n in range(1, SWIPE_STEPS + 1):
        at = {"x": x + dx * n / SWIPE_STEPS, "y": y + dy * n / SWIPE_STEPS}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
        page.wait_for_timeout(16)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    touch.detach()
    page.wait_for_timeout(300)


def middle(page) -> tuple[dict, float]:
    """Return the box of the track in sight, and the height of its middle."""
    box = page.locator(".sim-track").bounding_box()
    return box, box["y"] + box["height"] / 2


def thumb(page) -> float:
    """Return where the thumb is, from the left edge of the screen."""
    box, _ = middle(page)
    field = page.locator(".sim-track input")
    low, high = float(field.get_attribute("min")), float(field.get_attribute("max"))
    return box["x"] + 9 + (float(field.input_value()) - low) / (high - low) * (box["width"] - 18)


def places(seed: int, many: int) -> Iterator[tuple[int, int, int]]:
    """Yield random swipes of somebody who reads: where they start, and how far up or down."""
    luck = random.Random(seed)
    for _ in range(many):
        yield (
            luck.randint(20, 370),
            luck.randint(300, 800),
            luck.choice((-1, 1)) * luck.randint(80, 280),
        )


# --- reading moves nothing -----------------------------------------------------------------------


def test_ten_random_reading_swipes_change_no_lever(visit):
    visitor = visit(**PHONE)
    page, before = visitor.page, visitor.hash
    address = page.url
    for x, y, dy in places(seed=7, many=10):
        swipe(page, x, y, dy=dy)
    page.wait_for_timeout(1500)  # longer than a move takes to reach the address
    assert (visitor.hash, page.url) == (before, address)


def test_a_vertical_swipe_over_a_track_scrolls_and_leaves_the_lever(visit):
    visitor = visit(**PHONE)
    page, before = visitor.page, visitor.hash
    box, y = middle(page)
    for x in (box["x"] + 20, thumb(page), box["x"] + box["width"] - 20):
        old = page.evaluate("scrollY")
        swipe(page, x, y, dy=-200)
        assert page.evaluate("scrollY") > old
    page.wait_for_timeout(1500)
    assert visitor.hash == before


def test_a_tap_on_the_track_and_a_drag_of_the_thumb_move_the_lever(visit):
    visitor = visit(**PHONE)
    page, old = visitor.page, visitor.hash
    box, y = middle(page)
    field = page.locator(".sim-track input")
    page.touchscreen.tap(box["x"] + box["width"] - 30, y)
    visitor.wait_unlike(old)
    tapped, old = float(field.input_value()), visitor.hash
    assert tapped > 0.85
    _, y = middle(page)
    swipe(page, thumb(page), y, dx=-150)
    visitor.wait_unlike(old)
    assert float(field.input_value()) < tapped - 0.3
    old = field.input_value()
    far = box["x"] + box["width"] - 12  # far from the thumb: a swipe to the side is no tap either
    swipe(page, far, middle(page)[1], dx=-120)
    assert field.input_value() == old
    assert visitor.complaints == []


# --- what stays in sight -------------------------------------------------------------------------

# What a finger or an eye finds at points all over the chart.
ON_TOP = """() => {
  const figure = document.querySelector(".sim-figure-fan");
  const box = figure.querySelector(".sim-chart").getBoundingClientRect();
  const others = new Set();
  for (let x = 0.05; x < 1; x += 0.1) for (let y = 0.05; y < 1; y += 0.1) {
    const found = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
    if (!figure.contains(found)) others.add(found ? found.className : "nothing");
  }
  return [...others];
}"""


def test_the_count_and_the_fan_stay_in_sight_and_nothing_lies_over_them(visit):
    visitor = visit(**PHONE)
    page = visitor.page
    for share in (0, 0.15, 0.3, 0.5, 0.7, 0.8):  # the rest is the foot of the page
        page.evaluate(
            "share => scrollTo(0, share * document.querySelector('main').scrollHeight)", share
        )
        page.wait_for_timeout(150)
        strip = page.locator(".sim-strip").bounding_box()
        chart = page.locator(".sim-chart-fan").bounding_box()
        assert strip["y"] >= 0 and chart["y"] + chart["height"] <= 600, share
        assert page.evaluate(ON_TOP) == [], share
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_lever_that_moves_the_count_alone_changes_what_is_in_sight(visit):
    visitor = visit(**PHONE)
    page, old = visitor.page, visitor.hash
    page.get_by_label(SHEET["which"]).select_option("hotline")
    before = page.locator(".sim-strip").inner_text()
    box, y = middle(page)
    page.touchscreen.tap(box["x"] + box["width"] - 30, y)
    visitor.wait_unlike(old)
    assert page.locator(".sim-strip").is_visible()
    assert page.locator(".sim-strip").inner_text() != before
    assert "→" in page.locator(".sim-strip").inner_text()


def test_levers_come_one_at_a_time_in_a_sheet_that_folds(visit):
    page = visit(**PHONE).page
    assert page.locator(".sim-lever").count() == 1
    first = page.locator(".sim-lever label").inner_text()
    page.get_by_role("button", name=SHEET["next"]).tap()
    page.wait_for_function(
        "old => document.querySelector('.sim-lever label').textContent !== old", arg=first
    )
    page.get_by_role("button", name=SHEET["previous"]).tap()
    assert page.locator(".sim-lever label").inner_text() == first
    fold = page.locator(".sim-sheet-toggle")
    fold.tap()
    page.locator(".sim-lever").wait_for(state="hidden")
    assert fold.get_attribute("aria-expanded") == "false"
    fold.tap()
    assert page.locator(".sim-lever").is_visible()


# --- what is touched -----------------------------------------------------------------------------

SMALL = (Path(__file__).parents[2] / "helpers/small_targets.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?page=picture",
        "/?page=world&run=3",
        "/?lesson=veto",
        "/?page=claims",
        "/?page=outlook",
    ],
)
def test_every_target_is_at_least_44_pixels(visit, path):
    visitor = visit(path="/", **PHONE)
    page = visitor.page
    page.goto(visitor.address + path)
    page.wait_for_selector("main, .sim-start")
    page.wait_for_timeout(3000)
    assert page.evaluate(SMALL) == []
    if page.locator(".sim-touch").count():
        assert page.locator(".sim-touch").bounding_box()["height"] >= 44


# --- from page to page ---------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["2024: the treaty with Russia", "2024: no tie to Russia"])
def test_a_card_low_on_the_start_page_opens_at_the_top_and_back_returns(visit, title):
    visitor = visit(path="/", **PHONE)
    page = visitor.page
    card = page.get_by_role("link", name=title).first
    card.scroll_into_view_if_needed()
    left = page.evaluate("scrollY")
    assert left > 1000
    card.tap()
    visitor.wait_unlike("")
    assert page.evaluate("scrollY") == 0
    page.go_back()
    page.wait_for_selector("#sim-start")
    page.wait_for_function("left => Math.abs(scrollY - left) < 60", arg=left)


def test_the_tour_ends_where_it_began(visit):
    visitor = visit(newcomer=True, **PHONE)
    page = visitor.page
    for _ in messages.start.TOUR_STEPS:
        page.locator(".sim-tour-card").wait_for()
        page.wait_for_timeout(200)
        ring = page.locator(".sim-tour-ring").bounding_box()
        assert ring["y"] < 844 and ring["y"] + ring["height"] > 0, "it points out of the screen"
        page.locator(".sim-tour-card .is-main").tap()
    page.locator(".sim-tour-card").wait_for(state="detached")
    assert page.evaluate("scrollY") == 0
