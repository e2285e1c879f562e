"""Compare the model with the historical record: stylised facts and forecast skill.

`stylised_facts` measures patterns that a good model reproduces. `backtest` forecasts past months,
with the policies of `past_policies`, against the rules of `baselines`, judged by `scores`.
`theory_evidence` says what the record tells about disputed questions.
"""

from __future__ import annotations

from importlib.resources import files

from scenario_sim.language import translate


def badge() -> str:
    """Return the verdict of the last backtest in words.

    `python docs/validate.py` writes it; a test runs the backtest again and compares.
    """
    text = files(__name__).joinpath("badge.txt").read_text(encoding="utf-8").strip()
    return translate(text)
