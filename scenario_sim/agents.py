"""A state as an agent: it perceives, decides, and absorbs what happened.

Its profile and repertoire are data (`states/`); this is the one way all six read them. An agent
reads the board and writes its own rows of it: nobody acts on a neighbour's mind of this week.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace

import mesa
import numpy as np

from scenario_sim import rules
from scenario_sim.board import Board
from scenario_sim.conditions import OWN
from scenario_sim.ledger import Ledger, Term
from scenario_sim.states import Alternative, Channel, StateSpec
from scenario_sim.vocabulary import Channel as ChannelName

NOTHING_TO_VOTE_ON = -1


def own_rows(state: StateSpec) -> list[str]:
    """The rows of the board that belong to a state: its perceptions and its appraisals."""
    felt = [f"{state.code}.{q.name}" for q in OWN] if state.threat else []
    return felt + [f"{state.code}.{appraisal.id}" for appraisal in state.appraisal]


@dataclass(frozen=True)
class Reason:
    """One term of a choice: what spoke for the act (or against it) and how strongly, in logits."""

    words: str
    coefficient: str
    quantity: str
    weight: np.ndarray


class StateAgent(mesa.Agent):
    """One of the states: vectors over the runs of one model."""

    def __init__(
        self,
        model: mesa.Model,
        spec: StateSpec,
        alternatives: tuple[Alternative, ...],
        board: Board,
        p: SimpleNamespace,
        noise_row: Mapping[str, int],
    ):
        super().__init__(model)
        self.code, self.name, self.spec, self.alternatives = spec.code, spec.name, spec, alternatives
        self._board, self._p = board, p
        coefficients = vars(p)
        own = {row.removeprefix(f"{spec.code}."): row for row in own_rows(spec)}
        row = board.row | {f"own_{name}": board.row[full] for name, full in own.items()}
        self._quantity = row

        threat = spec.threat
        self._fears = Ledger([threat.terms] if threat else [], row, coefficients)
        marks = [Term("", weight, _this_week(signal)) for weight, signal in threat.shocks] if threat else []
        self._marks = Ledger([tuple(marks)], row, coefficients)
        self._appraisals = [
            (f"{spec.code}.{a.id}", Ledger([a.terms], row, coefficients), a.through)
            for a in spec.appraisal
        ]
        utilities = [alt.action.utility if alt.action else () for alt in alternatives]
        self._utilities = Ledger(utilities, row, coefficients)
        self._noise = np.array([noise_row[alt.draw] for alt in alternatives])
        self._gates = [
            (place, row[alt.action.only_if])
            for place, alt in enumerate(alternatives)
            if alt.action and alt.action.only_if
        ]
        self._did = board.lend(did_row(alternatives[0]), did_row(alternatives[-1]))
        self._choices = [self._choice(channel) for channel in spec.channel]
        self.acts = np.zeros((len(self._choices), board.width), dtype=np.int8)
        self._absorbs = [rules.ABSORBING[name] for name in spec.absorbs]

    def _choice(self, channel: Channel) -> _Choice:
        places = [n for n, alt in enumerate(self.alternatives) if alt.channel == channel.id]
        ids = {self.alternatives[n].id: n - places[0] for n in places}
        codes = np.array([self.alternatives[n].code for n in places], dtype=np.int8)
        return _Choice(channel.id, slice(places[0], places[-1] + 1), ids, codes)

    # --- the three things a state does in a week ------------------------------------------------

    def perceive(self) -> None:
        """Update how threatened it feels, from what everybody saw last week."""
        threat = self.spec.threat
        if threat is None:
            return
        board, code = self._board, self.code
        aim = self._fears.evaluate(board.block)[0]
        draw = board[f"draw_{self.spec.draw}"]
        felt = rules.felt_threat(board[f"{code}.threat"], aim, draw, self._p)
        board.write({f"{code}.threat": felt, f"{code}.alarm": felt - threat.usual})

    def decide(self, noise: np.ndarray, forced: Mapping, barred: Mapping) -> None:
        """Choose in every channel: the largest utility plus luck, which is a logit choice.

        noise: the week's Gumbel rows. forced: (state, channel) -> (columns, action id) pairs that
        leave no choice. barred: action id -> columns where it may not be chosen.
        """
        board = self._board
        for row, ledger, through in self._appraisals:
            value = ledger.evaluate(board.block)[0]
            board.write({row: rules.log_sigmoid(value) if through else value})
        appeal = self._utilities.evaluate(board.block) + noise[self._noise]
        for place, gate in self._gates:
            appeal[place] = np.where(board.block[gate] > 0, appeal[place], -np.inf)
        for place, alternative in enumerate(self.alternatives):
            for columns in barred.get(alternative.id, ()):
                appeal[place, columns] = -np.inf
        for n, choice in enumerate(self._choices):
            picked = appeal[choice.places].argmax(axis=0)
            for columns, action in forced.get((self.code, choice.channel), ()):
                picked[columns] = choice.ids[action]
            self._did[choice.places] = picked == choice.numbers
            choice.codes.take(picked, out=self.acts[n])

    def vote(self, tabled: np.ndarray) -> None:
        """A vote counts where a draft lies on the table; elsewhere there was none."""
        for n, choice in enumerate(self._choices):
            if choice.channel == ChannelName.VOTE:
                self._did[choice.places] *= tabled
                self.acts[n] = np.where(tabled > 0, self.acts[n], NOTHING_TO_VOTE_ON)

    def absorb(self) -> None:
        """Take in the week's acts: shocks leave a mark, tests teach."""
        board, p = self._board, self._p
        if self.spec.threat:
            row = f"{self.code}.shock"
            mark = self._marks.evaluate(board.block)[0]
            kept = rules.share_left(p.shock_half_life)
            board.write({row: rules.fade(board[row], kept, mark, 1.0)})
        for rule in self._absorbs:
            board.write(rule(board, p))

    # --- why ---------------------------------------------------------------------------------------

    def reasons(self, action: str) -> list[Reason]:
        """The terms of an action's utility as they stand: call it between deciding and absorbing.

        Holding still has no terms, so these are also what set the act apart from holding still. An
        appraisal's own terms stand in its place, weighed.
        """
        place = [alt.id for alt in self.alternatives].index(action)
        found = []
        for term, value in self._utilities.terms(place, self._board.block):
            found += self._unfold(term, value)
        return found

    def _unfold(self, term: Term, value: np.ndarray) -> list[Reason]:
        row = f"{self.code}.{term.quantity.removeprefix('own_')}"
        for name, ledger, through in self._appraisals:
            if name == row and not through:
                weight = np.asarray(vars(self._p)[term.coefficient])
                inner = ledger.terms(0, self._board.block)
                return [Reason(t.words, t.coefficient, t.quantity, weight * v) for t, v in inner]
        return [Reason(term.words, term.coefficient, term.quantity, value)]

    def probabilities(self, channel: str) -> dict[str, np.ndarray]:
        """The logit probabilities of a channel's alternatives as they stand, (width,) each."""
        choice = next(c for c in self._choices if c.channel == channel)
        utility = self._utilities.evaluate(self._board.block)
        for place, gate in self._gates:
            utility[place] = np.where(self._board.block[gate] > 0, utility[place], -np.inf)
        odds = np.exp(utility[choice.places] - utility[choice.places].max(axis=0))
        return dict(zip(choice.ids, odds / odds.sum(axis=0), strict=True))


class _Choice:
    """One channel of one state: where its alternatives stand, and their names and codes."""

    def __init__(self, channel: str, places: slice, ids: dict[str, int], codes: np.ndarray):
        self.channel, self.places, self.ids, self.codes = channel, places, ids, codes
        self.numbers = np.arange(len(ids))[:, None]


def did_row(alternative: Alternative) -> str:
    """The row that is 1 where an alternative was chosen this week."""
    return f"did_{alternative.state}_{alternative.channel}_{alternative.id}"


def _this_week(signal: str) -> str:
    return signal if signal == "overflight" else f"push_{signal}"
