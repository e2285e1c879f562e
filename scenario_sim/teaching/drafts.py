"""Drafts of lessons and scenarios, as a form sends them: checked, completed and written as files.

A draft is plain data from a browser, so nothing in it is trusted: it becomes a file's text, and the
readers of such files judge it. What the model can work out is not asked for: the range of answers
for which a comment is true.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import tomli_w

from scenario_sim.errors import Problem, ProblemCollector, ScenarioError, ScenarioSimError
from scenario_sim.language import localise_number
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.advice import advise
from scenario_sim.scenario.files import dump_scenario, load_scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.what_if import find_impossible_acts
from scenario_sim.teaching import messages
from scenario_sim.teaching.answers import LessonAnswer, describe_answer, simulate_answers
from scenario_sim.teaching.lesson import read_lesson

MAX_DRAFT_STEPS = 20
MAX_DRAFT_ROWS = 40  # levers, changes, acts or choices of one draft
ANYTHING = [-1e12, 1e12]  # the range of a comment until the answer is known
ROOM = 0.1  # of the answer: how far it may move before its comment stops being shown


@dataclass(frozen=True)
class CheckedDraft:
    """A draft after its check: the file's text ("" with problems), the problems, and what it says."""

    text: str
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def check_lesson_draft(draft: Mapping[str, Any], runs: int = 1000, seed: int = 0) -> CheckedDraft:
    """Return a lesson's file and its answers; each `true_between` is worked out from the model.

    Parameters
    ----------
    draft : mapping
        `title`, `question`, `minutes`, `scenario` and `steps`, as the form of the page sends them.
    runs, seed : int
        Number of futures and random seed of the answers.
    """
    table = _lesson_table(draft)
    try:
        lesson = read_lesson(tomli_w.dumps(table), messages.DRAFT)
        answers = simulate_answers(lesson, runs, seed)
    except ScenarioSimError as error:
        return CheckedDraft("", _problems(error))
    notes = []
    for n, answer in answers.items():
        between = true_range(answer)
        table["steps"][n]["ask"]["true_between"] = between
        ask = lesson.steps[n].ask
        if ask:
            low, high = (localise_number(f"{end:g}".replace("-", "−")) for end in between)
            said = describe_answer(ask, answer)
            notes.append(messages.DRAFT_ANSWER.format(step=n + 1, said=said, low=low, high=high))
    return CheckedDraft(tomli_w.dumps(table), (), tuple(notes))


def true_range(answer: LessonAnswer) -> list[float]:
    """Return the range of answers for which a comment on this one stays true, in round numbers."""
    room = max(2 * answer.half, ROOM * abs(answer.value), 1e-6)
    step = 10 ** math.floor(math.log10(room))
    low = math.floor((answer.value - room) / step) * step
    high = math.ceil((answer.value + room) / step) * step
    return [round(float(low), 9), round(float(high), 9)]


def check_scenario_draft(draft: Mapping[str, Any], runs: int = 1000, seed: int = 0) -> CheckedDraft:
    """Return a scenario's file, its cautions, and its risk.

    Parameters
    ----------
    draft : mapping
        `base`, `title`, `question`, `weeks`, `levers`, `changes` and `acts`.
    runs, seed : int
        Number of futures and random seed of the risk.
    """
    try:
        scenario = scenario_of_draft(draft)
    except ScenarioSimError as error:
        return CheckedDraft("", _problems(error))
    return CheckedDraft(dump_scenario(scenario), (), tuple(_notes(scenario, runs, seed)))


