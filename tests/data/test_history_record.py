"""The record: what it says of the world, and what it keeps to itself."""

import csv
import re
from collections import Counter
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from scenario_sim.data.history import build, record, rows, vocabulary
from scenario_sim.data.history.reader import read_record
from scenario_sim.data.states import load_cast
from scenario_sim.errors import ScenarioError
from scenario_sim.scenario import dates
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies import Store

COMPILED = Path(__file__).parents[2] / "record"
ALWAYS = date(1900, 1, 1), date(2100, 1, 1)
EVERYBODY = ("DPRK", "USA", "ROK", "Japan", "China", "Russia")


def acts(*states: str, action: str = "") -> list[record.RecordedAct]:
    found = record.recorded_acts(*ALWAYS, states or EVERYBODY)
    return [act for act in found if not action or act.action == action]


def launch_days(first: date, end: date) -> int:
    return sum(act.launch_days for act in record.recorded_acts(first, end, ["DPRK"]))


def shipped(name: str) -> str:
    return files("scenario_sim.data.history.record").joinpath(name).read_text(encoding="utf-8")


FITTING = {
    "events.csv": "date,kind,date_precision,verification,source\n1999-06-15,missile_icbm,day,stored,\n",
    "missile_tests.csv": "date,date_source,landing,distance_km\n1999-06-15,1999-06-15,,\n",
    "exercises.csv": "start,end,ex_type,status,date_precision,verification,source\n"
    "1999-06-15,1999-06-15,CPX,held,day,stored,a\n",
    "un_actions.csv": "date,body,kind,vote_for,verification,source\n"
    "1999-06-15,UNSC,un_resolution,15,stored,a\n",
    "unilateral_sanctions.csv": "date,actor,direction,verification,source\n"
    "1999-06-15,USA,impose,stored,a\n",
    "diplomacy.csv": "date,kind,polarity,verification,source\n1999-06-15,summit,1,stored,a\n",
}


def folder_with(path, name: str = "", old: str = "", new: str = ""):
    for file, text in FITTING.items():
        assert file != name or old in text
        (path / file).write_text(text.replace(old, new, 1) if file == name else text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (
            "exercises.csv",
            "CPX",
            "TTX",
            "ex_type: takes CPX, FTX, AIR, NAVAL, TRILATERAL, joined by +; not 'TTX'",
        ),
        ("exercises.csv", "-15,1999-06-15", "-15,", "end: is empty; an exercise that was held has"),
        ("exercises.csv", "-15,1999", "-15,1998", "end: is before its start, 1999-06-15"),
        (
            "exercises.csv",
            "1999-06-15,1999",
            "9999-12-31,1999",
            "start: takes a date up to the year",
        ),
        ("un_actions.csv", ",15,", ",1.5,", "vote_for: takes a whole number for a resolution"),
        ("un_actions.csv", ",15,", ",,", "vote_for: takes a whole number for a resolution"),
        ("diplomacy.csv", ",1,", ",nan,", "polarity: takes a whole number, such as 1, 0 or -1"),
        (
            "events.csv",
            "missile_icbm",
            "missile_hypersonic",
            "kind: takes missile_icbm, satellite_launch, missile_mrbm",
        ),
        (
            "exercises.csv",
            "held",
            "hold",
            "status: takes held, postponed, suspended, cancelled; not",
        ),
        (
            "un_actions.csv",
            "un_resolution",
            "resolution",
            "kind: takes un_resolution, un_veto, un_presidential_statement; not 'resolution'; did you",
        ),
        ("un_actions.csv", ",15,", ",14,", "vote_for: is less than 15; a column `abstained` names"),
        (
            "un_actions.csv",
            "UNSC,un_resolution",
            "FRA,un_veto",
            "body: takes who cast the veto, CHN",
        ),
        ("unilateral_sanctions.csv", "USA", "US", "actor: takes codes such as USA or CHN|RUS, not"),
        ("unilateral_sanctions.csv", "impose", "imposed", "direction: takes impose, relief; not"),
    ],
)
def test_a_cell_that_means_nothing_is_told_with_its_file_and_line(tmp_path, name, old, new, told):
    with pytest.raises(ScenarioError) as error:
        read_record(folder_with(tmp_path, name, old, new))
    (problem,) = map(str, error.value.problems)
    assert problem.startswith(f"{name}, line 2: {told}")


