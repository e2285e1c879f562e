"""The bar at the top and the choice of a scenario. Values in, callbacks out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import solara

from scenario_sim.formatting import format_month, format_period
from scenario_sim.scenario import Scenario
from scenario_sim.ui import messages
from scenario_sim.ui.components.widgets import to_json

OPENED = "opened"  # no shipped scenario is called so


@solara.component_vue("header.vue")
def _Bar(
    texts: dict,
    language: str,
    page: str,
    present: bool,
    event_painted: Callable,
    event_home: Callable,
    event_tour: Callable,
    event_set_present: Callable,
):
    """The strip at the top; it also tells the browser the page's language, and moves the focus
    where another page begins."""


@solara.component
def Header(
    page: str,
    present: bool,
    on_dark: Callable[[bool], None],
    on_home: Callable[[], None],
    on_tour: Callable[[], None],
    on_present: Callable[[bool], None],
):
    _Bar(
        texts=messages.common.HEADER,
        language=messages.common.LANGUAGE,
        page=page,
        present=present,
        event_painted=on_dark,
        event_home=lambda _: on_home(),
        event_tour=lambda _: on_tour(),
        event_set_present=on_present,
    )


# --- the scenario --------------------------------------------------------------------------------


@solara.component_vue("chooser.vue")
def _Chooser(texts: dict, groups: str, chosen: str, card: dict, event_choose: Callable):
    """A native select: every device and screen reader knows it."""


@solara.component
def Chooser(
    scenarios: Sequence[Scenario],
    chosen: Scenario,
    on_choose: Callable[[str], None],
    opened: str = "",
):
    """`opened` is the text of a file that is chosen in place of a shipped scenario."""
    groups = solara.use_memo(lambda: scenario_groups(scenarios), [len(scenarios)])
    if opened:
        own = {"name": OPENED, "label": chosen.title}
        groups = [{"title": messages.common.OPENED_GROUP, "items": [own]}, *groups]
    card = {
        "question": chosen.question,
        "teaches": chosen.teaches,
        "lasts": messages.common.LASTS.format(
            start=format_month(chosen.start), span=format_period(chosen.weeks)
        ),
    }
    _Chooser(
        texts={"label": messages.common.SCENARIO, "teaches": messages.common.TEACHES},
        groups=to_json(groups),
        chosen=OPENED if opened else chosen.name,
        card=card,
        event_choose=lambda name: on_choose(name) if name != OPENED else None,
    )


def scenario_groups(scenarios: Sequence[Scenario]) -> list[dict[str, Any]]:
    """Scenarios as they stand in the list, on three shelves."""
    items: dict[str, list] = {
        messages.common.FROM_TODAY: [],
        messages.common.HISTORY: [],
        messages.common.LABORATORY: [],
    }
    for s in scenarios:
        label = f"{s.number} · {s.title}" if s.number else s.title
        items[group_of(s)].append({"name": s.name, "label": label})
    return [{"title": title, "items": held} for title, held in items.items() if held]


def group_of(scenario: Scenario) -> str:
    """Where a scenario stands, in the list and on the start page."""
    if scenario.name.startswith("lab-"):
        return messages.common.LABORATORY
    return (
        messages.common.HISTORY
        if scenario.start < messages.common.TODAY
        else messages.common.FROM_TODAY
    )
