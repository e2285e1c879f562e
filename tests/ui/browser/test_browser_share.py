"""Letting others in: the dialog with the address and its code, and what a copied link says."""

from __future__ import annotations

import pytest

from scenario_sim.ui import messages

pytestmark = pytest.mark.browser

SHARE = messages.links.SHARE


def open_share(page):
    page.get_by_role("button", name=messages.page.HEADER["share"], exact=True).click()
    dialog = page.get_by_role("dialog", name=SHARE["title"])
    dialog.locator(".sim-share-code").wait_for()
    return dialog


def test_share_shows_address_code_and_link_and_gives_the_focus_back(visit):
    visitor = visit(path="/?engagement=0.9")
    page = visitor.page
    dialog = open_share(page)
    assert dialog.get_by_text(f"{visitor.address}/", exact=True).is_visible()
    assert dialog.get_by_label(SHARE["link"]).input_value() == page.url
    assert dialog.locator("svg path").first.is_visible()
    assert dialog.get_by_text("--host 0.0.0.0", exact=False).is_visible()  # served on loopback
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.hasAttribute('data-share')")
    assert visitor.complaints == []


def test_share_is_there_on_the_start_page_and_while_presenting(visit):
    page = visit(path="/").page
    page.wait_for_selector("#sim-start")
    open_share(page)
    page = visit(path="/?present=1&page=picture", width=1920, height=1080).page
    open_share(page)


def test_a_link_copied_from_loopback_says_that_it_opens_on_this_machine_only(visit):
    visitor = visit(permissions=["clipboard-read", "clipboard-write"])
    page = visitor.page
    page.get_by_role("button", name=messages.links.EXPORT["copy_link"], exact=True).click()
    page.get_by_text(messages.links.EXPORT["copied_local"], exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
