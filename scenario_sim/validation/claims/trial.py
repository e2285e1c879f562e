"""The claims tried: each as the model is set and under every theory, and the verdict that follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from scenario_sim.data.parameters import SETTINGS, THEORIES, Theory
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.intervals import Interval
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.validation.claims.claims import CLAIMS, Claim
from scenario_sim.validation.claims.estimates import (
    FAILS,
    HARDLY,
    HOLDS,
    UNSURE,
    Measured,
)

RUNS = 300
MIN_TRIAL_RUNS, MAX_TRIAL_RUNS = 30, 2000  # fewer have no interval; of more the weeks are not kept
AS_SET = Theory("as-set", "the model as it is set", "", "", "")
SUPPORTED, CONTRADICTED, DEPENDS = "supported", "contradicted", "depends"
UNTOLD, UNTESTED = "cannot tell", "no test"
BY_ID = {claim.id: claim for claim in CLAIMS}
# A claim's figures under each theory, as they travel between processes.
Found = tuple[tuple[tuple[Interval, bool], ...], ...]


@dataclass(frozen=True)
class View:
    """A claim's figures under one theory."""

    theory: Theory
    figures: tuple[Measured, ...]

    @property
    def verdict(self) -> str:
        """No better than the worst of its figures that count."""
        found = {m.verdict for m in self.figures if m.figure.counts}
        return next(verdict for verdict in (FAILS, UNSURE, HARDLY, HOLDS) if verdict in found)


@dataclass(frozen=True)
class Tried:
    """A claim and what became of it. views: as the model is set, then under each theory. turns: what
    of the dissenting theories turns the verdict by itself, settings and coefficients by name."""

    claim: Claim
    views: tuple[View, ...] = ()
    turns: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        if not self.views:
            return UNTESTED
        found = {view.verdict for view in self.views} - {UNSURE}
        if len(found) > 1:
            return DEPENDS
        usual = self.views[0].verdict
        return {FAILS: CONTRADICTED, UNSURE: UNTOLD}.get(usual, SUPPORTED)

    def under(self, verdict: str) -> list[str]:
        """The theories, the model as it is set among them, under which a claim fares so."""
        return [view.theory.title for view in self.views if view.verdict == verdict]

    @property
    def words(self) -> str:
        """The verdict in a sentence."""
        if self.verdict == UNTESTED:
            return f"No test: {self.claim.untested}."
        if self.verdict == DEPENDS:
            on = _listed(map(_named, self.turns)) or "a theory as a whole"
            kinds = {HOLDS: "it holds under", HARDLY: "hardly under", FAILS: "not under"}
            how = "; ".join(
                f"{word} {_listed(self.under(v))}" for v, word in kinds.items() if self.under(v)
            )
            said = f"Depends on {on}: {how}."
        else:
            slight = self.views[0].verdict == HARDLY
            said = {
                SUPPORTED: f"Supported in the model{', though by less than 5 %' if slight else ''}.",
                CONTRADICTED: "Contradicted in the model.",
                UNTOLD: "These futures cannot tell, as the model is set.",
            }[self.verdict]
        unsure = [title for title in self.under(UNSURE) if title != AS_SET.title]
        return f"{said} Under {_listed(unsure)} these futures cannot tell." if unsure else said

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        claim = self.claim
        return {
            "id": claim.id, "claim": claim.title, "verdict": self.verdict, "words": self.words,
            "mechanism": claim.mechanism, "test": claim.test, "disputed": claim.disputed,
            "turns_on": list(self.turns),
            "theories": [
                {"theory": view.theory.title, "verdict": view.verdict,
                 "figures": [figure.as_dict() for figure in view.figures]}
                for view in self.views
            ],
            "record": [seen.text for seen in claim.record()] if claim.record else [],
            "standing": claim.standing, "sources": list(claim.sources),
        }  # fmt: skip


@dataclass(frozen=True)
class _Sitting:
    """What is tried at once: one claim under several theories."""

    id: str
    theories: tuple[Theory, ...]
    runs: int
    seed: int
    without: tuple[str, ...]
    jobs: int = 1


