"""The tab of the goals: each is met or not under every theory; a search looks for a better policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import solara

from scenario_sim.data.goals import GOALS, Condition, Goal
from scenario_sim.data.parameters import SETTINGS, THEORIES
from scenario_sim.formatting import format_number
from scenario_sim.reporting.charts import TheoryComparison
from scenario_sim.reporting.html.sections import MAX_THEORY_RUNS
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.studies.goals import (
    Judgement,
    judge_goal,
    overall_verdict,
    regrets,
    search_goal,
    shortfall_of,
)
from scenario_sim.ui.components.figures import hint
from scenario_sim.ui.components.run_settings import ProgressBar, StoppedHint
from scenario_sim.ui.components.widgets import TextButton
from scenario_sim.ui.ensembles import THREADS
from scenario_sim.ui.messages import goals as texts
from scenario_sim.ui.selectors import baseline_of
from scenario_sim.ui.server.cache import CACHE, ResultCache, key_of
from scenario_sim.ui.server.jobs import Report, ignore, part_of
from scenario_sim.ui.state import AppState
from scenario_sim.ui.use_result import use_job
from scenario_sim.ui.views.theories import use_theories

SEARCH_RUNS = 100  # of each policy under each theory; the best are judged on the page's own runs
SEARCH_SHARE = 0.8  # of the work; the rest judges what was found

ByTheory = tuple[tuple[Judgement, ...], ...]  # the conditions under each theory


@dataclass(frozen=True)
class FoundPolicy:
    """A policy that a search found, judged on the page's own draws."""

    levers: dict[str, float]
    judged: ByTheory


@solara.component
def GoalsTab(state: AppState, on_state: Callable[[AppState], None]):
    """Draw a card for each goal. `on_state` gets the state with the levers that a search found."""
    job = use_theories(state.without_view)
    is_current = job.state.question == state.without_view
    found = job.state.value or () if is_current else ()
    whole = len(THEORIES) + 1
    with solara.v.Html(tag="div", class_="sim-goals"):
        solara.HTML(unsafe_innerHTML=hint(texts.HINT))
        words = texts.PROGRESS.format(n=min(len(found) + 1, whole), all=whole)
        ProgressBar(len(found) / whole if job.is_running else -1.0, words, job.stop)
        if job.state.is_stopped:
            stopped = texts.STOPPED.format(n=len(found), all=whole)
            StoppedHint(job.state.stop_reason or stopped, job.again)
        if job.state.error:
            solara.HTML(tag="p", unsafe_innerHTML=escape(job.state.error), classes=["sim-note"])
        with solara.v.Html(tag="div", class_="sim-goal-cards"):
            for goal in GOALS.values():
                shown = found if len(found) == whole else ()
                GoalCard(goal, state, shown, on_state).key(goal.id)


@solara.component
def GoalCard(
    goal: Goal,
    state: AppState,
    found: Sequence[TheoryComparison],
    on_state: Callable[[AppState], None],
):
    """Draw a goal: what it asks, where it is met, the regret, and the search.

    found : the outcomes under each theory, or none while they are simulated.
    """
    base = state.without_view.without_levers()
    nothing: AppState | None = None
    asked, ask = solara.use_state(nothing)
    question = base if asked == base else None
    searched = find_policies(base, goal)

    def work(report: Report, _: Callable) -> tuple[FoundPolicy, ...]:
        return best_policies(base, goal, report)

    job = use_job(question if searched is None else None, work if question else None)
    known = searched or ()
    with solara.v.Html(tag="article", class_="sim-goal"):
        head = f"<h3>{escape(goal.title)}</h3><p>{escape(goal.words)}</p>"
        solara.HTML(unsafe_innerHTML=head + (card_html(goal, found, known) if found else ""))
        share = job.share.value if job.is_running and question else -1.0
        ProgressBar(share, texts.SEARCHING.format(percent=round(100 * share)), job.stop)
        if searched is not None:
            _draw_found(state.without_levers(), known, on_state)
        elif job.state.is_stopped and question:
            StoppedHint(job.state.stop_reason or texts.SEARCH_STOPPED, job.again)
        elif not question:
            TextButton(texts.SEARCH, lambda: ask(base))


