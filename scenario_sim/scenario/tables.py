"""The tables a scenario is made of, and what each field may hold.

Ranges, titles and help come from the one registry of levers and the one list of conditions, so a
new lever needs no line here.
"""

from __future__ import annotations

import math
import operator
from datetime import date
from numbers import Real
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

from scenario_sim.bounds import MAX_ENTRIES, MAX_TEXT_CHARACTERS, MAX_WEEKS
from scenario_sim.data.parameters import (
    CIRCUMSTANCES,
    HYPOTHESES,
    LEVERS,
    SETTINGS,
    Lever,
)
from scenario_sim.data.states import Cast
from scenario_sim.data.variables import INITIAL_CONDITIONS, Quantity
from scenario_sim.errors import CONTROL

GROUPS = {"levers": LEVERS, "hypotheses": HYPOTHESES, "circumstances": CIRCUMSTANCES}
GROUP_OF = {lever.name: group for group, levers in GROUPS.items() for lever in levers}
DATED = ("changes", "shocks", "acts")  # the lists whose entries stand in order of date


# --- what a field may hold -----------------------------------------------------------------------
# Errors carry a type that `cures` knows; pydantic's own words never reach a reader.


def _number(value: Any) -> float:
    """A finite float out of any real number; TOML writes 1 for 1.0, NumPy has kinds of its own."""
    try:
        if isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value):
            return float(value) + 0.0  # -0.0 and 0.0 are one number, with one hash
    except OverflowError:  # an integer beyond the floats
        pass
    raise PydanticCustomError("number", "takes a number")


def _whole(value: Any) -> int:
    try:
        if not isinstance(value, bool):
            return operator.index(value)
    except TypeError:
        pass
    raise PydanticCustomError("whole", "takes a whole number")


def _day(value: Any) -> date:
    """A date, or text that reads as one; not a number, which pydantic would take for seconds."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    if type(day) is not date:
        raise PydanticCustomError("day", "takes a date")
    return day


class FrozenDict(dict):
    """A dict that nobody changes: a scenario is frozen to its leaves."""

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("a scenario never changes; make a new one")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self):
        return type(self), (dict(self),)


Number = Annotated[float, BeforeValidator(_number)]
Share = Annotated[float, Field(ge=0, le=1), BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_whole)]
Day = Annotated[date, BeforeValidator(_day)]


def _printable(text: str) -> str:
    """Return the text with Unix line ends.

    A control character is refused: a terminal would obey it. Only line ends and tabs may stand.
    """
    text = text.replace("\r\n", "\n")
    if CONTROL.search(text):
        raise PydanticCustomError("control", "takes text without control characters")
    return text


Text = Annotated[
    str, Field(strict=True, max_length=MAX_TEXT_CHARACTERS), AfterValidator(_printable)
]


BOUNDED_LIST = Field(
    max_length=MAX_ENTRIES
)  # entries of a list; pydantic stops at the first one beyond


class Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _setting(lever: Lever, default: float | None) -> tuple[Any, Any]:
    """A lever as a field: its range, and its help as the description."""
    ends = f"{lever.low:g}: {lever.low_means}; {lever.high:g}: {lever.high_means}."
    limits = Field(
        default, ge=lever.low, le=lever.high, title=lever.label, description=f"{lever.help} {ends}"
    )
    return (Number if default is not None else Number | None), limits


def _condition(quantity: Quantity) -> tuple[Any, Any]:
    """A condition as a field: its range, and its meaning as the description."""
    high = None if math.isinf(quantity.high) else quantity.high
    meaning = f"{quantity.meaning} Unit: {quantity.unit}."
    return Number | None, Field(None, ge=quantity.low, le=high, description=meaning)


def _group(title: str, doc: str, levers: tuple[Lever, ...]) -> Any:
    fields = {lever.name: _setting(lever, lever.default) for lever in levers}
    return create_model(title, __base__=Table, __doc__=doc, **fields)


# --- the tables ----------------------------------------------------------------------------------


class _Dated(Table):
    id: Text = ""
    date: Day


if TYPE_CHECKING:  # a checker cannot see fields that the registry of levers gives
    Levers = Hypotheses = Circumstances = _Conditions = Table
    _Settings = _Dated

    class Settings(Table): ...
else:
    Levers = _group("Levers", "What a policymaker may pull, at the start.", LEVERS)
    Hypotheses = _group("Hypotheses", "Where experts disagree: pick a view.", HYPOTHESES)
    Circumstances = _group("Circumstances", "What nobody pulls.", CIRCUMSTANCES)
    _any_setting = {name: _setting(lever, None) for name, lever in SETTINGS.items()}
    Settings = create_model("Settings", __base__=Table, **_any_setting)
    _Settings = create_model("_Settings", __base__=_Dated, **_any_setting)
    _Conditions = create_model(
        "_Conditions",
        __base__=Table,
        **{name: _condition(quantity) for name, quantity in INITIAL_CONDITIONS.items()},
    )


class Change(_Settings):
    """New values of levers, hypotheses or circumstances, from the first week that starts on or
    after a date. `source` says how that is known."""

    id: Text = ""
    date: Day
    note: Text = ""
    source: Text = ""

    def settings(self) -> dict[str, float]:
        """What this change sets."""
        return {n: v for n in SETTINGS if (v := getattr(self, n)) is not None}


class Shock(_Dated):
    """A dated event nobody chose: it moves one condition once, within its bounds. A shock to
    `threat_perception` names the state that feels it."""

    condition: Text
    amount: Number
    state: Text = ""
    note: Text = ""


class ForcedAct(_Dated):
    """An act that happens whatever the state would have chosen. `hold` takes an act away; it
    names the channel where the state has more than one."""

    state: Text
    action: Text
    channel: Text = ""
    note: Text = ""

    def channel_in(self, cast: Cast) -> str:
        """The channel in which this act decides; empty where the states do not tell."""
        if self.action in cast.actions:
            return cast.actions[self.action][1].channel
        if self.channel or self.state not in cast.codes:
            return self.channel
        open_to_hold = [c.id for c in cast[self.state].channel if c.hold]
        return open_to_hold[0] if len(open_to_hold) == 1 else ""


class Branch(Table):
    """A world that leaves this one: the same up to its first date, then these changes and acts laid
    over it."""

    name: Text = Field(min_length=1)
    changes: Annotated[tuple[Change, ...], BOUNDED_LIST] = ()
    acts: Annotated[tuple[ForcedAct, ...], BOUNDED_LIST] = ()


class Played(Table):
    """A game: the states that a person plays, the world, and how many of its weeks are decided.
    The acts of these states are that person's choices; what is not among them the model decides."""

    states: Annotated[tuple[Text, ...], BOUNDED_LIST]
    seed: Whole = Field(0, ge=0, le=2**63 - 1)
    run: Whole = Field(0, ge=0, le=2**40 - 1)
    weeks: Whole = Field(0, ge=0, le=MAX_WEEKS)


class LectureSeed(Table):
    """A run worth showing: found by search, named for what it shows."""

    id: Text
    seed: Whole = Field(ge=0, le=2**63 - 1)
    run: Whole = Field(ge=0, le=2**40 - 1)
    note: Text = ""


class StartConditions(_Conditions):
    """What differs from the named start."""

    threat_perception: Annotated[dict[str, Share], AfterValidator(FrozenDict)] = Field(
        {}, validate_default=True, description="Of each state, by its code."
    )
