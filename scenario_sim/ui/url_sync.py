"""The address bar always holds the whole state: it follows every move, and Back and Forward lead
through them. The address itself is written and read in `address`."""

from __future__ import annotations

from collections.abc import Callable

import solara

from scenario_sim.errors import Problem
from scenario_sim.ui import messages
from scenario_sim.ui.components.widgets import Notice
from scenario_sim.ui.state import AppState, Visit
from scenario_sim.ui.url import from_query, to_query, visit_in_history


@solara.component_vue("url_sync.vue")
def _AddressBar(query: str, event_travelled: Callable[[str], None]):
    """Writes the browser's history, without a reload and without asking the server."""


def use_opening_link(visit: solara.Reactive[Visit]) -> solara.Reactive[tuple[Problem, ...]]:
    """Opens the link that the visitor came by: call it before the state is read, so that nothing
    else is ever drawn. What in the link could not be followed is returned."""
    query = solara.use_router().search

    def follow() -> tuple[Problem, ...]:
        if not query:
            return ()
        arrival = from_query(query)
        visit.value = Visit(arrival.state)
        return tuple(arrival.problems)

    return solara.use_reactive(solara.use_memo(follow, []))


@solara.component
def UrlSync(
    state: AppState,
    problems: solara.Reactive[tuple[Problem, ...]],
    on_travel: Callable[[Callable[[Visit], Visit]], None],
):
    """Nothing to be seen, unless a link could not be followed all the way."""

    def travelled(query: str) -> None:
        arrival = from_query(query)
        problems.value = tuple(arrival.problems)
        on_travel(lambda visit: visit_in_history(visit, arrival.state))

    query = solara.use_memo(lambda: to_query(state), [state])
    with solara.v.Html(tag="div", class_="sim-address"):
        _AddressBar(query=query, event_travelled=travelled)
        if problems.value:
            lines = [str(problem) for problem in problems.value]
            Notice(messages.links.TITLE, lines, messages.links.CURE, lambda: problems.set(()))
