"""The fit reads nothing after 2019, stays within bounds, survives being killed, and finds a truth."""

from __future__ import annotations

import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

import scenario_sim
from scenario_sim.data.history import record
from scenario_sim.data.parameters import PARAMETERS
from scenario_sim.errors import ScenarioError, UnknownNameError
from scenario_sim.scenario.files import load_scenario
from scenario_sim.studies.executors import SerialExecutor
from scenario_sim.validation.backtest import FITTED_TO, HAND_SET, MODEL, run_backtest
from scenario_sim.validation.calibration import (
    design,
    diagnostics,
    emulator,
    posterior,
    sampler,
    self_check,
    targets,
)
from scenario_sim.validation.calibration.neural_posterior import compare_opinions
from scenario_sim.validation.calibration.predictive import simulate_predictive
from scenario_sim.validation.calibration.sampler import SearchSize, fit_posterior
from scenario_sim.validation.calibration.walkers import walk

ROOT = Path(scenario_sim.__file__).parents[1]
TINY = SearchSize(points=128, runs=10, walkers=6, steps=16, sets=8)
ONLY = ("short_range_test_base", "regional_test_base")
FILES = ("posterior.csv", "posterior.toml")


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """A tiny fit that nobody interrupted: its folder."""
    folder = tmp_path_factory.mktemp("fit")
    fit_posterior(folder, TINY, 3, only=ONLY)
    return folder


@pytest.fixture(scope="module")
def small_design():
    """256 points of two coefficients, 20 futures each."""
    return design_of(20)


def design_of(runs: int) -> design.Design:
    shares = design.sobol_shares(256, len(ONLY), 5)
    return design.simulate_points(ONLY, shares, runs, 5, SerialExecutor())


def bytes_of(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in FILES]


# --- what it reads ----------------------------------------------------------------------------------


def changed_after_2019() -> record.HistoricalRecord:
    """The record with another history from 2020 on: launches on every day, contacts, drills."""
    held, end = record.shipped_record(), targets.FIT_END
    days = [date(year, 6, day) for year in (2020, 2021, 2023) for day in range(1, 29)]
    return replace(
        held,
        acts=(
            *(act for act in held.acts if act.date < end),
            *(record.RecordedAct(day, "DPRK", "icbm_test", 1) for day in days),
        ),
        exercises=tuple(e for e in held.exercises if e.start < end),
        contacts=(
            *(c for c in held.contacts if c.month < end),
            record.Contact(date(2020, 1, 1), "summit", 1),
        ),
    )


def test_another_history_after_2019_changes_no_figure_and_no_byte_of_the_fit(fitted, tmp_path):
    with record.record_context(changed_after_2019()):
        assert record.current_record().launch_days(np.array(["2020-06-01"], "datetime64[D]")) == 1
        told = design.observed_figures().tolist()
        fit_posterior(tmp_path, TINY, 3, only=ONLY)
    assert told == design.observed_figures().tolist()
    assert bytes_of(tmp_path) == bytes_of(fitted)


def test_another_history_before_2020_does_change_them():
    held = record.shipped_record()
    with record.record_context(
        replace(held, acts=tuple(a for a in held.acts if a.date.year != 2014))
    ):
        told = design.observed_figures().tolist()
    assert told != design.observed_figures().tolist()


def test_the_policies_that_are_fitted_end_with_2019():
    scenario = targets.history_scenario()
    assert scenario.end <= targets.FIT_END
    assert all(change.date < targets.FIT_END for change in scenario.changes)
    assert str(np.datetime64(targets.FIT_END, "M") - np.timedelta64(1, "M")) == FITTED_TO


def test_the_records_figures_are_those_one_counts_by_hand():
    told = {f.name: float(f.values[0]) for f in targets.compute_targets(targets.observed_weeks())}
    assert told["launch days in 2014"] ** 2 == pytest.approx(16)
    assert told["launch days in 2018"] == 0
    assert told["nuclear tests, 2016-17"] ** 2 == pytest.approx(3)
    assert told["ICBM and satellite launches, 2012-15"] ** 2 == pytest.approx(2)
    assert told["resolutions, 2016-17"] ** 2 == pytest.approx(6)


