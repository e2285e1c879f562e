"""A lesson beside the picture: its steps as states, and the panel that leads through them."""

from scenario_sim.ui.lesson_state import (
    at_step,
    left,
    lessons,
    offered,
    opened,
    with_guess,
)
from scenario_sim.ui.views.lesson.panel import LessonPanel

__all__ = ["LessonPanel", "at_step", "left", "lessons", "offered", "opened", "with_guess"]
