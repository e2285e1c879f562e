"""Four kinds of not knowing, kept apart: luck, parameters, structure, disputed facts.

Each kind is given cells of its own, in which it alone varies around the scenario: parameters by a
Latin hypercube over every coefficient's range, structure by every combination of the mechanisms
that the model may do without, disputed facts by the ends and the middle of the three hypotheses. Luck is
what is left within a cell.
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
from scenario_sim.studies.analysis.variance import spread_by_source
from scenario_sim.studies.design.designs import grid, latin_hypercube
from scenario_sim.studies.design.inputs import apply_inputs, inputs_of_kinds
from scenario_sim.studies.evaluate import evaluate

HYPERCUBE_CELLS = 32  # of a Latin hypercube
Z95 = 1.959964


@dataclass(frozen=True)
class UncertaintySources:
    """spread: outcome -> one row a source (see `spread.spread`). mechanisms: one row an outcome and
    mechanism: what doing without it alone changes (`difference`, its 95 % interval `low`, `high`),
    paired on the same luck."""

    spread: dict[str, pd.DataFrame]
    mechanisms: pd.DataFrame


def split_uncertainty(
    scenario: Scenario,
    outcomes: Sequence[str],
    runs: int,
    seed: int = 0,
    *,
    levers: bool = False,
    **more: Any,
) -> UncertaintySources:
    """Run the cells and split each outcome's variance; `levers` adds a hypercube over them."""
    groups = _cells_by_source(scenario, seed, levers)
    cells = [cell for group in groups.values() for cell in group]
    found = evaluate(
        [cell.scenario for cell in cells], runs, seed, keep=tuple(outcomes),
        labels=[cell.labels for cell in cells], **more,
    )  # fmt: skip
    at, cut = 0, {}
    for name, group in groups.items():
        cut[name] = slice(at, at + len(group))
        at += len(group)
    told, off = {}, []
    for outcome in dict.fromkeys(outcomes):
        values = found.values[outcome]
        whole = ~np.isnan(values).any(axis=1)  # a cell that failed takes no part
        told[outcome] = spread_by_source({name: values[s][whole[s]] for name, s in cut.items()})
        structure = values[cut["structure"]]
        for n, name in enumerate(MECHANISMS):
            alone = 1 << (len(MECHANISMS) - 1 - n)  # the cell that lacks this one only
            change = _paired_difference(structure[alone] - structure[0])
            off.append({"outcome": outcome, "mechanism": name} | change)
    return UncertaintySources(told, pd.DataFrame(off))


@dataclass(frozen=True)
class _Cell:
    scenario: Scenario
    labels: dict[str, Any]


def _cells_by_source(scenario: Scenario, seed: int, levers: bool) -> dict[str, list[_Cell]]:
    """The cells of each kind."""
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
