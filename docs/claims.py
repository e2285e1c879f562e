"""Try the claims, and write their results for the app and docs/claims.md.

python docs/claims.py             try them; one to a few minutes
python docs/claims.py --page      write the page again from the saved results
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from scenario_sim.simulation.engine import engine_version
from scenario_sim.validation import claims

PAGE = Path(__file__).with_name("claims.md")
KEPT = Path(claims.__file__).with_name("results.json")
HEAD = """\
# What the article says

Written by `python docs/claims.py`; the same on the command line: `scenario-sim claims`.

The project set out from an article on the peninsula. Its quotations could not be verified and are not used.
Here are its claims in our own words, each tried in the model: as it is set, and under every theory that
disagrees (`scenario-sim theories`). A claim is *supported* where the figures lie on its side. It is *contradicted*
where they lie on the other or where no effect of 5 % or more is left. It *depends* where the theories part;
what turns the verdict alone is then named. **None of it is evidence about the world**: a model says what was
put into it. What the record of 2012 to 2023 has to say stands beside it and does not enter the verdict.

Each claim says what it is here. *Built in*: the sign is an assumption put in by hand. *Emerges*: the sign is put
in nowhere and follows from other assumptions. *Cannot be tried*: the model cannot speak of it.

{runs} futures a world and more where effects are small, seed {seed}, engine {engine}. In brackets: 95 %
Monte-Carlo intervals.
"""


def page(kept: dict[str, Any]) -> str:
    """Return the page in Markdown."""
    rows = [f"| {c['id']} | {c['claim']} | {c['basis']} | {c['words']} |" for c in kept["claims"]]
    parts = [HEAD.format(**kept), "| | claim | basis | in the model |", "|---|---|---|---|", *rows]
    return "\n".join([*parts, coefficients(kept["claims"]), *map(section, kept["claims"]), ""])


def coefficients(told: list[dict[str, Any]]) -> str:
    """Return the table of the coefficients that carry conclusions."""
    rows = [
        "\n## Coefficients that carry conclusions\n",
        "One coefficient at either end of its range, all others as they are set: the figure of the claim that it "
        "moves most. **Bold** where the claim's verdict is another one there.\n",
        "| coefficient | value | range | whose guess | claim | figure | as set | low end | high end |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    carried = [(swing, claim) for claim in told for swing in claim["carried_by"]]
    for swing, claim in sorted(carried, key=lambda pair: pair[0]["name"]):
        usual = claim["theories"][0]
        ends = (
            swing[f"at_{end}"] if swing[f"verdict_at_{end}"] == usual["verdict"]
            else f"**{swing[f'at_{end}']}**"
            for end in ("low", "high")
        )  # fmt: skip
        rows.append(
            f"| `{swing['name']}` | {swing['value']:g} | {swing['low']:g} to {swing['high']:g} {swing['unit']} "
            f"| {swing['source']} | {claim['id']} | {swing['says']} "
            f"| {usual['figures'][swing['figure']]['text']} | {' | '.join(ends)} |"
        )
    return "\n".join(rows)


def section(claim: dict[str, Any]) -> str:
    """Return the section on one claim."""
    lines = [
        f"\n## {claim['id']}. {claim['claim']}\n",
        f"**{claim['words']}** *{claim['basis'].capitalize()}.*\n",
    ]
    if claim["theories"]:
        lines += [f"*Mechanism.* {claim['mechanism']}\n", f"*Test.* {claim['test']}\n"]
        lines += [f"| figure | {' | '.join(view['theory'] for view in claim['theories'])} |"]
        lines += ["|---" * (1 + len(claim["theories"])) + "|"]
        for of in zip(*(view["figures"] for view in claim["theories"]), strict=True):
            told = "" if of[0]["counts"] else " (told beside)"
            lines += [f"| {of[0]['says']}{told} | {' | '.join(figure['text'] for figure in of)} |"]
        lines += [""]
    if claim["record"]:
        lines += [f"*Record, 2012 to 2023.* {'; '.join(claim['record'])}.\n"]
    lines += [f"*Literature.* {claim['standing']} Sources: {'; '.join(claim['sources'])}."]
    return "\n".join(lines)


def rounded(value: Any) -> Any:
    """Round numbers to four digits: further ones depend on the machine."""
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def write() -> None:
    """Try all claims, save the results and write the page."""
    from scenario_sim.validation.claims.trial import DEFAULT_TRIAL_RUNS, assess_claims

    found = [one.as_dict() for one in assess_claims(jobs=2)]
    keep({"engine": engine_version(), "runs": DEFAULT_TRIAL_RUNS, "seed": 0, "claims": found})


def keep(made: dict[str, Any]) -> None:
    """Write both files from what `scenario-sim claims --json` prints."""
    KEPT.write_text(json.dumps(rounded(made), indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(page(claims.load_results()), "utf-8")


if __name__ == "__main__":
    if "--page" in sys.argv[1:]:
        PAGE.write_text(page(claims.load_results()), "utf-8")
    else:
        write()
