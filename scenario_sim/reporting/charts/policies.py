"""Draw several policies on one fan, and list them in one table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from scenario_sim.formatting import format_number, format_signed
from scenario_sim.reporting import messages
from scenario_sim.reporting.charts.chart import Chart, Palette, fade_colour
from scenario_sim.reporting.charts.fan import fan_chart, thin_weeks
from scenario_sim.reporting.charts.summaries import TensionSummary
from scenario_sim.reporting.estimates import format_with_error
from scenario_sim.simulation.comparison import Comparison
from scenario_sim.simulation.intervals import half_width
from scenario_sim.simulation.trajectory import Trajectory

# Okabe and Ito's colours, which differ for colour-blind readers; the first is the policy on screen.
COLOURS = {
    "light": ("#0072B2", "#A84300", "#00785A", "#8A4A77"),
    "dark": ("#56B4E9", "#F0A05A", "#3CC9A0", "#E0A3CC"),
}
LINES = ("solid", "dashed", "dotted", [8, 3, 2, 3])
COMPARED_OUTCOMES = {  # name: factor, decimals
    "confrontation_risk": (1000.0, 0),
    "mean_tension": (1.0, 1),
    "icbm_tests": (1.0, 1),
    "launch_days": (1.0, 0),
    "talks_weeks": (1.0, 0),
    "revenue_musd": (1e-3, 2),
}


class NamedPolicy(NamedTuple):
    """One of the policies: its name, its futures, and their tension."""

    name: str
    trajectory: Trajectory
    bands: TensionSummary


def are_paired(policies: Sequence[NamedPolicy]) -> bool:
    """Return whether all share start, length and runs, so that futures are compared by pairs."""
    first = policies[0].trajectory
    return all(
        (p.trajectory.scenario.start, p.trajectory.scenario.weeks, p.trajectory.seed)
        == (first.scenario.start, first.scenario.weeks, first.seed)
        and np.array_equal(p.trajectory.runs, first.runs)
        for p in policies
    )


def policies_chart(policies: Sequence[NamedPolicy], palette: Palette) -> Chart:
    """Return the middle and the inner band of each policy over the same dates.

    The policies must share start and length.
    """
    first = fan_chart(policies[0].bands, None, palette)
    keep = thin_weeks(len(policies[0].bands.dates))
    dates = np.datetime_as_string(policies[0].bands.dates[keep], "D").tolist()
    series: list[dict[str, Any]] = []
    for n, policy in enumerate(policies):
        series += _series(policy, dates, keep, COLOURS[palette.name][n], LINES[n])
    base = dict(first.option["baseOption"])
    del base["dataset"]
    sentence = describe_policies(policies)
    base |= {"series": series, "aria": {"enabled": True, "label": {"description": sentence}}}
    base["legend"] = {
        "show": True,
        "bottom": 0,
        "itemWidth": 28,
        "data": [policy.name for policy in policies],
        "textStyle": {"color": palette.ink, "fontSize": 13},
    }
    columns, rows = policy_table(policies)
    option = {"baseOption": _with_legend(base), "media": first.option["media"][:1]}
    for part in option["media"]:
        part["option"] = _with_legend(part["option"])
    option["media"].append(
        {"option": {"grid": option["baseOption"]["grid"], "yAxis": base["yAxis"]}}
    )
    return Chart(option, sentence, columns, rows)


def _with_legend(option: dict[str, Any]) -> dict[str, Any]:
    """Return an option with room for a legend under its dates."""
    return option | {"grid": option["grid"] | {"bottom": option["grid"]["bottom"] + 30}}


def _series(
    policy: NamedPolicy, dates: list[str], keep: np.ndarray, colour: str, line: Any
) -> list[dict[str, Any]]:
    _, p10, p50, p90, _ = np.round(policy.bands.levels[:, keep], 2)
    common = {"type": "line", "yAxisIndex": 1, "symbol": "none", "silent": True, "animation": False}

    def points(values: np.ndarray) -> list[list]:
        return [[day, float(value)] for day, value in zip(dates, values, strict=True)]

    quiet = common | {"stack": policy.name, "lineStyle": {"width": 0}, "tooltip": {"show": False}}
    area = {"areaStyle": {"color": fade_colour(colour, 0.1)}}
    middle = common | {
        "name": policy.name,
        "data": points(p50),
        "lineStyle": {"color": colour, "width": 3, "type": line},
        "itemStyle": {"color": colour},
        "z": 4,
    }
    return [quiet | {"data": points(p10)}, quiet | area | {"data": points(p90 - p10)}, middle]


def describe_policies(policies: Sequence[NamedPolicy]) -> str:
    """Return which of the policies has the lowest and which the highest risk."""
    risks = [float(p.trajectory.outcomes["confrontation_risk"].mean()) for p in policies]
    low, high = int(np.argmin(risks)), int(np.argmax(risks))
    if format_number(1000 * risks[low]) == format_number(1000 * risks[high]):
        return messages.POLICIES_ALIKE.format(risk=format_number(1000 * risks[low]))
    said = {
        "lowest": policies[low].name,
        "low": format_number(1000 * risks[low]),
        "highest": policies[high].name,
        "high": format_number(1000 * risks[high]),
    }
    return messages.POLICIES.format(**said)


def policy_table(
    policies: Sequence[NamedPolicy],
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the columns and rows of the outcomes of each policy.

    Where futures have pairs, a cell holds the difference from the first policy with its error.
    """
    paired = are_paired(policies)
    columns = (messages.POLICIES_FIRST_COLUMN, *messages.POLICIES_COLUMNS)
    rows = []
    for n, policy in enumerate(policies):
        other = Comparison(policies[0].trajectory, policy.trajectory) if n and paired else None
        cells = [_cell(policy, other, name) for name in COMPARED_OUTCOMES]
        rows.append((policy.name, *cells))
    return columns, tuple(rows)


def _cell(policy: NamedPolicy, other: Comparison | None, name: str) -> str:
    factor, decimals = COMPARED_OUTCOMES[name]
    values = factor * policy.trajectory.outcomes[name].to_numpy(float)
    if other is None:
        return format_with_error(float(values.mean()), float(half_width(values)), decimals)
    level = format_number(float(values.mean()), decimals)
    if not other.changed(name):
        return messages.POLICIES_CELL.format(level=level, change=messages.NO_CHANGE)
    if not other.can_tell(name):
        return messages.POLICIES_CELL.format(level=level, change=messages.TOO_FEW)
    row = other.row(name)
    half = factor * (row["high"] - row["low"]) / 2
    base = factor * float(other.baseline.outcomes[name].mean())
    by = told_difference(base, float(values.mean()), half, decimals)
    change = format_with_error(by, half, decimals, format_signed)
    return messages.POLICIES_CELL.format(level=level, change=change)


def told_difference(base: float, value: float, half: float, decimals: int) -> float:
    """Return the difference of two values as they are told, so that a row adds up.

    The exact one is returned where rounding moved that out of the interval, or where the interval
    calls for more decimals than the values have.
    """
    exact = value - base
    told = round(value, decimals) - round(base, decimals)
    fits = abs(told - exact) <= half and 2 * half >= 10**-decimals
    return told if fits and told * exact > 0 else exact
