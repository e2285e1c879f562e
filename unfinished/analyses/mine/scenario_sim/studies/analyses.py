"""Tables that an analysis found, kept beside the cells it looked at: `<study>/analyses/`.

One kind, one pair of files: `<kind>.csv`, tidy, and `<kind>.json`, what was asked. The report draws
whatever lies there. Kinds: `morris`, `sobol` (columns as in `influence.Influence.table`), `boxes`
(`discovery.Discovery.boxes`), `front` (`search.Front.table`), `regret` (policies by theories, the
first column names the policy), `spread` (`spread.spread`, the first column names the source).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from scenario_sim.errors import OutputError, UnknownName

FOLDER = "analyses"
INDEXED = ("regret", "spread")  # their index is a name, and is kept
KINDS = ("morris", "sobol", "boxes", "front", "regret", "spread")


@dataclass(frozen=True)
class Analysis:
    """A table and what was asked: `outcome`, and whatever else tells it apart."""

    table: pd.DataFrame
    asked: dict[str, Any]


def keep_analysis(
    study: Path | str, kind: str, table: pd.DataFrame, asked: Mapping[str, Any]
) -> Path:
    """Keep a table in a study's folder, in the place of the last one of its kind; returns its path.

    asked: plain values (`outcome`, `method`, `samples`, `objectives` ...). Raises OutputError.
    """
    if kind not in KINDS:
        raise UnknownName("kind of analysis", kind, KINDS)
    folder = Path(study) / FOLDER
    path = folder / f"{kind}.csv"
    told = json.dumps(dict(asked), indent=2, ensure_ascii=False, default=str) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, table.to_csv(index=kind in INDEXED, lineterminator="\n"))
        write_whole(path.with_suffix(".json"), told)
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror or error}") from None
    return path


def kept_analyses(study: Path | str) -> dict[str, Analysis]:
    """What was kept, by kind. Raises OutputError where a file cannot be read."""
    found = {}
    for kind in KINDS:
        path = Path(study) / FOLDER / f"{kind}.csv"
        if not path.is_file():
            continue
        try:
            table = pd.read_csv(path, index_col=0 if kind in INDEXED else None)
            about = path.with_suffix(".json")
            asked = json.loads(about.read_text("utf-8")) if about.is_file() else {}
            found[kind] = Analysis(table, dict(asked))
        except (OSError, ValueError) as error:
            raise OutputError(f"{path} cannot be read: {error}") from None
    return found


def write_whole(path: Path, text: str) -> None:
    """A text file, whole or absent: written beside its place, then moved. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
