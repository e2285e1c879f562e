"""What an instructor takes to class: lessons that ask before they show, hand-outs, role sheets."""

from scenario_sim.teaching.answers import (
    Answer,
    answer_of,
    reveal,
    reveal_all,
    unit_of,
)
from scenario_sim.teaching.handout import handout
from scenario_sim.teaching.lesson import LOOKS, Ask, Lesson, Step
from scenario_sim.teaching.lesson_files import list_lessons, load_lesson, read_lesson
from scenario_sim.teaching.role_sheets import role_sheet

__all__ = [
    "LOOKS",
    "Answer",
    "Ask",
    "Lesson",
    "Step",
    "answer_of",
    "handout",
    "list_lessons",
    "load_lesson",
    "read_lesson",
    "reveal",
    "reveal_all",
    "role_sheet",
    "unit_of",
]
