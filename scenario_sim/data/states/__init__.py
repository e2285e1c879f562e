"""Define the six states as data: their roles, their actions and what they weigh.

Each state is one TOML file. `load_cast` reads a folder of them, checks that every name exists, and
returns a frozen `Cast`. To rename a state, drop one or add an action, edit files, not code.
"""

from scenario_sim.data.states.loader import load_cast, load_starts
from scenario_sim.data.states.mechanisms import MECHANISMS, Mechanism, remove_mechanisms
from scenario_sim.data.states.schema import (
    HOLD,
    Action,
    Alternative,
    Appraisal,
    Cast,
    Channel,
    StateSpec,
    Term,
    Threat,
    WeightedSum,
)

__all__ = [
    "HOLD",
    "MECHANISMS",
    "Action",
    "Alternative",
    "Appraisal",
    "Cast",
    "Channel",
    "Mechanism",
    "StateSpec",
    "Term",
    "Threat",
    "WeightedSum",
    "load_cast",
    "load_starts",
    "remove_mechanisms",
]
