"""A scenario: the frozen description of a world, and what must hold of it.

The same object is the file, the shared link, the app's state and the batch input. It never
changes; `with_levers` and `with_change` give a new one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any, Self

import numpy as np
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    model_validator,
)

from scenario_sim import calendar, record
from scenario_sim.conditions import STARTABLE
from scenario_sim.errors import Problem, ScenarioError, StatesError, UnknownName, did_you_mean
from scenario_sim.parameters import CIRCUMSTANCES, HYPOTHESES, LEVERS, SETTINGS
from scenario_sim.states import HOLD, Cast, load_cast, load_starts

MOST_WEEKS = 1040  # twenty years
DEFAULT_START = "2026-09"
GROUPS = {"levers": LEVERS, "hypotheses": HYPOTHESES, "circumstances": CIRCUMSTANCES}
GROUP_OF = {lever.name: group for group, levers in GROUPS.items() for lever in levers}


def _is_date(value: Any) -> Any:
    """A date, or text that reads as one; not a number, which pydantic would take for seconds."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("is not a date; write it as 2026-09-07") from None
    if type(value) is not date:
        raise ValueError("is not a date; write it as 2026-09-07, without quotes or a time")
    return value


Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Day = Annotated[date, BeforeValidator(_is_date)]
Text = Annotated[str, Field(strict=True, max_length=4000)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)


def _setting(lever, default: bool) -> tuple[Any, Any]:
    """A lever as a field of the schema: its range, and its help as the description."""
    kind = Number if default else Number | None
    limits = Field(
        lever.default if default else None, ge=lever.low, le=lever.high, description=lever.help
    )
    return kind, limits


def _group(title: str, levers) -> type[_Frozen]:
    fields = {lever.name: _setting(lever, default=True) for lever in levers}
    return create_model(title, __base__=_Frozen, **fields)


Levers = _group("Levers", LEVERS)
Hypotheses = _group("Hypotheses", HYPOTHESES)
Circumstances = _group("Circumstances", CIRCUMSTANCES)


class _Dated(_Frozen):
    id: Text = ""
    date: Day
    note: Text = ""


class _ChangeBase(_Dated):
    def settings(self) -> dict[str, float]:
        """What this change sets."""
        return {n: v for n in SETTINGS if (v := getattr(self, n)) is not None}


Change: type[_ChangeBase] = create_model(
    "Change",
    __base__=_ChangeBase,
    __doc__="New values of levers, hypotheses or circumstances from a date on.",
    **{lever.name: _setting(lever, default=False) for lever in SETTINGS.values()},
)


class Shock(_Dated):
    """A dated event nobody chose: it moves one condition once, within its bounds."""

    condition: Text
    amount: Number
    state: Text = ""


class ForcedAct(_Dated):
    """An act that happens whatever the state would have chosen. `hold` removes an act; it needs
    the channel where the state holds more than one."""

    state: Text
    action: Text
    channel: Text = ""


class LectureSeed(_Frozen):
    """A run worth showing: found by search, named for what it shows."""

    id: Text
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63)]
    run: Annotated[int, Field(strict=True, ge=0, lt=2**40)]
    note: Text = ""


class StartConditions(
    create_model(
        "StartConditions",
        __base__=_Frozen,
        **{
            q.name: (
                Number | None,
                Field(None, ge=q.low, description=q.meaning)
                if q.high == float("inf")
                else Field(None, ge=q.low, le=q.high, description=q.meaning),
            )
            for q in STARTABLE.values()
        },
    )
):
    """What differs from the named start."""

    threat_perception: dict[str, Annotated[Number, Field(ge=0, le=1)]] = {}


