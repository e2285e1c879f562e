"""A button that makes a file and hands it to the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import solara


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
