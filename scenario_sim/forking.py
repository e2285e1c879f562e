"""Worlds that are one until they part: when that is, and how one goes on from where another stood.

Nothing that is dated later moves an earlier week, so weeks before the parting need no second run.
"""

from __future__ import annotations

import numpy as np

from scenario_sim.model import EscalationModel
from scenario_sim.scenario import Scenario
from scenario_sim.schedule import schedule

EVERY = 13  # weeks from one kept board to the next
DATED = ("settings", "shocks", "acts")  # of what moves a world; `schedule` has them by week


def parting(one: Scenario, other: Scenario) -> int:
    """The first week in which two scenarios can differ; their length where none can."""
    still = [{n: v for n, v in s.canonical().items() if n not in DATED} for s in (one, other)]
    if still[0] != still[1]:
        return 0
    plans = schedule(one), schedule(other)
    apart = [
        week
        for name in ("moves", "forced", "barred", "launch_days", "shocks")
        for ours, theirs in [[getattr(plan, name) for plan in plans]]
        for week in ours.keys() | theirs.keys()
        if ours.get(week) != theirs.get(week)
    ]
    return min(apart, default=one.weeks)


class Boards:
    """The board of one world at the beginning of every 13th week but the first: float64 (row, 1)
    each."""

    def __init__(self) -> None:
        self._kept: dict[int, np.ndarray] = {}

    def keep(self, model: EscalationModel, column: int) -> None:
        """Keep the week that a model is about to step, if it is one of those."""
        if model.week and model.week % EVERY == 0:
            self._kept[model.week] = model.board.block[:, column : column + 1].copy()

    def resume(self, model: EscalationModel, until: int) -> Boards:
        """Let a new model go on from the latest kept week that is not after `until`. Returns the
        boards up to there."""
        shared = Boards()
        shared._kept = {week: kept for week, kept in self._kept.items() if week <= until}
        if shared._kept:
            week = max(shared._kept)
            model.take_up(week, shared._kept[week])
        return shared
