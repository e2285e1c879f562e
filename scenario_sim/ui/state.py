"""The state of the page: what a visitor chose, as one frozen value.

Every method returns a new state and leaves the old one as it is, so undo only keeps the last ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from scenario_sim.bounds import MAX_COMPARED

DEFAULT_SCENARIO = "status-quo"
DEFAULT_RUNS = 1000
MAX_UNDO_STEPS = 100
START, PICTURE, WORLD, GAME, CLAIMS, OUTLOOK, STUDIO = PAGES = (
    "start",
    "picture",
    "world",
    "game",
    "claims",
    "outlook",
    "studio",
)
MAX_SHOWN_BRANCHES = 4
MAX_PINS = MAX_COMPARED
MAX_BRANCH_NAME_CHARACTERS = 80
DEFAULT_TAB = "overview"


@dataclass(frozen=True, order=True)
class DatedMove:
    """A lever that takes a new value from a date on.

    Attributes
    ----------
    date : str
        An ISO date.
    name : str
        The lever.
    value : float
        In the unit of the lever.
    """

    date: str
    name: str
    value: float


@dataclass(frozen=True, order=True)
class DatedAct:
    """An act that is forced in the week of a date, in place of what its state chose there.

    The action `hold` takes away what the state chose.
    """

    date: str
    state: str
    channel: str
    action: str


def clean_branch_name(name: str) -> str:
    """Return a branch's name as a link can hold it: one line, not too long, without `~`."""
    return " ".join(name.replace("~", "-").split())[:MAX_BRANCH_NAME_CHARACTERS].rstrip()


@dataclass(frozen=True)
class Branch:
    """A world that leaves the one on screen: its name, and what differs from a date on."""

    name: str
    changes: tuple[DatedMove, ...] = ()
    acts: tuple[DatedAct, ...] = ()


@dataclass(frozen=True)
class Pin:
    """A policy that is held against the one on screen: its name, its scenario and its levers.

    `scenario` is a shipped name; "" stands for the file that is open.
    """

    name: str
    scenario: str
    moved: tuple[tuple[str, float], ...] = ()
    changes: tuple[DatedMove, ...] = ()


