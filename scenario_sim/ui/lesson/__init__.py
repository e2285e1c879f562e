"""A lesson beside the picture: its steps as states, and the panel that leads through them."""

from scenario_sim.ui.lesson.panel import LessonPanel
from scenario_sim.ui.lesson.steps import at_step, guessed, left, lessons, offered, opened

__all__ = ["LessonPanel", "at_step", "guessed", "left", "lessons", "offered", "opened"]
