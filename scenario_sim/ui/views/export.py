"""Keep and share: links, files, code and hand-outs of the world on screen; opening a file."""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import solara
from markdown import markdown

from scenario_sim.bounds import MAX_PACKED_CHARACTERS
from scenario_sim.errors import Problem, ScenarioError, ScenarioFileError, ScenarioSimError
from scenario_sim.file_io import find_shipped
from scenario_sim.reporting.html import (
    history_figures,
    html_page,
    render_report,
    summary_figures,
)
from scenario_sim.scenario.files import dump_scenario, read_scenario
from scenario_sim.scenario.game_file import sort_acts_for_file
from scenario_sim.simulation.engine import other_engine_warning
from scenario_sim.simulation.single_run import SingleRun
from scenario_sim.teaching.lesson import read_lesson
from scenario_sim.ui import code_snippets, messages, selectors
from scenario_sim.ui.components.run_settings import ProgressBar
from scenario_sim.ui.components.share import link_base
from scenario_sim.ui.components.widgets import Notice
from scenario_sim.ui.lesson_state import is_lesson_file, name_of_own
from scenario_sim.ui.result import result_of
from scenario_sim.ui.server.jobs import Job, Report, ignore, part_of
from scenario_sim.ui.state import WORLD, AppState
from scenario_sim.ui.url import fits_in_link
from scenario_sim.ui.use_result import use_jobs
from scenario_sim.ui.views.compare import policies_section
from scenario_sim.ui.views.history import compare_with_history
from scenario_sim.ui.views.single_run import cached_runs
from scenario_sim.ui.views.theories import simulate_under_theories
from scenario_sim.ui.views.why import explanation_of

HTML_TYPE, TOML_TYPE = "text/html", "application/toml"
MODEL_PAGE_NAME = "model.html"
OUTSIDE_LINK = re.compile(r"\[([^\]]+)\]\((?!#)[^)]+\)")  # a link to another file
_log = logging.getLogger(__name__)
Failure = tuple[str, tuple[str, ...], str]  # what failed, why, what to do


@solara.component_vue("export.vue")
def _ExportPanel(
    texts: dict,
    snippets: dict,
    download: dict,
    base: str,
    event_show: Callable,
    event_save: Callable,
    event_save_opened: Callable,
    event_manual: Callable,
    event_handout: Callable,
    event_open_file: Callable,
    event_taken: Callable,
):
    """Draw the buttons; the browser copies, saves and reads files itself."""


@solara.component
def ExportPanel(state: AppState, on_open: Callable[[str], None]):
    """Draw the panel. Every file is made on request, from the state at that moment."""
    is_open, set_open = solara.use_state(False)
    download, set_download = solara.use_state(cast(dict[str, str], {}))
    failure, set_failure = solara.use_state(cast(Failure | None, None))
    closed, set_closed = solara.use_state("")  # the file whose notice was closed

    def send(make: Callable[[AppState], tuple[str, str]], kind: str) -> None:
        try:
            name, text = make(state)
        except ScenarioSimError as error:
            set_download({"kind": kind})
            lines = error_lines(error)
            set_failure((messages.links.HANDOUT_FAILED, lines, messages.links.HANDOUT_CURE))
        else:
            set_failure(None)
            set_download({"name": name, "text": text, "kind": kind})

    handout = use_handout(send, lambda: set_download({"kind": HTML_TYPE}))
    with solara.v.Html(tag="div", class_="sim-keep"):
        _ExportPanel(
            texts=messages.links.EXPORT,
            snippets=_snippets(state) if is_open else {},
            download=download,
            base=link_base(),
            event_show=set_open,
            event_save=lambda _: send(code_snippets.file_of, TOML_TYPE),
            event_save_opened=lambda _: send(code_snippets.opened_file_of, TOML_TYPE),
            event_manual=lambda _: send(lambda _: model_page(), HTML_TYPE),
            event_handout=lambda _: handout.begin(),
            event_open_file=lambda sent: set_failure(try_to_open(sent, on_open)),
            event_taken=lambda _: set_download({}),
        )
        if handout.share >= 0:
            words = messages.links.HANDOUT_PROGRESS.format(percent=round(100 * handout.share))
            ProgressBar(handout.share, words, handout.stop)
        if failure:
            Notice(*failure, lambda: set_failure(None))
        elif closed != state.text and (advice := other_engine_warning(state.text)):
            title, cure = messages.links.OPEN_MOVED_TITLE, messages.links.OPEN_MOVED_CURE
            lines = [messages.links.OPEN_MOVED.format(advice=advice)]
            Notice(title, lines, cure, lambda: set_closed(state.text))


@dataclass(frozen=True)
class HandoutJob:
    """The work on a hand-out: the share done, 0..1 and below 0 where none is made; begin and end it."""

    share: float
    begin: Callable[[], None]
    stop: Callable[[], None]


