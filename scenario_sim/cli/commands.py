"""The commands. Each checks everything first, works then, and prints last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli import analyses, batch, options
from scenario_sim.cli.calibration import calibrate
from scenario_sim.cli.claims import claims, theories
from scenario_sim.cli.docs import docs
from scenario_sim.cli.executors import Cluster, check_cluster
from scenario_sim.cli.game import play
from scenario_sim.cli.output import (
    HEADER,
    make_console,
    print_advice,
    print_json,
    print_message,
    progress,
    simulate_theories,
    write_report_file,
)
from scenario_sim.cli.posterior import (
    Parameters,
    check_goes_with_parameters,
    posterior,
    run_posterior_draws,
)
from scenario_sim.cli.reference import lecture, parameters, schema
from scenario_sim.cli.serve import serve
from scenario_sim.cli.single_run import replay, whatif
from scenario_sim.cli.study_report import report
from scenario_sim.cli.teaching import lesson, lessons, role
from scenario_sim.cli.validation import backtest, facts, record_
from scenario_sim.errors import ScenarioError, ScenarioSimError

if TYPE_CHECKING:
    from scenario_sim.cli.batch_summary import ScenarioSummary
    from scenario_sim.scenario import Scenario

MAX_FULL_SUMMARIES = 10  # scenarios; of more, one line each

app = typer.Typer(
    name="scenario-sim",
    help="A policy-scenario simulator of escalation on the Korean Peninsula. It compares "
    "mechanisms; it does not forecast.",
    epilog="Begin with: scenario-sim list, scenario-sim run status-quo, scenario-sim app",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from scenario_sim.simulation.engine import engine_description, engine_version

        print(f"scenario-sim {engine_version()}\n{engine_description()}")
        raise typer.Exit()


@app.callback()
def _every_command(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Package and engine."),
    ] = False,
) -> None:
    pass


@app.command("list")
def list_() -> None:
    """The scenarios that come along."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from scenario_sim.scenario.files import scenario_cards

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("name", no_wrap=True, style="bold")
    table.add_column("", no_wrap=True)
    table.add_column("title and question", overflow="fold")
    for card in scenario_cards():
        text = Text.assemble(f"{card.title}. ", (card.question, "dim"))
        table.add_row(card.name, card.number, text)
    make_console().print(table)


@app.command()
def show(
    name: options.Name,
    toml: Annotated[bool, typer.Option("--toml", help="As a file to build on.")] = False,
) -> None:
    """What a scenario asks, where it starts and what it changes."""
    scenario = options.load_named_scenario(name)
    if toml:
        from scenario_sim.scenario.files import dump_scenario

        print(dump_scenario(scenario), end="")
        return
    from scenario_sim.cli.card import show_card

    show_card(make_console(), scenario)


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...")], quiet: options.Quiet = False
) -> None:
    """Check scenario files: every problem of every file, with line and cure; and what is odd."""

    def checked(file: str) -> None:
        scenario = options.load_named_scenario(file)
        print(
            f"{file}: fine: {scenario.title}, {scenario.weeks} weeks from {scenario.start} "
            f"({scenario.hash[:8]})"
        )
        if not quiet:
            print_advice(scenario, options.scenario_if_shipped(file, scenario))

    options.each(checked, files)


@app.command()
def run(
    names: options.Names,
    runs: Annotated[
        int | None,
        typer.Option("--runs", metavar="N", help="How many futures: 1000; with --until, at most."),
    ] = None,
    seed: options.Seed = 0,
    set_: options.Settings = None,
    change: options.Changes = None,
    weeks: options.Weeks = None,
    out: batch.Out = None,
    until: batch.UntilOption = None,
    csv: batch.Csv = False,
    weekly: batch.Weekly = False,
    record: options.HistoryFolder = None,
    parameters: Parameters = None,
    report: options.Report = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
    jobs: options.Jobs = 1,
    cluster: Cluster = None,
) -> None:
    """Run scenarios, each many times: what futures do they hold?"""
    many = runs if runs is not None else batch.RUNS_UNTIL if until else batch.RUNS
    edits, _, _, _, _, _, wanted, _, fitted, *loaded = options.all_of(
        lambda: options.parse_edits(weeks, set_, change),
        lambda: options.use_history_folder(record),
        lambda: options.check_numbers(runs=many, seed=seed, jobs=jobs),
        lambda: check_cluster(cluster, jobs),
        lambda: options.check_report_path(report, len(names)),
        lambda: batch.check_output_given(out, csv, weekly),
        lambda: batch.until(until),
        lambda: check_goes_with_parameters(parameters, until=until, csv=csv, weekly=weekly),
        lambda: posterior(parameters),
        *(lambda name=name: options.load_named_scenario(name) for name in names),
    )
    asked = batch.BatchOptions(
        options.each(edits.of, loaded), seed, many, jobs, cluster, wanted, weekly, csv
    )
    if out is not None:
        options.make_output_folder(out)
    if json:
        print_message(HEADER)
    if not quiet:
        for name, shipped, scenario in zip(names, loaded, asked.scenarios, strict=True):
            print_advice(scenario, options.scenario_if_shipped(name, shipped))
    if fitted is not None:
        with _stoppable(len(names)):
            run_posterior_draws(asked, fitted, out, report, json)
        return
    failed = []
    with _stoppable(len(names)) as printed, batch.results(asked, out) as results:
        for scenario, found in results:
            if isinstance(found, str):
                failed.append(scenario.title)
                print_message(f"{scenario.title} failed: {found}")
                continue
            _print_run(scenario, seed, found.answer, json, len(names), not printed)
            if report:
                write_report_file(
                    report, batch.trajectory_with_weeks(scenario, seed, found, jobs), jobs=jobs
                )
            printed.append(scenario.title)
    if failed:
        print_message(f"{len(failed)} of {len(names)} failed; the rest stand above.")
        raise typer.Exit(1)


