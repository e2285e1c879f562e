"""The application: its commands in the order of the help page."""

from __future__ import annotations

from typing import Annotated

import typer

from scenario_sim.cli import analyses, paper
from scenario_sim.cli.calibration import calibrate
from scenario_sim.cli.claims import claims, theories
from scenario_sim.cli.comparison import compare
from scenario_sim.cli.doctor import doctor
from scenario_sim.cli.ensembles import run
from scenario_sim.cli.game import play
from scenario_sim.cli.outlook import outlook
from scenario_sim.cli.output import set_up_logging
from scenario_sim.cli.reference import parameters, schema
from scenario_sim.cli.scenarios import check, list_, show
from scenario_sim.cli.serve import docs, serve
from scenario_sim.cli.single_run import replay, whatif
from scenario_sim.cli.study import study
from scenario_sim.cli.study_folders import merge, report
from scenario_sim.cli.teaching import lecture, lesson, lessons, role
from scenario_sim.cli.validation import backtest, facts, record_

app = typer.Typer(
    name="scenario-sim",
    help="A policy-scenario simulator of escalation on the Korean Peninsula. It compares "
    "mechanisms; it does not forecast.",
    epilog="Begin with: scenario-sim list, scenario-sim run status-quo, scenario-sim app",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from scenario_sim.simulation.engine import engine_description, engine_version

        print(f"scenario-sim {engine_version()}\n{engine_description()}")
        raise typer.Exit()


@app.callback()
def _accept_options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the versions of package and engine.",
        ),
    ] = False,
    verbose: Annotated[
        int,
        typer.Option(
            "--verbose",
            "-v",
            count=True,
            help="Before the command: log what is done; -vv logs every block of runs.",
        ),
    ] = 0,
) -> None:
    set_up_logging(verbose)


# In the order of the help page.
app.command("list")(list_)
app.command("show")(show)
app.command("check")(check)
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
app.command("doctor")(doctor)
