"""A person plays one state, or several; the others decide as ever, on the same luck.

A game is its scenario: the table `game` says who is played in which world and how far, and every
choice is a forced act of a played state. So it runs, replays and is kept as any scenario is; undo
is the same scenario with fewer acts.
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
from scenario_sim.scenario.game_file import in_file_order
from scenario_sim.scenario.schedule import build_schedule
from scenario_sim.scenario.tables import Played
from scenario_sim.simulation.single_run import SingleRun, simulate_run
from scenario_sim.teaching.game import messages

Decision = tuple[str, str]  # (state, channel)


@dataclass(frozen=True)
class Game:
    """A game as it stands. Raises ScenarioError for a scenario in which nobody is played."""

    scenario: Scenario

    def __post_init__(self) -> None:
        if self.scenario.game is None:
            text = "is missing: this scenario holds no game; begin one, naming the states to play"
            raise ScenarioError([Problem("game", text)], messages.NO_GAME)

    @property
    def table(self) -> Played:
        assert self.scenario.game is not None
        return self.scenario.game

    @property
    def states(self) -> tuple[str, ...]:
        """Who is played, by code."""
        return self.table.states

    @property
    def week(self) -> int:
        """The week to decide, from 0; after the last one, how many there were."""
        return self.table.weeks

    @property
    def date(self) -> date:
        """The Monday of that week."""
        return dates.week_start(self.scenario.start, self.week)

    @property
    def over(self) -> bool:
        return self.week >= self.scenario.weeks

    @cached_property
    def alone(self) -> Scenario:
        """The scenario as the model plays it: nobody's choices are forced, nothing is played."""
        others = [a.model_dump() for a in self.scenario.acts if a.state not in self.states]
        return Scenario.model_validate(self.scenario.as_dict() | {"acts": others, "game": None})

    @cached_property
    def now(self) -> SingleRun:
        """The world up to the week to decide, and not a week further."""
        scenario = self.scenario.with_weeks(min(self.week + 1, self.scenario.weeks))
        return simulate_run(scenario, self.table.seed, self.table.run)

    @cached_property
    def whole(self) -> SingleRun:
        """The world to its end; from the week to decide on the model decides everything."""
        return simulate_run(self.scenario, self.table.seed, self.table.run)

    @property
    def chosen(self) -> dict[tuple[int, str, str], str]:
        """What the person chose: action by (week, state, channel)."""
        own = (act for act in self.scenario.acts if act.state in self.states)
        return {self.scenario.decision(act): act.action for act in own}


@dataclass(frozen=True)
class Option(WeighedReasons):
    """Something that a state could do this week. reasons: the terms of its utility, the strongest
    first, in logits; none for holding still. rung: None for holding still."""

    action: str
    name: str
    sentence: str
    rung: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Choice:
    """One channel of a played state this week. options: what is possible. settled: why there is
    nothing to choose; empty where there is. about: what else to know of it."""

    state: str
    channel: str
    options: tuple[Option, ...]
    settled: str = ""
    about: str = ""

    @property
    def decision(self) -> Decision:
        return self.state, self.channel


# --- beginning, going on, going back --------------------------------------------------------------


def begin_game(scenario: Scenario, states: Sequence[str], seed: int = 0, run: int = 0) -> Game:
    """A game before its first week. states: codes, in any capitals. A state that is played follows
    neither the record nor acts that the scenario forces on it; what was chosen for another state in
    an earlier game of this scenario stays forced.

    Raises ScenarioError for states, seeds and runs that cannot be.
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
        problems.append(Problem("states", f"name who is played: {', '.join(known.values())}"))
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
    """The week is decided. picks: action id, or `hold`, by (state, channel); what is not among them
    the model decides.

    Raises ScenarioError with everything that cannot be chosen.
    """
    _not_over(game)
    known = {choice.decision: choice for choice in list_choices(game)}
    problems = [p for decision, action in picks.items() if (p := _wrong(decision, action, known))]
    if problems:
        raise ScenarioError(problems, messages.NO_CHOICE)
    day = dates.week_start(game.scenario.start, game.week)
    made = [
        {"date": day, "state": state, "channel": channel, "action": action}
        for (state, channel), action in picks.items()
    ]
    return _at(game, game.week + 1, [*(act.model_dump() for act in game.scenario.acts), *made])


def let_model_decide(game: Game, weeks: int = 1) -> Game:
    """The model decides for the played states as well, for some weeks, to the end at most. Raises
    ScenarioError for less than one week, or after the last."""
    _not_over(game)
    if weeks < 1:
        raise ScenarioError([Problem("weeks", f"takes a whole number from 1 on, not {weeks}")])
    acts = [act.model_dump() for act in game.scenario.acts]
    return _at(game, min(game.week + weeks, game.scenario.weeks), acts)


def undo(game: Game, week: int | None = None) -> Game:
    """Back to before a week was decided, without one to before the last: what was chosen from then
    on is gone. Raises ScenarioError for a week that was not decided yet."""
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
    return Game(in_file_order(Scenario.model_validate(data)))


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


# --- what there is to choose ----------------------------------------------------------------------


def list_choices(game: Game) -> tuple[Choice, ...]:
    """Every channel of the played states in this week; none after the last."""
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
    """Whether anybody may table a draft this week: that a case is open is public."""
    forced: Collection[str] = build_schedule(game.scenario).forced.get(game.week, {}).values()
    return any(
        action.id in forced
        or game.now.decisions.chances(game.week, state.code, action.channel)[action.id] > 0
        for state, action in _tabling(cast)
    )


def _tabling(cast: Cast) -> Iterator:
    return (pair for pair in cast.actions.values() if "tables_draft" in pair[1].signals)
