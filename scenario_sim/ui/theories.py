"""The same policy under each theory, in the background while its tab is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

import solara

from scenario_sim.charts import DARK, LIGHT, UnderTheory, theory_charts
from scenario_sim.charts.words import THEORY_AS_SET
from scenario_sim.parameters import THEORIES, Theory
from scenario_sim.report.theories import MOST_RUNS
from scenario_sim.ui import texts
from scenario_sim.ui.ensembles import ensemble_of
from scenario_sim.ui.figures import Figure, hint
from scenario_sim.ui.lookout import ProgressBar, Stopped
from scenario_sim.ui.selectors import sides_of
from scenario_sim.ui.server.jobs import Report, ignore, part_of
from scenario_sim.ui.state import AppState
from scenario_sim.ui.use_result import use_job
from scenario_sim.validation.evidence import about


@solara.component
def Theories(state: AppState, dark: bool):
    """`state`: less how it is shown (`AppState.world`)."""

    def gather(report: Report, show: Callable[[tuple[UnderTheory, ...]], None]):
        done: tuple[UnderTheory, ...] = ()
        for one in under_theories(state, report):
            done = (*done, one)
            show(done)
        return done

    job = use_job(state, gather)
    found, is_current = job.state.value or (), job.state.of == state
    n, all_ = len(found) if is_current else 0, len(THEORIES) + 1
    with solara.v.Html(tag="div", class_="sim-theories"):
        solara.HTML(unsafe_innerHTML=hint(texts.THEORIES_HINT))
        count = texts.THEORIES_PROGRESS.format(n=min(n + 1, all_), all=all_)
        ProgressBar(n / all_ if job.is_running else -1.0, count, job.stop)
        if job.state.is_stopped:
            Stopped(job.state.why or texts.THEORIES_STOPPED.format(n=n, all=all_), job.again)
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


def under_theories(state: AppState, report: Report = ignore) -> Iterator[UnderTheory]:
    """Yield the outcomes under each theory, those of the model as it is set first.

    Raises ScenarioSimError, and Cancelled where `report` does.
    """
    sides = sides_of(state)
    runs = min(state.runs, MOST_RUNS)
    kinds: list[Theory | None] = [None, *THEORIES]
    whole = len(kinds) * len(sides)
    for n, theory in enumerate(kinds):
        made = [
            ensemble_of(
                theory.of(side) if theory else side,
                *(state.seed, runs, part_of(report, n * len(sides) + m, whole)),
            ).trajectory
            for m, side in enumerate(sides)
        ]
        title = theory.title if theory else THEORY_AS_SET
        yield UnderTheory(title, made[0], made[1] if len(made) == 2 else None)


def _about(theories: Sequence[Theory]) -> str:
    items = "".join(
        f"<dt>{escape(t.title)}</dt><dd>{escape(t.words)}<br><small>"
        f"{texts.THEORY_FOR}: {escape(t.supports)}.<br>{texts.THEORY_AGAINST}: {escape(t.doubts)}."
        + "".join(f"<br>{texts.THEORY_RECORD}: {escape(one.words)}" for one in about(t.name))
        + "</small></dd>"
        for t in theories
    )
    head = f"<summary>{escape(texts.THEORIES_ABOUT)}</summary>"
    return f'<details class="sim-more sim-theory-list">{head}<dl>{items}</dl></details>'
