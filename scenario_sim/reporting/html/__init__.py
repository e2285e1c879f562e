"""Write a comparison, or one scenario's futures, as a single HTML file.

The file needs nothing from outside: charts, their scripts and the scenario files are inside, and a
table stands beside each chart for readers without scripts, and for paper.
"""

from scenario_sim.reporting.html.figures import ReportFigure, history_figures, summary_figures
from scenario_sim.reporting.html.page import ReportSection, render_report
from scenario_sim.reporting.html.sections import compare_under_theories
from scenario_sim.reporting.html.tables import html_page

__all__ = [
    "ReportFigure",
    "ReportSection",
    "compare_under_theories",
    "history_figures",
    "html_page",
    "render_report",
    "summary_figures",
]
