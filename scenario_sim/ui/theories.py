"""The same policy under each theory, in the background while its tab is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import solara

from scenario_sim.charts import DARK, LIGHT, UnderTheory, theory_charts
from scenario_sim.charts.words import THEORY_AS_SET
from scenario_sim.errors import ScenarioSimError
from scenario_sim.parameters import THEORIES, Theory
from scenario_sim.report.theories import MOST_RUNS
from scenario_sim.scenario import Scenario
from scenario_sim.ui import texts
from scenario_sim.ui.figures import Figure, hint
from scenario_sim.ui.latest import Latest
from scenario_sim.ui.lookout import ProgressBar, Stopped
from scenario_sim.ui.state import AppState
from scenario_sim.ui.store import WORLDS, Worlds
from scenario_sim.ui.turns import Cancelled, Watch
from scenario_sim.ui.worlds import baseline_of, part, policy_of
from scenario_sim.validation.evidence import about


@dataclass(frozen=True)
class Found:
    """Theories done so far, of which state; `share` done (less than 0: all), what went wrong."""

    of: AppState | None = None
    done: tuple[UnderTheory, ...] = ()
    share: float = 0.0
    stopped: bool = False
    error: str = ""


@solara.component
def Theories(state: AppState, dark: bool, store: Worlds = WORLDS):
    """`state`: less how it is shown (`AppState.world`)."""
    found, set_found = solara.use_state(Found())
    latest = solara.use_memo(Latest, [])

    def ask() -> None:
        latest.ask(lambda: _gather(state, store, latest, set_found))

    solara.use_effect(ask, [state])
    solara.use_effect(lambda: latest.close, [])
    current = found.of == state
    with solara.v.Html(tag="div", class_="sim-theories"):
        solara.HTML(unsafe_innerHTML=hint(texts.THEORIES_HINT))
        all_ = len(THEORIES) + 1
        count = texts.THEORIES_PROGRESS.format(n=min(len(found.done) + 1, all_), all=all_)
        running = found.share >= 0 and not found.stopped
        ProgressBar(found.share if running else -1.0, count, latest.stop)
        if found.stopped:
            Stopped(texts.THEORIES_STOPPED.format(n=len(found.done), all=all_), ask)
        if found.error:
            solara.HTML(tag="p", unsafe_innerHTML=escape(found.error), classes=["sim-note"])
        if found.done:
            with solara.v.Html(
                tag="div", class_="sim-smalls", attributes={"aria-busy": str(not current).lower()}
            ):
                for small in theory_charts(found.done, DARK if dark else LIGHT):
                    said = hint(small.hint)
                    Figure(small.title, said, small.chart, "theories", small.title).key(small.name)
        solara.HTML(unsafe_innerHTML=_about(THEORIES))


def _gather(state: AppState, store: Worlds, latest: Latest, set_found) -> None:
    """One job: theory by theory, each shown as it comes."""
    done: list[UnderTheory] = []
    last = Found()

    def show(**changes) -> None:
        nonlocal last
        last = Found(state, tuple(done), **changes)
        if not latest.closed:
            set_found(last)

    watch = latest.watch(lambda share: None, step=1.0)  # each theory that is there tells by itself
    try:
        for one in under_theories(state, store, watch):
            done.append(one)
            share = len(done) / (len(THEORIES) + 1)
            show(share=share if share < 1 else -1.0)
    except Cancelled:
        if latest.stopped:
            show(share=-1.0, stopped=True)
    except ScenarioSimError as error:
        show(share=-1.0, error=str(error))


def under_theories(
    state: AppState, store: Worlds = WORLDS, watch: Watch = lambda share: None
) -> Iterator[UnderTheory]:
    """One by one, the model as it is set first. `watch` hears the share of them all. Raises
    ScenarioSimError, and Cancelled by `watch`."""
    worlds = _two(baseline_of(state), policy_of(state))
    runs = min(state.runs, MOST_RUNS)
    kinds: list[Theory | None] = [None, *THEORIES]
    for n, theory in enumerate(kinds):
        sides = [theory.of(s) if theory else s for s in worlds]
        whole, at = len(kinds) * len(sides), n * len(sides)
        made = [
            store.get(side, state.seed, runs, part(watch, at + m, whole)).trajectory
            for m, side in enumerate(sides)
        ]
        title = theory.title if theory else THEORY_AS_SET
        yield UnderTheory(title, made[0], made[1] if len(made) == 2 else None)


def _two(baseline: Scenario, policy: Scenario) -> list[Scenario]:
    return [baseline] if policy.hash == baseline.hash else [baseline, policy]


def _about(theories: Sequence[Theory]) -> str:
    items = "".join(
        f"<dt>{escape(t.title)}</dt><dd>{escape(t.words)}<br><small>"
        f"{texts.THEORY_FOR}: {escape(t.supports)}.<br>{texts.THEORY_AGAINST}: {escape(t.doubts)}."
        + "".join(f"<br>{texts.THEORY_RECORD}: {escape(one.words)}" for one in about(t.name))
        + "</small></dd>"
        for t in theories
    )
    head = f"<summary>{escape(texts.THEORIES_ABOUT)}</summary>"
    return f'<details class="sim-more sim-theory-list">{head}<dl>{items}</dl></details>'
