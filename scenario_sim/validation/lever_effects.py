"""Measure what each lever moves within two years, and say where that is little.

`python -m scenario_sim.validation.lever_effects` measures and writes `lever_effects.json`, which the
cards of the levers read. Each lever goes from one end to the other at the status quo, on the same
random draws.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.language import localise_number, translate, translate_constants
from scenario_sim.scenario.files import load_scenario
from scenario_sim.simulation.engine import engine_version
from scenario_sim.simulation.ensemble import simulate

RUNS = 1000
LITTLE = 0.05  # of the mean, from end to end of the lever
MEASURED = {
    "launch_days": "launch days",
    "confrontation_risk": "the risk of confrontation",
    "revenue_musd": "North Korea's income",
}
DECISIVE = ("launch_days", "confrontation_risk")  # both have to move little
FILE = "lever_effects.json"


def measure_effects(runs: int = RUNS, seed: int = 0) -> dict[str, dict[str, float]]:
    """Return the relative change of each outcome's mean from a lever's low end to its high end.

    Returns
    -------
    dict of str to dict of str to float
        Outcome to change as a share, by lever.
    """
    quo = load_scenario("status-quo")
    found = {}
    for name, lever in SETTINGS.items():
        low, high = (
            simulate(quo.with_levers(**{name: end}), runs, seed, keep="outcomes").outcomes
            for end in (lever.low, lever.high)
        )
        found[name] = {
            outcome: round(float(high[outcome].mean() / low[outcome].mean() - 1), 3)
            for outcome in MEASURED
        }
    return found


@cache
def kept_effects() -> dict[str, dict[str, float]]:
    """Return the effects that were measured last."""
    text = files(__package__).joinpath(FILE).read_text("utf-8")
    effects: dict[str, dict[str, float]] = json.loads(text)["effects"]
    return effects


def moves_little(name: str) -> str:
    """Say that a lever moves little within two years, with the measured changes; "" otherwise."""
    effects = kept_effects().get(name)
    if effects is None or any(abs(effects[outcome]) >= LITTLE for outcome in DECISIVE):
        return ""
    changes = ", ".join(
        translate("{outcome} {change}").format(
            outcome=translate(words), change=_change(effects[outcome])
        )
        for outcome, words in MEASURED.items()
    )
    return translate(
        "Moves tests and risk little within two years. From end to end: {changes}."
    ).format(changes=changes)


def _change(share: float) -> str:
    """Return a change in per cent, or that it is under one."""
    if abs(share) < 0.01:
        return translate("under {percent}").format(percent="1 %")
    return localise_number(f"{100 * share:+.0f}".replace("-", "−")) + " %"


translate_constants(__name__, "MEASURED")

if __name__ == "__main__":
    effects_now = measure_effects()
    kept = {"engine": engine_version(), "runs": RUNS, "effects": effects_now}
    Path(__file__).with_name(FILE).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    for lever_name, changes_now in effects_now.items():
        print(f"{lever_name}: {moves_little(lever_name) or changes_now}")
