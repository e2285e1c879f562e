"""Policies (what is chosen) and theories (how the world may work), by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from scenario_sim.data.parameters import HYPOTHESES, LEVERS
from scenario_sim.data.parameters.theories import THEORIES
from scenario_sim.errors import Problem, ScenarioError, ScenarioSimError, UnknownNameError
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import load_scenario
from scenario_sim.studies.design.inputs import apply_inputs, available_inputs

POLICY_LEVERS = frozenset(lever.name for lever in LEVERS)
BASELINE_POLICY = "as it is"  # the policy that changes no lever
BASELINE_THEORY = "as set"  # the theory that the scenario itself sets
HYPOTHESIS_ENDS = {  # both ends of each disputed hypothesis, in words
    "exercise_sensitivity": ("drills are harmless", "drills provoke"),
    "money_elasticity": ("money does not bind", "money binds"),
    "war_risk_anchor": ("a safer world", "a more dangerous world"),
}


def parse_policies(
    scenario: Scenario, given: Sequence[str] | Mapping[str, Mapping[str, float]]
) -> dict[str, Scenario]:
    """Return policies by name, each as a scenario; the unchanged scenario comes first.

    Parameters
    ----------
    scenario : Scenario
    given : sequence of str, or mapping
        Shipped names or files, of which the levers and their dated changes are used; or settings
        such as `hotline=0.8+us_threats=0.1`, named if wanted: `calm: hotline=0.8`. Or a mapping
        from names to settings.

    Raises
    ------
    ScenarioError
        Lists everything that is wrong.
    """
    found = {BASELINE_POLICY: scenario}
    problems: list[Problem] = []
    pairs = given.items() if isinstance(given, Mapping) else ((text, text) for text in given)
    for key, said in pairs:
        try:
            name, policy = (
                _parse_policy(scenario, said)
                if isinstance(said, str)
                else (key, _with_policy_levers(scenario, said))
            )
        except ScenarioError as error:
            problems += [Problem(f"--policies {key}", p.text) for p in error.problems]
            continue
        except (ScenarioSimError, ValueError) as error:
            problems.append(Problem(f"--policies {key}", str(error)))
            continue
        if name in found:
            problems.append(Problem(f"--policies {key}", f"{name} stands twice; drop one"))
        found[name] = policy
    if problems:
        raise ScenarioError(problems, "these policies cannot be used")
    return found


def theories_by_name(scenario: Scenario, which: str = "presets") -> dict[str, dict[str, float]]:
    """Return theories by name, each with its settings; the scenario's own theory comes first.

    `which` is `presets` (the shipped theories) or `corners` (of the three disputed hypotheses).
    Raises UnknownNameError.
    """
    if which not in ("presets", "corners"):
        raise UnknownNameError("set of theories", which, ("presets", "corners"))
    known = available_inputs(scenario)  # a scenario with other states may lack a coefficient
    presets = {t.name: t.settings | t.parameters for t in (*THEORIES, *scenario.plugins.theories)}
    says = presets if which == "presets" else hypothesis_corners()
    return {BASELINE_THEORY: {}} | {
        name: {key: float(value) for key, value in settings.items() if key in known}
        for name, settings in says.items()
    }


def hypothesis_corners() -> dict[str, dict[str, float]]:
    """Return the eight corners of the three hypotheses whose size the literature disputes.

    The other hypotheses switch a mechanism on or off, which `without` and theories do as well.
    """
    disputed = [h for h in HYPOTHESES if h.name in HYPOTHESIS_ENDS]
    found = {}
    for ends in product((0, 1), repeat=len(disputed)):
        words = [HYPOTHESIS_ENDS[h.name][end] for h, end in zip(disputed, ends, strict=True)]
        found[", ".join(words)] = {
            h.name: float((h.low, h.high)[end]) for h, end in zip(disputed, ends, strict=True)
        }
    return found


def cross_policies(
    scenarios: Mapping[str, Scenario], theories: Mapping[str, Mapping[str, float]]
) -> dict[tuple[str, str], Scenario]:
    """Return every policy under every theory."""
    return {
        (p, t): apply_inputs(s, says) for p, s in scenarios.items() for t, says in theories.items()
    }


def _parse_policy(scenario: Scenario, text: str) -> tuple[str, Scenario]:
    """Parse one policy. Raises ScenarioSimError, ValueError."""
    if "=" not in text:
        return text.strip(), _with_levers_of(load_scenario(text.strip()), scenario)
    name, colon, rest = text.partition(":")
    settings = {}
    for part in (rest if colon else text).split("+"):
        lever, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise ValueError(f"takes lever=value, as in hotline=0.8, not {part.strip()!r}")
        try:
            settings[lever] = float(value)
        except ValueError:
            raise ValueError(f"{lever} takes a number, not {value!r}") from None
    return (name.strip() if colon else text.strip()), _with_policy_levers(scenario, settings)


def _with_policy_levers(scenario: Scenario, settings: Mapping[str, float]) -> Scenario:
    for name in settings:
        if name not in POLICY_LEVERS:
            raise UnknownNameError("policy lever", name, POLICY_LEVERS)
    return scenario.with_levers(**settings)


def _with_levers_of(other: Scenario, scenario: Scenario) -> Scenario:
    """Return the scenario with the levers of another one, dated changes included."""
    if other.start != scenario.start:
        text = f"starts on {other.start}, this scenario on {scenario.start}; say its levers instead"
        raise ScenarioError([Problem("start", text)])
    steps = {name: path for name, path in other.steps().items() if name in POLICY_LEVERS}
    made = scenario.with_levers(**{name: path[0][1] for name, path in steps.items()})
    for name, path in steps.items():
        for week, value in path[1:]:
            if week < scenario.weeks:
                more: dict[str, Any] = {name: value}
                made = made.with_change(week=week, **more)
    return made


def parse_theories(
    scenario: Scenario, worlds: str | Mapping[str, Mapping[str, float]] | None
) -> dict[str, dict[str, float]]:
    """Return the settings of each theory; without any, the scenario as it is set.

    Parameters
    ----------
    scenario : Scenario
    worlds : str or mapping, optional
        `presets`, `corners` (of the disputed hypotheses), or settings by name.

    Raises
    ------
    ScenarioSimError
    """
    if worlds is None:
        return {BASELINE_THEORY: {}}
    if isinstance(worlds, str):
        return theories_by_name(scenario, worlds)
    return {name: dict(settings) for name, settings in worlds.items()}
