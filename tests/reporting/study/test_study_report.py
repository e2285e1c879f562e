"""The report of a study: figures out of tables, a page that needs nothing from outside."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pseudo_language import plain_words

from scenario_sim import load_scenario, simulate
from scenario_sim.cli import main
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import OutputError
from scenario_sim.reporting.study import figures
from scenario_sim.reporting.study.drawing import (
    FIGURE_WIDTH_IN,
    FORMATS,
    MAX_HEIGHT_IN,
    MPL_STYLE,
    Drawing,
)
from scenario_sim.reporting.study.exhibits import Exhibit, Findings, make_exhibits
from scenario_sim.reporting.study.findings import (
    StudyCell,
    cell_titles,
    largest_design,
    make_findings,
    make_methods,
    varied_labels,
)
from scenario_sim.reporting.study.methods import Methods
from scenario_sim.reporting.study.report import study_page
from scenario_sim.simulation.histograms import BIN_EDGES
from scenario_sim.studies import discover, robust, sensitivity, sweep
from scenario_sim.studies.analysis.statistics import QUANTILES, weekly_quantiles
from scenario_sim.studies.store.saved_analyses import SavedAnalysis, load_analyses, save_analysis

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "</svg><script>alert('x')</script> & $x^2$ \"quoted\""
INPUTS = ["exercise_scale", "engagement", "hotline", "pe0"]


def rows_of(trajectory, cell: str = "a") -> pd.DataFrame:
    """Weekly histograms as a store keeps them; empty bins left out."""
    parts = []
    for quantity, counts in trajectory.histograms.items():
        weeks, bins = np.nonzero(counts)
        edges = BIN_EDGES[quantity]
        parts.append(pd.DataFrame({
            "cell": cell, "week": weeks, "quantity": quantity, "bin_low": edges[bins],
            "bin_high": edges[bins + 1], "count": counts[weeks, bins],
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def world():
    return load_scenario("status-quo").with_weeks(20)


@pytest.fixture(scope="module")
def weekly(world):
    return rows_of(simulate(world, 400, seed=3, keep="outcomes"))


TABLES = {
    "morris": pd.DataFrame({"name": INPUTS, "mu_star": [0.4, 0.1, 0.2, 0.0], "mu_star_conf": 0.05}),
    "sobol": pd.DataFrame(
        {"name": INPUTS, "S1": [0.5, 0.1, np.nan, 0.0], "S1_conf": 0.05, "ST": [0.6, 0.2, 0.1, 0], "ST_conf": 0.1}
    ),
    "boxes": pd.DataFrame(
        {"box": [1, 1, 2], "name": INPUTS[:3], "low": [0.2, 0.5, 0], "high": [0.9, 1, 0.4],
         "whole_low": 0.0, "whole_high": [1.5, 1, 1], "coverage": [0.8, 0.8, 0.5], "density": [0.7, 0.7, 0.9]}
    ),
    "peeling": pd.DataFrame(
        {"coverage": [1, 0.9, 0.6], "density": [0.1, 0.3, 0.7], "mass": [1, 0.5, 0.2], "res_dim": [0, 1, 2]}
    ),
    "front": pd.DataFrame({"confrontation_risk": [0.01, 0.02, 0.05], "cost": [3.0, 2.0, 1.0]}),
    "progress": pd.DataFrame(
        {"search": [1, 1, 2, 2], "evaluations": [20, 40, 20, 40], "front": [3, 5, 2, 6],
         "hypervolume": [0.5, 0.7, 0.4, 0.71], "epsilon_progress": [3, 8, 2, 9]}
    ),
    "spread": pd.DataFrame(
        {"sd": [0.03, 0.01], "luck_sd": [0.03, 0.03]}, index=pd.Index(["luck", "parameters"], name="source")
    ),
    "regret": pd.DataFrame(
        [[0.0, 0.2], [0.1, 0.0]], index=pd.Index(["as it is", NASTY], name="policy"), columns=["one", "other"]
    ),
}  # fmt: skip


def findings(
    weekly: pd.DataFrame, title: str = "a cell", analyses: Sequence[SavedAnalysis] = ()
) -> Findings:
    cells = pd.DataFrame(
        {"title": [title, "another"], "runs": [400, 400], "mean": [0.02, 0.03], "mcse": [0.001, np.nan],
         "hotline": [0.0, 1.0]},
        index=pd.Index(["a", "b"], name="cell"),
    )  # fmt: skip
    return Findings("confrontation_risk", cells, ("hotline",), weekly, analyses)


ANALYSES = [SavedAnalysis(kind, table, {}) for kind, table in TABLES.items()]


def methods(**more) -> Methods:
    said = {
        "engine": "0.1.0+abcd1234", "versions": {"numpy": "2.3"}, "commands": ("scenario-sim sweep x",),
        "scenarios": {"Status quo": ("f" * 64, 'title = "Status quo"')}, "cells": 2, "runs": 800,
        "block": 1000, "seeds": (3,), "weeks": (20,), "varied": {"hotline": "from 0 to 1"},
    }  # fmt: skip
    return Methods(**(said | more))


def texts(svg: str) -> str:
    return " ".join(" ".join(e.itertext()) for e in ElementTree.fromstring(svg).iter(f"{SVG}text"))


# --- quantiles out of histograms -----------------------------------------------------------------


def test_quantiles_of_histograms_are_those_of_the_runs_within_a_bin(world, weekly):
    runs = simulate(world, 400, seed=3).weekly
    for quantity in ("tension", "reach", "revenue"):
        width = np.diff(BIN_EDGES[quantity])[0]
        found = weekly_quantiles(weekly, quantity)
        low, high = (
            np.quantile(runs[quantity], QUANTILES, axis=1, method=method).T
            for method in ("inverted_cdf", "higher")
        )
        assert (found.to_numpy() >= low - width - 1e-6).all()
        assert (found.to_numpy() <= high + width + 1e-6).all()


def test_quantiles_of_whole_numbers_are_whole(world, weekly):
    found = weekly_quantiles(weekly, "launch_days")
    assert (found == found.round()).all(axis=None)
    runs = simulate(world, 400, seed=3).weekly["launch_days"]
    assert (found[0.5] == np.quantile(runs, 0.5, axis=1, method="inverted_cdf")).all()


def test_histograms_of_blocks_and_of_the_whole_give_the_same_quantiles(world, weekly):
    blocks = [
        simulate(world, range(a, a + 100), seed=3, keep="outcomes") for a in range(0, 400, 100)
    ]
    pooled = pd.concat([rows_of(block) for block in blocks])
    pd.testing.assert_frame_equal(
        weekly_quantiles(pooled, "tension"), weekly_quantiles(weekly, "tension")
    )


def test_a_quantity_that_was_not_counted_has_no_quantiles(weekly):
    assert weekly_quantiles(weekly, "nothing").empty


# --- figures -------------------------------------------------------------------------------------


def test_every_kind_of_finding_has_its_figure_and_nothing_else_has(weekly):
    names = [e.name for e in make_exhibits(findings(weekly, analyses=ANALYSES))]
    assert names == [
        "fan-tension",
        "responses",
        "tornado",
        "sobol",
        "boxes",
        "peeling",
        "pareto-front",
        "search-progress",
        "regret",
        "spread",
    ]
    assert [e.name for e in make_exhibits(findings(weekly.iloc[:0]))] == ["responses"]


def test_the_same_table_gives_the_same_bytes(weekly):
    once, again = (list(make_exhibits(findings(weekly, analyses=ANALYSES))) for _ in range(2))
    for one, other in zip(once, again, strict=True):
        for format_ in FORMATS:
            assert one.drawing.render(format_) == other.drawing.render(format_)


def journal_figures(weekly) -> dict[str, Drawing]:
    """Return every kind of figure, in its largest form too."""
    shown = {
        e.name: e.drawing for e in make_exhibits(findings(weekly, title=NASTY, analyses=ANALYSES))
    }
    many = pd.DataFrame(1.0, index=range(9), columns=list("abcde"))
    inputs = pd.DataFrame({"name": list(SETTINGS)[:20], "mu_star": 1.0, "mu_star_conf": 0.1})
    limits = pd.concat([TABLES["boxes"].assign(box=n) for n in range(12)])
    bands = {f"cell {n}": weekly_quantiles(weekly, "tension") for n in range(6)}
    return shown | {
        "ten panels": figures.draw_front(many, list("abcde")),
        "long tornado": figures.draw_tornado(inputs, "mu_star", "mu_star_conf", "effect"),
        "many boxes": figures.draw_boxes(limits),
        "six fans": figures.draw_fans(bands, "tension"),
        "tall regret": figures.draw_regret(pd.DataFrame(np.eye(24, 6)), "regret"),
    }


def test_every_label_has_seven_points_and_lies_within_a_journal_s_page(weekly):
    import matplotlib
    from matplotlib.text import Text

    for name, drawing in journal_figures(weekly).items():
        with matplotlib.rc_context(MPL_STYLE):
            figure = drawing.figure()
            figure.draw_without_rendering()
            width, height = figure.get_size_inches()
            assert width == FIGURE_WIDTH_IN and height <= MAX_HEIGHT_IN
            labels = [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible()]
            assert len(labels) > 4
            assert min(t.get_fontsize() for t in labels) >= 7, name
            drawn = figure.get_tightbbox()  # what is drawn, in inches
            assert min(drawn.x0, drawn.y0) > -0.02, name
            assert drawn.x1 < width + 0.02 and drawn.y1 < height + 0.02, name


def test_a_pdf_embeds_truetype_fonts_and_a_png_has_600_dots_per_inch():
    drawing = figures.draw_sobol(TABLES["sobol"])
    pdf = drawing.render("pdf")
    assert pdf.startswith(b"%PDF") and b"/Type3" not in pdf and b"/CIDFontType2" in pdf
    png = drawing.render("png")
    wide, high = (int.from_bytes(png[a : a + 4]) for a in (16, 20))
    assert wide == round(FIGURE_WIDTH_IN * 600) and high <= MAX_HEIGHT_IN * 600


def test_figures_are_well_formed_named_and_load_nothing(weekly):
    for exhibit in make_exhibits(findings(weekly, title=NASTY, analyses=ANALYSES)):
        ElementTree.fromstring(exhibit.svg)
        assert not re.search(r'(?:href|src)="(?!#)', exhibit.svg)
        assert "<script" not in exhibit.svg
    named = texts(figures.draw_tornado(TABLES["morris"], "mu_star", "mu_star_conf", "effect").svg)
    assert "Exercise scale" in named and "pe0" in named


def test_a_front_of_three_objectives_shows_each_pair():
    table = pd.DataFrame({"a": [1.0, 2], "b": [2.0, 1], "c": [3.0, 3]})
    said = texts(figures.draw_front(table, ["a", "b", "c"]).svg)
    assert all(said.split().count(name) == 2 for name in "abc")


def test_many_cells_are_shown_as_one_fan(weekly):
    cells = [f"c{n}" for n in range(9)]
    table = pd.DataFrame(
        {"title": cells, "mean": 0.1, "mcse": 0.0}, index=pd.Index(cells, name="cell")
    )
    many = pd.concat([weekly.assign(cell=cell) for cell in cells])
    (fan,) = make_exhibits(Findings("confrontation_risk", table, (), many))
    assert "all 9 cells" in texts(fan.svg)
    assert len(fan.data) == 20


# --- what analyses leave behind ------------------------------------------------------------------


@pytest.mark.parametrize("kind", TABLES)
def test_an_analysis_is_kept_and_found_again(tmp_path, kind):
    save_analysis(tmp_path, kind, TABLES[kind], {"outcome": "launch_days", "seed": 7})
    (found,) = load_analyses(tmp_path)
    assert found.kind == kind
    pd.testing.assert_frame_equal(found.table, TABLES[kind], check_dtype=False)
    assert found.asked == {"outcome": "launch_days", "seed": 7}


def test_an_analysis_takes_the_place_of_the_last_of_its_kind_and_outcome(tmp_path):
    for size, outcome in ((1, "launch_days"), (2, "talks_weeks"), (3, "launch_days")):
        save_analysis(tmp_path, "morris", TABLES["morris"].head(size), {"outcome": outcome})
    found = {one.asked["outcome"]: len(one.table) for one in load_analyses(tmp_path)}
    assert found == {"launch_days": 3, "talks_weeks": 2}
    assert sorted(p.name for p in (tmp_path / "analyses").iterdir()) == [
        "morris-launch_days.csv", "morris-launch_days.json",
        "morris-talks_weeks.csv", "morris-talks_weeks.json",
    ]  # fmt: skip


def test_every_outcome_that_was_asked_for_is_kept_with_columns_of_the_codebook(tmp_path, world):
    outcomes, vary = ("mean_tension", "provocations"), ["us_threats", "engagement"]
    sensitivity(world, "morris", vary=vary, samples=2, outcomes=outcomes, runs=4, out=tmp_path)
    robust(world, {"quiet": {"hotline": 1}}, outcomes=outcomes, runs=4, out=tmp_path)
    sweep(world, vary, "lhs", 24, runs=4, out=tmp_path)
    for outcome in outcomes:
        discover(tmp_path, outcome, above="60%", method="cart")
    kept = load_analyses(tmp_path)
    kinds = ("morris", "boxes", "regret", "spread", "mechanisms")
    about_outcomes = [one for one in kept if one.kind != "design"]
    assert [(one.kind, one.asked["outcome"]) for one in about_outcomes] == [
        (kind, outcome) for kind in kinds for outcome in outcomes
    ]
    assert {one.asked["design"] for one in kept if one.kind == "design"} == {"morris", "lhs"}
    page = (Path(__file__).parents[3] / "docs/data.md").read_text("utf-8")
    for one in kept:
        (row,) = re.findall(rf"^\| `{one.kind}` \|.*$", page, re.M)
        columns = ["policy"] if one.kind == "regret" else one.table.reset_index().columns
        assert {f"`{c}`" for c in columns if c != "index"} <= set(re.findall(r"`\w+`", row))
        assert all(f"`{name}`" in page for name in one.asked)


def test_an_analysis_that_cannot_be_read_is_named(tmp_path):
    path = save_analysis(tmp_path, "sobol", TABLES["sobol"], {})
    path.with_suffix(".json").write_text("{")
    with pytest.raises(OutputError, match=r"sobol\.csv"):
        load_analyses(tmp_path)


def test_figures_speak_of_the_outcome_that_was_analysed(weekly):
    outcomes = ("launch_days", "confrontation_risk")
    about = [SavedAnalysis("morris", TABLES["morris"], {"outcome": name}) for name in outcomes]
    found = findings(weekly, analyses=[*about, SavedAnalysis("sobol", TABLES["sobol"], {})])
    titles = {
        e.name: e.title for e in make_exhibits(found) if e.name.startswith(("tornado", "sobol"))
    }
    # That of the study's own outcome comes first.
    assert list(titles) == ["tornado-confrontation_risk", "tornado-launch_days", "sobol"]
    assert "launch days" in titles["tornado-launch_days"]
    assert "confrontation risk" in titles["sobol"]


# --- from cells to findings ----------------------------------------------------------------------


def kept(key: str, **more) -> StudyCell:
    said = {"title": "Status quo", "hash": "f" * 64, "toml": "", "seed": 3, "weeks": 20, "runs": 400,
            "mean": 0.02, "mcse": 0.001}  # fmt: skip
    return StudyCell(key, **(said | more))


def test_cells_are_told_apart_by_what_was_varied_then_by_seed_then_by_key():
    cells = [
        kept("a" * 64, labels={"hotline": 0.0, "runs as": "one"}),
        kept("b" * 64, labels={"hotline": 0.5, "runs as": "one"}),
        kept("c" * 64, labels={"hotline": 0.5, "runs as": "one"}, seed=4),
        kept("d" * 64, labels={"hotline": 0.5, "runs as": "one"}, seed=4),
    ]
    assert varied_labels(cells) == ("hotline",)
    titles = cell_titles(cells, ("hotline",))
    assert titles[0] == "Status quo: hotline 0" and "seed 3" in titles[1]
    assert "cccccccc" in titles[2] and "dddddddd" in titles[3]
    assert cell_titles([kept("a")], ()) == ["Status quo"]


def test_cells_that_failed_are_left_out_and_told(weekly):
    cells = [kept("a", labels={"hotline": 0.0}), kept("b", error="ValueError: no", runs=0)]
    found = make_findings(largest_design(cells), "confrontation_risk", weekly)
    told = make_methods(cells, {"numpy": "2"}, ["x", "x"], 1000)
    assert list(found.cells.index) == ["a"]
    assert told.failures == {"b": "ValueError: no"}
    assert (told.cells, told.runs, told.commands) == (1, 400, ("x",))


def test_methods_say_ranges_and_words():
    cells = [
        kept(str(n), labels={"hotline": n / 2, "policy": w}) for n, w in enumerate(["one", "other"])
    ]
    assert make_methods(cells, {}, [], 1000).varied == {
        "hotline": "from 0 to 0.5", "policy": "(one, other)",
    }  # fmt: skip


def test_the_largest_design_of_a_folder_is_shown_and_the_rest_is_counted():
    sweep = [kept(str(n), labels={"hotline": n / 4}) for n in range(4)]
    apart = [kept(f"s{n}", labels={"source": "parameters", "pe0": n}) for n in range(9)]
    assert largest_design([*apart, *sweep]) == sweep
    told = make_methods([*apart, *sweep], {}, [], 1000)
    assert (told.cells, told.aside, list(told.varied)) == (13, 9, ["hotline"])


def test_a_study_s_folder_becomes_a_page_and_figures_with_their_data(tmp_path, world, capsys):
    study, page, folder = tmp_path / "study", tmp_path / "study.html", tmp_path / "figures"
    sweep(world, ["hotline=0:1:3"], runs=40, seed=3, out=study)
    with pytest.raises(SystemExit) as end:
        main(["report", str(study), "--out", str(page), "--figures", str(folder)])
    assert not end.value.code
    text = page.read_text("utf-8")
    for words in (
        "3 cells",
        "120 runs",
        "hotline from 0 to 1",
        "seed 3",
        world.title,
        "ratio to the middle",
    ):
        assert words in text
    assert {path.name for path in folder.iterdir()} == {
        f"{name}.{ending}" for name in ("fan-tension", "responses")
        for ending in ("svg", "pdf", "png", "csv")
    }  # fmt: skip
    data = pd.read_csv(folder / "responses.csv")
    assert data["hotline"].tolist() == [0, 0.5, 1] and data["mean"].median() == pytest.approx(1)


def test_a_report_tells_everything_that_is_wrong_at_once(tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        main(["report", str(tmp_path / "none"), "--out", "study.txt", "--outcome", "launch_day"])
    told = capsys.readouterr().err
    assert end.value.code == 2
    assert all(words in told for words in ("end with .html", "`launch_days`", "holds no results"))


# --- the page ------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a browser would load, and which elements there are."""

    def __init__(self, text: str):
        super().__init__()
        self.loads, self.tags, self.ids = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name.split(":")[-1] in ("src", "href") and not (value or "").startswith("#"):
                self.loads.append(value)


