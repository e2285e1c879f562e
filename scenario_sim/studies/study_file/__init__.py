"""A study as a file: scenarios, factors, design, outcomes, sizes, seeds and analyses."""

from scenario_sim.studies.study_file.reader import load_study, read_study, study_json_schema
from scenario_sim.studies.study_file.run import StudyResult, run_study_file
from scenario_sim.studies.study_file.schema import Study

__all__ = [
    "Study",
    "StudyResult",
    "load_study",
    "read_study",
    "run_study_file",
    "study_json_schema",
]
