"""The historical record: what the states did, day by day, as replay and the checks need it.

The data lie beside this file (`acts.csv`, `exercises.csv`, `contacts.csv`); SOURCES.md says whom
they are owed to, what is doubtful and what was left out. They are read at the first question, not
at import. `folder.read_record` reads another record; `using` puts it in the place of the shipped,
and it is then part of what `engine.engine_version` names, as the shipped one is.

Missing is not zero. Between `COVERS_FROM` and `COVERS_TO` an act named in `COMPLETE` that is not in
the record did not happen; for every other act, and for all days outside, nothing is known.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from typing import NamedTuple

import numpy as np

# The exercises set the first day: the record of them is thin before 2005.
COVERS_FROM = date(2005, 1, 1)
COVERS_TO = date(2023, 12, 31)  # the last day, itself covered

# Votes follow a draft, so China and Russia need no line: with no draft there is nothing to vote on.
# Unilateral sanctions are a selection and are complete for nobody.
COMPLETE: dict[str, tuple[str, ...]] = {
    "DPRK": ("short_range_test", "regional_test", "icbm_test", "nuclear_test", "limited_attack"),
    "USA": ("table_draft", "joint_exercise"),
}

CREDIT = (
    "CNS for NTI, CSIS Beyond Parallel, Japan’s Ministry of Defense, documents of the United Nations, "
    "and the sources named row by row in scenario_sim/data/history"
)


class RecordedAct(NamedTuple):
    """An act of the record. `launch_days` is 1 where its day was a launch day, else 0; over the
    acts of a week or a month it adds up to the launch days seen, whatever was launched."""

    date: date
    state: str
    action: str
    launch_days: int


class Exercise(NamedTuple):
    """A joint exercise from its first to its last day, both included.

    Where it was not held, the days are those it would usually have filled, and `announced` is the
    day it was called off (else None). `weight` is what one of its days adds to the drill season,
    0..1; 0 where the calendar does not count it."""

    start: date
    end: date
    announced: date | None
    label: str
    kind: str
    status: str
    weight: float
    credit: str
    verification: str

    @property
    def held(self) -> bool:
        return self.status == "held"


class Contact(NamedTuple):
    """A contact with North Korea (`polarity` 1) or a rupture (-1), known to the month (its first
    day). From 2000; to August 2018 US-North Korean negotiations, later leaders' contacts."""

    month: date
    kind: str
    polarity: int


@dataclass(frozen=True)
class HistoricalRecord:
    """All of it, each by date, and whom it is owed to."""

    acts: tuple[RecordedAct, ...]
    exercises: tuple[Exercise, ...]
    contacts: tuple[Contact, ...]
    credit: str = CREDIT

    @classmethod
    def parse(cls, texts: Mapping[str, str], credit: str = CREDIT) -> HistoricalRecord:
        """From the text of each tidy file, by name."""
        acts, exercises, contacts = (
            list(csv.DictReader(texts[name].splitlines())) for name in FILES
        )
        return cls(
            acts=tuple(
                RecordedAct(
                    date.fromisoformat(row["date"]),
                    row["state"],
                    row["action"],
                    int(row["launch_days"]),
                )
                for row in acts
            ),
            exercises=tuple(
                Exercise(
                    start=date.fromisoformat(row["start"]),
                    end=date.fromisoformat(row["end"]),
                    announced=date.fromisoformat(row["announced"]) if row["announced"] else None,
                    label=row["label"],
                    kind=row["kind"],
                    status=row["status"],
                    weight=float(row["weight"]),
                    credit=row["credit"],
                    verification=row["verification"],
                )
                for row in exercises
            ),
            contacts=tuple(
                Contact(date.fromisoformat(f"{row['month']}-01"), row["kind"], int(row["polarity"]))
                for row in contacts
            ),
            credit=credit,
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what it says happened: equal digests, equal worlds."""
        rows = [
            [tuple(row) for row in table] for table in (self.acts, self.exercises, self.contacts)
        ]
        return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()

    def launch_days(self, days: np.ndarray) -> np.ndarray:
        """Whether each day (datetime64[D]) was a launch day: 0 or 1, of the same shape."""
        seen = np.array([a.date for a in self.acts if a.launch_days], "datetime64[D]")
        return np.isin(days, seen).astype(np.int64)


FILES = ("acts.csv", "exercises.csv", "contacts.csv")
_in_use: ContextVar[HistoricalRecord | None] = ContextVar("record", default=None)


@cache
def shipped_record() -> HistoricalRecord:
    """The record that comes with the package."""
    folder = files(__package__)
    return HistoricalRecord.parse(
        {name: folder.joinpath(name).read_text("utf-8") for name in FILES}
    )


def current_record() -> HistoricalRecord:
    """The record in use: the shipped one, unless `using` says another."""
    return _in_use.get() or shipped_record()


def replacement_record() -> HistoricalRecord | None:
    """The record that `using` put in the place of the shipped one; None where it says the same."""
    record = _in_use.get()
    return record if record and record.digest != shipped_record().digest else None


def set_current_record(record: HistoricalRecord | None) -> Token[HistoricalRecord | None]:
    """Puts another record in the place of the shipped one (None: that one), in this context."""
    return _in_use.set(record)


@contextmanager
def record_context(record: HistoricalRecord | None) -> Iterator[None]:
    """`use` for so long. Work that is sent to other processes takes the record along."""
    token = set_current_record(record)
    try:
        yield
    finally:
        _in_use.reset(token)


def recorded_acts(start: date, end: date, states: Collection[str]) -> list[RecordedAct]:
    """The recorded acts of these states (codes as in `states/`), from `start` up to but not
    including `end`, by date. A joint exercise appears once for every week (Monday to Sunday) in
    which a drill that the calendar counts was under way, on its first day in that week.

    A state without records has none; that is not an error."""
    return [act for act in current_record().acts if start <= act.date < end and act.state in states]


def recorded_exercises() -> tuple[Exercise, ...]:
    """Every joint exercise of the record, held or called off, by first day."""
    return current_record().exercises
