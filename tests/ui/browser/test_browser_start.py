"""From the first visit to a running picture: cards, the way back, the tour, the glossary."""

from __future__ import annotations

import pytest

from scenario_sim.data.enums import Rung
from scenario_sim.data.states import load_cast
from scenario_sim.reporting import outlook as told
from scenario_sim.reporting import outlook_messages
from scenario_sim.ui import messages, selectors
from scenario_sim.ui.components import glossary
from scenario_sim.ui.result import result_of
from scenario_sim.ui.state import AppState
from scenario_sim.ui.views import start
from scenario_sim.ui.views.start_lead import TRIED_LEVER, verdict
from scenario_sim.validation.outlook import load_outlooks

pytestmark = pytest.mark.browser


def open_card(visitor, title: str) -> None:
    visitor.page.get_by_role("link", name=title, exact=True).last.click()
    visitor.wait_unlike("")


# --- what the start page holds -------------------------------------------------------------------


def test_every_scenario_has_a_card_once_and_variants_hang_on_their_originals():
    groups = start.start_groups(selectors.catalogue())
    cards = [card for group in groups for card in group["cards"]]
    variants = [variant for card in cards for variant in card["variants"]]
    assert sorted(c["name"] for c in (*cards, *variants)) == sorted(selectors.scenario_names())
    assert all(card["question"] and card["lasts"] for card in (*cards, *variants))
    assert [group["title"] for group in groups] == [
        messages.page.FROM_TODAY,
        messages.page.HISTORY,
        messages.page.LABORATORY,
    ]
    on = {card["name"]: [v["name"] for v in card["variants"]] for card in cards}
    assert on["fire-and-fury-2017"] == ["fire-and-fury-2017-quiet"]
    assert on["status-quo"] == ["status-quo-five-years"]
    assert len(start.first_steps(selectors.catalogue())) == 3


def test_the_verdict_follows_what_the_futures_did_and_not_the_guess():
    own, pulled = AppState(page="start"), AppState(page="start").with_lever(TRIED_LEVER, 1.0)
    told = result_of(pulled.without_view)
    assert verdict("", 1.0, 0.3, told) == ""
    assert verdict("calmer", 0.3, 0.3, result_of(own.without_view)) == messages.start.TRY_PULL
    assert verdict("calmer", 0.9, 0.3, told) == messages.start.TRY_WAIT  # of another value
    assert verdict("tenser", 1.0, 0.3, told).startswith(messages.start.TRY_SIDES["tenser"])
    assert verdict("tenser", 1.0, 0.3, told).endswith(messages.start.TRY_RIGHT)
    assert verdict("calmer", 1.0, 0.3, told).endswith(messages.start.TRY_WRONG)
    less = AppState(page="start").with_lever(TRIED_LEVER, 0.0)  # fewer threats: calmer
    said = verdict("tenser", 0.0, 0.3, result_of(less.without_view))
    assert said.startswith(messages.start.TRY_SIDES["calmer"])
    assert said.endswith(messages.start.TRY_RIGHT)


def test_the_rungs_acts_are_those_of_the_states():
    cards = glossary.rung_cards()
    assert [card["number"] for card in cards] == list(Rung)
    told = {act for card in cards for side in card["acts"] for act in side["acts"].split(", ")}
    meant = {a.name for s in load_cast().states for a in s.action if a.family != "hold"}
    assert {act for name in meant for act in name.split(", ")} == told
    assert all(not card["acts"] for card in cards if card["number"] >= Rung.DIRECT_CONFRONTATION)


def test_the_glossary_has_every_word_the_tests_of_a_class_would_ask_for():
    words = glossary.glossary()
    assert len({word["id"] for word in words}) == len(words)
    assert all(word["term"] and word["text"].endswith(".") for word in words)
    asked = "rung resolve security-dilemma audience-cost spiral deterrence-by-denial moratorium"
    asked += " stability-instability hazard natural-frequency monte-carlo-error paired-futures"
    assert set(asked.split()) <= {word["id"] for word in words}


