"""Define the fields of a scenario and the queries that the model makes on them."""

from __future__ import annotations

import hashlib
import json
import operator
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, Field, PrivateAttr

from scenario_sim.bounds import (
    MAX_ACTS,
    MAX_BRANCHES,
    MAX_COMPARED,
    MAX_ENTRIES,
    MAX_REACTIONS,
    MAX_WEEKS,
)
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.pathways import PATHWAYS, cut_values
from scenario_sim.data.plugins import NO_PLUGINS, Plugins
from scenario_sim.data.states import (
    MECHANISMS,
    Cast,
    load_cast,
    load_starts,
    remove_mechanisms,
)
from scenario_sim.data.variables import INITIAL_CONDITIONS
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.language import translate, translate_fields
from scenario_sim.scenario import dates
from scenario_sim.scenario.reactions import structure_text
from scenario_sim.scenario.tables import (
    BOUNDED_LIST,
    GROUP_OF,
    Branch,
    Change,
    Circumstances,
    Compared,
    Day,
    ForcedAct,
    FrozenDict,
    Hypotheses,
    LectureSeed,
    Levers,
    Number,
    Played,
    Reaction,
    Shock,
    StartConditions,
    Table,
    Text,
    Whole,
)

PLUGINS = "plugins"  # under which `as_dict` keeps them
FIRST_START, LAST_START = date(1950, 1, 1), date(2100, 12, 31)


