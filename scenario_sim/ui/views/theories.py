"""The same policy under each theory: the tab, and the line under the count that says how many agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

import solara

from scenario_sim.data.parameters import THEORIES, Theory
from scenario_sim.reporting import messages as chart_words
from scenario_sim.reporting.charts import (
    DARK,
    LIGHT,
    TheoryComparison,
    describe_agreement,
    theory_charts,
)
from scenario_sim.reporting.html.sections import MAX_THEORY_RUNS
from scenario_sim.ui import messages
from scenario_sim.ui.components.figures import Figure, hint
from scenario_sim.ui.components.glossary import explain_words
from scenario_sim.ui.components.run_settings import ProgressBar, StoppedHint
from scenario_sim.ui.components.widgets import TextButton
from scenario_sim.ui.ensembles import ensemble_of
from scenario_sim.ui.selectors import sides_of
from scenario_sim.ui.server.jobs import Report, ignore, is_quiet, part_of
from scenario_sim.ui.state import AppState
from scenario_sim.ui.use_result import JobHandle, use_job
from scenario_sim.validation.theory_evidence import evidence_about

DELAY_S = 1.0  # of stillness: a drag is judged at its end alone


def use_theories(
    state: AppState | None, delay_s: float = 0.0
) -> JobHandle[tuple[TheoryComparison, ...]]:
    """Simulate a state under each theory in the background, and show each as soon as it is there.

    state : one `AppState.without_view`; None asks for nothing.
    delay_s : how long the work waits for another state before it begins.
    """

    def gather(report: Report, show: Callable[[tuple[TheoryComparison, ...]], None]):
        done: tuple[TheoryComparison, ...] = ()
        assert state is not None
        for one in simulate_under_theories(state, report):
            done = (*done, one)
            show(done)
        return done

    return use_job(state, gather if state else None, delay_s=delay_s)


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


@solara.component
def Theories(state: AppState, dark: bool):
    """Draw the outcomes under each theory. `state` is one `AppState.without_view`."""
    job = use_theories(state)
    outcomes, is_current = job.state.value or (), job.state.question == state
    n, all_ = len(outcomes) if is_current else 0, len(THEORIES) + 1
    with solara.v.Html(tag="div", class_="sim-theories"):
        solara.HTML(unsafe_innerHTML=hint(messages.picture.THEORIES_HINT))
        count = messages.picture.THEORIES_PROGRESS.format(n=min(n + 1, all_), all=all_)
        ProgressBar(n / all_ if job.is_running else -1.0, count, job.stop)
        if job.state.is_stopped:
            stopped = messages.picture.THEORIES_STOPPED.format(n=n, all=all_)
            StoppedHint(job.state.stop_reason or stopped, job.again)
        if job.state.error:
            solara.HTML(tag="p", unsafe_innerHTML=escape(job.state.error), classes=["sim-note"])
        if outcomes:
            with solara.v.Html(
                tag="div",
                class_="sim-smalls",
                attributes={"aria-busy": str(not is_current).lower()},
            ):
                for small in theory_charts(outcomes, DARK if dark else LIGHT):
                    text = hint(small.hint)
                    Figure(small.title, text, small.chart, "theories", small.title).key(small.name)
        solara.HTML(unsafe_innerHTML=_theory_list(THEORIES))


def simulate_under_theories(state: AppState, report: Report = ignore) -> Iterator[TheoryComparison]:
    """Yield the outcomes under each theory, those of the model as it is set first.

    Raises ScenarioSimError, and Cancelled where `report` does.
    """
    sides = sides_of(state)
    runs = min(state.runs, MAX_THEORY_RUNS)
    kinds: list[Theory | None] = [None, *THEORIES]
    whole = len(kinds) * len(sides)
    for n, theory in enumerate(kinds):
        trajectories = [
            ensemble_of(
                side.with_theory(theory) if theory else side,
                *(state.seed, runs, part_of(report, n * len(sides) + m, whole)),
            ).trajectory
            for m, side in enumerate(sides)
        ]
        title = theory.title if theory else chart_words.THEORY_AS_SET
        yield TheoryComparison(
            title, trajectories[0], trajectories[1] if len(trajectories) == 2 else None
        )


def _theory_list(theories: Sequence[Theory]) -> str:
    items = "".join(map(_theory_item, theories))
    head = f"<summary>{escape(messages.picture.THEORIES_ABOUT)}</summary>"
    return f'<details class="sim-more sim-theory-list">{head}<dl>{items}</dl></details>'


def _theory_item(theory: Theory) -> str:
    lines = [
        f"{messages.picture.THEORY_FOR}: {theory.supports}.",
        f"{messages.picture.THEORY_AGAINST}: {theory.doubts}.",
    ]
    for evidence in evidence_about(theory.name):
        lines.append(f"{messages.picture.THEORY_RECORD}: {evidence.words}")
    small = "<br>".join(map(escape, lines))
    title, words = escape(theory.title), explain_words(theory.words)
    return f"<dt>{title}</dt><dd>{words}<br><small>{small}</small></dd>"
