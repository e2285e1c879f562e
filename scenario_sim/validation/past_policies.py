"""Rebuild what was known at a past date: contacts, drills and the policies in force."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np

from scenario_sim.data.history import record
from scenario_sim.data.history.months import (
    days_in_months,
    sum_by_month,
)
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.dates import usual_drill_weights
from scenario_sim.scenario.files import load_scenario

HISTORY_SCENARIO = "history-2012"
REPLAYED_STATES = ("DPRK", "USA", "ROK", "China", "Russia")


def drill_share(of: np.ndarray) -> np.ndarray:
    """Return the share of each month's days in a usual exercise season, 0 to 1; known ahead."""
    days = days_in_months(of)
    return sum_by_month(days, usual_drill_weights(days) > 0, of) / sum_by_month(
        days, np.ones(days.size), of
    )


def had_contact(of: np.ndarray) -> np.ndarray:
    """Return 1 for each month with a contact with North Korea on record, else 0."""
    seen = [c.month for c in record.current_record().contacts if c.polarity > 0]
    return np.isin(of, np.array(seen, "datetime64[M]")).astype(float)


@cache
def _history() -> Scenario:
    return load_scenario(HISTORY_SCENARIO)


def first_coded_day() -> date:
    """Return the first day for which policies are coded."""
    return _history().start


def last_coded_month() -> np.datetime64:
    """Return the last month for which policies are coded: datetime64[M]."""
    return np.datetime64(_history().end - timedelta(days=1), "M")


def policies_known_on(origin: date, weeks: int) -> Scenario:
    """Return the history scenario as known at `origin`, its policies held for `weeks` more weeks.

    Until `origin` the states follow the record, and the model infers the programme's drive from the
    launches on it (`equations.infer_drive`).

    Parameters
    ----------
    origin : date
        A Monday at least one week after the start of the history.
    weeks : int
        Weeks to simulate from `origin` on.
    """
    history = _history()
    data = history.as_dict()
    changes = [c for c in data["changes"] if c["date"] <= origin]
    data |= {
        "name": "",
        "title": f"The policies known on {origin}",
        "weeks": (origin - history.start).days // 7 + weeks,
        "replay": list(REPLAYED_STATES),
        "replay_until": origin,
        "changes": changes,
        "lecture_seeds": [],
    }
    return Scenario.model_validate(data)
