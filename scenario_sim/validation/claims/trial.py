"""Try claims in the model as it is set and under every theory, and derive a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from scenario_sim.data.parameters import PARAMETERS, SETTINGS, THEORIES, Theory
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
    ClaimEstimate,
)

DEFAULT_TRIAL_RUNS = 300
MIN_TRIAL_RUNS, MAX_TRIAL_RUNS = 30, 2000  # fewer have no interval; of more the weeks are not kept
MODEL_AS_SET = Theory("as-set", "the model as it is set", "", "", "")
SUPPORTED, CONTRADICTED, DEPENDS = "supported", "contradicted", "depends"
INCONCLUSIVE, UNTESTED = "cannot tell", "no test"
CLAIM_BY_ID = {claim.id: claim for claim in CLAIMS}
# A claim's figures under each theory, as they travel between processes.
ClaimFigures = tuple[tuple[tuple[Interval, bool], ...], ...]


@dataclass(frozen=True)
class TheoryVerdict:
    """Hold a claim's estimates under one theory."""

    theory: Theory
    figures: tuple[ClaimEstimate, ...]

    @property
    def verdict(self) -> str:
        """The worst verdict of the estimates that count."""
        found = {m.verdict for m in self.figures if m.figure.counts}
        return next(verdict for verdict in (FAILS, UNSURE, HARDLY, HOLDS) if verdict in found)


@dataclass(frozen=True)
class CoefficientSwing:
    """Hold a claim's estimates with one coefficient at the low and at the high end of its range."""

    name: str
    low: TheoryVerdict
    high: TheoryVerdict

    @property
    def moved(self) -> int:
        """Index of the figure that the coefficient moves most, by its errors; the first if none counts."""
        shifts = []
        for low, high in zip(self.low.figures, self.high.figures, strict=True):
            width = float(low.found.high - low.found.low + high.found.high - high.found.low)
            shift = abs(float(high.found.value - low.found.value))
            counts = low.figure.counts and np.isfinite(shift) and width > 0
            shifts.append(shift / width if counts else -1.0)
        return int(np.argmax(shifts))

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        known, n = PARAMETERS[self.name], self.moved
        return {
            "name": self.name, "value": float(known.default), "unit": known.unit, "source": known.source,
            "low": float(known.low), "high": float(known.high),
            "figure": n, "says": self.low.figures[n].figure.says,
            "at_low": self.low.figures[n].text, "at_high": self.high.figures[n].text,
            "verdict_at_low": self.low.verdict, "verdict_at_high": self.high.verdict,
        }  # fmt: skip