def test_a_record_may_lack_sources_and_exercises_of_known_days(tmp_path):
    found = read_record(folder_with(tmp_path, "exercises.csv", ",day,", ",month,"))
    assert {act.action for act in found.acts} >= {"icbm_test", "table_draft", "us_designate"}
    assert not any(act.action == "joint_exercise" for act in found.acts)


# --- what a folder may say beyond what the shipped record says ---


def with_rows(path, name: str, header: str, *rows: str):
    folder_with(path)
    (path / name).write_text("\n".join([header, *rows, ""]), "utf-8")
    return read_record(path)


EVENTS = "date,kind,date_precision,verification,source,deaths"
DRILLS = "start,end,ex_type,status,date_precision,verification,source,participants"


def test_a_new_word_is_told_once_with_how_many_rows_use_it(tmp_path):
    rows = [f"2024-0{month}-01,missile_hypersonic,day,read,a," for month in (1, 2, 3)]
    with pytest.raises(ScenarioError) as error:
        with_rows(tmp_path, "events.csv", EVENTS, *rows)
    (problem,) = map(str, error.value.problems)
    assert problem.startswith("events.csv, line 2: kind: ")
    assert "not 'missile_hypersonic' (3 rows); did you mean `missile_rocket`? To leave" in problem
    assert problem.endswith('say in coverage.toml: ignored_kinds = ["missile_hypersonic"]')


def test_many_new_words_make_one_message_with_a_line_to_copy(tmp_path):
    rows = [f"2024-01-{day:02d},kind_{day},day,read,a," for day in range(1, 21)]
    with pytest.raises(ScenarioError) as error:
        with_rows(tmp_path, "events.csv", EVENTS, *rows)
    (problem,) = map(str, error.value.problems)
    assert "'kind_6', 14 more words. To leave their rows out" in problem
    (tmp_path / "coverage.toml").write_text(problem.partition("coverage.toml: ")[2], "utf-8")
    assert len(read_record(tmp_path).left_out) == 20


def test_a_word_that_the_folder_ignores_is_left_out_and_counted(tmp_path, ask):
    (tmp_path / "coverage.toml").write_text('ignored_kinds = ["mine", "TTX"]', "utf-8")
    found = with_rows(
        tmp_path,
        "events.csv",
        EVENTS,
        "2015-08-04,mine,day,read,a,",
        "2016-01-06,nuclear_test,day,read,a,",
    )
    assert [act.action for act in found.acts if act.state == "DPRK"] == ["nuclear_test"]
    assert found.left_out == ("1 of events.csv: kind mine",)
    assert "become nothing: 1 of events.csv: kind mine." in ask("record", "--record", tmp_path).err


def test_a_kind_that_becomes_an_act_cannot_be_ignored(tmp_path):
    with pytest.raises(
        ScenarioError, match="ignored_kinds: lists nuclear_test, which becomes an act"
    ):
        covered(tmp_path, 'ignored_kinds = ["nuclear_test"]')


def test_an_attack_is_lethal_where_people_died(tmp_path):
    found = with_rows(
        tmp_path, "events.csv", EVENTS,
        "2024-05-01,naval_clash,day,read,a,2",
        "2024-06-01,naval_clash,day,read,a,0",
        "2024-07-01,naval_clash,day,read,a,",
        "2010-03-26,naval_attack,day,read,a,",
    )  # fmt: skip
    attacks = [act.date for act in found.acts if act.action == "limited_attack"]
    assert attacks == [date(2010, 3, 26), date(2024, 5, 1)]
    assert found.left_out == (
        "1 of events.csv: attacks without a number of dead",
        "1 of events.csv: attacks without dead",
    )


def test_a_missile_crosses_japan_where_the_column_says_so(tmp_path):
    folder_with(tmp_path, "events.csv", "1999-06-15,", "2012-12-12,")
    rows = "2012-12-12,2012-12-12,pacific-ocean,3000,"
    text = "date,date_source,landing,distance_km,overflight\n"
    flown = {}
    for said in ("", "0", "1"):
        (tmp_path / "missile_tests.csv").write_text(f"{text}{rows}{said}\n", "utf-8")
        acts = csv.DictReader(build.build(tmp_path)["acts.csv"].splitlines())
        flown[said] = [row["overflight"] for row in acts if row["action"] == "icbm_test"]
    assert flown == {"": ["1"], "0": ["0"], "1": ["1"]}


