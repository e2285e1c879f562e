"""What `run` tells of a scenario, as plain numbers and words.

A store keeps them beside the results, in `summary.json`: the same command tells them again at once,
whatever the number of runs, without reading any of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from scenario_sim.cli.output import without_nan
from scenario_sim.errors import OutputError
from scenario_sim.simulation.intervals import percentile_intervals
from scenario_sim.simulation.outcomes import OUTCOMES, count_causes, summarise_outcomes

if TYPE_CHECKING:
    from scenario_sim.simulation.trajectory import Trajectory
    from scenario_sim.studies.store.store import Store

SUMMARY_FILE = "summary.json"


@dataclass(frozen=True)
class ScenarioSummary:
    """What `runs` futures came to.

    outcomes: by name what `summarise` has of it; of the cause, how many futures by each. futures: in
    how many there was any of an outcome. launch_days: at the 5th, 50th and 95th percentile, each with
    the ends of its 95 % interval. risk, level: the chance of a confrontation, and how far its level
    may be trusted, in words. NaN where there is nothing.
    """

    runs: int
    outcomes: dict[str, dict[str, Any]]
    futures: dict[str, int]
    launch_days: Sequence[Sequence[float]]
    risk: str
    level: str

    @classmethod
    def of(cls, trajectory: Trajectory) -> ScenarioSummary:
        from scenario_sim.reporting.charts import Risk
        from scenario_sim.reporting.narrative import describe_risk

        table = trajectory.outcomes
        rows = summarise_outcomes(table).astype(float).to_dict("index")
        days = percentile_intervals(table["launch_days"].to_numpy(float), (5, 50, 95))
        numbers = [outcome.name for outcome in OUTCOMES if not outcome.category]
        return cls(
            runs=len(table),
            outcomes={
                o.name: count_causes(table) if o.category else rows[o.name] for o in OUTCOMES
            },
            futures={name: int((table[name] > 0).sum()) for name in numbers},
            launch_days=[[float(end) for end in one] for one in zip(*days, strict=True)],
            risk=describe_risk(rows["confrontation_risk"]["mean"]),
            level=Risk.of(trajectory, None).level_text,
        )


def kept(store: Store, asked: list[Any]) -> dict[str, ScenarioSummary]:
    """The answers that a store has, by cell, to whoever `asked` the same."""
    try:
        entries = _entries(store)
        said = {key: entry["answer"] for key, entry in entries.items() if entry["asked"] == asked}
        return {key: ScenarioSummary(**_with_nan(answer)) for key, answer in said.items()}
    except (KeyError, TypeError, AttributeError):  # of another version
        return {}


def keep(store: Store, asked: list[Any], answers: Mapping[str, ScenarioSummary]) -> None:
    """Raises OutputError."""
    from scenario_sim.studies.store.json_files import json_with_checksum

    new = {key: {"asked": asked, "answer": asdict(answer)} for key, answer in answers.items()}
    store.put(store.path / SUMMARY_FILE, json_with_checksum(without_nan(_entries(store) | new)))


def _entries(store: Store) -> dict[str, Any]:
    from scenario_sim.studies.store.json_files import read_json

    try:
        return read_json(store.path / SUMMARY_FILE, "remove it")
    except OutputError:
        return {}  # edited or spoilt: it is made again of what else is there


def _with_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_nan(item) for item in value]
    return math.nan if value is None else value
