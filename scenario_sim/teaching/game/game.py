"""State of a game: a person plays one or more states, the model decides for the others.

A game is a scenario. Its table `game` names the played states, the run and the week; every choice is
a forced act of a played state. A game thus runs, replays and is saved like any scenario, and undo
removes acts. Random draws are the same as without a player.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from scenario_sim.data.enums import Channel
from scenario_sim.data.states import HOLD, Alternative, Cast
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.language import translate
from scenario_sim.reporting.narrative import Reason
from scenario_sim.reporting.narrative.explanations import WeighedReasons, merge_weights
from scenario_sim.scenario import Scenario, dates
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
            text = translate(
                "is missing: this scenario holds no game; begin one and name the states to play"
            )
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
        """Return whether nothing is left to decide: after the last week, or a confrontation."""
        return self.week >= self.scenario.weeks or self.ended is not None

    @property
    def ended(self) -> int | None:
        """Return the decided week that ended the game by a direct confrontation; else None.

        Only a game ends there. Elsewhere a confrontation marks a future without stopping it.
        """
        ended = self.now.ended
        return ended if ended is not None and ended < self.week else None

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
class ClosedOption:
    """Act of a state that is impossible this week, and why."""

    action: str
    name: str
    reason: str


@dataclass(frozen=True)
class Choice:
    """Channel of a played state this week.

    Attributes
    ----------
    state, channel : str
        Codes of both.
    options : tuple of Option
        Possible acts: those that the model could choose this week.
    settled : str
        Reason why there is nothing to choose; empty where there is.
    about : str
        Note on the choice.
    closed : tuple of ClosedOption
        Impossible acts.
    """

    state: str
    channel: str
    options: tuple[Option, ...]
    settled: str = ""
    about: str = ""
    closed: tuple[ClosedOption, ...] = ()

    @property
    def decision(self) -> Decision:
        return self.state, self.channel


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
    options, closed = [], []
    for alternative in cast.alternatives_in(decision):
        reason = game.now.decisions.why_closed(game.week, alternative)
        if reason and alternative.action:
            closed.append(ClosedOption(alternative.id, alternative.action.name, reason))
        else:
            options.append(_option(game, alternative))
    choice = Choice(*decision, tuple(options), closed=tuple(closed))
    if decision[1] == Channel.VOTE:
        if not _draft_possible(game, cast):
            return replace(choice, settled=messages.NO_DRAFT)
        return replace(choice, about=messages.VOTE_IF)
    if len(options) == 1:
        return replace(choice, settled=messages.ONLY_ONE.format(action=options[0].name))
    return choice


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
