"""The Mesa model: six states, one week at a time, for many runs at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import mesa
import numpy as np

from scenario_sim import rules
from scenario_sim.agents import StateAgent
from scenario_sim.board import Board
from scenario_sim.conditions import CALENDAR, CONDITIONS, MEMORIES, PUSHED, SIGNALS
from scenario_sim.deliberation import Deliberation
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.layout import (
    ONE,
    ROLE_ROWS,
    STANDING_STILL,
    board_rows,
    did_row,
    draw_row,
    players,
    push_row,
    push_sums,
    stretch,
    together,
)
from scenario_sim.ledger import Ledger
from scenario_sim.scenario import Scenario
from scenario_sim.scenario_file import load_scenario
from scenario_sim.schedule import schedule
from scenario_sim.states import Cast, load_cast
from scenario_sim.streams import LARGEST_SEED, Luck, run_ids
from scenario_sim.vocabulary import CHOICE_DRAWS, DRAWS, EVENT_DRAWS, PERCEPTION_DRAWS

# What Mesa's data collector sees: means over the runs. Our own tools record everything.
SHOWN_TO_MESA = ("tension", "talks_stage", "launch_days", "icbm_stock", "trust", "revenue")
NOT_HELD = -1  # the code of a vote on nothing


class EscalationModel(mesa.Model):
    """Escalation on the Korean Peninsula as the choices of six states (ODD overview).

    *Purpose*: compare mechanisms of escalation and of restraint under policies; not to forecast.
    *Entities*: six states (DPRK, USA, ROK, Japan, China, Russia), each a `StateAgent` with its own
    perceptions, resources and repertoire; one world with tension on the escalation ladder, talks,
    sanctions, money and a weapons programme. *Scales*: one step is one week, 26 to 520 of them; no
    space. *Process*: each week all perceive, all decide (by logit, in each of their channels, from
    last week's conditions and acts), all acts are absorbed, the world settles, and the four roads
    to confrontation are weighed; confrontation is drawn beside the path and never played on.
    *Stochasticity*: one uniform per (seed, run, week, draw), so that every run is a pure function
    of (scenario, seed, run). The full description stands in `docs/model.md`.

    Every attribute of the world is a vector over runs. `model.agents` holds the states,
    `model.board` the world by name: `model.board.tension` is (width,).

    given: a Scenario, a shipped name, a path, or several scenarios of one start and length, which
    then run side by side on the same luck: width = scenarios x runs. runs: how many, or a list of
    run ids. rng: the seed, 0 to 2**63-1 (Mesa's name for it); without one, 0.
    Raises ScenarioError for scenarios that cannot run side by side.
    """

    def __init__(
        self,
        given: Scenario | str | Path | Sequence[Scenario] = "status-quo",
        runs: int | Sequence[int] | np.ndarray = 1,
        rng: int | None = None,
    ):
        seed = _seed(rng)
        super().__init__(rng=seed)
        self.given = given
        self.scenarios = _side_by_side(given)
        self.ids = run_ids(runs)
        first = self.scenarios[0]
        self.cast: Cast = first.cast
        self.weeks, self.week = first.weeks, 0

        size = self.ids.size
        self.width = size * len(self.scenarios)
        self._columns = [slice(n * size, (n + 1) * size) for n in range(len(self.scenarios))]
        self._schedules = [schedule(scenario) for scenario in self.scenarios]
        self.luck = Luck(seed, self.ids, first.weeks, self.cast.new_draws)
        self.parameters = self._side_by_side_parameters()
        self.board = Board(board_rows(self.cast), self.width)
        for role, name in zip(ROLE_ROWS, players(self.cast), strict=True):
            self.board.rename(role, name)
        self._deal_start()
        self._lend()
        self._add_up()
        self._list_acts()
        self.datacollector = mesa.DataCollector(
            model_reporters={name: partial(_mean, name=name) for name in SHOWN_TO_MESA},
            agent_reporters={"code": "code"},
        )
        self.states = tuple(
            StateAgent(self, spec, self._deliberation, self._chosen, self.board, self.parameters)
            for spec in self.cast.states
        )

    # --- building ---------------------------------------------------------------------------------

    def _side_by_side_parameters(self) -> SimpleNamespace:
        """Every coefficient, (), or (width,) where the scenarios differ on it."""
        values = {}
        for name, parameter in self.cast.parameters.items():
            said = [s.parameters.get(name, parameter.default) for s in self.scenarios]
            same = all(value == said[0] for value in said)
            values[name] = np.array(said[0]) if same else np.repeat(said, self.ids.size)
        return SimpleNamespace(**values)

    def _deal_start(self) -> None:
        for columns, scenario in zip(self._columns, self.scenarios, strict=True):
            self.board.write(scenario.start_conditions(), columns)
            threats = scenario.start_threats()
            usual = {s.code: s.threat.usual for s in self.cast.perceivers if s.threat}
            self.board.write({f"{code}.threat": v for code, v in threats.items()}, columns)
            self.board.write({f"{c}.alarm": v - usual[c] for c, v in threats.items()}, columns)

    def _lend(self) -> None:
        """Blocks of neighbouring rows that one call fills."""
        board = self.board
        drawn = PERCEPTION_DRAWS + EVENT_DRAWS
        draws = board.lend(draw_row(drawn[0]), draw_row(drawn[-1]))
        self._draws = draws.reshape(len(drawn), len(self.scenarios), self.ids.size)
        self._dates = board.lend(CALENDAR[0].name, CALENDAR[-1].name)
        dates = [self._schedules[0].dates[q.name] for q in CALENDAR]
        self._dates_by_week = np.array(dates).T[:, :, None]
        self._memories = board.lend(MEMORIES[0].name, MEMORIES[-1].name)
        self._signals = board.lend(SIGNALS[0].name, SIGNALS[-1].name)
        self._pushes = board.lend(push_row(PUSHED[0].name), push_row(PUSHED[-1].name))
        self._memory_pushes = board.lend(push_row(MEMORIES[0].name), push_row(MEMORIES[-1].name))
        self._signal_pushes = board.lend(push_row(SIGNALS[0].name), push_row(SIGNALS[-1].name))

    def _add_up(self) -> None:
        """What is added up every week: what states weigh, what their acts push, what fades."""
        block, row, p = self.board.block, self.board.row, vars(self.parameters)
        self._deliberation = Deliberation(self.cast, self.board, p)
        self._push_sums = Ledger(push_sums(self.cast), block, row, p | {ONE: np.array(1.0)})
        appraisals = [a for state in self.cast.states for a in state.appraisal]
        forbearance = [a.terms for a in appraisals if a.id == "forbearance"]
        self._forbearance = Ledger(forbearance, block, row, p, STANDING_STILL)
        kept = [p[q.fades] if "memory" in q.fades else rules.share_left(p[q.fades]) for q in MEMORIES]
        self._kept = np.array(np.broadcast_arrays(*map(np.atleast_1d, kept)))
        self._most = np.array([q.high for q in MEMORIES])[:, None]

    def _list_acts(self) -> None:
        """Where every alternative stands: its luck, its row of what was done, its code."""
        alternatives = self.cast.alternatives
        self._chosen = np.zeros((len(alternatives), self.width), dtype=bool)
        self._did = self.board.lend(did_row(alternatives[0]), did_row(alternatives[-1]))
        self._noise_rows = together([self.luck.row[alt.draw] for alt in alternatives])
        self._codes = np.array([[alt.code - NOT_HELD] for alt in alternatives], np.int8)
        decisions = [(alt.state, alt.channel) for alt in alternatives]
        stretches = [stretch(decisions, decision) for decision in self.cast.channels]
        most = max(s.stop - s.start for s in stretches)
        # The n-th alternatives of all decisions; a decision with fewer repeats its last.
        self._decisions = np.array(
            [[min(s.start + n, s.stop - 1) for s in stretches] for n in range(most)]
        )
        signals = [alt.action.signals if alt.action else () for alt in alternatives]
        self._tabling = [n for n, signal in enumerate(signals) if "tables_draft" in signal]

    def acts(self) -> np.ndarray:
        """This week's act in every channel: int8 (decision, width), in the order of
        `cast.channels`; the action's code, 0 for hold, -1 where there was nothing to vote on."""
        codes = self._chosen * self._codes  # a code is positive here, and 0 where not chosen
        return np.maximum.reduce(codes[self._decisions], axis=0) + np.int8(NOT_HELD)

    # --- a week -----------------------------------------------------------------------------------

    def step(self) -> None:
        """One week, and its means collected for Mesa's own tools. After the scenario's last week
        `running` is False and a step does nothing."""
        if self.week < self.weeks:
            self.advance()
            self.datacollector.collect(self)

    def take_up(self, week: int, block: np.ndarray) -> None:
        """Go on from the beginning of a week, as `block` has the board: this model's, or that of one
        scenario, (rows, runs), that all of these were until then."""
        self.board.restore(block)
        self.week, self.running = week, week < self.weeks

    def advance(self) -> None:
        """One week."""
        self.deliberate()
        self.settle()

    def deliberate(self) -> None:
        """The first half of a week: all perceive, all decide; nothing has happened yet."""
        luck = self._open()
        self._apply(rules.OPENING)
        self._foresee_the_council()
        self._deliberation.feel()
        for state in self.states:
            state.perceive()
        self._share_fears()
        orders, barred = self._without_choice()
        self._deliberation.weigh(luck, barred)
        for state in self.states:
            state.decide(orders)

    def settle(self) -> None:
        """The second half: acts are absorbed, the world settles, hazards are drawn."""
        tabled = np.logical_or.reduce(self._chosen[self._tabling], axis=0)
        for state in self.states:
            state.vote(tabled)
        self._did[...] = self._chosen
        self._push_sums.evaluate(out=self._pushes)
        self._apply((rules.flights,))
        self._deliberation.mark()
        for state in self.states:
            state.absorb()
        self._apply((rules.council,))
        self._memories[...] = rules.fade(
            self._memories, self._kept, self._memory_pushes, self._most
        )
        self._apply(rules.SETTLING)
        self._apply(rules.CLOSING)
        self._signals[...] = np.minimum(self._signal_pushes, 1.0)
        self.week += 1
        self.running = self.week < self.weeks

    def _open(self) -> np.ndarray:
        """Levers, dates and luck of the week: what is on the table before anybody looks."""
        week, board = self.week, self.board
        moved = False
        for columns, plan in zip(self._columns, self._schedules, strict=True):
            settings = plan.moves.get(week)
            if settings:
                board.write(settings, columns)
                moved = True
            for row, amount in plan.shocks.get(week, ()):
                board.write({row: _bounded(row, board[row][columns] + amount)}, columns)
            board.write({"recorded_launch_days": float(plan.launch_days.get(week, -1))}, columns)
        if moved:
            self._apply((rules.standing,))
        self._dates[...] = self._dates_by_week[week]
        luck = self.luck.week(week)
        self._draws[...] = luck[len(CHOICE_DRAWS) : len(DRAWS), None]
        return luck[self._noise_rows]

    def _foresee_the_council(self) -> None:
        """What anybody can work out from yesterday's conditions: the chance that nobody vetoes."""
        prospect = np.ones(self.width)
        for logit in self._forbearance.evaluate():
            prospect = prospect * rules.expit(logit)
        self.board.write({"council_prospect": prospect})

    def _share_fears(self) -> None:
        """The allies' mean fear; the roles' rows are the players' own."""
        total = np.zeros(self.width)
        for state in self.cast.allies:
            total = total + self.board[f"{state.code}.threat"]
        self.board.write({"allied_threat": total / len(self.cast.allies)})

    def _without_choice(self) -> tuple[Mapping, Mapping]:
        forced: dict = {}
        barred: dict = {}
        for columns, plan in zip(self._columns, self._schedules, strict=True):
            for decision, action in plan.forced.get(self.week, {}).items():
                forced.setdefault(decision, []).append((columns, action))
            for action in plan.barred.get(self.week, ()):
                barred.setdefault(action, []).append(columns)
        return forced, barred

    def _apply(self, these) -> None:
        board, p = self.board, self.parameters
        for rule in these:
            board.write(rule(board, p))


def _mean(model: EscalationModel, name: str) -> float:
    return float(model.board[name].mean())


def _seed(rng) -> int:
    if rng is None:
        return 0
    if isinstance(rng, (np.random.Generator, np.random.SeedSequence, np.random.BitGenerator)):
        return int(np.random.default_rng(rng).integers(LARGEST_SEED))  # what Mesa's tools hand over
    whole = isinstance(rng, (int, np.integer)) and not isinstance(rng, bool)
    if not whole or not 0 <= rng <= LARGEST_SEED:
        text = f"takes a whole number from 0 to 2**63-1, not {rng!r}"
        raise ScenarioError([Problem("seed", text)], "there is no such seed")
    return int(rng)


def _side_by_side(given) -> tuple[Scenario, ...]:
    if isinstance(given, (str, Path)):
        given = load_scenario(given)
    scenarios = (given,) if isinstance(given, Scenario) else tuple(given)
    check_alike(scenarios)
    if any(set(other.without) != set(scenarios[0].without) for other in scenarios):
        text = "one model holds worlds that lack the same mechanisms; compare() pairs others as well"
        raise ScenarioError([Problem("without", text)], "these scenarios cannot be one model")
    return scenarios


def check_alike(scenarios: Sequence[Scenario]) -> None:
    """Raises ScenarioError where futures of these cannot be paired."""
    problems = [
        Problem(key, f"{getattr(other, key)} here, {getattr(scenarios[0], key)} there; futures are "
                "compared week by week, so make them equal")
        for other in scenarios[1:]
        for key in ("start", "weeks")
        if getattr(other, key) != getattr(scenarios[0], key)
    ]  # fmt: skip
    states = [load_cast(scenario.states).states for scenario in scenarios]
    if any(other != states[0] for other in states):
        problems.append(Problem("states", "the two worlds hold different states"))
    if problems:
        raise ScenarioError(problems, "these scenarios cannot be compared")


def _bounded(row: str, value: np.ndarray) -> np.ndarray:
    """A shock moves a condition within its bounds."""
    bounds = {q.name: q for q in (*CONDITIONS, *MEMORIES)}
    low, high = (bounds[row].low, bounds[row].high) if row in bounds else (0.0, 1.0)
    return np.minimum(np.maximum(value, low), high)
