"""The strip under the fan: through which links of the model a policy reaches the risk."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import solara

from scenario_sim.data.pathways import PATHWAYS
from scenario_sim.reporting.why import ChangeText, LinkText, describe_change, pathway_details
from scenario_sim.simulation.change_explanation import ChangeExplanation, explain_change
from scenario_sim.ui.components.glossary import explain_words
from scenario_sim.ui.components.run_settings import ProgressBar, StoppedHint
from scenario_sim.ui.components.widgets import to_json
from scenario_sim.ui.messages import why as texts
from scenario_sim.ui.selectors import sides_of
from scenario_sim.ui.server.cache import CACHE, ResultCache, key_of
from scenario_sim.ui.server.jobs import Report, ignore, is_quiet
from scenario_sim.ui.state import AppState
from scenario_sim.ui.use_result import use_job

MAX_RUNS = 1000  # more would take longer than a reader waits
SCREENING_RUNS = 100
DELAY_S = 0.7  # of stillness: a drag explains its end alone

Cuts = tuple[str, ...]


@solara.component_vue("why.vue")
def _Strip(
    texts: dict,
    told: str,
    detail: str,
    busy: bool,
    event_open: Callable[[str], None],
    event_cut: Callable[[str], None],
    event_mend: Callable[[str], None],
):
    """Draw chains of steps and links; the link that is open shows what it is made of."""


@solara.component_vue("why_ask.vue")
def _Ask(texts: dict, event_ask: Callable[..., None]):
    """Draw the button that asks why."""


@solara.component
def WhyStrip(state: AppState):
    """Draw why the policy changes the risk; `state` is one `AppState.without_view`.

    Where few pages are open the work begins by itself once the levers rest. In a class, which would
    keep the server busy, it begins when the visitor asks.
    """
    is_asked, ask = solara.use_state(solara.use_memo(is_quiet, []))
    no_cuts: Cuts = ()
    cuts, set_cuts = solara.use_state(no_cuts, key="cuts")
    opened, open_link = solara.use_state("", key="opened")
    question = (state, cuts) if is_asked else None

    def work(report: Report, _: Callable) -> tuple[ChangeExplanation, ChangeText]:
        return explanation_of(state, cuts, report)

    job = use_job(
        question,
        work if is_asked else None,
        find=lambda: find_explanation(state, cuts) if is_asked else None,
        delay_s=DELAY_S * (not cuts),
    )
    if not is_asked:
        _Ask(texts=texts.TEXTS, event_ask=lambda *_: ask(True))
        return
    with solara.v.Html(tag="section", class_="sim-chain", attributes={"aria-label": texts.TITLE}):
        if job.state.value:
            text = job.state.value[1]
            _Strip(
                texts=texts.TEXTS,
                told=to_json(strip_data(text, cuts)),
                detail=to_json(detail_of(opened, text)),
                busy=job.state.question != question,
                event_open=lambda name: open_link("" if name == opened else name),
                event_cut=lambda name: set_cuts((*cuts, name)),
                event_mend=lambda name: set_cuts(tuple(c for c in cuts if name and c != name)),
            )
        share = job.share.value if job.is_running else -1.0
        ProgressBar(share, texts.WORKING.format(percent=round(100 * share)), job.stop)
        if job.state.is_stopped:
            StoppedHint(job.state.stop_reason or texts.STOPPED, job.again)
        if job.state.error:
            solara.HTML(tag="p", unsafe_innerHTML=escape(job.state.error), classes=["sim-note"])


def explanation_of(
    state: AppState, cuts: Cuts = (), report: Report = ignore, cache: ResultCache = CACHE
) -> tuple[ChangeExplanation, ChangeText]:
    """Return why the policy of a state changes the risk, from the cache where possible.

    Raises ScenarioSimError, and Cancelled where `report` does.
    """

    def compute(tell: Report) -> tuple[ChangeExplanation, ChangeText]:
        base, policy = sides_of(state)
        why = explain_change(
            base,
            policy,
            min(state.runs, MAX_RUNS),
            state.seed,
            screen=SCREENING_RUNS,
            cut=cuts,
            progress=lambda done, of: tell(done / of),
        )
        return why, describe_change(why)

    return cache.get(_key(state, cuts), compute, report)


def find_explanation(
    state: AppState, cuts: Cuts, cache: ResultCache = CACHE
) -> tuple[ChangeExplanation, ChangeText] | None:
    """Return the cached explanation of a state, or None."""
    return cache.peek(_key(state, cuts))


def _key(state: AppState, cuts: Cuts):
    return key_of(("why", state, cuts), sides_of(state)[-1], state.seed, state.runs)


def strip_data(text: ChangeText, cuts: Cuts) -> dict:
    """Return what the strip draws, as plain data."""
    return text.as_dict() | {"cuts": [{"id": c, "name": PATHWAYS[c].name} for c in cuts]}


def detail_of(name: str, text: ChangeText) -> dict:
    """Return what is shown of the open link; empty where it is not on the strip."""
    links: list[LinkText] = [link for chain in text.chains for link in chain.links]
    link = next((one for one in (*links, *text.others) if one.id == name), None)
    if link is None:
        return {}
    return {
        "id": link.id,
        "name": link.name,
        "words": explain_words(link.words),
        "without": explain_words(link.without),
        "parts": list(pathway_details(name)),
    }
