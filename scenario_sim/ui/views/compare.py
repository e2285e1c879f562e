"""Up to four policies or scenarios on one fan and in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape

import solara

from scenario_sim.errors import ScenarioSimError
from scenario_sim.reporting.charts import DARK, LIGHT, Palette, fan_chart
from scenario_sim.reporting.charts.policies import (
    NamedPolicy,
    are_paired,
    policies_chart,
    policy_table,
)
from scenario_sim.reporting.html import ReportFigure, ReportSection
from scenario_sim.ui import selectors
from scenario_sim.ui.components.figures import Figure, hint
from scenario_sim.ui.components.run_settings import ProgressBar, StoppedHint
from scenario_sim.ui.components.widgets import to_json
from scenario_sim.ui.ensembles import ensemble_of
from scenario_sim.ui.messages import compare as texts
from scenario_sim.ui.server.jobs import Report, ignore, part_of
from scenario_sim.ui.state import MAX_PINS, AppState, Pin, clean_branch_name
from scenario_sim.ui.use_result import use_job

FIGURE_HEIGHT_PX = 320  # in the hand-out


@solara.component_vue("compare.vue")
def _Pins(
    texts: dict,
    pins: str,
    twins: str,
    suggested: str,
    full: bool,
    event_pin: Callable[[str], None],
    event_hold: Callable[[str], None],
    event_open: Callable[[str], None],
    event_remove: Callable[[str], None],
):
    """Draw the policies as chips, the twins as buttons, and a field for a name."""


@solara.component
def ComparePanel(
    state: AppState,
    dark: bool,
    on_show: Callable[[AppState], None],
    on_state: Callable[[AppState], None],
):
    """Draw the policies that are held against the one on screen.

    Parameters
    ----------
    state : AppState
    dark : bool
    on_show : callable
        Gets the state with other pins, which are no step of undo.
    on_state : callable
        Gets the state with the policy of a pin on screen.
    """
    own = selectors.pin_of(state)
    by_name = {pin.name: pin for pin in state.pins}

    def hold(scenario: str) -> None:
        on_show(state.with_pin(Pin(selectors.load_shipped(scenario).title, scenario)))

    with solara.v.Html(tag="section", class_="sim-compare", attributes={"aria-label": texts.TITLE}):
        _Pins(
            texts=texts.TEXTS,
            pins=to_json([{"name": pin.name} for pin in state.pins]),
            twins=to_json(twin_buttons(state)),
            suggested=own.name,
            full=len(state.pins) == MAX_PINS,
            event_pin=lambda name: on_show(
                state.with_pin(replace(own, name=clean_branch_name(name) or own.name))
            ),
            event_hold=hold,
            event_open=lambda name: on_state(state.with_pinned_policy(by_name[name])),
            event_remove=lambda name: on_show(state.without_pin(name)),
        )
        if state.pins:
            with solara.v.Html(tag="div"):
                _Policies(state, dark)


@solara.component
def _Policies(state: AppState, dark: bool):
    """Draw the chart and the table, once all policies are simulated."""
    question = (state.without_view, state.pins)
    job = use_job(question, lambda report, _: policies_of(state, report))
    share = job.share.value if job.is_running else -1.0
    with solara.v.Html(tag="div"):  # one root, which Solara does not wrap in a sheet of its own
        ProgressBar(share, texts.PROGRESS.format(percent=round(100 * share)), job.stop)
        if job.state.is_stopped:
            StoppedHint(job.state.stop_reason or texts.STOPPED, job.again)
        if job.state.error:
            solara.HTML(tag="p", unsafe_innerHTML=escape(job.state.error), classes=["sim-note"])
        if job.state.value:
            _draw_policies(job.state.value, DARK if dark else LIGHT)


def _draw_policies(policies: tuple[NamedPolicy, ...], palette: Palette) -> None:
    """Draw one fan where the policies share their dates, else one each, and the table."""
    if are_paired(policies):
        chart = policies_chart(policies, palette)
        Figure(texts.CHART, hint(texts.CHART_HINT), chart, "policies", texts.TABLE)
    else:
        with solara.v.Html(tag="div", class_="sim-smalls"):
            for policy in policies:
                chart = fan_chart(policy.bands, None, palette)
                Figure(policy.name, "", chart, "policy", texts.TABLE, policy.name).key(policy.name)
    solara.HTML(unsafe_innerHTML=_table_html(policies), classes=["sim-scroll"])


def policies_of(state: AppState, report: Report = ignore) -> tuple[NamedPolicy, ...]:
    """Return the policy on screen and the pinned ones, simulated with its seed and runs.

    Raises ScenarioSimError, and Cancelled where `report` does.
    """
    shown = texts.ON_SCREEN.format(name=selectors.pin_of(state).name)
    sides = [(shown, state.without_view)]
    sides += [(pin.name, selectors.pinned_state(state, pin)) for pin in state.pins]
    found = []
    for n, (name, side) in enumerate(sides):
        part = part_of(report, n, len(sides))
        summary = ensemble_of(selectors.policy_of(side), state.seed, state.runs, part)
        found.append(NamedPolicy(name, summary.trajectory, summary.bands))
    return tuple(found)


def twin_buttons(state: AppState) -> list[dict[str, str]]:
    """Return what can be held against the policy on screen with one press."""
    buttons = []
    held = {pin.scenario for pin in state.pins if not pin.moved and not pin.changes}
    try:
        names = () if state.text else selectors.twins_of(state.scenario)
    except ScenarioSimError:
        names = ()
    if not state.is_baseline and not state.text:
        names = (state.scenario, *names)
    for name in names:
        if name not in held:
            label = selectors.load_shipped(name).title
            if name == state.scenario:
                label = f"{label} {texts.AS_IT_STANDS}"
            buttons.append({"name": name, "label": label})
    return buttons


def policies_section(state: AppState) -> ReportSection:
    """Return the policies that are held against each other, as a section of the hand-out."""
    policies = policies_of(state)
    columns, rows = policy_table(policies)
    if are_paired(policies):
        drawn = [(texts.CHART, policies_chart(policies, LIGHT), texts.CHART_HINT)]
    else:
        drawn = [(p.name, fan_chart(p.bands, None, LIGHT), "") for p in policies]
    figures = [ReportFigure(title, chart, FIGURE_HEIGHT_PX, about) for title, chart, about in drawn]
    escaped = [(escape(first), *rest) for first, *rest in rows]
    return ReportSection(texts.TITLE, policies_note(policies), columns, escaped, figures)


def policies_note(policies: tuple[NamedPolicy, ...]) -> str:
    """Return how the table is to be read."""
    if are_paired(policies):
        return texts.PAIRED.format(first=policies[0].name)
    return texts.UNPAIRED


def _table_html(policies: tuple[NamedPolicy, ...]) -> str:
    columns, rows = policy_table(policies)
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(c)}</td>" for c in rest)}</tr>'
        for first, *rest in rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'{table}<p class="sim-quiet">{escape(policies_note(policies))}</p>'
