"""Say whether a search for policies has converged: hypervolume and epsilon progress.

Pure functions on losses, of which less is better. Each objective is put on 0..1 by the range of all
policies that were tried. The hypervolume [1] is the share of the box up to 1.1 that a front dominates.
Epsilon progress [2] counts the boxes of a grid that the front of a generation reaches first.

[1] Zitzler, E. and Thiele, L. (1999). Multiobjective evolutionary algorithms: a comparative case
    study and the strength Pareto approach. IEEE Transactions on Evolutionary Computation 3(4).
[2] Hadka, D. and Reed, P. (2013). Borg: an auto-adaptive many-objective evolutionary computing
    framework. Evolutionary Computation 21(2), 231-259.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.studies.optional import import_optional

EPSILON = 0.02  # of an objective's range: the side of a box
REFERENCE = 1.1  # beyond the worst policy, so that the ends of a front count
LAST_QUARTER = 0.75
MAX_GAIN = 0.01  # of hypervolume in the last quarter of a search that has converged
MAX_POINTS = 60  # generations at which the hypervolume is taken
PROGRESS_COLUMNS = ("search", "evaluations", "front", "hypervolume", "epsilon_progress")


def non_dominated(losses: np.ndarray) -> np.ndarray:
    """Return the rows that no other row beats in every column, in their order.

    Parameters
    ----------
    losses : ndarray, (policies, objectives)
        Rows with an infinite loss are left out.

    Returns
    -------
    ndarray of int

    Examples
    --------
    >>> non_dominated(np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [np.inf, 0.0]]))
    array([0, 1])
    """
    finite = np.flatnonzero(np.isfinite(losses).all(axis=1))
    if not finite.size:
        return finite
    sorting: Any = import_optional("pymoo.util.nds.non_dominated_sorting").NonDominatedSorting()
    best = sorting.do(losses[finite], only_non_dominated_front=True)
    return np.asarray(finite[np.sort(best)])


def search_progress(searches: Sequence[Sequence[np.ndarray]]) -> pd.DataFrame:
    """Return how the front of each search grew, one row a generation.

    Parameters
    ----------
    searches : sequence of sequence of ndarray
        Losses of the policies of each generation, (policies, objectives), of each search.

    Returns
    -------
    DataFrame
        Columns PROGRESS_COLUMNS: `search` from 1, `evaluations` so far, policies on its `front`,
        `hypervolume` (0..1), and `epsilon_progress` (boxes reached first, so far).
    """
    every = np.vstack([losses for search in searches for losses in search])
    every = every[np.isfinite(every).all(axis=1)]
    if not len(every):
        return pd.DataFrame(columns=list(PROGRESS_COLUMNS))
    low, width = every.min(axis=0), np.ptp(every, axis=0)
    width[width == 0] = 1.0
    rows: list[tuple[Any, ...]] = []
    for number, search in enumerate(searches, start=1):
        rows += [(number, *row) for row in _growth([(one - low) / width for one in search])]
    return pd.DataFrame(rows, columns=list(PROGRESS_COLUMNS))


def has_converged(progress: pd.DataFrame) -> bool:
    """Return whether the last quarter of each search added at most 1 % of hypervolume."""
    gains = []
    for _, one in progress.groupby("search"):
        late = one["evaluations"] >= LAST_QUARTER * one["evaluations"].iloc[-1]
        before = one.loc[~late, "hypervolume"]
        last = float(one["hypervolume"].iloc[-1])
        gains.append(1.0 if before.empty else 1 - float(before.iloc[-1]) / last if last else 0.0)
    return bool(gains) and max(gains) <= MAX_GAIN


def _growth(generations: Sequence[np.ndarray]) -> list[tuple[int, int, float, int]]:
    """Return evaluations, size of the front, hypervolume and epsilon progress by generation."""
    indicator: Any = import_optional("pymoo.indicators.hv").HV
    objectives = generations[0].shape[1]
    volume = indicator(ref_point=np.full(objectives, REFERENCE))
    shown = {*np.linspace(0, len(generations) - 1, MAX_POINTS).astype(int)}
    front, reached, tried, rows = np.empty((0, objectives)), set[tuple[int, ...]](), 0, []
    for number, losses in enumerate(generations):
        tried += len(losses)
        together = np.vstack([front, losses])
        front = together[non_dominated(together)]
        reached |= _boxes(front)
        if number in shown:
            share = float(volume(front)) / REFERENCE**objectives if len(front) else 0.0
            rows.append((tried, len(np.unique(front, axis=0)), share, len(reached)))
    return rows


def _boxes(front: np.ndarray) -> set[tuple[int, ...]]:
    """Return the boxes of the grid that no other box of the front dominates."""
    boxes = np.unique(np.floor(front / EPSILON), axis=0)
    return {tuple(int(n) for n in boxes[row]) for row in non_dominated(boxes)}
