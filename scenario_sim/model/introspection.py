"""Find where a lever acts, from the source of the equations and from the states' files.

The page shows the result beside each slider, so the text there always matches the model. A lever
acts through *equations*, assignments in `equations.py` that name it. It also acts through *terms*,
lines of a state's file that weigh the lever or a quantity that the motive rules compute from it.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from scenario_sim.data.parameters import SETTINGS, Parameter
from scenario_sim.data.states import Cast, load_cast
from scenario_sim.language import translate, translate_constants
from scenario_sim.model import equations

# The states weigh the results of these rules directly. Results of other rules are conditions, which
# many other things change as well.
MOTIVE_RULES = (
    equations.lever_transforms, equations.public_information, equations.missile_defence,
    equations.war_chest, equations.reach, equations.motives,
)  # fmt: skip

ALL_RULES = (
    *equations.WEEK_START_RULES, equations.lever_transforms, equations.launches,
    equations.security_council, *equations.WEEK_END_RULES, *equations.HAZARD_RULES,
)  # fmt: skip


@dataclass(frozen=True)
class Equation:
    """One assignment of a rule: `makes = text`, and the coefficients in it."""

    rule: str
    makes: str
    text: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True)
class WeighedTerm:
    """A term by which a state weighs a lever.

    state: the state's name. what: the decision or appraisal. words: the term in words. through: the
    quantity that carries the lever's effect, if it is not the lever itself.
    """

    state: str
    what: str
    words: str
    through: str
    coefficient: Parameter


@dataclass(frozen=True)
class LeverUses:
    """All equations and terms through which one lever acts."""

    equations: tuple[Equation, ...]
    terms: tuple[WeighedTerm, ...]

    @property
    def changes_hazards_only(self) -> bool:
        """Return True if the lever changes hazards alone, and no state's acts."""
        return not self.terms and {e.rule for e in self.equations} == {"hazards"}


@cache
def find_lever_uses(name: str) -> LeverUses:
    """Return where a lever, hypothesis or circumstance acts, with the six shipped states."""
    cast = load_cast()
    found, quantities = [], {name}
    for rule in ALL_RULES:
        assignments, results = _reads(rule.__name__, name)
        found += [_equation(rule.__name__, *pair, cast) for pair in assignments]
        if rule in MOTIVE_RULES:
            quantities |= results
    unique = tuple(dict.fromkeys(found))  # one rule is applied twice a week
    return LeverUses(unique, tuple(_terms(quantities, cast)))


@cache
def equations_for(quantity: str) -> tuple[Equation, ...]:
    """Return the equations that compute a quantity; none for levers, dates and pushes of acts.

    A rule that only hands on a quantity under its own name is left out.

    A state's own quantities, such as `DPRK.threat`, get the equations of threat perception.
    """
    state, _, own = quantity.rpartition(".")
    if state and own in ("threat", "alarm"):
        assignments = [("threat_perception", *pair) for pair in _assignments("threat_perception")]
    else:
        names = dict.fromkeys(rule.__name__ for rule in ALL_RULES)
        assignments = [(n, *pair) for n in names for pair in _assignments(n) if pair[0] == quantity]
    cast = load_cast()
    made = (_equation(rule, makes, ast.unparse(value), cast) for rule, makes, value in assignments)
    return tuple(equation for equation in made if equation.text != equation.makes)


# --- equations -----------------------------------------------------------------------------------

NUMBER_NAMES = {"zero": "0", "one": "1"}  # as the rules call them
FUNCTIONS_IN_WORDS = {  # of the rules: what a reader sees in place of the call
    "minimum": "the smaller of {0} and {1}",
    "maximum": "the larger of {0} and {1}",
    "clip01": "{0}, kept from 0 to 1",
    "where": "{1} where {0}, else {2}",
    "floor": "{0}, rounded down",
    "expit": "the logistic of {0}",
    "ndtr": "the normal distribution at {0}",
    "ndtri": "the normal quantile of {0}",
    "share_left": "the share left after a week of half-life {0}",
    "span": "a row for each",
    "ones_like": "1",
    "zeros_like": "0",
}


