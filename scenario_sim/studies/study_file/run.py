"""Run a study file: its cells through a store, then its table of results and its analyses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.simulation.display import DisplayedResult
from scenario_sim.simulation.engine import engine_version
from scenario_sim.simulation.outcomes import run_weights
from scenario_sim.studies.cells import Cell
from scenario_sim.studies.executors import Executor
from scenario_sim.studies.metrics import RISK
from scenario_sim.studies.run import Progress, StudySummary, run_study
from scenario_sim.studies.store.store import Store
from scenario_sim.studies.study_file.analyses import analyse, check_number_of_points
from scenario_sim.studies.study_file.clusters import cluster_runs
from scenario_sim.studies.study_file.plan import StudyPlan
from scenario_sim.studies.study_file.schema import Study
from scenario_sim.studies.study_file.windows import weighted_means, window_values
from scenario_sim.studies.study_file.writer import write_results

MAX_SCENARIOS = 2_000  # scenarios in memory at a time: 0.2 GB
Spans = Mapping[str, pd.DataFrame]  # outcomes of the runs, by span of weeks ("" is the whole)


@dataclass(frozen=True, repr=False)
class StudyResult(DisplayedResult):
    """Results of a study.

    Attributes
    ----------
    study : Study
    table : DataFrame
        One row a design point and seed: its inputs, the mean of each outcome (`window.outcome` in a
        window), and the Monte-Carlo error of each mean (`mcse:` before the name).
    analyses : dict
        Tables of the analyses, by kind and outcome, as in `sobol-launch_days`.
    failed : dict
        Errors of cells, by "point, seed".
    missing : int
        Cells that belong to other shards and are not in the store yet.
    precision : DataFrame
        With `until`, one row a cell and metric: `value`, `half` of its 95 % interval, the half that
        was `wanted`, and whether it `converged`. Empty otherwise.
    plugins : mapping
        Digest of each plug-in, by name.
    """

    study: Study
    table: pd.DataFrame
    analyses: dict[str, pd.DataFrame]
    failed: dict[str, str]
    missing: int = 0
    engine: str = field(default_factory=engine_version)
    precision: pd.DataFrame = field(default_factory=pd.DataFrame)
    plugins: Mapping[str, str] = field(default_factory=dict)

    def _summary(self) -> list[str]:
        lines = [
            f"{self.study.title}: {len(self.table):,} cells of {self.study.runs:,} runs, "
            f"engine {self.engine}"
        ]
        if self.missing:
            lines.append(f"{self.missing:,} cells are missing, so nothing was analysed yet")
        if self.failed:
            lines.append(f"{len(self.failed):,} cells failed")
        if len(self.precision):
            converged = int(self.precision["converged"].sum())
            lines.append(f"{converged:,} of {len(self.precision):,} metrics of cells converged")
        return lines

    def _table(self) -> pd.DataFrame:
        return self.table


def run_study_file(
    study: Study,
    out: Path | str | None = None,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    part: tuple[int, int] = (1, 1),
    progress: Progress | None = None,
    weekly: bool = False,
) -> StudyResult:
    r"""Run the cells of a study that its store lacks, and analyse the whole once it is complete.

    Parameters
    ----------
    study : Study
        As `load_study` reads it.
    out : Path or str, optional
        Folder of the store; the same call continues from there. It also gets `study.toml`,
        `results.csv` and `analyses/`. Without it nothing is kept.
    jobs : int
        Threads.
    executor : Executor, optional
        Runs the cells instead of threads.
    part : (int, int)
        (k, n): run the k-th of n parts of the design points, k from 1. Merge the stores of all
        parts, and run the study on the merged folder to analyse it.
    progress : callable, optional
        Called with the run-weeks that are done and their total.
    weekly : bool
        With `out`: store every week of every run too. Clusters need the weeks and store them anyway.

    Raises
    ------
    ScenarioError
        The study does not fit the model.
    OutputError
        The folder cannot be written.

    Examples
    --------
    >>> from scenario_sim.studies import read_study, run_study_file
    >>> text = 'title="Hotline"\nruns=20\nweeks=8\n[[factors]]\ninput="hotline"\nvalues=[0, 1]'
    >>> run_study_file(read_study(text)).table["hotline"].tolist()
    [0.0, 1.0]
    """
    number, parts = part
    if not 1 <= number <= parts:
        text = f"takes (k, n) with k from 1 to n, as in (1, 4), not {part}"
        raise ScenarioError([Problem("part", text)], "this study cannot be run")
    plan = StudyPlan(study)
    design = plan.design()
    check_number_of_points(study, len(design))
    compares = plan.until is not None and plan.until.compares  # each with the first design point
    clusters = any(analysis.kind == "clusters" for analysis in study.analyses)
    with _store(out) as store:
        found = _Results(plan, design, store)
        for batch in _batches(plan, design):
            cells = list(plan.cells(batch))
            own = [
                cell
                for point, _, _, cell in cells
                if point % parts == number - 1 or (compares and point == design.index[0])
            ]
            summary = run_study(
                own, store, jobs=jobs, executor=executor, until=plan.until,
                progress=_of_all(progress, plan, batch, len(design)),
                index=batch.index[-1] == design.index[-1],
                trajectories=(weekly and out is not None) or clusters,
            )  # fmt: skip
            found.read(cells, summary)
        result = found.result()
        if out is not None:
            write_results(
                store.path, plan, len(design), result.table, result.analyses, not result.missing,
                result.precision,
            )  # fmt: skip
    return result


def _batches(plan: StudyPlan, design: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the design in parts whose scenarios fit into memory: a scenario takes 0.1 MB.

    With `until` there is one part, because cells may be compared with the first one.
    """
    size = max(1, MAX_SCENARIOS // plan.cells_a_point) if plan.until is None else len(design)
    for first in range(0, len(design), size):
        yield design.iloc[first : first + size]


def _of_all(
    progress: Progress | None, plan: StudyPlan, batch: pd.DataFrame, points: int
) -> Progress | None:
    """Return the progress of a part of the design, told as that of the whole study."""
    if progress is None or len(batch) == points:
        return progress
    of_a_point = plan.run_weeks_a_point
    end = of_a_point * (batch.index[-1] + 1)  # what is found in the store counts as done
    return lambda done, total: progress(end - total + done, of_a_point * points)


@contextmanager
def _store(out: Path | str | None) -> Iterator[Store]:
    if out is not None:
        yield Store(out)
        return
    with TemporaryDirectory(prefix="scenario-sim-") as folder:
        yield Store(folder)


class _Results:
    """Read the results of all cells, part by part, and analyse them if they are complete."""

    def __init__(self, plan: StudyPlan, design: pd.DataFrame, store: Store):
        self.plan, self.design, self.store = plan, design, store
        self.rows: list[dict[str, Any]] = []
        self.failed: dict[str, str] = {}
        self.missing = 0
        self.precision: list[dict[str, Any]] = []
        self.whole: list[tuple[int, int, str, int]] = []  # (point, seed, key, runs), whole length
        self.by_policy: dict[str, dict[tuple[str, str], list[np.ndarray]]] = {}
        outcomes = plan.study.outcomes
        weighed = [RISK] if any(plan.outcomes[name].weight for name in outcomes) else []
        self.columns = list(dict.fromkeys([*outcomes, *weighed]))
        self.regret_of = {a.outcome for a in plan.study.analyses if a.kind == "regret"}

    def read(self, cells: list[tuple[int, int, str, Cell]], summary: StudySummary) -> None:
        """Read the results of a part of the design, as `StudyPlan.cells` yields it."""
        for (point, seed), spans in _grouped(cells):
            whole = spans[""]
            runs = summary.runs.get(whole.key, whole.runs)
            self.whole.append((point, seed, whole.key, runs))
            self.precision += [  # one row for each cell of the whole length and metric
                {"point": point, "seed": seed, "runs": runs} | asdict(one)
                for one in summary.precision.get(whole.key, ())
            ]
            error = next((e for c in spans.values() if (e := summary.failed.get(c.key))), "")
            if error:
                self.failed[f"point {point}, seed {seed}"] = error
                continue
            tables = {span: self._outcomes(cell, summary) for span, cell in spans.items()}
            if any(table is None for table in tables.values()):
                self.missing += 1
                continue
            values = self._values({span: t for span, t in tables.items() if t is not None})
            self.rows.append({"point": point, "seed": seed} | weighted_means(values))
            for name in self.regret_of:
                pair = self._policy_and_theory(point)
                self.by_policy.setdefault(name, {}).setdefault(pair, []).append(values[name][0])

    def result(self) -> StudyResult:
        """Return the result of the whole design."""
        table = pd.DataFrame(self.rows)
        if self.rows:
            table = self.design.join(table.set_index("point"), how="right").reset_index()
        complete = self.rows and not self.missing and not self.failed
        return StudyResult(
            self.plan.study, table, self._analyse(table) if complete else {}, self.failed,
            self.missing, precision=pd.DataFrame(self.precision),
            plugins=self.plan.plugins.sources,
        )  # fmt: skip

    def _outcomes(self, cell: Cell, summary: StudySummary) -> pd.DataFrame | None:
        """Return the outcomes of a cell, or None if its store lacks some."""
        runs = summary.runs.get(cell.key, cell.runs)
        if self.plan.until is None and self.store.missing(cell, runs):
            return None
        table = self.store.of(replace(cell, runs=runs), self.columns)
        return table if len(table) else None

    def _values(self, spans: Spans) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Return (values, weights) of the runs for every outcome and window."""
        whole, weeks, outcomes = spans[""], self.plan.scenario.weeks, self.plan.outcomes
        found = {}
        for name in self.plan.study.outcomes:
            weight = run_weights(outcomes[name], whole)
            found[name] = whole[name].to_numpy(float), weight
        for window in self.plan.study.windows:
            end = spans.get(str(window.last_week), whole) if window.last_week != weeks else whole
            start = spans[str(window.first_week)] if window.first_week else None
            for name in self.plan.study.outcomes:
                weight = run_weights(outcomes[name], end)
                values = window_values(name, window, end, start, outcomes[name].window)
                found[f"{window.name}.{name}"] = values, weight
        return found

    def _policy_and_theory(self, point: int) -> tuple[str, str]:
        row = {column.kind: column.name for column in self.plan.columns}
        at = self.design.loc[point]
        return str(at[row["policies"]]), str(at[row["theories"]])

    def _analyse(self, table: pd.DataFrame) -> dict[str, pd.DataFrame]:
        outcomes = [n for n in table if n not in (*self.plan.names, "point", "seed")]
        mean = table.groupby("point")[outcomes].mean().loc[self.design.index]
        found: dict[str, pd.DataFrame] = {}
        for analysis in self.plan.study.analyses:
            if analysis.kind == "clusters":
                tables = cluster_runs(analysis, self.plan, self.design, self.whole, self.store)
            else:
                pairs = self.by_policy.get(analysis.outcome, {})
                runs = {pair: np.concatenate(parts) for pair, parts in pairs.items()}
                tables = analyse(analysis, self.plan, self.design, mean, runs)
            found |= {f"{kind}-{analysis.subject}": one for kind, one in tables.items()}
        return found


def _grouped(
    cells: list[tuple[int, int, str, Cell]],
) -> Iterator[tuple[tuple[int, int], dict[str, Cell]]]:
    """Yield ((point, seed), cells by span), in the order of the design."""
    groups: dict[tuple[int, int], dict[str, Cell]] = {}
    for point, seed, span, cell in cells:
        groups.setdefault((point, seed), {})[span] = cell
    yield from groups.items()
