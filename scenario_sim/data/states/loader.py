"""Read the states' files and check that they fit together."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenario_sim.bounds import MAX_FILE_BYTES, MAX_PROBLEMS, MAX_STATES_FILES
from scenario_sim.data import enums
from scenario_sim.data.parameters import PARAMETERS, SETTINGS
from scenario_sim.data.states.schema import HOLD, Cast, StateSpec
from scenario_sim.data.variables import (
    INITIAL_CONDITIONS,
    PER_STATE,
    PUSH_TARGETS,
    SIGNALS,
    TERM_QUANTITIES,
)
from scenario_sim.errors import CONTROL_CHARACTERS, StatesError, did_you_mean, format_value
from scenario_sim.file_io import read_regular_file

PUSH_NAMES = {q.name for q in PUSH_TARGETS}
SIGNAL_NAMES = {q.name for q in SIGNALS}


def find_contradictions(cast: Cast, file_of: Mapping[str, str]) -> list[str]:
    """Return every problem, each with its file; `file_of` maps the code of a state to its file."""
    problems = list(_check_cast(cast, file_of))
    for state in cast.states:
        problems += [f"{file_of[state.code]}: {text}" for text in _check_state(state, cast)]
    return problems


def _check_cast(cast: Cast, file_of: Mapping[str, str]) -> Iterator[str]:
    for role in ("challenger", "leading_ally"):
        number = sum(state.role == role for state in cast.states)
        if number != 1:
            yield f"exactly one state is the {role}; here are {number}"
    uses = [
        (kind, name, file_of[state.code])
        for state in cast.states
        for kind, names in (
            ("state", [state.code]),
            ("draw", [*(c.hold for c in state.channel if c.hold), *(a.id for a in state.action)]),
            ("perception", [state.draw] if state.threat else []),
            ("coefficient", [p.name for p in state.parameter]),
        )
        for name in names
    ]
    for (kind, name), times in Counter((kind, name) for kind, name, _ in uses).items():
        if times > 1:
            files = ", ".join(sorted({file for k, n, file in uses if (k, n) == (kind, name)}))
            yield f"{files}: the {kind} `{name}` stands {times} times; give each its own name"


def _check_state(state: StateSpec, cast: Cast) -> Iterator[str]:
    yield from _check_roles(state)
    yield from _check_channels(state)
    for resource in state.resources:
        yield from _check(
            "resources", "condition or lever", resource, {*INITIAL_CONDITIONS, *SETTINGS}
        )
    for rule in state.absorbs:
        yield from _check("absorbs", "rule", rule, enums.ABSORBABLE_RULES)
    for parameter in state.parameter:
        where = f"parameter {parameter.name}"
        if parameter.name in PARAMETERS:
            yield f"{where}: the package has this coefficient already; give yours another name"
        if not parameter.low <= parameter.default <= parameter.high:
            low, value, high = parameter.low, parameter.default, parameter.high
            yield f"{where}: its default {value:g} lies outside {low:g} to {high:g}"
    yield from _check_terms(state, cast)


def _check_roles(state: StateSpec) -> Iterator[str]:
    # The equations read these by name.
    if state.role == "challenger" and "talks_appeal" not in {a.id for a in state.appraisal}:
        yield "a challenger judges `talks_appeal`; it has no such appraisal"
    if state.role in ("challenger", "leading_ally") and not state.threat:
        yield f"a {state.role} feels a threat; it has no [threat]"
    if state.threat:
        yield from _check("draw", "perception draw", state.draw, enums.PERCEPTION_DRAWS)


def _check_channels(state: StateSpec) -> Iterator[str]:
    for channel, actions in state.choices():
        if not actions:
            yield f"channel {channel.id}: has no act; give it one, or leave the channel out"
        if channel.id == enums.Channel.VOTE and channel.hold:
            yield "channel vote: a vote has no hold; leave `hold` out"
        if channel.id != enums.Channel.VOTE and not channel.hold:
            yield f'channel {channel.id}: names no random draw for hold; write hold = "..."'
    events = {*enums.PERCEPTION_DRAWS, *enums.EVENT_DRAWS}
    for action in state.action:
        if action.id == HOLD or action.id in events:
            yield f"action {action.id}: this name is taken; give the act another"


def _check_terms(state: StateSpec, cast: Cast) -> Iterator[str]:
    """Yield each coefficient, quantity, signal and push that the state names but does not exist."""
    felt = {f"own_{q.name}" for q in PER_STATE} if state.threat else set()
    # An appraisal cannot weigh other appraisals: a state computes all of them at once.
    bare = {*TERM_QUANTITIES, *SETTINGS, *felt}
    coefficients = {*PARAMETERS, *(p.name for s in cast.states for p in s.parameter)}
    quantities = bare | {f"own_{a.id}" for a in state.appraisal}
    sums = [(a.id, a.utility, quantities) for a in state.action]
    sums += [(a.id, a.terms, bare) for a in state.appraisal]
    sums += [("threat", state.threat.terms, bare)] if state.threat else []
    for where, terms, weighable in sums:
        for term in terms:
            yield from _check(where, "coefficient", term.coefficient, coefficients)
            yield from _check(where, "quantity", term.quantity, weighable)
    for coefficient, signal in state.threat.shocks if state.threat else ():
        yield from _check("threat", "coefficient", coefficient, coefficients)
        yield from _check("threat", "signal", signal, SIGNAL_NAMES | {"overflight"})
    for action in state.action:
        yield from _check(action.id, "channel", action.channel, {c.id for c in state.channel})
        for signal in action.signals:
            yield from _check(action.id, "signal", signal, SIGNAL_NAMES)
        for push, coefficient in action.moves.items():
            yield from _check(action.id, "push", push, PUSH_NAMES)
            yield from _check(action.id, "coefficient", coefficient, coefficients)
        if action.only_if:
            yield from _check(action.id, "quantity", action.only_if, quantities)


def _check(where: str, kind: str, name: str, known: Collection[str]) -> Iterator[str]:
    if name not in known:
        yield f"{where}: no {kind} `{name}`{did_you_mean(name, known)}"


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
