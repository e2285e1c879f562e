"""A store as CSV, for programs that read no Parquet. Piece by piece, so any number of runs will do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from scenario_sim.errors import OutputError
from scenario_sim.studies.store.atomic import open_atomic
from scenario_sim.studies.store.tables import iter_outcomes, iter_weekly

if TYPE_CHECKING:
    from scenario_sim.studies.store.store import Store


def write_csv(store: Store) -> list[Path]:
    """Write `outcomes.csv` and `weekly.csv` beside `cells.csv`: all that the store has now, as
    `Store.outcomes` and `Store.weekly` give it. Returns their paths. Raises OutputError."""
    tables = {"outcomes.csv": iter_outcomes(store), "weekly.csv": iter_weekly(store)}
    return [_written(store.path, store.path / name, parts) for name, parts in tables.items()]


def _written(root: Path, path: Path, parts: Iterable[pd.DataFrame]) -> Path:
    try:
        with open_atomic(root, path) as file:
            for number, part in enumerate(parts):
                text = part.to_csv(index=False, header=number == 0, lineterminator="\n")
                file.write(text.encode())
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror or error}") from None
    return path
