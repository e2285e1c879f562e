"""Scenario discovery: which ranges of the inputs lead to the cases of interest.

Pure functions on tables. PRIM [1] cuts a box from all sides until most of its cases are of
interest; CART [2] divides the space in two repeatedly. A box is judged [3, 4] by its coverage and
its density. Coverage is the share of all cases of interest that lie in it. Density is the share of
its cases that are of interest.

[1] Friedman, J. H. and Fisher, N. I. (1999). Bump hunting in high-dimensional data. Statistics and
    Computing 9(2), 123-143.
[2] Breiman, L., Friedman, J. H., Olshen, R. A. and Stone, C. J. (1984). Classification and
    Regression Trees. Wadsworth.
[3] Bryant, B. P. and Lempert, R. J. (2010). Thinking inside the box: a participatory,
    computer-assisted approach to scenario discovery. Technological Forecasting and Social Change
    77(1), 34-49.
[4] Lempert, R. J., Bryant, B. P. and Bankes, S. C. (2008). Comparing algorithms for scenario
    discovery. RAND WR-557-NSF.
[5] Kwakkel, J. H. (2017). The Exploratory Modeling Workbench: an open source toolkit for
    exploratory modeling, scenario discovery, and (multi-objective) robust decision making.
    Environmental Modelling & Software 96, 239-250.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ScenarioError, UnknownNameError
from scenario_sim.simulation.display import DisplayedResult
from scenario_sim.studies.analysis.cases import MIN_CASES_OF_INTEREST, check_cases
from scenario_sim.studies.analysis.rotation import Rotation, input_ranges, rotate
from scenario_sim.studies.design.inputs import INVALID_STUDY
from scenario_sim.studies.optional import import_optional

METHODS = ("prim", "pca_prim", "cart")
MAX_BOXES = 3
MAX_QUASI_P = 0.05  # limits with a higher quasi-p are dropped [3]
MIN_LIFT = 1.2  # density of a box, relative to all cases, that is worth reporting

BOX_COLUMNS = ("box", "name", "low", "high", "whole_low", "whole_high", "coverage", "density",
               "cases", "quasi_p")  # fmt: skip

Limits = dict[str, tuple[float, float]]


@dataclass(frozen=True, repr=False)
class Discovery(DisplayedResult):
    """Boxes of inputs in which an outcome is beyond a threshold, the best first.

    Attributes
    ----------
    outcome : str
    threshold : float
    above : bool
        Whether cases of interest are above the threshold (else below).
    method : str
    cases, of_interest : int
        Number of cells, and of those beyond the threshold.
    boxes : DataFrame
        One row a limit: `box` (from 1), `name`, `low`, `high`, `whole_low`, `whole_high` (the range
        explored), `coverage`, `density`, `cases` (of the box), `quasi_p` (the chance that the limit
        has no effect [3]; NaN for CART).
    trajectory : DataFrame
        PRIM's trade-off of coverage against density.
    rotation : Rotation, optional
        Of `pca_prim`: what the factors are that its boxes limit.
    ranges : DataFrame
        Of `pca_prim`: where the cases of each box lie, input by input.
    """

    outcome: str
    threshold: float
    above: bool
    method: str
    cases: int
    of_interest: int
    boxes: pd.DataFrame
    trajectory: pd.DataFrame
    rotation: Rotation | None = None
    ranges: pd.DataFrame = field(default_factory=pd.DataFrame)

    def _summary(self) -> list[str]:
        side = "above" if self.above else "below"
        return [
            f"{self.outcome} {side} {self.threshold:.3g} in {self.of_interest:,} of "
            f"{self.cases:,} cells, by {self.method}, {self.boxes['box'].nunique()} boxes"
        ]

    def _table(self) -> pd.DataFrame:
        return self.boxes

    def _text_table(self) -> pd.DataFrame:
        return self.boxes[["box", "name", "low", "high", "coverage", "density"]]

    @property
    def trade_off(self) -> pd.DataFrame:
        """Coverage, density, mass and limited inputs (`res_dim`) of each step of PRIM's first box."""
        return self.trajectory[["coverage", "density", "mass", "res_dim"]]

    def words(self) -> list[str]:
        """Return one sentence for each box."""
        side = "above" if self.above else "below"
        told = []
        for number, rows in self.boxes.groupby("box", sort=True):
            limits = " and ".join(_limit_text(row, self.rotation) for row in rows.itertuples())
            first = rows.iloc[0]
            told.append(
                f"Box {number}: where {limits}, {first['density']:.0%} of {int(first['cases'])} cells have "
                f"{self.outcome} {side} {self.threshold:.3g} ({self.of_interest / self.cases:.0%} of all "
                f"have); the box holds {first['coverage']:.0%} of those cells."
            )
        return told


