"""Words of the glossary where they stand: a text as HTML, each word with a way to its meaning."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from scenario_sim.language import cache_by_language, current_language
from scenario_sim.ui.components.glossary import glossary


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
