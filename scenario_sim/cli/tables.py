"""Results as a person likes to read them: natural frequencies first, then the whole table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from scenario_sim.cli.output import HEADER
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.scenario.dates import week_start
from scenario_sim.simulation.intervals import Z95, wilson_interval
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME, summarise_outcomes

if TYPE_CHECKING:  # what was kept is told without loading the model
    from scenario_sim.cli.batch_summary import ScenarioSummary
    from scenario_sim.reporting.charts import Risk, TheoryComparison
    from scenario_sim.scenario import Scenario
    from scenario_sim.simulation.comparison import Comparison

ABSOLUTE = ("confrontation_risk", "confrontation")  # their level is a prior: one digit
HAPPENED = {  # outcomes, and how a future that has any of it is spoken of
    "icbm_tests": "an ICBM test or a satellite launch",
    "nuclear_tests": "a nuclear test",
    "talks_weeks": "talks",
    "incidents": "an armed incident that nobody ordered",
    "resolutions": "a Council resolution",
    "vetoes": "a veto",
}
MOVED = {  # outcomes whose direction is told in counts of futures
    "launch_days": "launch days",
    "icbm_tests": "ICBM tests",
    "talks_weeks": "weeks of talks",
    "mean_tension": "mean tensions",
    "icbm_stock": "ICBM stocks",
}
BRIEF = ("launch_days", "icbm_tests", "talks_weeks", "mean_tension")
WIDE = 28  # letters of a title in a line
UNDER = {  # outcomes told theory by theory: heading, scale
    "confrontation_risk": ("risk in 1,000", 1000.0),
    "mean_tension": ("mean tension", 1.0),
    "launch_days": ("launch days", 1.0),
    "talks_weeks": ("weeks of talks", 1.0),
}
TOO_FEW = "too few to tell"
OUTSIDE = ">50 %"
SIGNS = "+- is half of a 95 % interval; in brackets: its ends for counts and percentiles"


def show_run(console: Console, scenario: Scenario, seed: int, answer: ScenarioSummary) -> None:
    """One scenario's futures."""
    _head(console, scenario.title, _futures(answer.runs), seed, scenario)
    console.print(f"Of {_futures(answer.runs)}")
    rows = Table.grid(padding=(0, 1, 0, 1))
    rows.add_column(justify="right", no_wrap=True)
    for row in _frequencies(answer):
        rows.add_row(*row)
    console.print(rows)
    low, middle, high = (_ends(one, ".0f") for one in answer.launch_days)
    console.print(f"Launch days: {middle} in the middle future, {low} to {high} in nine of ten.")
    console.print(answer.level)
    console.print()
    console.print(_run_table(answer))
    console.print(
        f"means over futures; nine futures in ten lie from 5 % to 95 %\n{SIGNS}", style="dim"
    )


def show_run_briefly(scenario: Scenario, answer: ScenarioSummary, head: bool) -> None:
    """One scenario's futures in a line, for when there are many; `head`: the columns' names first."""
    if head:
        print(f"{HEADER} Means over futures; --json tells all of it.\n")
        print(f"{'scenario':<{WIDE}} {'futures':>9}", *(f"{name:>12}" for name in BRIEF), " risk")
    means = (figure(answer.outcomes[name]["mean"]) for name in BRIEF)
    title = scenario.title if len(scenario.title) <= WIDE else f"{scenario.title[: WIDE - 1]}…"
    print(f"{title:<{WIDE}} {answer.runs:>9,}", *(f"{m:>12}" for m in means), f" {answer.risk}")


def show_comparison(console: Console, comparison: Comparison) -> None:
    """A policy beside its baseline: ratio and frequencies, then every outcome."""
    from scenario_sim.reporting.charts import Risk

    base, policy = comparison.baseline, comparison.policy
    runs, title = base.runs.size, base.scenario.title
    other = policy.scenario.title
    _head(
        console,
        f"{title}, changed" if other == title else f"{title}, against: {other}",
        _futures(runs, "pair"),
        base.seed,
        base.scenario,
        policy.scenario,
    )
    for line in _differences(base.scenario, policy.scenario):
        console.print(line)
    _print_risk(console, Risk.of(base, comparison))
    console.print(f"\nOf {_futures(runs, 'pair')} on the same luck")
    for name, what in MOVED.items():
        before, after = base.outcomes[name], policy.outcomes[name]
        fell, rose = int((after < before).sum()), int((after > before).sum())
        moved = f"fall in {_counted(fell, runs)} and rise in {_counted(rose, runs)}"
        told = moved if fell or rose else "are the same in all"
        console.print(f"  {what} {told}")
    console.print()
    console.print(_comparison_table(comparison, wide=console.width >= 95))
    console.print(
        "means over futures; the difference is paired, run by run; changed: futures that differ\n"
        f"{SIGNS}",
        style="dim",
    )


