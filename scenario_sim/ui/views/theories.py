"""The same policy under each theory, in the background while its tab is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

import solara

from scenario_sim.data.parameters import THEORIES, Theory
from scenario_sim.reporting.charts import DARK, LIGHT, TheoryComparison, theory_charts
from scenario_sim.reporting.html.theories import MAX_THEORY_RUNS
from scenario_sim.reporting.messages import THEORY_AS_SET
from scenario_sim.ui import messages
from scenario_sim.ui.components.figures import Figure, hint
from scenario_sim.ui.components.run_settings import ProgressBar, StoppedHint
from scenario_sim.ui.ensembles import ensemble_of
from scenario_sim.ui.selectors import sides_of
from scenario_sim.ui.server.jobs import Report, ignore, part_of
from scenario_sim.ui.state import AppState
from scenario_sim.ui.use_result import use_job
from scenario_sim.validation.theory_evidence import evidence_about


@solara.component
def Theories(state: AppState, dark: bool):
    """`state`: less how it is shown (`AppState.world`)."""

    def gather(report: Report, show: Callable[[tuple[TheoryComparison, ...]], None]):
        done: tuple[TheoryComparison, ...] = ()
        for one in simulate_under_theories(state, report):
            done = (*done, one)
            show(done)
        return done

    job = use_job(state, gather)
    found, is_current = job.state.value or (), job.state.of == state
    n, all_ = len(found) if is_current else 0, len(THEORIES) + 1
    with solara.v.Html(tag="div", class_="sim-theories"):
        solara.HTML(unsafe_innerHTML=hint(messages.THEORIES_HINT))
        count = messages.THEORIES_PROGRESS.format(n=min(n + 1, all_), all=all_)
        ProgressBar(n / all_ if job.is_running else -1.0, count, job.stop)
        if job.state.is_stopped:
            StoppedHint(job.state.why or messages.THEORIES_STOPPED.format(n=n, all=all_), job.again)
        if job.state.error:
            solara.HTML(tag="p", unsafe_innerHTML=escape(job.state.error), classes=["sim-note"])
        if found:
            with solara.v.Html(
                tag="div",
                class_="sim-smalls",
                attributes={"aria-busy": str(not is_current).lower()},
            ):
                for small in theory_charts(found, DARK if dark else LIGHT):
                    said = hint(small.hint)
                    Figure(small.title, said, small.chart, "theories", small.title).key(small.name)
        solara.HTML(unsafe_innerHTML=_about(THEORIES))


def simulate_under_theories(state: AppState, report: Report = ignore) -> Iterator[TheoryComparison]:
    """Yield the outcomes under each theory, those of the model as it is set first.

    Raises ScenarioSimError, and Cancelled where `report` does.
    """
    sides = sides_of(state)
    runs = min(state.runs, MAX_THEORY_RUNS)
    kinds: list[Theory | None] = [None, *THEORIES]
    whole = len(kinds) * len(sides)
    for n, theory in enumerate(kinds):
        made = [
            ensemble_of(
                side.with_theory(theory) if theory else side,
                *(state.seed, runs, part_of(report, n * len(sides) + m, whole)),
            ).trajectory
            for m, side in enumerate(sides)
        ]
        title = theory.title if theory else THEORY_AS_SET
        yield TheoryComparison(title, made[0], made[1] if len(made) == 2 else None)


def _about(theories: Sequence[Theory]) -> str:
    items = "".join(
        f"<dt>{escape(t.title)}</dt><dd>{escape(t.words)}<br><small>"
        f"{messages.THEORY_FOR}: {escape(t.supports)}.<br>{messages.THEORY_AGAINST}: {escape(t.doubts)}."
        + "".join(
            f"<br>{messages.THEORY_RECORD}: {escape(one.words)}" for one in evidence_about(t.name)
        )
        + "</small></dd>"
        for t in theories
    )
    head = f"<summary>{escape(messages.THEORIES_ABOUT)}</summary>"
    return f'<details class="sim-more sim-theory-list">{head}<dl>{items}</dl></details>'
