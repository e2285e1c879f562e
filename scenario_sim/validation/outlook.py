"""Freeze what the model expects of half a year, and score it once the record has grown.

A frozen outlook is a dated file with a checksum. It holds how many runs gave each count, as the model
is set and under each theory, and the record's base rate beside them. Scores read the file alone: an
engine that made an outlook never runs again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from scenario_sim.data.history import record
from scenario_sim.data.history.vocabulary import LAUNCHES, LONG_RANGE, REGIONAL, SHORT_RANGE
from scenario_sim.data.parameters import THEORIES
from scenario_sim.errors import OutputError, ScenarioError
from scenario_sim.file_io import find_shipped
from scenario_sim.formatting import format_long_date
from scenario_sim.language import translate
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.dates import nearest_monday
from scenario_sim.scenario.files import dump_scenario, load_scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.intervals import Z95
from scenario_sim.simulation.outcomes import HAZARDS
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.studies.store.atomic import KeptFile, json_with_checksum, read_json, write_atomic
from scenario_sim.validation import badge, scores

FOLDER, PREFIX = "outlooks", "outlook-"
SCENARIO = "status-quo"
WEEKS = 26
YEAR_WEEKS = 52  # the hazard is compared with that of the same season, a year later
BASE_RATE_YEARS = 10
AS_SET = "as set"  # the name of the model as it is set, before the theories
CURE = "a frozen outlook is never edited; take the file as it was published"
# Counts over the weeks, by name: what is counted, and the acts of which the record must be complete.
COUNTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "launch_days": ("launch days", tuple(LAUNCHES)),
    "short_range_days": ("of them short range", tuple(LAUNCHES)),
    "regional_days": ("of them regional range", tuple(LAUNCHES)),
    "long_range_days": ("of them ICBM or satellite", tuple(LAUNCHES)),
    "nuclear_tests": ("nuclear tests", ("nuclear_test",)),
    "resolutions": ("resolutions passed", ("table_draft",)),
    "vetoes": ("drafts vetoed", ("table_draft",)),
    "talks_weeks": ("weeks of talks or a deal", ()),
    "new_weapons": ("new designs", ()),
}
CLASS_OF = {
    "short_range_days": SHORT_RANGE, "regional_days": REGIONAL, "long_range_days": LONG_RANGE,
}  # fmt: skip
# The record of contacts is a selection, and it knows no design: these counts are never scored.
UNSCORED = tuple(name for name, (_, acts) in COUNTS.items() if not acts)


class View(KeptFile):
    """Outlook under one theory: runs by count, and the hazard's change with its 95 % interval."""

    theory: str
    title: str
    counts: dict[str, list[int]]
    hazard_change: list[float]  # of the same weeks a year later over these: ratio, low, high


class Outlook(KeptFile):
    """Content of a frozen outlook; days are ISO dates."""

    schema_version: int
    frozen_on: str
    first_day: str
    last_day: str
    scenario: str
    scenario_hash: str
    scenario_text: str
    engine: str
    seed: int
    runs: int
    record_to: str
    record_credit: str
    base_rate: dict[str, list[int]]
    base_rate_from: str
    skill: str
    views: list[View]

    def share(self, name: str, at_least: int, theory: str = AS_SET) -> float:
        """Return the share of runs with at least so many, under a theory."""
        counts = self.view(theory).counts[name]
        return sum(counts[at_least:]) / sum(counts)

    def view(self, theory: str) -> View:
        """Return the view of a theory, or of the model as it is set."""
        return next(view for view in self.views if view.theory == theory)


# --- freezing -----------------------------------------------------------------------------------


