"""JSON of what there is: `list`, `show`, `check`, `lessons`, `parameters`."""

from __future__ import annotations

from typing import Any, Literal

from scenario_sim.cli.json_models.header import Number, Output, Table


class SettingRow(Table):
    """A lever, hypothesis or circumstance."""

    name: str
    """Name in files."""
    symbol: str
    """Short name in links."""
    label: str
    """Name on the page."""
    minimum: Number
    """Smallest value."""
    maximum: Number
    """Largest value."""
    default: Number
    """Default."""
    minimum_means: str
    """The smallest value in words."""
    maximum_means: str
    """The largest value in words."""
    simple: bool
    """Whether the page shows it in simple mode."""
    enters: str
    """Where it enters the model."""
    meaning: str
    """Meaning."""
    source: str
    """Source of the default."""


class StateRow(Table):
    """A state."""

    state: str
    """Code."""
    name: str
    """Name."""
    role: str
    """Role in the model."""
    channels: str
    """Channels in which it decides."""
    resources: str
    """Stocks that it has."""
    feels_threatened_by: str
    """Terms of its threat perception."""


class ActionRow(Table):
    """An action of a state."""

    state: str
    """Code of the state."""
    channel: str
    """Channel in which it is chosen."""
    action: str
    """Name in files."""
    name: str
    """Name in words."""
    family: str
    """Family of acts."""
    rung: int
    """Rung of the ladder of escalation, 0 to 9."""
    polarity: int
    """1 for co-operation, -1 for conflict, 0 for neither."""
    only_if: str
    """Conditions under which it is possible."""
    utility: str
    """Terms of its utility."""


class AppraisalRow(Table):
    """A quantity that several utilities of a state share."""

    state: str
    """Code of the state."""
    appraisal: str
    """Name in files."""
    name: str
    """Name in words."""
    through: str
    """Function through which it passes; empty where there is none."""
    terms: str
    """Its terms."""


class CoefficientRow(Table):
    """A coefficient of an equation or a choice."""

    name: str
    """Name in files."""
    default: Number
    """Default."""
    minimum: Number
    """Smallest value."""
    maximum: Number
    """Largest value."""
    unit: str
    """Unit."""
    source: str
    """Source of the default."""
    meaning: str
    """Meaning."""


class OutcomeDefinition(Table):
    """An outcome of a run."""

    name: str
    """Name of the column."""
    unit: str
    """Unit."""
    minimum: Number
    """Smallest possible value."""
    maximum: Number
    """Largest possible value; null where there is none."""
    meaning: str
    """Meaning."""


class QuantityRow(Table):
    """A quantity that is recorded each week."""

    name: str
    """Name of the variable."""
    symbol: str
    """Symbol in equations."""
    kind: str
    """Kind of quantity."""
    axes: str
    """Its axes."""
    unit: str
    """Unit."""
    minimum: Number
    """Smallest possible value."""
    maximum: Number
    """Largest possible value; null where there is none."""
    meaning: str
    """Meaning."""


class ParametersOutput(Output):
    """Tables of the codebook; with SECTION, one of them."""

    command: Literal["parameters"]
    levers: list[SettingRow] | None = None
    """Policy levers."""
    hypotheses: list[SettingRow] | None = None
    """Hypotheses that scholars dispute."""
    circumstances: list[SettingRow] | None = None
    """Exogenous conditions."""
    states: list[StateRow] | None = None
    """States."""
    actions: list[ActionRow] | None = None
    """Actions of the states."""
    appraisals: list[AppraisalRow] | None = None
    """Shared terms of utilities."""
    coefficients: list[CoefficientRow] | None = None
    """Coefficients."""
    outcomes: list[OutcomeDefinition] | None = None
    """Outcomes of a run."""
    quantities: list[QuantityRow] | None = None
    """Recorded quantities."""


class ScenarioCardRow(Table):
    """A shipped scenario."""

    name: str
    """Name, as commands take it."""
    number: str
    """Its place in lists, such as S5."""
    title: str
    """Title."""
    question: str
    """Question that it asks."""


class ListOutput(Output):
    """Shipped scenarios."""

    command: Literal["list"]
    scenarios: list[ScenarioCardRow]
    """Scenarios in the order of `list`."""


class LessonRow(ScenarioCardRow):
    """A shipped lesson."""

    minutes: int
    """Minutes that it takes."""


class LessonsOutput(Output):
    """Shipped lessons."""

    command: Literal["lessons"]
    lessons: list[LessonRow]
    """Lessons in the order of `lessons`."""


class ShowOutput(Output):
    """A scenario in full."""

    command: Literal["show"]
    title: str
    """Title."""
    hash: str
    """SHA-256 of all in the scenario that affects its runs."""
    differs: dict[str, Number]
    """Levers, hypotheses and circumstances away from their defaults, at the start."""
    scenario: dict[str, Any]
    """The scenario as its file has it: `scenario-sim schema scenario` has the keys."""


class ProblemRow(Table):
    """A problem of a file, with its cure."""

    key: str
    """Dotted key, such as `changes[0].date`; empty where no key is at fault."""
    text: str
    """Problem and cure."""
    line: int | None
    """Line in the file, from 1."""
    file: str
    """File, where it is another than the one that is checked."""


class AdviceRow(Table):
    """A setting that is worth a second look."""

    levers: list[str]
    """Levers that it concerns."""
    words: str
    """Caution."""
    reason: str
    """Its reason."""
    since: str | None
    """Day from which it holds; null: from the start."""


class CheckedFile(Table):
    """A file that was checked."""

    file: str
    """File or name, as it was given."""
    valid: bool
    """Whether it is a scenario that can be run."""
    title: str | None
    """Title; null where it is not valid."""
    hash: str | None
    """SHA-256 of all in the scenario that affects its runs; null where it is not valid."""
    weeks: int | None
    """Length in weeks; null where it is not valid."""
    start: str | None
    """First Monday; null where it is not valid."""
    problems: list[ProblemRow]
    """Every problem; empty where it is valid."""
    advice: list[AdviceRow]
    """Unusual settings of a file of your own; empty with --quiet."""


class CheckOutput(Output):
    """Files that were checked. The exit code is 2 where one of them is not valid."""

    command: Literal["check"]
    files: list[CheckedFile]
    """Files in the order in which they were given."""


class FindingRow(Table):
    """One line of the report of `doctor`."""

    subject: str
    """Part of the installation."""
    found: str
    """State of that part."""
    cure: str
    """Cure; empty where nothing is wrong."""


class DoctorOutput(Output):
    """State of this installation."""

    command: Literal["doctor"]
    findings: list[FindingRow]
    """Engine, cache, record, machine, browser and port."""
    versions: dict[str, str]
    """Versions of Python and of the libraries that results depend on."""
    extras: dict[str, bool]
    """Optional extras, and whether each is installed."""
