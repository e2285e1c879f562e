"""The docs keep up with the code: tables, equations, commands, links, and what may not be said."""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest
from typer.main import get_command

from scenario_sim import compare, list_scenarios, load_scenario, simulate
from scenario_sim.data.parameters import PARAMETERS, SETTINGS
from scenario_sim.data.states import MECHANISMS, load_cast, load_starts
from scenario_sim.data.variables import PUSH_TARGETS
from scenario_sim.model import equations
from scenario_sim.reporting import codebook
from scenario_sim.simulation.engine import engine_version
from scenario_sim.simulation.outcomes import CAUSE_LABELS, OUTCOMES
from scenario_sim.simulation.single_run import simulate_run
from scenario_sim.studies.cells import Block

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
TUTORIALS = [ROOT / "README.md", *sorted(DOCS.glob("tutorials/*.md"))]
GENERATED = runpy.run_path(str(DOCS / "_scripts/site_pages.py"))["generated_pages"]()
GENERATE = runpy.run_path(str(DOCS / "generate.py"))


def text(page: Path) -> str:
    return page.read_text("utf-8")


MODEL, DATA, README = (text(p) for p in (DOCS / "model.md", DOCS / "data.md", ROOT / "README.md"))


def fences(page: str, *languages: str) -> list[str]:
    """The code blocks of a page in some languages."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    return [code for language, code in blocks if language in languages]


def unfenced(page: str) -> str:
    return re.sub(r"^```.*?^```$", "", page, flags=re.DOTALL | re.MULTILINE)


# --- tables --------------------------------------------------------------------------------------------


def test_a_resolution_leaves_of_exports_about_what_closing_the_largest_sector_leaves():
    """Why F13 needs no bans by sector: the coefficient says nearly the same."""
    shares = GENERATE["EXPORT_SECTORS"]
    assert sum(shares.values()) == pytest.approx(1)
    left = [
        [float(cell) for cell in row.split("|")[3:5]]
        for row in GENERATE["sectors"]().splitlines()[2:]
    ]
    assert len(left) == len(shares)
    assert all(abs(by_sector - by_coefficient) < 0.1 for by_sector, by_coefficient in left)


def test_every_mechanism_is_judged_on_the_page_of_mechanisms():
    page = runpy.run_path(str(DOCS / "mechanisms.py"))
    judged = {
        row.split(" | ")[0].removeprefix("| ")
        for row in text(DOCS / "mechanisms.md").splitlines()
        if row.startswith("| ") and not row.startswith("| change |")
    }
    assert judged == page["changes"](Path()).keys()
    for name in MECHANISMS:
        assert any(f"`{name}`" in words for words in judged)


PUBLISHED = {f"{name}.md" for name in
             ("calibration", "claims", "expert-review", "mechanisms", "sensitivity", "validation")}  # fmt: skip


def test_every_published_page_names_the_engine_as_it_stands():
    """Figures of another engine are another model's; CONTRIBUTING.md lists the commands."""
    named = {
        page.name: set(re.findall(r"\b\d+\.\d+\.\d+\+[0-9a-f]{8}\b", text(page)))
        for page in DOCS.glob("*.md")
    }
    assert {name for name, engines in named.items() if engines} >= PUBLISHED
    stale = {name for name, engines in named.items() if engines - {engine_version()}}
    assert stale == set(), "make these pages again"


def test_writing_the_tables_again_changes_nothing():
    assert GENERATE["drifted"]() == [], "run: python docs/generate.py"


def test_every_known_misfit_says_what_it_does_to_answers() -> None:
    """A failing fact, figure or statement may change with the engine; its consequence is never blank."""
    rows = [line for line in GENERATE["misfits"]().splitlines() if line.startswith("| ")][2:]
    assert rows
    assert [row for row in rows if not row.strip("| ") or row.endswith("|  |")] == []


