"""Results fit a screen in a terminal, and are tables in a notebook."""

from __future__ import annotations

import numpy as np
import pytest

from scenario_sim import compare, load_scenario, simulate
from scenario_sim.simulation.display import draw_bars
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies import (
    Cell,
    Store,
    discover,
    robust,
    run_study,
    search_policies,
    sensitivity,
    sweep,
)
from scenario_sim.studies.run import StudySummary
from scenario_sim.validation.backtest import Backtest, Forecast
from scenario_sim.validation.baselines import BASELINES

QUO = load_scenario("status-quo").with_weeks(26)
VARIED = ["hotline", "us_threats", "engagement", "exercise_scale"]
ENSEMBLE = (QUO.hash[:8], "20 runs", "seed 7", engine_version())  # what repeats a result


def comparison():
    return compare(QUO, QUO.with_levers(hotline=1), 20, 7)


def all_sensitivities():
    return sensitivity(QUO, over="all", samples=2, runs=20, seed=7, apart=False)


def discovery():
    return discover(sweep(QUO, VARIED, "lhs", 80, runs=20), "launch_days", above="70%")


def policies():
    return robust(QUO, ["freeze-for-freeze", "hotline=0.8"], runs=20, seed=7)


def searched():
    objectives = ("launch_days", "provocations", "cost")
    return search_policies(QUO, VARIED, objectives, evaluations=12, population=6, runs=20, seed=7)


def backtest():
    rng = np.random.default_rng(0)
    futures = {name: rng.poisson(2, (500, 6)) for name in ("model", *BASELINES)}
    origins = np.arange("2014-01-01", "2023-01-01", 91, dtype="datetime64[D]")
    return Backtest(tuple(Forecast(origin, futures, rng.poisson(2, 6)) for origin in origins))


@pytest.mark.parametrize(
    ("make", "parts"),
    [
        (lambda: simulate(QUO, 20, 7), (*ENSEMBLE, "status-quo", "launch_days", "▁")),
        (lambda: simulate(QUO, 20, 7, keep="outcomes"), (*ENSEMBLE, "launch_days")),
        (comparison, (*ENSEMBLE, "difference", "launch_days")),
        (lambda: sweep(QUO, VARIED[:3], runs=20, seed=7), (*ENSEMBLE, "125 cells", "hotline")),
        (all_sensitivities, (*ENSEMBLE, "morris", "launch_days, by mu_star")),
        (lambda: all_sensitivities().influence["launch_days"], ("mu_star", "morris")),
        (discovery, ("launch_days above", "of 80 cells", "density")),
        (policies, (*ENSEMBLE, "3 policies", "largest_regret")),
        (lambda: policies().outcomes["confrontation_risk"], ("3 policies", "largest_regret")),
        (searched, (*ENSEMBLE, "Pareto front", "launch_days")),
        (lambda: searched().front, ("different policies tried", "launch_days")),
        (backtest, ("37 origins", "500 runs", "CRPS skill", *BASELINES)),
        (lambda: backtest().forecasts[0], ("2014-01-01", "model")),
    ],
)
def test_a_result_fits_a_screen_and_is_a_table_in_a_notebook(make, parts):
    result = make()
    text, html = repr(result), result._repr_html_()
    assert len(text) <= 1000
    assert max(map(len, text.splitlines())) <= 200
    for part in parts:
        assert part in text
    assert type(result).__name__ in html
    assert ("<table" in html) == (not isinstance(result, Forecast))


def test_a_study_and_its_store_fit_a_screen(tmp_path):
    cells = [Cell(QUO.with_levers(hotline=n / 40), 7, 20, {"hotline": n / 40}) for n in range(40)]
    store = Store(tmp_path / "study")
    assert "0 cells" in repr(store)
    for result in (run_study(cells, store), store):
        assert len(repr(result)) <= 1000
        for part in ("40 cells", "seed", "status-quo", engine_version()):
            assert part in repr(result)
        assert "<table" in result._repr_html_()


def test_text_in_a_result_is_no_markup():
    html = StudySummary(0, {"a cell": "<script>"}, 0.0)._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_bars_follow_the_values():
    assert draw_bars(np.array([1.0, 1.0])) == "▁▁"
    assert draw_bars(np.linspace(0, 1, 520))[::51] == "▁█"
