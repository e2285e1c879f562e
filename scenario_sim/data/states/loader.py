"""Read the states' files: a whole folder, or an overlay of the six shipped ones."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenario_sim.bounds import MAX_FILE_BYTES, MAX_STATES_FILES
from scenario_sim.data.states.checks import find_contradictions
from scenario_sim.data.states.overlay import OVERLAY_FILE, apply_overlay
from scenario_sim.data.states.schema import Cast, StateSpec
from scenario_sim.errors import (
    CONTROL_CHARACTERS,
    Problem,
    ScenarioFileError,
    StatesError,
    format_value,
)
from scenario_sim.file_io import read_regular_file
from scenario_sim.toml_lines import LocatedValue, read_toml

STARTS_FILE = "starts.toml"

SHIPPED_FOLDER = files("scenario_sim.data.states")
START_TEXT_KEYS = ("title", "note", "source")


def load_cast(folder: Path | str | None = None) -> Cast:
    """Return the states of a folder of TOML files; without a folder, the six shipped states.

    Raises
    ------
    StatesError
        Lists every problem of every file.

    Examples
    --------
    >>> load_cast().codes
    ('DPRK', 'USA', 'ROK', 'Japan', 'China', 'Russia')
    """
    if folder is None:
        return _shipped_cast()
    folder = Path(folder)
    if not folder.is_dir():
        raise StatesError([Problem("", f"{folder}: no such folder of states")])
    paths = sorted(islice(folder.glob("*.toml"), MAX_STATES_FILES + 1))
    if len(paths) > MAX_STATES_FILES:
        text = f"{folder}: holds more than {MAX_STATES_FILES} files of states"
        raise StatesError([Problem("", text)])
    return _read_cast({path.name: _read_file(path) for path in paths})


def _read_file(path: Path) -> bytes:
    try:
        return read_regular_file(path, MAX_FILE_BYTES)
    except OSError as error:
        raise StatesError([Problem("", f"{path}: {error.strerror or error}")]) from None


@cache
def _shipped_cast() -> Cast:
    texts = _shipped_texts()
    tables = (tomllib.loads(t.decode("utf-8")) for n, t in texts.items() if n != STARTS_FILE)
    cast = _cast_of(map(StateSpec.model_validate, tables), texts)
    # Every start reads these files. Lines take three times as long, and are for files of users.
    if problems := [p for _, p in find_contradictions(cast, {code: code for code in cast.codes})]:
        raise StatesError(problems)
    return cast


def load_starts(folder: Path | str | None = None) -> dict[str, dict[str, Any]]:
    """Return the named starts: each a table of conditions with a title and a note.

    A folder of states may have its own `starts.toml`. It adds starts to the shipped ones, and
    replaces those of the same name. Raises StatesError if that file cannot be used.
    """
    own = Path(folder) / STARTS_FILE if folder is not None else None
    if own is None or not own.exists():
        return _shipped_starts()
    try:
        starts = tomllib.loads(_read_file(own).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise StatesError([Problem("", f"{own}: {error}")]) from None
    if problems := [
        text for name, start in starts.items() for text in _start_problems(name, start)
    ]:
        raise StatesError((Problem("", text) for text in problems), f"{own} cannot be used")
    return _shipped_starts() | starts


def _start_problems(name: str, start: Any) -> Iterator[str]:
    """Yield the problems of one named start."""
    if not isinstance(start, dict):
        yield f"{format_value(name)}: takes a table of conditions"
        return
    threats = start.get("threat_perception", {})
    if not isinstance(threats, dict):
        yield f"{format_value(name)}: threat_perception: takes a table of states"
        threats = {}
    numbers = {k: v for k, v in start.items() if k not in (*START_TEXT_KEYS, "threat_perception")}
    for key, value in (numbers | threats).items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            yield f"{format_value(name)}: {format_value(key)}: takes a number, not {format_value(value)}"
    for key in START_TEXT_KEYS:
        if not isinstance(start.get(key, ""), str) or CONTROL_CHARACTERS.search(start.get(key, "")):
            yield f"{format_value(name)}: {key}: takes text without control characters"


@cache
def _shipped_starts() -> dict[str, dict[str, Any]]:
    return tomllib.loads((SHIPPED_FOLDER / STARTS_FILE).read_text("utf-8"))


def _read_cast(texts: Mapping[str, bytes]) -> Cast:
    """Return the states of a folder; `texts` maps the name of a file to its content."""
    tables, problems = _read_tables(texts)
    read = {**_shipped_texts(), **texts} if OVERLAY_FILE in texts else texts
    if OVERLAY_FILE in tables and not problems:
        tables, problems = apply_overlay(_shipped_tables(), tables)
    states = {}
    for name, table in tables.items():
        try:
            states[name] = StateSpec.model_validate(table.plain())
        except ValidationError as error:
            found = (Problem.at(e["loc"], e["msg"]) for e in error.errors(include_url=False))
            problems += [_at_line(problem, table) for problem in found]
    cast = _cast_of(states.values(), read)
    if not problems:
        name_of = {state.code: name for name, state in states.items()}
        for code, problem in find_contradictions(cast, name_of):
            problems.append(_at_line(problem, tables[name_of[code]]) if code else problem)
    if problems:
        raise StatesError(problems)
    return cast


def _read_tables(texts: Mapping[str, bytes]) -> tuple[dict[str, LocatedValue], list[Problem]]:
    """Return the tables of all files but the starts, by name, and what cannot be read."""
    tables, problems = {}, []
    for name, text in sorted(texts.items()):
        if name == STARTS_FILE:
            continue
        try:
            table = read_toml(text, name)
        except ScenarioFileError as error:
            problems += [replace(problem, file=name) for problem in error.problems]
            continue
        if any(map(CONTROL_CHARACTERS.search, _texts(table.plain()))):
            why = "holds control characters, which a terminal would obey"
            problems.append(Problem("", why, file=name))
        else:
            tables[name] = table
    return tables, problems


def _at_line(problem: Problem, table: LocatedValue) -> Problem:
    """Return a problem with its file, and its line if it concerns a part of the file."""
    found = table.at(problem.place)
    return replace(problem, file=found.file, line=found.line if problem.place else None)


def _cast_of(states: Iterable[StateSpec], texts: Mapping[str, bytes]) -> Cast:
    """Return the states in order, with a digest of all files that they come from."""
    digest = hashlib.sha256(b"".join(n.encode() + texts[n] for n in sorted(texts))).hexdigest()
    return Cast(tuple(sorted(states, key=lambda s: (s.order, s.code))), digest)


def _shipped_tables() -> dict[str, LocatedValue]:
    tables, _ = _read_tables(_shipped_texts())
    return tables


def _shipped_texts() -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in SHIPPED_FOLDER.iterdir() if p.name.endswith(".toml")}


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a document, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
