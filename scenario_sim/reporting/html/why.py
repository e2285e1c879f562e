"""Write the report's section on why the risk changes: the chains in numbers, and every link."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from scenario_sim.reporting.html import messages
from scenario_sim.reporting.html.tables import Row, heading, paragraph, table_html
from scenario_sim.reporting.messages import WHY_COLUMNS
from scenario_sim.reporting.why import ChainText, ChangeText, describe_change, pathway_details
from scenario_sim.simulation.change_explanation import ChangeExplanation


def why_html(why: ChangeExplanation) -> Iterator[str]:
    """Yield the section: sentence, chains, table of links."""
    text = describe_change(why)
    yield heading(messages.WHY)
    yield paragraph(text.sentence, "lead" if not text.chains else "")
    for chain in text.chains:
        yield _chain_html(chain)
    if text.how:
        yield table_html(WHY_COLUMNS, _rows(text), "words")
        for note in filter(None, (text.interaction, text.cut)):
            yield paragraph(note)
        yield paragraph(text.how, "quiet")


def link_sources_html(why: ChangeExplanation) -> Iterator[str]:
    """Yield what each link of the chains is made of: value, range and source."""
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
