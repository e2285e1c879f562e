"""Run the global sensitivity analysis of this model, and write docs/sensitivity.md and its data.

    python docs/sensitivity.py                    everything: about ten minutes of CPU
    python docs/sensitivity.py --jobs 2           on two cores
    python docs/sensitivity.py --out DIR          keep the runs; the same command continues from there
    python docs/sensitivity.py --trial            few samples, to see that all works; the page says so

The studies are studies/global-sensitivity.toml and studies/screening.toml. The results go to
scenario_sim/validation/sensitivity.json, which the report of a study reads.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from scenario_sim.reporting.study.figures import draw_regret
from scenario_sim.simulation.engine import engine_version
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME
from scenario_sim.studies.study_file import Study, StudyResult, load_study, run_study_file
from scenario_sim.validation import sensitivity
from scenario_sim.validation.sensitivity import SPANS, input_words, summarise

DOCS = Path(__file__).parent
STUDIES = DOCS.parent / "studies"
DATA = Path(sensitivity.__file__).with_name(sensitivity.FILE)
TRIAL = {"saltelli": 16, "morris": 1}  # samples
SHOWN_GROUPS = 8  # of one outcome
METHOD = {"saltelli": "sobol", "morris": "morris"}
HEAD = """\
# What the results depend on

*Reference.* Written by `python docs/sensitivity.py`; engine `{engine}`. {size}

Two studies vary every lever, hypothesis, circumstance and coefficient over its whole range, around
*Status quo*. `studies/global-sensitivity.toml` takes Sobol' indices of groups ({groups:,} design points).
`studies/screening.toml` takes the elementary effects of Morris for each input alone ({inputs:,} design points).
A design point is {runs} futures of five years; the first two years are measured on the same draws.
[Studies](studies.md#sensitivity) explains both methods and names the works.

How to read it:

- **Luck** is the share of the variance of one future that no input explains: equal inputs, other random draws.
- **Shares of groups** are of the rest, the variance of the mean: *alone* (S1), and *in total* with all
  interactions (ST). Totals add up to more than one where groups act through each other.
- **`mu_star`** is the mean change of the outcome, in its unit, when one input crosses its whole range.
- Ranges are those that a scenario may set, as wide as our doubt. Levels of risk are priors: read the order.

## The dozen inputs that carry most

They have the largest share of all effects, on average over the six outcomes and both spans. A conclusion
that leans on this model leans on them first.

"""


def run(out: Path, jobs: int, trial: bool) -> dict[str, Any]:
    """Run both studies, and return the content of `sensitivity.json`."""
    found = {}
    for name in ("global-sensitivity", "screening"):
        study = load_study(STUDIES / f"{name}.toml")
        if trial:
            study = _smaller(study)
        found[name] = run_study_file(study, out / name, jobs=jobs)
        if found[name].failed:
            raise SystemExit(
                f"{name}: {len(found[name].failed)} cells failed: {found[name].failed}"
            )
    groups, inputs = found["global-sensitivity"], found["screening"]
    return {
        "engine": engine_version(),
        "trial": trial,
        "runs": groups.study.runs,
        "seed": groups.study.seeds[0],
        "points": {"groups": len(groups.table), "inputs": len(inputs.table)},
        "samples": {"groups": groups.study.design.samples, "inputs": inputs.study.design.samples},
        **summarise(_tables(groups), _tables(inputs), groups.table, groups.study.runs),
    }


def _smaller(study: Study) -> Study:
    design = study.design.model_copy(update={"samples": TRIAL[study.design.kind]})
    return study.model_copy(update={"design": design, "runs": 20})


def _tables(result: StudyResult) -> dict[str, pd.DataFrame]:
    """Return the table of the design's own indices, by outcome."""
    method = METHOD[result.study.design.kind]
    return {
        outcome: table
        for name, table in result.analyses.items()
        for kind, _, outcome in [name.partition("-")]
        if kind == method
    }


def page(found: dict[str, Any]) -> str:
    """Return docs/sensitivity.md."""
    size = (
        "**This is a trial with few samples: do not read its order.**"
        if found["trial"]
        else f"{found['samples']['groups']} and {found['samples']['inputs']} samples, seed {found['seed']}."
    )
    points = found["points"]
    text = HEAD.format(engine=found["engine"], size=size, runs=found["runs"], **points)
    text += "".join(f"{n}. {input_words(name)}\n" for n, name in enumerate(found["dozen"], start=1))
    text += "\n![Rows: groups of inputs. Columns: outcomes. Darker: a larger share.](sensitivity.svg)\n\n"
    text += "*Total share (ST) of each group in the variance of the mean over two years.*\n"
    for name, spans in found["outcomes"].items():
        text += f"\n## {name.replace('_', ' ').capitalize()}\n"
        for span, one in spans.items():
            text += _outcome(name, span, one)
    return text


def _outcome(name: str, span: str, one: dict[str, Any]) -> str:
    unit = OUTCOMES_BY_NAME[name].unit
    leading = "; ".join(
        f"{input_words(row['name'])} ({row['mu_star']:.3g} ± {row['mu_star_conf'] or 0:.2g})"
        for row in one["inputs"]
    )
    rows = "".join(
        f"| {row['name']} | {_share(row['S1'])} ± {_share(row['S1_conf'])} "
        f"| {_share(row['ST'])} ± {_share(row['ST_conf'])} |\n"
        for row in one["groups"][:SHOWN_GROUPS]
    )
    return (
        f"\n**Over {span}**: {one['luck']:.0%} of the variance of one future is luck. "
        f"Leading inputs (`mu_star`, {unit}): {leading}.\n\n"
        f"| group | alone (S1) | in total (ST) |\n| --- | --- | --- |\n{rows}"
    )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def picture(found: dict[str, Any]) -> str:
    """Return the figure of the page: groups by outcomes, as SVG."""
    columns = {
        name.replace("_", " "): {
            row["name"]: row["ST"] for row in spans[SPANS["two years."]]["groups"]
        }
        for name, spans in found["outcomes"].items()
    }
    table = pd.DataFrame(columns)
    order = table.mean(axis=1).sort_values(ascending=False).index
    return draw_regret(
        table.loc[order], "total share of the variance of the mean, over two years"
    ).svg


def write_page(found: dict[str, Any]) -> None:
    """Write the page and its figure."""
    (DOCS / "sensitivity.md").write_text(page(found), encoding="utf-8")
    (DOCS / "sensitivity.svg").write_text(picture(found), encoding="utf-8")


def main() -> None:
    """Run the analysis, and write its data, its page and its figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--trial", action="store_true")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="scenario-sim-") as folder:
        found = run(asked.out or Path(folder), asked.jobs, asked.trial)
    DATA.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    write_page(found)
    print(f"The dozen: {', '.join(found['dozen'])}")


if __name__ == "__main__":
    main()
