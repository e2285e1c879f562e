"""Print why a policy changes the risk: `compare --why`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from scenario_sim.cli.output import progress_bar

if TYPE_CHECKING:  # slow to import, and --help does without
    from scenario_sim.reporting.why import ChangeText, LinkText
    from scenario_sim.simulation.change_explanation import ChangeExplanation
    from scenario_sim.simulation.comparison import Comparison

TITLE = "Why the risk changes"


def explain_comparison(comparison: Comparison) -> ChangeExplanation:
    """Return why the risk differs in a comparison, with every pathway measured in full."""
    from scenario_sim.simulation.change_explanation import explain_change

    base, policy = comparison.baseline, comparison.policy
    with progress_bar(TITLE) as bar:
        return explain_change(
            base.scenario, policy.scenario, int(base.runs.size), base.seed, progress=bar
        )


def show_explanation(console: Console, why: ChangeExplanation) -> None:
    """Print the chain as one sentence, then each link with its share."""
    from scenario_sim.reporting.messages import WHY_COLUMNS
    from scenario_sim.reporting.why import describe_change

    text = describe_change(why)
    console.print(f"\n{TITLE}", style="bold")
    console.print(text.sentence, markup=False)
    if not text.how:
        return
    for line in filter(None, (text.cut, text.interaction)):
        console.print(line, markup=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(("", *WHY_COLUMNS, "for --cut")):
        table.add_column(column, justify="right" if number in (2, 3) else "left")
    for mark, link in _rows(text):
        table.add_row(mark, link.name, link.share_error, link.ratio, link.id)
    console.print(table)
    console.print(text.how, style="dim", markup=False)


def _rows(text: ChangeText) -> Iterable[tuple[str, LinkText]]:
    """Yield the links of the chains in their order, each with its number, then the others."""
    for number, chain in enumerate(text.chains, start=1):
        for link in chain.links:
            yield str(number), link
    for link in text.others:
        yield "", link


def explanation_summary(why: ChangeExplanation) -> dict[str, Any]:
    """Return an explanation as plain data: effect, chains, steps and every share."""
    from scenario_sim.reporting.why import describe_change

    return {
        "sentence": describe_change(why).sentence,
        "ratio": why.effect.ratio,
        "can_tell": why.is_certain,
        "levers": list(why.levers),
        "cut": list(why.cut),
        "chains": [[link.pathway.id for link in chain] for chain in why.chains],
        "interaction": None if why.interaction != why.interaction else why.interaction,
        "steps": {
            step: {
                "measure": reading.measure,
                "words": reading.words,
                "baseline": reading.baseline,
                "policy": reading.policy,
                "half": reading.half,
            }
            for step, reading in why.readings.items()
        },
        "pathways": {
            found.pathway.id: {
                "from": found.pathway.start,
                "to": found.pathway.end,
                "share": found.share,
                "half": found.half,
                "ratio_without": found.ratio,
            }
            for found in why.shares
        },
    }
