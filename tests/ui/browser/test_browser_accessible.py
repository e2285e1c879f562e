"""Accessibility, proved: axe-core on every page and dialog, and a walk through the tree of a screen reader."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from scenario_sim.ui import messages

pytestmark = pytest.mark.browser

PAGES = {
    "start": "/",
    "picture": "/?engagement=0.9&page=picture",
    "world": "/?page=world&run=714&week=40",
    "lesson": "/?lesson=veto&step=2",
    "claims": "/?page=claims",
    "outlook": "/?page=outlook",
    "studio": "/?page=studio",
}
SIZES = {
    "laptop": {},
    "phone": {"width": 390, "height": 844, "has_touch": True, "is_mobile": True},
    "twice as large": {"width": 640, "height": 400, "device_scale_factor": 2},
}
WALL = {"width": 1920, "height": 1080}


def open_page(visitor, path: str):
    """Open a page in a visitor's browser, and wait until it stands still."""
    page = visitor.page
    page.goto(visitor.address + path)
    page.wait_for_selector("main")
    page.wait_for_function("!document.querySelector('.sim-waiting')")
    page.wait_for_function("performance.now() - window.stirred > 500")
    return page


def switch_scheme(page) -> str:
    """Switch between light and dark, wait for the colours and the charts, and return the scheme."""
    page.locator(".sim-theme").click()
    page.wait_for_timeout(600)
    page.wait_for_function("performance.now() - window.stirred > 500")
    return scheme(page)


def scheme(page) -> str:
    return "dark" if page.locator("#app.theme--dark").count() else "light"


def violations(page) -> list[str]:
    """Return what axe-core finds, with the element and its own reason."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


# --- axe-core ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_any_page(visit, size):
    """One visitor walks through all pages; a switch on the laptop shows each in both schemes."""
    visitor = visit(path="/", **SIZES[size])
    found = {}
    for name, path in PAGES.items():
        page = open_page(visitor, path)
        found[name, scheme(page)] = violations(page)
        width = page.evaluate("innerWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if size == "laptop":
            found[name, switch_scheme(page)] = violations(page)
    schemes = ["light", "dark"] if size == "laptop" else ["light"]
    assert found == {(name, scheme): [] for name in PAGES for scheme in schemes}


def test_axe_finds_nothing_while_presenting(visit):
    visitor = visit(path="/", **WALL)
    for name in ("picture", "world", "lesson"):
        page = open_page(visitor, PAGES[name] + "&present=1")
        assert violations(page) == [], name


def test_axe_finds_nothing_in_any_tab(visit):
    page = visit(path=PAGES["picture"]).page
    for tab in page.locator(".sim-tabs button").all():
        tab.click()
        page.wait_for_timeout(1500)
        assert violations(page) == [], tab.inner_text()


def test_axe_finds_nothing_in_any_dialog(visit):
    page = visit(path=PAGES["picture"]).page
    page.locator(".sim-about").first.click()
    for expected in ("light", "dark"):
        assert scheme(page) == expected
        for opener in ("[data-guide=ladder]", "[data-guide=words]", "[data-share]"):
            page.locator(opener).first.click()
            page.locator("dialog[open]").wait_for()
            page.wait_for_timeout(600)
            assert violations(page) == [], (opener, expected)
            page.keyboard.press("Escape")
        switch_scheme(page)


def test_axe_finds_nothing_in_a_game_and_in_the_tour(visit):
    visitor = visit(path="/", newcomer=True)
    page = visitor.page
    page.get_by_role("button", name=messages.start.CRISIS["DPRK"], exact=True).click()
    page.wait_for_selector("#sim-game")
    page.wait_for_timeout(800)
    assert violations(page) == []
    page.goto(visitor.address + PAGES["picture"])
    page.locator(".sim-tour-card").wait_for()
    assert violations(page) == []


# --- the tree that a screen reader reads -----------------------------------------------------------


def tree(page) -> Iterator[tuple[str, str, dict]]:
    """Yield role, name and properties of every node that is not ignored, in reading order."""
    browser = page.context.new_cdp_session(page)
    nodes = browser.send("Accessibility.getFullAXTree")["nodes"]
    browser.detach()
    for node in nodes:
        if node.get("ignored"):
            continue
        properties = {p["name"]: p["value"].get("value") for p in node.get("properties", [])}
        if "value" in node:
            properties["value"] = node["value"].get("value")
        yield node["role"]["value"], node.get("name", {}).get("value", ""), properties


def test_the_tree_leads_from_landmark_to_slider_to_the_answer(visit):
    """The main job by ear: find the lever, hear its value, move it, hear the answer."""
    visitor = visit()
    page = visitor.page
    nodes = list(tree(page))
    landmarks = [role for role, *_ in nodes if role in ("banner", "main", "contentinfo")]
    assert landmarks == ["banner", "main", "contentinfo"]
    headings = [name for role, name, _ in nodes if role == "heading"]
    assert headings[0] == messages.page.TITLE
    assert {messages.levers.TITLE, messages.picture.RISK, messages.picture.FAN} <= set(headings)
    sliders = {name: said for role, name, said in nodes if role == "slider"}
    assert float(sliders["Hotline"]["valuetext"]) == pytest.approx(0.1)
    assert visitor.slider("Hotline").get_attribute("aria-valuetext").startswith("0.10")
    charts = [name for role, name, _ in nodes if role in ("image", "img")]
    assert any("tension" in name.lower() for name in charts)  # the fan reads as its sentence

    visitor.press("Hotline", "End")
    page.wait_for_function(
        "risk => document.querySelector('.sim-hidden[role=status]').textContent.includes(risk)",
        arg=visitor.risk.strip(),
    )
    nodes = list(tree(page))
    after = {name: said for role, name, said in nodes if role == "slider"}
    assert float(after["Hotline"]["valuetext"]) == pytest.approx(1)
    live = [said for role, _, said in nodes if role == "status"]
    assert live and all(said.get("live", "polite") == "polite" for said in live)


def test_every_control_in_the_tree_has_a_name(visit):
    visitor = visit(path="/")
    for path in PAGES.values():
        page = open_page(visitor, path)
        controls = (
            "button",
            "link",
            "slider",
            "combobox",
            "checkbox",
            "radio",
            "textbox",
            "spinbutton",
        )
        nameless = [role for role, name, _ in tree(page) if role in controls and not name.strip()]
        assert nameless == [], path


def test_a_lever_of_the_start_page_says_that_it_is_closed_and_then_its_verdict(visit):
    page = visit(path="/").page
    page.wait_for_selector(".sim-start .sim-chart canvas")
    lever = {name: said for role, name, said in tree(page) if role == "slider"}
    assert lever["US threats and strike talk"]["disabled"] is True
    page.get_by_role("button", name=messages.start.TRY_SIDES["tenser"], exact=True).click()
    slider = page.get_by_role("slider", name="US threats and strike talk", exact=True)
    page.wait_for_function("!document.querySelector('.sim-start input[type=range]').disabled")
    slider.press("End")
    verdict = page.get_by_role("status").filter(has_text=messages.start.TRY_RIGHT)
    verdict.wait_for()
    pressed = [
        name
        for role, name, said in tree(page)
        if role == "button" and said.get("pressed") == "true"
    ]
    assert pressed == [messages.start.TRY_SIDES["tenser"]]
