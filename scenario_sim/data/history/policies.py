"""Read the policies that a record's folder dates: `policies.toml`.

From its first row on, the table stands in the place of the policies that are coded for the shipped
record. Policies in force stay in force until a row changes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from scenario_sim.data.history.coverage import MAX_YEAR, parse_toml
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import Problem, did_you_mean, format_range, format_value

POLICIES_FILE = "policies.toml"
KEYS = ("coded_to", "policies")
WORDS = ("date", "source", "note")  # keys of a row that are no levers
INFERRED = "programme_drive"  # a trial infers it from past launch days


class Policy(NamedTuple):
    """Levers from a day on, by name, and the source of their values."""

    date: date
    settings: tuple[tuple[str, float], ...]
    source: str


@dataclass(frozen=True)
class PolicyTable:
    """Policies in order of date, and the last day for which they are coded."""

    policies: tuple[Policy, ...] = ()
    coded_to: date | None = None


NO_POLICIES = PolicyTable()


def parse_policies(text: str) -> tuple[PolicyTable, list[Problem]]:
    r"""Return the table of a policies file and every problem, with its line.

    Parameters
    ----------
    text : str
        TOML with `[[policies]]`, each with a `date`, a `source`, and levers with their values; and
        optionally `coded_to`, by default the last date.

    Examples
    --------
    >>> text = '[[policies]]\ndate = 2024-05-01\nexpert_panel = 0\nsource = "UN"'
    >>> parse_policies(text)[0].policies[0].settings
    (('expert_panel', 0.0),)
    """
    table, problems = parse_toml(text, POLICIES_FILE)
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines) if re.match(r"\s*\[\[\s*policies\s*\]\]", line)]
    for row, key, fault in _faults(table):
        start = starts[row] if row is not None and row < len(starts) else 0
        line = _line_of(key, lines, start)
        problems.append(replace(Problem.at((key,), fault), line=line, file=POLICIES_FILE))
    if problems:
        return NO_POLICIES, sorted(problems, key=lambda one: one.line or 0)
    policies = sorted(
        Policy(
            row["date"],
            tuple((name, float(value)) for name, value in row.items() if name not in WORDS),
            row["source"],
        )
        for row in table.get("policies", ())
    )
    last = max((one.date for one in policies), default=None)
    return PolicyTable(tuple(policies), table.get("coded_to", last)), []


def _faults(table: dict[str, Any]) -> Iterator[tuple[int | None, str, str]]:
    """Yield the number of the row (None: no row), the key and the text of each problem."""
    for key in table:
        if key not in KEYS:
            yield None, key, f"is unknown; the keys are {', '.join(KEYS)}{did_you_mean(key, KEYS)}"
    if "coded_to" in table and not _is_day(table["coded_to"]):
        yield None, "coded_to", f"takes a date, not {format_value(table['coded_to'])}"
    rows = table.get("policies", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield None, "policies", "takes tables, each of which begins with [[policies]]"
        return
    days: set[Any] = set()
    coded_to = table.get("coded_to")
    for number, row in enumerate(rows):
        day = row.get("date")
        if not _is_day(day):
            text = f"takes a date without quotes, such as 2024-05-01, not {format_value(day)}"
            yield number, "date", text
        elif day in days:
            yield number, "date", f"{day} stands twice; write its levers under one date"
        else:
            days.add(day)
            if _is_day(coded_to) and coded_to < day:
                yield None, "coded_to", f"{coded_to} is before the row of {day}; state a later day"
        source = row.get("source")
        if not isinstance(source, str) or not source.strip():
            yield number, "source", "is needed: who says so, or `judgement`"
        if not row.keys() - set(WORDS):
            yield number, "date", "has no levers; name one or more, such as exercise_scale = 1.0"
        for name in row.keys() - set(WORDS):
            yield from ((number, name, text) for text in _lever_fault(name, row[name]))


def _lever_fault(name: str, value: Any) -> Iterator[str]:
    if name == INFERRED:
        yield "is inferred from past launch days and is no policy; take it out"
    elif name not in SETTINGS:
        yield f"is no lever{did_you_mean(name, SETTINGS)}"
    else:
        low, high = SETTINGS[name].low, SETTINGS[name].high
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            yield f"takes a number{format_range(low, high)}, not {format_value(value)}"


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime) and value.year <= MAX_YEAR


def _line_of(key: str, lines: list[str], start: int) -> int | None:
    """Return the first line from `start` on that sets a key, else the line of its row."""
    pattern = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    here = (n for n, line in enumerate(lines[start:], start + 1) if pattern.match(line))
    return next(here, start + 1)
