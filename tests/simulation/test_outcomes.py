"""Outcomes and their summaries, worked out a second time from the weeks or by hand."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from some_scenarios import scenario

from scenario_sim import compare, load_scenario, simulate
from scenario_sim.data.enums import Cause, Family
from scenario_sim.errors import NotRecordedError, ScenarioError
from scenario_sim.model.blackboard import NO_DECISION
from scenario_sim.model.kernel.run import padded
from scenario_sim.simulation import ensemble, outcomes
from scenario_sim.simulation.change_explanation import explain_change
from scenario_sim.simulation.comparison import MIN_DIFFERING_RUNS, Comparison
from scenario_sim.simulation.outcomes import (
    CAUSE_LABELS,
    OUTCOMES,
    SUMMARY_COLUMNS,
    count_causes,
    outcome_table,
    summarise_outcomes,
)
from scenario_sim.simulation.recording import Recording, recorded_rows
from scenario_sim.simulation.runner import NumpyRunner, runner_of
from scenario_sim.simulation.trajectory import provenance
from scenario_sim.simulation.what_if import what_if

WEEKS, RUNS = 60, 120


@pytest.fixture(scope="module")
def made():
    """Worlds of the shipped scenario."""
    return simulate(load_scenario("status-quo").with_weeks(WEEKS), RUNS, 5)


# --- an outcome is what its weeks say ------------------------------------------------------------------


def acts_of(made, which) -> np.ndarray:
    names = [name for name, (_, action) in made.weekly.cast.actions.items() if which(action)]
    return sum(made.weekly.did(name).sum(axis=0) for name in names)


SUMS = {
    "launch_days": "launch_days", "satellite_launches": "satellite", "new_weapons": "new_weapon",
    "resolutions": "resolution", "vetoes": "veto",
    "incidents": "incident", "revenue_musd": "revenue", "cyber_musd": "cyber_theft",
}  # fmt: skip
COUNTED = {
    "nuclear_tests": lambda a: "nuclear_test" in a.signals,
    "provocations": lambda a: a.family == Family.PROVOCATION,
    "sanctions": lambda a: a.family == Family.SANCTION,
    "exercises": lambda a: a.family == Family.EXERCISE,
    "diplomacy": lambda a: a.family == Family.DIPLOMACY and a.polarity > 0,
}


@pytest.mark.parametrize("name", SUMS)
def test_a_total_is_the_sum_of_its_weeks(made, name):
    np.testing.assert_allclose(
        made.outcomes[name], made.weekly[SUMS[name]].sum(axis=0, dtype=float), rtol=1e-5
    )


@pytest.mark.parametrize("name", COUNTED)
def test_acts_are_counted_by_what_they_are(made, name):
    assert np.array_equal(made.outcomes[name], acts_of(made, COUNTED[name]))


def test_means_and_last_values_are_those_of_the_weeks(made):
    for name in ("mean_tension", "civilian_pain"):
        row = made.weekly[name.removeprefix("mean_")]
        np.testing.assert_allclose(made.outcomes[name], row.mean(axis=0, dtype=float), rtol=1e-5)
    for name in ("icbm_stock", "reach"):
        np.testing.assert_allclose(made.outcomes[name], made.weekly[name][-1], rtol=1e-5)
    talks = (made.weekly["talks_stage"] >= 2).sum(axis=0)
    assert np.array_equal(made.outcomes["talks_weeks"], talks) and talks.any()


def test_the_risk_is_what_the_hazards_of_all_weeks_leave(made):
    hazards = [made.weekly[name].sum(axis=0, dtype=float) for name in outcomes.HAZARDS]
    np.testing.assert_allclose(
        made.outcomes["confrontation_risk"], 1 - np.exp(-sum(hazards)), rtol=1e-4
    )
    share = (hazards[2] + hazards[3]) / sum(hazards)
    np.testing.assert_allclose(made.outcomes["inadvertent_share"], share, rtol=1e-4)


def drawn(*weeks: tuple[int, Cause]) -> dict[str, np.ndarray]:
    """The measured rows of a world in which confrontation is drawn in these weeks."""
    rows = {name: np.array([value]) for name, value in outcomes.CONFRONTATION.start.items()}
    for number in range(12):
        causes_ = [cause for week, cause in weeks if week == number]
        week = SimpleNamespace(number=number)
        values = {
            "confrontation_drawn": np.array([float(bool(causes_))]),
            "confrontation_cause": np.array([float(causes_[0]) if causes_ else 0.0]),
        }
        rows = outcomes._first_confrontation(_Week(values, week.number), rows)
    return rows


class _Week:
    def __init__(self, values, number):
        self._values, self.number = values, number

    def __getitem__(self, name):
        return self._values[name]


def test_a_confrontation_is_the_first_that_was_drawn():
    first, second = (cause for cause in list(Cause)[1:3])
    rows = drawn((3, first), (7, second))
    assert outcomes._confronted(rows, 12.0) == [1]
    assert outcomes._confrontation_week(rows, 12.0) == [3]
    assert outcomes._confrontation_cause(rows, 12.0) == [float(first)]
    peak = rows | {"rung.peak": np.array([2.0])}
    assert outcomes._peak_rung(peak, 12.0) == [8]
    nothing = drawn()
    assert outcomes._confronted(nothing, 12.0) == [0]
    assert np.isnan(outcomes._confrontation_week(nothing, 12.0)).all()
    assert outcomes._peak_rung(nothing | {"rung.peak": np.array([2.0])}, 12.0) == [2]


def test_the_peak_is_the_highest_rung_of_any_act_or_of_tension(made):
    weekly = made.weekly
    highest = np.floor(weekly["tension"]).max(axis=0)
    for name, (_, action) in weekly.cast.actions.items():
        highest = np.maximum(highest, weekly.did(name).any(axis=0) * float(action.rung))
    highest[made.outcomes["confrontation"] == 1] = 8
    assert np.array_equal(made.outcomes["peak_rung"], highest)


def test_measures_bear_the_names_of_what_they_measure():
    """They are made when the module is loaded; here they are made again."""
    week = _Week({"tension": np.array([2.0])}, 0)
    action = SimpleNamespace(rung=3)
    week.cast = SimpleNamespace(actions={"a": (None, action), "b": (None, None)})
    week.did = lambda name: np.array([{"a": 1.0, "b": 10.0}[name]])
    for made_, start, grown, result in (
        (outcomes._total("tension"), {"tension.total": 0.0}, {"tension.total": [7.0]}, 7),
        (outcomes._mean("tension"), {"tension.total": 0.0}, {"tension.total": [7.0]}, 3.5),
        (outcomes._last("tension"), {"tension.last": 0.0}, {"tension.last": [2.0]}, 2),
        (outcomes._acts("n", lambda a: a is action), {"n.total": 0.0}, {"n.total": [6.0]}, 6),
    ):
        measure, worked_out = made_
        assert dict(measure.start) == start
        (name,) = start
        rows = measure.grow(week, {name: np.array([5.0])})
        assert rows == grown
        assert worked_out(rows, 2.0) == result


# --- over runs -------------------------------------------------------------------------------------------


def test_a_summary_is_the_mean_and_percentiles_over_runs(made):
    table = summarise_outcomes(made.outcomes)
    assert table.index.name == "outcome" and tuple(table.columns) == SUMMARY_COLUMNS
    assert list(table.index) == [o.name for o in OUTCOMES if not o.category]
    for name in ("launch_days", "mean_tension", "confrontation_risk"):
        values, row = made.outcomes[name].to_numpy(float), table.loc[name]
        assert row["mean"] == pytest.approx(values.mean())
        assert row["mcse"] == pytest.approx(values.std(ddof=1) / np.sqrt(RUNS))
        assert row["p5_low"] <= row["p5"] <= row["p5_high"] <= row["p95_high"]
        assert row["p5"] <= np.median(values) <= row["p95"]
        assert row["p95_low"] <= row["p95"] <= row["p95_high"]
    weight = -np.log1p(-made.outcomes["confrontation_risk"])
    weighted = np.average(made.outcomes["inadvertent_share"], weights=weight)
    assert table.loc["inadvertent_share", "mean"] == pytest.approx(weighted)
    pull = weight / weight.mean() * (made.outcomes["inadvertent_share"] - weighted)
    error = pull.std(ddof=1) / np.sqrt(RUNS)
    assert table.loc["inadvertent_share", "mcse"] == pytest.approx(error)


def test_a_summary_leaves_runs_out_that_lack_an_outcome(made):
    some = made.outcomes.copy()
    some["cycle_weeks"] = [np.nan] * (RUNS - 2) + [4.0, 8.0]
    some["confrontation_week"] = np.nan
    table = summarise_outcomes(some)
    assert table.loc["cycle_weeks", "mean"] == 6
    assert table.loc["cycle_weeks", "mcse"] == pytest.approx(np.std([4, 8], ddof=1) / np.sqrt(2))
    assert table.loc["confrontation_week"].isna().all()


def test_causes_are_counted_by_their_labels():
    codes = np.array([0, 1, 1, 3])
    columns = {outcome.name: np.zeros(4) for outcome in OUTCOMES} | {"confrontation_cause": codes}
    table = outcome_table(columns)
    assert table["confrontation_cause"].isna().tolist() == [True, False, False, False]
    assert count_causes(table) == {
        name: n for name, n in zip(CAUSE_LABELS, [2, 0, 1, 0], strict=True)
    }


# --- a policy beside its baseline -------------------------------------------------------------------------


def sides(base: dict, other: dict) -> Comparison:
    """A comparison of outcomes made by hand; all others are 0, but for a risk that can be weighed."""

    def table(given: dict) -> SimpleNamespace:
        n = len(next(iter(given.values())))
        columns = {outcome.name: np.zeros(n) for outcome in OUTCOMES}
        columns |= {"confrontation_risk": np.full(n, 0.5)} | given
        made = outcome_table({k: np.array(v) for k, v in columns.items()})
        return SimpleNamespace(outcomes=made, scenario=load_scenario("status-quo"))

    return Comparison(table(base), table(other))


def test_a_difference_is_paired_run_by_run():
    both = sides({"launch_days": [1.0, 2, 3, 4]}, {"launch_days": [1.0, 4, 5, 4]})
    row = both.row("launch_days")
    error = np.std([0, 2, 2, 0], ddof=1) / 2
    assert (row["baseline"], row["policy"], row["difference"]) == (2.5, 3.5, 1)
    assert row["low"] == pytest.approx(1 - 1.959964 * error)
    assert row["high"] == pytest.approx(1 + 1.959964 * error)
    assert row["share_of_runs_changed"] == 0.5
    assert both.changed("launch_days") == 2 and both.changed("icbm_tests") == 0
    assert both.changes_anything and both.runs_changed["launch_days"] == 2
    assert both.runs_changed.index.name == both.table.index.name == "outcome"
    assert both.table.loc["launch_days", "difference"] == 1


def test_a_run_that_lacks_an_outcome_on_one_side_differs_and_has_no_part_in_the_means():
    nan = np.nan
    both = sides({"cycle_weeks": [1.0, nan, nan, 4]}, {"cycle_weeks": [3.0, 5, nan, 4]})
    row = both.row("cycle_weeks")
    assert (row["baseline"], row["policy"], row["difference"]) == (2.5, 3.5, 1)
    assert both.changed("cycle_weeks") == 2
    nothing = sides({"cycle_weeks": [nan, nan]}, {"cycle_weeks": [1.0, nan]}).row("cycle_weeks")
    assert nothing["share_of_runs_changed"] == 0.5
    assert set(nothing) == set(row)
    assert all(np.isnan(nothing[k]) for k in ("baseline", "policy", "difference", "low", "high"))


def test_a_category_tells_only_how_many_runs_changed():
    row = sides({"confrontation_cause": [0, 1, 2]}, {"confrontation_cause": [0, 2, 2]}).row(
        "confrontation_cause"
    )
    assert row.pop("share_of_runs_changed") == pytest.approx(1 / 3)
    assert len(row) == 5 and all(map(np.isnan, row.values()))


@pytest.mark.parametrize(
    ("changed", "can"), [(MIN_DIFFERING_RUNS - 1, False), (MIN_DIFFERING_RUNS, True)]
)
def test_ten_changed_futures_are_enough_to_tell(changed, can):
    runs = 30
    both = sides(
        {"launch_days": [0.0] * runs}, {"launch_days": [1.0] * changed + [0.0] * (runs - changed)}
    )
    assert both.can_tell("launch_days") == can
    assert not sides({"launch_days": [1.0]}, {"launch_days": [1.0]}).changes_anything


# --- what cannot be, and what is told -----------------------------------------------------------------------


def test_worlds_that_cannot_be_paired_are_refused_each_reason_named():
    one = load_scenario("status-quo").with_weeks(4)
    other = scenario(weeks=6, start="2027-03-01")
    with pytest.raises(ScenarioError, match="these scenarios cannot be compared") as error:
        compare(one, other, 2)
    told = {str(problem) for problem in error.value.problems}
    assert "weeks: 6 here, 4 there; futures are compared week by week, so make them equal" in told
    assert any(line.startswith(f"start: 2027-03-01 here, {one.start} there; ") for line in told)
    assert len(told) == 2


def test_worlds_of_other_states_are_compared_by_outcomes_and_not_week_by_week(tmp_path):
    (tmp_path / "overlay.toml").write_text('without = ["Japan"]', "utf-8")
    one = load_scenario("status-quo").with_weeks(26)
    fewer = type(one).model_validate(one.as_dict() | {"states": str(tmp_path)})
    assert compare(one, fewer, 20).changed("exercises") > 0
    for refusal in (what_if, explain_change):
        with pytest.raises(ScenarioError, match="states: the two scenarios have different states"):
            refusal(one, fewer)


def test_weeks_by_a_name_that_is_none_are_refused_with_those_that_are():
    with pytest.raises(ScenarioError, match="these weeks cannot be kept") as error:
        simulate(scenario(weeks=2), 2, keep=["tension", "moods", "fears"])
    (problem,) = map(str, error.value.problems)
    assert problem.startswith("keep: fears, moods is not recorded; recorded are ")
    assert "tension, " in problem
    kept = simulate(scenario(weeks=2), 2, keep=["trust", "tension"])
    assert set(kept.weekly.names) == {"tension", "trust"}


def test_more_outcomes_than_memory_holds_are_refused_with_the_most():
    most = ensemble.MAX_OUTCOME_BYTES // (8 * (len(OUTCOMES) + 1))
    ensemble.check_runs_fit(most)
    ensemble.check_runs_fit(most // 2, 2)
    with pytest.raises(ScenarioError, match="these runs cannot be made") as error:
        ensemble.check_runs_fit(most + 1)
    assert [str(p) for p in error.value.problems] == [
        f"runs: {most + 1:,} do not fit into memory; ask for at most {most:,}, or for run ids in parts"
    ]
    with pytest.raises(ScenarioError, match=f"at most {most // 2:,}, or"):
        ensemble.check_runs_fit(most, 2)


def test_usual_runs_and_seeds_are_a_thousand_and_zero():
    short = scenario(weeks=1)
    for usual in (
        simulate(short, keep="outcomes"),
        compare(short, short, keep="outcomes").baseline,
    ):
        assert usual.runs.tolist() == list(range(1000)) and usual.seed == 0
        again = simulate(short, 1000, 0, keep="outcomes")
        pd.testing.assert_frame_equal(usual.outcomes, again.outcomes)


def test_one_job_works_in_the_calling_thread(monkeypatch):
    seen, make = set(), ensemble._Work._make

    def noted(self, chunk):
        seen.add(threading.current_thread().name)
        return make(self, chunk)

    monkeypatch.setattr(ensemble._Work, "_make", noted)
    monkeypatch.setattr(ensemble, "MAX_CHUNK_RUN_WEEKS", 64)
    simulate(scenario(weeks=2), 100, jobs=1)
    assert seen == {threading.current_thread().name}
    simulate(scenario(weeks=2), 100, jobs=2)
    assert len(seen) > 1


def test_what_is_told_of_a_world_makes_it_again(made):
    said = made.provenance
    assert set(said) == {"scenario", "hash", "seed", "runs", "weeks", "engine"}
    assert (said["seed"], said["runs"], said["weeks"]) == (5, RUNS, WEEKS)
    assert said["hash"] == made.scenario.hash and said["engine"] == made.engine
    assert said == provenance(made.scenario, 5, RUNS)
    assert said["scenario"] == made.scenario.name


# --- recordings --------------------------------------------------------------------------------------------


def test_a_recording_takes_the_bytes_it_says(made):
    cast = made.weekly.cast
    room = Recording.empty(cast, 3, 5)
    assert room.table.nbytes + room.acts.nbytes == 15 * Recording.bytes_per_run_week(cast)
    assert room.runs == 5 and room.names == tuple(recorded_rows(cast))


def test_some_runs_are_those_runs(made):
    places = np.array([7, 3, 20])
    some = made.some(places)
    assert some.runs.tolist() == places.tolist()
    assert np.array_equal(some.weekly["tension"], made.weekly["tension"][:, places])
    assert np.array_equal(some.weekly.acts, made.weekly.acts[:, :, places])
    assert some.outcomes.index.tolist() == places.tolist()
    with pytest.raises(NotRecordedError, match="the weeks of these 2 runs were not kept"):
        simulate(scenario(weeks=2), 2, keep="outcomes").some(np.array([0]))


def test_a_block_is_taken_over_from_a_run_on():
    cast = load_scenario("status-quo").cast
    into, block = Recording.empty(cast, 2, 6), Recording.empty(cast, 2, 2)
    block.table[:], block.acts[:] = 3.0, 4
    into.take(block, 1)
    assert (into.table[:, :, 1:3] == 3).all() and (into.acts[:, :, 1:3] == 4).all()
    assert into.table.sum() == block.table.sum() and into.acts.sum() == block.acts.sum()


def test_a_dataset_holds_the_weeks_by_run_week_state_and_channel(made):
    data, weekly = made.dataset, made.weekly
    assert data["tension"].dims == ("run", "week")
    assert np.array_equal(data["tension"], weekly["tension"].T)
    cast = weekly.cast
    for state in cast.perceivers:
        threat = data["threat_perception"].sel(state=state.code)
        assert np.array_equal(threat, weekly[f"{state.code}.threat"].T)
    silent = set(cast.codes) - {state.code for state in cast.perceivers}
    assert all(np.isnan(data["threat_perception"].sel(state=code)).all() for code in silent)
    held = set(cast.channels)
    for n, (code, channel) in enumerate(cast.channels):
        found = data["acts"].sel(state=code, channel=channel.value)
        assert np.array_equal(found, weekly.acts[n].T)
    for code in cast.codes:
        for channel in data["channel"].values:
            if (code, channel) not in {(c, ch.value) for c, ch in held}:
                assert (data["acts"].sel(state=code, channel=channel) == NO_DECISION).all()
    names = data["acts"].attrs["flag_meanings"].split()
    assert names == ["hold", *cast.actions]
    assert data["acts"].attrs["flag_values"] == list(range(len(names)))
    assert data["tension"].attrs["long_name"] and data["tension"].attrs["units"]
    assert data["date"].values[1] - data["date"].values[0] == np.timedelta64(7, "D")
    assert data["week"].values.tolist() == list(range(WEEKS))
    assert data["date"].values[0] == np.datetime64(made.scenario.start)
    assert data.attrs == made.provenance


# --- NumPy and machine code ---------------------------------------------------------------------------------


def test_thoughts_are_the_same_in_numpy_and_compiled():
    plan = load_scenario("status-quo").with_weeks(12)
    found = []
    for runner in (runner_of(plan), NumpyRunner(plan)):
        into = Recording.empty(plan.cast, 12, padded(1))
        block = runner.thoughts(5, 3, into)
        found.append((block, into["tension"][:, 0], into.acts[:, :, 0]))
    (compiled, tension, acts), (plain, tension_too, acts_too) = found
    assert compiled.shape == plain.shape and np.array_equal(acts, acts_too)
    np.testing.assert_allclose(tension, tension_too, rtol=1e-5)
    told = np.any(compiled != 0, axis=1)
    assert told.sum() > 100
    np.testing.assert_allclose(compiled[told], plain[told], rtol=1e-6, atol=1e-9)
    alone = simulate(plan, [3], 5).weekly
    assert np.array_equal(alone["tension"][:, 0], tension)
