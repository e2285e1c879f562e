"""Commands for a paper: `methods` and `cite`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.errors import Problem

if TYPE_CHECKING:
    from scenario_sim.reporting.study.methods import Methods

StudyFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder that `run`, `sweep` or another study wrote.")
]


def methods(folder: StudyFolder) -> None:
    """Print the text of a methods section: design, sizes, thresholds, software, seeds, hashes."""
    print("\n\n".join(_read_methods(folder).paragraphs))


def cite(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="Folder of a study: cites what was run, and methods."),
    ] = None,
    text: Annotated[
        bool, typer.Option("--text", help="Print one sentence instead of BibTeX.")
    ] = False,
) -> None:
    """Print how to cite the software, or a study and the works its methods rest on, as BibTeX."""
    from scenario_sim.reporting.study.citation import (
        reference_entries,
        software_entry,
        software_sentence,
    )

    if folder is None:
        print(software_sentence() if text else software_entry())
        return
    found = _read_methods(folder)
    if text:
        print(found.citation)
        return
    entry = software_entry(found.engine, found.seeds, found.bases, found.year)
    print("\n\n".join([entry, *reference_entries(found.works)]))


def _read_methods(folder: Path) -> Methods:
    if not (folder / "cells").is_dir():
        text = "holds no results; name a folder that a study wrote with --out"
        raise options.OptionsError([Problem(str(folder), text)])
    from scenario_sim.reporting.study.findings import read_methods

    return read_methods(folder)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (methods, cite):
        app.command(command.__name__)(command)