def _draw_found(
    base: AppState, known: Sequence[FoundPolicy], on_state: Callable[[AppState], None]
) -> None:
    """Draw the most robust policy of a search, with a button that takes its levers."""
    with solara.v.Html(tag="div", class_="sim-goal-found"):
        if not known:
            solara.HTML(tag="p", unsafe_innerHTML=escape(texts.FOUND_NOTHING))
            return
        best, target = known[0], with_policy(base, known[0].levers)
        levers = ", ".join(
            texts.LEVER.format(lever=SETTINGS[name].label, value=format_number(value, 2))
            for name, value in target.moved
        )
        lines = (
            texts.FOUND.format(levers=levers),
            texts.FOUND_MEETS.format(verdict=verdict_sentence(best.judged)),
        )
        solara.HTML(unsafe_innerHTML="".join(f"<p>{escape(line)}</p>" for line in lines))
        TextButton(texts.TAKE, lambda: on_state(target))


def with_policy(base: AppState, levers: dict[str, float]) -> AppState:
    """Return a state with the levers that differ from its scenario's own."""
    own = baseline_of(base).settings()
    for name, value in levers.items():
        if value != own[name]:
            base = base.with_lever(name, value)
    return base


def judge_theories(goal: Goal, found: Sequence[TheoryComparison]) -> ByTheory:
    """Judge the policy of a page by a goal under each theory; without one, the scenario itself."""
    return tuple(
        judge_goal(goal, one.baseline.outcomes, (one.policy or one.baseline).outcomes)
        for one in found
    )


def best_policies(
    base: AppState, goal: Goal, report: Report = ignore, cache: ResultCache = CACHE
) -> tuple[FoundPolicy, ...]:
    """Search policies near to a goal and judge them on the page's own draws.

    The search has the draws of the next seed: its policies were selected on them. An empty result
    says that nothing came nearer than the scenario itself. Raises as `simulate` and `report` do.
    """

    def compute(tell: Report) -> tuple[FoundPolicy, ...]:
        scenario = baseline_of(base)
        theories = [scenario, *(scenario.with_theory(theory) for theory in THEORIES)]
        search = part_of(tell, 0, 1 / SEARCH_SHARE)
        found = search_goal(goal, theories, runs=SEARCH_RUNS, seed=base.seed + 1, report=search)
        runs = min(base.runs, MAX_THEORY_RUNS)

        def outcomes(levers: dict[str, float], n: int):
            side = theories[n].with_levers(**levers)
            return simulate(side, runs, base.seed, keep="outcomes", jobs=THREADS).outcomes

        own = [outcomes({}, n) for n in range(len(theories))]
        judged = []
        for m, levers in enumerate(found):
            by_theory = []
            for n, table in enumerate(own):
                done = (m + n / len(own)) / len(found)
                tell(SEARCH_SHARE + (1 - SEARCH_SHARE) * done)
                by_theory.append(judge_goal(goal, table, outcomes(levers, n)))
            judged.append(FoundPolicy(levers, tuple(by_theory)))
        kept = tuple(one for one in judged if with_policy(base, one.levers) != base)
        return tuple(sorted(kept, key=lambda one: max(map(shortfall_of, one.judged))))

    return cache.get(_key(base, goal), compute, report)


def find_policies(
    base: AppState, goal: Goal, cache: ResultCache = CACHE
) -> tuple[FoundPolicy, ...] | None:
    """Return the cached policies of a search, or None."""
    return cache.peek(_key(base, goal))


def _key(base: AppState, goal: Goal):
    return key_of(("goal", goal.id), baseline_of(base), base.seed, base.runs)


# --- a card as HTML ------------------------------------------------------------------------------


