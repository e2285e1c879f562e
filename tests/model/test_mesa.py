"""The model is a Mesa model like any other: Mesa's own tools run it unchanged."""

from __future__ import annotations

import gc
import multiprocessing
import weakref

import mesa
import numpy as np
import pytest
from mesa.batchrunner import batch_run

from scenario_sim import EscalationModel, Scenario, load_scenario, replay
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import ScenarioError, UnknownNameError
from scenario_sim.model.agents import StateAgent
from scenario_sim.model.mesa_parameters import slider_parameters

SIX = ["DPRK", "USA", "ROK", "Japan", "China", "Russia"]


@pytest.fixture
def short() -> Scenario:
    return load_scenario("status-quo").with_weeks(6)


# --- a model -----------------------------------------------------------------------------------------


def test_the_agents_of_the_model_are_the_six_states(short):
    model = EscalationModel(short, runs=3, rng=7)
    assert isinstance(model, mesa.Model)
    assert [agent.code for agent in model.agents] == SIX
    assert all(type(agent) is StateAgent for agent in model.agents)
    assert list(model.agents_by_type[StateAgent]) == list(model.states)
    assert len({agent.unique_id for agent in model.agents}) == 6
    (leading,) = model.agents.select(lambda agent: agent.spec.role == "leading_ally")
    assert leading.code == "USA"


