"""Explain a change of the risk: through which pathways of the model it travels.

A pathway is cut in the baseline and in the policy alike, on the same random draws. What the cut takes
away of the effect is the pathway's share: 1 - (effect with the pathway cut) / (whole effect). The
effect is the logarithm of the ratio of the two risks, so that a pathway which only scales both has
no share. Nothing is estimated by regression; the errors are those of paired runs.

Shares of pathways that stand in line overlap, and those side by side may interact. So they need not
add up. `interaction` is what the pathways that start at the moved levers leave over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from threading import Lock
from typing import NamedTuple

import numpy as np
from cachetools import LRUCache

from scenario_sim.data.pathways import PATHWAYS, RISK_STEP, STEPS, Pathway, Step
from scenario_sim.language import translate
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import as_scenario
from scenario_sim.simulation.comparison import check_comparable
from scenario_sim.simulation.engine import engine_version
from scenario_sim.simulation.ensemble import Progress, simulate
from scenario_sim.simulation.intervals import half_width
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME
from scenario_sim.simulation.trajectory import Trajectory

RISK = "confrontation_risk"
ACTS = "acts:"  # begins a measure that counts an action
MIN_SHARE = 0.02  # smaller shares are no link of a chain
MIN_SCREENED_SHARE = 0.05  # pathways that may have less than this in the screening are left out
MAX_SCREENED = 12  # pathways that are simulated in full after a screening
MAX_CACHED_RISK_BYTES = 16_000_000

_risks: LRUCache[tuple[str, str, int, int], np.ndarray] = LRUCache(
    MAX_CACHED_RISK_BYTES, getsizeof=lambda array: array.nbytes
)
_lock = Lock()


class Reading(NamedTuple):
    """Means over runs of one measure on both sides, and half of the 95 % interval of the change."""

    words: str
    measure: str
    baseline: float
    policy: float
    half: float

    @property
    def is_certain(self) -> bool:
        """Return True if the runs tell the two sides apart."""
        return abs(self.policy - self.baseline) > self.half


class Effect(NamedTuple):
    """Change of the risk: its logarithm, and each run's influence on it, (runs,)."""

    log_ratio: float
    influence: np.ndarray

    @property
    def ratio(self) -> float:
        """Return the policy's risk over that of the baseline."""
        return float(np.exp(self.log_ratio))

    @property
    def half(self) -> float:
        """Return half of the 95 % interval of the logarithm."""
        return float(half_width(self.influence))


@dataclass(frozen=True)
class PathwayShare:
    """Share of the effect that passes through a pathway.

    Attributes
    ----------
    pathway : Pathway
    share, half : float
        1 if all of the effect passes through it, below 0 if it works against the effect, and half
        of the 95 % interval.
    ratio : float
        Ratio of the risks with the pathway cut.
    """

    pathway: Pathway
    share: float
    half: float
    ratio: float

    @property
    def is_certain(self) -> bool:
        """Return True if the runs tell the share from 0."""
        return self.half == 0 or abs(self.share) > self.half


