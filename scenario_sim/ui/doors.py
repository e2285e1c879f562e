"""The doors: a world leaves the page as a link, a file, a line of code or a hand-out, and comes
back as a file or a link."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from typing import Any, cast

import solara

from scenario_sim.bounds import MAX_PACKED_CHARACTERS
from scenario_sim.errors import Problem, ScenarioError, ScenarioFileError, ScenarioSimError
from scenario_sim.game_file import in_file_order
from scenario_sim.report import figures, past_figures
from scenario_sim.report import report as write_report
from scenario_sim.scenario_file import dump_scenario, read_scenario
from scenario_sim.ui import manual, recipes, selectors, texts
from scenario_sim.ui.address import fits
from scenario_sim.ui.lookout import ProgressBar
from scenario_sim.ui.notice import Notice
from scenario_sim.ui.past import happened_in
from scenario_sim.ui.result import result_of
from scenario_sim.ui.server.jobs import Job, Report, ignore, part_of
from scenario_sim.ui.state import WORLD, AppState
from scenario_sim.ui.theories import under_theories
from scenario_sim.ui.use_result import use_jobs
from scenario_sim.ui.world import single_runs
from scenario_sim.world import World

HANDOUT = "text/html"
_log = logging.getLogger(__name__)
Trouble = tuple[str, tuple[str, ...], str]  # what failed, why, what to do


@solara.component_vue("doors.vue")
def _Doors(
    texts: dict,
    recipes: dict,
    parcel: dict,
    event_show: Callable,
    event_save: Callable,
    event_save_opened: Callable,
    event_manual: Callable,
    event_handout: Callable,
    event_open_file: Callable,
    event_taken: Callable,
):
    """Buttons; the browser copies, saves and reads files itself."""


@solara.component
def Doors(state: AppState, on_open: Callable[[str], None]):
    """Everything that leaves is made when it is asked for, out of the state as it then is."""
    opened, set_opened = solara.use_state(False)
    parcel, set_parcel = solara.use_state(cast(dict[str, str], {}))
    trouble, set_trouble = solara.use_state(cast(Trouble | None, None))
    share, set_share = solara.use_state(-1.0)  # of a hand-out; less than 0: none is made
    jobs = use_jobs()

    def send(make: Callable[[AppState], tuple[str, str]], kind: str) -> None:
        try:
            name, text = make(state)
        except ScenarioSimError as error:
            set_parcel({"kind": kind})
            set_trouble((texts.HANDOUT_FAILED, reasons(error), texts.HANDOUT_CURE))
        else:
            set_trouble(None)
            set_parcel({"name": name, "text": text, "kind": kind})

    def hand_out(job: Job) -> None:
        def make(state: AppState) -> tuple[str, str]:
            job.check_budget()
            return handout_of(state, job.report)

        set_share(0.0)
        try:
            send(make, HANDOUT)
        finally:
            if jobs.deliver(job):
                set_share(-1.0)

    def stop() -> None:
        jobs.cancel()
        set_share(-1.0)
        set_parcel({"kind": HANDOUT})

    with solara.v.Html(tag="div", class_="sim-keep"):
        _Doors(
            texts=texts.DOORS,
            recipes=_recipes(state) if opened else {},
            parcel=parcel,
            event_show=set_opened,
            event_save=lambda _: send(recipes.file_of, "application/toml"),
            event_save_opened=lambda _: send(recipes.opened_file_of, "application/toml"),
            event_manual=lambda _: send(lambda _: manual.model_page(), "text/html"),
            event_handout=lambda _: jobs.submit(hand_out, is_long=True, on_progress=set_share),
            event_open_file=lambda sent: set_trouble(tried_to_open(sent, on_open)),
            event_taken=lambda _: set_parcel({}),
        )
        if share >= 0:
            words = texts.HANDOUT_PROGRESS.format(percent=round(100 * share))
            ProgressBar(share, words, stop)
        if trouble:
            Notice(*trouble, lambda: set_trouble(None))


def tried_to_open(sent: dict[str, Any], on_open: Callable[[str], None]) -> Trouble | None:
    """Open what the browser sent, `name` and `data`; return what to say where that fails."""
    try:
        on_open(opened_text(base64.b64decode(sent["data"]), sent["name"]))
        return None
    except ScenarioFileError as error:
        lines: tuple[str, ...] = (f"{error.path}:", *map(str, error.problems))
    except ScenarioSimError as error:
        lines = reasons(error)
    except Exception:  # its text may hold paths of this machine
        _log.exception("an upload could not be read")
        lines = (texts.OPEN_UNREAD,)
    return texts.OPEN_FAILED, lines, texts.OPEN_CURE


def opened_text(data: bytes, name: str) -> str:
    """The text of a scenario file that somebody opened, once it is known to hold a scenario.

    Raises ScenarioFileError with what the command line would say of it, for what reads files of
    this machine, and for what an address cannot hold.
    """
    scenario = read_scenario(data, name, paths=False)
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    if scenario.game and not fits(text):  # act by act, as games were once kept
        text = dump_scenario(in_file_order(scenario))
    if not fits(text):
        raise ScenarioFileError(
            name, [Problem("", texts.OPEN_LONG.format(most=MAX_PACKED_CHARACTERS))]
        )
    return text


def handout_of(state: AppState, report: Report = ignore) -> tuple[str, str]:
    """Return the report on the world on screen: the name of its file and its text.

    Raises ScenarioSimError, and Cancelled where `report` does.
    """
    result = result_of(state.world, part_of(report, 0, 10))
    name = f"{recipes.stem_of(selectors.policy_of(state))}.html"
    pictures = figures(result.baseline, result.policy)
    theories = tuple(under_theories(state, part_of(report, 1, 10, parts=8)))
    past = past_figures(*(happened_in(state, part_of(report, 9, 10)) or [None]))
    policy = result.policy.trajectory if result.policy else None
    own = result.baseline.trajectory
    return name, write_report(own, policy, pictures, theories, _watched(state), past)


def _watched(state: AppState) -> dict[str, World]:
    """The one world on screen and its branches, by name; nothing on the other pages."""
    if state.page != WORLD and not state.branches:
        return {}
    names = (texts.AS_IT_WAS, *(branch.name for branch in state.branches))
    sides = (selectors.branch_of(state, branch) for branch in (None, *state.branches))
    return {
        name: single_runs.world_of(scenario, state.seed, state.run)
        for name, scenario in zip(names, sides, strict=True)
    }


def reasons(error: ScenarioSimError) -> tuple[str, ...]:
    """Every reason, a line each."""
    if isinstance(error, ScenarioError):
        return tuple(str(problem) for problem in error.problems)
    return (str(error),)


def _recipes(state: AppState) -> dict[str, str]:
    try:
        opened, _ = recipes.opened_file_of(state)
        return {
            "python": recipes.python_of(state),
            "command": recipes.command_of(state),
            "opened": opened,
        }
    except ScenarioSimError:  # a state that cannot be has its own card
        return {}
