"""Results of studies, as tables for the terminal and as plain data for --json."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from scenario_sim.cli.tables import format_three_digits, print_heading
from scenario_sim.reporting.messages import DISCLAIMER
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.outcomes import ABSOLUTE_RISKS, outcomes_of
from scenario_sim.simulation.trajectory import provenance
from scenario_sim.studies.analysis.discovery import Discovery
from scenario_sim.studies.policy_workflows import PolicyComparison
from scenario_sim.studies.search_workflow import SearchResult
from scenario_sim.studies.store.store import Store
from scenario_sim.studies.workflows import OUTCOMES, SensitivityResult, SweepResult

MAX_ROWS = 20
BOX_LIMITS = {
    "low": "minimum", "high": "maximum",
    "whole_low": "explored_minimum", "whole_high": "explored_maximum",
}  # fmt: skip
SOURCES_TITLE = (
    "Sources of uncertainty, each alone: its sd, the sd of luck beside it, its share of variance"
)


# --- for the terminal ----------------------------------------------------------------------------


def show_sweep(console: Console, found: SweepResult, outcomes: tuple[str, ...]) -> None:
    """Print the first cells: inputs and outcome means; risks only as ratios."""
    cells = f"{len(found.inputs):,} cells of {found.runs:,} futures, seed {found.seed}"
    print_heading(console, found.scenario.title, cells, found.scenario)
    table = found.inputs.copy()
    levels = [name for name in outcomes or OUTCOMES if name in ABSOLUTE_RISKS]
    for name in outcomes or OUTCOMES:
        shown = found.mean[name] / found.mean[name].median() if name in levels else found.mean[name]
        table[f"{name}, ratio" if name in levels else name] = shown
    _print(console, table.head(MAX_ROWS))
    if levels:
        middle = " and ".join(f"{name} {_rough(found.mean[name].median())}" for name in levels)
        note = f"ratio: to the middle cell ({middle}; the level is a prior)"
        console.print(note, style="dim", highlight=False)
    if len(table) > MAX_ROWS:
        more = f"... and {len(table) - MAX_ROWS:,} more cells; --json or --out hold all"
        console.print(more, style="dim")


def show_sensitivity(console: Console, found: SensitivityResult) -> None:
    """Print the ten strongest inputs of each outcome, then the sources of spread."""
    swept = found.sweep
    cells = f"{len(swept.inputs):,} cells of {swept.runs:,} futures, seed {swept.seed}"
    title = swept.scenario.title
    print_heading(console, title, f"{found.method}, {cells}", swept.scenario)
    for outcome, one in found.influence.items():
        console.print(f"{outcome} ({_unit(swept.scenario, outcome)})", style="bold")
        _print(console, one.table.head(10).set_index("name"), "input")
        if not one.has_effects:
            console.print(
                "the same in all cells, so no input has an effect here; take more --samples, --runs "
                "or --weeks\n",
                style="dim",
            )
            continue
        last = one.convergence.iloc[-1]
        verdict = (
            "settled"
            if one.settled
            else "not settled: take more --samples before trusting the order"
        )
        unit = "of the variance" if one.method == "sobol" else "of the largest effect"
        console.print(
            f"widest 95 % interval: {last['widest']:.2f} {unit}; {verdict}\n", style="dim"
        )
    if found.sources is None:
        return
    console.print(SOURCES_TITLE)
    rows = [
        {"outcome": outcome, "source": name, "sd": row["sd"], "luck sd": row["luck_sd"],
         "share %": f"{100 * row['share']:.0f}"}
        for outcome, table in found.sources.spread.items()
        for name, row in table.iterrows()
    ]  # fmt: skip
    _print(console, pd.DataFrame(rows).set_index("outcome"), "outcome")
    console.print("\nEffect of each mechanism: the change without it (95 % interval)")
    _print(console, found.sources.mechanisms.set_index("outcome"), "outcome")


def show_discovery(console: Console, found: Discovery) -> None:
    """Print the boxes in words."""
    console.print(DISCLAIMER, style="italic")
    console.print(
        f"{found.cases:,} cells, {found.of_interest:,} of interest ({found.method})\n", style="dim"
    )
    for line in found.words() or ["No box holds these cells much better than the whole does."]:
        console.print(line)
    if found.rotation and not found.boxes.empty:
        console.print("\nWhere the cells of each box lie, input by input", style="bold")
        _print(console, found.ranges)
        console.print("\nLoadings: weight of each input, in standard deviations", style="bold")
        _print(console, found.rotation.loadings, "input")


def show_robust(console: Console, found: PolicyComparison) -> None:
    """Print regret, summary and best policies for each outcome."""
    scenario = next(iter(found.scenarios.values()))
    details = f"{found.runs:,} futures each, seed {found.seed}"
    print_heading(console, scenario.title, details, scenario)
    for outcome, one in found.outcomes.items():
        better = "more" if one.higher_is_better else "less"
        console.print(
            f"Regret in {outcome} ({_unit(scenario, outcome)}; {better} is better)",
            style="bold",
        )
        _print(console, one.regret.T, "theory", outcome in ABSOLUTE_RISKS)
        console.print()
        summary = one.summary.drop(columns="where")
        _print(console, summary, "policy", outcome in ABSOLUTE_RISKS)
        for theory, best in one.best_policies().items():
            console.print(f"  best under {theory}: {', '.join(best)}", markup=False)
        console.print()


def show_search(console: Console, found: SearchResult) -> None:
    """Print the Pareto front, with the outcomes on fresh random draws beside it."""
    front = found.front
    details = f"{front.description}; {found.runs:,} futures each, seed {found.seed}"
    print_heading(console, found.scenario.title, details, found.scenario)
    _print(console, front.table.join(found.fresh.add_suffix(" fresh")), "policy")
    console.print(
        "fresh: the same policies on luck that the search did not see; believe these", style="dim"
    )
    if len(found.theories) > 1:
        console.print(f"Each number is the worst over {len(found.theories)} theories.", style="dim")
    console.print(front.convergence_text, style="dim")


def _print(
    console: Console, frame: pd.DataFrame, index: str = "cell", rough: bool | None = None
) -> None:
    """Print a table; `rough` rounds numbers to one digit, None only in rows of such outcomes."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(index, overflow="fold")
    for name in frame.columns:
        table.add_column(str(name), justify="right", overflow="fold")
    for label, row in frame.astype(object).iterrows():
        coarse = label in ABSOLUTE_RISKS if rough is None else rough
        table.add_row(str(label), *(_cell(value, coarse) for value in row))
    console.print(table)


