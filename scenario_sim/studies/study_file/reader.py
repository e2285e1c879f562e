"""Read a study file with the line of every problem, and describe it as a JSON Schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenario_sim.bounds import MAX_FILE_BYTES
from scenario_sim.errors import Problem, ScenarioError, ScenarioFileError, did_you_mean, lower_first
from scenario_sim.file_io import read_regular_file
from scenario_sim.scenario.validate import describe_error, table_at
from scenario_sim.simulation.plugins.reader import SUFFIXES
from scenario_sim.studies.study_file.plan import StudyPlan
from scenario_sim.studies.study_file.schema import Study
from scenario_sim.toml_lines import LocatedValue, read_toml


def load_study(path: Path | str, plugins: Sequence[str] = ()) -> Study:
    """Load a study file, with more plug-ins than it names.

    Raises ScenarioFileError with every problem and its line.
    """
    path = Path(path)
    try:
        content = read_regular_file(path, MAX_FILE_BYTES)
    except (OSError, ValueError) as error:
        text = f"cannot be read: {lower_first(getattr(error, 'strerror', None) or error)}"
        raise ScenarioFileError(path, [Problem("", text)]) from None
    return read_study(content, str(path), path.parent, plugins)


def read_study(
    content: str | bytes,
    where: str = "study.toml",
    folder: Path | None = None,
    plugins: Sequence[str] = (),
) -> Study:
    """Read the text of a study file.

    Parameters
    ----------
    content : str or bytes
        TOML in UTF-8.
    where : str
        Name of the file in error messages.
    folder : Path, optional
        Folder from which paths in it start; the current one by default.
    plugins : sequence of str
        More plug-ins; their paths start from the current folder.

    Raises
    ------
    ScenarioFileError
        Lists every problem with its line.
    """
    table = read_toml(content, where)
    data = table.plain()
    if plugins and isinstance(data.get("plugins", []), list):
        more = [str(Path(name).absolute()) if name.endswith(SUFFIXES) else name for name in plugins]
        data |= {"plugins": [*data.get("plugins", []), *more]}
    try:
        study = Study.model_validate(data, context={"folder": folder or Path()})
    except ValidationError as error:
        problems = [locate(Problem.at(e["loc"], _cure(e)), table) for e in _first_causes(error)]
    else:
        try:
            StudyPlan(study)
        except ScenarioError as error:
            problems = [locate(problem, table) for problem in error.problems]
        else:
            return study
    raise ScenarioFileError(where, sorted(problems, key=lambda problem: problem.line or 0))


def study_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a study file."""
    schema = Study.model_json_schema()
    schema["properties"].pop("folder")
    schema["description"] = "Study file of scenario-sim."
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def locate(problem: Problem, table: LocatedValue) -> Problem:
    """Return the problem with the line of its place in the file, if it has one."""
    found = table.at(problem.place)
    return replace(problem, line=found.line if found is not table else None)


def _first_causes(error: ValidationError) -> list[Any]:
    """Return the errors without lists that are too short because their entries are wrong."""
    errors = error.errors()
    return [
        e
        for e in errors
        if e["type"] != "too_short"
        or not any(other is not e and other["loc"][: len(e["loc"])] == e["loc"] for other in errors)
    ]


def _cure(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        *above, key = error["loc"]
        known = table_at(Study, above)
        fields = [name for name in known.model_fields if name != "folder"] if known else []
        return f"is no key of a study here{did_you_mean(str(key), fields)}"
    if error["type"] == "literal_error":
        return f"takes {error['ctx']['expected'].replace(chr(39), chr(34))}, not {error['input']!r}"
    if error["type"] == "too_short":
        return "takes one entry or more"
    if error["type"] == "greater_than":
        return f"takes a number above {error['ctx']['gt']:g}"
    return describe_error(error, Study)
