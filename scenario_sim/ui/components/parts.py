"""Parts of the page's widgets: Vue components that several templates use by their tag.

Solara gives every visitor an own registry, so a page registers the parts when it is first drawn.
"""

from __future__ import annotations

from pathlib import Path

import solara
from ipyvue import register_component_from_string

UI = Path(__file__).parents[1]
PARTS = {  # the tag, and the file below `ui/`
    "sim-slider": "components/slider.vue",
    "sim-lever-head": "components/lever_head.vue",
    "sim-lever-help": "components/lever_help.vue",
    "sim-lever-sheet": "components/lever_sheet.vue",
    "sim-world-map": "views/single_run/world_map.vue",
    "sim-ladder": "views/single_run/ladder.vue",
    "sim-world-line": "views/single_run/world_line.vue",
}
SOURCES = {tag: (UI / file).read_text(encoding="utf-8") for tag, file in PARTS.items()}


def use_parts() -> None:
    """Register the parts; call this before a widget that uses them is drawn."""
    solara.use_memo(_register, [])


def _register() -> None:
    for tag, source in SOURCES.items():
        register_component_from_string(tag, source)
