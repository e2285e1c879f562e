"""What a visitor chose: one frozen value. Every verb gives a new one and leaves the old whole, so
undo is no more than keeping the last."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

DEFAULT_SCENARIO = "status-quo"
DEFAULT_RUNS = 1000
MOST_KEPT = 100  # steps that can be undone
START, PICTURE = "start", "picture"


@dataclass(frozen=True, order=True)
class DatedMove:
    """A lever that takes a new value from a date on: an ISO date, a setting's name, its value."""

    date: str
    name: str
    value: float


@dataclass(frozen=True)
class AppState:
    """scenario: a shipped name. text: instead of it, a scenario file that was opened. moved:
    settings that differ from the scenario throughout, by name. changes: settings that change at a
    date. weeks: the horizon; None is the scenario's own. page, advanced, present: what is shown.
    Equal states ask for equal worlds and show the same page."""

    scenario: str = DEFAULT_SCENARIO
    text: str = ""
    moved: tuple[tuple[str, float], ...] = ()
    changes: tuple[DatedMove, ...] = ()
    seed: int = 0
    runs: int = DEFAULT_RUNS
    weeks: int | None = None
    page: str = START
    advanced: bool = False
    present: bool = False

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
        return replace(fresh, scenario=name, text="")

    def with_text(self, text: str) -> AppState:
        """A scenario file in place of a shipped one."""
        return replace(self.with_scenario(DEFAULT_SCENARIO), text=text)

    def with_lever(self, name: str, value: float) -> AppState:
        return self._with(self.settings | {name: float(value)})

    def without_lever(self, name: str) -> AppState:
        """Its move and its dated changes are gone."""
        kept = tuple(change for change in self.changes if change.name != name)
        return replace(self._with({n: v for n, v in self.moved if n != name}), changes=kept)

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

    def with_luck(self, seed: int) -> AppState:
        return replace(self, seed=seed)

    def with_runs(self, runs: int) -> AppState:
        return replace(self, runs=runs)

    def with_page(self, page: str) -> AppState:
        return replace(self, page=page)

    def with_advanced(self, advanced: bool) -> AppState:
        return replace(self, advanced=advanced)

    def with_present(self, present: bool) -> AppState:
        return replace(self, present=present)

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
        return Visit(state, (*self.past, self.now)[-MOST_KEPT:])

    def undo(self) -> Visit:
        if not self.past:
            return self
        return Visit(self.past[-1], self.past[:-1], (self.now, *self.future))

    def redo(self) -> Visit:
        if not self.future:
            return self
        return Visit(self.future[0], (*self.past, self.now), self.future[1:])
