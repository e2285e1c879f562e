"""Commands on folders of results: `merge` and `report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import print_message, print_output
from scenario_sim.errors import Problem, ProblemCollector
from scenario_sim.language import SOURCE_LANGUAGE, use_language


def merge(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="DIR...", help="Folders that `run --out` wrote, here or elsewhere."),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder of the merged results.")
    ],
    json: options.Json = False,
) -> None:
    """Merge results of several folders or machines into one; the folders stay unchanged."""
    from scenario_sim.studies.store.store import Store

    missing = [
        Problem(str(f), "is no folder of results") for f in folders if not (f / "cells").is_dir()
    ]
    if missing:
        raise options.OptionsError(missing)
    store = Store(options.make_output_folder(out))
    merged = {f: store.merge(f) for f in folders if f.resolve() != out.resolve()}
    for folder, one in merged.items():
        print_message(
            f"{folder}: {one.cells:,} cells, {one.files:,} files copied, {one.same:,} already there"
        )
    table = store.cells()
    found: dict[str, Any] = {
        "out": str(out),
        "cells": len(table),
        "runs": int(table["runs"].sum()),
        "engines": sorted(set(table["engine"])),
        "folders": [
            {"folder": str(folder), "cells": one.cells, "files": one.files, "same": one.same}
            for folder, one in merged.items()
        ],
        "differing": [str(path) for one in merged.values() for path in one.differing],
        "corrupt": [text for one in merged.values() for text in one.spoilt],
    }
    if json:
        from scenario_sim.cli.json_models.folders import MergeOutput

        print_output(MergeOutput, found, indent=2)
    else:
        print(f"{out}: {found['cells']:,} cells, {found['runs']:,} runs")
    _report_left_out(found["differing"], found["corrupt"])


def _report_left_out(differing: list[str], corrupt: list[str]) -> None:
    """Say which files were not merged; exit with code 1 where there are some."""
    if differing:
        print_message(
            f"{len(differing):,} files exist with other bytes (other versions of libraries wrote "
            f"them); the existing ones stay. The first: {differing[0]}"
        )
    if corrupt:
        print_message(
            f"{len(corrupt):,} files are corrupt and were left out. The first: {corrupt[0]}"
        )
    if differing or corrupt:
        raise typer.Exit(1)


def report(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Folder that `run`, `sweep` or another study wrote."),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.html", help="Write the page to this file.")
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(
            "--figures",
            metavar="DIR",
            help="Write each figure as SVG, PDF and PNG, and its data as CSV.",
        ),
    ] = None,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="NAME", help="Outcome that the figures show.")
    ] = "confrontation_risk",
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="Title of the page.")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", metavar="CODE", help="Language of the page, such as de.")
    ] = SOURCE_LANGUAGE,
) -> None:
    """Write a study as one self-contained page: figures, methods, and how to reproduce it."""
    _check_report(folder, out, figures, outcome)
    from scenario_sim.reporting.study.exhibits import make_exhibits
    from scenario_sim.reporting.study.findings import read_study
    from scenario_sim.reporting.study.report import study_page, write_figures, write_output

    with use_language(language):
        found, methods = read_study(folder, outcome)
        shown = list(make_exhibits(found))
        if figures is not None:
            for path in write_figures(figures, shown):
                print_message(f"Written: {path}")
        if out is not None:
            page = study_page(title or folder.resolve().name, shown, found.cells, methods, outcome)
            write_output(out, page)
            print_message(f"Written: {out}")


def _check_report(folder: Path, out: Path | None, figures: Path | None, outcome: str) -> None:
    from scenario_sim.studies.analysis.statistics import NUMERIC_OUTCOMES
    from scenario_sim.studies.store.plugin_files import read_own_outcomes

    problems = ProblemCollector(options.ERROR_TITLE)
    if out is None and figures is None:
        text = "name what to write: --out study.html, --figures DIR, or both"
        problems.add([Problem("--out", text)])
    elif out is not None and (out.suffix.lower() not in (".html", ".htm") or out.is_dir()):
        problems.add([Problem(f"--out {out}", "is a web page; let its name end with .html")])
    if figures is not None and figures.is_file():
        problems.add([Problem(f"--figures {figures}", "is a file; name a folder")])
    own = [one["name"] for one in read_own_outcomes(folder)]
    problems.check_names("--outcome", "outcome", [outcome], (*NUMERIC_OUTCOMES, *own))
    if not (folder / "cells").is_dir():
        text = "holds no results; name a folder that a study wrote with --out"
        problems.add([Problem(str(folder), text)])
    problems.raise_if_any()
