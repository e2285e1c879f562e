"""Measure the outcomes of plug-ins: arithmetic while the model runs, functions on recorded weeks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from threading import Lock
from typing import Any

import numpy as np
from cachetools import LRUCache, cached

from scenario_sim.data.plugins import (
    Function,
    OwnOutcome,
    OwnQuantity,
    PluginError,
    Plugins,
)
from scenario_sim.data.states import Cast
from scenario_sim.data.variables import SIGNALS
from scenario_sim.model.measures import Measure, MeasuredRows, MeasuredWeek, RowLike
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.outcomes import Outcome, measured_rows, outcome_columns
from scenario_sim.simulation.plugins.checks import readable_names, reads_of
from scenario_sim.simulation.plugins.evaluation import compute
from scenario_sim.simulation.plugins.expression import WEEK
from scenario_sim.simulation.recording import Recording, recorded_rows

SIGNAL_NAMES = frozenset(q.name for q in SIGNALS)
STARTS = {"max": -np.inf, "min": np.inf, "first": -1.0}  # before the first week; else 0
MAX_PLUGINS = 64  # sets of outcomes in memory
NO_NUMBER = (
    "has no number in {n} runs; guard a division or log with where(), as in where(x > 0, 1 / x, 0)"
)
NOTHING = Measure({}, lambda week, before: {})


@cached(LRUCache(MAX_PLUGINS), key=lambda plugins: plugins.digest, lock=Lock())
def own_outcomes(plugins: Plugins) -> tuple[Outcome, ...]:
    """Return the outcomes of plug-ins in the form of the package's own."""
    measured = [outcome for outcome in plugins.outcomes if outcome.weekly]
    measure = _measure(measured, plugins.quantities)
    return tuple(
        Outcome(
            own.name,
            own.unit,
            own.description,
            measure if own.weekly else NOTHING,
            partial(_result, own),
            low=-np.inf,
            window=own.window,
            label=own.label,
            own=own,
        )
        for own in plugins.outcomes
    )


# --- arithmetic ----------------------------------------------------------------------------------


def _measure(outcomes: list[OwnOutcome], quantities: Mapping[str, OwnQuantity]) -> Measure:
    """Return one measure for all outcomes, so that they share the quantities that they read."""

    def grow(week: MeasuredWeek, before: MeasuredRows) -> MeasuredRows:
        reader, after = WeekReader(week, quantities), {}
        for own in outcomes:
            row = _row(own)
            after[row] = _grown(own.reduce, reader.value_of(own.weekly), before[row], reader)  # type: ignore[arg-type]
        return after

    return Measure({_row(own): STARTS.get(own.reduce, 0.0) for own in outcomes}, grow)


def _row(own: OwnOutcome) -> str:
    return f"own.{own.name}"


def _grown(reduce: str, value: RowLike, before: RowLike, reader: WeekReader) -> RowLike:
    match reduce:
        case "max":
            return np.where(value > before, value, before)
        case "min":
            return np.where(value < before, value, before)
        case "last":
            return value
        case "any":
            return np.where(value > 0.0, 1.0, before)
        case "first":
            return np.where((before < 0.0) & (value > 0.0), reader(WEEK), before)
    return before + value


def _result(own: OwnOutcome, rows: MeasuredRows, weeks: RowLike) -> RowLike:
    row = rows[_row(own)]
    if own.reduce == "mean":
        return row / weeks
    return np.where(row < 0.0, np.nan, row) if own.reduce == "first" else row


class WeekReader:
    """Gives the quantities of a week, or of all weeks, by the names that plug-ins use.

    Parameters
    ----------
    week : MeasuredWeek
        Arrays over runs, or symbols.
    quantities : mapping
        Own quantities by name.
    """

    def __init__(self, week: Any, quantities: Mapping[str, OwnQuantity]):
        self._week, self._quantities = week, quantities
        self._known: dict[str, RowLike] = {}

    def __call__(self, name: str) -> RowLike:
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def value_of(self, quantity: OwnQuantity) -> RowLike:
        """Return the value of a quantity: its arithmetic, or how many acts it counts."""
        if quantity.of:
            return compute(quantity.of, self)
        count: RowLike = 0.0
        for action, (state, does) in self._week.cast.actions.items():
            if quantity.counts(state.code, does):
                count = count + self._week.did(action) * 1.0
        return count

    def _read(self, name: str) -> RowLike:
        week = self._week
        if name == WEEK:
            return week.number * np.float64(1.0)
        if name in self._quantities:
            return self.value_of(self._quantities[name])
        if name in SIGNAL_NAMES:
            happened: RowLike = 0.0
            for action, (_, does) in week.cast.actions.items():
                if name in does.signals:
                    happened = np.where(week.did(action), 1.0, happened)
            return happened
        if name in week.cast.actions:
            return week.did(name) * 1.0
        return week[name]