@dataclass(frozen=True)
class AppState:
    """All that the page shows follows from this. Equal states show the same page.

    Attributes
    ----------
    scenario : str
        A shipped scenario's name.
    text : str
        A scenario file that was opened; it replaces the shipped scenario.
    moved : tuple of (str, float)
        Levers that differ from the scenario throughout, by name.
    changes : tuple of DatedMove
        Levers that change at a date.
    seed, runs : int
        The random draws, and the number of futures.
    weeks : int or None
        The horizon; None is the scenario's own.
    run, week : int
        The run that is watched alone, and the week that is shown of it.
    branches : tuple of Branch
        Worlds that leave the one that is watched.
    pins : tuple of Pin
        Policies that are held against the one on screen.
    page, advanced, present, tab
        What the page shows of all this.
    top : str
        The small chart that stands under the fan, whatever tab is open; "" for none.
    change : str
        Whether small charts show the "absolute" or "relative" change; "" for both levels.
    lesson, step, guesses
        The lesson that is taken, its step (from 0), and the guesses as (step, value).
    """

    scenario: str = DEFAULT_SCENARIO
    text: str = ""
    moved: tuple[tuple[str, float], ...] = ()
    changes: tuple[DatedMove, ...] = ()
    seed: int = 0
    runs: int = DEFAULT_RUNS
    weeks: int | None = None
    run: int = 0
    week: int = 0
    branches: tuple[Branch, ...] = ()
    pins: tuple[Pin, ...] = ()
    page: str = START
    advanced: bool = False
    present: bool = False
    tab: str = DEFAULT_TAB
    top: str = ""
    change: str = ""
    lesson: str = ""
    step: int = 0
    guesses: tuple[tuple[int, float], ...] = ()

    @property
    def without_view(self) -> AppState:
        """The part of the state that decides what is simulated; the rest as by default."""
        shown = replace(self, page=PICTURE, advanced=False, present=False, tab=DEFAULT_TAB, top="")
        shown = replace(shown, pins=(), change="")
        return replace(shown, run=0, week=0, branches=(), lesson="", step=0, guesses=())

    @property
    def settings(self) -> dict[str, float]:
        """The moved levers and their values."""
        return dict(self.moved)

    @property
    def is_baseline(self) -> bool:
        """Return whether nothing differs from the scenario as it stands."""
        return not self.moved and not self.changes

    def with_scenario(self, name: str) -> AppState:
        """Return the state with another scenario as it stands: moves belong to the old one."""
        fresh = replace(self.without_levers(), weeks=None, page=PICTURE)
        fresh = replace(fresh, run=0, week=0, branches=(), lesson="", step=0, guesses=())
        kept = tuple(pin for pin in self.pins if pin.scenario)  # an open file is closed
        return replace(fresh, scenario=name, text="", pins=kept)

    def with_text(self, text: str) -> AppState:
        """Return the state with a scenario file in place of a shipped scenario."""
        return replace(self.with_scenario(DEFAULT_SCENARIO), text=text)

    def with_lever(self, name: str, value: float) -> AppState:
        return self._with(self.settings | {name: float(value)})

    def without_lever(self, name: str) -> AppState:
        """Return the state without a lever's move and without its dated changes."""
        others = tuple(change for change in self.changes if change.name != name)
        return replace(self.without_move(name), changes=others)

    def without_move(self, name: str) -> AppState:
        """Return the state with the scenario's own value, up to the first dated change."""
        return self._with({n: v for n, v in self.moved if n != name})

    def without_levers(self) -> AppState:
        return replace(self, moved=(), changes=())

    def with_change(self, date: str, name: str, value: float) -> AppState:
        """Return the state with a dated change; it replaces that lever's change on that date."""
        others = self.without_change(date, name).changes
        return replace(self, changes=tuple(sorted([*others, DatedMove(date, name, float(value))])))

    def without_change(self, date: str, name: str) -> AppState:
        others = tuple(c for c in self.changes if (c.date, c.name) != (date, name))
        return replace(self, changes=others)

    def with_weeks(self, weeks: int | None) -> AppState:
        return replace(self, weeks=weeks)

    def with_seed(self, seed: int) -> AppState:
        return replace(self, seed=seed)

    def with_run(self, run: int, seed: int | None = None) -> AppState:
        """Return the state that watches a run from its first week, of this seed or another."""
        seed = self.seed if seed is None else seed
        return replace(self, page=WORLD, seed=seed, run=run, week=0)

    def with_week(self, week: int) -> AppState:
        return replace(self, week=week)

    def with_branch(self, branch: Branch) -> AppState:
        """Return the state with one more branch; it replaces a branch of the same name.

        Where MAX_SHOWN_BRANCHES others are there already, the state stays as it is.
        """
        others = [b for b in self.branches if b.name != branch.name]
        if len(others) == MAX_SHOWN_BRANCHES:
            return self
        at = next((n for n, b in enumerate(self.branches) if b.name == branch.name), len(others))
        return replace(self, branches=(*others[:at], branch, *others[at:]))

    def without_branch(self, name: str) -> AppState:
        return replace(self, branches=tuple(b for b in self.branches if b.name != name))

    def with_pin(self, pin: Pin) -> AppState:
        """Return the state with one more pin; it replaces a pin of the same name.

        Where MAX_PINS others are there already, the state stays as it is.
        """
        others = tuple(one for one in self.pins if one.name != pin.name)
        return self if len(others) == MAX_PINS else replace(self, pins=(*others, pin))

    def without_pin(self, name: str) -> AppState:
        return replace(self, pins=tuple(pin for pin in self.pins if pin.name != name))

    def with_pinned_policy(self, pin: Pin) -> AppState:
        """Return the state with the policy of a pin on screen."""
        state = (
            replace(self.with_scenario(pin.scenario), weeks=self.weeks) if pin.scenario else self
        )
        return replace(state, moved=pin.moved, changes=pin.changes, pins=self.pins)

    def with_runs(self, runs: int) -> AppState:
        return replace(self, runs=runs)

    def with_page(self, page: str) -> AppState:
        return replace(self, page=page)

    def with_advanced(self, advanced: bool) -> AppState:
        return replace(self, advanced=advanced)

    def with_present(self, present: bool) -> AppState:
        return replace(self, present=present)

    def with_tab(self, tab: str) -> AppState:
        return replace(self, tab=tab)

    def with_top(self, name: str) -> AppState:
        """Return the state with this chart under the fan, or without it where it stands there."""
        return replace(self, top="" if name == self.top else name)

    def with_view_of_change(self, change: str) -> AppState:
        return replace(self, change=change)

    def _with(self, settings: dict[str, float]) -> AppState:
        return replace(self, moved=tuple(sorted(settings.items())))


