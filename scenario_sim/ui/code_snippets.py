"""Write the world on screen as a scenario file, as commands, and as Python.

Each gives the same scenario hash, and so the same futures, with the run that is watched and its
branches. The commands run in every shell. Where a file was opened they need it under its saved name.
"""

from __future__ import annotations

import re

from scenario_sim.scenario import Scenario, dates
from scenario_sim.scenario.files import dump_scenario
from scenario_sim.scenario.tables import Branch, Compared
from scenario_sim.simulation.engine import engine_line
from scenario_sim.ui import messages, selectors
from scenario_sim.ui.state import WORLD, AppState, Pin


def stem_of(scenario: Scenario) -> str:
    """Return the stem of a scenario's files: its name and the start of its hash."""
    named = (scenario.name or scenario.title).lower()
    slug = re.sub(r"[^a-z0-9]+", "-", named).strip("-")[:48] or "scenario"
    return f"{slug}-{scenario.hash[:8]}"


def file_of(state: AppState) -> tuple[str, str]:
    """Return the name and text of a scenario file of the policy. Raises ScenarioSimError."""
    policy = selectors.policy_of(state)
    if not state.is_baseline:  # the notable runs were found without these levers
        policy = policy.model_copy(update={"lecture_seeds": ()})
    compared = tuple(_compared(state, pin, policy) for pin in state.pins)
    policy = policy.model_copy(update={"branches": _branches(state, policy), "compared": compared})
    name = f"{stem_of(policy)}.toml"
    run = messages.links.FILE_RUN.format(name=name, runs=state.runs, seed=state.seed)
    return name, f"# {messages.links.FILE_HEAD}\n# {run}\n{engine_line()}{dump_scenario(policy)}"


def opened_file_of(state: AppState) -> tuple[str, str]:
    """Return the name and text of the file that was opened; two empty texts where none was.

    `command_of` uses this name. Raises ScenarioSimError.
    """
    if not state.text:
        return "", ""
    return f"{stem_of(selectors.baseline_of(state.with_weeks(None)))}.toml", state.text


def _branches(state: AppState, policy: Scenario) -> tuple[Branch, ...]:
    """Return the branches as a scenario file holds them, without edits after the end."""
    end = policy.end.isoformat()
    branches = []
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
            branches.append(Branch.model_validate(data))
    return tuple(branches)


def _compared(state: AppState, pin: Pin, policy: Scenario) -> Compared:
    """Return a pin as the file of a policy holds it.

    A pin of the file that is open differs from that file; in the new file, from the policy.
    """
    if pin.scenario:
        settings, dated = dict(pin.moved), [(c.date, c.name, c.value) for c in pin.changes]
    else:
        own = policy.steps()
        paths = selectors.policy_of(selectors.pinned_state(state, pin)).steps()
        other = {name: path for name, path in paths.items() if path != own[name]}
        settings = {name: path[0][1] for name, path in other.items()}
        dated = [
            (dates.week_start(policy.start, week).isoformat(), name, value)
            for name, path in other.items()
            for week, value in path[1:]
        ]
    changes = [{"date": day, name: value} for day, name, value in sorted(dated)]
    head = {"name": pin.name, "scenario": pin.scenario}
    return Compared.model_validate(head | settings | {"changes": changes})


def command_of(state: AppState) -> str:
    """Return commands for the futures, for the run that is watched, and for each branch.

    Raises ScenarioSimError.
    """
    name, _ = opened_file_of(state)
    name = name or state.scenario
    policy = [f"--set {name}={value!r}" for name, value in state.moved]
    policy += [f"--change {c.date}:{c.name}={c.value!r}" for c in state.changes]
    length = [] if state.weeks is None else [f"--weeks {state.weeks}"]
    verb = "run" if state.is_baseline else "compare"
    lines = [[verb, name, *policy, f"--runs {state.runs}", f"--seed {state.seed}", *length]]
    for edits in _watched(state):
        which = [f"--run {state.run}", f"--seed {state.seed}"]
        lines.append(["replay", name, *which, *policy, *edits, *length])
    return "".join(f"scenario-sim {' '.join(words)}\n" for words in lines)


def _watched(state: AppState) -> list[list[str]]:
    """Return the options of the run that is watched, then those of each branch."""
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
    """Return a Python script, which runs wherever scenario-sim is installed."""
    work = "simulate" if state.is_baseline else "compare"
    if state.text:
        imports = f"from scenario_sim import {work}\n"
        imports += "from scenario_sim.scenario.files import read_scenario"
        source = f"read_scenario({_quoted(state.text)})"
    else:
        imports = f"from scenario_sim import {', '.join(sorted((work, 'load_scenario')))}"
        source = f'load_scenario("{state.scenario}")'
    if state.page == WORLD or state.branches:
        imports += "\nfrom scenario_sim.reporting.narrative import narrate"
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
    """Return lines that tell the run that is watched and its branches, a paragraph each."""
    if state.page != WORLD and not state.branches:
        return []
    policy = selectors.policy_of(state)
    lines = ["", f"worlds = {{{messages.single_run.AS_IT_WAS!r}: {name}}}"]
    for branch in _branches(state, policy):
        expression = name
        for change in branch.changes:
            moved = ", ".join(f"{lever}={value!r}" for lever, value in change.settings().items())
            expression += f'.with_change(date="{change.date}", {moved})'
        for act in branch.acts:
            week = dates.week_of(policy.start, act.date)
            expression += (
                f'.with_act(week={week}, state="{act.state}", action="{act.action}", '
                f'channel="{act.channel}")'
            )
        lines.append(f"worlds[{branch.name!r}] = {expression}")
    return [
        *lines,
        "for name, world in worlds.items():",
        f"    print(name, world.hash[:8], narrate(world, seed={state.seed}, run={state.run}).summary)",
    ]


def _quoted(text: str) -> str:
    """Return a text as a Python literal, over several lines where that reads back the same."""
    if "'''" in text or "\\" in text or text.endswith("'"):
        return repr(text)
    return f"'''{text}'''"
