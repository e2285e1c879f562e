"""Lessons: steps with a short text, some of which ask before they show; and their TOML files.

No lesson contains the answer to a question: `simulate_answer` computes it from the model. A comment
names the range of answers for which it is true, and is not shown beside any other answer. The errors
of a file name file, line, key and cure, all at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from scenario_sim.bounds import MAX_FILE_BYTES
from scenario_sim.data.parameters import PARAMETERS, SETTINGS
from scenario_sim.errors import (
    Problem,
    ScenarioFileError,
    UnknownNameError,
    did_you_mean,
    lower_first,
    no_such_name,
)
from scenario_sim.file_io import read_regular_file
from scenario_sim.language import translate, translate_fields
from scenario_sim.reporting.charts import GROUPS
from scenario_sim.reporting.messages import SMALL
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import is_path, list_scenarios, load_scenario, shipped_files
from scenario_sim.scenario.tables import (
    Number,
    Settings,
    Table,
    Text,
    Whole,
)
from scenario_sim.scenario.validate import describe_error, table_at
from scenario_sim.simulation.outcomes import OUTCOMES
from scenario_sim.teaching import messages
from scenario_sim.toml_lines import LocatedValue, read_toml

MEASURES = messages.MEASURES
LOOK_TARGETS = {  # parts of the page that a step can point at: their tab and their title
    "risk": ("", messages.LOOK_RISK),
    "fan": ("", messages.LOOK_FAN),
    "roads": ("overview", messages.LOOK_ROADS),
    "outcomes": ("overview", messages.LOOK_OUTCOMES),
    **{name: (group, SMALL[name][0]) for group, names in GROUPS.items() for name in names},
}  # in English: `translate` their titles where they are shown
QUESTION_OUTCOMES = [o.name for o in OUTCOMES if not o.category and o.name != "confrontation_week"]


def _wrong(text: str) -> PydanticCustomError:
    return PydanticCustomError("wrong", "{text}", {"text": text})


def _one_of(kind: str, names: Callable[[], Iterable[str]]) -> AfterValidator:
    def check(name: str) -> str:
        if name not in (known := list(names())):
            raise _wrong(no_such_name(kind, name, known, 25))
        return name

    return AfterValidator(check)


NonEmptyText = Annotated[Text, Field(min_length=1)]
ScenarioName = Annotated[Text, _one_of("scenario", list_scenarios)]
LeverName = Annotated[Text, _one_of("lever", lambda: SETTINGS)]
CoefficientName = Annotated[Text, _one_of("coefficient", lambda: PARAMETERS)]


@translate_fields("text")
class AnswerChoice(Table):
    """Possible answer to a question: right from the end of the one before up to a value.

    The last one has no end.
    """

    text: NonEmptyText = Field(description="The answer in words.")
    up_to: Number | None = Field(None, description="The largest value for which it is right.")


class Slider(Table):
    """Range and step of a guess."""

    low: Number = Field(description="Lowest guess.")
    high: Number = Field(description="Highest guess.")
    step: Number = Field(1.0, gt=0, description="Distance between two guesses.")

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.high - self.low < self.step:
            raise _wrong(translate("`high` has to be above `low`, by a step or more"))
        return self


@translate_fields("question", "after")
class Question(Table):
    """Question that a class answers before the levers move.

    The answer is the `measure` of `outcome` with the levers at `levers`. The comment `after` is true
    while the answer lies in `true_between`.
    """

    question: NonEmptyText = Field(description="What the class is asked.")
    outcome: Annotated[Text, _one_of("outcome", lambda: QUESTION_OUTCOMES)] = Field(
        description="The outcome asked about."
    )
    measure: Annotated[Text, _one_of("measure", lambda: MEASURES)] = Field(
        description=f"What of it: {', '.join(MEASURES)}."
    )
    levers: Settings = Field(Settings(), description="Levers under which the answer is measured.")
    slider: Slider | None = Field(None, description="A range to guess in, instead of choices.")
    choices: tuple[AnswerChoice, ...] = Field(
        (), validate_default=True, description="Two answers or more, in order of their values."
    )
    rests_on: tuple[CoefficientName, ...] = Field(
        (), description="Coefficients that decide how large the answer is; their sources are shown."
    )
    after: NonEmptyText = Field(description="The comment on the model's answer.")
    true_between: tuple[Number, ...] = Field(
        description="The comment is shown while the answer lies between these two numbers."
    )

    @field_validator("choices")
    @classmethod
    def _can_be_answered(cls, choices: tuple[AnswerChoice, ...], info: ValidationInfo) -> Any:
        if "slider" in info.data and bool(choices) == (info.data["slider"] is not None):
            raise _wrong(
                translate("a question takes either `choices` or a `slider`; keep one of them")
            )
        ends = [math.inf if c.up_to is None else c.up_to for c in choices]
        if choices and (len(choices) < 2 or ends[-1] < math.inf or sorted(set(ends)) != ends):
            raise _wrong(
                translate(
                    "each of two or more has an `up_to` above the one before; the last has none"
                )
            )
        return choices

    @field_validator("true_between")
    @classmethod
    def _is_a_range(cls, ends: tuple[float, ...]) -> tuple[float, ...]:
        if len(ends) != 2 or not ends[0] < ends[1]:
            raise _wrong(translate("takes two numbers, the lower one first, as in [-20, -5]"))
        return ends

    def right(self, answer: float) -> int:
        """Return the index of the choice that is right for an answer."""
        ends = [math.inf if c.up_to is None else c.up_to for c in self.choices]
        return next(n for n, end in enumerate(ends) if answer <= end)

    def takes(self, guess: float) -> bool:
        """Return whether a guess is possible: in the slider's range, or a choice's index."""
        if self.slider:
            return self.slider.low <= guess <= self.slider.high
        return guess in range(len(self.choices))


@translate_fields("title", "text")
class Step(Table):
    """Card of a lesson.

    `levers` are their values when the card opens. `unlock` names levers that may be moved from this
    card on; where it asks a question, after the answer.
    """

    title: NonEmptyText = Field(description="Heading of the card.")
    text: NonEmptyText = Field(description="Its text, a few sentences.")
    scenario: ScenarioName | None = Field(None, description="Another scenario from here on.")
    levers: Settings = Field(Settings(), description="Levers when the card opens.")
    unlock: tuple[LeverName, ...] = Field((), description="Levers that may be moved from here on.")
    look: Annotated[Text, _one_of("thing to look at", lambda: LOOK_TARGETS)] | None = Field(
        None, description="Part of the page to look at."
    )
    ask: Question | None = Field(None, description="A question to guess before the levers move.")

    def settings(self, answered: bool) -> dict[str, float]:
        """Return the values of the levers, before or after the answer."""
        moved = self.levers.model_dump(exclude_none=True)
        if self.ask and answered:
            moved |= self.ask.levers.model_dump(exclude_none=True)
        return moved


@translate_fields("title", "question", "sources", "debrief")
class Lesson(Table):
    """Lesson of ten to fifteen minutes about one mechanism."""

    name: Text = Field("", description="Short name; the default is that of the file.")
    number: Text = Field("", description="Its place in lists, such as L5.")
    title: NonEmptyText = Field(description="Its heading.")
    question: NonEmptyText = Field(description="What it asks, in one sentence.")
    minutes: Whole = Field(ge=1, le=90, description="How long it takes.")
    scenario: ScenarioName = Field(description="The shipped scenario in which it begins.")
    sources: tuple[Text, ...] = Field((), description="What it rests on.")
    debrief: tuple[Text, ...] = Field((), description="Questions for the end.")
    steps: tuple[Step, ...] = Field(description="The cards, one table each.")

    @field_validator("steps")
    @classmethod
    def _has_any(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        if not steps:
            raise _wrong(translate("needs at least one; each begins with [[steps]]"))
        return steps

    def scenario_of(self, step: int) -> str:
        """Return the name of a step's scenario."""
        return self.steps[step].scenario or self.scenario

    def scenarios(self, step: int, answered: bool = True) -> tuple[Scenario, Scenario]:
        """Return the scenario of a step as it stands, and with the step's levers."""
        baseline = load_scenario(self.scenario_of(step))
        return baseline, baseline.with_levers(**self.steps[step].settings(answered))

    def offered(self, step: int, answered: bool) -> tuple[str, ...]:
        """Return the levers that may be moved at a step, before or after its answer."""
        names: list[str] = []
        for n, one in enumerate(self.steps[: step + 1]):
            if n < step or answered or one.ask is None:
                names += [*one.unlock, *one.settings(answered=True)]
        return tuple(dict.fromkeys(names))


