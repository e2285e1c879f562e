"""The notebooks of the docs run from top to bottom, and what is committed of them is light."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
NOTEBOOKS = sorted(DOCS.glob("*.ipynb"))
MOST_BYTES = 300_000


def test_there_is_one_about_comparing_and_one_about_studies():
    assert {path.stem for path in NOTEBOOKS} >= {"notebook-compare", "notebook-study"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_light_and_with_its_results(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert path.stat().st_size < MOST_BYTES
    assert all(cell["execution_count"] == n for n, cell in enumerate(code, start=1)), (
        "run it in order"
    )
    outputs = [output for cell in code for output in cell["outputs"]]
    assert outputs
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_what_it_is_not_and_where_nothing_was(path):
    text = path.read_text("utf-8")
    assert "forecast" in text
    assert not re.search(r"/home/|/root/|/tmp/|/Users/|[A-Z]:\\\\Users", text)


# In a shell of its own, without a kernel: no ports that somebody else might take.
SHELL = """
import json, sys
from IPython.terminal.interactiveshell import TerminalInteractiveShell
shell = TerminalInteractiveShell.instance()
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        shell.run_cell("".join(cell["source"])).raise_error()
"""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path, tmp_path):
    where = os.pathsep.join(filter(None, (str(DOCS.parent), os.environ.get("PYTHONPATH"))))
    own = {"PYTHONPATH": where, "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error:::scenario_sim", "-c", SHELL, str(path)], cwd=tmp_path,
        capture_output=True, text=True, env=os.environ | own, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "Warning" not in done.stderr