def assess_claims(
    ids: Iterable[str] | None = None,
    runs: int = RUNS,
    seed: int = 0,
    *,
    jobs: int = 1,
    without: tuple[str, ...] = (),
    theories: Sequence[Theory] = THEORIES,
    progress: Callable[[int, int], None] | None = None,
) -> list[Tried]:
    """Every claim, or those named, under the model as it is set and each theory. Deterministic.

    runs: 30 to 2,000, more for some claims (`Claim.times`). jobs: threads; the result is the same.
    without: mechanisms that all worlds lack. progress: called with claims done and their number.
    """
    chosen = [claim for claim in CLAIMS if ids is None or claim.id in set(ids)]
    sittings = [
        _Sitting(claim.id, (AS_SET, *theories), runs * claim.times, seed, without, jobs)
        for claim in chosen
        if claim.figures
    ]
    views: dict[str, tuple[View, ...]] = {}
    for sitting, found in zip(sittings, map(_sat, sittings), strict=True):
        views[sitting.id] = _views(sitting, found)
        if progress:
            progress(len(views), len(sittings))
    made = [Tried(claim, views.get(claim.id, ())) for claim in chosen]
    return [_explained(one, runs, seed, without) for one in made]


def _explained(one: Tried, runs: int, seed: int, without: tuple[str, ...]) -> Tried:
    """With what it depends on, if it does: each part of a theory that turns the verdict is tried
    alone."""
    if one.verdict != DEPENDS:
        return one
    usual = one.views[0].verdict
    turns: dict[str, None] = {}
    for view in one.views[1:]:
        if view.verdict not in (usual, UNSURE):
            alone = _Sitting(
                one.claim.id, tuple(_parts(view.theory)), runs * one.claim.times, seed, without
            )
            for part in _views(alone, _sat(alone)):
                if part.verdict not in (usual, UNSURE):
                    turns[part.theory.name] = None
    return Tried(one.claim, one.views, tuple(turns))


def _parts(theory: Theory) -> Iterator[Theory]:
    """A theory taken apart: one setting or coefficient each."""
    for name, value in theory.settings.items():
        yield Theory(name, name, "", "", "", settings={name: value})
    for name, value in theory.parameters.items():
        yield Theory(name, name, "", "", "", parameters={name: value})


def _named(name: str) -> str:
    """A setting or a coefficient as it is written."""
    return f"`{name}` ({SETTINGS[name].label})" if name in SETTINGS else f"`{name}`"


def _listed(words: Iterable[str]) -> str:
    """`a, b and c`."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _views(sitting: _Sitting, found: Found) -> tuple[View, ...]:
    figures = BY_ID[sitting.id].figures
    return tuple(
        View(theory, tuple(Measured(f, *one) for f, one in zip(figures, of, strict=True)))
        for theory, of in zip(sitting.theories, found, strict=True)
    )


def _sat(sitting: _Sitting) -> Found:
    """For each theory its figures: the interval, and whether hardly a pair of futures differs."""
    made: dict[Scenario, Trajectory] = {}
    figures = BY_ID[sitting.id].figures
    found: list[list[tuple[Interval, bool]]] = [[] for _ in sitting.theories]
    for figure in figures:
        worlds = [
            [world.seen(partial(_as_told, theory, sitting.without)) for world in figure.worlds]
            for theory in sitting.theories
        ]
        _simulate([s for of in worlds for s in of if s not in made], sitting, made)
        for told, of in zip(found, worlds, strict=True):
            one = figure.measured(*(made[scenario] for scenario in of))
            told.append((one.found, one.few))
    return tuple(tuple(told) for told in found)


def _as_told(theory: Theory, without: tuple[str, ...], scenario: Scenario) -> Scenario:
    scenario = scenario.with_theory(theory)
    return scenario.with_mechanisms_off(*without) if without else scenario


def _simulate(
    scenarios: list[Scenario], sitting: _Sitting, into: dict[Scenario, Trajectory]
) -> None:
    """Simulate each scenario once, and add its trajectory to `into`."""
    for scenario in dict.fromkeys(scenarios):
        into[scenario] = simulate(scenario, sitting.runs, sitting.seed, jobs=sitting.jobs)
