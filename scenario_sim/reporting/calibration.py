"""Show in a report how much of the spread is chance and how much coefficient uncertainty."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from scenario_sim.formatting import format_percent, format_significant
from scenario_sim.reporting.charts import LIGHT, fan_chart, summarise_tension
from scenario_sim.reporting.html import ReportFigure, ReportSection
from scenario_sim.reporting.html.tables import ABSOLUTE_RISKS
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME
from scenario_sim.validation.calibration.predictive import PredictiveResult

if TYPE_CHECKING:
    import pandas as pd

TITLE = "Luck, and not knowing the coefficients"
TEXT = (
    "The figures above use the coefficients that miss the record of 2012 to 2019 least: their bands show "
    "luck alone. Here {draws} draws of the fitted coefficients have {runs} futures each, with luck of "
    "their own, so that both show: the last column is the part of the variance that not knowing the "
    "coefficients alone makes. Policies, structure and what was not fitted are held."
)
COLUMNS = (
    "Outcome", "Luck alone: mean", "nine in ten", "Luck and coefficients: mean", "nine in ten",
    "from coefficients",
)  # fmt: skip
CHART_TITLES = ("Tension, luck alone", "Tension, luck and coefficients")


def format_posterior_row(outcome: str, row: pd.Series) -> tuple[str, ...]:
    """Return one outcome's cells for COLUMNS, without its name.

    Figures have three significant digits; an absolute risk has one.
    """

    def said(column: str) -> str:
        value = row[column]
        return (
            format_percent(value).replace("less than ", "<")
            if outcome in ABSOLUTE_RISKS
            else format_significant(value)
        )

    share = "" if row["share"] != row["share"] else f"{row['share']:.0%}"
    return (
        said("best"), f"{said('luck_p5')} to {said('luck_p95')}",
        said("mean"), f"{said('p5')} to {said('p95')}", share,
    )  # fmt: skip


def posterior_section(told: PredictiveResult) -> ReportSection:
    """Return the section with the table and both fans."""
    rows = [
        (
            escape(f"{name.replace('_', ' ')} ({OUTCOMES_BY_NAME[name].unit})"),
            *format_posterior_row(name, row),
        )
        for name, row in told.shown()
    ]
    figures = [
        ReportFigure(title, fan_chart(summarise_tension(trajectory), None, LIGHT), 300)
        for title, trajectory in zip(CHART_TITLES, (told.luck(), told.both()), strict=True)
    ]
    return ReportSection(
        TITLE, TEXT.format(draws=told.draws, runs=told.runs), COLUMNS, rows, figures
    )