def scenario_of_draft(draft: Mapping[str, Any]) -> Scenario:
    """Return the scenario of a draft. Raises ScenarioSimError with all problems."""
    collected = ProblemCollector(messages.DRAFT_REFUSED)
    scenario = load_scenario(_text(draft.get("base")) or "status-quo")
    bare = {"name": "", "number": "", "lecture_seeds": (), "branches": (), "compared": ()}
    said = {"title": _text(draft.get("title")) or messages.UNTITLED}
    said |= {"question": _text(draft.get("question"))}
    scenario = Scenario.model_validate(scenario.as_dict() | bare | said)
    edits: list[Callable[[Scenario], Scenario]] = []
    if weeks := draft.get("weeks"):
        edits.append(lambda s: s.with_weeks(_whole(weeks)))
    if levers := _settings(draft.get("levers")):
        edits.append(lambda s: s.with_levers(**levers))
    for row in _rows(draft.get("changes")):
        day, settings = _text(row.get("date")), _settings([row])
        edits.append(lambda s, day=day, settings=settings: s.with_changes([(day, settings)]))  # type: ignore[misc]
    acts = [
        {key: _text(row.get(key)) for key in ("date", "state", "action", "channel") if row.get(key)}
        for row in _rows(draft.get("acts"))
    ]
    if acts:
        edits.append(lambda s: s.with_acts(acts))
    for edit in edits:
        with collected.under():
            scenario = edit(scenario)
    collected.raise_if_any()
    return scenario


def _notes(scenario: Scenario, runs: int, seed: int) -> Iterable[str]:
    outcomes = simulate(scenario, runs, seed, keep="outcomes").outcomes
    yield messages.DRAFT_RISK.format(
        runs=localise_number(f"{runs:,}"),
        risk=f"{runs * float(outcomes['confrontation_risk'].mean()):.0f}",
        tension=localise_number(f"{float(outcomes['mean_tension'].mean()):.1f}"),
    )
    for act in find_impossible_acts(scenario):
        yield messages.DRAFT_IMPOSSIBLE.format(
            day=act.day, state=act.state, name=act.name, runs=act.runs, of=act.of, reason=act.reason
        )
    for advice in advise(scenario):
        yield f"{advice.words}. {advice.reason}"


def _lesson_table(draft: Mapping[str, Any]) -> dict[str, Any]:
    steps = []
    for one in _rows(draft.get("steps"), MAX_DRAFT_STEPS):
        step: dict[str, Any] = {key: _text(one.get(key)) for key in ("title", "text")}
        if one.get("look"):
            step["look"] = _text(one["look"])
        if one.get("asks"):
            step["ask"] = _question_table(one)
        steps.append(step)
    table = {key: _text(draft.get(key)) for key in ("title", "question", "scenario")}
    debrief = [line for line in map(str.strip, _text(draft.get("debrief")).splitlines()) if line]
    return table | {"minutes": _whole(draft.get("minutes")), "debrief": debrief, "steps": steps}


def _question_table(one: Mapping[str, Any]) -> dict[str, Any]:
    ask: dict[str, Any] = {key: _text(one.get(key)) for key in ("outcome", "measure", "after")}
    ask |= {"question": _text(one.get("ask")), "levers": _settings(one.get("levers"))}
    if one.get("guess") == "choices":
        choices = [
            {"text": _text(row.get("text"))}
            | ({"up_to": _number(row["up_to"])} if _is_number(row.get("up_to")) else {})
            for row in _rows(one.get("choices"))
        ]
        ask["choices"] = choices
    else:
        ends = {key: _number(one.get(key)) for key in ("low", "high", "step")}
        ask["slider"] = {key: value for key, value in ends.items() if value is not None}
    return ask | {"true_between": ANYTHING}


def _rows(value: Any, most: int = MAX_DRAFT_ROWS) -> list[Mapping[str, Any]]:
    rows = value if isinstance(value, list) else []
    return [row for row in rows[:most] if isinstance(row, Mapping)]


def _settings(value: Any) -> dict[str, float]:
    """Return levers by name; a row without a number is not finished, and does not count."""
    return {
        _text(row["name"]): float(row["value"])
        for row in _rows(value)
        if row.get("name") and _is_number(row.get("value"))
    }


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _number(value: Any) -> float | None:
    return float(value) if _is_number(value) else None


def _whole(value: Any) -> int:
    return int(value) if _is_number(value) else 0


def _problems(error: ScenarioSimError) -> tuple[Problem, ...]:
    if not isinstance(error, ScenarioError):
        return (Problem("", str(error)),)
    return tuple(error.problems)