def test_an_exercise_of_other_states_is_none_of_the_united_states(tmp_path):
    found = with_rows(
        tmp_path, "exercises.csv", DRILLS,
        "2024-03-04,2024-03-08,FTX,held,day,read,a,RUS|CHN",
        "2024-04-01,2024-04-05,FTX,held,day,read,a,KOR|USA|GBR",
        "2024-05-06,2024-05-10,CPX,held,day,read,a,",
    )  # fmt: skip
    drilled = [act.date for act in found.acts if act.action == "joint_exercise"]
    assert drilled == [date(2024, 4, 1), date(2024, 5, 6)]
    assert found.left_out == ("1 of exercises.csv: exercises of other states",)


def test_a_trilateral_exercise_is_a_drill_of_japan_and_no_season(tmp_path):
    found = with_rows(
        tmp_path, "exercises.csv", DRILLS,
        "2024-06-27,2024-07-02,TRILATERAL,held,day,read,Freedom Edge,USA|KOR|JPN",
        "2024-11-13,2024-11-15,TRILATERAL+AIR,suspended,day,read,a,",
    )  # fmt: skip
    drills = [(a.date, a.state) for a in found.acts if a.action == "trilateral_drill"]
    assert drills == [(date(2024, 6, 27), "Japan"), (date(2024, 7, 1), "Japan")]
    assert found.exercises == ()
    assert found.left_out == ("1 of exercises.csv: trilateral exercises called off",)


def test_a_trilateral_exercise_without_japan_is_a_mistake(tmp_path):
    row = "2024-06-27,2024-06-29,TRILATERAL,held,day,read,a,USA|KOR"
    with pytest.raises(ScenarioError, match="line 2: participants: leaves out JPN"):
        with_rows(tmp_path, "exercises.csv", DRILLS, row)


def test_a_resolution_tells_who_abstained(tmp_path):
    header = "date,body,kind,vote_for,verification,source,abstained"
    found = with_rows(
        tmp_path, "un_actions.csv", header,
        "2024-03-28,UNSC,un_resolution,13,read,a,CHN|RUS",
        "2024-03-29,RUS,un_veto,13,read,a,CHN",
    )  # fmt: skip
    votes = {(a.date.day, a.state, a.action) for a in found.acts if a.date.month == 3}
    assert votes == {
        (28, "USA", "table_draft"), (28, "China", "china_abstain"), (28, "Russia", "russia_abstain"),
        (29, "USA", "table_draft"), (29, "China", "china_abstain"), (29, "Russia", "russia_veto"),
    }  # fmt: skip


def test_a_table_saved_by_excel_is_read(tmp_path):
    plain = read_record(folder_with(tmp_path))
    for name, text in FITTING.items():
        (tmp_path / name).write_text(text, "utf-8-sig")
    assert read_record(tmp_path) == plain


def test_the_documentation_lists_every_word_of_the_raw_files():
    page = (Path(__file__).parents[2] / "docs" / "data.md").read_text("utf-8")
    section = page.partition("### Another record")[2].partition("\n### ")[0]
    words = [
        *vocabulary.EVENT_KINDS, *vocabulary.EXERCISE_TYPES, *vocabulary.STATUSES,
        *vocabulary.COUNCIL_KINDS, *vocabulary.DIRECTIONS, *rows.RAW_FILES, *rows.TIDY_FILES,
        *(column for row in rows.RAW_FILES.values() for column in row.model_fields),
        *(column for row in rows.TIDY_FILES.values() for column in row.model_fields),
    ]  # fmt: skip
    assert [word for word in words if f"`{word}`" not in section] == []


# --- rows that are added to the shipped record ---

ACTS = "date,state,action,credit"
TO_JUNE_2024 = "last = 2024-06-30\n"


def added(path, text: str = TO_JUNE_2024, **files: str) -> record.HistoricalRecord:
    for name, content in files.items():
        (path / f"{name}.csv").write_text(content, "utf-8")
    if text:
        (path / "coverage.toml").write_text(text, "utf-8")
    return read_record(path)


