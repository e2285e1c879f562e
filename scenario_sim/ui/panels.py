"""What a visitor sees: risk, the fan, the roads, the table, and what to do when something fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import solara

from scenario_sim.charts import Chart, OutcomeRow, Risk
from scenario_sim.charts import words as chart_words
from scenario_sim.ui import texts
from scenario_sim.ui.drawing import Drawing


@solara.component_vue("numbers.vue")
def Numbers(title: str, caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]):
    """A table that folds; it stays open while its numbers change."""


@solara.component
def Figure(title: str, hint: str, chart: Chart, kind: str, caption: str):
    """A chart with its title, the sentence that reads it, and its table."""
    with solara.v.Html(tag="figure", class_=f"sim-figure sim-figure-{kind}"):
        head = f"<h2>{escape(title)}</h2>{hint}"
        solara.HTML(tag="figcaption", unsafe_innerHTML=head, classes=["sim-figure-head"])
        solara.FigureEcharts(
            option=chart.option,
            attributes={"class": f"sim-chart sim-chart-{kind}"},
            responsive=True,
        )
        solara.HTML(tag="p", unsafe_innerHTML=escape(chart.sentence), classes=["sim-reading"])
        Numbers(title=texts.NUMBERS, caption=caption, columns=chart.columns, rows=chart.rows)


# --- risk ----------------------------------------------------------------------------------------


@solara.component
def RiskPanel(risk: Risk):
    """Natural frequencies in large type, beside a thousand dots."""
    solara.HTML(unsafe_innerHTML=_risk_html(risk), classes=["sim-risk"])


def _risk_html(risk: Risk) -> str:
    lead = f'<p class="sim-lead">{_marked(risk)}</p>'
    if risk.compared:
        shift = (risk.ratio_text, risk.ratio_interval, risk.shift_text)
        facts = f"<strong>{escape(shift[0])}</strong> · {escape(shift[1])} · {escape(shift[2])}"
    else:
        facts = escape(risk.error_text)
    small = " ".join((risk.level_text, risk.drawn_text))
    head = f'<h2 class="sim-hidden">{escape(texts.RISK)}</h2>'
    foot = f'<p class="sim-facts">{facts}</p><p class="sim-quiet">{escape(small)}</p>'
    return f'<div class="sim-risk-text">{head}{lead}{foot}</div>{_dots(risk)}'


def _marked(risk: Risk) -> str:
    """The sentence, its numbers in the colours of the two worlds."""
    text = escape(risk.sentence)
    numbers = [risk.futures(risk.baseline)]
    kinds = ["baseline", "policy"] if risk.compared else ["policy"]
    if risk.compared:
        numbers.append(risk.futures(risk.policy))
    for number, kind in zip(numbers, kinds, strict=True):
        word, mark = f"about {number}", f'about <b class="sim-{kind}">{number}</b>'
        text = text.replace(word, mark, 1)
    return text


PITCH, ACROSS, DOWN = 8, 50, 20


def _dots(risk: Risk) -> str:
    """A thousand futures as dots: filled, those that see a confrontation under this policy; ringed,
    those under the baseline. The text beside says the same."""
    policy = min(1000, round(1000 * risk.shown))
    rings = min(1000, round(1000 * risk.baseline)) if risk.compared else 0
    centre = [
        (PITCH * (n // DOWN) + PITCH / 2, PITCH * (n % DOWN) + PITCH / 2)
        for n in range(max(policy, rings))
    ]
    marks = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="3"/>' for x, y in centre[:policy])
    ringed = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="3.2"/>' for x, y in centre[:rings])
    width, height = PITCH * ACROSS, PITCH * DOWN
    key = f'<span class="sim-dot"></span>{escape(texts.DOTS_POLICY if risk.compared else texts.DOTS_ALONE)}'
    if risk.compared:
        key += f' <span class="sim-ring"></span>{escape(texts.DOTS_BASELINE)}'
    return (
        f'<div class="sim-dots"><svg viewBox="0 0 {width} {height}" aria-hidden="true">'
        f'<defs><pattern id="sim-dot" width="{PITCH}" height="{PITCH}" patternUnits="userSpaceOnUse">'
        f'<circle cx="{PITCH / 2:g}" cy="{PITCH / 2:g}" r="1.6"/></pattern></defs>'
        f'<rect width="{width}" height="{height}" fill="url(#sim-dot)"/>'
        f'<g class="sim-dots-policy">{marks}</g><g class="sim-dots-baseline">{ringed}</g></svg>'
        f'<p class="sim-quiet">{escape(texts.DOTS)} {key}</p></div>'
    )


# --- the other panels ----------------------------------------------------------------------------


def fan_key(compared: bool) -> str:
    """How to read the fan's lines: HTML."""
    front = texts.KEY_POLICY if compared else texts.KEY_ALONE
    key = f'<span class="sim-key-line is-policy"></span>{escape(front)}'
    if compared:
        key += f'<span class="sim-key-line is-baseline"></span>{escape(texts.KEY_BASELINE)}'
    return f'<p class="sim-key">{key}<span>{escape(texts.KEY_BANDS)}</span></p>'