def card_html(
    goal: Goal, found: Sequence[TheoryComparison], known: Sequence[FoundPolicy] = ()
) -> str:
    """Return how the policy of a page stands to a goal: verdicts, regret and a table, as HTML."""
    titles = [one.title for one in found]
    judged = judge_theories(goal, found)
    unmoved = tuple(judge_goal(goal, o.baseline.outcomes, o.baseline.outcomes) for o in found)
    policies = {"": judged, "unmoved": unmoved}
    policies |= {f"found {n}": one.judged for n, one in enumerate(known)}
    short = {name: [shortfall_of(one) for one in rows] for name, rows in policies.items()}
    regret = regrets(short)[""]
    many = len(known) + 1 + (found[0].policy is not None)
    chips = "".join(map(_chip, titles, judged))
    return (
        f'<p class="sim-goal-verdict"><b>{escape(verdict_sentence(judged))}</b></p>'
        f'<ul class="sim-goal-chips">{chips}</ul>{_meter(titles, regret, many)}'
        f"{_table(goal, titles, judged, regret)}"
    )


def _chip(title: str, conditions: Sequence[Judgement]) -> str:
    verdict = overall_verdict(conditions)
    mark = f'<span aria-hidden="true">{texts.MARKS[verdict]}</span>'
    said = f'<span class="sim-hidden">: {escape(texts.VERDICTS[verdict])}</span>'
    return f'<li class="is-{verdict}">{mark} {escape(title)}{said}</li>'


def verdict_sentence(judged: ByTheory) -> str:
    """Say whether a goal is met as the model is set, and under how many theories."""
    own, *rest = map(overall_verdict, judged)
    return texts.MET.format(own=texts.VERDICTS[own], met=rest.count("met"), all=len(rest))


def _meter(titles: Sequence[str], regret: Sequence[float], many: int) -> str:
    """Return the regret as a meter and a sentence, of the theory where it is largest."""
    worst = int(np.argmax(regret))
    percent = format_number(100 * min(regret[worst], 9.99))
    if round(100 * regret[worst]) == 0:
        said, percent = texts.REGRET_NONE, "0"
    else:
        said = texts.REGRET_SOME.format(theory=titles[worst], regret=percent)
    width = min(100.0, 100 * regret[worst])
    said = f"{said} {texts.KNOWN.format(n=many)}"
    return (
        f'<div class="sim-regret"><span>{escape(texts.REGRET)}</span>'
        f'<span class="sim-regret-bar" role="meter" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{width:.0f}" aria-label="{escape(texts.REGRET)}">'
        f'<span style="width: {width:.0f}%"></span></span><b>{percent} %</b></div>'
        f'<p class="sim-quiet">{escape(said)}</p>'
    )


def _table(goal: Goal, titles: Sequence[str], judged: ByTheory, regret: Sequence[float]) -> str:
    """Return the folded table: a row for each theory."""
    first, *rest = texts.COLUMNS
    columns = (first, *map(_condition_words, goal.conditions), *rest)
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    rows = []
    for title, conditions, by in zip(titles, judged, regret, strict=True):
        cells = [*map(_ratio_words, conditions), texts.VERDICTS[overall_verdict(conditions)]]
        cells.append(f"{format_number(100 * by)} %")
        tds = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        rows.append(f'<tr><th scope="row">{escape(title)}</th>{tds}</tr>')
    return (
        f'<details class="sim-more"><summary>{escape(texts.NUMBERS)}</summary>'
        f'<p class="sim-quiet">{escape(texts.TABLE_HINT)}</p>'
        f'<div class="sim-scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></details>"
    )


def _condition_words(condition: Condition) -> str:
    text = texts.CONDITION_LEAST if condition.at_least else texts.CONDITION_MOST
    limit = texts.RATIO.format(ratio=format_number(condition.limit, 2))
    return text.format(words=condition.words, limit=limit)


def _ratio_words(one: Judgement) -> str:
    if not np.isfinite(one.ratio):
        return texts.FROM_NOTHING
    return texts.RATIO.format(ratio=format_number(one.ratio, 2))