class Scenario(_Frozen):
    """A world before it runs. Every field has a default but the title."""

    name: Text = ""
    number: Text = ""
    title: Text
    question: Text = ""
    teaches: Text = ""
    sources: tuple[Text, ...] = ()
    start: Day = date(2026, 9, 7)
    weeks: Annotated[int, Field(strict=True, ge=1, le=MOST_WEEKS)] = 104
    begins: Text = DEFAULT_START
    states: Text | None = None
    replay: tuple[Text, ...] = ()
    conditions: StartConditions = StartConditions()
    levers: Levers = Levers()
    hypotheses: Hypotheses = Hypotheses()
    circumstances: Circumstances = Circumstances()
    parameters: dict[str, Number] = {}
    changes: tuple[Change, ...] = ()
    shocks: tuple[Shock, ...] = ()
    acts: tuple[ForcedAct, ...] = ()
    lecture_seeds: tuple[LectureSeed, ...] = ()

    @model_validator(mode="wrap")
    @classmethod
    def _every_problem_at_once(cls, data: Any, handler: Any) -> Self:
        try:
            scenario, problems = handler(data), []
        except ValidationError as error:
            problems = [_cure(e, data) for e in error.errors()]
            try:  # what is left may hold further problems: name them in the same message
                scenario = handler(_without(data, [e["loc"] for e in error.errors()]))
            except ValidationError:
                scenario = None
        if scenario is not None:
            problems += _impossible(scenario)
        if problems:
            raise ScenarioError(problems)
        return scenario

    # --- new scenarios from old ---

    def as_dict(self) -> dict[str, Any]:
        """Plain data that builds this scenario again; defaults left out."""
        return self.model_dump(exclude_defaults=True, exclude_none=True)

    def with_levers(self, **settings: float) -> Scenario:
        """The same with these settings throughout; their later changes are dropped."""
        data = self.as_dict()
        for name, value in settings.items():
            data.setdefault(_group_of(name), {})[name] = value
        kept = [{n: v for n, v in c.items() if n not in settings} for c in data.get("changes", ())]
        data["changes"] = [change for change in kept if change.keys() & SETTINGS.keys()]
        return Scenario.model_validate(data)

    def with_change(
        self, *, week: int | None = None, date: date | None = None, **settings: float
    ) -> Scenario:
        """The same with one more change, from a week (counted from 0) or a date on."""
        if (week is None) == (date is None):
            raise ScenarioError([Problem("with_change", "give either a week or a date")])
        for name in settings:
            _group_of(name)
        data = self.as_dict()
        day = date if date is not None else self.start + timedelta(weeks=week)
        data["changes"] = [*data.get("changes", ()), {"date": day, **settings}]
        return Scenario.model_validate(data)

    def with_act(self, *, week: int, state: str, action: str, channel: str = "") -> Scenario:
        """The same with one act forced; `hold` takes an act away."""
        data = self.as_dict()
        act = {"date": self.start + timedelta(weeks=week), "state": state, "action": action}
        data["acts"] = [*data.get("acts", ()), act | ({"channel": channel} if channel else {})]
        return Scenario.model_validate(data)

    def with_weeks(self, weeks: int) -> Scenario:
        """The same world, shorter or longer; what is dated after the new end is dropped."""
        data = self.as_dict() | {"weeks": weeks}
        end = self.start + timedelta(weeks=max(int(weeks), 1))
        for dated in ("changes", "shocks", "acts"):
            data[dated] = [entry for entry in data.get(dated, ()) if entry["date"] < end]
        return Scenario.model_validate(data)

    # --- what the model asks ---

    @cached_property
    def cast(self) -> Cast:
        return load_cast(self.states)

    @property
    def end(self) -> date:
        """The first day after the last week."""
        return self.start + timedelta(weeks=self.weeks)

    def settings(self) -> dict[str, float]:
        """Every lever, hypothesis and circumstance at the start, by name."""
        return {n: getattr(getattr(self, GROUP_OF[n]), n) for n in SETTINGS}

    def schedule(self) -> dict[str, np.ndarray]:
        """Every setting over the weeks: (weeks,) each."""
        values = {name: np.full(self.weeks, value) for name, value in self.settings().items()}
        for change in sorted(self.changes, key=lambda c: c.date):
            first = calendar.first_week_from(self.start, change.date)
            for name, value in change.settings().items():
                values[name][first:] = value
        return values

    def start_conditions(self) -> dict[str, float]:
        """Every condition and memory at the start; 0 where nothing is said."""
        named = load_starts()[self.begins]
        own = self.conditions.model_dump(exclude_none=True)
        return {n: float(own.get(n, named.get(n, 0.0))) for n in STARTABLE}

    def start_threats(self) -> dict[str, float]:
        """Threat perception at the start of each state that feels one."""
        named = load_starts()[self.begins].get("threat_perception", {})
        said = named | self.conditions.threat_perception
        return {s.code: float(said.get(s.code, s.threat.usual)) for s in self.cast.perceivers}

    def forced(self) -> Iterator[tuple[int, str, str, str]]:
        """(week, state, channel, action) of every forced act: the record's, then the scenario's."""
        if self.replay:
            held = calendar.held(self.start, self.weeks)
            for act in record.acts(self.start, self.end, self.replay):
                week = calendar.week_of(self.start, act.date)
                yield week, act.state, self.cast.actions[act.action][1].channel, act.action
            drillers = [s for s, a in self.cast.actions.values() if "joint_exercise" in a.signals]
            for state in drillers:
                if state.code in self.replay:
                    for week in np.flatnonzero(held < 0):
                        yield int(week), state.code, "exercise", HOLD
        for act in self.acts:
            week = calendar.week_of(self.start, act.date)
            yield week, act.state, _channel_of(act, self.cast), act.action

    def canonical(self) -> dict[str, Any]:
        """All that moves the dynamics and nothing else, defaults written out."""
        dated = {
            kind: [e.model_dump(exclude_none=True, exclude={"id", "note"}) for e in entries]
            for kind, entries in (("shocks", self.shocks), ("acts", self.acts))
        }
        changes = sorted((c.date.isoformat(), sorted(c.settings().items())) for c in self.changes)
        return {
            "start": self.start,
            "weeks": self.weeks,
            "conditions": self.start_conditions(),
            "threat_perception": self.start_threats(),
            "settings": self.settings(),
            "parameters": self.parameters,
            "changes": changes,
            "replay": sorted(self.replay),
            "states": self.cast.digest if self.states else "shipped",
            **dated,
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 of what moves the dynamics: equal hashes, equal worlds."""
        text = json.dumps(self.canonical(), sort_keys=True, default=str, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _group_of(name: str) -> str:
    if name not in GROUP_OF:
        raise UnknownName("lever, hypothesis or circumstance", name, GROUP_OF)
    return GROUP_OF[name]


def _channel_of(act: ForcedAct, cast: Cast) -> str:
    if act.action != HOLD:
        return cast.actions[act.action][1].channel
    return act.channel or cast[act.state].channel[0].id


# --- what is wrong, and the cure ----------------------------------------------------------------------


def _without(data: Any, locations: list[tuple]) -> Any:
    """The data less the keys that were wrong, to look at the rest."""
    if not isinstance(data, dict):
        return data
    copy = json.loads(json.dumps(data, default=str)) if not _plain(data) else _deep(data)
    for location in sorted(locations, key=lambda loc: [str(x) for x in loc], reverse=True):
        parent: Any = copy
        for key in location[:-1]:
            if isinstance(parent, dict) and key in parent:
                parent = parent[key]
            elif isinstance(parent, list) and isinstance(key, int) and key < len(parent):
                parent = parent[key]
            else:
                break
        else:
            last = location[-1] if location else None
            if isinstance(parent, dict):
                parent.pop(last, None)
    copy.setdefault("title", "untitled")
    return copy


def _plain(value: Any) -> bool:
    return True


def _deep(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _deep(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_deep(item) for item in value]
    return value