@pytest.fixture(scope="module")
def page(weekly):
    shown = list(make_exhibits(findings(weekly, title=NASTY, analyses=ANALYSES)))
    cells = findings(weekly, title=NASTY).cells
    given = methods(failures={"b": NASTY}, scenarios={NASTY: ("f" * 64, f"title = '{NASTY}'")})
    return study_page(f"A study {NASTY}", shown, cells, given, "confrontation_risk")


def test_the_page_loads_nothing_and_runs_nothing(page):
    read = Page(page)
    assert read.loads == []
    assert "script" not in read.tags and "link" not in read.tags and "iframe" not in read.tags
    assert "default-src 'none'" in page and "script-src" not in page
    assert not re.search(r"@import|url\((?!#)", page)


def test_what_a_user_wrote_stays_text(page):
    assert "<script" not in page.replace("&lt;script", "")
    assert "&lt;/svg&gt;&lt;script&gt;" in page
    assert Page(page).tags.count("svg") == 10


def test_figures_on_one_page_share_no_id(page):
    ids = Page(page).ids
    assert len(ids) == len(set(ids))


def test_the_page_says_what_it_takes_to_make_it_again(page):
    for words in ("scenario-sim sweep x", "0.1.0+abcd1234", "Seed", "blocks of 1,000", "numpy 2.3",
                  "common random numbers", "not a forecast", "To cite", "f" * 64):  # fmt: skip
        assert words in page


