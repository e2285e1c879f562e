"""Levers and coefficients as parameters of the Mesa model: for `mesa.batch_run` and for sliders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenario_sim.data.parameters import LEVERS, SETTINGS
from scenario_sim.errors import UnknownNameError
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import as_scenario

STEPS = 40  # of a slider, from one end to the other


def with_settings(scenario: Scenario, settings: Mapping[str, float]) -> Scenario:
    """Return the scenario with levers and coefficients set for all weeks.

    Parameters
    ----------
    scenario : Scenario
        Scenario to change; its later changes of these levers are dropped.
    settings : mapping of str to float
        Levers, hypotheses, circumstances and coefficients by name.

    Raises
    ------
    UnknownNameError
        There is no such setting.
    ScenarioError
        A value is out of range.

    Examples
    --------
    >>> from scenario_sim import load_scenario
    >>> made = with_settings(load_scenario("status-quo"), {"hotline": 0.9, "alarm_rate": 0.12})
    >>> made.levers.hotline, made.parameters["alarm_rate"]
    (0.9, 0.12)
    """
    known = scenario.cast.parameters
    for name in settings:
        if name not in SETTINGS and name not in known:
            raise UnknownNameError("lever or coefficient", name, (*SETTINGS, *known))
    levers = {name: value for name, value in settings.items() if name in SETTINGS}
    coefficients = {name: value for name, value in settings.items() if name not in SETTINGS}
    scenario = scenario.with_levers(**levers) if levers else scenario
    return scenario.with_parameters(**coefficients) if coefficients else scenario


def slider_parameters(
    *names: str, given: Scenario | Path | str = "status-quo"
) -> dict[str, dict[str, Any]]:
    """Return `model_params` of SolaraViz: a slider for each setting, at the scenario's own value.

    Parameters
    ----------
    *names : str
        Levers, hypotheses and circumstances; all levers if none is named.
    given : Scenario, Path or str
        Scenario whose values the sliders begin with.

    Raises
    ------
    UnknownNameError
        There is no such setting.

    Examples
    --------
    >>> slider_parameters("hotline")["hotline"]["label"]
    'Hotline'
    """
    values = as_scenario(given).settings()
    sliders: dict[str, dict[str, Any]] = {}
    for name in names or (lever.name for lever in LEVERS):
        if name not in SETTINGS:
            raise UnknownNameError("lever", name, SETTINGS)
        lever = SETTINGS[name]
        low, high = float(lever.low), float(lever.high)
        sliders[name] = {
            "type": "SliderFloat", "label": lever.label, "value": float(values[name]),
            "min": low, "max": high, "step": (high - low) / STEPS,
        }  # fmt: skip
    return sliders
