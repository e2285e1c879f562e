"""The one live region: what a new picture says, for those who hear it."""

from __future__ import annotations

import solara


@solara.component_vue("announcement.vue")
def Announcement(words: str):
    """Says its words once they have stood still for a moment: a drag is told by where it ends."""
