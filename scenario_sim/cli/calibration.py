"""Fitted coefficients: the command `calibrate`, and `run --parameters`."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import (
    make_console,
    make_table,
    print_message,
    print_output,
    progress_bar,
    study_progress,
    write_report_file,
)
from scenario_sim.errors import Problem, ProblemCollector

if TYPE_CHECKING:
    from scenario_sim.cli.batch import BatchOptions
    from scenario_sim.validation.calibration.paired_predictive import PairedPredictive
    from scenario_sim.validation.calibration.posterior import Posterior
    from scenario_sim.validation.calibration.predictive import PredictiveResult

SHIPPED = "posterior"


def load_draws(source: str | None) -> Posterior | None:
    """Load the posterior of --parameters. Raises ScenarioError."""
    if source is None:
        return None
    from scenario_sim.validation.calibration.posterior import load_posterior

    return load_posterior(None if source == SHIPPED else source)


def check_goes_with_parameters(parameters: str | None, **others: object) -> None:
    """Raise OptionsError for options that cannot be combined with --parameters."""
    text = "does not go with --parameters; leave out one of the two"
    problems = [Problem(f"--{name}", text) for name, value in others.items() if value]
    if parameters is not None and problems:
        raise options.OptionsError(problems)


def run_posterior_draws(
    batch: BatchOptions, draws: Posterior, out: Path | None, report: Path | None, json: bool
) -> None:
    """Simulate and print each scenario under draws of coefficients: `run --parameters`.

    Parameters
    ----------
    batch : BatchOptions
        Scenarios, runs, seed and threads.
    draws : Posterior
        Posterior to draw from.
    out : Path, optional
        Folder that saves the cells.
    report : Path, optional
        File of the HTML report.
    json : bool
        Print JSON instead of a table.
    """
    from scenario_sim.validation.calibration.predictive import simulate_predictive

    parallel = batch.jobs > 1 or batch.cluster is not None
    for scenario in batch.scenarios:
        with (
            options.open_executor(batch.jobs, batch.cluster) as executor,
            progress_bar(scenario.title) as bar,
        ):
            found = simulate_predictive(
                scenario, draws, batch.runs, batch.seed, out=out,
                executor=executor if parallel else None, progress=bar,
            )  # fmt: skip
        _show_predictive(found, json)
        if report:
            from scenario_sim.reporting.calibration import posterior_section

            parts = [posterior_section(found)]
            write_report_file(report, found.luck(), jobs=batch.jobs, parts=parts)


def _show_predictive(found: PredictiveResult, json: bool) -> None:
    """Print the spread from random draws alone beside that from drawn coefficients as well."""
    if json:
        from scenario_sim.cli.json_models.ensembles import PosteriorOutput
        from scenario_sim.simulation.trajectory import provenance

        draws = {"draws": found.draws, "runs_a_draw": found.runs}
        header = provenance(found.scenario, found.seed, found.draws * found.runs)
        outcomes = found.table.to_dict("index")
        print_output(PosteriorOutput, header | draws | {"outcomes": outcomes})
        return
    from scenario_sim.reporting.calibration import format_posterior_row

    title = f"{found.scenario.title}: luck alone, and with coefficients drawn from the posterior"
    columns = ("luck alone", "nine in ten", "with draws", "nine in ten", "from draws")
    table = make_table(["outcome"], columns, no_wrap=True, title=title)
    for name, row in found.shown():
        table.add_row(name.replace("_", " "), *format_posterior_row(name, row))
    make_console().print(table)
    print(
        f"With draws: {found.draws} draws from the posterior, {found.runs} futures each. Luck alone: as "
        "many futures\nat the draw with the least misfit. From draws: the share of the variance that "
        "uncertain coefficients\nmake. Policies, structure and coefficients that were not fitted are "
        "held fixed."
    )


def show_posterior_comparison(found: PairedPredictive) -> None:
    """Print the differences by random draws alone beside those under draws of coefficients."""
    from scenario_sim.cli.tables import format_three_digits, print_heading

    console, form = make_console(), partial(format_three_digits, signed=True)
    title = f"{found.policy.title} less its baseline, {found.baseline.title}"
    details = f"{found.draws} draws of {found.runs:,} paired futures, seed {found.seed}"
    print_heading(console, title, details, found.policy)
    columns = ("best draw", "95 %", "all draws", "95 %", "9 in 10")
    table = make_table(["outcome"], [*columns, "above 0"], no_wrap=True)
    for name, row in found.table.dropna(subset=["best", "difference"]).iterrows():
        ends = (("best_low", "best_high"), ("low", "high"), ("p5", "p95"))
        alone, mean, band = (f"{form(row[a])} to {form(row[b])}" for a, b in ends)
        share = f"{row['share_above_zero']:.0%}"
        table.add_row(
            str(name), form(row["best"]), alone, form(row["difference"]), mean, band, share
        )
    console.print(table)
    console.print(
        "best draw: by luck alone, at the coefficients with the least misfit; 95 %: interval of the mean\n"
        "before it; 9 in 10 of the draws; above 0: share of the draws with more of it",
        style="dim",
    )


def calibrate(
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="DIR", help="Save the search here. The same command resumes from it."
        ),
    ],
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Fit in less than a minute: coarser, tried on fewer records."),
    ] = False,
    points: Annotated[
        int | None,
        typer.Option("--points", metavar="N", help="Number of points of the prior to simulate."),
    ] = None,
    runs: Annotated[
        int | None, typer.Option("--runs", metavar="N", help="Number of futures of each point.")
    ] = None,
    walkers: Annotated[
        int | None, typer.Option("--walkers", metavar="N", help="Number of walkers of an ensemble.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option("--steps", metavar="N", help="Number of steps of every walker.")
    ] = None,
    sets: Annotated[
        int | None,
        typer.Option("--sets", metavar="N", help="Number of the model's own records to try it on."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="NAME", help="Fit this coefficient in place of the usual. Repeatable."
        ),
    ] = None,
    neural: Annotated[
        bool,
        typer.Option("--neural", help="Add a second opinion: a neural posterior (needs sbi)."),
    ] = False,
    seed: options.Seed = 0,
    jobs: options.Jobs = 2,
    folder: options.HistoryFolder = None,
    json: options.Json = False,
) -> None:
    """Fit the coefficients that the record moves to the months until 2019-12."""
    problems = ProblemCollector(options.ERROR_TITLE)
    with problems.under():
        options.check_numbers(seed=seed, jobs=jobs)
    with problems.under():
        options.use_history_folder(folder)
    problems.raise_if_any()
    from scenario_sim.validation.calibration.sampler import FULL, QUICK, SearchSize, fit_posterior

    given = {"points": points, "runs": runs, "walkers": walkers, "steps": steps, "sets": sets}
    changed = {name: value for name, value in given.items() if value is not None}
    size = SearchSize(**(asdict(QUICK if quick else FULL) | changed))
    path = options.make_output_folder(out)
    try:
        with study_progress("Calibrating") as (progress, _):
            found = fit_posterior(
                path, size, seed, only=only or (), jobs=jobs, neural=neural, progress=progress
            )
    except KeyboardInterrupt:
        print_message(
            f"Stopped. The simulated points are saved in {out}; the same command resumes."
        )
        raise typer.Exit(130) from None
    print_message(f"Written: {out / 'posterior.csv'}, {out / 'posterior.toml'}")
    if json:
        from scenario_sim.cli.json_models.validation import CalibrateOutput

        print_output(CalibrateOutput, found.manifest, indent=2)
    else:
        _show_posterior(found)


def _show_posterior(found: Posterior) -> None:
    """Print prior and posterior of each coefficient, and the diagnostics of the fit."""
    from scenario_sim.validation.calibration.diagnostics import posterior_ranges

    columns = ["set", "bounds", "nine in ten", "median", "width", "ESS", "R-hat"]
    table = make_table(["coefficient"], columns, no_wrap=True)
    told = {row["name"]: row for row in found.manifest["coefficients"]}
    for row in posterior_ranges(found):
        of = told[row.name]
        table.add_row(
            row.name, f"{row.usual:g}", f"{row.low:g} to {row.high:g}",
            f"{row.band[0]:.3g} to {row.band[1]:.3g}", f"{row.median:.3g}", f"{row.kept:.0%}",
            f"{of['effective_draws']:.0f}", f"{of['r_hat']:.3f}",
        )  # fmt: skip
    make_console().print(table)
    fit = found.manifest
    own = fit["own_records"]
    shares = ", ".join(
        f"{share:.0%} inside {band:.0%}"
        for share, band in zip(own["inside"], own["bands"], strict=True)
    )
    print(
        f"Misfit: {fit['median_misfit']:.4g} in the middle, {fit['misfit_of_the_hand_set']:.4g} "
        "hand-set. Width: of nine in ten, as a share\nof the prior's. ESS: effective draws. "
        f"{own['sets']} records of the model's own: {shares}."
    )
    if "neural" in fit:
        from scenario_sim.validation.calibration.neural_posterior import compare_opinions

        print(compare_opinions(fit))
    far = [row["name"] for row in fit["figures"] if row["nearest_spreads"] > 1]
    if far:
        print(f"Out of reach of every point: {'; '.join(far)}.")
    if not fit["settled"]:
        print("Not settled: take more --steps.")
