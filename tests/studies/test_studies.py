"""Batch studies: what a store holds, how it grows, merges and is read; who does the work."""

from __future__ import annotations

import importlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import errands
import numpy as np
import pandas as pd
import pyarrow.dataset
import pytest

from scenario_sim import compare, load_scenario, simulate
from scenario_sim.data.history import record
from scenario_sim.errors import OutputError, ScenarioError, UnknownNameError
from scenario_sim.simulation.engine import engine_version
from scenario_sim.simulation.outcomes import OUTCOMES, summarise_outcomes
from scenario_sim.studies import Cell, Store, Until, run_study
from scenario_sim.studies.cells import Block, split_runs
from scenario_sim.studies.executors import threads
from scenario_sim.studies.stopping import Estimate
from scenario_sim.studies.tasks import EngineMismatch, make_task, run_task

SHORT = load_scenario("status-quo").with_weeks(3)
NUMBERS = [outcome.name for outcome in OUTCOMES if not outcome.category]


def cells(runs: int = 2500, seed: int = 7) -> list[Cell]:
    """A plain run and two settings of a lever."""
    varied = [Cell(SHORT.with_levers(hotline=h), seed, 40, {"hotline": h}) for h in (0.25, 0.75)]
    return [Cell(SHORT, seed, runs), *varied]


