"""Why each state chose what it has just chosen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scenario_sim.agents import StateAgent
from scenario_sim.model import EscalationModel
from scenario_sim.states import HOLD
from scenario_sim.story.entry import Why

Reasons = dict[tuple[int, str, str], Why]  # by (week, state, action)


def deliberations(model: EscalationModel) -> Iterator[tuple[tuple[str, str], Why]]:
    """((state, action), why) of every act chosen: call it between deliberating and settling, in a
    model of one run."""
    names = (HOLD, *model.cast.actions)
    agents = {agent.code: agent for agent in model.states}
    for (state, channel), acts in zip(model.cast.channels, model.acts(), strict=True):
        if acts[0] > 0:
            action = names[acts[0]]
            yield (state, action), _why(agents[state], channel, action)


def _why(agent: StateAgent, channel: str, action: str) -> Why:
    chances = {id_: float(chance[0]) for id_, chance in agent.probabilities(channel).items()}
    weights = _weights(agent, action)
    others = [id_ for id_ in chances if id_ != action]
    if HOLD not in chances and others:  # a vote: against the likeliest other one
        for words, weight in _weights(agent, max(others, key=chances.__getitem__)).items():
            weights[words] -= weight
    terms = sorted(weights.items(), key=lambda term: -abs(term[1]))
    return Why(tuple(terms), chances[action])


def _weights(agent: StateAgent, action: str) -> defaultdict[str, float]:
    """The terms of an act by their words, in logits; words that come twice are added up."""
    weights: defaultdict[str, float] = defaultdict(float)
    for reason in agent.reasons(action):
        weights[reason.words] += float(reason.weight[0])
    return weights
