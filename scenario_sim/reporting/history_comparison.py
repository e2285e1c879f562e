"""Compare the record with simulated futures month by month, in arrays small enough to cache.

Missing is not zero. Months that the record does not know completely have no line. A kind of which the
record tells only a part (`EventKind.complete`) is never counted as inside or outside a band.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from scenario_sim.data.history import record
from scenario_sim.data.history.months import MONTH, simulated_launch_days, sum_by_month
from scenario_sim.data.history.record import HistoricalRecord
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.recording import Recording
from scenario_sim.simulation.trajectory import Trajectory

ONE_DAY = np.timedelta64(1, "D")
LEVELS = (5, 50, 95)  # percentiles over runs: the ends of the 90 % band, and the middle
WeeklyCount = Callable[[Recording], np.ndarray | None]
DailyCount = Callable[[HistoricalRecord, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class EventKind:
    """A kind of event that the record tells of and the model simulates.

    Attributes
    ----------
    states : tuple of str
        States that must be replayed for it to be the record's own.
    acts : tuple of str
        Acts by which a scenario forces it.
    weekly : callable
        Returns how many there are in each week and run; None where these states do no such thing.
    daily : callable
        Returns how many there are on each day of the record.
    running : bool
        Whether it is drawn as a total since the first month.
    complete : bool
        Whether an event that the record does not tell did not happen.
    """

    states: tuple[str, ...]
    acts: tuple[str, ...]
    weekly: WeeklyCount
    daily: DailyCount
    running: bool = True
    complete: bool = True


@dataclass(frozen=True, eq=False)
class EventSeries:
    """A kind of event by month.

    Attributes
    ----------
    levels : ndarray, shape (level, month)
        Percentiles `LEVELS` over runs.
    seen : ndarray, shape (known month,)
        On record, of the first months, as far as the record knows.
    totals, total : ndarray, shape (level,), and int
        The same two at the end of the known months.
    replayed : int
        Number of first months that are the record's own in all futures.
    written : int
        Number of acts that the scenario itself forces.
    """

    levels: np.ndarray
    seen: np.ndarray
    totals: np.ndarray
    total: int
    replayed: int
    written: int
    complete: bool

    @property
    def inside(self) -> np.ndarray:
        """Return whether each month that is known and free lies inside the 90 % band."""
        known = slice(self.replayed, self.seen.size)
        low, _, high = self.levels[:, known]
        return (low <= self.seen[known]) & (self.seen[known] <= high)


@dataclass(frozen=True, eq=False)
class HistoryComparison:
    """The record beside the futures of one scenario.

    Attributes
    ----------
    months : ndarray of datetime64[M], shape (month,)
        From the first month that the record knows.
    known : int
        Number of first months that the record knows.
    paths : mapping of str to EventSeries
        By kind.
    credit : str
        Source of the record.
    """

    months: np.ndarray
    known: int
    paths: Mapping[str, EventSeries]
    credit: str


def known_months(scenario: Scenario) -> tuple[np.ndarray, int]:
    """Return the scenario's months from the first that the record knows, and how many it knows.

    A month counts where the scenario covers at least half of it. Both are empty where the record knows
    nothing.
    """
    first, last = np.datetime64(scenario.start, "D"), np.datetime64(scenario.end, "D") - ONE_DAY
    of = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]") + MONTH)
    opens, closes = of.astype("datetime64[D]"), (of + MONTH).astype("datetime64[D]") - ONE_DAY
    begins, ends = np.maximum(opens, first), np.minimum(closes, last)
    half = 2 * (ends - begins + ONE_DAY) >= closes - opens + ONE_DAY
    of, begins, ends = of[half], begins[half], ends[half]
    covered = record.current_record().coverage
    known = (begins >= np.datetime64(covered.first)) & (ends <= np.datetime64(covered.last))
    if not known.any():
        return of[:0], 0
    return of[known.argmax() :], int(known.sum())


def count_recorded_events(recording: Recording) -> dict[str, np.ndarray]:
    """Count the events of each kind by week and run: name -> int8, shape (week, run)."""
    made = {name: kind.weekly(recording) for name, kind in EVENT_KINDS.items()}
    return {name: weekly.astype(np.int8) for name, weekly in made.items() if weekly is not None}


def compare_trajectory_with_history(trajectory: Trajectory) -> HistoryComparison | None:
    """Compare a trajectory with the record; None where the record knows none of its months.

    Raises
    ------
    NotRecordedError
        If the trajectory was simulated without its weeks.
    """
    counts = (
        count_recorded_events(trajectory.weekly) if known_months(trajectory.scenario)[1] else {}
    )
    return compare_counts_with_history(trajectory.scenario, counts, trajectory.seed)


def compare_counts_with_history(
    scenario: Scenario, counts: Mapping[str, np.ndarray], seed: int
) -> HistoryComparison | None:
    """Compare counts of `count_recorded_events` with the record; None where it knows no month.

    A week that two months share is divided at random; the seed decides.
    """
    of, known = known_months(scenario)
    if not known:
        return None
    held, days = record.current_record(), _scenario_days(scenario, of[:known])
    paths = {}
    for n, (name, weekly) in enumerate(counts.items()):
        kind = EVENT_KINDS[name]
        if name == CONTACT_KIND:
            made = _months_with(weekly, scenario, of)
        else:
            made = simulated_launch_days(
                weekly, scenario.start, of, np.random.default_rng([seed, n])
            )
        seen = sum_by_month(days, kind.daily(held, days), of[:known])
        totals = _percentiles(made[:, :known].sum(axis=1))
        total = int(seen.sum())
        if kind.running:
            made, seen = made.cumsum(axis=1), seen.cumsum()
        written = sum(act.action in kind.acts for act in scenario.acts)
        replayed = _count_replayed_months(scenario, kind, of[:known])
        # Votes follow drafts, so a record that has all drafts has all resolutions and vetoes.
        needed = {"table_draft"} if kind.states == COUNCIL else set(kind.acts)
        complete = kind.complete and held.coverage.has_acts(needed)
        paths[name] = EventSeries(
            _percentiles(made), seen, totals, total, replayed, written, complete
        )
    return HistoryComparison(of, known, paths, held.credit)


def _scenario_days(scenario: Scenario, of: np.ndarray) -> np.ndarray:
    """Return the scenario's days in these months."""
    first = max(np.datetime64(scenario.start, "D"), of[0].astype("datetime64[D]"))
    end = min(np.datetime64(scenario.end, "D"), (of[-1] + MONTH).astype("datetime64[D]"))
    return np.arange(first, end)


