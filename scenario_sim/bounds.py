"""Bounds on what a stranger may bring: files, links, games. Each is checked before the work that it
bounds.

The figures are in docs/reliability.md, "Links, files and games".
"""

from __future__ import annotations

# A file. 1 MB of well-formed TOML takes about a second and 65 MB to read with its line numbers.
MAX_LINES = 80_000  # a line costs the parser 0.3 kB, a remark too
MAX_TABLES = 20_000  # lines that begin with a bracket; `tomllib` needs 1.7 kB for each table
MAX_FILE_BYTES = 1_000_000  # a scenario, a lesson, one file of a folder of states
MAX_DEPTH = 8  # tables and lists inside one another; a branch's change needs 5
MAX_VALUES = 12_000  # keys and entries, without those of the `acts` of a scenario
MAX_WEEKS = 1_040  # twenty years
MAX_ENTRIES = MAX_WEEKS  # of one table or list: one for each week of the longest scenario
MAX_ACTS = 20_000  # of a scenario: six states decide 17 times a week, 17,680 times in all
MAX_WRITTEN_ACTS = 12_000  # of a file, one by one; a game's file packs them (`game_file`)
MAX_BRANCHES = 50
MAX_EXTENDS = 8  # files that build on one another
MAX_TEXT_CHARACTERS = 4_000  # of one text in a scenario

# A folder.
MAX_STATES_FILES = 50
MAX_RECORD_BYTES = 5_000_000  # one file of a record; the largest shipped one has 0.1 MB
MAX_RECORD_ROWS = 20_000  # of one such file
MAX_EXERCISE_DAYS = 366
MAX_POSTERIOR_BYTES = 50_000_000

# A link. `h11` refuses a request of more than 64 kB, its headers included.
MAX_LINK_CHARACTERS = 32_000
MAX_LINK_PARTS = 100  # `name=value`
MAX_LINK_EDITS = 200  # changes and acts of one branch
MAX_PACKED_CHARACTERS = 12_000  # the file in a link
MAX_UNPACKED_CHARACTERS = 200_000  # what it may unfold to

# What is said about all of this.
MAX_PROBLEMS = 50  # in one message
