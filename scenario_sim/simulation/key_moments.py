"""Key moments of one run: the acts whose removal would have changed it most.

Each act of the run is removed once, with all random draws unchanged, and the run is simulated anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenario_sim.data.enums import Channel
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.ensemble import Progress, simulate
from scenario_sim.simulation.single_run import Act, SingleRun
from scenario_sim.simulation.what_if import without_act

MIN_WEEKS_APART = 4  # acts closer together belong to one turn of events
MIN_TENSION_CHANGE = 0.05  # rungs, mean over weeks; less is not worth watching


@dataclass(frozen=True)
class KeyMoment:
    """Act that decided a run.

    Attributes
    ----------
    act : Act
    tension, tension_without : float
        Mean tension over the weeks from the act on, in rungs, with it and without it.
    risk, risk_without : float
        Chance of a confrontation over the run, with it and without it.
    distance : float
        Mean absolute difference in tension over all weeks, in rungs.
    """

    act: Act
    tension: float
    tension_without: float
    risk: float
    risk_without: float
    distance: float

    @property
    def change(self) -> float:
        """Return how much higher the mean tension would have been without the act, in rungs."""
        return self.tension_without - self.tension


def find_key_moments(
    world: SingleRun, most: int = 2, progress: Progress | None = None
) -> tuple[KeyMoment, ...]:
    """Return the acts of a run whose removal changes its tension most, in order of date.

    Votes are left out, because a vote cannot be removed.

    Parameters
    ----------
    world : SingleRun
    most : int
        Number of moments, at least `MIN_WEEKS_APART` weeks apart.
    progress : callable, optional
        Called with the acts removed and their total. An exception in it cancels the work.

    Examples
    --------
    >>> from scenario_sim import load_scenario
    >>> from scenario_sim.simulation.single_run import simulate_run
    >>> world = simulate_run(load_scenario("status-quo").with_weeks(26), 0, 3)
    >>> all(moment.distance > 0 for moment in find_key_moments(world))
    True
    """
    whole = world.recording["tension"][:, 0].astype(float)
    risk = float(world.outcomes["confrontation_risk"])
    acts = [act for act in world.acts if act.channel != Channel.VOTE and not act.forced]
    found = []
    for n, act in enumerate(acts):
        other, other_risk = _simulate_without(world.scenario, world.seed, world.run, act)
        distance = float(np.abs(other - whole).mean())
        if distance >= MIN_TENSION_CHANGE:
            means = float(whole[act.week :].mean()), float(other[act.week :].mean())
            found.append(KeyMoment(act, *means, risk, other_risk, distance))
        if progress:
            progress(n + 1, len(acts))
    chosen: list[KeyMoment] = []
    for moment in sorted(found, key=lambda m: -m.distance):
        if all(abs(moment.act.week - one.act.week) >= MIN_WEEKS_APART for one in chosen):
            chosen.append(moment)
    return tuple(sorted(chosen[:most], key=lambda moment: moment.act.week))


def _simulate_without(
    scenario: Scenario, seed: int, run: int, act: Act
) -> tuple[np.ndarray, float]:
    """Return the tension of each week, and the risk, of the run without an act."""
    other = simulate(without_act(scenario, act), [run], seed, keep=("tension",))
    risk = float(other.outcomes["confrontation_risk"].iloc[0])
    return other.weekly["tension"][:, 0].astype(float), risk
