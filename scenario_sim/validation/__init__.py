"""The model held against the record: stylised facts, and skill in a trial on the past.

`past` holds the months of the record and the policies known by then, `facts` what a good model
would reproduce, `baselines` what it has to beat, `scores` how that is judged, `backtest` the trial.
"""

from __future__ import annotations

from importlib.resources import files


def badge() -> str:
    """What the last trial came to, in words. `python docs/validate.py` writes it, and a test runs the
    trial again."""
    return files(__name__).joinpath("badge.txt").read_text(encoding="utf-8").strip()
