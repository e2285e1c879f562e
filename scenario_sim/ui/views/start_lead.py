"""The head of the start page: a live fan with one lever, and a crisis to play beside it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import solara

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.formatting import format_number
from scenario_sim.ui import messages, selectors
from scenario_sim.ui.components.figures import Figure, fan_key
from scenario_sim.ui.components.levers import step_of
from scenario_sim.ui.components.widgets import Announcement, TextButton
from scenario_sim.ui.game_state import open_game
from scenario_sim.ui.result import Result
from scenario_sim.ui.state import AppState
from scenario_sim.ui.views.game.role_sheets import RoleSheets
from scenario_sim.ui.views.results import count_strip

TRIED_LEVER = "us_threats"  # it moves fan and count, and both guesses have their scholars
CALMER, TENSER = "calmer", "tenser"
CRISIS_SCENARIO, CRISIS_WEEKS, CRISIS_RUN = "spring-2013", 8, 0
CRISIS_STATES = ("DPRK", "USA")


@solara.component_vue("start_try.vue")
def _Try(
    texts: dict,
    lever: dict,
    value: float,
    guessed: str,
    verdict: str,
    event_guess: Callable[[str], None],
    event_move: Callable[[dict], None],
    event_open: Callable,
):
    """Draw the question, two guesses, one lever and the verdict."""


@solara.component
def StartLead(
    state: AppState,
    result: Result | None,
    dark: bool,
    on_move: Callable[[str, float, bool], None],
    on_open: Callable[[], None],
    on_play: Callable[[AppState], None],
):
    """Draw the head of the start page.

    Parameters
    ----------
    state : AppState
    result : Result or None
        None until the first fan is there.
    dark : bool
    on_move : callable
        Gets the lever, its value, and whether this is a new step.
    on_open : callable
        Opens the picture with the lever as it stands.
    on_play : callable
        Gets the state of a game that begins.
    """
    guess, set_guess = solara.use_state("")
    lever = SETTINGS[TRIED_LEVER]
    own = selectors.baseline_of(state).settings()[TRIED_LEVER]
    value = state.settings.get(TRIED_LEVER, own)
    with solara.v.Html(tag="div", class_="sim-start-lead"):
        _Try(
            texts=messages.start.TRY,
            lever={
                "label": lever.label,
                "low": lever.low,
                "high": lever.high,
                "step": step_of(lever),
                "low_means": lever.low_means,
                "high_means": lever.high_means,
                "own": own,
            },
            value=value,
            guessed=guess,
            verdict=verdict(guess, value, own, result),
            event_guess=set_guess,
            event_move=lambda sent: on_move(TRIED_LEVER, sent["value"], sent["fresh"]),
            event_open=lambda _: on_open(),
        )
        with solara.v.Html(tag="div", class_="sim-start-fan"):
            if result is None:
                waiting = messages.picture.WAITING.format(runs=state.runs)
                solara.HTML(tag="p", unsafe_innerHTML=waiting, classes=["sim-waiting"])
            else:
                Announcement(words=result.spoken if result.is_compared else "")
                hint = count_strip(result.risk) + fan_key(result.is_compared)
                title, table = messages.picture.FAN, messages.picture.FAN_NUMBERS
                Figure(title, hint, result.fan(dark), "fan", table)
        Crisis(on_play)


@solara.component
def Crisis(on_play: Callable[[AppState], None]):
    """Offer a short game as one of two states."""
    texts = messages.start.CRISIS
    with solara.v.Html(tag="section", class_="sim-crisis"):
        head = f"<h2>{escape(texts['title'])}</h2><p>{escape(texts['about'])}</p>"
        solara.HTML(unsafe_innerHTML=head)
        for state in CRISIS_STATES:
            TextButton(texts[state], lambda state=state: on_play(crisis_game(state)))
        RoleSheets()


def crisis_game(state: str) -> AppState:
    """Return the state of the short game that the start page offers."""
    world = AppState().with_scenario(CRISIS_SCENARIO).with_weeks(CRISIS_WEEKS)
    return open_game(world.with_run(CRISIS_RUN), [state])


def verdict(guess: str, value: float, own: float, result: Result | None) -> str:
    """Say what the lever did to tension and to the count, and whether the guess was right."""
    texts = messages.start
    if not guess:
        return ""
    is_answered = result is not None and result.is_compared and value != own
    if not is_answered or result is None or result.comparison is None:
        return texts.TRY_PULL
    if dict(result.state.moved).get(TRIED_LEVER) != value:
        return texts.TRY_WAIT
    row = result.comparison.row("mean_tension")
    if row["low"] <= 0 <= row["high"]:
        return texts.TRY_CANNOT_TELL
    is_tenser = row["difference"] > 0
    said = texts.TRY_VERDICT.format(
        side=texts.TRY_SIDES[TENSER if is_tenser else CALMER],
        before=format_number(row["baseline"], 1),
        after=format_number(row["policy"], 1),
        risk_before=result.risk.futures(result.risk.baseline),
        risk_after=result.risk.futures(result.risk.policy),
    )
    more_is_tenser = is_tenser == (value > own)
    is_right = (guess == TENSER) == more_is_tenser
    return f"{said} {texts.TRY_RIGHT if is_right else texts.TRY_WRONG}"
