"""The page of a game, and the form that starts one."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import cast

import solara

from scenario_sim.errors import ScenarioSimError
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.teaching.game import (
    Debrief,
    Game,
    choose,
    debrief,
    let_model_decide,
    undo,
)
from scenario_sim.ui import messages, selectors
from scenario_sim.ui.components.widgets import Notice, TextButton, to_json
from scenario_sim.ui.game_state import (
    game_of,
    open_game,
    read_choices,
    with_game,
    with_likeliest_branch,
)
from scenario_sim.ui.result import Result
from scenario_sim.ui.server.cache import CACHE, key_of
from scenario_sim.ui.state import GAME, WORLD, AppState
from scenario_sim.ui.use_result import use_job
from scenario_sim.ui.views.game.cards import debrief_card, table_card
from scenario_sim.ui.views.game.role_sheets import RoleSheets
from scenario_sim.ui.views.results import ErrorCard

StateHandler = Callable[[AppState], None]


@solara.component_vue("start.vue")
def _GameStart(texts: dict, states: list, event_play: Callable[[list], None]):
    """Draw native checkboxes for the states to play."""


@solara.component_vue("table.vue")
def _Table(
    texts: dict,
    card: str,
    event_decide: Callable[[list], None],
    event_let_play: Callable[[int], None],
    event_back_to: Callable[[int], None],
):
    """Draw what the player can know, and native radio buttons for the choices."""


@solara.component_vue("debrief.vue")
def _Debrief(
    texts: dict,
    card: str,
    event_watch: Callable,
    event_compare: Callable[[int], None],
    event_back_to: Callable[[int], None],
):
    """Draw the player's path among the model's futures, and its turning points."""


@solara.component
def GameStart(state: AppState, on_state: StateHandler):
    """Draw the form that starts a game in this run, or the way back to the run's game."""
    try:
        scenario = selectors.policy_of(state.without_view)
    except ScenarioSimError:  # the page says why
        return
    if scenario.game:
        TextButton(messages.game.BACK, lambda: on_state(state.with_page(GAME)))
        return
    with solara.v.Html(tag="div"):
        _GameStart(
            texts=messages.game.START,
            states=[{"code": s.code, "name": s.name} for s in scenario.cast.states],
            event_play=lambda codes: on_state(open_game(state, codes)),
        )
        RoleSheets(scenario.cast)


@solara.component
def GamePage(state: AppState, result: Result | None, on_state: StateHandler, children: list = []):  # noqa: B006
    """Draw a game. `result` holds the futures of the model alone, once they are there."""
    frame = {"id": "sim-game", "tabindex": "-1"}
    watch = state.with_page(WORLD)
    with solara.v.Html(tag="main", class_="sim-world sim-game", attributes=frame):
        try:
            game = game_of(state)
        except ScenarioSimError as error:
            ErrorCard(str(error), lambda: on_state(watch.without_levers()))
            return
        if game is None:
            Notice(
                messages.game.NO_GAME,
                [messages.game.NO_GAME_WHY],
                messages.game.NO_GAME_CURE,
                lambda: on_state(watch),
            )
            return
        with solara.v.Html(tag="div", class_="sim-world-head"):
            title = messages.single_run.TITLE.format(title=game.scenario.title, run=game.table.run)
            solara.HTML(tag="h2", unsafe_innerHTML=escape(title))
            TextButton(messages.game.LEAVE, lambda: on_state(watch))
            solara.v.Html(tag="div", class_="sim-world-doors", children=children)
        if game.over:
            GameDebrief(state, game, result, on_state)
        else:
            GameTable(state, game, on_state)


@solara.component
def GameTable(state: AppState, game: Game, on_state: StateHandler):
    """Draw the week to decide."""
    refused, refuse = solara.use_state(cast(tuple[str, ...], ()))
    card = solara.use_memo(lambda: to_json(table_card(game, state.text)), [game, state.text])

    def go(turn: Callable[[], Game]) -> None:
        try:
            on_state(with_game(state, turn()))
            refuse(())
        except ScenarioSimError as error:  # an old page may send a choice for a week that is over
            refuse(tuple(str(error).splitlines()))

    if refused:
        Notice(messages.game.REFUSED, list(refused), messages.game.REFUSED_CURE, lambda: refuse(()))
    _Table(
        texts=messages.game.TABLE,
        card=card,
        event_decide=lambda sent: go(lambda: choose(game, read_choices(sent))),
        event_let_play=lambda weeks: go(lambda: let_model_decide(game, int(weeks))),
        event_back_to=lambda week: go(lambda: undo(game, int(week))),
    )


@solara.component
def GameDebrief(state: AppState, game: Game, result: Result | None, on_state: StateHandler):
    """Draw the debrief, once the model's futures are there to compare with."""
    front = result.front if result else None
    ending = use_debrief(game, front.trajectory if front else None)
    if ending is None or front is None:
        solara.HTML(
            tag="p", unsafe_innerHTML=escape(messages.game.DEBRIEF_WAITS), classes=["sim-waiting"]
        )
        return
    points = ending.turning_points
    _Debrief(
        texts=messages.game.DEBRIEF,
        card=to_json(debrief_card(ending, front.bands)),
        event_watch=lambda *_: on_state(state.with_page(WORLD)),
        event_compare=lambda n: on_state(
            with_likeliest_branch(state, game, points[int(n)].departure)
        ),
        event_back_to=lambda week: on_state(with_game(state, undo(game, int(week)))),
    )


def use_debrief(game: Game, futures: Trajectory | None) -> Debrief | None:
    """Return the debrief; None until it and the futures are computed."""
    key = None
    if futures is not None:
        what = ("debrief", futures.provenance["hash"])
        key = key_of(what, game.scenario, futures.seed, futures.runs.size)

    job = use_job(
        (game, key),
        (lambda report, _: CACHE.get(key, lambda _: debrief(game, futures), report))
        if key
        else None,
    )
    return job.state.value if job.state.question == (game, key) else None
