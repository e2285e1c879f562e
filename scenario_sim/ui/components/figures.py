"""What all pictures share: a title, the chart, the sentence that reads it, a table of its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import solara

from scenario_sim.reporting import messages as chart_words
from scenario_sim.reporting.charts import Chart, OutcomeText
from scenario_sim.reporting.charts.chart import enlarge_chart
from scenario_sim.ui import messages
from scenario_sim.ui.components.glossary import ladder_labels
from scenario_sim.ui.components.packed import to_json

WALL = 1.5  # how much larger everything is on a wall; `80-comfort.css` says the same of the text
is_presenting = solara.create_context(False)  # whether a page presents


@dataclass(frozen=True)
class ChartSource:
    """What saved charts say of the world they show: the scenario's title, and what files of it are
    called."""

    title: str = ""
    stem: str = "scenario"


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
    file: str,
    event_pick: Callable[[dict], None],
):
    """All of a figure in one widget: a move sends one small message, not a tree of them. The table
    folds; it stays open while its numbers change, and holds them only then."""


@solara.component
def Figure(
    title: str,
    hint: str,
    chart: Chart,
    kind: str,
    caption: str,
    name: str = "",
    on_pick: Callable[[dict], None] = lambda _: None,
):
    """A chart with its title, the sentence that reads it, and its table. `name` tells it from its
    kind. on_pick: hears the day and the value at which a fan is clicked."""
    if solara.use_context(is_presenting):
        chart = enlarge_chart(chart, WALL)
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
        texts=messages.FIGURE,
        about=f"{world.title}.",
        file=f"{world.stem}-{(name or kind).replace('_', '-')}",
        event_pick=on_pick,
    )


def fan_key(compared: bool) -> str:
    """How to read the fan's lines: HTML."""
    front = messages.KEY_POLICY if compared else messages.KEY_ALONE
    key = f'<span class="sim-key-line is-policy"></span>{escape(front)}'
    if compared:
        key += f'<span class="sim-key-line is-baseline"></span>{escape(messages.KEY_BASELINE)}'
    return f'<p class="sim-key">{key}<span>{escape(messages.KEY_BANDS)}</span></p>'


def hint(text: str) -> str:
    """A quiet line under a title: HTML."""
    return f'<p class="sim-key">{escape(text)}</p>'


@solara.component
def OutcomesPanel(rows: Sequence[OutcomeText], compared: bool):
    columns = chart_words.OUTCOME_COLUMNS if compared else chart_words.OUTCOME_COLUMNS[:2]
    head = "".join(f'<th scope="col">{escape(c)}</th>' for c in columns[1:])
    body = "".join(_outcome_html(row, compared) for row in rows)
    title = f"<h2>{escape(messages.OUTCOMES)}</h2>{hint(messages.OUTCOMES_HINT)}"
    first = f'<th scope="col"><span class="sim-hidden">{escape(columns[0])}</span></th>'
    table = f"<table><thead><tr>{first}{head}</tr></thead><tbody>{body}</tbody></table>"
    solara.HTML(
        tag="section",
        unsafe_innerHTML=f'<div class="sim-figure-head">{title}</div>{table}',
        classes=["sim-outcomes"],
    )


def _outcome_html(row: OutcomeText, compared: bool) -> str:
    name = f'<th scope="row">{escape(row.title)} <small>{escape(row.unit)}</small></th>'
    if not compared:
        return f"<tr>{name}<td>{row.baseline}</td></tr>"
    if row.interval:
        shift = f"<td><b>{row.difference}</b> <small>{row.interval}</small></td>"
    else:
        shift = f'<td class="sim-untold">{escape(row.difference)}</td>'
    return f"<tr>{name}<td>{row.baseline}</td><td>{row.policy}</td>{shift}</tr>"
