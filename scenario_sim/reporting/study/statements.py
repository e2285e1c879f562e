"""Say in sentences how a study was made: design, analyses, thresholds, software, works to cite."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scenario_sim.language import translate
from scenario_sim.reporting.study import messages
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME
from scenario_sim.studies.store.saved_analyses import SavedAnalysis

MAX_FACTORS_NAMED = 12  # in a sentence; the data hold all
RANDOM_DRAWS_SOURCE = "salmon2011"  # of the generator Philox
WORKS_OF_DESIGN: dict[str, tuple[str, ...]] = {
    "lhs": ("mckay1979",),
    "sobol": ("sobol1967",),
    "saltelli": ("saltelli2010",),
    "morris": ("morris1991",),
}
WORKS_OF_ANALYSIS = {
    "morris": ("morris1991", "campolongo2007", "herman2017"),
    "sobol": ("sobol2001", "saltelli2010", "herman2017"),
    "delta": ("plischke2013", "herman2017"),
    "pawn": ("pianosi2015", "herman2017"),
    "rbd_fast": ("tarantola2006", "herman2017"),
    "importance": ("geurts2006", "pedregosa2011"),
    "spread": ("searle1992",),
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
    words = messages.DESIGNS.get(asked["design"], messages.OTHER_DESIGN)
    design = words.format(points=f"{asked['points']:,}", design=asked["design"])
    if "samples" in asked:
        design = messages.SAMPLES.format(design=design, samples=asked["samples"])
    said = [
        messages.DESIGN.format(
            design=design,
            scenario=asked["scenario"],
            hash=asked["hash"],
            weeks=asked["weeks"],
            factors=_factors(one.table),
        )
    ]
    if "until" in asked:
        said.append(messages.STOPPED.format(until=asked["until"], runs=asked["runs"]))
    if "windows" in asked:
        said.append(messages.WINDOWS.format(windows="; ".join(asked["windows"])))
    if asked.get("common_random_numbers") is False:
        said.append(messages.OWN_NUMBERS)
    return Statement(" ".join(said), WORKS_OF_DESIGN.get(asked["design"], ()))


def _factors(table: pd.DataFrame) -> str:
    rows = table.to_dict("records")
    groups = list(dict.fromkeys(str(row["group"]) for row in rows))
    if len(rows) <= MAX_FACTORS_NAMED:
        return "; ".join(f"{row['name']} {_range(row)}" for row in rows)
    kinds = ", ".join(map(translate, groups[:MAX_FACTORS_NAMED]))
    if len(groups) > MAX_FACTORS_NAMED:
        kinds = messages.AND_MORE.format(names=kinds, n=len(groups) - MAX_FACTORS_NAMED)
    text = messages.GROUPED_FACTORS if len(groups) < len(rows) else messages.FACTORS
    return text.format(groups=len(groups), inputs=len(rows), kinds=kinds)


def _range(row: Mapping[Any, Any]) -> str:
    """Return the values of a factor in words."""
    if isinstance(row["values"], str):
        return messages.IN_BRACKETS.format(words=row["values"].replace(" | ", ", "))
    low, high, distribution = f"{row['low']:.6g}", f"{row['high']:.6g}", row["distribution"]
    text = messages.FROM_TO if distribution == "uniform" else messages.FROM_TO_HOW
    return text.format(low=low, high=high, distribution=distribution)


def _statements(kind: str, of_kind: Sequence[SavedAnalysis]) -> Iterator[Statement]:
    if kind in WORKS_OF_ANALYSIS:
        software = _software_of(of_kind)
        text = (messages.COMPUTED_WITH if software else messages.COMPUTED).format(
            outcomes=_outcomes(of_kind), analysis=messages.SENSITIVITY[kind], software=software
        )
        yield Statement(text, WORKS_OF_ANALYSIS[kind])
        settled = [one.asked["settled"] for one in of_kind if "settled" in one.asked]
        if settled and kind in ("morris", "sobol"):
            text = messages.SETTLED.format(settled=sum(settled), asked=len(settled))
            yield Statement(text, (CONVERGENCE_SOURCE,))
    elif kind in _STATEMENT_OF_KIND:
        yield from (_STATEMENT_OF_KIND[kind](one) for one in of_kind)


_PRIM_WORKS = ("friedman1999", "bryant2010", "kwakkel2017")
_BOX_WORKS: dict[str, tuple[str, ...]] = {
    "cart": ("breiman1984", "pedregosa2011"),
    "prim": _PRIM_WORKS,
    "pca_prim": (*_PRIM_WORKS, "dalal2013"),
}


def _boxes(one: SavedAnalysis) -> Statement:
    asked, method = one.asked, one.asked.get("method", "prim")
    level = f"{asked['threshold']:.6g}" if "threshold" in asked else messages.A_THRESHOLD
    text = messages.ABOVE if asked.get("above", True) else messages.BELOW
    # Read here and not at import, because a message is in the reader's language.
    how = {"cart": "CART", "prim": messages.PRIM, "pca_prim": messages.PCA_PRIM}[method]
    return Statement(
        text.format(
            method=how,
            outcome=asked.get("outcome", messages.THE_OUTCOME),
            level=_with_software(level, [one]),
        ),
        _BOX_WORKS[method],
    )


def _clusters(one: SavedAnalysis) -> Statement:
    asked = one.asked
    text = messages.CLUSTERED.format(
        quantity=translate(str(asked["outcome"]).replace("_", " ")),
        method=_with_software(messages.AVERAGE_LINKAGE, [one]),
        **{name: asked[name] for name in ("clusters", "series", "all_runs")},
    )
    return Statement(text, ("batista2014", "steinmann2020"))


def _front(one: SavedAnalysis) -> Statement:
    asked = one.asked
    theories, searches = asked.get("theories", ()), asked.get("searches", 1)
    said = [
        messages.SEARCHED.format(
            method=_with_software("NSGA-II", [one]),
            objectives=", ".join(asked.get("objectives", ())),
            evaluations=asked.get("evaluations", 0),
            runs=asked.get("runs", 0),
            seed=asked.get("seed", 0),
        )
    ]
    if len(theories) > 1:
        said.append(messages.AT_WORST.format(n=len(theories)))
    if searches > 1:
        said.append(messages.SEARCHES.format(n=searches))
    said.append(messages.RUN_AGAIN)
    if "settled" in asked:
        said.append(messages.CONVERGED if asked["settled"] else messages.NOT_CONVERGED)
    return Statement(" ".join(said), ("deb2002", "blank2020", "zitzler1999"))


def _regret(one: SavedAnalysis) -> Statement:
    policies, theories = one.table.shape
    outcome = one.asked.get("outcome", messages.THE_OUTCOME)
    text = messages.REGRET.format(policies=policies, outcome=outcome, theories=theories)
    return Statement(text, ("savage1951", "lempert2006"))


def _mechanisms(one: SavedAnalysis) -> Statement:
    outcome = one.asked.get("outcome", messages.THE_OUTCOME)
    return Statement(messages.MECHANISMS.format(outcome=outcome))


_STATEMENT_OF_KIND: dict[str, Callable[[SavedAnalysis], Statement]] = {
    "boxes": _boxes,
    "clusters": _clusters,
    "front": _front,
    "regret": _regret,
    "mechanisms": _mechanisms,
}


def _outcomes(of_kind: Sequence[SavedAnalysis]) -> str:
    names = [str(one.asked.get("outcome", "")) for one in of_kind]
    units = {name: OUTCOMES_BY_NAME.get(name.rpartition(".")[2]) for name in names}
    return ", ".join(
        messages.WITH_DETAIL.format(name=name, detail=translate(known.unit))
        if (known := units[name])
        else name
        for name in names
    )


def _with_software(words: str, of_kind: Sequence[SavedAnalysis]) -> str:
    """Return words with the libraries behind these analyses in brackets, if there are any."""
    software = _software_of(of_kind)
    return messages.WITH_DETAIL.format(name=words, detail=software) if software else words


def _software_of(of_kind: Sequence[SavedAnalysis]) -> str:
    return ", ".join(f"{name} {version}" for name, version in software_of(of_kind).items())