@dataclass(frozen=True, eq=False)
class ChangeExplanation:
    """The chain through which a change of policy reaches the risk.

    Attributes
    ----------
    baseline, policy : Scenario
    runs, seed : int
    levers : tuple of str
        Settings that differ.
    effect : Effect
    readings : dict of str to Reading
        By step: the measure that moved most.
    shares : tuple of PathwayShare
        The largest first. Empty if the runs cannot tell whether the risk moved.
    interaction, interaction_half : float
        What the pathways that start at the levers leave over.
    cut : tuple of str
        Pathways that are cut in both scenarios here.
    """

    baseline: Scenario
    policy: Scenario
    runs: int
    seed: int
    levers: tuple[str, ...]
    effect: Effect
    readings: dict[str, Reading]
    shares: tuple[PathwayShare, ...]
    interaction: float
    interaction_half: float
    cut: tuple[str, ...] = ()

    @property
    def is_certain(self) -> bool:
        """Return True if the runs tell whether the risk moved."""
        return abs(self.effect.log_ratio) > self.effect.half

    def share(self, pathway: str) -> PathwayShare:
        """Return the share of a pathway. Raises KeyError if it was not measured."""
        for found in self.shares:
            if found.pathway.id == pathway:
                return found
        raise KeyError(pathway)

    @cached_property
    def chains(self) -> tuple[tuple[PathwayShare, ...], ...]:
        """Return a chain of links to the risk for each lever that has one, the widest first.

        Of all paths from a lever, the chain is the one whose smallest share is the largest.
        """
        paths = [_widest_path(self.shares, {lever}) for lever in self.levers]
        if not self.levers:  # scenarios that differ in something else
            paths = [_widest_path(self.shares, {s.pathway.start for s in self.shares})]
        return tuple(sorted(filter(None, paths), key=lambda path: -_width(path)))

    @property
    def chain(self) -> tuple[PathwayShare, ...]:
        """Return the widest chain; empty if there is none."""
        return self.chains[0] if self.chains else ()


def explain_change(
    baseline: Scenario | str,
    policy: Scenario | str,
    runs: int = 1000,
    seed: int = 0,
    *,
    screen: int = 0,
    cut: Iterable[str] = (),
    progress: Progress | None = None,
) -> ChangeExplanation:
    """Explain how a policy changes the risk: the chain of steps, and the share of each pathway.

    Parameters
    ----------
    baseline, policy : Scenario or str
        Scenarios of one start, length and states, or shipped names or files.
    runs, seed : int
    screen : int
        Look for pathways with so many runs first, and measure only the largest ones in full. 0
        measures every pathway in full.
    cut : iterable of str
        Pathways to leave out of both.
    progress : callable, optional
        Called with the parts done and their total. An exception in it cancels the work.

    Raises
    ------
    ScenarioError
        If the two differ in start, length or states, or a pathway is unknown.

    Examples
    --------
    >>> from scenario_sim import load_scenario
    >>> base = load_scenario("status-quo").with_weeks(26)
    >>> why = explain_change(base, base.with_levers(hotline=1), runs=50)
    >>> [(link.pathway.id, link.share) for link in why.chain]
    [('hotline_stops_spread', 1.0)]
    """
    base, other = (s if isinstance(s, Scenario) else as_scenario(s) for s in (baseline, policy))
    check_comparable(base, other, same_states=True)
    cut = tuple(dict.fromkeys(cut))
    base, other = (side.with_mechanisms_off(*cut) if cut else side for side in (base, other))
    sides = _Sides(base, other, seed)
    levers = sides.levers
    readings, effect = sides.read(runs)
    shares: list[PathwayShare] = []
    interaction = (np.nan, np.nan)
    if abs(effect.log_ratio) > effect.half:
        pathways = [p for p in _candidates(levers, readings) if p.id not in cut]
        measure = partial(sides.measure, progress=progress)
        if screen and screen < runs:
            pathways = _screened(measure(pathways, sides.effect(screen), screen, (0, 2)), levers)
            found = measure(pathways, effect, runs, (1, 2))
        else:
            found = measure(pathways, effect, runs, (0, 1))
        shares = sorted((share for share, _ in found), key=lambda s: -s.share)
        interaction = _interaction(found, effect, levers)
    return ChangeExplanation(
        base, other, runs, seed, levers, effect, readings, tuple(shares), *interaction, cut
    )


Found = tuple[PathwayShare, np.ndarray]  # with each run's influence on the share


