"""Write one run in the report: how it went, its branches, and the record of its weeks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from scenario_sim.data.enums import Rung
from scenario_sim.data.history.record import current_record
from scenario_sim.formatting import format_long_date, format_number
from scenario_sim.reporting.html import messages
from scenario_sim.reporting.html.tables import heading, paragraph, table_html
from scenario_sim.reporting.narrative import find_cycles, narrate_run, recorded_events
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.single_run import SingleRun
from scenario_sim.simulation.what_if import Counterfactual

WIDTH, HEIGHT = 720, 200  # of the line, pixels
DASHES = ("", "7 3", "2 3", "10 3 2 3", "4 2")
TOP = float(Rung.DIRECT_CONFRONTATION)  # tension stays below


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
        text = messages.RECORDED_TEXT.format(credit=record.credit, first=first, last=last)
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
