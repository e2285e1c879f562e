"""Pictures out of trajectories: chart options, a sentence that reads them, and a plain table.

Knows no Solara: the page, the report and a notebook draw from the same options. First a trajectory
is measured (`bands`, `roads`, `course`, `happened`: small numbers, cheap to keep), then the measures
are drawn (`fan`, `road_bars`, `gallery`, `against_record`) or put into words (`Risk`, `outcome_rows`).
"""

from scenario_sim.reporting.charts.causes import road_bars
from scenario_sim.reporting.charts.chart import Chart
from scenario_sim.reporting.charts.course import Course, course
from scenario_sim.reporting.charts.fan import fan
from scenario_sim.reporting.charts.history import against_record
from scenario_sim.reporting.charts.palette import DARK, LIGHT, Palette
from scenario_sim.reporting.charts.small_multiples import GROUPS, Small, gallery
from scenario_sim.reporting.charts.summaries import Bands, Roads, bands, roads
from scenario_sim.reporting.charts.theories import UnderTheory, agreement, theory_charts
from scenario_sim.reporting.history_comparison import Happened, happened
from scenario_sim.reporting.outcome_table import OutcomeRow, outcome_rows
from scenario_sim.reporting.precision import Precision, enough_text, precision_rows, precisions
from scenario_sim.reporting.risk import Risk

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
