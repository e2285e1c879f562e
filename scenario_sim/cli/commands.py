"""The application, and the commands on scenarios: `list`, `show` and `check`."""

from __future__ import annotations

from typing import Annotated

import typer

from scenario_sim.cli import analyses, options, paper
from scenario_sim.cli.calibration import calibrate
from scenario_sim.cli.claims import claims, theories
from scenario_sim.cli.ensembles import compare, run
from scenario_sim.cli.game import play
from scenario_sim.cli.outlook import outlook
from scenario_sim.cli.output import make_console, make_table, print_advice, print_impossible_acts
from scenario_sim.cli.reference import parameters, schema
from scenario_sim.cli.serve import docs, serve
from scenario_sim.cli.single_run import replay, whatif
from scenario_sim.cli.study import study
from scenario_sim.cli.study_folders import merge, report
from scenario_sim.cli.teaching import lecture, lesson, lessons, role
from scenario_sim.cli.validation import backtest, facts, record_
from scenario_sim.errors import ProblemCollector

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


def _print_version(wanted: bool) -> None:
    if wanted:
        from scenario_sim.simulation.engine import engine_description, engine_version

        print(f"scenario-sim {engine_version()}\n{engine_description()}")
        raise typer.Exit()


@app.callback()
def _accept_version(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the versions of package and engine.",
        ),
    ] = False,
) -> None:
    pass


@app.command("list")
def list_() -> None:
    """List the shipped scenarios."""
    from rich.text import Text

    from scenario_sim.scenario.files import scenario_cards

    table = make_table()
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
    toml: Annotated[
        bool, typer.Option("--toml", help="Print the scenario file, to build your own from.")
    ] = False,
) -> None:
    """Show a scenario: its question, its start, and what it changes."""
    scenario = options.load_named_scenario(name)
    if toml:
        from scenario_sim.scenario.files import dump_scenario

        print(dump_scenario(scenario), end="")
        return
    from scenario_sim.cli.reference import show_card

    show_card(make_console(), scenario)


@app.command()
def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Scenario files, or shipped names.")
    ],
    quiet: options.Quiet = False,
) -> None:
    """Check scenario files: print every error with its line and its fix, and unusual settings."""
    problems = ProblemCollector(options.ERROR_TITLE)
    for file in files:
        with problems.under():
            scenario = options.load_named_scenario(file)
            print(
                f"{file}: fine: {scenario.title}, {scenario.weeks} weeks from {scenario.start} "
                f"({scenario.hash[:8]})"
            )
            if not quiet:
                print_advice(scenario, options.scenario_if_shipped(file, scenario))
                print_impossible_acts(scenario, options.scenario_if_shipped(file, scenario))
    problems.raise_if_any()


# In the order of the help page.
app.command("run")(run)
app.command("compare")(compare)
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
app.command("outlook")(outlook)
app.command("claims")(claims)
app.command("theories")(theories)
app.command("calibrate")(calibrate)
app.command("study")(study)
app.command("merge")(merge)
analyses.register(app)
app.command("report")(report)
paper.register(app)
app.command("app")(serve)
app.command("docs")(docs)
