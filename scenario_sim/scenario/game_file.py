"""Pack the choices of a long game: one line of letters for each channel, one letter a week.

    [[game.choices]]
    state = "ROK"
    channel = "military"
    actions = ["hold", "live_fire"]  # a and b
    weeks = "a.b"                    # the model decides the second week

Six states make 8,840 choices in 520 weeks. Written as acts they take 770 kB, packed 20 kB, which
fits in a link. The file names the actions, so a game stays readable if the states' files change.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import date
from string import ascii_letters
from typing import Any

from scenario_sim.bounds import MAX_ACTS, MAX_WEEKS
from scenario_sim.errors import Problem, format_value
from scenario_sim.language import translate
from scenario_sim.scenario import dates
from scenario_sim.scenario.fields import FIRST_START, LAST_START
from scenario_sim.scenario.scenario import Scenario
from scenario_sim.scenario.tables import ForcedAct
from scenario_sim.toml_lines import LocatedValue, date_of, located_at

NOT_CHOSEN = "."


# --- writing -------------------------------------------------------------------------------------


def sort_acts_for_file(scenario: Scenario) -> Scenario:
    """Return the same game with the acts of each day in the order in which a file is read."""
    place = {decision: n for n, decision in enumerate(scenario.cast.channels)}

    def key(act: ForcedAct) -> tuple[date, int]:
        packed = _packable_week(scenario, act) is not None
        return act.date, place.get((act.state, act.channel), 0) if packed else -1

    return scenario.model_copy(update={"acts": tuple(sorted(scenario.acts, key=key))})


def pack_choices(scenario: Scenario) -> tuple[list[dict[str, Any]], list[ForcedAct]]:
    """Return the choices of a game by channel, and the acts that are written one by one.

    There are no choices if reading them would give the acts in another order.
    """
    columns: dict[tuple[str, str], dict[int, str]] = {}
    single_acts = []
    for act in scenario.acts:
        week = _packable_week(scenario, act)
        column = columns.setdefault((act.state, act.channel), {}) if week is not None else {}
        if week is None or week in column:
            single_acts.append(act)
        else:
            column[week] = act.action
    place = {decision: n for n, decision in enumerate(scenario.cast.channels)}
    choices = []
    for (state, channel), column in sorted(columns.items(), key=lambda c: place.get(c[0], 0)):
        actions = sorted(set(column.values()))
        if len(actions) > len(ascii_letters):
            return [], list(scenario.acts)
        letter = dict(zip(actions, ascii_letters, strict=False))
        letters = [letter.get(column.get(week, ""), NOT_CHOSEN) for week in range(max(column) + 1)]
        choices.append(
            {"state": state, "channel": channel, "actions": actions, "weeks": "".join(letters)}
        )
    again = [
        ForcedAct(**act) for choice in choices for act in _unpacked_acts(scenario.start, choice)
    ]
    if tuple(heapq.merge(single_acts, sorted(again, key=_date), key=_date)) != scenario.acts:
        return [], list(scenario.acts)
    return choices, single_acts


def _packable_week(scenario: Scenario, act: ForcedAct) -> int | None:
    """Return the week of an act that can be packed; None for an act with an id, a note and so on."""
    week = dates.week_of(scenario.start, act.date)
    plain = act.channel and not act.id and not act.note and act.state in scenario.played
    monday = dates.week_start(scenario.start, week)
    return week if plain and act.date == monday and 0 <= week < MAX_WEEKS else None


def _date(act: ForcedAct) -> date:
    return act.date


def _unpacked_acts(start: date, choice: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the acts that a packed channel stands for."""
    action = dict(zip(ascii_letters, choice["actions"], strict=False))
    for week, letter in enumerate(choice["weeks"]):
        if letter != NOT_CHOSEN:
            day = dates.week_start(start, week)
            channel = {"state": choice["state"], "channel": choice["channel"]}
            yield {"date": day, **channel, "action": action[letter]}


# --- reading -------------------------------------------------------------------------------------


def unpack_choices(table: LocatedValue, problems: list[Problem]) -> None:
    """Replace the packed choices of a game by acts, in the table of a scenario file."""
    game = table.value.get("game")
    choices = game.value.pop("choices", None) if game and isinstance(game.value, dict) else None
    if choices is None:
        return
    rows = choices.value if isinstance(choices.value, list) else [choices]
    wrong = [
        problem for number, row in enumerate(rows) if (problem := _choice_problem(number, row))
    ]
    if wrong:
        problems += wrong
        return
    plain = [(row, row.plain()) for row in rows]
    many = sum(len(c["weeks"]) - c["weeks"].count(NOT_CHOSEN) for _, c in plain)
    if many > MAX_ACTS:
        text = translate("holds {many:,} choices; {most:,} are the most").format(
            many=many, most=MAX_ACTS
        )
        problems.append(_problem_at(choices, ("game", "choices"), text))
        return
    start = _start_date(table)
    acts = table.value.get("acts")
    if start is None or (acts and not isinstance(acts.value, list)):
        return  # validation reports the start or the acts
    new_acts = [
        located_at(act, row.file, row.line)
        for row, choice in plain
        for act in _unpacked_acts(start, choice)
    ]
    new_acts.sort(key=date_of)
    both = list(heapq.merge(acts.value if acts else [], new_acts, key=date_of))
    table.value["acts"] = LocatedValue(both, choices.file, choices.line)


def _choice_problem(number: int, row: LocatedValue) -> Problem | None:
    """Return the first problem of the packed choices of a channel."""
    place = ("game", "choices", number)
    if not isinstance(row.value, dict):
        return _problem_at(
            row, place, translate("takes a table; each begins with [[game.choices]]")
        )
    choice = row.plain()
    if choice.keys() != {"state", "channel", "actions", "weeks"}:
        return _problem_at(
            row, place, translate("takes state, channel, actions and weeks, and nothing else")
        )
    for key in ("state", "channel"):
        if not isinstance(choice[key], str):
            return _problem_at(
                row,
                (*place, key),
                translate("takes text in quotes, not {value}").format(
                    value=format_value(choice[key])
                ),
            )
    actions, weeks = choice["actions"], choice["weeks"]
    if not isinstance(actions, list) or not all(isinstance(a, str) for a in actions):
        return _problem_at(
            row, (*place, "actions"), translate('takes a list of actions, as in ["hold"]')
        )
    letters = ascii_letters[: len(actions)]
    if not isinstance(weeks, str) or len(weeks) > MAX_WEEKS or set(weeks) - {*letters, NOT_CHOSEN}:
        text = translate(
            "takes one letter a week: {first} to {last} for the actions, . for none"
        ).format(first=letters[:1], last=letters[-1:])
        return _problem_at(row, (*place, "weeks"), text)
    return None


def _problem_at(at: LocatedValue, place: tuple[str | int, ...], text: str) -> Problem:
    problem = Problem.at(place, text)
    return Problem(problem.key, text, at.line, at.file, place)


def _start_date(table: LocatedValue) -> date | None:
    value = table.value.get("start")
    if value is None:
        default: date = Scenario.model_fields["start"].default
        return default
    try:
        day = date.fromisoformat(value.value) if isinstance(value.value, str) else value.value
    except ValueError:
        return None
    return day if type(day) is date and FIRST_START <= day <= LAST_START else None