def test_added_rows_stand_beside_the_shipped_ones(tmp_path):
    found = added(tmp_path, acts=f"{ACTS}\n2024-01-14,DPRK,regional_test,press\n")
    shipped = record.shipped_record()
    assert found.acts == (*shipped.acts, (date(2024, 1, 14), "DPRK", "regional_test", 1, ""))
    assert (found.exercises, found.contacts) == (shipped.exercises, shipped.contacts)
    assert (found.coverage.first, found.coverage.last) == (
        shipped.coverage.first,
        date(2024, 6, 30),
    )
    assert found.digest != shipped.digest


def test_a_day_with_two_classes_of_missiles_is_one_launch_day(tmp_path):
    two = "2024-01-14,DPRK,short_range_test,a\n2024-01-14,DPRK,icbm_test,b\n"
    late = [act for act in added(tmp_path, acts=f"{ACTS}\n{two}").acts if act.date.year == 2024]
    assert [(act.action, act.launch_days) for act in late] == [
        ("icbm_test", 1),
        ("short_range_test", 0),
    ]


def test_an_added_exercise_is_an_act_in_each_of_its_weeks(tmp_path):
    header = "start,end,label,kind,status,weight,credit"
    row = "2024-03-04,2024-03-14,spring command-post exercise,CPX,held,1,press"
    found = added(tmp_path, exercises=f"{header}\n{row}\n")
    drills = [a.date for a in found.acts if a.date.year == 2024 and a.action == "joint_exercise"]
    assert drills == [date(2024, 3, 4), date(2024, 3, 11)]
    assert found.exercises[-1].held


CYBER_DRILL = (
    "start,end,label,kind,status,weight,credit\n2024-03-04,2024-03-14,spring,CYBER,held,1,press\n"
)


def test_an_added_exercise_of_a_new_kind_is_told_with_the_cure(tmp_path):
    with pytest.raises(ScenarioError) as error:
        added(tmp_path, exercises=CYBER_DRILL)
    assert str(error.value.problems[0]) == (
        "exercises.csv, line 2: kind: takes CPX, FTX, AIR, NAVAL, joined by +; not 'CYBER'. "
        'To leave their rows out, say in coverage.toml: ignored_kinds = ["CYBER"]'
    )


def test_an_added_exercise_of_an_ignored_kind_is_left_out_and_counted(tmp_path):
    found = added(tmp_path, f'{TO_JUNE_2024}ignored_kinds = ["CYBER"]', exercises=CYBER_DRILL)
    assert found.exercises == record.shipped_record().exercises
    assert found.left_out == ("1 of exercises.csv: ignored kinds",)


def test_the_shipped_files_alone_are_the_shipped_record(tmp_path):
    for name in record.FILES:
        (tmp_path / name).write_text(shipped(name), "utf-8")
    found = read_record(tmp_path)
    assert found.digest == record.shipped_record().digest
    assert any("of acts.csv: rows of the shipped record" in text for text in found.left_out)


def test_rows_after_the_shipped_record_need_a_last_day(tmp_path):
    with pytest.raises(
        ScenarioError, match=r"coverage\.toml: last: is needed, for rows go to 2024-01"
    ):
        added(tmp_path, "", acts=f"{ACTS}\n2024-01-14,DPRK,icbm_test,a\n")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2024-01-14,Russia,arms,a", "action: takes, for Russia, russia_yes, russia_abstain"),
        ("2024-01-14,DPKR,icbm_test,a", "state: takes DPRK, USA, ROK, Japan, China, Russia; not"),
        ("2024-01-14,DPRK,icbm_test,", "credit: is empty; every row credits somebody"),
        ("January,DPRK,icbm_test,a", "date: takes a date such as 2017-07-04, not 'January'"),
    ],
)
def test_an_added_row_that_means_nothing_is_told_with_its_line(tmp_path, row, told):
    with pytest.raises(ScenarioError) as error:
        added(tmp_path, acts=f"{ACTS}\n{row}\n")
    (problem,) = map(str, error.value.problems)
    assert problem.startswith(f"acts.csv, line 2: {told}")


def test_a_row_that_ends_early_has_empty_cells(tmp_path):
    folder_with(tmp_path, "missile_tests.csv", "1999-06-15,1999-06-15,,", "1999-06-15")
    assert read_record(tmp_path) == read_record(folder_with(tmp_path))


