"""Pictures out of trajectories: chart options, a sentence that reads them, and a plain table.

Knows no Solara: the page, the report and a notebook draw from the same options. First a trajectory
is measured (`bands`, `roads`, `course`, `happened`: small numbers, cheap to keep), then the measures
are drawn (`fan`, `road_bars`, `gallery`, `against_record`) or put into words (`Risk`, `outcome_rows`).
"""

from scenario_sim.charts.against_record import against_record
from scenario_sim.charts.course import Course, course
from scenario_sim.charts.fan import fan
from scenario_sim.charts.gallery import GROUPS, Small, gallery
from scenario_sim.charts.happened import Happened, happened
from scenario_sim.charts.kinds import Chart
from scenario_sim.charts.measures import Bands, Roads, bands, roads
from scenario_sim.charts.outcome_table import OutcomeRow, outcome_rows
from scenario_sim.charts.palette import DARK, LIGHT, Palette
from scenario_sim.charts.precision import Precision, enough_text, precision_rows, precisions
from scenario_sim.charts.risk import Risk
from scenario_sim.charts.road_bars import road_bars
from scenario_sim.charts.theories import UnderTheory, agreement, theory_charts

__all__ = [
    "DARK",
    "GROUPS",
    "LIGHT",
    "Bands",
    "Chart",
    "Course",
    "Happened",
    "OutcomeRow",
    "Palette",
    "Precision",
    "Risk",
    "Roads",
    "Small",
    "UnderTheory",
    "against_record",
    "agreement",
    "bands",
    "course",
    "enough_text",
    "fan",
    "gallery",
    "happened",
    "outcome_rows",
    "precision_rows",
    "precisions",
    "road_bars",
    "roads",
    "theory_charts",
]
