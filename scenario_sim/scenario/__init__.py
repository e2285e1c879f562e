"""A world before it runs: fields, constraints, files, dates and schedule of a scenario."""

from scenario_sim.scenario.scenario import MOST_WEEKS, LectureSeed, Scenario

__all__ = ["MOST_WEEKS", "LectureSeed", "Scenario"]
