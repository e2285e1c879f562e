"""Say in sentences how a study was made: design, analyses, thresholds, software, works to cite."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME
from scenario_sim.studies.store.saved_analyses import SavedAnalysis

MAX_FACTORS_NAMED = 12  # in a sentence; the data hold all
RANDOM_DRAWS_SOURCE = "salmon2011"  # of the generator Philox
DESIGNS = {  # kind -> (words, works)
    "grid": ("a full factorial of {points} design points", ()),
    "lhs": ("a Latin hypercube of {points} design points", ("mckay1979",)),
    "sobol": ("a scrambled Sobol' sequence of {points} design points", ("sobol1967",)),
    "saltelli": ("a Saltelli design of {points} points", ("saltelli2010",)),
    "morris": ("Morris trajectories, {points} design points in all", ("morris1991",)),
    "points": ("{points} design points of our own", ()),
}
SENSITIVITY = {  # kind -> (words, works)
    "morris": (
        "the elementary effects of Morris (mu*, with bootstrap intervals of 95 %)",
        ("morris1991", "campolongo2007", "herman2017"),
    ),
    "sobol": (
        "Sobol' indices of first order and in total (bootstrap intervals of 95 %)",
        ("sobol2001", "saltelli2010", "herman2017"),
    ),
    "delta": ("Borgonovo's delta from the given design", ("plischke2013", "herman2017")),
    "pawn": ("PAWN indices from the given design", ("pianosi2015", "herman2017")),
    "rbd_fast": ("first-order indices by RBD-FAST", ("tarantola2006", "herman2017")),
    "importance": ("feature scores of extra trees", ("geurts2006", "pedregosa2011")),
    "spread": (
        "the variance between settings of one source of uncertainty, apart from the variance over runs",
        ("searle1992",),
    ),
}
CONVERGENCE_SOURCE = "sarrazin2016"


@dataclass(frozen=True)
class Statement:
    """A sentence of a methods section, and the keys of the works it rests on."""

    text: str
    works: tuple[str, ...] = ()


def design_statements(analyses: Sequence[SavedAnalysis]) -> list[Statement]:
    """Return one statement for each design that a study saved."""
    return [_design(one) for one in analyses if one.kind == "design"]


def analysis_statements(analyses: Sequence[SavedAnalysis]) -> list[Statement]:
    """Return one statement for each kind of analysis, with its thresholds and software."""
    kinds: dict[str, list[SavedAnalysis]] = {}
    for one in analyses:
        kinds.setdefault(one.kind, []).append(one)
    return [
        statement for kind, of_kind in kinds.items() for statement in _statements(kind, of_kind)
    ]


def software_of(analyses: Sequence[SavedAnalysis]) -> dict[str, str]:
    """Return the versions of the libraries behind the analyses; several are joined by `and`."""
    found: dict[str, dict[str, None]] = {}
    for one in analyses:
        for name, version in one.software.items():
            found.setdefault(name, {})[version] = None
    return {name: " and ".join(versions) for name, versions in found.items()}


def _design(one: SavedAnalysis) -> Statement:
    asked = one.asked
    words, works = DESIGNS.get(
        asked["design"], (f"the design {asked['design']}, {{points}} points", ())
    )
    words = words.format(points=f"{asked['points']:,}")
    if "samples" in asked:
        words += f" ({asked['samples']:,} samples)"
    text = (
        f"The design was {words} around the scenario {asked['scenario']} (SHA-256 {asked['hash']}), "
        f"{asked['weeks']} weeks, over {_factors(one.table)}."
    )
    if "until" in asked:
        text += f" A cell stopped at {asked['until']}, or at {asked['runs']:,} runs."
    if "windows" in asked:
        text += f" Outcomes were also measured in windows ({'; '.join(asked['windows'])})."
    if asked.get("common_random_numbers") is False:
        text += " Each design point had random numbers of its own."
    return Statement(text, works)


def _factors(table: pd.DataFrame) -> str:
    rows = table.to_dict("records")
    groups = list(dict.fromkeys(str(row["group"]) for row in rows))
    if len(rows) <= MAX_FACTORS_NAMED:
        return "; ".join(f"{row['name']} {_range(row)}" for row in rows)
    kinds = ", ".join(groups[:MAX_FACTORS_NAMED])
    more = f" and {len(groups) - MAX_FACTORS_NAMED} more" if len(groups) > MAX_FACTORS_NAMED else ""
    in_groups = f"{len(groups)} groups of " if len(groups) < len(rows) else ""
    return f"{in_groups}{len(rows):,} inputs ({kinds}{more}; ranges in analyses/design)"


def _range(row: Mapping[Any, Any]) -> str:
    """Return the values of a factor in words."""
    if isinstance(row["values"], str):
        return f"({row['values'].replace(' | ', ', ')})"
    how = "" if row["distribution"] == "uniform" else f" ({row['distribution']})"
    return f"from {row['low']:.6g} to {row['high']:.6g}{how}"


def _statements(kind: str, of_kind: Sequence[SavedAnalysis]) -> Iterator[Statement]:
    if kind in SENSITIVITY:
        words, works = SENSITIVITY[kind]
        yield Statement(
            f"For {_outcomes(of_kind)} we computed {words}{_made_with(of_kind)}.", works
        )
        settled = [one.asked["settled"] for one in of_kind if "settled" in one.asked]
        if settled and kind in ("morris", "sobol"):
            yield Statement(_convergence(sum(settled), len(settled)), (CONVERGENCE_SOURCE,))
    elif kind in _STATEMENT_OF_KIND:
        yield from (_STATEMENT_OF_KIND[kind](one) for one in of_kind)


def _convergence(settled: int, asked: int) -> str:
    return (
        f"The order of inputs was settled for {settled} of {asked} outcomes: the widest interval is at most "
        "a tenth of the variance (Sobol') or a fifth of the largest effect (Morris), and half of the samples "
        "give the same five leading inputs."
    )


def _boxes(one: SavedAnalysis) -> Statement:
    asked, method = one.asked, one.asked.get("method", "prim")
    works: tuple[str, ...]
    side = "above" if asked.get("above", True) else "below"
    level = f"{asked['threshold']:.6g}" if "threshold" in asked else "a threshold"
    if method == "cart":
        how, works = "CART", ("breiman1984", "pedregosa2011")
    else:
        how = "PRIM (peeling share 0.05, least mass 0.05; limits with a quasi-p above 0.05 dropped)"
        works = ("friedman1999", "bryant2010", "kwakkel2017")
    if method == "pca_prim":
        how += ", on principal components of these cells,"
        works = (*works, "dalal2013")
    text = (
        f"Scenario discovery by {how} looked for cells whose mean {asked.get('outcome', 'outcome')} lies "
        f"{side} {level}{_made_with([one])}."
    )
    return Statement(text, works)


def _front(one: SavedAnalysis) -> Statement:
    asked = one.asked
    objectives = ", ".join(asked.get("objectives", ()))
    theories, searches = asked.get("theories", ()), asked.get("searches", 1)
    each = f" in each of {searches} searches, whose fronts were merged" if searches > 1 else ""
    worst = f", each at its worst over {len(theories)} theories" if len(theories) > 1 else ""
    text = (
        f"NSGA-II{_made_with([one])} searched the levers for policies that no other dominates in "
        f"{objectives}{worst}: {asked.get('evaluations', 0):,} evaluations of {asked.get('runs', 0):,} "
        f"runs{each}, seed {asked.get('seed', 0)}. The front was run again on fresh random draws."
    )
    if "settled" in asked:
        text += (
            f" Its hypervolume had {'' if asked['settled'] else 'not '}converged: at most 1 % of it was "
            "added by the last quarter of the evaluations."
        )
    return Statement(text, ("deb2002", "blank2020", "zitzler1999"))


def _regret(one: SavedAnalysis) -> Statement:
    policies, theories = one.table.shape
    text = (
        f"The regret of {policies} policies in {one.asked.get('outcome', 'the outcome')} was taken under "
        f"{theories} theories, none of which has a weight."
    )
    return Statement(text, ("savage1951", "lempert2006"))


def _mechanisms(one: SavedAnalysis) -> Statement:
    outcome = one.asked.get("outcome", "the outcome")
    text = (
        f"The effect of each mechanism on {outcome} is the paired change in a world that lacks it "
        "(interval of 95 %)."
    )
    return Statement(text)


_STATEMENT_OF_KIND: dict[str, Callable[[SavedAnalysis], Statement]] = {
    "boxes": _boxes,
    "front": _front,
    "regret": _regret,
    "mechanisms": _mechanisms,
}


def _outcomes(of_kind: Sequence[SavedAnalysis]) -> str:
    names = [str(one.asked.get("outcome", "")) for one in of_kind]
    units = {name: OUTCOMES_BY_NAME.get(name.rpartition(".")[2]) for name in names}
    return ", ".join(f"{name} ({known.unit})" if (known := units[name]) else name for name in names)


def _made_with(of_kind: Sequence[SavedAnalysis]) -> str:
    software = software_of(of_kind)
    return f" ({', '.join(f'{name} {v}' for name, v in software.items())})" if software else ""
