"""Judge mechanisms one by one by left-out years and by facts, and write docs/mechanisms.md.

python docs/mechanisms.py           five to ten minutes
python docs/mechanisms.py --print   print the page and write nothing
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from scenario_sim.data import states
from scenario_sim.data.parameters import PARAMETERS
from scenario_sim.data.states import MECHANISMS
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.engine import engine_version
from scenario_sim.validation.leave_one_year_out import RUNS, Trial, run_trial
from scenario_sim.validation.scores import mean_and_error
from scenario_sim.validation.stylised_facts import FACTS, FactEnsembles, measure_facts

FACT_RUNS = 500
PAGE = Path(__file__).with_name("mechanisms.md")
Edit = Callable[[Scenario], Scenario]
HEAD = """\
# Mechanisms, judged one by one

*Reference.* Written by `python docs/mechanisms.py`; every figure is computed (engine {engine}).

Each row changes one thing in the model and leaves all else, random draws included. Scores are those of left-out
years (`scenario-sim backtest --leave-one-year-out`; {years}, {runs:,} futures at each origin): the changed model
less the model as it stands, with half of a 95 % t interval over years. Above 0 the change makes them worse.
Facts are those of `scenario-sim facts`, of which the model as it stands meets {held} of {all}{failing}.

No mechanism stands or falls by a score that cannot tell it from its absence. Where the score is silent, a
mechanism stands by its sources, by the facts that fail without it, and by what it lets one ask. The scores see
launch days alone: votes, attacks, beliefs and classes of missiles enter by what they do to launches.

| change | CRPS | log score | facts that fail besides | facts mended | left-out years say |
|---|---|---|---|---|---|
"""


def with_coefficients(**values: float) -> Edit:
    """Return the edit that sets coefficients."""
    return lambda scenario: scenario.with_parameters(**values)


def at_bound(name: str, end: str) -> Edit:
    """Return the edit that sets a coefficient to its `low` or `high` bound."""
    return with_coefficients(**{name: float(getattr(PARAMETERS[name], end))})


@contextmanager
def states_without_parades() -> Iterator[Path]:
    """Yield a folder of the states in which North Korea holds no parade."""
    source = Path(states.__file__).parent
    with TemporaryDirectory() as folder:
        for file in source.glob("*.toml"):
            shutil.copy(file, folder)
        north = Path(folder, "dprk.toml")
        text = re.sub(
            r'\[\[action\]\]\nid = "parade"\n.*?(?=\[\[action\]\])',
            "",
            north.read_text("utf-8"),
            flags=re.S,
        )
        text = text.replace('[[channel]]\nid = "domestic"\nhold = "dprk_domestic_hold"\n\n', "")
        north.write_text(text, "utf-8")
        yield Path(folder)


def in_states(folder: Path) -> Edit:
    """Return the edit that takes the states of a folder."""
    return lambda scenario: Scenario.model_validate(scenario.as_dict() | {"states": str(folder)})


def without(name: str) -> Edit:
    """Return the edit that switches a mechanism off."""
    return lambda scenario: scenario.with_mechanisms_off(name)


def changes(no_parades: Path) -> dict[str, Edit]:
    """Return every change by its words."""
    told: dict[str, Edit] = {
        f"without `{name}`: {one.words[0].lower()}{one.words[1:].rstrip('.')}": without(name)
        for name, one in MECHANISMS.items()
    }
    return told | {
        "acts move beliefs (`beliefs` 1)": lambda scenario: scenario.with_levers(beliefs=1),
        "no parades: nothing is done for the audience at home": in_states(no_parades),
        "no new designs (`design_pace` 0)": lambda scenario: scenario.with_levers(design_pace=0),
        "the mix follows the drive less (`icbm_test_drive` at its low end)": at_bound(
            "icbm_test_drive", "low"
        ),
        "the mix follows the drive more (`icbm_test_drive` at its high end)": at_bound(
            "icbm_test_drive", "high"
        ),
        "no surges of the drive (`drive_surges` 0)": with_coefficients(drive_surges=0),
        "departures of the drive fade in 15 weeks": with_coefficients(drive_half_life=15),
        "departures of the drive fade in 150 weeks": with_coefficients(drive_half_life=150),
        "a test excites the next more (`testing_mood_excitation` 1.5)": with_coefficients(
            testing_mood_excitation=1.5
        ),
        "no winter rest (`testing_mood_winter` at its high end)": at_bound(
            "testing_mood_winter", "high"
        ),
        "a patron that listens spares no test (`testing_mood_patron` 0)": with_coefficients(
            testing_mood_patron=0
        ),
        "patrons give much cover (`cover_rivalry`, `cover_russia` .6)": with_coefficients(
            cover_rivalry=0.6, cover_russia=0.6
        ),
        "offers keep their worth (`offer_patron`, `offer_demand` 0)": with_coefficients(
            offer_patron=0, offer_demand=0
        ),
    }


def failing(edit: Edit = lambda scenario: scenario) -> set[str]:
    """Return the facts that fail, by their numbers."""
    return {
        one.fact.id
        for one in measure_facts(worlds=FactEnsembles(FACT_RUNS, 0, edit=edit))
        if not one.holds
    }


def gap(trial: Trial, other: Trial, rule: str) -> tuple[float, float]:
    """Return the mean difference of a score over years, and half of its interval."""
    mine, theirs = (np.array(one.by_year("model", rule)) for one in (trial, other))
    return mean_and_error(mine - theirs)


def verdict(value: float, error: float) -> str:
    """Say what the score tells of a change."""
    if abs(value) <= error:
        return "no better and no worse"
    return "**worse**" if value > 0 else "**better**"


def page(progress: Callable[[str], None] = lambda text: None) -> str:
    """Return the whole page."""
    judge = partial(run_trial, baselines=False)
    base, broken = judge(), failing()
    names = ", ".join(sorted(broken))
    text = HEAD.format(
        engine=engine_version(), years=f"{base.years[0]} to {base.years[-1]}", runs=RUNS, all=len(FACTS),
        held=len(FACTS) - len(broken), failing=f" (not {names})" if names else "",
    )  # fmt: skip
    with states_without_parades() as folder:
        for words, edit in changes(folder).items():
            progress(words)
            trial, fails = judge(edit), failing(edit)
            crps, log = gap(trial, base, "crps"), gap(trial, base, "log_score")
            cells = [
                words,
                *(f"{value:+.3f} ± {error:.3f}" for value, error in (crps, log)),
                *(", ".join(sorted(some)) or "none" for some in (fails - broken, broken - fails)),
                verdict(*crps),
            ]
            text += f"| {' | '.join(cells)} |\n"
    return text


if __name__ == "__main__":
    told = page(lambda text: print(text, file=sys.stderr))
    if "--print" in sys.argv[1:]:
        print(told)
    else:
        PAGE.write_text(told, encoding="utf-8")
