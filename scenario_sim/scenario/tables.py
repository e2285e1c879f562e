"""Define the tables of a scenario and the type of each field.

Ranges, titles and help come from the registry of levers and the list of conditions, so a new lever
needs no line here.
"""

from __future__ import annotations

import math
import operator
from datetime import date
from numbers import Real
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    create_model,
    field_validator,
)
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
from scenario_sim.errors import CONTROL_CHARACTERS
from scenario_sim.language import translate, translate_fields
from scenario_sim.scenario.reactions import Trigger

GROUPS = {"levers": LEVERS, "hypotheses": HYPOTHESES, "circumstances": CIRCUMSTANCES}
GROUP_OF = {lever.name: group for group, levers in GROUPS.items() for lever in levers}
DATED = ("changes", "shocks", "acts")  # the lists whose entries stand in order of date


# --- types of fields -----------------------------------------------------------------------------
# Errors carry a type for which `validate.py` has a message; pydantic's own messages are not shown.


def _number(value: Any) -> float:
    """Return a finite float from any real number: TOML writes 1 for 1.0, NumPy has own types."""
    try:
        if isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value):
            return float(value) + 0.0  # turns -0.0 into 0.0, so that both have one hash
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
    """Return a date, also from ISO text; a number, which pydantic reads as seconds, is refused."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    if type(day) is not date:
        raise PydanticCustomError("day", "takes a date")
    return day


class FrozenDict(dict[str, float]):
    """Immutable dict, because a scenario is immutable in all its parts."""

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("a scenario never changes; make a new one")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


Number = Annotated[float, BeforeValidator(_number)]
Share = Annotated[float, Field(ge=0, le=1), BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_whole)]
Day = Annotated[date, BeforeValidator(_day)]


def _printable(text: str) -> str:
    """Return the text with Unix line ends.

    Control characters other than line ends and tabs are refused: a terminal would obey them.
    """
    text = text.replace("\r\n", "\n")
    if CONTROL_CHARACTERS.search(text):
        raise PydanticCustomError("control", "takes text without control characters")
    return text


Text = Annotated[
    str, Field(strict=True, max_length=MAX_TEXT_CHARACTERS), AfterValidator(_printable)
]


BOUNDED_LIST = Field(
    max_length=MAX_ENTRIES
)  # entries of a list; pydantic stops at the first one beyond


class Table(BaseModel):
    """Base class of tables: immutable, without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _setting(lever: Lever, default: float | None) -> tuple[Any, Any]:
    """Return the type and the field of a lever: its range, and its help as the description."""
    ends = f"{lever.low:g}: {lever.low_means}; {lever.high:g}: {lever.high_means}."
    limits = Field(
        default, ge=lever.low, le=lever.high, title=lever.label, description=f"{lever.help} {ends}"
    )
    return (Number if default is not None else Number | None), limits


def _condition(quantity: Quantity) -> tuple[Any, Any]:
    """Return the type and the field of a condition: its range, its meaning as the description."""
    high = None if math.isinf(quantity.high) else quantity.high
    meaning = f"{quantity.meaning} Unit: {quantity.unit}."
    return Number | None, Field(None, ge=quantity.low, le=high, description=meaning)


def _group(title: str, doc: str, levers: tuple[Lever, ...]) -> Any:
    fields = {lever.name: _setting(lever, lever.default) for lever in levers}
    return create_model(title, __base__=Table, __doc__=doc, **fields)


# --- the tables ----------------------------------------------------------------------------------


ID = Field("", description="A name by which `remove` in an extending file finds it.")
NOTE = Field("", description="A remark for readers.")


class _Dated(Table):
    id: Text = ID
    date: Day = Field(description="When, as in 2026-09-07.")


if TYPE_CHECKING:  # a type checker cannot see the fields that come from the registry of levers
    Levers = Hypotheses = Circumstances = _Conditions = Table
    _Settings = _Dated

    class Settings(Table): ...

else:
    Levers = _group("Levers", "Policy levers at the start.", LEVERS)
    Hypotheses = _group("Hypotheses", "Questions on which experts disagree.", HYPOTHESES)
    Circumstances = _group("Circumstances", "Conditions that no policy sets.", CIRCUMSTANCES)
    _any_setting = {name: _setting(lever, None) for name, lever in SETTINGS.items()}
    Settings = create_model("Settings", __base__=Table, **_any_setting)
    _Settings = create_model("_Settings", __base__=_Dated, **_any_setting)
    _Conditions = create_model(
        "_Conditions",
        __base__=Table,
        **{name: _condition(quantity) for name, quantity in INITIAL_CONDITIONS.items()},
    )


def _settings_of(table: Table) -> dict[str, float]:
    """Return the levers, hypotheses and circumstances that a table sets, by name."""
    return {n: v for n in SETTINGS if (v := getattr(table, n)) is not None}