def data(store: Store) -> dict[str, bytes]:
    """All bytes that times have no part in."""
    files = [
        path for path in store.path.rglob("*") if path.is_file() and path.name != "manifest.json"
    ]
    return {str(path.relative_to(store.path)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Store:
    """A finished study."""
    store = Store(tmp_path_factory.mktemp("whole") / "study")
    run_study(cells(), store)
    return store


# --- cells ----------------------------------------------------------------------------------------


def test_a_key_is_what_moves_the_world_and_nothing_else():
    cell = Cell(SHORT, 7, 2500)
    other_words = SHORT.model_copy(update={"title": "Other words"})
    assert Cell(other_words, 7, 9, {"x": 1.0}).key == cell.key
    assert len({cell.key, Cell(SHORT, 8, 2500).key, Cell(SHORT.with_weeks(4), 7, 2500).key}) == 3


def test_blocks_are_the_same_for_whoever_asks():
    assert list(split_runs(4500)) == [Block(0, 2000), Block(2000, 4000), Block(4000, 4500)]
    assert list(split_runs(2000)) == [Block(0, 2000)]


def test_cells_that_cannot_be_tell_every_reason():
    with pytest.raises(ScenarioError) as refused:
        Cell(SHORT, -1, 0)
    assert "runs: " in str(refused.value) and "seed: " in str(refused.value)


# --- what a store holds ---------------------------------------------------------------------------


def test_names_of_scenarios_and_folders_of_stores_are_taken(tmp_path):
    assert simulate("status-quo", runs=2).scenario == load_scenario("status-quo")
    assert compare("status-quo", "status-quo", runs=2).changed("launch_days") == 0
    assert run_study([Cell("status-quo", 7, 2)], str(tmp_path / "study")).done == 1
    assert len(Store(tmp_path / "study").outcomes()) == 2


@pytest.mark.parametrize("call", [simulate, lambda s: compare(SHORT, s), lambda s: Cell(s, 0, 1)])
def test_what_is_no_scenario_is_refused_in_words(call):
    with pytest.raises(UnknownNameError, match="did you mean `status-quo`"):
        call("status-qou")
    with pytest.raises(ScenarioError, match='takes a scenario or its name, such as "status-quo"'):
        call({"weeks": 104})


def test_only_known_words_say_what_is_kept():
    with pytest.raises(ScenarioError, match='takes "weekly", "outcomes" or a list of names'):
        simulate(SHORT, 2, keep="nonsense")


def test_a_store_holds_what_simulate_makes(whole):
    for cell in cells():
        wanted = simulate(cell.scenario, cell.runs, seed=cell.seed).outcomes
        pd.testing.assert_frame_equal(whole.of(cell), wanted)
    part = Cell(SHORT, 7, 2200)
    pd.testing.assert_frame_equal(whole.of(part), simulate(SHORT, 2200, seed=7).outcomes)


def test_weekly_counts_are_those_of_the_weeks_whatever_the_blocks(whole):
    weekly = whole.weekly([cells()[0].key])
    tension = weekly[weekly["quantity"] == "tension"]
    weeks = simulate(SHORT, 2500, seed=7).weekly["tension"]
    for week, values in enumerate(weeks):
        rows = tension[tension["week"] == week]
        for low, high, count in zip(rows["bin_low"], rows["bin_high"], rows["count"], strict=True):
            assert count == ((values >= np.float32(low)) & (values < np.float32(high))).sum()
    assert weekly.groupby(["quantity", "week"])["count"].sum().eq(2500).all()
    assert not weekly.duplicated(["quantity", "week", "bin_low"]).any()


def test_tables_tell_what_was_varied(whole):
    table = whole.cells().set_index("cell")
    assert dict(table["runs"]) == {cell.key: cell.runs for cell in cells()}
    assert set(table["error"]) == {""}
    for cell in cells()[1:]:
        assert table.loc[cell.key, "hotline"] == cell.labels["hotline"]
    outcomes = whole.outcomes(columns=["launch_days"])
    assert list(outcomes.columns) == ["cell", "hotline", "run", "launch_days"]
    assert outcomes.groupby("hotline", dropna=False).size().tolist() == [40, 40, 2500]
    assert outcomes["hotline"].isna().sum() == 2500


def test_the_index_and_the_manifest_stand_beside(whole):
    pd.testing.assert_frame_equal(
        pd.read_csv(
            whole.path / "cells.csv",
            engine="python",
            keep_default_na=False,
            na_values={"hotline": ""},
        ),
        whole.cells(),
    )
    manifest = json.loads((whole.path / "manifest.json").read_text("utf-8"))
    assert {key: told["runs"] for key, told in manifest["cells"].items()} == {
        cell.key: cell.runs for cell in cells()
    }
    (session,) = manifest["sessions"]
    assert session["ended"] == "done" and session["runs_made"] == 2580
    assert {"command", "started", "finished", "platform", "versions", "engine"} <= session.keys()


def test_a_finished_study_is_left_as_it_is(whole):
    before = {path: path.stat().st_mtime_ns for path in whole.path.rglob("*") if path.is_file()}
    summary = run_study(cells(), whole)
    assert (summary.done, summary.runs_made, summary.runs_found) == (3, 0, 2580)
    after = {path: path.stat().st_mtime_ns for path in whole.path.rglob("*") if path.is_file()}
    assert after == before


def test_bytes_are_the_same_from_any_number_of_threads(whole, tmp_path):
    store = Store(tmp_path / "study")
    summary = run_study(cells(), store, jobs=2)
    assert summary.done == 3
    assert data(store) == data(whole)


def test_a_study_grows_to_the_bytes_it_would_have_had_at_once(whole, tmp_path):
    store = Store(tmp_path / "study")
    for runs in (300, 2100, 2500):
        run_study([Cell(SHORT, 7, runs)], store)
    run_study(cells(), store)
    assert data(store) == data(whole)


def test_trajectories_are_kept_where_asked_for_and_never_lost(tmp_path):
    store, cell = Store(tmp_path), Cell(SHORT, 7, 30)
    run_study([cell], store, trajectories=True)
    first = data(store)
    assert any(name.endswith(".nc") for name in first)
    run_study([Cell(SHORT, 7, 50)], store)
    name = f"cells/{cell.key}/000000000-000000030.nc"
    assert data(store)[name] == first[name]
    again = Store(tmp_path / "again")
    run_study([cell], again, trajectories=True)
    assert data(again) == first


def test_results_can_be_read_while_more_are_made(tmp_path):
    store, seen = Store(tmp_path), []

    def look(_cell, estimate):
        table = store.outcomes(columns=["confrontation_risk"])
        seen.append((len(table), estimate.runs))
        assert table["confrontation_risk"].mean() == pytest.approx(estimate.mean)

    run_study([Cell(SHORT, 7, 6000)], store, watch=look)
    assert seen == [(2000, 2000), (4000, 4000), (6000, 6000)]


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "manifest.json").write_text('{"name": "my web page"}', "utf-8")
    with pytest.raises(OutputError, match="something else"):
        run_study(cells(), Store(tmp_path))
    assert (tmp_path / "manifest.json").read_text("utf-8") == '{"name": "my web page"}'


def test_a_study_with_blocks_of_another_size_is_left_alone(tmp_path):
    run_study([Cell(SHORT, 7, 10)], Store(tmp_path))
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"format": 1}), "utf-8")
    before = data(Store(tmp_path))
    with pytest.raises(OutputError, match="another version of scenario-sim; choose another --out"):
        run_study(cells(), Store(tmp_path))
    assert data(Store(tmp_path)) == before


# --- other programs -------------------------------------------------------------------------------


