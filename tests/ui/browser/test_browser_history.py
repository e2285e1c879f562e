"""The historical record in a real browser: its tab, free and replayed, and its lane of one run."""

from __future__ import annotations

import pytest

from scenario_sim.reporting import messages as words
from scenario_sim.reporting.history_comparison import EVENT_KINDS
from scenario_sim.ui import messages

pytestmark = pytest.mark.browser

READING = "#sim-beyond [data-figure=past-launch_days] .sim-reading"


def wait_for(page, selector: str, said: str) -> None:
    page.wait_for_function(
        "([where, said]) => (document.querySelector(where) || {}).textContent?.includes(said)",
        arg=[selector, said],
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_what_happened_lies_over_what_is_simulated_free_and_followed(visit, width):
    visitor = visit(path="/?s=surge-2022&page=picture", width=width)
    page = visitor.page
    page.get_by_role("tab", name=messages.picture.TABS["past"], exact=True).click()
    wait_for(page, READING, "lie inside the 90 % band")
    assert "37 on record by Dec 2022" in page.text_content(READING)
    page.wait_for_function(
        "many => document.querySelectorAll('#sim-beyond .sim-chart canvas').length === many",
        arg=len(EVENT_KINDS),
    )
    assert "CNS for NTI" in page.text_content("#sim-beyond")
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.get_by_role("button", name=messages.picture.FOLLOW_RECORD, exact=True).click()
    wait_for(page, READING, "no test")
    assert "file=" in page.url, "the link holds it"
    page.get_by_role("button", name=messages.picture.LET_FREE, exact=True).click()
    wait_for(page, READING, "lie inside the 90 % band")
    assert "s=surge-2022" in page.url
    assert not visitor.complaints


def test_where_the_record_knows_nothing_there_is_no_such_tab(visit):
    page = visit(path="/?page=picture&tab=past").page
    page.get_by_role("tab", name=messages.picture.TABS["overview"], exact=True).wait_for()
    assert not page.get_by_role("tab", name=messages.picture.TABS["past"], exact=True).count()


@pytest.mark.parametrize("width", [1280, 390])
def test_one_world_stands_beside_what_is_on_record_of_its_weeks(visit, width):
    visitor = visit(path="/", width=width)
    page = visitor.page
    page.goto(visitor.address + "/?s=fire-and-fury-2017&page=world&week=26")
    wait_for(page, ".sim-on-record", "4 July 2017: North Korea tests an ICBM")
    assert "CNS for NTI" in page.text_content(".sim-on-record")
    assert page.locator(".sim-recorded").count() > 20
    seen = page.locator(".sim-log-list .sim-seen", has_text="4 July 2017")
    seen.first.wait_for()
    page.get_by_role("button", name=messages.single_run.STAGE["forward"], exact=True).click()
    page.get_by_role("button", name=messages.single_run.STAGE["forward"], exact=True).click()
    wait_for(page, ".sim-on-record", messages.single_run.STAGE["record_quiet"])
    page.get_by_role("switch", name=messages.single_run.LOG["record"]).uncheck(force=True)
    page.wait_for_function("() => !document.querySelector('.sim-seen')")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not visitor.complaints


def test_a_world_of_the_future_has_no_such_lane(visit):
    visitor = visit(path="/")
    page = visitor.page
    page.goto(visitor.address + "/?page=world&week=3")
    page.locator(".sim-log-list button").first.wait_for()
    assert not page.locator(".sim-on-record").count()
    assert words.ON_RECORD not in page.text_content(".sim-line")