def test_a_model_takes_a_scenario_a_shipped_name_or_a_path(short, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('extends = "status-quo"\nweeks = 6\n', encoding="utf-8")
    models = [EscalationModel(given, rng=7) for given in (short, "status-quo", path, str(path))]
    for model in models:
        model.step()
        assert np.array_equal(model.board.block, models[0].board.block)
    assert EscalationModel().given == "status-quo", "the one that needs no choice"


def test_a_model_runs_to_the_end_of_its_scenario_and_no_further(short):
    model = EscalationModel(short, runs=3, rng=7)
    assert model.running and model.week == 0
    for week in range(1, 7):
        assert model.running
        model.step()
        assert model.week == week
    assert not model.running
    end = model.board.block.copy()
    model.step()
    assert (model.week, model.running) == (6, False)
    assert np.array_equal(model.board.block, end), "a step past the end does nothing"


def test_mesas_own_loop_makes_the_world_that_replay_makes(short):
    model = EscalationModel(short, rng=7)
    model.run_model()
    last = replay(short, seed=7).weekly
    assert np.float32(model.board.tension[0]) == last["tension"][-1, 0]
    assert np.array_equal(model.acts()[:, 0], last.acts[:, -1, 0])


def test_a_finished_model_is_freed(short):
    model = EscalationModel(short, runs=3, rng=7)
    model.run_model()
    gone = [weakref.ref(thing) for thing in (model, model.board, *model.agents)]
    del model
    gc.collect()
    assert not any(thing() for thing in gone)


def test_what_mesa_hands_over_for_luck_is_taken(short):
    """Mesa's tools pass a Generator or a SeedSequence where a person passes a number."""
    for rng in (np.random.default_rng(5), np.random.SeedSequence(5), np.int64(5), None):
        model = EscalationModel(short, rng=rng)
        model.step()
        assert model.week == 1


# --- batch_run ---------------------------------------------------------------------------------------


@pytest.fixture
def own_start_method():
    """`batch_run` sets the start method of processes for everybody: set it back."""
    before = multiprocessing.get_start_method(allow_none=True)
    yield
    multiprocessing.set_start_method(before, force=True)


def test_batch_run_runs_the_model(short, own_start_method):
    rows = batch_run(
        EscalationModel,
        parameters={"given": "status-quo"},
        rng=[7, 8],
        max_steps=6,
        number_processes=1,
        display_progress=False,
    )
    assert [row["code"] for row in rows] == SIX * 2
    for seed in (7, 8):
        told = {np.float32(row["tension"]) for row in rows if row["rng"] == seed}
        assert told == {replay(short, seed=seed).weekly["tension"][-1, 0]}


def test_batch_run_sweeps_scenarios_by_name(own_start_method):
    names = ["status-quo", "freeze-for-freeze"]
    rows = batch_run(
        EscalationModel,
        parameters={"given": names, "runs": 1},
        number_processes=1,
        data_collection_period=1,
        max_steps=3,
        display_progress=False,
    )
    assert [row["given"] for row in rows if row["code"] == "DPRK"] == [
        n for n in names for _ in "123"
    ]


def test_levers_hypotheses_and_coefficients_are_factors_of_batch_run(short, own_start_method):
    rows = batch_run(
        EscalationModel,
        parameters={
            "given": "status-quo", "engagement": [0.1, 0.9], "exercise_sensitivity": 2.0,
            "alarm_rate": 0.12,
        },
        rng=[7],
        max_steps=6,
        number_processes=1,
        display_progress=False,
    )  # fmt: skip
    for engagement in (0.1, 0.9):
        wanted = short.with_levers(engagement=engagement, exercise_sensitivity=2.0)
        wanted = wanted.with_parameters(alarm_rate=0.12)
        told = {np.float32(row["tension"]) for row in rows if row["engagement"] == engagement}
        assert told == {replay(wanted, seed=7).weekly["tension"][-1, 0]}


def test_a_factor_that_is_none_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean `hotline`"):
        EscalationModel("status-quo", hotlin=1)
    with pytest.raises(ScenarioError, match="hotline"):
        EscalationModel("status-quo", hotline=7)


# --- SolaraViz ---------------------------------------------------------------------------------------


def test_solaraviz_draws_the_model_and_steps_it(short):
    """Mesa's page needs Altair and Matplotlib to be imported at all; ours needs neither."""
    import ipyvuetify
    import matplotlib

    matplotlib.use("agg")
    import solara
    from mesa.visualization import SolaraViz, make_plot_component

    drawn = []

    def weeks_gone(model):
        drawn.append(model.week)
        return solara.Markdown(f"Week {model.week}, tension {model.board.tension[0]:.1f}")

    model = EscalationModel(short, rng=7)
    components = [make_plot_component("tension"), weeks_gone]

    @solara.component
    def Page():
        with solara.AppLayout():  # holds the sidebar, where Mesa puts its buttons
            SolaraViz(model, components=components, model_params={"given": short})

    _, rendered = solara.render(Page(), handle_error=False)

    def button(label):
        return rendered.find(ipyvuetify.Btn, children=[label]).widget

    assert drawn and drawn[-1] == 0
    for _ in range(6):
        assert not button("Step").disabled and not button("▶").disabled
        button("Step").click()
    assert model.week == drawn[-1] == 6
    assert button("Step").disabled and button("▶").disabled, "the scenario is over"
    button("Reset").click()
    assert drawn[-1] == 0 and model.week == 6, "a new model, from the start"
    rendered.close()


def test_sliders_of_solaraviz_move_levers(short):
    """A slider makes the model anew, with the lever where it was put."""
    import ipyvuetify
    import matplotlib

    matplotlib.use("agg")
    import solara
    from mesa.visualization import SolaraViz

    drawn = []

    def lever(model):
        drawn.append(model.description.levers.hotline)
        return solara.Markdown(f"{drawn[-1]}")

    @solara.component
    def Page():
        with solara.AppLayout():
            SolaraViz(
                EscalationModel(short, rng=7),
                components=[lever],
                model_params={"given": short, **slider_parameters("hotline", given=short)},
            )

    _, rendered = solara.render(Page(), handle_error=False)
    assert drawn[-1] == short.levers.hotline
    slider = rendered.find(ipyvuetify.Slider, label="Hotline").widget
    assert (slider.min, slider.max) == (SETTINGS["hotline"].low, SETTINGS["hotline"].high)
    slider.v_model = 0.9
    rendered.find(ipyvuetify.Btn, children=["Reset"]).widget.click()
    assert drawn[-1] == 0.9
    rendered.close()


def test_every_lever_has_a_slider_with_its_limits_and_the_scenarios_value(short):
    sliders = slider_parameters(given=short)
    assert set(sliders) == set(type(short.levers).model_fields)
    for name, slider in sliders.items():
        assert (slider["min"], slider["max"]) == (SETTINGS[name].low, SETTINGS[name].high)
        assert slider["value"] == short.settings()[name]
