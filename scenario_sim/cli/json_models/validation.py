"""JSON of what holds the model against evidence: `record`, `facts`, `backtest`, `outlook`, `calibrate`."""

from __future__ import annotations

from typing import Any, Literal

from scenario_sim.cli.json_models.header import Number, Output, Table, Values


class CoverageRow(Table):
    """Days for which the record is meant to be complete."""

    first: str
    """First day."""
    last: str
    """Last day."""
    complete: dict[str, list[str]]
    """Actions of which every act is meant to be recorded, by state."""


class PolicyRow(Table):
    """Levers from a day on."""

    date: str
    """First day."""
    settings: Values
    """Value of each lever."""
    source: str
    """Source of the values."""


class RecordedActRow(Table):
    """Acts of one kind on one day."""

    date: str
    """Local day."""
    state: str
    """Code of the state."""
    action: str
    """Action of the model."""
    launch_days: int
    """Days with a launch: 1 where missiles fly, else 0."""
    kind: str
    """Kind, in the words of the source."""


class ExerciseRow(Table):
    """A joint exercise."""

    start: str
    """First day."""
    end: str
    """Last day."""
    announced: str | None
    """Day of the announcement."""
    label: str
    """Name."""
    kind: str
    """Kind of exercise."""
    status: str
    """Whether it was held."""
    weight: Number
    """Size; 1 is the largest field exercise."""
    credit: str
    """Source."""
    verification: str
    """How the source was read."""


class ContactRow(Table):
    """A contact between states in one month."""

    month: str
    """First day of the month."""
    kind: str
    """Kind of contact."""
    polarity: int
    """1 for co-operation, -1 for conflict."""


class RecordOutput(Output):
    """The historical record, row by row."""

    command: Literal["record"]
    credit: str
    """Whom the record is owed to."""
    coverage: CoverageRow
    """Days and acts for which missing means zero."""
    left_out: list[str]
    """Reasons for which rows became nothing, each with its rows."""
    policies: list[PolicyRow]
    """Dated levers of the record's folder."""
    acts: list[RecordedActRow]
    """Acts."""
    exercises: list[ExerciseRow]
    """Joint exercises."""
    contacts: list[ContactRow]
    """Contacts."""


class FactRow(Table):
    """A stylised fact, observed and simulated."""

    id: str
    """Number of the fact, such as F2."""
    fact: str
    """Quantity in words."""
    observed: Number
    """Value in the record; null where it has none."""
    simulated: Number
    """Mean over runs."""
    p5: Number
    """5th percentile over runs; null where the fact is one number of all runs."""
    p95: Number
    """95th percentile over runs; null likewise."""
    accepted_minimum: Number
    """Smallest simulated value with which the fact holds."""
    accepted_maximum: Number
    """Largest simulated value with which the fact holds; null where there is no limit."""
    holds: bool
    """Whether the simulated value lies within these limits."""


class FactsOutput(Output):
    """Stylised facts of 2012 to 2023."""

    command: Literal["facts"]
    seed: int
    """Random seed."""
    runs: int
    """Runs of 2012 to 2023."""
    facts: list[FactRow]
    """Facts in their order."""


class Reliability(Table):
    """Months in a fifth of the stated probabilities of a launch, and what was seen in them."""

    probability: Number
    """Mean of the stated probabilities."""
    seen: Number
    """Share of these months with a launch."""
    cases: int
    """Months."""


class TotalScores(Table):
    """Scores of six-month totals by forecaster: means over origins, lower is better."""

    crps: Values
    """Continuous ranked probability score, in launch days."""
    log_score: Values
    """Logarithmic score, in nats."""
    log_crps: Values
    """CRPS of log(1 + launch days)."""
    interval_score: Values
    """Interval score of the central 90 % band."""
    brier_score: Values
    """Brier score of any launch."""
    own_coverage: Values
    """Share of the model's own runs in its bands, by per cent of the band."""
    coverage: Values
    """Share of observed totals in the model's bands."""
    coverage_interval: dict[str, list[Number]]
    """Low and high end of the confidence interval of each share."""
    band_by_years: Values | None = None
    """Share in the 90 % band (value), its interval over years (low, high), the model's own share (own)."""


