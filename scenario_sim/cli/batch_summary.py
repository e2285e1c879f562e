"""Summary of a scenario's futures, as plain numbers and words.

A store keeps the summaries in `summary.json` beside the results. The same command then prints them
at once, whatever the number of runs, without reading any run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from scenario_sim.cli.json_models.header import plain_data
from scenario_sim.errors import OutputError
from scenario_sim.simulation.intervals import percentile_intervals
from scenario_sim.simulation.outcomes import (
    SUMMARY_COLUMNS,
    count_causes,
    outcomes_of,
    summarise_outcomes,
)

if TYPE_CHECKING:
    from scenario_sim.simulation.trajectory import Trajectory
    from scenario_sim.studies.store.store import Store

SUMMARY_FILE = "summary.json"


@dataclass(frozen=True)
class ScenarioSummary:
    """Outcomes of a number of futures; NaN where there are none.

    Attributes
    ----------
    runs : int
        Number of futures.
    outcomes : dict of str to dict
        The row that `summarise` has of each outcome; of the cause, futures by each.
    futures : dict of str to int
        Number of futures in which an outcome is above 0.
    launch_days : sequence of 3 sequences of 3 floats
        5th, 50th and 95th percentile, each with the ends of its 95 % interval.
    risk, level : str
        Chance of a confrontation, and how far its level may be trusted, in words.
    precision : sequence of dict
        Fields of `Precision`, one for each metric of --until.
    """

    runs: int
    outcomes: dict[str, dict[str, Any]]
    futures: dict[str, int]
    launch_days: Sequence[Sequence[float]]
    risk: str
    level: str
    precision: Sequence[dict[str, Any]] = ()

    @classmethod
    def of(
        cls, trajectory: Trajectory, precision: Sequence[dict[str, Any]] = ()
    ) -> ScenarioSummary:
        """Return the summary of a trajectory, and how precise the metrics of --until are."""
        from scenario_sim.reporting.charts import Risk
        from scenario_sim.reporting.narrative import describe_risk

        table = trajectory.outcomes
        rows = summarise_outcomes(table).astype(float).to_dict("index")
        days = percentile_intervals(table["launch_days"].to_numpy(float), (5, 50, 95))
        outcomes = outcomes_of(trajectory.scenario)
        numbers = [outcome.name for outcome in outcomes if not outcome.category]
        return cls(
            runs=len(table),
            outcomes={
                o.name: count_causes(table) if o.category else rows[o.name] for o in outcomes
            },
            futures={name: int((table[name] > 0).sum()) for name in numbers},
            launch_days=[[float(end) for end in one] for one in zip(*days, strict=True)],
            risk=describe_risk(rows["confrontation_risk"]["mean"]),
            level=Risk.of(trajectory, None).level_text,
            precision=precision,
        )


def read_summaries(store: Store, run_count_key: list[Any]) -> dict[str, ScenarioSummary]:
    """Return a store's summaries by cell, of those made for the same number of runs."""
    try:
        saved = {
            key: entry["answer"]
            for key, entry in _read_entries(store).items()
            if entry["asked"] == run_count_key
            and entry["answer"]["outcomes"]["launch_days"].keys() == set(SUMMARY_COLUMNS)
        }
        return {key: ScenarioSummary(**_restore_nan(entry)) for key, entry in saved.items()}
    except (KeyError, TypeError, AttributeError):  # a file of another version
        return {}


def write_summaries(
    store: Store, run_count_key: list[Any], summaries: Mapping[str, ScenarioSummary]
) -> None:
    """Add summaries to a store's file. Raises OutputError."""
    from scenario_sim.studies.store.atomic import json_with_checksum

    new = {
        key: {"asked": run_count_key, "answer": asdict(summary)}
        for key, summary in summaries.items()
    }
    content = json_with_checksum(plain_data(_read_entries(store) | new))
    store.put(store.path / SUMMARY_FILE, content)


def _read_entries(store: Store) -> dict[str, Any]:
    from scenario_sim.studies.store.atomic import read_json

    try:
        return read_json(store.path / SUMMARY_FILE, "remove it")
    except OutputError:
        return {}  # edited or corrupt: made again from the results


def _restore_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _restore_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_restore_nan(item) for item in value]
    return math.nan if value is None else value
