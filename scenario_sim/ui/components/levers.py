"""The levers: sliders in groups, the meaning of each, and the equations that it enters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import solara

from scenario_sim.data.parameters import SETTINGS, Lever, Parameter
from scenario_sim.formatting import format_month, format_number
from scenario_sim.language import cache_by_language, localise_number
from scenario_sim.model.introspection import find_lever_uses
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.advice import Advice
from scenario_sim.scenario.dates import week_start
from scenario_sim.ui import messages
from scenario_sim.ui.components.glossary import explain_words
from scenario_sim.ui.components.widgets import to_json
from scenario_sim.ui.state import DatedMove
from scenario_sim.validation.lever_effects import moves_little

MAX_SHOWN_VALUES = 3  # of a lever that the scenario changes; more do not fit beside its name
SIMPLE_LEVERS = {name: lever for name, lever in SETTINGS.items() if lever.simple}


@solara.component_vue("levers.vue")
def _Levers(
    texts: dict,
    groups: str,
    start: str,
    moved: dict,
    dated: list,
    flagged: dict,
    advanced: bool,
    hidden: str,
    can: dict,
    detail: dict,
    event_move: Callable,
    event_reset: Callable,
    event_reset_all: Callable,
    event_advance: Callable,
    event_explain: Callable,
    event_undo: Callable,
    event_redo: Callable,
    event_replay: Callable,
):
    """Draw all sliders in one widget, so that a move sends one small message."""


@solara.component
def Levers(
    scenario: Scenario,
    moved: dict[str, float],
    on_move: Callable[[str, float, bool], None],
    on_reset: Callable[[str], None],
    on_reset_all: Callable[[], None],
    changes: Sequence[DatedMove] = (),
    advice: Sequence[Advice] = (),
    advanced: bool = False,
    on_advanced: Callable[[bool], None] = lambda _: None,
    can: Mapping[str, bool] = {},
    on_undo: Callable[[], None] = lambda: None,
    on_redo: Callable[[], None] = lambda: None,
    on_replay: Callable[[str], None] = lambda _: None,
    only: Sequence[str] | None = None,
):
    """Draw the levers of a scenario.

    Parameters
    ----------
    scenario : Scenario
        As it stands.
    moved : dict of str to float
        Levers that differ from the scenario throughout.
    on_move, on_reset, on_reset_all : callable
        `on_move` gets the lever, its value, and whether this is a new step.
    changes : sequence of DatedMove
        Levers that differ from a date on.
    advice : sequence of Advice
    advanced : bool
        Whether all levers are shown.
    can : mapping of str to bool
        Which of "undo", "redo" and "replay" can be done.
    only : sequence of str or None
        The levers that may be moved, as in a lesson; None for all.
    """
    explained, explain = solara.use_state("")
    own = [scenario.name, scenario.hash, only]
    start = solara.use_memo(lambda: to_json(scenario.settings()), own)
    groups = solara.use_memo(lambda: to_json(filter_groups(lever_groups(scenario), only)), own)
    advanced = advanced or only is not None
    dated = sorted({change.name for change in changes})
    _Levers(
        texts=messages.levers.PANEL,
        groups=groups,
        start=start,
        moved=moved,
        dated=dated,
        flagged={name: a.words for a in reversed(advice) for name in a.levers},
        advanced=advanced,
        hidden=hidden_levers_text({*moved, *dated}),
        can=dict(can),
        detail=lever_detail(explained) if explained else {},
        event_move=lambda data: on_move(data["name"], data["value"], data.get("fresh", True)),
        event_reset=on_reset,
        event_reset_all=lambda _: on_reset_all(),
        event_advance=on_advanced,
        event_explain=explain,
        event_undo=lambda _: on_undo(),
        event_redo=lambda _: on_redo(),
        event_replay=on_replay,
    )


def hidden_levers_text(moved: set[str]) -> str:
    """Say how many levers simple mode shows, and how many hidden ones are moved."""
    many = len(moved - SIMPLE_LEVERS.keys())
    count = messages.levers.SHOWN.format(shown=len(SIMPLE_LEVERS), all=len(SETTINGS))
    moved_words = (
        messages.levers.HIDDEN_ONE if many == 1 else messages.levers.HIDDEN_MANY.format(many=many)
    )
    return f"{count} {moved_words}" if many else count


def lever_groups(scenario: Scenario) -> list[dict[str, Any]]:
    """Return all levers in their groups; a lever without a group stands at the end."""
    named = {name for names in messages.levers.GROUPS.values() for name in names}
    groups = dict(messages.levers.GROUPS) | {
        messages.levers.OTHERS: [n for n in SETTINGS if n not in named]
    }
    return [
        {"title": title, "levers": [_card(SETTINGS[name], scenario) for name in names]}
        for title, names in groups.items()
        if names
    ]


def filter_groups(groups: list[dict[str, Any]], only: Sequence[str] | None) -> list[dict[str, Any]]:
    """Return the groups with some of their levers; all levers where `only` is None."""
    if only is None:
        return groups
    some = [
        group | {"levers": [lever for lever in group["levers"] if lever["name"] in only]}
        for group in groups
    ]
    return [group for group in some if group["levers"]]


def _card(lever: Lever, scenario: Scenario) -> dict[str, Any]:
    """Return all that a slider shows of its lever."""
    own = format_number(scenario.settings()[lever.name], 2)
    unit = messages.levers.RANGE.format(
        low=localise_number(f"{lever.low:g}"),
        high=localise_number(f"{lever.high:g}"),
        unit=lever.unit,
    )
    facts = [
        messages.levers.ENTERS.format(enters=lever.enters),
        messages.levers.SOURCE.format(source=lever.source),
        moves_little(lever.name),
    ]
    return {
        "name": lever.name,
        "label": lever.label,
        "simple": lever.simple,
        "low": lever.low,
        "high": lever.high,
        "step": step_of(lever),
        "low_means": lever.low_means,
        "high_means": lever.high_means,
        "anchors": [_anchor(lever, value, words) for value, words in lever.anchors],
        "help": explain_words(lever.help),
        "facts": " ".join(filter(None, [f"{unit.capitalize()}.", *facts])),
        "about": messages.levers.ABOUT.format(lever=lever.label),
        "was": messages.levers.WAS.format(value=own),
        "reset": messages.levers.RESET_ONE.format(lever=lever.label, value=own),
        "dated": _dated(lever.name, scenario),
        "course": _course(lever.name, scenario),
        "hold": messages.levers.HOLD.format(value=own),
    }


def step_of(lever: Lever) -> float:
    """Return the step of a slider, which is also that of an arrow key."""
    return 0.1 if lever.high - lever.low >= 2 else 0.05


def _anchor(lever: Lever, value: float, words: str) -> dict[str, Any]:
    share = (value - lever.low) / (lever.high - lever.low)
    return {"value": value, "at": round(share, 4), "text": format_number(value, 2), "words": words}


def _dated(name: str, scenario: Scenario) -> str:
    """Say how the scenario itself changes a lever at later dates; "" where it does not."""
    later = scenario.steps()[name][1:]
    if not later:
        return ""
    steps = [
        messages.levers.DATED_STEP.format(
            value=format_number(value, 2), day=format_month(week_start(scenario.start, week))
        )
        for week, value in later
    ]
    return messages.levers.DATED.format(steps=", ".join(steps))


def _course(name: str, scenario: Scenario) -> str:
    """Return the values that a scenario gives a lever over time; "" where it keeps the first."""
    values = [format_number(value, 2) for _, value in scenario.steps()[name]]
    if len(values) < 2:
        return ""
    shown = values if len(values) <= MAX_SHOWN_VALUES else [values[0], "…", values[-1]]
    return " → ".join(shown)


# --- equations and sources -----------------------------------------------------------------------


@cache_by_language
def lever_detail(name: str) -> dict[str, Any]:
    """Return where a lever acts: its equations, its terms, and the coefficients of both.

    Every coefficient has its range and its source.
    """
    uses = find_lever_uses(name)
    coefficients = [p for e in uses.equations for p in e.parameters]
    coefficients += [t.coefficient for t in uses.terms]
    return {
        "name": name,
        "lead": messages.levers.DANGER_ONLY if uses.changes_hazards_only else "",
        "equations": [
            {"rule": f"equations.{e.rule}", "text": f"{e.makes} = {e.text}"} for e in uses.equations
        ],
        "terms": [
            {
                "text": messages.levers.TERM.format(state=t.state, what=t.what, words=t.words),
                "weight": (f"{t.through} × " if t.through else "") + _short(t.coefficient.default),
            }
            for t in uses.terms
        ],
        "coefficients": [_coefficient(p) for p in dict.fromkeys(coefficients)],
    }


def _coefficient(p: Parameter) -> dict[str, str]:
    unit = "" if p.unit == "-" else f" {p.unit}"
    ends = {"value": _short(p.default), "low": _short(p.low), "high": _short(p.high)}
    value = messages.levers.COEFFICIENT.format(**ends) + unit
    return {"name": p.name, "value": value, "help": p.help.replace("`", ""), "source": p.source}


def _short(value: float) -> str:
    return localise_number(f"{value:g}".replace("-", "−"))