def show_theories(console: Console, found: Sequence[TheoryComparison]) -> None:
    """What the policy changes under each theory."""
    console.print("\nThe same policy under each theory, the model as it is set first")
    table = _table("theory", *(heading for heading, _ in UNDER.values()))
    for one in found:
        table.add_row(one.title, *(_shift(one, name, by) for name, (_, by) in UNDER.items()))
    console.print(table)
    console.print(
        f"paired differences of means; {SIGNS}\n"
        "what each theory sets, and what the record says of it: scenario-sim theories",
        style="dim",
    )


def _shift(one: TheoryComparison, outcome: str, scale: float) -> str:
    by, half, told = one.shift(outcome)
    if not told:
        return "cannot tell"
    return f"{figure(scale * by, True)} +- {_rounded(scale * half)}"


def _print_risk(console: Console, risk: Risk) -> None:
    console.print()
    if risk.moved and not risk.outside:
        console.print(
            f"Risk of confrontation: about {risk.ratio_text} ({risk.ratio_interval}), "
            f"{risk.shift_text} (model-dependent)."
        )
    elif not risk.outside:
        console.print(f"Risk of confrontation: {risk.shift_text}")
    console.print(risk.sentence)
    if not risk.outside:
        console.print(risk.drawn_text)
        console.print(risk.level_text)


def _head(console: Console, title: str, futures: str, seed: int, *scenarios: Scenario) -> None:
    first = scenarios[0]
    marks = " and ".join(scenario.hash[:8] for scenario in scenarios)
    console.print(HEADER, style="italic")
    console.print(title, style="bold", markup=False, highlight=False)
    span = f"{first.weeks} weeks from {first.start}"
    console.print(f"{span}, {futures}, seed {seed} ({marks})\n", style="dim")


def _differences(base: Scenario, policy: Scenario) -> Iterator[str]:
    """Which settings differ, each over time."""
    there = policy.steps()
    changed = {name: steps for name, steps in base.steps().items() if steps != there[name]}
    for name, steps in changed.items():
        paths = (_path(base, steps), _path(policy, there[name]))
        yield f"  {SETTINGS[name].label}: {' -> '.join(paths)}"
    if set(base.without) != set(policy.without):
        lacks = (", ".join(sorted(set(side.without))) or "none" for side in (base, policy))
        yield f"  Mechanisms left out: {' -> '.join(lacks)}"


def _path(scenario: Scenario, steps: list[tuple[int, float]]) -> str:
    (_, first), *later = steps
    moves = (f"{value:g} from {week_start(scenario.start, week)}" for week, value in later)
    return ", ".join((f"{first:g}", *moves))


def _frequencies(answer: ScenarioSummary) -> Iterator[tuple[str, str]]:
    """(how many futures, what they see), confrontation first."""
    runs, risk = answer.runs, answer.outcomes["confrontation_risk"]
    if risk["mean"] > 0.5:
        yield "most", "see a direct confrontation drawn: >50 %, outside any observed range"
    else:
        about = f"about {_rounded(runs * risk['mean'])}"
        if not math.isnan(risk["mcse"]):
            about += f" +- {_rounded(runs * Z95 * risk['mcse'])}"
        yield (
            _counted(answer.futures["confrontation"], runs),
            f"see a direct confrontation drawn; expected from the hazards: {about} (model-dependent)",
        )
        counts = answer.outcomes["confrontation_cause"]
        roads = {cause: number for cause, number in counts.items() if number}
        if roads:
            by = ", ".join(
                f"{_counted(number, runs)} {cause.replace('_', ' ')}"
                for cause, number in roads.items()
            )
            yield "", f"by road: {by}"
    for name, what in HAPPENED.items():
        yield _counted(answer.futures[name], runs), f"see {what}"