# --- the lever and the crisis at its head --------------------------------------------------------


def test_a_guess_opens_the_lever_and_the_pull_answers_it(visit):
    visitor = visit(path="/")
    page = visitor.page
    page.wait_for_selector(".sim-start .sim-chart canvas")
    lever = page.get_by_role("slider", name="US threats and strike talk", exact=True)
    assert lever.is_disabled()
    page.get_by_role("button", name=messages.start.TRY_SIDES["calmer"], exact=True).click()
    page.get_by_text(messages.start.TRY_PULL, exact=True).wait_for()
    lever.press("End")
    page.get_by_text(messages.start.TRY_WRONG, exact=False).wait_for()
    assert "→" in page.text_content(".sim-start .sim-strip")
    page.get_by_role("button", name=messages.start.TRY_SIDES["tenser"], exact=True).click()
    page.get_by_text(messages.start.TRY_RIGHT, exact=False).wait_for()
    page.get_by_role("button", name=messages.start.TRY["open"], exact=True).click()
    visitor.wait_unlike("")
    assert "us_threats=1" in page.url and "page=picture" in page.url
    assert visitor.complaints == []


@pytest.mark.parametrize("state", ["DPRK", "USA"])
def test_a_crisis_of_five_minutes_begins_with_one_press(visit, state):
    visitor = visit(path="/")
    page = visitor.page
    page.get_by_role("button", name=messages.start.CRISIS[state], exact=True).click()
    page.wait_for_selector("#sim-game")
    page.get_by_text("28 January 2013", exact=False).first.wait_for()
    assert visitor.complaints == []


# --- from a card to a picture, and back ----------------------------------------------------------


def test_one_click_leads_from_a_card_to_a_running_picture_and_back_leads_back(visit):
    visitor = visit(path="/")
    page = visitor.page
    assert page.get_by_text(messages.page.DISCLAIMER, exact=True).is_visible()
    assert page.get_by_text(messages.page.CONTENT_NOTE, exact=True).is_visible()
    open_card(visitor, "2017: fire and fury")
    assert "s=fire-and-fury-2017" in page.url
    page.wait_for_function("document.activeElement.id === 'sim-picture'")
    visitor.press("Hotline", "End")
    moved, address = visitor.hash, page.url

    page.go_back()  # the lever
    visitor.wait_unlike(moved)
    page.go_back()  # the card
    page.wait_for_selector("#sim-start")
    page.go_forward()
    page.go_forward()
    page.wait_for_function("url => location.href === url", arg=address)
    visitor.wait_unlike("")

    page.get_by_role("link", name=messages.page.HEADER["home"]).click()
    page.wait_for_selector("#sim-start")
    assert page.url.rstrip("?").endswith("/")
    page.wait_for_function("document.activeElement.id === 'sim-start'")
    assert visitor.complaints == []


def test_a_deep_link_leads_straight_to_the_picture(visit):
    visitor = visit(path="/?s=surge-2022&hotline=1")
    assert visitor.page.locator("#sim-start").count() == 0
    want = selectors.load_shipped("surge-2022").with_levers(hotline=1.0)
    assert visitor.hash == want.hash[:8]


# --- the tour ------------------------------------------------------------------------------------


def test_the_first_visit_brings_a_tour_the_second_does_not(visit):
    visitor = visit(newcomer=True)
    page = visitor.page
    card = page.get_by_role("dialog")
    card.wait_for()
    for step in messages.start.TOUR_STEPS[:-1]:
        assert card.get_by_role("heading").inner_text() == step["title"]
        assert page.locator(step["at"]).first.is_visible()
        page.keyboard.press("Enter")  # Next has the focus
        card.get_by_text(step["title"], exact=True).wait_for(state="detached")
    assert card.get_by_role("heading").inner_text() == messages.start.TOUR_STEPS[-1]["title"]
    page.keyboard.press("Enter")
    card.wait_for(state="detached")
    page.reload()
    visitor.wait_unlike("")
    page.wait_for_timeout(1000)
    assert card.count() == 0

    page.get_by_role("button", name=messages.page.HEADER["tour"], exact=True).click()  # again
    card.wait_for()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    card.wait_for(state="detached")


