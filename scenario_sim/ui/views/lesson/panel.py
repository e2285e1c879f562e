"""The panel of a lesson: what a step says and asks, and what the model answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import solara

from scenario_sim.teaching import (
    LOOK_TARGETS,
    LessonAnswer,
    Question,
    answer_unit,
    estimate_answer,
)
from scenario_sim.teaching.handout import answer_comment, describe_levers
from scenario_sim.ui import messages
from scenario_sim.ui.lesson_state import (
    at_step,
    find_lesson,
    guess_of,
    leave_lesson,
    step_of,
    with_guess,
    with_step_tab,
)
from scenario_sim.ui.result import result_of
from scenario_sim.ui.server.jobs import Report
from scenario_sim.ui.state import AppState
from scenario_sim.ui.use_result import use_job


@solara.component_vue("panel.vue")
def _Panel(
    texts: dict,
    step: dict,
    ask: dict,
    guess: float | None,
    reveal: dict,
    event_go: Callable,
    event_commit_guess: Callable,
    event_show: Callable,
    event_leave: Callable,
):
    """The step's text, its question as native radios or a native slider, and the way on."""


@solara.component
def LessonPanel(state: AppState, on_step: Callable[[AppState], None], on_show: Callable):
    """`on_step` hears another step or guess, `on_show` the same world seen otherwise."""
    answer = use_answer(state)
    ask, guess = step_of(state).ask, guess_of(state)
    _Panel(
        texts=messages.lesson.PANEL,
        step=step_card(state),
        ask=question_card(ask) if ask else {},
        guess=guess,
        reveal=reveal_card(ask, guess, answer) if ask and guess is not None and answer else {},
        event_go=lambda step: on_step(at_step(state, int(step))),
        event_commit_guess=lambda value: on_step(with_guess(state, value)),
        event_show=lambda _: on_show(with_step_tab(state)),
        event_leave=lambda _: on_show(leave_lesson(state)),
    )


def use_answer(state: AppState) -> LessonAnswer | None:
    """Return the answer to this step's question once a guess is made. It comes from the ensembles
    that the page draws, however the levers are moved afterwards."""
    question = step_of(state).ask
    asked = at_step(state, state.step).without_view if guess_of(state) is not None else None
    key = (state.lesson, state.step, asked)  # two questions may be about one world
    work = None
    if asked is not None and question is not None:
        work = partial(_answer, asked, question)
    job = use_job(key, work, is_long=False)
    return job.state.value if job.state.of == key else None


def _answer(asked: AppState, question: Question, report: Report, _: object) -> LessonAnswer:
    result = result_of(asked, report)
    policy = result.policy.trajectory if result.policy else None
    return estimate_answer(question, result.baseline.trajectory, policy)


# --- what the panel shows --------------------------------------------------------------------------


def step_card(state: AppState) -> dict[str, Any]:
    lesson, step = find_lesson(state.lesson), step_of(state)
    last = state.step == len(lesson.steps) - 1
    open_ = step.ask is None or guess_of(state) is not None
    return {
        "lesson": f"{lesson.number} · {lesson.title}",
        "n": state.step,
        "all": len(lesson.steps),
        "counted": messages.lesson.COUNTED.format(n=state.step + 1, all=len(lesson.steps)),
        "title": step.title,
        "paragraphs": paragraphs(step.text),
        "look": LOOK_TARGETS[step.look][1] if step.look and open_ else "",
        "at": _selector(step.look) if step.look else "",
        "debrief": list(lesson.debrief) if last and open_ else [],
    }


def question_card(ask: Question) -> dict[str, Any]:
    slider = ask.slider.model_dump() if ask.slider else None
    moved = describe_levers(ask.levers.model_dump(exclude_none=True))
    return {
        "question": ask.question,
        "choices": [choice.text for choice in ask.choices],
        "slider": slider,
        "unit": answer_unit(ask),
        "moved": messages.lesson.MOVED.format(levers=moved) if moved else "",
    }


def reveal_card(ask: Question, guess: float, answer: LessonAnswer) -> dict[str, Any]:
    """The guess beside the computed answer, with its Monte-Carlo error."""
    said = messages.lesson.ANSWER.format(answer=answer.words)
    if ask.choices:
        right = ask.right(answer.value)
        verdict = messages.lesson.RIGHT if right == int(guess) else messages.lesson.WRONG
        said += " " + messages.lesson.THAT_IS.format(choice=ask.choices[right].text)
    else:
        off = abs(guess - answer.value)
        near = max(answer.half, ask.slider.step if ask.slider else 0.0)
        far = messages.lesson.OFF.format(off=answer.figure(off), unit=answer_unit(ask))
        verdict = messages.lesson.NEAR if off <= near else far
    return {
        "verdict": verdict,
        "answer": said,
        "paragraphs": paragraphs(answer_comment(ask, answer)),
    }


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.strip().split("\n\n")]


def _selector(look: str) -> str:
    own = {"risk": ".sim-risk", "outcomes": ".sim-outcomes"}
    return own.get(look, f'[data-figure="{look}"]')
