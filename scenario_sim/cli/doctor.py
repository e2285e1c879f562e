"""The command `doctor`: engine, cache, versions, browser and ports, to paste into a question."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import make_console, print_output, progress_bar
from scenario_sim.errors import ScenarioSimError, install_hint

DEFAULT_PORT = 8765
TRIAL_RUNS = 100
# A module of each extra: without it, the extra is not installed.
EXTRAS = {
    "research": ("SALib", "ema_workbench", "matplotlib", "platypus", "sklearn"),
    "cluster": ("dask", "distributed"),
    "calibrate": ("arviz_stats", "emcee", "sklearn"),
    "neural": ("sbi",),
    "docs": ("mkdocs", "mkdocstrings", "mkdocs_jupyter"),
}


@dataclass(frozen=True)
class Finding:
    """One line of the report; `cure` is empty where nothing is wrong."""

    subject: str
    found: str
    cure: str = ""


def doctor(
    port: Annotated[
        int,
        typer.Option("--port", metavar="PORT", min=1, max=65535, help="Port to try, as of `app`."),
    ] = DEFAULT_PORT,
    json: options.Json = False,
) -> None:
    """Print what a question about this installation needs: engine, cache, versions, browser, ports."""
    checks: tuple[Callable[[], Finding], ...] = (
        *(_package, _engine, _speed, _cache, _record, _python, _machine, _terminal),
        *(_temporary_files, _browser, lambda: _port(port), _documentation),
    )
    with progress_bar("Looking") as bar:
        findings = []
        for number, check in enumerate(checks, start=1):
            findings.append(check())
            bar(number, len(checks))
    if json:
        from scenario_sim.cli.json_models.reference import DoctorOutput

        rows = [asdict(one) for one in findings]
        data = {"findings": rows, "versions": _versions(), "extras": _extras()}
        print_output(DoctorOutput, data, indent=2)
        return
    _print_report(findings)


def _print_report(findings: list[Finding]) -> None:
    console = make_console()

    def write(text: str, style: str = "") -> None:
        console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)

    for one in findings:
        write(f"{one.subject + ':':<17}{one.found}")
        if one.cure:
            write(f"{'':<17}-> {one.cure}", "bold")
    pairs = (f"{name} {number}" for name, number in _versions().items())
    write(f"{'versions:':<17}{', '.join(pairs)}")
    for name, there in _extras().items():
        cure = "" if there else f" ({install_hint(name)})"
        write(f"{f'extra {name}:':<17}{'installed' if there else 'not installed'}{cure}")
    wrong = sum(bool(one.cure) for one in findings)
    write(f"\n{wrong} of {len(findings)} need a look." if wrong else "\nNothing is wrong.")


# --- engine and files -----------------------------------------------------------------------------


def _package() -> Finding:
    import scenario_sim
    from scenario_sim.simulation.engine import package_version

    return Finding("package", f"{package_version()} in {Path(scenario_sim.__file__).parent}")


def _engine() -> Finding:
    from scenario_sim.simulation.engine import (
        engine_description,
        engine_version,
        why_not_compiled,
    )

    cure = "results are right and take about twenty times as long" if why_not_compiled() else ""
    return Finding("engine", f"{engine_version()}, {engine_description()}", cure)


def _speed() -> Finding:
    from scenario_sim.scenario.files import load_scenario
    from scenario_sim.simulation.ensemble import simulate

    scenario = load_scenario("status-quo")
    simulate(scenario, 2)  # the first one loads the program
    start = time.perf_counter()
    simulate(scenario, TRIAL_RUNS, keep="outcomes")
    took = time.perf_counter() - start
    return Finding("speed", f"{TRIAL_RUNS} futures of {scenario.weeks} weeks in {took:.3f} s")


def _cache() -> Finding:
    from scenario_sim.model.kernel.cache import FOLDER_VARIABLE, cache_folder

    folder = cache_folder()
    sizes = [path.stat().st_size for path in folder.glob("*") if path.is_file()]
    found = f"{folder}, {len(sizes)} files, {sum(sizes) / 1e6:.1f} MB"
    nearest = next(one for one in (folder, *folder.parents) if one.exists())
    cure = f"cannot be written; each start compiles anew. {FOLDER_VARIABLE} names another folder"
    usable = nearest.is_dir() and os.access(nearest, os.W_OK)
    return Finding("cache", found, "" if usable else cure)


def _record() -> Finding:
    from scenario_sim.data.history.record import current_record

    covered = current_record().coverage
    return Finding("record", f"{covered.first} to {covered.last}")


# --- machine --------------------------------------------------------------------------------------


def _python() -> Finding:
    return Finding("python", f"{platform.python_version()} at {sys.executable}")


def _machine() -> Finding:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Finding("machine", f"{platform.platform()}, {count} cores for this process")


def _terminal() -> Finding:
    kind = "a terminal" if sys.stderr.isatty() else "no terminal: progress comes as log lines"
    return Finding("output", f"{kind}, {sys.stdout.encoding}")


def _temporary_files() -> Finding:
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    cure = "hardly any room is left; TMPDIR names another folder" if free < 200e6 else ""
    return Finding("temporary", f"{folder}, {free / 1e9:.1f} GB free", cure)


def _browser() -> Finding:
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        cure = "open the address that `scenario-sim app --no-open` prints, here or elsewhere"
        return Finding("browser", "none that Python can open", cure)
    return Finding("browser", str(getattr(found, "name", "") or type(found).__name__))


def _port(port: int) -> Finding:
    from scenario_sim.cli.serve import find_free_port

    try:
        free = find_free_port("127.0.0.1", port)
    except ScenarioSimError as error:
        return Finding("port", f"{port} cannot be used", str(error))
    return Finding(
        "port", f"{port} is free" if free == port else f"{port} is taken, {free} is free"
    )


def _documentation() -> Finding:
    from scenario_sim.cli.serve import find_site
    from scenario_sim.errors import OutputError

    try:
        return Finding("documentation", str(find_site()))
    except OutputError:
        return Finding("documentation", "no site here; `make docs` in a clone writes it")


def _versions() -> dict[str, str]:
    from scenario_sim.studies.store.manifest import versions

    return versions()


def _extras() -> dict[str, bool]:
    """Return which optional extras are installed."""
    return {name: all(map(find_spec, modules)) for name, modules in EXTRAS.items()}
