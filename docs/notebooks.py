"""Execute the notebooks again and save their output, without a trace of the machine.

python docs/notebooks.py
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient

DOCS = Path(__file__).parent
ABOUT = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def run_again(path: Path) -> None:
    """Execute one notebook in an empty folder and overwrite it."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata = ABOUT
    with TemporaryDirectory() as folder:
        there = {"metadata": {"path": folder}}
        NotebookClient(notebook, timeout=300, record_timing=False, resources=there).execute()
    notebook.metadata = ABOUT
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for path in sorted(DOCS.glob("*.ipynb")):
        run_again(path)
        print(f"{path.name}: {path.stat().st_size:,} bytes")