def test_files_open_as_one_table_in_other_programs(whole):
    """Each glob is what docs/data.md says."""
    outcomes = sorted(whole.path.glob("cells/*/*[0-9].parquet"))
    weekly = sorted(whole.path.glob("cells/*/*.weekly.parquet"))
    plain = {"string", "double", "int64", "int32"}
    for files, rows in ((outcomes, 2580), (weekly, None)):
        table = pyarrow.dataset.dataset([str(file) for file in files]).to_table()
        assert {str(kind) for kind in table.schema.types} <= plain
        assert table.column_names[0] == "cell"
        assert rows is None or table.num_rows == rows
        assert not any("nan" in map(str, column.unique().to_pylist()) for column in table.columns)
        assert all(len(name) <= 32 for name in table.column_names)  # what Stata allows


@pytest.mark.parametrize("program", ["polars", "duckdb"])
def test_polars_and_duckdb_read_the_same_numbers(whole, program):
    module = importlib.import_module(program)
    glob = str(whole.path / "cells/*/*[0-9].parquet")
    if program == "polars":
        found = module.read_parquet(glob)["launch_days"].sum()
    else:
        found = module.sql(f"select sum(launch_days) from '{glob}'").fetchall()[0][0]
    assert found == whole.outcomes()["launch_days"].sum()


def test_stata_takes_the_tables(whole, tmp_path):
    table = whole.outcomes()
    table["confrontation_cause"] = table["confrontation_cause"].astype(object).fillna("")
    table.to_stata(tmp_path / "outcomes.dta", write_index=False, version=118)
    back = pd.read_stata(tmp_path / "outcomes.dta")
    assert np.array_equal(back[NUMBERS], table[NUMBERS], equal_nan=True)


# --- failing --------------------------------------------------------------------------------------


@pytest.fixture
def broken(monkeypatch):
    """The setting 0.75 of a lever fails; call it to mend it."""
    from scenario_sim.simulation import ensemble

    real = ensemble.runner_of

    def sometimes(scenario):
        if scenario.levers.hotline == 0.75:
            raise FloatingPointError("no such luck")
        return real(scenario)

    monkeypatch.setattr(ensemble, "runner_of", sometimes)
    return lambda: monkeypatch.setattr(ensemble, "runner_of", real)


def test_a_failing_cell_is_recorded_and_retried_and_the_rest_go_on(whole, tmp_path, broken):
    store, bad = Store(tmp_path / "study"), cells()[2]
    summary = run_study(cells(), store)
    assert (summary.done, summary.failed) == (2, {bad.key: "FloatingPointError: no such luck"})
    assert store.errors() == summary.failed
    assert store.cells().set_index("cell").loc[bad.key, "error"] == summary.failed[bad.key]
    session = json.loads((store.path / "manifest.json").read_text("utf-8"))["sessions"][0]
    assert (session["ended"], session["failed"]) == ("failed", summary.failed)
    broken()
    assert run_study(cells(), store).failed == {}
    assert store.errors() == {}
    assert data(store) == data(whole)


def test_a_cell_that_fails_is_not_tried_block_after_block(tmp_path, broken, monkeypatch):
    from scenario_sim.simulation import ensemble

    tried, sometimes = [], ensemble.runner_of
    monkeypatch.setattr(ensemble, "runner_of", lambda s: tried.append(s) or sometimes(s))
    run_study([Cell(SHORT.with_levers(hotline=0.75), 7, 5000)], Store(tmp_path))
    assert len(tried) == 1


# --- who does the work ----------------------------------------------------------------------------


def results(work, tasks, jobs):
    with threads(jobs) as executor:
        return dict(executor(work, tasks, errands.one))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_task_that_fails_comes_back_as_an_error(jobs):
    found = results(errands.double, range(20), jobs)
    assert isinstance(found.pop(13), ValueError)
    assert found == {n: 2 * n for n in range(20) if n != 13}


def test_work_for_another_engine_is_refused():
    task = make_task(Cell(SHORT, 7, 10), Block(0, 10))
    with pytest.raises(EngineMismatch, match="install the same version"):
        run_task(replace(task, engine="0.0.1+ffffffff"))


def test_threads_may_serve_several_studies(whole, tmp_path):
    with threads(2) as executor:
        for name in ("first", "second"):
            store = Store(tmp_path / name)
            run_study(cells(), store, executor=executor)
            assert data(store) == data(whole)


# --- another record -------------------------------------------------------------------------------


