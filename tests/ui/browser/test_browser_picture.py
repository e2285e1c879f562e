"""The picture in a real browser: horizon, runs and seed, tabs, theories, stopping."""

from __future__ import annotations

import re

import pytest
from browsing import type_slowly

from scenario_sim.data.parameters import THEORIES
from scenario_sim.ui import messages

pytestmark = pytest.mark.browser


def tab(visitor, name: str) -> None:
    visitor.page.get_by_role("tab", name=messages.picture.TABS[name], exact=True).click()
    visitor.page.wait_for_selector(f"#sim-beyond[aria-labelledby=sim-tab-{name}]")


def drawn(visitor) -> int:
    """How many charts of the open tab hold ink."""
    return visitor.page.evaluate(
        """() => [...document.querySelectorAll("#sim-beyond .sim-chart canvas")].filter(canvas => {
          const {width, height} = canvas;
          const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
          return new Set(new Uint32Array(pixels.buffer)).size > 8;
        }).length"""
    )


def test_a_picture_comes_whole_and_at_once(visit):
    visitor = visit()
    page = visitor.page
    page.evaluate(
        """() => {
          window.said = [];
          const status = document.querySelector("#ensemble-status");
          new MutationObserver(() => window.said.push(status.textContent)).observe(
            status, {childList: true, characterData: true, subtree: true});
        }"""
    )
    visitor.press("Negotiating demand", "ArrowLeft")
    said = page.evaluate("window.said")
    runs = [text.split(" ")[0] for text in said if visitor.hash in text]
    assert set(runs) == {"1000"}


def test_the_horizon_is_one_choice_away_and_named_in_the_sentence(visit):
    visitor = visit()
    first = visitor.hash
    visitor.page.get_by_role("radio", name=messages.picture.HORIZONS[26], exact=True).check(
        force=True
    )
    visitor.wait_unlike(first)
    assert "within six months" in visitor.risk
    half = visitor.hash
    visitor.page.get_by_role("radio", name=messages.picture.HORIZONS[260], exact=True).check(
        force=True
    )
    visitor.wait_unlike(half)
    assert "within five years" in visitor.risk
    assert "weeks=260" in visitor.page.url
    five = visitor.hash
    visitor.page.get_by_role("radio", name=messages.picture.HORIZONS[104], exact=True).check(
        force=True
    )
    visitor.wait_unlike(five)
    assert visitor.hash == first


def test_more_futures_and_other_luck(visit):
    visitor = visit(path="/?page=picture&runs=200")
    page = visitor.page
    page.get_by_label(messages.picture.RUN_SETTINGS["runs"], exact=True).select_option("1000")
    visitor.wait_unlike("200 runs")
    assert visitor.status[0] == "1000"
    page.get_by_role("button", name=messages.picture.RUN_SETTINGS["luck"], exact=True).click()
    visitor.wait_unlike("seed 0 ")
    other = visitor.status[2]
    assert other != "0"
    seed = page.get_by_label(messages.picture.RUN_SETTINGS["seed"], exact=True)
    assert seed.input_value() == other
    type_slowly(seed, "seven")
    seed.press("Enter")
    assert seed.input_value() == other, "no number, no seed"
    type_slowly(seed, "7")
    seed.press("Enter")
    visitor.wait_unlike(f"seed {other} ")
    assert visitor.status[2] == "7"
    assert "seed=7" in page.url


def test_enough_futures_and_a_button_for_more(visit):
    visitor = visit(path="/?page=picture&runs=200")
    visitor.page.get_by_text(messages.picture.SURE, exact=True).click()
    enough = visitor.page.locator(".sim-enough")
    assert re.search(r"Another 200 would give \d+, give or take \d+", enough.inner_text())
    enough.get_by_role(
        "button", name=messages.picture.MORE_RUNS.format(runs=1000), exact=True
    ).click()
    visitor.wait_unlike("200 runs")
    assert visitor.status[0] == "1000"
    tab(visitor, "precision")
    assert visitor.page.locator(".sim-precision tbody tr").count() == 6


@pytest.mark.parametrize(
    ("name", "charts"),
    [("overview", 1), ("risk", 2), ("programme", 5), ("money", 2), ("talks", 1), ("sanctions", 4)],
)
def test_every_tab_draws_its_pictures_with_sentence_and_table(visit, name, charts):
    visitor = visit(path="/?page=picture&engagement=0.9")
    page = visitor.page
    tab(visitor, name)
    page.wait_for_function(
        "many => document.querySelectorAll('#sim-beyond .sim-chart canvas').length === many",
        arg=charts,
    )
    page.wait_for_timeout(300)
    assert drawn(visitor) == charts
    assert page.locator("#sim-beyond .sim-reading").count() == charts
    assert page.locator("#sim-beyond .sim-numbers table").count() == charts
    assert f"tab={name}" in page.url or name == "overview"
    assert visitor.complaints == []


def test_tabs_are_walked_with_the_arrow_keys(visit):
    visitor = visit()
    first = visitor.page.get_by_role("tab", name=messages.picture.TABS["overview"], exact=True)
    first.focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.wait_for_selector("#sim-beyond[aria-labelledby=sim-tab-risk]")
    assert visitor.page.evaluate("document.activeElement.id") == "sim-tab-risk"