def test_a_future_is_counted_as_the_record_is():
    """A future that plays the record's acts has the record's counts, as far as acts are forced."""
    scenario = targets.history_scenario()
    data = scenario.as_dict() | {"replay": ["DPRK", "USA", "China", "Russia"]}
    played = targets.simulate_weeks([type(scenario).model_validate(data)], 2, 0)[0]
    seen, told = targets.observed_weeks(), targets.compute_targets(played)
    assert (played.launch_days == seen.launch_days).all()
    record_ = {f.name: f.values[0] for f in targets.compute_targets(seen)}
    for figure in told:
        if figure.name.startswith(("launch days in 2", "nuclear", "ICBM", "log variance")):
            assert figure.values == pytest.approx(record_[figure.name], rel=1e-3), figure.name


# --- the search -------------------------------------------------------------------------------------


def test_draws_stay_within_bounds_and_name_what_was_asked(fitted):
    found = posterior.load_posterior(fitted)
    assert set(found.names) == set(ONLY)
    for name in found.names:
        assert found.table[name].between(PARAMETERS[name].low, PARAMETERS[name].high).all()
        assert found.table[name].nunique() > 1


def test_the_edge_of_the_space_is_the_bounds_and_places_come_back():
    names = design.FITTED
    for share, end in ((0.0, "low"), (1.0, "high")):
        told = design.to_bounds(names, np.full((1, len(names)), share))
        assert told[0].tolist() == [getattr(PARAMETERS[n], end) for n in names]
    places = np.random.default_rng(0).random((5, len(names)))
    assert design.find_shares(names, design.to_bounds(names, places)) == pytest.approx(places)


def test_what_is_fitted_are_coefficients_of_the_model_with_room_to_move():
    assert len(set(design.FITTED)) == len(design.FITTED)
    for name in design.FITTED:
        assert PARAMETERS[name].low < PARAMETERS[name].default < PARAMETERS[name].high
    assert set(design.FITTED) <= set(design.marked_names())


def test_a_search_that_is_killed_goes_on_to_the_same_bytes(fitted, tmp_path):
    code = (
        "import sys; from pathlib import Path; from scenario_sim.validation.calibration.sampler import *\n"
        f"fit_posterior(Path(sys.argv[1]), {TINY!r}, 3, only={ONLY!r})"
    )
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], env=os.environ | {"PYTHONPATH": path}
    )
    steps = tmp_path / sampler.STEPS_FOLDER
    late = time.monotonic() + 120
    while not (steps / "000000.npz").exists() and time.monotonic() < late:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    child.wait()
    assert 0 < len(list(steps.glob("0*.npz"))) <= TINY.points // design.BLOCK_POINTS
    fit_posterior(tmp_path, TINY, 3, only=ONLY)
    assert bytes_of(tmp_path) == bytes_of(fitted)


def test_more_steps_take_the_points_that_are_there(fitted, tmp_path):
    shutil.copytree(fitted, tmp_path, dirs_exist_ok=True)
    kept = {p.name: p.stat().st_mtime_ns for p in (tmp_path / sampler.STEPS_FOLDER).iterdir()}
    assert len(kept) == TINY.points // design.BLOCK_POINTS
    more = fit_posterior(tmp_path, replace(TINY, steps=160), 3, only=ONLY)
    assert kept == {
        p.name: p.stat().st_mtime_ns for p in (tmp_path / sampler.STEPS_FOLDER).iterdir()
    }
    assert more.manifest["steps"] == 160
    assert more.manifest["weighed"] > posterior.load_posterior(fitted).manifest["weighed"]


