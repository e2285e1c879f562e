"""The metadata of an archive: RO-Crate 1.1, as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

METADATA_FILE = "ro-crate-metadata.json"
PROFILE = "https://w3id.org/ro/crate/1.1"
CONTEXT = [f"{PROFILE}/context", {"sha256": "https://schema.org/sha256"}]
CELLS = "study/cells/"  # too many files to list one by one: their checksums are in the manifest
MEDIA_TYPES = {
    ".json": "application/json", ".toml": "application/toml", ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet", ".md": "text/markdown", ".txt": "text/plain",
    ".whl": "application/zip", ".nc": "application/x-netcdf", ".bib": "application/x-bibtex",
}  # fmt: skip


@dataclass(frozen=True)
class PackedFile:
    """A file of an archive, as its metadata and its manifest name it."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class About:
    """Describe an archive: texts of its root, who made it, and how.

    Attributes
    ----------
    date : str
        When the study ended, ISO 8601.
    engine : str
    environment : dict
        Names and versions.
    commands : sequence of str
    """

    title: str
    description: str
    date: str
    engine: str
    environment: Mapping[str, str]
    commands: Sequence[str]
    authors: Sequence[str] = ()
    licence: str = ""


def crate_metadata(about: About, files: Sequence[PackedFile], meanings: Mapping[str, str]) -> str:
    """Return the text of `ro-crate-metadata.json`.

    Parameters
    ----------
    about : About
    files : sequence of PackedFile
    meanings : mapping
        What a file or a folder is, by the beginning of its name; the longest that fits counts.
    """
    listed = [file for file in files if not file.name.startswith(CELLS)]
    many = [file for file in files if file.name.startswith(CELLS)]
    entities = [_file(file, meanings) for file in listed]
    if many:
        entities.append(_cells(many, meanings))
    authors = [
        {"@id": f"#author-{n}", "@type": "Person", "name": name}
        for n, name in enumerate(about.authors, start=1)
    ]
    graph = [
        _descriptor(),
        _root(about, [entity["@id"] for entity in entities], authors),
        *authors,
        *_software(about),
        _action(about, [file.name for file in listed]),
        *entities,
    ]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, indent=2, ensure_ascii=False) + "\n"


def _descriptor() -> dict[str, Any]:
    return {
        "@id": METADATA_FILE, "@type": "CreativeWork", "conformsTo": {"@id": PROFILE},
        "about": {"@id": "./"},
    }  # fmt: skip


def _root(
    about: About, parts: Sequence[str], authors: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    root: dict[str, Any] = {
        "@id": "./", "@type": "Dataset", "name": about.title, "description": about.description,
        "datePublished": about.date, "hasPart": [{"@id": part} for part in parts],
        "mentions": {"@id": "#run"},
    }  # fmt: skip
    if authors:
        root["author"] = [{"@id": author["@id"]} for author in authors]
    licence = about.licence or "The authors have stated no licence for these data."
    return root | {"license": {"@id": licence} if "://" in licence else licence}


def _software(about: About) -> list[dict[str, Any]]:
    needed = [
        {"@id": f"#{name}", "@type": "SoftwareApplication", "name": name, "version": version}
        for name, version in about.environment.items()
    ]
    program = {
        "@id": "#scenario-sim", "@type": "SoftwareApplication", "name": "scenario-sim",
        "version": about.engine, "license": "https://spdx.org/licenses/Apache-2.0",
        "softwareRequirements": [{"@id": one["@id"]} for one in needed],
    }  # fmt: skip
    return [program, *needed]


def _action(about: About, listed: Sequence[str]) -> dict[str, Any]:
    """Return the action that made the results out of the inputs."""
    inputs = [name for name in listed if name.startswith(("scenarios/", "states/", "record/"))]
    results = [name for name in listed if name.startswith("study/")]
    return {
        "@id": "#run", "@type": "CreateAction", "name": "The runs of the study",
        "description": "\n".join(about.commands), "endTime": about.date,
        "instrument": {"@id": "#scenario-sim"},
        "object": [{"@id": name} for name in inputs],
        "result": [*({"@id": name} for name in results), {"@id": CELLS}],
    }  # fmt: skip


def _file(file: PackedFile, meanings: Mapping[str, str]) -> dict[str, Any]:
    kind = MEDIA_TYPES.get(PurePosixPath(file.name).suffix, "application/octet-stream")
    return {
        "@id": file.name, "@type": "File", "name": PurePosixPath(file.name).name,
        "description": _meaning(file.name, meanings), "encodingFormat": kind,
        "contentSize": str(file.size), "sha256": file.sha256,
    }  # fmt: skip


def _cells(many: Sequence[PackedFile], meanings: Mapping[str, str]) -> dict[str, Any]:
    return {
        "@id": CELLS, "@type": "Dataset", "name": "cells",
        "description": f"{_meaning(CELLS, meanings)} {len(many):,} files; their SHA-256 are in "
        "manifest-sha256.txt.",
        "contentSize": str(sum(file.size for file in many)),
    }  # fmt: skip


def _meaning(name: str, meanings: Mapping[str, str]) -> str:
    fitting = [start for start in meanings if name.startswith(start)]
    return meanings[max(fitting, key=len)] if fitting else ""
