"""Save the tables of analyses beside the cells of a study, in `<study>/analyses/`.

Each kind has two files for each outcome: the table, `<kind>-<outcome>.csv`, and its options,
`<kind>-<outcome>.json` (`<kind>.csv` if it is about no single outcome). The report draws all of
them. Each kind, and what its table is:

- `morris`, `sobol`: as `sensitivity.Influence.table`.
- `boxes`: as `discovery.Discovery.boxes`.
- `clusters`, `cluster_weeks`: as `study_file.clusters.cluster_runs` returns them, named by quantity.
- `front`: as `search.Front.table`.
- `regret`: policies by theories; the first column names the policy.
- `spread`: as `statistics.spread_by_source`; the first column names the source.
- `mechanisms`: as `uncertainty.UncertaintySources.mechanisms`.
- `design`: as `save_design` writes it, named by its design instead of an outcome.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from scenario_sim.errors import OutputError, UnknownNameError
from scenario_sim.studies.store.atomic import json_with_checksum, read_json, write_atomic

if TYPE_CHECKING:
    from scenario_sim.scenario import Scenario

FOLDER = "analyses"
TABLE = "table_checksum"  # in the JSON file: the checksum of the table beside it
KINDS_WITH_INDEX = ("regret", "spread")  # their index is a name, and is saved too
ANALYSIS_KINDS = (
    "morris", "sobol", "pairs", "convergence", "delta", "pawn", "rbd_fast", "importance", "boxes", "peeling",
    "loadings", "ranges", "clusters", "cluster_weeks", "front", "progress", "regret", "spread",
    "mechanisms", "design",
)  # fmt: skip
SOFTWARE = "software"  # in the JSON file: versions of the library that made the table
LIBRARIES = dict.fromkeys(("morris", "sobol", "pairs", "delta", "pawn", "rbd_fast"), "SALib") | {
    "importance": "scikit-learn", "cart": "scikit-learn", "prim": "ema-workbench",
    "pca_prim": "ema-workbench", "clusters": "scipy",
    "front": "pymoo",
}  # fmt: skip
FACTOR_COLUMNS = ("name", "kind", "group", "distribution", "low", "high", "values")


@dataclass(frozen=True)
class SavedAnalysis:
    """A table of some kind, the options of its analysis (`outcome` ...), and versions of libraries."""

    kind: str
    table: pd.DataFrame
    asked: dict[str, Any]
    software: dict[str, str] = field(default_factory=dict)


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
    made_with = _versions(LIBRARIES.get(asked.get("method", kind), LIBRARIES.get(kind, "")))
    about = json_with_checksum(
        dict(asked)
        | ({SOFTWARE: made_with} if made_with else {})
        | {TABLE: hashlib.sha256(data).hexdigest()}
    )
    try:
        write_atomic(Path(study), path, data)
        write_atomic(Path(study), path.with_suffix(".json"), about.encode())
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror or error}") from None
    return path


def save_design(
    study: Path | str,
    scenario: Scenario,
    factors: pd.DataFrame,
    design: str,
    asked: Mapping[str, Any],
) -> Path:
    """Save what was varied, so that a report can say it in a methods section.

    Parameters
    ----------
    study : Path or str
        Folder of a store.
    scenario : Scenario
        The base of the design.
    factors : DataFrame
        One row an input, columns FACTOR_COLUMNS; `values` are listed levels with ` | ` between them.
    design : str
        Its kind, as in `lhs`.
    asked : mapping
        Sizes and seeds: `points`, `samples`, `runs`, `seeds` ...

    Raises
    ------
    OutputError
    """
    about = {"design": design, "scenario": scenario.name or scenario.title, "hash": scenario.hash}
    table = factors.reindex(columns=list(FACTOR_COLUMNS))
    return save_analysis(study, "design", table, about | {"weeks": scenario.weeks} | dict(asked))


def factor_row(
    name: str,
    kind: str,
    low: float,
    high: float,
    values: Sequence[object] = (),
    *,
    group: str = "",
    distribution: str = "uniform",
) -> dict[str, Any]:
    """Return a row of the table that `save_design` takes; listed values replace the range."""
    row: dict[str, Any] = {"name": name, "kind": kind, "group": group or name}
    if values:
        return row | {"values": " | ".join(str(value) for value in values)}
    return row | {"distribution": distribution, "low": low, "high": high}


def analysis_name(what: str, asked: Mapping[str, Any]) -> str:
    """Return a name such as `morris-launch_days` or `design-lhs`; `front` alone has neither."""
    return "-".join(filter(None, (what, asked.get("outcome") or asked.get("design"))))


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
    return SavedAnalysis(kind, table, asked, asked.pop(SOFTWARE, {}))


def _versions(library: str) -> dict[str, str]:
    try:
        return {library: version(library)} if library else {}
    except PackageNotFoundError:
        return {}