class RecordedWeeks:
    """All recorded weeks at once, (weeks, runs), with the interface that `WeekReader` reads."""

    def __init__(self, recording: Recording):
        self.cast, self._recording = recording.cast, recording
        self.number = np.arange(recording.acts.shape[1], dtype=float)[:, None]

    def __getitem__(self, name: str) -> np.ndarray:
        return self._recording[name].astype(float)

    def did(self, action: str) -> np.ndarray:
        return self._recording.did(action)


# --- recorded weeks ------------------------------------------------------------------------------


def rows_read(names: Iterable[str], plugins: Plugins, cast: Cast) -> set[str]:
    """Return the recorded rows that some quantities rest on, own quantities resolved."""
    rows, waiting, seen = set(), list(names), set()
    recorded = set(recorded_rows(cast))
    while waiting:
        name = waiting.pop()
        if name in plugins.quantities and name not in seen:
            seen.add(name)
            waiting += reads_of(plugins.quantities[name])
        elif name in recorded:
            rows.add(name)
    return rows


def weekly_values(name: str, plugins: Plugins, recording: Recording) -> np.ndarray:
    """Return a weekly quantity of a plug-in, as recorded ones are: float32 (weeks, runs).

    Raises PluginError for a function that fails.
    """
    own = plugins.quantities[name]
    if own.function:
        found = call_function(own.function, plugins, recording, per_week=True).T
    else:
        reader = WeekReader(RecordedWeeks(recording), plugins.quantities)
        found = reader.value_of(own)
    shape = recording.acts.shape[1:]
    return np.broadcast_to(np.asarray(found, np.float32), shape)


def call_function(
    function: Function, plugins: Plugins, recording: Recording, per_week: bool = False
) -> np.ndarray:
    """Return what a function of a plug-in makes of recorded weeks.

    Returns
    -------
    ndarray of float64, shape (runs,), or (runs, weeks) with `per_week`

    Raises
    ------
    PluginError
        It raises an error, or returns another shape, or no numbers.
    """
    weeks, runs = recording.acts.shape[1:]
    given = _arrays(function.reads, plugins, recording)
    try:
        found = np.asarray(function.call(given))
        if np.iscomplexobj(found):
            raise TypeError("it returns complex numbers")
        found = found.astype(float)
    except PluginError:
        raise
    except (Exception, SystemExit) as error:
        text = f"raises {type(error).__name__}: {error}"
        if isinstance(error, KeyError) and error.args[0] in readable_names(recording.cast):
            text += "; name in `reads` each quantity that it takes"
        raise PluginError(f"{function.place} {text}") from None
    shape = (runs, weeks) if per_week else (runs,)
    if found.shape != shape:
        wanted = "(runs, weeks)" if per_week else "one number a run, (runs,)"
        text = f"returns an array of shape {found.shape}; it is to return {wanted}, here {shape}"
        raise PluginError(f"{function.place} {text}")
    return found


def _arrays(
    reads: tuple[str, ...], plugins: Plugins, recording: Recording
) -> dict[str, np.ndarray]:
    """Return the arrays that a function takes, float64 (runs, weeks) by name."""
    shape = recording.acts.shape[1:]
    reader = WeekReader(RecordedWeeks(recording), plugins.quantities)
    arrays = {}
    for name in reads:
        own = plugins.quantities.get(name)
        value = weekly_values(name, plugins, recording) if own and own.function else reader(name)
        arrays[name] = np.ascontiguousarray(np.broadcast_to(np.asarray(value, float), shape).T)
    return arrays


def function_column(own: OwnOutcome, plugins: Plugins, recording: Recording) -> np.ndarray:
    """Return an outcome that a function makes, (runs,). Raises PluginError."""
    assert own.function
    found = call_function(own.function, plugins, recording)
    alone = call_function(own.function, plugins, recording.part(slice(0, 1)))
    if not np.array_equal(found[:1], alone, equal_nan=True):
        text = "gives a run another number beside other runs; a run may depend on itself alone"
        raise PluginError(f"{own.function.place} {text}")
    return found


def measure_own(scenario: Scenario, recording: Recording) -> dict[str, np.ndarray]:
    """Return the outcomes of a scenario's plug-ins from all of its recorded weeks, (runs,) by name.

    They are equal to those measured during the run. Raises PluginError for a function that fails.
    """
    plugins = scenario.plugins
    if not plugins:
        return {}
    own = own_outcomes(plugins)
    rows = measured_rows(recording, own)
    columns = outcome_columns(rows, recording.acts.shape[1], own)
    found = {}
    for one in plugins.outcomes:
        made = function_column(one, plugins, recording) if one.function else columns[one.name]
        check_column(one, made)
        found[one.name] = made
    return found


def check_column(own: OwnOutcome, column: np.ndarray) -> None:
    """Raise PluginError if an outcome lacks a number where it has to have one."""
    wrong = np.isinf(column) if own.may_be_missing else ~np.isfinite(column)
    if wrong.any():
        text = NO_NUMBER.format(n=f"{int(wrong.sum()):,} of {wrong.size:,}")
        if own.function:
            text = f"{own.function.place} returns NaN or infinity; say may_be_missing=True for NaN"
            raise PluginError(text)
        raise PluginError(f"the outcome {own.name} {text}")
