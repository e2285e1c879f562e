"""Define the exceptions of this package and the problems that their messages list.

ScenarioSimError            a mistake that the user can correct; the command line exits with 2
+-- ScenarioError           a scenario or an option is invalid; lists all problems at once
|   +-- ScenarioFileError   the same for a file, with the line of each problem
|   +-- StatesError         the states' data files are invalid
+-- UnknownNameError        an unknown scenario, lever, state ...; suggests the closest name
+-- NotRecordedError        a trajectory was asked for data that it does not have
+-- OutputError             a result could not be written; no partial file is left
"""

from __future__ import annotations

import copyreg
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from scenario_sim.bounds import MAX_PROBLEMS

# Control characters other than line ends and tabs; a terminal may obey them.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Place = tuple[Any, ...]  # keys and indices that lead to a value, as in ("changes", 0, "date")


def install_hint(extra: str) -> str:
    """Return how to install an optional extra. The package is not published, so from a clone."""
    return f"in the clone, `pip install -e '.[{extra}]'` or `make setup EXTRAS={extra}`"


# `language` reads files and raises these errors, so it is imported after them, and puts its own
# function in place.
_translator: Callable[[str], str] = str


def translate(text: str) -> str:
    """Return a text of this module in the reader's language."""
    return _translator(text)


def translate_with(translator: Callable[[str], str]) -> None:
    """Let this function translate the texts of this module."""
    global _translator
    _translator = translator


class ScenarioSimError(Exception):
    """Base class: a mistake that the user can correct."""

    def __reduce__(self):
        # Errors of worker processes are pickled. By default, unpickling would call __init__ with
        # the finished message instead of the original arguments.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__


@dataclass(frozen=True)
class Problem:
    """Problem of an input, with its place and its cure.

    Attributes
    ----------
    key : str
        Dotted key, such as `changes[0].date`, or the name of an option.
    text : str
        Problem and cure; the sentence continues after the key.
    line : int, optional
        Line in the file, from 1.
    file : str
        Set if the problem is in another file than the one of the message.
    place : tuple
        Keys and indices that lead to the value in nested data.
    """

    key: str
    text: str
    line: int | None = None
    file: str = ""
    place: Place = ()

    @classmethod
    def at(cls, place: Place, text: str) -> Problem:
        """Return a problem at a place in nested data; its key reads `changes[0].date`."""
        key = ""
        for step in place:
            if isinstance(step, int):
                key += f"[{step}]"
            else:
                bare = re.fullmatch(r"[\w-]+", step, re.ASCII)
                key += ("." if key else "") + (step if bare else json.dumps(step))[:60]
        return cls(key, text, place=tuple(place))

    def __str__(self) -> str:
        line = translate("line {line}").format(line=self.line)
        where = [self.file] * bool(self.file) + [line] * bool(self.line)
        return ": ".join(part for part in (", ".join(where), self.key, self.text) if part)


def limit_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the first MAX_PROBLEMS problems, and one more that counts the rest."""
    all_problems = tuple(problems)
    if len(all_problems) <= MAX_PROBLEMS + 1:  # the last one takes no more space than its count
        return all_problems
    text = translate("and {n:,} more; mend these first")
    rest = Problem("", text.format(n=len(all_problems) - MAX_PROBLEMS))
    return (*all_problems[:MAX_PROBLEMS], rest)


class ScenarioError(ScenarioSimError):
    """Invalid scenario or option; `problems` lists every reason, not just the first."""

    def __init__(self, problems: Iterable[Problem], title: str = ""):
        self.title = title = title or translate("this scenario cannot be run")
        self.problems = limit_problems(problems)
        lines = [f"{title}:"] + [f"  {problem}" for problem in self.problems]
        super().__init__("\n".join(lines))


class ScenarioFileError(ScenarioError):
    """Invalid scenario file; every problem has its line."""

    def __init__(self, path: object, problems: Iterable[Problem]):
        self.path = path
        super().__init__(problems, title=str(path))


class StatesError(ScenarioError):
    """Invalid data files of states; every problem has its file."""

    def __init__(
        self, problems: Iterable[Problem], title: str = "the states' files cannot be used"
    ):
        super().__init__(problems, title)


class NotRecordedError(ScenarioSimError):
    """Weekly data were not recorded, by choice or because they would not fit in memory."""


class OutputError(ScenarioSimError):
    """A result could not be written."""


class UnknownNameError(ScenarioSimError):
    """Unknown name; the message suggests the closest one."""

    def __init__(self, kind: str, name: str, known: Iterable[str]):
        self.name = name
        super().__init__(no_such_name(kind, name, known))


class ProblemCollector:
    """Collect the problems of several steps and raise them as one error.

    Parameters
    ----------
    title : str
        First line of the error.

    Examples
    --------
    >>> collector = ProblemCollector("these options cannot be used")
    >>> with collector.under("--runs"):
    ...     raise ScenarioError([Problem("runs", "takes a whole number, not 0.5")])
    >>> collector.check_names("--state", "state", ["ROKK"], ["DPRK", "ROK", "USA"])
    >>> collector.raise_if_any()
    Traceback (most recent call last):
    scenario_sim.errors.ScenarioError: these options cannot be used:
      --runs: takes a whole number, not 0.5
      --state: there is no state 'ROKK'; did you mean `ROK`?
    """

    def __init__(self, title: str):
        self.title = title
        self._found: dict[str, dict[Problem, None]] = {}  # by title; a dict keeps order, once each

    def add(self, problems: Iterable[Problem], title: str | None = None) -> None:
        """Add problems; those under another title than the collector's stand apart."""
        if new := dict.fromkeys(problems):
            self._found.setdefault(title or self.title, {}).update(new)

    @contextmanager
    def under(self, place: str = "") -> Iterator[None]:
        """Collect the error that the `with` block raises, and go on after the block.

        Parameters
        ----------
        place : str
            Key of the problems, such as "--vary". A more exact key ("--vary hotline") stays. With
            no place, problems keep their keys, and an error keeps its title.
        """
        try:
            yield
        except ScenarioError as error:
            exact = (
                p if p.key.startswith(place) else Problem(place, p.text) for p in error.problems
            )
            self.add(exact, None if place else error.title)
        except ScenarioSimError as error:
            if place:
                self.add([Problem(place, str(error))])
            else:
                title, *lines = str(error).splitlines()
                group = self._found.setdefault(title.removesuffix(":"), {})
                group.update(dict.fromkeys(Problem("", line.strip()) for line in lines))

    def check_names(
        self, place: str, kind: str, names: Iterable[str], known: Iterable[str]
    ) -> None:
        """Add a problem for each name that is not known; it suggests the closest known name."""
        known = tuple(known)
        wrong = (name for name in names if name not in known)
        self.add(Problem(place, str(UnknownNameError(kind, name, known))) for name in wrong)

    def raise_if_any(self) -> None:
        """Raise everything that was collected.

        Raises
        ------
        ScenarioError
            All problems have the same title.
        ScenarioSimError
            There are several titles; the problems of each stand together.
        """
        if len(self._found) == 1 and all(self._found.values()):
            ((title, problems),) = self._found.items()
            raise ScenarioError(problems, title)
        if self._found:
            raise ScenarioSimError(
                "\n".join(
                    str(ScenarioError(problems, title)) if problems else title
                    for title, problems in self._found.items()
                )
            )


