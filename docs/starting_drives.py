"""Write into the starts what the shipped record before each of them tells of the programme's drive.

    python docs/starting_drives.py       half a minute

A start without a year of policies and record before it keeps the stationary spread: it names neither value.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from scenario_sim.data import states
from scenario_sim.scenario.files import list_scenarios, load_scenario
from scenario_sim.validation.past_policies import drive_inferred_by

STARTS = Path(states.__file__).with_name("starts.toml")
RUNS = 500


def start_dates() -> dict[str, date]:
    """Return the first day of each start, as the shipped scenarios that begin with it have it."""
    return {one.begins: one.start for one in map(load_scenario, list_scenarios())}


def with_drives(text: str) -> str:
    """Return the text of the starts, each with the drive that is inferred for it."""
    text = re.sub(r"^drive_(departure|known) = .*\n", "", text, flags=re.M)
    for name, day in start_dates().items():
        if told := drive_inferred_by(day, RUNS):
            lines = "".join(f"{condition} = {value:.2f}\n" for condition, value in told.items())
            head, body = text.split(f"[{name}]\n")
            text = f"{head}[{name}]\n" + body.replace(
                "threat_perception", lines + "threat_perception", 1
            )
    return text


if __name__ == "__main__":
    STARTS.write_text(with_drives(STARTS.read_text("utf-8")), "utf-8")
