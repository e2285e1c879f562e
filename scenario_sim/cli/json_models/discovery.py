"""JSON of `discover`."""

from __future__ import annotations

from typing import Literal

from scenario_sim.cli.json_models.header import Number, Output, Table, Values


class BoxLimit(Table):
    """One limit of a box."""

    box: int
    """Number of the box, from 1; the best first."""
    name: str
    """Input that is limited."""
    minimum: Number
    """Smallest value in the box."""
    maximum: Number
    """Largest value in the box."""
    explored_minimum: Number
    """Smallest value in the design."""
    explored_maximum: Number
    """Largest value in the design."""
    coverage: Number
    """Share of the cells of interest that the box holds."""
    density: Number
    """Share of the box's cells that are of interest."""
    cases: int
    """Cells in the box."""
    quasi_p: Number
    """Chance that the limit has no effect; null for CART."""


class InputRange(Table):
    """Values of an input in the cells of a box."""

    box: int
    """Number of the box."""
    name: str
    """Input."""
    p5: Number
    """5th percentile over the cells of the box."""
    p95: Number
    """95th percentile over the cells of the box."""
    mean: Number
    """Mean over the cells of the box."""
    whole_mean: Number
    """Mean over all cells."""


class DiscoverOutput(Output):
    """Ranges of the varied inputs that lead to an outcome."""

    command: Literal["discover"]
    seeds: list[int]
    """Random seeds of the cells."""
    runs: int
    """Runs of the cell that has the fewest."""
    outcome: str
    """Outcome that is explained."""
    threshold: Number
    """Threshold of the cells of interest."""
    above: bool
    """Whether cells above the threshold are of interest, else those below."""
    method: Literal["prim", "pca_prim", "cart"]
    """Method."""
    cases: int
    """Cells."""
    of_interest: int
    """Cells of interest."""
    boxes: list[BoxLimit]
    """Limits of the boxes."""
    words: list[str]
    """One sentence for each box."""
    trajectory: list[dict[str, Number]]
    """Trade-off of coverage against density along the peeling of PRIM."""
    loadings: dict[str, Values] = {}
    """Of pca_prim, by factor: weight of each input, in standard deviations."""
    ranges: list[InputRange] = []
    """Of pca_prim: where the cells of each box lie."""
