"""Read and write the JSON files of a store; an error names the file and the cure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from scenario_sim.errors import OutputError, Problem
from scenario_sim.studies.store.atomic import plain_json
from scenario_sim.studies.store.checksum import BLANK, KEY, is_intact, with_checksum

MAX_PROBLEMS = 3  # of one file: they usually have one cause


class KeptFile(BaseModel):
    """Shape of a file. Unknown keys are kept, types are not converted."""

    model_config = ConfigDict(extra="allow", strict=True)


def json_with_checksum(value: dict[str, Any]) -> str:
    """Return the JSON text of a file that `read_json` checks."""
    return with_checksum(plain_json(value | {KEY: BLANK}).encode()).decode()


def read_json(path: Path, cure: str, shape: type[KeptFile] = KeptFile) -> dict[str, Any]:
    """Return the content of a file with a checksum; {} if it does not exist.

    Raises OutputError if it was edited, is damaged or has another shape; `cure` ends the message.
    """
    data = read_bytes(path, cure)
    if data is None:
        return {}
    said = parsed_json(path, data, cure)
    check_intact(path, data, cure)
    check_shape(path, said, shape, cure)
    return {key: value for key, value in said.items() if key != KEY}


def check_intact(path: Path, data: bytes, cure: str) -> None:
    """Raise OutputError if the bytes of a file do not have the checksum that they contain."""
    if not is_intact(data):
        why = "its checksum does not match (edited, spoilt or of an earlier version)"
        raise OutputError(f"{path} cannot be used: {why}; {cure}")


def parsed_json(path: Path, data: bytes, cure: str) -> dict[str, Any]:
    """Return the JSON object in these bytes. Raises OutputError.

    Unlike `json`, the parser of pydantic limits the depth and rejects text that is not UTF-8.
    """
    try:
        said = from_json(data)
    except ValueError as error:
        raise OutputError(f"{path} cannot be read: {str(error)[:200]}; {cure}") from None
    if not isinstance(said, dict):
        raise OutputError(f"{path} cannot be used: it holds no JSON object; {cure}")
    return said


def check_shape(path: Path, said: dict[str, Any], shape: type[KeptFile], cure: str) -> None:
    """Raise OutputError with the first problems if an object has another shape."""
    try:
        shape.model_validate(said)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        shown = [str(Problem.at(one["loc"], one["msg"].lower())) for one in found[:MAX_PROBLEMS]]
        more = f", and {len(found) - MAX_PROBLEMS} more" if len(found) > MAX_PROBLEMS else ""
        raise OutputError(f"{path} cannot be used: {', '.join(shown)}{more}; {cure}") from None


def read_bytes(path: Path, cure: str) -> bytes | None:
    """Return the bytes of a file; None if it does not exist. Raises OutputError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror or error}; {cure}") from None