@pytest.mark.parametrize("name", ["coverage.toml", "policies.toml"])
def test_a_key_that_would_move_the_cursor_is_told_without_moving_it(tmp_path, name):
    (tmp_path / name).write_text('"\\u001b[31m" = 1\n', "utf-8")
    with pytest.raises(ScenarioError) as error:
        read_record(tmp_path)
    assert "is unknown; the keys are" in str(error.value) and "\x1b" not in str(error.value)


def test_an_empty_folder_is_told_both_ways_to_fill_it(tmp_path):
    with pytest.raises(ScenarioError, match=r"holds no record; .*events.csv.*acts.csv"):
        read_record(tmp_path)


# --- policies that a folder dates ---


def test_a_folder_dates_policies_with_their_sources(tmp_path):
    (tmp_path / "policies.toml").write_text(
        'coded_to = 2025-06-30\n[[policies]]\ndate = 2024-05-01\nexpert_panel = 0\nsource = "UN"\n',
        "utf-8",
    )
    table = read_record(tmp_path).policies
    assert table.coded_to == date(2025, 6, 30)
    assert table.policies == ((date(2024, 5, 1), (("expert_panel", 0.0),), "UN"),)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("hotlien = 1\n", "line 4: hotlien: is no lever; did you mean `hotline`?"),
        ("hotline = 3\n", "line 4: hotline: takes a number from 0 to 1, not 3"),
        ("programme_drive = 2\n", "line 4: programme_drive: is inferred from past launch days"),
        ("", "line 2: date: has no levers"),
    ],
)
def test_a_policy_that_means_nothing_is_told_with_its_line(tmp_path, rows, told):
    text = f'[[policies]]\ndate = 2024-05-01\nsource = "UN"\n{rows}'
    (tmp_path / "policies.toml").write_text(text, "utf-8")
    with pytest.raises(ScenarioError) as error:
        read_record(tmp_path)
    (problem,) = map(str, error.value.problems)
    assert problem.startswith(f"policies.toml, {told}")


def test_policies_are_coded_at_least_to_their_last_row(tmp_path):
    text = 'coded_to = 2024-01-31\n[[policies]]\ndate = 2024-05-01\nhotline = 1\nsource = "UN"\n'
    (tmp_path / "policies.toml").write_text(text, "utf-8")
    with pytest.raises(ScenarioError, match="line 1: coded_to: 2024-01-31 is before the row of"):
        read_record(tmp_path)


def test_a_policy_needs_a_source(tmp_path):
    (tmp_path / "policies.toml").write_text("[[policies]]\ndate = 2024-05-01\nhotline = 1\n")
    with pytest.raises(ScenarioError, match="source: is needed: who says so, or `judgement`"):
        read_record(tmp_path)


# --- what a folder says of its coverage ---


def covered(path, text: str) -> record.HistoricalRecord:
    (folder_with(path) / "coverage.toml").write_text(text, "utf-8")
    return read_record(path)


def test_a_folder_states_its_coverage(tmp_path):
    text = 'first = 1999-01-01\nlast = 2026-06-30\n[complete]\nDPRK = ["nuclear_test"]\n'
    found = covered(tmp_path, text).coverage
    assert (found.first, found.last) == (date(1999, 1, 1), date(2026, 6, 30))
    assert dict(found.complete) == {"DPRK": ("nuclear_test",)}


def test_without_a_statement_the_rows_bound_it(tmp_path):
    found = read_record(folder_with(tmp_path, "events.csv", "1999-06-15", "1998-02-03")).coverage
    assert (found.first, found.last) == (date(1998, 2, 3), date(1999, 6, 15))
    assert found.complete == record.shipped_record().coverage.complete


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\nlats = 2026-06-30", "line 2: lats: is unknown; the keys are first, last, complete"),
        ('first = "2024"', "line 1: first: takes a date without quotes, such as 2023-12-31"),
        ("first = 2024-01-01\nlast = 2023-01-01", "line 2: last: is before the first day, 2024"),
        ("ignored_kinds = [1]", "line 1: ignored_kinds: takes a list of words in quotes"),
        ("[complete]\nDPKR = []", "line 2: DPKR: is no state of a record; those are DPRK, USA"),
        (
            '[complete]\nUSA = ["nuclear_test"]',
            "line 2: USA: takes acts among table_draft, joint_exercise, us_designate; not",
        ),
        ("complete = 3", "line 1: complete: takes a table of acts by state"),
        ("first = ", "line 1: is no TOML"),
    ],
)
def test_a_coverage_that_means_nothing_is_told_with_its_line(tmp_path, text, told):
    with pytest.raises(ScenarioError) as error:
        covered(tmp_path, text)
    (problem,) = map(str, error.value.problems)
    assert problem.startswith(f"coverage.toml, {told}")


