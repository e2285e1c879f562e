"""Read which days and acts a record covers: `coverage.toml` in its folder.

Missing is not zero. From `first` to `last` an act named in `complete` that is not in the record did
not happen. For every other act, and for all other days, nothing is known.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from scenario_sim.data.history.vocabulary import KNOWN_KINDS, RECORDED_ACTS
from scenario_sim.errors import Problem, did_you_mean, format_value

COVERAGE_FILE = "coverage.toml"
KEYS = ("first", "last", "complete", "ignored_kinds")
MAX_YEAR = 9998  # Python has no dates after 9999, and the week after the last one needs a date


@dataclass(frozen=True)
class Coverage:
    """Days from `first` to `last`, both included, on which the acts in `complete` are all recorded.

    `complete` maps a state to its acts. A coverage whose last day precedes its first covers nothing.
    """

    first: date
    last: date
    complete: Mapping[str, tuple[str, ...]] = field(hash=False)

    def has_week(self, monday: date) -> bool:
        """Return whether all seven days from `monday` are covered."""
        return self.first <= monday and monday + timedelta(days=6) <= self.last

    def has_acts(self, acts: set[str]) -> bool:
        """Return whether the record is complete for all of these acts."""
        return acts <= {act for complete in self.complete.values() for act in complete}

    def as_plain_data(self) -> dict[str, Any]:
        """Return dates as text, and acts in order."""
        complete = {state: sorted(acts) for state, acts in sorted(self.complete.items()) if acts}
        return {"first": str(self.first), "last": str(self.last), "complete": complete}


@dataclass(frozen=True)
class CoverageFile:
    """Content of a coverage file; None stands for a key that it leaves out."""

    first: date | None = None
    last: date | None = None
    complete: Mapping[str, tuple[str, ...]] | None = field(default=None, hash=False)
    ignored_kinds: frozenset[str] = frozenset()  # words of `kind`, `ex_type` and `direction`

    def coverage(self, first: date, last: date) -> Coverage:
        """Return the coverage; the days given stand in for those that the file leaves out."""
        complete = shipped_coverage().complete if self.complete is None else self.complete
        return Coverage(self.first or first, self.last or last, complete)


NOTHING_STATED = CoverageFile()


@cache
def shipped_coverage() -> Coverage:
    """Return the coverage of the record that comes with the package."""
    text = files(__package__).joinpath(COVERAGE_FILE).read_text("utf-8")
    content, problems = parse_coverage(text)
    if problems or content.first is None or content.last is None or content.complete is None:
        raise ValueError(f"the shipped {COVERAGE_FILE} is incomplete: {problems}")
    return Coverage(content.first, content.last, content.complete)


def parse_coverage(text: str) -> tuple[CoverageFile, list[Problem]]:
    """Return the content of a coverage file and every problem, with its line.

    Parameters
    ----------
    text : str
        TOML with the optional keys `first`, `last`, `[complete]` and `ignored_kinds`.
    """
    table, problems = parse_toml(text, COVERAGE_FILE)
    problems += [
        replace(Problem.at((key,), problem), line=_line_of(key, text), file=COVERAGE_FILE)
        for key, problem in _faults(table)
    ]
    if problems:
        return CoverageFile(), problems
    complete = table.get("complete")
    content = CoverageFile(
        first=table.get("first"),
        last=table.get("last"),
        complete=None if complete is None else {s: tuple(acts) for s, acts in complete.items()},
        ignored_kinds=frozenset(table.get("ignored_kinds", ())),
    )
    return content, []


def parse_toml(text: str, file: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return the content of a TOML file, and the problem with its line where it is none."""
    try:
        return tomllib.loads(text), []
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        return {}, [Problem("", f"is no TOML: {error}", line, file)]


def _faults(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key in table:
        if key not in KEYS:
            yield key, f"is unknown; the keys are {', '.join(KEYS)}{did_you_mean(key, KEYS)}"
    days = {key: table[key] for key in ("first", "last") if key in table}
    for key, day in days.items():
        if not isinstance(day, date) or isinstance(day, datetime) or day.year > MAX_YEAR:
            yield key, f"takes a date without quotes, such as 2023-12-31, not {format_value(day)}"
            days = {}
    if len(days) == 2 and days["last"] < days["first"]:
        yield "last", f"is before the first day, {days['first']}"
    if not _is_words(table.get("ignored_kinds", [])):
        yield "ignored_kinds", 'takes a list of words in quotes, such as ["hypersonic_test"]'
    elif acting := [word for word in table.get("ignored_kinds", []) if word in KNOWN_KINDS]:
        yield "ignored_kinds", f"lists {acting[0]}, which becomes an act; take out its rows instead"
    complete = table.get("complete", {})
    if not isinstance(complete, dict):
        yield "complete", 'takes a table of acts by state, such as DPRK = ["nuclear_test"]'
        return
    for state, acts in complete.items():
        known = RECORDED_ACTS.get(state)
        if known is None:
            cure = did_you_mean(state, RECORDED_ACTS)
            yield state, f"is no state of a record; those are {', '.join(RECORDED_ACTS)}{cure}"
        elif not _is_words(acts):
            yield state, f"takes a list of acts in quotes, such as {list(known[:1])}"
        elif unknown := [act for act in acts if act not in known]:
            yield state, f"takes acts among {', '.join(known)}; not {format_value(unknown[0])}"


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _line_of(key: str, text: str) -> int | None:
    """Return the first line that sets a key or opens its table."""
    pattern = re.compile(rf"\s*(\[\s*)?[\"']?{re.escape(key)}[\"']?\s*[\]=]")
    return next((n for n, line in enumerate(text.splitlines(), 1) if pattern.match(line)), None)
