"""A pseudo-language on the whole page: each word that is seen, heard or drawn comes from a catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import serving, visiting
from pseudo_language import english_numbers, plain_words

from scenario_sim.language import CATALOGUES_VARIABLE

pytestmark = pytest.mark.browser

HELPERS = Path(__file__).parents[2] / "helpers"
WORDS = (HELPERS / "visible_words.js").read_text("utf-8")
DRAWN = (HELPERS / "drawn_words.js").read_text("utf-8")
# Code and commands; problems of a file or a link, which name its keys and stay English.
NOT_READ = ("code", "pre", ".sim-studio-check li", ".sim-notice li", ".sim-code")
MADE = "engagement=0.9&hotline=0.8&on=2027-03-01:exercise_scale:0.2"
PAGES = {
    "start": "",
    "picture": f"{MADE}&page=picture",
    "world": "page=world&run=714&week=40",
    "history": "s=surge-2022&page=world&run=3&week=8",
    "lesson": "lesson=veto&step=2",
    "end": "lesson=veto&step=6",
    "slider": "lesson=sanctions-leak&step=2&guess=2:-10",
    "claims": "page=claims",
    "outlook": "page=outlook",
    "studio": "page=studio",
    "wall": f"{MADE}&page=picture&present=1",
    "problem": "hotline=8&page=picture",
}


@pytest.fixture(scope="module")
def greek_server(tmp_path_factory, pseudo_catalogue):
    log = tmp_path_factory.mktemp("greek") / "log.txt"
    with serving(log, **{CATALOGUES_VARIABLE: str(pseudo_catalogue)}) as address:
        yield address


@pytest.fixture(scope="module")
def reader(browser, greek_server):
    """One visitor who reads page after page: the scripts of the page are loaded once."""
    with visiting(browser, greek_server) as arrive:
        visitor = arrive(path="/")
        visitor.context.add_init_script(DRAWN)
        yield visitor


@pytest.fixture
def read(reader):
    """Opens a page in the pseudo-language; `words` returns those that no translation reached."""
    reader.complaints.clear()

    def open_(query: str):
        page = reader.page
        page.goto(f"{reader.address}/?{query}{'&' * bool(query)}language=el-XA")
        page.wait_for_selector("main")
        settle(page)
        return page

    yield open_
    assert reader.complaints == []


def settle(page) -> None:
    """Wait until the page stands still."""
    page.wait_for_timeout(700)
    page.wait_for_function("!document.querySelector('.sim-waiting, [aria-busy=true]')")
    page.wait_for_function("performance.now() - window.stirred > 700")


def left_out(page) -> list[str]:
    """Unfold everything, and return each text with a word that no translation reached."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    settle(page)
    found = page.evaluate(WORDS, list(NOT_READ))
    texts = {f"{where}: {text}": text for where, text in found}
    wrong = {*plain_words(texts.values()), *english_numbers(texts.values())}
    return sorted(where for where, text in texts.items() if text in wrong)


@pytest.mark.parametrize("query", PAGES.values(), ids=PAGES)
def test_no_word_of_a_page_is_left_out(read, query):
    page = read(query)
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        "el-XA",
        "ltr",
    ]
    assert len(page.evaluate(WORDS, [])) > 50  # else nothing was read
    assert left_out(page) == []


def test_no_word_of_a_tab_is_left_out(read):
    page = read(PAGES["picture"])
    tabs = page.locator(".sim-tabs button")
    for n in range(tabs.count()):
        tabs.nth(n).click()
        settle(page)
        assert left_out(page) == [], n


def test_no_word_of_a_lever_s_sheet_and_of_the_advanced_levers_is_left_out(read):
    page = read(f"{MADE}&all=1&page=picture")
    abouts = page.locator(".sim-about")
    for n in (0, abouts.count() // 2, abouts.count() - 1):
        abouts.nth(n).click()
        settle(page)
        assert left_out(page) == []


def test_no_word_of_a_dialog_is_left_out(read):
    page = read(PAGES["picture"])
    for opener in ("[data-guide=ladder]", "[data-guide=words]", "[data-share]"):
        page.locator(opener).first.click()
        page.locator("dialog[open]").wait_for()
        assert left_out(page) == [], opener
        page.keyboard.press("Escape")
    page.locator(".sim-doors-row button").nth(2).click()  # files and code
    assert left_out(page) == []


def test_no_word_of_the_reasons_and_of_a_branch_is_left_out(read):
    page = read(PAGES["world"])
    for kind in ("is-provocation", "is-event"):
        page.locator(f".sim-entry.{kind}").first.click()
        page.locator("#sim-why-title").wait_for()
        assert left_out(page) == [], kind
    page.locator(".sim-entry.is-provocation").first.click()
    page.locator(".sim-why-deeds button").first.click()
    page.locator(".sim-branches-said").wait_for()
    page.locator(".sim-across[aria-busy=false]").wait_for()
    assert left_out(page) == []


def test_no_word_of_a_game_and_of_its_debrief_is_left_out(read):
    page = read("")
    page.locator(".sim-crisis button").first.click()
    page.wait_for_selector("#sim-game")
    settle(page)
    assert left_out(page) == []
    for _ in range(20):
        if page.locator("#sim-ended-title").count():
            break
        page.locator("#sim-decide button[type=submit]").click()
        page.wait_for_timeout(300)
        settle(page)
    page.locator("#sim-ended-title").wait_for()
    assert left_out(page) == []


def test_a_link_within_the_page_leads_on_in_its_language(read):
    page = read(PAGES["picture"])
    page.locator("footer a[href^='?page=claims']").click()
    page.wait_for_selector("#sim-claims")
    assert page.evaluate("document.documentElement.lang") == "el-XA"
    assert page.url.endswith("?page=claims&language=el_XA")


def test_the_tour_is_translated(browser, greek_server):
    with visiting(browser, greek_server) as arrive:
        visitor = arrive(path="/", newcomer=True)
        visitor.page.goto(f"{greek_server}/?page=picture&language=el-XA")
        visitor.page.locator(".sim-tour-card").wait_for()
        assert left_out(visitor.page) == []


def test_a_link_a_browser_and_english_choose_in_this_order(browser, greek_server):
    with visiting(browser, greek_server) as arrive:

        def opened(path: str, locale: str):
            page = arrive(path="/", locale=locale).page
            page.goto(greek_server + path)
            page.wait_for_selector("main")
            return page

        def language_of(path: str, locale: str) -> str:
            return opened(path, locale).evaluate("document.documentElement.lang")

        assert language_of("/", "el-XA") == "el-XA"
        assert language_of("/?language=en", "el-XA") == "en"
        assert language_of("/", "fr-FR") == "en"
        notice = opened("/?language=fr", "en-GB").locator(".sim-notice").inner_text()
        assert "language: there is no language 'fr'; there are: el_XA, en" in notice
