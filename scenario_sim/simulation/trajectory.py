"""What was recorded of a world: axes (run, week, state, channel), names, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from scenario_sim.data.enums import Channel
from scenario_sim.data.states import HOLD, Cast
from scenario_sim.data.variables import OWN_RECORDED, RECORDED
from scenario_sim.errors import NotKept
from scenario_sim.model.blackboard import recorded_rows
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.engine import engine_version

if TYPE_CHECKING:  # both are slow to import
    import pandas as pd
    import xarray as xr


NOT_HELD = -1  # a channel a state does not hold, or a vote on nothing


@dataclass(frozen=True)
class Recording:
    """Weeks of one scenario for some runs.

    table: float32 (quantity, week, run). acts: int8 (decision, week, run), a decision being a
    (state, channel) of `cast.channels`; 0 is hold, n the n-th action, -1 nothing to decide.
    names: which quantities the table holds; by default all that are recorded.
    """

    cast: Cast
    table: np.ndarray
    acts: np.ndarray
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.names:
            object.__setattr__(self, "names", tuple(recorded_rows(self.cast)))

    @classmethod
    def empty(cls, cast: Cast, weeks: int, runs: int, names: tuple[str, ...] = ()) -> Recording:
        """Return room for some runs."""
        names = names or tuple(recorded_rows(cast))
        return cls(
            cast,
            np.zeros((len(names), weeks, runs), np.float32),
            np.zeros((len(cast.channels), weeks, runs), np.int8),
            names,
        )

    @staticmethod
    def bytes_a_world_week(cast: Cast) -> int:
        """Return how many bytes a week of one run takes where every quantity is recorded."""
        return 4 * len(recorded_rows(cast)) + len(cast.channels)

    @property
    def runs(self) -> int:
        """How many runs there is room for."""
        return self.acts.shape[2]

    @cached_property
    def _row(self) -> dict[str, int]:
        return {name: n for n, name in enumerate(self.names)}

    def __contains__(self, name: str) -> bool:
        return name in self._row

    def __getitem__(self, name: str) -> np.ndarray:
        """Return a quantity by name (`tension`, `DPRK.threat`): float32 (week, run)."""
        return self.table[self._row[name]]

    def did(self, action: str) -> np.ndarray:
        """Return the weeks in which an action was chosen: bool (week, run)."""
        decision, code = self._code_of(action)
        return self.acts[decision] == code

    def chose(self, action: str, week: int) -> np.ndarray:
        """Return where an action was chosen in one week: bool (run,)."""
        decision, code = self._code_of(action)
        return self.acts[decision, week] == code

    def _code_of(self, action: str) -> tuple[int, int]:
        state, does = self.cast.actions[action]
        decision = self.cast.channels.index((state.code, does.channel))
        return decision, 1 + list(self.cast.actions).index(action)

    def part(self, runs: slice | np.ndarray) -> Recording:
        """Return some of the runs: of a slice a view, of places in a list a copy."""
        return Recording(self.cast, self.table[:, :, runs], self.acts[:, :, runs], self.names)

    def take(self, block: Recording, at: int) -> None:
        """Copy runs of another recording, from run `at` on."""
        runs = slice(at, at + block.runs)
        for name in self.names:
            self[name][:, runs] = block[name]
        self.acts[:, :, runs] = block.acts


def provenance(scenario: Scenario, seed: int, runs: int) -> dict[str, str | int]:
    """What it takes to make runs of a scenario again."""
    return {
        "scenario": scenario.name or scenario.title,
        "hash": scenario.hash,
        "seed": seed,
        "runs": runs,
        "weeks": scenario.weeks,
        "engine": engine_version(),
    }


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What became of a scenario: many runs, week by week, and one number a run for each outcome.

    outcomes: one row a run, columns named as in the codebook. recording: the weeks, where they
    were kept. histograms: weekly counts with fixed edges, where the weeks were too many to keep:
    name -> (week, bin).
    """

    scenario: Scenario
    seed: int
    runs: np.ndarray
    outcomes: pd.DataFrame
    recording: Recording | None = None
    histograms: Mapping[str, np.ndarray] = field(default_factory=dict)
    engine: str = field(default_factory=engine_version)

    @property
    def provenance(self) -> dict[str, str | int]:
        """What it takes to make this again."""
        made = provenance(self.scenario, self.seed, int(self.runs.size))
        return made | {"engine": self.engine}

    @cached_property
    def weekly(self) -> Recording:
        """The weeks. Raises NotKept where only outcomes and histograms were kept."""
        if self.recording is None:
            raise NotKept(
                f"the weeks of these {self.runs.size:,} runs were not kept (they were not asked for, "
                "or would have needed more than 1 GB); ask for fewer runs, or a list of run ids: "
                "simulate(scenario, runs=[...]) gives the same worlds"
            )
        return self.recording

    def some(self, places: np.ndarray) -> Trajectory:
        """The runs at some places of `runs`. Raises NotKept where the weeks were not kept."""
        return replace(
            self,
            runs=self.runs[places],
            outcomes=self.outcomes.iloc[places],
            recording=self.weekly.part(places),
        )

    @cached_property
    def dates(self) -> np.ndarray:
        """The Monday of each week: datetime64[D] (week,)."""
        return np.datetime64(self.scenario.start, "D") + 7 * np.arange(self.scenario.weeks)

    @cached_property
    def dataset(self) -> xr.Dataset:
        """Everything recorded as a labelled dataset over run, week, state and channel.

        Conditions and hazards are float32 (run, week) or (run, week, state); `acts` is int8
        (run, week, state, channel), its codes named in its attributes. Raises NotKept.
        """
        import xarray as xr

        weekly, cast = self.weekly, self.scenario.cast
        shape = (self.runs.size, self.scenario.weeks, len(cast.codes))
        data: dict[str, tuple] = {
            q.name: (("run", "week"), weekly[q.name].T, {"long_name": q.meaning, "units": q.unit})
            for q in RECORDED
        }
        for q in OWN_RECORDED:
            values = np.full(shape, np.nan, np.float32)
            for state in cast.perceivers:
                values[:, :, cast.codes.index(state.code)] = weekly[f"{state.code}.{q.name}"].T
            name = "threat_perception" if q.name == "threat" else q.name
            data[name] = (
                ("run", "week", "state"),
                values,
                {"long_name": q.meaning, "units": q.unit},
            )
        channels = [channel.value for channel in Channel]
        acts = np.full((*shape, len(channels)), NOT_HELD, np.int8)
        for n, (code, channel) in enumerate(cast.channels):
            acts[:, :, cast.codes.index(code), channels.index(channel)] = weekly.acts[n].T
        names = (HOLD, *cast.actions)
        data["acts"] = (
            ("run", "week", "state", "channel"),
            acts,
            {
                "long_name": "The act chosen; -1 where there was nothing to choose.",
                "flag_values": list(range(len(names))),
                "flag_meanings": " ".join(names),
            },
        )
        coordinates = {
            "run": self.runs,
            "week": np.arange(self.scenario.weeks),
            "date": ("week", self.dates.astype("datetime64[ns]")),
            "state": list(cast.codes),
            "channel": channels,
        }
        return xr.Dataset(data, coordinates, attrs=dict(self.provenance))
