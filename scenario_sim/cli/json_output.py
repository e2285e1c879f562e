"""Results as plain data for --json; names are those of the codebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from scenario_sim.scenario.dates import week_start
from scenario_sim.simulation.engine import engine_version
from scenario_sim.simulation.outcomes import count_causes, outcomes_of
from scenario_sim.simulation.trajectory import provenance

if TYPE_CHECKING:  # a saved summary is printed without loading the model
    from scenario_sim.cli.batch_summary import ScenarioSummary
    from scenario_sim.reporting.charts import TheoryComparison
    from scenario_sim.reporting.narrative import Cycle, Entry, Explanation, Narrative
    from scenario_sim.reporting.outcome_table import OutcomeRow
    from scenario_sim.scenario import Scenario
    from scenario_sim.simulation.comparison import Comparison
    from scenario_sim.simulation.single_run import Act, SingleRun
    from scenario_sim.simulation.trajectory import Trajectory
    from scenario_sim.simulation.what_if import ActEffect, Counterfactual, WeekDifference
    from scenario_sim.validation.calibration.paired_predictive import PairedPredictive


SHARED_KEYS = ("seed", "runs", "weeks", "engine", "plugins")  # of both sides of a comparison


def run_summary(scenario: Scenario, seed: int, summary: ScenarioSummary) -> dict[str, Any]:
    """Return mean, 5th and 95th percentile and Monte-Carlo error of each outcome of a scenario.

    The week of a confrontation counts only runs that have one; causes are numbers of runs.
    """
    data = provenance(scenario, seed, summary.runs) | {"outcomes": summary.outcomes}
    return data | ({"precision": summary.precision} if summary.precision else {})


def comparison_summary(comparison: Comparison) -> dict[str, Any]:
    """Return both means of each outcome, their paired difference and its 95 % interval.

    `runs_changed` counts the futures that differ; `can_tell` is true where these are enough.
    """
    from scenario_sim.reporting.outcome_table import comparison_rows

    sides = {"baseline": comparison.baseline, "policy": comparison.policy}
    outcomes = {row.name: _comparison_row(row, sides) for row in comparison_rows(comparison)}
    sources = {side: futures.provenance for side, futures in sides.items()}
    keys = [key for key in SHARED_KEYS if key in sources["baseline"]]
    shared = {key: sources["baseline"][key] for key in keys}
    named = {s: {key: sources[s][key] for key in ("scenario", "hash")} for s in sides}
    return named | shared | {"outcomes": outcomes}


def _comparison_row(row: OutcomeRow, sides: Mapping[str, Trajectory]) -> dict[str, Any]:
    """Return the numbers of an outcome; of a category, the number of runs by label on each side."""
    if row.outcome.category:
        numbers = {side: count_causes(futures.outcomes) for side, futures in sides.items()}
    else:
        names = ("baseline", "policy", "difference", "low", "high")
        numbers = {name: getattr(row, name) for name in names}
    return numbers | {
        "share_of_runs_changed": row.share_of_runs_changed,
        "runs_changed": row.runs_changed,
        "can_tell": row.can_tell,
    }


def theories_summary(found: Sequence[TheoryComparison]) -> dict[str, Any]:
    """Return a comparison under each theory, the model's own settings first.

    Each numeric outcome has both means, their paired difference with its 95 % interval, and
    whether the futures are enough to tell.
    """
    return {
        one.title: {
            outcome.name: _theory_row(one, outcome.name)
            for outcome in outcomes_of(one.baseline.scenario) if not outcome.weight
            and not outcome.category and not (outcome.own and outcome.own.may_be_missing)
            and outcome.name != "confrontation_week"
        }
        for one in found
    }  # fmt: skip


def _theory_row(one: TheoryComparison, outcome: str) -> dict[str, Any]:
    baseline, policy = (float(values.mean()) for values in one.values(outcome))
    difference, half, can_tell = one.shift(outcome)
    return {
        "baseline": baseline,
        "policy": policy,
        "difference": difference,
        "low": difference - half,
        "high": difference + half,
        "can_tell": can_tell,
    }


def posterior_comparison_summary(found: PairedPredictive) -> dict[str, Any]:
    """Return the differences at the best draw and over all draws, by outcome."""
    runs = found.draws * found.runs
    sides = {
        name: provenance(side, found.seed, runs)
        for name, side in (("baseline", found.baseline), ("policy", found.policy))
    }
    named = {name: {key: one[key] for key in ("scenario", "hash")} for name, one in sides.items()}
    keys = [key for key in SHARED_KEYS if key in sides["baseline"]]
    shared = {key: sides["baseline"][key] for key in keys}
    draws = {"draws": found.draws, "runs_a_draw": found.runs}
    return named | shared | draws | {"outcomes": found.table.to_dict("index")}


def story_summary(story: Narrative, entries: Sequence[Entry] | None = None) -> dict[str, Any]:
    """Return one future: entries, phases, cycles, near misses, outcomes and closing paragraph.

    Parameters
    ----------
    story : Narrative
        The future.
    entries : sequence of Entry, optional
        Entries to include, in order; all of them if None.
    """
    from scenario_sim.reporting.narrative import (
        find_cycles,
        find_near_misses,
        find_phase_spans,
        find_phases,
    )

    world = story.world
    return _world(world) | {
        "entries": [_entry(entry) for entry in (story.entries if entries is None else entries)],
        "phases": [
            {"phase": phase.label} | _weeks(world, first, last)
            for first, last, phase in find_phase_spans(find_phases(world))
        ],
        "cycles": [_cycle(world, cycle) for cycle in find_cycles(world)],
        "near_misses": [_weeks(world, *spell) for spell in find_near_misses(world)],
        "outcomes": story.outcomes,
        "summary": story.summary,
        "left_out": story.left_out,
    }


def why_summary(world: SingleRun, why: Explanation) -> dict[str, Any]:
    """Return why one act was chosen: words, numbers, equations."""
    return _world(world) | {"act": _act(why.act), "why": _why(why)}


def _world(world: SingleRun) -> dict[str, Any]:
    return {
        "scenario": world.scenario.name or world.scenario.title,
        "hash": world.scenario.hash,
        "seed": world.seed,
        "run": world.run,
        "weeks": world.scenario.weeks,
        "engine": engine_version(),
    } | ({"plugins": sources} if (sources := world.scenario.plugins.sources) else {})


def _weeks(world: SingleRun, first: int, last: int) -> dict[str, Any]:
    days = (week_start(world.scenario.start, week).isoformat() for week in (first, last))
    return {"first": first, "last": last} | dict(zip(("from", "to"), days, strict=True))


def _cycle(world: SingleRun, cycle: Cycle) -> dict[str, Any]:
    return _weeks(world, cycle.first, cycle.last) | {
        "peak": cycle.peak,
        "tension": cycle.tension,
        "weeks": cycle.weeks,
        "finished": cycle.finished,
        "phases": {phase.label: list(weeks) for phase, weeks in cycle.phases.items()},
        "first_movers": [_act(act) for act in cycle.first_movers],
        "chains": [[_act(act) for act in chain] for chain in cycle.chains],
        "sentence": cycle.sentence,
    }


def whatif_summary(
    parting: Counterfactual, effect: ActEffect, shift: WeekDifference
) -> dict[str, Any]:
    """Return the first differing week, acts lost and gained, and the effect on tension."""
    before, after = parting.before, parting.after
    return _world(before) | {
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
    return data | {"why": _why(entry.why)}


def _why(why: Explanation) -> dict[str, Any]:
    """Return the sentence, every term with its sums, and the equations of these."""
    equations = dict.fromkeys(e for reason in why.reasons for e in reason.equations)
    return {
        "sentence": why.sentence,
        "chance": why.chance,
        "chances": why.chances,
        "against": why.against,
        "forced": why.forced,
        "terms": [
            {
                "words": reason.words,
                "weight": reason.weight,
                "sums": [source._asdict() for source in reason.sources],
            }
            for reason in why.reasons
        ],
        "equations": [{"rule": e.rule, "makes": e.makes, "equation": e.text} for e in equations],
    }
