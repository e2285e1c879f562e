"""JSON of disputed questions: `claims` and `theories`."""

from __future__ import annotations

from typing import Literal

from scenario_sim.cli.json_models.header import Number, Output, Table, Values


class ClaimFigure(Table):
    """A figure by which a claim is tried."""

    says: str
    """Figure in words."""
    text: str
    """Value with its interval, as text."""
    value: Number
    """Value over runs."""
    low: Number
    """Low end of the confidence interval of the value."""
    high: Number
    """High end of the confidence interval of the value."""
    null: Number
    """Value of no effect."""
    claimed: Literal["above", "below"]
    """Side of `null` on which the claim puts it."""
    counts: bool
    """Whether the figure decides the verdict."""
    verdict: str
    """Verdict on the figure: holds, fails or cannot tell."""


class ClaimUnderTheory(Table):
    """A claim under one theory."""

    theory: str
    """Title of the theory; first comes the model as it is set."""
    verdict: str
    """Verdict under the theory."""
    figures: list[ClaimFigure]
    """Figures of the trial."""


class CoefficientSwingRow(Table):
    """A coefficient that carries a claim, tried at both ends of its range."""

    name: str
    """Coefficient."""
    value: Number
    """Its default."""
    unit: str
    """Its unit."""
    source: str
    """Source of the value."""
    minimum: Number
    """Smallest value of its range."""
    maximum: Number
    """Largest value of its range."""
    figure: int
    """Number of the figure that it moves, from 0."""
    says: str
    """That figure in words."""
    at_minimum: str
    """That figure at the smallest value."""
    at_maximum: str
    """That figure at the largest value."""
    verdict_at_minimum: str
    """Verdict at the smallest value."""
    verdict_at_maximum: str
    """Verdict at the largest value."""


class ClaimRow(Table):
    """A claim of the literature, and what the model says of it."""

    id: str
    """Number of the claim, such as C9."""
    claim: str
    """The claim."""
    verdict: str
    """Verdict over all theories."""
    words: str
    """Verdict in words."""
    basis: str
    """Whether it is built in, emerges, or cannot be tried."""
    carried_by: list[CoefficientSwingRow]
    """Coefficients that carry it."""
    mechanism: str
    """Mechanism behind it."""
    test: str
    """How it is tried."""
    disputed: str
    """Hypothesis on which scholars disagree; empty where there is none."""
    turns_on: list[str]
    """Settings and coefficients that turn the verdict."""
    theories: list[ClaimUnderTheory]
    """Trial as the model is set, then under each theory."""
    record: list[str]
    """What the record says."""
    standing: str
    """Standing in the literature."""
    sources: list[str]
    """Literature."""


class ClaimsOutput(Output):
    """Claims of the literature, tried in the model."""

    command: Literal["claims"]
    confidence: float
    """Confidence level of every interval `low` to `high`."""
    seed: int
    """Random seed."""
    runs: int
    """Runs of each scenario; some claims take a multiple."""
    claims: list[ClaimRow]
    """Claims in their order."""


class RecordFigure(Table):
    """A figure of the record."""

    says: str
    """Figure in words."""
    unit: str
    """Its unit."""
    value: Number
    """Value in the record."""
    low: Number
    """Low end of the confidence interval of the value, by resampling years or resolutions."""
    high: Number
    """High end of the confidence interval of the value."""


class EvidenceRow(Table):
    """Evidence of the record on one question."""

    question: str
    """Question."""
    figures: list[RecordFigure]
    """Figures of the record."""
    verdict: str
    """What they tell."""


class TheoryRow(Table):
    """A theory of the literature."""

    theory: str
    """Name."""
    title: str
    """Title."""
    words: str
    """What it says."""
    supports: str
    """Literature for it."""
    doubts: str
    """Literature against it."""
    sets: Values
    """Settings and coefficients that it moves."""
    record: list[EvidenceRow]
    """Evidence of the record."""


class TheoriesOutput(Output):
    """Rival theories, and the evidence of the record on each."""

    command: Literal["theories"]
    confidence: float
    """Confidence level of every interval `low` to `high`."""
    theories: list[TheoryRow]
    """Theories in their order."""
