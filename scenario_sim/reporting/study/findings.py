"""Read the folder of a study for its report: cells, titles, what was varied, methods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from scenario_sim.errors import OutputError
from scenario_sim.reporting.study import messages
from scenario_sim.reporting.study.exhibits import FAN_OF, Findings
from scenario_sim.reporting.study.methods import Methods
from scenario_sim.studies.cells import BLOCK_RUNS
from scenario_sim.studies.metrics import RISK
from scenario_sim.studies.stopping import Estimate
from scenario_sim.studies.store.manifest import commands, read_manifest
from scenario_sim.studies.store.plugin_files import read_sources
from scenario_sim.studies.store.saved_analyses import SavedAnalysis, load_analyses
from scenario_sim.studies.store.store import Store

MAX_SCENARIO_FILES = 5  # scenarios whose files are in the appendix
MAX_LABELS_IN_TITLE = 4  # inputs in the title of a cell
ASIDE_LABEL = (
    "source"  # label of cells that separate sources of uncertainty: not part of the design
)


@dataclass(frozen=True)
class StudyCell:
    """A stored cell, with the mean of an outcome over its runs and its Monte-Carlo error.

    Both are NaN if it has no runs yet. `title` is that of its scenario; `error` is why it failed.
    """

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
    engine: str = ""

    @property
    def done(self) -> bool:
        return bool(self.runs) and not self.error


def read_study(folder: Path | str, outcome: str) -> tuple[Findings, Methods]:
    """Read what a report needs from a study, finished or not. Raises OutputError."""
    store, cells = _read_cells(folder, outcome)
    shown = largest_design(cells)
    weekly = _weekly(store, [cell.key for cell in shown])
    analyses = load_analyses(store.path)
    return make_findings(shown, outcome, weekly, analyses), _methods(store, cells, analyses)


def read_methods(folder: Path | str) -> Methods:
    """Read the methods of a study, finished or not. Raises OutputError."""
    store, cells = _read_cells(folder, None)
    return _methods(store, cells, load_analyses(store.path))


def _read_cells(folder: Path | str, outcome: str | None) -> tuple[Store, list[StudyCell]]:
    """Return the cells in the order of the commands; their means only if an outcome is named."""
    store = Store(folder)
    if not (store.path / "cells").is_dir():
        raise OutputError(f"{folder} holds no results; name a folder that a study wrote with --out")
    errors = store.errors()
    place = {key: n for n, key in enumerate(read_manifest(store.path)["cells"])}
    keys = sorted(store.listed(), key=lambda key: place.get(key, len(place)))
    return store, [_study_cell(store, key, outcome, errors.get(key, "")) for key in keys]


def _methods(
    store: Store, cells: Sequence[StudyCell], analyses: Sequence[SavedAnalysis]
) -> Methods:
    sessions = read_manifest(store.path)["sessions"]
    methods = make_methods(cells, _versions(sessions), commands(sessions), BLOCK_RUNS, analyses)
    ends = [session.get("finished") or session["started"] for session in sessions]
    year = int(max(ends)[:4]) if ends else None
    return replace(methods, year=year, plugins=read_sources(store.path))


def largest_design(cells: Sequence[StudyCell]) -> list[StudyCell]:
    """Return the complete cells of the largest design: those with the same names of labels.

    A folder may hold cells of other designs, whose results are in their own tables.
    """
    done = [cell for cell in cells if cell.done and ASIDE_LABEL not in cell.labels]
    if not done:
        return []
    often = Counter(frozenset(cell.labels) for cell in done)
    names = often.most_common(1)[0][0]
    return [cell for cell in done if cell.labels.keys() == names]


def make_findings(
    cells: Sequence[StudyCell],
    outcome: str,
    weekly: pd.DataFrame,
    analyses: Sequence[SavedAnalysis] = (),
) -> Findings:
    """Return the results for the figures. weekly: histograms with their `cell`."""
    varied = varied_labels(cells)
    table = pd.DataFrame(
        {
            "title": cell_titles(cells, varied),
            "runs": [cell.runs for cell in cells],
            "mean": [cell.mean for cell in cells],
            "mcse": [cell.mcse for cell in cells],
        }
        | {name: [cell.labels.get(name) for cell in cells] for name in varied},
        index=pd.Index([cell.key for cell in cells], name="cell"),
    )
    return Findings(outcome, table, varied, weekly, analyses)


def make_methods(
    cells: Sequence[StudyCell],
    versions: Mapping[str, str],
    commands: Sequence[str],
    block: int,
    analyses: Sequence[SavedAnalysis] = (),
) -> Methods:
    """Return what is needed to repeat the study."""
    done = [cell for cell in cells if cell.done]
    shown = largest_design(cells)
    scenarios: dict[str, tuple[str, str]] = {}
    for cell in shown:
        if cell.title not in scenarios and len(scenarios) < MAX_SCENARIO_FILES:
            scenarios[cell.title] = (cell.hash, cell.toml)
    return Methods(
        engine=", ".join(dict.fromkeys(cell.engine for cell in done)),
        versions=dict(versions),
        commands=tuple(dict.fromkeys(commands)),
        scenarios=scenarios,
        cells=len(done),
        aside=len(done) - len(shown),
        runs=sum(cell.runs for cell in done),
        block=block,
        seeds=tuple(sorted({cell.seed for cell in done})),
        weeks=tuple(sorted({cell.weeks for cell in done})),
        varied={
            name: _range([cell.labels.get(name) for cell in shown]) for name in varied_labels(shown)
        },
        failures={cell.key: cell.error for cell in cells if cell.error},
        analyses=analyses,
    )


def varied_labels(cells: Sequence[StudyCell]) -> tuple[str, ...]:
    """Return the labels that differ between cells, in their order."""
    names = dict.fromkeys(name for cell in cells for name in cell.labels)
    return tuple(n for n in names if len({cell.labels.get(n) for cell in cells}) > 1)


def cell_titles(cells: Sequence[StudyCell], varied: Sequence[str]) -> list[str]:
    """Return a unique title for each cell: its scenario's, what was varied, its seed."""
    titles = []
    for number, cell in enumerate(cells, start=1):
        said = [f"{name} {_short(cell.labels[name])}" for name in varied if name in cell.labels]
        if len(said) > MAX_LABELS_IN_TITLE:
            said = [messages.CELL_NUMBER.format(number=number)]
        titles.append(f"{cell.title}: {', '.join(said)}" if said else cell.title)
    for distinct in (
        lambda title, cell: messages.CELL_SEED.format(title=title, seed=cell.seed),
        lambda title, cell: f"{title} [{cell.key[:8]}]",
    ):
        often = Counter(titles)
        titles = [distinct(t, c) if often[t] > 1 else t for t, c in zip(titles, cells, strict=True)]
    return titles


