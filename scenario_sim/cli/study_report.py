"""`report`: a study's folder as one page for print, with its figures and their data if wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scenario_sim.cli.output import say
from scenario_sim.errors import OutputError, Problem, ScenarioError, UnknownName


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
    if out is None and figures is None:
        text = "say where it should go: --out study.html, --figures DIR, or both"
        raise ScenarioError([Problem("--out", text)], "there is nothing to write")
    from scenario_sim.outcomes import BY_NAME
    from scenario_sim.studies.exhibits import exhibits
    from scenario_sim.studies.findings import read_study
    from scenario_sim.studies.study_report import study_page, write_figures, write_page

    if outcome not in BY_NAME or BY_NAME[outcome].category:
        raise UnknownName("outcome", outcome, [n for n, o in BY_NAME.items() if not o.category])
    if not folder.is_dir():
        raise OutputError(f"there is no folder {folder}; name one that a study wrote with --out")
    found, methods = read_study(folder, outcome)
    shown = list(exhibits(found))
    if figures is not None:
        for path in write_figures(figures, shown):
            say(f"Written: {path}")
    if out is not None:
        write_page(out, study_page(title or folder.resolve().name, shown, found.cells, methods, outcome))
        say(f"Written: {out}")
