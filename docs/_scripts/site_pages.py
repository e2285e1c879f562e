"""Pages of the documentation site that are generated when it is built (`make docs`).

MkDocs calls the functions `on_...` as a hook. Nothing that they write is committed, so no page can
be older than the code: one page per lever and per scenario, the API reference, and the figures of
the TRACE page.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

# The API reference: one page a folder, in the order of the layers.
API = {
    "scenario": ("scenario.scenario", "scenario.files", "scenario.advice"),
    "simulation": (
        "simulation.ensemble",
        "simulation.trajectory",
        "simulation.recording",
        "simulation.comparison",
        "simulation.outcomes",
        "simulation.single_run",
        "simulation.what_if",
        "simulation.engine",
        "simulation.plugins.reader",
        "simulation.plugins.python",
    ),
    "model": (
        "model.model",
        "model.equations",
        "model.agents",
        "model.choice",
        "model.random_draws",
    ),
    "data": (
        "data.parameters.parameter",
        "data.parameters.theories",
        "data.states.schema",
        "data.states.loader",
        "data.history.record",
    ),
    "studies": (
        "studies.cells",
        "studies.run",
        "studies.stopping",
        "studies.workflows",
        "studies.policy_workflows",
        "studies.search_workflow",
        "studies.executors",
        "studies.dask_executor",
        "studies.store.store",
        "studies.ema_workbench",
    ),
    "validation": (
        "validation.backtest",
        "validation.stylised_facts",
        "validation.theory_evidence",
    ),
    "reporting": ("reporting.charts", "reporting.narrative", "reporting.html.page"),
    "teaching": ("teaching.lesson", "teaching.answers", "teaching.game"),
    "errors": ("errors",),
}

HAZARDS_ONLY = "It changes how dangerous a moment is, and no state's acts."
IN_EQUATIONS = "In the equations ([the model](../model.md) explains them):"
IN_CHOICES = "In what states weigh:"


# --- the pages -------------------------------------------------------------------------------------


def generated_pages() -> dict[str, str]:
    """Return every generated page: its path below docs/, and its Markdown."""
    pages = dict(_lever_pages())
    pages |= dict(_scenario_pages())
    pages |= dict(_api_pages())
    pages["contributing.md"] = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    pages["changelog.md"] = (ROOT / "CHANGELOG.md").read_text("utf-8")
    return pages


def _lever_pages() -> Iterator[tuple[str, str]]:
    """Yield a page for each lever, hypothesis and circumstance, and their index."""
    from scenario_sim.data.parameters import CIRCUMSTANCES, HYPOTHESES, LEVERS

    groups = {
        "Levers: what a policy can set": LEVERS,
        "Hypotheses: where experts disagree": HYPOTHESES,
        "Circumstances: what no policy sets": CIRCUMSTANCES,
    }
    lines = ["# Levers, hypotheses and circumstances", "", "*Reference.*", ""]
    for title, levers in groups.items():
        lines += [
            f"## {title}",
            "",
            "| name | range | default | meaning |",
            "| --- | --- | --- | --- |",
        ]
        for lever in levers:
            cells = (f"[{lever.label}]({lever.name}.md)", f"{lever.low:g} to {lever.high:g}")
            lines.append(f"| {' | '.join((*cells, f'{lever.default:g}', lever.help))} |")
            yield f"levers/{lever.name}.md", _lever_page(lever)
        lines.append("")
    yield "levers/index.md", "\n".join(lines)


def _lever_page(lever: Any) -> str:
    from scenario_sim.scenario.files import list_scenarios, load_scenario

    values = {name: load_scenario(name).settings()[lever.name] for name in list_scenarios()}
    set_in = [
        f"[{name}](../scenarios/{name}.md) ({value:g})"
        for name, value in values.items()
        if value != lever.default
    ]
    return "\n".join(
        [
            f"# {lever.label}",
            "",
            f"*Reference.* `{lever.name}`, from {lever.low:g} to {lever.high:g}, default {lever.default:g}.",
            "",
            lever.help,
            "",
            f"- **{lever.low:g}**: {lever.low_means}",
            f"- **{lever.high:g}**: {lever.high_means}",
            "",
            "## Where it acts",
            "",
            *_uses(lever.name),
            "",
            "## Scenarios that set it",
            "",
            ", ".join(set_in) or "None: every shipped scenario begins with the default.",
            "",
            "## Try it",
            "",
            "```sh",
            f"scenario-sim compare status-quo --set {lever.name}={lever.high:g}",
            f"scenario-sim sweep status-quo --vary {lever.name}",
            "```",
        ]
    )


def _uses(lever: str) -> Iterator[str]:
    """Yield the lines that say where a lever acts: hazards, equations, choices of states."""
    from scenario_sim.model.introspection import find_lever_uses

    uses = find_lever_uses(lever)
    if uses.changes_hazards_only:
        yield from (HAZARDS_ONLY, "")
    if uses.equations:
        yield from (IN_EQUATIONS, "", *(f"- `{e.makes} = {e.text}`" for e in uses.equations), "")
    if uses.terms:
        yield from (IN_CHOICES, "")
        yield from (
            f"- {t.state}, {t.what}: {t.words} (`{t.coefficient.name}`)" for t in uses.terms
        )


def _scenario_pages() -> Iterator[tuple[str, str]]:
    """Yield a page for each shipped scenario, and their index."""
    from scenario_sim.scenario.files import list_scenarios, load_scenario

    lines = ["# Scenarios", "", "*Reference.*", "", "| scenario | question |", "| --- | --- |"]
    for name in list_scenarios():
        scenario = load_scenario(name)
        lines.append(f"| [{scenario.title}]({name}.md) | {scenario.question} |")
        yield f"scenarios/{name}.md", _scenario_page(name, scenario)
    yield "scenarios/index.md", "\n".join(lines)


def _scenario_page(name: str, scenario: Any) -> str:
    from scenario_sim.scenario.files import shipped_files

    file = Path(str(shipped_files("scenarios")[name])).read_text("utf-8")
    return "\n".join(
        [
            f"# {scenario.title}",
            "",
            f"*Reference.* `{name}`, {scenario.weeks} weeks from {scenario.start}.",
            "",
            scenario.question,
            "",
            scenario.teaches,
            "",
            "## Sources",
            "",
            *(f"- {source}" for source in scenario.sources or ("None: a thought experiment.",)),
            "",
            "## The file",
            "",
            "```toml",
            file.strip(),
            "```",
            "",
            "## Try it",
            "",
            "```sh",
            f"scenario-sim run {name}",
            f"scenario-sim show {name}",
            "```",
        ]
    )


def _api_pages() -> Iterator[tuple[str, str]]:
    """Yield a page for each folder of the package, and their index."""
    lines = [
        "# The Python API",
        "",
        "*Reference*, written from the docstrings. Most work needs the names at the top of the package:",
        "`EscalationModel`, `Scenario`, `compare`, `list_scenarios`, `load_scenario`, `replay`, `simulate`;",
        "and for many runs those of `scenario_sim.studies`.",
        "",
    ]
    for folder, modules in API.items():
        lines.append(f"- [{folder}]({folder}.md): " + ", ".join(f"`{m}`" for m in modules))
        body = "\n\n".join(f"::: scenario_sim.{module}" for module in modules)
        yield f"api/{folder}.md", f"# {folder}\n\n{body}\n"
    yield "api/index.md", "\n".join(lines)


# --- the figures of the TRACE page -----------------------------------------------------------------


def trace_figures() -> dict[str, str]:
    """Return the figures that docs/trace.md quotes, each read from what ships with the package."""
    from scenario_sim import validation
    from scenario_sim.simulation.engine import engine_version
    from scenario_sim.validation import claims

    posterior = tomllib.loads(
        (ROOT / "scenario_sim/validation/calibration/posterior.toml").read_text("utf-8")
    )
    results = claims.load_results()
    verdicts: dict[str, int] = {}
    for result in results["claims"]:
        verdicts[result["verdict"]] = verdicts.get(result["verdict"], 0) + 1
    return {
        "engine": engine_version(),
        "badge": validation.badge(),
        "claims": ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())),
        "calibration": str(posterior.get("engine", "")),
    }


# --- MkDocs ----------------------------------------------------------------------------------------


def on_files(files: Any, config: Any) -> Any:
    """Add the generated pages."""
    from mkdocs.structure.files import File

    for path, content in generated_pages().items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Fill in figures, and point links to files outside docs/ into the site."""
    if page.file.src_uri == "trace.md":
        for name, value in trace_figures().items():
            markdown = markdown.replace(f"<!-- figure: {name} -->", value)
    return relink(markdown, page.file.src_uri)


