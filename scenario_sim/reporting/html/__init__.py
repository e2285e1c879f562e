"""The hand-out: a comparison, or one scenario's futures, as a single HTML file.

It needs nothing from outside: charts, their scripts and the scenario files travel inside, and a
table stands beside each chart for readers without scripts, and for paper.
"""

from scenario_sim.reporting.html.figures import Figure, figures, past_figures
from scenario_sim.reporting.html.page import Part, report
from scenario_sim.reporting.html.shell import html_page
from scenario_sim.reporting.html.theories import under_theories

__all__ = ["Figure", "Part", "figures", "html_page", "past_figures", "report", "under_theories"]
