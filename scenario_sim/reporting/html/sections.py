"""Write the sections of the report: the theories, one run, its record, and why the risk changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from scenario_sim.data.enums import Rung
from scenario_sim.data.history.record import current_record
from scenario_sim.data.parameters import THEORIES, Theory
from scenario_sim.errors import ScenarioError
from scenario_sim.formatting import format_long_date, format_number
from scenario_sim.language import translate
from scenario_sim.reporting import messages as chart_words
from scenario_sim.reporting.charts import LIGHT, TheoryComparison, theory_charts
from scenario_sim.reporting.html import messages
from scenario_sim.reporting.html.figures import ReportFigure
from scenario_sim.reporting.html.tables import Row, heading, paragraph, table_html
from scenario_sim.reporting.narrative import find_cycles, narrate_run, recorded_events
from scenario_sim.reporting.why import ChainText, ChangeText, describe_change, pathway_details
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.change_explanation import ChangeExplanation
from scenario_sim.simulation.ensemble import Progress, part_of_progress, simulate
from scenario_sim.simulation.single_run import SingleRun
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.simulation.what_if import Counterfactual
from scenario_sim.validation.theory_evidence import evidence_about

MAX_THEORY_RUNS = 1000
WIDTH, HEIGHT = 720, 200  # of the line of a run's tension, pixels
DASHES = ("", "7 3", "2 3", "10 3 2 3", "4 2")
TOP = float(Rung.DIRECT_CONFRONTATION)  # tension stays below


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
    found = [TheoryComparison(chart_words.THEORY_AS_SET, baseline, policy)]
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


def theories_of(scenario: Scenario) -> tuple[Theory, ...]:
    """Return the shipped theories, then those of a scenario's plug-ins."""
    return THEORIES + scenario.plugins.theories


def _applicable_theories(scenarios: list[Scenario]) -> Iterator[tuple[Theory, list[Scenario]]]:
    for theory in theories_of(scenarios[0]):
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
    theories = theories_of(found[0].baseline.scenario)
    yield heading(messages.THEORIES_HEADING) + paragraph(messages.THEORIES_TEXT, "quiet")
    items = "".join(
        f"<dt>{escape(theory.title)}</dt><dd>{escape(theory.words)} <small>{messages.FOR}: "
        f"{escape(theory.supports)}. {messages.AGAINST}: {escape(theory.doubts)}. "
        + " ".join(f"{messages.RECORD}: {escape(one.words)}" for one in evidence_about(theory.name))
        + "</small></dd>"
        for theory in theories
        if theory.title in tried
    )
    yield f"<dl>{items}</dl>"
    left = [theory.title for theory in theories if theory.title not in tried]
    if left:
        yield paragraph(messages.THEORIES_LEFT.format(names=", ".join(left)))


# --- one run ---


def single_run_html(worlds: Mapping[str, SingleRun]) -> Iterator[str]:
    """Yield HTML parts; the first of `worlds` is the run that was watched, the others leave it."""
    first, *branches = worlds.items()
    world = first[1]
    yield heading(messages.ONE_WORLD.format(run=world.run, seed=world.seed))
    story = narrate_run(world)
    yield paragraph(story.summary)
    yield _line(worlds)
    yield from (paragraph(cycle.sentence) for cycle in find_cycles(world))
    if branches:
        yield table_html(
            messages.WORLDS_COLUMNS, map(_row, worlds.items()), caption=messages.WORLDS
        )
        for name, branch in branches:
            yield paragraph(f"{name}: {Counterfactual(world, branch).sentence}")
    rows = ((format_long_date(e.date), f"{e}") for e in story.entries)
    log = table_html(messages.LOG_COLUMNS, rows, "words")
    yield f"<details open><summary>{escape(messages.LOG)}</summary>{log}</details>"
    yield paragraph(story.left_out, "quiet")


