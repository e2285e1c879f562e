"""Write docs/calibration.md from the shipped posterior; about five minutes.

python docs/calibration.py
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from pathlib import Path

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
    coverage_text,
    run_backtest,
    skill_text,
)
from scenario_sim.validation.calibration import diagnostics, posterior, targets
from scenario_sim.validation.calibration.posterior import Posterior, apply_draws
from scenario_sim.validation.stylised_facts import FactResult, measure_facts

DOCS = Path(__file__).parent
RUNS = 1000
WIDTH = 118
HEAD = """\
# Coefficients fitted to the record

Written by `python docs/calibration.py`; the figures are computed, the words around them are not.

`scenario-sim calibrate --out DIR` fits the {many} coefficients marked for calibration to the record of
January 2012 to December 2019, within the bounds of [the model's page](model.md), and reads nothing after
that. `--quick` answers in minutes, the full search takes a night; killed, the same command goes on to
the same bytes. `pip install -e '.[calibrate]'` brings what it needs. `run --parameters
posterior`, `backtest --parameters posterior` and `--parameters DIR` draw from what was found.

**The hand-set coefficients stay the defaults.** They, the yearly `programme_drive` and the other levers of
`history-2012` were set by people who knew the record, so a fit on those levers is *in sample* to 2019 and no
proof of skill. Only [the trial below](#out-of-sample-2020-2023) is out of sample, and for the coefficients
alone.

## How

- **Method.** {method}. The model has no likelihood that could be written down; {runs} futures of each
  candidate stand in for it. The figures of the record are taken for one draw from a normal distribution with
  the mean and spread of that candidate's futures. Priors are uniform within the bounds.
- **Distance.** How many spreads each figure of the record lies from the candidate's mean, with the
  figures' correlations at the hand-set coefficients, drawn a fifth of the way to none. A figure's spread is
  never
  taken for less than the record's own coding is worth (a count: about one event in four).
- **Luck.** Every candidate runs on the same futures (common random numbers), so that candidates differ by
  coefficients alone.
- **Size of the search that comes along.** {walkers} walkers, {steps} steps, {weighed:,} candidates of {runs}
  futures;
  {accepted:.0%} of moves accepted. {kept} draws of the second half are kept; the walkers' steps are worth about
  **{effective:.0f} independent draws** (autocorrelation {time:.0f} steps), and the first half of the kept
  steps looks
  {mixed} the second (split R-hat at most {rhat:.2f}). {settled}
- **Misfit** (-2 log likelihood, up to a constant): {hand:.1f} at the hand-set coefficients, {middle:.1f} in
  the middle of
  the posterior, {best:.1f} at its best.
- **Engine** `{engine}`, seed {seed}. `scenario_sim/validation/calibration/posterior.toml` has the rest.
- **Tried before**: ABC-SMC with importance weights (pyabc 0.13). In 26 dimensions all of its weight lay on one
  draw of 150 after five generations, so walkers that need no weights took its place.
"""
MISFITS = """\
## Known misfits

Of each misfit that [the model's page](model.md#known-misfits) lists: what the fit did to it. *Allowed* is
where the
mean of futures lies over {prior} draws from the prior. Counts of this table are means of roots, squared.
"""
KNOWN = {  # misfit -> fitted figure, and why it is there (judgement)
    "Nuclear tests of 2016-17": (
        "nuclear tests, 2016-17",
        "More devices hardly help (below). Novelty wears off after the second test and China's support weighs "
        "against the act (`novelty_tests`, `novelty_scale`, `nuclear_test_china`, none of them fitted): "
        "the fit can raise the "
        "test of 2013, not those of 2016-17 with it.",
    ),
    "Burst of regional tests in 2016": (
        "regional tests, 2016",
        "One act a week and one class of missiles: after a failure nothing in the equations makes "
        "the next attempt of the "
        "same design come sooner, which is what the record shows (failed launches followed within weeks).",
    ),
    "ICBM and satellite launches of 2016-17": (
        "ICBM and satellite launches, 2016-17",
        "`icbm_gate` holds the pipeline back until regional tests have been made; the burst that "
        "would open it is missing.",
    ),
    "Council passes of 2016-17": (
        "resolutions, 2016-17",
        "A draft needs a case, a case an ICBM or nuclear test; the coefficients of tabling and votes "
        "are not fitted.",
    ),
    "Collapse of exports, 2016 to 2018": (
        "fall of trade, 2016 to 2018",
        "Follows from the passes. A larger ban by each resolution hardly moves it (below): what is missing is "
        "resolutions.",
    ),
    "Talks that suppress too much": (
        "launch days in contact",
        "`short_range_test_talks` is what holds tests back. The record's contacts are wider than the "
        "model's: a month within "
        "three of a contact counts, quarrels of 2019 included.",
    ),
}
COULD = {  # coefficients that are not fitted, at a bound
    "devices ready faster": {"nuclear_articles_rate": 0.7},
    "regional missiles ready faster": {"regional_articles_rate": 9, "regional_articles_cap": 9},
    "drafts tabled more readily": {"table_draft_base": -2.8},
    "a resolution bans more": {"resolution_sanctions": 0.45},
    "the last two": {"table_draft_base": -2.8, "resolution_sanctions": 0.45},
    "all of these": {
        "nuclear_articles_rate": 0.7, "regional_articles_rate": 9, "regional_articles_cap": 9,
        "table_draft_base": -2.8, "resolution_sanctions": 0.45,
    },
}  # fmt: skip


ELSEWHERE = (  # judgement
    "- **2010.** `limited_attack_base` is fitted to years without a lethal attack, so the fit can "
    "only lower it. Two "
    "attacks in a year of succession ask for a larger weight of domestic pressure, not for a higher base.",
    "- **1994.** Hazards are priors and are not fitted: no war since 1953 leaves their level open. The danger "
    "of a strike is `deliberate_base` times the preventive window; the record cannot tell how near it was.",
    "- **2017.** Tension has no record. What acts push counts less the higher it stands (1 - L/10), so "
    "that even with "
    "the largest pushes within bounds its mean peak only just reaches rung 6.",
)


def ranges(found: Posterior) -> str:
    """Return the table of posterior ranges."""
    rows = [
        "| coefficient | hand-set | bounds | posterior median | nine in ten | width kept |",
        "|---|---|---|---|---|---|",
    ]
    rows += [
        f"| `{r.name}` | {r.usual:g} | {r.low:g} to {r.high:g} | {r.median:.3g} "
        f"| {r.band[0]:.3g} to {r.band[1]:.3g} | {r.kept:.0%} |"
        for r in diagnostics.posterior_ranges(found)
    ]
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


def figures_table(checked: Iterable[diagnostics.TargetCheck]) -> str:
    """Return the table of fitted figures, before and after."""
    rows = [
        "| figure, 2012-19 (√: root of a count) | record | hand-set | off by | posterior | off by | "
        "allowed | owed to |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for c in checked:
        rows.append(
            f"| {c.name} | {c.seen:.2f} | {c.before[0]:.2f} ± {c.before[1]:.2f} | {c.away(c.before):+.1f} "
            f"| {c.after[0]:.2f} ± {c.after[1]:.2f} | {c.away(c.after):+.1f} "
            f"| {c.allowed[0]:.2f} to {c.allowed[1]:.2f}{' **no**' if c.out_of_reach else ''} | {c.source} |"
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


def known(checked: Iterable[diagnostics.TargetCheck]) -> str:
    """Return the table of known misfits after the fit, with the reason of each."""
    by_name = {c.name: c for c in checked}
    rows = ["| misfit | record | hand-set | posterior | allowed | |", "|---|---|---|---|---|---|"]
    reasons = []
    for what, (name, why) in KNOWN.items():
        c = by_name[name]
        share = "fall" in name
        record, before, after, low, high = (
            f"{x:.2f}" if share else f"{max(x, 0) ** 2:.1f}"
            for x in (c.seen, c.before[0], c.after[0], *c.allowed)
        )
        off = abs(c.away(c.after))
        verdict = "mended" if off < 1 else "nearer" if off < abs(c.away(c.before)) else "not mended"
        if c.out_of_reach:
            verdict += ", and no draw from the prior comes within a spread of it"
        rows.append(
            f"| {what} | {record} | {before} | {after} ({off:.1f} spreads off) | {low} to {high} | {verdict} |"
        )
        reasons.append(f"- **{what}.** {why}")
    return "\n".join([*rows, "", *reasons])


def could(found: Posterior) -> str:
    """Return the same figures at the best draw with coefficients that are not fitted at a bound."""
    names = [name for name, _ in KNOWN.values()]
    base = apply_draws(targets.history_scenario(), [found.best])[0]
    cases = {"the best draw": {}} | COULD
    rows = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for what, change in cases.items():
        past = targets.simulate_weeks([base.with_parameters(**change)], RUNS, 1)[0]
        told = {f.name: float(f.values.mean()) for f in targets.compute_targets(past)}
        cells = (f"{told[n]:.2f}" if "fall" in n else f"{told[n] ** 2:.1f}" for n in names)
        rows.append(f"| {what} | {' | '.join(cells)} |")
    seen = {f.name: float(f.values[0]) for f in targets.compute_targets(targets.observed_weeks())}
    cells = (f"{seen[n]:.2f}" if "fall" in n else f"{seen[n] ** 2:.0f}" for n in names)
    return "\n".join([*rows, f"| *record* | {' | '.join(cells)} |"])


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
    """Return the head of the page with the facts of the search."""
    told = found.manifest
    settled = told["settled"]
    return HEAD.format(
        many=len(found.names), method=told["method"][:1].upper() + told["method"][1:],
        runs=told["runs"], walkers=told["walkers"],
        steps=told["steps"], weighed=told["weighed"], accepted=told["accepted"], kept=len(found.table),
        effective=told["effective_draws"], time=told["autocorrelation_steps"], rhat=told["largest_split_r_hat"],
        mixed="like" if told["largest_split_r_hat"] < 1.05 else "not yet like",
        hand=told["misfit_of_the_hand_set"],
        settled="" if settled else "**It is not settled** (ten autocorrelation times are not kept yet): read the "
        "ranges below as rough; more `--steps` go on from it.",
        middle=told["median_misfit"], best=told["best_misfit"], engine=told["engine"], seed=told["seed"],
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
    draws = found.sample(20, 0)
    return "\n".join([
        head(found),
        "## What the record says about each coefficient\n",
        "Sorted by how far the record narrows it; *width kept* is the width of nine in ten over that "
        "of the prior.\n",
        ranges(found), "", untold(found), "",
        "## What is fitted, before and after\n",
        "Mean ± spread of futures on luck that the fit did not use. Over all figures the record lies "
        f"{before:.2f} spreads off (root mean square) at the hand-set coefficients, {after:.2f} under the "
        "posterior; **no** marks a figure that no draw from the prior brings within one spread of "
        "the record.\n",
        figures_table(checked), "",
        "## Stylised facts, before and after\n",
        "Judged on 2012-23 as [always](validation.md#stylised-facts), 500 futures, 20 draws; 2020-23 "
        "was not fitted.\n",
        facts_table(measure_facts(), diagnostics.measure_posterior_facts(found)), "",
        "## Out of sample, 2020-2023\n",
        "`scenario-sim backtest --parameters posterior`: 20 draws of 50 futures at each origin, beside the "
        "hand-set coefficients, which were set knowing these years. The levers in force are coded with "
        "hindsight for both. Nothing was tuned on it.\n",
        trial(run_backtest("2020-01", "2023-12", draws=draws)), "",
        MISFITS.format(prior=diagnostics.PRIOR_DRAWS),
        known(checked), "",
        "Coefficients that are not marked for calibration, at a bound, everything else at the best draw "
        "(nothing of this is a default; it shows where the equations would have to give):\n",
        could(found), "",
        "Misfits that none of the fitted figures shows:\n",
        elsewhere(found), "", *ELSEWHERE, "",
    ])  # fmt: skip


if __name__ == "__main__":
    (DOCS / "calibration.md").write_text(filled(page()), encoding="utf-8")
