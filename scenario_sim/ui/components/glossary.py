"""The glossary: the words of the field, and a card for every rung of the ladder.

Any element with `data-guide="audience-cost"` or `data-guide="rung-8"` opens it there.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Any

import solara

from scenario_sim.data.enums import Rung
from scenario_sim.data.states import load_cast
from scenario_sim.language import cache_by_language, current_language, translate_value
from scenario_sim.reporting import messages as chart_words
from scenario_sim.ui import messages
from scenario_sim.ui.components.widgets import to_json

GLOSSARY_FILE = Path(__file__).with_name("glossary.toml")


@cache
def _written() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(GLOSSARY_FILE.read_text(encoding="utf-8"))


@cache_by_language
def rung_cards() -> list[dict[str, Any]]:
    """Return every rung from the bottom up: its name, its meaning, and the acts on it."""
    means = {rung["number"]: rung["means"] for rung in translate_value(_written()["rung"])}
    cards = []
    for rung in Rung:
        own = [
            {"who": state.name, "acts": ", ".join(action.name for action in acts)}
            for state in load_cast().states
            if (acts := [a for _, its in state.choices() for a in its if _stands_on(a, rung)])
        ]
        cards.append(
            {
                "id": f"rung-{rung:d}",
                "number": int(rung),
                "name": rung.label[0].upper() + rung.label[1:],
                "means": means[rung],
                "acts": own,
                "mark": messages.page.RUNG_MARKS.get(int(rung), ""),
            }
        )
    return cards


def _stands_on(action: Any, rung: Rung) -> bool:
    return action.rung == rung and action.family != "hold"


@cache_by_language
def glossary() -> list[dict[str, Any]]:
    """Return the words of the field in alphabetical order."""
    return sorted(translate_value(_written()["word"]), key=lambda word: word["term"].lower())


@solara.component_vue("glossary.vue")
def _Glossary(texts: dict, rungs: str, words: str):
    """Draw a native dialog: it holds the focus, closes on Escape, and gives the focus back."""


@solara.component
def Glossary():
    rungs = solara.use_memo(lambda: to_json(rung_cards()), [])
    words = solara.use_memo(lambda: to_json(glossary()), [])
    _Glossary(texts=messages.page.GLOSSARY, rungs=rungs, words=words)


@cache_by_language
def ladder_labels() -> str:
    """Return invisible buttons over the names of the rungs beside the fan, as HTML.

    The Tab key skips them, because the header opens the same cards.
    """
    buttons = "".join(
        f'<button type="button" tabindex="-1" data-guide="rung-{number}" '
        f'title="{escape(messages.page.RUNG_ASK)}" '
        f'aria-label="{escape(messages.page.RUNG_LABEL.format(number=number, name=name))}"></button>'
        for number, name in reversed(list(enumerate(chart_words.RUNGS)))
    )
    return f'<div class="sim-rungs">{buttons}</div>'


# --- words where they stand ---


@cache_by_language
def _pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern of all words to mark, longest first, and the id of each pattern's group."""
    words = sorted(
        (word for word in glossary() if not word.get("common")), key=lambda w: -len(w["term"])
    )
    forms = []
    for n, word in enumerate(words):
        term = re.escape(word["term"])
        ends = f"{term[:-1]}(?:y|ies)" if term.endswith("y") else f"{term}(?:e?s)?"
        forms.append(f"(?P<w{n}>{ends if word['term'].isupper() else f'(?i:{ends})'})")
    ids = {f"w{n}": word["id"] for n, word in enumerate(words)}
    return re.compile(rf"(?<![\w-])(?:{'|'.join(forms)})(?![\w-])"), ids


def explain_words(text: str) -> str:
    """Return plain text as HTML, in which the first of each word of the glossary explains itself.

    Such a word is a button: `glossary.vue` shows its meaning on hover and focus, and opens the
    glossary there when it is pressed.

    Examples
    --------
    >>> html = explain_words("A veto & another veto")
    >>> html.count('data-guide="veto"'), html.endswith("&amp; another veto")
    (1, True)
    """
    return _explained(text, current_language())


@lru_cache(maxsize=1024)
def _explained(text: str, language: str) -> str:
    pattern, ids = _pattern()
    parts, end, seen = [], 0, set()
    for found in pattern.finditer(text):
        name = ids[found.lastgroup or ""]
        if name in seen:
            continue
        seen.add(name)
        parts.append(escape(text[end : found.start()]))
        parts.append(
            f'<button type="button" class="sim-word" data-guide="{name}">{escape(found[0])}</button>'
        )
        end = found.end()
    return "".join([*parts, escape(text[end:])])
