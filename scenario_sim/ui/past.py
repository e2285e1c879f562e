"""What happened beside what is simulated, worked out while its tab is open and never before."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape

import solara

from scenario_sim.charts import DARK, LIGHT, Happened, against_record
from scenario_sim.charts.happened import beside, known_months
from scenario_sim.engine import engine_version
from scenario_sim.errors import ScenarioSimError
from scenario_sim.record import current
from scenario_sim.scenario import Scenario
from scenario_sim.scenario_file import dump_scenario
from scenario_sim.ui import texts, worlds
from scenario_sim.ui.action import Action
from scenario_sim.ui.address import fits
from scenario_sim.ui.figures import DrawnWorld, Figure, drawn_world, hint
from scenario_sim.ui.latest import Latest
from scenario_sim.ui.lookout import ProgressBar, Stopped
from scenario_sim.ui.state import AppState
from scenario_sim.ui.store import WORLDS, Worlds
from scenario_sim.ui.turns import Cancelled, Watch
from scenario_sim.ui.worlds import baseline_of, policy_of

MOST = 64  # measures, some ten kilobytes each
STEP = 0.1  # of the work between two messages
TAB = "past"

Sides = tuple[Happened, ...]  # the scenario as it stands and, where levers moved, the policy
_kept: OrderedDict[tuple, Happened] = OrderedDict()


@dataclass(frozen=True)
class Found:
    """What is drawn, of which state; `share` done (less than 0: all), what went wrong."""

    of: AppState | None = None
    sides: Sides = ()
    share: float = 0.0
    stopped: bool = False
    error: str = ""


def on_record(state: AppState) -> bool:
    """Whether the record knows anything of this scenario's months."""
    return known_months(baseline_of(state))[1] > 0


@solara.component
def Past(state: AppState, dark: bool, on_state: Callable[[AppState], None]):
    found, set_found = solara.use_state(Found())
    latest = solara.use_memo(Latest, [])
    asked = state.world

    def ask() -> None:
        latest.ask(lambda: _gather(asked, latest, set_found))

    solara.use_effect(ask, [asked])
    solara.use_effect(lambda: latest.close, [])
    world = solara.use_context(drawn_world)
    credit = texts.PAST_CREDIT.format(credit=current().credit)
    drawn_world.provide(DrawnWorld(f"{world.title}. {credit}", world.stem))
    with solara.v.Html(tag="div", class_="sim-past"):
        solara.HTML(unsafe_innerHTML=f"{hint(texts.PAST_HINT)}{hint(credit)}")
        other = otherwise(state)
        if other is not None:
            follows = baseline_of(state).replay
            with solara.v.Html(tag="p", class_="sim-enough"):
                said = texts.PAST_FOLLOWS if follows else texts.PAST_FREE
                solara.HTML(tag="span", unsafe_innerHTML=escape(said))
                Action(
                    texts.PAST_LET_FREE if follows else texts.PAST_FOLLOW, lambda: on_state(other)
                )
        running = found.of != asked
        ProgressBar(max(found.share, 0.0) if running else -1.0, texts.PAST_PROGRESS, latest.stop)
        if found.stopped:
            Stopped(texts.PAST_STOPPED, ask)
        if found.error:
            solara.HTML(tag="p", unsafe_innerHTML=escape(found.error), classes=["sim-note"])
        if found.sides:
            busy = {"aria-busy": str(running).lower()}
            base, *rest = found.sides
            pictures = against_record(base, rest[0] if rest else None, DARK if dark else LIGHT)
            with solara.v.Html(tag="div", class_="sim-smalls", attributes=busy):
                for one in pictures:
                    name = f"{TAB}-{one.name}"
                    Figure(one.title, hint(one.hint), one.chart, "small", one.title, name).key(name)


def _gather(state: AppState, latest: Latest, set_found) -> None:
    watch = latest.watch(lambda share: set_found(lambda old: replace(old, share=share)), STEP)

    def show(found: Found) -> None:
        if not latest.closed:
            set_found(found)

    try:
        show(Found(state, happened_in(state, WORLDS, watch), share=-1.0))
    except Cancelled:
        if latest.stopped:
            show(Found(state, share=-1.0, stopped=True))
    except ScenarioSimError as error:
        show(Found(state, share=-1.0, error=str(error)))


def happened_in(
    state: AppState, store: Worlds = WORLDS, watch: Watch = lambda share: None
) -> Sides:
    """Empty where the record knows nothing of it. Raises ScenarioSimError, and Cancelled by `watch`."""
    base, policy = baseline_of(state), policy_of(state)
    if not known_months(base)[1]:
        return ()
    sides = [base] if policy.hash == base.hash else [base, policy]
    return tuple(_happened(scenario, state, store, watch) for scenario in sides)


def _happened(scenario: Scenario, state: AppState, store: Worlds, watch: Watch) -> Happened:
    key = (engine_version(), scenario.hash, state.seed, state.runs)
    if key not in _kept:
        made = beside(scenario, store.counted(scenario, state.seed, state.runs, watch), state.seed)
        assert made is not None  # whoever asks has looked
        _kept[key] = made
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return _kept[key]


def otherwise(state: AppState) -> AppState | None:
    """The same with the record acting for its states, or with them free again where it does; None
    where an address cannot hold it."""
    scenario = baseline_of(state)
    told = {act.state for act in current().acts}
    follow = [] if scenario.replay else [code for code in scenario.cast.codes if code in told]
    title = scenario.title.removesuffix(texts.PAST_REPLAYED)
    data = scenario.as_dict() | {"replay": follow, "replay_until": None, "lecture_seeds": []}
    data["title"] = title + texts.PAST_REPLAYED * bool(follow)
    changed = Scenario.model_validate(data)
    shipped = [own.name for own in worlds.catalogue() if own.hash == changed.hash]
    if shipped:
        other = state.with_scenario(shipped[0])
    elif fits(text := dump_scenario(changed)):
        other = state.with_text(text)
    else:
        return None
    own = replace(other, moved=state.moved, changes=state.changes)
    return own.with_weeks(state.weeks).with_tab(state.tab)
