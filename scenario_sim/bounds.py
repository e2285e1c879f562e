"""Limits on untrusted input: files, links and games. Each is checked before the work it limits.

docs/reliability.md, "Links, files and games", gives the measurements behind these figures.
"""

from __future__ import annotations

# A file. Reading 1 MB of well-formed TOML with its line numbers takes about a second and 65 MB.
MAX_LINES = 80_000  # the parser needs 0.3 kB for each line, comments included
MAX_TABLES = 20_000  # lines that begin with a bracket; `tomllib` needs 1.7 kB for each table
MAX_FILE_BYTES = 1_000_000  # a scenario, a lesson, one file of a folder of states
MAX_DEPTH = 8  # of nested tables and lists; a change of a branch needs 5
MAX_VALUES = 12_000  # keys and entries, not counting those of a scenario's `acts`
MAX_WEEKS = 1_040  # twenty years
MAX_ENTRIES = MAX_WEEKS  # of one table or list: one for each week of the longest scenario
MAX_DECISIONS_A_WEEK = 24  # of all states; the six shipped ones decide 20 times, a seventh has room
MAX_ACTS = MAX_WEEKS * MAX_DECISIONS_A_WEEK  # of a scenario: a game that decides everything
MAX_WRITTEN_ACTS = 12_000  # written one by one in a file; a game file packs them (`game_file`)
MAX_BRANCHES = 50
MAX_COMPARED = 3  # policies held against a scenario: four in all
MAX_REACTIONS = 20  # each adds a row over runs
MAX_EXTENDS = 8  # files in one chain of `extends`
MAX_TEXT_CHARACTERS = 4_000  # of one text in a scenario

# A plug-in. An expression of so many parts is parsed in a millisecond.
MAX_EXPRESSION_CHARACTERS = 1_000
MAX_EXPRESSION_PARTS = 300
MAX_DEFINITIONS = 100  # quantities, outcomes or theories of one file

# A catalogue of translations: English has about 0.3 MB of words.
MAX_CATALOGUE_BYTES = 10_000_000

# A folder.
MAX_OWN_FILES = 200  # scenarios or lessons of `app --scenarios DIR --lessons DIR`
MAX_STATES_FILES = 50
MAX_RECORD_BYTES = 5_000_000  # one file of a record; the largest shipped one has 0.1 MB
MAX_RECORD_ROWS = 20_000  # of one such file
MAX_EXERCISE_DAYS = 366
MAX_POSTERIOR_BYTES = 50_000_000

# A link. `h11` refuses requests of more than 64 kB, headers included.
MAX_LINK_CHARACTERS = 32_000
MAX_LINK_PARTS = 100  # `name=value`
MAX_LINK_EDITS = 200  # changes and acts of one branch
MAX_PACKED_CHARACTERS = 12_000  # of the compressed file in a link
MAX_UNPACKED_CHARACTERS = 200_000  # of that file after decompression

# An error message.
MAX_PROBLEMS = 50
