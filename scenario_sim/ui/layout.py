"""The frame around the page: none. Solara's own would add a bar and a drawer."""

from __future__ import annotations

import solara


@solara.component
def Layout(children: list = []):  # noqa: B006 - Solara's signature; nobody changes it
    return solara.v.Html(tag="div", children=children)