@dataclass(frozen=True)
class ClaimResult:
    """Hold a claim and its verdicts.

    Attributes
    ----------
    views : tuple of TheoryVerdict
        The model as it is set, then each theory.
    turns : tuple of str
        Settings and coefficients of the dissenting theories that turn the verdict by themselves.
    swings : tuple of CoefficientSwing
        The coefficients that carry the claim, at both ends of their ranges.
    """

    claim: Claim
    views: tuple[TheoryVerdict, ...] = ()
    turns: tuple[str, ...] = ()
    swings: tuple[CoefficientSwing, ...] = ()

    @property
    def verdict(self) -> str:
        """The verdict over all theories: supported, contradicted, depends, cannot tell or no test."""
        if not self.views:
            return UNTESTED
        found = {view.verdict for view in self.views} - {UNSURE}
        if len(found) > 1:
            return DEPENDS
        usual = self.views[0].verdict
        return {FAILS: CONTRADICTED, UNSURE: INCONCLUSIVE}.get(usual, SUPPORTED)

    def under(self, verdict: str) -> list[str]:
        """Return the titles of the theories under which a claim has this verdict.

        The model as it is set counts as one of them.
        """
        return [view.theory.title for view in self.views if view.verdict == verdict]

    @property
    def words(self) -> str:
        """The verdict in a sentence."""
        if self.verdict == UNTESTED:
            return f"No test: {self.claim.untested}."
        if self.verdict == DEPENDS:
            on = _join_words(map(_describe_name, self.turns)) or "a theory as a whole"
            kinds = {HOLDS: "it holds under", HARDLY: "hardly under", FAILS: "not under"}
            how = "; ".join(
                f"{word} {_join_words(self.under(v))}" for v, word in kinds.items() if self.under(v)
            )
            said = f"Depends on {on}: {how}."
        else:
            slight = self.views[0].verdict == HARDLY
            said = {
                SUPPORTED: f"Supported in the model{', though by less than 5 %' if slight else ''}.",
                CONTRADICTED: "Contradicted in the model.",
                INCONCLUSIVE: "These futures cannot tell, as the model is set.",
            }[self.verdict]
        unsure = [title for title in self.under(UNSURE) if title != MODEL_AS_SET.title]
        return f"{said} Under {_join_words(unsure)} these futures cannot tell." if unsure else said

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        claim = self.claim
        return {
            "id": claim.id, "claim": claim.title, "verdict": self.verdict, "words": self.words,
            "basis": claim.basis, "carried_by": [swing.as_dict() for swing in self.swings],
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
class _Trial:
    """One claim to be tried under several theories at once."""

    id: str
    theories: tuple[Theory, ...]
    runs: int
    seed: int
    without: tuple[str, ...]
    jobs: int = 1


def assess_claims(
    ids: Iterable[str] | None = None,
    runs: int = DEFAULT_TRIAL_RUNS,
    seed: int = 0,
    *,
    jobs: int = 1,
    without: tuple[str, ...] = (),
    theories: Sequence[Theory] = THEORIES,
    progress: Callable[[int, int], None] | None = None,
) -> list[ClaimResult]:
    """Try every claim, or those named, as the model is set and under each theory. Deterministic.

    Parameters
    ----------
    ids : iterable of str, optional
        Claims, such as "C9"; all by default.
    runs : int
        Runs of each scenario, 30 to 2,000; some claims take a multiple (`Claim.times`).
    seed : int
        Seed of the ensembles.
    jobs : int
        Threads; the result does not depend on them.
    without : tuple of str
        Mechanisms that all scenarios lack.
    theories : sequence of Theory
        Theories beside the model as it is set.
    progress : callable, optional
        Called with the claims done and their number.
    """
    chosen = [claim for claim in CLAIMS if ids is None or claim.id in set(ids)]
    sittings = [
        _Trial(claim.id, (MODEL_AS_SET, *theories), runs * claim.times, seed, without, jobs)
        for claim in chosen
        if claim.figures
    ]
    views: dict[str, tuple[TheoryVerdict, ...]] = {}
    for sitting, found in zip(sittings, map(_run_trial, sittings), strict=True):
        views[sitting.id] = _make_verdicts(sitting, found)
        if progress:
            progress(len(views), len(sittings))
    made = [
        ClaimResult(
            claim, views.get(claim.id, ()), swings=_swings(claim, runs, seed, without, jobs)
        )
        for claim in chosen
    ]
    return [_with_turning_parts(one, runs, seed, without) for one in made]


def _swings(
    claim: Claim, runs: int, seed: int, without: tuple[str, ...], jobs: int
) -> tuple[CoefficientSwing, ...]:
    """Try a claim with each of its coefficients at both ends of its range."""
    ends = [
        Theory(name, name, "", "", "", parameters={name: float(end)})
        for name in claim.carried_by
        for end in (PARAMETERS[name].low, PARAMETERS[name].high)
    ]
    if not ends or not claim.figures:
        return ()
    sitting = _Trial(claim.id, tuple(ends), runs * claim.times, seed, without, jobs)
    found = _make_verdicts(sitting, _run_trial(sitting))
    pairs = zip(claim.carried_by, found[::2], found[1::2], strict=True)
    return tuple(CoefficientSwing(*pair) for pair in pairs)


def _with_turning_parts(
    one: ClaimResult, runs: int, seed: int, without: tuple[str, ...]
) -> ClaimResult:
    """Return the result with the parts of theories that turn its verdict by themselves.

    Each part of a dissenting theory is tried alone.
    """
    if one.verdict != DEPENDS:
        return one
    usual = one.views[0].verdict
    turns: dict[str, None] = {}
    for view in one.views[1:]:
        if view.verdict not in (usual, UNSURE):
            alone = _Trial(
                one.claim.id,
                tuple(_split_theory(view.theory)),
                runs * one.claim.times,
                seed,
                without,
            )
            for part in _make_verdicts(alone, _run_trial(alone)):
                if part.verdict not in (usual, UNSURE):
                    turns[part.theory.name] = None
    return replace(one, turns=tuple(turns))


def _split_theory(theory: Theory) -> Iterator[Theory]:
    """Yield the parts of a theory: one setting or coefficient each."""
    for name, value in theory.settings.items():
        yield Theory(name, name, "", "", "", settings={name: value})
    for name, value in theory.parameters.items():
        yield Theory(name, name, "", "", "", parameters={name: value})


def _describe_name(name: str) -> str:
    """Return a setting or a coefficient as it is written, with its label."""
    return f"`{name}` ({SETTINGS[name].label})" if name in SETTINGS else f"`{name}`"


def _join_words(words: Iterable[str]) -> str:
    """Return `a, b and c`."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _make_verdicts(sitting: _Trial, found: ClaimFigures) -> tuple[TheoryVerdict, ...]:
    figures = CLAIM_BY_ID[sitting.id].figures
    return tuple(
        TheoryVerdict(
            theory, tuple(ClaimEstimate(f, *one) for f, one in zip(figures, of, strict=True))
        )
        for theory, of in zip(sitting.theories, found, strict=True)
    )


def _run_trial(sitting: _Trial) -> ClaimFigures:
    """Return each theory's estimates: the interval, and whether hardly a pair of runs differs."""
    made: dict[Scenario, Trajectory] = {}
    figures = CLAIM_BY_ID[sitting.id].figures
    found: list[list[tuple[Interval, bool]]] = [[] for _ in sitting.theories]
    for figure in figures:
        worlds = [
            [world.seen(partial(_apply_theory, theory, sitting.without)) for world in figure.worlds]
            for theory in sitting.theories
        ]
        _simulate([s for of in worlds for s in of if s not in made], sitting, made)
        for told, of in zip(found, worlds, strict=True):
            one = figure.measured(*(made[scenario] for scenario in of))
            told.append((one.found, one.few))
    return tuple(tuple(told) for told in found)


def _apply_theory(theory: Theory, without: tuple[str, ...], scenario: Scenario) -> Scenario:
    scenario = scenario.with_theory(theory)
    return scenario.with_mechanisms_off(*without) if without else scenario


def _simulate(scenarios: list[Scenario], sitting: _Trial, into: dict[Scenario, Trajectory]) -> None:
    """Simulate each scenario once, and add its trajectory to `into`."""
    for scenario in dict.fromkeys(scenarios):
        into[scenario] = simulate(scenario, sitting.runs, sitting.seed, jobs=sitting.jobs)
