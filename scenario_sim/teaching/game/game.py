"""State of a game: a person plays one or more states, the model decides for the others.

A game is a scenario. Its table `game` names the played states, the run and the week; every choice is
a forced act of a played state. A game thus runs, replays and is saved like any scenario, and undo
removes acts. Random draws are the same as without a player.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from scenario_sim.data.enums import Channel
from scenario_sim.data.states import HOLD, Alternative, Cast
from scenario_sim.errors import Problem, ScenarioError, did_you_mean, format_value
from scenario_sim.reporting.narrative import Reason
from scenario_sim.reporting.narrative.explanations import WeighedReasons, merge_weights
from scenario_sim.scenario import Scenario, dates
from scenario_sim.scenario.game_file import sort_acts_for_file
from scenario_sim.scenario.schedule import build_schedule
from scenario_sim.scenario.tables import Played
from scenario_sim.simulation.single_run import SingleRun, simulate_run
from scenario_sim.teaching.game import messages

Decision = tuple[str, str]  # (state, channel)


@dataclass(frozen=True)
class Game:
    """Game before a week's decisions. Raises ScenarioError for a scenario without a game."""

    scenario: Scenario

    def __post_init__(self) -> None:
        if self.scenario.game is None:
            text = "is missing: this scenario holds no game; begin one and name the states to play"
            raise ScenarioError([Problem("game", text)], messages.NO_GAME)

    @property
    def table(self) -> Played:
        assert self.scenario.game is not None
        return self.scenario.game

    @property
    def states(self) -> tuple[str, ...]:
        """Return the codes of the played states."""
        return self.table.states

    @property
    def week(self) -> int:
        """Return the week to decide, from 0; after the last week, the number of weeks."""
        return self.table.weeks

    @property
    def date(self) -> date:
        """Return the Monday of the week to decide."""
        return dates.week_start(self.scenario.start, self.week)

    @property
    def over(self) -> bool:
        return self.week >= self.scenario.weeks

    @cached_property
    def alone(self) -> Scenario:
        """Return the scenario without a player: the model decides for the played states."""
        others = [a.model_dump() for a in self.scenario.acts if a.state not in self.states]
        return Scenario.model_validate(self.scenario.as_dict() | {"acts": others, "game": None})

    @cached_property
    def now(self) -> SingleRun:
        """Return the run up to the week to decide."""
        scenario = self.scenario.with_weeks(min(self.week + 1, self.scenario.weeks))
        return simulate_run(scenario, self.table.seed, self.table.run)

    @cached_property
    def whole(self) -> SingleRun:
        """Return the whole run; from the week to decide on, the model decides everything."""
        return simulate_run(self.scenario, self.table.seed, self.table.run)

    @property
    def chosen(self) -> dict[tuple[int, str, str], str]:
        """Return the player's choices: action by (week, state, channel)."""
        own = (act for act in self.scenario.acts if act.state in self.states)
        return {self.scenario.decision(act): act.action for act in own}


@dataclass(frozen=True)
class Option(WeighedReasons):
    """Possible act of a state this week.

    Attributes
    ----------
    action, name, sentence : str
        Id, name and sentence of the act.
    rung : int or None
        Rung on the ladder; None for holding still.
    reasons : tuple of Reason
        Terms of its utility in logits, the strongest first; empty for holding still.
    """

    action: str
    name: str
    sentence: str
    rung: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Choice:
    """Channel of a played state this week.

    Attributes
    ----------
    state, channel : str
        Codes of both.
    options : tuple of Option
        Possible acts.
    settled : str
        Reason why there is nothing to choose; empty where there is.
    about : str
        Note on the choice.
    """

    state: str
    channel: str
    options: tuple[Option, ...]
    settled: str = ""
    about: str = ""

    @property
    def decision(self) -> Decision:
        return self.state, self.channel


# --- begin, go on, go back ------------------------------------------------------------------------


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
            "states", f"there is no state {format_value(name)}{did_you_mean(name, known.values())}"
        )
        for name in states
        if name.lower() not in known
    ]
    if not states:
        problems.append(Problem("states", f"name the states to play: {', '.join(known.values())}"))
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

    Raises ScenarioError for less than one week, or after the last week.
    """
    _not_over(game)
    if weeks < 1:
        raise ScenarioError([Problem("weeks", f"takes a whole number from 1 on, not {weeks}")])
    acts = [act.model_dump() for act in game.scenario.acts]
    return _at(game, min(game.week + weeks, game.scenario.weeks), acts)


def undo(game: Game, week: int | None = None) -> Game:
    """Return the game before the choices of an earlier week, by default the last decided one.

    Choices from that week on are removed. Raises ScenarioError for a week not decided yet.
    """
    week = game.week - 1 if week is None else week
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
        text = f"all {game.scenario.weeks} weeks are decided; undo one to choose again"
        raise ScenarioError([Problem("week", text)], messages.NO_CHOICE)


def _wrong(decision: Decision, action: str, known: Mapping[Decision, Choice]) -> Problem | None:
    where = ".".join(decision)
    if decision not in known:
        channels = (".".join(one) for one in known)
        return Problem(where, f"is no channel that is played{did_you_mean(where, channels, 20)}")
    choice = known[decision]
    if choice.settled:
        return Problem(where, choice.settled)
    possible = [option.action for option in choice.options]
    if action not in possible:
        meant = did_you_mean(action, possible, 20)
        return Problem(where, f"{format_value(action)} is not possible this week{meant}")
    return None


# --- possible choices -----------------------------------------------------------------------------


def list_choices(game: Game) -> tuple[Choice, ...]:
    """Return every channel of the played states this week; none after the last week."""
    if game.over:
        return ()
    cast = game.scenario.cast
    return tuple(
        _choice(game, cast, decision) for decision in cast.channels if decision[0] in game.states
    )


def _choice(game: Game, cast: Cast, decision: Decision) -> Choice:
    chances = game.now.decisions.chances(game.week, *decision)
    possible = [alt for alt in cast.alternatives_in(decision) if chances[alt.id] > 0]
    options = tuple(_option(game, alt) for alt in possible)
    if decision[1] == Channel.VOTE:
        if not _draft_possible(game, cast):
            return Choice(*decision, options, settled=messages.NO_DRAFT)
        return Choice(*decision, options, about=messages.VOTE_IF)
    if len(options) == 1:
        return Choice(*decision, options, messages.ONLY_ONE.format(action=options[0].name))
    return Choice(*decision, options)


def _option(game: Game, alternative: Alternative) -> Option:
    action = alternative.action
    if action is None:
        return Option(HOLD, messages.HOLD, messages.HOLD_ABOUT, None, ())
    reasons = merge_weights(game.now.decisions.weights(game.week, alternative))
    return Option(action.id, action.name, action.sentence, int(action.rung), reasons)


def _draft_possible(game: Game, cast: Cast) -> bool:
    """Return whether any state may table a draft this week; open cases are public."""
    forced: Collection[str] = build_schedule(game.scenario).forced.get(game.week, {}).values()
    return any(
        action.id in forced
        or game.now.decisions.chances(game.week, state.code, action.channel)[action.id] > 0
        for state, action in _tabling(cast)
    )


def _tabling(cast: Cast) -> Iterator:
    return (pair for pair in cast.actions.values() if "tables_draft" in pair[1].signals)
