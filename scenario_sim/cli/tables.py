"""Results for the terminal: natural frequencies first, then the table of all outcomes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.reporting.messages import DISCLAIMER
from scenario_sim.scenario.dates import week_start
from scenario_sim.simulation.intervals import Z95, wilson_interval
from scenario_sim.simulation.outcomes import ABSOLUTE_RISKS, MAX_OBSERVED_RISK, OUTCOMES_BY_NAME

if TYPE_CHECKING:  # a saved summary is printed without loading the model
    from scenario_sim.cli.batch_summary import ScenarioSummary
    from scenario_sim.reporting.charts import Risk, TheoryComparison
    from scenario_sim.scenario import Scenario
    from scenario_sim.simulation.comparison import Comparison

EVENT_PHRASES = {  # what a future with any of an outcome sees
    "icbm_tests": "an ICBM test",
    "satellite_launches": "a satellite launch",
    "new_weapons": "a new weapon's first flight",
    "nuclear_tests": "a nuclear test",
    "talks_weeks": "talks",
    "incidents": "an armed incident that nobody ordered",
    "resolutions": "a Council resolution",
    "vetoes": "a veto",
}
DIRECTION_NAMES = {  # outcomes whose direction is counted in futures
    "launch_days": "launch days",
    "icbm_tests": "ICBM tests",
    "talks_weeks": "weeks of talks",
    "mean_tension": "mean tensions",
    "icbm_stock": "ICBM stocks",
}
BRIEF_OUTCOMES = ("launch_days", "icbm_tests", "talks_weeks", "mean_tension")
MAX_TITLE_CHARS = 28
THEORY_OUTCOMES = {  # outcomes compared under each theory: heading, scale
    "confrontation_risk": ("risk in 1,000", 1000.0),
    "mean_tension": ("mean tension", 1.0),
    "launch_days": ("launch days", 1.0),
    "talks_weeks": ("weeks of talks", 1.0),
}
ABOVE_RANGE = ">50 %"
INTERVAL_NOTE = "+- is half of a 95 % interval; in brackets: its ends for counts and percentiles"


def show_run(console: Console, scenario: Scenario, seed: int, summary: ScenarioSummary) -> None:
    """Print the summary of one scenario's futures."""
    details = f"{_futures(summary.runs)}, seed {seed}"
    print_heading(console, scenario.title, details, scenario)
    console.print(f"Of {_futures(summary.runs)}")
    rows = Table.grid(padding=(0, 1, 0, 1))
    rows.add_column(justify="right", no_wrap=True)
    for row in _frequencies(summary):
        rows.add_row(*row)
    console.print(rows)
    low, middle, high = (_ends(one, ".0f") for one in summary.launch_days)
    console.print(f"Launch days: {middle} in the middle future, {low} to {high} in nine of ten.")
    console.print(summary.level)
    console.print()
    console.print(_run_table(scenario, summary))
    console.print(
        f"means over futures; nine futures in ten lie from 5 % to 95 %\n{INTERVAL_NOTE}",
        style="dim",
    )