class _Sides:
    """A baseline and a policy on the same draws."""

    def __init__(self, baseline: Scenario, policy: Scenario, seed: int):
        self.baseline, self.policy, self.seed = baseline, policy, seed

    @property
    def levers(self) -> tuple[str, ...]:
        there = self.policy.steps()
        return tuple(name for name, steps in self.baseline.steps().items() if steps != there[name])

    def read(self, runs: int) -> tuple[dict[str, Reading], Effect]:
        """Return the reading of each step, and the whole effect."""
        recorded = {measure.what for step in STEPS.values() for measure in step.measures}
        names = [what for what in recorded if what not in OUTCOMES_BY_NAME and ":" not in what]
        names = [name for name in names if _has_row(self.baseline, name)]
        pair = [simulate(s, runs, self.seed, keep=names) for s in (self.baseline, self.policy)]
        readings = {id_: _read_step(step, pair) for id_, step in STEPS.items()}
        effect = _effect(*(side.outcomes[RISK].to_numpy(float) for side in pair))
        return {id_: reading for id_, reading in readings.items() if reading}, effect

    def effect(self, runs: int, pathway: Pathway | None = None) -> Effect:
        """Return the effect on the risk, with a pathway cut."""
        return _effect(*(self._risks(side, runs) for side in self._without(pathway)))

    def measure(
        self,
        pathways: Sequence[Pathway],
        whole: Effect,
        runs: int,
        part: tuple[int, int],
        progress: Progress | None,
    ) -> list[Found]:
        """Return the share of each pathway. `part` is (which, of how many) parts of the work."""
        found = []
        for n, pathway in enumerate(pathways):
            found.append(_share(pathway, whole, self.effect(runs, pathway)))
            if progress:
                progress(part[0] * len(pathways) + n + 1, part[1] * len(pathways))
        return found

    def _without(self, pathway: Pathway | None) -> tuple[Scenario, Scenario]:
        if pathway is None:
            return self.baseline, self.policy
        if pathway.is_lever:
            return self.baseline, _with_lever_put_back(self.policy, self.baseline, pathway.start)
        return (
            self.baseline.with_mechanisms_off(pathway.id),
            self.policy.with_mechanisms_off(pathway.id),
        )

    def _risks(self, scenario: Scenario, runs: int) -> np.ndarray:
        """Return the risk of each run. Those of a baseline serve many policies, so they are kept."""
        key = (scenario.hash, engine_version(), self.seed, runs)
        with _lock:
            found = _risks.get(key)
        if found is None:
            found = simulate(scenario, runs, self.seed, keep=()).outcomes[RISK].to_numpy(float)
            with _lock:
                if found.nbytes <= _risks.maxsize:
                    _risks[key] = found
        return found


def _has_row(scenario: Scenario, name: str) -> bool:
    """Return True if the states of a scenario have this quantity."""
    state, _, own = name.rpartition(".")
    return not own or not state or state in [s.code for s in scenario.cast.perceivers]


def _read_step(step: Step, pair: Sequence[Trajectory]) -> Reading | None:
    """Return the first measure of a step that certainly moves, else the first that moves at all."""
    found = []
    for measure in step.measures:
        values = [_values(side, measure.what) for side in pair]
        if values[0] is None or values[1] is None:
            continue
        base, policy = (measure.scale * side for side in values if side is not None)
        half = float(half_width(policy - base))
        found.append(
            Reading(
                translate(measure.words),
                measure.what,
                float(base.mean()),
                float(policy.mean()),
                half,
            )
        )
    moved = [reading for reading in found if reading.policy != reading.baseline]
    certain = [reading for reading in moved if reading.is_certain]
    return next(iter((*certain, *moved, *found)), None)


def _values(side: Trajectory, what: str) -> np.ndarray | None:
    """Return a measure of each run, (runs,); None if the states have no such act or quantity."""
    if what in OUTCOMES_BY_NAME:
        return np.asarray(side.outcomes[what], float)
    if what.startswith(ACTS):
        action = what.removeprefix(ACTS)
        if action not in side.scenario.cast.actions:
            return None
        return np.asarray(side.weekly.did(action).sum(axis=0), float)
    if what not in side.weekly:
        return None
    return np.asarray(side.weekly[what].mean(axis=0, dtype=float))


