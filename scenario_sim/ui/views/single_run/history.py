"""What is on record beside one world, as the browser shows it: the same for all its branches."""

from __future__ import annotations

from typing import Any

from scenario_sim.data.history.record import current_record
from scenario_sim.formatting import format_long_date
from scenario_sim.reporting.narrative import covered_weeks, recorded_events
from scenario_sim.scenario import Scenario
from scenario_sim.ui import messages

COLUMNS = ("week", "last", "state", "family", "sentence")


def record_of(scenario: Scenario) -> dict[str, Any]:
    """`record`: rows of COLUMNS, by day; `covered`: the first and last week of which it knows all
    that it is complete for. Nothing, where it tells nothing of these weeks."""
    told, known = recorded_events(scenario), covered_weeks(scenario)
    if not told and known is None:
        return {}
    rows = [
        [one.week, one.last, one.state, one.family, f"{format_long_date(one.day)}: {one.sentence}"]
        for one in told
    ]
    credit = messages.picture.HISTORY_CREDIT.format(credit=current_record().credit)
    return {"record": rows, "covered": known or (), "credit": credit}
