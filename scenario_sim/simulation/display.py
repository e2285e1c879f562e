"""Show results in a terminal and in a notebook: a few lines and a small table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario_sim.scenario import Scenario

if TYPE_CHECKING:  # slow to import
    import pandas as pd

MAX_REPR_CHARACTERS = 1000  # a screen of 80 columns and 24 lines holds about twice as many
MAX_LINE_CHARACTERS = 160
MAX_TEXT_ROWS, MAX_TEXT_COLUMNS = 6, 6
MAX_HTML_ROWS = 30
MAIN_OUTCOMES = (
    "launch_days",
    "provocations",
    "talks_weeks",
    "mean_tension",
    "confrontation_risk",
)
BARS = "▁▂▃▄▅▆▇█"
MAX_BARS = 52
HASH_DIGITS = 8  # as the command line prints


class DisplayedResult:
    """Base of results with a short `repr`, and an HTML table in notebooks.

    A dataclass that inherits from it needs `repr=False`.
    """

    def _summary(self) -> list[str]:
        """Return lines that name scenario, runs, seed, engine and what is in the result."""
        raise NotImplementedError

    def _table(self) -> pd.DataFrame | None:
        """Return the main table."""
        return None

    def _text_table(self) -> pd.DataFrame | None:
        """Return the part of the main table that a terminal shows first."""
        return self._table()

    def _name(self) -> str:
        """Return what stands before the summary."""
        return type(self).__name__

    def __repr__(self) -> str:
        first, *others = self._summary()
        lines = [_shorten(line) for line in (f"{self._name()}: {first}", *others)]
        head = "\n".join(lines)[:MAX_REPR_CHARACTERS]
        table = self._text_table()
        if table is None or table.empty:
            return head
        for rows in range(MAX_TEXT_ROWS, 0, -1):
            text = f"{head}\n{_to_text(table, rows)}"
            if len(text) <= MAX_REPR_CHARACTERS:
                return text
        return head

    def _repr_html_(self) -> str:
        lines = "<br>".join(escape(line) for line in self._summary())
        table = self._table()
        shown = "" if table is None or table.empty else table.to_html(
            max_rows=MAX_HTML_ROWS, float_format=_format_float, border=0
        )  # fmt: skip
        return f"<div><p><b>{escape(self._name())}</b><br>{lines}</p>{shown}</div>"


def describe_runs(scenario: Scenario, runs: int, seed: int, engine: str) -> str:
    """Return what is needed to repeat a result, in one line."""
    name = scenario.name or scenario.title
    return (
        f"{name} ({scenario.hash[:HASH_DIGITS]}), {scenario.weeks} weeks, {runs:,} runs, seed {seed}, "
        f"engine {engine}"
    )


def main_rows(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the main outcomes, and some columns."""
    return table.loc[[name for name in MAIN_OUTCOMES if name in table.index], list(columns)]


def main_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns of the main outcomes."""
    return [name for name in MAIN_OUTCOMES if name in table.columns]


def draw_bars(values: np.ndarray) -> str:
    """Return a series as a row of bars, at most MAX_BARS: means of equal parts of the series.

    >>> draw_bars(np.array([0.0, 1.0, 2.0, 7.0]))
    '▁▂▃█'
    """
    means = np.array([part.mean() for part in np.array_split(values, min(MAX_BARS, values.size))])
    low, width = means.min(), np.ptp(means)
    shares = (means - low) / width if width > 0 else np.zeros(means.size)
    return "".join(BARS[n] for n in np.round(shares * (len(BARS) - 1)).astype(int))


def _to_text(table: pd.DataFrame, rows: int) -> str:
    columns: Any = table.columns
    text = ""
    for most in range(MAX_TEXT_COLUMNS, 0, -1):
        text = str(table.to_string(
            max_rows=rows, max_cols=min(most, len(columns)), max_colwidth=24,
            float_format=_format_float, show_dimensions=len(table) > rows or len(columns) > most,
        ))  # fmt: skip
        if max(map(len, text.splitlines())) <= 100:
            break
    return text


def _format_float(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _shorten(line: str) -> str:
    return line if len(line) <= MAX_LINE_CHARACTERS else line[: MAX_LINE_CHARACTERS - 1] + "…"
