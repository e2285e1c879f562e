"""Try what an expert would say in the model as it is installed, and write docs/expert-review.md.

python docs/expert_review.py           one to two minutes
python docs/expert_review.py --print   print the page and write nothing
"""

from __future__ import annotations

import sys
from pathlib import Path

from scenario_sim.simulation.engine import engine_version
from scenario_sim.validation.claims.expert_statements import STATEMENTS
from scenario_sim.validation.claims.expert_trial import (
    TRIAL_RUNS,
    VERDICTS,
    StatementResult,
    review,
)

PAGE = Path(__file__).with_name("expert-review.md")
HEAD = """\
# What an expert would say

*Reference.* Written by `python docs/expert_review.py`; every figure and verdict is computed.

Twenty-five statements that an expert would make, tried under the levers of `status-quo` on {runs:,} futures
(seed 0, engine {engine}), over two years unless said. A model need not agree with each, but it must not contradict
one silently. Each figure stands with its 95 % Monte-Carlo interval and the range that the statement allows; the
ranges are judgement. A right statement is no evidence about the world: the model says what was put into it.

**{right} of {all} are right or openly two-sided.** {counts}.

- *right*: every interval lies within its range.
- *right, two-sided*: so it is, and the figure is shown under the theory that reads it the other way.
- *wrong*: an interval lies outside.
- *cannot say*: chance leaves it open, or the model lacks what it is about.
- *Would be wrong under* names the theories under which a figure of the model as it is set leaves its range.

| # | an expert would say | the model says | verdict | would be wrong under |
|---|---|---|---|---|
"""


def page(found: list[StatementResult]) -> str:
    """Return the whole page."""
    counts = [sum(one.verdict == verdict for one in found) for verdict in VERDICTS]
    head = HEAD.format(
        runs=TRIAL_RUNS, engine=engine_version(), all=len(found), right=sum(counts[:2]),
        counts="; ".join(f"{verdict}: {count}" for verdict, count in zip(VERDICTS, counts, strict=True)),
    )  # fmt: skip
    rows = []
    for one in found:
        verdict = one.verdict if one.verdict.startswith("right") else f"**{one.verdict}**"
        lines = "<br>".join(line[0].upper() + line[1:] for line in one.lines)
        dissent = ", ".join(one.dissent) or "none"
        rows.append(
            f"| {one.statement.number} | {one.statement.says} | {lines} | {verdict} | {dissent} |"
        )
    return head + "\n".join([*rows, ""])


if __name__ == "__main__":
    text = page(review(STATEMENTS, jobs=2))
    if "--print" in sys.argv[1:]:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
