"""Describe a scenario before it runs: fields, constraints, files, dates and schedule."""

from scenario_sim.bounds import MAX_WEEKS as MOST_WEEKS
from scenario_sim.scenario.scenario import Scenario
from scenario_sim.scenario.tables import LectureSeed

__all__ = ["MOST_WEEKS", "LectureSeed", "Scenario"]
