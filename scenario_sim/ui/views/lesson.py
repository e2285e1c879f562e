"""The panel of a lesson: a step's text and question, and the model's answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import solara

from scenario_sim.language import localise_number, translate
from scenario_sim.teaching import (
    LOOK_TARGETS,
    LessonAnswer,
    Question,
    answer_unit,
    describe_answer,
    describe_distance,
    estimate_answer,
    simulate_answers,
)
from scenario_sim.teaching.handout import answer_comment, describe_levers
from scenario_sim.ui import messages
from scenario_sim.ui.components.glossary import explain_words
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
from scenario_sim.ui.server.cache import CACHE, key_of
from scenario_sim.ui.server.jobs import Report
from scenario_sim.ui.state import AppState
from scenario_sim.ui.use_result import use_job


@solara.component_vue("lesson.vue")
def _Panel(
    texts: dict,
    step: dict,
    ask: dict,
    guess: float | None,
    reveal: dict,
    total: dict,
    event_go: Callable,
    event_commit_guess: Callable,
    event_show: Callable,
    event_leave: Callable,
):
    """Draw the step's text, its question as native radios or a slider, and the buttons."""


@solara.component
def LessonPanel(state: AppState, on_step: Callable[[AppState], None], on_show: Callable):
    """Draw a step of a lesson.

    `on_step` gets a state with another step or guess, `on_show` one with another view.
    """
    answer, answers = use_answer(state), use_all_answers(state)
    ask, guess = step_of(state).ask, guess_of(state)
    _Panel(
        texts=messages.lesson.PANEL,
        step=step_card(state),
        ask=question_card(ask) if ask else {},
        guess=guess,
        reveal=reveal_card(ask, guess, answer, state.runs)
        if ask and guess is not None and answer
        else {},
        total=sum_card(state, answers) if answers else {},
        event_go=lambda step: on_step(at_step(state, int(step))),
        event_commit_guess=lambda value: on_step(with_guess(state, value)),
        event_show=lambda _: on_show(with_step_tab(state)),
        event_leave=lambda _: on_show(leave_lesson(state)),
    )


def use_answer(state: AppState) -> LessonAnswer | None:
    """Return the answer to this step's question once a guess is made, else None.

    The answer comes from the ensembles of the step itself. Moving levers does not change it.
    """
    question = step_of(state).ask
    world = at_step(state, state.step).without_view if guess_of(state) is not None else None
    key = (state.lesson, state.step, world)  # two questions may have the same world
    work = None
    if world is not None and question is not None:
        work = partial(_answer, world, question)
    job = use_job(key, work, is_long=False)
    return job.state.value if job.state.question == key else None


def use_all_answers(state: AppState) -> dict[int, LessonAnswer]:
    """Return the answers to all questions on the last step, once its question is answered."""
    lesson = find_lesson(state.lesson)
    is_done = state.step == len(lesson.steps) - 1 and (
        step_of(state).ask is None or guess_of(state) is not None
    )
    key = (state.lesson, state.runs, state.seed) if is_done else None

    def work(report: Report, _: object) -> dict[int, LessonAnswer]:
        return CACHE.get(
            key_of(
                ("lesson answers", state.lesson),
                lesson.scenarios(state.step)[0],
                state.seed,
                state.runs,
            ),
            lambda _: simulate_answers(lesson, state.runs, state.seed),
            report,
            nbytes=lambda _: 10_000,
        )

    job = use_job(key, work if is_done else None, is_long=False)
    return job.state.value if is_done and job.state.question == key and job.state.value else {}


def _answer(world: AppState, question: Question, report: Report, _: object) -> LessonAnswer:
    result = result_of(world, report)
    policy = result.policy.trajectory if result.policy else None
    return estimate_answer(question, result.baseline.trajectory, policy)


# --- what the panel shows --------------------------------------------------------------------------