def test_a_synthetic_truth_is_found_better_than_the_prior_finds_it(tmp_path, monkeypatch):
    truth = {"short_range_test_base": -1.75, "regional_test_base": -4.35}
    there = targets.history_scenario().with_parameters(**truth)
    seen = targets.target_table(targets.simulate_weeks([there], 200, 9)[0]).mean(axis=1)
    monkeypatch.setattr(sampler, "observed_figures", lambda: seen)
    found = fit_posterior(tmp_path, replace(TINY, walkers=8, runs=20, steps=400), 1, only=ONLY)
    for name, value in truth.items():
        low, high = PARAMETERS[name].low, PARAMETERS[name].high
        prior = ((value - low) ** 2 + (high - value) ** 2) / 2 / (high - low)  # mean distance
        assert np.abs(found.table[name] - value).mean() < 0.9 * prior, name
    assert found.manifest["median_misfit"] < found.manifest["misfit_of_the_hand_set"]


def test_the_emulator_knows_points_that_it_has_not_seen():
    told = emulator.fit_emulator(design_of(200))  # 20 futures: chance hides what moves a figure
    fresh = np.random.default_rng(11).random((6, len(ONLY)))
    made = design.simulate_points(ONLY, fresh, 200, 10_000, SerialExecutor())
    mean, log_spread = told.predict(fresh)
    away = (made.figures.mean(axis=2) - mean) / np.exp(log_spread)
    assert np.abs(away).mean() < 0.1 and np.abs(away).max() < 0.5
    moving = told.ceiling > 0.5
    assert moving.sum() >= 10
    assert (told.mean_r2[moving] > told.ceiling[moving] - 0.1).all()


def test_walkers_and_weighted_points_of_the_prior_give_the_same_posterior(small_design):
    told = emulator.fit_emulator(small_design)
    seen = design.observed_figures()
    chains = walk(told, seen, 20, 2_000, [1])
    points = design.sobol_shares(2**12, len(ONLY), 2)
    misfit = told.misfits(points, seen)
    weight = np.exp((misfit.min() - misfit) / 2)
    assert chains.flat.mean(axis=0) == pytest.approx(weight @ points / weight.sum(), abs=0.03)
    assert max(found.max() for found in chains.r_hats()) < 1.05
    assert chains.effective().min() > 400


