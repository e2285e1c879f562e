"""Tables that an analysis found, kept beside the cells it looked at: `<study>/analyses/`.

One kind, one pair of files: `<kind>.csv`, tidy, and `<kind>.json`, what was asked. The report draws
whatever lies there. Kinds: `morris`, `sobol` (columns as in `influence.Influence.table`), `boxes`
(`discovery.Discovery.boxes`), `front` (`search.Front.table`), `regret` (policies by theories, the
first column names the policy), `spread` (`spread.spread`, the first column names the source),
`mechanisms` (`sources.Sources.mechanisms`, of one outcome).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from scenario_sim.errors import OutputError, UnknownName
from scenario_sim.studies.whole import plain_json, write_whole

FOLDER = "analyses"
INDEXED = ("regret", "spread")  # their index is a name, and is kept
KINDS = ("morris", "sobol", "boxes", "front", "regret", "spread", "mechanisms")


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
    path = Path(study) / FOLDER / f"{kind}.csv"
    text = table.to_csv(index=kind in INDEXED, lineterminator="\n")
    try:
        write_whole(Path(study), path, text.encode())
        write_whole(Path(study), path.with_suffix(".json"), plain_json(dict(asked)).encode())
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
