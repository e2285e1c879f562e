"""The branches of a run: beginning one, its answer beside the question, and all side by side."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from scenario_sim.data.states import HOLD
from scenario_sim.errors import ScenarioError
from scenario_sim.language import translate
from scenario_sim.scenario import Scenario
from scenario_sim.ui import messages
from scenario_sim.ui.components.timeline import lever_choices
from scenario_sim.ui.components.widgets import to_json
from scenario_sim.ui.state import MAX_BRANCH_NAME_CHARACTERS, MAX_SHOWN_BRANCHES, AppState, Branch
from scenario_sim.ui.views.single_run import branches, cached_runs


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


def use_new_branch(
    state: AppState, scenarios: list[Scenario], go: Callable[[AppState], None]
) -> tuple[Callable[..., None], str, Callable[[], None]]:
    """Return a function that begins a branch, why it last refused, and one that forgets this."""
    refused, refuse = solara.use_state("")

    def begin(make: Callable[..., Branch], query: dict[str, Any], **more: Any) -> None:
        n = min(int(query.get("shown", 0)), len(state.branches))
        world = cached_runs.single_run_of(scenarios[n], state.seed, state.run)
        start = state.branches[n - 1] if n else None
        try:
            branch = make(start, world, **more)
        except ScenarioError as error:
            refuse("; ".join(problem.text for problem in error.problems))
            return
        refuse("")
        go(state.with_branch(branch).with_week(int(query["week"])))

    return begin, refused, lambda: refuse("")


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
    go: Callable[[AppState], None],
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
        event_rename=lambda sent: go(branches.rename_branch(state, sent["at"], sent["name"])),
        event_drop=lambda n: go(state.without_branch(state.branches[n].name)),
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
