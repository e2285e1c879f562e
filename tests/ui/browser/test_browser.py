"""The page in a real browser: Debian's chromium, driven by Playwright, with no internet needed."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.language import SOURCE_LANGUAGE
from scenario_sim.reporting.charts import LIGHT
from scenario_sim.scenario.files import load_scenario
from scenario_sim.ui import messages

pytestmark = pytest.mark.browser

MAX_FIRST_LOAD_BYTES = 1_160_000  # over the wire: two thirds of what it was


def test_the_page_draws_from_this_machine_alone(visit):
    visitor = visit()
    page = visitor.page
    visitor.press("Engagement offers", "End")
    hosts = {urlsplit(url).hostname for url in visitor.requests if not url.startswith("data:")}
    assert hosts == {"127.0.0.1"}
    files = page.evaluate(
        """() => performance.getEntries().reduce((sum, one) => sum + (one.transferSize || 0), 0)"""
    )
    assert 500_000 < files < MAX_FIRST_LOAD_BYTES
    assert visitor.complaints == []
    page.wait_for_function(  # colours: not a blank
        """() => [...document.querySelectorAll(".sim-chart canvas")].filter(canvas => {
          const {width, height} = canvas;
          const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
          return new Set(new Uint32Array(pixels.buffer)).size > 20;
        }).length === 2"""
    )
    assert page.get_by_text(messages.page.DISCLAIMER, exact=True).is_visible()
    assert "Solara" not in page.locator("body").inner_text()


def test_a_key_on_a_slider_makes_another_world_and_reset_brings_the_first_back(visit):
    visitor = visit()
    first, sentence, risk = visitor.hash, visitor.sentence, visitor.risk
    assert visitor.status[0] == "1000"
    visitor.press("Exercise scale", "ArrowLeft")
    assert visitor.hash != first
    assert visitor.sentence != sentence
    assert "under this policy" in visitor.risk
    visitor.page.get_by_role("status").filter(has_text="New result.").wait_for(state="attached")
    moved = visitor.hash
    visitor.page.get_by_role("button", name="Reset Exercise scale to 0.80", exact=True).click()
    visitor.wait_unlike(moved)
    assert (visitor.hash, visitor.sentence, visitor.risk) == (first, sentence, risk)

    visitor.press("Hotline", "End")
    moved = visitor.hash
    assert visitor.page.get_by_text(messages.picture.FAN_UNCHANGED, exact=True).is_visible()
    visitor.page.get_by_role("button", name=messages.levers.RESET_ALL, exact=True).click()
    visitor.wait_unlike(moved)
    assert visitor.hash == first
    assert visitor.slider("Hotline").input_value() == "0.1"


def fan_ink(visitor, colour: str) -> int:
    """How many pixels of the fan have a colour, `#RRGGBB`."""
    return visitor.page.evaluate(
        """colour => {
          const canvas = document.querySelector(".sim-chart-fan canvas");
          const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const [r, g, b] = colour.match(/[0-9a-f]{2}/gi).map((part) => parseInt(part, 16));
          let found = 0;
          for (let n = 0; n < data.length; n += 4)
            found += data[n] === r && data[n + 1] === g && data[n + 2] === b;
          return found;
        }""",
        colour,
    )


def test_the_fan_of_a_policy_lies_over_that_of_its_baseline_however_often_it_is_drawn(visit):
    visitor = visit()
    assert fan_ink(visitor, LIGHT.policy) > 300
    assert fan_ink(visitor, LIGHT.baseline) == 0
    for key in ("Home", "End", "Home"):
        visitor.press("Exercise scale", key)
        assert fan_ink(visitor, LIGHT.policy) > 300
        assert fan_ink(visitor, LIGHT.baseline) > 10


def test_dragging_ends_on_the_last_place(visit):
    visitor = visit()
    slider = visitor.slider("US threats and strike talk")
    slider.focus()
    for _ in range(12):
        visitor.page.keyboard.press("ArrowRight")
    old = ""
    while (now := visitor.hash) != old:  # until nothing more comes
        old = now
        visitor.page.wait_for_timeout(3000)
    visitor.wait_unlike("")
    last = load_scenario("status-quo").with_levers(us_threats=float(slider.input_value()))
    assert float(slider.input_value()) == pytest.approx(0.9)
    assert visitor.hash == last.hash[:8]


def test_visitors_do_not_see_each_others_levers(visit):
    one, other = visit(), visit()
    first = other.hash
    one.press("Hotline", "End")
    other.page.wait_for_timeout(500)
    assert one.hash != first
    assert other.hash == first
    assert other.slider("Hotline").input_value() == "0.1"


def test_another_scenario_is_one_choice_away(visit):
    visitor = visit()
    old = visitor.hash
    visitor.page.get_by_label(messages.page.SCENARIO, exact=True).select_option("surge-2022")
    visitor.wait_unlike(old)
    assert visitor.complaints == []


def test_a_screen_reader_finds_its_way(visit):
    page = visit().page
    assert page.evaluate("document.documentElement.lang") == SOURCE_LANGUAGE
    sliders = page.get_by_role("slider")
    names = {page.evaluate("e => e.labels[0].textContent", s) for s in sliders.element_handles()}
    assert names == {lever.label for lever in SETTINGS.values() if lever.simple}
    levels = page.evaluate(
        "() => [...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, a[href]")].filter(e =>
          !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length)).length"""
    )
    assert nameless == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_keeps_the_disclaimer_in_sight(visit, scheme):
    visitor = visit(width=390, height=844, color_scheme=scheme)
    page = visitor.page
    visitor.press("US threats and strike talk", "End")  # the lever that the sheet shows first
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.mouse.wheel(0, 2000)
    page.wait_for_timeout(300)
    box = page.get_by_text(messages.page.DISCLAIMER, exact=True).bounding_box()
    assert box["y"] + box["height"] <= 844
    dark = page.evaluate("!!document.querySelector('#app.theme--dark')")
    assert dark == (scheme == "dark")


def test_colours_switch_and_stay_switched(visit):
    visitor = visit(color_scheme="light")
    page = visitor.page
    page.get_by_role("button", name=messages.page.TO_DARK, exact=True).click()
    page.wait_for_selector("#app.theme--dark")
    page.reload()
    visitor.wait_unlike("")
    page.wait_for_selector("#app.theme--dark")
    assert page.get_by_role("button", name=messages.page.TO_LIGHT, exact=True).is_visible()