@dataclass(frozen=True)
class Visit:
    """A visitor's state, the states before it, and those that were undone."""

    now: AppState = AppState()
    past: tuple[AppState, ...] = field(default=(), repr=False)
    future: tuple[AppState, ...] = field(default=(), repr=False)

    def step_to(self, state: AppState) -> Visit:
        """Return the visit after a step that can be undone."""
        if state == self.now:
            return self
        return Visit(state, (*self.past, self.now)[-MAX_UNDO_STEPS:])

    def continue_to(self, state: AppState) -> Visit:
        """Return the visit with its last step extended: a drag is one step, not many."""
        if state == self.now or not self.past:
            return self.step_to(state)
        return Visit(state, self.past)

    def show(self, state: AppState) -> Visit:
        """Return the visit with another view of the same world, which is no step."""
        return replace(self, now=state)

    def undo(self) -> Visit:
        if not self.past:
            return self
        if self.past[-1] == self.now:  # a drag that came back to where it began
            return replace(self, past=self.past[:-1]).undo()
        return Visit(self._with_view(self.past[-1]), self.past[:-1], (self.now, *self.future))

    def redo(self) -> Visit:
        if not self.future:
            return self
        return Visit(self._with_view(self.future[0]), (*self.past, self.now), self.future[1:])

    def go_to(self, state: AppState) -> Visit:
        """Return the visit after the browser's Back or Forward led to a state.

        For a state of this visit, undo and redo are as they were there. Any other is a new step.
        """
        if state.without_view == self.now.without_view:
            return self.show(state)
        line, here = (*self.past, self.now, *self.future), len(self.past)
        same = [n for n, one in enumerate(line) if one.without_view == state.without_view]
        if not same:
            return self.step_to(state)
        nearest = min(same, key=lambda n: abs(n - here))
        return Visit(state, line[:nearest], line[nearest + 1 :])

    @property
    def before(self) -> AppState | None:
        """The state before the last change of levers; None where there is none to replay."""
        last = self.past[-1] if self.past else None
        now = self.now
        if last is None or (last.scenario, last.text) != (now.scenario, now.text):
            return None
        return None if (last.moved, last.changes) == (now.moved, now.changes) else last

    @property
    def available(self) -> dict[str, bool]:
        """Return which of undo, redo and replay can be done now."""
        undo, redo = bool(self.past), bool(self.future)
        return {"undo": undo, "redo": redo, "replay": self.before is not None}

    def _with_view(self, state: AppState) -> AppState:
        """Return a state as the page is shown now: undo does not change the view."""
        now = self.now
        shown = replace(state, advanced=now.advanced, present=now.present, tab=now.tab, top=now.top)
        shown = replace(shown, pins=now.pins, change=now.change)
        return replace(shown, lesson=now.lesson, step=now.step, guesses=now.guesses)
