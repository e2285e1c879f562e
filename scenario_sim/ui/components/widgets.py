"""Small widgets that several views use, and the parts that Vue templates use by their tag."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any, cast

import solara
from ipyvue import register_component_from_string

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


# --- parts that templates use by their tag ------------------------------------------------------

UI = Path(__file__).parents[1]
PARTS = {  # the tag, and the file below `ui/`
    "sim-slider": "components/slider.vue",
    "sim-lever-head": "components/lever_head.vue",
    "sim-lever-help": "components/lever_help.vue",
    "sim-lever-sheet": "components/lever_sheet.vue",
    "sim-world-map": "views/single_run/world_map.vue",
    "sim-ladder": "views/single_run/ladder.vue",
    "sim-world-line": "views/single_run/world_line.vue",
}
SOURCES = {tag: (UI / file).read_text(encoding="utf-8") for tag, file in PARTS.items()}


def use_parts() -> None:
    """Register the parts before a widget that uses them is drawn.

    Solara gives every visitor an own registry, so a page registers them when it is first drawn.
    """
    solara.use_memo(_register, [])


def _register() -> None:
    for tag, source in SOURCES.items():
        register_component_from_string(tag, source)


@solara.component_vue("download.vue")
def _Download(
    label: str, about: str, made: dict, event_make: Callable[..., None], event_taken: Callable
):
    """Draw a button; the browser saves the file once it is made."""


@solara.component
def Download(label: str, about: str, kind: str, make: Callable[[], tuple[str, str]]):
    """Draw a button that saves a file.

    Parameters
    ----------
    label, about : str
        Text of the button, and what it says on hover.
    kind : str
        The media type of the file.
    make : callable
        Returns the name and the text of the file, when the button is pressed.
    """
    made, set_made = solara.use_state(cast(dict[str, str], {}))

    def send(*_: object) -> None:
        name, text = make()
        set_made({"name": name, "text": text, "kind": kind})

    _Download(
        label=label, about=about, made=made, event_make=send, event_taken=lambda *_: set_made({})
    )
