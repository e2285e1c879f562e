"""JSON of `replay`, `whatif` and `lecture`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scenario_sim.cli.json_models.ensembles import TheoryDifference
from scenario_sim.cli.json_models.header import Number, RunOutput, ScenarioOutput, Table, Week


class ActRow(Table):
    """An act of one state in one week."""

    week: Week
    """Week, counted from 0."""
    date: str
    """Monday of the week."""
    state: str
    """Code of the state that acts."""
    target: str
    """Code of the state that the act is aimed at."""
    action: str
    """Name of the action."""
    name: str
    """The act in words."""
    channel: str
    """Channel in which it was chosen."""
    family: str
    """Family of acts."""
    rung: int
    """Rung of the ladder of escalation, 0 to 9."""
    forced: bool
    """Whether the scenario or the record left no choice."""
    sentence: str
    """The act as the predicate of a sentence."""


class Source(Table):
    """A product of coefficient and quantity in the utility of an act."""

    words: str
    """Its name in words."""
    weight: Number
    """Its part of the log odds, in logits."""
    coefficient: str
    """Name of the coefficient."""
    quantity: str
    """Name of the quantity that it multiplies."""
    value: Number
    """Value of the quantity."""


class TermRow(Table):
    """A reason for or against an act."""

    words: str
    """The reason in words."""
    weight: Number
    """Its part of the log odds, in logits; more than 0 speaks for the act."""
    sums: list[Source]
    """What the weight is the sum of."""


class EquationRow(Table):
    """An equation that makes one of the quantities."""

    rule: str
    """Function of the model that holds it."""
    makes: str
    """Quantity that it makes."""
    equation: str
    """Right-hand side."""


class Choice(Table):
    """Why an act was chosen. The weights add up to the log odds against `against`."""

    sentence: str
    """The reasons in one sentence."""
    chance: Number
    """Chance of the act in that week."""
    chances: dict[str, Number]
    """Chance of each possible act."""
    against: str
    """Choice with which the act is compared."""
    forced: str
    """What left no choice; empty where there was one."""
    terms: list[TermRow]
    """Reasons, the strongest first."""
    equations: list[EquationRow]
    """Equations of the quantities behind them."""


class EntryRow(Table):
    """An entry of the log: an act, an event, or a turn of a crisis."""

    week: Week
    """Week, counted from 0."""
    date: str
    """Monday of the week."""
    state: str
    """Code of the state; empty where no state chose it."""
    action: str
    """Name of the action, event or turn."""
    family: str
    """Family of acts; `event` where no state chose it."""
    rung: int | None
    """Rung of the ladder of escalation."""
    sentence: str
    """The entry in words."""
    moved: list[str]
    """What it moved, in words."""
    tension: list[Number]
    """Tension before and after the week, in rungs."""
    weeks: int
    """Consecutive weeks of the same act that the entry stands for."""
    why: Choice | None = None
    """With --why all: why the act was chosen."""


class Span(Table):
    """Consecutive weeks."""

    first: Week
    """First week."""
    last: Week
    """Last week."""
    from_: str = Field(alias="from")
    """Monday of the first week."""
    to: str
    """Monday of the last week."""


class PhaseRow(Span):
    """A phase of the run."""

    phase: str
    """Name of the phase."""


class CycleRow(Span):
    """A cycle of escalation."""

    peak: Week
    """Week of the highest tension."""
    tension: Number
    """Tension at the peak, in rungs."""
    weeks: int
    """Length in weeks."""
    finished: bool
    """Whether it ends within the run."""
    phases: dict[str, list[int]]
    """Weeks of each phase."""
    first_movers: list[ActRow]
    """Acts with which it begins."""
    chains: list[list[ActRow]]
    """Acts that answer each other."""
    sentence: str
    """The cycle in words."""


class ReplayOutput(RunOutput):
    """One run as a narrative."""

    command: Literal["replay"]
    entries: list[EntryRow]
    """Log of the run; --state and --family select entries."""
    phases: list[PhaseRow]
    """Phases in their order."""
    cycles: list[CycleRow]
    """Cycles of escalation."""
    near_misses: list[Span]
    """Weeks of near misses."""
    outcomes: dict[str, Number | str]
    """Outcomes of the run."""
    summary: str
    """Closing paragraph."""
    left_out: str
    """Kinds of entries that are not told."""


class WhyOutput(RunOutput):
    """Why one act was chosen."""

    command: Literal["replay --why"]
    act: ActRow
    """The act."""
    why: Choice
    """Words, numbers and equations."""


class BeforeAfter(Table):
    """An outcome with and without the act."""

    before: Number | str
    """With the act."""
    after: Number | str
    """Without the act."""


class Shift(Table):
    """Effect of the removal on one quantity in one week, over pairs of runs."""

    quantity: str
    """Quantity."""
    week: Week
    """Week."""
    date: str
    """Monday of the week."""
    pairs: int
    """Pairs of runs."""
    least: Number
    """Smallest difference that counts, in the quantity's unit."""
    lower: Number
    """Share of the pairs that are lower without the act."""
    higher: Number
    """Share of the pairs that are higher without the act."""
    same: Number
    """Share of the pairs that differ by less than `least`."""
    difference: Number
    """Mean difference: without less with the act."""
    error: Number
    """Standard error of the mean difference."""


class WhatIfOutput(RunOutput):
    """One act removed: the same run without it, and the effect over many runs."""

    command: Literal["whatif"]
    confidence: float | None = None
    """Confidence level of every interval `low` to `high`; absent in older outputs."""
    act: ActRow
    """The act that is removed."""
    other: str
    """Action that stands in its place."""
    parts: Week | None
    """First week that differs; null where none does."""
    lost: list[ActRow]
    """Acts that only the run with the act has."""
    gained: list[ActRow]
    """Acts that only the run without it has."""
    outcomes: dict[str, BeforeAfter]
    """Outcomes of both runs."""
    shift: Shift
    """Effect on tension over `pairs` runs."""
    theories: dict[str, dict[str, TheoryDifference]] | None = None
    """With --theories: runs with the act (`baseline`) and without it (`policy`), by theory and
    outcome, the model as it is set first."""


class LectureSeedRow(Table):
    """A run worth showing, as a scenario file names it."""

    id: str
    """Kind of run."""
    seed: int
    """Random seed."""
    run: int
    """Number of the run."""
    note: str
    """Why it is worth showing."""


class LectureOutput(ScenarioOutput):
    """Runs worth showing in a class."""

    command: Literal["lecture"]
    lecture_seeds: list[LectureSeedRow]
    """Runs that were found among `runs`."""
