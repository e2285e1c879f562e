"""The page of the studio. Python checks a draft and writes its file; the browser holds the form."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import Any, cast

import solara

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.states import load_cast
from scenario_sim.errors import ScenarioSimError
from scenario_sim.language import translate
from scenario_sim.scenario.files import list_scenarios, load_scenario, read_scenario
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME
from scenario_sim.teaching.draft_files import draft_of_lesson, draft_of_scenario
from scenario_sim.teaching.drafts import CheckedDraft, check_lesson_draft, check_scenario_draft
from scenario_sim.teaching.lesson import LOOK_TARGETS, MEASURES, QUESTION_OUTCOMES, read_lesson
from scenario_sim.ui import messages, selectors
from scenario_sim.ui.components.widgets import Notice, to_json
from scenario_sim.ui.lesson_state import is_lesson_file, name_of_own, open_lesson
from scenario_sim.ui.packed_text import fits_in_link
from scenario_sim.ui.server.jobs import Report
from scenario_sim.ui.state import PICTURE, AppState
from scenario_sim.ui.url import to_query
from scenario_sim.ui.use_result import use_job
from scenario_sim.ui.views.export import Failure, try_to_open
from scenario_sim.ui.views.studio.problems import describe_problem

LESSON, SCENARIO = "lesson", "scenario"
CHECK_DELAY_S = 0.4  # a draft is checked once its writer pauses
MAX_DRAFT_CHARACTERS = 60_000


@solara.component_vue("studio.vue")
def _Studio(
    texts: dict,
    menus: str,
    checked: dict,
    opened: dict,
    event_open_file: Callable[[dict], None],
    event_send_draft: Callable[[str], None],
    event_try_it: Callable,
):
    """Draw the form, what is still to do, and the buttons."""


@solara.component
def StudioPage(on_open: Callable[[str], None]):
    """Draw the studio. `on_open` gets the text of a finished lesson or scenario."""
    draft, set_draft = solara.use_state("")
    opened, set_opened = solara.use_state(cast(dict[str, Any], {}))
    failure, fail = solara.use_state(cast(Failure | None, None))
    job = use_job(
        draft, (lambda report, _: check_draft(draft, report)) if draft else None,
        is_long=False, delay_s=CHECK_DELAY_S,
    )  # fmt: skip
    found = job.state.value if draft and job.state.question == draft else None
    menus = solara.use_memo(lambda: to_json(menu_lists()), [])
    attributes = {"id": "sim-studio", "tabindex": "-1"}
    with solara.v.Html(tag="main", class_="sim-start sim-studio", attributes=attributes):
        head = f"<h2>{escape(messages.studio.TITLE)}</h2><p>{escape(messages.studio.LEAD)}</p>"
        solara.HTML(unsafe_innerHTML=head)
        if failure:
            Notice(*failure, lambda: fail(None))
        _Studio(
            texts=messages.studio.FORM,
            menus=menus,
            checked=found or {},
            opened=opened,
            event_open_file=lambda sent: fail(
                try_to_open(sent, lambda text: set_opened(draft_of_text(text)))
            ),
            event_send_draft=set_draft,
            event_try_it=lambda _: on_open(found["text"]) if found and found["text"] else None,
        )


def draft_of_text(text: str) -> dict[str, Any]:
    """Return the draft of a file as the form takes it up. Raises ScenarioSimError."""
    is_lesson = is_lesson_file(text)
    if is_lesson:
        found = draft_of_lesson(read_lesson(text, selectors.OPENED))
    else:
        found = draft_of_scenario(read_scenario(text, selectors.OPENED, paths=False))
    left_out = ""
    if found.left_out:
        left_out = messages.studio.FORM["left_out"].format(keys=", ".join(found.left_out))
    kind = LESSON if is_lesson else SCENARIO
    return {"kind": kind, "draft": to_json(found.draft), "said": left_out}


def check_draft(sent: str, report: Report) -> dict[str, Any]:
    """Return the check of a draft as the page shows it: file, problems, notes and link."""
    draft = json.loads(sent) if len(sent) <= MAX_DRAFT_CHARACTERS else {}
    is_lesson = draft.get("kind") == LESSON
    result = (check_lesson_draft if is_lesson else check_scenario_draft)(draft)
    return {
        "text": result.text,
        "problems": list(dict.fromkeys(map(describe_problem, result.problems))),
        "notes": list(result.notes),
        "name": "my-lesson.toml" if is_lesson else "my-scenario.toml",
        "query": query_of(result, is_lesson),
    }


def query_of(result: CheckedDraft, is_lesson: bool) -> str:
    """Return the link of a finished draft; "" where it has none."""
    if not result.text or not fits_in_link(result.text):
        return ""
    try:
        if is_lesson:
            return to_query(open_lesson(name_of_own(result.text)))
        return to_query(selectors.with_opened_file(AppState(), result.text).with_page(PICTURE))
    except ScenarioSimError:
        return ""


def menu_lists() -> dict[str, list[dict[str, Any]]]:
    """Return what the menus of the form offer."""
    cast = load_cast()
    return {
        "scenarios": [{"id": name, "name": load_scenario(name).title} for name in list_scenarios()],
        "levers": [
            {"id": lever.name, "name": lever.label, "low": lever.low, "high": lever.high,
             "ends": f"{lever.low:g} {lever.low_means}, {lever.high:g} {lever.high_means}"}
            for lever in SETTINGS.values()
        ],
        "outcomes": [
            {"id": name, "name": OUTCOMES_BY_NAME[name].meaning.rstrip(".")}
            for name in QUESTION_OUTCOMES
        ],
        "measures": [{"id": name, "name": translate(words)} for name, words in MEASURES.items()],
        "looks": [{"id": name, "name": translate(title)} for name, (_, title) in LOOK_TARGETS.items()],
        "states": [
            {"id": state.code, "name": state.name,
             "actions": [{"id": a.id, "name": a.name} for a in state.action]}
            for state in cast.states
        ],
    }  # fmt: skip
