"""Words of the glossary are marked where they stand, and nothing else is changed."""

from __future__ import annotations

import re
from html import unescape

import pytest

from scenario_sim.scenario.files import list_scenarios, load_scenario
from scenario_sim.simulation.key_moments import KeyMoment
from scenario_sim.simulation.single_run import simulate_run
from scenario_sim.teaching import list_lessons, load_lesson
from scenario_sim.ui import messages
from scenario_sim.ui.components.glossary import explain_words, glossary
from scenario_sim.ui.views.single_run.key_moments import describe_moment
from scenario_sim.validation import badge

BUTTON = re.compile(
    r'<button type="button" class="sim-word" data-guide="([a-z-]+)">([^<]*)</button>'
)


def marked(text: str) -> dict[str, str]:
    return dict(BUTTON.findall(explain_words(text)))


@pytest.mark.parametrize("word", glossary(), ids=lambda word: word["id"])
def test_a_word_is_marked_unless_it_is_common(word):
    said = marked(f"There is {word['term']} here.")
    assert said == ({} if word.get("common") else {word["id"]: word["term"]})


def test_a_word_is_found_in_the_plural_and_as_a_whole_word_only():
    assert marked("natural frequencies and security dilemmas") == {
        "natural-frequency": "natural frequencies",
        "security-dilemma": "security dilemmas",
    }
    assert marked("hazardous; a gritty prose; pre-veto") == {}


def test_the_first_of_each_word_is_marked():
    html = explain_words("An ICBM, an ICBM and a veto.")
    assert [name for name, _ in BUTTON.findall(html)] == ["icbm", "veto"]


def test_markup_in_a_text_stays_text():
    html = explain_words('<img src="x"> & a veto')
    assert html.startswith("&lt;img src=&quot;x&quot;&gt; &amp; a <button")


def test_no_text_loses_a_letter():
    texts = [load_scenario(name).teaches for name in list_scenarios()]
    texts += [step.text for name in list_lessons() for step in load_lesson(name).steps]
    for text in texts:
        assert unescape(BUTTON.sub(r"\2", explain_words(text))) == text
    assert any(map(marked, texts))


def test_the_foot_of_the_page_says_in_plain_words_what_the_trial_found():
    tried, held_back = badge().split("held back for a year, ")
    assert "better than the base rate" in tried and "no better than persistence" in tried
    assert held_back.count("no better than") == 2
    said = messages.page.TRIED_TEXT
    assert "closer than a simple average" in said and "no closer than either" in said
    assert not re.search("CRPS|persistence|base rate|%", said)


def test_a_moment_that_decided_a_world_names_its_state_as_a_sentence_does():
    world = simulate_run(load_scenario("status-quo"), 0, 714)
    act = next(act for act in world.acts if act.state == "USA")
    said = describe_moment(KeyMoment(act, 4.0, 3.0, 0.1, 0.1, 1.0), world.scenario)
    assert ": The United States " in said
