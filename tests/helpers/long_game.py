"""The game that is hardest to pack into a link."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import cache

from scenario_sim import load_scenario
from scenario_sim.scenario import Scenario
from scenario_sim.teaching.game import Game, begin_game


@cache
def long_game(weeks: int, decided: int) -> Game:
    """Six states, each channel decided every week by a die: no game is harder to pack."""
    base = begin_game(
        load_scenario("status-quo").with_weeks(weeks),
        ["DPRK", "USA", "ROK", "Japan", "China", "Russia"],
    )
    die = random.Random(weeks)
    cast = base.scenario.cast
    acts = [
        {"date": base.scenario.start + timedelta(weeks=week), "state": state, "channel": str(channel),
         "action": die.choice(cast.alternatives_in((state, channel))).id}
        for week in range(decided)
        for state, channel in die.sample(cast.channels, len(cast.channels))
    ]  # fmt: skip
    data = base.scenario.as_dict() | {
        "acts": acts,
        "game": base.table.model_dump() | {"weeks": decided},
    }
    return Game(Scenario.model_validate(data))
