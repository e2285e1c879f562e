"""The headline risk, the fan, notes and status, and the card of an error."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import solara

from scenario_sim.formatting import format_percent
from scenario_sim.language import translate
from scenario_sim.reporting.charts import Risk
from scenario_sim.reporting.risk import RISK
from scenario_sim.ui import messages, selectors
from scenario_sim.ui.components.figures import Figure, fan_key
from scenario_sim.ui.components.glossary import explain_words
from scenario_sim.ui.components.widgets import Announcement
from scenario_sim.ui.result import Result
from scenario_sim.ui.state import DEFAULT_SCENARIO, AppState
from scenario_sim.ui.views.theories import TheorySigns
from scenario_sim.validation import badge
from scenario_sim.validation.sensitivity import WEEKS_OF_SPAN, find_dependence, input_phrase

# --- risk ----------------------------------------------------------------------------------------


@solara.component
def RiskPanel(result: Result, precision: Callable[[], None]):
    """Draw the risk as a count in large type, beside a thousand dots.

    Under it stands in how many theories its change has the same sign. Everything else about its
    precision is folded; `precision` draws whether the runs suffice.
    """
    risk = result.risk
    with solara.v.Html(tag="div", class_="sim-risk"):
        with solara.v.Html(tag="div", class_="sim-risk-text"):
            head = f'<h2 class="sim-hidden">{escape(messages.picture.RISK)}</h2>'
            solara.HTML(unsafe_innerHTML=f'{head}<p class="sim-lead">{_marked(risk)}</p>')
            if result.is_compared and not result.changes_nothing:
                TheorySigns(result.state)
            with solara.v.Html(tag="details", class_="sim-more sim-sure"):
                solara.v.Html(tag="summary", children=[messages.picture.SURE])
                text = "".join(f"<p>{explain_words(line)}</p>" for line in risk.details)
                solara.HTML(unsafe_innerHTML=text + dependence_of(result.state))
                precision()
        solara.HTML(unsafe_innerHTML=_dots(risk), classes=["sim-dots"])


def dependence_of(state: AppState) -> str:
    """Return on which inputs the risk rests most, as HTML; "" where no published study says so."""
    if state.text or state.scenario != DEFAULT_SCENARIO:
        return ""
    span = WEEKS_OF_SPAN.get(state.weeks or selectors.baseline_of(state).weeks)
    found = find_dependence(RISK, span) if span else None
    if found is None or span is None:
        return ""
    inputs = "".join(f"<li>{escape(input_phrase(name))}</li>" for name in found.inputs)
    luck = messages.picture.RESTS_ON_LUCK.format(
        luck=format_percent(found.luck), span=translate(span)
    )
    return f"<p>{escape(messages.picture.RESTS_ON)}</p><ul>{inputs}</ul><p>{escape(luck)}</p>"


def _marked(risk: Risk) -> str:
    """Return the sentence with its numbers in the colours of policy and baseline."""
    text = escape(risk.sentence)
    front = risk.futures(risk.shown)
    words = [(f"about {front}", f'about <b class="sim-policy">{front}</b>')]
    if risk.compared:
        base = risk.futures(risk.baseline)
        mark = f'<b class="sim-baseline">{base}</b> without it'
        words.append((f"{base} without it", mark))
    for plain, marked in words:
        text = text.replace(plain, marked, 1)
    return text


def count_strip(risk: Risk) -> str:
    """Return the count in one line, as HTML: phones keep it in sight above the fan.

    The headline says the same to screen readers.
    """
    numbers = f'<b class="sim-policy">{escape(risk.futures(risk.baseline))}</b>'
    if risk.compared:
        policy = f'<b class="sim-policy">{escape(risk.futures(risk.policy))}</b>'
        before = f'<b class="sim-baseline">{escape(risk.futures(risk.baseline))}</b>'
        numbers = f"{before} → {policy}"
    text = escape(messages.picture.STRIP).format(numbers=numbers)
    return f'<p class="sim-strip" aria-hidden="true">{text}</p>'


DOT_PITCH, DOT_COLUMNS, DOT_ROWS = 8, 50, 20


def _dots(risk: Risk) -> str:
    """Return a thousand futures as dots: the HTML of an SVG, which the text beside explains.

    Filled dots see a confrontation under this policy, ringed dots under the baseline.
    """
    policy = min(1000, round(1000 * risk.shown))
    rings = min(1000, round(1000 * risk.baseline)) if risk.compared else 0
    centre = [
        (DOT_PITCH * (n // DOT_ROWS) + DOT_PITCH / 2, DOT_PITCH * (n % DOT_ROWS) + DOT_PITCH / 2)
        for n in range(max(policy, rings))
    ]
    marks = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="3"/>' for x, y in centre[:policy])
    ringed = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="3.2"/>' for x, y in centre[:rings])
    width, height = DOT_PITCH * DOT_COLUMNS, DOT_PITCH * DOT_ROWS
    label = messages.picture.DOTS_POLICY if risk.compared else messages.picture.DOTS_ALONE
    key = f'<span class="sim-dot"></span>{escape(label)}'
    if risk.compared:
        key += f' <span class="sim-ring"></span>{escape(messages.picture.DOTS_BASELINE)}'
    return (
        f'<svg viewBox="0 0 {width} {height}" aria-hidden="true">'
        f'<defs><pattern id="sim-dot" width="{DOT_PITCH}" height="{DOT_PITCH}" patternUnits="userSpaceOnUse">'
        f'<circle cx="{DOT_PITCH / 2:g}" cy="{DOT_PITCH / 2:g}" r="1.6"/></pattern></defs>'
        f'<rect width="{width}" height="{height}" fill="url(#sim-dot)"/>'
        f'<g class="sim-dots-policy">{marks}</g><g class="sim-dots-baseline">{ringed}</g></svg>'
        f'<p class="sim-quiet">{escape(messages.picture.DOTS)} {key}</p>'
    )


# --- the other panels ----------------------------------------------------------------------------


@solara.component
def ErrorCard(text: str, on_reset_all: Callable[[], None]):
    """Say what failed and what to change. The last picture stays on screen."""
    with solara.v.Html(tag="section", class_="sim-error", attributes={"role": "alert"}):
        lines = "".join(
            f"<p>{escape(line)}</p>" for line in (*text.splitlines(), messages.page.FAILED_CURE)
        )
        solara.HTML(unsafe_innerHTML=f"<h2>{escape(messages.page.FAILED)}</h2>{lines}")
        solara.Button(messages.levers.RESET_ALL, on_click=on_reset_all, outlined=True)


@solara.component
def ResultNote(text: str):
    """Explain a result that may puzzle; draw nothing for an empty text."""
    if text:
        solara.HTML(tag="p", unsafe_innerHTML=escape(text), classes=["sim-note"])


@solara.component
def Status(runs: int, digits: str, seed: int, ms: int):
    """Name the result on screen: runs, scenario hash, seed and computing time."""
    solara.HTML(
        tag="p",
        unsafe_innerHTML=messages.picture.STATUS.format(runs=runs, hash=digits, seed=seed, ms=ms),
        attributes={"id": "ensemble-status", "class": "sim-status"},
    )


@solara.component
def Footer():
    """Say what the model is, what it does not show, and where claims and outlook stand."""
    words = messages.page
    about, tried, note = (
        f"<p>{escape(text)}</p>"
        for text in (words.ABOUT_TEXT, words.TRIED_TEXT, words.CONTENT_NOTE)
    )
    numbers = f"<summary>{escape(words.TRIED_MORE)}</summary><p>{explain_words(badge())}</p>"
    paragraphs = f'{about}{tried}<details class="sim-more">{numbers}</details>{note}'
    links = {"claims": messages.page.CLAIMS_TITLE, "outlook": messages.page.OUTLOOK_LINK}
    more = "".join(f'<p><a href="?page={p}">{escape(t)}</a></p>' for p, t in links.items())
    text = f"<h2>{escape(messages.page.ABOUT_TITLE)}</h2>{paragraphs}{more}"
    solara.HTML(tag="footer", unsafe_innerHTML=text, classes=["sim-foot"])


# --- all of it -----------------------------------------------------------------------------------


@solara.component
def Picture(
    result: Result | None,
    dark: bool,
    runs: int,
    on_pick: Callable[[dict], None],
    precision: Callable[[], None],
    children: list = [],  # noqa: B006
):
    """Draw the risk and the fan, or say that they are being computed.

    Parameters
    ----------
    result : Result or None
    dark : bool
    runs : int
        How many futures are being computed.
    on_pick : callable
        Gets the `day` and `value` at which the fan is clicked.
    precision : callable
        Draws whether the runs suffice.
    children : list
        Elements under the fan.
    """
    if result is None:
        waiting = messages.picture.WAITING.format(runs=runs)
        solara.HTML(tag="p", unsafe_innerHTML=waiting, classes=["sim-waiting"])
        return
    with solara.v.Html(tag="div", class_="sim-picture"):
        Announcement(words=result.spoken)
        RiskPanel(result, precision)
        key = count_strip(result.risk) + fan_key(result.is_compared)
        Figure(
            messages.picture.FAN,
            key,
            result.fan(dark),
            "fan",
            messages.picture.FAN_NUMBERS,
            on_pick=on_pick,
        )
        solara.v.Html(tag="div", class_="sim-under-fan", children=children)