def test_bands_hold_the_truth_of_the_models_own_records_as_often_as_they_say(small_design):
    summary = emulator.fit_summary(small_design)
    told = emulator.fit_emulator(emulator.summarise(summary, small_design))
    sets = 150
    checked = self_check.check_own_records(told, summary, ONLY, sets, 3, SerialExecutor())
    low, high = (binom.ppf(q, sets, 0.8) / sets for q in (0.0005, 0.9995))
    assert (low <= checked.inside(0.8)).all() and (checked.inside(0.8) <= high).all()
    assert (checked.recovered() > 0.3).all()
    # The check can fail: with spreads taken for a third, bands are too narrow.
    weights = told.weights.copy()
    weights[0, weights.shape[1] // 2 :] -= np.log(3)
    narrow = self_check.rank_truths(
        replace(told, weights=weights), summary, ONLY, checked.truths, checked.seen, 3
    )
    assert (narrow.inside(0.8) < low).any()


def test_the_summary_estimates_the_coefficients_of_futures_it_has_not_seen(small_design):
    summary = emulator.fit_summary(small_design)
    truths = np.random.default_rng(12).random((80, len(ONLY)))
    made = design.simulate_points(ONLY, truths, 1, 20_000, SerialExecutor())
    estimates = summary.estimate(made.figures[:, :, 0].astype(float))
    for truth, estimate in zip(truths.T, estimates.T, strict=True):
        assert np.corrcoef(truth, estimate)[0, 1] > 0.3


def test_what_cannot_be_fitted_is_said_before_anything_runs(fitted, tmp_path):
    with pytest.raises(ScenarioError) as told:
        fit_posterior(tmp_path, SearchSize(points=7, walkers=7, runs=1, steps=1, sets=1))
    for option in ("--points 7", "--walkers 7", "--runs 1", "--steps 1", "--sets 1"):
        assert option in str(told.value)
    with pytest.raises(UnknownNameError, match="deliberate_base"):
        fit_posterior(tmp_path, TINY, only=("deliberate_base",))
    with pytest.raises(ScenarioError, match="holds another calibration"):
        fit_posterior(fitted, TINY, 4, only=ONLY)


# --- the draws --------------------------------------------------------------------------------------


def test_the_shipped_posterior_is_one_of_this_model_and_until_2019():
    found = posterior.load_posterior()
    assert set(found.names) == set(design.FITTED) == set(found.manifest["bounds"])
    assert found.weight.sum() == pytest.approx(1) and len(found.table) >= 100
    assert found.manifest["period"].endswith(str(targets.FIT_END))
    assert found.manifest["observed"] == [round(v, 6) for v in design.observed_figures().tolist()]
    for name, bounds in found.manifest["bounds"].items():
        assert bounds == [PARAMETERS[name].low, PARAMETERS[name].high]
    assert found.manifest["median_misfit"] < found.manifest["misfit_of_the_hand_set"]
    assert found.manifest["settled"]
    assert all(row["effective_draws"] > 1000 for row in found.manifest["coefficients"])


def test_draws_come_as_often_as_they_weigh():
    found = posterior.load_posterior()
    table = found.table.iloc[:3].assign(weight=[0.7, 0.3, 0.0])
    drawn = posterior.Posterior(table).sample(10, 5)
    first, second = (found.draw(n) for n in (0, 1))
    assert drawn == posterior.Posterior(table).sample(10, 5)
    assert (drawn.count(first), drawn.count(second)) == (7, 3)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("", "cannot be read"),
        ("weight,misfit,calm_rate\n", "is empty"),
        ("weight,misfit,calm_rate\n1,0,9\n", "leaves its bounds"),
        ("weight,misfit,zeal\n1,0,9\n", "no coefficient of this model"),
        ("weight,misfit,calm_rate\n1,0,x\n", "cannot be read"),
        ("misfit,calm_rate\n0,.05\n", "lacks the column weight"),
        ("weight,misfit,calm_rate\n0,0,.05\n", "not all 0"),
    ],
)
def test_a_broken_posterior_says_what_is_wrong(tmp_path, broken, said):
    (tmp_path / "posterior.csv").write_text(broken)
    (tmp_path / "posterior.toml").write_text("seed = 0\n")
    with pytest.raises(ScenarioError, match=said):
        posterior.load_posterior(tmp_path)
    with pytest.raises(ScenarioError, match=r"posterior\.csv: is not there"):
        posterior.load_posterior(tmp_path / "nowhere")


def test_a_scenario_keeps_the_coefficients_it_sets_itself():
    scenario = load_scenario("status-quo").with_parameters(calm_rate=0.04)
    (other,) = posterior.apply_draws(scenario, [{"calm_rate": 0.09, "alarm_rate": 0.2}])
    assert other.parameters["calm_rate"] == 0.04 and other.parameters["alarm_rate"] == 0.2


def test_futures_show_luck_alone_and_with_coefficients_and_each_can_be_played_alone(tmp_path):
    scenario = load_scenario("status-quo").with_weeks(8)
    told = simulate_predictive(scenario, runs=30, seed=4, out=tmp_path)
    again = simulate_predictive(scenario, runs=30, seed=4)
    assert told.table.equals(again.table)
    assert (told.draws, told.runs) == (6, 5)
    luck, both = told.luck(), told.both()
    assert len(both.outcomes) == len(luck.outcomes) == 30
    row = told.table.loc["launch_days"]
    assert row["best"] == pytest.approx(luck.outcomes["launch_days"].mean())
    assert row["mean"] == pytest.approx(both.outcomes["launch_days"].mean())
    assert len({s.hash for s in told.drawn}) > 1
    alone = scenario_sim.replay(told.drawn[2], seed=4 + 1 + 2, run=3)
    assert (alone.weekly["tension"][:, 0] == both.weekly["tension"][:, 2 * 5 + 3]).all()


def test_a_trial_with_draws_scores_the_hand_set_beside_them():
    draws = posterior.load_posterior().sample(2, 0)
    told = run_backtest("2023-07", "2023-12", 20, 0, draws=draws)
    plain = run_backtest("2023-07", "2023-12", 20, 0)
    assert told.forecasters[:2] == (MODEL, HAND_SET)
    for mine, other in zip(told.forecasts, plain.forecasts, strict=True):
        assert (mine.futures[HAND_SET] == other.futures[MODEL]).all()
        assert (mine.futures[MODEL] != other.futures[MODEL]).any()
    assert "hand_set_in_sample" in told.as_dict() and "hand_set_in_sample" not in plain.as_dict()


