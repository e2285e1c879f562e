"""A scenario: the frozen description of a world.

The same object is the file, the shared link, the app's state and the batch input. It never
changes; `with_levers`, `with_change`, `with_act` and `with_weeks` give a new one. Its tables stand
in `schema.py`, what must hold of them together in `invariants.py`, what to say when it does not in
`cures.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import ValidationError, ValidationInfo, model_validator

from scenario_sim.data.parameters import SETTINGS, Theory
from scenario_sim.errors import Problem, ScenarioError, UnknownNameError
from scenario_sim.scenario import dates
from scenario_sim.scenario.fields import ScenarioFields
from scenario_sim.scenario.tables import (
    DATED,
    GROUP_OF,
    Branch,
    ForcedAct,
)
from scenario_sim.scenario.validate import validate_scenario


class Scenario(ScenarioFields):
    """A world before it runs: its fields, checked, and new scenarios made from it."""

    @model_validator(mode="wrap")
    @classmethod
    def _every_problem_at_once(cls, data: Any, handler: Any, info: ValidationInfo) -> Scenario:
        return validate_scenario(data, handler, cls, (info.context or {}).get("unsure", ()))

    # --- new scenarios from old ---

    def with_levers(self, **settings: float) -> Scenario:
        """The same with these settings throughout; their later changes are dropped.

        Raises UnknownName for a lever nobody knows, ScenarioError for a value out of range.
        """
        data = self.as_dict()
        for name, value in settings.items():
            data.setdefault(_group_of(name), {})[name] = value
        data["changes"] = _less(data.get("changes", ()), settings)
        return Scenario.model_validate(data)

    def with_parameters(self, **coefficients: float) -> Scenario:
        """The same with these coefficients of the rules. Raises ScenarioError."""
        data = self.as_dict()
        return Scenario.model_validate(
            data | {"parameters": {**data.get("parameters", {}), **coefficients}}
        )

    def with_theory(self, theory: Theory) -> Scenario:
        """Return this scenario as a theory sees it: its hypotheses and coefficients are replaced."""
        return self.with_levers(**theory.settings).with_parameters(**theory.parameters)

    def with_mechanisms_off(self, *names: str) -> Scenario:
        """The same less these mechanisms of the model (`states.MECHANISMS`). Raises ScenarioError."""
        return Scenario.model_validate(self.as_dict() | {"without": (*self.without, *names)})

    def with_change(
        self, *, week: int | None = None, date: date | str | None = None, **settings: float
    ) -> Scenario:
        """The same with one more change, from a week (0 .. weeks-1) or a date on. What it sets
        replaces what a change of that same date said.

        Raises UnknownName for a lever nobody knows, ScenarioError for the rest.
        """
        if (week is None) == (date is None):
            raise ScenarioError([Problem("with_change", "give either a week or a date")])
        day = self.monday(week) if week is not None else date
        return self.with_changes([(day, settings)])  # type: ignore[list-item]  # one of the two is

    def with_changes(self, changes: Iterable[tuple[date | str, dict[str, float]]]) -> Scenario:
        """Return the same with several more changes, each a date and what it sets.

        They are checked once, however many they are. Raises as `with_change` does.
        """
        data = self.as_dict()
        entries = list(data.get("changes", ()))
        for day, settings in changes:
            for name in settings:
                _group_of(name)
            entries = _in_order([*_less(entries, settings, day), {"date": day, **settings}])
        return Scenario.model_validate(data | {"changes": entries})

    def with_act(self, *, week: int, state: str, action: str, channel: str = "") -> Scenario:
        """The same with one act forced, in place of what was forced in that week and channel;
        `hold` takes an act away. Raises ScenarioError."""
        act = {"date": self.monday(week), "state": state, "action": action, "channel": channel}
        return self.with_acts([act])

    def with_acts(self, acts: Iterable[dict[str, Any]]) -> Scenario:
        """Return the same with several acts forced, each as `with_act` forces one.

        They are checked once, however many they are. Raises ScenarioError.
        """
        entries = list(acts)
        try:
            made = [ForcedAct.model_validate(entry) for entry in entries]
        except ValidationError:  # this raises too, in words of our own
            return Scenario.model_validate(self.as_dict() | {"acts": entries})
        forced = {self.decision(act): act for act in made}  # the last one of a decision counts
        others = [a for a in self.acts if self.decision(a) not in forced]
        ordered = _in_order(act.model_dump() for act in (*others, *forced.values()))
        return Scenario.model_validate(self.as_dict() | {"acts": ordered})

    def with_weeks(self, weeks: int) -> Scenario:
        """The same world, shorter or longer; what is dated after the new end is dropped."""
        none = dict.fromkeys(("replay_until", "game"))
        data = self.as_dict() | {"weeks": weeks, "branches": ()} | dict.fromkeys(DATED, ()) | none
        bare = Scenario.model_validate(data)  # refuses an impossible length; knows the new end
        if self.replay_until and self.replay_until < bare.end:
            data["replay_until"] = self.replay_until
        if self.game:
            played = min(self.game.weeks, weeks)
            data["game"] = self.game.model_dump() | {"weeks": played}
        kept = {d: [e for e in getattr(self, d) if e.date <= bare.last_day(d)] for d in DATED}
        branches = [
            cut.model_dump(exclude_defaults=True)
            for branch in self.branches
            if (cut := _cut(branch, bare)).changes or cut.acts
        ]
        return Scenario.model_validate(data | kept | {"branches": branches})

    def branch(self, name: str) -> Scenario:
        """The scenario of one of its branches. Raises UnknownName."""
        found = {branch.name: branch for branch in self.branches}
        if name not in found:
            raise UnknownNameError("branch", name, found)
        scenario = self.model_copy(update={"branches": ()})
        scenario = scenario.with_changes((c.date, c.settings()) for c in found[name].changes)
        return scenario.with_acts(
            {"date": self.monday(dates.week_of(self.start, act.date))}
            | act.model_dump(include={"state", "action", "channel"})
            for act in found[name].acts
        )


def _group_of(name: str) -> str:
    if name not in GROUP_OF:
        raise UnknownNameError("lever, hypothesis or circumstance", name, GROUP_OF)
    return GROUP_OF[name]


def _less(changes: Iterable[dict], names: Iterable[str], day: Any = None) -> list[dict]:
    """Changes less what they say of these settings (on one day only, where one is given); what
    then sets nothing is dropped."""
    kept = [
        {n: v for n, v in change.items() if n not in names}
        if day is None or str(change["date"]) == str(day)
        else change
        for change in changes
    ]
    return [change for change in kept if change.keys() & SETTINGS.keys()]


def _cut(branch: Branch, shorter: Scenario) -> Branch:
    """What of a branch falls into a shorter scenario."""
    kept = {
        dated: tuple(e for e in getattr(branch, dated) if e.date <= shorter.last_day(dated))
        for dated in ("changes", "acts")
    }
    return branch.model_copy(update=kept)


def _in_order(entries: Iterable[dict]) -> list[dict]:
    return sorted(entries, key=lambda entry: str(entry["date"]))