@translate_fields("note", "source")
class Change(_Settings):
    """New values of levers, hypotheses or circumstances.

    They hold from the first week that starts on or after the date. `source` tells how that is known.
    """

    id: Text = ID
    date: Day = Field(description="It acts from the first week that starts on or after it.")
    note: Text = NOTE
    source: Text = Field("", description="How the new values are known.")
    hindsight: Annotated[tuple[Text, ...], BOUNDED_LIST] = Field(
        (), description="Settings of this change whose values were coded knowing what came later."
    )

    @field_validator("hindsight")
    @classmethod
    def _names_settings(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in names if name not in SETTINGS]:
            text = translate(
                "takes names of levers or circumstances that this change sets, not {names}"
            ).format(names=", ".join(unknown))
            raise PydanticCustomError("hindsight", "{text}", {"text": text})
        return names

    def settings(self) -> dict[str, float]:
        """Return the settings of this change, by name."""
        return _settings_of(self)


class Reaction(Settings):
    """Change that follows from what happens: while `when` holds, and `weeks` weeks from then on.

    It reads the end of last week. Each week in which `when` holds starts its weeks anew.
    """

    id: Text = ID
    when: Text = Field(description="A state variable and a level, as in `tension >= 5`, or an act.")
    weeks: Whole = Field(
        1, ge=1, le=MAX_WEEKS, description="Weeks in force, counted from the last week of `when`."
    )
    note: Text = NOTE

    @property
    def trigger(self) -> Trigger:
        """Return the parsed condition. Raises ValueError."""
        return Trigger.parse(self.when)

    def settings(self) -> dict[str, float]:
        """Return the settings that it moves, by name."""
        return _settings_of(self)


@translate_fields("note")
class Shock(_Dated):
    """Dated event outside any state's choice: it moves one condition once, within its bounds.

    A shock to `threat_perception` names the state that perceives it.
    """

    condition: Text = Field(description="The state variable that it moves.")
    amount: Number = Field(description="By how much, in the variable's unit.")
    state: Text = Field("", description="Of `threat_perception`: the state that perceives it.")
    note: Text = NOTE


@translate_fields("note")
class ForcedAct(_Dated):
    """Act that happens instead of the state's own choice.

    `hold` prevents an act; it names the channel if the state has more than one.
    """

    state: Text = Field(description="Code of the state that acts, such as DPRK.")
    action: Text = Field(description="One of its actions, or `hold` for none.")
    channel: Text = Field("", description="With `hold`: the channel, if the state has several.")
    note: Text = NOTE

    def channel_in(self, cast: Cast) -> str:
        """Return the channel of this act; empty if it cannot be told from the states."""
        if self.action in cast.actions:
            return cast.actions[self.action][1].channel
        if self.channel or self.state not in cast.codes:
            return self.channel
        open_to_hold = [c.id for c in cast[self.state].channel if c.hold]
        return open_to_hold[0] if len(open_to_hold) == 1 else ""


class Branch(Table):
    """Alternative to this scenario: the same up to its first date, then with these changes and acts."""

    name: Text = Field(min_length=1, description="Name of the branch.")
    changes: Annotated[tuple[Change, ...], BOUNDED_LIST] = Field(
        (), description="Changes that only this branch has."
    )
    acts: Annotated[tuple[ForcedAct, ...], BOUNDED_LIST] = Field(
        (), description="Acts that only this branch has."
    )


class Compared(Settings):
    """Policy that is held against this scenario: other settings, or another scenario.

    Settings hold throughout, as with `with_levers`; `changes` come on top.
    """

    name: Text = Field(min_length=1, description="Name of the policy.")
    scenario: Text = Field("", description="A shipped scenario that it changes; none: this one.")
    changes: Annotated[tuple[Change, ...], BOUNDED_LIST] = Field(
        (), description="Dated changes that only this policy has."
    )

    def settings(self) -> dict[str, float]:
        """Return the settings of this policy, by name."""
        return _settings_of(self)


class Played(Table):
    """Game: the states that a person plays, the run, and the number of weeks already decided.

    The acts of these states are that person's choices; the model makes all others.
    """

    states: Annotated[tuple[Text, ...], BOUNDED_LIST] = Field(description="Codes of the states.")
    seed: Whole = Field(0, ge=0, le=2**63 - 1, description="Random seed.")
    run: Whole = Field(0, ge=0, le=2**40 - 1, description="Number of the run, from 0.")
    weeks: Whole = Field(0, ge=0, le=MAX_WEEKS, description="Weeks that are decided.")


@translate_fields("note")
class LectureSeed(Table):
    """Run worth showing in a lecture, found by search and named for what it shows."""

    id: Text = Field(description="What it shows, such as near-miss.")
    seed: Whole = Field(ge=0, le=2**63 - 1, description="Random seed.")
    run: Whole = Field(ge=0, le=2**40 - 1, description="Number of the run, from 0.")
    note: Text = NOTE


class StartConditions(_Conditions):
    """Conditions that differ from the named start."""

    threat_perception: Annotated[dict[str, Share], AfterValidator(FrozenDict)] = Field(
        {}, validate_default=True, description="Of each state, by its code."
    )