def test_a_list_of_the_record_ends_with_what_it_covers(ask, tmp_path):
    covered(tmp_path, "first = 1999-01-01\nlast = 2026-06-30\n")
    assert "covers 1999-01-01 to 2026-06-30" in ask("record", "--record", tmp_path).out


# --- the world ---


@pytest.mark.parametrize(
    ("year", "days"),
    [(2012, 3), (2017, 17), (2018, 0), (2022, 37), (2023, 26)],
)
def test_launch_days_of_a_year(year, days):
    assert launch_days(date(year, 1, 1), date(year + 1, 1, 1)) == days


def test_2018_has_no_launch_day():
    assert launch_days(date(2018, 1, 1), date(2019, 1, 1)) == 0


def test_launch_days_from_2012_to_2023_are_overdispersed_with_many_idle_months():
    counts = [
        launch_days(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))
        for year in range(2012, 2024)
        for month in range(1, 13)
    ]
    mean = sum(counts) / len(counts)
    variance = sum((count - mean) ** 2 for count in counts) / (len(counts) - 1)
    assert 1.6 < variance / mean < 3.0
    assert 0.4 < counts.count(0) / len(counts) < 0.62
    assert max(counts) == 7


def test_a_day_is_a_launch_day_once_and_its_highest_class_carries_it():
    rung = {"short_range_test": 3, "regional_test": 4, "icbm_test": 5}
    days: dict[date, list[record.RecordedAct]] = {}
    for act in acts("DPRK"):
        if act.action in rung:
            days.setdefault(act.date, []).append(act)
    for flown in days.values():
        highest = max(flown, key=lambda act: rung[act.action])
        assert [act for act in flown if act.launch_days] == [highest]


def test_what_is_no_launch_has_no_launch_day():
    launches = {"short_range_test", "regional_test", "icbm_test"}
    assert all(act.launch_days == 0 for act in acts() if act.action not in launches)


def test_there_were_six_nuclear_tests():
    years = [act.date.year for act in acts("DPRK", action="nuclear_test")]
    assert years == [2006, 2009, 2013, 2016, 2016, 2017]


def test_no_long_range_or_nuclear_test_from_2018_to_2021():
    quiet = record.recorded_acts(date(2018, 1, 1), date(2022, 1, 1), ["DPRK"])
    assert not {act.action for act in quiet} & {"icbm_test", "nuclear_test"}


def test_2010_saw_two_lethal_attacks():
    found = [a.date for a in acts("DPRK", action="limited_attack") if a.date.year == 2010]
    assert found == [date(2010, 3, 26), date(2010, 11, 23)]


def test_every_resolution_was_answered_yes_by_china_and_russia():
    drafts = [act.date for act in acts("USA", action="table_draft")]
    assert len(drafts) == 12 and drafts[-1] == date(2022, 5, 26)
    for state in ("China", "Russia"):
        votes = [(act.date, act.action) for act in acts(state)]
        resolutions = [(day, f"{state.lower()}_yes") for day in drafts[:-1]]
        assert votes == [*resolutions, (drafts[-1], f"{state.lower()}_veto")]


def test_a_nuclear_test_was_answered_by_a_draft_within_twelve_weeks():
    drafts = [act.date for act in acts("USA", action="table_draft")]
    for test in acts("DPRK", action="nuclear_test"):
        assert min((day - test.date).days for day in drafts if day > test.date) <= 84