def _percentiles(values: np.ndarray) -> np.ndarray:
    """Return percentiles over runs, the first axis; whole numbers stay whole."""
    return np.percentile(values, LEVELS, axis=0, method="inverted_cdf")


def _count_replayed_months(scenario: Scenario, kind: EventKind, of: np.ndarray) -> int:
    """Count the months in which the states follow the record, whole or in part."""
    if not kind.states or not set(kind.states) <= set(scenario.replay):
        return 0
    return int((of.astype("datetime64[D]") < np.datetime64(scenario.replay_end)).sum())


def _months_with(weekly: np.ndarray, scenario: Scenario, of: np.ndarray) -> np.ndarray:
    """Return 1 where anything is in a month's weeks, by their Mondays, else 0; (run, month)."""
    mondays = np.datetime64(scenario.start, "D") + 7 * np.arange(len(weekly))
    month = (mondays.astype("datetime64[M]") - of[0]).astype(int)
    found = np.zeros((weekly.shape[1], of.size), int)
    for at in range(of.size):
        found[:, at] = weekly[month == at].any(axis=0)
    return found


# --- what is counted -------------------------------------------------------------------------------


def _count_quantity(name: str, least: int | None = None) -> WeeklyCount:
    return lambda recording: recording[name] if least is None else recording[name] >= least


def _count_act(id_: str) -> WeeklyCount:
    return lambda recording: recording.did(id_) if id_ in recording.cast.actions else None


def _count_on_days(dates: list, days: np.ndarray) -> np.ndarray:
    """Count how many of the dates fall on each day."""
    return (days[:, None] == np.array(dates, "datetime64[D]")).sum(axis=1)


def _act_kind(state: str, id_: str) -> EventKind:
    def daily(held: HistoricalRecord, days: np.ndarray) -> np.ndarray:
        return _count_on_days([act.date for act in held.acts if act.action == id_], days)

    return EventKind((state,), (id_,), _count_act(id_), daily)


def _count_drafts(vetoed: bool) -> DailyCount:
    def daily(held: HistoricalRecord, days: np.ndarray) -> np.ndarray:
        vetoes = {act.date for act in held.acts if act.action.endswith("_veto")}
        drafts = [a.date for a in held.acts if a.action == "table_draft"]
        return _count_on_days([day for day in drafts if (day in vetoes) == vetoed], days)

    return daily


def _count_contacts(held: HistoricalRecord, days: np.ndarray) -> np.ndarray:
    """Return 1 on the first remaining day of each month with a contact, else 0."""
    months = days.astype("datetime64[M]")
    first = np.append(True, months[1:] != months[:-1])
    met = np.array([c.month for c in held.contacts if c.polarity > 0], "datetime64[M]")
    return (first & np.isin(months, met)).astype(int)


CONTACT_KIND = "contact"
COUNCIL = ("USA", "China", "Russia")
LAUNCHES = ("short_range_test", "regional_test", "icbm_test")
EVENT_KINDS = {
    "launch_days": EventKind(
        ("DPRK",),
        LAUNCHES,
        _count_quantity("launch_days"),
        lambda held, days: held.launch_days(days),
        running=False,
    ),
    "icbm_test": _act_kind("DPRK", "icbm_test"),
    "nuclear_test": _act_kind("DPRK", "nuclear_test"),
    "joint_exercise": _act_kind("USA", "joint_exercise"),
    "resolution": EventKind(
        COUNCIL, ("table_draft",), _count_quantity("resolution"), _count_drafts(vetoed=False)
    ),
    "veto": EventKind(
        COUNCIL, ("china_veto", "russia_veto"), _count_quantity("veto"), _count_drafts(vetoed=True)
    ),
    CONTACT_KIND: EventKind(
        (), (), _count_quantity("talks_stage", 1), _count_contacts, complete=False
    ),
}