class ClassTotals(Table):
    """Scores of six-month totals of one class."""

    crps: Values
    """Continuous ranked probability score of the model and of the base rate, in launch days."""
    skill: Number
    """CRPS skill over the base rate; null where it expects nothing and nothing came."""
    skill_interval: list[Number]
    """Low and high end of the confidence interval of the skill."""


class ClassScores(ClassTotals):
    """Scores of the launch days of one class of missile: means over origins, lower is better."""

    launches: str
    """Class, in words."""
    shares: Values
    """Share of the class in all launch days: of the record, of the model, of the base rate."""
    six_month_totals: ClassTotals
    """Scores of six-month totals."""


class MixScores(Table):
    """Scores of the launches by class of missile, beside the base rate of each class."""

    classes: list[ClassScores]
    """Classes, the shortest range first."""
    launch_days: int
    """Launch days whose class is scored; origins that overlap count a day twice."""
    ranked_probability_score: Values
    """Mean ranked probability score of the class of a launch day, 0 to 1; null where none came."""
    skill: Number
    """Skill by this score over the base rate."""
    skill_interval: list[Number]
    """Low and high end of the confidence interval of the skill."""
    verdict: str
    """Result in words."""


class HandSetScores(Table):
    """The same for coefficients set by hand, which knew these months."""

    skill: Values
    """CRPS skill over each baseline."""
    skill_interval: dict[str, list[Number]]
    """Low and high end of the confidence interval of each skill."""
    coverage: Values
    """Share of observed months in the model's bands."""
    coverage_interval: dict[str, list[Number]]
    """Low and high end of the confidence interval of each share."""


class BacktestOutput(Output):
    """Scores of the model from rolling origins, beside baselines; means over origins, lower is better."""

    command: Literal["backtest"]
    confidence: float
    """Confidence level of every `..._interval`."""
    seed: int
    """Random seed."""
    runs: int
    """Runs from each origin."""
    origins: list[str]
    """Months from which the model looks ahead."""
    crps: Values
    """Continuous ranked probability score by forecaster, in launch days."""
    log_score: Values
    """Logarithmic score, in nats."""
    log_crps: Values
    """CRPS of log(1 + launch days)."""
    interval_score: Values
    """Interval score of the central 90 % band."""
    brier_score: Values
    """Brier score of any launch."""
    skill: Values
    """CRPS skill over each baseline: 1 less the ratio of the scores."""
    skill_interval: dict[str, list[Number]]
    """Low and high end of the confidence interval of each skill; null for fewer than five years."""
    skill_by_year: dict[str, Values]
    """Skill over each baseline in each year of origins."""
    coverage: Values
    """Share of observed months in the model's bands, by per cent of the band."""
    coverage_interval: dict[str, list[Number]]
    """Low and high end of the confidence interval of each share."""
    own_coverage: Values
    """Share of the model's own runs in its bands."""
    six_month_totals: TotalScores
    """Scores of six-month totals."""
    hand_set_in_sample: HandSetScores | None = None
    """With --parameters: scores of the coefficients set by hand."""
    mix: MixScores | None = None
    """Scores by class of missile."""
    pit: list[Number]
    """Histogram of the randomised probability integral transform: share of months by tenths."""
    reliability: list[Reliability]
    """Stated probability of a launch against what was seen, by fifths."""
    policies_note: str
    """Caution on months for which policies are not coded; empty where there is none."""
    bands_verdict: str | None = None
    """Whether six-month bands hold what they say within sampling error, in words."""
    verdict: str
    """Result in words."""


class FittedDrive(Table):
    """Drive of the programme, fitted on all other years."""

    level: Number
    """Level."""
    spread: Number
    """Spread."""


class LeaveOneYearOutOutput(Output):
    """Scores of each year with settings fitted on the other years."""

    command: Literal["backtest --leave-one-year-out"]
    seed: int
    """Random seed."""
    runs: int
    """Runs from each origin."""
    years: list[int]
    """Years that are scored."""
    fitted: list[FittedDrive]
    """Settings fitted without each year."""
    verdict: str
    """Result in words; empty without baselines."""
    scores: dict[str, dict[str, list[Number]]]
    """Scores by forecaster and rule, one value a year; `..._six_months` are of totals."""
    against: dict[str, list[Number]] | None = None
    """Scores by rule of the version that this one is compared with."""