def freeze_outlook(
    today: date,
    runs: int = 2000,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Outlook:
    """Simulate the weeks from the next Monday on, and return the outlook.

    Parameters
    ----------
    today : date
        Day of the freeze; the outlook begins on the first Monday after it.
    runs, seed : int
        Runs of each view, on the same random draws.
    progress : callable, optional
        Called with the views done and their number.
    """
    start = nearest_monday(today + timedelta(days=4))
    data = load_scenario(SCENARIO).with_weeks(WEEKS).as_dict()
    scenario = Scenario.model_validate(data | {"start": start, "lecture_seeds": ()})
    worlds = {AS_SET: ("The model as it is set", scenario)}
    for theory in THEORIES:
        try:
            worlds[theory.name] = (theory.title, scenario.with_theory(theory))
        except ScenarioError:
            continue  # these states lack a coefficient of the theory
    views = []
    for n, (name, (title, world)) in enumerate(worlds.items(), 1):
        found = simulate(world, runs, seed, keep=("launch_days",))
        counts = {name: _histogram(values) for name, values in count_runs(found).items()}
        change = _hazard_change(world, runs, seed)
        views.append(View(theory=name, title=title, counts=counts, hazard_change=change))
        if progress:
            progress(n, len(worlds))
    held = record.current_record()
    first, base_rate = _base_rate()
    return Outlook(
        schema_version=1,
        frozen_on=str(today),
        first_day=str(start),
        last_day=str(start + timedelta(weeks=WEEKS, days=-1)),
        scenario=SCENARIO,
        scenario_hash=scenario.hash,
        scenario_text=dump_scenario(scenario),
        engine=found.engine,
        seed=seed,
        runs=runs,
        record_to=str(held.coverage.last),
        record_credit=held.credit,
        base_rate=base_rate,
        base_rate_from=str(first),
        skill=badge(),
        views=views,
    )


def count_runs(found: Trajectory) -> dict[str, np.ndarray]:
    """Return each count of every run: int, (runs,); a count that the engine lacks is left out."""
    days = found.weekly["launch_days"]
    counts = {
        name: (days * found.weekly.did(action)).sum(axis=0) for name, action in CLASS_OF.items()
    }
    table = found.outcomes
    counts |= {name: table[name].to_numpy() for name in COUNTS if name in table}
    return {name: np.rint(counts[name]).astype(int) for name in COUNTS if name in counts}


def _hazard_change(world: Scenario, runs: int, seed: int) -> list[float]:
    """Return the hazard of the same weeks a year later over these, and its 95 % interval."""
    found = simulate(world.with_weeks(YEAR_WEEKS + WEEKS), runs, seed, keep=HAZARDS)
    hazard = np.sum([found.weekly[name] for name in HAZARDS], axis=0, dtype=float)
    first, second = hazard[:WEEKS].sum(axis=0), hazard[YEAR_WEEKS:].sum(axis=0)
    ratio = second.mean() / first.mean()
    # The standard error of a ratio of means, by linearisation.
    error = np.std(second - ratio * first, ddof=1) / np.sqrt(first.size) / first.mean()
    return [float(x) for x in (ratio, ratio - Z95 * error, ratio + Z95 * error)]


def _histogram(values: np.ndarray) -> list[int]:
    return [int(n) for n in np.bincount(values)]


def _base_rate() -> tuple[date, dict[str, list[int]]]:
    """Return the first day and the counts of the half-years that the record covers: the base rate.

    One begins on each Monday of the last `BASE_RATE_YEARS` covered years. They overlap.
    """
    covered = record.current_record().coverage
    last = covered.last - timedelta(weeks=WEEKS, days=-1)
    first = max(covered.first, date(covered.last.year - BASE_RATE_YEARS + 1, 1, 1))
    monday = nearest_monday(first + timedelta(days=3))
    starts = [monday + timedelta(weeks=n) for n in range(max(0, (last - monday).days // 7 + 1))]
    found = [observed_counts(day, day + timedelta(weeks=WEEKS, days=-1)) for day in starts]
    names = found[0] if found else ()
    return monday, {name: _histogram(np.array([one[name] for one in found])) for name in names}


# --- files --------------------------------------------------------------------------------------


def outlook_path(folder: Path, frozen_on: str) -> Path:
    """Return the path of a day's outlook. Raises OutputError if it is frozen already."""
    path = folder / f"{PREFIX}{frozen_on}.json"
    if path.exists():
        raise OutputError(f"{path} is frozen already; an outlook is written once and never again")
    return path


def save_outlook(outlook: Outlook, folder: Path) -> Path:
    """Write an outlook into a folder and return its path. Raises OutputError if it is there."""
    path = outlook_path(folder, outlook.frozen_on)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(folder, path, json_with_checksum(outlook.model_dump()).encode())
        (folder / ".parts").rmdir()
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror or error}") from None
    return path


def load_outlooks(folder: Path | None = None) -> list[Outlook]:
    """Return the frozen outlooks of a folder, by default the shipped ones, oldest first.

    Raises OutputError for a file that was edited.
    """
    folder = folder or find_shipped(FOLDER)
    paths = sorted(folder.glob(f"{PREFIX}*.json")) if folder else []
    return [Outlook.model_validate(read_json(path, CURE, Outlook)) for path in paths]


# --- scoring ------------------------------------------------------------------------------------


def observed_counts(first: date, last: date) -> dict[str, int]:
    """Return each count of the record from the first to the last day, of those that can be scored."""
    acts = [act for act in record.current_record().acts if first <= act.date <= last]
    drafts = {act.date for act in acts if act.action == "table_draft"}
    vetoed = {act.date for act in acts if act.action in ("china_veto", "russia_veto")}
    days = {
        name: sum(act.launch_days for act in acts if act.action == action)
        for name, action in CLASS_OF.items()
    }
    return {
        "launch_days": sum(days.values()),
        **days,
        "nuclear_tests": sum(act.action == "nuclear_test" for act in acts),
        "resolutions": len(drafts - vetoed),
        "vetoes": len(vetoed),
    }


def score_outlooks(outlooks: Sequence[Outlook]) -> list[dict[str, Any]]:
    """Return, for each outlook, its scores against the record in use, or why it has none yet.

    A count is scored where the record covers all its weeks and is complete for its acts. The CRPS
    of each theory and of the base rate stand beside the count; lower is better.
    """
    return [_score(outlook) for outlook in outlooks]


def _score(outlook: Outlook) -> dict[str, Any]:
    covered = record.current_record().coverage
    first, last = date.fromisoformat(outlook.first_day), date.fromisoformat(outlook.last_day)
    about = {"frozen_on": outlook.frozen_on, "first_day": str(first), "last_day": str(last)}
    about |= {"engine": outlook.engine}
    if not covered.first <= first or last > covered.last:
        why = translate("the record in use covers {first} to {last}").format(
            first=format_long_date(covered.first), last=format_long_date(covered.last)
        )
        return about | {"scored": False, "why": why, "counts": {}}
    observed = observed_counts(first, last)
    known = [name for name in observed if covered.has_acts(set(COUNTS[name][1]))]
    counts = {name: _score_count(outlook, name, observed[name]) for name in known}
    why = "" if counts else translate("the record in use is complete for none of its counts")
    return about | {"scored": bool(counts), "why": why, "counts": counts}


def _score_count(outlook: Outlook, name: str, seen: int) -> dict[str, Any]:
    forecasters = {view.theory: view.counts for view in outlook.views}
    crps = {
        theory: _crps(counts[name], seen)
        for theory, counts in forecasters.items()
        if name in counts
    }
    if outlook.base_rate.get(name):
        crps["base rate"] = _crps(outlook.base_rate[name], seen)
    low, high = quantiles(outlook.view(AS_SET).counts[name], (0.05, 0.95))
    return {"observed": seen, "crps": crps, "band": [low, high], "inside": low <= seen <= high}


def _crps(counts: Sequence[int], seen: int) -> float:
    draws = np.repeat(np.arange(len(counts)), counts)
    return float(scores.crps(draws[:, None], np.array([seen]))[0])


def quantiles(counts: Sequence[int], levels: Sequence[float]) -> list[int]:
    """Return the smallest counts that at least these shares of the runs do not exceed.

    Examples
    --------
    >>> quantiles([1, 2, 1], (0.05, 0.5, 0.95))
    [0, 1, 2]
    """
    below = np.cumsum(counts) / np.sum(counts)
    return [int(np.searchsorted(below, level - 1e-12)) for level in levels]


def mean_scores(scored: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return the mean CRPS of each forecaster by count, over the outlooks that are scored."""
    table: dict[str, dict[str, list[float]]] = {}
    for one in scored:
        for name, found in one["counts"].items():
            for forecaster, value in found["crps"].items():
                table.setdefault(name, {}).setdefault(forecaster, []).append(value)
    return {
        name: {forecaster: float(np.mean(values)) for forecaster, values in row.items()}
        for name, row in table.items()
    }
