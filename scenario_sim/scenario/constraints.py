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
    no_such_name,
)
from scenario_sim.language import localise_weekday, translate, translate_constants
from scenario_sim.scenario import dates
from scenario_sim.scenario.fields import ScenarioFields
from scenario_sim.scenario.reactions import Trigger
from scenario_sim.scenario.tables import DATED, ForcedAct

TWICE = "{name} stands twice; choose another"
TOO_LATE = (
    "{date} is too late; the last possible date is {last}",
    "{date} is too late; the last possible date is {last}, when the last week begins",
)
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
        yield Problem.at(
            ("game", "states"), translate('is empty; name a state, as in states = ["ROK"]')
        )
    for number, code in enumerate(game.states):
        place = ("game", "states", number)
        if code not in cast.codes:
            yield _unknown(place, "state", code, cast.codes)
        elif code in game.states[:number]:
            yield Problem.at(
                place, translate("{code} stands twice; name it once").format(code=code)
            )
        elif code in scenario.replay:
            text = translate(
                "{code} is replayed from the record and cannot be played too: drop one of the two"
            ).format(code=code)
            yield Problem.at(place, text)
    if not dates_known:
        return
    if game.weeks > scenario.weeks:
        text = translate("takes at most {most}, the length of the scenario, not {weeks}").format(
            most=scenario.weeks, weeks=game.weeks
        )
        yield Problem.at(("game", "weeks"), text)
        return
    ahead = scenario.start + timedelta(weeks=game.weeks)
    for number, act in enumerate(scenario.acts):
        if act.state in game.states and act.date >= ahead:
            text = translate(
                "{day} is not decided yet; the weeks of the game are decided to {ahead}"
            ).format(day=act.date, ahead=ahead)
            yield Problem.at(("acts", number, "date"), text)


def _check_branches(scenario: ScenarioFields, cast: Cast, dates_known: bool) -> Iterator[Problem]:
    """Check the entries of each branch as if they were entries of the scenario."""
    names: set[str] = set()
    for number, branch in enumerate(scenario.branches):
        if branch.name in names:
            text = translate(TWICE).format(name=format_value(branch.name))
            yield Problem.at(("branches", number, "name"), text)
        names.add(branch.name)
        if not branch.changes and not branch.acts:
            yield Problem.at(
                ("branches", number), translate("changes nothing; give it changes or acts")
            )
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
            text = translate(TWICE).format(name=format_value(one.name))
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
            text = translate(
                "sets nothing; name a lever and its new value, as in `exercise_scale = 0.2`"
            )
            yield Problem.at(("reactions", number), text)


def _check_start(scenario: ScenarioFields) -> Iterator[Problem]:
    monday = dates.nearest_monday(scenario.start)
    if monday != scenario.start:
        day = localise_weekday(scenario.start)
        text = translate(
            "{start} is a {day}; weeks begin on Mondays: {monday} is the nearest"
        ).format(start=scenario.start, day=day, monday=monday)
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
                ("changes", number),
                translate("sets nothing; name a lever and its new value, or drop it"),
            )
        for name in settings:
            if (change.date, name) in pairs:
                text = translate("is set twice on {date}; keep one of the two changes").format(
                    date=change.date
                )
                yield Problem.at(("changes", number, name), text)
            pairs.add((change.date, name))


def _check_ids(key: str, entries: Iterable[Any], ids: set[str]) -> Iterator[Problem]:
    for number, entry in enumerate(entries):
        if entry.id and entry.id in ids:
            yield Problem.at(
                (key, number, "id"),
                translate(TWICE).format(name=format_value(entry.id)),
            )
        ids.add(entry.id)


def _check_dates(scenario: ScenarioFields) -> Iterator[Problem]:
    """Check that dated entries lie within the scenario and in order of date."""
    for dated in DATED:
        last = scenario.last_day(dated)
        before = scenario.start
        for number, entry in enumerate(getattr(scenario, dated)):
            place = (dated, number, "date")
            if entry.date < scenario.start:
                text = translate("{date} is before the scenario; it starts on {start}").format(
                    date=entry.date, start=scenario.start
                )
                yield Problem.at(place, text)
            elif entry.date > last:
                text = translate(TOO_LATE[dated == "changes"]).format(date=entry.date, last=last)
                yield Problem.at(place, text)
            elif entry.date < before:
                text = translate(
                    "{date} comes after {before}; {dated} go in order of date: move it up"
                ).format(date=entry.date, before=before, dated=dated)
                yield Problem.at(place, text)
            else:
                before = entry.date


def _check_replay(scenario: ScenarioFields) -> Iterator[Problem]:
    """Check that a replay ends on a Monday within a scenario that replays a state."""
    until, place = scenario.replay_until, ("replay_until",)
    if until is None:
        return
    if not scenario.replay:
        text = translate(
            'ends a replay, but no state is replayed; name some, as in replay = ["DPRK"]'
        )
        yield Problem.at(place, text)
    if not scenario.start < until < scenario.end:
        text = translate("{until} is not within the scenario, from {start} to {end}").format(
            until=until, start=scenario.start, end=scenario.end
        )
        yield Problem.at(place, text)
    # Only now: a date outside the scenario may be 9999-12-31, after which there is no Monday.
    elif until != (monday := dates.nearest_monday(until)):
        yield Problem.at(
            place,
            translate("{until} is a {day}; takes a Monday: {monday} is the nearest").format(
                until=until, day=localise_weekday(until), monday=monday
            ),
        )


