"""Everything this package raises on purpose.

ScenarioSimError                 something a user can mend; the command line exits with 2
+-- ScenarioError                a scenario says something impossible (all problems at once)
|   +-- ScenarioFileError        the same, with the file and the lines
+-- StatesError                  the states' data files contradict themselves
+-- UnknownName                  no such scenario, lever, state, action ...; the nearest name
+-- NotKept                      the trajectory was asked for something it was told not to keep
+-- OutputError                  a result could not be written; nothing half-written was left
"""

from __future__ import annotations

import copyreg
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from scenario_sim.bounds import MAX_PROBLEMS

# Control characters, which a terminal may obey: all but line ends and tabs.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Place = tuple[Any, ...]  # where a value stands in nested data, as in ("changes", 0, "date")


class ScenarioSimError(Exception):
    """The root: a mistake that a message can cure."""

    def __reduce__(self):
        # Workers send errors home; the default would call __init__ with the finished message.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__


@dataclass(frozen=True)
class Problem:
    """One thing wrong: where it is (a dotted key), what is wrong, and what to do. `line` counts
    from 1; `file` is named where it is not the file the message is about."""

    key: str
    text: str
    line: int | None = None
    file: str = ""
    place: Place = ()

    @classmethod
    def at(cls, place: Place, text: str) -> Problem:
        """A problem at a place in nested data; its key reads `changes[0].date`."""
        key = ""
        for step in place:
            if isinstance(step, int):
                key += f"[{step}]"
            else:
                bare = re.fullmatch(r"[\w-]+", step, re.ASCII)
                key += ("." if key else "") + (step if bare else json.dumps(step))[:60]
        return cls(key, text, place=tuple(place))

    def __str__(self) -> str:
        where = [self.file] * bool(self.file) + [f"line {self.line}"] * bool(self.line)
        return ": ".join(part for part in (", ".join(where), self.key, self.text) if part)


def bounded(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the first of many problems, and one more that counts the rest."""
    found = tuple(problems)
    if len(found) <= MAX_PROBLEMS + 1:  # one more line is as short as what would count it
        return found
    rest = Problem("", f"and {len(found) - MAX_PROBLEMS:,} more; mend these first")
    return (*found[:MAX_PROBLEMS], rest)


class ScenarioError(ScenarioSimError):
    """A scenario that cannot be run; `problems` holds every reason, not the first one."""

    def __init__(self, problems: Iterable[Problem], title: str = "this scenario cannot be run"):
        self.problems = bounded(problems)
        lines = [f"{title}:"] + [f"  {problem}" for problem in self.problems]
        super().__init__("\n".join(lines))


class ScenarioFileError(ScenarioError):
    """The same, for a file: every problem names its line."""

    def __init__(self, path: object, problems: Iterable[Problem]):
        self.path = path
        super().__init__(problems, title=str(path))


class StatesError(ScenarioSimError):
    """The states' data files name something that is not there."""


class NotRecordedError(ScenarioSimError):
    """Weekly data were not kept, by choice or because they would not have fitted."""


class OutputError(ScenarioSimError):
    """A result could not be written."""


class UnknownNameError(ScenarioSimError):
    """A name that nobody bears."""

    def __init__(self, kind: str, name: str, known: Iterable[str]):
        self.name = name
        super().__init__(f"there is no {kind} {format_value(name)}{did_you_mean(name, known)}")


def closest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelt one most likely means, whatever its capitals."""
    spelt = {word.lower(): word for word in known}
    near = get_close_matches(name.lower(), spelt, n=1, cutoff=0.6)
    return spelt[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str], many: int = 12) -> str:
    """The cure for a misspelt name: the nearest one, or the whole list where it is short."""
    known = sorted(known)
    near = closest_name(name, known)
    if near:
        return f"; did you mean `{near}`?"
    if known and len(known) <= many:
        return f"; there are: {', '.join(known)}"
    return ""


def format_value(value: object) -> str:
    """A value as a message shows it: short, on one line, as a scenario file would write it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list | tuple):
        return "a table" if isinstance(value, dict) else "a list"
    if value is None:
        return "nothing"
    try:
        text = str(value) if isinstance(value, date) else repr(value)
    except ValueError:  # Python writes out no number of more than 4,300 digits
        return "that"
    return text if len(text) <= 60 else f"{text[:50]}..."


def lower_first(text: object) -> str:
    """Return a text as it stands in the middle of a sentence: its first letter small."""
    said = str(text)
    return said[:1].lower() + said[1:]


def format_range(low: object = None, high: object = None) -> str:
    """A range in words, with a space before it; nothing where there is none."""
    first, last = (f"{x:g}" if isinstance(x, float) else str(x) for x in (low, high))
    if low is None:
        return "" if high is None else f" of at most {last}"
    return f" of at least {first}" if high is None else f" from {first} to {last}"
