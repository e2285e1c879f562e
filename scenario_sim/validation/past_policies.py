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
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.dates import usual_drill_weights
from scenario_sim.scenario.files import load_scenario

HISTORY_SCENARIO = "history-2012"
REPLAYED_STATES = ("DPRK", "USA", "ROK", "China", "Russia")
# Launch days a year at programme_drive 1: what the model gives at the status quo.
USUAL_LAUNCH_DAYS = 15.0
ONE_YEAR = timedelta(days=364)  # 52 weeks


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


def programme_drive(day: date) -> float:
    """Return the programme drive that past launch days imply: 1 plus half of the past year's share.

    The share is the launch days of the last 52 weeks over those of a usual year; the drive is at
    most 3. The weights were chosen on forecasts of 2014-19, from five that were tried.
    """
    days = np.arange(np.datetime64(day - ONE_YEAR, "D"), np.datetime64(day, "D"))
    return min(
        3.0, 1 + 0.5 * float(record.current_record().launch_days(days).sum()) / USUAL_LAUNCH_DAYS
    )


@cache
def _history() -> Scenario:
    return load_scenario(HISTORY_SCENARIO)


def first_coded_day() -> date:
    """Return the first day for which policies are coded."""
    return _history().start


def last_coded_month() -> np.datetime64:
    """Return the last month for which policies are coded: datetime64[M]."""
    if coded_to := record.current_record().policies.coded_to:
        return np.datetime64(coded_to, "M")
    return np.datetime64(_history().end - timedelta(days=1), "M")


def policies_known_on(origin: date, weeks: int) -> Scenario:
    """Return the history scenario as known at `origin`, its policies held for `weeks` more weeks.

    Until `origin` the states follow the record. A record may date policies of its own; from the first
    of them on they stand in the place of those of the history file. That file codes the programme
    drive with hindsight, so `programme_drive` replaces it at the start of each quarter.

    Parameters
    ----------
    origin : date
        A Monday at least one week after the start of the history.
    weeks : int
        Weeks to simulate from `origin` on.
    """
    history = _history()
    data = history.as_dict()
    drive = [{"date": day, "programme_drive": programme_drive(day)} for day in _quarters(origin)]
    kept = [{n: v for n, v in c.items() if n != "programme_drive"} for c in data["changes"]]
    own = record.current_record().policies.policies
    until = min(origin, own[0].date - timedelta(days=1)) if own else origin
    changes = [c for c in kept if c["date"] <= until and c.keys() & SETTINGS.keys()]
    changes += [
        {"date": max(history.start + timedelta(days=1), policy.date), **dict(policy.settings)}
        for policy in own
        if policy.date <= origin
    ]
    data |= {
        "name": "",
        "title": f"The policies known on {origin}",
        "weeks": (origin - history.start).days // 7 + weeks,
        "replay": list(REPLAYED_STATES),
        "replay_until": origin,
        "changes": sorted([*changes, *drive], key=lambda change: str(change["date"])),
        "lecture_seeds": [],
    }
    data["levers"] = data["levers"] | {"programme_drive": programme_drive(history.start)}
    return Scenario.model_validate(data)


def _quarters(origin: date) -> list[date]:
    start = _history().start
    turns = [
        date(year, month, 1)
        for year in range(start.year, origin.year + 1)
        for month in (1, 4, 7, 10)
    ]
    mondays = [turn + timedelta(days=-turn.weekday() % 7) for turn in turns]
    return sorted({*(day for day in mondays if start < day < origin), origin})