def history_html(scenario: Scenario) -> Iterator[str]:
    """Yield HTML parts on the record; none where it tells nothing of these weeks."""
    rows = [(str(one.day), escape(f"{one.sentence}.")) for one in recorded_events(scenario)]
    if rows:
        log = table_html(messages.RECORDED_COLUMNS, rows, "words")
        yield f"<details open><summary>{escape(messages.RECORDED)}</summary>{log}</details>"
        record = current_record()
        first, last = (format_long_date(d) for d in (record.coverage.first, record.coverage.last))
        text = messages.RECORDED_TEXT.format(
            credit=translate(record.credit), first=first, last=last
        )
        yield paragraph(text, "quiet")


def _row(named: tuple[str, SingleRun]) -> tuple[str, ...]:
    name, world = named
    o = world.outcomes
    return (
        escape(name),
        Rung(int(o["peak_rung"])).label,
        format_number(o["mean_tension"], 1),
        *(format_number(o[column]) for column in ("launch_days", "icbm_tests", "talks_weeks")),
        format_number(1000 * o["confrontation_risk"], 1),
    )


def _line(worlds: Mapping[str, SingleRun]) -> str:
    """Return an SVG of every run's tension on one axis; the table and the log hold the same."""
    lines, key = [], []
    for dash, (name, world) in zip(DASHES, worlds.items(), strict=False):
        tension = world.recording["tension"][:, 0]
        step = WIDTH / max(1, len(tension) - 1)
        points = " ".join(
            f"{n * step:.1f},{HEIGHT * (1 - value / TOP):.1f}" for n, value in enumerate(tension)
        )
        style = f'fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="{dash}"'
        lines.append(f'<polyline points="{points}" {style}/>')
        mark = f'<svg width="30" height="8"><path d="M0 4H30" {style}/></svg>'
        key.append(f"{mark} {escape(name)}")
    label = escape(messages.WORLDS_LINE)
    svg = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{"".join(lines)}</svg>'
    return f'<figure>{svg}<figcaption class="quiet">{label} {" · ".join(key)}</figcaption></figure>'


def why_html(why: ChangeExplanation) -> Iterator[str]:
    """Yield the section for a class: sentence, chains and how they were worked out."""
    text = describe_change(why)
    yield heading(messages.WHY)
    yield paragraph(text.sentence, "lead" if not text.chains else "")
    for chain in text.chains:
        yield _chain_html(chain)
    for note in filter(None, (text.interaction, text.cut, text.how)):
        yield paragraph(note, "quiet")


def link_sources_html(why: ChangeExplanation) -> Iterator[str]:
    """Yield the table of all links, and what those of the chains are made of."""
    text = describe_change(why)
    if text.how:
        yield heading(messages.WHY_LINKS) + table_html(
            chart_words.WHY_COLUMNS, _rows(text), "words"
        )
    links = {link.pathway.id: link.pathway for chain in why.chains for link in chain}
    if links:
        yield heading(messages.WHY_SOURCES)
    for pathway in links.values():
        rows = [
            (escape(row["words"]), row["value"], row["source"])
            for row in pathway_details(pathway.id)
        ]
        yield f"<h3>{escape(pathway.name)}</h3>" + paragraph(pathway.words)
        yield table_html(messages.WHY_SOURCES_COLUMNS, rows, "words")


def _chain_html(chain: ChainText) -> str:
    """Return a chain as a list of steps with the links between them."""
    items = []
    for number, node in enumerate(chain.nodes):
        if number:
            link = chain.links[number - 1]
            items.append(
                f'<li class="link"><span>{escape(link.name)}</span> <b>{escape(link.share)}</b></li>'
            )
        items.append(f'<li class="step"><b>{escape(node.text)}</b> {escape(node.words)}</li>')
    return f'<ol class="chain">{"".join(items)}</ol>'


def _rows(text: ChangeText) -> Iterator[Row]:
    links = [link for chain in text.chains for link in chain.links]
    for link in (*dict.fromkeys(links), *text.others):
        first = f"<b>{escape(link.name)}.</b> {escape(link.words)}"
        yield first, link.share_error, link.ratio
