"""How the page looks: a style sheet, and the palette that goes with it."""

from __future__ import annotations

from pathlib import Path

import solara
from solara.lab import use_dark_effective

from scenario_sim.charts import DARK, LIGHT, Palette

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


@solara.component
def Styled():
    solara.Style(STYLE)


def use_palette() -> Palette:
    """The colours of the theme that the visitor's browser shows."""
    return DARK if use_dark_effective() else LIGHT
