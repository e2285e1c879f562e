"""Pack a study: scenario, states, record, software, environment and results, with checksums."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files as package_files
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict

from scenario_sim.data.history.coverage import COVERAGE_FILE
from scenario_sim.data.history.policies import POLICIES_FILE
from scenario_sim.data.history.record import FILES as TIDY_RECORD
from scenario_sim.data.history.rows import RAW_FILES
from scenario_sim.errors import OutputError
from scenario_sim.file_io import replace_file
from scenario_sim.reporting.archive.metadata import (
    METADATA_FILE,
    About,
    PackedFile,
    crate_metadata,
)
from scenario_sim.reporting.archive.software import (
    build_wheel,
    python_and_platform,
    requirements,
    zip_entry,
)
from scenario_sim.reporting.study.citation import reference_entries, software_entry
from scenario_sim.reporting.study.findings import read_methods
from scenario_sim.reporting.study.methods import Methods
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies.store.atomic import PARTS_FOLDER
from scenario_sim.studies.store.manifest import read_manifest
from scenario_sim.studies.store.store import Store

MANIFEST, ENVIRONMENT, STUDY = "manifest-sha256.txt", "environment/environment.json", "study"
STORED_AS_THEY_ARE = (".parquet", ".nc", ".whl")  # compressed already
MEANINGS = {
    "README.md": "What this archive is, and how to make its results again.",
    "citation.bib": "How to cite it, and the works behind its methods.",
    "environment/": "Versions of Python and libraries, and the platform.",
    "record/": "The historical record that replay and the season of drills read.",
    "scenarios/": "A scenario of the study; of several cells with one title the first.",
    "software/": "The simulator that made the results, to install with pip.",
    "states/": "Goals, repertoires and coefficients of the shipped states; own states are in study/states.",
    "study/": "The results.",
    "study/analyses/": "A table of an analysis, or its settings.",
    "study/cells/": "Outcomes and weekly histograms of every run, each file with units inside.",
    "study/study.toml": "The study file: factors, design, outcomes, sizes, seeds and analyses.",
}
README = """# {title}

{methods}

## Make the same results again

You need Python {python}. In the folder of this file:

    python -m venv env
    env/bin/pip install -r environment/requirements.txt software/{wheel}
    env/bin/scenario-sim reproduce . --out again

The last command checks every checksum of `manifest-sha256.txt`, simulates every run again, and compares
the new files with those of `study/`, byte for byte. Without the simulator, `sha256sum -c
manifest-sha256.txt` checks the files.

## What is here

