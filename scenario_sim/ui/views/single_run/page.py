"""The page of one run: the choice of a run, the stage, the log, explanations and branches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any, cast

import solara

from scenario_sim.data.states import HOLD
from scenario_sim.errors import ScenarioError, ScenarioSimError
from scenario_sim.language import translate
from scenario_sim.scenario import Scenario
from scenario_sim.ui import messages
from scenario_sim.ui.components.timeline import lever_choices
from scenario_sim.ui.components.widgets import Notice, TextButton, to_json
from scenario_sim.ui.result import Result
from scenario_sim.ui.state import MAX_BRANCH_NAME_CHARACTERS, MAX_SHOWN_BRANCHES, AppState, Branch
from scenario_sim.ui.views.results import ErrorCard
from scenario_sim.ui.views.single_run import branches, cached_runs
from scenario_sim.ui.views.single_run.across import use_branch_effects
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


@solara.component_vue("branches.vue")
def _Branches(
    texts: dict,
    table: str,
    days: list,
    across: list,
    full: bool,
    levers: list,
    values: dict,
    channels: list,
    event_rename: Callable[[dict], None],
    event_drop: Callable[[int], None],
    event_add_lever: Callable[[dict], None],
    event_add_act: Callable[[dict], None],
):
    """Draw the branches side by side, in step with the stage, and the forms for another."""


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
        RunChooser(state, scenarios[0], front.trajectory if front else None, actions.run)
        RunViewer(state, scenarios, front, actions)


@solara.component
def RunViewer(state: AppState, scenarios: list[Scenario], front, actions: RunActions):
    """Draw the run, its branches, and the explanation of the act that was asked about."""
    query, ask = solara.use_state(cast(ActQuery, {}))
    which = [scenario.hash for scenario in scenarios]
    people = cached_runs.cached_cast(scenarios[0])
    played = (state.seed, state.run)
    fan = solara.use_memo(lambda: to_json(fan_of(front.bands if front else None)), [front])
    main = solara.use_memo(lambda: to_json(_films(state, scenarios[:1])[0]), [which[0], *played])
    names = [branch.name for branch in state.branches]
    others = solara.use_memo(lambda: to_json(_films(state, scenarios)[1:]), [which, names, *played])
    late = use_previous_state(state)
    logs = solara.use_memo(
        lambda: to_json(_logs(late)), [late.without_view, late.run, late.branches]
    )
    explanation = solara.use_memo(
        lambda: _explanation(state, scenarios, query), [which, query, *played]
    )
    full = len(state.branches) == MAX_SHOWN_BRANCHES
    refused, refuse = solara.use_state("")
    across = use_branch_effects(state)

    def begin(make: Callable[..., Branch], query: ActQuery, **more: Any) -> None:
        n = min(int(query.get("shown", 0)), len(state.branches))
        world = cached_runs.single_run_of(scenarios[n], *played)
        start = state.branches[n - 1] if n else None
        try:
            branch = make(start, world, **more)
        except ScenarioError as error:
            refuse("; ".join(problem.text for problem in error.problems))
            return
        refuse("")
        actions.state(state.with_branch(branch).with_week(int(query["week"])))

    def replace_act(sent: dict, other: str = "") -> None:
        n = min(int(query["shown"]), len(state.branches))
        act = cached_runs.single_run_of(scenarios[n], *played).act(
            sent["week"], sent["state"], sent["action"]
        )
        if other:
            begin(branches.branch_with_other, query, act=act, other=other)
        else:
            begin(branches.branch_without, query, act=act)

    def show_moment(query: dict) -> None:
        actions.week(query["week"])
        ask(cast(ActQuery, query))

    with solara.v.Html(tag="div"):
        if refused:
            words = messages.single_run
            Notice(words.REFUSED, [refused], words.REFUSED_CURE, lambda: refuse(""))
        with solara.v.Html(tag="div", class_="sim-world-main"):
            with solara.v.Html(tag="div", class_="sim-world-stage"):
                _Stage(
                    texts=messages.single_run.STAGE,
                    people=people,
                    main=main,
                    others=others,
                    fan=fan,
                    at=state.week,
                    event_stayed=actions.week,
                    event_ask=ask,
                )
            with solara.v.Html(tag="div", class_="sim-world-side"):
                BranchAnswer(late, across)
                KeyMoments(scenarios[0], *played, show_moment)
                _Why(
                    texts=messages.single_run.WHY,
                    explanation=explanation,
                    full=full,
                    event_close=lambda *_: ask({}),
                    event_without=replace_act,
                    event_instead=lambda sent: replace_act(sent, sent["other"]),
                )
                _Log(texts=messages.single_run.LOG, people=people, logs=logs, event_ask=ask)
        BranchPanel(state, late, scenarios, actions, begin, across)


def use_previous_state(state: AppState) -> AppState:
    """Return the state of the render before, so that its readers follow after the stage."""
    late, come = solara.use_state(state)
    solara.use_effect(lambda: come(state), [state])
    return late


@solara.component
def BranchAnswer(state: AppState, across: dict[Branch, str]):
    """Answer "what if" beside the question: how the newest branch differs, here and over futures."""
    if not state.branches:
        return
    branch = state.branches[-1]
    row = branches.comparison_table(state)[-1]
    waiting = str(messages.single_run.BRANCHES["counting"])
    text = f"<h3>{escape(branch.name)}</h3><p>{escape(row['sentence'])}</p>"
    text += f"<p>{escape(across.get(branch) or waiting)}</p>"
    solara.HTML(tag="section", unsafe_innerHTML=text, classes=["sim-moments"])


@solara.component
def BranchPanel(
    state: AppState,
    late: AppState,
    scenarios: list[Scenario],
    actions: RunActions,
    begin: Callable,
    across: dict[Branch, str],
):
    key = [late.without_view, late.run, late.branches]
    table = solara.use_memo(lambda: to_json(branches.comparison_table(late)), key)
    levers = solara.use_memo(lever_choices, [])
    channels = solara.use_memo(lambda: _channels(scenarios[0]), [scenarios[0].hash])
    _Branches(
        texts=messages.single_run.BRANCHES | {"longest": MAX_BRANCH_NAME_CHARACTERS},
        table=table,
        days=cached_runs.cached_film(scenarios[0], state.seed, state.run)["dates"],
        across=[across[branch] for branch in state.branches],
        full=len(state.branches) == MAX_SHOWN_BRANCHES,
        levers=levers,
        values=scenarios[0].settings(),
        channels=channels,
        event_rename=lambda sent: actions.state(
            branches.rename_branch(state, sent["at"], sent["name"])
        ),
        event_drop=lambda n: actions.state(state.without_branch(state.branches[n].name)),
        event_add_lever=lambda sent: begin(
            branches.branch_with_lever,
            sent,
            week=sent["week"],
            lever=sent["lever"],
            value=sent["value"],
        ),
        event_add_act=lambda sent: begin(
            branches.branch_with_act,
            sent,
            week=sent["week"],
            channel=sent["channel"],
            action=sent["action"],
        ),
    )


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


def _channels(scenario: Scenario) -> list[dict[str, Any]]:
    """Return the channels of each state, and its actions there."""
    return [
        {
            "id": f"{state.code}.{channel.id}",
            "label": messages.single_run.BRANCH_CHANNEL.format(
                state=state.name, channel=translate(str(channel.id))
            ),
            "actions": [
                *([{"id": HOLD, "name": messages.single_run.HOLDING}] if channel.hold else []),
                *({"id": action.id, "name": action.name} for action in actions),
            ],
        }
        for state in scenario.cast.states
        for channel, actions in state.choices()
    ]
