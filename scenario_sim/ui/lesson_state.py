"""The steps of a lesson as states of the page; every function returns a new state."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache

from scenario_sim.bounds import MAX_PACKED_CHARACTERS
from scenario_sim.errors import ScenarioSimError, UnknownNameError
from scenario_sim.teaching import (
    LOOK_TARGETS,
    Lesson,
    Step,
    list_lessons,
    load_lesson,
)
from scenario_sim.teaching.lesson import read_lesson
from scenario_sim.ui import messages
from scenario_sim.ui.packed_text import fits_in_link, pack_text, unpack_text
from scenario_sim.ui.state import AppState

OWN = "~"  # before the packed file of an own lesson
MAX_OWN_LESSONS = 64  # that are kept read


@cache
def all_lessons() -> tuple[Lesson, ...]:
    """Return the shipped lessons in their order."""
    return tuple(map(load_lesson, list_lessons()))


@lru_cache(maxsize=MAX_OWN_LESSONS)
def find_lesson(name: str) -> Lesson:
    """Return a lesson by its name in a state.

    The name of an own lesson is its packed file behind a `~`. A name is never a path, for it may
    come from a link. Raises ScenarioSimError.
    """
    if name.startswith(OWN):
        text = unpack_text(name.removeprefix(OWN)) if len(name) <= MAX_PACKED_CHARACTERS else ""
        if not text:
            raise ScenarioSimError(messages.lesson.BROKEN)
        return read_lesson(text, messages.lesson.OWN_FILE, "own")
    for lesson in all_lessons():
        if lesson.name == name:
            return lesson
    raise UnknownNameError("lesson", name, list_lessons())


def name_of_own(text: str) -> str:
    """Return the name by which a state holds an own lesson. Raises ScenarioSimError."""
    read_lesson(text, messages.lesson.OWN_FILE)
    if not fits_in_link(text):
        raise ScenarioSimError(messages.lesson.TOO_LONG)
    return OWN + pack_text(text)


def is_lesson_file(text: str) -> bool:
    """Return whether a text looks like a lesson rather than a scenario: it has steps."""
    return re.search(r"^\s*\[\[\s*steps\s*\]\]", text, re.MULTILINE) is not None


def step_of(state: AppState) -> Step:
    return find_lesson(state.lesson).steps[state.step]


def guess_of(state: AppState) -> float | None:
    """Return the guess at this step, or None."""
    return dict(state.guesses).get(state.step)


def open_lesson(name: str) -> AppState:
    """Return the first step of a lesson. Raises UnknownNameError."""
    lesson = find_lesson(name)
    return at_step(AppState(lesson=name if name.startswith(OWN) else lesson.name), 0)


def at_step(state: AppState, step: int) -> AppState:
    """Return another step of the lesson, with its scenario and levers; the guesses stay."""
    lesson = find_lesson(state.lesson)
    answered = step in dict(state.guesses)
    there = state.with_scenario(lesson.scenario_of(step))
    there = replace(there, lesson=state.lesson, step=step, guesses=state.guesses)
    for name, value in lesson.steps[step].settings(answered).items():
        there = there.with_lever(name, value)
    return with_step_tab(there) if answered or lesson.steps[step].ask is None else there


def with_guess(state: AppState, guess: float) -> AppState:
    """Return the state after a guess: the levers move, and the answer may be shown."""
    others = [pair for pair in state.guesses if pair[0] != state.step]
    guesses = tuple(sorted([*others, (state.step, float(guess))]))
    return at_step(replace(state, guesses=guesses), state.step)


def leave_lesson(state: AppState) -> AppState:
    """Return the same world without the lesson."""
    return replace(state, lesson="", step=0, guesses=())


def with_step_tab(state: AppState) -> AppState:
    """Return the state with the tab that holds the figure of this step."""
    tab = LOOK_TARGETS.get(step_of(state).look or "", ("",))[0]
    return state.with_tab(tab) if tab else state


def figure_to_show(state: AppState) -> str:
    """Return the figure that a step asks about, "" for one that stands at the top anyway.

    Before the answer it shows the scenario as it stands. It is left out where that is the answer.
    """
    if not state.lesson:
        return ""
    step = step_of(state)
    hides = step.ask is not None and guess_of(state) is None
    tells = step.ask is not None and not step.ask.levers.model_dump(exclude_none=True)
    stands_apart = LOOK_TARGETS.get(step.look or "", ("",))[0] != ""
    return (step.look or "") if stands_apart and not (hides and tells) else ""


def offered_levers(state: AppState) -> tuple[str, ...] | None:
    """Return the levers that may be moved; None outside a lesson, where all may."""
    if not state.lesson:
        return None
    return find_lesson(state.lesson).offered(state.step, guess_of(state) is not None)