def show_run_briefly(scenario: Scenario, summary: ScenarioSummary, head: bool) -> None:
    """Print the summary in one line; `head` prints the names of the columns first."""
    if head:
        print(f"{DISCLAIMER} Means over futures; --json tells all of it.\n")
        print(
            f"{'scenario':<{MAX_TITLE_CHARS}} {'futures':>9}",
            *(f"{name:>12}" for name in BRIEF_OUTCOMES),
            " risk",
        )
    means = (format_three_digits(summary.outcomes[name]["mean"]) for name in BRIEF_OUTCOMES)
    title = (
        scenario.title
        if len(scenario.title) <= MAX_TITLE_CHARS
        else f"{scenario.title[: MAX_TITLE_CHARS - 1]}…"
    )
    print(
        f"{title:<{MAX_TITLE_CHARS}} {summary.runs:>9,}",
        *(f"{m:>12}" for m in means),
        f" {summary.risk}",
    )


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Print a policy beside its baseline: ratio and frequencies, then every outcome."""
    from scenario_sim.reporting.charts import Risk

    base, policy = comparison.baseline, comparison.policy
    runs, title = base.runs.size, base.scenario.title
    other = policy.scenario.title
    print_heading(
        console,
        f"{title}, changed" if other == title else f"{title}, against: {other}",
        f"{_futures(runs, 'pair')}, seed {base.seed}",
        base.scenario,
        policy.scenario,
    )
    for line in _differences(base.scenario, policy.scenario):
        console.print(line)
    _print_risk(console, Risk.of(base, comparison))
    console.print(f"\nOf {_futures(runs, 'pair')} on the same luck")
    for name, what in DIRECTION_NAMES.items():
        before, after = base.outcomes[name], policy.outcomes[name]
        fell, rose = int((after < before).sum()), int((after > before).sum())
        moved = f"fall in {_counted(fell, runs)} and rise in {_counted(rose, runs)}"
        text = moved if fell or rose else "are the same in all"
        console.print(f"  {what} {text}")
    console.print()
    console.print(_comparison_table(comparison, wide=console.width >= 95))
    console.print(
        "means over futures; the difference is paired, run by run; changed: futures that differ\n"
        f"{INTERVAL_NOTE}",
        style="dim",
    )


def show_theories(console: Console, found: Sequence[TheoryComparison]) -> None:
    """Print the paired differences of two sides under each theory."""
    console.print("\nThe same comparison under each theory, the model as it is set first")
    table = _table("theory", *(heading for heading, _ in THEORY_OUTCOMES.values()))
    for one in found:
        table.add_row(
            one.title, *(_shift(one, name, by) for name, (_, by) in THEORY_OUTCOMES.items())
        )
    console.print(table)
    console.print(
        f"paired differences of means; {INTERVAL_NOTE}\n"
        "what each theory sets, and what the record says of it: scenario-sim theories",
        style="dim",
    )


def show_agreement(
    console: Console, found: Sequence[TheoryComparison], who: tuple[str, str] | None = None
) -> None:
    """Say in how many theories a policy (or `who`) has the same sign, and under which not."""
    from scenario_sim.reporting.charts import describe_agreement
    from scenario_sim.reporting.messages import THEORY_OF

    console.print()
    for outcome in THEORY_OF:
        console.print(describe_agreement(outcome, found, who))


def _shift(one: TheoryComparison, outcome: str, scale: float) -> str:
    difference, half, can_tell = one.shift(outcome)
    if not can_tell:
        return "cannot tell"
    return f"{format_three_digits(scale * difference, True)} +- {_rounded(scale * half)}"


def _print_risk(console: Console, risk: Risk) -> None:
    console.print()
    console.print(risk.sentence)
    if not risk.outside:
        for line in risk.details:
            console.print(line, style="dim", highlight=False)


def print_heading(console: Console, title: str, details: str, *scenarios: Scenario) -> None:
    """Print the disclaimer, a title, and a line with weeks, details and hashes.

    Parameters
    ----------
    console : Console
        Console to print on.
    title : str
        Title of the results.
    details : str
        Numbers of runs or cells, and the seed.
    *scenarios : Scenario
        Scenarios of the results; the first one gives weeks and start.
    """
    first = scenarios[0]
    marks = " and ".join(scenario.hash[:8] for scenario in scenarios)
    console.print(DISCLAIMER, style="italic")
    console.print(title, style="bold", markup=False, highlight=False)
    span = f"{first.weeks} weeks from {first.start}"
    console.print(f"{span}, {details} ({marks})\n", style="dim")


def _differences(base: Scenario, policy: Scenario) -> Iterator[str]:
    """Yield the settings that differ, each over time."""
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


def _frequencies(summary: ScenarioSummary) -> Iterator[tuple[str, str]]:
    """Yield pairs of a number of futures and what they see, confrontation first."""
    runs, risk = summary.runs, summary.outcomes["confrontation_risk"]
    if risk["mean"] > MAX_OBSERVED_RISK:
        yield "most", "see a direct confrontation drawn: >50 %, outside any observed range"
    else:
        about = f"about {_rounded(runs * risk['mean'])}"
        if not math.isnan(risk["mcse"]):
            about += f" +- {_rounded(runs * Z95 * risk['mcse'])}"
        yield (
            _counted(summary.futures["confrontation"], runs),
            f"see a direct confrontation drawn; expected from the hazards: {about} (model-dependent)",
        )
        counts = summary.outcomes["confrontation_cause"]
        roads = {cause: number for cause, number in counts.items() if number}
        if roads:
            by = ", ".join(
                f"{_counted(number, runs)} {cause.replace('_', ' ')}"
                for cause, number in roads.items()
            )
            yield "", f"by road: {by}"
    for name, what in EVENT_PHRASES.items():
        yield _counted(summary.futures[name], runs), f"see {what}"


def _run_table(scenario: Scenario, summary: ScenarioSummary) -> Table:
    table = _table("outcome", "mean", "5 %", "95 %", "unit")
    units = {own.name: own.unit for own in scenario.plugins.outcomes}
    for name, row in summary.outcomes.items():
        known = OUTCOMES_BY_NAME.get(name)
        if known and known.category:
            continue
        half = Z95 * row["mcse"]
        cells = [_level(name, row["mean"], half, summary.runs, lambda _: summary.risk), "", ""]
        if name not in ABSOLUTE_RISKS:
            cells[1:] = [_percentile(row, end) for end in ("p5", "p95")]
        table.add_row(name, *cells, known.unit if known else units[name])
    return table


def _comparison_table(comparison: Comparison, wide: bool) -> Table:
    from scenario_sim.reporting.narrative import describe_risk
    from scenario_sim.reporting.outcome_table import comparison_rows

    columns = ["outcome", "baseline", "policy", "difference", "95 % interval", "changed"]
    table = _table(*columns[: 6 if wide else 5])
    for row in comparison_rows(comparison):
        if row.outcome.category:
            continue
        baseline, policy = (
            _level(row.name, mean, half, row.runs, describe_risk)
            for mean, half in (
                (row.baseline, row.baseline_half),
                (row.policy, row.policy_half),
            )
        )
        change = row.change_cells(partial(format_three_digits, signed=True))
        table.add_row(row.name, baseline, policy, *change, *[f"{row.runs_changed:,}"] * wide)
    return table


def _level(
    name: str, mean: float, half: float, runs: int, describe_risk: Callable[[float], str]
) -> str:
    """Return a mean with half of its 95 % interval, as text.

    The risk is a prior: `describe_risk` gives it one digit. A confrontation is a count of draws.
    """
    if name in ABSOLUTE_RISKS and mean > MAX_OBSERVED_RISK:
        return ABOVE_RANGE
    if name == "confrontation":
        return f"{_counted(round(runs * mean), runs)} drawn"
    if name == "confrontation_risk":
        return describe_risk(mean)
    return (
        format_three_digits(mean)
        if math.isnan(half)
        else f"{format_three_digits(mean)} +- {_rounded(half)}"
    )


def _percentile(row: Mapping[str, float], end: str) -> str:
    found = [float(row[key]) for key in (end, f"{end}_low", f"{end}_high")]
    whole = all(number % 1 == 0 for number in found)
    return _ends(found, f",.{0 if whole else _decimals(found[0])}f")


def _counted(many: int | float, runs: int) -> str:
    """Return a number of futures and its 95 % interval, as text."""
    return _ends((runs * end for end in wilson_interval(many, runs)), ",.0f")


def _ends(found: Iterable[Any], form: str) -> str:
    """Return a number and the ends of its interval, as text."""
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


def format_three_digits(value: float, signed: bool = False) -> str:
    """Format a number to about three digits."""
    if math.isnan(value):
        return "-"
    return f"{value:{'+' if signed else ''},.{_decimals(value)}f}"


def _decimals(value: float) -> int:
    size = abs(value)
    return next(
        (n for n, least in enumerate((100, 10, 0.1, 0.01)) if size >= least), 4 * (size > 0)
    )


def _futures(runs: int, counted: str = "future") -> str:
    """Return `1,000 futures` or `1 pair of futures`."""
    many = f"{runs:,} {counted}{'s' * (runs != 1)}"
    return many if counted == "future" else f"{many} of futures"


def _rounded(number: float) -> str:
    """Format a number to one digit below 10, whole above."""
    return f"{number:,.0f}" if number >= 10 else f"{float(f'{number:.1g}'):g}"
