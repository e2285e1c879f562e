"""All JSON outputs by command, their schemas, and how one is read."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from scenario_sim.cli.json_models.discovery import DiscoverOutput
from scenario_sim.cli.json_models.disputes import ClaimsOutput, TheoriesOutput
from scenario_sim.cli.json_models.ensembles import (
    CompareOutput,
    EnsembleOutput,
    PosteriorCompareOutput,
    PosteriorOutput,
)
from scenario_sim.cli.json_models.folders import (
    ArchiveOutput,
    CiteOutput,
    MergeOutput,
    MethodsOutput,
    ReproduceOutput,
    StudySizeOutput,
)
from scenario_sim.cli.json_models.header import Output
from scenario_sim.cli.json_models.reference import (
    CheckOutput,
    DoctorOutput,
    LessonsOutput,
    ListOutput,
    ParametersOutput,
    ShowOutput,
)
from scenario_sim.cli.json_models.single_run import (
    LectureOutput,
    ReplayOutput,
    WhatIfOutput,
    WhyOutput,
)
from scenario_sim.cli.json_models.studies import (
    RobustOutput,
    SearchOutput,
    SensitivityOutput,
    StudyOutput,
    SweepOutput,
)
from scenario_sim.cli.json_models.validation import (
    BacktestOutput,
    CalibrateOutput,
    FactsOutput,
    LeaveOneYearOutOutput,
    OutlookOutput,
    OutlookScoresOutput,
    RecordOutput,
)

_MODELS: tuple[type[Output], ...] = (
    *(ListOutput, ShowOutput, CheckOutput, LessonsOutput),
    *(EnsembleOutput, PosteriorOutput, CompareOutput, PosteriorCompareOutput),
    *(ReplayOutput, WhyOutput, WhatIfOutput, LectureOutput),
    *(StudyOutput, StudySizeOutput, SweepOutput, SensitivityOutput, DiscoverOutput, RobustOutput),
    *(SearchOutput, MergeOutput, MethodsOutput, CiteOutput, ArchiveOutput, ReproduceOutput),
    *(RecordOutput, FactsOutput, BacktestOutput, LeaveOneYearOutOutput),
    *(OutlookOutput, OutlookScoresOutput, CalibrateOutput, ClaimsOutput, TheoriesOutput),
    *(ParametersOutput, DoctorOutput),
)
OUTPUTS = {model.command_name(): model for model in _MODELS}
COMMANDS = tuple(dict.fromkeys(name.partition(" ")[0] for name in OUTPUTS))


def output_schema(command: str) -> dict[str, Any]:
    """Return the JSON Schema of what a command prints with --json, in each of its forms.

    Examples
    --------
    >>> sorted(output_schema("facts")["properties"])
    ['command', 'engine', 'facts', 'plugins', 'runs', 'schema_version', 'seed']
    """
    models = [model for name, model in OUTPUTS.items() if name.partition(" ")[0] == command]
    forms: Any = models[0]
    for model in models[1:]:
        forms = forms | model
    adapter: TypeAdapter[Any] = TypeAdapter(forms)
    told = adapter.json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | told


def read_output(text: str | bytes) -> Output:
    """Return an output that a command printed, checked.

    Parameters
    ----------
    text : str or bytes
        One JSON object.

    Raises
    ------
    pydantic.ValidationError
        For an object that no command prints.

    Examples
    --------
    >>> read_output('{"schema_version": 1, "command": "outlook --score", "engine": "x", "outlooks": []}')
    OutlookScoresOutput(schema_version=1, command='outlook --score', engine='x', plugins={}, outlooks=[])
    """
    head: TypeAdapter[Any] = TypeAdapter(dict[str, Any])
    model = OUTPUTS.get(head.validate_json(text).get("command", ""), Output)
    return model.model_validate_json(text)
