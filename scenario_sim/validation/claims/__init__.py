"""Try the article's claims in the model, one by one, under every theory.

`claims` holds the claims; `estimates` the quantities that a trial measures, with their intervals;
`statistics` what is summed over runs; `trial` the trial and its verdict.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def load_results() -> dict[str, Any]:
    """Return the last trial as `scenario-sim claims --json` prints it, to four digits.

    `python docs/claims.py` writes the file.
    """
    return json.loads(files(__name__).joinpath("results.json").read_text(encoding="utf-8"))
