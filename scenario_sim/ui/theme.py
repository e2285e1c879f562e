"""How the page looks."""

from __future__ import annotations

from pathlib import Path

import solara

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


@solara.component
def Styled():
    solara.Style(STYLE)
