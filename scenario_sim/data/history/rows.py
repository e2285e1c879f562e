"""Rows of the files of a record, raw or tidy: what each column takes, and which may be missing.

`docs/data.md` ("Another record") lists columns and words for users.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from scenario_sim.bounds import MAX_EXERCISE_DAYS
from scenario_sim.data.history.coverage import MAX_YEAR
from scenario_sim.data.history.vocabulary import (
    ALL_VOTES,
    COUNCIL_KINDS,
    DIRECTIONS,
    EVENT_KINDS,
    EXERCISE_TYPES,
    EXERCISE_WORDS,
    HELD,
    RECORDED_ACTS,
    RESOLUTION,
    STATUSES,
    TRILATERAL,
    VETO,
    VOTERS,
)
from scenario_sim.errors import CONTROL_CHARACTERS, format_value

DATE_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,4}")
STATE_CODE = re.compile(r"[A-Z]{3}|EU|UNSC")
UNKNOWN_WORD = "unknown_word"  # type of the error of a word that is not in the vocabulary


def fault(text: str, column: str = "") -> PydanticCustomError:
    """Return the error of a cell. A check of a whole row names the column."""
    return PydanticCustomError("fault", "{text}", {"text": text, "column": column})


def _check_day(text: str) -> str:
    try:
        year = date.fromisoformat(text if DATE_PATTERN.fullmatch(text) else "").year
    except ValueError:
        start = "takes" if text else "is empty; it takes"
        end = f", not {text[:40]!r}" if text else ""
        raise fault(f"{start} a date such as 2017-07-04{end}") from None
    if year > MAX_YEAR:
        raise fault(f"takes a date up to the year {MAX_YEAR}, not {text}")
    return text


def _check_number(text: str) -> str:
    try:
        float(text or 0)
    except ValueError:
        raise fault(f"takes a number, or nothing, not {text[:40]!r}") from None
    return text


def _check_whole(text: str) -> str:
    if not WHOLE_NUMBER.fullmatch(text):
        raise fault("takes a whole number, such as 1, 0 or -1")
    return text


def _check_codes(text: str) -> str:
    if text and not all(map(STATE_CODE.fullmatch, text.split("|"))):
        raise fault(f"takes codes such as USA or CHN|RUS, not {format_value(text)}")
    return text


def _check_credit(text: str) -> str:
    if not text.strip():
        raise fault("is empty; every row credits somebody")
    return text


def _check_words(
    known: Collection[str], ignorable: bool = False, joined: bool = False
) -> Callable[[str, ValidationInfo], str]:
    """Return the check of a cell that takes these words; a folder may ignore others by name."""

    def check(text: str, info: ValidationInfo) -> str:
        ignored: Collection[str] = (info.context or ()) if ignorable else ()
        for word in text.split("+") if joined else [text]:
            if word not in known and word not in ignored:
                takes = ", ".join(w for w in known if w) + (", joined by +" if joined else "")
                context = {"word": word, "takes": takes, "ignorable": ignorable}
                raise PydanticCustomError(UNKNOWN_WORD, "takes {takes}", context)
        return text

    return check


Day = Annotated[str, AfterValidator(_check_day)]
DayOrNothing = Annotated[str, AfterValidator(lambda text: text and _check_day(text))]
Number = Annotated[str, AfterValidator(_check_number)]
Whole = Annotated[str, AfterValidator(_check_whole)]
Codes = Annotated[str, AfterValidator(_check_codes)]
Credit = Annotated[str, AfterValidator(_check_credit)]
Flag = Annotated[str, AfterValidator(_check_words(("0", "1", "")))]
Status = Annotated[str, AfterValidator(_check_words(STATUSES))]


# --- rows: a field without a default is a column that the file needs ----------------------------


class Row(BaseModel):
    """Row of a CSV file; every cell is text."""

    model_config = ConfigDict(frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _is_printable(cls, text: str) -> str:
        if CONTROL_CHARACTERS.search(text):
            raise fault(f"takes text without control characters, not {format_value(text)}")
        return text


class EventRow(Row):
    """Row of `events.csv`. It may repeat votes of the Council, which `un_actions.csv` tells."""

    date: Day
    kind: Annotated[
        str, AfterValidator(_check_words((*EVENT_KINDS, *COUNCIL_KINDS), ignorable=True))
    ]
    date_precision: str
    verification: str
    source: str
    deaths: str = ""

    @field_validator("deaths")
    @classmethod
    def _is_a_count(cls, text: str) -> str:
        if text and not re.fullmatch("[0-9]{1,6}", text):
            raise fault("takes the number of people killed, or nothing")
        return text


class MissileTestRow(Row):
    """Row of `missile_tests.csv`."""

    date: Day
    date_source: str
    landing: str = ""
    distance_km: Number = ""
    overflight: Flag = ""


class PeriodRow(Row):
    """Row with a first and a last day."""

    start: Day
    end: DayOrNothing

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if not self.end:
            return self
        days = (date.fromisoformat(self.end) - date.fromisoformat(self.start)).days + 1
        if days > MAX_EXERCISE_DAYS:
            text = f"is {days:,} days after its start; {MAX_EXERCISE_DAYS} are the most"
            raise fault(text, "end")
        if days < 1:
            raise fault(f"is before its start, {self.start}", "end")
        return self


class ExerciseRow(PeriodRow):
    """Row of `exercises.csv` among raw files."""

    ex_type: Annotated[
        str, AfterValidator(_check_words(EXERCISE_TYPES, ignorable=True, joined=True))
    ]
    status: Status
    date_precision: str
    verification: str
    source: str
    participants: Codes = ""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.date_precision == "day" and self.status == HELD and not self.end:
            raise fault("is empty; an exercise that was held has a last day", "end")
        trilateral = TRILATERAL in self.ex_type.split("+")
        if trilateral and self.participants and "JPN" not in self.participants.split("|"):
            text = f"leaves out JPN, which takes part in a {TRILATERAL} exercise"
            raise fault(text, "participants")
        return self


class CouncilRow(Row):
    """Row of `un_actions.csv`."""

    date: Day
    body: Codes
    kind: Annotated[str, AfterValidator(_check_words(COUNCIL_KINDS, ignorable=True))]
    vote_for: Number
    verification: str
    source: str
    abstained: Codes = ""

    @model_validator(mode="after")
    def _tells_the_vote(self) -> Self:
        if self.kind == RESOLUTION:
            if not WHOLE_NUMBER.fullmatch(self.vote_for):
                raise fault("takes a whole number for a resolution, such as 15", "vote_for")
            if int(self.vote_for) < ALL_VOTES and not self.abstained:
                text = f"is less than {ALL_VOTES}; a column `abstained` names who abstained"
                raise fault(f"{text}, such as CHN|RUS", "vote_for")
        if self.kind == VETO and not set(self.body.split("|")) & VOTERS.keys():
            raise fault(f"takes who cast the veto, {' or '.join(VOTERS)}, joined by |", "body")
        return self


class UnilateralRow(Row):
    """Row of `unilateral_sanctions.csv`."""

    date: Day
    actor: Codes
    direction: Annotated[str, AfterValidator(_check_words(DIRECTIONS, ignorable=True))]
    verification: str
    source: str


class DiplomacyRow(Row):
    """Row of `diplomacy.csv`."""

    date: Day
    kind: str
    polarity: Whole
    verification: str
    source: str


class ActRow(Row):
    """Row of `acts.csv`: an act as the model has it."""

    date: Day
    state: Annotated[str, AfterValidator(_check_words(tuple(RECORDED_ACTS)))]
    action: str
    credit: Credit
    verification: str = "partial"
    launch_days: Flag = ""
    overflight: Flag = ""

    @model_validator(mode="after")
    def _is_an_act_of_its_state(self) -> Self:
        known = RECORDED_ACTS[self.state]
        if self.action not in known:
            text = f"takes, for {self.state}, {', '.join(known)}; not {format_value(self.action)}"
            raise fault(text, "action")
        return self


class DrillRow(PeriodRow):
    """Row of `exercises.csv` among tidy files: an exercise as the calendar has it."""

    label: str
    kind: Annotated[
        str, AfterValidator(_check_words(tuple(EXERCISE_WORDS), ignorable=True, joined=True))
    ]
    status: Status
    weight: Number
    credit: Credit
    announced: DayOrNothing = ""
    verification: str = "partial"

    @model_validator(mode="after")
    def _has_its_days(self) -> Self:
        if not self.end:
            raise fault("is empty; it takes a date such as 2017-07-04", "end")
        if not self.weight or not 0 <= float(self.weight) <= 1:
            raise fault("takes a number from 0 to 1", "weight")
        if (self.status == HELD) == bool(self.announced):
            said = "is empty where an exercise was held" if self.announced else "is empty"
            text = f"{said}; it takes the day on which the exercise was called off"
            raise fault(text, "announced")
        return self


class ContactRow(Row):
    """Row of `contacts.csv`: a contact or a rupture, by its month."""

    month: str
    kind: Credit
    polarity: Whole
    credit: Credit
    verification: str = "partial"

    @field_validator("month")
    @classmethod
    def _is_a_month(cls, text: str) -> str:
        if not re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", text):
            raise fault(f"takes a month such as 2017-07, not {text[:40]!r}")
        _check_day(f"{text}-01")
        return text


RAW_FILES: dict[str, type[Row]] = {
    "events.csv": EventRow,
    "missile_tests.csv": MissileTestRow,
    "exercises.csv": ExerciseRow,
    "un_actions.csv": CouncilRow,
    "unilateral_sanctions.csv": UnilateralRow,
    "diplomacy.csv": DiplomacyRow,
}
TIDY_FILES: dict[str, type[Row]] = {
    "acts.csv": ActRow,
    "exercises.csv": DrillRow,
    "contacts.csv": ContactRow,
}


def columns_of(row: type[Row], required: bool = True) -> tuple[str, ...]:
    """Return the columns that a file of these rows needs, or those that it may lack."""
    return tuple(n for n, field in row.model_fields.items() if field.is_required() == required)
