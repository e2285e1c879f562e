"""What happened beside what is simulated, month by month: measured once and cheap to keep.

Missing is not zero: months of which the record does not know everything have no path, and what it
tells only a part of (`Kind.complete`) is never counted as inside or outside a band.
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

DAY = np.timedelta64(1, "D")
LEVELS = (5, 50, 95)  # percentiles over runs: the ends of the 90 % band, and the middle
Weekly = Callable[[Recording], np.ndarray | None]
Daily = Callable[[HistoricalRecord, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Kind:
    """Something that the record tells of and the model makes. states: who has to be replayed for it
    to be the record's own. acts: what a scenario forces to the same end. weekly: how many in each week
    and run; None where these states do no such thing. daily: how many on each day of the record.
    running: drawn as a total since the first month. complete: whether what the record does not tell did
    not happen."""

    states: tuple[str, ...]
    acts: tuple[str, ...]
    weekly: Weekly
    daily: Daily
    running: bool = True
    complete: bool = True


@dataclass(frozen=True, eq=False)
class Path:
    """A kind by month. levels: percentiles over runs, (LEVELS, month). seen: on record, of the first
    months, as far as it knows; totals: the same two at the end of those months, the former as
    (LEVELS,). replayed: of the first months, how many are the record's own in all futures; written:
    how many acts the scenario itself forces."""

    levels: np.ndarray
    seen: np.ndarray
    totals: np.ndarray
    total: int
    replayed: int
    written: int
    complete: bool

    @property
    def inside(self) -> np.ndarray:
        """Which of the months that are known and free lie inside the 90 % band."""
        known = slice(self.replayed, self.seen.size)
        low, _, high = self.levels[:, known]
        return (low <= self.seen[known]) & (self.seen[known] <= high)


@dataclass(frozen=True, eq=False)
class HistoryComparison:
    """months: datetime64[M] (month,), from the first that the record knows; known: of the first of
    them, how many. paths: by the name of their kind. credit: whom the record is owed to."""

    months: np.ndarray
    known: int
    paths: Mapping[str, Path]
    credit: str


def known_months(scenario: Scenario) -> tuple[np.ndarray, int]:
    """The months of a scenario from the first that the record knows, and how many it knows; none
    where it knows nothing of them. A month counts where the scenario holds at least half of it."""
    first, last = np.datetime64(scenario.start, "D"), np.datetime64(scenario.end, "D") - DAY
    of = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]") + MONTH)
    opens, closes = of.astype("datetime64[D]"), (of + MONTH).astype("datetime64[D]") - DAY
    begins, ends = np.maximum(opens, first), np.minimum(closes, last)
    half = 2 * (ends - begins + DAY) >= closes - opens + DAY
    of, begins, ends = of[half], begins[half], ends[half]
    covered = record.current_record().coverage
    known = (begins >= np.datetime64(covered.first)) & (ends <= np.datetime64(covered.last))
    if not known.any():
        return of[:0], 0
    return of[known.argmax() :], int(known.sum())


def count_recorded_events(recording: Recording) -> dict[str, np.ndarray]:
    """What of each kind happens in each week and run: int8 (week, run), by name."""
    made = {name: kind.weekly(recording) for name, kind in KINDS.items()}
    return {name: weekly.astype(np.int8) for name, weekly in made.items() if weekly is not None}


def compare_trajectory_with_history(trajectory: Trajectory) -> HistoryComparison | None:
    """None where the record knows nothing of these months. Raises NotKept without weeks."""
    counts = (
        count_recorded_events(trajectory.weekly) if known_months(trajectory.scenario)[1] else {}
    )
    return compare_counts_with_history(trajectory.scenario, counts, trajectory.seed)


def compare_counts_with_history(
    scenario: Scenario, counts: Mapping[str, np.ndarray], seed: int
) -> HistoryComparison | None:
    """The record beside what was `counted`. A week that two months share is divided by luck, which
    the seed decides."""
    of, known = known_months(scenario)
    if not known:
        return None
    held, days = record.current_record(), _days(scenario, of[:known])
    paths = {}
    for n, (name, weekly) in enumerate(counts.items()):
        kind = KINDS[name]
        if name == CONTACT:
            made = _months_with(weekly, scenario, of)
        else:
            made = simulated_launch_days(
                weekly, scenario.start, of, np.random.default_rng([seed, n])
            )
        seen = sum_by_month(days, kind.daily(held, days), of[:known])
        totals = _levels(made[:, :known].sum(axis=1))
        total = int(seen.sum())
        if kind.running:
            made, seen = made.cumsum(axis=1), seen.cumsum()
        written = sum(act.action in kind.acts for act in scenario.acts)
        replayed = _replayed(scenario, kind, of[:known])
        needed = (
            {"table_draft"} if kind.states == COUNCIL else set(kind.acts)
        )  # a vote needs a draft
        complete = kind.complete and held.coverage.has_acts(needed)
        paths[name] = Path(_levels(made), seen, totals, total, replayed, written, complete)
    return HistoryComparison(of, known, paths, held.credit)


def _days(scenario: Scenario, of: np.ndarray) -> np.ndarray:
    """The scenario's days in these months."""
    first = max(np.datetime64(scenario.start, "D"), of[0].astype("datetime64[D]"))
    end = min(np.datetime64(scenario.end, "D"), (of[-1] + MONTH).astype("datetime64[D]"))
    return np.arange(first, end)