def discover_boxes(
    inputs: pd.DataFrame,
    outcomes: pd.DataFrame | pd.Series,
    outcome: str,
    *,
    above: float | None = None,
    below: float | None = None,
    method: str = "prim",
    most: int = MAX_BOXES,
) -> Discovery:
    """Find boxes of inputs in which an outcome is above (or below) a threshold.

    Parameters
    ----------
    inputs : DataFrame
        One row a cell, one column of numbers an input.
    outcomes : DataFrame or Series
        The same rows.
    outcome : str
    above, below : float, optional
        The threshold; exactly one of both.
    method : {"prim", "pca_prim", "cart"}
        `pca_prim` is PRIM on rotated inputs.
    most : int
        Maximum number of boxes.

    Raises
    ------
    ScenarioError
        There are too few cases.
    """
    if problems := list(discovery_problems(above, below, method, most)):
        raise ScenarioError(problems, INVALID_STUDY)
    values = outcomes if isinstance(outcomes, pd.Series) else outcomes[outcome]
    kept = values.notna().to_numpy()
    x = inputs.loc[kept, inputs.nunique() > 1].reset_index(drop=True).astype(float)
    values = values[kept].reset_index(drop=True)
    threshold = float(above if above is not None else below)  # type: ignore[arg-type]
    wanted = (values > threshold if above is not None else values < threshold).to_numpy()
    check_cases(x, values, wanted, outcome, threshold, above is not None)
    rotation = rotate(x, wanted) if method == "pca_prim" else None
    space = x if rotation is None else rotation.factors
    rows: list[dict[str, Any]] = []
    trajectory, ranges = pd.DataFrame(), [pd.DataFrame()]
    find = _cart if method == "cart" else _prim
    for number, (limits, doubts, path) in enumerate(find(space, wanted, most), start=1):
        trajectory = path if number == 1 else trajectory
        rows += _box_rows(number, space, wanted, limits, doubts)
        if rotation:
            ranges.append(input_ranges(x, number, _inside(space, limits)))
    found = (outcome, threshold, above is not None, method, len(x), int(wanted.sum()))
    boxes = pd.DataFrame(rows, columns=list(BOX_COLUMNS))
    return Discovery(*found, boxes, trajectory, rotation, pd.concat(ranges, ignore_index=True))


