"""What else the futures hold: a few outcomes, baseline beside policy, with the paired difference."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scenario_sim.formatting import format_signed
from scenario_sim.reporting import estimates, messages
from scenario_sim.simulation.comparison import Comparison
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME
from scenario_sim.simulation.trajectory import Trajectory


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome as text. `difference` and `interval` are empty without a policy; where too few
    paired futures differ, `difference` says so and there is no interval."""

    name: str
    title: str
    unit: str
    baseline: str
    policy: str = ""
    difference: str = ""
    interval: str = ""


def outcome_rows(baseline: Trajectory, comparison: Comparison | None) -> tuple[OutcomeRow, ...]:
    """Means over runs, with their errors, of the outcomes named in `words.OUTCOMES`."""
    return tuple(_row(name, baseline, comparison) for name in messages.OUTCOMES)


def _row(name: str, baseline: Trajectory, comparison: Comparison | None) -> OutcomeRow:
    title, unit, decimals, factor = messages.OUTCOMES[name]
    assert name in OUTCOMES_BY_NAME
    sides = (baseline, comparison.policy) if comparison else (baseline,)
    base, *rest = (
        estimates.mean(side.outcomes[name].to_numpy(float) * factor, decimals) for side in sides
    )
    if comparison is None:
        return OutcomeRow(name, title, unit, base)
    (policy,) = rest
    row = comparison.row(name)
    runs = int(baseline.runs.size)
    changed = round(float(row["share_of_runs_changed"]) * runs)
    if changed == 0:
        return OutcomeRow(name, title, unit, base, policy, messages.NO_CHANGE)
    if not comparison.can_tell(name):
        few = messages.FEW_DIFFER.format(n=changed, runs=runs)
        return OutcomeRow(name, title, unit, base, policy, few)
    by, low, high = (float(row[key]) * factor for key in ("difference", "low", "high"))
    finer = min(decimals + 1, _decimals(high - low))
    interval = f"{format_signed(low, finer)} to {format_signed(high, finer)}"
    return OutcomeRow(name, title, unit, base, policy, format_signed(by, finer), interval)


def _decimals(width: float) -> int:
    """As many as an interval of this width bears: its second digit is noise."""
    return max(0, -math.floor(math.log10(width / 2))) if width > 0 else 2
