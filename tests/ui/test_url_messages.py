"""The messages on a wrong link: which part is wrong, and what that part takes."""

from __future__ import annotations

import pytest

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.ui import messages
from scenario_sim.ui.state import MAX_SHOWN_BRANCHES
from scenario_sim.ui.url import from_query, pack_text


def told(query: str) -> list[tuple[str, str]]:
    return [(problem.key, problem.text) for problem in from_query(query).problems]


def test_a_branch_without_edits_or_name_is_named():
    assert told("branch=mine") == [("branch=mine", messages.links.BRANCH)]
    assert told("branch=~2027-03-01:hotline:0.8") == [
        (f"branch={messages.links.NOTHING}", messages.links.BRANCH)
    ]


def test_branches_beyond_the_last_are_named_with_the_limit():
    edits = [f"branch=b{n}~2027-03-01:hotline:0.{n}" for n in range(1, MAX_SHOWN_BRANCHES + 2)]
    said = messages.links.TOO_MANY_BRANCHES.format(most=MAX_SHOWN_BRANCHES)
    assert told("&".join(edits)) == [(f"branch=b{MAX_SHOWN_BRANCHES + 1}", said)]


@pytest.mark.parametrize("written", ["0." + "5" * 38, "0." + "5" * 39, "nan", "inf", "-1", "x"])
def test_a_lever_takes_a_number_of_at_most_forty_characters(written):
    lever = SETTINGS["hotline"]
    arrival = from_query(f"hotline={written}")
    if len(written) == 40:
        assert arrival.problems == []
        return
    (problem,) = arrival.problems
    assert problem.key == "hotline"
    assert f"takes a number from {lever.low:g} to {lever.high:g}, not " in problem.text
    assert "'" not in problem.text and '"' not in problem.text


def test_signs_that_no_packed_file_holds_are_no_file():
    letters = pack_text("title = 'Mine'\n")
    spoilt = f"{letters[:4]}!{letters[4:]}"
    assert told(f"file={spoilt}") == [("file", messages.links.FILE_BROKEN)]


def test_a_value_is_shown_without_its_quotes_and_with_its_own_letters():
    ((_, said),) = told("hotline=XaX")
    assert said.endswith("not XaX")
