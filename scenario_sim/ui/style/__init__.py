"""The style sheets of the page, in the order of their numbers."""

from __future__ import annotations

from pathlib import Path

import solara

SHEETS = sorted(Path(__file__).parent.glob("*.css"))
STYLE = "\n".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)


@solara.component
def StyleSheets():
    solara.Style(STYLE)