class OutlookView(Table):
    """Outlook under one theory."""

    theory: str
    """Name of the theory; `as set` is the model as it is set."""
    title: str
    """Its title."""
    counts: dict[str, list[int]]
    """Runs by count, from 0 on, of each quantity."""
    hazard_change: list[Number]
    """Hazard of a year later over that of these weeks: ratio, low and high end of its confidence interval."""


class FrozenOutlook(Table):
    """A frozen outlook, as its file has it; days are ISO dates."""

    schema_version: int
    """Version of the file."""
    frozen_on: str
    """Day of the freeze."""
    first_day: str
    """First day of the outlook."""
    last_day: str
    """Last day of the outlook."""
    scenario: str
    """Name of the scenario."""
    scenario_hash: str
    """SHA-256 of all in the scenario that affects its runs."""
    scenario_text: str
    """The scenario as text of a file."""
    engine: str
    """Engine that made it."""
    seed: int
    """Random seed."""
    runs: int
    """Runs of each view."""
    record_to: str
    """Last day of the record in use."""
    record_credit: str
    """Whom the record is owed to."""
    base_rate: dict[str, list[int]]
    """Recorded periods by count, from 0 on, of each quantity."""
    base_rate_from: str
    """First day of these periods."""
    skill: str
    """How good the model is, in words."""
    views: list[OutlookView]
    """The model as it is set, then each theory."""


class OutlookOutput(Output):
    """Frozen outlooks."""

    command: Literal["outlook"]
    confidence: float
    """Confidence level of the interval of `hazard_change`."""
    outlooks: list[FrozenOutlook]
    """Outlooks, the oldest first; with --freeze, the new one."""


class CountScore(Table):
    """Score of one count."""

    observed: int
    """Count in the record."""
    crps: Values
    """Continuous ranked probability score of each theory and of the base rate; lower is better."""
    band: list[int]
    """5th and 95th percentile over runs."""
    inside: bool
    """Whether the count lies within the band."""


class OutlookScore(Table):
    """Scores of one frozen outlook."""

    frozen_on: str
    """Day of the freeze."""
    first_day: str
    """First day of the outlook."""
    last_day: str
    """Last day of the outlook."""
    engine: str
    """Engine that made it."""
    scored: bool
    """Whether the record in use covers it."""
    why: str
    """Why it is not scored; empty where it is."""
    counts: dict[str, CountScore]
    """Scores by quantity."""


class OutlookScoresOutput(Output):
    """Frozen outlooks against the record in use."""

    command: Literal["outlook --score"]
    outlooks: list[OutlookScore]
    """Outlooks, the oldest first."""


class CalibrateOutput(Output):
    """Manifest of a fit: the content of `posterior.toml`."""

    command: Literal["calibrate"]
    record: str
    """Record that it was fitted to."""
    period: str
    """Months that it was fitted to."""
    method: str
    """Method."""
    observed: list[Number]
    """Fitted figures of the record, transformed."""
    seed: int
    """Random seed."""
    points: int
    """Points of the prior that were simulated."""
    runs: int
    """Runs of each point."""
    walkers: int
    """Walkers of each ensemble."""
    steps: int
    """Steps of every walker."""
    sets: int
    """Records of the model's own on which the fit was tried."""
    weighed: int
    """Points that the walkers visited."""
    accepted: Number
    """Share of accepted steps."""
    effective_draws: Number
    """Effective draws of the coefficient that has the fewest."""
    largest_r_hat: Number
    """Largest R-hat between ensembles."""
    largest_r_hat_by_walker: Number
    """Largest R-hat between walkers."""
    settled: bool
    """Whether R-hat and effective draws pass."""
    best_misfit: Number
    """Least misfit, -2 log synthetic likelihood up to a constant."""
    median_misfit: Number
    """Median misfit of the draws."""
    misfit_of_the_hand_set: Number
    """Misfit of the coefficients set by hand."""
    bounds: dict[str, list[Number]]
    """Bounds of each fitted coefficient."""
    coefficients: list[dict[str, Any]]
    """Prior and posterior quantiles, effective draws and R-hat of each coefficient."""
    figures: list[dict[str, Any]]
    """Each figure: the record, the prior's futures, and the accuracy of the emulator."""
    own_records: dict[str, Any]
    """Trial on records of the model's own."""
    neural: dict[str, Any] | None = None
    """With --neural: quantiles of a neural posterior, its trial on own records, engine and libraries."""