{contents}
"""


class Environment(BaseModel):
    """Name the engine of a study, whose record it used, and where it was packed."""

    model_config = ConfigDict(extra="forbid", strict=True)
    engine: str
    own_record: bool
    python: str
    platform: str


@dataclass(frozen=True)
class _Entry:
    """A file to pack: its name in the archive, and its bytes or its place."""

    name: str
    content: bytes | Path

    def read(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()


def write_archive(
    study: Path,
    out: Path,
    *,
    title: str = "",
    authors: Sequence[str] = (),
    licence: str = "",
    record: Path | None = None,
) -> list[PackedFile]:
    """Pack a study into a ZIP file that is an RO-Crate, and return what is in it.

    Parameters
    ----------
    study : Path
        Folder of a store.
    out : Path
        The ZIP file.
    title : str
        The name of the folder by default.
    authors : sequence of str
    licence : str
        Of the results, as an address or as text.
    record : Path, optional
        Folder of the record that the study used, if not the shipped one; it has to be in use.

    Raises
    ------
    OutputError
        The study is damaged, or another engine made it, or the file cannot be written.
    """
    store = Store(study)
    methods = read_methods(study)
    _check(store, methods)
    environment = Environment(
        engine=methods.engine,
        own_record=record is not None,
        **python_and_platform(),
    )
    title = title or study.resolve().name
    entries = sorted(_entries(store, methods, environment, title, record), key=lambda e: e.name)
    about = _about(store, methods, title, authors, licence)
    packed: list[PackedFile] = []

    def write(part: Path) -> None:
        with zipfile.ZipFile(part, "w") as archive:
            for entry in entries:
                packed.append(_pack(archive, entry))
            metadata = crate_metadata(about, packed, MEANINGS).encode()
            packed.append(_pack(archive, _Entry(METADATA_FILE, metadata)))
            listed = "".join(f"{file.sha256}  {file.name}\n" for file in packed)
            _pack(archive, _Entry(MANIFEST, listed.encode()))

    try:
        replace_file(out, write)
    except OSError as error:
        raise OutputError(f"{out} could not be written: {error.strerror or error}") from None
    return packed


def _check(store: Store, methods: Methods) -> None:
    """Raise OutputError unless the study is whole and of the engine that would be packed."""
    if not methods.cells:
        raise OutputError(f"{store.path} has no finished cell; there is nothing to pack")
    if problems := store.check():
        raise OutputError("\n".join(problems[:5]))
    if methods.engine != engine_version():
        raise OutputError(
            f"{store.path} was made by engine {methods.engine}, and this is {engine_version()}: the "
            "software packed here would make other bytes. Run the study again under one engine, or name "
            "the record that it used with --record"
        )


def _entries(
    store: Store, methods: Methods, environment: Environment, title: str, record: Path | None
) -> Iterator[_Entry]:
    for path in sorted(store.path.rglob("*")):
        name = path.relative_to(store.path)
        if path.is_file() and name.parts[0] != PARTS_FOLDER:
            yield _Entry(f"{STUDY}/{name.as_posix()}", path)
    for n, (scenario, (hash_, toml)) in enumerate(methods.scenarios.items(), start=1):
        yield _Entry(f"scenarios/{n}-{_slug(scenario)}-{hash_[:8]}.toml", toml.encode())
    yield from _states()
    yield from _record(record)
    wheel, data = build_wheel()
    yield _Entry(f"software/{wheel}", data)
    yield _Entry("environment/requirements.txt", requirements().encode())
    yield _Entry(ENVIRONMENT, (environment.model_dump_json(indent=2) + "\n").encode())
    cited = [software_entry(methods.engine, methods.seeds, methods.bases, methods.year)]
    cited += reference_entries(methods.works)
    yield _Entry("citation.bib", ("\n\n".join(cited) + "\n").encode())
    contents = "\n".join(f"- `{name}`: {meaning}" for name, meaning in MEANINGS.items())
    text = README.format(
        title=title, methods="\n\n".join(methods.paragraphs), python=environment.python,
        wheel=wheel, contents=contents,
    )  # fmt: skip
    yield _Entry("README.md", text.encode())


def _states() -> Iterator[_Entry]:
    """Yield the files of the shipped states; a store keeps own states itself."""
    for path in package_files("scenario_sim.data.states").iterdir():
        if path.name.endswith(".toml"):
            yield _Entry(f"states/{path.name}", path.read_bytes())


def _record(record: Path | None) -> Iterator[_Entry]:
    """Yield the files of the record in use; the shipped ones where no other was named."""
    names = dict.fromkeys((*TIDY_RECORD, *RAW_FILES, COVERAGE_FILE, POLICIES_FILE))
    folder = record or Path(str(package_files("scenario_sim.data.history")))
    for name in names:
        if (folder / name).is_file():
            yield _Entry(f"record/{name}", folder / name)


def _pack(archive: zipfile.ZipFile, entry: _Entry) -> PackedFile:
    data = entry.read()
    compressed = PurePosixPath(entry.name).suffix not in STORED_AS_THEY_ARE
    archive.writestr(zip_entry(entry.name, compressed), data)
    return PackedFile(entry.name, len(data), hashlib.sha256(data).hexdigest())


def _about(
    store: Store, methods: Methods, title: str, authors: Sequence[str], licence: str
) -> About:
    sessions = read_manifest(store.path)["sessions"]
    date = max((session.get("finished") or session["started"] for session in sessions), default="")
    return About(
        title=title, description=methods.text, date=date, engine=methods.engine,
        environment=methods.versions, commands=methods.commands, authors=authors, licence=licence,
    )  # fmt: skip


def _slug(text: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())[:40]
