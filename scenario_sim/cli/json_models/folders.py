"""JSON of folders of results: `merge`, `methods`, `cite`, `archive`, `reproduce`, `study --dry-run`."""

from __future__ import annotations

from typing import Literal

from scenario_sim.cli.json_models.header import Output, Table


class StudySizeOutput(Output):
    """Size of a study file that was checked and not run."""

    command: Literal["study --dry-run"]
    title: str
    """Title of the study."""
    design_points: int
    """Design points."""
    seeds: list[int]
    """Random seeds."""
    runs: int
    """Runs in all: design points times seeds times runs of a cell; with a precision the most."""
    weeks: int
    """Simulated weeks of a run."""
    factors: list[str]
    """Names of what is varied."""


class MergedFolder(Table):
    """Copied files of one folder."""

    folder: str
    """Folder, as it was given."""
    cells: int
    """Cells that it holds."""
    files: int
    """Files that were copied."""
    same: int
    """Files that were there already, with the same bytes."""


class MergeOutput(Output):
    """Folders that were merged. The exit code is 1 where a file was left out."""

    command: Literal["merge"]
    out: str
    """Folder of the merged results."""
    cells: int
    """Cells of the merged folder."""
    runs: int
    """Runs of all its cells."""
    engines: list[str]
    """Engines that made its cells."""
    folders: list[MergedFolder]
    """Folders that were merged, in the order given."""
    differing: list[str]
    """Files that exist with other bytes; the existing ones stay."""
    corrupt: list[str]
    """Corrupt files, which were left out."""


class MethodsOutput(Output):
    """Methods section of a study, and the facts that it tells. `engine` made the results."""

    command: Literal["methods"]
    paragraphs: list[str]
    """Text of the methods section, by paragraph."""
    cells: int
    """Cells of the study."""
    runs: int
    """Runs of all cells."""
    seeds: list[int]
    """Random seeds."""
    weeks: list[int]
    """Simulated weeks of a run; several where the cells differ."""
    scenarios: dict[str, str]
    """Hash of the scenario at the base of each design, by title."""
    varied: dict[str, str]
    """Range of each varied input, in words."""
    versions: dict[str, str]
    """Versions of Python and of the libraries that the results depend on."""
    works: list[str]
    """Keys of the works that the methods rest on; `cite` prints their BibTeX."""
    failed: dict[str, str]
    """Error of each cell that failed."""


class CiteOutput(Output):
    """Citation of the software or of a study. `engine` made the results."""

    command: Literal["cite"]
    sentence: str
    """Citation in one sentence."""
    bibtex: list[str]
    """BibTeX entries: the software, then the works behind the methods of the study."""


class ArchivedFile(Table):
    """A file of an archive."""

    name: str
    """Name in the archive."""
    bytes: int
    """Its size."""
    sha256: str
    """Its checksum."""


class ArchiveOutput(Output):
    """A study that was packed."""

    command: Literal["archive"]
    file: str
    """ZIP file that was written."""
    bytes: int
    """Its size."""
    files: list[ArchivedFile]
    """Files in it. Its manifest holds the same checksums."""


class ReproduceOutput(Output):
    """Comparison of an archive with its repetition. The exit code is 1 where files differ."""

    command: Literal["reproduce"]
    checked: int
    """Files of the archive whose checksums were found right."""
    runs: int
    """Runs that were made again."""
    same: int
    """Files of results that are the same, byte for byte."""
    equal: list[str]
    """Files with equal values and other bytes, as another version of pyarrow writes them."""
    differing: list[str]
    """Files with other values, or that were not made."""
    left_out: str
    """Why the analyses were not made again; empty where they were."""
