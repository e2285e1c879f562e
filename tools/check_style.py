"""Check what ruff cannot: words that name nothing, docstrings, long sentences, and sizes.

`make lint` runs it. CONTRIBUTING.md ("Names and prose") has the rules.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("scenario_sim", "benchmarks", "docs", "tools")
MAX_FUNCTION_LINES = 40  # of its body: the signature and the docstring do not count
MAX_MODULE_LINES = 300
MAX_SENTENCE_WORDS = 25
# Modules of the package that are longer, and why none of their parts has a name of its own.
LONG_MODULES = {
    # Tables: one entry after another, read by name.
    "data/history/rows.py": "one model a file of the record",
    "data/parameters/coefficients.py": "one entry a coefficient",
    "data/parameters/levers.py": "one entry a lever",
    "data/states/schema.py": "one class a table of a state's file",
    "data/variables.py": "one entry a quantity",
    "errors.py": "the exceptions, and the words that their messages share",
    "language.py": "one language: its texts, numbers and dates, and its catalogue",
    "reporting/messages.py": "words of results",
    "reporting/study/exhibits.py": "one function a figure, with its caption",
    "simulation/outcomes.py": "one entry an outcome, and its measure",
    "validation/claims/claims.py": "one entry a claim of the article",
    "validation/stylised_facts.py": "one entry a fact, and its measure",
    "toml_lines.py": "one reader: its limits, its lines, and its messages",
    "validation/theory_evidence.py": "one function a question, on the same days of the record",
    # The signature of a command is a table of options.
    "cli/analyses.py": "four commands, each with a line an option",
    "cli/json_models/validation.py": "one model a command's JSON",
    "cli/options.py": "one entry an option that commands share, with its check",
    "cli/tables.py": "one function a table of the terminal",
    "cli/validation.py": "three commands, each with a line an option",
    # One description, which readers follow from its first line to its last.
    "model/equations.py": "the equations of a week, in their order: docs/model.md quotes them",
    "scenario/constraints.py": "one function a constraint, in the order in which problems are told",
    "scenario/files.py": "one format: what `extends` reads and writes belongs together",
    "scenario/tables.py": "one model a table of a scenario file",
    "simulation/cycles.py": "one definition of a cycle, by weeks and as a measure",
    "studies/study_file/plan.py": "one function a key of a study file, in their order",
    "studies/workflows.py": "one function a workflow, with numpydoc of each parameter",
    "teaching/lesson.py": "one format: the models of a lesson's tables",
    # One algorithm, whose steps use the same private state.
    "model/kernel/symbols.py": "a row and a block of rows, which NumPy's operators turn into each other",
    "scenario/advice.py": "one entry a caution, and what they share",
    "simulation/change_explanation.py": "shares and chains of one decomposition",
    "simulation/what_if.py": "the same counterfactual in one run and over an ensemble",
    "studies/analysis/sensitivity.py": "a fifth are references; designs and indices go in pairs",
    "studies/dask_executor.py": "a worker and its client check the same versions",
    "studies/run.py": "one study's loop and its progress",
    "teaching/game/debrief.py": "one result and its four parts",
    "teaching/game/observation.py": "what a state sees: its judgements and public events",
    "validation/claims/trial.py": "one trial: what is drawn, assessed and kept",
    "validation/outlook.py": "a frozen outlook, and its score",
    # Pages: what is drawn stands in the order in which it is read.
    "reporting/html/page.py": "one function a section, in the order of the page",
    "reporting/study/figures.py": "one function a figure, in one style",
    "reporting/why.py": "the sentences of one explanation",
    "ui/components/timeline.vue": "one Vue component: template, state and handlers",
    "ui/state.py": "one frozen state, and a method a change",
}
FIRST_WORDS = {"What", "Who", "How", "Whoever", "Whatever", "Where", "Which"}
# Names that were coined here, and stand for nothing that a reader knows.
COINED = {
    *("cures", "doors", "forking", "invariants", "ledger", "lookout", "minds"),
    *(
        "parcel",
        "parcels",
        "shard",
        "shards",
        "shelf",
        "shelves",
        "tallies",
        "unasked",
        "wire",
        "wiring",
    ),
}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
SECTION = re.compile(r"\n\s*(?:Parameters|Returns|Yields|Raises|References|Examples)\n\s*---")
# Paragraphs that are no prose: examples, lists, trees, references, and tables by their wide gaps.
NO_PROSE = re.compile(r"^(?: |>>>|- |\[\d)|   ", re.MULTILINE)


def words_of(name: str) -> set[str]:
    """Return the words of an identifier, in lower case.

    >>> sorted(words_of("LectureSeed_of"))
    ['lecture', 'of', 'seed']
    """
    return {word.lower() for word in WORD.findall(name)}


def definitions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each class, function, argument and variable of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines the body of a function has, without its docstring."""
    first = (
        function.body[1] if ast.get_docstring(function) and function.body[1:] else function.body[0]
    )
    return (function.end_lineno or 0) - first.lineno + 1


