"""Folders import downward, names say something, equations stay pure, and the tools that check it run."""

from __future__ import annotations

import ast
import os
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from importlinter.cli import lint_imports

import scenario_sim

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "scenario_sim"
MODULES = sorted(HOUSE.rglob("*.py"))
PUBLIC = [
    "EscalationModel",
    "Scenario",
    "compare",
    "list_scenarios",
    "load_plugins",
    "load_scenario",
    "replay",
    "simulate",
]


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it, by its dotted name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


def importers(package: str) -> set[str]:
    """The modules of the house that import `package`, by their place below `scenario_sim`."""
    return {
        path.relative_to(HOUSE).as_posix()
        for path in MODULES
        if any(name.split(".")[0] == package for name in imports(path))
    }


# --- who imports whom ------------------------------------------------------------------------------


def test_imports_run_downward_and_never_in_a_circle(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)  # where the contracts are: pyproject.toml
    # It would switch off every logger that is there, for all tests after this one.
    monkeypatch.setattr("logging.config.dictConfig", lambda settings: None)
    assert lint_imports(no_cache=True, no_logo=True) == 0, capsys.readouterr().out


def test_mesa_is_imported_in_agents_and_model_alone():
    assert importers("mesa") == {"model/agents.py", "model/model.py"}


def test_llvmlite_is_imported_in_the_kernel_s_machine_alone():
    assert importers("llvmlite") == {"model/kernel/machine.py"}


@pytest.mark.parametrize("package", ["solara", "reacton", "ipyvue", "ipyvuetify", "ipywidgets"])
def test_solara_and_its_widgets_are_imported_under_ui_alone(package):
    assert {place.split("/")[0] for place in importers(package)} <= {"ui"}


def test_the_top_of_the_package_is_the_map_of_contributing():
    """Newcomers find a behaviour by the folder's name, so there are few, and the map lists all."""
    rows = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## The map")[2]
    table = rows.partition("Ten questions")[0]
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    on_the_map = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    folders = {path.parent.name for path in HOUSE.glob("*/__init__.py")}
    modules = {path.stem for path in HOUSE.glob("*.py")}
    assert len(modules) <= 8
    assert on_the_map == folders | {name for name in modules if not name.startswith("__")}


def test_no_module_has_a_name_that_says_nothing():
    names = {part for path in MODULES for part in path.relative_to(HOUSE).with_suffix("").parts}
    assert not names & {"utils", "util", "base", "helpers", "core", "config", "common", "misc"}


def test_docstrings_begin_with_verbs_and_names_hold_usual_words():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "check_style.py"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_a_coined_word_and_a_docstring_without_a_verb_are_found(tmp_path, monkeypatch):
    check_style = runpy.run_path(str(ROOT / "tools" / "check_style.py"))
    module = tmp_path / "cells.py"
    module.write_text('"""What a cell is."""\nshelf_of = 1\n')
    monkeypatch.setitem(check_style["faults"].__globals__, "ROOT", tmp_path)
    found = list(check_style["faults"](module))
    assert [fault.split(": ")[0] for fault in found] == ["cells.py:2", "cells.py:1"]


def test_a_docstring_with_too_long_a_sentence_is_found(tmp_path, monkeypatch):
    check_style = runpy.run_path(str(ROOT / "tools" / "check_style.py"))
    module = tmp_path / "cells.py"
    monkeypatch.setitem(check_style["faults"].__globals__, "ROOT", tmp_path)
    most = check_style["MAX_SENTENCE_WORDS"]
    for words, places in ((most, []), (most + 1, ["cells.py:1"])):
        module.write_text(f'"""Add `a b c`. {"day " * words}\n\n- {"item " * 40}\n"""\n')
        assert [fault.split(": ")[0] for fault in check_style["faults"](module)] == places


def test_a_function_with_too_long_a_body_is_found(tmp_path, monkeypatch):
    check_style = runpy.run_path(str(ROOT / "tools" / "check_style.py"))
    body = ["    x = 1"] * check_style["MAX_FUNCTION_LINES"]
    head = ["def add(", "    one,", "):", '    """Add.', "", "    More words.", '    """']
    module = tmp_path / "cells.py"
    monkeypatch.setitem(check_style["faults"].__globals__, "ROOT", tmp_path)
    for lines, places in ((body, []), ([*body, "    x = 2"], ["cells.py:1"])):
        module.write_text("\n".join([*head, *lines]))
        assert [fault.split(": ")[0] for fault in check_style["faults"](module)] == places