@cache
def list_lessons() -> tuple[str, ...]:
    """Return the names of the shipped lessons, ordered by number."""
    return tuple(sorted(shipped_files("lessons"), key=_place_in_lists))


def _place_in_lists(name: str) -> tuple[bool, str, str]:
    number = load_lesson(name).number
    return not number, number, name


def load_lesson(name_or_path: str | Path) -> Lesson:
    """Load a shipped lesson by its name, or a file by its path (with a slash or `.toml`).

    Raises
    ------
    UnknownNameError
        For a word that is no shipped name.
    ScenarioFileError
        For a file that is missing, unreadable or invalid, with every problem.

    Examples
    --------
    >>> load_lesson("veto").minutes
    12
    """
    files = shipped_files("lessons")
    name = str(name_or_path)
    if name not in files and not is_path(name):
        raise UnknownNameError("lesson", name, files)
    path = files.get(name, Path(name))
    try:
        content = read_regular_file(path, MAX_FILE_BYTES)
    except (OSError, ValueError) as error:
        text = f"cannot be read: {lower_first(getattr(error, 'strerror', None) or error)}"
        raise ScenarioFileError(path, [Problem("", text)]) from None
    return read_lesson(content, str(path), path.stem)


def read_lesson(content: str | bytes, where: str, name: str = "") -> Lesson:
    """Parse a lesson.

    Parameters
    ----------
    content : str or bytes
        Text of the file, in TOML.
    where : str
        Name of the file, for errors.
    name : str
        Name of the lesson.

    Raises
    ------
    ScenarioFileError
        With every problem and its line.
    """
    table = read_toml(content, where)
    try:
        return Lesson.model_validate({"name": name} | table.plain())
    except ValidationError as error:
        problems = [_located(Problem.at(e["loc"], _cure(e)), table) for e in error.errors()]
    raise ScenarioFileError(where, sorted(problems, key=lambda p: p.line or 0))


def _located(problem: Problem, table: LocatedValue) -> Problem:
    found = table.at(problem.place)
    return replace(problem, line=found.line if found is not table else None)


def _cure(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        *above, key = error["loc"]
        known = table_at(Lesson, above)
        meant = did_you_mean(str(key), known.model_fields) if known else ""
        return translate("is no key of a lesson here{meant}").format(meant=meant)
    if error["type"] in ("too_short", "string_too_short"):
        return translate("is empty: write a text")
    if error["type"] == "greater_than":
        return translate("takes a number above {low:g}").format(low=error["ctx"]["gt"])
    return describe_error(error, Lesson)