def _cell(value: Any, rough: bool = False) -> str:
    """Return the text of a cell; `rough` numbers are priors, of which one digit is enough."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    return _rough(value) if rough else format_three_digits(float(value))


def _rough(value: float) -> str:
    return format_three_digits(value) if math.isnan(value) else f"{float(f'{value:.1g}'):g}"


# --- for --json ----------------------------------------------------------------------------------


def sweep_summary(found: SweepResult) -> dict[str, Any]:
    """Return every cell: its inputs, the outcomes' means and their Monte-Carlo errors."""
    pairs = zip(_records(found.inputs), _records(found.mean), _records(found.mcse), strict=True)
    cells = [{"inputs": i, "mean": m, "mcse": e} for i, m, e in pairs]
    return provenance(found.scenario, found.seed, found.runs) | {
        "cells": cells,
        "failed": {str(n): text for n, text in found.failed.items()},
    }


def sensitivity_summary(found: SensitivityResult) -> dict[str, Any]:
    """Return each outcome's indices, their convergence, and the four sources of spread."""
    swept = found.sweep
    outcomes: dict[str, Any] = {}
    for outcome, one in found.influence.items():
        outcomes[outcome] = {
            "indices": _records(one.table),
            "convergence": _records(one.convergence),
            "settled": one.settled,
        }
        if found.sources:
            outcomes[outcome]["sources"] = found.sources.spread[outcome].to_dict("index")
            off = found.sources.mechanisms
            outcomes[outcome]["mechanisms"] = _records(off[off["outcome"] == outcome])
    data = provenance(swept.scenario, swept.seed, swept.runs)
    return data | {"method": found.method, "cells": len(swept.inputs), "outcomes": outcomes}


def discovery_summary(found: Discovery, folder: Path) -> dict[str, Any]:
    """Return the boxes, the cells of interest, and the peeling trajectory.

    Parameters
    ----------
    found : Discovery
        Boxes.
    folder : Path
        Folder of the cells, which says their engine, seeds and runs.
    """
    cells = Store(folder).cells()
    boxes = found.boxes.rename(columns=BOX_LIMITS)
    return {
        "engine": " and ".join(sorted(set(cells["engine"]))),
        "seeds": sorted(set(cells["seed"])), "runs": cells["runs"].min(),
        "outcome": found.outcome, "threshold": found.threshold, "above": found.above,
        "method": found.method, "cases": found.cases, "of_interest": found.of_interest,
        "boxes": _records(boxes), "words": found.words(),
        "trajectory": _records(found.trajectory),
    } | ({"loadings": found.rotation.loadings.to_dict(), "ranges": _records(found.ranges)}
         if found.rotation else {})  # fmt: skip


def robust_summary(found: PolicyComparison) -> dict[str, Any]:
    """Return means, regret, summary and best policies of each outcome."""
    scenario = next(iter(found.scenarios.values()))
    outcomes = {
        outcome: {
            "higher_is_better": one.higher_is_better,
            "mean": one.mean.to_dict("index"),
            "regret": one.regret.to_dict("index"),
            "summary": one.summary.to_dict("index"),
            "best": one.best_policies(),
        }
        for outcome, one in found.outcomes.items()
    }
    data = provenance(scenario, found.seed, found.runs)
    return data | {"theories": found.theories, "outcomes": outcomes, "failed": found.failed}


def search_summary(found: SearchResult) -> dict[str, Any]:
    """Return each policy of the front: its levers, its objectives, and those on fresh draws."""
    front = found.front
    policies = [
        {"levers": {n: row[n] for n in front.levers}, "searched": {n: row[n] for n in front.objectives},
         "fresh": fresh}
        for row, fresh in zip(_records(front.table), _records(found.fresh), strict=True)
    ]  # fmt: skip
    data = provenance(found.scenario, found.seed, found.runs)
    counts: dict[str, Any] = {"evaluations": front.evaluations, "different": front.different}
    counts |= {
        "theories": list(found.theories), "converged": front.converged,
        "contributions": list(front.contributions), "progress": _records(front.progress),
    }  # fmt: skip
    return data | counts | {"objectives": list(front.objectives), "policies": policies}


def _unit(scenario: Scenario, outcome: str) -> str:
    return next(one.unit for one in outcomes_of(scenario) if one.name == outcome)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