def test_what_the_tour_points_at_can_be_used_meanwhile(visit):
    visitor = visit(newcomer=True)
    visitor.page.get_by_role("dialog").wait_for()
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.get_by_text(messages.start.TOUR_STEPS[1]["title"], exact=True).wait_for()
    old = visitor.hash
    slider = visitor.page.locator(".sim-lever input[type=range]").first
    box = slider.bounding_box()
    visitor.page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
    visitor.wait_unlike(old)
    visitor.page.get_by_role("button", name=messages.start.TOUR["skip"]).click()
    visitor.page.get_by_role("dialog").wait_for(state="detached")


def test_the_tour_can_be_taken_from_the_start_page(visit):
    visitor = visit(path="/")
    visitor.page.get_by_role("button", name=messages.start.PAGE["tour"]).click()
    visitor.page.get_by_role("dialog").wait_for()
    assert visitor.hash == selectors.load_shipped("status-quo").hash[:8]


# --- the guide -----------------------------------------------------------------------------------


def test_the_ladder_and_the_glossary_open_from_the_bar_and_give_the_focus_back(visit):
    page = visit(path="/").page
    ladder = page.get_by_role("button", name=messages.page.HEADER["ladder"], exact=True)
    ladder.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=messages.page.GLOSSARY["ladder_title"])
    dialog.wait_for()
    assert dialog.get_by_role("article").count() == len(Rung)
    counts = dialog.get_by_role("article").filter(has_text=messages.page.RUNG_MARKS[8])
    assert counts.count() == 1
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.dataset.guide") == "ladder"

    page.get_by_role("button", name=messages.page.HEADER["words"], exact=True).click()
    dialog = page.get_by_role("dialog", name=messages.page.GLOSSARY["words_title"])
    page.get_by_label(messages.page.GLOSSARY["find"]).fill("audience")
    assert dialog.get_by_text("Audience cost", exact=True).is_visible()
    assert dialog.get_by_text("Moratorium", exact=True).count() == 0


def test_the_name_of_a_rung_beside_the_fan_opens_its_card(visit):
    page = visit().page
    chart = page.locator(".sim-chart-fan").bounding_box()
    page.mouse.click(chart["x"] + 120, chart["y"] + 10 + (chart["height"] - 40) * 3.5 / 8)
    page.get_by_role("dialog").wait_for()
    assert page.evaluate("document.activeElement.id") == "rung-4"


# --- the outlook ---------------------------------------------------------------------------------


def test_the_start_page_leads_to_the_outlook_and_its_scores(visit):
    page = visit(path="/").page
    page.get_by_role("link", name=messages.page.OUTLOOK_LINK, exact=True).click()
    outlook = page.locator("#sim-outlook")
    outlook.wait_for()
    text = outlook.inner_text()
    assert (
        outlook_messages.TITLE in text
        and outlook_messages.SCORES_TITLE in text
        and outlook_messages.NO_SCORES in text
    )
    frozen = load_outlooks()
    if not frozen:
        assert outlook_messages.NONE_FROZEN in text
    for claim, answer in told.article_answers(frozen[-1]) if frozen else ():
        assert claim in text and answer in text


def test_a_word_explains_itself_where_it_stands(visit):
    visitor = visit()
    page = visitor.page
    word = page.locator(".sim-outcomes .sim-word").first
    word.focus()
    hint = page.get_by_role("tooltip")
    hint.wait_for()
    assert word.get_attribute("aria-describedby") == hint.get_attribute("id")
    meaning = next(w for w in glossary.glossary() if w["id"] == word.get_attribute("data-guide"))
    assert hint.inner_text() == meaning["text"]
    page.keyboard.press("Escape")
    hint.wait_for(state="hidden")
    word.click()
    page.locator(f"dialog[open] [id='{meaning['id']}'].is-meant").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "sim-word"
    assert visitor.complaints == []
