"""Fit the coefficients anew and write docs/calibration.md; about four minutes on two quiet cores.

python docs/calibration.py              # the shipped posterior and the page
python docs/calibration.py --page-only  # the page alone, from the shipped posterior
python docs/calibration.py --neural     # with a new second opinion (needs sbi); else the one before stays
"""

from __future__ import annotations

import argparse
import re
import tempfile
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scenario_sim import load_scenario, simulate
from scenario_sim.data.parameters import PARAMETERS
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.outcomes import count_acts
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.validation.backtest import (
    HAND_SET,
    MODEL,
    Backtest,
    run_backtest,
)
from scenario_sim.validation.calibration import diagnostics, posterior
from scenario_sim.validation.calibration.manifest import MAX_R_HAT, MIN_EFFECTIVE
from scenario_sim.validation.calibration.neural_posterior import compare_opinions
from scenario_sim.validation.calibration.posterior import Posterior, apply_draws
from scenario_sim.validation.calibration.sampler import (
    FULL,
    fit_posterior,
)
from scenario_sim.validation.scores import coverage_text, skill_text
from scenario_sim.validation.stylised_facts import FactResult, measure_facts

DOCS = Path(__file__).parent
SHIPPED = Path(posterior.__file__).parent
RUNS = 1000
WIDTH = 118
CONFLICT = 0.05  # tail of the prior's futures below which it is in conflict with the record
HEAD = """\
# Coefficients fitted to the record

Written by `python docs/calibration.py`; the figures are computed, the words around them are not.

`scenario-sim calibrate --out DIR` fits {many} coefficients to the record of January 2012 to December 2019,
within the bounds of [the model's page](model.md), and reads nothing after that. They are those that the
record moves: in a fit of all that were set by hand, the others stayed about as wide as their priors. The
others keep the hand-set value here, and their bounds stay a named prior. `--only NAME` fits any of them.

A fit takes minutes on two cores; `--quick` takes less than one. Killed, the same command goes on to the same
bytes. `pip install -e '.[calibrate]'` brings what it needs. `run --parameters posterior`,
`backtest --parameters posterior` and `--parameters DIR` draw from what was found.

**The hand-set coefficients stay the defaults.** They and the levers of `history-2012` were set by people who
knew the record. So a fit on those levers is *in sample* to 2019, and no proof of skill. Only
[the trial below](#out-of-sample-2020-2023) is out of sample, and for the coefficients alone.

## How

- **Method.** {method}. The model has no likelihood that could be written down. {points:,} points of the prior
  (a Sobol sequence) are simulated, {runs} futures each. Priors are uniform within the bounds.
- **Summary.** A ridge on the figures and their products estimates each coefficient; these estimates are what is
  fitted. They are nearer to normal than rare counts, and see how figures vary together.
- **Emulator.** A quadratic with a ridge gives the mean and log spread of each estimate, and of each figure, at any
  point. Out of fold it explains {r2_low:.0%} to {r2_high:.0%} of the variance of the figures' means (nine in ten),
  where chance among {runs} futures leaves at most {ceiling_low:.0%} to {ceiling_high:.0%}.
- **Likelihood.** The record's estimates are taken for one draw from a normal distribution with that mean and
  spread, widened by a tenth. Correlations are those of all simulated futures, drawn a fifth of the way to none.
- **Walkers.** Four ensembles of {walkers} walkers, {steps:,} steps, half of them kept; {accepted:.0%} of moves
  accepted. The least known coefficient has **{effective:,.0f} effective draws**. R-hat is at most **{rhat:.3f}**
  with ensembles as chains, {rhat_walker:.3f} with single walkers as chains. {settled}
- **Misfit** (-2 log likelihood, up to a constant): {hand:.1f} at the hand-set coefficients, {middle:.1f} in the
  middle of the posterior, {best:.1f} at its best.
- **Engine** `{engine}`, seed {seed}. `scenario_sim/validation/calibration/posterior.toml` has the rest.
- **Tried before**: walkers on simulated futures, in 26 dimensions, had not settled after a night. ABC-SMC with
  importance weights (pyabc 0.13) put all its weight on one draw of 150 after five generations.
"""


