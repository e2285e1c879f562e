"""A chart with its title, the sentence that reads it, and a table of its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import solara

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.formatting import format_long_date
from scenario_sim.language import localise_number
from scenario_sim.reporting import messages as chart_words
from scenario_sim.reporting.charts import Chart, OutcomeText
from scenario_sim.reporting.charts.chart import enlarge_chart
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.engine import engine_version
from scenario_sim.ui import messages
from scenario_sim.ui.code_snippets import stem_of
from scenario_sim.ui.components.glossary import explain_words, ladder_labels
from scenario_sim.ui.components.widgets import to_json
from scenario_sim.ui.selectors import baseline_of
from scenario_sim.ui.state import AppState

PRESENT_SCALE = 1.9  # of charts while presenting; `97-present.css` scales the text alike
is_presenting = solara.create_context(False)


@dataclass(frozen=True)
class ChartSource:
    """Origin that saved charts state.

    Attributes
    ----------
    title, stem : str
        The scenario's title, and the stem of file names.
    notes : tuple of str
        Levers that were moved; futures, seed, engine and date; how to cite.
    """

    title: str = ""
    stem: str = "scenario"
    notes: tuple[str, ...] = ()


def source_of(state: AppState, scenario: Scenario) -> ChartSource:
    """Return the origin of the charts of a state."""
    moved = [
        messages.picture.MOVED.format(
            lever=SETTINGS[name].label,
            value=localise_number(f"{value:g}"),
            own=localise_number(f"{own[name]:g}"),
        )
        for own in [baseline_of(state).settings()]
        for name, value in state.moved
    ]
    moved += [
        messages.picture.MOVED_ON.format(
            lever=SETTINGS[c.name].label, value=localise_number(f"{c.value:g}"), day=c.date
        )
        for c in state.changes
    ]
    run = {"runs": state.runs, "seed": state.seed, "engine": engine_version()}
    notes = (
        messages.picture.MOVED_LEVERS.format(levers="; ".join(moved)) if moved else "",
        messages.picture.MADE.format(day=format_long_date(date.today()), **run),
        messages.picture.CITE,
    )
    return ChartSource(scenario.title, stem_of(scenario), tuple(filter(None, notes)))


chart_source = solara.create_context(ChartSource())


@solara.component_vue("figure.vue")
def _Figure(
    name: str,
    kind: str,
    title: str,
    head: str,
    over: str,
    option: str,
    sentence: str,
    caption: str,
    numbers: str,
    texts: dict,
    about: str,
    notes: list,
    file: str,
    top: str,
    event_pick: Callable[[dict], None],
    event_raise: Callable[..., None],
):
    """Draw a whole figure in one widget, so that a move sends one small message.

    The table is folded. It stays open while its numbers change, and has rows only while open.
    """


@solara.component
def Figure(
    title: str,
    hint: str,
    chart: Chart,
    kind: str,
    caption: str,
    name: str = "",
    on_pick: Callable[[dict], None] = lambda _: None,
    on_top: Callable[[], None] | None = None,
    is_top: bool = False,
):
    """Draw a chart with its title, the sentence that reads it, and its table.

    Parameters
    ----------
    title : str
    hint : str
        HTML beside the title.
    chart : Chart
    kind : str
        The style: "fan", "roads", "small" or "theories".
    caption : str
        Of the table.
    name : str
        Tells the figure from others of its kind.
    on_pick : callable
        Gets the `day` and `value` at which a fan is clicked.
    on_top : callable, optional
        Puts the chart under the fan, or takes it away where `is_top`.
    """
    if solara.use_context(is_presenting):
        chart = enlarge_chart(chart, PRESENT_SCALE)
    world = solara.use_context(chart_source)
    _Figure(
        name=name or kind,
        kind=kind,
        title=title,
        head=f"<h2>{escape(title)}</h2>{hint}",
        over=ladder_labels() if kind == "fan" else "",
        option=chart.text,
        sentence=chart.sentence,
        caption=caption,
        numbers=to_json({"columns": chart.columns, "rows": chart.rows}),
        texts=messages.picture.FIGURE,
        about=f"{world.title}.",
        notes=list(world.notes),
        file=f"{world.stem}-{(name or kind).replace('_', '-')}",
        top=messages.picture.TO_TAB if is_top else messages.picture.TO_TOP if on_top else "",
        event_pick=on_pick,
        event_raise=lambda *_: on_top() if on_top else None,
    )


def fan_key(compared: bool) -> str:
    """Return the key to the fan's lines, as HTML."""
    front = messages.picture.KEY_POLICY if compared else messages.picture.KEY_ALONE
    key = f'<span class="sim-key-line is-policy"></span>{escape(front)}'
    if compared:
        key += (
            f'<span class="sim-key-line is-baseline"></span>{escape(messages.picture.KEY_BASELINE)}'
        )
    return f'<p class="sim-key">{key}<span>{escape(messages.picture.KEY_BANDS)}</span></p>'


def hint(text: str) -> str:
    """Return a quiet line under a title, as HTML."""
    return f'<p class="sim-key">{explain_words(text)}</p>'


@solara.component
def OutcomesPanel(rows: Sequence[OutcomeText], compared: bool):
    """List the outcomes; beside the baseline where two policies are compared."""
    columns = chart_words.OUTCOME_COLUMNS if compared else chart_words.OUTCOME_COLUMNS[:2]
    head = "".join(f'<th scope="col">{escape(c)}</th>' for c in columns[1:])
    body = "".join(_outcome_html(row, compared) for row in rows)
    title = f"<h2>{escape(messages.picture.OUTCOMES)}</h2>{hint(messages.picture.OUTCOMES_HINT)}"
    first = f'<th scope="col"><span class="sim-hidden">{escape(columns[0])}</span></th>'
    table = f"<table><thead><tr>{first}{head}</tr></thead><tbody>{body}</tbody></table>"
    solara.HTML(
        tag="section",
        unsafe_innerHTML=f'<div class="sim-figure-head">{title}</div>{table}',
        classes=["sim-outcomes"],
    )


def _outcome_html(row: OutcomeText, compared: bool) -> str:
    name = f'<th scope="row">{explain_words(row.title)} <small>{escape(row.unit)}</small></th>'
    if not compared:
        return f"<tr>{name}<td>{row.baseline}</td></tr>"
    if row.interval:
        shift = f"<td><b>{row.difference}</b> <small>{row.interval}</small></td>"
    else:
        shift = f'<td class="sim-untold">{escape(row.difference)}</td>'
    return f"<tr>{name}<td>{row.baseline}</td><td>{row.policy}</td>{shift}</tr>"
