"""What is on record of the weeks of one world, to stand beside its log."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from scenario_sim.data.history.record import current_record
from scenario_sim.formatting import format_long_date
from scenario_sim.reporting.html import messages
from scenario_sim.reporting.html.shell import paragraph
from scenario_sim.reporting.html.tables import table_html
from scenario_sim.reporting.narrative import recorded_events
from scenario_sim.scenario import Scenario


def recorded(scenario: Scenario) -> Iterator[str]:
    """HTML parts; none where the record tells nothing of these weeks."""
    rows = [(str(one.day), escape(f"{one.sentence}.")) for one in recorded_events(scenario)]
    if rows:
        told = table_html(messages.RECORDED_COLUMNS, rows, "words")
        yield f"<details open><summary>{escape(messages.RECORDED)}</summary>{told}</details>"
        record = current_record()
        first, last = (format_long_date(d) for d in (record.coverage.first, record.coverage.last))
        text = messages.RECORDED_TEXT.format(credit=record.credit, first=first, last=last)
        yield paragraph(text, "quiet")
