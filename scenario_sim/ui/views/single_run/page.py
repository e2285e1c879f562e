"""The page of one run: the choice of a run, the stage, the log, explanations and branches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any, cast

import solara

from scenario_sim.errors import ScenarioSimError
from scenario_sim.scenario import Scenario
from scenario_sim.ui import messages
from scenario_sim.ui.components.widgets import Notice, TextButton, to_json
from scenario_sim.ui.result import Result
from scenario_sim.ui.state import MAX_SHOWN_BRANCHES, AppState
from scenario_sim.ui.views.results import ErrorCard
from scenario_sim.ui.views.single_run import branches, cached_runs
from scenario_sim.ui.views.single_run.across import use_branch_effects
from scenario_sim.ui.views.single_run.branch_panel import (
    BranchAnswer,
    BranchPanel,
    use_new_branch,
)
from scenario_sim.ui.views.single_run.explanations import explain_act
from scenario_sim.ui.views.single_run.film import fan_of
from scenario_sim.ui.views.single_run.key_moments import KeyMoments
from scenario_sim.ui.views.single_run.runs import RunChooser

ActQuery = dict[str, Any]  # week, shown, state, action


@solara.component_vue("stage.vue")
def _Stage(
    texts: dict,
    people: str,
    main: str,
    others: str,
    fan: str,
    at: int,
    event_stayed: Callable[[int], None],
    event_ask: Callable[[ActQuery], None],
):
    """Draw the stage, which plays in the browser; it sends the week on which it stops."""


@solara.component_vue("log.vue")
def _Log(texts: dict, people: str, logs: str, event_ask: Callable[[ActQuery], None]):
    """Draw the log, in step with the stage."""


@solara.component_vue("why.vue")
def _Why(
    texts: dict,
    explanation: dict,
    full: bool,
    event_close: Callable,
    event_without: Callable[[dict], None],
    event_instead: Callable[[dict], None],
):
    """Draw an explanation: plain words, folded numbers, folded equations."""


@dataclass(frozen=True)
class RunActions:
    """Callbacks of the page of one run; `run` gets a run and its seed."""

    run: Callable[[int, int], None]
    week: Callable[[int], None]
    state: Callable[[AppState], None]
    back: Callable[[], None]


@solara.component
def SingleRunPage(state: AppState, result: Result | None, actions: RunActions, children: list = []):  # noqa: B006
    """Draw the page. `result` holds the futures to which the run belongs, once they are there."""
    front = result.front if result else None
    frame = {"id": "sim-world", "tabindex": "-1"}
    with solara.v.Html(tag="main", class_="sim-world", attributes=frame):
        try:
            scenarios = branches.scenarios_of(state)
            for scenario in scenarios:
                cached_runs.cached_film(scenario, state.seed, state.run)
        except ScenarioSimError as error:
            ErrorCard(str(error), actions.back)
            return
        title = messages.single_run.TITLE.format(title=scenarios[0].title, run=state.run)
        with solara.v.Html(tag="div", class_="sim-world-head"):
            solara.HTML(tag="h2", unsafe_innerHTML=escape(title))
            TextButton(messages.single_run.TO_PICTURE, actions.back)
            solara.v.Html(tag="div", class_="sim-world-doors", children=children)
        RunChooser(state, scenarios[0], front, actions.run)
        RunViewer(state, scenarios, front, actions)


@solara.component
def RunViewer(state: AppState, scenarios: list[Scenario], front, actions: RunActions):
    """Draw the run, its branches, and the explanation of the act that was asked about."""
    query, ask = solara.use_state(cast(ActQuery, {}))
    played = (state.seed, state.run)
    late = use_previous_state(state)
    explanation = solara.use_memo(
        lambda: _explanation(state, scenarios, query),
        [[scenario.hash for scenario in scenarios], query, *played],
    )
    begin, refused, forget = use_new_branch(state, scenarios, actions.state)
    across = use_branch_effects(state)

    def replace_act(sent: dict, **other: str) -> None:
        n = min(int(query["shown"]), len(state.branches))
        run = cached_runs.single_run_of(scenarios[n], *played)
        act = run.act(sent["week"], sent["state"], sent["action"])
        make = branches.branch_with_other if other else branches.branch_without
        begin(make, query, act=act, **other)

    def show_moment(query: dict) -> None:
        actions.week(query["week"])
        ask(cast(ActQuery, query))

    with solara.v.Html(tag="div"):
        if refused:
            Notice(messages.single_run.REFUSED, [refused], messages.single_run.REFUSED_CURE, forget)
        with solara.v.Html(tag="div", class_="sim-world-main"):
            StagePanel(state, scenarios, front, actions, ask)
            with solara.v.Html(tag="div", class_="sim-world-side"):
                BranchAnswer(late, across)
                KeyMoments(scenarios[0], *played, show_moment)
                _Why(
                    texts=messages.single_run.WHY,
                    explanation=explanation,
                    full=len(state.branches) == MAX_SHOWN_BRANCHES,
                    event_close=lambda *_: ask({}),
                    event_without=replace_act,
                    event_instead=lambda sent: replace_act(sent, other=sent["other"]),
                )
                LogPanel(scenarios[0], late, ask)
        BranchPanel(state, late, scenarios, actions.state, begin, across)


@solara.component
def StagePanel(
    state: AppState, scenarios: list[Scenario], front, actions: RunActions, ask: Callable
):
    """Draw the run and its branches as films over the fan of all runs."""
    which = [scenario.hash for scenario in scenarios]
    names = [branch.name for branch in state.branches]
    played = (state.seed, state.run)
    fan = solara.use_memo(lambda: to_json(fan_of(front.bands if front else None)), [front])
    main = solara.use_memo(lambda: to_json(_films(state, scenarios[:1])[0]), [which[0], *played])
    others = solara.use_memo(lambda: to_json(_films(state, scenarios)[1:]), [which, names, *played])
    with solara.v.Html(tag="div", class_="sim-world-stage"):
        _Stage(
            texts=messages.single_run.STAGE,
            people=cached_runs.cached_cast(scenarios[0]),
            main=main,
            others=others,
            fan=fan,
            at=state.week,
            event_stayed=actions.week,
            event_ask=ask,
        )


@solara.component
def LogPanel(scenario: Scenario, state: AppState, ask: Callable):
    """Draw the log of the run and of its branches."""
    logs = solara.use_memo(
        lambda: to_json(_logs(state)), [state.without_view, state.run, state.branches]
    )
    people = cached_runs.cached_cast(scenario)
    _Log(texts=messages.single_run.LOG, people=people, logs=logs, event_ask=ask)


def use_previous_state(state: AppState) -> AppState:
    """Return the state of the render before, so that its readers follow after the stage."""
    late, come = solara.use_state(state)
    solara.use_effect(lambda: come(state), [state])
    return late


def _films(state: AppState, scenarios: list[Scenario]) -> list[dict[str, Any]]:
    """Return the films of the run and its branches, with name and first differing week."""
    films = [cached_runs.cached_film(scenario, state.seed, state.run) for scenario in scenarios]
    first = films[0] | {"name": messages.single_run.AS_IT_WAS}
    return [
        first,
        *(
            film | {"name": branch.name, "parts": branches.first_difference(state, scenario)}
            for film, branch, scenario in zip(
                films[1:], state.branches, scenarios[1:], strict=False
            )
        ),
    ]


def _logs(state: AppState) -> list[dict[str, Any]]:
    scenarios = branches.scenarios_of(state)
    return [cached_runs.cached_log(scenario, state.seed, state.run) for scenario in scenarios]


def _explanation(state: AppState, scenarios: list[Scenario], query: ActQuery) -> dict[str, Any]:
    """Return the explanation of an act; empty where none is asked for or the act is gone."""
    if not query or query["shown"] >= len(scenarios):
        return {}
    world = cached_runs.single_run_of(scenarios[query["shown"]], state.seed, state.run)
    try:
        return explain_act(world, query["week"], query["state"], query["action"])
    except ScenarioSimError:
        return {}
