"""What a visitor chose: one frozen value. Every verb gives a new one and leaves the old whole, so
undo is no more than keeping the last."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

DEFAULT_SCENARIO = "status-quo"
DEFAULT_RUNS = 1000
MAX_UNDO_STEPS = 100  # steps that can be undone
START, PICTURE, WORLD, GAME, CLAIMS = PAGES = "start", "picture", "world", "game", "claims"
MAX_SHOWN_BRANCHES = 4
MAX_BRANCH_NAME_CHARACTERS = 80  # characters of a branch's name
DEFAULT_TAB = "overview"


@dataclass(frozen=True, order=True)
class DatedMove:
    """A lever that takes a new value from a date on: an ISO date, a setting's name, its value."""

    date: str
    name: str
    value: float


@dataclass(frozen=True, order=True)
class DatedAct:
    """An act that is forced in the week of a date, in place of what its state chose there; the
    action `hold` takes what it chose away."""

    date: str
    state: str
    channel: str
    action: str


def clean_branch_name(name: str) -> str:
    """A branch's name as an address can hold it: one line, not too long, no `~`."""
    return " ".join(name.replace("~", "-").split())[:MAX_BRANCH_NAME_CHARACTERS].rstrip()


@dataclass(frozen=True)
class Branch:
    """A world that leaves the one on screen: its name, and what is otherwise from a date on."""

    name: str
    changes: tuple[DatedMove, ...] = ()
    acts: tuple[DatedAct, ...] = ()


@dataclass(frozen=True)
class AppState:
    """scenario: a shipped name. text: instead of it, a scenario file that was opened. moved:
    settings that differ from the scenario throughout, by name. changes: settings that change at a
    date. weeks: the horizon; None is the scenario's own. run, week: the one world that is watched,
    and how far. branches: worlds that leave it. page, advanced, present, tab: what is shown.
    lesson: the lesson that is taken, at which step (from 0), and what was guessed at which step.
    Equal states ask for equal worlds and show the same page."""

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
    page: str = START
    advanced: bool = False
    present: bool = False
    tab: str = DEFAULT_TAB
    lesson: str = ""
    step: int = 0
    guesses: tuple[tuple[int, float], ...] = ()

    @property
    def world(self) -> AppState:
        """The state less how it is shown, taught and who is watched: what has to be computed anew
        when it is another."""
        shown = replace(self, page=PICTURE, advanced=False, present=False, tab=DEFAULT_TAB)
        return replace(shown, run=0, week=0, branches=(), lesson="", step=0, guesses=())

    @property
    def settings(self) -> dict[str, float]:
        return dict(self.moved)

    @property
    def is_baseline(self) -> bool:
        """Nothing differs from the scenario as it stands."""
        return not self.moved and not self.changes

    def with_scenario(self, name: str) -> AppState:
        """Another scenario, as it stands: levers were moved against the old one."""
        fresh = replace(self.without_levers(), weeks=None, page=PICTURE)
        fresh = replace(fresh, run=0, week=0, branches=(), lesson="", step=0, guesses=())
        return replace(fresh, scenario=name, text="")

    def with_text(self, text: str) -> AppState:
        """A scenario file in place of a shipped one."""
        return replace(self.with_scenario(DEFAULT_SCENARIO), text=text)

    def with_lever(self, name: str, value: float) -> AppState:
        return self._with(self.settings | {name: float(value)})

    def without_lever(self, name: str) -> AppState:
        """Its move and its dated changes are gone."""
        kept = tuple(change for change in self.changes if change.name != name)
        return replace(self.without_move(name), changes=kept)

    def without_move(self, name: str) -> AppState:
        """The scenario's own value again, up to the first dated change."""
        return self._with({n: v for n, v in self.moved if n != name})

    def without_levers(self) -> AppState:
        return replace(self, moved=(), changes=())

    def with_change(self, date: str, name: str, value: float) -> AppState:
        """One more dated change; it replaces what that lever did on that date."""
        others = [c for c in self.changes if (c.date, c.name) != (date, name)]
        return replace(self, changes=tuple(sorted([*others, DatedMove(date, name, float(value))])))

    def without_change(self, date: str, name: str) -> AppState:
        kept = tuple(c for c in self.changes if (c.date, c.name) != (date, name))
        return replace(self, changes=kept)

    def with_weeks(self, weeks: int | None) -> AppState:
        return replace(self, weeks=weeks)

    def with_seed(self, seed: int) -> AppState:
        return replace(self, seed=seed)

    def with_run(self, run: int, seed: int | None = None) -> AppState:
        """Watch this run from its beginning, of this luck or another."""
        seed = self.seed if seed is None else seed
        return replace(self, page=WORLD, seed=seed, run=run, week=0)

    def with_week(self, week: int) -> AppState:
        return replace(self, week=week)

    def with_branch(self, branch: Branch) -> AppState:
        """One more branch; one of that name is replaced. Nothing happens where there is no room."""
        others = [b for b in self.branches if b.name != branch.name]
        if len(others) == MAX_SHOWN_BRANCHES:
            return self
        at = next((n for n, b in enumerate(self.branches) if b.name == branch.name), len(others))
        return replace(self, branches=(*others[:at], branch, *others[at:]))

    def without_branch(self, name: str) -> AppState:
        return replace(self, branches=tuple(b for b in self.branches if b.name != name))

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

    def _with(self, settings: dict[str, float]) -> AppState:
        return replace(self, moved=tuple(sorted(settings.items())))


@dataclass(frozen=True)
class Visit:
    """A visitor's state, what it was before, and what was undone."""

    now: AppState = AppState()
    past: tuple[AppState, ...] = field(default=(), repr=False)
    future: tuple[AppState, ...] = field(default=(), repr=False)

    def to(self, state: AppState) -> Visit:
        """A step that can be undone."""
        if state == self.now:
            return self
        return Visit(state, (*self.past, self.now)[-MAX_UNDO_STEPS:])

    def on(self, state: AppState) -> Visit:
        """The last step goes on: what a drag passes through is not a step of its own."""
        if state == self.now or not self.past:
            return self.to(state)
        return Visit(state, self.past)

    def showing(self, state: AppState) -> Visit:
        """The same world seen otherwise: nothing to undo, nothing forgotten."""
        return replace(self, now=state)

    def undo(self) -> Visit:
        if not self.past:
            return self
        if self.past[-1] == self.now:  # a drag that came back to where it began
            return replace(self, past=self.past[:-1]).undo()
        return Visit(self._as_shown(self.past[-1]), self.past[:-1], (self.now, *self.future))

    def redo(self) -> Visit:
        if not self.future:
            return self
        return Visit(self._as_shown(self.future[0]), (*self.past, self.now), self.future[1:])

    @property
    def before(self) -> AppState | None:
        """What the last change changed, of the same scenario; None where there is nothing."""
        last = self.past[-1] if self.past else None
        now = self.now
        if last is None or (last.scenario, last.text) != (now.scenario, now.text):
            return None
        return None if (last.moved, last.changes) == (now.moved, now.changes) else last

    @property
    def can(self) -> dict[str, bool]:
        """Which of undo, redo and replay there is anything for."""
        undo, redo = bool(self.past), bool(self.future)
        return {"undo": undo, "redo": redo, "replay": self.before is not None}

    def _as_shown(self, state: AppState) -> AppState:
        """How the page is shown is not undone with what it shows."""
        now = self.now
        shown = replace(state, advanced=now.advanced, present=now.present, tab=now.tab)
        return replace(shown, lesson=now.lesson, step=now.step, guesses=now.guesses)