TOP = {
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "README.md": "index.md",
}


def relink(markdown: str, page: str) -> str:
    """Point links to files outside docs/ into the site; one to a file that it lacks becomes text.

    page : the page's path below docs/. A page made of a file at the top has links from there.
    """
    here = ROOT if page in ("contributing.md", "changelog.md") else (ROOT / "docs" / page).parent

    def link(found: re.Match) -> str:
        text, target = found[1], found[2]
        name, _, anchor = target.partition("#")
        if not name or ":" in target:
            return found[0]
        path = (here / name).resolve()
        if path.is_relative_to(ROOT / "docs") and here != ROOT:
            return found[0]
        if path.is_relative_to(ROOT / "docs"):
            target = path.relative_to(ROOT / "docs").as_posix()
        elif path.parent == ROOT and path.name in TOP:
            target = "../" * page.count("/") + TOP[path.name]
        else:
            return text
        return f"[{text}]({target}{'#' * bool(anchor)}{anchor})"

    return re.sub(r"\[([^\]]*)\]\(([^)\s]+)\)", link, markdown)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Remove scripts of other hosts: the notebook plugin asks for MathJax, which no page needs."""
    output = re.sub(
        r"<script[^>]*data-mkdocs-jupyter-mathjax.*?</script>", "", output, flags=re.DOTALL
    )
    return re.sub(r'<script[^>]*src="https?://[^>]*>\s*</script>', "", output)
