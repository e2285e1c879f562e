"""The model written out, docs/model.md, as a page to keep: whoever has the app has it, offline too."""

from __future__ import annotations

import re
from pathlib import Path

from markdown import markdown

from scenario_sim.errors import ScenarioSimError
from scenario_sim.reporting.html import html_page
from scenario_sim.ui import messages

FILE_NAME = "model.html"
OUTSIDE_LINK = re.compile(
    r"\[([^\]]+)\]\((?!#)[^)]+\)"
)  # a link to another file, which stays behind


def model_page() -> tuple[str, str]:
    """A self-contained HTML file: its name and its text. Raises ScenarioSimError."""
    written = OUTSIDE_LINK.sub(r"\1", _source().read_text("utf-8"))
    body = markdown(written, extensions=["tables", "fenced_code", "toc"], tab_length=3)
    body = body.replace("<table>", '<div class="scroll"><table class="words">')
    return FILE_NAME, html_page(messages.common.TITLE, body.replace("</table>", "</table></div>"))


def _source() -> Path:
    """In an installed package the docs lie beside the modules, in a checkout above them."""
    package = Path(__file__).parents[2]
    for place in (package / "docs", package.parent / "docs"):
        if (place / "model.md").is_file():
            return place / "model.md"
    raise ScenarioSimError(f"there is no docs/model.md in {package}; install again")
