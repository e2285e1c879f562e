"""A store with plug-ins: what it keeps of them, and what it refuses."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from scenario_sim import load_plugins, load_scenario, simulate
from scenario_sim.data.plugins import NO_PLUGINS
from scenario_sim.errors import OutputError
from scenario_sim.reporting.archive.reproduce import reproduce
from scenario_sim.reporting.archive.writer import write_archive
from scenario_sim.reporting.study.findings import read_methods
from scenario_sim.studies import Cell, Store, read_study, run_study, run_study_file
from scenario_sim.studies.store.tables import read_inputs_and_means

EXAMPLES = Path(__file__).parents[3] / "docs" / "own-outcomes"
ARITHMETIC, FUNCTIONS = EXAMPLES / "crises.toml", EXAMPLES / "spells.py"


def cell(*sources: Path, runs: int = 12, **levers: float) -> Cell:
    scenario = load_scenario("status-quo").with_weeks(4).with_levers(**levers)
    return Cell(scenario.with_plugins(load_plugins(*sources)), 7, runs, dict(levers))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("own"))
    run_study([cell(ARITHMETIC), cell(ARITHMETIC, hotline=1.0)], store)
    return store


def test_a_store_holds_own_outcomes_as_the_simulation_gives_them(store):
    one = cell(ARITHMETIC)
    assert store.of(one).equals(simulate(one.scenario, 12, seed=7).outcomes)
    assert {"mean_pressure", "first_crisis"} <= set(store.outcomes())
    assert "mean_pressure" in read_inputs_and_means(store.path)[1]


def test_a_store_names_its_plugins_and_keeps_their_files(store):
    said = json.loads((store.path / "plugins.json").read_text())
    ((name, digest),) = said["plugins"].items()
    assert (store.path / "plugins" / digest / name).read_bytes() == ARITHMETIC.read_bytes()
    assert store.about(cell(ARITHMETIC).key)["plugins"] == {name: digest}
    manifest = json.loads((store.path / "manifest.json").read_text())
    assert manifest["sessions"][0]["plugins"] == {name: digest}
    again = store.scenario(cell(ARITHMETIC).key)
    assert [o.name for o in again.plugins.outcomes][:1] == ["mean_pressure"]
    assert store.check() == []


def test_columns_of_parquet_carry_unit_and_description_of_own_outcomes(store):
    (path,) = sorted(store.folder(cell(ARITHMETIC).key).glob("*-000000012.parquet"))
    about = pq.read_schema(path).field("mean_pressure").metadata
    assert about[b"unit"] == b"rungs" and about[b"description"].startswith(b"Mean of tension")


def test_another_definition_of_a_plugin_is_refused_in_words(store, tmp_path):
    changed = tmp_path / "crises.toml"
    changed.write_text(ARITHMETIC.read_text().replace("tension >= 5", "tension >= 6"))
    for other in (cell(changed), cell()):
        assert other.key != cell(ARITHMETIC).key
        with pytest.raises(OutputError, match="one folder takes one definition of outcomes"):
            run_study([other], store)


def test_results_without_plugins_take_none_later(tmp_path):
    run_study([cell(runs=2)], tmp_path)
    with pytest.raises(OutputError, match="holds results without plug-ins"):
        run_study([cell(ARITHMETIC, runs=2)], tmp_path)


def test_the_same_command_resumes_and_stores_merge(store, tmp_path):
    summary = run_study([cell(ARITHMETIC, runs=14)], Store(tmp_path / "grown"))
    assert summary.runs_made == 14
    assert run_study([cell(ARITHMETIC, runs=14)], Store(tmp_path / "grown")).runs_made == 0
    merged = Store(tmp_path / "merged")
    merged.merge(store.path)
    assert merged.outcomes().equals(store.outcomes()) and merged.check() == []
    plain = Store(tmp_path / "plain")
    run_study([cell(runs=2)], plain)
    with pytest.raises(OutputError, match="one definition of outcomes"):
        merged.merge(plain.path)


def test_reading_a_store_never_runs_python_from_it(tmp_path):
    marker = tmp_path / "ran"
    code = tmp_path / "spells.py"
    code.write_text(f"{FUNCTIONS.read_text()}\nopen({str(marker)!r}, 'a').close()\n")
    one = cell(code, runs=2)
    marker.unlink()
    run_study([one], Store(tmp_path / "store"))
    store = Store(tmp_path / "store")
    assert "longest_crisis" in store.outcomes() and store.check() == []
    assert store.scenario(one.key).plugins == NO_PLUGINS
    assert not marker.exists()


STUDY = """
title = "Crises"
runs = 10
weeks = 4
plugins = ["crises.toml"]
outcomes = ["mean_pressure", "peak_threat", "crisis_weeks"]
windows = [{ name = "start", last_week = 2 }]
[[factors]]
theories = ["as set", "quick-temper"]
"""


def test_a_study_file_takes_own_outcomes_and_own_theories(tmp_path):
    found = run_study_file(read_study(STUDY, folder=EXAMPLES), tmp_path)
    assert found.table["theory"].tolist() == ["as set", "quick-temper"]
    assert {"peak_threat", "start.mean_pressure", "mcse:crisis_weeks"} <= set(found.table)
    kept = read_study((tmp_path / "study.toml").read_text(), folder=tmp_path)
    assert run_study_file(kept, tmp_path).table.equals(found.table), "the folder alone repeats it"
    assert found.plugins.keys() == {"crises.toml"}


def test_a_study_file_tells_which_outcome_has_no_window(tmp_path):
    late = STUDY.replace("last_week = 2", "first_week = 1, last_week = 2")
    with pytest.raises(Exception, match="peak_threat has no value in a window after week 0"):
        read_study(late, folder=EXAMPLES)


def test_methods_name_the_plugins_of_a_study(store):
    (digest,) = read_methods(store.path).plugins.values()
    assert f"crises.toml ({digest})" in read_methods(store.path).text


@pytest.mark.parametrize("source", [ARITHMETIC, FUNCTIONS])
def test_an_archive_packs_the_plugins_and_makes_the_same_bytes(tmp_path, source):
    run_study([cell(source, runs=2)], tmp_path / "study")
    write_archive(tmp_path / "study", tmp_path / "study.zip")
    crate = tmp_path / "crate"
    zipfile.ZipFile(tmp_path / "study.zip").extractall(crate)
    named = NO_PLUGINS
    if source == FUNCTIONS:
        with pytest.raises(OutputError, match=r"Read them, and name them: --plugin .*spells\.py"):
            reproduce(crate, tmp_path / "again")
        (path,) = crate.glob("study/plugins/*/spells.py")
        named = load_plugins(path)
    found = reproduce(crate, tmp_path / "again", plugins=named)
    assert found.runs == 2 and found.same and not found.differing


def test_a_study_file_tells_what_is_wrong_in_its_plugin(tmp_path):
    (tmp_path / "crises.toml").write_text(ARITHMETIC.read_text().replace("tension >= 5", "tensoin"))
    with pytest.raises(
        Exception, match=r"line 5: plugins: .*crises\.toml: line .*did you mean `tension`"
    ):
        read_study(STUDY, folder=tmp_path)
