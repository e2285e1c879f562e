"""Small widgets that several views use: a text button, a notice, an announcement; and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import solara

from scenario_sim.ui import messages


def to_json(value: Any) -> str:
    """Return a value as compact JSON, which the browser reads with `JSON.parse`.

    Lists go to the browser as text: Solara searches every list that it is given for elements, at
    every move.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


@solara.component_vue("text_button.vue")
def _TextButton(label: str, event_act: Callable[..., None]):
    """Draw a native button."""


@solara.component
def TextButton(label: str, on_act: Callable[[], None]):
    """Draw a button that reads as a line of text."""
    _TextButton(label=label, event_act=lambda *_: on_act())


@solara.component
def Notice(title: str, lines: Sequence[str], cure: str, on_close: Callable[[], None]):
    """Say what failed, every reason at once, and what to do. The card stays until it is closed."""
    with solara.v.Html(tag="section", class_="sim-error sim-notice", attributes={"role": "alert"}):
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        text = f"<h2>{escape(title)}</h2><ul>{items}</ul><p>{escape(cure)}</p>"
        solara.HTML(unsafe_innerHTML=text)
        solara.Button(messages.page.CLOSE, on_click=on_close, outlined=True)


@solara.component_vue("announcement.vue")
def Announcement(words: str):
    """Announce a new picture to screen readers, once the words have been still for a moment."""
