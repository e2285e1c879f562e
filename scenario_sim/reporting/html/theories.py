"""Simulate a comparison under each theory, and write the section about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from scenario_sim.data.parameters import THEORIES, Theory
from scenario_sim.errors import ScenarioError
from scenario_sim.reporting.charts import LIGHT, TheoryComparison, theory_charts
from scenario_sim.reporting.html import messages
from scenario_sim.reporting.html.figures import ReportFigure
from scenario_sim.reporting.html.tables import heading, paragraph
from scenario_sim.reporting.messages import THEORY_AS_SET
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.ensemble import Progress, part_of_progress, simulate
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.validation.theory_evidence import evidence_about

MAX_THEORY_RUNS = 1000


def compare_under_theories(
    baseline: Trajectory,
    policy: Trajectory | None = None,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> tuple[TheoryComparison, ...]:
    """Return the comparison as the model is set, then under each theory.

    A theory about coefficients that a scenario's states do not have is left out.

    Parameters
    ----------
    baseline, policy : Trajectory
        Futures as the model is set; a theory is simulated on their first runs.
    jobs : int
        Threads; the result does not depend on them.
    progress : callable, optional
        Called with steps done and their number, over all theories.
    """
    sides = [side for side in (baseline, policy) if side is not None]
    kinds = list(_applicable_theories([side.scenario for side in sides]))
    runs = [int(run) for run in baseline.runs[:MAX_THEORY_RUNS]]
    found = [TheoryComparison(THEORY_AS_SET, baseline, policy)]
    for n, (theory, worlds) in enumerate(kinds):
        made = []
        for k, world in enumerate(worlds, start=n * len(worlds)):
            part = part_of_progress(progress, k, len(kinds) * len(worlds))
            made.append(
                simulate(world, runs, baseline.seed, keep="outcomes", jobs=jobs, progress=part)
            )
        of_policy = made[1] if policy is not None else None
        found.append(TheoryComparison(theory.title, made[0], of_policy))
    return tuple(found)


def _applicable_theories(scenarios: list[Scenario]) -> Iterator[tuple[Theory, list[Scenario]]]:
    for theory in THEORIES:
        try:
            yield theory, [scenario.with_theory(theory) for scenario in scenarios]
        except ScenarioError:
            continue


def theory_figures(found: Sequence[TheoryComparison]) -> list[ReportFigure]:
    """Return the charts of a comparison under theories."""
    if not found:
        return []
    return [
        ReportFigure(one.title, one.chart, 320, one.hint) for one in theory_charts(found, LIGHT)
    ]


def theories_html(found: Sequence[TheoryComparison]) -> Iterator[str]:
    """Yield the theories, their supporters and critics, and those that could not be tried."""
    tried = {one.title for one in found}
    yield heading(messages.THEORIES_HEADING) + paragraph(messages.THEORIES_TEXT, "quiet")
    items = "".join(
        f"<dt>{escape(theory.title)}</dt><dd>{escape(theory.words)} <small>{messages.FOR}: "
        f"{escape(theory.supports)}. {messages.AGAINST}: {escape(theory.doubts)}. "
        + " ".join(f"{messages.RECORD}: {escape(one.words)}" for one in evidence_about(theory.name))
        + "</small></dd>"
        for theory in THEORIES
        if theory.title in tried
    )
    yield f"<dl>{items}</dl>"
    left = [theory.title for theory in THEORIES if theory.title not in tried]
    if left:
        yield paragraph(messages.THEORIES_LEFT.format(names=", ".join(left)))
