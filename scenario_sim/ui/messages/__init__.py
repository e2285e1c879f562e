"""Every fixed text of the page, one module a view, ready to be translated.

The texts inside charts stand in `reporting.messages`, those of the levers in `data.parameters`.
"""

from scenario_sim.ui.messages import (
    game,
    goals,
    lesson,
    levers,
    links,
    page,
    picture,
    server,
    single_run,
    start,
    studio,
)

__all__ = [
    "game",
    "goals",
    "lesson",
    "levers",
    "links",
    "page",
    "picture",
    "server",
    "single_run",
    "start",
    "studio",
]
