"""Handout of a lesson in Markdown, with or without the answers."""

from __future__ import annotations

from collections.abc import Mapping

from scenario_sim.data.parameters import PARAMETERS, SETTINGS
from scenario_sim.data.parameters.parameter import JUDGEMENT
from scenario_sim.errors import lower_first
from scenario_sim.language import join_list, source_text, translate
from scenario_sim.scenario.files import load_scenario
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME
from scenario_sim.teaching import messages
from scenario_sim.teaching.answers import (
    DEFAULT_RUNS,
    DEFAULT_SEED,
    LessonAnswer,
    answer_unit,
    describe_answer,
    simulate_answers,
)
from scenario_sim.teaching.lesson import (
    LOOK_TARGETS,
    MEASURES,
    Lesson,
    Question,
    list_lessons,
)


def render_handout(
    lesson: Lesson, answers: bool = False, runs: int = DEFAULT_RUNS, seed: int = DEFAULT_SEED
) -> str:
    """Return a lesson as Markdown.

    Parameters
    ----------
    lesson : Lesson
        The lesson.
    answers : bool
        Include the answers, simulated now.
    runs, seed : int
        Number of futures and random seed of the answers.

    Examples
    --------
    >>> from scenario_sim.teaching import load_lesson
    >>> print(render_handout(load_lesson("veto")).splitlines()[0])
    # The veto
    """
    found = simulate_answers(lesson, runs, seed) if answers else {}
    number = f" {lesson.number}" if lesson.number else ""
    head = messages.LESSON.format(number=number, minutes=lesson.minutes)
    parts = [f"# {lesson.title}", f"{head}. {messages.DISCLAIMER}", f"*{lesson.question}*"]
    if lesson.name in list_lessons():
        parts.append(messages.OPEN.format(query=f"?lesson={lesson.name}"))
    else:
        parts.append(messages.OPEN_OWN)
    for n, step in enumerate(lesson.steps):
        parts += [f"## {n + 1}. {step.title}", step.text.strip(), _describe_start(lesson, n)]
        if step.ask:
            parts += _question_parts(step.ask, found.get(n), runs, seed)
        if step.look:
            parts.append(messages.LOOK.format(look=translate(LOOK_TARGETS[step.look][1])))
    if lesson.debrief:
        parts += [f"## {messages.DEBRIEF}", "\n".join(f"- {line}" for line in lesson.debrief)]
    if lesson.sources:
        parts += [f"## {messages.SOURCES}", "\n".join(f"- {line}" for line in lesson.sources)]
    return "\n\n".join(parts) + "\n"


def describe_levers(settings: Mapping[str, float]) -> str:
    """Return levers as text, such as `Hotline at 0.9 (0 cut, 1 always answered)`."""
    parts = []
    for name, value in settings.items():
        lever = SETTINGS[name]
        text = messages.LEVER_AT.format(
            lever=lever.label, value=float(value), low=float(lever.low), high=float(lever.high),
            low_means=lever.low_means, high_means=lever.high_means,
        )  # fmt: skip
        parts.append(text)
    return "; ".join(parts)


def _describe_start(lesson: Lesson, n: int) -> str:
    moved = describe_levers(lesson.steps[n].settings(answered=False))
    title = load_scenario(lesson.scenario_of(n)).title
    return messages.SHOWS.format(
        title=title, levers=messages.MOVED.format(levers=moved) if moved else ""
    )


def _question_parts(ask: Question, answer: LessonAnswer | None, runs: int, seed: int) -> list[str]:
    unit = answer_unit(ask)
    parts = [f"**{messages.PREDICT}.** {ask.question}"]
    if ask.slider:
        low, high = float(ask.slider.low), float(ask.slider.high)
        parts.append(messages.GUESS.format(unit=unit, low=low, high=high))
    else:
        choices = "\n".join(f"- [ ] {choice.text}" for choice in ask.choices)
        parts += [messages.CHOOSE, choices]
    moved = describe_levers(ask.levers.model_dump(exclude_none=True))
    then = messages.THEN.format(levers=moved, unit=unit) if moved else ""
    parts += [messages.WHY, then or messages.THEN_AS_IT_STANDS.format(unit=unit)]
    return parts + (_answer_parts(ask, answer, runs, seed) if answer else [])


def _answer_parts(ask: Question, answer: LessonAnswer, runs: int, seed: int) -> list[str]:
    words = {
        "measure": translate(MEASURES[ask.measure]),
        "outcome": OUTCOMES_BY_NAME[ask.outcome].meaning.rstrip("."),
    }
    parts = [
        messages.ANSWER.format(answer=describe_answer(ask, answer), runs=runs, seed=seed, **words)
    ]
    if ask.choices:
        choice = ask.choices[ask.right(answer.value)].text
        parts.append(messages.ANSWER_CHOICE.format(choice=choice.rstrip(".")))
    parts.append(answer_comment(ask, answer))
    return parts


def answer_comment(ask: Question, answer: LessonAnswer) -> str:
    """Return the lesson's comment on an answer, and whose guess its size is.

    A note takes the comment's place where it is not true of the answer.
    """
    low, high = ask.true_between
    said = ask.after.strip() if low <= answer.value <= high else messages.SAYS_OTHERWISE
    return f"{said}\n\n{whose_guess(ask)}".strip()


def whose_guess(ask: Question) -> str:
    """Name the coefficients that decide the size of an answer, with range and source."""
    known = [PARAMETERS[name] for name in ask.rests_on]
    told = [
        messages.COEFFICIENT.format(
            phrase=p.phrase or lower_first(p.help.rstrip(".")),
            name=p.name,
            value=p.default,
            low=p.low,
            high=p.high,
            unit=p.unit,
            source=messages.AUTHORS_JUDGEMENT
            if source_text(p, "source") == JUDGEMENT
            else p.source,
        )
        for p in known
    ]
    return messages.WHOSE_GUESS.format(coefficients=join_list(told)) if told else ""
