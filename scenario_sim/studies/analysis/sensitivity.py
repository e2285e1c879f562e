"""Global sensitivity analysis: which inputs move an outcome, and how certain their order is.

Pure functions on tables: a design of inputs (one row a cell) and the outcomes (one row a cell, in
the same order). SALib makes the designs and the indices.

[1] Morris, M. D. (1991). Factorial sampling plans for preliminary computational experiments.
    Technometrics 33(2), 161-174.
[2] Campolongo, F., Cariboni, J. and Saltelli, A. (2007). An effective screening design for
    sensitivity analysis of large models. Environmental Modelling & Software 22(10), 1509-1518.
[3] Sobol', I. M. (2001). Global sensitivity indices for nonlinear mathematical models and their
    Monte Carlo estimates. Mathematics and Computers in Simulation 55(1-3), 271-280.
[4] Saltelli, A., Annoni, P., Azzini, I., Campolongo, F., Ratto, M. and Tarantola, S. (2010).
    Variance based sensitivity analysis of model output: design and estimator for the total
    sensitivity index. Computer Physics Communications 181(2), 259-270.
[5] Sarrazin, F., Pianosi, F. and Wagener, T. (2016). Global sensitivity analysis of environmental
    models: convergence and validation. Environmental Modelling & Software 79, 135-152.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ScenarioError, UnknownNameError
from scenario_sim.simulation.display import DisplayedResult
from scenario_sim.studies.design.inputs import INVALID_STUDY, Input
from scenario_sim.studies.optional import import_optional

METHODS = ("morris", "sobol")
DEFAULT_SAMPLES = {"morris": 10, "sobol": 64}  # trajectories; base samples
MAX_SAMPLES = 2**20
GRID_LEVELS = 4  # of a Morris grid
BOOTSTRAP_RESAMPLES = 200  # of the bootstrap behind each interval
TOP_INPUTS = 5  # inputs whose order must be stable
MAX_INTERVAL_WIDTH = {
    "sobol": 0.10,
    "morris": 0.20,
}  # a choice: [5] uses 0.05, which needs four times the cells


@dataclass(frozen=True, repr=False)
class Influence(DisplayedResult):
    """Sensitivity indices of one outcome.

    Attributes
    ----------
    outcome, method : str
    table : DataFrame
        One row an input, the most influential first. Morris: `mu_star` (mean absolute effect of
        crossing the whole range, in the outcome's unit), `mu` (with its sign), `sigma` (how far it
        depends on the other inputs), `mu_star_conf`. Sobol: `S1` (share of the variance alone),
        `ST` (with all its interactions). `_conf` is half of a 95 % interval.
    convergence : DataFrame
        The indices of growing parts of the design: `cells`, `widest` interval, and `same_order`
        (whether the leading inputs have the order of the whole design).
    pairs : DataFrame, optional
        Second-order Sobol indices (`S2`) of each pair of inputs, if they were wanted.
    """

    outcome: str
    method: str
    table: pd.DataFrame
    convergence: pd.DataFrame
    pairs: pd.DataFrame | None = None

    def leading_inputs(self) -> str:
        """Return the three leading inputs in one line."""
        leading = self.table.head(3)
        pairs = zip(leading["name"], leading[self.size], strict=True)
        inputs = ", ".join(f"{name} {value:.3g}" for name, value in pairs)
        return f"{self.outcome}, by {self.size}: {inputs} ({'' if self.settled else 'not '}settled)"

    def _summary(self) -> list[str]:
        return [f"{self.method}, {self.leading_inputs()}"]

    def _table(self) -> pd.DataFrame:
        return self.table

    @property
    def size(self) -> str:
        """Name of the column by which inputs are ordered."""
        return "mu_star" if self.method == "morris" else "ST"

    @property
    def has_effects(self) -> bool:
        """Return whether any input moved the outcome."""
        return bool(self.table[self.size].any())

    @property
    def settled(self) -> bool:
        """Return whether more samples would hardly change the result.

        The widest 95 % interval is narrow (Sobol: a tenth of the variance; Morris: a fifth of the
        largest effect), and half of the samples give the same leading inputs in the same order.
        Without any effect there is no order that could be settled.
        """
        if not self.has_effects or not np.isfinite(self.convergence["widest"].iloc[-1]):
            return False
        halves = self.convergence.iloc[-2:]
        return bool(
            halves["widest"].iloc[-1] <= MAX_INTERVAL_WIDTH[self.method]
            and halves["same_order"].all()
        )


def sensitivity_design(
    varied: Sequence[Input], method: str = "morris", samples: int | None = None, seed: int = 0
) -> pd.DataFrame:
    """Make the design of a method.

    Parameters
    ----------
    varied : sequence of Input
    method : {"morris", "sobol"}
    samples : int, optional
        Morris trajectories (each of inputs + 1 cells), or Sobol base samples (a power of 2, each of
        inputs + 2 cells).
    seed : int

    Returns
    -------
    DataFrame
        One row a cell, one column an input.

    Raises
    ------
    ScenarioError
    """
    if problems := list(sensitivity_problems(varied, method, samples)):
        raise ScenarioError(problems, INVALID_STUDY)
    samples = DEFAULT_SAMPLES[method] if samples is None else samples
    problem = _problem(varied)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if method == "morris":
            import_optional("SALib")
            from SALib.sample import morris

            rows = morris.sample(problem, samples, num_levels=GRID_LEVELS, seed=seed)
        else:
            import_optional("SALib")
            from SALib.sample import sobol

            rows = sobol.sample(problem, samples, calc_second_order=False, seed=seed)
    low, high = np.array(problem["bounds"]).T  # rounding may leave the bounds
    return pd.DataFrame(np.clip(rows, low, high), columns=problem["names"]).rename_axis("cell")


def cells_per_sample(varied: Sequence[Input], method: str) -> int:
    """Return the number of cells of one sample."""
    return len(varied) + (1 if method == "morris" else 2)


def measure_influence(
    varied: Sequence[Input],
    design: pd.DataFrame,
    outcomes: pd.DataFrame | pd.Series,
    outcome: str,
    method: str = "morris",
    seed: int = 0,
) -> Influence:
    """Analyse one outcome over a design of `sensitivity_design`.

    An outcome that is equal in all cells has all indices 0.

    Parameters
    ----------
    varied : sequence of Input
    design : DataFrame
        One row a cell.
    outcomes : DataFrame or Series
        Outcomes, row by row as in the design.
    outcome : str
    method : {"morris", "sobol"}
    seed : int
        Of the bootstrap.

    Raises
    ------
    ScenarioError
        A cell has no value (NaN): both methods need the complete design.
    """
    values = outcomes if isinstance(outcomes, pd.Series) else outcomes[outcome]
    block = cells_per_sample(varied, method)
    return influence_of_problem(
        _problem(varied), block, design.to_numpy(), values.to_numpy(float), outcome, method, seed
    )


def influence_of_problem(
    problem: dict[str, Any],
    block: int,
    x: np.ndarray,
    y: np.ndarray,
    outcome: str,
    method: str,
    seed: int = 0,
    second_order: bool = False,
) -> Influence:
    """Analyse one outcome over a design that SALib made; see `measure_influence`.

    Parameters
    ----------
    problem : dict
        SALib's description of the inputs, with `groups` if they are grouped.
    block : int
        Cells of one sample.
    x, y : ndarray
        The design, (cells, inputs), and the outcome, (cells,).
    outcome : str
    method : {"morris", "sobol"}
    seed : int
        Of the bootstrap.
    second_order : bool
        The design of `sobol` has the cells for indices of pairs.

    Raises
    ------
    ScenarioError
        A cell has no value (NaN).
    """
    gaps = int(np.isnan(y).sum())
    if gaps or len(y) != len(x):
        text = f"is missing in {gaps or len(x) - len(y)} of {len(x)} cells; run them first"
        raise ScenarioError([Problem(outcome, text)], f"{method} needs the design whole")
    whole = len(x) // block
    parts = sorted({max(2, whole // 4), max(2, whole // 2), whole})
    found = {
        n: _indices(problem, x[: n * block], y[: n * block], method, seed, second_order)
        for n in parts
    }
    tables = {n: table for n, (table, _) in found.items()}
    table, pairs = found[whole]
    size = "mu_star" if method == "morris" else "ST"
    scale = table[size].max() if method == "morris" else 1.0
    order = list(table["name"][:TOP_INPUTS])
    steps = []
    for part, found_part in tables.items():
        width = 2 * found_part[f"{size}_conf"].max()
        steps.append({
            "samples": part, "cells": part * block,
            "widest": width / scale if scale > 0 else 0.0,
            "same_order": list(found_part["name"][: len(order)]) == order,
        })  # fmt: skip
    return Influence(outcome, method, table, pd.DataFrame(steps), pairs)


def _indices(
    problem: dict[str, Any],
    x: np.ndarray,
    y: np.ndarray,
    method: str,
    seed: int,
    second_order: bool = False,
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return the indices of the inputs (or groups), and those of pairs if they are wanted."""
    names = list(dict.fromkeys(problem.get("groups", problem["names"])))
    columns = ("mu_star", "mu_star_conf", "mu", "sigma")
    if method == "sobol":
        columns = ("ST", "ST_conf", "S1", "S1_conf")
    if np.ptp(y) == 0:  # equal in all cells: there is no variance to share
        return pd.DataFrame({"name": names} | {column: 0.0 for column in columns}), None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        more = {"num_resamples": BOOTSTRAP_RESAMPLES, "seed": seed}
        if method == "morris":
            from SALib.analyze import morris

            found: Any = morris.analyze(problem, x, y, num_levels=GRID_LEVELS, **more)
        else:
            from SALib.analyze import sobol

            found = sobol.analyze(problem, y, calc_second_order=second_order, **more)
    data = {column: np.asarray(found[column], float) for column in columns}
    table = pd.DataFrame({"name": names} | data)
    table = table.sort_values(columns[0], ascending=False, kind="stable", ignore_index=True)
    return table, _pairs(names, found) if second_order else None


