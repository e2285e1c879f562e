"""Accessibility: sizes, colours, the keyboard, screen readers, presenting, print, reduced motion."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest

from scenario_sim.ui import messages

pytestmark = pytest.mark.browser

LOOKING = (Path(__file__).parents[2] / "helpers/looking.js").read_text(encoding="utf-8")
SIZES = {"laptop": (1280, 800), "phone": (390, 844), "wall": (1920, 1080)}
PAGES = {"start": "/", "picture": "/?engagement=0.9"}


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """Where the pictures of this session go; SCREENSHOTS names a place to look at them."""
    named = os.environ.get("SCREENSHOTS")
    made = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    made.mkdir(parents=True, exist_ok=True)
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_it_fits_and_a_reviewer_finds_nothing(visit, folder, size, scheme):
    width, height = SIZES[size]
    for name, path in PAGES.items():
        visitor = visit(width=width, height=height, color_scheme=scheme, path=path)
        page = visitor.page
        page.wait_for_timeout(600)  # the colours change, and the charts with them
        page.screenshot(path=folder / f"{name}-{size}-{scheme}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.get_by_text(messages.page.DISCLAIMER, exact=True).is_visible()
        assert page.evaluate(LOOKING) == []
        page.get_by_role("button", name=messages.page.HEADER["ladder"], exact=True).click()
        page.get_by_role("dialog").wait_for()
        assert page.evaluate(LOOKING) == []
        assert visitor.complaints == []


# --- the keyboard --------------------------------------------------------------------------------

FOCUS = """() => {
  const e = document.activeElement;
  const style = getComputedStyle(e);
  const after = getComputedStyle(e, "::after");
  const thumb = e.matches("input[type=range]"); // its ring is drawn around the thumb
  const box = e.getBoundingClientRect();
  return {
    tag: e.tagName, name: e.getAttribute("aria-label") || e.labels?.[0]?.textContent || e.textContent.trim(),
    ring: thumb || style.outlineStyle !== "none" || after.outlineStyle !== "none",
    onScreen: box.bottom > 0 && box.top < innerHeight,
  };
}"""


def test_the_keyboard_alone_reaches_every_control_and_is_never_caught(visit):
    visitor = visit(path="/?engagement=0.9")
    page = visitor.page
    page.evaluate("document.activeElement.blur()")
    stops = []
    for _ in range(200):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUS)
        if not here["onScreen"]:
            page.wait_for_timeout(300)  # it is being scrolled to
            here = page.evaluate(FOCUS)
        if here["tag"] == "BODY":
            break
        assert here["ring"] and here["onScreen"], here
        stops.append(here["name"])
    else:
        pytest.fail(f"caught: {stops[-5:]}")
    assert stops[0] == messages.page.SKIP
    assert stops.index(messages.page.HEADER["ladder"]) < stops.index(messages.page.SCENARIO)
    assert stops.index(messages.page.SCENARIO) < stops.index("Engagement offers")
    page.keyboard.press("Tab")  # the first again
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "sim-picture"


# --- a reader ------------------------------------------------------------------------------------


def test_a_drag_is_told_once_by_where_it_ends(visit):
    visitor = visit()
    page = visitor.page
    live = page.locator(".sim .sim-hidden[aria-live=polite][role=status]")
    assert live.count() == 1
    page.wait_for_function("document.querySelector('.sim .sim-hidden[role=status]').textContent")
    page.evaluate(
        """() => {
          window.told = [];
          const live = document.querySelector(".sim .sim-hidden[role=status]");
          new MutationObserver(() => window.told.push(live.textContent))
            .observe(live, {childList: true, characterData: true, subtree: true});
        }"""
    )
    visitor.slider("US threats and strike talk").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(150)
    visitor.wait_unlike("")
    page.wait_for_function("window.told.length")
    page.wait_for_timeout(1500)
    told = page.evaluate("window.told")
    assert len(told) <= 2  # two where the machine is so busy that it paused on the way
    assert visitor.risk.strip() in told[-1]


# --- a still page --------------------------------------------------------------------------------


def test_nothing_jumps_while_a_lever_is_dragged(visit):
    visitor = visit(path="/?engagement=0.9")  # one picture of two worlds is there already
    page = visitor.page
    page.wait_for_timeout(500)
    page.evaluate(
        """() => {
          window.shifted = [];
          new PerformanceObserver((list) => {
            for (const e of list.getEntries()) // the browser forgives what follows a key; we do not
              window.shifted.push([e.value, e.sources.map((s) => s.node?.className || "?").join()]);
          }).observe({type: "layout-shift"});
        }"""
    )
    visitor.slider("Engagement offers").focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(200)
    visitor.wait_unlike("")
    page.wait_for_timeout(500)
    shifted = page.evaluate("window.shifted")
    assert sum(value for value, _ in shifted) < 0.02, shifted


def test_who_wants_no_motion_sees_none(visit):
    page = visit(reduced_motion="reduce").page
    moving = page.evaluate(
        """() => [...document.querySelectorAll(".sim *")].filter((e) => {
          const s = getComputedStyle(e);
          return parseFloat(s.transitionDuration) > 0 || parseFloat(s.animationDuration) > 0;
        }).map((e) => e.className)"""
    )
    assert moving == []


# --- a wall --------------------------------------------------------------------------------------


def test_presenting_makes_type_large_and_folds_the_levers_until_escape(visit, folder):
    visitor = visit(width=1920, height=1080, path="/?engagement=0.9")
    page = visitor.page

    def height(place: str) -> float:
        return page.locator(place).bounding_box()["height"]

    lead = height(".sim-lead b >> nth=0")
    page.get_by_role("button", name=messages.page.HEADER["present"], exact=True).click()
    page.wait_for_selector(".sim.is-present")
    assert "present=1" in page.url
    assert height(".sim-lead b >> nth=0") > 1.4 * lead
    assert height(".sim-chart-fan") > 1080 * 0.4
    assert page.get_by_text(messages.page.DISCLAIMER, exact=True).is_visible()
    slider = visitor.slider("Engagement offers")
    assert not slider.is_visible()
    page.wait_for_timeout(600)
    page.screenshot(path=folder / "present-wall-light.png")

    page.get_by_role("button", name=messages.page.HEADER["levers"], exact=True).click()
    old = visitor.hash
    slider.press("End")  # the levers are a button away
    visitor.wait_unlike(old)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1920
    page.keyboard.press("Escape")
    page.wait_for_selector(".sim:not(.is-present)")
    assert slider.is_visible()
    assert "present" not in page.url


# --- paper, errors -------------------------------------------------------------------------------


def test_on_paper_the_picture_stands_alone_on_white(visit, folder):
    visitor = visit(path="/?engagement=0.9", color_scheme="dark")
    page = visitor.page
    page.emulate_media(media="print")
    assert page.locator(".sim-tools").is_hidden()
    assert page.locator(".sim-levers").is_hidden()
    assert page.get_by_text(messages.page.DISCLAIMER, exact=True).is_visible()
    assert page.locator(".sim-lead").is_visible()
    ground = page.evaluate("getComputedStyle(document.querySelector('.sim')).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    page.pdf(path=folder / "picture.pdf")


def test_on_paper_nothing_lies_over_the_fan(visit):
    page = visit(path="/?page=picture&hotline=0.9").page
    page.locator(".sim-figure-fan canvas").first.wait_for()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})
    boxes = page.evaluate(
        """() => {
          const shown = [".sim-bar", ".sim-scenario", ".sim-risk", ".sim-figure-fan", ".sim-chain"];
          return [...shown, ".sim-compare", ".sim-beyond"].map((name) => document.querySelector(name))
            .filter((e) => e && e.offsetHeight).map((e) => e.getBoundingClientRect())
            .map(({ top, bottom }) => [top, bottom]).sort((a, b) => a[0] - b[0]);
        }"""
    )
    assert len(boxes) >= 5
    assert all(end <= start + 1 for (_, end), (start, _) in pairwise(boxes))
    for hidden in (".sim-watch", ".sim-timeline", ".sim-lookout", ".sim-tabs", ".sim-levers"):
        assert not page.locator(hidden).first.is_visible(), hidden
