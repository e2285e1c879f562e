"""Four kinds of not knowing, kept apart: luck, parameters, structure, disputed facts.

Each kind is given cells of its own, in which it alone varies around the scenario: parameters by a
Latin hypercube over every coefficient's range, structure by every combination of the mechanisms
that can be switched off, disputed facts by the ends and the middle of the three hypotheses. Luck is
what is left within a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.parameters.structure import SWITCHES
from scenario_sim.scenario import Scenario
from scenario_sim.studies.designs import grid, lhs
from scenario_sim.studies.evaluate import evaluate
from scenario_sim.studies.inputs import apply, of_kinds
from scenario_sim.studies.spread import spread

CELLS = 32  # of a Latin hypercube
Z95 = 1.959964


@dataclass(frozen=True)
class Sources:
    """spread: outcome -> one row a source (see `spread.spread`). switches: one row an outcome and
    mechanism: what switching it off alone changes (`difference`, its 95 % interval `low`, `high`),
    paired on the same luck."""

    spread: dict[str, pd.DataFrame]
    switches: pd.DataFrame


def sources(
    scenario: Scenario,
    outcomes: Sequence[str],
    runs: int,
    seed: int = 0,
    *,
    levers: bool = False,
    **more: Any,
) -> Sources:
    """Run the cells and split each outcome's variance; `levers` adds a hypercube over them."""
    designs = _designs(scenario, seed, levers)
    scenarios = [apply(scenario, row) for rows in designs.values() for row in rows]
    labels = [{"source": name} | row for name, rows in designs.items() for row in rows]
    found = evaluate(scenarios, runs, seed, keep=tuple(outcomes), labels=labels, **more)
    at, cut = 0, {}
    for name, rows in designs.items():
        cut[name] = slice(at, at + len(rows))
        at += len(rows)
    told, off = {}, []
    for outcome in dict.fromkeys(outcomes):
        values = found.values[outcome]
        whole = ~np.isnan(values).any(axis=1)  # a cell that failed takes no part
        told[outcome] = spread({name: values[s][whole[s]] for name, s in cut.items()})
        structure = values[cut["structure"]]
        for n, name in enumerate(SWITCHES):
            alone = 1 << (len(SWITCHES) - 1 - n)  # the row in which this one only is off
            off.append({"outcome": outcome, "switch": name} | _paired(structure[alone] - structure[0]))
    return Sources(told, pd.DataFrame(off))


def _designs(scenario: Scenario, seed: int, levers: bool) -> dict[str, list[dict[str, float]]]:
    coefficients = of_kinds(scenario, "parameters")
    disputed = [
        type(one)(**vars(one) | {"values": tuple(sorted({one.low, one.default, one.high}))})
        for one in of_kinds(scenario, "hypotheses")
    ]
    structure = []
    for state in product((False, True), repeat=len(SWITCHES)):
        off = [switch for switch, is_off in zip(SWITCHES.values(), state, strict=True) if is_off]
        structure.append({name: value for switch in off for name, value in switch.items()})
    found = {
        "parameters": lhs(coefficients, CELLS, seed).to_dict("records"),
        "structure": structure,
        "disputed": grid(disputed).to_dict("records"),
    }
    if levers:
        found["levers"] = lhs(of_kinds(scenario, "levers"), CELLS, seed).to_dict("records")
    return found


def _paired(difference: np.ndarray) -> dict[str, float]:
    difference = difference[~np.isnan(difference)]
    if difference.size < 2:
        return dict.fromkeys(("difference", "low", "high"), np.nan)
    mean = difference.mean()
    error = Z95 * difference.std(ddof=1) / np.sqrt(difference.size)
    return {"difference": mean, "low": mean - error, "high": mean + error}