def hint(text: str) -> str:
    """A quiet line under a title: HTML."""
    return f'<p class="sim-key">{escape(text)}</p>'


@solara.component
def OutcomesPanel(rows: Sequence[OutcomeRow], compared: bool):
    columns = chart_words.OUTCOME_COLUMNS if compared else chart_words.OUTCOME_COLUMNS[:2]
    head = "".join(f'<th scope="col">{escape(c)}</th>' for c in columns[1:])
    body = "".join(_outcome_html(row, compared) for row in rows)
    title = f"<h2>{escape(texts.OUTCOMES)}</h2>{hint(texts.OUTCOMES_HINT)}"
    first = f'<th scope="col"><span class="sim-hidden">{escape(columns[0])}</span></th>'
    table = f"<table><thead><tr>{first}{head}</tr></thead><tbody>{body}</tbody></table>"
    solara.HTML(
        tag="section",
        unsafe_innerHTML=f'<div class="sim-figure-head">{title}</div>{table}',
        classes=["sim-outcomes"],
    )


def _outcome_html(row: OutcomeRow, compared: bool) -> str:
    name = f'<th scope="row">{escape(row.title)} <small>{escape(row.unit)}</small></th>'
    if not compared:
        return f"<tr>{name}<td>{row.baseline}</td></tr>"
    if row.interval:
        shift = f"<td><b>{row.difference}</b> <small>{row.interval}</small></td>"
    else:
        shift = f'<td class="sim-untold">{escape(row.difference)}</td>'
    return f"<tr>{name}<td>{row.baseline}</td><td>{row.policy}</td>{shift}</tr>"


@solara.component
def ErrorCard(text: str, on_reset_all: Callable[[], None]):
    """Says what to change. The last picture stays where it is."""
    with solara.v.Html(tag="section", class_="sim-error", attributes={"role": "alert"}):
        lines = "".join(
            f"<p>{escape(line)}</p>" for line in (*text.splitlines(), texts.FAILED_CURE)
        )
        solara.HTML(unsafe_innerHTML=f"<h2>{escape(texts.FAILED)}</h2>{lines}")
        solara.Button(texts.RESET_ALL, on_click=on_reset_all, outlined=True)


@solara.component
def Status(runs: int, digits: str, seed: int, ms: int):
    """Which world is on screen."""
    solara.HTML(
        tag="p",
        unsafe_innerHTML=texts.STATUS.format(runs=runs, hash=digits, seed=seed, ms=ms),
        attributes={"id": "ensemble-status", "class": "sim-status"},
    )


@solara.component
def Foot():
    paragraphs = "".join(
        f"<p>{escape(text)}</p>" for text in (texts.ABOUT_TEXT, texts.CONTENT_NOTE)
    )
    text = f"<h2>{escape(texts.ABOUT_TITLE)}</h2>{paragraphs}"
    solara.HTML(tag="footer", unsafe_innerHTML=text, classes=["sim-foot"])


# --- all of it -----------------------------------------------------------------------------------


@solara.component
def Picture(drawing: Drawing | None, dark: bool, runs: int):
    """All that is drawn of a world, or that it is being drawn."""
    if drawing is None:
        waiting = texts.WAITING.format(runs=runs)
        solara.HTML(tag="p", unsafe_innerHTML=waiting, classes=["sim-waiting"])
        return
    fan, bars = drawing.fan[dark], drawing.bars[dark]
    with solara.v.Html(tag="div", class_="sim-picture"):
        solara.HTML(
            unsafe_innerHTML=escape(drawing.spoken),
            classes=["sim-hidden"],
            attributes={"role": "status", "aria-live": "polite"},
        )
        RiskPanel(drawing.risk)
        Figure(texts.FAN, fan_key(drawing.compared), fan, "fan", texts.FAN_NUMBERS)
        if drawing.note:
            solara.HTML(tag="p", unsafe_innerHTML=escape(drawing.note), classes=["sim-note"])
        with solara.v.Html(tag="div", class_="sim-pair"):
            Figure(texts.ROADS, hint(texts.ROADS_HINT), bars, "roads", texts.ROADS)
            OutcomesPanel(drawing.rows, drawing.compared)
