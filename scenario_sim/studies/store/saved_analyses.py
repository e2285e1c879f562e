"""Save the tables of analyses beside the cells of a study, in `<study>/analyses/`.

Each kind has two files for each outcome: the table, `<kind>-<outcome>.csv`, and its options,
`<kind>-<outcome>.json` (`<kind>.csv` if it is about no single outcome). The report draws all of
them. Kinds: `morris`, `sobol` (columns as in `sensitivity.Influence.table`), `boxes`
(`discovery.Discovery.boxes`), `front` (`search.Front.table`), `regret` (policies by theories, the
first column names the policy), `spread` (`statistics.spread_by_source`, the first column names the
source), `mechanisms` (`uncertainty.UncertaintySources.mechanisms`).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from scenario_sim.errors import OutputError, UnknownNameError
from scenario_sim.studies.store.atomic import json_with_checksum, read_json, write_atomic

FOLDER = "analyses"
TABLE = "table_checksum"  # in the JSON file: the checksum of the table beside it
KINDS_WITH_INDEX = ("regret", "spread")  # their index is a name, and is saved too
ANALYSIS_KINDS = (
    "morris", "sobol", "pairs", "convergence", "delta", "pawn", "rbd_fast", "importance", "boxes",
    "front", "regret", "spread", "mechanisms",
)  # fmt: skip


@dataclass(frozen=True)
class SavedAnalysis:
    """A table of some kind, and the options of its analysis, such as `outcome`."""

    kind: str
    table: pd.DataFrame
    asked: dict[str, Any]


def save_analysis(
    study: Path | str, kind: str, table: pd.DataFrame, asked: Mapping[str, Any]
) -> Path:
    """Save a table, in place of the last one of its kind and outcome.

    Parameters
    ----------
    study : Path or str
        Folder of a store.
    kind : str
        One of ANALYSIS_KINDS.
    table : DataFrame
    asked : mapping
        Options of the analysis, as plain values: `outcome`, `method`, `samples`, `objectives` ...

    Returns
    -------
    Path
        The CSV file.

    Raises
    ------
    OutputError
    """
    if kind not in ANALYSIS_KINDS:
        raise UnknownNameError("kind of analysis", kind, ANALYSIS_KINDS)
    path = Path(study) / FOLDER / f"{analysis_name(kind, asked)}.csv"
    data = table.to_csv(index=kind in KINDS_WITH_INDEX, lineterminator="\n").encode()
    about = json_with_checksum(dict(asked) | {TABLE: hashlib.sha256(data).hexdigest()})
    try:
        write_atomic(Path(study), path, data)
        write_atomic(Path(study), path.with_suffix(".json"), about.encode())
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror or error}") from None
    return path


def analysis_name(what: str, asked: Mapping[str, Any]) -> str:
    """Return a name such as `morris-launch_days`; without the outcome if there is none."""
    return "-".join(filter(None, (what, asked.get("outcome"))))


def load_analyses(study: Path | str) -> list[SavedAnalysis]:
    """Return the saved tables, in the order of ANALYSIS_KINDS. Raises OutputError."""
    paths = sorted((Path(study) / FOLDER).glob("*.csv"))
    kinds = {path: path.stem.partition("-")[0] for path in paths}
    return [_read(path, kind) for kind in ANALYSIS_KINDS for path in paths if kinds[path] == kind]


def _read(path: Path, kind: str) -> SavedAnalysis:
    about = path.with_suffix(".json")
    cure = f"remove {path.name} and {about.name}, and the command that found them finds them again"
    asked = read_json(about, cure)
    try:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != asked.pop(TABLE, ""):
            raise OutputError(
                f"{path} cannot be used: {about.name} has another checksum of it; {cure}"
            )
        table = pd.read_csv(io.BytesIO(data), index_col=0 if kind in KINDS_WITH_INDEX else None)
    except (OSError, ValueError) as error:
        raise OutputError(f"{path} cannot be read: {error}; {cure}") from None
    return SavedAnalysis(kind, table, asked)
