"""The page of one world: which, on stage, what happened, why, and what else it could have been."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import solara

from scenario_sim.errors import ScenarioSimError
from scenario_sim.ui import texts, worlds
from scenario_sim.ui.action import Action
from scenario_sim.ui.drawing import Drawing
from scenario_sim.ui.panels import ErrorCard
from scenario_sim.ui.state import AppState
from scenario_sim.ui.world import kept
from scenario_sim.ui.world.film import fan_of, text_of
from scenario_sim.ui.world.runs import Runs


@solara.component_vue("stage.vue")
def _Stage(
    texts: dict,
    people: str,
    main: str,
    others: str,
    fan: str,
    at: int,
    event_stayed: Callable[[int], None],
    event_ask: Callable[[dict], None],
):
    """Plays in the browser alone: the server hears of the week where one stays."""


@solara.component_vue("log.vue")
def _Log(texts: dict, people: str, logs: str, event_ask: Callable[[dict], None]):
    """Keeps in step with the stage."""


@dataclass(frozen=True)
class Verbs:
    """What the page of one world can ask for."""

    run: Callable[[int, int], None]
    week: Callable[[int], None]
    back: Callable[[], None]


@solara.component
def OneWorld(state: AppState, drawing: Drawing | None, verbs: Verbs):
    """`drawing`: of the futures that the world is one of, once they are there."""
    scenario = worlds.policy_of(state)
    front = drawing.view.front if drawing else None
    fan = solara.use_memo(lambda: text_of(fan_of(front.bands if front else None)), [front])
    asked, ask = solara.use_state({})
    with solara.v.Html(tag="div", class_="sim-world", attributes={"id": "sim-world", "tabindex": "-1"}):
        title = texts.WORLD_TITLE.format(title=scenario.title, run=state.run)
        with solara.v.Html(tag="div", class_="sim-world-head"):
            solara.HTML(tag="h2", unsafe_innerHTML=escape(title))
            Action(texts.TO_PICTURE, verbs.back)
        Runs(state, scenario, front.trajectory if front else None, verbs.run)
        try:
            main = kept.film(scenario, state.seed, state.run)
            logs = [kept.log(scenario, state.seed, state.run)]
        except ScenarioSimError as error:
            ErrorCard(str(error), verbs.back)
            return
        people = kept.cast_text(scenario)
        with solara.v.Html(tag="div", class_="sim-world-main"):
            _Stage(
                texts=texts.STAGE_TEXTS,
                people=people,
                main=text_of(main),
                others="[]",
                fan=fan,
                at=state.week,
                event_stayed=verbs.week,
                event_ask=ask,
            )
            with solara.v.Html(tag="div", class_="sim-world-side"):
                _Log(texts=texts.LOG_TEXTS, people=people, logs=text_of(logs), event_ask=ask)
