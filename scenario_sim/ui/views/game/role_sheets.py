"""Role sheets as one page to print: a sheet for each state, on paper of its own."""

from __future__ import annotations

from collections.abc import Sequence

import solara
from markdown import markdown

from scenario_sim.data.states import Cast, load_cast
from scenario_sim.reporting.html import html_page
from scenario_sim.teaching import render_role_sheet
from scenario_sim.ui import messages
from scenario_sim.ui.components.widgets import Download

FILE_NAME = "role-sheets.html"


@solara.component
def RoleSheets(cast: Cast | None = None):
    """Draw the button that saves the sheets of all states; of the shipped ones if None."""
    Download(
        messages.game.ROLE_SHEETS,
        messages.game.ROLE_SHEETS_ABOUT,
        "text/html",
        lambda: role_sheets_page(cast or load_cast()),
    )


def role_sheets_page(cast: Cast, codes: Sequence[str] = ()) -> tuple[str, str]:
    """Return the name and the text of a self-contained page with a sheet for each state.

    codes : the states; all of them if empty. Raises UnknownNameError for an unknown code.
    """
    sheets = [
        markdown(render_role_sheet(code, cast), extensions=["tables"])
        .replace("<table>", '<div class="scroll"><table class="words">')
        .replace("</table>", "</table></div>")
        for code in codes or cast.codes
    ]
    body = "\n".join(f'<section class="sheet">{sheet}</section>' for sheet in sheets)
    return FILE_NAME, html_page(messages.game.ROLE_SHEETS, body)