def test_the_page_prints(page):
    assert "@media print" in page


def test_methods_name_what_failed():
    assert "1 cell failed" in methods(failures={"a": "why"}).text
    assert "failed" not in methods().text
    assert "seed 3)" in methods().text
    assert "seeds 1, 2)" in methods(seeds=(1, 2)).text


def test_an_empty_study_says_so():
    empty = pd.DataFrame({"title": [], "runs": [], "mean": [], "mcse": []})
    text = study_page("Nothing", [], empty, methods(cells=0, runs=0), "confrontation_risk")
    assert "nothing that could be drawn" in text


def test_an_exhibit_s_data_are_what_is_drawn(weekly):
    shown: dict[str, Exhibit] = {
        e.name: e for e in make_exhibits(findings(weekly, analyses=ANALYSES))
    }
    assert list(shown["fan-tension"].data.columns) == [
        "cell",
        "week",
        "q05",
        "q25",
        "q50",
        "q75",
        "q95",
    ]
    assert list(shown["responses"].data.columns) == ["cell", "hotline", "mean", "mcse"]
    assert shown["tornado"].data.equals(TABLES["morris"])


def test_no_word_of_a_study_s_report_and_of_its_figures_is_left_out(weekly, pseudo):
    import matplotlib
    from matplotlib.text import Text

    found = findings(weekly, title="Q", analyses=ANALYSES)
    shown = list(make_exhibits(found))
    said = [text for one in shown for text in (one.title, one.caption)]
    said += methods(failures={"a": "Q"}, aside=1, analyses=ANALYSES).paragraphs
    for one in shown:
        if one.name != "regret":  # its labels are names of policies and theories
            with matplotlib.rc_context(MPL_STYLE):
                labels = one.drawing.figure().findobj(Text)
            said += [label.get_text().replace("\n", " ") for label in labels]
    page = study_page("Q", [], found.cells, methods(), "q").replace(methods().citation, "")
    page = re.sub(r"<(style|svg|pre|code|title)\b.*?</\1>", "", page, flags=re.DOTALL)
    said += re.findall(r">([^<]*)<", page)
    names = {
        *INPUTS,
        "numpy",
        "scenario-sim",
        "PRIM",
        "NSGA-II",
        "SHA",
        "Philox",
        "cell",
        "cost",
        "mu",
    }
    names |= {
        "parameters",
        "luck",
        "another",
        "Status quo",
        "from 0 to 1",
        "f" * 64,
    }  # of this study
    kept = re.compile("|".join(sorted(names, key=len, reverse=True)))
    assert len(said) > 150
    assert plain_words(kept.sub("", text) for text in said) == []
