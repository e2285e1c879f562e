"""The part of a hand-out that keeps luck and not knowing the coefficients apart."""

from __future__ import annotations

from html import escape

from scenario_sim.calibration.futures import Futures
from scenario_sim.charts import LIGHT, bands, fan
from scenario_sim.charts.numbers import short
from scenario_sim.outcomes import BY_NAME
from scenario_sim.report import Figure, Part

TITLE = "Luck, and not knowing the coefficients"
TEXT = (
    "The pages above use the coefficients that miss the record of 2012 to 2019 least: their bands show "
    "luck alone. Here {draws} draws of the fitted coefficients have {runs} futures each, with luck of "
    "their own, so that both show: the last column is the part of the variance that not knowing the "
    "coefficients alone makes. Policies, structure and what was not fitted are held."
)
COLUMNS = (
    "Outcome", "Luck alone: mean", "nine in ten", "Luck and coefficients: mean", "nine in ten",
    "from coefficients",
)  # fmt: skip
CHARTS = ("Tension, luck alone", "Tension, luck and coefficients")


def apart(told: Futures) -> Part:
    """The table, and both fans."""
    rows = [
        (
            escape(f"{name.replace('_', ' ')} ({BY_NAME[str(name)].unit})"),
            short(row["best"]), f"{short(row["luck_low"])} to {short(row["luck_high"])}",
            short(row["mean"]), f"{short(row["low"])} to {short(row["high"])}",
            "" if row["share"] != row["share"] else f"{row['share']:.0%}",
        )
        for name, row in told.table.iterrows()
        if row["best"] == row["best"] and row["mean"] == row["mean"]
    ]  # fmt: skip
    figures = [
        Figure(title, fan(bands(trajectory), None, LIGHT), 300)
        for title, trajectory in zip(CHARTS, (told.luck(), told.both()), strict=True)
    ]
    return Part(TITLE, TEXT.format(draws=told.draws, runs=told.runs), COLUMNS, rows, figures)
