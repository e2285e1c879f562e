"""Scenario files: what is written loads back, what is wrong is named with line, key and cure."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from textwrap import dedent

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from some_scenarios import scenarios

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import ScenarioFileError, ScenarioSimError, UnknownNameError
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import (
    dump_scenario,
    list_scenarios,
    load_scenario,
    read_scenario,
    scenario_cards,
)
from scenario_sim.scenario.json_schema import json_schema

SCHEMA = jsonschema.Draft202012Validator(json_schema())


@pytest.fixture
def written(tmp_path):
    """Writes a file and gives its path."""

    def write(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return path

    return write


def refusal(path: Path | str) -> ScenarioFileError:
    with pytest.raises(ScenarioFileError) as caught:
        load_scenario(path)
    return caught.value


def text_refusal(text: str | bytes) -> str:
    with pytest.raises(ScenarioFileError) as caught:
        read_scenario(text if isinstance(text, bytes) else dedent(text))
    return str(caught.value)


# --- the shipped ones ----------------------------------------------------------------------------


def test_the_list_begins_with_the_status_quo_and_follows_the_numbers():
    numbers = [int(c.number.strip("Sab")) for c in scenario_cards() if c.number]
    assert list_scenarios()[0] == "status-quo"
    assert numbers == sorted(numbers)


def test_a_card_tells_what_its_scenario_tells():
    for card in scenario_cards():
        scenario = load_scenario(card.name)
        assert card == tuple(getattr(scenario, key) for key in card._fields)


@pytest.mark.parametrize("name", list_scenarios())
def test_a_shipped_scenario_loads_by_its_name_and_loads_back_from_what_is_written(name):
    scenario = load_scenario(name)
    assert scenario.name == name
    assert read_scenario(dump_scenario(scenario)) == scenario


@pytest.mark.parametrize("name", list_scenarios())
def test_a_shipped_file_and_what_is_written_keep_to_the_json_schema(name):
    source = (Path(__file__).parents[2] / "scenarios" / f"{name}.toml").read_text("utf-8")
    for text in (source, dump_scenario(load_scenario(name))):
        SCHEMA.validate(json.loads(json.dumps(tomllib.loads(text), default=str)))


# --- there and back ------------------------------------------------------------------------------


@given(scenarios)
def test_what_is_written_loads_back_equal(scenario):
    again = read_scenario(dump_scenario(scenario))
    assert again == scenario
    assert again.hash == scenario.hash
    SCHEMA.validate(json.loads(json.dumps(tomllib.loads(dump_scenario(scenario)), default=str)))


def test_what_is_written_is_plain_to_read():
    scenario = Scenario.model_validate(
        {
            "title": "Quiet",
            "sources": ["one", "two"],
            "levers": {"hotline": 1},
            "changes": [{"date": "2026-10-05", "engagement": 1, "note": "two\nlines"}],
        }
    )
    assert dump_scenario(scenario) == dedent('''\
        title = "Quiet"
        sources = [
            "one",
            "two",
        ]

        [levers]
        hotline = 1.0

        [[changes]]
        date = 2026-10-05
        engagement = 1.0
        note = """
        two
        lines"""
        ''')


def test_a_file_gives_its_name_to_a_scenario_that_says_none(written):
    assert load_scenario(written("mine.toml", 'title = "x"')).name == "mine"
    assert load_scenario(written("mine.toml", 'title = "x"\nname = "yours"')).name == "yours"


def test_windows_line_ends_and_marks_make_no_difference(written):
    plain = b'title = "x"\nteaches = """a\nb"""\n'
    windows = b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n")
    assert load_scenario(written("a.toml", windows)) == load_scenario(written("a.toml", plain))


def test_states_are_looked_for_beside_the_file(written, tmp_path):
    (tmp_path / "mine").mkdir()
    text = str(refusal(written("a.toml", 'title = "x"\nstates = "mine"')))
    assert "line 2: states: " in text
    assert "no such folder" not in text


# --- extends -------------------------------------------------------------------------------------


def test_extends_merges_tables_joins_lists_by_date_and_removes_by_id(written):
    written(
        "base.toml",
        """
        title = "Base"
        number = "S1"
        sources = ["a", "b"]
        replay = ["USA"]
        weeks = 52
        [levers]
        hotline = 1
        engagement = 1
        [[changes]]
        id = "first"
        date = 2026-10-05
        hotline = 0
        [[changes]]
        id = "third"
        date = 2026-12-07
        hotline = 0.3
        [[lecture_seeds]]
        id = "typical"
        seed = 1
        run = 2
        """,
    )
    own = load_scenario(
        written(
            "own.toml",
            """
            extends = "base.toml"
            remove = ["first"]
            sources = ["b", "c"]
            replay = ["USA", "DPRK"]
            [levers]
            hotline = 0.5
            [[changes]]
            id = "second"
            date = 2026-11-02
            hotline = 0.2
            """,
        )
    )
    assert (own.title, own.weeks) == ("Base", 52)
    assert (own.levers.hotline, own.levers.engagement) == (0.5, 1)
    assert own.sources == ("a", "b", "c")
    assert own.replay == ("USA", "DPRK")
    assert [change.id for change in own.changes] == ["second", "third"]
    # What a world is called, and the runs found in it, are not those of the world it builds on.
    assert (own.name, own.number, own.lecture_seeds) == ("own", "", ())


def test_a_file_may_extend_a_shipped_scenario_or_lie_in_another_folder(written, tmp_path):
    (tmp_path / "sub").mkdir()
    written("sub/base.toml", 'extends = "status-quo"\nweeks = 9')
    own = load_scenario(written("own.toml", 'extends = "sub/base.toml"\ntitle = "x"'))
    assert (own.weeks, own.begins) == (9, load_scenario("status-quo").begins)


def test_extending_or_writing_out_is_the_same_world(written):
    base = 'title = "x"\n[levers]\nhotline = 1\n'
    written("base.toml", base)
    one = load_scenario(written("a.toml", 'extends = "base.toml"\n[levers]\nengagement = 1'))
    other = load_scenario(written("b.toml", base + "engagement = 1\nexercise_scale = 0.8"))
    assert one.hash == other.hash


def test_a_circular_extends_names_its_chain(written):
    written("b.toml", 'extends = "c.toml"')
    written("c.toml", '\nextends = "b.toml"')
    text = str(refusal(written("a.toml", 'extends = "b.toml"')))
    assert "c.toml, line 2: extends: goes in a circle: b.toml -> c.toml -> b.toml" in text
    assert "extends: goes in a circle: d.toml -> d.toml" in str(
        refusal(written("d.toml", 'extends = "d.toml"'))
    )


def test_extends_goes_eight_deep_and_no_deeper(written):
    written("0.toml", 'title = "x"')
    for depth in range(1, 10):
        written(f"{depth}.toml", f'extends = "{depth - 1}.toml"')
    assert load_scenario(written("8.toml", 'extends = "7.toml"')).title == "x"
    text = str(refusal(written("9.toml", 'extends = "8.toml"')))
    assert "1.toml, line 1: extends: is number 9 in a row; 8 are the most" in text


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ('extends = "status-qou"', "line 1: extends: there is no scenario 'status-qou'; did you"),
        ('extends = "nowhere.toml"', "nowhere.toml: no such file"),
        ('extends = "a\\u0000.toml"', "cannot be read"),
        ("extends = 3", "line 1: extends: takes a name or a path"),
        ('extends = "status-quo"\nremove = ["x"]', "line 2: remove: nothing is called 'x'"),
        ('extends = "status-quo"\nremove = "x"', "line 2: remove: takes a list of ids"),
        ('remove = ["x"]\ntitle = "x"', "line 1: remove: needs an `extends`"),
    ],
)
def test_extends_and_remove_say_what_they_take(written, said, answer):
    assert answer in str(refusal(written("a.toml", said)))


def test_a_base_that_cannot_be_read_hides_no_problem_of_the_file_itself(written):
    path = written(
        "a.toml",
        """\
        extends = "nowhere.toml"
        [levers]
        hotlin = 1
        [[changes]]
        date = 1994-06-20
        hotline = 7
        """,
    )
    assert {p.key for p in refusal(path).problems} == {
        "", "levers.hotlin", "changes[0].hotline",
    }  # fmt: skip


def test_a_problem_inherited_from_another_file_names_that_file(written):
    written("base.toml", '\ntitle = "x"\n[levers]\nhotline = 7')
    path = written("a.toml", 'extends = "base.toml"\n[levers]\nengagement = 7')
    own, inherited = refusal(path).problems
    assert (own.key, own.line, own.file) == ("levers.engagement", 3, "")
    assert (inherited.key, inherited.line) == ("levers.hotline", 4)
    assert inherited.file.endswith("base.toml")


# --- what is wrong -------------------------------------------------------------------------------


def test_every_problem_of_a_file_comes_in_one_message_with_its_line(written):
    path = written(
        "a.toml",
        """\
        # nearly everything
        titel = "x"
        start = 2026-09-08

        [levers]
        exercise_scal = 1
        hotline = nan

        [[changes]]
        date = 2030-01-01
        hotline = 1

        [[changes]]  # no date
        hotline = 1

        [[acts]]
        date = 2026-10-01
        state = "USA"
        action = "icbm_test"

        [conditions.threat_perception]
        "Nobody" = 0.5
        """,
    )
    told = [(p.line, p.key) for p in refusal(path).problems]
    assert told == [
        (None, "title"),
        (2, "titel"),
        (3, "start"),
        (6, "levers.exercise_scal"),
        (7, "levers.hotline"),
        (10, "changes[0].date"),
        (13, "changes[1].date"),
        (19, "acts[0].action"),
        (22, "conditions.threat_perception.Nobody"),
    ]
    lines = str(refusal(path)).splitlines()
    assert lines[0] == f"{path}:"
    assert lines[5] == "  line 7: levers.hotline: takes a number from 0 to 1, not nan"


def test_inline_lists_and_dotted_keys_have_lines_too():
    text = text_refusal(
        """\
        title = "x"
        levers.hotline = 7
        changes = [
            { date = 2026-10-05, hotline = 1 },  # fine
            # a remark
            { date = 2026-10-12, hotline = 7 },
        ]
        replay = ["USA",
            "Mars"]
        """
    )
    assert "line 2: levers.hotline" in text
    assert "line 6: changes[1].hotline" in text
    assert "line 9: replay[1]" in text


def test_a_list_where_a_table_belongs_is_met_at_its_first_entry():
    text = text_refusal('title = "x"\n[[levers]]\nhotline = 1\n[[levers]]\nhotline = 0\n')
    assert "line 2: levers: takes a table, not a list" in text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("title = Quiet", "line 1: column 9: invalid value; text stands in quotes"),
        ("\ntitle: Quiet", "line 2: column 6: expected '='"),
        ('title = "x"\ntitle = "y"', "line 2: cannot overwrite a value; the same key stands twice"),
        ("[levers]\n\n[levers]", "line 3: column 8: cannot declare"),
        ('title = "x\n', "line 1: column 11"),
        ("a = [1,\n2", "line 2: unclosed array"),
        ("a = [1,\n2,\n", "line 2: invalid value"),
        ("a = { b = 1,\nc = 2 }", "a table in { } stays on one line"),
        ("a = " + "9" * 5000, "exceeds the limit (4300 digits)"),
        ("a = " + "[" * 100_000, "too deep"),
        (".".join("a" * 5000) + " = 1", "line 1: more than 8 names are joined"),
        ("", "is empty"),
        ("\n" * 1_000_000, "is empty"),
        ("# a remark\n", "title: is missing"),
        ("x = 1\n" * 1_000_000, "is larger than 1 MB"),
        (b"\xff\xfe\x00", "is no UTF-8 text"),
        (b"PK\x03\x04\x00\x00", "is no text but binary data"),
    ],
)
def test_what_is_no_scenario_file_gets_one_gentle_message(text, answer):
    assert answer in text_refusal(text)


def test_a_missing_file_is_answered_with_the_nearest_and_with_what_is_shipped(written, tmp_path):
    written("freeze.toml", 'title = "x"')
    text = str(refusal(tmp_path / "freze.toml"))
    assert "no such file; did you mean `freeze.toml`?" in text
    assert "`scenario-sim list` lists the shipped scenarios" in text
    assert "did you mean `status-quo`?" in str(refusal("elsewhere/status-qou.toml"))


def test_a_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean `status-quo`"):
        load_scenario("status-qou")


@pytest.mark.parametrize("name", ["", ".", "a\0"])
def test_what_is_neither_a_name_nor_a_path_is_an_unknown_name(name):
    with pytest.raises(UnknownNameError):
        load_scenario(name)


@pytest.mark.parametrize("name", ["a\0.toml", "x" * 5000 + ".toml"])
def test_no_name_of_a_file_makes_a_traceback(name):
    assert "cannot be read" in str(refusal(name))


def test_a_folder_is_no_scenario(tmp_path):
    assert "is a folder" in str(refusal(tmp_path))


WORDS = st.sampled_from(
    ["title", "levers", "changes", "date", "hotline", "extends", "remove", "states", "acts", "id"]
)
VALUES = st.recursive(
    st.sampled_from(['"x"', "3", "nan", "true", "2026-09-07", "07:32:00", '"status-quo"', '""']),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2).map(lambda items: f"[{', '.join(items)}]"),
        st.tuples(WORDS, inner).map(lambda pair: f"{{ {pair[0]} = {pair[1]} }}"),
    ),
    max_leaves=4,
)
LINES = st.one_of(
    WORDS.map("[{}]".format), WORDS.map("[[{}]]".format), st.tuples(WORDS, VALUES).map(" = ".join)
)


@given(st.one_of(st.text(), st.binary(), st.lists(LINES, max_size=8).map("\n".join)))
@example('title = "x"\n[[states]]')
@example('extends = "status-quo"\n[changes]\nid = 1')
def test_no_text_makes_a_traceback(text):
    try:
        assert isinstance(read_scenario(text), Scenario)
    except ScenarioSimError as error:
        assert str(error)


# --- the JSON Schema -----------------------------------------------------------------------------


def test_the_json_schema_is_one_and_knows_every_lever_with_its_range():
    jsonschema.Draft202012Validator.check_schema(SCHEMA.schema)
    for table in ("Levers", "Hypotheses", "Circumstances", "Change"):
        for name, field in SCHEMA.schema["$defs"][table]["properties"].items():
            if name in SETTINGS:
                lever = SETTINGS[name]
                assert (field["minimum"], field["maximum"]) == (lever.low, lever.high)
                assert field["title"] == lever.label
                assert lever.help in field["description"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"title": "x", "levers": {"hotlin": 1}},
        {"title": "x", "levers": {"hotline": 7}},
        {"title": "x", "changes": [{"date": "2026-10-05", "hotline": 7}]},
        {"title": "x", "conditions": {"threat_perception": {"USA": 7}}},
        {"title": "x", "parameters": {"statement_base": 7}},
        {"title": "x", "begins": "1066-10"},
        {"title": "x", "remove": "y"},
    ],
)
def test_the_json_schema_refuses_what_the_loader_refuses(said):
    assert not SCHEMA.is_valid(said)


def test_the_json_schema_lets_a_file_build_on_another():
    assert SCHEMA.is_valid({"extends": "status-quo", "remove": ["x"]})