@pytest.fixture
def other():
    """A record that lacks the last act of the shipped one."""
    return replace(record.shipped_record(), acts=record.shipped_record().acts[:-1])


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_store_names_the_engine_of_the_record_that_made_it(tmp_path, other, jobs):
    store = Store(tmp_path)
    with record.record_context(other):
        engine, made = engine_version(), cells()
        run_study(made, store, jobs=jobs)
    assert engine != engine_version()
    assert store.check() == []
    assert set(store.cells()["engine"]) == {engine}
    assert store.listed() == sorted(cell.key for cell in made)
    (session,) = json.loads((store.path / "manifest.json").read_text("utf-8"))["sessions"]
    assert session["engine"] == engine


def test_a_cell_takes_its_record_along(tmp_path, other):
    """Out of the context in which it was made, into any thread."""
    with record.record_context(other):
        engine, (cell, *_) = engine_version(), cells(runs=10)
    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(lambda: replace(cell).engine).result() == engine
        task = make_task(cell, Block(0, 10))
        made = elsewhere.submit(run_task, task).result()
    assert made.error == ""
    shipped = Cell(cell.scenario, cell.seed, 10)
    assert shipped.key != cell.key
    assert shipped.engine == engine_version()
    tasks = [make_task(one, Block(0, 10)) for one in (cell, shipped)]
    assert [task.engine for task in tasks] == [engine, engine_version()]


# --- precise enough -------------------------------------------------------------------------------


def test_an_estimate_is_the_summary_of_its_runs():
    table = simulate(load_scenario("status-quo").with_weeks(20), 3000, seed=3).outcomes
    wanted = summarise_outcomes(table)
    for name in ("launch_days", "confrontation_risk", "inadvertent_share", "confrontation_week"):
        estimate = Estimate(name)
        for at in range(0, 3000, 1000):
            estimate = estimate.with_block(table.iloc[at : at + 1000])
        assert estimate.mean == pytest.approx(wanted.loc[name, "mean"], nan_ok=True)
        assert estimate.mcse == pytest.approx(wanted.loc[name, "mcse"], nan_ok=True)


def test_a_study_stops_at_the_same_run_from_any_number_of_threads(tmp_path):
    until = Until.parse("mcse(launch_days)=0.01")
    cell = Cell(SHORT, 7, 50_000)
    stores = [Store(tmp_path / name) for name in ("one", "two", "resumed")]
    one = run_study([cell], stores[0], until=until)
    two = run_study([cell], stores[1], until=until, jobs=2)
    run_study([Cell(SHORT, 7, 3000)], stores[2])
    resumed = run_study([cell], stores[2], until=until)
    assert one.runs == two.runs == resumed.runs
    assert 3000 < one.runs[cell.key] < 50_000
    assert data(stores[0]) == data(stores[1]) == data(stores[2])
    made = stores[0].of(cell)
    assert summarise_outcomes(made).loc["launch_days", "mcse"] <= 0.01


@pytest.mark.parametrize(
    "text", ["mcse=0", "mcse=nan", "mcse", "sd=1", "mcse(launch_day)=1", "half(launch_days)=1,5"]
)
def test_a_precision_that_cannot_be_is_refused(text):
    with pytest.raises(ScenarioError):
        Until.parse(text)


# --- shards ---------------------------------------------------------------------------------------


def test_shards_merge_to_the_bytes_of_one_store(whole, tmp_path):
    first, second = Store(tmp_path / "first"), Store(tmp_path / "second")
    run_study(cells()[:2], first)
    run_study([Cell(SHORT, 7, 600), *cells()[1:]], second)
    both = Store(tmp_path / "both")
    merged = [both.merge(second.path), both.merge(first.path)]
    assert [m.differing for m in merged] == [(), ()]
    assert data(both) == data(whole)
    sessions = json.loads((both.path / "manifest.json").read_text("utf-8"))["sessions"]
    assert len(sessions) == 2
    assert both.merge(first.path).files == 0


def test_a_store_tells_what_is_not_what_it_says(whole, tmp_path):
    store = Store(tmp_path / "study")
    run_study(cells(), store)
    assert store.check() == []
    key, other = cells()[0].key, cells()[1].key
    block = store.folder(key) / "000000000-000002000.parquet"
    good = block.read_bytes()
    middle = len(good) // 3
    block.write_bytes(good[:middle] + bytes([good[middle] ^ 255]) + good[middle + 1 :])
    assert [str(block) in problem for problem in store.check()] == [True]
    block.write_bytes((store.folder(other) / "000000000-000000040.parquet").read_bytes())
    assert "holds another cell" in store.check()[0]
    block.write_bytes(good)
    assert store.check() == []
