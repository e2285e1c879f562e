"""The tabs below the picture; a tab is drawn when it is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape

import solara

from scenario_sim.reporting.charts import GROUPS, SmallChart, precision_rows
from scenario_sim.reporting.estimates import precision_columns
from scenario_sim.teaching import LOOK_TARGETS
from scenario_sim.ui import messages
from scenario_sim.ui.components.figures import Figure, OutcomesPanel, hint
from scenario_sim.ui.result import Result
from scenario_sim.ui.state import AppState
from scenario_sim.ui.views.goals import GoalsTab
from scenario_sim.ui.views.history import HISTORY_TAB as PAST
from scenario_sim.ui.views.history import HistoryTab, has_record
from scenario_sim.ui.views.theories import Theories


@solara.component_vue("tabs.vue")
def _Tabs(title: str, tabs: list, chosen: str, event_choose: Callable[[str], None]):
    """Draw a tab list, which the arrow keys move through."""


@solara.component_vue("change_switch.vue")
def _ChangeSwitch(label: str, options: dict, chosen: str, event_choose: Callable[[str], None]):
    """Draw the choice between levels, changes and changes in per cent."""


@solara.component
def ResultTabs(
    state: AppState,
    result: Result,
    dark: bool,
    on_tab: Callable[[str], None],
    on_state: Callable[[AppState], None],
    on_show: Callable[[AppState], None],
):
    """Draw the tabs of a result.

    Parameters
    ----------
    state : AppState
    result : Result
    dark : bool
    on_tab : callable
        Gets the name of the tab that is opened.
    on_state : callable
        Gets the state that a tab asks for.
    on_show : callable
        Gets the state with another chart under the fan.
    """
    known = {
        name: label
        for name, label in messages.picture.TABS.items()
        if name != PAST or has_record(state)
    }
    tab = state.tab if state.tab in known else next(iter(known))
    tabs = [{"name": name, "label": label} for name, label in known.items()]
    with solara.v.Html(tag="section", class_="sim-beyond"):
        _Tabs(title=messages.picture.TABS_TITLE, tabs=tabs, chosen=tab, event_choose=on_tab)
        panel = {"id": "sim-beyond", "role": "tabpanel", "aria-labelledby": f"sim-tab-{tab}"}
        # The key makes another tab another panel, with folded tables and charts of their own size.
        with solara.v.Html(tag="div", class_="sim-panel", attributes=panel).key(tab):
            if tab == "overview":
                with solara.v.Html(tag="div", class_="sim-pair"):
                    roads = result.bars(dark)
                    Figure(
                        messages.picture.ROADS,
                        hint(messages.picture.ROADS_HINT),
                        roads,
                        "roads",
                        messages.picture.ROADS,
                    )
                    OutcomesPanel(result.rows, result.is_compared)
            elif tab == "theories":
                Theories(state.without_view, dark)
            elif tab == "goals":
                GoalsTab(state, on_state)
            elif tab == PAST:
                HistoryTab(state, dark, on_state)
            elif tab == "precision":
                PrecisionPanel(result)
            elif tab in GROUPS:
                _draw_group(tab, state, result, dark, on_show)


def _draw_group(
    group: str, state: AppState, result: Result, dark: bool, on_show: Callable[[AppState], None]
) -> None:
    """Draw the small charts of a group, and where two policies are compared the kind of number."""
    if result.is_compared:
        _ChangeSwitch(
            label=messages.picture.SHOW_AS,
            options=messages.picture.SHOW_OPTIONS,
            chosen=state.change,
            event_choose=lambda change: on_show(state.with_view_of_change(change)),
        )
    pictures = result.gallery(group, dark, state.change)
    SmallMultiples(pictures, lambda name: on_show(state.with_top(name)), state.top)


@solara.component
def LessonFigure(look: str, result: Result, dark: bool):
    """Draw the figure that a lesson asks about, beside its question rather than in a tab."""
    group = LOOK_TARGETS[look][0]
    with solara.v.Html(tag="section", class_="sim-lesson-figure"):
        if look == "roads":
            title, about = messages.picture.ROADS, hint(messages.picture.ROADS_HINT)
            Figure(title, about, result.bars(dark), "roads", title)
        elif look == "outcomes":
            OutcomesPanel(result.rows, result.is_compared)
        elif group in GROUPS:
            SmallMultiples([one for one in result.gallery(group, dark) if one.name == look])


@solara.component
def SmallMultiples(
    pictures: Sequence[SmallChart], on_top: Callable[[str], None] | None = None, top: str = ""
):
    """Draw small charts side by side where there is room.

    on_top : gets the name of a chart that is put under the fan; `top` stands there already. A
    lesson's charts have no such button.
    """
    with solara.v.Html(tag="div", class_="sim-smalls"):
        for small in pictures:
            Figure(
                small.title,
                hint(small.hint),
                small.chart,
                "small",
                small.title,
                small.name,
                on_top=partial(on_top, small.name) if on_top else None,
                is_top=small.name == top,
            ).key(small.name)


@solara.component
def TopChart(
    result: Result, name: str, dark: bool, on_top: Callable[[str], None], change: str = ""
):
    """Draw the chart that stands under the fan, whatever tab is open."""
    group = next(group for group, names in GROUPS.items() if name in names)
    small = next(one for one in result.gallery(group, dark, change) if one.name == name)
    Figure(
        small.title,
        hint(small.hint),
        small.chart,
        "small",
        small.title,
        f"{small.name}-top",
        on_top=partial(on_top, small.name),
        is_top=True,
    ).key(small.name)


@solara.component
def PrecisionPanel(result: Result):
    """List each number's error, whether that is precise enough, and the runs it would take."""
    rows = precision_rows(result.precisions, result.is_compared)
    columns = precision_columns(result.is_compared)
    head = "".join(f'<th scope="col">{escape(c)}</th>' for c in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(c)}</td>" for c in rest)}</tr>'
        for first, *rest in rows
    )
    title = f"<h2>{escape(messages.picture.PRECISION)}</h2>{hint(messages.picture.PRECISION_HINT)}"
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    solara.HTML(
        tag="section",
        unsafe_innerHTML=f'<div class="sim-figure-head">{title}</div>'
        f'<div class="sim-scroll">{table}</div>',
        classes=["sim-precision"],
    )
