"""Play a state: take over one of the six, or several, choose week by week, and see what came of it.

>>> game = begin(load_scenario("status-quo"), ["ROK"], seed=0, run=3)
>>> choices(game); sights(game, "ROK")          # what could be done, and what South Korea can know
>>> game = choose(game, {("ROK", "diplomatic"): "rok_offer_talks"})
>>> game = undo(leave(game, 10), 4)             # ten weeks as the model decides; back to week 4
>>> dump_scenario(game.scenario)                # the game is a scenario file
>>> debrief(game).story
"""

from scenario_sim.teaching.game.debrief import (
    Debrief,
    Departure,
    Placement,
    TurningPoint,
    debrief,
)
from scenario_sim.teaching.game.game import (
    Choice,
    Game,
    Option,
    begin_game,
    choose,
    let_model_decide,
    list_choices,
    undo,
)
from scenario_sim.teaching.game.observation import Observation, ObservedValue, observe

__all__ = [
    "Choice",
    "Debrief",
    "Departure",
    "Game",
    "Observation",
    "ObservedValue",
    "Option",
    "Placement",
    "TurningPoint",
    "begin_game",
    "choose",
    "debrief",
    "let_model_decide",
    "list_choices",
    "observe",
    "undo",
]
