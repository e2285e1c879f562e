"""Write a state as a query string."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from scenario_sim.ui.packed_text import pack_text
from scenario_sim.ui.state import (
    DEFAULT_SCENARIO,
    GAME,
    START,
    WORLD,
    AppState,
    Branch,
    DatedMove,
    Pin,
)
from scenario_sim.ui.url.parts import (
    BRANCH,
    CHANGE,
    DATED,
    EDIT_SEPARATOR,
    FILE,
    FLAGS,
    GUESS,
    LESSON,
    MODEL,
    PAGE,
    PIN,
    SCENARIO,
    STEP,
    TAB,
    TOP,
    WHOLE_NUMBERS,
    short_fingerprint,
    step_as_opened,
)


def to_query(state: AppState) -> str:
    """Return the query string of a state, without its question mark.

    Equal states have equal strings.

    Examples
    --------
    >>> to_query(AppState().with_scenario("status-quo").with_lever("hotline", 0.8))
    'hotline=0.8&page=picture'
    """
    parts: list[tuple[str, str]] = []
    # In a lesson a link without a scenario is the step as it opens.
    if (state.scenario != DEFAULT_SCENARIO or state.lesson) and not state.text:
        parts.append((SCENARIO, state.scenario))
    parts += [(name, _number(value)) for name, value in state.moved]
    parts += [(DATED, _change(c)) for c in state.changes]
    parts += [(BRANCH, _branch(branch)) for branch in state.branches]
    parts += [(PIN, _pin(pin)) for pin in state.pins]
    usual = AppState()
    for name in WHOLE_NUMBERS:
        if getattr(state, name) != getattr(usual, name):
            parts.append((name, str(getattr(state, name))))
    if state.lesson:
        parts += [(LESSON, state.lesson), (STEP, str(state.step + 1))]
        parts += [(GUESS, f"{step + 1}:{_number(guess)}") for step, guess in state.guesses]
    parts += [(short, "1") for short, name in FLAGS.items() if getattr(state, name)]
    opening = step_as_opened(state).tab if state.lesson else usual.tab
    if state.tab != opening:
        parts.append((TAB, state.tab))
    if state.top:
        parts.append((TOP, state.top))
    if state.change:
        parts.append((CHANGE, state.change))
    if state.text:
        parts.append((FILE, pack_text(state.text)))
    # The reader takes a link with any part for one to the picture.
    if state.page != START or parts:
        parts.append((PAGE, state.page))
    if state.page in (WORLD, GAME) or state.branches:
        parts.append((MODEL, short_fingerprint()))
    return urlencode(parts, quote_via=quote, safe=":~")


def _change(change: DatedMove) -> str:
    return f"{change.date}:{change.name}:{_number(change.value)}"


def _branch(branch: Branch) -> str:
    acts = [f"{act.date}:{act.state}:{act.channel}:{act.action}" for act in branch.acts]
    return EDIT_SEPARATOR.join((branch.name, *map(_change, branch.changes), *acts))


def _pin(pin: Pin) -> str:
    levers = [f"{name}:{_number(value)}" for name, value in pin.moved]
    return EDIT_SEPARATOR.join((pin.name, pin.scenario, *levers, *map(_change, pin.changes)))


def _number(value: float) -> str:
    """Return a number as short as it reads back the same: `1`, `0.25`."""
    short = f"{value + 0.0:g}"
    return short if float(short) == value else repr(value)