def _study_cell(store: Store, key: str, outcome: str | None, error: str) -> StudyCell:
    told, runs = store.about(key), sum(block.runs for block in store.blocks(key))
    estimate = Estimate(outcome or RISK)
    if runs and outcome:
        estimate = estimate.with_block(store.outcomes([key], estimate.columns))
    return StudyCell(
        key, told["title"], told["hash"], told["scenario"], told["seed"], told["weeks"], runs,
        told["labels"], estimate.mean, estimate.mcse, error, told["engine"],
    )  # fmt: skip


def _weekly(store: Store, keys: Sequence[str]) -> pd.DataFrame:
    """Return the histograms of these cells that the fans show."""
    parts = [table[table["quantity"] == FAN_OF] for key in keys for table in [store.weekly([key])]]
    whole = [part for part in parts if not part.empty]
    return pd.concat(whole, ignore_index=True) if whole else store.weekly([])


def _versions(sessions: Iterable[Mapping]) -> dict[str, str]:
    """Return the versions of all sessions; several are joined by `and`."""
    found: dict[str, dict[str, None]] = {}
    for session in sessions:
        for name, version in (session["versions"] | {"platform": session["platform"]}).items():
            found.setdefault(name, {})[version] = None
    return {name: " and ".join(versions) for name, versions in found.items()}


def _range(values: Sequence[float | str | None]) -> str:
    """Return `from 0 to 1`, or the words that occur."""
    numbers = [value for value in values if isinstance(value, int | float)]
    if len(numbers) == sum(value is not None for value in values):
        low, high = f"{min(numbers):.3g}", f"{max(numbers):.3g}"
        return messages.FROM_TO.format(low=low, high=high)
    words = list(dict.fromkeys(str(value) for value in values if value is not None))
    said = ", ".join(words[:MAX_SCENARIO_FILES])
    if len(words) > MAX_SCENARIO_FILES:
        said = messages.AND_MORE.format(names=said, n=len(words) - MAX_SCENARIO_FILES)
    return messages.IN_BRACKETS.format(words=said)


def _short(value: float | str) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
