"""Links: a visitor's state as a query string that a person can read and change.

`?s=surge-2022&engagement=0.9&on=2027-03-01:exercise_scale:0.2&seed=7&weeks=260&page=picture`

- Levers stand under their public names. What a link leaves out has its default value.
- A dated change is `on=DATE:LEVER:VALUE`.
- A branch is its name and its edits: `branch=NAME~DATE:LEVER:VALUE~DATE:STATE:CHANNEL:ACTION`.
- A scenario file that was opened travels packed, as `file=`.
"""

from scenario_sim.ui.packed_text import fits_in_link, pack_text
from scenario_sim.ui.url.parts import (
    LESSON,
    LINK_NAMES,
    MAX_RUN_WEEKS,
    limit_runs,
)
from scenario_sim.ui.url.reader import LinkResult, from_query
from scenario_sim.ui.url.writer import to_query

__all__ = [
    "LESSON",
    "LINK_NAMES",
    "MAX_RUN_WEEKS",
    "LinkResult",
    "fits_in_link",
    "from_query",
    "limit_runs",
    "pack_text",
    "to_query",
]
