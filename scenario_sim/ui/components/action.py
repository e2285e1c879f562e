"""A button that reads as a line of text."""

from __future__ import annotations

from collections.abc import Callable

import solara


@solara.component_vue("action.vue")
def _Action(label: str, event_act: Callable[..., None]):
    """A native button."""


@solara.component
def Action(label: str, on_act: Callable[[], None]):
    _Action(label=label, event_act=lambda *_: on_act())
