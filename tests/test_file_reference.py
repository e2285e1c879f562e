"""The reference of files: every key is described, and every example is read by the program."""

import re
from pathlib import Path

import pytest

from scenario_sim.data.states.schema import StateSpec
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import read_scenario
from scenario_sim.studies.study_file import Study, read_study
from scenario_sim.teaching.lesson import Lesson

PAGE = Path("docs/files.md").read_text("utf-8")


@pytest.mark.parametrize("model", [Scenario, Study, Lesson, StateSpec], ids=lambda m: m.__name__)
def test_every_key_is_described(model):
    schema = model.model_json_schema()
    tables = {"top": schema} | schema.get("$defs", {})
    missing = [
        f"{table}.{key}"
        for table, fields in tables.items()
        for key, field in fields.get("properties", {}).items()
        if not field.get("description") and "$ref" not in field and key != "folder"
        and table != "Term"
    ]  # fmt: skip
    assert not missing


def test_the_examples_are_files_that_the_program_reads():
    scenario, study = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert read_scenario(scenario).weeks == 104
    assert len(read_study(study).factors) == 4
