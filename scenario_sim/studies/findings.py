"""From the cells of a study to what its report needs: titles, what was varied, methods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from scenario_sim.studies.analyses import Analysis
from scenario_sim.studies.exhibits import Findings
from scenario_sim.studies.study_report import Methods

MOST_FILES = 5  # scenarios whose files stand in the appendix; more would bury the rest


@dataclass(frozen=True)
class KeptCell:
    """A cell as it was found: who it is, and the mean of an outcome over its runs (NaN where it has
    none yet) with its Monte-Carlo error. `title` is its scenario's; `error` why it failed."""

    key: str
    title: str
    hash: str
    toml: str
    seed: int
    weeks: int
    runs: int
    labels: Mapping[str, float | str] = field(default_factory=dict)
    mean: float = np.nan
    mcse: float = np.nan
    error: str = ""


def findings_of(
    cells: Sequence[KeptCell],
    outcome: str,
    weekly: pd.DataFrame,
    analyses: Mapping[str, Analysis],
) -> Findings:
    """What the figures need; cells that failed are left out. weekly: histograms with their `cell`."""
    done = [cell for cell in cells if cell.runs and not cell.error]
    varied = varied_in(done)
    table = pd.DataFrame(
        {
            "title": titles_of(done, varied),
            "runs": [cell.runs for cell in done],
            "mean": [cell.mean for cell in done],
            "mcse": [cell.mcse for cell in done],
        }
        | {name: [cell.labels.get(name) for cell in done] for name in varied},
        index=pd.Index([cell.key for cell in done], name="cell"),
    )
    return Findings(
        outcome,
        table,
        varied,
        weekly[weekly["cell"].isin(table.index)],
        {kind: one.table for kind, one in analyses.items()},
        {kind: one.asked for kind, one in analyses.items()},
    )


def methods_of(
    cells: Sequence[KeptCell], engine: str, versions: Mapping[str, str], commands: Sequence[str], block: int
) -> Methods:
    """What it takes to make the study again."""
    done = [cell for cell in cells if cell.runs and not cell.error]
    scenarios: dict[str, tuple[str, str]] = {}
    for cell in done:
        if cell.title not in scenarios and len(scenarios) < MOST_FILES:
            scenarios[cell.title] = (cell.hash, cell.toml)
    return Methods(
        engine=engine,
        versions=dict(versions),
        commands=tuple(dict.fromkeys(commands)),
        scenarios=scenarios,
        cells=len(done),
        runs=sum(cell.runs for cell in done),
        block=block,
        seeds=tuple(sorted({cell.seed for cell in done})),
        weeks=tuple(sorted({cell.weeks for cell in done})),
        varied={name: _range([cell.labels.get(name) for cell in done]) for name in varied_in(done)},
        failures={cell.key: cell.error for cell in cells if cell.error},
    )


def varied_in(cells: Sequence[KeptCell]) -> tuple[str, ...]:
    """The labels that differ between cells, in the order in which they were named."""
    names = dict.fromkeys(name for cell in cells for name in cell.labels)
    return tuple(n for n in names if len({cell.labels.get(n) for cell in cells}) > 1)


def titles_of(cells: Sequence[KeptCell], varied: Sequence[str]) -> list[str]:
    """A title for each cell that no other bears: its scenario's, what was varied, its seed."""
    titles = []
    for cell in cells:
        said = [f"{name} {_short(cell.labels[name])}" for name in varied if name in cell.labels]
        titles.append(f"{cell.title}: {', '.join(said)}" if said else cell.title)
    for more in (lambda cell: f" (seed {cell.seed})", lambda cell: f" [{cell.key[:8]}]"):
        often = Counter(titles)
        titles = [t + more(c) if often[t] > 1 else t for t, c in zip(titles, cells, strict=True)]
    return titles


def _range(values: Sequence[float | str | None]) -> str:
    """`from 0 to 1`, or the words that occur."""
    numbers = [value for value in values if isinstance(value, int | float)]
    if len(numbers) == sum(value is not None for value in values):
        return f"from {min(numbers):.3g} to {max(numbers):.3g}"
    words = list(dict.fromkeys(str(value) for value in values if value is not None))
    more = f" and {len(words) - MOST_FILES} more" if len(words) > MOST_FILES else ""
    return f"({', '.join(words[:MOST_FILES])}{more})"


def _short(value: float | str) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
