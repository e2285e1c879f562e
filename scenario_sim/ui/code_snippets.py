"""How to make the world on screen somewhere else: a scenario file, a line to type, a few lines of
Python. Each gives the same hash, and so the same futures; a world that is watched, and its branches,
come along. The lines run in every shell; where a file was opened they need that file, under the name
they give it."""

from __future__ import annotations

import re

from scenario_sim.scenario import Scenario, dates
from scenario_sim.scenario.files import dump_scenario
from scenario_sim.scenario.tables import Branch
from scenario_sim.simulation.engine import engine_line
from scenario_sim.ui import messages, selectors
from scenario_sim.ui.state import WORLD, AppState


def stem_of(scenario: Scenario) -> str:
    """What files of a scenario are called: its name and the hash that tells it from its kin."""
    named = (scenario.name or scenario.title).lower()
    slug = re.sub(r"[^a-z0-9]+", "-", named).strip("-")[:48] or "scenario"
    return f"{slug}-{scenario.hash[:8]}"


def file_of(state: AppState) -> tuple[str, str]:
    """A scenario file of the policy on screen: its name and its text. Raises ScenarioSimError."""
    policy = selectors.policy_of(state)
    if not state.is_baseline:  # runs worth showing were found in another world
        policy = policy.model_copy(update={"lecture_seeds": ()})
    policy = policy.model_copy(update={"branches": _branches(state, policy)})
    name = f"{stem_of(policy)}.toml"
    run = messages.FILE_RUN.format(name=name, runs=state.runs, seed=state.seed)
    return name, f"# {messages.FILE_HEAD}\n# {run}\n{engine_line()}{dump_scenario(policy)}"


def opened_file_of(state: AppState) -> tuple[str, str]:
    """The file that was opened, as it was, under the name by which `command_of` calls it; two empty
    texts where none was. Raises ScenarioSimError."""
    if not state.text:
        return "", ""
    return f"{stem_of(selectors.baseline_of(state.with_weeks(None)))}.toml", state.text


def _branches(state: AppState, policy: Scenario) -> tuple[Branch, ...]:
    """The branches on screen, as a scenario file holds them; what comes after the end stays out."""
    end = policy.end.isoformat()
    found = []
    for branch in state.branches:
        data = {
            "name": branch.name,
            "changes": [{"date": c.date, c.name: c.value} for c in branch.changes if c.date < end],
            "acts": [
                {"date": a.date, "state": a.state, "action": a.action, "channel": a.channel}
                for a in branch.acts
                if a.date < end
            ],
        }
        if data["changes"] or data["acts"]:
            found.append(Branch.model_validate(data))
    return tuple(found)


def command_of(state: AppState) -> str:
    """Lines for the terminal: the futures; the world that is watched; each of its branches. Raises
    ScenarioSimError."""
    name, _ = opened_file_of(state)
    name = name or state.scenario
    policy = [f"--set {name}={value!r}" for name, value in state.moved]
    policy += [f"--change {c.date}:{c.name}={c.value!r}" for c in state.changes]
    length = [] if state.weeks is None else [f"--weeks {state.weeks}"]
    verb = "run" if state.is_baseline else "compare"
    lines = [[verb, name, *policy, f"--runs {state.runs}", f"--seed {state.seed}", *length]]
    for edits in _watched(state):
        told = [f"--run {state.run}", f"--seed {state.seed}"]
        lines.append(["replay", name, *told, *policy, *edits, *length])
    return "".join(f"scenario-sim {' '.join(words)}\n" for words in lines)


def _watched(state: AppState) -> list[list[str]]:
    """The options of the world that is watched, then of each of its branches."""
    if state.page != WORLD and not state.branches:
        return []
    branches = _branches(state, selectors.policy_of(state))
    return [
        [],
        *(
            [
                *(
                    f"--change {change.date}:{name}={value!r}"
                    for change in branch.changes
                    for name, value in change.settings().items()
                ),
                *(f"--act {a.date}:{a.state}:{a.action}:{a.channel}" for a in branch.acts),
            ]
            for branch in branches
        ),
    ]


def python_of(state: AppState) -> str:
    """A script; where scenario-sim is installed it runs as it is."""
    work = "simulate" if state.is_baseline else "compare"
    if state.text:
        imports = f"from scenario_sim import {work}\n"
        imports += "from scenario_sim.scenario.files import read_scenario"
        source = f"read_scenario({_quoted(state.text)})"
    else:
        imports = f"from scenario_sim import {', '.join(sorted((work, 'load_scenario')))}"
        source = f'load_scenario("{state.scenario}")'
    if state.page == WORLD or state.branches:
        imports += "\nfrom scenario_sim.reporting.narrative import tell"
    weeks = "" if state.weeks is None else f".with_weeks({state.weeks})"
    ensemble = f"runs={state.runs}, seed={state.seed}"
    lines = [imports, "", f"baseline = {source}{weeks}"]
    if state.is_baseline:
        lines += [
            f"futures = simulate(baseline, {ensemble})",
            "print(baseline.hash[:8])",
            "print(futures.outcomes.mean(numeric_only=True))",
        ]
        return "\n".join([*lines, *_python_worlds(state, "baseline")]) + "\n"
    settings = ", ".join(f"{name}={value!r}" for name, value in state.moved)
    lines.append("policy = baseline" + (f".with_levers({settings})" if settings else ""))
    lines += [
        f'policy = policy.with_change(date="{c.date}", {c.name}={c.value!r})' for c in state.changes
    ]
    lines += [
        f"comparison = compare(baseline, policy, {ensemble})",
        "print(policy.hash[:8])",
        "print(comparison.table)",
    ]
    return "\n".join([*lines, *_python_worlds(state, "policy")]) + "\n"


def _python_worlds(state: AppState, name: str) -> list[str]:
    """The world that is watched and its branches, each told in one paragraph."""
    if state.page != WORLD and not state.branches:
        return []
    policy = selectors.policy_of(state)
    lines = ["", f"worlds = {{{messages.AS_IT_WAS!r}: {name}}}"]
    for branch in _branches(state, policy):
        made = name
        for change in branch.changes:
            moved = ", ".join(f"{lever}={value!r}" for lever, value in change.settings().items())
            made += f'.with_change(date="{change.date}", {moved})'
        for act in branch.acts:
            week = dates.week_of(policy.start, act.date)
            made += (
                f'.with_act(week={week}, state="{act.state}", action="{act.action}", '
                f'channel="{act.channel}")'
            )
        lines.append(f"worlds[{branch.name!r}] = {made}")
    return [
        *lines,
        "for name, world in worlds.items():",
        f"    print(name, world.hash[:8], tell(world, seed={state.seed}, run={state.run}).summary)",
    ]


def _quoted(text: str) -> str:
    """A file's text as Python writes it: over several lines where that reads back the same."""
    if "'''" in text or "\\" in text or text.endswith("'"):
        return repr(text)
    return f"'''{text}'''"
