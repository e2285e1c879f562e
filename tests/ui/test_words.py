"""Words of the glossary are marked where they stand, and nothing else is changed."""

from __future__ import annotations

import re
from html import unescape

import pytest

from scenario_sim.scenario.files import list_scenarios, load_scenario
from scenario_sim.teaching import list_lessons, load_lesson
from scenario_sim.ui.components.glossary import explain_words, glossary

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
