"""Results as plain data, for --json. Names are the codebook's."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from scenario_sim.engine import engine_version
from scenario_sim.outcomes import OUTCOMES, causes
from scenario_sim.trajectory import provenance

if TYPE_CHECKING:  # what was kept is told without loading the model
    from scenario_sim.cli.answers import Answer
    from scenario_sim.comparison import Comparison
    from scenario_sim.scenario import Scenario
    from scenario_sim.story import Entry, Story
    from scenario_sim.whatif import Effect, Parting, Shift
    from scenario_sim.world import Act


def run_summary(scenario: Scenario, seed: int, answer: Answer) -> dict[str, Any]:
    """One scenario: mean, 5th and 95th percentile and Monte-Carlo error of each outcome; the week
    over the runs that had one, the cause as counts."""
    return provenance(scenario, seed, answer.runs) | {"outcomes": answer.outcomes}


def comparison_summary(comparison: Comparison) -> dict[str, Any]:
    """Two scenarios: for each outcome both means, their paired difference and its 95 % interval,
    how many futures differ, and whether that is enough to tell."""
    sides = {"baseline": comparison.baseline, "policy": comparison.policy}
    roads = {side: causes(trajectory.outcomes) for side, trajectory in sides.items()}
    changed = comparison.runs_changed
    outcomes = {}
    for outcome in OUTCOMES:
        row = comparison.table.loc[outcome.name].astype(float).to_dict()
        if outcome.category:
            row = roads | {"share_of_runs_changed": row["share_of_runs_changed"]}
        outcomes[outcome.name] = row | {
            "runs_changed": int(changed[outcome.name]),
            "can_tell": comparison.can_tell(outcome.name),
        }
    made = {side: trajectory.provenance for side, trajectory in sides.items()}
    shared = {key: made["baseline"][key] for key in ("seed", "runs", "weeks", "engine")}
    named = {s: {key: made[s][key] for key in ("scenario", "hash")} for s in sides}
    return named | shared | {"outcomes": outcomes}


def story_summary(story: Story) -> dict[str, Any]:
    """One future: its entries in order, its outcomes, and the paragraph that closes it."""
    world, scenario = story.world, story.world.scenario
    return {
        "scenario": scenario.name or scenario.title,
        "hash": scenario.hash,
        "seed": world.seed,
        "run": world.run,
        "weeks": scenario.weeks,
        "engine": engine_version(),
        "entries": [_entry(entry) for entry in story.entries],
        "outcomes": story.outcomes,
        "summary": story.summary,
        "left_out": story.left_out,
    }


def whatif_summary(parting: Parting, effect: Effect, shift: Shift) -> dict[str, Any]:
    """One act less: where the worlds part, what changes hands, the shift of tension over many."""
    before, after = parting.before, parting.after
    return {
        "scenario": before.scenario.name or before.scenario.title,
        "hash": before.scenario.hash,
        "seed": before.seed,
        "run": before.run,
        "engine": engine_version(),
        "act": _act(effect.act),
        "other": effect.other,
        "parts": parting.week,
        "lost": [_act(act) for act in parting.lost],
        "gained": [_act(act) for act in parting.gained],
        "outcomes": {
            n: {"before": v, "after": after.outcomes[n]} for n, v in before.outcomes.items()
        },
        "shift": asdict(shift) | {"date": shift.date.isoformat()},
    }


def _act(act: Act) -> dict[str, Any]:
    return asdict(act) | {"date": act.date.isoformat(), "rung": int(act.rung)}


def _entry(entry: Entry) -> dict[str, Any]:
    data = {
        "week": entry.week,
        "date": entry.date.isoformat(),
        "state": entry.state,
        "action": entry.action,
        "family": entry.family,
        "rung": None if entry.rung is None else int(entry.rung),
        "sentence": entry.sentence,
        "moved": list(entry.moved),
        "tension": list(entry.tension),
        "weeks": entry.weeks,
    }
    if entry.why is None:
        return data
    terms = [{"words": r.words, "weight": r.weight} for r in entry.why.reasons]
    why = {"terms": terms, "chance": entry.why.chance, "forced": entry.why.forced}
    return data | {"why": why}
