"""Draw a policy's effect under each theory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenario_sim.formatting import format_signed
from scenario_sim.reporting import messages
from scenario_sim.reporting.charts.chart import Chart, Palette
from scenario_sim.reporting.charts.primitives import bar_options
from scenario_sim.reporting.charts.small_multiples import SmallChart
from scenario_sim.reporting.estimates import Change, classify_change, format_with_error
from scenario_sim.simulation.intervals import half_width
from scenario_sim.simulation.trajectory import Trajectory

SCALES = {"confrontation_risk": (1000.0, 1), "mean_tension": (1.0, 2)}  # scale, decimals


@dataclass(frozen=True, eq=False)
class TheoryComparison:
    """A baseline and a policy under one theory; without a policy the baseline alone."""

    title: str
    baseline: Trajectory
    policy: Trajectory | None

    def values(self, outcome: str) -> list[np.ndarray]:
        """Return an outcome of each side, one array over runs each."""
        sides = (self.baseline, self.policy)
        return [s.outcomes[outcome].to_numpy(float) for s in sides if s is not None]

    def shift(self, outcome: str) -> tuple[float, float, bool]:
        """Return the paired difference, half of its 95 % interval, and whether it differs from 0."""
        base, policy = self.values(outcome)
        paired = policy - base
        half = float(half_width(paired)) if paired.size > 1 else np.inf
        by = float(paired.mean())
        measured = classify_change(int(np.count_nonzero(paired))) is Change.MEASURED
        return by, half, measured and abs(by) > half


def theory_charts(found: Sequence[TheoryComparison], palette: Palette) -> tuple[SmallChart, ...]:
    """Return risk and tension under each theory; the first one is the model as it is set."""
    compared = found[0].policy is not None
    return tuple(
        SmallChart(
            outcome, *messages.THEORIES[outcome], _make_chart(outcome, found, compared, palette)
        )
        for outcome in SCALES
    )


def _make_chart(
    outcome: str, found: Sequence[TheoryComparison], compared: bool, palette: Palette
) -> Chart:
    scale, decimals = SCALES[outcome]
    sides = list(zip(*(one.values(outcome) for one in found), strict=True))
    means = [np.array([scale * v.mean() for v in side]) for side in sides]
    halves = [np.array([scale * half_width(v) for v in side]) for side in sides]
    said = [
        [format_with_error(float(m), float(h), decimals) for m, h in zip(*side, strict=True)]
        for side in zip(means, halves, strict=True)
    ]
    sentence = (
        describe_agreement(outcome, found)
        if compared
        else _describe_range(outcome, found, means[0], said[0])
    )
    rows = []
    for n, one in enumerate(found):
        cells = [side[n] for side in said]
        if compared:
            by, half, told = one.shift(outcome)
            low, high = (format_signed(scale * end, decimals) for end in (by - half, by + half))
            shift = messages.ENDS.format(
                value=format_signed(scale * by, decimals), low=low, high=high
            )
            cells.append(shift if told else messages.UNTOLD)
        rows.append((one.title, *cells))
    base = (means[0], halves[0])
    policy = (means[1], halves[1]) if compared else None
    option = bar_options([one.title for one in found], base, policy, palette, sentence, lying=True)
    columns = messages.THEORY_COLUMNS if compared else messages.THEORY_COLUMNS[:2]
    return Chart(option, sentence, columns, tuple(rows))


def describe_agreement(
    outcome: str, found: Sequence[TheoryComparison], who: tuple[str, str] | None = None
) -> str:
    """Say in how many theories the policy moves an outcome the same way as in the model as set.

    Parameters
    ----------
    outcome : str
        A key of `messages.THEORY_OF`.
    found : sequence of TheoryComparison
        The model as it is set first.
    who : (str, str), optional
        What moves it, at the head of a sentence and within it; "This policy" by default.
    """
    who = who or messages.THIS_POLICY
    (_, _, sure), *_ = shifts = [one.shift(outcome) for one in found]
    what, theories = messages.THEORY_OF[outcome], shifts[1:]
    if not sure:
        told = sum(t for _, _, t in theories)
        return messages.THEORIES_UNSURE.format(who=who[1], what=what, told=told, all=len(theories))
    sign = np.sign(shifts[0][0])
    way = messages.RAISES if sign > 0 else messages.LOWERS
    if not theories:  # the first of them is still being drawn
        return messages.THEORIES_FIRST.format(who=who[0], what=what, way=way)
    alike = sum(told and np.sign(by) == sign for by, _, told in theories)
    against = [
        one.title
        for one, (by, _, told) in zip(found[1:], theories, strict=True)
        if told and np.sign(by) != sign
    ]
    said = messages.THEORIES_ALIKE.format(
        who=who[0],
        what=what,
        way=way,
        alike=alike,
        all=len(theories),
    )
    if against:
        return f"{said} {messages.THEORIES_AGAINST.format(names=', '.join(against))}"
    unsure = len(theories) - alike
    return f"{said} {messages.THEORIES_REST.format(n=unsure)}" if unsure else said


def _describe_range(
    outcome: str, found: Sequence[TheoryComparison], means: np.ndarray, said: Sequence[str]
) -> str:
    low, high = int(means.argmin()), int(means.argmax())
    return messages.THEORIES_RANGE.format(
        what=messages.THEORY_OF[outcome], low=said[low], high=said[high],
        lowest=found[low].title, highest=found[high].title,
    )  # fmt: skip