def test_every_block_is_closed_and_every_table_is_used():
    used = set()
    for page in PAGES:
        opened = re.findall(r"<!-- generated: (\w+)", text(page))
        assert len(opened) == text(page).count("<!-- end -->"), page.name
        used |= set(opened)
    assert used == GENERATE["BLOCKS"].keys()


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("model.md", SETTINGS),
        ("model.md", PARAMETERS),
        ("model.md", load_cast().actions),
        ("model.md", [a.id for s in load_cast().states for a in s.appraisal]),
        ("model.md", load_cast().codes),
        ("model.md", MECHANISMS),
        ("model.md", load_starts()),
        ("model.md", list_scenarios()),
        ("model.md", [o.name for o in OUTCOMES]),
        ("model.md", dict.fromkeys(q.name for q in PUSH_TARGETS)),
        ("data.md", [o.name for o in OUTCOMES]),
        ("data.md", [row["name"] for row in codebook.quantities()]),
        ("data.md", load_cast().actions),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_everything_there_is_has_a_row(page, names):
    rows = re.findall(r"^\|.*?`([^`]+)`", text(DOCS / page), re.MULTILINE)
    second = re.findall(r"^\| `[^`]+` \| `([^`]+)`", text(DOCS / page), re.MULTILINE)
    assert set(names) <= {*rows, *second}


def test_every_field_of_a_result_is_in_the_codebook(tmp_path):
    """Manifest, and what `run`, `compare` and `replay` print as JSON."""
    from scenario_sim.cli.batch_summary import ScenarioSummary
    from scenario_sim.cli.json_output import comparison_summary, run_summary, story_summary
    from scenario_sim.reporting.narrative import narrate
    from scenario_sim.studies import Cell, Store, run_study

    world = load_scenario("status-quo").with_weeks(3)
    store, cell = Store(tmp_path), Cell(world, seed=0, runs=4)
    run_study([cell], store)
    store.fail(cell, "an error", Block(0, 4))
    (error,) = tmp_path.glob("cells/*/error.json")
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    results = [
        {field: None for field in manifest},
        *manifest["sessions"],
        *manifest["cells"].values(),
        json.loads(error.read_text("utf-8")),
        store.about(cell.key),
        *({name: None for name in table} for table in (store.cells(), store.weekly())),
        run_summary(world, 0, ScenarioSummary.of(simulate(world, runs=4))),
        asdict(ScenarioSummary.of(simulate(world, runs=4))),
        comparison_summary(compare(world, world.with_levers(hotline=1), runs=4)),
        story_summary(narrate(world, why=True, everything=True)),
    ]
    rows = [row for result in results for row in [result, *result.get("outcomes", {}).values()]]
    rows += results[-1]["entries"]
    fields = {field for row in rows if isinstance(row, dict) for field in row}
    assert results[-1]["entries"]
    told = DATA + text(DOCS / "json.md")
    assert fields - set(CAUSE_LABELS) <= set(re.findall(r"`([a-z_0-9]+)`", told))


# --- equations -------------------------------------------------------------------------------------------

RULES = {
    name: rule
    for name, rule in vars(equations).items()
    if inspect.isfunction(rule) and rule.__module__ == equations.__name__
}


def sections() -> dict[str, str]:
    """What model.md says under the heading of each rule."""
    found = {}
    for part in re.split(r"^(?=#{2,4} )", MODEL, flags=re.MULTILINE):
        heading = part.splitlines()[0] if part else ""
        found |= dict.fromkeys(re.findall(r"`equations\.(\w+)`", heading), part)
    return found


def test_every_rule_has_a_heading_and_every_heading_a_rule():
    assert sections().keys() == RULES.keys()


