"""Plan a study: check it against the model, and make its design points and their scenarios."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.data.plugins import NO_PLUGINS
from scenario_sim.data.variables import RECORDED_QUANTITIES
from scenario_sim.errors import (
    Problem,
    ProblemCollector,
    ScenarioError,
    ScenarioSimError,
    UnknownNameError,
)
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.outcomes import outcomes_of
from scenario_sim.simulation.plugins.reader import SUFFIXES, load_plugins
from scenario_sim.studies.analysis.clusters import MIN_WEEKS
from scenario_sim.studies.analysis.discovery import METHODS
from scenario_sim.studies.analysis.sensitivity import DEFAULT_SAMPLES as SAMPLES_OF_METHOD
from scenario_sim.studies.analysis.sensitivity import GRID_LEVELS
from scenario_sim.studies.analysis.statistics import numeric_outcomes
from scenario_sim.studies.cells import Cell
from scenario_sim.studies.design.designs import DEFAULT_SAMPLES as SAMPLES_OF_DESIGN
from scenario_sim.studies.design.designs import MAX_CELLS, unit_design
from scenario_sim.studies.design.inputs import INVALID_STUDY, apply_inputs
from scenario_sim.studies.stopping import Until
from scenario_sim.studies.study_file.columns import ORDER, Column, columns_of, load_from
from scenario_sim.studies.study_file.schema import Analysis, Design, Study

GIVEN_DATA_METHODS = ("delta", "pawn", "rbd_fast")
METHOD_OF_DESIGN = {"saltelli": "sobol", "morris": "morris"}
DEFAULT_SAMPLES = dict.fromkeys(("lhs", "sobol"), SAMPLES_OF_DESIGN) | {
    design: SAMPLES_OF_METHOD[method] for design, method in METHOD_OF_DESIGN.items()
}
WINDOW_LABEL = "window"


class StudyPlan:
    """The design points of a study and the scenario of each.

    Attributes
    ----------
    study : Study
    scenario : Scenario
        The base scenario, with the study's length and settings.
    columns : tuple of Column
        One for each varied input, in the order of the file.

    Raises
    ------
    ScenarioError
        The study does not fit the model; every problem has its place in the file.
    """

    def __init__(self, study: Study):
        self.study = study
        self._problems = ProblemCollector(INVALID_STUDY)
        self.plugins = NO_PLUGINS
        self.scenario = self._base()
        self.outcomes = {one.name: one for one in outcomes_of(self.scenario)}
        self.columns = self._columns()
        self._check_names()
        self.until = self._until()
        self._check_windows()
        self._problems.add(_design_problems(study.design, self.columns))
        self._check_analyses()
        self.points = self._read_points() if study.design.kind == "points" else None
        self._problems.raise_if_any()

    @property
    def factors(self) -> list[str]:
        """Return the names of the factors, each once."""
        return list(dict.fromkeys(column.factor for column in self.columns))

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def design(self) -> pd.DataFrame:
        """Return the design: one row a design point, one column of values per varied input."""
        design = self.study.design
        if design.kind == "grid":
            rows: Any = list(product(*(column.grid() for column in self.columns)))
        elif self.points is not None:
            rows = self.points
        else:
            shares = _shares(design, self.columns, self.study.seeds[0])
            columns = (c.sample(shares[:, n]) for n, c in enumerate(self.columns))
            # One column at a time: 600 inputs of 30,000 points are half a gigabyte of Python floats.
            series = [
                pd.Series(values, name=name)
                for name, values in zip(self.names, columns, strict=True)
            ]
            return pd.concat(series, axis=1).copy().rename_axis("point")
        return pd.DataFrame(rows, columns=self.names).rename_axis("point")

    def apply(self, point: dict[str, Any]) -> Scenario:
        """Return the scenario of one design point. Raises ScenarioError."""
        scenario = self.scenario
        inputs: dict[str, float] = {}
        for column in sorted(self.columns, key=lambda column: ORDER.index(column.kind)):
            if column.input:
                inputs[column.input] = point[column.name]
                continue
            if ORDER.index(column.kind) > ORDER.index("input"):
                scenario, inputs = apply_inputs(scenario, inputs), {}
            scenario = column.apply(scenario, point[column.name])
            if column.kind == "scenarios":
                scenario = self._fit(scenario)
        return apply_inputs(scenario, inputs)

    def cells(self, design: pd.DataFrame) -> Iterator[tuple[int, int, str, Cell]]:
        """Yield (point, seed, span, cell) of every design point, seed and span of weeks.

        A span is the empty text for the whole scenario, or the number of the first weeks alone,
        which the windows of the study need.
        """
        study = self.study
        for point, row in zip(design.index, design.to_dict("records"), strict=True):
            scenario = self.apply(row)
            spans = [("", scenario)]
            spans += [(str(w), scenario.with_weeks(w)) for w in self._ends if w != scenario.weeks]
            for seed in study.seeds:
                own = seed if study.common_random_numbers else seed + int(point)
                for span, world in spans:
                    labels = row | ({WINDOW_LABEL: f"first {span} weeks"} if span else {})
                    yield int(point), seed, span, Cell(world, own, study.runs, labels)

    @property
    def cells_a_point(self) -> int:
        """Most cells of one design point: for each seed the whole, and each span of a window."""
        return len(self.study.seeds) * (1 + len(self._ends))

    @property
    def run_weeks_a_point(self) -> int:
        """Run-weeks of one design point: all of its cells."""
        weeks = self.scenario.weeks
        spans = [weeks, *(end for end in self._ends if end != weeks)]
        return len(self.study.seeds) * self.study.runs * sum(spans)

    @property
    def _ends(self) -> list[int]:
        """Weeks with which a window ends or before which it begins, in order."""
        windows = self.study.windows
        return sorted({w for one in windows for w in (one.first_week, one.last_week) if w})

    def _fit(self, scenario: Scenario) -> Scenario:
        """Return a scenario with the plug-ins, the length and the settings of the study."""
        scenario = scenario.with_plugins(self.plugins) if self.plugins else scenario
        if self.study.weeks is not None:
            scenario = scenario.with_weeks(self.study.weeks)
        if self.study.settings:
            scenario = apply_inputs(scenario, self.study.settings)
        changes = self.study.changes
        return (
            scenario.with_changes((c.date, c.settings()) for c in changes) if changes else scenario
        )

    def _base(self) -> Scenario:
        study = self.study
        scenario = load_from("status-quo", study.folder)
        try:
            scenario = load_from(study.scenario, study.folder)
        except ScenarioSimError as error:
            self._problem(("scenario",), error)
        if study.plugins:
            try:
                self.plugins = load_plugins(*plugin_sources(study), states=scenario.states)
            except ScenarioSimError as error:
                told = " ".join(str(error).split())  # names the plug-in's file as well
                self._problem(("plugins",), ScenarioSimError(told))
            scenario = scenario.with_plugins(self.plugins)
        if study.weeks is not None:
            scenario = scenario.with_weeks(study.weeks)
        for name, value in study.settings.items():
            try:
                scenario = apply_inputs(scenario, {name: value})
            except ScenarioSimError as error:
                self._problem(("settings", name), error)
        for n, change in enumerate(study.changes):
            try:
                scenario = scenario.with_changes([(change.date, change.settings())])
            except ScenarioSimError as error:
                self._problem(("changes", n), error)
        return scenario

    def _columns(self) -> tuple[Column, ...]:
        columns: list[Column] = []
        for n, factor in enumerate(self.study.factors):
            try:
                columns += columns_of(self.scenario, factor, self.study.folder)
            except (ScenarioSimError, ValueError) as error:
                self._problem(("factors", n, factor.kind), error)
        return tuple(columns)

    def _check_names(self) -> None:
        seen: set[str] = set()
        for column in self.columns:
            if column.name in seen:
                text = f"{column.name} is varied twice; give one factor another name"
                self._problem(("factors",), ValueError(text))
            seen.add(column.name)

    def _until(self) -> Until | None:
        given = self.study.until
        texts = (given,) if isinstance(given, str) else given
        try:
            own = [one.name for one in self.plugins.outcomes]
            until = Until.parse(*texts, own=own) if any(texts) else None
        except ScenarioError as error:
            self._problems.add(Problem.at(("until",), one.text) for one in error.problems)
            return None
        if until and until.compares and not self.study.common_random_numbers:
            text = "difference and ratio need common_random_numbers = true"
            self._problem(("until",), ValueError(text))
        return until

    def _check_windows(self) -> None:
        weeks, names = self.scenario.weeks, [one.name for one in self.study.windows]
        for n, window in enumerate(self.study.windows):
            if not window.first_week < window.last_week <= weeks:
                text = f"takes a week after first_week and at most {weeks}, not {window.last_week}"
                self._problems.add([Problem.at(("windows", n, "last_week"), text)])
            if names.count(window.name) > 1:
                text = f"two windows have the name {window.name}"
                self._problems.add([Problem.at(("windows", n, "name"), text)])
        for n, name in enumerate(self.study.outcomes):
            self._check_outcome(name, ("outcomes", n), self.study.windows == ())

    def _check_outcome(self, name: str, place: tuple[Any, ...], windows: bool = True) -> None:
        known = numeric_outcomes(self.scenario)
        if name not in known:
            text = str(UnknownNameError("outcome", name, known))
            self._problems.add([Problem.at(place, text)])
        elif not windows and not self.outcomes[name].window:
            for one in (one for one in self.study.windows if one.first_week):
                text = f"{name} has no value in a window after week 0; drop it, or {one.name}"
                self._problems.add([Problem.at(place, text)])

    def _check_analyses(self) -> None:
        design, kinds = self.study.design.kind, [column.kind for column in self.columns]
        windows = [one.name for one in self.study.windows]
        for n, analysis in enumerate(self.study.analyses):
            window, _, outcome = analysis.outcome.rpartition(".")
            place = ("analyses", n)
            if analysis.kind == "clusters":
                self._check_clusters(analysis, place)
            elif window and window not in windows:
                text = str(UnknownNameError("window", window, windows))
                self._problems.add([Problem.at((*place, "outcome"), text)])
            elif outcome not in self.study.outcomes:
                text = f"is not among the outcomes of the study: {', '.join(self.study.outcomes)}"
                self._problems.add([Problem.at((*place, "outcome"), text)])
            if problem := _method_problem(analysis, design, kinds):
                self._problems.add([Problem.at((*place, problem[0]), problem[1])])

    def _check_clusters(self, analysis: Analysis, place: tuple[Any, ...]) -> None:
        known = [*(q.name for q in RECORDED_QUANTITIES), *self.plugins.quantities]
        if analysis.quantity not in known:
            text = str(UnknownNameError("weekly quantity", analysis.quantity, known))
            self._problems.add([Problem.at((*place, "quantity"), text)])
        if self.scenario.weeks < MIN_WEEKS:
            text = f"clusters need {MIN_WEEKS} weeks or more, not {self.scenario.weeks}"
            self._problems.add([Problem.at((*place, "kind"), text)])

    def _read_points(self) -> list[tuple[Any, ...]] | None:
        """Return the rows of the CSV file of design points."""
        path = self.study.folder / self.study.design.points
        place = ("design", "points")
        if not self.study.design.points or not self.columns:
            return None
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                table = list(csv.DictReader(file))
        except (OSError, UnicodeDecodeError) as error:
            told = getattr(error, "strerror", None) or "it is no UTF-8 text"
            self._problem(place, ValueError(f"{path} cannot be read: {told}"))
            return None
        given = list(table[0]) if table else []
        for name in self.names:
            if name not in given:
                told = f"{path.name} has no column {name}; it has {', '.join(given) or 'none'}"
                self._problem(place, ValueError(told))
                return None
        rows = []
        for number, row in enumerate(table, start=2):
            values: list[Any] = []
            for column in self.columns:
                try:
                    values.append(column.parse(row[column.name]))
                except ValueError as error:
                    told = f"{path.name}, line {number}: {column.name} {error}"
                    self._problem(place, ValueError(told))
            rows.append(tuple(values))
        return rows

    def _problem(self, place: tuple[Any, ...], error: Exception) -> None:
        if isinstance(error, ScenarioError):
            texts = [f"{p.key + ' ' if p.key else ''}{p.text}" for p in error.problems]
        else:
            texts = [str(error)]
        self._problems.add(Problem.at(place, text) for text in texts)


def plugin_sources(study: Study) -> list[str]:
    """Return the plug-ins of a study: paths from its folder, or installed names."""
    return [str(study.folder / name) if name.endswith(SUFFIXES) else name for name in study.plugins]


def _design_problems(design: Design, columns: Sequence[Column]) -> Iterator[Problem]:
    """Yield what is wrong with a design of these columns."""
    place = ("design", "samples")
    factors = {column.factor for column in columns}
    if design.kind in ("grid", "points") and design.samples is not None:
        text = f"is not for {design.kind}; give the factors points or values instead"
        yield Problem.at(place, text)
    if design.kind in ("sobol", "saltelli") and (n := design.samples) and n & (n - 1):
        yield Problem.at(place, f"takes a power of 2 here: {2 ** n.bit_length()}, not {n}")
    if design.kind in METHOD_OF_DESIGN and columns and len(factors) < 2:
        text = f"{design.kind} needs two factors or more; one has nothing to be compared with"
        yield Problem.at(("design", "kind"), text)
    if design.kind == "points" and not design.points:
        yield Problem.at(("design", "points"), 'is missing; it takes a file, as in "points.csv"')
    if design.second_order and design.kind != "saltelli":
        yield Problem.at(("design", "second_order"), 'needs kind = "saltelli"')
    if design.kind == "grid":
        for column in columns:
            if column.distribution != "uniform":
                text = f"a grid has no distribution; {column.name} needs values, or another design"
                yield Problem.at(("design", "kind"), text)
    if (cells := count_points(design, columns)) > MAX_CELLS:
        text = f"makes {cells:,} design points; {MAX_CELLS:,} are the most"
        yield Problem.at(("design",), text)


def count_points(design: Design, columns: Sequence[Column]) -> int:
    """Return how many design points a design has; 0 for a file of points."""
    if design.kind == "grid":
        return prod(len(column.grid()) for column in columns)
    if design.kind == "points":
        return 0
    samples = design.samples or DEFAULT_SAMPLES[design.kind]
    return samples * points_per_sample(design, columns)


def points_per_sample(design: Design, columns: Sequence[Column]) -> int:
    """Return the number of design points of one sample."""
    groups = len({column.factor for column in columns})
    if design.kind == "saltelli":
        return 2 * groups + 2 if design.second_order else groups + 2
    return groups + 1 if design.kind == "morris" else 1


def salib_problem(columns: Sequence[Column]) -> dict[str, Any]:
    """Return the problem of SALib: columns on 0..1, grouped by factor."""
    problem: dict[str, Any] = {
        "num_vars": len(columns),
        "names": [column.name for column in columns],
        "bounds": [[0.0, 1.0]] * len(columns),
    }
    factors = [column.factor for column in columns]
    if len(set(factors)) < len(factors):
        problem["groups"] = factors
    return problem


def _shares(design: Design, columns: Sequence[Column], seed: int) -> np.ndarray:
    """Return the design on the unit cube, (points, columns)."""
    samples = design.samples or DEFAULT_SAMPLES[design.kind]
    if design.kind in METHOD_OF_DESIGN:
        from scenario_sim.studies.optional import import_optional

        import_optional("SALib")
        from SALib.sample import morris, sobol

        problem = salib_problem(columns)
        if design.kind == "morris":
            return np.asarray(morris.sample(problem, samples, num_levels=GRID_LEVELS, seed=seed))
        second = design.second_order
        return np.asarray(sobol.sample(problem, samples, calc_second_order=second, seed=seed))
    return unit_design(design.kind, len(columns), samples, seed)


def _method_problem(
    analysis: Analysis, design: str, kinds: Sequence[str]
) -> tuple[str, str] | None:
    """Return (key, text) of what is wrong with the method of an analysis, or None."""
    method = analysis.method
    if analysis.kind == "sensitivity":
        own = METHOD_OF_DESIGN.get(design)
        allowed = (*([own] if own else []), *GIVEN_DATA_METHODS)
        if design == "grid" and method in ("", *GIVEN_DATA_METHODS):
            return "kind", "sensitivity needs lhs, sobol, saltelli, morris or points, not a grid"
        if method and method not in allowed:
            return "method", f"takes {', '.join(allowed)} with this design, not {method!r}"
    if analysis.kind == "discover":
        if method not in ("", *METHODS):
            return "method", f"takes {', '.join(METHODS)}, not {method!r}"
        if bool(analysis.above) == bool(analysis.below):
            return "above", 'takes a threshold, as in above = "90%"; or give below'
    if analysis.kind == "regret" and sorted(kinds) != ["policies", "theories"]:
        return "kind", "regret needs two factors: one with policies and one with theories"
    if analysis.kind in ("discover", "importance") and not {"input", "group"} & set(kinds):
        return "kind", f"{analysis.kind} needs an input or a group among the factors"
    return None
