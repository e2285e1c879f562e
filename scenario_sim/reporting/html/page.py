"""Write the report's page, from the title to the scenario files.

In order: what changed, what follows, charts, every number, how to make it again, sources, limits and
scenario files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count

from scenario_sim.data.history.record import current_record, replacement_record
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.formatting import format_month, format_period
from scenario_sim.language import localise_number, translate
from scenario_sim.reporting import messages as chart_words
from scenario_sim.reporting.charts import (
    Risk,
    TheoryComparison,
    estimate_precision,
    precision_rows,
    precision_sentence,
)
from scenario_sim.reporting.estimates import precision_columns
from scenario_sim.reporting.html import messages
from scenario_sim.reporting.html.figures import (
    ReportFigure,
    figure_html,
    figure_table_html,
    read_echarts,
    trajectory_figures,
    trajectory_history_figures,
)
from scenario_sim.reporting.html.sections import (
    history_html,
    link_sources_html,
    single_run_html,
    theories_html,
    theory_figures,
    why_html,
)
from scenario_sim.reporting.html.tables import (
    Row,
    changed_rows,
    changed_settings,
    comparison_table_rows,
    definition_list,
    heading,
    html_page,
    paragraph,
    read_asset,
    run_table_rows,
    table_html,
)
from scenario_sim.reporting.outcome_table import outcome_texts
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import dump_scenario, list_scenarios, load_scenario
from scenario_sim.simulation.change_explanation import ChangeExplanation
from scenario_sim.simulation.comparison import Comparison
from scenario_sim.simulation.engine import engine_version
from scenario_sim.simulation.single_run import SingleRun
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.validation import badge


@dataclass(frozen=True)
class ReportSection:
    """A further section: words, a table and charts. The first cell of a row is HTML."""

    title: str
    text: str
    columns: Sequence[str]
    rows: Sequence[Row]
    figures: Sequence[ReportFigure] = ()


def render_report(
    baseline: Trajectory,
    policy: Trajectory | None = None,
    pictures: Sequence[ReportFigure] | None = None,
    theories: Sequence[TheoryComparison] = (),
    worlds: Mapping[str, SingleRun] | None = None,
    past: Sequence[ReportFigure] | None = None,
    parts: Sequence[ReportSection] = (),
    why: ChangeExplanation | None = None,
) -> str:
    """Return one self-contained HTML file about a comparison, or about one scenario.

    Parameters
    ----------
    baseline, policy : Trajectory
        The futures; without a policy the report is about the baseline alone.
    pictures, past : sequence of ReportFigure, optional
        Charts, and charts of the record, drawn already where the weeks are no longer at hand; else they
        are drawn here.
    theories : sequence of TheoryComparison
        The same under each theory (`compare_under_theories`), the model as it is set first; without
        them the page has no such section.
    worlds : mapping of str to SingleRun, optional
        One run that was watched and those that leave it, by name.
    parts : sequence of ReportSection
        Further sections.
    why : ChangeExplanation, optional
        Why the policy changes the risk; without it the page has no such section.
    """
    if pictures is None:
        pictures = trajectory_figures(baseline, policy)
    if past is None:
        past = trajectory_history_figures(baseline, policy)
    large, small = ([f for f in pictures if f.small == small] for small in (False, True))
    comparison = Comparison(baseline, policy) if policy is not None else None
    numbers = count()
    html = [
        *_brief(baseline, comparison, large, numbers, why, bool(pictures)),
        *_annex(baseline, comparison, parts, large, numbers),
        *_further_figures(theories, small, past, numbers),
    ]
    if worlds:
        html += [*single_run_html(worlds), *history_html(baseline.scenario)]
    html += [
        *_limits(baseline),
        *(link_sources_html(why) if why is not None else ()),
        *_sources(baseline.scenario, policy.scenario if policy else None),
        *_reproduction(baseline, policy, why is not None),
    ]
    needed = pictures or past or theories or any(part.figures for part in parts)
    script = (
        f"<script>{read_echarts()}</script>\n<script>{read_asset('draw.js')}</script>"
        if needed
        else ""
    )
    return html_page(_title(baseline, policy), "\n".join(html), script)


def _brief(
    baseline: Trajectory,
    comparison: Comparison | None,
    large: Sequence[ReportFigure],
    numbers: Iterator[int],
    why: ChangeExplanation | None,
    has_pictures: bool,
) -> Iterator[str]:
    """Yield two pages for a class: the question, the answer, the charts and the main outcomes."""
    policy = comparison.policy if comparison is not None else None
    yield '<div class="brief">'
    yield from _head(baseline, policy)
    if policy is not None:
        yield from _changes(baseline.scenario, policy.scenario)
    yield from _in_short(Risk.of(baseline, comparison))
    if why is not None:
        yield from why_html(why)
    if has_pictures:
        yield f'<p class="quiet key">{escape(messages.KEY if comparison else messages.KEY_ALONE)}</p>'
        yield from _figures(large, numbers)
    else:
        yield paragraph(messages.NO_PICTURES)
    yield from _main_outcomes(baseline, comparison)
    yield paragraph(messages.LIMITS_TEXT[0], "quiet")
    yield "</div>"


def _annex(
    baseline: Trajectory,
    comparison: Comparison | None,
    parts: Sequence[ReportSection],
    large: Sequence[ReportFigure],
    numbers: Iterator[int],
) -> Iterator[str]:
    """Yield further sections, all outcomes, and the tables that stand beside charts on screen."""
    yield heading(messages.ANNEX, "annex") + paragraph(messages.ANNEX_TEXT, "quiet")
    for part in parts:
        yield heading(part.title) + paragraph(part.text)
        yield table_html(part.columns, part.rows)
        yield from _figures(part.figures, numbers)
    yield from _outcomes(baseline, comparison)
    yield from _precision(baseline, comparison)
    for figure in large:
        yield f'<div class="on-paper">{figure_table_html(figure)}</div>'


def _further_figures(
    theories: Sequence[TheoryComparison],
    small: Sequence[ReportFigure],
    past: Sequence[ReportFigure],
    numbers: Iterator[int],
) -> Iterator[str]:
    """Yield the charts by theory, the small ones, and those of the record."""
    if theories:
        yield from theories_html(theories)
        yield from _figures(theory_figures(theories), numbers)
    if small:
        yield heading(messages.MORE)
        yield from _figures(small, numbers)
    if past:
        yield heading(messages.PAST_HEADING)
        yield paragraph(
            messages.PAST_TEXT.format(credit=translate(current_record().credit)), "quiet"
        )
        yield from _figures(past, numbers)


def _main_outcomes(baseline: Trajectory, comparison: Comparison | None) -> Iterator[str]:
    """Yield the few outcomes that the page lists too."""
    compared = comparison is not None
    rows = []
    for row in outcome_texts(baseline, comparison):
        change = f"{row.difference} ({row.interval})" if row.interval else row.difference
        cells = (row.baseline, row.policy, change) if compared else (row.baseline,)
        rows.append((f"{escape(row.title)} <small>{escape(row.unit)}</small>", *cells))
    yield table_html(
        chart_words.OUTCOME_COLUMNS if compared else chart_words.OUTCOME_COLUMNS[:2], rows
    )


def _outcomes(baseline: Trajectory, comparison: Comparison | None) -> Iterator[str]:
    yield heading(messages.OUTCOMES_HEADING)
    if comparison:
        yield table_html(
            messages.COLUMNS_TWO, comparison_table_rows(comparison), caption=messages.OUTCOMES_TWO
        )
    else:
        yield table_html(
            messages.COLUMNS_ONE, run_table_rows(baseline), caption=messages.OUTCOMES_ONE
        )


def _figures(pictures: Sequence[ReportFigure], numbers: Iterator[int]) -> Iterator[str]:
    """Yield figures; `numbers` gives each its number on the page."""
    for figure in pictures:
        yield figure_html(next(numbers), figure)


def _precision(baseline: Trajectory, comparison: Comparison | None) -> Iterator[str]:
    found, compared = estimate_precision(baseline, comparison), comparison is not None
    yield heading(messages.PRECISION_HEADING) + paragraph(precision_sentence(found[0], compared))
    rows = [(escape(first), *rest) for first, *rest in precision_rows(found, compared)]
    yield table_html(precision_columns(compared), rows)


def _title(baseline: Trajectory, policy: Trajectory | None) -> str:
    title = baseline.scenario.title
    if policy is None or policy.scenario.title == title:
        return title
    return f"{title} · {policy.scenario.title}"


def _head(baseline: Trajectory, policy: Trajectory | None) -> Iterator[str]:
    scenario = baseline.scenario
    runs = messages.PAIRS if policy is not None else messages.FUTURES
    when = messages.WHEN.format(
        span=format_period(scenario.weeks),
        start=format_month(scenario.start),
        runs=runs.format(runs=int(baseline.runs.size)),
        seed=baseline.seed,
    )
    yield f'<p class="disclaimer">{escape(messages.DISCLAIMER)}</p>'
    yield f"<h1>{escape(_title(baseline, policy))}</h1>"
    yield paragraph(when[:1].upper() + when[1:], "quiet")
    if scenario.question:
        yield paragraph(scenario.question, "question")
    yield paragraph(messages.CONTENT_NOTE, "quiet")


def _changes(baseline: Scenario, policy: Scenario) -> Iterator[str]:
    yield heading(messages.CHANGED)
    rows = list(changed_rows(baseline, policy))
    if rows:
        yield table_html(messages.CHANGED_COLUMNS, rows, "words")
    if baseline.hash == policy.hash:
        yield paragraph(messages.CHANGED_NOTHING)
    elif _differ_otherwise(baseline, policy):
        yield paragraph(messages.CHANGED_ELSE)


def _differ_otherwise(baseline: Scenario, policy: Scenario) -> bool:
    """Return whether scenarios differ in anything but settings: conditions, shocks, acts ..."""
    mine, other = baseline.canonical(), policy.canonical()
    return mine | {"settings": None} != other | {"settings": None}


def _in_short(risk: Risk) -> Iterator[str]:
    yield heading(messages.SHORT)
    yield paragraph(risk.sentence, "lead")
    yield paragraph(" ".join(risk.details), "quiet")
    yield paragraph(messages.SIGNS, "quiet")


def _limits(trajectory: Trajectory) -> Iterator[str]:
    yield heading(messages.LIMITS)
    for text in messages.LIMITS_TEXT:
        yield paragraph(text.format(runs=int(trajectory.runs.size)))
    yield paragraph(badge())


def _sources(baseline: Scenario, policy: Scenario | None) -> Iterator[str]:
    sides = [side for side in (baseline, policy) if side is not None]
    of_changes = [f"{c.date}: {c.source}" for side in sides for c in side.changes if c.source]
    of_scenario = list(dict.fromkeys([*(s for side in sides for s in side.sources), *of_changes]))
    moved = [SETTINGS[name] for name in (changed_settings(baseline, policy) if policy else ())]
    of_levers = [f"{lever.label}: {lever.source}" for lever in moved]
    if of_scenario or of_levers:
        yield heading(messages.SOURCES_HEADING)
    for title, items in (
        (messages.SOURCES_SCENARIO, of_scenario),
        (messages.SOURCES_LEVERS, of_levers),
    ):
        if items:
            listed = "".join(f"<li>{escape(item)}</li>" for item in items)
            yield f"<h3>{escape(title)}</h3><ul>{listed}</ul>"


def _reproduction(
    baseline: Trajectory, policy: Trajectory | None, explained: bool
) -> Iterator[str]:
    """Yield the command, what identifies the result, and the files that the command needs."""
    sides = [(baseline, messages.BASELINE_FILE)]
    if policy is not None:
        sides.append((policy, messages.POLICY_FILE))
    called = [_shipped_name(side.scenario) or name for side, name in sides]
    runs, seed = int(baseline.runs.size), baseline.seed
    verb = "run" if policy is None else "compare"
    command = f"scenario-sim {verb} {' '.join(called)} --runs {runs} --seed {seed}"
    command += " --why" * explained
    if replacement_record() is not None:
        command += " --record DIR"
    yield heading(messages.AGAIN)
    yield paragraph(messages.AGAIN_TEXT) + f"<pre>{escape(command)}</pre>"
    engine, seed_, futures, weeks, first, second, alone = messages.FACTS
    told = {engine: engine_version(), seed_: seed, futures: localise_number(f"{runs:,}")}
    told[weeks] = baseline.scenario.weeks
    told[alone if policy is None else first] = baseline.scenario.hash
    if policy is not None:
        told[second] = policy.scenario.hash
    yield definition_list(told)
    yield heading(messages.APPENDIX) + paragraph(messages.AGAIN_FILES)
    for (side, _), name in zip(sides, called, strict=True):
        yield f"<h3>{escape(name)}</h3><pre>{escape(_scenario_text(side.scenario))}</pre>"


def _scenario_text(scenario: Scenario) -> str:
    """Return the scenario's file without its lecture seeds: the report is about all runs."""
    return dump_scenario(scenario.model_copy(update={"lecture_seeds": ()}))


def _shipped_name(scenario: Scenario) -> str:
    """Return the name under which this very scenario is shipped; "" if it is not."""
    known = scenario.name in list_scenarios()
    return scenario.name if known and load_scenario(scenario.name).hash == scenario.hash else ""
