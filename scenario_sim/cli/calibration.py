"""The command that fits coefficients, and the option that plays what was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import print_json, say, screen
from scenario_sim.errors import Problem

if TYPE_CHECKING:
    from scenario_sim.calibration.futures import Futures
    from scenario_sim.calibration.posterior import Posterior

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
    from scenario_sim.calibration.posterior import load

    return load(None if said == SHIPPED else said)


def calibrate(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Keeps the search; the same goes on from it.")
    ],
    quick: Annotated[
        bool, typer.Option("--quick", help="Minutes in place of a night: fewer draws, coarser.")
    ] = False,
    draws: Annotated[
        int | None, typer.Option("--draws", metavar="N", help="Draws of a generation.")
    ] = None,
    runs: Annotated[
        int | None, typer.Option("--runs", metavar="N", help="Futures that weigh a draw.")
    ] = None,
    most: Annotated[
        int | None, typer.Option("--most", metavar="N", help="Draws weighed in all, at most.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="NAME", help="Fit this coefficient alone. Again for more."),
    ] = None,
    seed: options.Seed = 0,
    jobs: options.Jobs = 2,
    folder: Annotated[
        Path | None, typer.Option("--record", metavar="DIR", help="Another record, in raw files.")
    ] = None,
    json: options.Json = False,
) -> None:
    """Fit the coefficients marked for calibration to months until 2019-12 (ABC-SMC)."""
    options.check_numbers(seed=seed, jobs=jobs)
    from dataclasses import asdict

    from scenario_sim.calibration.fit import FULL, QUICK, Size
    from scenario_sim.calibration.fit import calibrate as fitted
    from scenario_sim.cli.validation import _using

    said = {"draws": draws, "runs": runs, "most": most}
    usual = asdict(QUICK if quick else FULL)
    size = Size(**(usual | {k: v for k, v in said.items() if v is not None}))
    from scenario_sim.cli.meter import meter

    try:
        with _using(folder), meter("Calibrating") as (progress, _):
            found = fitted(
                options.folder(out), size, seed, only=only or (), jobs=jobs, progress=progress
            )
    except KeyboardInterrupt:
        say(f"Stopped. What was weighed is kept in {out}; the same command goes on.")
        raise typer.Exit(130) from None
    say(f"Written: {out / 'posterior.csv'}, {out / 'posterior.toml'}")
    if json:
        print_json(dict(found.manifest), indent=2)
        return
    show_posterior(found)


def show_posterior(found: Posterior) -> None:
    """Prior and posterior of each coefficient."""
    from rich import box
    from rich.table import Table

    from scenario_sim.calibration.account import narrowing

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("coefficient", "hand-set", "bounds", "posterior, nine in ten", "median", "width kept"):
        table.add_column(name, justify="left" if name == "coefficient" else "right", no_wrap=True)
    for row in narrowing(found):
        table.add_row(
            row.name, f"{row.usual:g}", f"{row.low:g} to {row.high:g}",
            f"{row.band[0]:.3g} to {row.band[1]:.3g}", f"{row.median:.3g}", f"{row.kept:.0%}",
        )  # fmt: skip
    screen().print(table)
    told = found.manifest
    print(
        f"{len(found.table)} draws worth {told['effective_draws']}, of {told['weighed']:,} weighed; "
        f"misfit {told['best_misfit']:.4g} at best, {told['misfit_of_the_hand_set']:.4g} hand-set."
        + ("" if told["settled"] else " The tolerance still matters: a longer search narrows it.")
    )


def show_futures(found: Futures, json: bool) -> None:
    """Luck alone, and luck with coefficients drawn, side by side."""
    rows = found.table
    if json:
        plain: dict[str, Any] = {
            "scenario": found.scenario.title, "seed": found.seed, "draws": found.draws,
            "runs_a_draw": found.runs, "outcomes": rows.to_dict("index"),
        }  # fmt: skip
        print_json(plain)
        return
    from rich import box
    from rich.table import Table

    title = f"{found.scenario.title}: luck alone, and with coefficients drawn from the posterior"
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title)
    for name in ("outcome", "best draw", "luck: nine in ten", "all draws", "both: nine in ten", "from coefficients"):
        table.add_column(name, justify="left" if name == "outcome" else "right", no_wrap=True)
    for name, row in rows.iterrows():
        table.add_row(
            str(name).replace("_", " "),
            f"{row['best']:.3g}", f"{row['luck_low']:.3g} to {row['luck_high']:.3g}",
            f"{row['mean']:.3g}", f"{row['low']:.3g} to {row['high']:.3g}",
            "" if row["share"] != row["share"] else f"{row['share']:.0%}",
        )  # fmt: skip
    screen().print(table)
    print(
        f"{found.draws} draws of {found.runs} futures each, on one luck. The last column is the share of "
        "the variance\nthat not knowing the coefficients alone makes; policies and structure are held."
    )


def refuse_with(parameters: str | None, **others: object) -> None:
    """Raises BadOptions where --parameters meets options that it does not go with."""
    if parameters is None:
        return
    text = "does not go with --parameters yet; leave out one of the two"
    problems = [Problem(f"--{name}", text) for name, value in others.items() if value]
    if problems:
        raise options.BadOptions(problems)
