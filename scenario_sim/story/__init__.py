"""One world told in sentences: who did what, on which rung, what moved, and why it was chosen.

A story is a pure function of (scenario, seed, run). Its facts are those of the trajectory of that
run; the terms behind an act are read off the states between their deciding and their acting.
"""

from __future__ import annotations

from dataclasses import dataclass

from scenario_sim.model import EscalationModel
from scenario_sim.outcomes import measure
from scenario_sim.scenario import Scenario
from scenario_sim.story.entry import Entry, Why
from scenario_sim.story.reasons import Reasons, deliberations
from scenario_sim.story.summary import summary
from scenario_sim.story.teller import LEFT_OUT, Teller
from scenario_sim.story.words import percent, risk_in_words
from scenario_sim.trajectory import Recorder, Recording

__all__ = ["Entry", "Story", "Why", "percent", "risk_in_words", "tell"]


@dataclass(frozen=True)
class Story:
    """One world, told. `outcomes` are its outcomes by name, None where it has none; `left_out`
    says what is not told, and is empty where everything is."""

    scenario: Scenario
    seed: int
    run: int
    entries: tuple[Entry, ...]
    outcomes: dict[str, float | str | None]
    summary: str
    left_out: str = ""


def tell(
    scenario: Scenario, seed: int = 0, run: int = 0, *, why: bool = False, everything: bool = False
) -> Story:
    """The story of one run.

    why: with the terms that decided each act. everything: with words, offers, support and small
    thefts, which are left out otherwise because they would bury the rest.
    Raises ScenarioError for a seed or run that cannot be.
    """
    recording, reasons = _play(scenario, seed, run, why)
    teller = Teller(scenario, recording, reasons, everything)
    entries = tuple(entry for week in range(scenario.weeks) for entry in teller.week(week))
    row = measure(recording).iloc[0]
    outcomes = {
        name: None if value != value else value if isinstance(value, str) else float(value)
        for name, value in row.items()
    }
    return Story(
        scenario=scenario,
        seed=seed,
        run=run,
        entries=entries,
        outcomes=outcomes,
        summary=summary(scenario, seed, run, outcomes),
        left_out="" if everything else LEFT_OUT,
    )


def _play(scenario: Scenario, seed: int, run: int, why: bool) -> tuple[Recording, Reasons]:
    """The world once more, with what each state thought."""
    model = EscalationModel(given=scenario, runs=[run], rng=seed)
    recording = Recording.empty(model.cast, model.weeks, 1)
    recorder = Recorder(model, [recording])
    reasons: Reasons = {}
    for week in range(model.weeks):
        model.deliberate()
        if why:
            reasons |= {(week, *act): thought for act, thought in deliberations(model)}
        model.settle()
        recorder.record()
    return recording, reasons
