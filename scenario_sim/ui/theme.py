"""How the page looks: a style sheet, and the palette that goes with it."""

from __future__ import annotations

from pathlib import Path

import solara

from scenario_sim.charts import DARK, LIGHT, Palette

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


@solara.component
def Styled():
    solara.Style(STYLE)


def palette(dark: bool) -> Palette:
    """The charts' colours on a light or a dark page."""
    return DARK if dark else LIGHT
