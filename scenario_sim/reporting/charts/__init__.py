"""Draw trajectories: chart options, a sentence that reads each chart, and a plain table.

Nothing here knows Solara: the page, the report and a notebook draw from the same options. First a
trajectory is summarised (`summarise_tension`, `summarise_causes`, `summarise_course`,
`compare_trajectory_with_history`: small arrays, cheap to cache). Then the summaries are drawn
(`fan_chart`, `cause_chart`, `small_charts`, `history_charts`) or put into words (`Risk`,
`outcome_texts`).
"""

from scenario_sim.reporting.charts.causes import cause_chart
from scenario_sim.reporting.charts.changes import CHANGES, RELATIVE, change_charts
from scenario_sim.reporting.charts.chart import DARK, LIGHT, Chart, Palette
from scenario_sim.reporting.charts.fan import fan_chart
from scenario_sim.reporting.charts.history import history_charts
from scenario_sim.reporting.charts.small_multiples import GROUPS, SmallChart, small_charts
from scenario_sim.reporting.charts.summaries import (
    CauseSummary,
    CourseSummary,
    TensionSummary,
    summarise_causes,
    summarise_course,
    summarise_tension,
)
from scenario_sim.reporting.charts.theories import (
    TheoryComparison,
    describe_agreement,
    theory_charts,
)
from scenario_sim.reporting.estimates import (
    Precision,
    estimate_precision,
    precision_rows,
    precision_sentence,
)
from scenario_sim.reporting.history_comparison import (
    HistoryComparison,
    compare_trajectory_with_history,
)
from scenario_sim.reporting.outcome_table import OutcomeText, outcome_texts
from scenario_sim.reporting.risk import Risk

__all__ = [
    "CHANGES",
    "DARK",
    "GROUPS",
    "LIGHT",
    "RELATIVE",
    "CauseSummary",
    "Chart",
    "CourseSummary",
    "HistoryComparison",
    "OutcomeText",
    "Palette",
    "Precision",
    "Risk",
    "SmallChart",
    "TensionSummary",
    "TheoryComparison",
    "cause_chart",
    "change_charts",
    "compare_trajectory_with_history",
    "describe_agreement",
    "estimate_precision",
    "fan_chart",
    "history_charts",
    "outcome_texts",
    "precision_rows",
    "precision_sentence",
    "small_charts",
    "summarise_causes",
    "summarise_course",
    "summarise_tension",
    "theory_charts",
]
