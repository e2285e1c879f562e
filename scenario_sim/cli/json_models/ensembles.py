"""JSON of `run` and `compare`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scenario_sim.cli.json_models.header import Number, Output, ScenarioOutput, Table


class OutcomeSummary(Table):
    """Distribution of an outcome over runs; of the week of a confrontation, over runs that have one."""

    mean: Number
    """Mean over runs."""
    p5: Number
    """5th percentile over runs."""
    p95: Number
    """95th percentile over runs."""
    mcse: Number
    """Monte Carlo standard error of the mean."""
    p5_low: Number
    """Low end of the confidence interval of the 5th percentile; null where runs are too few."""
    p5_high: Number
    """High end of the confidence interval of the 5th percentile."""
    p95_low: Number
    """Low end of the confidence interval of the 95th percentile."""
    p95_high: Number
    """High end of the confidence interval of the 95th percentile; null where runs are too few."""


class MetricPrecision(Table):
    """Precision of a metric of --until."""

    metric: str
    """Metric, as in `ratio(q95(launch_days))`."""
    value: Number
    """Its value."""
    half: Number
    """Half of the confidence interval of the value."""
    wanted: Number
    """Largest half width that is precise enough."""
    converged: bool
    """Whether the metric is precise enough."""


class EnsembleOutput(ScenarioOutput):
    """Outcomes of a scenario: one object a line for each scenario."""

    command: Literal["run"]
    confidence: float
    """Confidence level of every interval `..._low` to `..._high`."""
    outcomes: dict[str, OutcomeSummary | dict[str, int]]
    """Summary of each outcome; of `confrontation_cause`, runs by cause."""
    precision: list[MetricPrecision] | None = None
    """With --until: precision of each metric; those that compare stand with the later scenarios."""


class PosteriorSummary(Table):
    """Distribution of an outcome by random draws alone, and with drawn coefficients."""

    best: Number
    """Mean over runs at the draw with the least misfit, so by random draws alone."""
    luck_p5: Number
    """5th percentile over runs by random draws alone."""
    luck_p95: Number
    """95th percentile over runs by random draws alone."""
    mean: Number
    """Mean over all draws of coefficients and their runs."""
    p5: Number
    """5th percentile over all draws of coefficients and their runs."""
    p95: Number
    """95th percentile over all draws of coefficients and their runs."""
    share: Number
    """Share of the variance that the coefficients alone explain; null where nothing varies."""


class PosteriorOutput(ScenarioOutput):
    """Outcomes of a scenario under coefficients drawn from a posterior."""

    command: Literal["run --parameters"]
    draws: int
    """Draws of coefficients."""
    runs_a_draw: int
    """Runs of each draw."""
    outcomes: dict[str, PosteriorSummary]
    """Summary of each numeric outcome."""


class Side(Table):
    """One side of a comparison."""

    scenario: str
    """Name of the scenario, or its title where it has none."""
    hash: str
    """SHA-256 of all in the scenario that affects its runs."""


class Difference(Table):
    """An outcome on both sides, run by run on the same random draws."""

    baseline: Number
    """Mean over runs of the baseline."""
    policy: Number
    """Mean over runs of the policy."""
    difference: Number
    """Mean of the paired differences: policy less baseline."""
    low: Number
    """Low end of the confidence interval of the difference."""
    high: Number
    """High end of the confidence interval of the difference."""
    share_of_runs_changed: Number
    """Share of the pairs that differ."""
    runs_changed: int
    """Pairs that differ."""
    can_tell: bool
    """Whether enough pairs differ to judge the difference."""


class CauseCounts(Table):
    """The cause of a confrontation on both sides."""

    baseline: dict[str, int]
    """Runs of the baseline by cause."""
    policy: dict[str, int]
    """Runs of the policy by cause."""
    share_of_runs_changed: Number
    """Share of the pairs that differ."""
    runs_changed: int
    """Pairs that differ."""
    can_tell: bool
    """Whether enough pairs differ to judge the difference."""


class PosteriorDifference(Table):
    """A paired difference, policy less baseline, by random draws alone and with drawn coefficients."""

    best: Number
    """Mean difference at the draw of coefficients with the least misfit."""
    best_low: Number
    """Low end of the confidence interval of `best`."""
    best_high: Number
    """High end of the confidence interval of `best`."""
    difference: Number
    """Mean difference over all draws."""
    low: Number
    """Low end of the confidence interval of the mean over draws."""
    high: Number
    """High end of the confidence interval of the mean over draws."""
    p5: Number
    """5th percentile over draws of the mean difference of a draw, its Monte-Carlo error included."""
    p95: Number
    """95th percentile over draws of the mean difference of a draw."""
    share_above_zero: Number
    """Share of the draws whose mean difference is above 0."""


class PosteriorCompareOutput(Output):
    """Paired difference of two scenarios under coefficients drawn from a posterior."""

    command: Literal["compare --parameters"]
    confidence: float
    """Confidence level of every interval `low` to `high`."""
    baseline: Side
    """Scenario without the policy."""
    policy: Side
    """Scenario with the policy."""
    seed: int
    """Random seed."""
    runs: int
    """Paired runs of all draws."""
    weeks: int
    """Simulated weeks of a run."""
    draws: int
    """Draws of coefficients."""
    runs_a_draw: int
    """Paired runs of each draw."""
    outcomes: dict[str, PosteriorDifference]
    """Difference of each numeric outcome."""


class TheoryDifference(Table):
    """An outcome on both sides under one theory."""

    baseline: Number
    """Mean over runs of the baseline."""
    policy: Number
    """Mean over runs of the policy."""
    difference: Number
    """Mean of the paired differences: policy less baseline."""
    low: Number
    """Low end of the confidence interval of the difference."""
    high: Number
    """High end of the confidence interval of the difference."""
    can_tell: bool
    """Whether enough pairs differ to judge the difference."""


class Step(Table):
    """A measured quantity that lies between policy and risk."""

    measure: str
    """Quantity that is measured."""
    words: str
    """Its name in words."""
    baseline: Number
    """Mean over runs of the baseline."""
    policy: Number
    """Mean over runs of the policy."""
    half: Number
    """Half of the confidence interval of the paired difference."""


class PathwayShare(Table):
    """A pathway from policy to risk, and what the change is without it."""

    from_: str = Field(alias="from")
    """Step at which it begins."""
    to: str
    """Step at which it ends."""
    share: Number
    """Share of the change in risk that goes away without it."""
    half: Number
    """Half of the confidence interval of the share."""
    ratio_without: Number
    """Ratio of the risks, policy over baseline, without it."""


class Reasons(Table):
    """Why the risk changes."""

    sentence: str
    """Change in one sentence."""
    ratio: Number
    """Ratio of the risks, policy over baseline."""
    can_tell: bool
    """Whether the change is larger than its error."""
    levers: list[str]
    """Levers that differ."""
    cut: list[str]
    """Pathways that were cut on both sides."""
    chains: list[list[str]]
    """Chains of pathways from a lever to the risk, the strongest first."""
    interaction: Number
    """Share of the change that no single pathway carries."""
    steps: dict[str, Step]
    """Measured quantities by step."""
    pathways: dict[str, PathwayShare]
    """Every pathway by name."""


class CompareOutput(Output):
    """Paired difference of two scenarios."""

    command: Literal["compare"]
    confidence: float
    """Confidence level of every interval `low` to `high`, and of every `half`."""
    baseline: Side
    """Scenario without the policy."""
    policy: Side
    """Scenario with the policy."""
    seed: int
    """Random seed of both sides."""
    runs: int
    """Runs of each side."""
    weeks: int
    """Simulated weeks of a run."""
    outcomes: dict[str, Difference | CauseCounts]
    """Difference of each outcome; of `confrontation_cause`, runs by cause."""
    theories: dict[str, dict[str, TheoryDifference]] | None = None
    """With --theories: differences by theory and outcome, the model as it is set first."""
    why: Reasons | None = None
    """With --why: through which links the policy acts."""
    precision: list[MetricPrecision] | None = None
    """With --until: precision of each metric, of which plain ones are differences."""
