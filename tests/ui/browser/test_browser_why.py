"""Why the risk changes, in a real browser: the chain under the fan, its links, and cutting one."""

from __future__ import annotations

import pytest

from scenario_sim import load_scenario
from scenario_sim.reporting.why import describe_change, pathway_details
from scenario_sim.simulation.change_explanation import explain_change
from scenario_sim.ui.messages.why import TEXTS

pytestmark = pytest.mark.browser

THREATS = "/?page=picture&us_threats=0.9"


@pytest.fixture(scope="module")
def why():
    base = load_scenario("status-quo")
    return describe_change(explain_change(base, base.with_levers(us_threats=0.9), 1000, screen=100))


@pytest.fixture
def explained(visit):
    """A page that shows why threats change the risk."""

    def open_(query: str = THREATS, **kwargs):
        visitor = visit(path=query, **kwargs)
        ask = visitor.page.get_by_role("button", name=TEXTS["ask"])
        if ask.count():  # many pages are open
            ask.click()
        visitor.page.locator(".sim-chain-line").first.wait_for(timeout=60_000)
        return visitor.page

    return open_


def steps(page) -> list[str]:
    return page.locator(".sim-chain-step b").all_inner_texts()


def test_the_strip_shows_the_models_own_numbers(explained, why):
    page = explained()
    assert steps(page) == [node.text for chain in why.chains for node in chain.nodes]
    shares = page.locator(".sim-chain-link b").all_inner_texts()
    assert shares == [link.share for chain in why.chains for link in chain.links]
    assert len(shares) == len(steps(page)) - len(why.chains)


def test_a_link_says_what_it_is_made_of_and_can_be_cut(explained, why):
    page = explained()
    link = why.chains[0].links[-1]
    page.locator(".sim-chain-link").get_by_role("button", name=link.name).first.click()
    detail = page.get_by_role("region", name=link.name, exact=True)
    detail.wait_for()
    assert link.without in detail.inner_text()
    source = pathway_details(link.id)[0]["source"]
    assert source in detail.inner_text()
    told = page.locator(".sim-chain .sim-key")
    whole = told.inner_text()
    detail.get_by_role("button", name=TEXTS["cut"]).click()
    page.get_by_role("button", name=f"{TEXTS['mend']}: {link.name}").wait_for()
    page.wait_for_function(
        "whole => document.querySelector('.sim-chain .sim-key').innerText !== whole",
        arg=whole,
        timeout=60_000,
    )
    assert link.ratio.removeprefix("× ") in told.inner_text()  # the strip says what its card said
    page.get_by_role("button", name=f"{TEXTS['mend']}: {link.name}").click()
    page.wait_for_function(
        "whole => document.querySelector('.sim-chain .sim-key').innerText === whole", arg=whole
    )


def test_no_strip_where_no_lever_moved(visit):
    page = visit(path="/?page=picture").page
    page.wait_for_timeout(1500)
    assert page.locator(".sim-chain").count() == 0
    assert page.locator(".sim-chain-ask").count() == 0


def test_on_a_phone_the_chain_runs_down_and_targets_are_large(explained):
    page = explained(width=390, height=844, has_touch=True)
    boxes = [link.bounding_box() for link in page.locator(".sim-chain-link button").all()]
    assert all(box["height"] >= 44 for box in boxes)
    assert all(box["x"] + box["width"] <= 390 for box in boxes)
    assert [box["y"] for box in boxes] == sorted(box["y"] for box in boxes)
