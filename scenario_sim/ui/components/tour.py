"""A minute around the picture: on the first visit, and whenever asked for."""

from __future__ import annotations

import solara

from scenario_sim.ui import messages


@solara.component_vue("tour.vue")
def _Tour(texts: dict, steps: list, asked: int):
    """Points at the real controls. What is pointed at can be used meanwhile."""


@solara.component
def Tour(asked: int):
    """`asked` counts how often somebody asked for it."""
    _Tour(texts=messages.start.TOUR, steps=messages.start.TOUR_STEPS, asked=asked)
