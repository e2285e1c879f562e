"""Measure CPU seconds and memory of the heaviest known links and uploads, each in its own process.

    python -m benchmarks.links    about a minute

Prints a table for docs/reliability.md and asserts that each stays within 2 s and 100 MB.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from time import process_time

MAX_CPU_S = 2.0
MAX_MEMORY_MB = 100
START = date(2026, 9, 7)
CHANNELS = {
    "DPRK.provocation": "hold statement grey_zone short_range_test regional_test icbm_test",
    "USA.exercise": "hold joint_exercise",
    "USA.military": "hold deploy_assets ultimatum us_defence_alert",
    "USA.economic": "hold us_designate table_draft",
    "USA.diplomatic": "hold us_offer_talks us_condemn",
    "ROK.military": "hold live_fire rok_defence_alert retaliate",
    "ROK.economic": "hold rok_designate inter_korean_aid",
    "ROK.diplomatic": "hold rok_offer_talks rok_condemn",
    "Japan.military": "hold trilateral_drill japan_defence_alert",
    "Japan.economic": "hold japan_designate",
    "Japan.diplomatic": "hold japan_condemn japan_outreach",
    "China.support": "hold china_raise_support china_cut_support",
    "China.diplomatic": "hold china_mediate china_condemn",
    "China.vote": "china_yes china_abstain china_veto",
    "Russia.support": "hold russia_raise_support russia_cut_support",
    "Russia.diplomatic": "hold russia_mediate russia_condemn",
    "Russia.vote": "russia_yes russia_abstain russia_veto",
}
ACT = '[[acts]]\ndate = 2026-09-07\nstate = "China"\naction = "china_mediate"\n'


def days(many: int, apart: int = 7) -> list[date]:
    return [START + timedelta(days=apart * n) for n in range(many)]


def game(weeks: int, decided: bool = True) -> str:
    """Six states, every channel decided every week by a die."""
    die = random.Random(1)
    states = list(dict.fromkeys(name.partition(".")[0] for name in CHANNELS))
    lines = ['title = "x"', f"weeks = {weeks}", "[game]", f"states = {states}", f"weeks = {weeks}"]
    for name, actions in CHANNELS.items():
        state, _, channel = name.partition(".")
        letters = "abcdefgh"[: len(actions.split())]
        said = "".join(die.choice(letters) if decided else "a" for _ in range(weeks))
        lines += ["[[game.choices]]", f'state = "{state}"', f'channel = "{channel}"']
        lines += [f"actions = {actions.split()}", f'weeks = "{said}"']
    return "\n".join(lines)


def changes(many: int) -> str:
    entries = "".join(f"[[changes]]\ndate = {day}\nhotline = 1\n" for day in days(many, 1))
    return f'title = "x"\nweeks = 1040\n{entries}'


def link(text: str, *more: str) -> Callable[[], str]:
    from scenario_sim.ui.url import pack_text

    return lambda: "&".join((f"file={pack_text(text)}", *more))


MOVES = [f"on={day}:engagement:0.5" for day in days(80)]
EDITS = [
    "~".join([f"branch={name}", *(f"{day}:ROK:military:live_fire" for day in days(150))])
    for name in "abcd"
]
REST = ["weeks=1039", "seed=3", "run=2", "week=5"]
LINKS: dict[str, tuple[str, list[str]]] = {
    "a game of six states, 520 weeks": (game(520), []),
    "the longest game, 1,040 weeks": (game(1040), []),
    "the longest game, 80 changes, 4 branches of 150 acts": (
        game(1040, False),
        [*MOVES, *EDITS, *REST],
    ),
    "900 changes in the file, 80 on top, 4 branches": (changes(900), [*MOVES, *EDITS, *REST]),
    "49,980 ids to remove": ('extends = "status-quo"\nremove = [' + '"",' * 49_980 + "]", []),
    "60,000 empty sources": ('title = "x"\nsources = [' + '"",' * 60_000 + "]", []),
    "dotted keys": ("\n".join("a." * 150 + f"k{n} = 1" for n in range(600)), []),
    "90 names that mean nothing": ("", [f"{'x' * 300}{n}=1" for n in range(90)]),
}
UPLOADS: dict[str, str] = {
    "1 MB of dotted keys": "\n".join("a." * 150 + f"k{n} = 1" for n in range(3000)),
    "1 MB of remarks": "#\n" * 490_000,
    "1 MB of table headers": "\n".join(f"[a{n}.b]" for n in range(80_000)),
    "11,000 acts, none complete": 'title = "x"\n' + ACT.replace("action", "actiom") * 11_000,
    "11,000 acts in one week": 'title = "x"\n' + ACT * 11_000,
    "20,000 short tables": 'title = "x"\nacts = [' + "{a = 1, b = 1, c = 1, e = 1}," * 20_000 + "]",
}


def measure(number: int) -> None:
    """Read one of them in this process, and print what it took."""
    from scenario_sim.errors import ScenarioError
    from scenario_sim.ui.url import from_query, pack_text
    from scenario_sim.ui.views import export

    from_query(f"s=surge-2022&weeks=30&file={pack_text('title = 1')}")  # what is read once and kept
    cases = [*LINKS.values(), *UPLOADS.values()]
    case = cases[number]
    sent = link(case[0], *case[1])() if isinstance(case, tuple) else case
    sent = sent.partition("&")[2] if isinstance(case, tuple) and not case[0] else sent
    before, start = _peak(), process_time()
    if isinstance(case, tuple):
        told = len(from_query(sent).problems)
    else:
        try:
            export.read_opened_text(sent.encode(), "x.toml")
            told = 0
        except ScenarioError as error:
            told = len(error.problems)
    print(len(sent), process_time() - start, (_peak() - before) / 1e6, told)


def _peak() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> None:
    names = [*(f"link: {name}" for name in LINKS), *(f"upload: {name}" for name in UPLOADS)]
    print("| what is sent | characters | CPU seconds | MB more | problems told |")
    print("|---|---:|---:|---:|---:|")
    root = Path(__file__).parents[1]
    for number, name in enumerate(names):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.links", "--case", str(number)],
            cwd=root, env=os.environ | {"PYTHONWARNINGS": "ignore"},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        size, seconds, memory, told = map(float, done.stdout.split())
        print(f"| {name} | {size:,.0f} | {seconds:.2f} | {memory:.0f} | {told:.0f} |", flush=True)
        assert seconds <= MAX_CPU_S and memory <= MAX_MEMORY_MB, name


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--case", type=int, help="read this one alone, in this process")
    case = parser.parse_args().case
    main() if case is None else measure(case)
