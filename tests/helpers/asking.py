"""Somebody at the command line, for the tests of its commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMALL = ("--runs", "40", "--weeks", "26", "--seed", "7")
HEAVY = {"mesa", "solara", "pandas", "scipy", "xarray", "pyarrow"}


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


def process(*words, **more) -> subprocess.Popen:
    """The command line as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "scenario_sim", *map(str, words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment}
    return subprocess.Popen(command, text=True, encoding="utf-8", **pipes | more)


def modules_of(words) -> tuple[subprocess.CompletedProcess, set[str]]:
    """A command in a process of its own, and the packages it loaded."""
    script = (
        "import sys\nfrom scenario_sim.cli import main\n"
        "try:\n    main(sys.argv[1:])\nfinally:\n"
        "    print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done, set(done.stderr.splitlines()[-1].split())
