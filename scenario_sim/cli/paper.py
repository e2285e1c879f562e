"""Commands for a paper: `methods`, `cite`, `archive` and `reproduce`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.analysis_options import open_session
from scenario_sim.cli.output import print_message, print_output
from scenario_sim.errors import Problem

if TYPE_CHECKING:
    from scenario_sim.reporting.archive.reproduce import Reproduction
    from scenario_sim.reporting.study.methods import Methods

StudyFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder that `run`, `sweep` or another study wrote.")
]


def methods(folder: StudyFolder, json: options.Json = False) -> None:
    """Print the text of a methods section: design, sizes, thresholds, software, seeds, hashes."""
    found = _read_methods(folder)
    if not json:
        print("\n\n".join(found.paragraphs))
        return
    from scenario_sim.cli.json_models.folders import MethodsOutput

    shared = ("engine", "paragraphs", "cells", "runs", "seeds", "weeks", "varied", "versions")
    data = {key: getattr(found, key) for key in (*shared, "works")}
    data |= {"scenarios": found.bases, "failed": found.failures}
    print_output(MethodsOutput, data, indent=2)


def cite(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="Folder of a study: cites what was run, and methods."),
    ] = None,
    text: Annotated[
        bool, typer.Option("--text", help="Print one sentence instead of BibTeX.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Print how to cite the software, or a study and the works its methods rest on, as BibTeX."""
    found = None if folder is None else _read_methods(folder)
    sentence, entries = _citation(found)
    if json:
        from scenario_sim.cli.json_models.folders import CiteOutput

        made_by = {} if found is None else {"engine": found.engine}
        print_output(CiteOutput, made_by | {"sentence": sentence, "bibtex": entries}, indent=2)
    else:
        print(sentence if text else "\n\n".join(entries))


def _citation(found: Methods | None) -> tuple[str, list[str]]:
    """Return the sentence and the BibTeX entries that cite a study; without one the software."""
    from scenario_sim.reporting.study.citation import (
        reference_entries,
        software_entry,
        software_sentence,
    )

    if found is None:
        return software_sentence(), [software_entry()]
    entry = software_entry(found.engine, found.seeds, found.bases, found.year)
    return found.citation, [entry, *reference_entries(found.works)]


def archive(
    folder: StudyFolder,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.zip", help="Write the archive here.")],
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="Its title.")] = "",
    author: Annotated[
        list[str] | None, typer.Option("--author", metavar="NAME", help="An author. Repeatable.")
    ] = None,
    licence: Annotated[
        str, typer.Option("--licence", metavar="URL", help="Licence of the results.")
    ] = "",
    record: options.HistoryFolder = None,
    json: options.Json = False,
) -> None:
    """Pack a study with its software, inputs and checksums (RO-Crate), so that others can repeat it."""
    _check_results(folder)
    if out.suffix.lower() != ".zip" or out.is_dir():
        text = "is a ZIP file; let its name end with .zip"
        raise options.OptionsError([Problem(f"--out {out}", text)])
    options.use_history_folder(record)
    from scenario_sim.reporting.archive.writer import write_archive

    packed = write_archive(
        folder, out, title=title, authors=author or (), licence=licence, record=record
    )
    size = out.stat().st_size
    if json:
        from scenario_sim.cli.json_models.folders import ArchiveOutput

        files = [{"name": f.name, "bytes": f.size, "sha256": f.sha256} for f in packed]
        print_output(ArchiveOutput, {"file": str(out), "bytes": size, "files": files}, indent=2)
        return
    print(
        f"{out}: {len(packed):,} files, {size / 1e6:.1f} MB; README.md in it says how to repeat the "
        "study"
    )


def reproduce(
    crate: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder into which an archive was unpacked.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of the new results.")],
    plugin: options.PluginFiles = None,
    jobs: options.Jobs = 1,
    cluster: options.Cluster = None,
    json: options.Json = False,
) -> None:
    """Simulate all runs of an unpacked archive again, and compare the files byte for byte."""
    options.check_numbers(jobs=jobs)
    options.check_cluster(cluster, jobs)
    from scenario_sim.reporting.archive import reproduce as reproducing
    from scenario_sim.simulation.plugins.reader import load_plugins

    checked = reproducing.check_checksums(crate)
    own = load_plugins(*(plugin or ()))
    options.make_output_folder(out)
    with open_session("reproduction", out, jobs, cluster) as session:
        pool, bar = session["executor"], session["progress"]
        found = reproducing.reproduce(crate, out, executor=pool, progress=bar, plugins=own)
    if json:
        from scenario_sim.cli.json_models.folders import ReproduceOutput

        print_output(ReproduceOutput, {"checked": checked} | vars(found), indent=2)
    else:
        _show_reproduction(found, checked)
    if found.differing:
        first = ", ".join(found.differing[:3])
        print_message(f"{len(found.differing):,} files differ: {first} ...")
        raise typer.Exit(1)


def _show_reproduction(found: Reproduction, checked: int) -> None:
    print(f"{checked:,} files have their checksums; {found.runs:,} runs were made again")
    print(f"{found.same:,} files of results are the same, byte for byte")
    if found.equal:
        print(f"{len(found.equal):,} files have equal values and other bytes (another pyarrow)")
    if found.left_out:
        print_message(f"The analyses were not made again: {found.left_out}")


def _check_results(folder: Path) -> None:
    if not (folder / "cells").is_dir():
        text = "holds no results; name a folder that a study wrote with --out"
        raise options.OptionsError([Problem(str(folder), text)])


def _read_methods(folder: Path) -> Methods:
    _check_results(folder)
    from scenario_sim.reporting.study.findings import read_methods

    return read_methods(folder)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (methods, cite, archive, reproduce):
        app.command(command.__name__)(command)