def test_the_same_policy_under_each_theory(visit):
    visitor = visit(path="/?page=picture&engagement=0.9&weeks=26&tab=theories")
    page = visitor.page
    agree = page.get_by_text(f"of {len(THEORIES)} theories.", exact=False).first
    agree.wait_for()
    for table in page.locator("#sim-beyond .sim-numbers summary").all():
        table.click()
    page.wait_for_function(
        "many => document.querySelectorAll('#sim-beyond .sim-numbers tbody tr').length === many",
        arg=2 * (len(THEORIES) + 1),
    )
    assert "lowers the risk" in agree.inner_text()
    assert drawn(visitor) == 2
    page.get_by_text(messages.picture.THEORIES_ABOUT, exact=True).click()
    assert page.locator(".sim-theory-list dd").first.is_visible()
    # The last theory is shown before the work ends, and the strip's links are cut after it.
    page.wait_for_selector(".sim-track-bar", state="detached")
    assert visitor.complaints == []


LOOK_OF_THE_FAN = "getComputedStyle(document.querySelector('.sim-figure-fan')).opacity"


def test_long_work_shows_how_far_it_is_and_can_be_stopped(visit_numpy):
    visitor = visit_numpy(path="/?page=picture&runs=1000&weeks=260")
    page = visitor.page
    # Luck nobody drew before: the work is not done yet.
    page.get_by_role("button", name=messages.picture.RUN_SETTINGS["luck"], exact=True).click()
    page.wait_for_selector(".sim-track-bar")
    assert page.evaluate(LOOK_OF_THE_FAN) == "0.75"
    assert page.evaluate("document.getAnimations().length") == 0, "frames cost what the work needs"
    page.get_by_role("button", name=messages.page.STOP, exact=True).click()
    again = page.get_by_role("button", name=messages.page.GO_ON, exact=True)
    again.wait_for()
    assert page.get_attribute("#sim-picture", "aria-busy") == "false"
    assert page.locator(".sim-track-bar").count() == 0
    assert page.evaluate(LOOK_OF_THE_FAN) == "1"
    again.click()
    seed = page.get_by_label(messages.picture.RUN_SETTINGS["seed"], exact=True).input_value()
    page.wait_for_function(
        """seed => {
          const said = document.querySelector("#ensemble-status").textContent;
          return said.startsWith("1000 runs") && said.includes(`seed ${seed} `);
        }""",
        arg=seed,
    )
    assert page.get_by_role("button", name=messages.page.GO_ON, exact=True).count() == 0


def test_a_chart_stands_under_the_fan_whatever_tab_is_open(visit):
    visitor = visit()
    tab(visitor, "programme")
    figure = visitor.page.locator("#sim-beyond [data-figure=icbm_stock]")
    figure.hover()
    figure.get_by_role("button", name=messages.picture.TO_TOP).click()
    visitor.page.locator("[data-figure=icbm_stock-top]").wait_for()
    assert "top=icbm_stock" in visitor.page.url
    tab(visitor, "money")
    top = visitor.page.locator("[data-figure=icbm_stock-top]")
    top.hover()
    top.get_by_role("button", name=messages.picture.TO_TAB).click()
    top.wait_for(state="detached")


def test_a_goal_is_judged_and_a_search_offers_a_better_policy(visit):
    visitor = visit(path="/?page=picture&weeks=26&runs=200&tab=goals")
    page = visitor.page
    card = page.locator(".sim-goal").first
    card.locator(".sim-goal-chips li").nth(len(THEORIES)).wait_for()
    own = visitor.hash
    card.get_by_text(messages.goals.SEARCH).click()
    card.get_by_text(messages.goals.TAKE).click()
    visitor.wait_unlike(own)
    assert "tab=goals" in page.url, "taking levers closes the tab"
    assert "us_threats=" in page.url
    assert visitor.complaints == []


def test_charts_turn_into_changes_and_the_table_beside_them_too(visit):
    visitor = visit(path="/?page=picture&weeks=26&engagement=0.9&tab=programme")
    page = visitor.page
    figure = page.locator("#sim-beyond [data-figure=launch_days]")
    figure.locator("summary").click()
    assert figure.locator("thead th").count() == 4
    # Not clicked at its place: the bar at the top of the page may stand over it.
    page.get_by_role("radio", name=messages.picture.SHOW_OPTIONS["relative"]).dispatch_event(
        "click"
    )
    page.wait_for_function("location.search.includes('as=relative')")
    figure.locator("tbody td", has_text="%").first.wait_for()
    assert figure.locator("thead th").count() == 2
    assert "against the baseline" in figure.locator(".sim-reading").inner_text()
    assert drawn(visitor) == 5
    assert visitor.complaints == []


def test_the_headline_says_under_how_many_theories_its_sign_holds(visit):
    visitor = visit(path="/?page=picture&weeks=26&runs=200&hotline=1")
    line = visitor.page.locator(".sim-risk-text .sim-signs:not(.is-waiting)")
    line.wait_for()
    said = line.inner_text()
    assert f"of {len(THEORIES)} theories" in said
    assert visitor.page.locator(".sim-signs").count() == 1
    tab(visitor, "theories")
    visitor.page.locator("#sim-beyond .sim-reading", has_text=said).wait_for()
    assert visitor.complaints == []


def test_no_policy_has_no_sign_to_hold(visit):
    assert visit(path="/?page=picture&weeks=26&runs=200").page.locator(".sim-signs").count() == 0