def test_a_module_that_is_too_long_needs_a_reason_and_a_reason_needs_a_long_module(tmp_path):
    check_style = runpy.run_path(str(ROOT / "tools" / "check_style.py"))
    most, exception = check_style["MAX_MODULE_LINES"], next(iter(check_style["LONG_MODULES"]))
    (tmp_path / exception).parent.mkdir(parents=True)
    sizes = {"cells.py": most, "files.py": most + 1, "figure.vue": most + 1, exception: most}
    for place, lines in sizes.items():
        (tmp_path / place).write_text("x = 1\n" * lines)
    found = [fault.split(": ")[0] for fault in check_style["long_modules"](tmp_path)]
    assert found == sorted(["files.py", "figure.vue", exception])
    assert all((HOUSE / place).is_file() for place in check_style["LONG_MODULES"])


# --- how many modules a request enters -------------------------------------------------------------

# Upper bounds, as measured: a new detour fails here. docs/architecture.md says what holds them.
MAX_MODULES = {
    "A lever to the finished result": 38,
    "A scenario file to Parquet": 37,
    "A run to its sentences": 16,
}


@pytest.fixture(scope="module")
def walks() -> dict[str, tuple[int, str]]:
    """Count and table of each walk, in a process of its own: no other thread may be counted."""
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "module_walks.py"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.findall(
        r"^\*\*(.*): (\d+) modules\.\*\*\n\n((?:\|.*\n)+)", done.stdout, re.MULTILINE
    )
    return {title: (int(count), table) for title, count, table in found}


@pytest.mark.parametrize("title", MAX_MODULES)
def test_a_request_enters_no_more_modules_than_before(walks, title):
    assert walks[title][0] <= MAX_MODULES[title]


def test_each_walk_passes_the_modules_that_do_its_work(walks):
    work = {
        "A lever to the finished result": ("model/kernel", "`run`", "`fan`", "`cache`"),
        "A scenario file to Parquet": ("`toml_lines`", "model/kernel", "`parquet`"),
        "A run to its sentences": ("`single_run`", "`events`"),
    }
    for title, words in work.items():
        assert all(word in walks[title][1] for word in words), title


def test_the_docs_draw_the_walks_as_they_are(walks):
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for title, (count, table) in walks.items():
        assert f"**{title}: {count} modules.**\n\n{table}" in page


# --- what the package shows ------------------------------------------------------------------------


def test_public_names_are_exact_and_sorted():
    assert list(scenario_sim.__all__) == PUBLIC
    assert all(hasattr(scenario_sim, name) for name in PUBLIC)
    with pytest.raises(AttributeError):
        _ = scenario_sim.no_such_name


@pytest.mark.parametrize("module", ["scenario_sim", "scenario_sim.cli"])
def test_importing_is_light(module):
    """`scenario-sim --help` answers in about a second, so what is slow to load waits for its use."""
    script = f"import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert not set(done.stdout.split()) & {
        "mesa",
        "solara",
        "pandas",
        "xarray",
        "pyarrow",
        "llvmlite",
    }


def test_the_version_is_the_same_wherever_it_stands():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\nversion: {project['version']}\n" in citation
    entries = changelog.split("\n## [")[1:]
    assert entries[0].startswith(f"{project['version']}]")
    assert all("**Results moved:**" in entry for entry in entries)


# --- what runs before a commit and after a push ------------------------------------------------------


def read_yaml(name: str):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def pinned_version(package: str) -> str:
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    return re.search(rf"^{re.escape(package)}==(\S+)$", pins, re.MULTILINE)[1]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_the_ci_runs_commands_that_exist():
    job = read_yaml(".github/workflows/ci.yml")["jobs"]["test"]
    commands = [line for step in job["steps"] for line in step.get("run", "").splitlines()]
    assert len(commands) == 3
    script, install, tests = map(shlex.split, commands)

    assert os.access(ROOT / script[0], os.X_OK)
    assert shlex.split((ROOT / script[0]).read_text("utf-8").splitlines()[-1]) == [
        "exec",
        "make",
        "test",
    ]
    assert "test" in make_targets()

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert install[:4] == ["python", "-m", "pip", "install"]
    assert (ROOT / install[install.index("-c") + 1]).is_file()
    assert install[-1] == ".[dev]" and "dev" in project["project"]["optional-dependencies"]

    markers = [line.split(":")[0] for line in project["tool"]["pytest"]["ini_options"]["markers"]]
    assert tests[:3] == ["python", "-m", "pytest"]
    assert tests[tests.index("-m", 3) + 1] == "not browser" and "browser" in markers


