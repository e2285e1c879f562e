"""Rotate inputs before PRIM, so that a box may lie aslant: on sums of inputs, not on single ones.

The rotation is that of the principal components of the cases of interest [1]. A box on factors is
a set of limits on weighted sums of inputs, which is told in the units of the inputs.

[1] Dalal, S., Han, B., Lempert, R., Jaycocks, A. and Hackbarth, A. (2013). Improving scenario
    discovery using orthogonal rotations. Environmental Modelling & Software 48, 49-64.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ScenarioError

MIN_LOADING = 0.1  # smaller ones are left out of the words; the table has all


@dataclass(frozen=True)
class Rotation:
    """Inputs as factors: sums of inputs, each counted in standard deviations from its mean.

    Attributes
    ----------
    factors : DataFrame
        One row a case, one column a factor.
    loadings : DataFrame
        Weight of each input (row) in each factor (column); the squares of a column add up to 1.
    mean, sd : Series
        Of each input over all cases.
    """

    factors: pd.DataFrame
    loadings: pd.DataFrame
    mean: pd.Series
    sd: pd.Series

    @property
    def weights(self) -> pd.DataFrame:
        """Weight of each input in each factor, in one over the unit of the input."""
        return self.loadings.div(self.sd, axis=0)

    def describe(self, factor: str, low: float, high: float, at: str = "both") -> str:
        """Return a limit on a factor as a limit on a weighted sum of inputs, in their units.

        Parameters
        ----------
        factor : str
        low, high : float
            The limits on the factor.
        at : {"low", "high", "both"}
            Which of both limits.
        """
        weight = self.weights[factor]
        scale = float(weight.abs().max())
        shift = float((weight * self.mean).sum())
        low, high = (low + shift) / scale, (high + shift) / scale
        parts = [
            f"{'-' if value < 0 else '+'} {f'{abs(value) / scale:.2g} '.removeprefix('1 ')}{name}"
            for name, value in weight.items()
            if abs(self.loadings.loc[name, factor]) >= MIN_LOADING
        ]
        told = " ".join(parts).removeprefix("+ ")
        ends = {"low": f"at least {low:.3g}", "high": f"at most {high:.3g}"}
        return f"{told} is {ends.get(at, f'from {low:.3g} to {high:.3g}')} ({factor})"


def rotate(inputs: pd.DataFrame, of_interest: np.ndarray) -> Rotation:
    """Return the inputs as principal components of the cases of interest.

    Parameters
    ----------
    inputs : DataFrame
        One row a case, one column of numbers an input.
    of_interest : ndarray of bool

    Raises
    ------
    ScenarioError
        There is one input alone.
    """
    if inputs.shape[1] < 2:
        text = "pca_prim rotates two inputs or more; take prim for one"
        raise ScenarioError([Problem("--method", text)], "there is nothing to rotate")
    mean, sd = inputs.mean(), inputs.std(ddof=0).replace(0, 1)
    standard = (inputs - mean) / sd
    # Symmetric, so real: `pca_preprocess` of the workbench casts complex eigenvectors to real ones.
    _, vectors = np.linalg.eigh(np.cov(standard[of_interest].to_numpy(), rowvar=False))
    names = [f"factor {n}" for n in range(1, inputs.shape[1] + 1)]
    loadings = pd.DataFrame(vectors, index=inputs.columns, columns=names).rename_axis("input")
    return Rotation(standard @ loadings, loadings, mean, sd)


def input_ranges(inputs: pd.DataFrame, box: int, inside: np.ndarray) -> pd.DataFrame:
    """Return where the cases of a box lie, input by input: 5th and 95th percentile, and mean.

    `whole_mean` is that of all cases.
    """
    cases = inputs[inside]
    ends = cases.quantile([0.05, 0.95])
    return pd.DataFrame({
        "box": box, "name": inputs.columns, "p5": ends.iloc[0].to_numpy(),
        "p95": ends.iloc[1].to_numpy(), "mean": cases.mean().to_numpy(),
        "whole_mean": inputs.mean().to_numpy(),
    })  # fmt: skip
