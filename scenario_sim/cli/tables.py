"""Results as a person likes to read them: natural frequencies first, then the whole table."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd
from rich.console import Console
from rich.table import Table

from scenario_sim.charts import Risk
from scenario_sim.cli.output import HEADER
from scenario_sim.comparison import Comparison
from scenario_sim.outcomes import BY_NAME, causes, summarise
from scenario_sim.scenario import Scenario
from scenario_sim.story import risk_in_words
from scenario_sim.trajectory import Trajectory

ABSOLUTE = ("confrontation_risk", "confrontation")  # their level is a prior: one digit (A7)
HAPPENED = (  # outcome, and how a future that has any of it is spoken of
    ("icbm_tests", "an ICBM test or a satellite launch"),
    ("nuclear_tests", "a nuclear test"),
    ("talks_weeks", "talks"),
    ("incidents", "an armed incident that nobody ordered"),
    ("resolutions", "a Council resolution"),
    ("vetoes", "a veto"),
)
MOVED = ("launch_days", "icbm_tests", "talks_weeks", "mean_tension", "icbm_stock")
TOO_FEW = "too few to tell"
OUTSIDE = ">50 %"


def show_run(console: Console, trajectory: Trajectory) -> None:
    """One scenario's futures."""
    outcomes, runs = trajectory.outcomes, trajectory.runs.size
    _head(console, trajectory.scenario, f"{runs:,} futures, seed {trajectory.seed}")
    risk = Risk.of(trajectory, None)
    console.print(f"Of {runs:,} futures")
    for number, what in _frequencies(trajectory, risk):
        console.print(f"  {number:>{len(f'{runs:,}')}}  {what}")
    low, middle, high = outcomes["launch_days"].quantile([0.05, 0.5, 0.95])
    console.print(
        f"Launch days: {middle:.0f} in the middle future, {low:.0f} to {high:.0f} in nine of ten."
    )
    console.print(_paragraph(risk))
    console.print()
    console.print(_run_table(summarise(outcomes)))


def show_comparison(console: Console, comparison: Comparison) -> None:
    """A policy beside its baseline."""
    base, policy = comparison.baseline, comparison.policy
    runs = base.runs.size
    _head(console, base.scenario, f"{runs:,} pairs of futures, seed {base.seed}", policy.scenario)
    risk = Risk.of(base, comparison)
    if risk.moved and not risk.outside:
        console.print(
            f"Risk of confrontation: about {risk.ratio_text} ({risk.ratio_interval}): "
            f"{risk.shift_text} (model-dependent)."
        )
    console.print(risk.sentence)
    if not risk.outside:
        console.print(risk.drawn_text)
        console.print(risk.level_text)
    console.print()
    console.print(f"Of {runs:,} pairs on the same luck")
    for name in MOVED:
        before, after = base.outcomes[name], policy.outcomes[name]
        fell, rose = int((after < before).sum()), int((after > before).sum())
        console.print(f"  {_spoken(name)}: fell in {fell:,}, rose in {rose:,}")
    console.print()
    console.print(_comparison_table(comparison))


def _head(
    console: Console, scenario: Scenario, futures: str, policy: Scenario | None = None
) -> None:
    console.print(HEADER, style="italic")
    title = scenario.title
    if policy is not None:
        title += f"  against  {policy.title}" if policy.title != title else ", changed"
    console.print(title, style="bold")
    span = f"{scenario.weeks} weeks from {scenario.start}"
    marks = " and ".join(s.hash[:8] for s in (scenario, policy) if s is not None)
    console.print(f"{span}, {futures} ({marks})\n", style="dim")


def _frequencies(trajectory: Trajectory, risk: Risk) -> Iterable[tuple[str, str]]:
    """(how many futures, what they see), confrontation first."""
    outcomes, runs = trajectory.outcomes, trajectory.runs.size
    if risk.outside:
        yield "many", "see a direct confrontation drawn: >50 %, outside any observed range"
    else:
        drawn = int(outcomes["confrontation"].sum())
        expected = runs * risk.baseline
        error = runs * risk.baseline_error
        about = f"about {_round(expected)}" + (f" +- {error:.1g}" if error == error else "")
        roads = ", ".join(
            f"{number} {cause.replace('_', ' ')}"
            for cause, number in causes(outcomes).items()
            if number
        )
        by = f" ({roads})" if roads else ""
        yield (
            f"{drawn:,}",
            f"see a direct confrontation drawn{by}; expected from the hazards: {about}",
        )
    for name, what in HAPPENED:
        yield f"{int((outcomes[name] > 0).sum()):,}", f"see {what}"


def _paragraph(risk: Risk) -> str:
    return risk.level_text if risk.outside else f"{risk.level_text} (Model-dependent.)"


def _run_table(summary: pd.DataFrame) -> Table:
    table = _table("outcome", "mean", "+-", "5 %", "95 %", "unit")
    outside = summary.loc["confrontation_risk", "mean"] > 0.5
    for name, row in summary.iterrows():
        if name in ABSOLUTE:
            level = OUTSIDE if outside else risk_in_words(row["mean"])
            cells = [level, "", "", ""]
        else:
            error = "" if math.isnan(row["mcse"]) else f"{row['mcse']:.1g}"
            cells = [figure(row["mean"]), error, figure(row["low"]), figure(row["high"])]
        table.add_row(str(name), *cells, BY_NAME[name].unit)
    table.caption = (
        "mean over futures, +- its Monte-Carlo error; nine futures in ten between 5 % and 95 %"
    )
    return table


def _comparison_table(comparison: Comparison) -> Table:
    table = _table("outcome", "baseline", "policy", "difference", "95 % interval", "changed")
    changed = comparison.runs_changed
    for name, row in comparison.table.iterrows():
        if BY_NAME[name].category:
            continue
        levels = [figure(row["baseline"]), figure(row["policy"])]
        if name in ABSOLUTE:
            levels = [
                OUTSIDE if row[s] > 0.5 else risk_in_words(row[s]) for s in ("baseline", "policy")
            ]
        if not comparison.can_tell(name):
            shift = [TOO_FEW, ""]
        elif name in ABSOLUTE and OUTSIDE in levels:
            shift = ["", ""]
        else:
            shift = [
                f"{figure(row['difference'], True)}",
                f"{figure(row['low'], True)} to {figure(row['high'], True)}",
            ]
        table.add_row(str(name), *levels, *shift, f"{changed[name]:,}")
    table.caption = (
        "means over futures; the difference is paired, run by run; changed: futures that differ"
    )
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, caption_justify="left", header_style="bold")
    for number, column in enumerate(columns):
        right = number > 0 and column != "unit"
        table.add_column(column, justify="right" if right else "left", no_wrap=True)
    return table


def figure(value: float, signed: bool = False) -> str:
    """A number to three digits or so."""
    if math.isnan(value):
        return "-"
    size = abs(value)
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 or size == 0 else 4
    return f"{value:{'+' if signed else ''},.{decimals}f}"


def _round(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.1g}"


def _spoken(name: str) -> str:
    return name.replace("_", " ").replace("icbm", "ICBM").replace("mean ", "mean ")
