"""A card that says what could not be done, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import solara

from scenario_sim.ui import messages


@solara.component
def Notice(title: str, lines: Sequence[str], cure: str, on_close: Callable[[], None]):
    """Every reason at once; it stays until it is closed."""
    with solara.v.Html(tag="section", class_="sim-error sim-notice", attributes={"role": "alert"}):
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        text = f"<h2>{escape(title)}</h2><ul>{items}</ul><p>{escape(cure)}</p>"
        solara.HTML(unsafe_innerHTML=text)
        solara.Button(messages.LINK_CLOSE, on_click=on_close, outlined=True)