def _effect(baseline: np.ndarray, policy: np.ndarray) -> Effect:
    means = baseline.mean(), policy.mean()
    if not min(means) > 0:
        return Effect(0.0, np.zeros(baseline.size))
    return Effect(float(np.log(means[1] / means[0])), policy / means[1] - baseline / means[0])


def _share(pathway: Pathway, whole: Effect, cut: Effect) -> Found:
    rest = cut.log_ratio / whole.log_ratio
    influence = (rest * whole.influence - cut.influence) / whole.log_ratio
    share = PathwayShare(pathway, 1.0 - rest, float(half_width(influence)), cut.ratio)
    return share, influence


def _interaction(
    found: Sequence[Found], whole: Effect, levers: Sequence[str]
) -> tuple[float, float]:
    """Return what the pathways that start at the levers leave over, and its half width."""
    own = [(share.share, influence) for share, influence in found if share.pathway.start in levers]
    if not own:
        return np.nan, np.nan
    total = np.sum([influence for _, influence in own], axis=0)
    return 1.0 - sum(share for share, _ in own), float(half_width(total))


def _candidates(levers: Sequence[str], readings: dict[str, Reading]) -> list[Pathway]:
    """Return the pathways that may carry the change: their steps moved, or their lever did."""
    moved = {id_ for id_, r in readings.items() if r.policy != r.baseline} | {RISK_STEP}
    return [
        p
        for p in PATHWAYS.values()
        if p.end in moved and (p.start in levers or (p.start in STEPS and p.start in moved))
    ]


def _screened(found: Sequence[Found], levers: Sequence[str]) -> list[Pathway]:
    """Return the pathways that start at a lever, and the largest of the others."""
    own = [share.pathway for share, _ in found if share.pathway.start in levers]
    rest = [share for share, _ in found if share.pathway.start not in levers]
    rest = [s for s in rest if abs(s.share) + s.half > MIN_SCREENED_SHARE]
    rest = sorted(rest, key=lambda s: -abs(s.share))[:MAX_SCREENED]
    return own + [share.pathway for share in rest]


def _with_lever_put_back(policy: Scenario, baseline: Scenario, name: str) -> Scenario:
    """Return the policy with the baseline's path of one lever."""
    group = next(g for g in ("levers", "hypotheses", "circumstances") if name in _table(policy, g))
    data = policy.as_dict()
    data[group] = data.get(group, {}) | {name: baseline.settings()[name]}
    others = [{k: v for k, v in c.items() if k != name} for c in data.get("changes", ())]
    own = [
        {"date": c.date, name: c.settings()[name]} for c in baseline.changes if name in c.settings()
    ]
    data["changes"] = sorted([*others, *own], key=lambda c: c["date"])
    data["changes"] = [c for c in data["changes"] if set(c) - {"date", "note"}]
    return Scenario.model_validate(data)


def _table(scenario: Scenario, group: str) -> dict[str, float]:
    table: dict[str, float] = getattr(scenario, group).model_dump()
    return table


def _width(path: Sequence[PathwayShare]) -> float:
    return min(link.share for link in path)


def _widest_path(shares: Sequence[PathwayShare], starts: set[str]) -> tuple[PathwayShare, ...]:
    """Return the path from one of `starts` to the risk with the largest smallest share.

    Of equal paths the shorter one is kept, so a path repeats no step.
    """
    links = [s for s in shares if s.share > MIN_SHARE and s.is_certain]
    done: set[str] = set()
    waiting: list[tuple[float, str, tuple[PathwayShare, ...]]] = [(2.0, s, ()) for s in starts]
    while waiting:
        waiting.sort(key=lambda item: (item[0], -len(item[2])))
        width, place, path = waiting.pop()
        if place == RISK_STEP:
            return path
        if place not in done:
            done.add(place)
            onward = [link for link in links if link.pathway.start == place]
            waiting += [(min(width, s.share), s.pathway.end, (*path, s)) for s in onward]
    return ()
