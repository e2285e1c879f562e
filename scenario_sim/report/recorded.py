"""What is on record of the weeks of one world, to stand beside its log."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from scenario_sim.record import current
from scenario_sim.report import words
from scenario_sim.report.shell import paragraph
from scenario_sim.report.tables import table
from scenario_sim.scenario import Scenario
from scenario_sim.story import on_record


def recorded(scenario: Scenario) -> Iterator[str]:
    """HTML parts; none where the record tells nothing of these weeks."""
    rows = [(str(one.day), escape(f"{one.sentence}.")) for one in on_record(scenario)]
    if rows:
        told = table(words.RECORDED_COLUMNS, rows, "words")
        yield f"<details open><summary>{escape(words.RECORDED)}</summary>{told}</details>"
        yield paragraph(words.RECORDED_TEXT.format(credit=current().credit), "quiet")
