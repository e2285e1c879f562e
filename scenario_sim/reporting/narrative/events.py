"""Read one run week by week and say what happened, as the entries of a narrative."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from scenario_sim.data.enums import Cause, Channel, Family, Rung
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.states import HOLD, Action, StateSpec
from scenario_sim.language import localise_number, translate
from scenario_sim.reporting.narrative import messages
from scenario_sim.reporting.narrative.episodes import CrisisEvent, find_crisis_events
from scenario_sim.reporting.narrative.explanations import Explanation, explain_choice
from scenario_sim.reporting.narrative.phrases import capitalise, state_name
from scenario_sim.scenario import dates
from scenario_sim.simulation.reactions import reactions_in_force
from scenario_sim.simulation.single_run import Act, SingleRun

EVENT = "event"  # the family of what no state chose


@dataclass(frozen=True)
class Entry:
    """Something that happened in one week.

    Attributes
    ----------
    state : str
        Code of the state that did it; "" for what no state chose.
    action, family : str
        Id of the act and its family, or name of the event and `EVENT`.
    rung : Rung or None
        None where it is on no rung.
    moved : tuple of str
        What came of it. One entry of a week also tells how tension moved, where it did: where it
        rose, what stands highest on the ladder; where it fell, the turn of a crisis or the last.
    tension : tuple of float
        Before and after the week, in rungs, whatever moved it.
    weeks : int
        Length in weeks (exercises only).
    small : bool
        Whether a newspaper would omit it.
    """

    week: int
    date: date
    state: str
    action: str
    family: str
    rung: Rung | None
    sentence: str
    moved: tuple[str, ...]
    tension: tuple[float, float]
    weeks: int = 1
    why: Explanation | None = None
    small: bool = False

    def __str__(self) -> str:
        """Return the whole sentence, without its date."""
        rung = ""
        if self.rung is not None:
            rung = messages.TOLD_RUNG.format(rung=int(self.rung), label=self.rung.label)
        moved = ": " + "; ".join(self.moved) if self.moved else ""
        return messages.TOLD.format(sentence=self.sentence, rung=rung, moved=moved)


ALWAYS_TOLD = (Channel.VOTE, Channel.DOMESTIC)  # channels whose acts are rare
MIN_TOLD_RUNG = 2  # of an act that is told; below stand statements, condemnations and offers
MIN_TOLD_THEFT_MUSD = 50  # $m a week, after laundering; smaller ones happen nearly every week
MIN_TOLD_TENSION_SHIFT = 0.2  # rungs; a smaller move of tension within a week is not told


class Narrator:
    """Tell a run; `why` adds why acts were chosen, `everything` adds what `left_out` names."""

    def __init__(self, world: SingleRun, why: bool, everything: bool):
        self._world, self._why, self._everything = world, why, everything
        self._scenario, self._recording = world.scenario, world.recording
        self._cast = world.scenario.cast
        self._value = world.value
        self._turns: dict[int, list[CrisisEvent]] = {}
        for turn in find_crisis_events(world):
            self._turns.setdefault(turn.week, []).append(turn)
        self._moves: dict[int, list[str]] = {}
        if self._scenario.reactions:
            self._in_force = reactions_in_force(self._scenario, self._recording)[:, :, 0]
        began = self._scenario.settings()
        for name, steps in self._scenario.steps().items():
            before = [began[name], *(value for _, value in steps)]
            for old, (at, new) in zip(before, steps, strict=False):
                if new != old:
                    said = _describe_move(SETTINGS[name].label, old, new, "g")
                    self._moves.setdefault(at, []).append(said)

    def week(self, week: int) -> list[Entry]:
        """Return the entries of a week: turns of crises, changes by the scenario, acts, events."""
        turns = (
            self._entry(week, turn.name, turn.sentence, turn.moved, rung=turn.rung)
            for turn in self._turns.get(week, ())
        )
        told = [*turns, *self._brought(week), *self._acts(week), *self._events(week)]
        if told:
            before, after = told[-1].tension
            if abs(after - before) >= MIN_TOLD_TENSION_SHIFT:
                at = self._place_of_tension(week, told)
                moved = (*told[at].moved, _describe_move(messages.TENSION, before, after, ".1f"))
                told[at] = replace(told[at], moved=moved)
        return told

    def _place_of_tension(self, week: int, told: list[Entry]) -> int:
        """Return the place of the entry beside which a move of tension does not mislead."""
        turns, last = len(self._turns.get(week, ())), len(told) - 1
        before, after = told[last].tension
        if after < before:  # time moved it, no act
            return turns - 1 if turns else last
        return max(range(turns, last + 1), key=lambda n: (told[n].rung or 0, n), default=last)

    def _entry(self, week: int, action: str, sentence: str, moved=(), **more) -> Entry:
        details = {"state": "", "family": EVENT, "rung": None} | more
        return Entry(
            week=week,
            date=dates.week_start(self._scenario.start, week),
            action=action,
            sentence=capitalise(sentence),
            moved=tuple(moved),
            tension=(self._value("tension", week - 1), self._value("tension", week)),
            **details,
        )

    # --- what the scenario brings ------------------------------------------------------------------

    def _brought(self, week: int) -> Iterator[Entry]:
        """Yield changes of policy, shocks, and acts that the scenario prevents."""
        scenario = self._scenario
        yield from self._changes(week)
        yield from self._reactions(week)
        for shock in scenario.shocks:
            if dates.week_of(scenario.start, shock.date) == week:
                what = translate(shock.condition.replace("_", " "))
                if shock.state:
                    name = state_name(self._cast[shock.state])
                    what = messages.SHOCK_OF.format(state=name, what=what)
                amount = localise_number(f"{shock.amount:+g}")
                moved = [messages.SHOCK_MOVES.format(what=what, amount=amount)]
                yield self._entry(week, "shock", shock.note or messages.SHOCK, moved)
        for act in scenario.acts:
            at, state, channel = scenario.decision(act)
            if at == week and act.action == HOLD and state not in scenario.played:
                held = messages.HELD_BACK.format(
                    state=state_name(self._cast[state]), channel=translate(str(channel))
                )
                yield self._entry(week, "held_back", act.note or held, state=state)

    def _changes(self, week: int) -> Iterator[Entry]:
        scenario, moved = self._scenario, self._moves.get(week, [])
        notes = [
            change.note
            for change in scenario.changes
            if change.note and dates.first_week_from(scenario.start, change.date) == week
        ]
        if moved or notes:
            yield self._entry(week, "change", "; ".join(notes) or messages.POLICY_CHANGES, moved)

    def _reactions(self, week: int) -> Iterator[Entry]:
        """Yield reactions that begin or end this week, with the levers that they move."""
        for number, reaction in enumerate(self._scenario.reactions):
            now = bool(self._in_force[number, week])
            before = bool(self._in_force[number, week - 1]) if week else False
            if now == before:
                continue
            moved = [
                (messages.LEVER_AT if now else messages.LEVER_AS_PLANNED).format(
                    lever=SETTINGS[name].label, value=localise_number(f"{value:g}")
                )
                for name, value in reaction.settings().items()
            ]
            words = reaction.note or messages.REACTS.format(what=reaction.when.replace("_", " "))
            said = words if now else messages.NO_LONGER.format(what=words)
            yield self._entry(week, "reaction", said, moved)

    # --- what the states do ------------------------------------------------------------------------

    def _acts(self, week: int) -> Iterator[Entry]:
        before = {act.action for act in self._world.acts_in(week - 1)} if week else set()
        for act in self._world.acts_in(week):
            drill = act.family == Family.EXERCISE
            if drill and act.action in before:
                continue  # told in its first week
            small = not _is_told(self._action(act))
            if self._everything or not small:
                yield self._act(act, self._on_end(act) if drill else 1, small)

    def _act(self, act: Act, weeks: int, small: bool) -> Entry:
        action = self._action(act)
        on_end = [messages.ON_END.format(n=weeks)] if weeks > 1 else []
        return self._entry(
            act.week,
            act.action,
            messages.ACT.format(state=state_name(self._cast[act.state]), does=act.sentence),
            [*on_end, *self._came_of(act.week, action)],
            state=act.state,
            family=str(act.family),
            rung=act.rung,
            weeks=weeks,
            small=small,
            why=explain_choice(self._world, act) if self._why else None,
        )

    def _action(self, act: Act) -> Action:
        return self._cast.actions[act.action][1]

    def _on_end(self, act: Act) -> int:
        """Count the weeks in a row in which an act is done, from this one on."""
        place = self._cast.channels.index((act.state, act.channel))
        acts = self._recording.acts[place, act.week :, 0]
        same = acts == acts[0]
        return int(same.size if same.all() else same.argmin())

    def _came_of(self, week: int, action: Action) -> Iterator[str]:
        """Yield what an act led to in its own week."""
        launches = int(self._value("launch_days", week))
        if "any_test" in action.signals and launches:
            yield messages.LAUNCH_DAYS.format(n=launches)
        if "icbm_test" in action.signals:
            yield messages.SUCCEEDS if self._value("test_success", week) else messages.FAILS
        if "regional_test" in action.signals and self._value("overflight", week):
            yield messages.OVER_JAPAN
        if "tables_draft" in action.signals:
            before, after = (self._value("un_sanctions", week - n) for n in (1, 0))
            moved = _describe_move(messages.UN_SANCTIONS, before, after, ".2f")
            is_vetoed = self._value("veto", week)
            yield messages.VETOED if is_vetoed else messages.PASSES.format(moved=moved)

    # --- what no state chose ------------------------------------------------------------------------

    def _events(self, week: int) -> Iterator[Entry]:
        challenger = state_name(self._cast.challenger)
        yield from self._talks(week)
        launches = int(self._value("launch_days", week))
        if launches and not self._who(week, "any_test"):  # on record beside an act of a higher rung
            sentence = messages.LAUNCHES.format(state=challenger)
            moved = [messages.LAUNCH_DAYS.format(n=launches)]
            yield self._entry(week, "launches", sentence, moved)
        if self._value("incident", week):
            rung = Rung.LIMITED_ARMED_CLASH
            yield self._entry(week, "incident", messages.INCIDENT, rung=rung)
        stolen = self._value("cyber_theft", week)
        small = stolen < MIN_TOLD_THEFT_MUSD
        if stolen > 0 and (self._everything or not small):
            sentence = messages.THEFT.format(state=challenger, stolen=float(stolen))
            yield self._entry(week, "theft", sentence, rung=Rung.GREY_ZONE, small=small)
        drawn = self._recording["confrontation_drawn"][: week + 1, 0]
        if drawn[-1] and not drawn[:-1].any():  # the first one is the outcome; no path stops there
            road = messages.ROADS[Cause(int(self._value("confrontation_cause", week)))]
            sentence = messages.CONFRONTATION.format(road=road)
            moved = [messages.CONFRONTATION_MARKS]
            rung = Rung.DIRECT_CONFRONTATION
            yield self._entry(week, "confrontation", sentence, moved, rung=rung)

    def _talks(self, week: int) -> Iterator[Entry]:
        before, after = (int(self._value("talks_stage", week - n)) for n in (1, 0))
        if self._value("breakdown", week):
            moved = [messages.CONTACT_REMAINS] if after else []
            yield self._entry(week, "breakdown", messages.BREAKDOWN[before], moved)
        elif after > before:
            name, sentence = {
                1: ("contact", self._contact(week)),
                2: ("talks", messages.TALKS),
                3: ("deal", messages.DEAL),
            }[after]
            yield self._entry(week, name, sentence)

    def _contact(self, week: int) -> str:
        """Say whether the challenger offered contact itself or took up last week's offer."""
        if not self._who(week, "opens_talks"):
            for state in self._who(week - 1, "talks_offered"):
                taker = state_name(self._cast.challenger)
                return messages.CONTACT_TAKEN.format(taker=taker, state=state_name(state, False))
        return messages.CONTACT

    def _who(self, week: int, signal: str) -> list[StateSpec]:
        """Return the states that gave a signal in a week."""
        acts = self._world.acts_in(week) if week >= 0 else ()
        return [self._cast[act.state] for act in acts if signal in self._action(act).signals]


def _describe_move(what: str, before: float, after: float, digits: str) -> str:
    """Return `tension from 3.5 to 4.8`."""
    ends = (localise_number(f"{value:{digits}}") for value in (before, after))
    return messages.MOVE.format(what=what, **dict(zip(("before", "after"), ends, strict=True)))


def _is_told(action: Action) -> bool:
    if action.channel in ALWAYS_TOLD or "opens_talks" in action.signals:
        return True
    return action.rung >= MIN_TOLD_RUNG and action.channel != Channel.SUPPORT
