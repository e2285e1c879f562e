"""Pictures out of trajectories: chart options, a sentence that reads them, and a plain table.

Knows no Solara: the page, the report and a notebook draw from the same options. First a trajectory
is measured (`bands`, `roads`: small numbers, cheap to keep), then the measures are drawn (`fan`,
`road_bars`) or put into words (`Risk`, `outcome_rows`).
"""

from scenario_sim.charts.fan import fan
from scenario_sim.charts.kinds import Chart
from scenario_sim.charts.measures import Bands, Roads, bands, roads
from scenario_sim.charts.outcome_table import OutcomeRow, outcome_rows
from scenario_sim.charts.palette import DARK, LIGHT, Palette
from scenario_sim.charts.risk import Risk
from scenario_sim.charts.road_bars import road_bars

__all__ = [
    "DARK",
    "LIGHT",
    "Bands",
    "Chart",
    "OutcomeRow",
    "Palette",
    "Risk",
    "Roads",
    "bands",
    "fan",
    "outcome_rows",
    "road_bars",
    "roads",
]