def _run_table(answer: ScenarioSummary) -> Table:
    table = _table("outcome", "mean", "5 %", "95 %", "unit")
    for name, row in answer.outcomes.items():
        if OUTCOMES_BY_NAME[name].category:
            continue
        half = Z95 * row["mcse"]
        cells = [_level(name, row["mean"], half, answer.runs, lambda _: answer.risk), "", ""]
        if name not in ABSOLUTE:
            cells[1:] = [_percentile(row, end) for end in ("low", "high")]
        table.add_row(name, *cells, OUTCOMES_BY_NAME[name].unit)
    return table


def _comparison_table(comparison: Comparison, wide: bool) -> Table:
    from scenario_sim.reporting.narrative import describe_risk

    columns = ["outcome", "baseline", "policy", "difference", "95 % interval", "changed"]
    table = _table(*columns[: 6 if wide else 5])
    runs, changed = comparison.baseline.runs.size, comparison.runs_changed
    sides = {"baseline": comparison.baseline, "policy": comparison.policy}
    errors = {side: summarise_outcomes(t.outcomes)["mcse"] for side, t in sides.items()}
    for name, row in comparison.table.iterrows():
        if OUTCOMES_BY_NAME[name].category:
            continue
        levels = [
            _level(name, row[side], Z95 * errors[side][name], runs, describe_risk) for side in sides
        ]
        shift = ["no change" if changed[name] == 0 else TOO_FEW, ""]
        if comparison.can_tell(name):
            low, high = figure(row["low"], True), figure(row["high"], True)
            shift = [figure(row["difference"], True), f"{low} to {high}"]
            if OUTSIDE in levels:
                shift = ["", ""]
        table.add_row(name, *levels, *shift, *[f"{changed[name]:,}"] * wide)
    return table


def _level(name: str, mean: float, half: float, runs: int, said: Callable[[float], str]) -> str:
    """A mean and half of its interval; of the risk one digit only, as it is `said`, and of what was
    drawn the count: its level is a prior."""
    if name in ABSOLUTE and mean > 0.5:
        return OUTSIDE
    if name == "confrontation":
        return f"{_counted(round(runs * mean), runs)} drawn"
    if name == "confrontation_risk":
        return said(mean)
    return figure(mean) if math.isnan(half) else f"{figure(mean)} +- {_rounded(half)}"


def _percentile(row: Mapping[str, float], end: str) -> str:
    found = [float(row[key]) for key in (end, f"{end}_from", f"{end}_to")]
    whole = all(number % 1 == 0 for number in found)
    return _ends(found, f",.{0 if whole else _decimals(found[0])}f")


def _counted(many: int | float, runs: int) -> str:
    """So many futures, and the ends of the interval."""
    return _ends((runs * end for end in wilson_interval(many, runs)), ",.0f")


def _ends(found: Iterable[Any], form: str) -> str:
    """A figure and the ends of its interval."""
    value, low, high = found
    if math.isnan(value):
        return "-"
    ends = "too few" if math.isnan(low + high) else f"{low:{form}} to {high:{form}}"
    return f"{value:{form}} ({ends})"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, caption_justify="left", header_style="bold")
    for number, column in enumerate(columns):
        right = number > 0 and column != "unit"
        table.add_column(column, justify="right" if right else "left", no_wrap=number == 0)
    return table


def figure(value: float, signed: bool = False) -> str:
    """A number to three digits or so."""
    if math.isnan(value):
        return "-"
    return f"{value:{'+' if signed else ''},.{_decimals(value)}f}"


def _decimals(value: float) -> int:
    size = abs(value)
    return next(
        (n for n, least in enumerate((100, 10, 0.1, 0.01)) if size >= least), 4 * (size > 0)
    )


def _futures(runs: int, counted: str = "future") -> str:
    """`1,000 futures`, `1 pair of futures`."""
    many = f"{runs:,} {counted}{'s' * (runs != 1)}"
    return many if counted == "future" else f"{many} of futures"


def _rounded(number: float) -> str:
    """To one digit below 10, whole above."""
    return f"{number:,.0f}" if number >= 10 else f"{float(f'{number:.1g}'):g}"