def long_sentences(docstring: str) -> Iterator[str]:
    """Yield sentences with too many words from the prose of a docstring; code is one word.

    >>> list(long_sentences("One run. " + "A day and " * 9 + "a night."))[0][:13]
    'A day and A d'
    """
    for paragraph in re.split(r"\n\s*\n", SECTION.split(docstring)[0]):
        if not NO_PROSE.search(paragraph):
            for sentence in re.split(r"(?<=[.!?:;])\s", re.sub(r"`[^`]*`", "x", paragraph)):
                if len(re.findall(r"[^\W\d_][\w'’-]*", sentence)) > MAX_SENTENCE_WORDS:
                    yield " ".join(sentence.split())


def faults(path: Path) -> Iterator[str]:
    """Yield what is wrong with one file, each with file and line."""
    tree = ast.parse(path.read_text("utf-8"))
    place = path.relative_to(ROOT).as_posix()
    for part in Path(place).with_suffix("").parts:
        for word in sorted(words_of(part) & COINED):
            yield f"{place}: `{word}` names nothing that a reader knows; take the usual term"
    for line, name in definitions(tree):
        for word in sorted(words_of(name) & COINED):
            yield f"{place}:{line}: `{name}`: `{word}` names nothing that a reader knows"
    for node in ast.walk(tree):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if is_function and (lines := body_lines(node)) > MAX_FUNCTION_LINES:
            yield (
                f"{place}:{node.lineno}: the body of `{node.name}` has {lines} lines, more than "
                f"{MAX_FUNCTION_LINES}; split it where a part has a name of its own"
            )
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring, line = ast.get_docstring(node) or "", getattr(node, "lineno", 1)
            for sentence in long_sentences(docstring):
                yield (
                    f"{place}:{line}: more than {MAX_SENTENCE_WORDS} words, split the sentence: "
                    f"{sentence[:60]}"
                )
            first = docstring.partition(" ")[0]
            if first in FIRST_WORDS:
                yield f'{place}:{line}: a docstring begins with "{first}"; begin with a verb'


def long_modules(package: Path) -> Iterator[str]:
    """Yield modules and Vue components of a package that are too long, and needless exceptions."""
    places = {path.relative_to(package).as_posix() for path in package.rglob("*.py")}
    places |= {path.relative_to(package).as_posix() for path in package.rglob("*.vue")}
    for place in sorted(places):
        lines = len((package / place).read_text("utf-8").splitlines())
        if lines > MAX_MODULE_LINES and place not in LONG_MODULES:
            yield (
                f"{place}: {lines} lines, more than {MAX_MODULE_LINES}; split it along an idea that "
                "has a name, or give a reason in LONG_MODULES"
            )
        elif lines <= MAX_MODULE_LINES and place in LONG_MODULES:
            yield f"{place}: {lines} lines; take it out of LONG_MODULES"


def main() -> int:
    found = [
        fault
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        for fault in faults(path)
    ]
    found += long_modules(ROOT / "scenario_sim")
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
