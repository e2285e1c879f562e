"""Problems of a draft in the words of the form: its labels, and rows that count from 1."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import Problem
from scenario_sim.ui import messages

# Keys of a file whose label has another name in the form; "" has no label of its own.
LABELS = {
    "steps": "step", "ask": "", "slider": "", "choices": "choice", "scenario": "starts_in",
    "name": "lever", "step": "by",
}  # fmt: skip
MENUS = frozenset({"scenario", "base", "look", "outcome", "measure", "name", "state", "action"})
LISTS = frozenset({"steps", "choices", "changes", "acts", "levers"})
PARTS = re.compile(r"(\w+)(?:\[(\d+)\])?")  # of a key such as `steps[0].ask.after`


def describe_problem(problem: Problem) -> str:
    """Return a problem as a line of the form: its place by the labels there, and what to do.

    Examples
    --------
    >>> describe_problem(Problem("steps[0].ask.after", "is empty: write a text"))
    'Step 1, Your comment on the answer: is empty: write a text'
    """
    if not problem.key:
        return problem.text
    last = PARTS.findall(problem.key)[-1][0]
    text = problem.text
    if last in MENUS:
        text = messages.studio.CHOOSE
    elif problem.key in LISTS:
        text = messages.studio.ADD_ONE
    return messages.studio.PROBLEM.format(
        place=messages.studio.BETWEEN.join(_labels(problem.key)), text=text
    )


def _labels(key: str) -> Iterator[str]:
    """Yield the labels that lead to a place, from the outermost."""
    form, around = messages.studio.FORM, ""
    for name, index in PARTS.findall(key):
        label = LABELS.get(name, name)
        if name == "question" and around == "ask":
            label = "ask"  # a question inside a step, not that of the whole lesson
        if name == "levers" and not around:
            label = "levers_all"
        if name in SETTINGS:
            yield SETTINGS[name].label
        elif label in form:
            words = form[label]
            yield messages.studio.ROW.format(label=words, n=int(index) + 1) if index else words
        around = name
