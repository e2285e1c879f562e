"""Draw figures for papers: fans, responses, indices, boxes, fronts, regret.

Pure functions from tables to drawings by matplotlib. Colours differ for colour-blind readers and in
grey (Okabe and Ito), and never carry a meaning alone.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.language import translate
from scenario_sim.reporting import messages as chart_messages
from scenario_sim.reporting.charts.chart import LIGHT
from scenario_sim.reporting.study import messages
from scenario_sim.reporting.study.drawing import MAX_HEIGHT_IN, MIN_FONT_PT, Drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SECOND_COLOUR = "#D55E00"  # vermilion, beside the palette's blue
MAX_BARS = 25  # longer charts are unreadable; the data hold every row
MAX_PANELS = 12
MAX_PANELS_IN_TWO_COLUMNS = 6  # more stand in three, so that the figure fits a page


# --- what is drawn -------------------------------------------------------------------------------


def draw_fans(bands: Mapping[str, pd.DataFrame], label: str) -> Drawing:
    """Draw one fan a cell: the median, half and nine tenths of the futures in each week.

    bands: title -> quantiles over runs, index week, columns 0.05, 0.25, 0.5, 0.75, 0.95.
    """

    def draw(figure: Figure) -> None:
        for axes, (title, table) in zip(_panels(figure, len(bands)), bands.items(), strict=True):
            weeks = table.index.to_numpy(float)
            outer = axes.fill_between(
                weeks, table[0.05], table[0.95], color=LIGHT.policy, alpha=0.2, lw=0
            )
            inner = axes.fill_between(
                weeks, table[0.25], table[0.75], color=LIGHT.policy, alpha=0.35, lw=0
            )
            (middle,) = axes.plot(weeks, table[0.5], color=LIGHT.policy, lw=1.4)
            axes.set_title(_wrapped(title, 42))
            axes.set_xlabel(messages.WEEK)
            axes.set_ylabel(translate(label))
            axes.grid(axis="y", lw=0.5)
            axes.set_xlim(weeks[0], max(weeks[-1], weeks[0] + 1))
            if label == "tension":
                _ladder(axes)
        figure.legend(
            [middle, inner, outer], messages.FAN_KEY, loc="outside lower center", ncols=3,
        )  # fmt: skip

    return Drawing("fans", _height(len(bands)), draw)


def draw_responses(table: pd.DataFrame, label: str, varied: Sequence[str]) -> Drawing:
    """Draw the mean of each cell over each input, with two Monte-Carlo errors.

    table: one row a cell, columns `mean`, `mcse` and the names in `varied`.
    """
    shown = list(varied)[:MAX_PANELS]

    def draw(figure: Figure) -> None:
        for axes, name in zip(_panels(figure, len(shown)), shown, strict=True):
            values = table[name]
            numbers = pd.to_numeric(values, errors="coerce")
            at = numbers if numbers.notna().all() else values.astype(str)
            axes.errorbar(
                at, table["mean"], yerr=2 * table["mcse"].fillna(0), fmt="o", ms=3, lw=0.8,
                color=LIGHT.policy, ecolor=LIGHT.baseline,
            )  # fmt: skip
            axes.set_xlabel(_wrapped(_input_label(name), 34))
            if not numbers.notna().all():
                axes.tick_params(axis="x", labelrotation=35)
                for tick in axes.get_xticklabels():
                    tick.set(ha="right", rotation_mode="anchor")
            axes.set_ylabel(_wrapped(label, 34))
            axes.grid(lw=0.5)

    return Drawing("responses", _height(len(shown)), draw)


def draw_tornado(table: pd.DataFrame, size: str, error: str, label: str) -> Drawing:
    """Draw a bar for each input, the largest effect on the outcome first.

    Parameters
    ----------
    table : DataFrame
        One row an input, with the column `name` and the two below.
    size : str
        Column of the effect (Morris's mu*, or a swing).
    error : str
        Column of half the 95 % interval.
    label : str
    """
    shown = table.sort_values(size, ascending=False, kind="stable").head(MAX_BARS).iloc[::-1]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.barh(
            [_input_label(n) for n in shown["name"]], shown[size], xerr=shown[error].fillna(0),
            color=LIGHT.policy, ecolor=LIGHT.ink, error_kw={"lw": 0.8}, height=0.65,
        )  # fmt: skip
        axes.set_xlabel(label)
        axes.grid(axis="x", lw=0.5)
        axes.margins(y=0.01)

    return Drawing("tornado", 0.9 + 0.2 * len(shown), draw)


def draw_sobol(table: pd.DataFrame) -> Drawing:
    """Draw first-order and total indices with their 95 % intervals, ordered by the total.

    table: columns `name`, `S1`, `S1_conf`, `ST`, `ST_conf`.
    """
    shown = table.sort_values("ST", ascending=False, kind="stable").head(MAX_BARS).iloc[::-1]
    bars = tuple(zip(("ST", "S1"), messages.SOBOL_KEY, strict=True))
    return _draw_pairs(shown, bars, messages.VARIANCE_SHARE, "sobol")


def draw_spreads(table: pd.DataFrame, label: str) -> Drawing:
    """Draw the spread of each source beside the luck in the same cells.

    table: columns `name`, `sd`, `luck_sd`.
    """
    bars = tuple(zip(("sd", "luck_sd"), messages.SPREAD_KEY, strict=True))
    return _draw_pairs(table.iloc[::-1], bars, label, "spread")


def draw_differences(table: pd.DataFrame, label: str) -> Drawing:
    """Draw differences with intervals. table: columns `name`, `difference`, `low`, `high`."""
    shown = table.iloc[::-1]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        at = np.arange(len(shown))
        reach = np.abs(
            shown[["low", "high"]].to_numpy(float).T - shown["difference"].to_numpy(float)
        )
        axes.errorbar(
            shown["difference"], at, xerr=reach, fmt="o", ms=4, lw=1, color=LIGHT.policy,
            ecolor=LIGHT.ink,
        )  # fmt: skip
        axes.axvline(0, color=LIGHT.quiet, lw=0.8)
        axes.set_yticks(at, [_input_label(n) for n in shown["name"]])
        axes.set_ylim(-0.5, len(shown) - 0.5)
        axes.set_xlabel(label)
        axes.grid(axis="x", lw=0.5)

    return Drawing("differences", 0.9 + 0.25 * len(shown), draw)


def _draw_pairs(
    shown: pd.DataFrame, bars: Sequence[tuple[str, str]], label: str, name: str
) -> Drawing:
    """Draw two bars a row, the second hatched, each with its interval if there is one."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        rows = np.arange(len(shown))
        for (column, words), shift, hatch in zip(bars, (0.2, -0.2), ("", "////"), strict=True):
            error = shown.get(f"{column}_conf")
            axes.barh(
                rows + shift, shown[column], 0.38, xerr=None if error is None else error.fillna(0),
                facecolor="white" if hatch else LIGHT.policy, edgecolor=SECOND_COLOUR if hatch else LIGHT.policy,
                hatch=hatch, label=words, ecolor=LIGHT.ink, error_kw={"lw": 0.8},
            )  # fmt: skip
        axes.set_yticks(rows, [_input_label(n) for n in shown["name"]])
        axes.set_xlabel(label)
        axes.axvline(0, color=LIGHT.quiet, lw=0.8)
        axes.grid(axis="x", lw=0.5)
        axes.margins(y=0.01)
        axes.legend(
            loc="upper center", bbox_to_anchor=(0.4, -0.28 if len(shown) < 6 else -0.1), ncols=2
        )

    return Drawing(name, 1.3 + 0.3 * len(shown), draw)


def draw_boxes(table: pd.DataFrame) -> Drawing:
    """Draw each box of scenario discovery as a panel: its limits within the range of each input.

    table: columns `box`, `name`, `low`, `high` (of the box), `whole_low`, `whole_high`, `coverage`,
    `density`.
    """
    found = list(table.groupby("box", sort=True))
    panel = 0.7 + 0.32 * max(len(rows) for _, rows in found)
    found = found[: max(1, int(MAX_HEIGHT_IN / panel))]

    def draw(figure: Figure) -> None:
        axes_of = figure.subplots(len(found), 1, squeeze=False)[:, 0]
        for axes, (box, rows) in zip(axes_of, found, strict=True):
            rows = rows.iloc[::-1]
            span = (rows["whole_high"] - rows["whole_low"]).replace(0, 1)
            left = (rows["low"] - rows["whole_low"]) / span
            right = (rows["high"] - rows["whole_low"]) / span
            at = np.arange(len(rows))
            axes.barh(at, 1.0, 0.5, color=LIGHT.grid)
            axes.barh(at, right - left, 0.5, left=left, color=LIGHT.policy)
            for y, low, high, a, b in zip(at, left, right, rows["low"], rows["high"], strict=True):
                axes.text(low, y + 0.28, f"{a:.3g}", ha="left", va="bottom", fontsize=MIN_FONT_PT)
                axes.text(high, y + 0.28, f"{b:.3g}", ha="right", va="bottom", fontsize=MIN_FONT_PT)
            axes.set_yticks(at, [_input_label(n) for n in rows["name"]])
            axes.set_ylim(-0.5, len(rows) - 0.1)
            axes.set_xlim(0, 1)
            axes.set_xticks([0, 1], messages.BOX_ENDS)
            first = rows.iloc[0]
            axes.set_title(
                messages.BOX.format(
                    number=box, coverage=first["coverage"], density=first["density"]
                )
            )

    return Drawing("boxes", len(found) * panel, draw)


def draw_peeling(table: pd.DataFrame) -> Drawing:
    """Draw PRIM's trade-off: coverage against density of each step, larger if more cases are inside.

    table: columns `coverage`, `density`, `mass` and `res_dim`, the number of limited inputs.
    """

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot(table["coverage"], table["density"], color=LIGHT.baseline, lw=0.8)
        for limited, rows in table.groupby("res_dim"):
            at = (rows["coverage"], rows["density"])
            axes.scatter(*at, s=12 + 60 * rows["mass"], color=LIGHT.policy, lw=0)
            axes.annotate(
                f"{limited:.0f}", (at[0].iloc[0], at[1].iloc[0]), (4, 4), textcoords="offset points"
            )
        axes.set_xlabel(messages.PEELING_AXES[0])
        axes.set_ylabel(messages.PEELING_AXES[1])
        axes.margins(0.08)
        axes.grid(lw=0.5)

    return Drawing("peeling", 3.2, draw)


def draw_front(
    table: pd.DataFrame, objectives: Sequence[str], better_high: Sequence[str] = ()
) -> Drawing:
    """Draw the Pareto front, two objectives at a time.

    Less is better, except for objectives in `better_high`.
    """

    def label(name: str) -> str:
        better = messages.MORE_IS_BETTER if name in better_high else messages.LESS_IS_BETTER
        return better.format(name=translate(_with_spaces(name)))

    pairs = [(a, b) for n, a in enumerate(objectives) for b in objectives[n + 1 :]][:MAX_PANELS]

    def draw(figure: Figure) -> None:
        for axes, (a, b) in zip(_panels(figure, len(pairs)), pairs, strict=True):
            line = table.sort_values([a, b])
            if {f"{a}_fresh", f"{b}_fresh"} <= set(table.columns):
                axes.plot(line[a], line[b], "o", ms=4, mfc="none", mec=LIGHT.baseline)
                axes.plot(line[f"{a}_fresh"], line[f"{b}_fresh"], "o", ms=4, color=LIGHT.policy)
            else:
                axes.plot(line[a], line[b], "o", ms=4, color=LIGHT.policy)
            if len(objectives) == 2 and not better_high:
                axes.step(line[a], line[b], where="post", color=LIGHT.baseline, lw=0.8)
            axes.set_xlabel(label(a))
            axes.set_ylabel(label(b))
            axes.grid(lw=0.5)

    return Drawing("front", _height(len(pairs)), draw)


def draw_progress(table: pd.DataFrame) -> Drawing:
    """Draw how the front of each search grew: hypervolume, and epsilon progress, by evaluations.

    table: columns as in `convergence.search_progress`.
    """

    def draw(figure: Figure) -> None:
        columns = ("hypervolume", "epsilon_progress")
        panels = zip(columns, messages.PROGRESS_AXES, strict=True)
        for axes, (column, label) in zip(_panels(figure, 2), panels, strict=True):
            for number, one in table.groupby("search"):
                axes.plot(
                    one["evaluations"],
                    one[column],
                    lw=1.2,
                    label=messages.SEARCH.format(number=number),
                )
            axes.set_xlabel(messages.EVALUATIONS)
            axes.set_ylabel(label)
            axes.grid(lw=0.5)
        if table["search"].nunique() > 1:
            axes.legend()

    return Drawing("progress", _height(2), draw)


def draw_regret(table: pd.DataFrame, label: str, digits: int = 2) -> Drawing:
    """Draw a table of policies (rows) by theories (columns), darker if the regret is larger."""
    values = table.to_numpy(float)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        top = float(np.nanmax(values)) if np.isfinite(values).any() else 0.0
        rows, columns = (np.arange(n + 1) - 0.5 for n in values.shape)
        axes.pcolormesh(columns, rows, values, cmap="Blues", vmin=0, vmax=top or 1)
        axes.invert_yaxis()
        for (row, column), value in np.ndenumerate(values):
            ink = "white" if top and value > 0.6 * top else LIGHT.ink
            text = "–" if np.isnan(value) else f"{value:.{digits}g}"
            axes.text(column, row, text, ha="center", va="center", color=ink)
        axes.set_xticks(
            range(values.shape[1]), [_wrapped(str(c), 16) for c in table.columns],
            rotation=30 if values.shape[1] > 5 else 0, ha="right" if values.shape[1] > 5 else "center",
        )  # fmt: skip
        axes.set_yticks(range(values.shape[0]), [_wrapped(str(i), 30) for i in table.index])
        axes.tick_params(length=0)
        axes.set_title(label)
        for side in axes.spines.values():
            side.set_visible(False)

    return Drawing("regret", 1.3 + 0.35 * values.shape[0], draw)


# --- how it is drawn -----------------------------------------------------------------------------


def _panels(figure: Figure, many: int) -> list[Axes]:
    """Return so many axes, in rows of `_columns`."""
    columns = _columns(many)
    grid = figure.add_gridspec(-(-many // columns), columns)
    return [figure.add_subplot(grid[n // columns, n % columns]) for n in range(many)]


def _columns(panels: int) -> int:
    return 3 if panels > MAX_PANELS_IN_TWO_COLUMNS else min(2, panels)


def _height(panels: int) -> float:
    rows = -(-panels // _columns(panels))
    return 0.4 + (2.15 if rows > 3 else 2.4) * rows if panels > 1 else 3.2


def _ladder(axes: Axes) -> None:
    """Name the rungs of the ladder of escalation at the right."""
    low, high = axes.get_ylim()
    for rung, words in zip(count(), chart_messages.RUNGS):
        if low <= rung + 0.5 <= high:
            axes.text(1.01, rung + 0.5, words, transform=axes.get_yaxis_transform(), fontsize=MIN_FONT_PT,
                      va="center", color=LIGHT.quiet)  # fmt: skip


def _input_label(name: str) -> str:
    """Return the label of an input, or its name with spaces."""
    return SETTINGS[name].label if name in SETTINGS else name.replace("_", " ")


def _with_spaces(name: str) -> str:
    return name.replace("_", " ")


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width)) or text