def _box_rows(
    number: int, x: pd.DataFrame, wanted: np.ndarray, limits: Limits, doubts: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield one row a limit of a box."""
    inside = _inside(x, limits)
    for name, (low, high) in limits.items():
        yield {
            "box": number, "name": name, "low": low, "high": high,
            "whole_low": x[name].min(), "whole_high": x[name].max(),
            "coverage": (wanted & inside).sum() / wanted.sum(),
            "density": wanted[inside].mean(), "cases": int(inside.sum()),
            "quasi_p": doubts.get(name, np.nan),
        }  # fmt: skip


def discovery_problems(above: object, below: object, method: str, most: int) -> Iterator[Problem]:
    """Yield what is wrong with the options, whatever the cells are."""
    if method not in METHODS:
        yield Problem("--method", str(UnknownNameError("method", method, METHODS)))
    if (above is None) == (below is None):
        yield Problem("--above", "give either --above or --below, as in --above 90%")
    if most < 1:
        yield Problem("--boxes", f"takes a whole number of at least 1, not {most}")


def _prim(
    x: pd.DataFrame, wanted: np.ndarray, most: int
) -> Iterator[tuple[Limits, dict[str, Any], pd.DataFrame]]:
    """Yield, for each peeling trajectory, the box with the best mean of coverage and density.

    The mean is harmonic. Limits that a binomial test rejects are dropped.
    """
    prim = import_optional("ema_workbench.analysis.prim")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        search = prim.Prim(x, wanted.astype(int), peel_alpha=0.05, mass_min=0.05)
        for _ in range(most):
            box = search.find_box()
            if box is None:
                return
            path = box.peeling_trajectory
            coverage, density = path["coverage"].to_numpy(float), path["density"].to_numpy(float)
            score = 2 * coverage * density / np.maximum(coverage + density, 1e-12)
            at = int(score.argmax())
            box.select(at)
            doubts = {n: float(np.max([p for p in ps if p >= 0], initial=0.0))
                      for n, ps in box.p_values[at].items()}  # fmt: skip
            limits = _limits(x, box.box_lims[at])
            sure = {n: limit for n, limit in limits.items() if doubts.get(n, 0.0) <= MAX_QUASI_P}
            if not sure or wanted[_inside(x, sure)].mean() < MIN_LIFT * wanted.mean():
                return
            yield sure, doubts, path


def _cart(
    x: pd.DataFrame, wanted: np.ndarray, most: int
) -> Iterator[tuple[Limits, dict[str, Any], pd.DataFrame]]:
    """Yield the leaves of a small tree, that with the most cases beyond its share first."""
    tree_module = import_optional("sklearn.tree")
    least = max(MIN_CASES_OF_INTEREST, round(0.05 * len(x)))
    model = tree_module.DecisionTreeClassifier(
        min_samples_leaf=least, max_leaf_nodes=8, random_state=0
    ).fit(x.to_numpy(), wanted)
    found: list[tuple[float, Limits]] = []
    tree = model.tree_

    def visit(node: int, limits: Limits) -> None:
        if tree.children_left[node] < 0:
            inside = _inside(x, limits)
            if limits and wanted[inside].mean() >= MIN_LIFT * wanted.mean():
                found.append((wanted[inside].sum() - inside.sum() * wanted.mean(), limits))
            return
        name, cut = x.columns[tree.feature[node]], float(tree.threshold[node])
        low, high = limits.get(name, (float(x[name].min()), float(x[name].max())))
        visit(tree.children_left[node], limits | {name: (low, min(high, cut))})
        visit(
            tree.children_right[node], limits | {name: (max(low, np.nextafter(cut, np.inf)), high)}
        )

    visit(0, {})
    for _, limits in sorted(found, key=lambda pair: -pair[0])[:most]:
        yield limits, {}, pd.DataFrame()


def _limits(x: pd.DataFrame, box: pd.DataFrame) -> Limits:
    """Return the limits of a box that are narrower than the range explored."""
    return {
        name: (float(box[name].iloc[0]), float(box[name].iloc[1]))
        for name in x.columns
        if box[name].iloc[0] > x[name].min() or box[name].iloc[1] < x[name].max()
    }


def _inside(x: pd.DataFrame, limits: Limits) -> np.ndarray:
    inside = np.ones(len(x), bool)
    for name, (low, high) in limits.items():
        inside &= x[name].between(low, high).to_numpy()
    return inside


def _limit_text(row: Any, rotation: Rotation | None) -> str:
    name = row.name if isinstance(row.name, str) else row[2]
    at = "high" if row.low <= row.whole_low else "low" if row.high >= row.whole_high else "both"
    if rotation:
        return rotation.describe(name, row.low, row.high, at)
    if at == "high":
        return f"{name} is at most {row.high:.3g}"
    if at == "low":
        return f"{name} is at least {row.low:.3g}"
    return f"{name} lies from {row.low:.3g} to {row.high:.3g}"
