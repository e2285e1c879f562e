"""Reads the states' files and checks that they make sense together."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from scenario_sim.bounds import MAX_FILE_BYTES, MAX_PROBLEMS, MAX_STATES_FILES
from scenario_sim.data import enums
from scenario_sim.data.parameters import PARAMETERS, Parameter
from scenario_sim.data.states.checks import HOLD, contradictions
from scenario_sim.errors import CONTROL, StatesError, shown
from scenario_sim.file_io import read_regular

SHIPPED = files("scenario_sim.data.states")
SAID_OF_A_START = ("title", "note", "source")


@dataclass(frozen=True)
class Term:
    """One consideration: in plain words, its coefficient's name, the quantity's name."""

    words: str
    coefficient: str
    quantity: str


Sum = tuple[Term, ...]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _read_terms(rows: Any) -> Any:
    """`[words, coefficient, quantity]`, as a state's file writes it."""
    if not isinstance(rows, list):
        raise ValueError("is a list of [words, coefficient, quantity]")
    for row in rows:
        if not (isinstance(row, list) and len(row) == 3 and all(isinstance(x, str) for x in row)):
            raise ValueError(f"a term is [words, coefficient, quantity], not {row!r}")
    return tuple(Term(*row) for row in rows)


Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Terms = Annotated[tuple[Term, ...], BeforeValidator(_read_terms)]


class Threat(_Row):
    """What a state is afraid of. `shocks` are [coefficient, signal]: what leaves a mark."""

    usual: float = Field(ge=0, le=1)
    terms: Terms
    shocks: tuple[tuple[str, str], ...] = ()


class Appraisal(_Row):
    """A judgement made anew each week, that the state's utilities read as `own_<id>`."""

    id: Name
    name: str
    terms: Terms
    through: Literal["", "log_sigmoid"] = ""


class Channel(_Row):
    """One choice a week. `hold` names the luck of doing nothing; a vote has no hold."""

    id: enums.Channel
    hold: str = ""


class Action(_Row):
    """One thing a state can do: what it is, what speaks for it, what it moves.

    `towards` names the state it is aimed at, for the eye alone; without it, or where that state is
    not of this world, it is aimed at the challenger, and the challenger's at the leading ally."""

    id: Name
    name: str
    channel: enums.Channel
    family: enums.Family
    rung: enums.Rung
    polarity: Literal[-1, 0, 1] = 0
    sentence: str
    towards: str = ""
    signals: tuple[str, ...] = ()
    only_if: str = ""
    utility: Terms
    moves: dict[str, str] = {}


class _ParameterRow(_Row):
    name: Name
    default: Number
    low: Number
    high: Number
    unit: str
    source: str
    help: str


class StateSpec(_Row):
    """One state: profile, perceptions, repertoire."""

    code: Annotated[str, Field(pattern="^[A-Za-z][A-Za-z0-9_]*$")]
    name: str
    order: int
    role: Literal["challenger", "leading_ally", "ally", "patron", "bystander"]
    resources: tuple[str, ...] = ()
    draw: str = ""
    absorbs: tuple[str, ...] = ()
    threat: Threat | None = None
    appraisal: tuple[Appraisal, ...] = ()
    channel: tuple[Channel, ...]
    action: tuple[Action, ...]
    parameter: tuple[_ParameterRow, ...] = ()

    def choices(self) -> Iterator[tuple[Channel, tuple[Action, ...]]]:
        for channel in self.channel:
            yield channel, tuple(a for a in self.action if a.channel == channel.id)


@dataclass(frozen=True)
class Alternative:
    """One row of a week's choices: an action, or holding still (`action` is None). `code` is what
    a trajectory records for it: 0 for hold, else the action's place in `Cast.actions`, from 1."""

    state: str
    channel: str
    code: int
    draw: str
    action: Action | None

    @property
    def id(self) -> str:
        return self.action.id if self.action else HOLD