def _print_run(
    scenario: Scenario, seed: int, answer: ScenarioSummary, json: bool, many: int, first: bool
) -> None:
    if json:
        from scenario_sim.cli.json_output import run_summary

        print_json(run_summary(scenario, seed, answer))
    elif many > MAX_FULL_SUMMARIES:
        from scenario_sim.cli.tables import show_run_briefly

        show_run_briefly(scenario, answer, first)
    else:
        from scenario_sim.cli.tables import show_run

        show_run(make_console(), scenario, seed, answer)


@app.command()
def compare(
    base: options.Name,
    policy: Annotated[str | None, typer.Argument(metavar="[POLICY]")] = None,
    set_: options.Settings = None,
    change: options.Changes = None,
    runs: options.Runs = 1000,
    seed: options.Seed = 0,
    weeks: options.Weeks = None,
    record: options.HistoryFolder = None,
    theories: Annotated[
        bool, typer.Option("--theories", help="And the same under each theory that disagrees.")
    ] = False,
    report: options.Report = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
    jobs: options.Jobs = 1,
) -> None:
    """A policy beside its baseline, on the same luck. --set and --change make the policy."""
    edits, _, _, _, *loaded = options.all_of(
        lambda: options.parse_edits(None, set_, change),
        lambda: options.use_history_folder(record),
        lambda: options.check_numbers(runs=runs, seed=seed, jobs=jobs),
        lambda: options.check_report_path(report),
        *(
            lambda name=name: options.load_named_scenario(name)
            for name in (base, policy)
            if name is not None
        ),
    )
    if policy is None and not edits:
        raise ScenarioSimError(
            "nothing to compare with: name a second scenario, or change this one with --set or "
            "--change, as in --set hotline=0.8"
        )
    length = options.parse_edits(weeks, None, None)
    baseline, other = options.each(length.of, (loaded[0], loaded[-1]))
    other = edits.of(other)
    if not quiet:
        if options.scenario_if_shipped(base, baseline) is None:
            print_advice(baseline)
        print_advice(other, baseline)
    from scenario_sim.simulation.comparison import compare as compared

    with _stoppable(1), progress(f"{baseline.title}, with and without") as bar:
        comparison = compared(baseline, other, runs, seed, jobs=jobs, progress=bar)
    found = None
    if theories:
        with _stoppable(1):
            found = simulate_theories(comparison.baseline, comparison.policy, jobs)
    if json:
        from scenario_sim.cli.json_output import comparison_summary, theories_summary

        print_message(HEADER)
        more = {"theories": theories_summary(found)} if found else {}
        print_json(comparison_summary(comparison) | more)
    else:
        from scenario_sim.cli.tables import show_comparison, show_theories

        show_comparison(make_console(), comparison)
        if found:
            show_theories(make_console(), found)
    if report:
        with _stoppable(1):
            write_report_file(report, comparison.baseline, comparison.policy, jobs, found)


app.command("replay")(replay)
app.command("whatif")(whatif)
app.command("play")(play)
app.command("lecture")(lecture)
app.command("lessons")(lessons)
app.command("lesson")(lesson)
app.command("role")(role)
app.command("parameters")(parameters)
app.command("schema")(schema)
app.command("record")(record_)
app.command("facts")(facts)
app.command("backtest")(backtest)
app.command("claims")(claims)
app.command("theories")(theories)
app.command("calibrate")(calibrate)
app.command("merge")(batch.merge)
analyses.register(app)
app.command("report")(report)
app.command("app")(serve)
app.command("docs")(docs)


@contextmanager
def _stoppable(wanted: int) -> Iterator[list[str]]:
    """Work that Ctrl-C may stop. Yields a list for what has been printed. An error about runs or
    seeds names the option."""
    printed: list[str] = []
    try:
        yield printed
    except ScenarioError as error:
        raise options.renamed(error, runs="--runs", seed="--seed") from None
    except KeyboardInterrupt:
        if printed:
            done = f"{len(printed)} of {wanted}"
            print_message(f"Stopped after {done}; printed, but not kept: there was no --out.")
        else:
            print_message("Stopped. Nothing was kept.")
        raise typer.Exit(130) from None