def coefficients_table(found: Posterior) -> str:
    """Return prior and posterior of each coefficient, those that the record narrows most first."""
    rows = [
        "| coefficient | hand-set | prior, nine in ten | posterior: 5 % | 25 % | median | 75 % | 95 % "
        "| width kept | effective draws | R-hat |",
        "|---" * 11 + "|",
    ]
    told = {row["name"]: row for row in found.manifest["coefficients"]}
    for r in diagnostics.posterior_ranges(found):
        of = told[r.name]
        cells = " | ".join(f"{x:.3g}" for x in of["posterior"])
        rows.append(
            f"| `{r.name}` | {r.usual:g} | {of['prior'][0]:.3g} to {of['prior'][-1]:.3g} | {cells} "
            f"| {r.kept:.0%} | {of['effective_draws']:,.0f} | {of['r_hat']:.3f} |"
        )
    return "\n".join(rows)


def untold(found: Posterior) -> str:
    """List what the record leaves open: coefficients hardly narrowed, and correlated pairs."""
    wide = [f"`{r.name}`" for r in diagnostics.posterior_ranges(found) if r.kept > 0.85]
    pairs = diagnostics.correlated_pairs(found)
    said = f"Hardly narrowed (more than 85 % of the prior's width is left): {', '.join(wide) or 'none'}.\n\n"
    if not pairs:
        return (
            said
            + f"No two coefficients correlate by {diagnostics.MIN_CORRELATION} or more in the posterior."
        )
    return (
        said
        + "Pairs that make up for each other, so that the record fixes a combination only:\n\n"
        + "\n".join(f"- `{one}` and `{other}` ({strength:+.2f})" for one, other, strength in pairs)
    )


def own_records(told: Mapping[str, Any]) -> str:
    """Return what fits of records made by the model itself say about the bands.

    told: as `SelfCheck.as_dict` returns it.
    """
    heads = [f"inside {band:.0%}" for band in told["bands"]]
    rows = [
        f"| coefficient | {' | '.join(heads)} | mean rank | recovery | ranks uniform, p |",
        "|---" * (len(heads) + 4) + "|",
    ]
    for row in told["coefficients"]:
        cells = (
            f"{share:.0%}" if low <= share <= high else f"**{share:.0%}**"
            for share, (low, high) in zip(row["inside"], told["chance"], strict=True)
        )
        rows.append(
            f"| `{row['name']}` | {' | '.join(cells)} | {row['mean_rank']:.2f} | {row['recovered']:+.2f} "
            f"| {row['uniform_p']:.2g} |"
        )
    rows.append(f"| all | {' | '.join(f'{share:.0%}' for share in told['inside'])} | | | |")
    bounds = (f"{low:.0%} to {high:.0%}" for low, high in told["chance"])
    rows.append(f"| *chance leaves* | {' | '.join(bounds)} | 0.5 | | |")
    return "\n".join(rows)


def neural(found: Posterior) -> str:
    """Return the second opinion beside the fit, or say that there is none."""
    told = found.manifest.get("neural")
    if told is None:
        return "This fit was made without it: `scenario-sim calibrate --neural` adds it (extra `neural`)."
    rows = [
        "| coefficient | by | 5 % | 25 % | median | 75 % | 95 % |",
        "|---" * 7 + "|",
    ]
    for row in found.manifest["coefficients"]:
        name = row["name"]
        for who, quantiles in (("walkers", row["posterior"]), ("network", told["posterior"][name])):
            cells = " | ".join(f"{x:.3g}" for x in quantiles)
            rows.append(f"| `{name}` | {who} | {cells} |")
    libraries = " and ".join(f"{name} {number}" for name, number in told["libraries"].items())
    return "\n".join([
        f"Made by {libraries} on {told['futures']:,} futures of the same points, under engine "
        f"`{told['engine']}`. {compare_opinions(found.manifest)}",
        "", *rows, "",
        f"On the same {told['sets']} records of the model's own, each judged from "
        f"{told['effective_points']:,.0f} draws of the network:",
        "", own_records(told),
    ])  # fmt: skip


