"""Define every number of the model once: default, unit, range and source.

`levers` holds what a user can move. `choice_weights` holds the weight of each consideration in a
state's choices: the coefficients of the repertoires in `states/`. `coefficients` holds all else.
A coefficient whose source is `judgement` rests on the modellers' reading alone; its range is part
of the model's uncertainty.
"""

from scenario_sim.data.parameters.choice_weights import CHOICE_WEIGHTS
from scenario_sim.data.parameters.coefficients import EQUATION_COEFFICIENTS
from scenario_sim.data.parameters.levers import CIRCUMSTANCES, HYPOTHESES, LEVERS, SETTINGS
from scenario_sim.data.parameters.parameter import JUDGEMENT, Lever, Parameter
from scenario_sim.data.parameters.theories import THEORIES, Theory

PARAMETERS: dict[str, Parameter] = {p.name: p for p in (*CHOICE_WEIGHTS, *EQUATION_COEFFICIENTS)}
if len(PARAMETERS) != len(CHOICE_WEIGHTS) + len(EQUATION_COEFFICIENTS):
    raise AssertionError("two coefficients bear one name")

__all__ = [
    "CHOICE_WEIGHTS",
    "CIRCUMSTANCES",
    "EQUATION_COEFFICIENTS",
    "HYPOTHESES",
    "JUDGEMENT",
    "LEVERS",
    "PARAMETERS",
    "SETTINGS",
    "THEORIES",
    "Lever",
    "Parameter",
    "Theory",
]
