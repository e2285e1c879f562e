"""What is on record beside one world, as the browser shows it: the same for all its branches."""

from __future__ import annotations

from typing import Any

from scenario_sim.data.history.record import current
from scenario_sim.formatting import spoken_day
from scenario_sim.reporting.narrative import covered, on_record
from scenario_sim.scenario import Scenario
from scenario_sim.ui import messages

COLUMNS = ("week", "last", "state", "family", "sentence")


def recorded_of(scenario: Scenario) -> dict[str, Any]:
    """`record`: rows of COLUMNS, by day; `covered`: the first and last week of which it knows all
    that it is complete for. Nothing, where it tells nothing of these weeks."""
    told, known = on_record(scenario), covered(scenario)
    if not told and known is None:
        return {}
    rows = [
        [one.week, one.last, one.state, one.family, f"{spoken_day(one.day)}: {one.sentence}"]
        for one in told
    ]
    credit = messages.PAST_CREDIT.format(credit=current().credit)
    return {"record": rows, "covered": known or (), "credit": credit}
