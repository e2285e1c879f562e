"""Separate four sources of uncertainty: luck, parameters, structure and disputed facts.

Each source has cells of its own, in which it alone varies around the scenario. Parameters vary by a
Latin hypercube over the range of every coefficient, structure by every combination of the
mechanisms that can be switched off. Disputed facts vary over the ends and the middle of the three
hypotheses. Luck is the spread within a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.data.states import MECHANISMS
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.display import DisplayedResult
from scenario_sim.studies.analysis.statistics import spread_by_source
from scenario_sim.studies.design.designs import grid, latin_hypercube
from scenario_sim.studies.design.inputs import apply_inputs, inputs_of_kinds
from scenario_sim.studies.evaluate import evaluate

HYPERCUBE_CELLS = 32  # of a Latin hypercube
Z95 = 1.959964


@dataclass(frozen=True, repr=False)
class UncertaintySources(DisplayedResult):
    """Spread of each outcome by source of uncertainty, and the effect of each mechanism.

    Attributes
    ----------
    spread : dict
        Outcome -> one row a source; see `statistics.spread_by_source`.
    mechanisms : DataFrame
        One row an outcome and mechanism: the change without it (`difference`) and the 95 % interval
        (`low`, `high`), paired on common random numbers.
    """

    spread: dict[str, pd.DataFrame]
    mechanisms: pd.DataFrame

    def _summary(self) -> list[str]:
        return [f"spread of {', '.join(self.spread)}, and the effect of each mechanism"]

    def _table(self) -> pd.DataFrame:
        return pd.concat(self.spread)


def split_uncertainty(
    scenario: Scenario,
    outcomes: Sequence[str],
    runs: int,
    seed: int = 0,
    *,
    levers: bool = False,
    **more: Any,
) -> UncertaintySources:
    """Run the cells of each source, and split the variance of each outcome.

    Parameters
    ----------
    scenario : Scenario
    outcomes : sequence of str
    runs, seed : int
    levers : bool
        Add the levers as a source, by a Latin hypercube over them.
    **more
        `out`, `executor`, `progress` and `weekly`, as in `evaluate`.
    """
    groups = _cells_by_source(scenario, seed, levers)
    cells = [cell for group in groups.values() for cell in group]
    results = evaluate(
        [cell.scenario for cell in cells], runs, seed, keep=tuple(outcomes),
        labels=[cell.labels for cell in cells], **more,
    )  # fmt: skip
    start, rows = 0, {}
    for name, group in groups.items():
        rows[name] = slice(start, start + len(group))
        start += len(group)
    spread, mechanisms = {}, []
    for outcome in dict.fromkeys(outcomes):
        values = results.values[outcome]
        complete = ~np.isnan(values).any(axis=1)  # without cells that failed
        spread[outcome] = spread_by_source(
            {name: values[s][complete[s]] for name, s in rows.items()}
        )
        structure = values[rows["structure"]]
        for n, name in enumerate(MECHANISMS):
            alone = 1 << (len(MECHANISMS) - 1 - n)  # the cell without this mechanism alone
            change = _paired_difference(structure[alone] - structure[0])
            mechanisms.append({"outcome": outcome, "mechanism": name} | change)
    return UncertaintySources(spread, pd.DataFrame(mechanisms))


@dataclass(frozen=True)
class _Cell:
    scenario: Scenario
    labels: dict[str, Any]


def _cells_by_source(scenario: Scenario, seed: int, levers: bool) -> dict[str, list[_Cell]]:
    """Return the cells of each source."""
    disputed = [
        replace(one, values=tuple(sorted({one.low, one.default, one.high})))
        for one in inputs_of_kinds(scenario, "hypotheses")
    ]
    tables = {
        "parameters": latin_hypercube(
            inputs_of_kinds(scenario, "parameters"), HYPERCUBE_CELLS, seed
        ),
        "disputed": grid(disputed),
    } | (
        {"levers": latin_hypercube(inputs_of_kinds(scenario, "levers"), HYPERCUBE_CELLS, seed)}
        if levers
        else {}
    )
    varied = {
        name: [
            _Cell(apply_inputs(scenario, row), {"source": name} | row)
            for row in table.to_dict("records")
        ]
        for name, table in tables.items()
    }
    structure = []
    for there in product((True, False), repeat=len(MECHANISMS)):
        off = [name for name, is_there in zip(MECHANISMS, there, strict=True) if not is_there]
        labels = {"source": "structure", "without": "+".join(off)}
        structure.append(_Cell(scenario.with_mechanisms_off(*off), labels))
    return {"parameters": varied.pop("parameters"), "structure": structure, **varied}


def _paired_difference(difference: np.ndarray) -> dict[str, float]:
    difference = difference[~np.isnan(difference)]
    if difference.size < 2:
        return dict.fromkeys(("difference", "low", "high"), np.nan)
    mean = difference.mean()
    error = Z95 * difference.std(ddof=1) / np.sqrt(difference.size)
    return {"difference": mean, "low": mean - error, "high": mean + error}
