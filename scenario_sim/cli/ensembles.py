"""The command `run`: scenarios many times each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scenario_sim.cli import batch, options
from scenario_sim.cli.calibration import (
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
    write_report_file,
)
from scenario_sim.cli.scenario_edits import ScenarioEdits, parse_edits
from scenario_sim.errors import ProblemCollector
from scenario_sim.reporting.messages import DISCLAIMER

if TYPE_CHECKING:
    from scenario_sim.cli.batch_summary import ScenarioSummary
    from scenario_sim.scenario import Scenario

MAX_FULL_SUMMARIES = 10  # more scenarios get one line each


def run(
    names: options.Names,
    runs: options.RunsOrMost = None,
    seed: options.Seed = 0,
    set_: options.Settings = None,
    change: options.Changes = None,
    weeks: options.Weeks = None,
    out: options.Out = None,
    until: options.Until = None,
    csv: options.Csv = False,
    weekly: options.Weekly = False,
    record: options.HistoryFolder = None,
    plugin: options.PluginFiles = None,
    parameters: options.Parameters = None,
    report: options.Report = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
    jobs: options.Jobs = 1,
    cluster: options.Cluster = None,
) -> None:
    """Simulate scenarios many times each, and summarise their futures."""
    runs = options.choose_runs(runs, until)
    problems, loaded = ProblemCollector(options.ERROR_TITLE), []
    with problems.under():
        edits = parse_edits(weeks, set_, change)
    for check in (
        lambda: options.use_history_folder(record),
        lambda: options.check_numbers(runs=runs, seed=seed, jobs=jobs),
        lambda: options.check_cluster(cluster, jobs),
        lambda: options.check_report_path(report, len(names)),
        lambda: options.check_output_given(out, csv, weekly),
    ):
        with problems.under():
            check()
    with problems.under():
        check_goes_with_parameters(parameters, until=until, csv=csv, weekly=weekly)
    with problems.under():
        draws = load_draws(parameters)
    for name in names:
        with problems.under():
            loaded.append(options.load_named_scenario(name, plugin))
    with problems.under():
        target = options.parse_until(until, len(names), loaded)
    problems.raise_if_any()
    scenarios = apply_to_each(edits, loaded)
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
        with stoppable(len(names)):
            run_posterior_draws(batch_options, draws, out, report, json)


def _run_batch(
    batch_options: batch.BatchOptions, out: Path | None, report: Path | None, json: bool
) -> None:
    """Simulate and print; exit with code 1 where a scenario failed."""
    failed, count = 0, len(batch_options.scenarios)
    with stoppable(count) as printed, batch.open_results(batch_options, out) as results:
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


def apply_to_each(edits: ScenarioEdits, scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Return the edited scenarios. Raises ScenarioSimError with the problems of all of them."""
    problems, edited = ProblemCollector(options.ERROR_TITLE), []
    for scenario in scenarios:
        with problems.under():
            edited.append(edits.apply_to(scenario))
    problems.raise_if_any()
    return edited


@contextmanager
def stoppable(count: int, out: Path | None = None) -> Iterator[list[str]]:
    """Let Ctrl-C stop work on `count` scenarios with exit code 130 and a message.

    `out` is the folder that holds complete runs, if any. Yields a list that takes the title of each
    printed scenario. Errors about runs or seeds name their options.
    """
    printed: list[str] = []
    try:
        with options.rename_problem_keys(runs="--runs", seed="--seed"):
            yield printed
    except KeyboardInterrupt:
        if out is not None:
            print_message(f"Stopped. Complete runs are in {out}; the same command resumes.")
        elif printed:
            done = f"{len(printed)} of {count}"
            print_message(f"Stopped after {done}; printed, but not saved: there was no --out.")
        else:
            print_message("Stopped. Nothing was saved.")
        raise typer.Exit(130) from None
