"""Results of different engines are told apart: none is mixed with another unseen."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from scenario_sim import load_scenario
from scenario_sim.cli import app
from scenario_sim.errors import OutputError
from scenario_sim.simulation.engine import ENGINE_VARIABLE, engine_version
from scenario_sim.studies import Cell, Store, run_study

SCENARIO = load_scenario("status-quo").with_weeks(4)


def study(folder, runs: int = 6) -> Store:
    store = Store(folder)
    run_study([Cell(SCENARIO, 7, runs)], store)
    return store


def test_merge_refuses_to_mix_compiled_and_numpy_results(tmp_path, monkeypatch):
    compiled = study(tmp_path / "compiled")
    monkeypatch.setenv(ENGINE_VARIABLE, "numpy")
    numpys = study(tmp_path / "numpy")
    before = sorted(p.name for p in (tmp_path / "compiled").rglob("*"))
    with pytest.raises(OutputError, match=r"-numpy.*Keep them in two folders"):
        compiled.merge(numpys.path)
    with pytest.raises(OutputError, match="compiled and in NumPy"):
        numpys.merge(compiled.path)
    assert sorted(p.name for p in (tmp_path / "compiled").rglob("*")) == before


def test_a_folder_with_results_of_another_engine_says_so_and_keeps_them(tmp_path, monkeypatch):
    with monkeypatch.context() as then:
        then.setattr("scenario_sim.studies.cells.engine_version", lambda: "0.0.9+01234567")
        Store(tmp_path).add(Cell(SCENARIO, 7, 6))
    file = tmp_path / "quo.toml"
    file.write_text('extends = "status-quo"\nweeks = 4\n', encoding="utf-8")
    asked = ["run", str(file), "--runs", "6", "--out", str(tmp_path), "--json"]
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 0, told.output
    assert "0.0.9+01234567" in told.stderr and "Results moved" in told.stderr
    engines = set(Store(tmp_path).cells()["engine"])
    assert engines == {"0.0.9+01234567", engine_version()}
