"""Read the states' files and check that they fit together."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenario_sim.bounds import MAX_FILE_BYTES, MAX_PROBLEMS, MAX_STATES_FILES
from scenario_sim.data.states.checks import find_contradictions
from scenario_sim.data.states.schema import Cast, StateSpec
from scenario_sim.errors import CONTROL_CHARACTERS, StatesError, format_value
from scenario_sim.file_io import read_regular_file

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
        raise StatesError(f"{folder}: no such folder of states")
    paths = sorted(islice(folder.glob("*.toml"), MAX_STATES_FILES + 1))
    if len(paths) > MAX_STATES_FILES:
        raise StatesError(f"{folder}: holds more than {MAX_STATES_FILES} files of states")
    return _read_cast({path.name: _read_file(path) for path in paths})


def _read_file(path: Path) -> bytes:
    try:
        return read_regular_file(path, MAX_FILE_BYTES)
    except OSError as error:
        raise StatesError(f"{path}: {error.strerror or error}") from None


@cache
def _shipped_cast() -> Cast:
    return _read_cast(
        {p.name: p.read_bytes() for p in SHIPPED_FOLDER.iterdir() if p.name.endswith(".toml")}
    )


def load_starts(folder: Path | str | None = None) -> dict[str, dict[str, Any]]:
    """Return the named starts: each a table of conditions with a title and a note.

    A folder of states may have its own `starts.toml`. It adds starts to the shipped ones, and
    replaces those of the same name. Raises StatesError if that file cannot be used.
    """
    own = Path(folder) / "starts.toml" if folder is not None else None
    if own is None or not own.exists():
        return _shipped_starts()
    try:
        starts = tomllib.loads(_read_file(own).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise StatesError(f"{own}: {error}") from None
    if problems := [
        text for name, start in starts.items() for text in _start_problems(name, start)
    ]:
        raise StatesError(f"{own} cannot be used:\n  " + "\n  ".join(problems[:MAX_PROBLEMS]))
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
    return tomllib.loads((SHIPPED_FOLDER / "starts.toml").read_text("utf-8"))


def _read_cast(texts: dict[str, bytes]) -> Cast:
    problems: list[str] = []
    states, file_of = [], {}
    for name, text in sorted(texts.items()):
        if name == "starts.toml":
            continue
        try:
            read = tomllib.loads(text.decode("utf-8"))
            if any(map(CONTROL_CHARACTERS.search, _texts(read))):
                problems.append(f"{name}: holds control characters, which a terminal would obey")
                continue
            states.append(StateSpec.model_validate(read))
            file_of[states[-1].code] = name
        except ValidationError as error:
            for e in error.errors():
                problems.append(f"{name}: {'.'.join(map(str, e['loc']))}: {e['msg']}")
        except (ValueError, RecursionError) as error:
            problems.append(f"{name}: {error}")
    digest = hashlib.sha256(b"".join(n.encode() + texts[n] for n in sorted(texts))).hexdigest()
    cast = Cast(tuple(sorted(states, key=lambda s: (s.order, s.code))), digest)
    problems = problems or find_contradictions(cast, file_of)
    if problems:
        more = [f"and {len(problems) - MAX_PROBLEMS:,} more"] * (len(problems) > MAX_PROBLEMS)
        listed = "\n  ".join([*problems[:MAX_PROBLEMS], *more])
        raise StatesError(f"the states' files cannot be used:\n  {listed}")
    return cast


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