@dataclass(frozen=True)
class Cast:
    """All the states of a world, in order."""

    states: tuple[StateSpec, ...]
    digest: str = field(repr=False, default="")

    def __getitem__(self, code: str) -> StateSpec:
        for state in self.states:
            if state.code == code:
                return state
        raise KeyError(code)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(state.code for state in self.states)

    @cached_property
    def perceivers(self) -> tuple[StateSpec, ...]:
        """States that feel a threat."""
        return tuple(state for state in self.states if state.threat)

    @cached_property
    def challenger(self) -> StateSpec:
        return next(state for state in self.states if state.role == "challenger")

    @cached_property
    def leading_ally(self) -> StateSpec:
        return next(state for state in self.states if state.role == "leading_ally")

    @cached_property
    def allies(self) -> tuple[StateSpec, ...]:
        return tuple(s for s in self.perceivers if s.role in ("leading_ally", "ally"))

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Every row of a week's choices: state by state, channel by channel, hold first."""
        rows = []
        code = {action: number for number, action in enumerate(self.actions, start=1)}
        for state in self.states:
            for channel, actions in state.choices():
                if channel.hold:
                    rows.append(Alternative(state.code, channel.id, 0, channel.hold, None))
                rows += [
                    Alternative(state.code, channel.id, code[action.id], action.id, action)
                    for action in actions
                ]
        return tuple(rows)

    @cached_property
    def channels(self) -> tuple[tuple[str, str], ...]:
        """(state, channel) of every choice, in the order of `alternatives`."""
        return tuple(dict.fromkeys((row.state, row.channel) for row in self.alternatives))

    def alternatives_in(self, decision: tuple[str, str]) -> tuple[Alternative, ...]:
        """What a state can do in one of its channels."""
        return tuple(alt for alt in self.alternatives if (alt.state, alt.channel) == decision)

    @cached_property
    def actions(self) -> dict[str, tuple[StateSpec, Action]]:
        return {action.id: (state, action) for state in self.states for action in state.action}

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The package's coefficients and those the states' files bring along."""
        own = {p.name: Parameter(**p.model_dump()) for s in self.states for p in s.parameter}
        return PARAMETERS | own

    @cached_property
    def new_draws(self) -> tuple[str, ...]:
        """Choices the registry of luck does not know: they draw from an annex."""
        known = set(enums.DRAWS)
        return tuple(row.draw for row in self.alternatives if row.draw not in known)


def load_cast(folder: Path | str | None = None) -> Cast:
    """The states of a folder of TOML files, `starts.toml` aside; without a folder the shipped six.

    Raises StatesError with every problem of every file.
    """
    if folder is None:
        return _shipped_cast()
    folder = Path(folder)
    if not folder.is_dir():
        raise StatesError(f"{folder}: no such folder of states")
    paths = sorted(islice(folder.glob("*.toml"), MAX_STATES_FILES + 1))
    if len(paths) > MAX_STATES_FILES:
        raise StatesError(f"{folder}: holds more than {MAX_STATES_FILES} files of states")
    return _read_cast({path.name: _bytes(path) for path in paths})


def _bytes(path: Path) -> bytes:
    try:
        return read_regular(path, MAX_FILE_BYTES)
    except OSError as error:
        raise StatesError(f"{path}: {error.strerror or error}") from None


@cache
def _shipped_cast() -> Cast:
    return _read_cast(
        {p.name: p.read_bytes() for p in SHIPPED.iterdir() if p.name.endswith(".toml")}
    )


def load_starts(folder: Path | str | None = None) -> dict[str, dict[str, Any]]:
    """The named starts: conditions by name, with a title and a note. A folder of states may bring
    its own `starts.toml`, which adds to the shipped ones or stands in for them, name by name."""
    own = Path(folder) / "starts.toml" if folder is not None else None
    if own is None or not own.exists():
        return _shipped_starts()
    try:
        starts = tomllib.loads(_bytes(own).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise StatesError(f"{own}: {error}") from None
    if problems := [text for name, start in starts.items() for text in _unfit(name, start)]:
        raise StatesError(f"{own} cannot be used:\n  " + "\n  ".join(problems[:MAX_PROBLEMS]))
    return _shipped_starts() | starts


def _unfit(name: str, start: Any) -> Iterator[str]:
    """Yield what is wrong with one named start."""
    if not isinstance(start, dict):
        yield f"{shown(name)}: takes a table of conditions"
        return
    threats = start.get("threat_perception", {})
    if not isinstance(threats, dict):
        yield f"{shown(name)}: threat_perception: takes a table of states"
        threats = {}
    numbers = {k: v for k, v in start.items() if k not in (*SAID_OF_A_START, "threat_perception")}
    for key, value in (numbers | threats).items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            yield f"{shown(name)}: {shown(key)}: takes a number, not {shown(value)}"
    for key in SAID_OF_A_START:
        if not isinstance(start.get(key, ""), str) or CONTROL.search(start.get(key, "")):
            yield f"{shown(name)}: {key}: takes text without control characters"


@cache
def _shipped_starts() -> dict[str, dict[str, Any]]:
    return tomllib.loads((SHIPPED / "starts.toml").read_text("utf-8"))


def _read_cast(texts: dict[str, bytes]) -> Cast:
    problems: list[str] = []
    states, file_of = [], {}
    for name, text in sorted(texts.items()):
        if name == "starts.toml":
            continue
        try:
            read = tomllib.loads(text.decode("utf-8"))
            if any(map(CONTROL.search, _texts(read))):
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
    problems = problems or contradictions(cast, file_of)
    if problems:
        more = [f"and {len(problems) - MAX_PROBLEMS:,} more"] * (len(problems) > MAX_PROBLEMS)
        told = "\n  ".join([*problems[:MAX_PROBLEMS], *more])
        raise StatesError(f"the states' files cannot be used:\n  {told}")
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