def step_card(state: AppState) -> dict[str, Any]:
    """Return the text of a step; the debrief after the last."""
    lesson, step = find_lesson(state.lesson), step_of(state)
    last = state.step == len(lesson.steps) - 1
    open_ = step.ask is None or guess_of(state) is not None
    return {
        "lesson": " · ".join(filter(None, (lesson.number, lesson.title))),
        "n": state.step,
        "all": len(lesson.steps),
        "counted": messages.lesson.COUNTED.format(n=state.step + 1, all=len(lesson.steps)),
        "title": step.title,
        "paragraphs": paragraphs(step.text),
        "look": translate(LOOK_TARGETS[step.look][1]) if step.look and open_ else "",
        "at": _selector(step.look) if step.look else "",
        "debrief": list(lesson.debrief) if last and open_ else [],
    }


def question_card(ask: Question) -> dict[str, Any]:
    """Return the question of a step with its choices or its slider."""
    slider = ask.slider.model_dump() if ask.slider else None
    moved = describe_levers(ask.levers.model_dump(exclude_none=True))
    return {
        "question": ask.question,
        "choices": [choice.text for choice in ask.choices],
        "slider": slider,
        "unit": answer_unit(ask),
        "moved": messages.lesson.MOVED.format(levers=moved) if moved else "",
    }


def reveal_card(ask: Question, guess: float, answer: LessonAnswer, runs: int) -> dict[str, Any]:
    """Compare the guess with the computed answer and its Monte-Carlo error."""
    sentence, verdict = describe_answer(ask, answer), verdict_on(ask, guess, answer)
    if ask.choices:
        right = ask.choices[ask.right(answer.value)].text
        sentence += " " + messages.lesson.THAT_IS.format(choice=right)
    return {
        "verdict": verdict,
        "answer": sentence,
        "error": messages.lesson.ERROR.format(runs=runs),
        "paragraphs": paragraphs(answer_comment(ask, answer)),
    }


def is_near(ask: Question, guess: float, answer: LessonAnswer) -> bool:
    """Return whether a guess is as near as one can guess: within the error, or one step."""
    if ask.choices:
        return ask.right(answer.value) == int(guess)
    step = ask.slider.step if ask.slider else 0.0
    return abs(guess - answer.value) <= max(answer.half, step)


def verdict_on(ask: Question, guess: float, answer: LessonAnswer) -> str:
    """Return what to say of a guess."""
    near = is_near(ask, guess, answer)
    if ask.choices:
        return messages.lesson.RIGHT if near else messages.lesson.WRONG
    off = describe_distance(ask, guess, answer)
    return messages.lesson.NEAR if near else messages.lesson.OFF.format(off=off)


def sum_card(state: AppState, answers: dict[int, LessonAnswer]) -> dict[str, Any]:
    """Return all guesses of a lesson beside the model's answers."""
    lesson, guesses, rows, near = find_lesson(state.lesson), dict(state.guesses), [], 0
    for n, answer in answers.items():
        ask = lesson.steps[n].ask
        if ask is None:
            continue
        guess, verdict = messages.lesson.NO_GUESS, messages.lesson.MISSED
        if n in guesses:
            guess = guess_words(ask, guesses[n])
            verdict = verdict_on(ask, guesses[n], answer)
            near += is_near(ask, guesses[n], answer)
        rows.append([ask.question, guess, describe_answer(ask, answer), verdict])
    return {
        "title": lesson.title,
        "file": f"{lesson.name or 'lesson'}-guesses.csv",
        "rows": rows,
        "said": messages.lesson.SUM.format(near=near, all=len(rows)),
    }


def guess_words(ask: Question, guess: float) -> str:
    """Return a guess as text: the choice, or the number with its unit."""
    if ask.choices:
        return ask.choices[int(guess)].text
    return f"{localise_number(f'{guess:g}'.replace('-', '−'))} {answer_unit(ask)}"


def paragraphs(text: str) -> list[str]:
    """Split a text at its empty lines; each part as HTML, with the words of the glossary marked."""
    return [explain_words(part.strip()) for part in text.strip().split("\n\n")]


def _selector(look: str) -> str:
    own = {"risk": ".sim-risk", "outcomes": ".sim-outcomes"}
    return own.get(look, f'[data-figure="{look}"]')
