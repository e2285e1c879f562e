"""Make the figures of a study report, each with its caption and its data."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from scenario_sim.formatting import format_percent
from scenario_sim.reporting.html.tables import ABSOLUTE_RISKS
from scenario_sim.reporting.study import figures
from scenario_sim.reporting.study.drawing import Drawing
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME
from scenario_sim.studies.analysis.statistics import weekly_quantiles
from scenario_sim.studies.store.saved_analyses import SavedAnalysis, analysis_name

FAN_OF = "tension"  # the quantity in the fans
MAX_FAN_PANELS = 6  # more cells than this are pooled in one panel
MAX_RESPONSE_PANELS = 6  # inputs; with more, each panel shows mostly the spread of the others


@dataclass(frozen=True)
class Exhibit:
    """A figure: stem of its file, title, caption (plain text), drawing, and the data it draws."""

    name: str
    title: str
    caption: str
    drawing: Drawing
    data: pd.DataFrame

    @cached_property
    def svg(self) -> str:
        """The drawing as SVG text."""
        return self.drawing.svg


@dataclass(frozen=True)
class Findings:
    """Results of a study, as the figures need them.

    Attributes
    ----------
    outcome : str
    cells : DataFrame
        One row a cell (index `cell`, its key): `title`, `runs`, `mean` and `mcse` of the outcome,
        and one column for each name in `varied`.
    varied : tuple of str
    weekly : DataFrame
        Rows of the weekly histograms, with their `cell`.
    analyses : sequence of SavedAnalysis
    """

    outcome: str
    cells: pd.DataFrame
    varied: tuple[str, ...]
    weekly: pd.DataFrame
    analyses: Sequence[SavedAnalysis] = ()


def make_exhibits(found: Findings) -> Iterator[Exhibit]:
    """Yield every figure that the results of a study allow, those about its outcome first."""
    if not found.weekly.empty:
        yield from _fans(found)
    if 0 < len(found.varied) <= MAX_RESPONSE_PANELS and len(found.cells) > 1:
        yield _responses(found)
    for kind, show in _EXHIBIT_OF_KIND.items():
        of_kind = [one for one in found.analyses if one.kind == kind and not one.table.empty]
        for one in sorted(of_kind, key=lambda one: one.asked.get("outcome") != found.outcome):
            yield show(one, _outcome_label(one.asked.get("outcome", found.outcome)))


def _fans(found: Findings) -> Iterator[Exhibit]:
    titles = found.cells["title"]
    if len(titles) <= MAX_FAN_PANELS:
        parts = {key: rows for key, rows in found.weekly.groupby("cell", sort=False)}
        bands = {
            titles[key]: weekly_quantiles(parts[key], FAN_OF)
            for key in titles.index
            if key in parts
        }
        told = "Each panel is one cell of the study."
    else:
        bands = {f"all {len(titles):,} cells": weekly_quantiles(found.weekly, FAN_OF)}
        told = "All cells together: the bands hold luck as well as what was varied."
    bands = {title: table for title, table in bands.items() if not table.empty}
    if bands:
        data = pd.concat(bands, names=["cell", "week"]).reset_index()
        yield Exhibit(
            "fan-tension",
            "Tension on the ladder of escalation",
            f"Middle, half and nine tenths of the futures, week by week, from weekly histograms. {told}",
            figures.draw_fans(bands, FAN_OF),
            data.rename(
                columns={b: f"q{100 * b:02.0f}" for b in data.columns if isinstance(b, float)}
            ),
        )


def _responses(found: Findings) -> Exhibit:
    """Draw the responses; a risk, whose level is a prior, as a ratio to the median cell."""
    shown, title, told = found.cells, _outcome_label(found.outcome), ""
    if found.outcome in ABSOLUTE_RISKS:
        middle = float(shown["mean"].median()) or math.nan
        shown = shown.assign(mean=shown["mean"] / middle, mcse=shown["mcse"] / middle)
        title = f"{found.outcome.replace('_', ' ')}, ratio to the middle cell"
        told = f"The middle cell has about {format_percent(middle)}; the level is a prior. "
    columns = [*found.varied, "mean", "mcse"]
    return Exhibit(
        "responses",
        f"{title[0].upper()}{title[1:]}, over what was varied",
        f"{told}Each point is a cell: its mean over runs, with two Monte-Carlo errors. Where several "
        "things were varied at once, each panel shows all cells, so that the others spread its points.",
        figures.draw_responses(shown, title, found.varied),
        shown[[c for c in columns if c in shown]].reset_index(),
    )


def _tornado(one: SavedAnalysis, outcome: str) -> Exhibit:
    return Exhibit(
        analysis_name("tornado", one.asked),
        f"What moves {outcome} (Morris)",
        "Mean absolute elementary effect (mu*) of each input over its range, with its 95 % interval: "
        "how far the outcome moves when this input alone crosses its range, wherever the others stand "
        f"(Morris 1991; Campolongo et al. 2007). {_settled(one)}",
        figures.draw_tornado(one.table, "mu_star", "mu_star_conf", f"mu*, {outcome}"),
        one.table,
    )


def _sobol(one: SavedAnalysis, outcome: str) -> Exhibit:
    return Exhibit(
        analysis_name("sobol", one.asked),
        f"Shares of the variance of {outcome} (Sobol)",
        "Share of the outcome's variance that each input explains alone (S1) and with all its "
        "interactions (ST), with 95 % intervals (Sobol 2001; Saltelli et al. 2010). An interval that "
        f"holds zero tells of no effect. {_settled(one)}",
        figures.draw_sobol(one.table),
        one.table,
    )


def _settled(one: SavedAnalysis) -> str:
    if one.asked.get("settled", True):
        return ""
    return "Not settled: more samples may change the order of the inputs."


def _boxes(one: SavedAnalysis, outcome: str) -> Exhibit:
    asked = one.asked
    there = ""
    if "threshold" in asked:
        side = "above" if asked.get("above", True) else "below"
        there = f" {outcome} {side} {asked['threshold']:.2g}"
    return Exhibit(
        analysis_name("boxes", one.asked),
        f"Which settings lead to{there or ' the cells of interest'}",
        "Boxes of scenario discovery: the range of each input, blue, within the whole range that was "
        "explored, grey. Inputs that are not named are free (Friedman and Fisher 1999; Bryant and "
        "Lempert 2010).",
        figures.draw_boxes(one.table),
        one.table,
    )


def _peeling(one: SavedAnalysis, outcome: str) -> Exhibit:
    return Exhibit(
        analysis_name("peeling", one.asked),
        f"What a smaller box gains and loses, {outcome}",
        "Each point is a step of PRIM: coverage against density. The number tells how many inputs are "
        "limited from there on; a larger point holds more cells (Friedman and Fisher 1999).",
        figures.draw_peeling(one.table),
        one.table,
    )


def _front(one: SavedAnalysis, outcome: str) -> Exhibit:
    asked = one.asked
    objectives = list(asked.get("objectives") or _numbers(one.table))
    return Exhibit(
        "pareto-front",
        "Policies that none beats in every objective",
        "The Pareto front of the search: no policy found is better in one objective without being "
        "worse in another. Open: on the luck it was searched on, on which it looks better than it is. "
        "Filled: the same policies on fresh luck; believe these (Deb et al. 2002).",
        figures.draw_front(one.table, objectives, asked.get("better_high", ())),
        one.table,
    )


def _progress(one: SavedAnalysis, outcome: str) -> Exhibit:
    settled = "" if one.asked.get("settled") else " Not converged: more evaluations may find more."
    return Exhibit(
        "search-progress",
        "How the front of the search grew",
        "Share of the objectives' box that the front dominates (Zitzler and Thiele 1999), and cells of "
        f"a grid that it reached first (Hadka and Reed 2013), by policies tried.{settled}",
        figures.draw_progress(one.table),
        one.table,
    )


def _regret(one: SavedAnalysis, outcome: str) -> Exhibit:
    return Exhibit(
        analysis_name("regret", one.asked),
        f"Regret of each policy under each theory, {outcome}",
        "How much worse a policy is than the best one under that theory; 0 is the best, darker is worse "
        "(Savage 1951). No theory is to be read as the likelier one.",
        figures.draw_regret(
            one.table,
            f"regret in {outcome}",
            digits=1 if one.asked.get("outcome") in ABSOLUTE_RISKS else 2,
        ),
        one.table.reset_index(),
    )


def _spread(one: SavedAnalysis, outcome: str) -> Exhibit:
    return Exhibit(
        analysis_name("spread", one.asked),
        f"Where the spread of {outcome} comes from",
        "Standard deviation of the outcome's expectation over each source alone, the others at the "
        "scenario's own values (parameters within their bounds, structure, disputed facts), beside the "
        "luck of single futures in the same cells. The bars do not add up to a whole.",
        figures.draw_spreads(one.table.reset_index(names="name"), f"sd, {outcome}"),
        one.table.reset_index(),
    )


def _mechanisms(one: SavedAnalysis, outcome: str) -> Exhibit:
    return Exhibit(
        analysis_name("mechanisms", one.asked),
        f"What each mechanism does to {outcome}",
        "The change of the mean in a world that lacks this mechanism alone, with its 95 % interval, "
        "paired on the same luck.",
        figures.draw_differences(
            one.table.rename(columns={"mechanism": "name"}),
            f"change without it, {outcome}",
        ),
        one.table,
    )


_EXHIBIT_OF_KIND: dict[str, Callable[[SavedAnalysis, str], Exhibit]] = {
    "morris": _tornado,
    "sobol": _sobol,
    "boxes": _boxes,
    "peeling": _peeling,
    "front": _front,
    "progress": _progress,
    "regret": _regret,
    "spread": _spread,
    "mechanisms": _mechanisms,
}


def _outcome_label(outcome: str) -> str:
    """Return a label such as `confrontation risk (probability)`."""
    known = OUTCOMES_BY_NAME.get(outcome)
    unit = f" ({known.unit})" if known else ""
    return f"{outcome.replace('_', ' ')}{unit}"


def _numbers(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in table.select_dtypes("number").columns]