def test_a_drill_of_the_calendar_is_an_act_of_its_week_and_only_then():
    start, weeks = date(2005, 1, 3), 990
    due = dates.calendar_by_week(start, weeks)["drill_season"] > 0
    drilled = due & ~dates.cancelled_drill_weeks(start, weeks)
    end = dates.week_start(start, weeks)
    held = [
        dates.week_of(start, act.date)
        for act in record.recorded_acts(start, end, ["USA"])
        if act.action == "joint_exercise"
    ]
    assert held == sorted(set(held)) == list(drilled.nonzero()[0])


def test_an_exercise_ends_after_it_starts_and_weighs_at_most_one():
    for exercise in record.recorded_exercises():
        assert exercise.start <= exercise.end
        assert 0 <= exercise.weight <= 1
        assert (exercise.announced is None) == exercise.held


# --- the question asked of it ---


def test_acts_come_by_date_and_no_act_twice():
    found = acts()
    assert found == sorted(found, key=lambda act: act.date)
    assert max(Counter(act[:3] for act in found).values()) == 1


def test_the_first_day_is_in_and_the_last_is_out():
    test = date(2017, 9, 3)
    (act,) = record.recorded_acts(test, date(2017, 9, 4), ["DPRK"])
    assert act == (test, "DPRK", "nuclear_test", 0, "")
    assert record.recorded_acts(date(2017, 9, 2), test, ["DPRK"]) == []


def test_only_the_states_asked_for_answer():
    assert {act.state for act in acts("China", "USA")} == {"China", "USA"}
    assert acts("Atlantis") == []


def test_every_act_is_one_that_its_state_can_choose():
    for act in acts():
        assert load_cast(None).actions[act.action][0].code == act.state


def test_what_the_record_is_complete_for_is_in_it():
    covered = record.shipped_record().coverage
    for state, actions in covered.complete.items():
        assert set(actions) <= {act.action for act in acts(state)}
    assert covered.first < covered.last
    assert max(act.date for act in acts()) <= covered.last


# --- what it keeps to itself ---


def test_the_data_hold_no_coordinates_designations_or_launch_sites():
    text = "".join(map(shipped, record.FILES))
    assert not re.search(r"\d{2,3}\.\d{4}", text)
    designations = "Hwasong|Scud|Nodong|Musudan|Pukguk|KN-|Unha|Taepo|Chollima|Toksa|SA-"
    assert not re.search(designations, text, re.IGNORECASE)
    places = "Sohae|Tonghae|Punggye|Wonsan|Sinpo|Kusong|Sunan|Launching"
    assert not re.search(places, text, re.IGNORECASE)


def test_every_row_credits_somebody():
    for name in record.FILES:
        for row in csv.DictReader(shipped(name).splitlines()):
            assert row["credit"] and row["verification"] in ("read", "partial")


# --- how it is rebuilt ---

RAW = {
    "events.csv": """\
date,kind,date_precision,verification,source
2001-05-01,missile_srbm,day,stored,CNS/NTI
2001-06-04,missile_srbm,day,stored,CNS/NTI
2001-06-04,satellite_launch,day,stored,CSIS Beyond Parallel
2001-07-02,naval_clash,day,stored,CSIS Beyond Parallel
2010-03-26,naval_attack,day,stored,CSIS Beyond Parallel
2010-03-27,nuclear_test,day,partial,somebody; exact day general knowledge
2018-01-04,exercise_deferral,day,stored,a chronology (quoted)
""",
    "missile_tests.csv": """\
date,date_source,landing,distance_km
2001-05-01,2001-05,unknown,
2001-06-04,2001-06-04,pacific-ocean,2000
""",
    "exercises.csv": """\
start,end,ex_type,status,date_precision,verification,source
2010-03-05,2010-03-09,CPX,held,day,stored,press
2010-07-01,2010-07-31,FTX,held,month,stored,press
2017-12-04,2017-12-08,AIR,held,day,stored,press
2018-06-19,2018-06-19,CPX,suspended,day,stored,press
""",
    "un_actions.csv": """\
date,body,kind,vote_for,verification,source
2010-04-01,UNSC,un_resolution,15,stored,UN
2010-04-02,UNSC,un_presidential_statement,,stored,UN
2010-04-03,RUS,un_veto,13,stored,UN
""",
    "unilateral_sanctions.csv": """\
date,actor,direction,verification,source
2010-05-01,USA,impose,stored,an order
2010-05-02,USA,relief,stored,an order
2010-05-03,KOR,impose,stored,press
""",
    "diplomacy.csv": """\
date,kind,polarity,verification,source
2018-04-27,summit,1,stored,press
2018-03-01,us_dprk_contact,1,stored,CSIS
2020-06-09,hotline_cut,-1,stored,press
""",
}


