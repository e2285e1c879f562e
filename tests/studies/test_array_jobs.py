"""Parts of a study as jobs: the Slurm script and the Snakefile of the docs, and results for R."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import xarray as xr

ROOT = Path(__file__).parents[2]
CLUSTER = ROOT / "docs/cluster"
STUDY = """title = "Two"
runs = 6
weeks = 4
outcomes = ["launch_days", "talks_weeks"]
[[factors]]
input = "hotline"
values = [0, 0.5, 1]
"""


@pytest.fixture(scope="module")
def command(tmp_path_factory) -> dict[str, str]:
    """An environment in which `scenario-sim` is this package."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "scenario-sim"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m scenario_sim "$@"\n')
    script.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "VENV": str(folder)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory, command) -> Path:
    """The study file, and beside it the folder of the study run in one piece."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "study.toml").write_text(STUDY)
    words = ["scenario-sim", "study", folder / "study.toml", "--out", folder / "all"]
    subprocess.run(words, env=command, check=True, capture_output=True)
    return folder


def test_an_array_job_of_slurm_ends_in_the_results_of_one_piece(command, whole, tmp_path):
    words = ["bash", CLUSTER / "slurm-study.sh", whole / "study.toml", tmp_path]
    for task in ("1", "2"):
        slurm = {
            "SLURM_ARRAY_TASK_ID": task,
            "SLURM_ARRAY_TASK_COUNT": "2",
            "SLURM_CPUS_PER_TASK": "1",
        }
        subprocess.run(words, env=command | slurm, check=True, capture_output=True)
    subprocess.run([*words, "merge"], env=command, check=True, capture_output=True)
    results = (tmp_path / "all/results.csv").read_text()
    assert results == (whole / "all/results.csv").read_text()


def test_the_rules_of_the_snakefile_end_in_the_results_of_one_piece(command, whole, tmp_path):
    """Snakemake itself is not installed here: its commands are run in the order of its rules."""
    text = (CLUSTER / "Snakefile").read_text()
    part, analyse = re.findall(r'shell:\s+"(.+)"', text)
    study, parts = whole / "study.toml", [tmp_path / f"part-{n}" for n in (1, 2)]
    for n, folder in enumerate(parts, start=1):
        line = part.replace("{wildcards.part}", str(n)).replace("{params.parts}", "2")
        line = line.format(input=study, threads=1, params=_Named(folder=folder))
        subprocess.run(line, shell=True, env=command, check=True, capture_output=True)
    names = _Named(folder=tmp_path / "all", parts=" ".join(map(str, parts)))
    line = analyse.format(params=names, input=_Named(study=study))
    subprocess.run(line, shell=True, env=command, check=True, capture_output=True)
    assert (tmp_path / "all/results.csv").read_text() == (whole / "all/results.csv").read_text()


class _Named:
    def __init__(self, **names: object):
        vars(self).update(names)


def test_the_shipped_study_file_can_be_run(command):
    words = ["scenario-sim", "study", CLUSTER / "study.toml", "--dry-run"]
    done = subprocess.run(words, env=command, capture_output=True, text=True, check=True)
    assert "12 design points" in done.stdout


def test_every_name_on_the_page_for_r_is_in_the_files(command, tmp_path, monkeypatch):
    page = (ROOT / "docs/r.md").read_text()
    (line,) = re.findall(r"^scenario-sim sweep .+$", page, re.MULTILINE)
    (query,) = re.findall(r"```sql\n(.+?)```", page, re.DOTALL)
    small = line.replace("--runs 200", "--runs 5")
    subprocess.run(small, shell=True, env=command, check=True, capture_output=True, cwd=tmp_path)
    monkeypatch.chdir(tmp_path)
    table = duckdb.sql(query).df()
    assert table["hotline"].tolist() == [0, 0.5, 1]
    first = next(Path("study").glob("cells/*/*[0-9].parquet"))
    assert {"cell", "run", "launch_days", "confrontation_risk"} <= set(pd.read_parquet(first))
    assert "cell" in pd.read_csv("study/cells.csv")
    rows = pd.read_csv("study/outcomes.csv")
    assert {"cell", "run", "launch_days", "confrontation_risk"} <= set(rows)
    wide = rows.pivot(index="run", columns="cell", values="confrontation_risk")
    assert wide.nunique(axis=1).max() > 1  # so that a paired test of it has a variance
    with xr.open_dataset(next(Path("study").glob("cells/*/*.nc"))) as weekly:
        assert weekly["tension"].dims == ("run", "week")
