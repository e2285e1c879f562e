"""`report`: a study's folder as one page for print, with its figures and their data if wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import print_message
from scenario_sim.errors import Problem, ProblemCollector, ScenarioError


def report(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="What `run`, `sweep` or another study wrote.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.html", help="The page, one file.")
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option("--figures", metavar="DIR", help="Each figure as SVG, its data as CSV."),
    ] = None,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="NAME", help="What the figures are about.")
    ] = "confrontation_risk",
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT")] = None,
) -> None:
    """A study as one self-contained page: figures, methods, and what it takes to make it again."""
    from scenario_sim.studies.analysis.statistics import NUMERIC_OUTCOMES

    checks = ProblemCollector("this study cannot be made")
    if out is None and figures is None:
        text = "say where it should go: --out study.html, --figures DIR, or both"
        checks.add([Problem("--out", text)])
    elif out is not None and (out.suffix.lower() not in (".html", ".htm") or out.is_dir()):
        checks.add([Problem(f"--out {out}", "is a web page; let its name end with .html")])
    if figures is not None and figures.is_file():
        checks.add([Problem(f"--figures {figures}", "is a file; name a folder")])
    checks.check_names("--outcome", "outcome", [outcome], NUMERIC_OUTCOMES)
    if not (folder / "cells").is_dir():
        text = "holds no results; name a folder that a study wrote with --out"
        checks.add([Problem(str(folder), text)])
    try:
        checks.raise_if_any()
    except ScenarioError as error:
        raise options.OptionsError(error.problems) from None
    from scenario_sim.reporting.study.exhibits import make_exhibits
    from scenario_sim.reporting.study.findings import read_study
    from scenario_sim.reporting.study.report import study_page, write_figures, write_page

    found, methods = read_study(folder, outcome)
    shown = list(make_exhibits(found))
    if figures is not None:
        for path in write_figures(figures, shown):
            print_message(f"Written: {path}")
    if out is not None:
        write_page(
            out, study_page(title or folder.resolve().name, shown, found.cells, methods, outcome)
        )
        print_message(f"Written: {out}")