def test_the_ci_tries_each_python_that_the_package_names():
    matrix = read_yaml(".github/workflows/ci.yml")["jobs"]["test"]["strategy"]["matrix"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert matrix["python"] == named
    assert project["requires-python"] == f">={named[0]}"


def test_pre_commit_formats_with_the_version_of_make_lint():
    repos = {repo["repo"]: repo for repo in read_yaml(".pre-commit-config.yaml")["repos"]}
    ruff = repos["https://github.com/astral-sh/ruff-pre-commit"]
    assert ruff["rev"] == f"v{pinned_version('ruff')}"
    assert [hook["id"] for hook in ruff["hooks"]] == ["ruff-check", "ruff-format"]
    (own,) = repos["local"]["hooks"]
    command = shlex.split(own["entry"])
    assert (ROOT / command[1]).is_file()
    recipe = (ROOT / "Makefile").read_text("utf-8").partition("\nlint:")[2].partition("\n\n")[0]
    for words in ("ruff check", "ruff format --check", " ".join(command)):
        assert words in recipe


# --- rules are arithmetic --------------------------------------------------------------------------

ALLOWED_IMPORTS = {"__future__", "numpy", "scipy.special", "scenario_sim.data.enums"}
BRANCHES = (ast.If, ast.IfExp, ast.While, ast.Match, ast.BoolOp, ast.Try, ast.Assert)
WRITES = (ast.Global, ast.Nonlocal, ast.Delete, ast.AugAssign, ast.With, ast.Raise)
# Sums over an axis add up in an order that depends on its length, and so round differently when
# a run stands alone.
SUMS = {"dot", "vdot", "inner", "matmul", "einsum", "tensordot", "sum", "nansum", "mean", "prod"}
SUMS |= {"average", "std", "var", "cumsum", "reduce", "accumulate"}
UNSEEN = {
    "random",
    "print",
    "open",
    "input",
    "eval",
    "exec",
    "load",
    "save",
    "setattr",
    "any",
    "all",
}


def impurities(source: str) -> list[str]:
    """What in a module of rules is more than arithmetic on vectors, as `line: what`."""
    tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                bad = [f"imports {n.name}" for n in names if n.name not in ALLOWED_IMPORTS]
            case ast.ImportFrom(module=module, level=level):
                bad = [] if module in ALLOWED_IMPORTS and not level else [f"imports {module}"]
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in SUMS | UNSEEN:
                bad = [f"uses {name}"]
            case ast.BinOp(op=ast.MatMult()):
                bad = ["multiplies with @"]
            case ast.UnaryOp(op=ast.Not()):
                bad = ["negates with not"]
            case ast.Compare(ops=ops) if len(ops) > 1:
                bad = ["chains comparisons"]  # `a < b < c` asks a vector for one truth
            case ast.comprehension(ifs=[_, *_]):
                bad = ["filters"]
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                bad = ["writes into what it was given"]
            case _ if isinstance(node, BRANCHES):
                bad = [f"branches ({type(node).__name__})"]
            case _ if isinstance(node, WRITES):
                bad = [f"acts on the world ({type(node).__name__})"]
            case _:
                bad = []
        found += [f"{node.lineno if hasattr(node, 'lineno') else '?'}: {what}" for what in bad]
    return found


def test_rules_are_pure():
    assert impurities((HOUSE / "model" / "equations.py").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "impure",
    [
        "def f(b, p):\n    if b.x > 0:\n        return {}",
        "def f(b, p):\n    while b.x > 0:\n        pass",
        "def f(b, p):\n    return b.x if p.y else b.z",
        "def f(b, p):\n    return b.x and b.y",
        "def f(b, p):\n    return not b.x",
        "def f(b, p):\n    return 0 < b.x < 1",
        "def f(b, p):\n    return [x for x in b if x > 0]",
        "def f(b, p):\n    return b.x @ p.y",
        "def f(b, p):\n    return b.x.dot(p.y)",
        "def f(b, p):\n    return b.x.sum()",
        "def f(b, p):\n    return np.sum(b.x)",
        "def f(b, p):\n    return np.random.random()",
        "def f(b, p):\n    print(b.x)",
        "def f(b, p):\n    open('x')",
        "def f(b, p):\n    b.x = 1",
        "def f(b, p):\n    b['x'] = 1",
        "def f(b, p):\n    b.x += 1",
        "import os",
        "import random",
        "from scipy import stats",
        "from . import board",
    ],
)
def test_an_impure_rule_is_noticed(impure):
    assert impurities(impure)


def test_arithmetic_is_not_taken_for_impurity():
    pure = "def f(b, p):\n    return {'x': np.where(b.x > 0, p.y * b.x, -b.x) for n in range(3)}"
    assert impurities(pure) == []
