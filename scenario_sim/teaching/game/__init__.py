"""Game: play one or more of the six states, choose week by week, and compare with the model.

Examples
--------
>>> from scenario_sim import load_scenario
>>> game = begin_game(load_scenario("status-quo").with_weeks(20), ["ROK"], seed=0, run=3)
>>> [option.name for option in list_choices(game)[0].options][:2]
['hold still', 'live fire near the border']
>>> game = choose(game, {("ROK", "diplomatic"): "rok_offer_talks"})
>>> game = undo(let_model_decide(game, 10), 4)  # ten weeks as the model decides; back to week 4
>>> game.week, list(game.chosen.values())
(4, ['rok_offer_talks'])
"""

from scenario_sim.teaching.game.debrief import (
    Debrief,
    Departure,
    Placement,
    TurningPoint,
    debrief,
)
from scenario_sim.teaching.game.game import Choice, ClosedOption, Game, Option, list_choices
from scenario_sim.teaching.game.observation import Observation, ObservedValue, observe
from scenario_sim.teaching.game.turns import (
    begin_game,
    choose,
    let_model_decide,
    open_saved_game,
    undo,
)

__all__ = [
    "Choice",
    "ClosedOption",
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
    "open_saved_game",
    "undo",
]