class _Worded(ast.NodeTransformer):
    """Replace calls by their words. `ast.unparse` writes the name of a node as it stands."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        node.keywords = []  # where a result is stored says nothing to a reader
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        words = FUNCTIONS_IN_WORDS.get(called)
        if words is None:
            return node
        said = translate(words).format(*(ast.unparse(argument) for argument in node.args))
        return ast.Name(id=f"({said})" if " " in said else said)


def _equation(rule: str, makes: str, value: str, cast: Cast) -> Equation:
    tree = ast.parse(value, mode="eval")
    names = _attributes_of(tree, "p")
    coefficients = tuple(cast.parameters[n] for n in dict.fromkeys(names) if n in cast.parameters)
    worded = _Worded().visit(tree)
    is_one_call = isinstance(worded.body, ast.Name) and worded.body.id.startswith("(")
    text = worded.body.id[1:-1] if is_one_call else ast.unparse(worded)
    text = text.replace("b.", "").replace("p.", "")
    for name, number in NUMBER_NAMES.items():
        text = re.sub(rf"\b{name}\b", number, text)
    return Equation(rule, makes, text, coefficients)


@cache
def _assignments(rule: str) -> tuple[tuple[str, ast.expr], ...]:
    """Return (name, value) of each assignment of a rule in order, its returned rows last."""
    tree = ast.parse(inspect.getsource(getattr(equations, rule)))
    rows: list[tuple[str, ast.expr]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            rows.append((node.targets[0].id, node.value))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            rows += _pairs(node.targets[0], node.value)
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
            rows += [
                (key.value, value)
                for key, value in zip(node.value.keys, node.value.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            ]
    return tuple(sorted(rows, key=lambda row: row[1].lineno))


def _pairs(targets: ast.Tuple, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield each assignment within `one, other = b.this, b.that`."""
    if isinstance(value, ast.Tuple):
        for target, part in zip(targets.elts, value.elts, strict=True):
            if isinstance(target, ast.Name):
                yield target.id, part


def _reads(rule: str, lever: str) -> tuple[list[tuple[str, str]], set[str]]:
    """Return the assignments of a rule that name a lever, and all results that depend on it."""
    assignments: list[tuple[str, str]] = []
    results: set[str] = set()
    for makes, value in _assignments(rule):
        names = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
        if makes == "always":
            continue  # a row of ones, shaped like a lever but independent of it
        direct = lever in _attributes_of(value, "b")
        alias = isinstance(value, ast.Attribute)  # `threats = b.us_threats` says nothing by itself
        if direct and not alias:
            assignments.append((makes, ast.unparse(value)))
        elif not direct and _is_alias(rule, results & names, lever):
            assignments.append((makes, ast.unparse(value)))
        if direct or names & results:
            results.add(makes)
    return assignments, results


def _is_alias(rule: str, names: set[str], lever: str) -> bool:
    """Return True if one of these names is a local alias of the lever: `threats = b.us_threats`."""
    return any(
        makes in names
        and isinstance(value, ast.Attribute)
        and _attributes_of(value, "b") == [lever]
        for makes, value in _assignments(rule)
    )


def _attributes_of(tree: ast.AST, of: str) -> list[str]:
    """Return the names of the attributes of `b` or of `p` in an expression."""
    return [
        n.attr
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == of
    ]


# --- terms ---------------------------------------------------------------------------------------


def _terms(quantities: set[str], cast: Cast) -> Iterator[WeighedTerm]:
    """Yield the terms of all states that weigh one of these quantities."""
    for state in cast.states:
        sums = [(a.name, a.terms) for a in state.appraisal]
        sums += [(a.name, a.utility) for a in state.action]
        if state.threat:
            sums.insert(0, (translate("feeling threatened"), state.threat.terms))
        for what, terms in sums:
            for term in terms:
                if term.quantity in quantities:
                    through = "" if term.quantity in SETTINGS else term.quantity
                    coefficient = cast.parameters[term.coefficient]
                    yield WeighedTerm(state.name, what, term.all_words, through, coefficient)


translate_constants(__name__, "FUNCTIONS_IN_WORDS")