def _levels(values: np.ndarray) -> np.ndarray:
    """Over runs, the first axis; whole numbers stay whole."""
    return np.percentile(values, LEVELS, axis=0, method="inverted_cdf")


def _replayed(scenario: Scenario, kind: Kind, of: np.ndarray) -> int:
    """How many of the months the record acts in itself, whole or in part."""
    if not kind.states or not set(kind.states) <= set(scenario.replay):
        return 0
    return int((of.astype("datetime64[D]") < np.datetime64(scenario.replay_end)).sum())


def _months_with(weekly: np.ndarray, scenario: Scenario, of: np.ndarray) -> np.ndarray:
    """Whether anything is in a month's weeks, by their Mondays: 0 or 1, (run, month)."""
    mondays = np.datetime64(scenario.start, "D") + 7 * np.arange(len(weekly))
    month = (mondays.astype("datetime64[M]") - of[0]).astype(int)
    found = np.zeros((weekly.shape[1], of.size), int)
    for at in range(of.size):
        found[:, at] = weekly[month == at].any(axis=0)
    return found


# --- what is counted -------------------------------------------------------------------------------


def _row(name: str, least: int | None = None) -> Weekly:
    return lambda recording: recording[name] if least is None else recording[name] >= least


def _act(id_: str) -> Weekly:
    return lambda recording: recording.did(id_) if id_ in recording.cast.actions else None


def _on_days(dates: list, days: np.ndarray) -> np.ndarray:
    """How many of the dates fall on each day."""
    return (days[:, None] == np.array(dates, "datetime64[D]")).sum(axis=1)


def _of_act(state: str, id_: str) -> Kind:
    def daily(held: HistoricalRecord, days: np.ndarray) -> np.ndarray:
        return _on_days([act.date for act in held.acts if act.action == id_], days)

    return Kind((state,), (id_,), _act(id_), daily)


def _votes(vetoed: bool) -> Daily:
    def daily(held: HistoricalRecord, days: np.ndarray) -> np.ndarray:
        vetoes = {act.date for act in held.acts if act.action.endswith("_veto")}
        drafts = [a.date for a in held.acts if a.action == "table_draft"]
        return _on_days([day for day in drafts if (day in vetoes) == vetoed], days)

    return daily


def _contacts(held: HistoricalRecord, days: np.ndarray) -> np.ndarray:
    """1 on the first day that is left of a month with a contact."""
    months = days.astype("datetime64[M]")
    first = np.append(True, months[1:] != months[:-1])
    met = np.array([c.month for c in held.contacts if c.polarity > 0], "datetime64[M]")
    return (first & np.isin(months, met)).astype(int)


CONTACT = "contact"
COUNCIL = ("USA", "China", "Russia")
LAUNCHES = ("short_range_test", "regional_test", "icbm_test")
KINDS = {
    "launch_days": Kind(
        ("DPRK",),
        LAUNCHES,
        _row("launch_days"),
        lambda held, days: held.launch_days(days),
        running=False,
    ),
    "icbm_test": _of_act("DPRK", "icbm_test"),
    "nuclear_test": _of_act("DPRK", "nuclear_test"),
    "joint_exercise": _of_act("USA", "joint_exercise"),
    "resolution": Kind(COUNCIL, ("table_draft",), _row("resolution"), _votes(vetoed=False)),
    "veto": Kind(COUNCIL, ("china_veto", "russia_veto"), _row("veto"), _votes(vetoed=True)),
    CONTACT: Kind((), (), _row("talks_stage", 1), _contacts, complete=False),
}