def test_coefficients_that_make_up_for_each_other_are_found_together():
    rng = np.random.default_rng(0)
    shared = rng.normal(size=500)
    table = pd.DataFrame(index=range(500)).assign(
        weight=1 / 500, misfit=0.0, calm_rate=0.06 + 0.01 * shared,
        alarm_rate=0.15 - 0.01 * shared + 0.002 * rng.normal(size=500),
        tension_decay=0.07 + 0.001 * rng.normal(size=500),
    )  # fmt: skip
    ((one, other, strength),) = diagnostics.correlated_pairs(posterior.Posterior(table))
    assert {one, other} == {"calm_rate", "alarm_rate"} and strength < -0.9


# --- the second opinion -------------------------------------------------------------------------------


def manifest_of(network: list[float]) -> dict:
    """A fit of one coefficient between 0 and 10, and the quantiles that a network gives it."""
    row = {"name": "calm_rate", "prior": [0, 2, 5, 8, 10], "posterior": [2, 3, 4, 5, 6]}
    return {"coefficients": [row], "neural": {"posterior": {"calm_rate": network}}}


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ([1, 3, 4.5, 5, 9], "agree: each median lies in the other's middle half for 1 of 1"),
        ([1, 2, 5.5, 7, 9], "agree in part: "),
        ([6, 7, 8, 9, 10], "disagree: "),
    ],
)
def test_two_opinions_agree_only_where_each_holds_the_others_median(network, words):
    said = compare_opinions(manifest_of(network))
    assert f"The two opinions {words}" in said
    width = (network[-1] - network[0]) / 4
    assert (
        f"`calm_rate`, by {abs(network[2] - 4) / 10:.0%}" in said and f"{width:.2f} times" in said
    )


def test_a_fit_of_the_same_futures_keeps_the_second_opinion_and_another_one_drops_it():
    command = runpy.run_path(str(ROOT / "docs/calibration.py"))
    anew = posterior.load_posterior()
    manifest = {key: value for key, value in anew.manifest.items() if key != "neural"}
    anew = posterior.Posterior(anew.table, manifest)
    held = posterior.Posterior(anew.table, {**manifest, "neural": {"futures": 1}})
    kept = command["keep_opinion"](anew, held)
    assert kept.manifest["neural"] == held.manifest["neural"]
    other = posterior.Posterior(held.table, {**anew.manifest, "engine": "another"})
    assert "neural" not in command["keep_opinion"](other, held).manifest


# --- the commands -----------------------------------------------------------------------------------


def test_the_command_fits_and_goes_on(ask, fitted):
    size = ("--points", "128", "--walkers", "6", "--runs", "10", "--steps", "16", "--sets", "8")
    size += ("--jobs", "1", "--seed", "3")
    only = [part for name in ONLY for part in ("--only", name)]
    answer = ask("calibrate", "--out", str(fitted), *size, *only)
    assert answer.code == 0 and "regional_test_base" in answer.out
    assert "Not settled" in answer.out
    assert ask("calibrate", "--out", str(fitted), "--quick").code == 2


def test_run_takes_draws(ask):
    size = ("--runs", "20", "--weeks", "6", "-q")
    answer = ask("run", "status-quo", "--parameters", "posterior", *size, "--json")
    told = answer.json
    assert answer.code == 0 and told["draws"] == 4 and told["runs_a_draw"] == 5
    assert {"best", "luck_p5", "mean", "p95", "share"} <= told["outcomes"]["launch_days"].keys()
    assert (
        ask("run", "status-quo", "--parameters", "posterior", *size).out.count("mean tension") == 1
    )
    refused = ask("run", "status-quo", "--parameters", "nowhere", "--until", "mcse=0.1")
    assert refused.code == 2 and "is not there" in refused.err and "--until" in refused.err
