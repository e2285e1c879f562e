"""The page on the article's claims, from the shipped results of the last trial."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import solara

from scenario_sim.language import translate, translate_value
from scenario_sim.simulation.engine import engine_version
from scenario_sim.ui import messages
from scenario_sim.validation import claims
from scenario_sim.validation.claims.claims import BASES


@solara.component
def Claims():
    results = claims.load_results()
    attributes = {"id": "sim-claims", "tabindex": "-1"}
    with solara.v.Html(tag="main", class_="sim-start sim-claims", attributes=attributes):
        solara.HTML(unsafe_innerHTML=_lead(results))
        for claim in results["claims"]:
            solara.HTML(tag="section", unsafe_innerHTML=_claim(claim), classes=["sim-claim"])


def _lead(results: dict[str, Any]) -> str:
    source = messages.start.CLAIMS_MADE.format(**results)
    if results["engine"] != engine_version():
        source += " " + messages.start.CLAIMS_OTHER_ENGINE.format(engine=engine_version())
    lines = "".join(f"<p>{escape(text)}</p>" for text in messages.start.CLAIMS_LEAD)
    text = f'<h2>{messages.page.CLAIMS_TITLE}</h2>{lines}<p class="sim-quiet">{source}</p>'
    return f'<div class="sim-start-lead">{text}</div>'


def _claim(claim: dict[str, Any]) -> str:
    verdict = escape(translate(claim["words"]).replace("`", ""))
    parts = [
        f'<h3><span class="sim-quiet">{claim["id"]}</span> {escape(translate(claim["claim"]))}</h3>',
        f'<p class="sim-claim-verdict" data-verdict="{escape(claim["verdict"])}">{verdict}</p>',
    ]
    parts.append(
        _paragraph(translate(claim["basis"].capitalize()), f"{translate(BASES[claim['basis']])}.")
    )
    if claim["theories"]:
        usual = claim["theories"][0]["figures"]
        figures = "".join(
            f"<li>{escape(translate(f['says']))}: <b>{escape(translate(f['text']))}</b></li>"
            for f in usual
        )
        parts += [
            _paragraph(messages.start.CLAIM_TEST, translate(claim["test"])),
            f"<ul>{figures}</ul>",
        ]
    parts += [
        _paragraph(
            messages.start.CLAIM_CARRIED,
            messages.start.CLAIM_SWING.format(**translate_value(swing)),
        )
        for swing in claim["carried_by"]
    ]
    parts += [_paragraph(messages.start.CLAIM_RECORD, translate(seen)) for seen in claim["record"]]
    sources = f"{translate(claim['standing'])} ({'; '.join(translate_value(claim['sources']))})"
    parts.append(_paragraph(messages.start.CLAIM_STANDING, sources))
    if claim["theories"]:
        parts.append(_under_theories(claim["mechanism"], claim["theories"]))
    return "".join(parts)


def _paragraph(name: str, text: str) -> str:
    return f"<p><small>{escape(name)}.</small> {escape(text.replace('`', ''))}</p>"


def _under_theories(mechanism: str, views: Sequence[dict[str, Any]]) -> str:
    """Return the folded part: the mechanism, and each figure under each theory."""
    says = [figure["says"] for figure in views[0]["figures"]]
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in ("", *map(translate, says)))
    body = "".join(
        f'<tr><th scope="row">{escape(translate(view["theory"]))}</th>'
        + "".join(f"<td>{escape(translate(figure['text']))}</td>" for figure in view["figures"])
        + "</tr>"
        for view in views
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    summary = f"<summary>{escape(messages.start.CLAIM_THEORIES)}</summary>"
    text = _paragraph(messages.start.CLAIM_MECHANISM, translate(mechanism))
    return (
        f'<details class="sim-more">{summary}{text}<div class="sim-scroll">{table}</div></details>'
    )
