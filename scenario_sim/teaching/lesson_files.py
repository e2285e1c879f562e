"""Reader of lesson files in TOML; errors name file, line, key and fix, all at once."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenario_sim.bounds import MAX_FILE_BYTES
from scenario_sim.errors import (
    Problem,
    ScenarioFileError,
    UnknownNameError,
    did_you_mean,
    lower_first,
)
from scenario_sim.file_io import read_regular_file
from scenario_sim.scenario.files import is_path, shipped_files
from scenario_sim.scenario.toml_lines import LocatedValue, read_toml
from scenario_sim.scenario.validate import describe_error, table_at
from scenario_sim.teaching.lesson import Lesson


@cache
def list_lessons() -> tuple[str, ...]:
    """Return the names of the shipped lessons, ordered by number."""
    return tuple(sorted(shipped_files("lessons"), key=lambda name: load_lesson(name).number))


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
        return f"is no key of a lesson here{meant}"
    if error["type"] == "greater_than":
        return f"takes a number above {error['ctx']['gt']:g}"
    return describe_error(error, Lesson)
