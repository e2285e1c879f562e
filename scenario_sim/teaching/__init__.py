"""Material for a class: lessons that ask before they show, handouts, role sheets, a game."""

from scenario_sim.teaching.answers import (
    LessonAnswer,
    answer_unit,
    describe_answer,
    describe_distance,
    estimate_answer,
    simulate_answer,
    simulate_answers,
)
from scenario_sim.teaching.handout import render_handout
from scenario_sim.teaching.lesson import (
    LOOK_TARGETS,
    Lesson,
    Question,
    Step,
    list_lessons,
    load_lesson,
    read_lesson,
)
from scenario_sim.teaching.role_sheets import render_role_sheet

__all__ = [
    "LOOK_TARGETS",
    "Lesson",
    "LessonAnswer",
    "Question",
    "Step",
    "answer_unit",
    "describe_answer",
    "describe_distance",
    "estimate_answer",
    "list_lessons",
    "load_lesson",
    "read_lesson",
    "render_handout",
    "render_role_sheet",
    "simulate_answer",
    "simulate_answers",
]
