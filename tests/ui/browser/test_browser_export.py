"""Keep and share in a real browser: the address, links, files, copied code and the hand-out."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from scenario_sim.scenario.files import load_scenario
from scenario_sim.ui import messages

pytestmark = pytest.mark.browser

DEEP = "/?s=surge-2022&engagement=0.9&on=2022-06-06:exercise_scale:0.2&weeks=26&runs=200&seed=7"


def deep_policy():
    policy = load_scenario("surge-2022").with_weeks(26).with_levers(engagement=0.9)
    return policy.with_change(date="2022-06-06", exercise_scale=0.2)


def query(visitor) -> str:
    return urlsplit(visitor.page.url).query


def button(visitor, name: str):
    return visitor.page.get_by_role("button", name=name, exact=True)


def said(visitor, text: str) -> None:
    visitor.page.locator(".sim-doors-said", has_text=text).wait_for()


# --- the address bar -------------------------------------------------------------------------------


def test_a_link_brings_the_whole_state_back_and_a_reload_keeps_it(visit):
    visitor = visit(path=DEEP)
    runs, digits, seed, _ = visitor.status
    assert (runs, digits, seed) == ("200", deep_policy().hash[:8], "7")
    assert query(visitor) == f"{DEEP[2:]}&page=picture"
    visitor.page.reload()
    visitor.wait_unlike("")
    assert visitor.hash == digits
    assert visitor.complaints == []


def test_the_address_follows_and_back_and_forward_lead_through_the_moves(visit):
    visitor = visit()
    page = visitor.page
    first = visitor.hash
    page.evaluate("window.witness = 1")  # gone if anything reloads the page
    depth = page.evaluate("history.length")
    visitor.press("Engagement offers", "End")
    second = visitor.hash
    page.wait_for_url("**/?engagement=1&page=picture")
    page.wait_for_timeout(1200)
    visitor.slider("Hotline").focus()
    for _ in range(6):  # as a drag: one gesture, one step
        page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("hotline=0.4"))
    visitor.wait_unlike(second)
    assert page.evaluate("history.length") - depth == 2

    page.go_back()
    page.wait_for_url("**/?engagement=1&page=picture")
    page.locator("#ensemble-status", has_text=second).wait_for()
    visitor.wait_for_value("Hotline", "0.1")  # a moment after the hand has left it
    page.go_back()
    page.locator("#ensemble-status", has_text=first).wait_for()
    visitor.wait_for_value("Engagement offers", "0.5")
    page.go_forward()
    page.locator("#ensemble-status", has_text=second).wait_for()
    page.wait_for_timeout(500)
    assert query(visitor) == "engagement=1&page=picture"
    assert page.evaluate("window.witness") == 1


def test_another_scenario_is_a_step_of_its_own(visit):
    visitor = visit()
    old = visitor.hash
    visitor.page.get_by_label(messages.page.SCENARIO, exact=True).select_option("surge-2022")
    visitor.wait_unlike(old)
    assert query(visitor) == "s=surge-2022&page=picture"
    visitor.page.go_back()
    visitor.page.locator("#ensemble-status", has_text=old).wait_for()


def test_a_bad_link_says_all_that_is_wrong_and_opens_on_what_is_right(visit):
    visitor = visit(path="/?s=surge-2022&hotlin=1&engagement=7&hotline=0.9&seed=-1&runs=200")
    card = visitor.page.get_by_role("alert")
    text = card.inner_text()
    for line in (
        "hotlin:",
        "did you mean `hotline`?",
        "engagement: takes a number from 0 to 1",
        "seed:",
    ):
        assert line in text
    assert visitor.hash == load_scenario("surge-2022").with_levers(hotline=0.9).hash[:8]
    assert query(visitor) == "s=surge-2022&hotline=0.9&runs=200&page=picture"
    button(visitor, messages.page.CLOSE).click()
    card.wait_for(state="detached")
    assert visitor.complaints == []


# --- files -----------------------------------------------------------------------------------------


def command(*words: str, cwd) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "scenario_sim", *words], cwd=cwd, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_file_that_is_saved_makes_the_same_world_and_opens_again(visit, tmp_path):
    visitor = visit(path=DEEP)
    digits = visitor.hash
    button(visitor, messages.links.EXPORT["more"]).click()
    with visitor.page.expect_download() as download:
        button(visitor, messages.links.EXPORT["save"]).click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert digits in path.name
    said(visitor, path.name)
    out = command("run", path.name, "--runs", "50", "--seed", "7", "--json", cwd=tmp_path)
    assert f'"hash": "{digits}' in out

    fresh = visit()
    old = fresh.hash
    button(fresh, messages.links.EXPORT["more"]).click()
    fresh.page.set_input_files(".sim-doors input[type=file]", path)
    fresh.wait_unlike(old)
    assert fresh.hash == digits
    assert fresh.page.get_by_label(messages.page.SCENARIO, exact=True).input_value() == "opened"
    fresh.page.reload()  # the file travels in the address
    fresh.wait_unlike("")
    assert fresh.hash == digits


def test_a_bad_file_is_answered_as_on_the_command_line(visit, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "x"\nextends = "../secret.toml"\n[levers]\nhotlin = 1\nengagement = 7\n'
    )
    visitor = visit()
    digits = visitor.hash
    visitor.page.set_input_files(".sim-doors input[type=file]", path)
    text = visitor.page.get_by_role("alert").inner_text()
    for line in ("mine.toml", "line 2: extends: names a file", "line 4", "`hotline`", "line 5"):
        assert line in text
    assert visitor.hash == digits
    path.write_bytes(b"\xff\xfe\x00")
    visitor.page.set_input_files(".sim-doors input[type=file]", path)
    visitor.page.get_by_role("alert").filter(has_text="is no UTF-8 text").wait_for()


# --- copies and the hand-out -----------------------------------------------------------------------


def test_copies_are_confirmed_and_bring_the_state_back(visit):
    visitor = visit(path=DEEP, permissions=["clipboard-read", "clipboard-write"])
    clipboard = "navigator.clipboard.readText()"
    button(visitor, messages.links.EXPORT["copy_link"]).click()
    said(visitor, messages.links.EXPORT["copied_local"])
    assert visitor.page.evaluate(clipboard) == visitor.page.url
    button(visitor, messages.links.EXPORT["more"]).click()
    button(visitor, messages.links.EXPORT["copy_command"]).click()
    said(visitor, messages.links.EXPORT["copied_command"])
    assert visitor.page.evaluate(clipboard).startswith("scenario-sim compare surge-2022 --set ")
    button(visitor, messages.links.EXPORT["copy_python"]).click()
    said(visitor, messages.links.EXPORT["copied_python"])
    assert 'load_scenario("surge-2022").with_weeks(26)' in visitor.page.evaluate(clipboard)


def test_a_browser_that_keeps_its_clipboard_to_itself_copies_the_old_way(visit):
    visitor = visit()
    visitor.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
    button(visitor, messages.links.EXPORT["copy_link"]).click()
    said(visitor, messages.links.EXPORT["copied_local"])


def test_the_hand_out_is_one_file_about_the_world_on_screen(visit, tmp_path):
    visitor = visit(path=DEEP)
    with visitor.page.expect_download() as download:
        button(visitor, messages.links.EXPORT["handout"]).click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    text = path.read_text("utf-8")
    assert path.name == f"surge-2022-{visitor.hash}.html"
    assert deep_policy().hash in text
    assert text.count('class="chart"') >= 2
    assert visitor.sentence.strip() in text
    said(visitor, path.name)


def test_a_hand_out_that_takes_long_tells_how_far_it_is_and_can_be_stopped(visit):
    visitor = visit(
        path="/?weeks=520&runs=1000&seed=91"
    )  # under each theory, which nobody has made
    page, saved = visitor.page, []
    page.on("download", lambda download: saved.append(download))
    button(visitor, messages.links.EXPORT["handout"]).click()
    bar = page.locator(".sim-keep [role=progressbar]")
    bar.wait_for()
    page.wait_for_function(
        "bar => Number(bar.getAttribute('aria-valuenow')) > 5", arg=bar.element_handle()
    )
    page.locator(".sim-keep").get_by_role("button", name=messages.page.STOP, exact=True).click()
    bar.wait_for(state="detached")
    expect(button(visitor, messages.links.EXPORT["handout"])).to_be_enabled()
    assert page.text_content(".sim-doors-said") == ""
    assert (saved, visitor.complaints) == ([], [])


def test_the_doors_are_reached_by_keyboard_alone(visit):
    visitor = visit()
    button(visitor, messages.links.EXPORT["more"]).focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.locator(".sim-recipe pre", has_text="scenario-sim run status-quo").wait_for()
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Tab")
    focused = visitor.page.evaluate("document.activeElement.type")
    assert focused == "file"


def test_the_link_of_a_file_holds_the_file(visit):
    from scenario_sim.ui.url import pack_text

    text = 'title = "Mine <b>own</b>"\nweeks = 8\n[levers]\nhotline = 0.7\n'
    visitor = visit(path=f"/?file={pack_text(text)}&runs=50")
    wanted = tomllib.loads(text)
    chosen = visitor.page.locator("#sim-scenario option:checked").inner_text()
    assert chosen == wanted["title"]


def test_the_command_for_an_opened_file_names_it_and_hands_it_out(visit, tmp_path):
    from scenario_sim.ui.url import pack_text

    text = 'title = "Mine"\nweeks = 8\n[levers]\nhotline = 0.7\n'
    visitor = visit(path=f"/?file={pack_text(text)}&runs=50&engagement=0.9")
    button(visitor, messages.links.EXPORT["more"]).click()
    needed = visitor.page.locator(".sim-needs button")
    with visitor.page.expect_download() as download:
        needed.click()
    name = download.value.suggested_filename
    download.value.save_as(tmp_path / name)
    assert (tmp_path / name).read_text("utf-8") == text
    line = visitor.page.locator(".sim-recipe .is-command").inner_text()
    assert line.startswith(f"scenario-sim compare {name} ")
    assert visitor.hash in command(*line.split()[1:], cwd=tmp_path)


def test_the_model_is_taken_along_whole_to_be_read_offline(visit, browser, tmp_path):
    visitor = visit()
    button(visitor, messages.links.EXPORT["more"]).click()
    with visitor.page.expect_download() as download:
        button(visitor, messages.links.EXPORT["model"]).click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    page = browser.new_page()
    try:
        page.goto(path.as_uri())
        assert page.get_by_role("heading", name="Known misfits").count() == 1
        assert page.locator("table").count() > 20
        dead = (
            "links => links.filter(a => !document.getElementById(a.hash.slice(1))).map(a => a.href)"
        )
        assert page.locator("a").evaluate_all(dead) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        page.close()