def use_handout(send: Callable[..., None], on_stop: Callable[[], None]) -> HandoutJob:
    """Return the hand-out that a component makes in the background, and gives to `send`."""
    share, set_share = solara.use_state(-1.0)
    jobs = use_jobs()

    def work(job: Job) -> None:
        def make(state: AppState) -> tuple[str, str]:
            job.check_budget()
            return handout_of(state, job.report)

        set_share(0.0)
        try:
            send(make, HTML_TYPE)
        finally:
            if jobs.deliver(job):
                set_share(-1.0)

    def stop() -> None:
        jobs.cancel()
        set_share(-1.0)
        on_stop()

    return HandoutJob(share, lambda: jobs.submit(work, is_long=True, on_progress=set_share), stop)


def try_to_open(sent: dict[str, Any], on_open: Callable[[str], None]) -> Failure | None:
    """Open the file that the browser sent, `name` and `data`; return the failure, if any."""
    try:
        on_open(read_opened_text(base64.b64decode(sent["data"]), sent["name"]))
        return None
    except ScenarioFileError as error:
        lines: tuple[str, ...] = (f"{error.path}:", *map(str, error.problems))
    except ScenarioSimError as error:
        lines = error_lines(error)
    except Exception:  # the error's text may hold paths of this machine
        _log.exception("an upload could not be read")
        lines = (messages.links.OPEN_UNREAD,)
    return messages.links.OPEN_FAILED, lines, messages.links.OPEN_CURE


def read_opened_text(data: bytes, name: str) -> str:
    """Return the text of an opened file, after checking that it holds a scenario.

    Raises
    ------
    ScenarioFileError
        The command line would refuse the file, or it reads other files of this machine, or it is
        too large for a link.
    """
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    if is_lesson_file(text):
        read_lesson(data, name)  # the page opens it as a lesson
        name_of_own(text)
        return text
    scenario = read_scenario(data, name, paths=False)
    if scenario.game and not fits_in_link(text):  # an old file, which lists a game act by act
        text = dump_scenario(sort_acts_for_file(scenario))
    if not fits_in_link(text):
        raise ScenarioFileError(
            name, [Problem("", messages.links.OPEN_LONG.format(most=MAX_PACKED_CHARACTERS))]
        )
    return text


def handout_of(state: AppState, report: Report = ignore) -> tuple[str, str]:
    """Return the file name and the text of the report on the world on screen.

    Raises ScenarioSimError, and Cancelled where `report` does.
    """
    result = result_of(state.without_view, part_of(report, 0, 11))
    name = f"{code_snippets.stem_of(selectors.policy_of(state))}.html"
    pictures = summary_figures(result.baseline, result.policy)
    theories = tuple(simulate_under_theories(state, part_of(report, 1, 11, parts=8)))
    past = history_figures(*(compare_with_history(state, part_of(report, 9, 11)) or [None]))
    policy = result.policy.trajectory if result.policy else None
    own = result.baseline.trajectory
    why = explanation_of(state.without_view, (), part_of(report, 10, 11))[0] if policy else None
    parts = [policies_section(state)] if state.pins else []
    return name, render_report(own, policy, pictures, theories, _watched(state), past, parts, why)


def _watched(state: AppState) -> dict[str, SingleRun]:
    """Return the run that is watched and its branches, by name; nothing on other pages."""
    if state.page != WORLD and not state.branches:
        return {}
    names = (messages.single_run.AS_IT_WAS, *(branch.name for branch in state.branches))
    sides = (selectors.branch_of(state, branch) for branch in (None, *state.branches))
    return {
        name: cached_runs.single_run_of(scenario, state.seed, state.run)
        for name, scenario in zip(names, sides, strict=True)
    }


def error_lines(error: ScenarioSimError) -> tuple[str, ...]:
    """Return every reason of an error, one a line."""
    if isinstance(error, ScenarioError):
        return tuple(str(problem) for problem in error.problems)
    return (str(error),)


def _snippets(state: AppState) -> dict[str, str]:
    try:
        opened, _ = code_snippets.opened_file_of(state)
        return {
            "python": code_snippets.python_of(state),
            "command": code_snippets.command_of(state),
            "opened": opened,
        }
    except ScenarioSimError:  # an error card says why
        return {}


def model_page() -> tuple[str, str]:
    """Return docs/model.md as a self-contained HTML file: its name and its text.

    Raises ScenarioSimError.
    """
    text = OUTSIDE_LINK.sub(r"\1", _model_docs().read_text("utf-8"))
    body = markdown(text, extensions=["tables", "fenced_code", "toc"], tab_length=3)
    body = body.replace("<table>", '<div class="scroll"><table class="words">')
    body = body.replace("</table>", "</table></div>")
    return MODEL_PAGE_NAME, html_page(messages.page.TITLE, body)


def _model_docs() -> Path:
    """Return the shipped docs/model.md. Raises ScenarioSimError where it is missing."""
    if page := find_shipped("docs/model.md"):
        return page
    raise ScenarioSimError("docs/model.md is missing from this installation; install again")
