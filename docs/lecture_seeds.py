"""Search the notable runs of every shipped scenario again and write them into its file.

python docs/lecture_seeds.py      after results have moved; half a minute
"""

from __future__ import annotations

import re
from pathlib import Path

from scenario_sim.scenario import LectureSeed
from scenario_sim.scenario.files import load_scenario
from scenario_sim.simulation.notable_runs import find_lecture_seeds

SCENARIOS = Path(__file__).parent.parent / "scenarios"
ENTRY = re.compile(r"\[\[lecture_seeds\]\]\n(?:[^\[\n].*\n)+")


def entry(seed: LectureSeed) -> str:
    """Return one run as a table of the file."""
    return (
        f'[[lecture_seeds]]\nid = "{seed.id}"\nseed = {seed.seed}\nrun = {seed.run}\n'
        f'note = "{seed.note}"\n'
    )


def main() -> None:
    """Rewrite the `lecture_seeds` tables of all scenario files."""
    for path in sorted(SCENARIOS.glob("*.toml")):
        found = {seed.id: seed for seed in find_lecture_seeds(load_scenario(path))}
        text = path.read_text(encoding="utf-8")

        def renewed(old: re.Match, found: dict[str, LectureSeed] = found) -> str:
            (kind,) = re.findall(r'^id = "(.+)"$', old[0], re.MULTILINE)
            return entry(found[kind])

        path.write_text(ENTRY.sub(renewed, text), encoding="utf-8")


if __name__ == "__main__":
    main()
