"""What a visitor can move: the scenario and the levers. Values in, callbacks out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import solara

from scenario_sim.calendar import week_start
from scenario_sim.charts.numbers import month, plain, span
from scenario_sim.parameters import SETTINGS, Lever
from scenario_sim.scenario import Scenario
from scenario_sim.ui import texts

SIMPLE = {name: lever for name, lever in SETTINGS.items() if lever.simple}


@solara.component_vue("bar.vue")
def _Bar(texts: dict, language: str, event_painted: Callable):
    """The strip at the top; it also tells the browser the page's language."""


@solara.component
def Bar(on_dark: Callable[[bool], None]):
    _Bar(
        texts={
            "title": texts.TITLE,
            "disclaimer": texts.DISCLAIMER,
            "to_dark": texts.TO_DARK,
            "to_light": texts.TO_LIGHT,
            "skip": texts.SKIP,
        },
        language=texts.LANGUAGE,
        event_painted=on_dark,
    )


# --- the scenario --------------------------------------------------------------------------------


@solara.component_vue("chooser.vue")
def _Chooser(texts: dict, groups: list, chosen: str, card: dict, event_choose: Callable):
    """A native select: every device and screen reader knows it."""


@solara.component
def Chooser(scenarios: Sequence[Scenario], chosen: Scenario, on_choose: Callable[[str], None]):
    groups = solara.use_memo(lambda: shelves(scenarios), [len(scenarios)])
    card = {
        "question": chosen.question,
        "teaches": chosen.teaches,
        "lasts": texts.LASTS.format(start=month(chosen.start), span=span(chosen.weeks)),
    }
    _Chooser(
        texts={"label": texts.SCENARIO, "teaches": texts.TEACHES},
        groups=groups,
        chosen=chosen.name,
        card=card,
        event_choose=on_choose,
    )


def shelves(scenarios: Sequence[Scenario]) -> list[dict[str, Any]]:
    """Scenarios as they stand in the list, on three shelves."""
    items: dict[str, list] = {texts.AHEAD: [], texts.HISTORY: [], texts.LABORATORY: []}
    for s in scenarios:
        old = texts.HISTORY if s.start < texts.TODAY else texts.AHEAD
        shelf = texts.LABORATORY if s.name.startswith("lab-") else old
        label = f"{s.number} · {s.title}" if s.number else s.title
        items[shelf].append({"name": s.name, "label": label})
    return [{"title": title, "items": held} for title, held in items.items() if held]


# --- the levers ----------------------------------------------------------------------------------


@solara.component_vue("levers.vue")
def _Levers(
    texts: dict,
    groups: list,
    start: dict,
    values: dict,
    moved: dict,
    event_move: Callable,
    event_reset: Callable,
    event_reset_all: Callable,
):
    """All sliders in one widget: a move sends one small message, not a tree of them."""


@solara.component
def Levers(
    scenario: Scenario,
    moved: dict[str, float],
    on_move: Callable[[str, float], None],
    on_reset: Callable[[str], None],
    on_reset_all: Callable[[], None],
):
    """Sliders for the simple levers. `moved` holds what differs from the scenario."""
    start = {name: scenario.settings()[name] for name in SIMPLE}
    groups = solara.use_memo(lambda: lever_groups(scenario), [scenario.name, scenario.hash])
    _Levers(
        texts={"title": texts.LEVERS, "reset_all": texts.RESET_ALL},
        groups=groups,
        start=start,
        values=start | {n: v for n, v in moved.items() if n in start},
        moved=moved,
        event_move=lambda data: on_move(data["name"], data["value"]),
        event_reset=on_reset,
        event_reset_all=lambda _: on_reset_all(),
    )


def lever_groups(scenario: Scenario) -> list[dict[str, Any]]:
    """The levers by who pulls them; one that no group names stands at the end."""
    named = {name for names in texts.GROUPS.values() for name in names}
    groups = {title: [n for n in names if n in SIMPLE] for title, names in texts.GROUPS.items()}
    groups[texts.OTHERS] = [name for name in SIMPLE if name not in named]
    return [
        {"title": title, "levers": [_card(SIMPLE[name], scenario) for name in names]}
        for title, names in groups.items()
        if names
    ]


def _card(lever: Lever, scenario: Scenario) -> dict[str, Any]:
    """All a slider says of its lever."""
    own = plain(scenario.settings()[lever.name], 2)
    unit = texts.RANGE.format(low=f"{lever.low:g}", high=f"{lever.high:g}", unit=lever.unit)
    facts = [texts.ENTERS.format(enters=lever.enters), texts.SOURCE.format(source=lever.source)]
    return {
        "name": lever.name,
        "label": lever.label,
        "low": lever.low,
        "high": lever.high,
        "step": 0.1 if lever.high - lever.low >= 2 else 0.05,
        "low_means": lever.low_means,
        "high_means": lever.high_means,
        "help": lever.help,
        "facts": " ".join([f"{unit.capitalize()}.", *facts]),
        "about": texts.ABOUT.format(lever=lever.label),
        "was": texts.WAS.format(value=own),
        "reset": texts.RESET_ONE.format(lever=lever.label, value=own),
        "dated": _dated(lever.name, scenario),
    }


def _dated(name: str, scenario: Scenario) -> str:
    """What the scenario itself does to a lever as it goes on; mostly nothing."""
    later = scenario.steps()[name][1:]
    if not later:
        return ""
    said = [
        texts.DATED_STEP.format(value=plain(value, 2), day=month(week_start(scenario.start, week)))
        for week, value in later
    ]
    return texts.DATED.format(steps=", ".join(said))