@pytest.fixture
def raw(tmp_path):
    for name, text in RAW.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_tidying_keeps_to_the_map(raw):
    rows = csv.DictReader(build.build(raw)["acts.csv"].splitlines())
    assert [tuple(row.values()) for row in rows] == [
        (
            "2001-06-04",
            "DPRK",
            "icbm_test",
            "satellite_launch",
            "1",
            "1",
            "CSIS Beyond Parallel",
            "read",
        ),
        ("2001-06-04", "DPRK", "short_range_test", "missile_srbm", "0", "0", "CNS for NTI", "read"),
        ("2010-03-05", "USA", "joint_exercise", "", "0", "0", "press", "read"),
        ("2010-03-08", "USA", "joint_exercise", "", "0", "0", "press", "read"),
        (
            "2010-03-26",
            "DPRK",
            "limited_attack",
            "naval_attack",
            "0",
            "0",
            "CSIS Beyond Parallel",
            "partial",
        ),
        ("2010-03-27", "DPRK", "nuclear_test", "", "0", "0", "somebody", "partial"),
        ("2010-04-01", "China", "china_yes", "", "0", "0", "UN", "read"),
        ("2010-04-01", "Russia", "russia_yes", "", "0", "0", "UN", "read"),
        ("2010-04-01", "USA", "table_draft", "", "0", "0", "UN", "read"),
        ("2010-04-03", "Russia", "russia_veto", "", "0", "0", "UN", "read"),
        ("2010-04-03", "USA", "table_draft", "", "0", "0", "UN", "read"),
        ("2010-05-01", "USA", "us_designate", "", "0", "0", "an order", "read"),
        ("2010-05-03", "ROK", "rok_designate", "", "0", "0", "press", "read"),
    ]


def test_a_drill_called_off_is_given_its_usual_days(raw):
    rows = list(csv.DictReader(build.build(raw)["exercises.csv"].splitlines()))
    lost = {(r["announced"], r["start"], r["end"]) for r in rows if r["status"] != "held"}
    assert lost == {
        ("2018-01-04", "2018-03-01", "2018-04-20"),
        ("2018-06-19", "2018-08-17", "2018-09-02"),
    }
    assert [row["start"] for row in rows if row["status"] == "held"] == ["2010-03-05", "2017-12-04"]


def test_contacts_and_ruptures_are_told_by_the_month(raw):
    rows = csv.DictReader(build.build(raw)["contacts.csv"].splitlines())
    assert [(row["month"], row["kind"], row["polarity"]) for row in rows] == [
        ("2018-03", "us_dprk_contact", "1"),
        ("2018-04", "summit", "1"),
        ("2020-06", "hotline_cut", "-1"),
    ]


def test_a_store_of_a_run_under_another_record_is_what_it_says(raw, ask, tmp_path):
    words = ("run", "status-quo", "--weeks", 2, "--runs", 5, "--quiet", "--out", tmp_path / "study")
    assert ask(*words, "--record", raw).code == 0
    assert ask(*words).code == 0
    store = Store(tmp_path / "study")
    assert store.check() == []
    engines = sorted(store.cells()["engine"], key=len)
    assert engines[0] == engine_version()
    assert engines[1].startswith(f"{engine_version()}.")


def test_the_compiled_record_of_the_repository_makes_the_shipped_files():
    assert build.build(COMPILED) == {name: shipped(name) for name in record.FILES}
    assert read_record(COMPILED).digest == record.shipped_record().digest


def test_the_compiled_record_holds_days_and_kinds_and_no_text_of_a_database():
    columns = set()
    for path in COMPILED.glob("*.csv"):
        text = path.read_text("utf-8")
        columns |= set(text.splitlines()[0].split(","))
        assert not re.search(r"\d{2,3}\.\d{4}", text)
    assert not columns & {"description", "missile", "launch_site", "lat", "lon", "apogee_km"}
    credit = (COMPILED / "README.md").read_text("utf-8")
    assert all(name in credit for name in ("CNS for NTI", "CSIS", "Ministry of Defense"))
