"""List levers, coefficients, actions, outcomes and recorded quantities as rows.

The command line and the docs share these rows. Every row is a dict of plain values; all rows of a
section have the same keys, in the order of the columns.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from scenario_sim.data.parameters import CIRCUMSTANCES, HYPOTHESES, LEVERS, Lever
from scenario_sim.data.pathways import PATHWAYS
from scenario_sim.data.plugins import Plugins
from scenario_sim.data.states import MECHANISMS, Cast, Term, load_cast
from scenario_sim.data.variables import (
    CONDITIONS,
    MEMORIES,
    RECORDED_PER_STATE,
    RECORDED_QUANTITIES,
)

Row = dict[str, Any]


def levers() -> list[Row]:
    """Return the levers that a policymaker may move."""
    return [_setting(lever) for lever in LEVERS]


def hypotheses() -> list[Row]:
    """Return the settings on which experts disagree."""
    return [_setting(lever) for lever in HYPOTHESES]


def circumstances() -> list[Row]:
    """Return the settings that scenarios fix and no policymaker moves."""
    return [_setting(lever) for lever in CIRCUMSTANCES]


def coefficients(cast: Cast | None = None) -> list[Row]:
    """Return every coefficient of an equation or a utility."""
    return [
        {
            "name": p.name,
            "default": p.default,
            "low": p.low,
            "high": p.high,
            "unit": p.unit,
            "source": p.source,
            "meaning": p.help,
        }
        for p in (cast or load_cast()).parameters.values()
    ]


def states(cast: Cast | None = None) -> list[Row]:
    """Return the states: role, channels, resources, and what threatens each."""
    cast = cast or load_cast()
    return [
        {
            "state": state.code,
            "name": state.name,
            "role": state.role.replace("_", " "),
            "channels": ", ".join(channel.id for channel in state.channel),
            "resources": ", ".join(state.resources),
            "feels threatened by": _in_words(state.threat.terms, cast) if state.threat else "",
        }
        for state in cast.states
    ]


def actions(cast: Cast | None = None) -> list[Row]:
    """Return each state's actions and their utilities."""
    cast = cast or load_cast()
    return [
        {
            "state": state.code,
            "channel": str(action.channel),
            "action": action.id,
            "name": action.name,
            "family": str(action.family),
            "rung": int(action.rung),
            "polarity": action.polarity,
            "only if": action.only_if,
            "utility": _in_words(action.utility, cast),
        }
        for state, action in cast.actions.values()
    ]


def appraisals(cast: Cast | None = None) -> list[Row]:
    """Return the judgements that several utilities share, such as the mood for testing."""
    cast = cast or load_cast()
    return [
        {
            "state": state.code,
            "appraisal": appraisal.id,
            "name": appraisal.name,
            "through": appraisal.through.replace("_", " "),
            "terms": _in_words(appraisal.terms, cast),
        }
        for state in cast.states
        for appraisal in state.appraisal
    ]


def mechanisms() -> list[Row]:
    """Return the mechanisms that a scenario may leave out."""
    return [
        {
            "mechanism": name,
            "a world without it": mechanism.words,
            "leaves out the terms of": ", ".join(sorted(mechanism.coefficients)),
        }
        for name, mechanism in MECHANISMS.items()
    ]


def pathways() -> list[Row]:
    """Return the pathways through which a change of policy travels, and what cutting them sets."""
    return [
        {
            "pathway": name,
            "from": pathway.start,
            "to": pathway.end,
            "what happens": pathway.words,
            "sets": ", ".join(
                f"{coefficient} {value:g}"
                for coefficient, value in (*pathway.cut.items(), *pathway.settings.items())
            )
            or "the lever itself back",
        }
        for name, pathway in PATHWAYS.items()
    ]


def outcomes() -> list[Row]:
    """Return the outcomes, one value a run."""
    from scenario_sim.simulation.outcomes import OUTCOMES  # brings pandas along

    return [
        {
            "name": outcome.name,
            "unit": outcome.unit,
            "low": outcome.low,
            "high": outcome.high,
            "meaning": outcome.meaning,
        }
        for outcome in OUTCOMES
    ]


def quantities() -> list[Row]:
    """Return the quantities that are recorded every week, by their names in a dataset."""
    lasting = {q.name: "condition" for q in CONDITIONS} | {q.name: "memory" for q in MEMORIES}
    rows = [
        (q.name, lasting.get(q.name, "worked out each week"), "run, week", q)
        for q in RECORDED_QUANTITIES
    ]
    for q in RECORDED_PER_STATE:
        name = "threat_perception" if q.name == "threat" else q.name
        rows.append((name, "a state's own", "run, week, state", q))
    return [
        {
            "name": name,
            "symbol": q.symbol,
            "kind": kind,
            "axes": axes,
            "unit": q.unit,
            "low": q.low,
            "high": q.high,
            "meaning": q.meaning,
        }
        for name, kind, axes, q in rows
    ]


def own_rows(plugins: Plugins) -> dict[str, list[Row]]:
    """Return the rows that plug-ins add, by section."""
    bounds = {"low": -math.inf, "high": math.inf}
    return {
        "outcomes": [
            {"name": own.name, "unit": own.unit, **bounds, "meaning": own.description}
            for own in plugins.outcomes
        ],
        "quantities": [
            {"name": q.name, "symbol": "", "kind": "of a plug-in", "axes": "run, week",
             "unit": q.unit, **bounds, "meaning": q.description}
            for q in plugins.quantities.values()
        ],
    }  # fmt: skip


SECTIONS: dict[str, Callable[[], list[Row]]] = {
    "levers": levers,
    "hypotheses": hypotheses,
    "circumstances": circumstances,
    "states": states,
    "actions": actions,
    "appraisals": appraisals,
    "coefficients": coefficients,
    "outcomes": outcomes,
    "quantities": quantities,
}


# --- how rows are written ----------------------------------------------------------------------


def as_markdown(rows: Sequence[Row], columns: Iterable[str] = ()) -> str:
    """Return a Markdown table; `columns` chooses some of the keys and their order, else all."""
    if not rows:
        return ""
    columns = list(columns) or list(rows[0])
    lines = [columns, ["---"] * len(columns)]
    lines += [[as_text(row[column]).replace("|", "\\|") for column in columns] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def as_text(value: Any) -> str:
    """Return a cell: six digits, yes or no, and nothing for an infinite bound."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if value in (float("inf"), float("-inf")) else f"{value:.6g}"
    return str(value)


def _setting(lever: Lever) -> Row:
    return {
        "name": lever.name,
        "symbol": lever.symbol,
        "label": lever.label,
        "low": lever.low,
        "high": lever.high,
        "default": lever.default,
        "low means": lever.low_means,
        "high means": lever.high_means,
        "simple": lever.simple,
        "enters": lever.enters,
        "meaning": lever.help,
        "source": lever.source,
    }


def _in_words(terms: Iterable[Term], cast: Cast) -> str:
    """Return a sum of terms in words with weights: `a device ready / no device ready +1, ...`."""
    weights = ((t.all_words, cast.parameters[t.coefficient].default) for t in terms)
    return ", ".join(f"{words} {weight:+.4g}" for words, weight in weights)
