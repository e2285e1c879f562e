"""Rebuild what was known at a past date: contacts, drills and the policies in force."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np

from scenario_sim.data.history import record
from scenario_sim.data.history.months import (
    days_in_months,
    sum_by_month,
)
from scenario_sim.data.parameters import PARAMETERS, SETTINGS
from scenario_sim.model.model import EscalationModel
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.dates import first_week_from, usual_drill_weights
from scenario_sim.scenario.files import load_scenario
from scenario_sim.simulation.ensemble import simulate

HISTORY_SCENARIO = "history-2012"
SPREAD_LEFT = 0.5  # of the log drive's spread, once a year's launches are known; measured in a test
INFERENCE_RUNS = 100
YEAR_BEFORE = timedelta(weeks=52)  # of policies and record, before a drive is inferred
HINDSIGHT_DELAY = timedelta(days=364)  # after which a value counts as known: judgement
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
    if coded_to := record.current_record().policies.coded_to:
        return np.datetime64(coded_to, "M")
    return np.datetime64(_history().end - timedelta(days=1), "M")


@cache
def history_with_inferred_drive() -> Scenario:
    """Return the history with the drive of each year as its launches on record imply.

    Its policies and its drive are coded knowing the record. The drive is what the model infers in replay by
    the end of each year; half of its spread stays open. For checks of shape, never for forecasts.
    """
    history = _history()
    replayed = Scenario.model_validate(history.as_dict() | {"replay": list(REPLAYED_STATES)})
    weekly = simulate(replayed, INFERENCE_RUNS, keep=("felt_drive",)).weekly
    expected = np.exp(np.log(weekly["felt_drive"].astype(float)).mean(axis=1))
    lever, spread = SETTINGS["programme_drive"], PARAMETERS["drive_spread"]
    starts = [
        first_week_from(history.start, date(year, 1, 1))
        for year in range(history.start.year, history.end.year + 1)
    ]
    starts = [week for week in starts if week < history.weeks]
    ends = [*starts[1:], history.weeks]
    changes = [
        (
            history.monday(week),
            {"programme_drive": min(max(float(expected[end - 1]), lever.low), lever.high)},
        )
        for week, end in zip(starts, ends, strict=True)
    ]
    open_ = history.with_parameters(drive_spread=SPREAD_LEFT * float(spread.default))
    return open_.with_changes(changes)


def drive_inferred_by(origin: date, runs: int = INFERENCE_RUNS) -> dict[str, float] | None:
    """Return what the record before `origin` tells of the programme's drive, as start conditions.

    The normal distribution has the mean and the variance that the runs of the replay have together.
    None where a year of policies and of the record does not come before `origin`.

    Parameters
    ----------
    origin : date
        A Monday.
    runs : int
        Runs of the replay.

    Returns
    -------
    dict of str to float or None
        `drive_departure` in spreads about the history's level, and `drive_known`, 0..1.
    """
    first, last = first_coded_day(), record.current_record().coverage.last
    if not first + YEAR_BEFORE <= origin <= last + timedelta(days=1):
        return None
    model = EscalationModel(policies_known_on(origin, 1), runs)
    while model.week < (origin - first).days // 7:
        model.advance()
    expected, known = model.board.drive_departure, model.board.drive_known
    return {
        "drive_departure": float(expected.mean()),
        "drive_known": max(0.0, float(known.mean() - expected.var())),
    }


def policies_known_on(origin: date, weeks: int, hindsight: bool = True) -> Scenario:
    """Return the history scenario as known at `origin`, its policies held for `weeks` more weeks.

    Until `origin` the states follow the record, and the model infers the programme's drive from the
    launches on it (`equations.infer_drive`). A record may date policies of its own; from the first of
    them on they stand in the place of those of the history file.

    Parameters
    ----------
    origin : date
        A Monday at least one week after the start of the history.
    weeks : int
        Weeks to simulate from `origin` on.
    hindsight : bool
        Whether values that were coded with hindsight hold at once. Otherwise they hold for origins from a
        year after their date on; until then the values before them are carried forward.
    """
    history = _history()
    data = history.as_dict()
    own = record.current_record().policies.policies
    until = min(origin, own[0].date - timedelta(days=1)) if own else origin
    changes = [c for c in data["changes"] if c["date"] <= until]
    if not hindsight:
        changes = [_as_coded_then(change, origin) for change in changes]
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
        "changes": sorted(
            (c for c in changes if c.keys() & SETTINGS.keys()),
            key=lambda change: str(change["date"]),
        ),
        "lecture_seeds": [],
    }
    return Scenario.model_validate(data)


def _as_coded_then(change: dict[str, Any], origin: date) -> dict[str, Any]:
    """Return a change without the values that could be coded only later than `origin`."""
    recent = change["date"] > origin - HINDSIGHT_DELAY
    return {n: v for n, v in change.items() if not recent or n not in change.get("hindsight", ())}
