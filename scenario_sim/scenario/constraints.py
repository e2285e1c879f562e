"""Check the constraints between the parts of a scenario, beyond the range of each value.

Every function yields a Problem, with its cure, for each constraint that is violated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.pathways import PATHWAYS
from scenario_sim.data.states import HOLD, MECHANISMS, Cast, load_starts
from scenario_sim.data.variables import INITIAL_CONDITIONS
from scenario_sim.errors import (
    Place,
    Problem,
    StatesError,
    did_you_mean,
    format_range,
    format_value,
)
from scenario_sim.scenario import dates
from scenario_sim.scenario.fields import ScenarioFields
from scenario_sim.scenario.reactions import Trigger
from scenario_sim.scenario.tables import DATED, ForcedAct

THREAT = "threat_perception"  # the only condition that each state has for itself
WHOLE_UNITS = ("stage", "0/1", "code")  # units of conditions that take whole numbers only


def find_constraint_violations(
    scenario: ScenarioFields, unsure: frozenset[str] = frozenset()
) -> Iterator[Problem]:
    """Yield every problem of a well-formed scenario.

    unsure: top-level keys whose true values are unknown; checks that depend on them are skipped.
    """
    dates_known = not unsure & {"start", "weeks"}
    yield from _check_start(scenario)
    yield from _check_entries(scenario)
    if dates_known:
        yield from _check_dates(scenario)
        yield from _check_replay(scenario)
    yield from _check_shocks(scenario)
    yield from _check_reactions(scenario)
    known = {**MECHANISMS, **PATHWAYS}
    unknown = [(number, name) for number, name in enumerate(scenario.without) if name not in known]
    for number, name in unknown:
        yield _unknown(("without", number), "mechanism", name, known)
    if unknown:
        return
    try:
        cast = scenario.cast
    except (StatesError, OSError) as error:
        texts = error.problems if isinstance(error, StatesError) else [error]
        yield from (Problem.at(("states",), str(text)) for text in texts)
        return
    if "states" not in unsure:
        yield from _check_names(scenario, cast)
        yield from _check_acts(scenario, cast, dates_known)
        yield from _check_branches(scenario, cast, dates_known)
        yield from _check_compared(scenario, dates_known)
        yield from _check_game(scenario, cast, dates_known)


def _check_game(scenario: ScenarioFields, cast: Cast, dates_known: bool) -> Iterator[Problem]:
    """Check that the played states exist and that the game is no longer than the scenario."""
    game = scenario.game
    if game is None:
        return
    if not game.states:
        yield Problem.at(("game", "states"), 'is empty; name a state, as in states = ["ROK"]')
    for number, code in enumerate(game.states):
        place = ("game", "states", number)
        if code not in cast.codes:
            yield _unknown(place, "state", code, cast.codes)
        elif code in game.states[:number]:
            yield Problem.at(place, f"{code} stands twice; name it once")
        elif code in scenario.replay:
            text = (
                f"{code} is replayed from the record and cannot be played too: drop one of the two"
            )
            yield Problem.at(place, text)
    if not dates_known:
        return
    if game.weeks > scenario.weeks:
        text = f"takes at most {scenario.weeks}, the length of the scenario, not {game.weeks}"
        yield Problem.at(("game", "weeks"), text)
        return
    ahead = scenario.start + timedelta(weeks=game.weeks)
    for number, act in enumerate(scenario.acts):
        if act.state in game.states and act.date >= ahead:
            text = f"{act.date} is not decided yet: {game.weeks} weeks of the game are, to {ahead}"
            yield Problem.at(("acts", number, "date"), text)


def _check_branches(scenario: ScenarioFields, cast: Cast, dates_known: bool) -> Iterator[Problem]:
    """Check the entries of each branch as if they were entries of the scenario."""
    names: set[str] = set()
    for number, branch in enumerate(scenario.branches):
        if branch.name in names:
            text = f"{format_value(branch.name)} stands twice; choose another"
            yield Problem.at(("branches", number, "name"), text)
        names.add(branch.name)
        if not branch.changes and not branch.acts:
            yield Problem.at(("branches", number), "changes nothing; give it changes or acts")
        alone = {"changes": branch.changes, "acts": branch.acts, "shocks": (), "lecture_seeds": ()}
        alternative = scenario.model_copy(update=alone)
        for problem in chain(
            _check_entries(alternative),
            _check_dates(alternative) if dates_known else (),
            _check_acts(alternative, cast, dates_known),
        ):
            yield Problem.at(("branches", number, *problem.place), problem.text)


def _check_compared(scenario: ScenarioFields, dates_known: bool) -> Iterator[Problem]:
    """Check names and changes of the policies that are held against this one."""
    names: set[str] = set()
    for number, one in enumerate(scenario.compared):
        if one.name in names:
            text = f"{format_value(one.name)} stands twice; choose another"
            yield Problem.at(("compared", number, "name"), text)
        names.add(one.name)
        alone = {"changes": one.changes, "acts": (), "shocks": (), "lecture_seeds": ()}
        policy = scenario.model_copy(update=alone)
        is_dated = dates_known and not one.scenario  # another scenario has an end of its own
        for problem in chain(_check_entries(policy), _check_dates(policy) if is_dated else ()):
            yield Problem.at(("compared", number, *problem.place), problem.text)


def _check_reactions(scenario: ScenarioFields) -> Iterator[Problem]:
    """Check that each reaction reads a known state variable and moves something."""
    ids: set[str] = set()
    yield from _check_ids("reactions", scenario.reactions, ids)
    for number, reaction in enumerate(scenario.reactions):
        try:
            Trigger.parse(reaction.when)
        except ValueError as error:
            yield Problem.at(("reactions", number, "when"), str(error))
        if not reaction.settings():
            text = "sets nothing; name a lever and its new value, as in `exercise_scale = 0.2`"
            yield Problem.at(("reactions", number), text)


def _check_start(scenario: ScenarioFields) -> Iterator[Problem]:
    monday = dates.nearest_monday(scenario.start)
    if monday != scenario.start:
        day = f"{scenario.start:%A}"
        text = f"{scenario.start} is a {day}; weeks begin on Mondays: {monday} is the nearest"
        yield Problem.at(("start",), text)
    try:
        starts = load_starts(scenario.states)
    except (StatesError, OSError) as error:
        texts = error.problems if isinstance(error, StatesError) else [error]
        yield from (Problem.at(("states",), str(text)) for text in texts)
        return
    if scenario.begins not in starts:
        yield _unknown(("begins",), "start", scenario.begins, starts)
    for name, value in scenario.conditions.model_dump(exclude={THREAT}, exclude_none=True).items():
        yield from _check_whole(("conditions", name), name, value)


def _check_entries(scenario: ScenarioFields) -> Iterator[Problem]:
    """Check that ids are unique, and that no change is empty or sets a lever twice."""
    ids: set[str] = set()
    for dated in DATED:
        yield from _check_ids(dated, getattr(scenario, dated), ids)
    yield from _check_ids("lecture_seeds", scenario.lecture_seeds, set())
    pairs: set[tuple[Any, str]] = set()
    for number, change in enumerate(scenario.changes):
        settings = change.settings()
        if not settings:
            yield Problem.at(
                ("changes", number), "sets nothing; name a lever and its new value, or drop it"
            )
        for name in settings:
            if (change.date, name) in pairs:
                text = f"is set twice on {change.date}; keep one of the two changes"
                yield Problem.at(("changes", number, name), text)
            pairs.add((change.date, name))


def _check_ids(key: str, entries: Iterable[Any], ids: set[str]) -> Iterator[Problem]:
    for number, entry in enumerate(entries):
        if entry.id and entry.id in ids:
            yield Problem.at(
                (key, number, "id"), f"{format_value(entry.id)} stands twice; choose another"
            )
        ids.add(entry.id)


def _check_dates(scenario: ScenarioFields) -> Iterator[Problem]:
    """Check that dated entries lie within the scenario and in order of date."""
    for dated in DATED:
        last = scenario.last_day(dated)
        monday = ", when the last week begins" if dated == "changes" else ""
        before = scenario.start
        for number, entry in enumerate(getattr(scenario, dated)):
            place = (dated, number, "date")
            if entry.date < scenario.start:
                text = f"{entry.date} is before the scenario; it starts on {scenario.start}"
                yield Problem.at(place, text)
            elif entry.date > last:
                text = f"{entry.date} is too late; the last possible date is {last}{monday}"
                yield Problem.at(place, text)
            elif entry.date < before:
                text = f"{entry.date} comes after {before}; {dated} go in order of date: move it up"
                yield Problem.at(place, text)
            else:
                before = entry.date


def _check_replay(scenario: ScenarioFields) -> Iterator[Problem]:
    """Check that a replay ends on a Monday within a scenario that replays a state."""
    until, place = scenario.replay_until, ("replay_until",)
    if until is None:
        return
    if not scenario.replay:
        text = 'ends a replay, but no state is replayed; name some, as in replay = ["DPRK"]'
        yield Problem.at(place, text)
    if not scenario.start < until < scenario.end:
        text = f"{until} is not within the scenario, from {scenario.start} to {scenario.end}"
        yield Problem.at(place, text)
    # Only now: a date outside the scenario may be 9999-12-31, after which there is no Monday.
    elif until != (monday := dates.nearest_monday(until)):
        yield Problem.at(place, f"{until} is a {until:%A}; takes a Monday: {monday} is the nearest")


def _check_shocks(scenario: ScenarioFields) -> Iterator[Problem]:
    for number, shock in enumerate(scenario.shocks):
        place = ("shocks", number)
        if shock.condition in SETTINGS:
            text = f"`{shock.condition}` is a lever or a circumstance; [[changes]] set it"
            yield Problem.at((*place, "condition"), text)
            continue
        if shock.condition != THREAT and shock.condition not in INITIAL_CONDITIONS:
            known = (*INITIAL_CONDITIONS, THREAT)
            yield _unknown((*place, "condition"), "condition", shock.condition, known)
            continue
        if shock.condition == THREAT:
            width = 1.0
            if not shock.state:
                yield Problem.at((*place, "state"), f"is missing: whose `{THREAT}`?")
        else:
            width = (
                INITIAL_CONDITIONS[shock.condition].high - INITIAL_CONDITIONS[shock.condition].low
            )
            if shock.state:
                text = f"`{shock.condition}` belongs to no state; leave the state out"
                yield Problem.at((*place, "state"), text)
        yield from _check_whole((*place, "amount"), shock.condition, shock.amount)
        if not 0 < abs(shock.amount) <= width:
            limits = format_range(-width, width) if width < math.inf else ""
            text = f"takes a number{limits}, other than 0, not {format_value(shock.amount)}"
            yield Problem.at((*place, "amount"), text)


def _check_whole(place: Place, name: str, value: float) -> Iterator[Problem]:
    if (
        name in INITIAL_CONDITIONS
        and INITIAL_CONDITIONS[name].unit in WHOLE_UNITS
        and value != int(value)
    ):
        yield Problem.at(place, f"takes a whole number, not {format_value(value)}")


def _check_names(scenario: ScenarioFields, cast: Cast) -> Iterator[Problem]:
    """Check that states and coefficients exist, and that coefficients are within bounds."""
    for number, code in enumerate(scenario.replay):
        if code not in cast.codes:
            yield _unknown(("replay", number), "state", code, cast.codes)
    feeling = [state.code for state in cast.perceivers]
    for code in scenario.conditions.threat_perception:
        if code not in feeling:
            yield _without_threat(("conditions", THREAT, code), code, cast, feeling)
    for number, shock in enumerate(scenario.shocks):
        if shock.condition == THREAT and shock.state and shock.state not in feeling:
            yield _without_threat(("shocks", number, "state"), shock.state, cast, feeling)
    for name, value in scenario.parameters.items():
        parameter = cast.parameters.get(name)
        if parameter is None:
            yield _unknown(("parameters", name), "coefficient", name, cast.parameters)
        elif not parameter.low <= value <= parameter.high:
            limits = format_range(float(parameter.low), float(parameter.high))
            text = f"takes a number{limits}, not {format_value(value)}"
            yield Problem.at(("parameters", name), text)


def _check_acts(scenario: ScenarioFields, cast: Cast, dates_known: bool) -> Iterator[Problem]:
    first_act: dict[tuple[int, str, str], int] = {}
    for number, act in enumerate(scenario.acts):
        problem = _act_problem(("acts", number), act, cast)
        if problem:
            yield problem
        elif dates_known:
            week, state, channel = decision = scenario.decision(act)
            if decision in first_act:
                monday = scenario.start + timedelta(weeks=week)
                text = (
                    f"{state} has its {channel} act of the week of {monday} already, in "
                    f"acts[{first_act[decision]}]; keep one of the two"
                )
                yield Problem.at(("acts", number), text)
            first_act.setdefault(decision, number)


def _act_problem(place: Place, act: ForcedAct, cast: Cast) -> Problem | None:
    """Return the first problem with the state, action and channel of an act."""
    if act.state not in cast.codes:
        return _unknown((*place, "state"), "state", act.state, cast.codes)
    own = {action.id: action for action in cast[act.state].action}
    if act.action != HOLD and act.action in cast.actions and act.action not in own:
        doer = cast.actions[act.action][0].code
        return Problem.at((*place, "action"), f"`{act.action}` is an act of {doer}")
    if act.action != HOLD and act.action not in own:
        return _unknown((*place, "action"), "action", act.action, (*own, HOLD), many=20)
    channels = {str(channel.id): channel for channel in cast[act.state].channel}
    if act.channel and act.channel not in channels:
        return _unknown((*place, "channel"), f"{act.state} channel", act.channel, channels)
    channel = act.channel_in(cast)
    if act.channel and act.channel != channel:
        text = f"`{act.action}` is decided in {channel}, not in {act.channel}; leave it out"
        return Problem.at((*place, "channel"), text)
    if not channel:
        open_to_hold = ", ".join(c.id for c in channels.values() if c.hold)
        return Problem.at((*place, "channel"), f"is missing; say where to hold: {open_to_hold}")
    if act.action == HOLD and not channels[channel].hold:
        votes = ", ".join(action.id for action in own.values() if action.channel == channel)
        return Problem.at((*place, "action"), f"a vote has no `hold`; there are: {votes}")
    return None


def _without_threat(place: Place, code: str, cast: Cast, feeling: list[str]) -> Problem:
    if code in cast.codes:
        return Problem.at(place, f"{code} feels no threat here; there are: {', '.join(feeling)}")
    return _unknown(place, "state", code, feeling)


def _unknown(place: Place, kind: str, name: str, known: Iterable[str], many: int = 12) -> Problem:
    text = f"there is no {kind} {format_value(name)}{did_you_mean(name, known, many)}"
    return Problem.at(place, text)
