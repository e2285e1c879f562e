"""The Mesa model: six states, one week at a time, for many runs at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import mesa
import numpy as np
from scipy.special import expit

from scenario_sim.data.states import Cast
from scenario_sim.data.variables import MEMORIES, PUSH_TARGETS, SIGNALS
from scenario_sim.model import equations
from scenario_sim.model.agents import StateAgent
from scenario_sim.model.blackboard import (
    LEVER_ROWS,
    NO_DECISION,
    ROLE_ROWS,
    UNIT_COEFFICIENT,
    board_rows,
    did_row,
    draw_row,
    event_draws,
    push_row,
    push_sums,
    role_source_rows,
)
from scenario_sim.model.buffers import ARRAYS, Buffers
from scenario_sim.model.choice import Deliberation
from scenario_sim.model.mesa_parameters import with_settings
from scenario_sim.model.random_draws import MAX_SEED, check_seed, run_ids
from scenario_sim.model.week_inputs import Week, apply_shock, start_rows
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import load_scenario
from scenario_sim.scenario.reactions import reacted_rows

# Mesa's data collector gets the means of these over runs. `simulation/` records all rows.
COLLECTED_ROWS = ("tension", "talks_stage", "launch_days", "icbm_stock", "trust", "revenue")


class EscalationModel(mesa.Model):
    """Escalation on the Korean Peninsula as the choices of six states (ODD overview).

    *Purpose*: compare mechanisms of escalation and of restraint under policies; not to forecast.
    *Entities*: six states (DPRK, USA, ROK, Japan, China, Russia), each a `StateAgent` with its own
    perceptions, resources and repertoire. They share one world: tension on the escalation ladder,
    talks, sanctions, money and a weapons programme. *Scales*: one step is one week, 26 to 520 of
    them; there is no space. *Process*: each week, all states perceive, and then all decide. They
    choose by logit in each of their channels, from last week's conditions and acts. The acts take
    effect, conditions change, and the hazards of the four roads to confrontation follow.
    Confrontation is drawn beside the path and never played on. *Stochasticity*: one random number
    per (seed, run, week, draw), so every run is a pure function of (scenario, seed, run).
    `docs/model.md` holds the full description.

    Every quantity is a vector over runs. `model.agents` holds the states, and `model.board` the
    quantities by name: `model.board.tension` is (runs,).

    Parameters
    ----------
    given : Scenario, str or Path
        A scenario, a shipped name, or a path.
    runs : int or sequence of int
        Number of runs, 1 .. 2**40, or run ids.
    rng : int, optional
        The seed, 0 .. 2**63-1, under Mesa's name for it. The default is 0.
    buffers : Buffers
        Makes the containers of numbers: NumPy arrays. The compiler hands in symbols.
    scenario : object
        Mesa's own scenario object, which SolaraViz hands on; nothing is read from it.
    **settings : float
        Levers, hypotheses, circumstances and coefficients by name, for all weeks: factors of
        `mesa.batch_run`, and parameters that sliders of SolaraViz move (`mesa_parameters`).

    Raises
    ------
    ScenarioError
        If the seed, the runs or a setting are out of range.
    UnknownNameError
        If there is no such setting.

    Examples
    --------
    >>> model = EscalationModel("status-quo", runs=3, rng=7)
    >>> model.step()
    >>> model.week, model.board.tension.shape
    (1, (3,))
    >>> EscalationModel(hotline=0.9).description.levers.hotline
    0.9
    """

    def __init__(
        self,
        given: Scenario | str | Path = "status-quo",
        runs: int | Sequence[int] | np.ndarray = 1,
        rng: int | None = None,
        buffers: Buffers = ARRAYS,
        scenario: object = None,
        **settings: float,
    ):
        seed = _seed(rng)
        super().__init__(rng=seed)
        self.given = given
        self.description = given if isinstance(given, Scenario) else load_scenario(given)
        if settings:
            self.description = with_settings(self.description, settings)
        self.ids = run_ids(runs)
        self.cast: Cast = self.description.cast
        self.weeks, self.week = self.description.weeks, 0

        self.reactions = self.description.reactions
        rows = board_rows(self.cast, len(self.reactions))
        self.board = buffers.board(rows, self.ids.size)
        for role, name in zip(ROLE_ROWS, role_source_rows(self.cast), strict=True):
            self.board.add_alias(role, name)
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
        """Select the rows that are read and written together."""
        board, alternatives = self.board, self.cast.alternatives
        events = event_draws(self.cast)
        self._event_places = self._draws.places(events)
        self._choice_places = self._draws.places([alt.draw for alt in alternatives])
        self._events = board.select([draw_row(name) for name in events])
        self._did = board.select([did_row(alt) for alt in alternatives])
        self._signals = board.select([q.name for q in SIGNALS])
        self._signal_pushes = board.select([push_row(q.name) for q in SIGNALS])
        self._pushes = board.select([push_row(q.name) for q in PUSH_TARGETS])
        tabling = [
            alt for alt in alternatives if alt.action and "tables_draft" in alt.action.signals
        ]
        self._tabling = board.select([did_row(alt) for alt in tabling])

    def _make_sums(self, buffers: Buffers) -> None:
        """Make the sums of every week, and the shares of memories that a week leaves."""
        p = vars(self.parameters)
        self._deliberation = Deliberation(self.cast, self.board, p, buffers)
        self._push_sums = buffers.sums(
            push_sums(self.cast), self.board, p | {UNIT_COEFFICIENT: np.array(1.0)}
        )
        appraisals = [a for state in self.cast.states for a in state.appraisal]
        forbearance = [a.terms for a in appraisals if a.id == "forbearance"]
        self._forbearance = buffers.sums(forbearance, self.board, p, LEVER_ROWS)
        self._memory_retention = {q.name: memory_retention(q.fades, p[q.fades]) for q in MEMORIES}

    def acts(self) -> np.ndarray:
        """Return this week's act in every channel, in the order of `cast.channels`.

        Returns
        -------
        ndarray of int8, shape (decisions, runs)
            The action's code; 0 for holding still, -1 for a vote without a draft.
        """
        did, alternatives = self._did.read(), self.cast.alternatives
        decisions = [(alt.state, alt.channel) for alt in alternatives]
        first = [decisions.index(decision) for decision in self.cast.channels]
        codes = np.array([[alt.code - NO_DECISION] for alt in alternatives])
        return (np.add.reduceat(did * codes, first, axis=0) + NO_DECISION).astype(np.int8)

    # --- a week -----------------------------------------------------------------------------------

    def step(self) -> None:
        """Simulate one week, and collect its means for Mesa's own tools.

        After the scenario's last week `running` is False and a step does nothing.
        """
        if self.week < self.weeks:
            self.advance()
            self.datacollector.collect(self)

    def advance(self) -> None:
        """Simulate one week."""
        self.deliberate()
        self.settle()

    def deliberate(self) -> None:
        """Simulate the first half of a week: all states perceive, then all decide."""
        week, noise = self._begin_week()
        self._apply(equations.WEEK_START_RULES)
        self._forecast_council()
        felt = self._deliberation.perceive_threats()
        for state in self.states:
            state.perceive(felt)
        self._average_allied_threat()
        utilities = self._deliberation.utilities()
        self.board.write({"test_chance": self._deliberation.chance_of_tests(utilities)})
        appeal = utilities + week.bar + noise
        for state in self.states:
            state.decide(appeal, week)

    def settle(self) -> None:
        """Simulate the second half: acts take effect, and confrontation is drawn."""
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

    def _begin_week(self) -> tuple[Week, np.ndarray]:
        """Write the week's levers, dates, shocks and draws to the board.

        Returns
        -------
        Week
            The scenario's inputs of this week.
        ndarray, shape (alternatives, runs)
            Gumbel noise of every alternative.
        """
        board, week = self.board, self._inputs.week(self.week)
        board.write(week.rows)
        if self.reactions:
            board.write(reacted_rows(board, week.reactions, self.reactions))
        if self._inputs.levers_changed(self.week):
            self._apply((equations.lever_transforms,))
        for row, amount in week.shocks:
            board.write({row: apply_shock(row, board[row], amount)})
        draws = self._draws.week(self.week)
        self._events.write(draws[self._event_places])
        return week, draws[self._choice_places]

    def _forecast_council(self) -> None:
        """Compute the chance that no state vetoes, from last week's conditions."""
        prospect = 1.0
        for logit in self._forbearance.evaluate():
            prospect = prospect * expit(logit)
        self.board.write({"council_prospect": prospect})

    def _average_allied_threat(self) -> None:
        """Compute the allies' mean threat perception."""
        total: Any = 0.0
        for state in self.cast.allies:
            total = total + self.board[f"{state.code}.threat"]
        self.board.write({"allied_threat": total / float(len(self.cast.allies))})

    def _fade_memories(self) -> None:
        """Update every memory: it fades, and takes in this week's pushes."""
        board, fade = self.board, equations.update_memory
        board.write(
            {
                q.name: fade(
                    board[q.name], self._memory_retention[q.name], board[push_row(q.name)], q.high
                )
                for q in MEMORIES
            }
        )

    def _apply(self, rules: Iterable[Callable[..., Any]]) -> None:
        for rule in rules:
            self.board.write(rule(self.board, self.parameters))


def memory_retention(fades: str, coefficient: np.ndarray) -> np.ndarray:
    """Return the share of a memory that one week leaves.

    A coefficient `..._memory` is that share; a `..._half_life`, in weeks, gives it.
    """
    return coefficient if fades.endswith("_memory") else equations.share_left(coefficient)


def _mean(model: EscalationModel, name: str) -> float:
    return float(model.board[name].mean())


def _seed(rng: Any) -> int:
    if rng is None:
        return 0
    if isinstance(rng, (np.random.Generator, np.random.SeedSequence, np.random.BitGenerator)):
        return int(np.random.default_rng(rng).integers(MAX_SEED))  # Mesa's tools pass generators
    return check_seed(rng)
