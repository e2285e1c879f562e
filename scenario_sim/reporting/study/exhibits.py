"""Make the figures of a study report, each with its caption and its data."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from scenario_sim.formatting import format_percent, format_signed
from scenario_sim.language import translate, translate_count
from scenario_sim.reporting.html.tables import ABSOLUTE_RISKS
from scenario_sim.reporting.study import figures, messages
from scenario_sim.reporting.study.cluster_figure import draw_bands
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
        told = translate("Each panel is one cell of the study.")
    else:
        title = translate_count("{n:,} cell", "all {n:,} cells", len(titles))
        bands = {title: weekly_quantiles(found.weekly, FAN_OF)}
        told = translate("All cells together: the bands hold luck as well as what was varied.")
    bands = {title: table for title, table in bands.items() if not table.empty}
    if bands:
        data = pd.concat(bands, names=["cell", "week"]).reset_index()
        yield Exhibit(
            "fan-tension",
            translate("Tension on the ladder of escalation"),
            translate(
                "Middle, half and nine tenths of the futures, week by week, from weekly histograms."
            )
            + f" {told}",
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
        outcome = translate(found.outcome.replace("_", " "))
        title = translate("{outcome}, ratio to the middle cell").format(outcome=outcome)
        told = translate("The middle cell has about {percent}; the level is a prior.").format(
            percent=format_percent(middle)
        )
    columns = [*found.varied, "mean", "mcse"]
    return Exhibit(
        "responses",
        translate("{outcome}, over what was varied").format(
            outcome=f"{title[0].upper()}{title[1:]}"
        ),
        " ".join(
            (
                *filter(None, [told]),
                translate("Each point is a cell: its mean over runs, with two Monte-Carlo errors."),
                translate(
                    "Where several things were varied at once, each panel shows all cells, so that "
                    "the others spread its points."
                ),
            )
        ),
        figures.draw_responses(shown, title, found.varied),
        shown[[c for c in columns if c in shown]].reset_index(),
    )


def _tornado(one: SavedAnalysis, outcome: str) -> Exhibit:
    return Exhibit(
        analysis_name("tornado", one.asked),
        translate("What moves {outcome} (Morris)").format(outcome=outcome),
        translate(
            "Mean absolute elementary effect (mu*) of each input over its range, with its 95 % "
            "interval: how far the outcome moves when this input alone crosses its range, "
            "wherever the others stand (Morris 1991; Campolongo et al. 2007)."
        )
        + _settled(one),
        figures.draw_tornado(
            one.table,
            "mu_star",
            "mu_star_conf",
            f"mu*, {outcome}",
        ),
        one.table,
    )


def _sobol(one: SavedAnalysis, outcome: str) -> Exhibit:
    return Exhibit(
        analysis_name("sobol", one.asked),
        translate("Shares of the variance of {outcome} (Sobol)").format(outcome=outcome),
        translate(
            "Share of the outcome's variance that each input explains alone (S1) and with all its "
            "interactions (ST), with 95 % intervals (Sobol 2001; Saltelli et al. 2010). An "
            "interval that holds zero tells of no effect."
        )
        + _settled(one),
        figures.draw_sobol(one.table),
        one.table,
    )


def _settled(one: SavedAnalysis) -> str:
    if one.asked.get("settled", True):
        return ""
    return " " + translate("Not settled: more samples may change the order of the inputs.")


def _boxes(one: SavedAnalysis, outcome: str) -> Exhibit:
    asked = one.asked
    title = translate("Which settings lead to the cells of interest")
    if "threshold" in asked:
        above = translate("Which settings lead to {outcome} above {level:.2g}")
        below = translate("Which settings lead to {outcome} below {level:.2g}")
        title = (above if asked.get("above", True) else below).format(
            outcome=outcome, level=asked["threshold"]
        )
    return Exhibit(
        analysis_name("boxes", one.asked),
        title,
        translate(
            "Boxes of scenario discovery: the range of each input, blue, within the whole range that was "
            "explored, grey. Inputs that are not named are free (Friedman and Fisher 1999; Bryant and "
            "Lempert 2010)."
        ),
        figures.draw_boxes(one.table),
        one.table,
    )


def _peeling(one: SavedAnalysis, outcome: str) -> Exhibit:
    return Exhibit(
        analysis_name("peeling", one.asked),
        translate("What a smaller box gains and loses, {outcome}").format(outcome=outcome),
        translate(
            "Each point is a step of PRIM: coverage against density. The number tells how many inputs are "
            "limited from there on; a larger point holds more cells (Friedman and Fisher 1999)."
        ),
        figures.draw_peeling(one.table),
        one.table,
    )


def _clusters(one: SavedAnalysis, quantity: str) -> Exhibit:
    titles = [
        messages.CLUSTER_LED.format(
            number=group["cluster"],
            share=format_percent(group["share"]),
            factor=translate(str(group["leading"]).replace("_", " ")),
            shift=format_signed(group["shift"], 1),
        )
        for group in one.asked["groups"]
    ]
    return Exhibit(
        analysis_name("clusters", one.asked),
        translate("Runs grouped by the shape of {quantity}").format(quantity=quantity),
        translate(
            "Each panel is a cluster: the band holds nine in ten of its runs, the line is the run in its "
            "middle. Below its share stands the input whose mean lies furthest from that of all runs "
            "(Batista et al. 2014; Steinmann et al. 2020)."
        ),
        draw_bands(one.table, titles, quantity),
        one.table,
    )


def _front(one: SavedAnalysis, outcome: str) -> Exhibit:
    asked = one.asked
    objectives = list(asked.get("objectives") or _numbers(one.table))
    return Exhibit(
        "pareto-front",
        translate("Policies that none beats in every objective"),
        translate(
            "The Pareto front of the search: no policy found is better in one objective without being "
            "worse in another. Open: on the luck it was searched on, on which it looks better than it is. "
            "Filled: the same policies on fresh luck; believe these (Deb et al. 2002)."
        ),
        figures.draw_front(one.table, objectives, asked.get("better_high", ())),
        one.table,
    )


def _progress(one: SavedAnalysis, outcome: str) -> Exhibit:
    unsettled = " " + translate("Not converged: more evaluations may find more.")
    settled = "" if one.asked.get("settled") else unsettled
    return Exhibit(
        "search-progress",
        translate("How the front of the search grew"),
        translate(
            "By policies tried: share of the objectives' box that the front dominates (Zitzler and Thiele "
            "1999), and cells of a grid that it reached first (Hadka and Reed 2013)."
        )
        + settled,
        figures.draw_progress(one.table),
        one.table,
    )


def _regret(one: SavedAnalysis, outcome: str) -> Exhibit:
    return Exhibit(
        analysis_name("regret", one.asked),
        translate("Regret of each policy under each theory, {outcome}").format(outcome=outcome),
        translate(
            "How much worse a policy is than the best one under that theory; 0 is the best, darker is worse "
            "(Savage 1951). No theory is to be read as the likelier one."
        ),
        figures.draw_regret(
            one.table,
            translate("regret in {outcome}").format(outcome=outcome),
            digits=1 if one.asked.get("outcome") in ABSOLUTE_RISKS else 2,
        ),
        one.table.reset_index(),
    )


def _spread(one: SavedAnalysis, outcome: str) -> Exhibit:
    return Exhibit(
        analysis_name("spread", one.asked),
        translate("Where the spread of {outcome} comes from").format(outcome=outcome),
        translate(
            "Standard deviation of the outcome's expectation over each source alone, beside the luck of "
            "single futures in the same cells. Sources are parameters within their bounds, structure and "
            "disputed facts; the others stay at the scenario's own values. The bars do not add up to a whole."
        ),
        figures.draw_spreads(
            one.table.reset_index(names="name"), translate("sd, {outcome}").format(outcome=outcome)
        ),
        one.table.reset_index(),
    )


def _mechanisms(one: SavedAnalysis, outcome: str) -> Exhibit:
    return Exhibit(
        analysis_name("mechanisms", one.asked),
        translate("What each mechanism does to {outcome}").format(outcome=outcome),
        translate(
            "The change of the mean in a world that lacks this mechanism alone, with its 95 % interval, "
            "paired on the same luck."
        ),
        figures.draw_differences(
            one.table.rename(columns={"mechanism": "name"}),
            translate("change without it, {outcome}").format(outcome=outcome),
        ),
        one.table,
    )


_EXHIBIT_OF_KIND: dict[str, Callable[[SavedAnalysis, str], Exhibit]] = {
    "morris": _tornado,
    "sobol": _sobol,
    "boxes": _boxes,
    "peeling": _peeling,
    "cluster_weeks": _clusters,
    "front": _front,
    "progress": _progress,
    "regret": _regret,
    "spread": _spread,
    "mechanisms": _mechanisms,
}


def _outcome_label(outcome: str) -> str:
    """Return a label such as `confrontation risk (probability)`."""
    known = OUTCOMES_BY_NAME.get(outcome)
    words = translate(outcome.replace("_", " "))
    if known is None:
        return words
    return messages.WITH_DETAIL.format(name=words, detail=translate(known.unit))


def _numbers(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in table.select_dtypes("number").columns]
