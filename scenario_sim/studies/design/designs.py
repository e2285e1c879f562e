"""Designs: the values of the inputs in each cell. Pure; one seed gives one design.

The cells of a grid are the product of its points. Latin hypercubes [1] and Sobol' sequences [2]
fill the space with any number of cells, whatever the number of inputs.

[1] McKay, M. D., Beckman, R. J. and Conover, W. J. (1979). A comparison of three methods for
    selecting values of input variables in the analysis of output from a computer code.
    Technometrics 21(2), 239-245.
[2] Sobol', I. M. (1967). On the distribution of points in a cube and the approximate evaluation of
    integrals. USSR Computational Mathematics and Mathematical Physics 7(4), 86-112.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ScenarioError, UnknownNameError
from scenario_sim.studies.design.inputs import INVALID_STUDY, Input

DEFAULT_GRID_POINTS = 5  # of an input on a grid without a number of points
DEFAULT_SAMPLES = 64
MAX_CELLS = 1_000_000
DESIGNS = ("grid", "lhs", "sobol")


def make_design(
    varied: Sequence[Input], kind: str = "grid", samples: int | None = None, seed: int = 0
) -> pd.DataFrame:
    """Make a design.

    Parameters
    ----------
    varied : sequence of Input
    kind : {"grid", "lhs", "sobol"}
        Every combination, a Latin hypercube, or a Sobol' sequence.
    samples : int, optional
        Cells of `lhs` or `sobol`; 64 by default.
    seed : int

    Returns
    -------
    DataFrame
        One row a cell (index `cell`, from 0), one column of float an input.

    Raises
    ------
    ScenarioError

    Examples
    --------
    >>> hotline = Input("hotline", 0.0, 1.0, 0.5, "levers", points=3)
    >>> make_design([hotline])["hotline"].tolist()
    [0.0, 0.5, 1.0]
    """
    if problems := list(design_problems(varied, kind, samples)):
        raise ScenarioError(problems, INVALID_STUDY)
    if kind == "grid":
        return grid(varied)
    return (latin_hypercube if kind == "lhs" else sobol_sequence)(
        varied, samples or DEFAULT_SAMPLES, seed
    )


def design_problems(
    varied: Sequence[Input] | None, kind: str, samples: int | None
) -> Iterator[Problem]:
    """Yield what is wrong with a design; `varied` is None if the inputs could not be parsed."""
    if varied is not None and not varied:
        yield Problem("--vary", "nothing is varied; name a lever, as in --vary hotline")
    if kind not in DESIGNS:
        yield Problem("--design", str(UnknownNameError("design", kind, DESIGNS)))
        return
    if kind == "grid":
        if samples is not None:
            text = "is for lhs and sobol; on a grid say it as in --vary hotline=0:1:5"
            yield Problem("--samples", text)
        cells = prod(one.points or DEFAULT_GRID_POINTS for one in varied or ())
        if cells > MAX_CELLS:
            text = f"makes {cells:,} cells; take --design lhs --samples 1000, or fewer points"
            yield Problem("--design grid", text)
        return
    listed = [one.name for one in varied or () if one.values]
    if listed:
        text = f"fills a range and {listed[0]} lists values; take low:high, or --design grid"
        yield Problem(f"--design {kind}", text)
    if samples is not None and not 1 <= samples <= MAX_CELLS:
        yield Problem("--samples", f"takes a whole number from 1 to {MAX_CELLS:,}, not {samples}")
    elif kind == "sobol" and samples and samples & (samples - 1):
        text = f"takes a power of 2 with --design sobol: {2 ** samples.bit_length()}, not {samples}"
        yield Problem("--samples", text)


def grid(varied: Sequence[Input]) -> pd.DataFrame:
    """Return every combination; the last input varies fastest."""
    axes = [
        one.values or np.linspace(one.low, one.high, one.points or DEFAULT_GRID_POINTS).tolist()
        for one in varied
    ]
    return _table(varied, list(product(*axes)))


def latin_hypercube(varied: Sequence[Input], samples: int, seed: int = 0) -> pd.DataFrame:
    """Return a Latin hypercube: `samples` slices of each input's range, one cell in each."""
    return _scaled(varied, unit_design("lhs", len(varied), samples, seed))


def sobol_sequence(varied: Sequence[Input], samples: int, seed: int = 0) -> pd.DataFrame:
    """Return a scrambled Sobol' sequence; `samples` is a power of 2."""
    return _scaled(varied, unit_design("sobol", len(varied), samples, seed))


def unit_design(kind: str, dimensions: int, samples: int, seed: int = 0) -> np.ndarray:
    """Return a design of kind `lhs` or `sobol` on the unit cube, (samples, dimensions)."""
    from scipy.stats import qmc

    rng = np.random.default_rng(seed)
    sampler = qmc.LatinHypercube if kind == "lhs" else qmc.Sobol
    return np.asarray(sampler(dimensions, rng=rng).random(samples))


def _scaled(varied: Sequence[Input], shares: np.ndarray) -> pd.DataFrame:
    low = np.array([one.low for one in varied])
    high = np.array([one.high for one in varied])
    return _table(varied, np.clip(low + shares * (high - low), low, high))


def _table(varied: Sequence[Input], rows: Any) -> pd.DataFrame:
    names = [one.name for one in varied]
    return pd.DataFrame(rows, columns=names, dtype=float).rename_axis("cell")
