"""A line under the count: under how many theories the policy moves the risk the same way."""

from __future__ import annotations

from html import escape

import solara

from scenario_sim.data.parameters import THEORIES
from scenario_sim.reporting.charts import describe_agreement
from scenario_sim.ui import messages
from scenario_sim.ui.components.widgets import TextButton
from scenario_sim.ui.server.jobs import is_quiet
from scenario_sim.ui.state import AppState
from scenario_sim.ui.views.theories import use_theories

DELAY_S = 1.0  # of stillness: a drag is judged at its end alone


@solara.component
def TheorySigns(state: AppState):
    """Draw whether the sign of the policy's effect holds; `state` is one `AppState.without_view`.

    The work is that of the tab with the theories, which then finds it done. Where few pages are open
    it begins by itself once the levers rest. In a class it begins when the visitor asks.
    """
    is_asked, ask = solara.use_state(solara.use_memo(is_quiet, []))
    job = use_theories(state if is_asked else None, DELAY_S)
    if not is_asked:
        TextButton(messages.picture.SIGNS_ASK, lambda: ask(True))
        return
    found = job.state.value or () if job.state.question == state else ()
    if len(found) == len(THEORIES) + 1:
        text = describe_agreement("confrontation_risk", found)
    elif job.is_running:
        text = messages.picture.SIGNS_WAIT.format(all=len(THEORIES))
    else:
        text = job.state.error or job.state.stop_reason
    classes = ["sim-signs", *["is-waiting"] * job.is_running]
    solara.HTML(tag="p", unsafe_innerHTML=escape(text), classes=classes)
