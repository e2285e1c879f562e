"""Define a scenario: the immutable description of what is simulated.

The same object is the file, the shared link, the app's state and the batch input. Methods such as
`with_levers`, `with_change`, `with_act` and `with_weeks` return a new scenario. `tables.py` defines
its tables, `constraints.py` the rules that hold between them, `validate.py` the error messages.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import ValidationError, ValidationInfo, model_validator

from scenario_sim.data.parameters import SETTINGS, Theory
from scenario_sim.data.plugins import Plugins
from scenario_sim.errors import Problem, ScenarioError, UnknownNameError
from scenario_sim.scenario import dates
from scenario_sim.scenario.fields import PLUGINS, ScenarioFields
from scenario_sim.scenario.tables import (
    DATED,
    GROUP_OF,
    Branch,
    Compared,
    ForcedAct,
)
from scenario_sim.scenario.validate import validate_scenario


class Scenario(ScenarioFields):
    """Immutable, validated description of what is simulated.

    Examples
    --------
    >>> scenario = Scenario(title="A short example", weeks=4)
    >>> scenario.with_levers(hotline=0.8).levers.hotline
    0.8
    >>> scenario.with_change(week=2, exercise_scale=0).steps()["exercise_scale"]
    [(0, 0.8), (2, 0.0)]
    """

    @model_validator(mode="wrap")
    @classmethod
    def _every_problem_at_once(cls, data: Any, handler: Any, info: ValidationInfo) -> Scenario:
        plugins = data.get(PLUGINS) if isinstance(data, dict) else None
        if not isinstance(plugins, Plugins):
            return validate_scenario(data, handler, cls, (info.context or {}).get("unsure", ()))
        rest = {key: value for key, value in data.items() if key != PLUGINS}
        return cls.model_validate(rest).with_plugins(plugins)

    # --- modified copies ---

    def with_levers(self, **settings: float) -> Scenario:
        """Return a copy with these settings throughout; their later changes are dropped.

        Raises
        ------
        UnknownNameError
            There is no such lever, hypothesis or circumstance.
        ScenarioError
            A value is out of range.
        """
        data = self.as_dict()
        for name, value in settings.items():
            data.setdefault(_group_of(name), {})[name] = value
        data["changes"] = _without_settings(data.get("changes", ()), settings)
        return Scenario.model_validate(data)

    def with_parameters(self, **coefficients: float) -> Scenario:
        """Return a copy with these coefficients of the equations. Raises ScenarioError."""
        data = self.as_dict()
        return Scenario.model_validate(
            data | {"parameters": {**data.get("parameters", {}), **coefficients}}
        )

    def with_theory(self, theory: Theory) -> Scenario:
        """Return a copy with the hypotheses and coefficients of a theory."""
        return self.with_levers(**theory.settings).with_parameters(**theory.parameters)

    def with_plugins(self, plugins: Plugins) -> Scenario:
        """Return a copy whose runs these plug-ins measure too: `load_plugins("mine.toml")`.

        They replace earlier ones. Its hash and its runs stay the same.
        """
        copy = self.model_copy()
        copy._plugins = plugins
        for cached in ("program_digest",):
            copy.__dict__.pop(cached, None)
        return copy

    def with_mechanisms_off(self, *names: str) -> Scenario:
        """Return a copy without these mechanisms (`states.MECHANISMS`). Raises ScenarioError."""
        return Scenario.model_validate(self.as_dict() | {"without": (*self.without, *names)})

    def with_change(
        self, *, week: int | None = None, date: date | str | None = None, **settings: float
    ) -> Scenario:
        """Return a copy with one more change; it replaces earlier values of the same date.

        Parameters
        ----------
        week : int, optional
            First week of the change, 0 .. weeks-1. Give either a week or a date.
        date : date or str, optional
            The change acts from the first week that begins on or after this date.
        **settings : float
            New values of levers, hypotheses or circumstances.

        Raises
        ------
        UnknownNameError
            There is no such lever, hypothesis or circumstance.
        ScenarioError
            The date or a value is out of range.
        """
        if (week is None) == (date is None):
            raise ScenarioError([Problem("with_change", "give either a week or a date")])
        day = self.monday(week) if week is not None else date
        return self.with_changes([(day, settings)])  # type: ignore[list-item]  # one of the two is

    def with_changes(self, changes: Iterable[tuple[date | str, dict[str, float]]]) -> Scenario:
        """Return a copy with several more changes, each a date and its settings.

        All of them are validated together, once. Raises as `with_change` does.
        """
        data = self.as_dict()
        entries = list(data.get("changes", ()))
        for day, settings in changes:
            for name in settings:
                _group_of(name)
            entries = _sorted_by_date(
                [*_without_settings(entries, settings, day), {"date": day, **settings}]
            )
        return Scenario.model_validate(data | {"changes": entries})

    def with_act(self, *, week: int, state: str, action: str, channel: str = "") -> Scenario:
        """Return a copy with one forced act.

        It replaces a forced act of the same week, state and channel.

        Parameters
        ----------
        week : int
            Week of the act, 0 .. weeks-1.
        state : str
            Code of the state, such as "DPRK".
        action : str
            Identifier of the action; `hold` prevents any act in the channel.
        channel : str, optional
            Only needed for `hold`, if the state has several channels.

        Raises
        ------
        ScenarioError
            There is no such week, state, action or channel.
        """
        act = {"date": self.monday(week), "state": state, "action": action, "channel": channel}
        return self.with_acts([act])

    def with_acts(self, acts: Iterable[dict[str, Any]]) -> Scenario:
        """Return a copy with several forced acts, each a mapping with date, state and action.

        All of them are validated together, once. Raises as `with_act` does.
        """
        entries = list(acts)
        try:
            new_acts = [ForcedAct.model_validate(entry) for entry in entries]
        except ValidationError:  # this raises ScenarioError, which lists every problem
            return Scenario.model_validate(self.as_dict() | {"acts": entries})
        forced = {self.decision(act): act for act in new_acts}  # the last act of a decision counts
        others = [a for a in self.acts if self.decision(a) not in forced]
        ordered = _sorted_by_date(act.model_dump() for act in (*others, *forced.values()))
        return Scenario.model_validate(self.as_dict() | {"acts": ordered})

    def with_weeks(self, weeks: int) -> Scenario:
        """Return a copy of another length; entries dated after the new end are dropped.

        Raises ScenarioError for an impossible length.
        """
        none = dict.fromkeys(("replay_until", "game"))
        data = (
            self.as_dict()
            | {"weeks": weeks, "branches": (), "compared": ()}
            | dict.fromkeys(DATED, ())
            | none
        )
        bare = Scenario.model_validate(data)  # raises for an impossible length; has the new end
        if self.replay_until and self.replay_until < bare.end:
            data["replay_until"] = self.replay_until
        if self.game:
            played = min(self.game.weeks, weeks)
            data["game"] = self.game.model_dump() | {"weeks": played}
        entries = {d: [e for e in getattr(self, d) if e.date <= bare.last_day(d)] for d in DATED}
        branches = [
            cut.model_dump(exclude_defaults=True)
            for branch in self.branches
            if (cut := _shortened(branch, bare)).changes or cut.acts
        ]
        compared = [
            _shortened(one, bare).model_dump(exclude_defaults=True, exclude_none=True)
            for one in self.compared
        ]
        own = {"branches": branches, "compared": compared}
        return Scenario.model_validate(data | entries | own)

    def branch(self, name: str) -> Scenario:
        """Return the scenario of one of its branches. Raises UnknownNameError."""
        branches = {branch.name: branch for branch in self.branches}
        if name not in branches:
            raise UnknownNameError("branch", name, branches)
        scenario = self.model_copy(update={"branches": ()})
        scenario = scenario.with_changes((c.date, c.settings()) for c in branches[name].changes)
        return scenario.with_acts(
            {"date": self.monday(dates.week_of(self.start, act.date))}
            | act.model_dump(include={"state", "action", "channel"})
            for act in branches[name].acts
        )


def _group_of(name: str) -> str:
    if name not in GROUP_OF:
        raise UnknownNameError("lever, hypothesis or circumstance", name, GROUP_OF)
    return GROUP_OF[name]


def _without_settings(
    changes: Iterable[dict[str, Any]], names: Iterable[str], day: Any = None
) -> list[dict[str, Any]]:
    """Return changes without these settings, on one day only if `day` is given.

    A change that then sets nothing is dropped.
    """
    rest = [
        {n: v for n, v in change.items() if n not in names}
        if day is None or str(change["date"]) == str(day)
        else change
        for change in changes
    ]
    return [change for change in rest if change.keys() & SETTINGS.keys()]


def _shortened[T: (Branch, Compared)](alternative: T, shorter: Scenario) -> T:
    """Return a branch or policy without its entries after the end of a shorter scenario."""
    entries = {
        dated: tuple(e for e in getattr(alternative, dated) if e.date <= shorter.last_day(dated))
        for dated in ("changes", "acts")
        if hasattr(alternative, dated)
    }
    return alternative.model_copy(update=entries)


def _sorted_by_date(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: str(entry["date"]))
