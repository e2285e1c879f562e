"""A game as a state of the page; every function returns a new state.

The game is the scenario file that the state holds, so links, saved files and the browser's Back
button keep it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from scenario_sim.formatting import format_long_date
from scenario_sim.scenario import dates
from scenario_sim.scenario.files import dump_scenario
from scenario_sim.scenario.game_file import sort_acts_for_file
from scenario_sim.teaching.game import Departure, Game, begin_game, open_saved_game
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

BYTES_PER_GAME = 1_000_000  # about, with its single runs


def game_of(state: AppState) -> Game | None:
    """Return the game that a state holds, or None. Raises ScenarioSimError."""
    scenario = selectors.policy_of(state.without_view)
    if not scenario.game:
        return None
    return CACHE.get(
        key_of("game", scenario),
        lambda _: open_saved_game(scenario),
        nbytes=lambda _: BYTES_PER_GAME,
    )


def open_game(state: AppState, states: Sequence[str]) -> AppState:
    """Return the state of a new game in the run that is watched. Raises ScenarioError."""
    return with_game(
        state, begin_game(selectors.policy_of(state.without_view), states, state.seed, state.run)
    )


def with_game(state: AppState, game: Game) -> AppState:
    """Return the state that shows a game as it stands."""
    fresh = state.with_text(dump_scenario(sort_acts_for_file(game.scenario)))
    return replace(fresh, page=GAME, seed=game.table.seed, run=game.table.run)


def enter_game(state: AppState) -> AppState:
    """Return the state that shows the game of an opened file, where it holds one.

    Raises ScenarioSimError.
    """
    game = game_of(state)
    return with_game(state, game) if game else state


def futures_of(state: AppState) -> AppState:
    """Return the state whose futures the page draws.

    On the page of a game these are the futures of the scenario as the model would have played
    it, which no choice changes.
    """
    if state.page != GAME:
        return state.without_view
    game = game_of(state)
    return state.with_text(dump_scenario(game.alone)).without_view if game else state.without_view


def with_likeliest_branch(state: AppState, game: Game, one: Departure) -> AppState:
    """Return the state that watches the game, with the model's likeliest choice as a branch."""
    day = dates.week_start(game.scenario.start, one.week)
    act = DatedAct(day.isoformat(), one.state, one.channel, one.likeliest)
    likeliest = action_name(game, one.likeliest)
    name = messages.game.BRANCH.format(act=likeliest, day=format_long_date(day))
    branched = state.with_branch(Branch(clean_branch_name(name), acts=(act,)))
    return replace(branched, page=WORLD, week=one.week)


def action_name(game: Game, action: str) -> str:
    """Return an action's name; `HOLD` has one too."""
    actions = game.scenario.cast.actions
    return actions[action][1].name if action in actions else messages.single_run.HOLDING


def read_choices(sent: Iterable[dict]) -> dict[tuple[str, str], str]:
    """Return the choices that the browser sent; the model decides where the action is empty."""
    return {(one["state"], one["channel"]): one["action"] for one in sent if one["action"]}


def date_of_week(game: Game, week: int) -> date:
    return dates.week_start(game.scenario.start, week)
