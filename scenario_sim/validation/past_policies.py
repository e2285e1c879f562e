"""The past as the checks see it: months of the record, and the policies known by a given day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np

from scenario_sim.data.history import record
from scenario_sim.data.history.months import (
    days_of,
    sum_by_month,
)
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.dates import usual_drills
from scenario_sim.scenario.files import load_scenario

HISTORY = "history-2012"
REPLAYED = ("DPRK", "USA", "ROK", "China", "Russia")
USUAL_YEAR = 15.0  # launch days a year at programme_drive 1: what the model gives at the status quo
YEAR = timedelta(days=364)  # 52 weeks


def drill_share(of: np.ndarray) -> np.ndarray:
    """The share of each month's days in a usual window of drills, which is known ahead: 0..1."""
    days = days_of(of)
    return sum_by_month(days, usual_drills(days) > 0, of) / sum_by_month(
        days, np.ones(days.size), of
    )


def talked(of: np.ndarray) -> np.ndarray:
    """Whether each month saw a contact with North Korea: 0 or 1."""
    seen = [c.month for c in record.current_record().contacts if c.polarity > 0]
    return np.isin(of, np.array(seen, "datetime64[M]")).astype(float)


def programme_drive(day: date) -> float:
    """The rule that sets the drive from past launch days alone: 1, and half of what the last 52
    weeks were of a usual year (weights judged on forecasts of 2014-19, of five that were tried)."""
    days = np.arange(np.datetime64(day - YEAR, "D"), np.datetime64(day, "D"))
    return min(3.0, 1 + 0.5 * float(record.current_record().launch_days(days).sum()) / USUAL_YEAR)


@cache
def _history() -> Scenario:
    return load_scenario(HISTORY)


def known_by(origin: date, weeks: int) -> Scenario:
    """The policies of the past as they stood on a Monday, held for `weeks` weeks more. Until then
    the record acts; of its hindsight, the programme's drive, nothing is left: the rule above sets
    it at each turn of a quarter. `origin` lies at least a week after the start of the history."""
    history = _history()
    data = history.as_dict()
    drive = [{"date": day, "programme_drive": programme_drive(day)} for day in _quarters(origin)]
    kept = [{n: v for n, v in c.items() if n != "programme_drive"} for c in data["changes"]]
    changes = [c for c in kept if c["date"] <= origin and c.keys() & SETTINGS.keys()]
    data |= {
        "name": "",
        "title": f"The policies known on {origin}",
        "weeks": (origin - history.start).days // 7 + weeks,
        "replay": list(REPLAYED),
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
