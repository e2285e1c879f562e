"""Describe a fit as plain values for its manifest: diagnostics, coefficients and figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scenario_sim.data.parameters import PARAMETERS
from scenario_sim.validation.calibration import targets
from scenario_sim.validation.calibration.design import (
    QUANTILES,
    Design,
    find_shares,
    to_bounds,
    two_sided_tail,
)
from scenario_sim.validation.calibration.emulator import Emulator, fit_emulator
from scenario_sim.validation.calibration.posterior import DIGITS
from scenario_sim.validation.calibration.self_check import SelfCheck
from scenario_sim.validation.calibration.walkers import ENSEMBLES, Chains

MAX_R_HAT = 1.01  # a settled fit lies below, ensembles as chains
MIN_EFFECTIVE = 1000  # draws of each coefficient, of a settled fit


def describe_fit(
    design: Design,
    emulator: Emulator,
    chains: Chains,
    checked: SelfCheck,
    seen: np.ndarray,
    estimates: np.ndarray,
) -> dict[str, Any]:
    """Return diagnostics, coefficients, figures and the trial on own records, as plain values."""
    effective, by_walker, by_ensemble = chains.effective(), *chains.r_hats()
    usual = np.array([[PARAMETERS[n].default for n in design.names]], float)
    misfits = emulator.misfits(chains.flat, estimates)
    usual_misfit = emulator.misfits(find_shares(design.names, usual), estimates)[0]
    return {
        "weighed": ENSEMBLES * int(np.prod(chains.shares.shape[1:3])),
        "accepted": round(chains.accepted, 4),
        "effective_draws": round(float(effective.min()), 1),
        "largest_r_hat": round(float(by_ensemble.max()), 4),
        "largest_r_hat_by_walker": round(float(by_walker.max()), 4),
        "settled": bool(by_ensemble.max() < MAX_R_HAT and effective.min() > MIN_EFFECTIVE),
        "best_misfit": round(float(misfits.min()), 3),
        "median_misfit": round(float(np.median(misfits)), 3),
        "misfit_of_the_hand_set": round(float(usual_misfit), 3),
        "coefficients": _coefficient_rows(design.names, chains, effective, by_ensemble),
        "figures": _figure_rows(design, fit_emulator(design), seen),
        "own_records": checked.as_dict(),
    }


def _coefficient_rows(
    names: Sequence[str], chains: Chains, effective: np.ndarray, r_hat: np.ndarray
) -> list[dict[str, Any]]:
    """Return prior and posterior quantiles, effective draws and R-hat of each coefficient."""
    levels = np.repeat(np.array(QUANTILES)[:, None], len(names), axis=1)
    prior = to_bounds(names, levels)
    posterior = to_bounds(names, np.quantile(chains.flat, QUANTILES, axis=0))
    return [
        {
            "name": name,
            "prior": [float(f"{x:.{DIGITS}g}") for x in prior[:, n]],
            "posterior": [float(f"{x:.{DIGITS}g}") for x in posterior[:, n]],
            "effective_draws": round(float(effective[n]), 1),
            "r_hat": round(float(r_hat[n]), 4),
        }
        for n, name in enumerate(names)
    ]


def _figure_rows(design: Design, emulator: Emulator, seen: np.ndarray) -> list[dict[str, Any]]:
    """Return what the prior says of each figure, and how well the emulator knows it.

    `prior_tail` is the share of the prior's futures at least as far out on the record's side, doubled.
    `reach` is the range of the points' means; a figure is out of reach where the record lies more than
    a spread outside it.
    """
    rows = []
    for n, figure in enumerate(targets.compute_targets(targets.observed_weeks())):
        futures = design.figures[:, n, :].astype(float)
        means = futures.mean(axis=1)
        spread = np.maximum(futures.std(axis=1, ddof=1), figure.least_spread)
        away = (seen[n] - means) / spread
        rows.append({
            "name": figure.name,
            "source": figure.source,
            "record": round(float(seen[n]), 4),
            "prior": [round(float(x), 4) for x in np.quantile(futures, (0.05, 0.5, 0.95))],
            "prior_tail": round(two_sided_tail(futures, float(seen[n])), 4),
            "reach": [round(float(x), 4) for x in (means.min(), means.max())],
            "nearest_spreads": round(float(np.abs(away).min()), 3),
            "mean_r2": _rounded(emulator.mean_r2[n]),
            "mean_r2_ceiling": _rounded(emulator.ceiling[n]),
            "spread_r2": _rounded(emulator.spread_r2[n]),
        })  # fmt: skip
    return rows


def _rounded(value: float) -> float:
    """Return three digits; 0 where the figure does not move."""
    return round(float(value), 3) if np.isfinite(value) else 0.0
