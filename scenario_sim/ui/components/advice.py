"""Advice on the levers as they stand, and the badge of a replay."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape

import solara

from scenario_sim.errors import ScenarioSimError
from scenario_sim.formatting import format_long_date
from scenario_sim.language import current_language
from scenario_sim.scenario.advice import Advice, advise
from scenario_sim.ui import messages
from scenario_sim.ui.selectors import baseline_of, policy_of
from scenario_sim.ui.state import AppState


def advice_on(state: AppState) -> tuple[Advice, ...]:
    """Return advice on the visitor's own moves, not on what the scenario's author chose."""
    return _advice_on(state, current_language())


@lru_cache(maxsize=256)
def _advice_on(state: AppState, language: str) -> tuple[Advice, ...]:
    try:
        return advise(policy_of(state), baseline_of(state))
    except ScenarioSimError:  # an error card says why
        return ()


@solara.component
def AdvicePanel(advice: Sequence[Advice]):
    """List the advice; each item unfolds to its reason."""
    rows = "".join(
        f"<details><summary>{escape(_words(a))}</summary><p>{escape(a.reason)}</p></details>"
        for a in advice
    )
    title = f"<h3>{escape(messages.levers.ADVICE)}</h3>" if advice else ""
    solara.HTML(
        tag="section",
        unsafe_innerHTML=title + rows,
        classes=["sim-advice"] if advice else ["sim-advice", "is-empty"],
        attributes={"aria-live": "polite", "aria-label": messages.levers.ADVICE},
    )


def _words(advice: Advice) -> str:
    if advice.since is None:
        return advice.words
    return messages.levers.ADVICE_SINCE.format(
        day=format_long_date(advice.since), words=advice.words
    )


@solara.component
def ReplayBadge(side: str):
    """Tell whether a replay shows the picture before or after the last change."""
    words = {"before": messages.levers.BEFORE, "after": messages.levers.AFTER}.get(side, "")
    solara.HTML(
        tag="p",
        unsafe_innerHTML=escape(words),
        classes=["sim-replay", f"is-{side or 'over'}"],
        attributes={"aria-live": "polite"},
    )