def _check_shocks(scenario: ScenarioFields) -> Iterator[Problem]:
    for number, shock in enumerate(scenario.shocks):
        place = ("shocks", number)
        if shock.condition in SETTINGS:
            text = translate(
                "`{condition}` is a lever or a circumstance; [[changes]] set it"
            ).format(condition=shock.condition)
            yield Problem.at((*place, "condition"), text)
            continue
        if shock.condition != THREAT and shock.condition not in INITIAL_CONDITIONS:
            known = (*INITIAL_CONDITIONS, THREAT)
            yield _unknown((*place, "condition"), "condition", shock.condition, known)
            continue
        if shock.condition == THREAT:
            width = 1.0
            if not shock.state:
                yield Problem.at(
                    (*place, "state"),
                    translate("is missing: whose `{condition}`?").format(condition=THREAT),
                )
        else:
            width = (
                INITIAL_CONDITIONS[shock.condition].high - INITIAL_CONDITIONS[shock.condition].low
            )
            if shock.state:
                text = translate("`{condition}` belongs to no state; leave the state out").format(
                    condition=shock.condition
                )
                yield Problem.at((*place, "state"), text)
        yield from _check_whole((*place, "amount"), shock.condition, shock.amount)
        if not 0 < abs(shock.amount) <= width:
            limits = format_range(-width, width) if width < math.inf else ""
            text = translate("takes a number{limits}, other than 0, not {value}").format(
                limits=limits, value=format_value(shock.amount)
            )
            yield Problem.at((*place, "amount"), text)


def _check_whole(place: Place, name: str, value: float) -> Iterator[Problem]:
    if (
        name in INITIAL_CONDITIONS
        and INITIAL_CONDITIONS[name].unit in WHOLE_UNITS
        and value != int(value)
    ):
        yield Problem.at(
            place, translate("takes a whole number, not {value}").format(value=format_value(value))
        )


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
            text = translate("takes a number{limits}, not {value}").format(
                limits=limits, value=format_value(value)
            )
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
                text = translate(
                    "{state} has its {channel} act of the week of {monday} already, in acts[{number}]; "
                    "keep one of the two"
                ).format(state=state, channel=channel, monday=monday, number=first_act[decision])
                yield Problem.at(("acts", number), text)
            first_act.setdefault(decision, number)


def _act_problem(place: Place, act: ForcedAct, cast: Cast) -> Problem | None:
    """Return the first problem with the state, action and channel of an act."""
    if act.state not in cast.codes:
        return _unknown((*place, "state"), "state", act.state, cast.codes)
    own = {action.id: action for action in cast[act.state].action}
    if act.action != HOLD and act.action in cast.actions and act.action not in own:
        doer = cast.actions[act.action][0].code
        return Problem.at(
            (*place, "action"),
            translate("`{action}` is an act of {doer}").format(action=act.action, doer=doer),
        )
    if act.action != HOLD and act.action not in own:
        return _unknown((*place, "action"), "action", act.action, (*own, HOLD), many=20)
    channels = {str(channel.id): channel for channel in cast[act.state].channel}
    if act.channel and act.channel not in channels:
        meant = did_you_mean(act.channel, channels)
        text = translate("{state} has no channel {name}{meant}").format(
            state=act.state, name=format_value(act.channel), meant=meant
        )
        return Problem.at((*place, "channel"), text)
    channel = act.channel_in(cast)
    if act.channel and act.channel != channel:
        text = translate("`{action}` is decided in {channel}, not in {other}; leave it out").format(
            action=act.action, channel=channel, other=act.channel
        )
        return Problem.at((*place, "channel"), text)
    if not channel:
        open_to_hold = ", ".join(c.id for c in channels.values() if c.hold)
        return Problem.at(
            (*place, "channel"),
            translate("is missing; say where to hold: {channels}").format(channels=open_to_hold),
        )
    if act.action == HOLD and not channels[channel].hold:
        votes = ", ".join(action.id for action in own.values() if action.channel == channel)
        return Problem.at(
            (*place, "action"),
            translate("a vote has no `hold`; there are: {votes}").format(votes=votes),
        )
    return None


def _without_threat(place: Place, code: str, cast: Cast, feeling: list[str]) -> Problem:
    if code in cast.codes:
        return Problem.at(
            place,
            translate("{state} feels no threat here; there are: {states}").format(
                state=code, states=", ".join(feeling)
            ),
        )
    return _unknown(place, "state", code, feeling)


def _unknown(place: Place, kind: str, name: str, known: Iterable[str], many: int = 12) -> Problem:
    return Problem.at(place, no_such_name(kind, name, known, many))


translate_constants(__name__, "TWICE", "TOO_LATE")
