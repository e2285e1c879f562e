"""Commands that simulate ensembles: `run` and `compare`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario_sim.cli import batch, options
from scenario_sim.cli.calibration import (
    Parameters,
    check_goes_with_parameters,
    load_draws,
    run_posterior_draws,
)
from scenario_sim.cli.output import (
    make_console,
    print_advice,
    print_impossible_acts,
    print_message,
    print_output,
    progress_bar,
    simulate_theories,
    write_report_file,
)
from scenario_sim.cli.scenario_edits import ScenarioEdits, parse_edits
from scenario_sim.cli.why import explain_comparison, explanation_summary, show_explanation
from scenario_sim.errors import ProblemCollector, ScenarioSimError
from scenario_sim.reporting.messages import DISCLAIMER

if TYPE_CHECKING:
    from scenario_sim.cli.batch_summary import ScenarioSummary
    from scenario_sim.reporting.charts import TheoryComparison
    from scenario_sim.scenario import Scenario
    from scenario_sim.simulation.change_explanation import ChangeExplanation
    from scenario_sim.simulation.comparison import Comparison

MAX_FULL_SUMMARIES = 10  # more scenarios get one line each


def run(
    names: options.Names,
    runs: Annotated[
        int | None,
        typer.Option(
            "--runs", metavar="N", help="Number of futures: 1000; with --until the maximum."
        ),
    ] = None,
    seed: options.Seed = 0,
    set_: options.Settings = None,
    change: options.Changes = None,
    weeks: options.Weeks = None,
    out: options.Out = None,
    until: batch.UntilOption = None,
    csv: batch.Csv = False,
    weekly: batch.Weekly = False,
    record: options.HistoryFolder = None,
    parameters: Parameters = None,
    report: options.Report = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
    jobs: options.Jobs = 1,
    cluster: options.Cluster = None,
) -> None:
    """Simulate scenarios many times each, and summarise their futures."""
    if runs is None:
        runs = batch.MAX_RUNS_UNTIL if until else batch.DEFAULT_RUNS
    problems, loaded = ProblemCollector(options.ERROR_TITLE), []
    with problems.under():
        edits = parse_edits(weeks, set_, change)
    for check in (
        lambda: options.use_history_folder(record),
        lambda: options.check_numbers(runs=runs, seed=seed, jobs=jobs),
        lambda: options.check_cluster(cluster, jobs),
        lambda: options.check_report_path(report, len(names)),
        lambda: batch.check_output_given(out, csv, weekly),
    ):
        with problems.under():
            check()
    with problems.under():
        target = batch.parse_until(until)
    with problems.under():
        check_goes_with_parameters(parameters, until=until, csv=csv, weekly=weekly)
    with problems.under():
        draws = load_draws(parameters)
    for name in names:
        with problems.under():
            loaded.append(options.load_named_scenario(name))
    problems.raise_if_any()
    scenarios = _apply_to_each(edits, loaded)
    batch_options = batch.BatchOptions(scenarios, seed, runs, jobs, cluster, target, weekly, csv)
    if out is not None:
        options.make_output_folder(out)
    if json:
        print_message(DISCLAIMER)
    if not quiet:
        for name, shipped, scenario in zip(names, loaded, scenarios, strict=True):
            print_advice(scenario, options.scenario_if_shipped(name, shipped))
            print_impossible_acts(scenario, options.scenario_if_shipped(name, shipped))
    if draws is None:
        _run_batch(batch_options, out, report, json)
    else:
        with _stoppable(len(names)):
            run_posterior_draws(batch_options, draws, out, report, json)


def _run_batch(
    batch_options: batch.BatchOptions, out: Path | None, report: Path | None, json: bool
) -> None:
    """Simulate and print; exit with code 1 where a scenario failed."""
    failed, count = 0, len(batch_options.scenarios)
    with _stoppable(count) as printed, batch.open_results(batch_options, out) as results:
        for scenario, result in results:
            if isinstance(result, str):
                failed += 1
                print_message(f"{scenario.title} failed: {result}")
                continue
            _print_summary(scenario, batch_options.seed, result.summary, json, count, not printed)
            if report:
                weekly = batch.trajectory_with_weeks(
                    scenario, batch_options.seed, result, batch_options.jobs
                )
                write_report_file(report, weekly, jobs=batch_options.jobs)
            printed.append(scenario.title)
    if failed:
        print_message(f"{failed} of {count} failed; the rest stand above.")
        raise typer.Exit(1)


def _print_summary(
    scenario: Scenario, seed: int, summary: ScenarioSummary, json: bool, count: int, first: bool
) -> None:
    if json:
        from scenario_sim.cli.json_models.ensembles import EnsembleOutput
        from scenario_sim.cli.json_output import run_summary

        print_output(EnsembleOutput, run_summary(scenario, seed, summary))
    elif count > MAX_FULL_SUMMARIES:
        from scenario_sim.cli.tables import show_run_briefly

        show_run_briefly(scenario, summary, first)
    else:
        from scenario_sim.cli.tables import show_run

        show_run(make_console(), scenario, seed, summary)


def compare(
    base: options.Name,
    policy: Annotated[
        str | None,
        typer.Argument(metavar="[POLICY]", help="Scenario to compare with; also a name or a file."),
    ] = None,
    set_: options.Settings = None,
    change: options.Changes = None,
    runs: options.Runs = 1000,
    seed: options.Seed = 0,
    weeks: options.Weeks = None,
    record: options.HistoryFolder = None,
    theories: Annotated[
        bool, typer.Option("--theories", help="Repeat the comparison under each rival theory.")
    ] = False,
    why: Annotated[
        bool,
        typer.Option("--why", help="Say through which links the policy reaches the risk."),
    ] = False,
    cut: Annotated[
        list[str] | None,
        typer.Option(
            "--cut", metavar="LINK", help="Cut a link of --why on both sides. Repeatable."
        ),
    ] = None,
    report: options.Report = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
    jobs: options.Jobs = 1,
) -> None:
    """Compare a policy with its baseline on the same random draws.

    --set and --change apply to the policy; without POLICY they make it from the baseline.
    """
    problems, loaded = ProblemCollector(options.ERROR_TITLE), []
    with problems.under():
        edits = parse_edits(None, set_, change)
    with problems.under():
        options.use_history_folder(record)
    with problems.under():
        options.check_numbers(runs=runs, seed=seed, jobs=jobs)
    with problems.under():
        options.check_report_path(report)
    for name in filter(None, (base, policy)):
        with problems.under():
            loaded.append(options.load_named_scenario(name))
    problems.raise_if_any()
    if policy is None and not edits:
        raise ScenarioSimError(
            "nothing to compare with: name a second scenario, or change this one with --set or "
            "--change, as in --set hotline=0.8"
        )
    length = parse_edits(weeks, None, None)
    baseline, other = _apply_to_each(length, (loaded[0], loaded[-1]))
    other = edits.apply_to(other)
    with options.attribute_problems_to("--cut"):
        baseline, other = (side.with_mechanisms_off(*(cut or ())) for side in (baseline, other))
    if not quiet:
        if options.scenario_if_shipped(base, baseline) is None:
            print_advice(baseline)
        print_advice(other, baseline)
    from scenario_sim.simulation import comparison

    with _stoppable(1):
        with progress_bar(f"{baseline.title}, with and without") as bar:
            found = comparison.compare(baseline, other, runs, seed, jobs=jobs, progress=bar)
        shown = theories or report or not (json or quiet)
        under = simulate_theories(found.baseline, found.policy, jobs) if shown else None
        reasons = explain_comparison(found) if why else None
    _print_comparison(found, under, reasons, json, theories)
    if report:
        with _stoppable(1):
            write_report_file(report, found.baseline, found.policy, jobs, under, why=reasons)


def _print_comparison(
    comparison: Comparison,
    theories: Sequence[TheoryComparison] | None,
    why: ChangeExplanation | None,
    json: bool,
    every_theory: bool,
) -> None:
    """Print the comparison, and in how many theories it has the same sign; or print JSON."""
    if json:
        from scenario_sim.cli.json_models.ensembles import CompareOutput
        from scenario_sim.cli.json_output import comparison_summary, theories_summary

        print_message(DISCLAIMER)
        more: dict[str, Any] = (
            {"theories": theories_summary(theories)} if theories and every_theory else {}
        )
        more |= {"why": explanation_summary(why)} if why else {}
        print_output(CompareOutput, comparison_summary(comparison) | more)
        return
    from scenario_sim.cli.tables import show_agreement, show_comparison, show_theories

    show_comparison(make_console(), comparison)
    if theories and every_theory:
        show_theories(make_console(), theories)
    elif theories:
        show_agreement(make_console(), theories)
    if why:
        show_explanation(make_console(), why)


def _apply_to_each(edits: ScenarioEdits, scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Return the edited scenarios. Raises ScenarioSimError with the problems of all of them."""
    problems, edited = ProblemCollector(options.ERROR_TITLE), []
    for scenario in scenarios:
        with problems.under():
            edited.append(edits.apply_to(scenario))
    problems.raise_if_any()
    return edited


@contextmanager
def _stoppable(count: int) -> Iterator[list[str]]:
    """Let Ctrl-C stop work on `count` scenarios with exit code 130 and a message.

    Yields a list that takes the title of each printed scenario. Errors about runs or seeds name
    their options.
    """
    printed: list[str] = []
    try:
        with options.rename_problem_keys(runs="--runs", seed="--seed"):
            yield printed
    except KeyboardInterrupt:
        if printed:
            done = f"{len(printed)} of {count}"
            print_message(f"Stopped after {done}; printed, but not saved: there was no --out.")
        else:
            print_message("Stopped. Nothing was saved.")
        raise typer.Exit(130) from None
