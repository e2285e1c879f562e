"""Put small faults into the code, one at a time: how many do the tests notice?

    python -m benchmarks.mutants                       a sample of every area
    python -m benchmarks.mutants store links           of these areas
    python -m benchmarks.mutants store --all           every mutant
    python -m benchmarks.mutants store --diffs         print the mutants that survived

The areas, their modules and their tests stand in pyproject.toml under `tool.mutants`. mutmut makes
and runs the mutants, in a copy of the repository under build/.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SAMPLE = 100  # mutants of an area
MIN_SCORE = 85.0  # per cent that should be killed
NO_MUTANT = "none-of-them"  # mutmut makes all mutants and times all tests before it finds none
SURVIVED = (0, 5, 33)  # mutmut's exit codes: all tests passed, or no test ran the mutant
ENVIRONMENT = {"FUZZ": "0.05", "OMP_NUM_THREADS": "1"}  # fewer random faults of store files
# Every mutant meets the same examples. Mutated code is slow, so Hypothesis must not time it. A mutant
# has the code of the original (mutmut switches inside it), so the engine's caches of programs, which
# a fork inherits, would hide it: each test traces the rules anew.
PROFILE = """

import pytest
from hypothesis import HealthCheck, settings

from scenario_sim import engine, runner

settings.register_profile(
    "mutants", derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("mutants")


@pytest.fixture(autouse=True)
def traced_anew():
    runner._kernel_of.cache.clear()
    engine.program_of.cache.clear()
    engine._fingerprint_of.cache_clear()
"""


class Area:
    """A copy of the repository in which some modules are mutated."""

    def __init__(self, name: str, settings: dict[str, Any], children: int):
        self.folder = ROOT / "build" / "mutants" / name
        self.children = children
        # Its own cache of machine code: mutants fill it.
        self.environment = {
            **ENVIRONMENT,
            **settings.get("environment", {}),
            "SCENARIO_SIM_CACHE": str(self.folder / "cache"),
        }
        shutil.rmtree(self.folder, ignore_errors=True)
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.check_output(listed, cwd=ROOT, text=True).split("\0")
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.folder / name)
        with (self.folder / "tests" / "conftest.py").open("a", encoding="utf-8") as conftest:
            conftest.write(PROFILE)
        copied = sorted(
            {name.partition("/")[0] for name in names if name} - {"scenario_sim", "tests"}
        )
        tests = [name for name in settings["tests"] if (ROOT / name.partition("::")[0]).exists()]
        config = {
            "source_paths": ["scenario_sim"],
            "only_mutate": settings["modules"],
            "also_copy": copied,
            "pytest_add_cli_args_test_selection": tests,
            "pytest_add_cli_args": [
                "-p",
                "no:cacheprovider",
                "-k",
                f"not ({settings['deselect']})",
            ],
        }
        lines = [f"{key} =\n    " + "\n    ".join(values) for key, values in config.items()]
        (self.folder / "setup.cfg").write_text("\n".join(["[mutmut]", *lines, ""]), "utf-8")

    def mutmut(self, *words: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "mutmut", *words]
        env = os.environ | self.environment
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True)

    def results(self) -> dict[str, int | None]:
        """Return mutmut's exit code of each mutant; None where it was not run."""
        found: dict[str, int | None] = {}
        for path in sorted((self.folder / "mutants").rglob("*.meta")):
            found |= json.loads(path.read_text("utf-8"))["exit_code_by_key"]
        return found

    def run(self, sample: int | None, seed: int) -> dict[str, int]:
        """Return the exit code of each mutant, or of a sample of them."""
        children = ("--max-children", str(self.children))
        made = self.mutmut("run", *children, NO_MUTANT)
        names = list(self.results())
        if not names or "nothing matches" not in made.stdout + made.stderr:
            sys.exit(f"mutmut failed in {self.folder}:\n{(made.stdout + made.stderr)[-3000:]}")
        if sample is not None and sample < len(names):
            names = random.Random(seed).sample(names, sample)
        done = self.mutmut("run", *children, *names)
        codes = {name: code for name, code in self.results().items() if name in set(names)}
        missing = [name for name, code in codes.items() if code is None]
        if missing:
            sys.exit(f"{len(missing)} mutants were not run:\n{(done.stdout + done.stderr)[-3000:]}")
        return {name: code for name, code in codes.items() if code is not None}


def main() -> None:
    areas = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutants"]
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("areas", nargs="*", choices=[[], *areas], help=", ".join(areas))
    ask.add_argument("--sample", type=int, default=SAMPLE, help=f"mutants an area ({SAMPLE})")
    ask.add_argument("--all", action="store_true", help="every mutant")
    ask.add_argument("--seed", type=int, default=0, help="of the sample")
    ask.add_argument("--children", type=int, default=os.cpu_count() or 1, help="processes")
    ask.add_argument("--diffs", action="store_true", help="print each mutant that survived")
    asked = ask.parse_args()
    low = False
    for name in asked.areas or areas:
        area = Area(name, areas[name], asked.children)
        codes = area.run(None if asked.all else asked.sample, asked.seed)
        survivors = [mutant for mutant, code in codes.items() if code in SURVIVED]
        killed = len(codes) - len(survivors)
        score = 100 * killed / len(codes)
        low = low or score < MIN_SCORE
        of = f" (a sample of {len(area.results())})" if len(codes) < len(area.results()) else ""
        print(f"{name}: {killed} of {len(codes)} mutants killed{of}: {score:.0f} %", flush=True)
        for mutant in survivors:
            print(area.mutmut("show", mutant).stdout if asked.diffs else f"  survived: {mutant}")
    sys.exit(int(low))


if __name__ == "__main__":
    main()
