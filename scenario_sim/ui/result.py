"""The result of a state: its ensembles, their charts and their sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.reporting.charts import (
    DARK,
    LIGHT,
    RELATIVE,
    Chart,
    OutcomeText,
    Palette,
    Precision,
    Risk,
    SmallChart,
    cause_chart,
    change_charts,
    estimate_precision,
    fan_chart,
    outcome_texts,
    small_charts,
)
from scenario_sim.scenario.advice import describe_where_levers_act, explain_no_effect
from scenario_sim.simulation.comparison import Comparison
from scenario_sim.ui import messages
from scenario_sim.ui.ensembles import EnsembleSummary, ensemble_of
from scenario_sim.ui.selectors import baseline_of, policy_of, sides_of
from scenario_sim.ui.server.cache import CACHE, Key, ResultCache, key_of
from scenario_sim.ui.server.jobs import SHORT, Report, ignore, part_of
from scenario_sim.ui.state import AppState

MAX_SHORT_WORLD_WEEKS = 250_000  # above a policy and its baseline of 1,000 runs of 104 weeks each


@dataclass(frozen=True, eq=False)
class Result:
    """The scenario as it stands and, where levers moved, the policy on the same random draws.

    Charts and sentences are made on first use. A method that takes `dark` draws for a light or a
    dark page.
    """

    state: AppState
    baseline: EnsembleSummary
    policy: EnsembleSummary | None = None
    _drawn: dict[tuple[str, bool], Any] = field(init=False, default_factory=dict)

    @cached_property
    def comparison(self) -> Comparison | None:
        if self.policy is None:
            return None
        return Comparison(self.baseline.trajectory, self.policy.trajectory)

    @property
    def front(self) -> EnsembleSummary:
        """The policy's ensemble; the baseline's where no lever moved."""
        return self.policy or self.baseline

    @property
    def runs(self) -> int:
        return self.baseline.trajectory.runs.size

    @property
    def is_compared(self) -> bool:
        return self.policy is not None

    @cached_property
    def changes_nothing(self) -> bool:
        """Return whether levers moved, but no outcome of any run changed."""
        return self.comparison is not None and not self.comparison.changes_anything

    @cached_property
    def is_fan_unchanged(self) -> bool:
        """Return whether levers changed the risk alone: all acts and tension are the same."""
        if self.comparison is None or self.changes_nothing:
            return False
        return not self.comparison.changed("mean_tension")

    @cached_property
    def risk(self) -> Risk:
        return Risk.of(self.baseline.trajectory, self.comparison)

    @cached_property
    def rows(self) -> tuple[OutcomeText, ...]:
        return outcome_texts(self.baseline.trajectory, self.comparison)

    @cached_property
    def precisions(self) -> tuple[Precision, ...]:
        return estimate_precision(self.baseline.trajectory, self.comparison)

    @cached_property
    def note(self) -> str:
        """A sentence where levers moved but little or nothing changed; else ""."""
        state = self.state
        if state.is_baseline:
            return ""
        if self.policy is None:
            return messages.picture.SAME_AS_SCENARIO
        why = explain_no_effect(policy_of(state), baseline_of(state))
        if self.changes_nothing:
            moved = list(dict.fromkeys([*state.settings, *(c.name for c in state.changes)]))
            names = ", ".join(SETTINGS[name].label for name in moved)
            sentence = messages.picture.CHANGES_NOTHING.format(runs=state.runs, levers=names)
            return " ".join((sentence, *(why or [describe_where_levers_act(moved)])))
        return " ".join(
            (*([messages.picture.FAN_UNCHANGED] if self.is_fan_unchanged else []), *why)
        )

    @property
    def spoken(self) -> str:
        """The sentences of a new result, for a screen reader."""
        return messages.picture.NEW_RESULT.format(
            risk=self.risk.sentence, fan=self.fan(False).sentence
        )

    def fan(self, dark: bool) -> Chart:
        return self._draw("fan", dark, lambda p: fan_chart(*self._sides("bands"), p))

    def bars(self, dark: bool) -> Chart:
        return self._draw("bars", dark, lambda p: cause_chart(*self._sides("roads"), p))

    def gallery(self, group: str, dark: bool, change: str = "") -> tuple[SmallChart, ...]:
        """Return the small charts of a group, or of their `change` where a policy is compared."""
        if not change or self.policy is None:
            return self._draw(group, dark, lambda p: small_charts(group, *self._sides("course"), p))
        sides = self.baseline.course, self.policy.course
        is_relative = change == RELATIVE
        return self._draw(
            f"{group} {change}", dark, lambda p: change_charts(group, *sides, p, is_relative)
        )

    def _draw(self, name: str, dark: bool, draw: Callable[[Palette], Any]) -> Any:
        if (name, dark) not in self._drawn:
            self._drawn[name, dark] = draw(DARK if dark else LIGHT)
        return self._drawn[name, dark]

    def _sides(self, measure: str) -> tuple[Any, Any]:
        return getattr(self.baseline, measure), getattr(self.policy, measure, None)


def result_of(state: AppState, report: Report = ignore, cache: ResultCache = CACHE) -> Result:
    """Return the result of a state, with its fan and its risk already drawn.

    Parameters
    ----------
    state : AppState
    report : Report
        Gets the share of the work that is done.
    cache : ResultCache

    Raises
    ------
    ScenarioSimError
        For a state that has no scenario.
    Cancelled
        Where `report` raises it.
    """

    def compute(tell: Report) -> Result:
        sides = sides_of(state)
        summaries = [
            ensemble_of(side, state.seed, state.runs, part_of(tell, n, len(sides)), cache)
            for n, side in enumerate(sides)
        ]
        result = Result(state, *summaries)
        _ = result.risk, result.fan(False).text
        return result

    def nbytes(
        result: Result,
    ) -> int:  # a result holds its ensembles after the cache has dropped them
        return result.baseline.nbytes + (result.policy.nbytes if result.policy else 0)

    return cache.get(_key(state), compute, report, nbytes)


def find_result(state: AppState, cache: ResultCache = CACHE) -> Result | None:
    """Return the cached result of a state, or None."""
    return cache.peek(_key(state))


def is_long(state: AppState) -> bool:
    """Return whether the result of a state takes longer than usual."""
    weeks = state.weeks or baseline_of(state).weeks
    return 2 * state.runs * weeks > MAX_SHORT_WORLD_WEEKS


def warm_up() -> None:
    """Compute the first visitor's result in the background, which also loads slow modules."""
    SHORT.submit(result_of, AppState().without_view)


def _key(state: AppState) -> Key:
    return key_of(("result", state), baseline_of(state), state.seed, state.runs)