def _pairs(names: Sequence[str], found: Any) -> pd.DataFrame:
    """Return the second-order Sobol indices, the largest first."""
    first, second = np.triu_indices(len(names), 1)
    named = np.array(names)
    rows = pd.DataFrame({
        "first": named[first], "second": named[second],
        "S2": np.asarray(found["S2"])[first, second],
        "S2_conf": np.asarray(found["S2_conf"])[first, second],
    })  # fmt: skip
    return rows.sort_values("S2", ascending=False, kind="stable", ignore_index=True)


def sensitivity_problems(
    varied: Sequence[Input] | None, method: str, samples: int | None
) -> Iterator[Problem]:
    """Yield what is wrong with a study; `varied` is None if the inputs could not be parsed."""
    if method not in METHODS:
        yield Problem("--method", str(UnknownNameError("method", method, METHODS)))
        return
    if varied is not None and len(varied) < 2:
        text = f"of {len(varied)} inputs there is nothing to compare; vary two or more"
        yield Problem("--vary", text)
    for name in (one.name for one in varied or () if one.values):
        text = f"lists values; {method} takes a range, as in {name}=low:high"
        yield Problem(f"--vary {name}", text)
    if samples is not None and not 2 <= samples <= MAX_SAMPLES:
        text = f"takes a whole number from 2 to {MAX_SAMPLES:,}, not {samples}"
        yield Problem("--samples", text)
    elif method == "sobol" and samples and samples & (samples - 1):
        text = f"takes a power of 2 with sobol: {2 ** samples.bit_length()}, not {samples}"
        yield Problem("--samples", text)


def _problem(varied: Sequence[Input]) -> dict[str, Any]:
    return {
        "num_vars": len(varied),
        "names": [one.name for one in varied],
        "bounds": [[one.low, one.high] for one in varied],
    }
