"""JSON of what there is: `parameters`."""

from __future__ import annotations

from typing import Literal

from scenario_sim.cli.json_models.base import Number, Output, Table


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


class OutcomeRow(Table):
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
    outcomes: list[OutcomeRow] | None = None
    """Outcomes of a run."""
    quantities: list[QuantityRow] | None = None
    """Recorded quantities."""
