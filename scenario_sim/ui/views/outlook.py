"""The page on the frozen outlook: its counts, what the article expects, and the scores so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import solara

from scenario_sim.language import translate
from scenario_sim.reporting import outlook as told
from scenario_sim.reporting import outlook_messages as messages
from scenario_sim.reporting.charts import DARK, LIGHT
from scenario_sim.ui.components.figures import Figure, hint
from scenario_sim.validation.outlook import Outlook, load_outlooks, score_outlooks


@solara.component
def OutlookPage(dark: bool):
    """Draw the outlook that was frozen last, and the scores of all of them.

    Parameters
    ----------
    dark : bool
        Colours of the chart.
    """
    outlooks = solara.use_memo(load_outlooks, [])
    attributes = {"id": "sim-outlook", "tabindex": "-1"}
    with solara.v.Html(
        tag="main", class_="sim-start sim-claims sim-outlook", attributes=attributes
    ):
        solara.HTML(unsafe_innerHTML=_lead(outlooks))
        if outlooks:
            _newest(outlooks[-1], dark)
        _section(messages.SCORES_TITLE, _scores(outlooks))


def _newest(outlook: Outlook, dark: bool) -> None:
    """Draw the outlook that was frozen last."""
    answers = (f"<p><b>{escape(c)}.</b> {escape(a)}</p>" for c, a in told.article_answers(outlook))
    _section(messages.ANSWERS_TITLE, "".join(answers))
    with solara.v.Html(tag="section", class_="sim-claim"):
        chart = told.outlook_chart(outlook, DARK if dark else LIGHT)
        note = hint(messages.CHART_HINT)
        Figure(messages.CHART_TITLE, note, chart, "small", messages.CHART_HINT, name="outlook")
        skill = f"<p><small>{escape(messages.SKILL_TITLE)}.</small> {escape(translate(outlook.skill))}</p>"
        solara.HTML(unsafe_innerHTML=skill)
    _section(messages.COUNTS_TITLE, _table(messages.COLUMNS, told.outlook_rows(outlook)))


def _lead(outlooks: Sequence[Outlook]) -> str:
    lines = "".join(f"<p>{escape(text)}</p>" for text in messages.LEAD)
    made = told.frozen_line(outlooks[-1]) if outlooks else messages.NONE_FROZEN
    text = f'<h2>{messages.TITLE}</h2>{lines}<p class="sim-quiet">{escape(made)}</p>'
    return f'<div class="sim-start-lead">{text}</div>'


def _scores(outlooks: Sequence[Outlook]) -> str:
    scored = score_outlooks(outlooks)
    lines = "".join(f"<p>{escape(line)}</p>" for line in told.score_lines(scored))
    rows = told.score_rows(scored)
    if not rows:
        return f"<p>{escape(messages.NO_SCORES)}</p>{lines}"
    return f"{lines}{_table(messages.SCORE_COLUMNS, rows)}<p>{escape(messages.UNSCORED_NOTE)}</p>"


def _section(title: str, html: str) -> None:
    text = f"<h3>{escape(title)}</h3>{html}"
    solara.HTML(tag="section", unsafe_innerHTML=text, classes=["sim-claim"])


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="sim-scroll" tabindex="0">{table}</div>'
