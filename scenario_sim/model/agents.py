"""A state as a Mesa agent: it perceives, decides, and takes in what happened.

Its profile and its repertoire of acts are data (`data/states/`), and all six states read them in
this one way. An agent reads the blackboard and writes its own rows of it. It never reads what
another state perceives this week.
"""

from __future__ import annotations

from types import SimpleNamespace

import mesa
import numpy as np

from scenario_sim.data.enums import Channel
from scenario_sim.data.states import Cast, StateSpec
from scenario_sim.model import equations
from scenario_sim.model.blackboard import Blackboard, contiguous_slice, did_row
from scenario_sim.model.week_inputs import Week


class StateAgent(mesa.Agent):
    """One state of a model, for all runs at once."""

    def __init__(
        self, model: mesa.Model, cast: Cast, spec: StateSpec, board: Blackboard, p: SimpleNamespace
    ):
        super().__init__(model)
        self.code, self.name, self.spec = spec.code, spec.name, spec
        self._board, self._p = board, p
        self._perceiver = cast.perceivers.index(spec) if spec.threat else None
        self._absorbs = [equations.LEARNING_RULES[name] for name in spec.absorbs]
        self._own = contiguous_slice([alt.state for alt in cast.alternatives], spec.code)
        self.alternatives = cast.alternatives[self._own]
        channels = [alt.channel for alt in self.alternatives]
        self._channels = {}  # channel: its rows among all alternatives, and what is done in it
        for channel in dict.fromkeys(channels):
            own = contiguous_slice(channels, channel)
            rows = slice(self._own.start + own.start, self._own.start + own.stop)
            done = board.select([did_row(alt) for alt in self.alternatives[own]])
            self._channels[channel] = (rows, done)

    def perceive(self, felt: np.ndarray) -> None:
        """Write the state's threat perception and its alarm: perception less the usual one.

        Parameters
        ----------
        felt : ndarray, shape (perceivers, runs)
            Threat perception of every perceiver, 0 .. 1.
        """
        if self.spec.threat:
            threat = felt[self._perceiver]
            alarm = threat - self.spec.threat.usual
            self._board.write({f"{self.code}.threat": threat, f"{self.code}.alarm": alarm})

    def decide(self, appeal: np.ndarray, week: Week) -> None:
        """Choose in every channel the alternative with the largest appeal: a logit choice.

        Where the scenario forces an act, that act is chosen.

        Parameters
        ----------
        appeal : ndarray, shape (alternatives, runs)
            Utility plus Gumbel noise of every alternative, in logits.
        week : Week
            Which alternatives the scenario leaves free, and which it forces.
        """
        for rows, done in self._channels.values():
            best = np.maximum.reduce(appeal[rows], axis=0)
            done.write((appeal[rows] == best) * week.free[rows] + week.forced[rows])

    def vote(self, tabled: np.ndarray) -> None:
        """Let the state's vote count where a draft was tabled.

        Parameters
        ----------
        tabled : ndarray, shape (runs,)
            1 where a draft was tabled this week, else 0.
        """
        if Channel.VOTE in self._channels:
            _, done = self._channels[Channel.VOTE]
            done.write(done.read() * tabled)

    def absorb(self, shocks: np.ndarray) -> None:
        """Take in the week's acts: remember shocks, and learn from tests.

        Parameters
        ----------
        shocks : ndarray, shape (perceivers, runs)
            Each perceiver's memory of big tests and attacks.
        """
        if self.spec.threat:
            self._board.write({f"{self.code}.shock": shocks[self._perceiver]})
        for rule in self._absorbs:
            self._board.write(rule(self._board, self._p))
