"""Measure with functions over runs and weeks: `scenario-sim run status-quo --plugin spells.py`."""

import numpy as np

from scenario_sim.simulation.plugins.python import outcome, quantity


@quantity(unit="rungs", description="Change of tension since last week.", reads=["tension"])
def tension_step(weeks):
    return np.diff(weeks["tension"], axis=1, prepend=weeks["tension"][:, :1])


@outcome(
    unit="weeks",
    label="Longest crisis",
    description="Longest spell of weeks with tension at rung 5 or above.",
    reads=["tension"],
)
def longest_crisis(weeks):
    spell = longest = np.zeros(len(weeks["tension"]))
    for week in weeks["tension"].T:
        spell = np.where(week >= 5, spell + 1, 0)
        longest = np.maximum(longest, spell)
    return longest


@outcome(
    unit="weeks",
    description="Weeks from the first ICBM test to the first later draft in the Council.",
    reads=["icbm_test", "tables_draft"],
    may_be_missing=True,
)
def council_delay(weeks):
    number = np.arange(weeks["icbm_test"].shape[1])
    tested, drafted = weeks["icbm_test"] > 0, weeks["tables_draft"] > 0
    first = np.where(tested.any(axis=1), tested.argmax(axis=1), np.inf)
    later = drafted & (number >= first[:, None])
    return np.where(later.any(axis=1), later.argmax(axis=1) - first, np.nan)
