"""The wheel carries everything: what is installed elsewhere runs as it does here."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "scenario_sim"
DATA = (".toml", ".csv", ".md", ".json", ".css", ".js", ".svg", ".vue", ".bib")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built without isolation: nothing is fetched, so this runs offline too."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The wheel's files, far from this folder."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(elsewhere)
    return elsewhere


def run(installed: Path, *arguments: str) -> str:
    """What the installed package answers, started in its own folder."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=installed, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_pure_python_for_every_system(wheel):
    assert wheel.name.startswith("scenario_sim-")
    assert wheel.name.endswith("-py3-none-any.whl")


def test_it_carries_the_modules_and_their_data(installed):
    here = {
        path.relative_to(ROOT)
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", *DATA} or path.name == "py.typed"
    }
    assert {path for path in here if not (installed / path).is_file()} == set()
    for pattern in ("data/states/*.toml", "data/history/*.csv", "py.typed"):
        assert list((installed / "scenario_sim").glob(pattern)), pattern


def test_it_carries_the_scenarios_the_lessons_and_the_app(installed):
    for kind, known in (("scenarios", "status-quo.toml"), ("lessons", "veto.toml")):
        here = {p.name: p.read_bytes() for p in (ROOT / kind).glob("*.toml")}
        there = {p.name: p.read_bytes() for p in (installed / "scenario_sim" / kind).glob("*.toml")}
        assert known in there
        assert there == here
    for name in ("app.py", "docs/model.md"):
        assert (installed / "scenario_sim" / name).read_bytes() == (ROOT / name).read_bytes()


def test_it_leaves_the_rest_at_home(installed):
    tops = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert tops == {"scenario_sim"}
    assert not list(installed.rglob("test_*"))


def test_the_installed_package_finds_its_scenarios(installed):
    script = "import scenario_sim as s; print(s.__file__, *sorted(s.list_scenarios()), sep='\\n')"
    home, *names = run(installed, "-c", script).splitlines()
    assert Path(home).is_relative_to(installed)
    assert names == sorted(path.stem for path in (ROOT / "scenarios").glob("*.toml"))


def test_the_installed_command_answers(installed):
    assert "status-quo" in run(installed, "-c", "from scenario_sim.cli import main; main()", "list")
