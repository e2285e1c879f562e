"""The option that draws coefficients from a posterior, and what `run` then shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.executors import open_executor
from scenario_sim.cli.output import make_console, print_json, progress, write_report_file
from scenario_sim.errors import Problem

if TYPE_CHECKING:
    from scenario_sim.cli.batch import BatchOptions
    from scenario_sim.validation.calibration.posterior import Posterior
    from scenario_sim.validation.calibration.predictive import PredictiveResult

SHIPPED = "posterior"
Parameters = Annotated[
    str | None,
    typer.Option(
        "--parameters",
        metavar="posterior|DIR",
        help="Draw coefficients from the posterior that comes along, or from `calibrate --out DIR`.",
    ),
]


def posterior(said: str | None) -> Posterior | None:
    """The draws that --parameters asks for. Raises ScenarioError."""
    if said is None:
        return None
    from scenario_sim.validation.calibration.posterior import load_posterior

    return load_posterior(None if said == SHIPPED else said)


def show_futures(found: PredictiveResult, json: bool) -> None:
    """Luck alone, and luck with coefficients drawn, side by side."""
    if json:
        plain = {
            "scenario": found.scenario.title, "seed": found.seed, "draws": found.draws,
            "runs_a_draw": found.runs, "outcomes": found.table.to_dict("index"),
        }  # fmt: skip
        print_json(plain)
        return
    from rich import box
    from rich.table import Table

    from scenario_sim.reporting.calibration import format_posterior_row

    title = f"{found.scenario.title}: luck alone, and with coefficients drawn from the posterior"
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title)
    columns = ("luck alone", "nine in ten", "with draws", "nine in ten", "from draws")
    for name in ("outcome", *columns):
        table.add_column(name, justify="left" if name == "outcome" else "right", no_wrap=True)
    for name, row in found.shown():
        table.add_row(name.replace("_", " "), *format_posterior_row(name, row))
    make_console().print(table)
    print(
        f"With draws: {found.draws} of the posterior, {found.runs} futures each. Luck alone: as many at the "
        "draw that\nmisses the record least. From draws: the share of the variance that not knowing the "
        "coefficients makes;\npolicies, structure and what was not fitted are held."
    )


def check_goes_with_parameters(parameters: str | None, **others: object) -> None:
    """Raises BadOptions where --parameters meets options that it does not go with."""
    text = "does not go with --parameters; leave out one of the two"
    problems = [Problem(f"--{name}", text) for name, value in others.items() if value]
    if parameters is not None and problems:
        raise options.OptionsError(problems)


def run_posterior_draws(
    asked: BatchOptions, found: Posterior, out: Path | None, report: Path | None, json: bool
) -> None:
    """`run --parameters`: each scenario under draws of coefficients."""
    from scenario_sim.validation.calibration.predictive import simulate_predictive

    for scenario in asked.scenarios:
        with open_executor(asked.jobs, asked.cluster) as executor, progress(scenario.title) as bar:
            doing = executor if asked.jobs > 1 or asked.cluster else None
            told = simulate_predictive(
                scenario, found, asked.runs, asked.seed, out=out, executor=doing, progress=bar
            )
        show_futures(told, json)
        if report:
            from scenario_sim.reporting.calibration import posterior_section

            write_report_file(report, told.luck(), jobs=asked.jobs, parts=[posterior_section(told)])
