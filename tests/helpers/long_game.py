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
    """Six states, each channel decided every week by a die: no game is harder to pack.

    The die leaves out what has a condition, and attacks, so that the game can be opened again.
    """
    base = begin_game(
        load_scenario("status-quo").with_levers(war_risk_anchor=0.3).with_weeks(weeks),
        ["DPRK", "USA", "ROK", "Japan", "China", "Russia"],
    )
    die = random.Random(weeks)
    cast = base.scenario.cast
    faces = {
        decision: [
            alt.id
            for alt in cast.alternatives_in(decision)
            if not alt.action or not (alt.action.only_if or "limited_attack" in alt.action.signals)
        ]
        for decision in cast.channels
    }
    acts = [
        {"date": base.scenario.start + timedelta(weeks=week), "state": state, "channel": str(channel),
         "action": die.choice(faces[state, channel])}
        for week in range(decided)
        for state, channel in die.sample(cast.channels, len(cast.channels))
    ]  # fmt: skip
    data = base.scenario.as_dict() | {
        "acts": acts,
        "game": base.table.model_dump() | {"weeks": decided},
    }
    return Game(Scenario.model_validate(data))
