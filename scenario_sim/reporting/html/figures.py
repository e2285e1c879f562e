"""Write the report's charts: the page's options, and the script that draws them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import NamedTuple, Protocol

from scenario_sim.reporting.charts import (
    GROUPS,
    LIGHT,
    CauseSummary,
    Chart,
    CourseSummary,
    HistoryComparison,
    TensionSummary,
    cause_chart,
    compare_trajectory_with_history,
    fan_chart,
    history_charts,
    small_charts,
    summarise_causes,
    summarise_course,
    summarise_tension,
)
from scenario_sim.reporting.html import messages
from scenario_sim.reporting.html.tables import table_html
from scenario_sim.simulation.trajectory import Trajectory

SCRIPT = re.compile(r"/echarts@[\d.]+/dist/echarts\.min\.js$")


@dataclass(frozen=True)
class ReportFigure:
    """A chart under a title, `height` pixels high; a small one has its table beside it.

    `hint` says what is counted.
    """

    title: str
    chart: Chart
    height: int
    hint: str = ""
    small: bool = False


class ChartSummaries(Protocol):
    """The summaries of a trajectory that charts need."""

    @property
    def bands(self) -> TensionSummary: ...
    @property
    def roads(self) -> CauseSummary: ...
    @property
    def course(self) -> CourseSummary: ...


class _TrajectorySummaries(NamedTuple):
    bands: TensionSummary
    roads: CauseSummary
    course: CourseSummary


def trajectory_figures(baseline: Trajectory, policy: Trajectory | None) -> list[ReportFigure]:
    """Return the charts of trajectories; none where their weeks were not recorded."""
    sides = [side for side in (baseline, policy) if side is not None]
    if any(side.recording is None for side in sides):
        return []
    return summary_figures(
        *(
            _TrajectorySummaries(
                summarise_tension(side), summarise_causes(side), summarise_course(side)
            )
            for side in sides
        )
    )


def summary_figures(
    base: ChartSummaries, policy: ChartSummaries | None = None
) -> list[ReportFigure]:
    """Return the charts of summaries: tension and the roads first, then the small ones."""
    other = policy.course if policy else None
    large = [
        ReportFigure(
            messages.FAN_HEADING,
            fan_chart(base.bands, policy.bands if policy else None, LIGHT),
            340,
        ),
        ReportFigure(
            messages.ROADS_HEADING,
            cause_chart(base.roads, policy.roads if policy else None, LIGHT),
            250,
        ),
    ]
    small = [
        ReportFigure(one.title, one.chart, 208, one.hint, small=True)
        for group in GROUPS
        for one in small_charts(group, base.course, other, LIGHT)
    ]
    return large + small


def trajectory_history_figures(
    baseline: Trajectory, policy: Trajectory | None
) -> list[ReportFigure]:
    """Return the record over trajectories; none where their weeks were not recorded."""
    sides = [side for side in (baseline, policy) if side is not None]
    if any(side.recording is None for side in sides):
        return []
    return history_figures(*(compare_trajectory_with_history(side) for side in sides))


def history_figures(
    base: HistoryComparison | None, policy: HistoryComparison | None = None
) -> list[ReportFigure]:
    """Return the charts of the record; none where it knows nothing of these months."""
    pictures = history_charts(base, policy, LIGHT) if base else ()
    return [
        ReportFigure(one.title, one.chart, 208, one.hint, small=one.name != "launch_days")
        for one in pictures
    ]


def figure_html(number: int, figure: ReportFigure) -> str:
    """Return a chart, the sentence that reads it, and its numbers as HTML."""
    chart, key = figure.chart, f"option-{number}"
    rows = [(escape(row[0]), *row[1:]) for row in chart.rows]
    # A script ends at the first `</`, so the options may hold none.
    option = json.dumps(chart.option, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    kind = ' class="small"' if figure.small else ""
    head = escape(figure.title) + (f" <small>{escape(figure.hint)}</small>" if figure.hint else "")
    return (
        f'<figure{kind}><div class="drawn"><figcaption><h3>{head}</h3></figcaption>'
        f'<div class="chart" data-height="{figure.height}" data-option="{key}" '
        f'aria-label="{escape(chart.sentence)}"></div>'
        f'<script type="application/json" id="{key}">{option}</script>'
        f"<p>{escape(chart.sentence)}</p></div>"
        f"{table_html(chart.columns, rows)}</figure>"
    )


def figure_table_html(figure: ReportFigure) -> str:
    """Return the numbers of a chart alone, under its title."""
    rows = [(escape(row[0]), *row[1:]) for row in figure.chart.rows]
    return table_html(figure.chart.columns, rows, caption=figure.title)


@cache
def read_echarts() -> str:
    """Return the installed ECharts script; "" where it is missing: then only tables are shown."""
    try:
        found = [file for file in files("solara-assets") or () if SCRIPT.search(str(file))]
        return Path(found[0].locate()).read_text("utf-8") if found else ""
    except (PackageNotFoundError, OSError):
        return ""
