"""Parts that every JSON output shares: its header, its numbers, and how it is made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = 1
CONFIDENCE = 0.95

Number = float | None  # null where there is none
Week = Annotated[int, Field(ge=0)]
Values = dict[str, Number]


class Table(BaseModel):
    """Object of a JSON output. Its keys are all declared; a key's docstring is its meaning."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, validate_by_name=True
    )


class Output(Table):
    """Header of every JSON output."""

    schema_version: Literal[1]
    """Version of these keys. Within a version keys are only added; a renamed key raises it."""
    command: str
    """Command, with the option that changes the form of its output."""
    engine: str
    """Package version and fingerprint of the model."""
    plugins: dict[str, str] = {}
    """Digest of each plug-in by its name; absent where none is used."""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Return the output of these keys; the header is added.

        Parameters
        ----------
        data : mapping
            Keys of this output, by name or alias. Numbers may be NumPy's; NaN becomes None.

        Raises
        ------
        pydantic.ValidationError
            For a key that is not declared, or a value of another type: a fault of this package.
        """
        header: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "command": cls.command_name()}
        if "engine" not in data:
            from scenario_sim.simulation.engine import engine_version

            header["engine"] = engine_version()
        if "confidence" in cls.model_fields:
            header["confidence"] = CONFIDENCE
        return cls.model_validate(header | plain_data(dict(data)))

    @classmethod
    def command_name(cls) -> str:
        """Return the command that prints this output."""
        return str(get_args(cls.model_fields["command"].annotation)[0])


class ScenarioOutput(Output):
    """Header of an output on many runs of one scenario."""

    scenario: str
    """Name of the scenario, or its title where it has none."""
    hash: str
    """SHA-256 of all in the scenario that affects its runs."""
    seed: int
    """Random seed."""
    runs: int
    """Runs simulated: of each design point, where there are several."""
    weeks: int
    """Simulated weeks of a run."""


class RunOutput(Output):
    """Header of an output on one run."""

    scenario: str
    """Name of the scenario, or its title where it has none."""
    hash: str
    """SHA-256 of all in the scenario that affects its runs."""
    seed: int
    """Random seed."""
    run: int
    """Number of the run, counted from 0."""
    weeks: int
    """Simulated weeks of the run."""


def plain_data(value: Any) -> Any:
    """Return nested data of plain Python values, with None for each number that is not finite.

    Examples
    --------
    >>> plain_data({"mean": float("nan"), "runs": 3, "ends": (0.5, float("inf"))})
    {'mean': None, 'runs': 3, 'ends': [0.5, None]}
    """
    if isinstance(value, dict):
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(item) for item in value]
    if hasattr(value, "dtype"):  # a scalar of NumPy
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
