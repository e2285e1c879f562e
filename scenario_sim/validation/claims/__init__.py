"""What the article says, claim by claim: each tried in the model, under every theory.

`entries` holds the claims, `figures` what one is tried on and how sure a figure is, `tallies` what is
counted, `trial` the trial and its verdict.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def load_results() -> dict[str, Any]:
    """The last trial, as `scenario-sim claims --json` prints it, numbers to four digits.
    `python docs/claims.py` writes it."""
    return json.loads(files(__name__).joinpath("results.json").read_text(encoding="utf-8"))
