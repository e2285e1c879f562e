"""Every number a rule uses, once: default, unit, range, source.

Three kinds, three files: `levers` (what a user may move), `choices` (how much each consideration
weighs when a state chooses: the coefficients of the repertoires in `states/`) and `dynamics`
(everything else). A coefficient whose source is `judgement` rests on nothing but the modellers'
reading: its range is part of what the model does not know.
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