NO_SUCH_NAME = "there is no {kind} {{name}}{{meant}}"
# What a name on the page may stand for: each is a text for translators, `there is no state ...`.
KINDS = (
    "action", "coefficient", "condition", "language", "lesson", "lever", "measure", "mechanism",
    "outcome", "scenario", "start", "state", "state variable", "thing to look at",
)  # fmt: skip
# The command that lists the names of a kind, for kinds with more names than a message can hold.
LISTS = {
    "scenario": "list",
    "lesson": "lessons",
    "lever": "parameters levers",
    "policy lever": "parameters levers",
    "lever, hypothesis or circumstance": "parameters",
    "lever or coefficient": "parameters",
    "coefficient": "parameters coefficients",
    "action": "parameters actions",
    "outcome": "parameters outcomes",
    "weekly quantity": "parameters quantities",
    "quantity": "parameters quantities",
}


def no_such_name(kind: str, name: str, known: Iterable[str], many: int = 12) -> str:
    """Return that there is no such name, and the cure: the closest one, all, or where they stand.

    >>> no_such_name("state", "ROKK", ["DPRK", "ROK"])
    "there is no state 'ROKK'; did you mean `ROK`?"
    >>> no_such_name("scenario", "xyz", map(str, range(99)))
    "there is no scenario 'xyz'; `scenario-sim list` lists them"
    """
    meant = did_you_mean(name, known, many)
    if not meant and kind in LISTS:
        meant = translate("; `{command}` lists them").format(command=f"scenario-sim {LISTS[kind]}")
    return translate(NO_SUCH_NAME.format(kind=kind)).format(name=format_value(name), meant=meant)


def closest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that a misspelt one most likely means; case does not matter."""
    spelt = {word.lower(): word for word in known}
    near = get_close_matches(name.lower(), spelt, n=1, cutoff=0.6)
    return spelt[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str], many: int = 12) -> str:
    """Return the cure for a misspelt name, to be put at the end of a message.

    Parameters
    ----------
    name : str
        The misspelt name.
    known : iterable of str
        The names that exist.
    many : int
        Up to so many known names are listed if none is close.

    Examples
    --------
    >>> did_you_mean("hotlien", ["hotline", "engagement"])
    '; did you mean `hotline`?'
    >>> did_you_mean("xyz", ["hotline", "engagement"])
    '; there are: engagement, hotline'
    """
    known = sorted(known)
    near = closest_name(name, known)
    if near:
        return translate("; did you mean `{name}`?").format(name=near)
    if known and len(known) <= many:
        return translate("; there are: {names}").format(names=", ".join(known))
    return ""


def format_value(value: object) -> str:
    """Return a value as a message shows it: short, on one line, as a scenario file writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list | tuple):
        return translate("a table") if isinstance(value, dict) else translate("a list")
    if value is None:
        return translate("nothing")
    try:
        text = str(value) if isinstance(value, date) else repr(value)
    except ValueError:  # Python refuses to print integers of more than 4,300 digits
        return translate("that")
    return text if len(text) <= 60 else f"{text[:50]}..."


def lower_first(text: object) -> str:
    """Return a text with its first letter in lower case, for the middle of a sentence."""
    words = str(text)
    return words[:1].lower() + words[1:]


def format_range(low: object = None, high: object = None) -> str:
    """Return a range in words, after a space: ` from 0 to 1`; empty if there is no limit."""
    if low is None and high is None:
        return ""
    first, last = (f"{x:g}" if isinstance(x, float) else str(x) for x in (low, high))
    if low is None:
        return translate(" of at most {high}").format(high=last)
    if high is None:
        return translate(" of at least {low}").format(low=first)
    return translate(" from {low} to {high}").format(low=first, high=last)
