"""Move walkers over an emulated likelihood (emcee) and say how well they mixed (ArviZ).

Several ensembles start apart, each with a seed of its own. Walkers move by differential evolution (ter
Braak 2006; Nelson and others 2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenario_sim.studies.optional import import_optional
from scenario_sim.validation.calibration.emulator import Emulator

ENSEMBLES = 4
JUMP_SHARE = 0.1  # share of moves that may carry a walker to another mode
START_CANDIDATES = 50  # points of the prior for each walker, of which likely ones begin
THINNING = 10  # steps that pass for one that is kept: neighbours are nearly the same
MAX_FREE = 30.0  # log odds of a place within the bounds; exp stays finite


@dataclass(frozen=True)
class Chains:
    """Steps of all walkers after the burn-in.

    Attributes
    ----------
    shares : ndarray, shape (ensemble, step, walker, coefficient)
        Place within the bounds, 0 to 1.
    accepted : float
        Share of moves that were accepted.
    """

    shares: np.ndarray
    accepted: float

    @property
    def flat(self) -> np.ndarray:
        """All steps of all walkers, shape (step, coefficient)."""
        return self.shares.reshape(-1, self.shares.shape[-1])

    def effective(self) -> np.ndarray:
        """Return the effective sample size of each coefficient, each walker a chain."""
        return np.asarray(_statistics().ess(self._by_walker(), chain_axis=1, draw_axis=2))

    def r_hats(self) -> tuple[np.ndarray, np.ndarray]:
        """Return rank-normalised split R-hat with walkers as chains, and with ensembles as chains."""
        ensembles = np.moveaxis(self.shares, -1, 0).reshape(self.shares.shape[-1], ENSEMBLES, -1)
        one, other = (
            np.asarray(_statistics().rhat(chains, chain_axis=1, draw_axis=2))
            for chains in (self._by_walker(), ensembles)
        )
        return one, other

    def _by_walker(self) -> np.ndarray:
        """Return the steps, shape (coefficient, ensemble and walker, step)."""
        by_walker = np.moveaxis(self.shares, (3, 0, 2, 1), (0, 1, 2, 3))
        return by_walker.reshape(by_walker.shape[0], -1, by_walker.shape[3])


def walk(
    emulator: Emulator,
    seen: np.ndarray,
    walkers: int,
    steps: int,
    seed: Sequence[int],
) -> Chains:
    """Draw from the posterior of the coefficients, uniform within their bounds before.

    Parameters
    ----------
    emulator : Emulator
        Distribution of the figures at any point.
    seen : ndarray, shape (figure,)
        The record's figures.
    walkers, steps : int
        Of each ensemble; the first half of the steps is the burn-in.
    seed : sequence of int
        Seed; the same one gives the same steps.

    Returns
    -------
    Chains
        The second half of the steps.
    """
    found = [_walk_one(emulator, seen, walkers, steps, [*seed, n]) for n in range(ENSEMBLES)]
    return Chains(
        np.array([shares for shares, _ in found]), float(np.mean([taken for _, taken in found]))
    )


def _walk_one(
    emulator: Emulator, seen: np.ndarray, walkers: int, steps: int, seed: Sequence[int]
) -> tuple[np.ndarray, float]:
    """Return the kept steps of one ensemble, and the share of moves accepted."""
    emcee = import_optional("emcee")
    size = emulator.coefficients
    luck = np.random.RandomState(np.random.SeedSequence(seed).generate_state(4))

    def log_posterior(free: np.ndarray) -> np.ndarray:
        free = np.clip(free, -MAX_FREE, MAX_FREE)
        prior = -(np.abs(free) + 2 * np.log1p(np.exp(-np.abs(free)))).sum(axis=1)
        return np.asarray(prior - emulator.misfits(to_shares(free), seen) / 2)

    start = luck.logistic(size=(START_CANDIDATES * walkers, size))
    weight = log_posterior(start)
    order = np.argsort(-weight, kind="stable")[: 4 * walkers]  # likely, and apart
    start = start[luck.permutation(order)[:walkers]]
    moves = emcee.moves
    sampler = emcee.EnsembleSampler(
        walkers, size, log_posterior, vectorize=True,
        moves=[(moves.DEMove(), 1 - JUMP_SHARE), (moves.DEMove(gamma0=1.0), JUMP_SHARE)],
    )  # fmt: skip
    sampler.random_state = luck.get_state()
    sampler.run_mcmc(start, steps, skip_initial_state_check=True)
    kept = sampler.get_chain(discard=steps // 2, thin=min(THINNING, steps // 8))
    return to_shares(kept), float(np.mean(sampler.acceptance_fraction))


def to_shares(free: np.ndarray) -> np.ndarray:
    """Map unbounded numbers to places within the bounds; logistic ones become uniform ones."""
    return 0.5 + 0.5 * np.tanh(np.asarray(free, float) / 2)


def _statistics() -> Any:
    """Return ArviZ's statistics of plain arrays."""
    return import_optional("arviz_stats.base").array_stats
