"""Turns of a game: begin, choose, let the model decide, undo, and open a saved game."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scenario_sim.errors import Problem, ScenarioError, did_you_mean, format_value, no_such_name
from scenario_sim.language import translate, translate_count
from scenario_sim.scenario import Scenario, dates
from scenario_sim.scenario.game_file import sort_acts_for_file
from scenario_sim.teaching.game import messages
from scenario_sim.teaching.game.game import Choice, Decision, Game, list_choices


def begin_game(scenario: Scenario, states: Sequence[str], seed: int = 0, run: int = 0) -> Game:
    """Return a game before its first week.

    A played state follows neither the record nor acts that the scenario forces on it. Choices for
    other states in an earlier game of this scenario stay forced.

    Parameters
    ----------
    scenario : Scenario
        Scenario to play.
    states : sequence of str
        Codes of the played states, in any case.
    seed, run : int
        Random seed, and number of the run.

    Raises
    ------
    ScenarioError
        For states, seeds and runs that do not exist.
    """
    known = {code.lower(): code for code in scenario.cast.codes}
    problems = [
        Problem(
            "states",
            no_such_name("state", name, known.values()),
        )
        for name in states
        if name.lower() not in known
    ]
    if not states:
        problems.append(
            Problem(
                "states",
                translate("name the states to play: {states}").format(
                    states=", ".join(known.values())
                ),
            )
        )
    if problems:
        raise ScenarioError(problems, messages.NO_GAME)
    named = {known[name.lower()] for name in states}
    played = tuple(code for code in scenario.cast.codes if code in named)
    data = scenario.as_dict() | {
        "acts": [act.model_dump() for act in scenario.acts if act.state not in played],
        "replay": tuple(code for code in scenario.replay if code not in played),
        "game": {"states": played, "seed": seed, "run": run},
        **dict.fromkeys(("branches", "lecture_seeds"), ()),
    }
    if not data["replay"]:
        data.pop("replay_until", None)
    return Game(Scenario.model_validate(data))


def open_saved_game(scenario: Scenario) -> Game:
    """Return the game that a scenario holds.

    Raises
    ------
    ScenarioError
        If it holds none, or a choice that the model could not make in its week.
    """
    game = Game(scenario)
    problems = []
    for (week, state, channel), action in sorted(game.chosen.items()):
        alternative = next(
            alt for alt in scenario.cast.alternatives_in((state, channel)) if alt.id == action
        )
        if week < game.week and (reason := game.now.decisions.why_closed(week, alternative)):
            day = dates.week_start(scenario.start, week)
            name = alternative.action.name if alternative.action else action
            text = messages.SAVED_CLOSED.format(day=day, state=state, name=name, reason=reason)
            problems.append(Problem("game", text))
    if problems:
        raise ScenarioError(problems, messages.NO_GAME)
    return game


def choose(game: Game, picks: Mapping[Decision, str]) -> Game:
    """Return the game after the choices of a week.

    Parameters
    ----------
    game : Game
        The game before the week's choices.
    picks : mapping of (state, channel) to str
        Chosen actions by id, or `hold`; the model decides in every other channel.

    Raises
    ------
    ScenarioError
        With every choice that is not possible.
    """
    _not_over(game)
    known = {choice.decision: choice for choice in list_choices(game)}
    problems = [p for decision, action in picks.items() if (p := _wrong(decision, action, known))]
    if problems:
        raise ScenarioError(problems, messages.NO_CHOICE)
    day = dates.week_start(game.scenario.start, game.week)
    chosen = [
        {"date": day, "state": state, "channel": channel, "action": action}
        for (state, channel), action in picks.items()
    ]
    return _at(game, game.week + 1, [*(act.model_dump() for act in game.scenario.acts), *chosen])


def let_model_decide(game: Game, weeks: int = 1) -> Game:
    """Return the game after weeks in which the model decides for the played states as well.

    A direct confrontation ends the game earlier. Raises ScenarioError for less than one week, or
    after the end.
    """
    _not_over(game)
    if weeks < 1:
        raise ScenarioError([Problem("weeks", f"takes a whole number from 1 on, not {weeks}")])
    acts = [act.model_dump() for act in game.scenario.acts]
    later = _at(game, min(game.week + weeks, game.scenario.weeks), acts)
    return later if later.ended is None else _at(game, later.ended + 1, acts)


def undo(game: Game, week: int | None = None) -> Game:
    """Return the game before the choices of an earlier week, by default the last played one.

    Choices from that week on are removed. Raises ScenarioError for a week not decided yet.
    """
    if week is None:
        week = game.week - 1 if game.ended is None else game.ended
    if not 0 <= week < game.week:
        decided = (
            f"takes a week from 0 to {game.week - 1}" if game.week else "nothing is decided yet"
        )
        raise ScenarioError([Problem("week", f"{decided}, not {week}")], "there is nothing to undo")
    later = {decision for decision in game.chosen if decision[0] >= week}
    acts = [a.model_dump() for a in game.scenario.acts if game.scenario.decision(a) not in later]
    return _at(game, week, acts)


def _at(game: Game, week: int, acts: list[dict]) -> Game:
    data = game.scenario.as_dict() | {
        "acts": sorted(acts, key=lambda act: act["date"]),
        "game": game.table.model_dump() | {"weeks": week},
    }
    return Game(sort_acts_for_file(Scenario.model_validate(data)))


def _not_over(game: Game) -> None:
    if game.over:
        text = translate_count(
            "the only week is decided; undo it to choose again",
            "all {n} weeks are decided; undo one to choose again",
            game.scenario.weeks,
        )
        if game.ended is not None:
            text = messages.ENDED_BY.format(week=game.ended + 1)
        raise ScenarioError([Problem("week", text)], messages.NO_CHOICE)


def _wrong(decision: Decision, action: str, known: Mapping[Decision, Choice]) -> Problem | None:
    where = ".".join(decision)
    if decision not in known:
        channels = (".".join(one) for one in known)
        return Problem(
            where,
            translate("is no channel that is played{meant}").format(
                meant=did_you_mean(where, channels, 20)
            ),
        )
    choice = known[decision]
    if choice.settled:
        return Problem(where, choice.settled)
    possible = [option.action for option in choice.options]
    for closed in choice.closed:
        if action == closed.action:
            return Problem(where, messages.CLOSED.format(name=closed.name, reason=closed.reason))
    if action not in possible:
        meant = did_you_mean(action, possible, 20)
        return Problem(
            where,
            translate("{action} is not possible this week{meant}").format(
                action=format_value(action), meant=meant
            ),
        )
    return None
