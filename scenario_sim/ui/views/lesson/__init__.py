"""A lesson beside the picture: its steps as states, and the panel that leads through them."""

from scenario_sim.ui.lesson_state import (
    all_lessons,
    at_step,
    leave_lesson,
    offered_levers,
    open_lesson,
    with_guess,
)
from scenario_sim.ui.views.lesson.panel import LessonPanel

__all__ = [
    "LessonPanel",
    "all_lessons",
    "at_step",
    "leave_lesson",
    "offered_levers",
    "open_lesson",
    "with_guess",
]