@pytest.mark.parametrize("name", RULES)
def test_an_equation_names_all_that_its_rule_reads_and_gives(name):
    """Names of coefficients and quantities, and the numbers that stand in the rule itself."""
    tree = ast.parse(inspect.getsource(RULES[name]))
    names, numbers = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names |= {node.attr} if node.value.id in ("b", "p") else set()
        elif isinstance(node, ast.Dict):
            names |= {k.value for k in node.keys if isinstance(k, ast.Constant)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            numbers |= {node.value} - {0.0, 1.0, 2.0}
    said = re.sub(r"^\|.*\n", "", sections()[name], flags=re.MULTILINE)  # a table is no equation
    words = set(re.findall(r"[a-z][a-z0-9_]*", said))
    figures = {float(n) for n in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?", said)}
    assert names - {"span"} <= words
    assert numbers <= figures


# --- commands ----------------------------------------------------------------------------------------------


def commands() -> list[list[str]]:
    """Every call of `scenario-sim` in the docs' blocks of commands."""
    found = []
    for page in PAGES:
        for line in "".join(fences(text(page), "sh", "powershell")).splitlines():
            for part in re.findall(r"scenario-sim (.*)", line):
                found.append(shlex.split(part, comments=True))
    return found


def test_the_readme_shows_commands():
    shown = {line[0] for line in commands()}
    assert {"list", "show", "run", "replay", "compare", "check", "app"} <= shown


@pytest.mark.parametrize("line", commands(), ids=" ".join)
def test_every_command_shown_is_one_that_there_is(line):
    from scenario_sim.cli.commands import app

    first = {option for parameter in get_command(app).params for option in parameter.opts}
    command, *arguments = line
    while command in first and arguments:
        command, *arguments = arguments
    there_are = get_command(app).commands
    assert command in there_are or (command in first and not arguments)
    if command not in there_are:
        return
    known = {option for parameter in there_are[command].params for option in parameter.opts}
    for n, word in enumerate(arguments):
        if word.startswith("-") and word != "-":
            assert word in known
        if arguments[n - 1 : n] == ["--set"]:
            assert word.split("=")[0] in SETTINGS
        if arguments[n - 1 : n] == ["--change"]:
            assert re.match(r"\d{4}-\d{2}-\d{2}:", word) and word[11:].split("=")[0] in SETTINGS
    takes_scenarios = command in ("show", "run", "replay", "compare")
    if takes_scenarios and not arguments[0].endswith(".toml"):
        assert arguments[0] in list_scenarios()


def test_commands_named_in_passing_are_there():
    from scenario_sim.cli.commands import app

    named = {word for page in PAGES for word in re.findall(r"`scenario-sim (\w+)", text(page))}
    assert named and named <= get_command(app).commands.keys()


def test_make_targets_that_the_readme_names_are_there():
    makefile = text(ROOT / "Makefile")
    named = set(re.findall(r"(?:^|`)make (\w+)", README, re.MULTILINE))
    assert {"app", "test"} <= named
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_the_python_of_readme_and_tutorials_runs(page, tmp_path):
    snippets = fences(text(page), "python")
    assert snippets or page.stem == "try"
    program = "\n".join(snippets).replace("runs=1000", "runs=20").replace("run=417", "run=3")
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", [b for page in TUTORIALS for b in fences(text(page), "toml")])
def test_the_toml_of_readme_and_tutorials_parses(block):
    tomllib.loads(block)


# --- the house ---------------------------------------------------------------------------------------------


def test_the_architecture_page_names_every_module():
    named = set(re.findall(r"`(\w+)`", text(DOCS / "architecture.md")))
    house = [p for p in (ROOT / "scenario_sim").iterdir() if p.suffix == ".py" or p.is_dir()]
    assert {p.stem for p in house if not p.stem.startswith("_")} <= named


# --- links -------------------------------------------------------------------------------------------------


def anchors(page: str) -> set[str]:
    """The anchors that GitHub gives a page's headings."""
    headings = re.findall(r"^#{1,6} (.+)$", unfenced(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if there.is_relative_to(DOCS) and there.relative_to(DOCS).as_posix() in GENERATED:
            continue  # written when the site is built; tests/test_site.py follows it
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(text(there)), target


# --- what may not be said --------------------------------------------------------------------------------

FORECAST = re.compile(
    r"\b(?:will (?:happen|occur|lead to|cause|trigger|fall|rise|test|attack|launch|collapse)"
    r"|(?:is|are) going to|predict(?:s|ed|ions?)?\b(?!\*\*)|forecast(?:s|ed|ing)?"
    r"|(?:is|are) (?:bound|certain|destined) to|undoubtedly|inevitabl[ye]"
    r"|the (?:probability|likelihood|chance) of war is)\b",
    re.IGNORECASE,
)
NEGATION = re.compile(r"\b(?:no|not|never|nor|neither|nobody|cannot|without)\b|n't", re.IGNORECASE)
NAMES_IN_LITERATURE = re.compile(r"^(?:-|\d+\.) [A-Z].*\(\d{4}\)\..*$", re.MULTILINE)
BLAME = re.compile(
    r"\b(?:rogue|regime change|evil|madman|hermit kingdom|provocateur)\b", re.IGNORECASE
)


def sentences(page: str) -> list[str]:
    prose = NAMES_IN_LITERATURE.sub("", unfenced(page))
    return re.split(r"(?<=[.:;?!])\s|\n\n|\n(?=[|#\-])|\|", prose)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_speaks_as_if_it_knew_the_future(page):
    told = [s for s in sentences(text(page)) if FORECAST.search(s) and not NEGATION.search(s)]
    allowed = [s for s in told if "**Prediction.**" in s or "bound to rise" in s]
    assert [s for s in told if s not in allowed] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_takes_sides(page):
    assert not BLAME.findall(text(page))


def test_it_is_said_first_what_it_is_not():
    assert "does not forecast" in README[:1500]
    assert "does not forecast" in MODEL[:1500]


# --- installing ----------------------------------------------------------------------------------

# An index has no project of this name, so what it would bring one day is not ours.
FROM_AN_INDEX = re.compile(
    r"(?<![\w/.-])scenario[-_]sim(\[|==)|pip3? install(\s+-\S+)*\s+['\"]?scenario[-_]sim(?![\w-]*\.)"
)
ITS_OWN_EXTRAS = (
    '    "scenario-sim[calibrate,cluster,docs,research]",'  # pip takes these from the clone
)


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("pip install 'scenario-sim[research]'", True),
        ("pip install --no-cache-dir scenario-sim", True),
        ("brings `pip install\n'scenario_sim==0.1.0'`", True),
        ("pip install -e '.[research]'", False),
        ("pip install -e '/scenario-sim[cluster]'", False),
        ("pip install dist/scenario_sim-0.1.0-py3-none-any.whl", False),
    ],
)
def test_the_unclaimed_name_is_told_from_a_clone(words, is_found):
    assert bool(FROM_AN_INDEX.search(words)) == is_found


def test_nothing_tells_users_to_install_a_name_that_is_not_published():
    kinds = {".py", ".md", ".ipynb", ".toml", ".yaml", ".yml", ".sh", ".vue", ".html", ".cff", ""}
    ours = (ROOT / name for name in ("scenario_sim", "docs", "lessons", "scenarios", "tools"))
    pages = [path for folder in ours for path in folder.rglob("*") if path.suffix in kinds]
    found = []
    for path in [*ROOT.glob("*"), *pages]:
        if path.is_file() and path.suffix in kinds:
            told = path.read_text("utf-8", "replace").replace(ITS_OWN_EXTRAS, "")
            found += [str(path.relative_to(ROOT))] * bool(FROM_AN_INDEX.search(told))
    assert found == []


def test_a_missing_library_is_installed_by_an_extra_that_exists(monkeypatch):
    from scenario_sim.studies.optional import PYPI_NAMES, NotInstalled, import_optional

    extras = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["optional-dependencies"]
    for module, name in PYPI_NAMES.items():
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(NotInstalled) as error:
            import_optional(module)
        (extra,) = re.findall(r"pip install -e '\.\[(\w+)\]'", str(error.value))
        assert any(name in needed for needed in extras[extra])
        assert f"make setup EXTRAS={extra}" in str(error.value)


def test_setting_up_with_extras_installs_them_from_the_clone():
    said = ["make", "-n", "setup", "EXTRAS=research,cluster"]
    commands = subprocess.run(said, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert '-e ".[research,cluster]"' in commands


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_the_acts_that_commands_name_happen_in_their_run(page):
    named = re.findall(r"scenario-sim \w+ ([\w-]+) --run (\d+).* (\d+):([A-Z]+)", text(page))
    for scenario, run, week, state in named:
        world = simulate_run(load_scenario(scenario), 0, int(run))
        assert state in {act.state for act in world.acts_in(int(week))}, (page.name, week, state)
