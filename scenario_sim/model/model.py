"""The Mesa model: six states, one week at a time, for many runs at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from scenario_sim.data.enums import EVENT_DRAWS, PERCEPTION_DRAWS
from scenario_sim.data.states import Cast
from scenario_sim.data.variables import MEMORIES, PUSH_TARGETS, SIGNALS
from scenario_sim.model import equations
from scenario_sim.model.agents import StateAgent
from scenario_sim.model.blackboard import (
    LEVER_ROWS,
    ROLE_ROWS,
    UNIT_COEFFICIENT,
    board_rows,
    did_row,
    draw_row,
    push_row,
    push_sums,
    role_source_rows,
)
from scenario_sim.model.buffers import ARRAYS, Buffers
from scenario_sim.model.choice import Deliberation
from scenario_sim.model.random_draws import MAX_SEED, check_seed, run_ids
from scenario_sim.model.week_inputs import Week, apply_shock
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import load_scenario

# What Mesa's data collector sees: means over the runs. Our own tools record everything.
COLLECTED_ROWS = ("tension", "talks_stage", "launch_days", "icbm_stock", "trust", "revenue")
NO_DECISION = -1  # the code of a vote on nothing


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
    `model.board` the world by name: `model.board.tension` is (runs,).

    Parameters
    ----------
    given : Scenario, str or Path
        A scenario, a shipped name, or a path.
    runs : int or sequence of int
        How many runs, or their ids.
    rng : int, optional
        The seed, 0 to 2**63-1 (Mesa's name for it). Without one, 0.
    buffers : Buffers
        Makes what holds the numbers: NumPy arrays. The compiler hands in symbols.

    Raises
    ------
    ScenarioError
        For a seed or runs that cannot be.
    """

    def __init__(
        self,
        given: Scenario | str | Path = "status-quo",
        runs: int | Sequence[int] | np.ndarray = 1,
        rng: int | None = None,
        buffers: Buffers = ARRAYS,
    ):
        seed = _seed(rng)
        super().__init__(rng=seed)
        self.given = given
        self.description = given if isinstance(given, Scenario) else load_scenario(given)
        self.ids = run_ids(runs)
        self.cast: Cast = self.description.cast
        self.weeks, self.week = self.description.weeks, 0

        self.board = buffers.board(board_rows(self.cast), self.ids.size)
        for role, name in zip(ROLE_ROWS, role_source_rows(self.cast), strict=True):
            self.board.rename(role, name)
        self.board.write(start_rows(self.description))
        self.parameters = buffers.coefficients(self.description)
        self._inputs = buffers.inputs(self.description)
        self._draws = buffers.draws(seed, self.ids, self.cast)
        self._select_rows()
        self._make_sums(buffers)
        self.datacollector = mesa.DataCollector(
            model_reporters={name: partial(_mean, name=name) for name in COLLECTED_ROWS},
            agent_reporters={"code": "code"},
        )
        self.states = tuple(
            StateAgent(self, self.cast, spec, self.board, self.parameters)
            for spec in self.cast.states
        )

    # --- building ---------------------------------------------------------------------------------

    def _select_rows(self) -> None:
        """Choose the rows that are written together."""
        board, alternatives = self.board, self.cast.alternatives
        drawn = PERCEPTION_DRAWS + EVENT_DRAWS
        self._event_places = self._draws.places(drawn)
        self._choice_places = self._draws.places([alt.draw for alt in alternatives])
        self._events = board.select([draw_row(name) for name in drawn])
        self._did = board.select([did_row(alt) for alt in alternatives])
        self._signals = board.select([q.name for q in SIGNALS])
        self._signal_pushes = board.select([push_row(q.name) for q in SIGNALS])
        self._pushes = board.select([push_row(q.name) for q in PUSH_TARGETS])
        tabling = [
            alt for alt in alternatives if alt.action and "tables_draft" in alt.action.signals
        ]
        self._tabling = board.select([did_row(alt) for alt in tabling])

    def _make_sums(self, buffers: Buffers) -> None:
        """Make what is added up every week: what states weigh, what acts push, what fades."""
        p = vars(self.parameters)
        self._deliberation = Deliberation(self.cast, self.board, p, buffers)
        self._push_sums = buffers.sums(
            push_sums(self.cast), self.board, p | {UNIT_COEFFICIENT: np.array(1.0)}
        )
        appraisals = [a for state in self.cast.states for a in state.appraisal]
        forbearance = [a.terms for a in appraisals if a.id == "forbearance"]
        self._forbearance = buffers.sums(forbearance, self.board, p, LEVER_ROWS)
        self._kept = {q.name: memory_retention(q.fades, p[q.fades]) for q in MEMORIES}

    def acts(self) -> np.ndarray:
        """Return this week's act in every channel: int8 (decision, runs).

        The order is that of `cast.channels`. An act is the action's code, 0 for hold, -1 where
        there was nothing to vote on.
        """
        did, alternatives = self._did.read(), self.cast.alternatives
        decisions = [(alt.state, alt.channel) for alt in alternatives]
        first = [decisions.index(decision) for decision in self.cast.channels]
        codes = np.array([[alt.code - NO_DECISION] for alt in alternatives])
        return (np.add.reduceat(did * codes, first, axis=0) + NO_DECISION).astype(np.int8)

    # --- a week -----------------------------------------------------------------------------------

    def step(self) -> None:
        """Make one week, and collect its means for Mesa's own tools.

        After the scenario's last week `running` is False and a step does nothing.
        """
        if self.week < self.weeks:
            self.advance()
            self.datacollector.collect(self)

    def advance(self) -> None:
        """Make one week."""
        self.deliberate()
        self.settle()

    def deliberate(self) -> None:
        """Make the first half of a week: all perceive, all decide; nothing has happened yet."""
        week, noise = self._open()
        self._apply(equations.WEEK_START_RULES)
        self._foresee_the_council()
        felt = self._deliberation.feel()
        for state in self.states:
            state.perceive(felt)
        self._share_fears()
        appeal = self._deliberation.utilities() + week.bar + noise
        for state in self.states:
            state.decide(appeal, week)

    def settle(self) -> None:
        """Make the second half: acts are absorbed, the world settles, hazards are drawn."""
        tabled = np.maximum.reduce(self._tabling.read(), axis=0)
        for state in self.states:
            state.vote(tabled)
        self._pushes.write(self._push_sums.evaluate())
        self._apply((equations.launches,))
        shocks = self._deliberation.remember_shocks()
        for state in self.states:
            state.absorb(shocks)
        self._apply((equations.security_council,))
        self._fade_memories()
        self._apply(equations.WEEK_END_RULES)
        self._apply(equations.HAZARD_RULES)
        self._signals.write(np.minimum(self._signal_pushes.read(), 1.0))
        self.week += 1
        self.running = self.week < self.weeks

    def _open(self) -> tuple[Week, np.ndarray]:
        """Put levers, dates, shocks and draws of the week on the board.

        Returns the week's inputs, and the Gumbel noise of every alternative, (alternatives, runs).
        """
        board, week = self.board, self._inputs.week(self.week)
        board.write(week.rows)
        if self._inputs.levers_changed(self.week):
            self._apply((equations.lever_transforms,))
        for row, amount in week.shocks:
            board.write({row: apply_shock(row, board[row], amount)})
        draws = self._draws.week(self.week)
        self._events.write(draws[self._event_places])
        return week, draws[self._choice_places]

    def _foresee_the_council(self) -> None:
        """Work out the chance that no state vetoes, from last week's conditions."""
        prospect = 1.0
        for logit in self._forbearance.evaluate():
            prospect = prospect * equations.expit(logit)
        self.board.write({"council_prospect": prospect})

    def _share_fears(self) -> None:
        """Work out the allies' mean threat perception."""
        total: Any = 0.0
        for state in self.cast.allies:
            total = total + self.board[f"{state.code}.threat"]
        self.board.write({"allied_threat": total / float(len(self.cast.allies))})

    def _fade_memories(self) -> None:
        """Let every memory fade and take in this week's pushes."""
        board, fade = self.board, equations.update_memory
        board.write(
            {
                q.name: fade(board[q.name], self._kept[q.name], board[push_row(q.name)], q.high)
                for q in MEMORIES
            }
        )

    def _apply(self, rules: Iterable) -> None:
        for rule in rules:
            self.board.write(rule(self.board, self.parameters))


def start_rows(scenario: Scenario) -> dict[str, float]:
    """Return the board's rows before the first week, by name; all others are 0."""
    rows = dict(scenario.start_conditions())
    threats = scenario.start_threats()
    usual = {s.code: s.threat.usual for s in scenario.cast.perceivers if s.threat}
    rows |= {f"{code}.threat": value for code, value in threats.items()}
    return rows | {f"{code}.alarm": value - usual[code] for code, value in threats.items()}


def memory_retention(fades: str, coefficient: np.ndarray) -> np.ndarray:
    """Return the share of a memory that one week leaves: `..._memory` is it, `..._half_life` gives it."""
    return coefficient if fades.endswith("_memory") else equations.share_left(coefficient)


def _mean(model: EscalationModel, name: str) -> float:
    return float(model.board[name].mean())


def _seed(rng) -> int:
    if rng is None:
        return 0
    if isinstance(rng, (np.random.Generator, np.random.SeedSequence, np.random.BitGenerator)):
        return int(np.random.default_rng(rng).integers(MAX_SEED))  # what Mesa's tools hand over
    return check_seed(rng)
