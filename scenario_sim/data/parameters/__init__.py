"""Define every number of the model once: default, unit, range and source.

`levers` holds what a user can move. `choice_weights` holds the weight of each consideration in a
state's choices: the coefficients of the repertoires in `states/`. `coefficients` holds all else.
A coefficient whose source is `judgement` rests on the modellers' reading alone; its range is part
of the model's uncertainty.
"""

from scenario_sim.data.parameters import choice_weights, coefficients
from scenario_sim.data.parameters.choice_weights import CHOICE_WEIGHTS
from scenario_sim.data.parameters.coefficients import EQUATION_COEFFICIENTS
from scenario_sim.data.parameters.levers import CIRCUMSTANCES, HYPOTHESES, LEVERS, SETTINGS
from scenario_sim.data.parameters.parameter import JUDGEMENT, Lever, Parameter
from scenario_sim.data.parameters.theories import THEORIES, Theory

PARAMETERS: dict[str, Parameter] = {p.name: p for p in (*CHOICE_WEIGHTS, *EQUATION_COEFFICIENTS)}
if len(PARAMETERS) != len(CHOICE_WEIGHTS) + len(EQUATION_COEFFICIENTS):
    raise AssertionError("two coefficients bear one name")
# The tables of coefficients by name, so that a study may vary one as a group.
COEFFICIENT_TABLES: dict[str, tuple[Parameter, ...]] = {
    "money": coefficients.MONEY,
    "programme": coefficients.PROGRAMME,
    "reach": coefficients.REACH,
    "motives": coefficients.MOTIVES,
    "perception": coefficients.PERCEPTION,
    "council": coefficients.COUNCIL,
    "sanctions": coefficients.SANCTIONS,
    "talks": coefficients.TALKS,
    "tension": coefficients.TENSION,
    "memories": coefficients.MEMORIES,
    "hazards": coefficients.HAZARDS,
    "choices of North Korea": choice_weights.DPRK,
    "choices of the United States": choice_weights.USA,
    "choices of South Korea": choice_weights.ROK,
    "choices of Japan": choice_weights.JAPAN,
    "choices of China": choice_weights.CHINA,
    "choices of Russia": choice_weights.RUSSIA,
}
TABLE_OF_COEFFICIENT = {p.name: table for table, of in COEFFICIENT_TABLES.items() for p in of}
if TABLE_OF_COEFFICIENT.keys() != PARAMETERS.keys():
    raise AssertionError("a coefficient stands in no table, or in two")

__all__ = [
    "CHOICE_WEIGHTS",
    "CIRCUMSTANCES",
    "COEFFICIENT_TABLES",
    "EQUATION_COEFFICIENTS",
    "HYPOTHESES",
    "JUDGEMENT",
    "LEVERS",
    "PARAMETERS",
    "SETTINGS",
    "TABLE_OF_COEFFICIENT",
    "THEORIES",
    "Lever",
    "Parameter",
    "Theory",
]
