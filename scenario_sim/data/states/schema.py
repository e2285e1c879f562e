"""What a state's file holds: who a state is, what it perceives, what it can do and what it weighs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from scenario_sim.data import enums
from scenario_sim.data.parameters import PARAMETERS, Parameter

HOLD = "hold"


@dataclass(frozen=True)
class Term:
    """One consideration: in plain words, its coefficient's name, the quantity's name."""

    words: str
    coefficient: str
    quantity: str


WeightedSum = tuple[Term, ...]


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
