"""Say what the main outcomes depend on: the published global sensitivity analysis of this model.

`python docs/sensitivity.py` runs two study files and writes `sensitivity.json`, which the report of a
study reads. Groups of inputs share the variance of a mean; luck is the rest of the variance of one
future. A screening of every input alone names the dozen that move the main outcomes most.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from scenario_sim.data.parameters import PARAMETERS, SETTINGS, TABLE_OF_COEFFICIENT
from scenario_sim.errors import UnknownNameError
from scenario_sim.formatting import format_percent
from scenario_sim.language import translate, translate_constants
from scenario_sim.scenario.tables import GROUP_OF

FILE = "sensitivity.json"
SPANS = {"": "five years", "two years.": "two years"}  # before the outcome's name -> words
DOZEN = 12
WEEKS_OF_SPAN = {104: "two years", 260: "five years"}
DEPENDS_ON = (
    "Around Status quo and over {span}, {outcome} depends most on: {inputs}. Luck is {luck} of the "
    "variance of one future."
)
WITH_RANGE = "{words} ({name}, {low} to {high})"
PHRASE, QUOTED = "{phrase} ({source})", "“{label}” ({kind})"
KINDS = {
    "levers": "a lever",
    "hypotheses": "experts disagree",
    "circumstances": "a circumstance",
}
LEADING_INPUTS = 5  # of one outcome
DIGITS = 4


def summarise(
    groups: Mapping[str, pd.DataFrame],
    inputs: Mapping[str, pd.DataFrame],
    results: pd.DataFrame,
    runs: int,
) -> dict[str, Any]:
    """Return the content of `sensitivity.json` but for sizes and engine.

    Parameters
    ----------
    groups, inputs : mapping
        Tables of Sobol indices of groups and of Morris effects of inputs, by outcome: `name`, `S1`,
        `ST` ..., and `name`, `mu_star`, `mu` ....
    results : DataFrame
        The design points of the groups: each outcome's mean and its `mcse:`.
    runs : int
        Runs of a design point.

    Returns
    -------
    dict
        `outcomes`: by outcome and span the share of `luck`, `groups` and leading `inputs`; `dozen`:
        names of the inputs that carry most over all outcomes and spans.
    """
    outcomes: dict[str, dict[str, Any]] = {}
    for full, table in groups.items():
        name, span = _name_and_span(full)
        outcomes.setdefault(name, {})[span] = {
            "luck": round(luck_share(results[full], results[f"mcse:{full}"], runs), DIGITS),
            "groups": _records(table.sort_values("ST", ascending=False)),
            "inputs": _records(_leading(inputs[full], LEADING_INPUTS)),
        }
    return {"outcomes": outcomes, "dozen": leading_dozen(inputs.values())}


def luck_share(mean: pd.Series, mcse: pd.Series, runs: int) -> float:
    """Return the share of luck in the variance of one future, 0 to 1, by the law of total variance.

    The variance between the means of design points holds some luck too, which is taken off.

    Examples
    --------
    >>> import pandas as pd
    >>> round(luck_share(pd.Series([0.0, 2.0]), pd.Series([0.1, 0.1]), runs=100), 3)
    0.334
    """
    within = float((runs * mcse**2).mean())
    between = max(0.0, float(mean.var()) - within / runs)
    return within / (within + between) if within + between else 0.0


def leading_dozen(tables: Iterable[pd.DataFrame]) -> list[str]:
    """Return the inputs with the largest mean share of all Morris effects (`mu_star`)."""
    shares = [
        (one := table.set_index("name")["mu_star"]) / (one.sum() or np.nan) for table in tables
    ]
    mean = pd.concat(shares, axis=1).mean(axis=1).fillna(0.0)
    return [str(name) for name in mean.sort_values(ascending=False, kind="stable").index[:DOZEN]]


@cache
def kept_sensitivity() -> dict[str, Any]:
    """Return the analysis that was made last: the content of `sensitivity.json`."""
    text = files(__package__).joinpath(FILE).read_text("utf-8")
    kept: dict[str, Any] = json.loads(text)
    return kept


def dependence_sentence(outcome: str, span: str = "two years") -> str:
    """Say on which inputs an outcome depends most, and how much of one future is luck.

    Parameters
    ----------
    outcome : str
        One of the outcomes of the analysis. The sentence is empty for another one, and where the
        analysis that was made last is a trial with few samples.
    span : {"two years", "five years"}

    Raises
    ------
    UnknownNameError
        There is no such span.
    """
    found = find_dependence(outcome, span)
    if found is None:
        return ""
    return translate(DEPENDS_ON).format(
        span=translate(span),
        outcome=translate(outcome.replace("_", " ")),
        inputs="; ".join(map(_with_range, found.inputs)),
        luck=format_percent(found.luck),
    )


@dataclass(frozen=True)
class Dependence:
    """Hold what an outcome rests on: names of its leading inputs, and the share of luck, 0 to 1."""

    inputs: tuple[str, ...]
    luck: float


def find_dependence(outcome: str, span: str) -> Dependence | None:
    """Return what an outcome depends on; None where the published analysis does not cover it.

    Raises UnknownNameError for a span that is not one of SPANS.
    """
    if span not in SPANS.values():
        raise UnknownNameError("span", span, SPANS.values())
    kept = kept_sensitivity()
    found = kept["outcomes"].get(outcome, {}).get(span)
    if not found or kept["trial"]:
        return None
    return Dependence(tuple(row["name"] for row in found["inputs"]), found["luck"])


def input_phrase(name: str) -> str:
    """Return an input in plain words, and what its value rests on.

    >>> input_phrase("tension_decay")[:22], input_phrase("us_threats")
    ('how fast tension fades', '“US threats and strike talk” (a lever)')
    """
    if name in SETTINGS:
        return translate(QUOTED).format(
            label=SETTINGS[name].label, kind=translate(KINDS[GROUP_OF[name]])
        )
    coefficient = PARAMETERS[name]
    return translate(PHRASE).format(phrase=coefficient.phrase, source=coefficient.source)


def _with_range(name: str) -> str:
    one = SETTINGS[name] if name in SETTINGS else PARAMETERS[name]
    words = SETTINGS[name].label if name in SETTINGS else PARAMETERS[name].phrase
    low, high = f"{one.low:g}", f"{one.high:g}"
    return translate(WITH_RANGE).format(words=words, name=name, low=low, high=high)


def input_words(name: str) -> str:
    """Return an input with its kind: a setting's label, or a coefficient with its table.

    >>> input_words("hotline")
    'Hotline'
    """
    if name in SETTINGS:
        return SETTINGS[name].label
    table = TABLE_OF_COEFFICIENT.get(name, "own states")
    return f"{name} ({table})"


def _name_and_span(full: str) -> tuple[str, str]:
    start = next((start for start in SPANS if start and full.startswith(start)), "")
    return full.removeprefix(start), SPANS[start]


def _leading(table: pd.DataFrame, most: int) -> pd.DataFrame:
    return table.sort_values("mu_star", ascending=False, kind="stable").head(most)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(table.round(DIGITS).to_json(orient="records"))
    return rows


translate_constants(__name__, "DEPENDS_ON", "WITH_RANGE", "PHRASE", "QUOTED", "KINDS")
