"""JSON of the studies: `study`, `sweep`, `sensitivity`, `robust`, `search`."""

from __future__ import annotations

from typing import Any, Literal

from scenario_sim.cli.json_models.header import Number, Output, ScenarioOutput, Table, Values


class DesignPoint(Table):
    """One cell: inputs and outcomes."""

    inputs: dict[str, Number | str]
    """Value of each varied input."""
    mean: Values
    """Mean over runs of each outcome."""
    mcse: Values
    """Monte Carlo standard error of each mean."""


class SweepOutput(ScenarioOutput):
    """Every cell of a sweep. `hash` is that of the scenario before any input is varied."""

    command: Literal["sweep"]
    cells: list[DesignPoint]
    """Cells in the order of the design."""
    failed: dict[str, str]
    """Error of each cell that failed, by its number."""


class MorrisIndex(Table):
    """Effect of an input by the method of Morris, in the outcome's unit."""

    name: str
    """Input."""
    mu_star: Number
    """Mean of the absolute elementary effects."""
    mu_star_conf: Number
    """Half of the confidence interval of `mu_star`."""
    mu: Number
    """Mean of the elementary effects."""
    sigma: Number
    """Standard deviation of the elementary effects."""


class SobolIndex(Table):
    """Share of the variance that an input explains, by the method of Sobol."""

    name: str
    """Input."""
    S1: Number
    """First-order index."""
    S1_conf: Number
    """Half of the confidence interval of `S1`."""
    ST: Number
    """Total index."""
    ST_conf: Number
    """Half of the confidence interval of `ST`."""


class Convergence(Table):
    """Indices of a part of the samples."""

    samples: int
    """Samples that are used."""
    cells: int
    """Cells of these samples."""
    widest: Number
    """Widest confidence interval, relative to the largest effect."""
    same_order: bool
    """Whether inputs stand in the same order as with all samples."""


class SpreadSource(Table):
    """A source of uncertainty, varied alone."""

    sd: Number
    """Standard deviation of the expectation over cells, in the outcome's unit."""
    luck_sd: Number
    """Standard deviation over runs within a cell."""
    share: Number
    """Share of the variance that the source moves."""
    luck_alone: Number
    """Standard deviation over runs that no cell shares."""
    luck_governed: Number
    """Standard deviation over runs that the source governs."""
    cells: int
    """Cells that were simulated."""


class MechanismEffect(Table):
    """Change of the mean without one mechanism."""

    outcome: str
    """Outcome."""
    mechanism: str
    """Mechanism that is left out."""
    difference: Number
    """Mean paired difference: without less with the mechanism."""
    low: Number
    """Low end of the confidence interval of the difference."""
    high: Number
    """High end of the confidence interval of the difference."""


class OutcomeSensitivity(Table):
    """Sensitivity of one outcome."""

    indices: list[MorrisIndex | SobolIndex]
    """Index of each input, the strongest first."""
    convergence: list[Convergence]
    """Indices by the number of samples."""
    settled: bool
    """Whether the order of inputs may be trusted."""
    sources: dict[str, SpreadSource] | None = None
    """Sources of uncertainty; absent with --no-sources."""
    mechanisms: list[MechanismEffect] | None = None
    """Effect of each mechanism; absent with --no-sources."""


class SensitivityOutput(ScenarioOutput):
    """Inputs ranked by their effect."""

    command: Literal["sensitivity"]
    confidence: float
    """Confidence level of every interval `low` to `high`, and of every `..._conf`."""
    method: Literal["morris", "sobol"]
    """Method."""
    cells: int
    """Cells of the design."""
    outcomes: dict[str, OutcomeSensitivity]
    """Sensitivity by outcome."""


class PolicyRegret(Table):
    """Regret of a policy over all theories."""

    largest_regret: Number
    """Largest distance from the best policy under a theory."""
    where: str
    """Theory of the largest regret."""
    best_under: int
    """Theories under which the policy is best."""
    worst_under: int
    """Theories under which the policy is worst."""
    never_worst: bool
    """Whether it is worst under no theory."""


class OutcomeRegret(Table):
    """Policies under theories, by one outcome."""

    higher_is_better: bool
    """Whether more of the outcome is better."""
    mean: dict[str, Values]
    """Mean by policy and theory."""
    regret: dict[str, Values]
    """Distance from the best policy by policy and theory, in the outcome's unit."""
    summary: dict[str, PolicyRegret]
    """Regret of each policy over all theories."""
    best: dict[str, list[str]]
    """Best policies under each theory."""


class RobustOutput(ScenarioOutput):
    """Policies under rival theories."""

    command: Literal["robust"]
    theories: dict[str, Values]
    """Settings and coefficients of each theory."""
    outcomes: dict[str, OutcomeRegret]
    """Regret by outcome."""
    failed: dict[str, str]
    """Error of each cell that failed."""


class FrontPolicy(Table):
    """A policy that no other beats in every objective."""

    levers: Values
    """Value of each lever."""
    searched: Values
    """Objectives on the random draws of the search."""
    fresh: Values
    """Objectives on random draws that the search did not see."""


class SearchProgress(Table):
    """The front of a search after a generation."""

    search: int
    """Number of the search, from 1."""
    evaluations: int
    """Policies evaluated so far."""
    front: int
    """Policies on the front."""
    hypervolume: float
    """Share of the objectives' box that the front dominates, 0 to 1."""
    epsilon_progress: int
    """Cells of a grid that the front reached first, so far."""


class SearchOutput(ScenarioOutput):
    """Pareto front of a search."""

    command: Literal["search"]
    evaluations: int
    """Policies that were evaluated."""
    different: int
    """Different policies among all that were proposed."""
    theories: list[str] = []
    """Theories over which each objective is the worst."""
    converged: bool = False
    """Whether the last quarter of each search added at most 1 % of hypervolume."""
    contributions: list[int] = []
    """Policies of the front that each search tried."""
    progress: list[SearchProgress] = []
    """How the front of each search grew."""
    objectives: list[str]
    """Objectives."""
    policies: list[FrontPolicy]
    """Policies of the front."""


class StudyOutput(Output):
    """Results of a study file."""

    command: Literal["study"]
    study: dict[str, Any]
    """The study file: `scenario-sim schema study` has its keys; seeds and runs are among them."""
    results: list[dict[str, Any]]
    """One row for each design point and window: inputs, means, and `mcse:` columns."""
    precision: list[dict[str, Any]] = []
    """With `until`, one row for each cell and metric: value, half width, wanted, converged."""
    analyses: dict[str, list[dict[str, Any]]]
    """Table of each analysis."""
    failed: dict[str, str]
    """Error of each cell that failed."""
    missing: int
    """Cells that belong to other parts of an array job."""
