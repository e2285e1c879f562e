"""Keep the browser's address in step with the state, and follow Back and Forward."""

from __future__ import annotations

from collections.abc import Callable

import solara

from scenario_sim.errors import Problem
from scenario_sim.ui import messages
from scenario_sim.ui.components.widgets import Notice
from scenario_sim.ui.server.languages import LANGUAGE, choose_language, with_language
from scenario_sim.ui.state import AppState, Visit
from scenario_sim.ui.url import from_query, to_query


@solara.component_vue("url_sync.vue")
def _UrlSync(query: str, language: str, event_travelled: Callable[[str], None]):
    """Write the browser's history, without a reload and without a request."""


def use_opening_link(
    visit: solara.Reactive[Visit],
) -> tuple[solara.Reactive[tuple[Problem, ...]], str]:
    """Open the link by which the visitor came; return its problems, and the language it names.

    Call this before the state is read, so that no other state is drawn first.
    """
    query = solara.use_router().search

    def follow() -> tuple[tuple[Problem, ...], str]:
        language, reason = choose_language(query or "")
        if not query:
            return (), language
        link = from_query(query)
        visit.value = Visit(link.state)
        unknown = [Problem(LANGUAGE, reason)] if reason else []
        return (*unknown, *link.problems), language

    problems, language = solara.use_memo(follow, [])
    return solara.use_reactive(problems), language


@solara.component
def UrlSync(
    state: AppState,
    problems: solara.Reactive[tuple[Problem, ...]],
    on_travel: Callable[[AppState], None],
    language: str = "",
):
    """Write the state into the address, and show the problems of a link.

    Parameters
    ----------
    state : what the address shall hold.
    problems : of the last link that was opened.
    on_travel : gets the state that Back or Forward leads to.
    language : what the link named; the address keeps it.
    """

    def travelled(query: str) -> None:
        link = from_query(query)
        problems.value = tuple(link.problems)
        on_travel(link.state)

    query = solara.use_memo(lambda: with_language(to_query(state), language), [state])
    with solara.v.Html(tag="div", class_="sim-address"):
        _UrlSync(query=query, language=language, event_travelled=travelled)
        if problems.value:
            lines = [str(problem) for problem in problems.value]
            Notice(messages.links.TITLE, lines, messages.links.CURE, lambda: problems.set(()))
