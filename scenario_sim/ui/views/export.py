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
from scenario_sim.reporting.html import history_figures, summary_figures
from scenario_sim.reporting.html import render_report as write_report
from scenario_sim.scenario.files import dump_scenario, read_scenario
from scenario_sim.scenario.game_file import sort_acts_for_file
from scenario_sim.simulation.engine import made_elsewhere
from scenario_sim.simulation.single_run import SingleRun
from scenario_sim.ui import code_snippets, messages, selectors
from scenario_sim.ui.components.notice import Notice
from scenario_sim.ui.components.run_settings import ProgressBar
from scenario_sim.ui.result import result_of
from scenario_sim.ui.server.jobs import Job, Report, ignore, part_of
from scenario_sim.ui.state import WORLD, AppState
from scenario_sim.ui.url import fits_in_link
from scenario_sim.ui.use_result import use_jobs
from scenario_sim.ui.views import manual
from scenario_sim.ui.views.history import compare_with_history
from scenario_sim.ui.views.single_run import cached_runs
from scenario_sim.ui.views.theories import simulate_under_theories

HANDOUT = "text/html"
_log = logging.getLogger(__name__)
Trouble = tuple[str, tuple[str, ...], str]  # what failed, why, what to do


@solara.component_vue("export.vue")
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
def ExportPanel(state: AppState, on_open: Callable[[str], None]):
    """Everything that leaves is made when it is asked for, out of the state as it then is."""
    opened, set_opened = solara.use_state(False)
    parcel, set_parcel = solara.use_state(cast(dict[str, str], {}))
    trouble, set_trouble = solara.use_state(cast(Trouble | None, None))
    closed, set_closed = solara.use_state("")  # the file of which nothing more is to be said
    share, set_share = solara.use_state(-1.0)  # of a hand-out; less than 0: none is made
    jobs = use_jobs()

    def send(make: Callable[[AppState], tuple[str, str]], kind: str) -> None:
        try:
            name, text = make(state)
        except ScenarioSimError as error:
            set_parcel({"kind": kind})
            set_trouble((messages.HANDOUT_FAILED, reasons(error), messages.HANDOUT_CURE))
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
            texts=messages.DOORS,
            recipes=_recipes(state) if opened else {},
            parcel=parcel,
            event_show=set_opened,
            event_save=lambda _: send(code_snippets.file_of, "application/toml"),
            event_save_opened=lambda _: send(code_snippets.opened_file_of, "application/toml"),
            event_manual=lambda _: send(lambda _: manual.model_page(), "text/html"),
            event_handout=lambda _: jobs.submit(hand_out, is_long=True, on_progress=set_share),
            event_open_file=lambda sent: set_trouble(try_to_open(sent, on_open)),
            event_taken=lambda _: set_parcel({}),
        )
        if share >= 0:
            words = messages.HANDOUT_PROGRESS.format(percent=round(100 * share))
            ProgressBar(share, words, stop)
        if trouble:
            Notice(*trouble, lambda: set_trouble(None))
        elif closed != state.text and (advice := made_elsewhere(state.text)):
            said = (messages.OPEN_MOVED.format(advice=advice),)
            Notice(
                messages.OPEN_MOVED_TITLE,
                said,
                messages.OPEN_MOVED_CURE,
                lambda: set_closed(state.text),
            )


def try_to_open(sent: dict[str, Any], on_open: Callable[[str], None]) -> Trouble | None:
    """Open what the browser sent, `name` and `data`; return what to say where that fails."""
    try:
        on_open(read_opened_text(base64.b64decode(sent["data"]), sent["name"]))
        return None
    except ScenarioFileError as error:
        lines: tuple[str, ...] = (f"{error.path}:", *map(str, error.problems))
    except ScenarioSimError as error:
        lines = reasons(error)
    except Exception:  # its text may hold paths of this machine
        _log.exception("an upload could not be read")
        lines = (messages.OPEN_UNREAD,)
    return messages.OPEN_FAILED, lines, messages.OPEN_CURE


def read_opened_text(data: bytes, name: str) -> str:
    """The text of a scenario file that somebody opened, once it is known to hold a scenario.

    Raises ScenarioFileError with what the command line would say of it, for what reads files of
    this machine, and for what an address cannot hold.
    """
    scenario = read_scenario(data, name, paths=False)
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    if scenario.game and not fits_in_link(text):  # act by act, as games were once kept
        text = dump_scenario(sort_acts_for_file(scenario))
    if not fits_in_link(text):
        raise ScenarioFileError(
            name, [Problem("", messages.OPEN_LONG.format(most=MAX_PACKED_CHARACTERS))]
        )
    return text


def handout_of(state: AppState, report: Report = ignore) -> tuple[str, str]:
    """Return the report on the world on screen: the name of its file and its text.

    Raises ScenarioSimError, and Cancelled where `report` does.
    """
    result = result_of(state.world, part_of(report, 0, 10))
    name = f"{code_snippets.stem_of(selectors.policy_of(state))}.html"
    pictures = summary_figures(result.baseline, result.policy)
    theories = tuple(simulate_under_theories(state, part_of(report, 1, 10, parts=8)))
    past = history_figures(*(compare_with_history(state, part_of(report, 9, 10)) or [None]))
    policy = result.policy.trajectory if result.policy else None
    own = result.baseline.trajectory
    return name, write_report(own, policy, pictures, theories, _watched(state), past)


def _watched(state: AppState) -> dict[str, SingleRun]:
    """The one world on screen and its branches, by name; nothing on the other pages."""
    if state.page != WORLD and not state.branches:
        return {}
    names = (messages.AS_IT_WAS, *(branch.name for branch in state.branches))
    sides = (selectors.branch_of(state, branch) for branch in (None, *state.branches))
    return {
        name: cached_runs.single_run_of(scenario, state.seed, state.run)
        for name, scenario in zip(names, sides, strict=True)
    }


def reasons(error: ScenarioSimError) -> tuple[str, ...]:
    """Every reason, a line each."""
    if isinstance(error, ScenarioError):
        return tuple(str(problem) for problem in error.problems)
    return (str(error),)


def _recipes(state: AppState) -> dict[str, str]:
    try:
        opened, _ = code_snippets.opened_file_of(state)
        return {
            "python": code_snippets.python_of(state),
            "command": code_snippets.command_of(state),
            "opened": opened,
        }
    except ScenarioSimError:  # a state that cannot be has its own card
        return {}