def figures_table(checked: Iterable[diagnostics.TargetCheck]) -> str:
    """Return the table of fitted figures, before and after."""
    rows = [
        "| figure, 2012-19 (√: root of a count) | record | hand-set | off by | posterior | off by | "
        "p, posterior | p, prior | owed to |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for c in checked:
        rows.append(
            f"| {c.name} | {c.seen:.2f} | {c.before[0]:.2f} ± {c.before[1]:.2f} | {c.away(c.before):+.1f} "
            f"| {c.after[0]:.2f} ± {c.after[1]:.2f} | {c.away(c.after):+.1f} | {c.after_tail:.2f} "
            f"| {c.prior_tail:.2f} | {c.source} |"
        )
    return "\n".join(rows)


def facts_table(before: list[FactResult], after: list[FactResult]) -> str:
    """Return the table of stylised facts, before and after."""
    rows = [
        "| | fact, 2012-23 | record | hand-set | posterior | asked | |",
        "|---|---|---|---|---|---|---|",
    ]
    for one, other in zip(before, after, strict=True):
        fact = one.fact
        observed = "" if one.observed is None else f"{one.observed:.2g}"
        asked = (
            f"from {fact.low:g}" if fact.high == float("inf") else f"{fact.low:g} to {fact.high:g}"
        )
        words = {
            (True, True): "holds",
            (False, False): "**fails**",
            (False, True): "mended",
            (True, False): "**broken**",
        }
        rows.append(
            f"| {fact.id} | {fact.says} | {observed} | {one.value:.2g} | {other.value:.2g} | {asked} "
            f"| {words[one.holds, other.holds]} |"
        )
    return "\n".join(rows)


def trial(found: Backtest) -> str:
    """Return the tables of the trial out of sample."""
    told = found.as_dict()
    other = told["hand_set_in_sample"]
    rows = ["| who | CRPS, months | log score | CRPS, six months |", "|---|---|---|---|"]
    called = {
        MODEL: "model, fitted to 2019: **out of sample**",
        HAND_SET: "model, hand-set: *in sample*",
    }
    rows += [
        f"| {called.get(name, name.replace('_', ' '))} | {score:.3f} | {told['log_score'][name]:.3f} "
        f"| {told['six_month_totals']['crps'][name]:.2f} |"
        for name, score in told["crps"].items()
    ]
    rows += [
        "",
        "| skill of the model against | fitted, out of sample | hand-set, in sample |",
        "|---|---|---|",
    ]
    for name in told["skill"]:
        cells = (skill_text(part, name) for part in (told, other))
        rows.append(f"| {name.replace('_', ' ')} | {' | '.join(cells)} |")
    for band in ("50", "90"):
        cells = (coverage_text(part, band) for part in (told, other))
        rows.append(f"| months inside the {band} % band | {' | '.join(cells)} |")
    return "\n".join([*rows, "", f"{found.verdict} {found.log_verdict}"])


# --- known misfits -----------------------------------------------------------------------------------


def known(checked: list[diagnostics.TargetCheck]) -> str:
    """Name the figures out of reach, those in conflict with the prior, and the worst after the fit."""
    far = sorted((c for c in checked if c.out_of_reach), key=lambda c: -c.nearest)
    conflict = [c.name for c in checked if c.prior_tail < CONFLICT]
    worst = sorted(checked, key=lambda c: -abs(c.away(c.after)))[:6]
    rows = [
        "| worst after the fit | record | hand-set | posterior | spreads off |",
        "|---|---|---|---|---|",
    ]
    rows += [
        f"| {c.name} | {_plain(c, c.seen)} | {_plain(c, c.before[0])} | {_plain(c, c.after[0])} "
        f"| {abs(c.away(c.after)):.1f} |"
        for c in worst
    ]
    return "\n".join([
        "- **Out of reach**: no simulated point comes within one spread of the record. "
        + ("; ".join(f"{c.name} (nearest {c.nearest:.1f} spreads)" for c in far) or "none") + ".",
        f"- **In conflict with the prior** (fewer than {CONFLICT:.0%} of its futures lie as far out): "
        + ("; ".join(conflict) or "none") + f". By chance about {CONFLICT * len(checked):.0f} would be.",
        "", *rows,
    ])  # fmt: skip


def _plain(check: diagnostics.TargetCheck, value: float) -> str:
    """Return a figure as text; counts, which stand as roots, squared."""
    if any(word in check.name for word in ("share", "fall", "log ", "correlation")):
        return f"{value:.2f}"
    return f"{max(value, 0) ** 2:.1f}"


# --- misfits that no fitted figure shows -------------------------------------------------------------


def _attacks(played: Trajectory) -> float:
    return float(count_acts(played.weekly, lambda action: action.id == "limited_attack").mean())


def _risk(played: Trajectory) -> float:
    return float(played.outcomes["confrontation_risk"].mean())


def _peak(played: Trajectory) -> float:
    year = played.dates.astype("datetime64[Y]") == np.datetime64("2017")
    return float(played.weekly["tension"][year].max(axis=0).mean())


def _at(scenario: Scenario, found: Posterior, ends: dict[str, float], measure) -> str:
    best = apply_draws(scenario, [found.best])[0]
    far = scenario.with_parameters(**ends)
    told = [measure(simulate(one, RUNS)) for one in (scenario, best, far)]
    return " | ".join(f"{value:.2g}" for value in told)


def elsewhere(found: Posterior) -> str:
    """Return the table of misfits outside the fitted figures.

    Each is measured at the hand-set coefficients, at the best draw, and with what could raise it at its
    bound.
    """
    ends = {
        "attacks of 2010, mean number": (
            "cheonan-yeonpyeong-2010-unforced", _attacks,
            ("limited_attack_base", "limited_attack_domestic"), "2 in the record",
        ),
        "risk of 1994, no visit": (
            "envoy-1994-no-visit", _risk, ("deliberate_base", "deliberate_window"), "no war; its level is open",
        ),
        "peak of tension in 2017, rungs": (
            "history-2012", _peak,
            ("ultimatum_tension_effect", "deploy_assets_tension_effect"), "rung 6 was reached",
        ),
    }  # fmt: skip
    rows = [
        "| what | hand-set | best draw | with these at their upper bounds | which | record |",
        "|---|---|---|---|---|---|",
    ]
    for what, (name, measure, raised, seen) in ends.items():
        high = {n: float(PARAMETERS[n].high) for n in raised}
        cells = _at(load_scenario(name), found, high, measure)
        rows.append(f"| {what} | {cells} | {', '.join(f'`{n}`' for n in raised)} | {seen} |")
    return "\n".join(rows)


def head(found: Posterior) -> str:
    """Return the head of the page with the facts of the fit."""
    told = found.manifest
    moving = [row for row in told["figures"] if row["mean_r2_ceiling"] > 0]
    r2, ceiling = (
        np.quantile([row[name] for row in moving], (0.1, 1.0))
        for name in ("mean_r2", "mean_r2_ceiling")
    )
    settled = (
        "The fit has settled." if told["settled"]
        else f"**It is not settled** (that takes R-hat below {MAX_R_HAT} and {MIN_EFFECTIVE:,} draws)."
    )  # fmt: skip
    return HEAD.format(
        many=len(found.names), method=told["method"][:1].upper() + told["method"][1:],
        points=told["points"], runs=told["runs"], walkers=told["walkers"], steps=told["steps"],
        accepted=told["accepted"], effective=told["effective_draws"], rhat=told["largest_r_hat"],
        rhat_walker=told["largest_r_hat_by_walker"], settled=settled,
        r2_low=r2[0], r2_high=r2[1], ceiling_low=ceiling[0], ceiling_high=ceiling[1],
        hand=told["misfit_of_the_hand_set"], middle=told["median_misfit"], best=told["best_misfit"],
        engine=told["engine"], seed=told["seed"],
    )  # fmt: skip


def filled(text: str) -> str:
    """Wrap prose at one width; tables and headings stay."""
    return "\n\n".join(_block(block) for block in re.split(r"\n{2,}", text.strip())) + "\n"


def _block(block: str) -> str:
    if block.startswith(("|", "#")):
        return block
    lines = [" ".join(line.split()) for line in re.split(r"\n(?=- )", block)]
    return "\n".join(
        textwrap.fill(x, WIDTH, subsequent_indent="  " * x.startswith("- "), break_on_hyphens=False)
        for x in lines
    )


def page() -> str:
    """Return the whole page."""
    found = posterior.load_posterior()
    checked = diagnostics.check_targets(found)
    before, after = diagnostics.rms_misses(checked)
    own = found.manifest["own_records"]
    draws = found.sample(20, 0)
    return "\n".join([
        head(found),
        "## What the record says about each coefficient\n",
        "Sorted by how far the record narrows it; *width kept* is the width of nine in ten over that "
        "of the prior.\n",
        coefficients_table(found), "", untold(found), "",
        "## Records made by the model itself\n",
        f"Simulation-based calibration: {own['sets']} times, coefficients are drawn from the prior, one of their "
        "futures is taken for the record and fitted. *Inside* is how often a central band holds the truth; "
        "**bold** lies outside what chance leaves in 95 checks of 100. *Recovery* is the correlation of truth "
        "and posterior mean. The posterior of each set is the prior's points weighted by the likelihood "
        f"({own['effective_points']:,.0f} effective points in the median).\n",
        own_records(own), "",
        "## Second opinion\n",
        "Neural posterior estimation (`sbi`) learns the posterior from the same futures and takes nothing for "
        "normal.\n",
        neural(found), "",
        "## What is fitted, before and after\n",
        "Posterior predictive: mean ± spread of futures on luck that the fit did not use. Over all figures the "
        f"record lies {before:.2f} spreads off (root mean square) at the hand-set coefficients, {after:.2f} under "
        "the posterior. *p* is twice the share of futures at or beyond the record.\n",
        figures_table(checked), "",
        "## Stylised facts, before and after\n",
        "Posterior predictive of figures that were not fitted. Judged on 2012-23 as "
        "[always](validation.md#stylised-facts), 500 futures, 20 draws; 2020-23 was not fitted.\n",
        facts_table(measure_facts(), diagnostics.measure_posterior_facts(found)), "",
        "## Out of sample, 2020-2023\n",
        "`scenario-sim backtest --parameters posterior`: 20 draws of 50 futures at each origin, beside the "
        "hand-set coefficients, which were set knowing these years. The levers in force are coded with "
        "hindsight for both. Nothing was tuned on it.\n",
        trial(run_backtest("2020-01", "2023-12", draws=draws)), "",
        "## Known misfits\n",
        misfits(found, checked),
    ])  # fmt: skip


def misfits(found: Posterior, checked: list[diagnostics.TargetCheck]) -> str:
    """Return the text on misfits: of fitted figures, and those that none of them shows."""
    return "\n".join([
        "What coefficients cannot mend; [the model's page](model.md#known-misfits) says what it does to "
        "answers. Counts are means of roots, squared.\n",
        known(checked), "",
        "Misfits that none of the fitted figures shows:\n",
        elsewhere(found), "",
    ])  # fmt: skip


# What decides the futures that the network learns from, and the records that try it.
SAME_FIT = ("engine", "observed", "bounds", "seed", "points", "runs", "sets")


def keep_opinion(found: Posterior, before: Posterior) -> Posterior:
    """Return a fit with the second opinion of the one before, if both are of the same futures.

    So the page can be made again where sbi is not installed.
    """
    opinion = before.manifest.get("neural")
    same = all(found.manifest.get(key) == before.manifest.get(key) for key in SAME_FIT)
    if "neural" in found.manifest or opinion is None or not same:
        return found
    return Posterior(found.table, {**found.manifest, "neural": opinion})


def main() -> None:
    """Fit, unless only the page is asked for, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--page-only", action="store_true", help="leave the shipped posterior as it is"
    )
    parser.add_argument("--neural", action="store_true", help="add the second opinion (needs sbi)")
    asked = parser.parse_args()
    if not asked.page_only:
        with tempfile.TemporaryDirectory() as folder:
            found = fit_posterior(Path(folder), FULL, jobs=2, neural=asked.neural)
        keep_opinion(found, posterior.load_posterior()).save(SHIPPED)
    (DOCS / "calibration.md").write_text(filled(page()), encoding="utf-8")


if __name__ == "__main__":
    main()
