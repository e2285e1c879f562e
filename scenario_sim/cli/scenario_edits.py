"""Edits of a scenario that --weeks, --set, --change and --act ask for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from scenario_sim.cli.options import OptionsError
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import Problem, ScenarioError, UnknownNameError, format_range, format_value
from scenario_sim.scenario.dates import week_of

if TYPE_CHECKING:
    from scenario_sim.scenario import Scenario


@dataclass(frozen=True)
class ScenarioEdits:
    """Edits in the order in which they apply; dated ones keep their option's text for errors.

    Attributes
    ----------
    weeks : int or None
        Length of the scenario; None keeps its own.
    settings : dict of str to float
        Levers set for all weeks.
    changes : tuple of (option, date, lever, value)
        Levers changed from a date on.
    acts : tuple of (option, date, act)
        Forced acts: state, action and channel, where one is named.
    """

    weeks: int | None
    settings: dict[str, float]
    changes: tuple[tuple[str, date, str, float], ...]
    acts: tuple[tuple[str, date, dict[str, str]], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.settings or self.changes or self.acts)

    def apply_to(self, scenario: Scenario) -> Scenario:
        """Return the edited scenario. Raises OptionsError with every problem."""
        problems: list[Problem] = []
        edited = scenario
        if self.weeks is not None:
            edited = _try_edit(edited, lambda s: s.with_weeks(self.weeks), "--weeks", problems)
        edited = _try_edit(edited, lambda s: s.with_levers(**self.settings), "--set", problems)
        for text, day, lever, value in self.changes:
            more = {lever: value}
            edited = _try_edit(edited, lambda s: s.with_change(date=day, **more), text, problems)  # noqa: B023
        for text, day, act in self.acts:
            week = week_of(scenario.start, day)
            edited = _try_edit(edited, lambda s: s.with_act(week=week, **act), text, problems)  # noqa: B023
        if problems:
            raise OptionsError(problems, scenario.name or scenario.title)
        return edited


def parse_edits(
    weeks: int | None,
    settings: Sequence[str] | None,
    changes: Sequence[str] | None,
    acts: Sequence[str] | None = None,
) -> ScenarioEdits:
    """Parse --weeks, --set, --change and --act.

    Parameters
    ----------
    weeks : int, optional
        Length of the scenario.
    settings : sequence of str, optional
        Texts `LEVER=VALUE`.
    changes : sequence of str, optional
        Texts `DATE:LEVER=VALUE`.
    acts : sequence of str, optional
        Texts `DATE:STATE:ACTION` or `DATE:STATE:ACTION:CHANNEL`.

    Raises
    ------
    OptionsError
        With every problem in them.

    Examples
    --------
    >>> parse_edits(None, ["hotline=0.8"], None).settings
    {'hotline': 0.8}
    """
    problems: list[Problem] = []
    levers, dated = {}, []
    for text in settings or ():
        setting = _parse_setting(text, f"--set {text}", "hotline=0.8", problems)
        if setting:
            levers[setting[0]] = setting[1]
    for text in changes or ():
        option = f"--change {text}"
        day_text, colon, rest = text.partition(":")
        if not colon:
            cure = "takes DATE:LEVER=VALUE, as in 2027-03-01:hotline=0.8"
            problems.append(Problem(option, cure))
            continue
        day = _parse_day(day_text, option, problems)
        setting = _parse_setting(rest, option, "2027-03-01:hotline=0.8", problems)
        if day and setting:
            dated.append((option, day, *setting))
    forced = [act for text in acts or () if (act := _parse_act(text, f"--act {text}", problems))]
    if problems:
        raise OptionsError(problems)
    return ScenarioEdits(weeks, levers, tuple(dated), tuple(forced))


def _try_edit(scenario: Scenario, edit: Callable, option: str, problems: list[Problem]) -> Scenario:
    try:
        return edit(scenario)
    except ScenarioError as error:
        problems += [Problem(option, problem.text) for problem in error.problems]
        return scenario


def _parse_setting(
    text: str, option: str, example: str, problems: list[Problem]
) -> tuple[str, float] | None:
    """Parse `lever=value` and check both against the levers."""
    name, equals, written = (part.strip() for part in text.partition("="))
    if not equals:
        problems.append(Problem(option, f"takes a lever and its value, as in {example}"))
        return None
    if name not in SETTINGS:
        problems.append(Problem(option, str(UnknownNameError("lever", name, SETTINGS))))
        return None
    lever = SETTINGS[name]
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not lever.low <= value <= lever.high:
        given = written if math.isfinite(value) else format_value(written)
        limits = format_range(float(lever.low), float(lever.high))
        problems.append(Problem(option, f"{name} takes a number{limits}, not {given}"))
        return None
    return name, value


def _parse_act(
    text: str, option: str, problems: list[Problem]
) -> tuple[str, date, dict[str, str]] | None:
    """Parse `date:state:action` or `date:state:action:channel`."""
    day_text, *words = text.split(":")
    if len(words) not in (2, 3) or not all(words):
        cure = "takes DATE:STATE:ACTION or DATE:STATE:ACTION:CHANNEL"
        problems.append(Problem(option, f"{cure}, as in 2027-03-01:DPRK:icbm_test"))
        return None
    day = _parse_day(day_text, option, problems)
    act = dict(zip(("state", "action", "channel"), words, strict=False))
    return (option, day, act) if day else None


def _parse_day(text: str, option: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        problems.append(Problem(option, f"takes a date such as 2027-03-01, not {text.strip()!r}"))
        return None
