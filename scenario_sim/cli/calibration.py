"""The command that fits coefficients to the record."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import make_console, print_json, print_message
from scenario_sim.cli.progress import study_progress

if TYPE_CHECKING:
    from scenario_sim.validation.calibration.posterior import Posterior


def calibrate(
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="DIR", help="Keeps the search; the same command goes on from it."
        ),
    ],
    quick: Annotated[
        bool, typer.Option("--quick", help="Minutes in place of a night: coarser, less settled.")
    ] = False,
    walkers: Annotated[
        int | None, typer.Option("--walkers", metavar="N", help="Sets of coefficients that walk.")
    ] = None,
    runs: Annotated[
        int | None, typer.Option("--runs", metavar="N", help="Futures that weigh a set.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option("--steps", metavar="N", help="Steps of every walker.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="NAME", help="Fit this coefficient alone. Again for more."),
    ] = None,
    seed: options.Seed = 0,
    jobs: options.Jobs = 2,
    folder: options.HistoryFolder = None,
    json: options.Json = False,
) -> None:
    """Fit the coefficients marked for calibration to months until 2019-12."""
    options.all_of(
        lambda: options.check_numbers(seed=seed, jobs=jobs),
        lambda: options.use_history_folder(folder),
    )
    from scenario_sim.validation.calibration.sampler import FULL, QUICK, SearchSize
    from scenario_sim.validation.calibration.sampler import fit_posterior as fitted

    said = {"walkers": walkers, "runs": runs, "steps": steps}
    usual = asdict(QUICK if quick else FULL)
    size = SearchSize(
        **(usual | {name: value for name, value in said.items() if value is not None})
    )
    try:
        with study_progress("Calibrating") as (told, _):
            found = fitted(
                options.make_output_folder(out),
                size,
                seed,
                only=only or (),
                jobs=jobs,
                progress=told,
            )
    except KeyboardInterrupt:
        print_message(f"Stopped. What was weighed is kept in {out}; the same command goes on.")
        raise typer.Exit(130) from None
    print_message(f"Written: {out / 'posterior.csv'}, {out / 'posterior.toml'}")
    if json:
        print_json(dict(found.manifest), indent=2)
        return
    show_posterior(found)


def show_posterior(found: Posterior) -> None:
    """Prior and posterior of each coefficient."""
    from rich import box
    from rich.table import Table

    from scenario_sim.validation.calibration.diagnostics import posterior_ranges

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("coefficient", "set", "bounds", "nine in ten", "median", "width"):
        table.add_column(name, justify="left" if name == "coefficient" else "right", no_wrap=True)
    for row in posterior_ranges(found):
        table.add_row(
            row.name, f"{row.usual:g}", f"{row.low:g} to {row.high:g}",
            f"{row.band[0]:.3g} to {row.band[1]:.3g}", f"{row.median:.3g}", f"{row.kept:.0%}",
        )  # fmt: skip
    make_console().print(table)
    told = found.manifest
    print(
        f"{len(found.table)} draws, of {told['weighed']:,} weighed; the walkers' {told['steps_kept']} steps are "
        f"worth about {told['effective_draws']:.0f}\nindependent draws (split R-hat at most "
        f"{told['largest_split_r_hat']}). Misfit: {told['median_misfit']:.4g} in the middle, "
        f"{told['misfit_of_the_hand_set']:.4g} hand-set. Width: of nine\nin ten, as a share of the "
        "prior's."
    )
    if not told["settled"]:
        print("Not settled: the same command with more --steps goes on from here.")
