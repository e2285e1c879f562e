"""A game as a state of the page. The game is the scenario file that the state holds, so that the
address, the saved file and the browser's Back button keep it; each verb gives a new state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from scenario_sim.formatting import format_long_date
from scenario_sim.scenario import dates
from scenario_sim.scenario.files import dump_scenario
from scenario_sim.scenario.game_file import sort_acts_for_file
from scenario_sim.teaching.game import Departure, Game, begin_game
from scenario_sim.ui import messages, selectors
from scenario_sim.ui.server.cache import CACHE, key_of
from scenario_sim.ui.state import (
    GAME,
    WORLD,
    AppState,
    Branch,
    DatedAct,
    clean_branch_name,
)

GAME_BYTES = 1_000_000  # of a game with its single runs, about


def game_of(state: AppState) -> Game | None:
    """The game that a state holds; None where it holds none. Raises ScenarioSimError."""
    scenario = selectors.policy_of(state.world)
    if not scenario.game:
        return None
    return CACHE.get(
        key_of("game", scenario), lambda _: Game(scenario), nbytes=lambda _: GAME_BYTES
    )


def open_game(state: AppState, states: Sequence[str]) -> AppState:
    """A game in the world that is watched, before its first week. Raises ScenarioError."""
    return with_game(
        state, begin_game(selectors.policy_of(state.world), states, state.seed, state.run)
    )


def with_game(state: AppState, game: Game) -> AppState:
    """The page of a game as it stands."""
    fresh = state.with_text(dump_scenario(sort_acts_for_file(game.scenario)))
    return replace(fresh, page=GAME, seed=game.table.seed, run=game.table.run)


def enter_game(state: AppState) -> AppState:
    """A file that was opened: to the table, where it holds a game. Raises ScenarioSimError."""
    game = game_of(state)
    return with_game(state, game) if game else state


def futures_of(state: AppState) -> AppState:
    """Whose futures the page draws: of the state itself, or on the page of a game of the scenario as
    the model would have played it, which no choice changes."""
    if state.page != GAME:
        return state.world
    game = game_of(state)
    return state.with_text(dump_scenario(game.alone)).world if game else state.world


def with_likeliest_branch(state: AppState, game: Game, one: Departure) -> AppState:
    """The game's world on stage, and the one with the model's likeliest choice as a branch."""
    day = dates.week_start(game.scenario.start, one.week)
    act = DatedAct(day.isoformat(), one.state, one.channel, one.likeliest)
    said = named(game, one.likeliest)
    name = messages.GAME_BRANCH.format(act=said, day=format_long_date(day))
    branched = state.with_branch(Branch(clean_branch_name(name), acts=(act,)))
    return replace(branched, page=WORLD, week=one.week)


def named(game: Game, action: str) -> str:
    actions = game.scenario.cast.actions
    return actions[action][1].name if action in actions else messages.HOLDING


def picked(sent: Iterable[dict]) -> dict[tuple[str, str], str]:
    """What the browser sends of a week: a channel and an action; none is left to the model."""
    return {(one["state"], one["channel"]): one["action"] for one in sent if one["action"]}


def day_of(game: Game, week: int) -> date:
    return dates.week_start(game.scenario.start, week)
