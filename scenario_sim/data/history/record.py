"""Hold the historical record: the acts of the states, day by day, for replay and validation.

The data are in this folder (`acts.csv`, `exercises.csv`, `contacts.csv`). SOURCES.md names the
sources, the doubts and what was left out. The files are read on first use, not at import.
`reader.read_record` reads another record, and `record_context` uses it instead of the shipped one.
`engine.engine_version` then names that record too.

Missing is not zero: `coverage.toml` says on which days the record is complete, and for which acts.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from scenario_sim.data.history.coverage import (
    NOTHING_STATED,
    Coverage,
    CoverageFile,
    shipped_coverage,
)
from scenario_sim.data.history.policies import NO_POLICIES, PolicyTable

CREDIT = (
    "CNS for NTI, CSIS Beyond Parallel, Japan’s Ministry of Defense, documents of the United Nations, "
    "and the sources named row by row in scenario_sim/data/history"
)


class RecordedAct(NamedTuple):
    """Act of the record.

    `launch_days` is 1 if its day was a launch day, else 0. Summed over the acts of a week or a
    month it gives the number of launch days, whatever was launched. `kind` is the raw file's word
    for a launch or an attack (`vocabulary.py`), or "".
    """

    date: date
    state: str
    action: str
    launch_days: int
    kind: str = ""


class Exercise(NamedTuple):
    """Joint exercise from its first to its last day, both included.

    If it was not held, the days are those that it would usually have taken. `announced` is then
    the day on which it was called off, else None. `weight` is what one of its days adds to the
    drill season, 0..1; 0 if the calendar does not count it.
    """

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
        """Return whether the exercise took place."""
        return self.status == "held"


class Contact(NamedTuple):
    """Contact with North Korea (`polarity` 1) or a rupture (-1), known to the month.

    `month` is its first day. The list begins in 2000. To August 2018 it holds US-North Korean
    negotiations, later leaders' contacts.
    """

    month: date
    kind: str
    polarity: int


@dataclass(frozen=True)
class HistoricalRecord:
    """Acts, exercises and contacts, each in order of date, and the sources to credit.

    `stated` is what a coverage file says; `coverage` completes it. `left_out` tells how many rows of
    the files became nothing, and why. `policies` are dated levers that trials of the past use.
    """

    acts: tuple[RecordedAct, ...]
    exercises: tuple[Exercise, ...]
    contacts: tuple[Contact, ...]
    credit: str = CREDIT
    stated: CoverageFile = NOTHING_STATED
    left_out: tuple[str, ...] = field(default=(), compare=False)
    policies: PolicyTable = NO_POLICIES

    @classmethod
    def parse(
        cls,
        texts: Mapping[str, str],
        credit: str = CREDIT,
        stated: CoverageFile = NOTHING_STATED,
        left_out: tuple[str, ...] = (),
        policies: PolicyTable = NO_POLICIES,
    ) -> HistoricalRecord:
        """Return the record of the three CSV texts, given by file name."""
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
                    row.get("kind") or "",
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
            stated=stated,
            left_out=left_out,
            policies=policies,
        )

    @cached_property
    def coverage(self) -> Coverage:
        """Return the days and acts covered; by default from the first to the last day of a row."""
        days = [act.date for act in self.acts]
        days += [day for e in self.exercises if e.held for day in (e.start, e.end)]
        days += [contact.month for contact in self.contacts]
        if not days:
            return Coverage(date.max, date.min, {})
        return self.stated.coverage(min(days), max(days))

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the events and of the coverage; equal digests give equal runs.

        The shipped coverage adds nothing, so that results made before coverage was stated stay valid.
        """
        rows: list[object] = [
            [tuple(row) for row in table] for table in (self.acts, self.exercises, self.contacts)
        ]
        plain = self.coverage.as_plain_data()
        if plain != shipped_coverage().as_plain_data():
            rows.append(plain)
        if self.policies != NO_POLICIES:
            rows.append([self.policies.policies, self.policies.coded_to])
        return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()

    def launch_days(self, days: np.ndarray, action: str = "") -> np.ndarray:
        """Return 1 for each day (datetime64[D]) that was a launch day, else 0: int64, same shape.

        `action` counts the launch days of one class alone, such as `regional_test`.
        """
        launches = (a for a in self.acts if a.launch_days and action in ("", a.action))
        launch_dates = np.array([a.date for a in launches], "datetime64[D]")
        return np.isin(days, launch_dates).astype(np.int64)


FILES = ("acts.csv", "exercises.csv", "contacts.csv")
_in_use: ContextVar[HistoricalRecord | None] = ContextVar("record", default=None)


def shipped_texts() -> dict[str, str]:
    """Return the text of each shipped file, by name."""
    return {name: files(__package__).joinpath(name).read_text("utf-8") for name in FILES}


@cache
def shipped_record() -> HistoricalRecord:
    """Return the record that comes with the package."""
    covered = shipped_coverage()
    return HistoricalRecord.parse(
        shipped_texts(),
        stated=CoverageFile(covered.first, covered.last, covered.complete),
    )


def current_record() -> HistoricalRecord:
    """Return the record in use: the shipped one, unless `record_context` set another."""
    return _in_use.get() or shipped_record()


def replacement_record() -> HistoricalRecord | None:
    """Return the record used instead of the shipped one; None if both hold the same events."""
    record = _in_use.get()
    return record if record and record.digest != shipped_record().digest else None


def set_current_record(record: HistoricalRecord | None) -> Token[HistoricalRecord | None]:
    """Use this record in the current context instead of the shipped one (None: the shipped one)."""
    return _in_use.set(record)


@contextmanager
def record_context(record: HistoricalRecord | None) -> Iterator[None]:
    """Use this record within the `with` block; work sent to other processes carries it along."""
    token = set_current_record(record)
    try:
        yield
    finally:
        _in_use.reset(token)


def recorded_acts(start: date, end: date, states: Collection[str]) -> list[RecordedAct]:
    """Return the recorded acts of some states, in order of date.

    A joint exercise appears once for every week (Monday to Sunday) with a drill that the calendar
    counts. Its day is the first of the drill in that week.

    Parameters
    ----------
    start, end : date
        Acts from `start` up to, but not including, `end`.
    states : collection of str
        Codes as in `states/`. A state without recorded acts is no error.

    Returns
    -------
    list of RecordedAct
    """
    return [act for act in current_record().acts if start <= act.date < end and act.state in states]


def recorded_exercises() -> tuple[Exercise, ...]:
    """Return every joint exercise of the record, held or called off, by first day."""
    return current_record().exercises
