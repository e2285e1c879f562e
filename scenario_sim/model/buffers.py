"""The containers of a model's numbers: board, sums, coefficients, inputs and draws.

The model gets them here and nowhere else. So the compiler can hand in symbols in place of arrays
(`kernel/symbolic_buffers.py`), and what it compiles is the model's own code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario_sim.model.blackboard import Blackboard
from scenario_sim.model.linear_sums import LinearSums
from scenario_sim.model.random_draws import DrawLayout, RandomDraws
from scenario_sim.model.week_inputs import WeekInputs, coefficient_values

if TYPE_CHECKING:
    from scenario_sim.data.states import Cast, WeightedSum
    from scenario_sim.scenario import Scenario


class Buffers:
    """Makes the containers as NumPy arrays over runs."""

    def board(self, names: Iterable[str], runs: int) -> Blackboard:
        """Return an empty board."""
        return Blackboard(names, runs)

    def sums(
        self,
        sums: Sequence[WeightedSum],
        board: Any,
        coefficients: Mapping[str, Any],
        first: Collection[str] = (),
    ) -> LinearSums:
        """Return sums over the rows of a board."""
        return LinearSums(sums, board, coefficients, first)

    def coefficients(self, scenario: Scenario) -> SimpleNamespace:
        """Return all coefficients of a scenario by name, as arrays without axes."""
        return SimpleNamespace(
            **{name: np.array(value) for name, value in coefficient_values(scenario).items()}
        )

    def inputs(self, scenario: Scenario) -> WeekInputs:
        """Return the scenario's inputs for all weeks."""
        return WeekInputs(scenario)

    def draws(self, seed: int, runs: np.ndarray, cast: Cast) -> RandomDraws:
        """Return the random draws of these runs."""
        return RandomDraws(seed, runs, DrawLayout.of(cast))


ARRAYS = Buffers()