@translate_fields("title", "question", "teaches", "sources")
class ScenarioFields(Table):
    """Fields of a scenario. Every field but the title has a default."""

    name: Text = Field("", description="Short name; the default is that of the file.")
    number: Text = Field("", description="Its place in lists, such as S5.")
    title: Text = Field(min_length=1, description="Its heading.")
    question: Text = Field("", description="What it asks, in one sentence.")
    teaches: Text = Field("", description="What a class can learn from it.")
    sources: Annotated[tuple[Text, ...], BOUNDED_LIST] = Field(
        (), description="What its settings rest on."
    )
    start: Day = Field(
        date(2026, 9, 7), ge=FIRST_START, le=LAST_START, description="A Monday: week 0 begins."
    )
    weeks: Whole = Field(104, ge=1, le=MAX_WEEKS, description="How many weeks it lasts.")
    begins: Text = Field("2026-09", description="The named start whose conditions hold.")
    states: Text | None = Field(None, description="A folder of states' files; none: the six.")
    replay: tuple[Text, ...] = Field(
        (), max_length=MAX_ENTRIES, description="States whose recorded acts are forced."
    )
    replay_until: Day | None = Field(
        None,
        description="The first day that is free again, and whose drills are not known ahead; none: "
        "the record is followed to its end.",
    )
    without: tuple[Text, ...] = Field(
        (),
        max_length=MAX_ENTRIES,
        description=f"Mechanisms that this world lacks ({', '.join(MECHANISMS)}), or pathways by name.",
    )
    conditions: StartConditions = Field(
        StartConditions(), description="State variables that differ from the named start."
    )
    levers: Levers = Field(Levers(), description="Policy levers at the start.")
    hypotheses: Hypotheses = Field(Hypotheses(), description="What experts dispute.")
    circumstances: Circumstances = Field(
        Circumstances(), description="Exogenous conditions, which no policy sets."
    )
    parameters: Annotated[dict[str, Number], AfterValidator(FrozenDict)] = Field(
        {}, validate_default=True, description="Coefficients of the rules, within their bounds."
    )
    changes: Annotated[tuple[Change, ...], BOUNDED_LIST] = Field(
        (), description="Dated changes of levers, hypotheses and circumstances."
    )
    reactions: tuple[Reaction, ...] = Field(
        (), max_length=MAX_REACTIONS, description="Changes that follow from what happens."
    )
    shocks: Annotated[tuple[Shock, ...], BOUNDED_LIST] = Field(
        (), description="Dated events that move one state variable once."
    )
    acts: tuple[ForcedAct, ...] = Field(
        (), max_length=MAX_ACTS, description="Acts that happen instead of a state's own choice."
    )
    lecture_seeds: Annotated[tuple[LectureSeed, ...], BOUNDED_LIST] = Field(
        (), description="Runs worth showing in a lecture."
    )
    branches: tuple[Branch, ...] = Field(
        (), max_length=MAX_BRANCHES, description="Worlds that leave this one, by name."
    )
    compared: tuple[Compared, ...] = Field(
        (), max_length=MAX_COMPARED, description="Policies that are held against this one, by name."
    )
    game: Played | None = Field(None, description="Who is played here by a person, and how far.")
    # No field, so that no file and no link can bring plug-ins; a factory, as a default is copied.
    _plugins: Plugins = PrivateAttr(default_factory=lambda: NO_PLUGINS)

    @property
    def plugins(self) -> Plugins:
        """Return the plug-ins that measure its runs."""
        return self._plugins

    def as_dict(self) -> dict[str, Any]:
        """Return plain data that `Scenario.model_validate` turns into an equal scenario.

        Defaults are left out. Dates are `date` objects; ISO text is accepted as well. Plug-ins are
        kept as an object, which no file or link can hold.
        """
        data = self.model_dump(exclude_defaults=True, exclude_none=True)
        return data | ({PLUGINS: self._plugins} if self._plugins.items else {})

    # --- queries of the model ---

    @cached_property
    def cast(self) -> Cast:
        """Return the states, read once, without the mechanisms that are switched off."""
        cast = load_cast(self.states)
        mechanisms = [name for name in self.without if name not in PATHWAYS]
        return remove_mechanisms(cast, mechanisms) if mechanisms else cast

    @property
    def played(self) -> tuple[str, ...]:
        """Return the codes of the states that a person plays; none if this is no game."""
        return self.game.states if self.game else ()

    @property
    def end(self) -> date:
        """Return the first day after the last week."""
        return self.start + timedelta(weeks=self.weeks)

    @property
    def replay_end(self) -> date:
        """Return the first day on which no state follows the record any more."""
        return min(self.end, self.replay_until or self.end)

    def last_day(self, dated: str) -> date:
        """Return the last day on which an entry of `changes`, `shocks` or `acts` has an effect.

        A change acts on the next Monday, so its last day is six days earlier.
        """
        return self.end - timedelta(days=7 if dated == "changes" else 1)

    def settings(self) -> dict[str, float]:
        """Return every lever, hypothesis and circumstance at the start, by name."""
        return {n: getattr(getattr(self, group), n) for n, group in GROUP_OF.items()}

    def steps(self) -> dict[str, list[tuple[int, float]]]:
        """Return every setting over time, by name: (first week, value) for each new value."""
        steps = {name: [(0, value)] for name, value in self.settings().items()}
        for change in self.changes:
            week = dates.first_week_from(self.start, change.date)
            for name, value in change.settings().items():
                path = steps[name]
                if path[-1][0] == week:
                    path.pop()
                if not path or path[-1][1] != value:
                    path.append((week, value))
        held = cut_values(self.without).settings if self.without else {}
        return steps | {name: [(0, value)] for name, value in held.items()}

    def decision(self, act: ForcedAct) -> tuple[int, str, str]:
        """Return (week, state, channel) of a forced act."""
        return dates.week_of(self.start, act.date), act.state, act.channel_in(self.cast)

    def start_conditions(self) -> dict[str, float]:
        """Return every condition and memory at the start, by name; 0 if it is not given."""
        start = load_starts(self.states)[self.begins]
        own = self.conditions.model_dump(exclude_none=True)
        return {n: float(own.get(n, start.get(n, 0.0))) for n in INITIAL_CONDITIONS}

    def start_threats(self) -> dict[str, float]:
        """Return the threat perception at the start, 0..1, of each state that has one."""
        start = load_starts(self.states)[self.begins].get("threat_perception", {})
        given = start | self.conditions.threat_perception
        return {
            s.code: float(given.get(s.code, s.threat.usual))
            for s in self.cast.perceivers
            if s.threat
        }

    # --- identity ---

    def canonical(self) -> dict[str, Any]:
        """Return everything that affects the dynamics, and nothing else, in canonical form.

        Defaults are left out because they belong to the engine (`model/version.py`). So a new lever
        does not change the hash of any scenario.
        """
        defaults = {name: p.default for name, p in self.cast.parameters.items()}
        usual = {name: [(0, lever.default)] for name, lever in SETTINGS.items()}
        states, lacks = load_cast(self.states), sorted(set(self.without) - PATHWAYS.keys())
        cut = cut_values(self.without).coefficients if self.without else {}
        return (
            {
                "start": self.start.isoformat(),
                "weeks": self.weeks,
                "states": "shipped" if states.states == load_cast().states else states.digest,
                "conditions": self.start_conditions(),
                "threat_perception": self.start_threats(),
                "settings": {n: path for n, path in self.steps().items() if path != usual[n]},
                "parameters": {n: v for n, v in self.parameters.items() if v != defaults[n]},
                "replay": sorted(set(self.replay)),
                **({"replay_until": self.replay_until.isoformat()} if self.replay_until else {}),
                "shocks": sorted(  # shocks to one condition keep their order: bounds cut each of them
                    (
                        [dates.week_of(self.start, s.date), s.condition, s.state, s.amount]
                        for s in self.shocks
                    ),
                    key=lambda row: row[:3],
                ),
                "acts": sorted([*self.decision(act), act.action] for act in self.acts),
            }
            | ({"without": lacks} if lacks else {})
            | ({"reactions": reactions} if (reactions := self._reactions_as_data()) else {})
            | ({"cut": cut} if cut else {})
        )

    def _reactions_as_data(self) -> list[list[Any]]:
        triggers = ((r.trigger, r) for r in self.reactions)
        return [[t.variable, t.comparison, t.level, r.weeks, r.settings()] for t, r in triggers]

    @cached_property
    def program_digest(self) -> str:
        """Return a digest of what decides the program: states, reactions, and own arithmetic."""
        own = self._plugins.program_text if self._plugins.items else ""
        if not self.reactions and not own:
            return self.cast.digest
        text = f"{self.cast.digest}\n{structure_text(self.reactions)}" + (f"\n{own}" if own else "")
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def hash(self) -> str:
        """Return the SHA-256 of `canonical`; scenarios with equal hashes give equal runs."""
        text = json.dumps(self.canonical(), sort_keys=True, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def __hash__(self) -> int:
        return int(self.hash[:15], 16)

    def monday(self, week: int) -> date:
        """Return the first day of a week. Raises ScenarioError if there is no such week."""
        try:
            if 0 <= operator.index(week) < self.weeks:
                return dates.week_start(self.start, week)
        except TypeError:
            pass
        text = translate("takes a whole number from {low} to {high}, not {value}").format(
            low=0, high=self.weeks - 1, value=repr(week)
        )
        raise ScenarioError([Problem("week", text)])
