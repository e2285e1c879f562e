"""The header, the tour that it starts, and the choice of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import solara

from scenario_sim.formatting import format_month, format_period
from scenario_sim.language import current_language, text_direction
from scenario_sim.scenario import Scenario
from scenario_sim.ui import messages
from scenario_sim.ui.components.glossary import explain_words
from scenario_sim.ui.components.widgets import to_json

OPENED = "opened"  # stands for an opened file; no shipped scenario has this name


@solara.component_vue("header.vue")
def _Header(
    texts: dict,
    language: str,
    direction: str,
    page: str,
    present: bool,
    event_painted: Callable,
    event_home: Callable,
    event_tour: Callable,
    event_set_present: Callable,
):
    """Draw the bar at the top; set the page's language, and move the focus on a new page."""


@solara.component
def Header(
    page: str,
    present: bool,
    on_dark: Callable[[bool], None],
    on_home: Callable[[], None],
    on_tour: Callable[[], None],
    on_present: Callable[[bool], None],
):
    _Header(
        texts=messages.page.HEADER,
        language=current_language().replace("_", "-"),
        direction=text_direction(),
        page=page,
        present=present,
        event_painted=on_dark,
        event_home=lambda _: on_home(),
        event_tour=lambda _: on_tour(),
        event_set_present=on_present,
    )


@solara.component_vue("tour.vue")
def _Tour(texts: dict, steps: list, requests: int):
    """Point at the real controls, which can be used meanwhile."""


@solara.component
def Tour(requests: int):
    """Show the tour on the first visit, and again for every new count of requests."""
    _Tour(texts=messages.start.TOUR, steps=messages.start.TOUR_STEPS, requests=requests)


# --- the scenario --------------------------------------------------------------------------------


@solara.component_vue("chooser.vue")
def _Chooser(texts: dict, groups: str, chosen: str, card: dict, event_choose: Callable):
    """Draw a native select, which every device and screen reader knows."""


@solara.component
def Chooser(
    scenarios: Sequence[Scenario],
    chosen: Scenario,
    on_choose: Callable[[str], None],
    opened: str = "",
):
    """Draw the choice of a scenario. `opened` is the text of a file in place of a shipped one."""
    groups = solara.use_memo(lambda: scenario_groups(scenarios), [len(scenarios)])
    if opened:
        own = {"name": OPENED, "label": chosen.title}
        groups = [{"title": messages.page.OPENED_GROUP, "items": [own]}, *groups]
    card = {
        "question": chosen.question,
        "teaches": explain_words(chosen.teaches),
        "lasts": messages.page.LASTS.format(
            start=format_month(chosen.start), span=format_period(chosen.weeks)
        ),
    }
    _Chooser(
        texts={"label": messages.page.SCENARIO, "teaches": messages.page.TEACHES},
        groups=to_json(groups),
        chosen=OPENED if opened else chosen.name,
        card=card,
        event_choose=lambda name: on_choose(name) if name != OPENED else None,
    )


def scenario_groups(scenarios: Sequence[Scenario]) -> list[dict[str, Any]]:
    """Return the scenarios as the list shows them, in three groups."""
    items: dict[str, list] = {
        messages.page.FROM_TODAY: [],
        messages.page.HISTORY: [],
        messages.page.LABORATORY: [],
    }
    for s in scenarios:
        label = f"{s.number} · {s.title}" if s.number else s.title
        items[group_of(s)].append({"name": s.name, "label": label})
    return [{"title": title, "items": own} for title, own in items.items() if own]


def group_of(scenario: Scenario) -> str:
    """Return the title of a scenario's group, in the list and on the start page."""
    if scenario.name.startswith("lab-"):
        return messages.page.LABORATORY
    return (
        messages.page.HISTORY if scenario.start < messages.page.TODAY else messages.page.FROM_TODAY
    )
