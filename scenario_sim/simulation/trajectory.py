"""Results of many runs of one scenario: outcomes, recorded weeks, dataset, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario_sim.data.enums import Channel
from scenario_sim.data.states import HOLD
from scenario_sim.data.variables import RECORDED_PER_STATE, RECORDED_QUANTITIES
from scenario_sim.errors import NotRecordedError, UnknownNameError
from scenario_sim.model.blackboard import NO_DECISION
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.display import (
    DisplayedResult,
    describe_runs,
    draw_bars,
    main_rows,
)
from scenario_sim.simulation.engine import engine_version
from scenario_sim.simulation.outcomes import summarise_outcomes
from scenario_sim.simulation.plugins.measures import weekly_values
from scenario_sim.simulation.recording import Recording

if TYPE_CHECKING:  # both are slow to import
    import pandas as pd
    import xarray as xr


def provenance(scenario: Scenario, seed: int, runs: int) -> dict[str, Any]:
    """Return what is needed to repeat runs of a scenario."""
    return {
        "scenario": scenario.name or scenario.title,
        "hash": scenario.hash,
        "seed": seed,
        "runs": runs,
        "weeks": scenario.weeks,
        "engine": engine_version(),
    } | ({"plugins": scenario.plugins.sources} if scenario.plugins.items else {})


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory(DisplayedResult):
    """The results of simulating a scenario many times.

    Attributes
    ----------
    scenario : Scenario
    seed : int
    runs : ndarray of int64, shape (runs,)
        Run ids.
    outcomes : DataFrame
        One row per run, with the columns of the codebook.
    recording : Recording or None
        The weeks, if they were kept.
    histograms : mapping of str to ndarray, shape (weeks, bins)
        Weekly counts with fixed edges, if the weeks were not kept.
    engine : str
        The name of the engine that made the runs.
    """

    scenario: Scenario
    seed: int
    runs: np.ndarray
    outcomes: pd.DataFrame
    recording: Recording | None = None
    histograms: Mapping[str, np.ndarray] = field(default_factory=dict)
    engine: str = field(default_factory=engine_version)

    @property
    def provenance(self) -> dict[str, Any]:
        """Return what is needed to repeat these runs."""
        made = provenance(self.scenario, self.seed, int(self.runs.size))
        return made | {"engine": self.engine}

    def _summary(self) -> list[str]:
        lines = [describe_runs(self.scenario, int(self.runs.size), self.seed, self.engine)]
        if self.recording is None or "tension" not in self.recording.names:
            return lines
        tension = self.recording["tension"].mean(axis=1)
        ends = f"{tension.min():.2g} to {tension.max():.2g}"
        return [*lines, f"mean tension by week {draw_bars(tension)} ({ends})"]

    def _table(self) -> pd.DataFrame:
        return summarise_outcomes(self.outcomes)[["mean", "p5", "p95", "mcse"]]

    def _text_table(self) -> pd.DataFrame:
        return main_rows(self._table(), ("mean", "p5", "p95", "mcse"))

    @cached_property
    def weekly(self) -> Recording:
        """Return the recorded weeks. Raises NotRecordedError if they were not kept."""
        if self.recording is None:
            raise NotRecordedError(
                f"the weeks of these {self.runs.size:,} runs were not kept (they were not asked for, "
                "or would have needed more than 1 GB); ask for fewer runs, or a list of run ids: "
                "simulate(scenario, runs=[...]) gives the same worlds"
            )
        return self.recording

    def quantity(self, name: str) -> np.ndarray:
        """Return a recorded quantity, or one of a plug-in: float32 (weeks, runs).

        Raises
        ------
        NotRecordedError
            If the weeks were not kept.
        UnknownNameError
            There is no such quantity.
        """
        own = self.scenario.plugins
        if name in own.quantities:
            return weekly_values(name, own, self.weekly)
        if name not in self.weekly:
            raise UnknownNameError("quantity", name, (*self.weekly.names, *own.quantities))
        return self.weekly[name]

    def some(self, places: np.ndarray) -> Trajectory:
        """Return the runs at some positions of `runs`. Raises NotRecordedError without weeks."""
        return replace(
            self,
            runs=self.runs[places],
            outcomes=self.outcomes.iloc[places],
            recording=self.weekly.part(places),
        )

    @cached_property
    def dates(self) -> np.ndarray:
        """Return the Monday of each week: datetime64[D], (weeks,)."""
        return np.datetime64(self.scenario.start, "D") + 7 * np.arange(self.scenario.weeks)

    def _own_variables(self) -> dict[str, tuple[Any, ...]]:
        """Return the weekly quantities of plug-ins, as variables of the dataset."""
        return {
            q.name: (
                ("run", "week"),
                self.quantity(q.name).T,
                {"long_name": q.description, "units": q.unit},
            )
            for q in self.scenario.plugins.quantities.values()
        }

    @cached_property
    def dataset(self) -> xr.Dataset:
        """Return all recorded quantities and acts as a labelled dataset.

        Conditions and hazards are float32, (run, week) or (run, week, state). `acts` is int8, (run,
        week, state, channel), with its codes in its attributes.

        Raises
        ------
        NotRecordedError
            If the weeks were not kept.
        """
        import xarray as xr

        weekly, cast = self.weekly, self.scenario.cast
        shape = (self.runs.size, self.scenario.weeks, len(cast.codes))
        data: dict[str, tuple[Any, ...]] = {
            q.name: (("run", "week"), weekly[q.name].T, {"long_name": q.meaning, "units": q.unit})
            for q in RECORDED_QUANTITIES
        } | self._own_variables()
        for q in RECORDED_PER_STATE:
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
        acts = np.full((*shape, len(channels)), NO_DECISION, np.int8)
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
        return xr.Dataset(data, coordinates, attrs=_attributes(self.provenance))


def _attributes(about: dict[str, Any]) -> dict[str, Any]:
    """Return the provenance as attributes of netCDF, which hold no mapping."""
    if "plugins" not in about:
        return about
    return about | {"plugins": ", ".join(f"{n} {digest}" for n, digest in about["plugins"].items())}
