"""Define the content of a state's file: its role, its perceptions, its actions and their weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from scenario_sim.data import enums
from scenario_sim.data.parameters import PARAMETERS, Parameter
from scenario_sim.language import translate_fields

HOLD = "hold"


@translate_fields("words", "opposite")
@dataclass(frozen=True)
class Term:
    """Consideration in a sum: coefficient times quantity, with words for either sign.

    Attributes
    ----------
    words : str
        What is so where the term adds to its sum; for a term with one sign, what is so.
    coefficient, quantity : str
        Names of both.
    opposite : str
        What is so where the term takes away; empty for a term with one sign.
    """

    words: str
    coefficient: str
    quantity: str
    opposite: str = ""

    @property
    def all_words(self) -> str:
        """Return the words for both signs: `a device ready to test / no device ready to test`."""
        return f"{self.words} / {self.opposite}" if self.opposite else self.words

    def words_for(self, value: float) -> str:
        """Return the words that are true where the term has this value."""
        return self.opposite if self.opposite and value < 0 else self.words


WeightedSum = tuple[Term, ...]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _read_terms(rows: Any) -> Any:
    """Read terms from rows of `[words, coefficient, quantity]`, with `opposite` as a fourth text."""
    if not isinstance(rows, list):
        raise ValueError("is a list of [words, coefficient, quantity, opposite]")
    for row in rows:
        if not (
            isinstance(row, list) and len(row) in (3, 4) and all(isinstance(x, str) for x in row)
        ):
            raise ValueError(
                "a term is [words, coefficient, quantity], with the words for a value below zero "
                f"as a fourth text where it can fall below; not {row!r}"
            )
    return tuple(Term(*row) for row in rows)


Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Terms = Annotated[tuple[Term, ...], BeforeValidator(_read_terms)]


class Threat(_Row):
    """Threat perception of a state. `shocks` are [coefficient, signal]: events that stay in mind."""

    usual: float = Field(ge=0, le=1, description="The level to which it returns.")
    terms: Terms = Field(description="What it is made of.")
    shocks: tuple[tuple[str, str], ...] = Field(
        (), description="Events that stay in mind: [coefficient, signal]."
    )


@translate_fields("name")
class Appraisal(_Row):
    """Judgement that a state makes anew each week; its utilities read it as `own_<id>`."""

    id: Name = Field(description="Utilities read it as `own_<id>`.")
    name: str = Field(description="What is judged, in words.")
    terms: Terms = Field(description="What it is made of.")
    through: Literal["", "log_sigmoid"] = Field("", description="A function of the sum.")


class Channel(_Row):
    """Channel with one choice a week. `hold` names the random draw of doing nothing; votes have none."""

    id: enums.Channel = Field(description="Which channel.")
    hold: str = Field("", description="The random draw of doing nothing; votes have none.")


@translate_fields("sentence", "name")
class Form(_Row):
    """One of the things that an act may turn out to be, for stories; nothing else depends on it.

    `share` is its part among the forms of an action. `kinds` are the words of a record for it.
    """

    sentence: str = Field(description="What a log says of it, after the state's name.")
    share: float = Field(gt=0, description="Its part among the forms of the action.")
    name: str = Field("", description="What flew or happened, in words.")
    kinds: tuple[str, ...] = Field((), description="The words of a record for it.")


@translate_fields("name", "sentence", "closed")
class Action(_Row):
    """Action of a state: its kind, its utility and its effects.

    `sentence` tells it before it happened, and `forms` what it turned out to be.
    `closed` says what is so where the condition `only_if` does not hold.
    `towards` names the state that it is aimed at, for display only. Without it, or if that state
    is missing, an action is aimed at the challenger, and the challenger's at the leading ally.
    """

    id: Name = Field(description="Its name in files and tables.")
    name: str = Field(description="Its name in words.")
    channel: enums.Channel = Field(description="The channel in which it competes.")
    family: enums.Family = Field(description="What kind of act it is.")
    rung: enums.Rung = Field(description="Its place on the ladder of escalation.")
    polarity: Literal[-1, 0, 1] = Field(0, description="Conciliatory (1), hostile (-1) or neither.")
    sentence: str = Field(description="What a log says of it, after the state's name.")
    towards: str = Field("", description="The state at which it is aimed.")
    signals: tuple[str, ...] = Field((), description="Events by which others know it.")
    only_if: str = Field("", description="The condition without which it cannot be chosen.")
    closed: str = Field("", description="What is so where that condition does not hold, in words.")
    utility: Terms = Field(description="Why it is chosen.")
    moves: dict[str, str] = Field(
        {}, description="What it moves when it happens: name of the effect, and its coefficient."
    )
    forms: tuple[Form, ...] = Field((), description="What it may turn out to be, in a log.")


@translate_fields("words")
class Aim(_Row):
    """Aim of a person who plays a state: an outcome, and which way is better. The model reads none."""

    words: str = Field(description="The aim in words.")
    outcome: Name = Field(description="The outcome that measures it.")
    better: Literal["higher", "lower"] = Field(description="Which way is better.")


class _ParameterRow(_Row):
    name: Name = Field(description="Its name, which the terms of this file use.")
    default: Number = Field(description="Its value.")
    low: Number = Field(description="Lowest value that a scenario or a study may give it.")
    high: Number = Field(description="Highest value.")
    unit: str = Field(description="Its unit.")
    source: str = Field(description="The evidence, or `judgement`.")
    help: str = Field(description="What it weighs.")


@translate_fields("name")
class StateSpec(_Row):
    """State with its profile, perceptions and repertoire."""

    code: Annotated[str, Field(pattern="^[A-Za-z][A-Za-z0-9_]*$")] = Field(
        description="Its code in files and tables, such as DPRK."
    )
    name: str = Field(description="Its name in words.")
    order: int = Field(description="Its place among the states.")
    role: Literal["challenger", "leading_ally", "ally", "patron", "bystander"] = Field(
        description="Its part in the equations that name roles instead of states."
    )
    resources: tuple[str, ...] = Field((), description="State variables that are its own.")
    draw: str = Field(
        "", description="The random draw of its perception; without it, the code and `_perception`."
    )
    absorbs: tuple[str, ...] = Field((), description="Equations of the week that are its own.")
    threat: Threat | None = Field(None, description="Its threat perception, if it has one.")
    appraisal: tuple[Appraisal, ...] = Field((), description="What it judges anew each week.")
    channel: tuple[Channel, ...] = Field(description="The channels in which it chooses.")
    action: tuple[Action, ...] = Field(description="What it can do.")
    aims: tuple[Aim, ...] = Field((), description="Aims of a person who plays it.")
    parameter: tuple[_ParameterRow, ...] = Field((), description="Coefficients of its own terms.")

    @property
    def perception_draw(self) -> str:
        """Return the random draw of its perception."""
        return self.draw or f"{self.code.lower()}_perception"

    def choices(self) -> Iterator[tuple[Channel, tuple[Action, ...]]]:
        """Yield each channel with its actions."""
        for channel in self.channel:
            yield channel, tuple(a for a in self.action if a.channel == channel.id)


@dataclass(frozen=True)
class Alternative:
    """Alternative in a weekly choice: an action, or holding still (`action` is None).

    `code` is what a trajectory records: 0 for hold, else the position of the action in
    `Cast.actions`, from 1.
    """

    state: str
    channel: str
    code: int
    draw: str
    action: Action | None

    @property
    def id(self) -> str:
        """Return the identifier of the action, or `hold`."""
        return self.action.id if self.action else HOLD


@dataclass(frozen=True)
class Cast:
    """All states of a scenario, in order."""

    states: tuple[StateSpec, ...]
    digest: str = field(repr=False, default="")

    def __getitem__(self, code: str) -> StateSpec:
        for state in self.states:
            if state.code == code:
                return state
        raise KeyError(code)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the states, in order."""
        return tuple(state.code for state in self.states)

    @cached_property
    def perceivers(self) -> tuple[StateSpec, ...]:
        """Return the states that perceive a threat."""
        return tuple(state for state in self.states if state.threat)

    @cached_property
    def challenger(self) -> StateSpec:
        """Return the state that challenges the others: North Korea in the shipped files."""
        return next(state for state in self.states if state.role == "challenger")

    @cached_property
    def leading_ally(self) -> StateSpec:
        """Return the leading ally: the United States in the shipped files."""
        return next(state for state in self.states if state.role == "leading_ally")

    @cached_property
    def allies(self) -> tuple[StateSpec, ...]:
        """Return the allies that perceive a threat, the leading ally included."""
        return tuple(s for s in self.perceivers if s.role in ("leading_ally", "ally"))

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Return every alternative of a week, by state and channel, hold first."""
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
        """Return (state, channel) of every choice, in the order of `alternatives`."""
        return tuple(dict.fromkeys((row.state, row.channel) for row in self.alternatives))

    def alternatives_in(self, decision: tuple[str, str]) -> tuple[Alternative, ...]:
        """Return the alternatives of a state in one of its channels."""
        return tuple(alt for alt in self.alternatives if (alt.state, alt.channel) == decision)

    @cached_property
    def actions(self) -> dict[str, tuple[StateSpec, Action]]:
        """Return every action with its state, by identifier."""
        return {action.id: (state, action) for state in self.states for action in state.action}

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """Return the package's coefficients and those of the states' files, by name."""
        own = {p.name: Parameter(**p.model_dump()) for s in self.states for p in s.parameter}
        return PARAMETERS | own

    @cached_property
    def new_draws(self) -> tuple[str, ...]:
        """Return draws of choices that `enums.DRAWS` lacks, the package's own first; they follow after it."""
        added = enums.ADDED_CHOICE_DRAWS
        known = {*enums.DRAWS, *added}
        return added + tuple(row.draw for row in self.alternatives if row.draw not in known)

    @cached_property
    def new_perceptions(self) -> tuple[str, ...]:
        """Return draws of perceptions that `enums.DRAWS` lacks, in the order of the states."""
        draws = (state.perception_draw for state in self.perceivers)
        return tuple(draw for draw in draws if draw not in enums.PERCEPTION_DRAWS)
