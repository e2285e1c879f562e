"""Methods text and citations, out of a finished study's folder."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from scenario_sim import load_scenario
from scenario_sim.reporting.study.citation import (
    AUTHOR,
    LICENCE,
    TITLE,
    reference_entries,
    software_entry,
)
from scenario_sim.reporting.study.findings import read_methods
from scenario_sim.reporting.study.statements import WORKS_OF_ANALYSIS, WORKS_OF_DESIGN
from scenario_sim.simulation.engine import engine_version, package_version
from scenario_sim.studies import (
    discover,
    read_study,
    robust,
    run_study_file,
    search_policies,
    sweep,
)
from scenario_sim.studies.store.saved_analyses import load_analyses

ROOT = Path(__file__).parents[3]
WORLD = load_scenario("status-quo").with_weeks(4)
SOBOL = """
title = "What matters"
weeks = 8
runs = 6
seeds = [3]
outcomes = ["launch_days"]
windows = [{ name = "second month", first_week = 4, last_week = 8 }]
design = { kind = "saltelli", samples = 16 }
analyses = [{ kind = "sensitivity", outcome = "launch_days" },
            { kind = "sensitivity", outcome = "second month.launch_days" }]
[[factors]]
input = "hotline"
[[factors]]
input = "us_threats"
distribution = "triangular"
high = 0.5
"""


@pytest.fixture(scope="module")
def sobol(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sobol")
    run_study_file(read_study(SOBOL), folder)
    return folder


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    """A Latin hypercube, boxes in it, and policies under theories."""
    folder = tmp_path_factory.mktemp("several")
    sweep(WORLD, ["us_threats=0:0.5", "hotline"], "lhs", 30, runs=4, seed=7, out=folder)
    discover(folder, "mean_tension", above="70%")
    robust(WORLD, {"quiet": {"hotline": 1}}, runs=4, seed=7, out=folder)
    return folder


def test_the_methods_name_design_ranges_sizes_seeds_hash_engine_and_software(sobol):
    text = read_methods(sobol).text
    base = load_scenario("status-quo").with_weeks(8)
    for words in (
        "a Saltelli design of 64 points (16 samples)",
        f"status-quo (SHA-256 {base.hash})",
        "hotline from 0 to 1; us_threats from 0 to 0.5 (triangular)",
        "windows (second month: weeks 4 to 7)",
        "For launch_days (days), second month.launch_days (days) we computed Sobol' indices",
        f"SALib {version('SALib')}",
        f"engine {engine_version()}",
        f"numpy {version('numpy')}",
        "seed 3)",
        "128 cells with 768 runs",
        "settled for 0 of 2 outcomes",
        "counter-based generator Philox",
    ):
        assert words in text, words


def test_the_methods_name_the_range_that_was_asked_for_and_the_threshold(several):
    text = read_methods(several).text
    assert "a Latin hypercube of 30 design points" in text
    assert "us_threats from 0 to 0.5; hotline from 0 to 1" in text  # not the extremes drawn
    said = re.search(r"cells whose mean mean_tension lies above ([\d.]+) \(ema-workbench", text)
    assert said and 3 < float(said[1]) < 5
    assert "quasi-p above 0.05" in text
    assert "The regret of 2 policies in confrontation_risk was taken under" in text


def test_the_methods_of_a_search_name_theories_searches_and_convergence(tmp_path):
    search_policies(
        WORLD, ["hotline"], worlds="corners", evaluations=8, population=4, searches=2, runs=2,
        out=tmp_path,
    )  # fmt: skip
    methods = read_methods(tmp_path)
    assert f"NSGA-II (pymoo {version('pymoo')})" in methods.text
    assert "Each objective counted at its worst over" in methods.text
    assert "8 evaluations of 2 runs" in methods.text
    assert "The fronts of 2 such searches were merged." in methods.text
    assert "Its hypervolume had not converged" in methods.text
    assert len(reference_entries(methods.works)) == len(methods.works)


def test_the_steps_of_prim_are_kept_beside_its_boxes(several):
    (peeling,) = [one for one in load_analyses(several) if one.kind == "peeling"]
    assert peeling.table["coverage"].iloc[0] == 1 and peeling.table["res_dim"].iloc[0] == 0
    assert peeling.table["coverage"].is_monotonic_decreasing
    assert peeling.table["density"].max() > peeling.table["density"].iloc[0]


def test_a_citation_names_the_scenario_s_own_hash_not_that_of_a_cell(several):
    assert f"status-quo ({WORLD.hash[:8]})" in read_methods(several).citation


def test_cite_prints_the_study_and_the_works_behind_its_methods(ask, several, sobol):
    keys = re.findall(r"^@\w+\{(\w+),", ask("cite", several).out, re.M)
    assert keys[0] == "scenario_sim"
    assert {"salmon2011", "mckay1979", "friedman1999", "bryant2010", "savage1951"} <= set(keys)
    assert "saltelli2010" not in keys
    assert len(keys) == len(set(keys))
    keys = re.findall(r"^@\w+\{(\w+),", ask("cite", sobol).out, re.M)
    assert {"saltelli2010", "sobol2001", "herman2017"} <= set(keys)
    entry = ask("cite", several).out.split("\n}\n")[0]
    assert (
        f"Engine {engine_version()}; seed 7; scenario status-quo (SHA-256 {WORLD.hash[:8]})"
        in entry
    )


def test_cite_without_a_folder_cites_the_software(ask):
    assert f"version = {{{package_version()}}}" in ask("cite").out
    assert ask("cite", "--text").out.startswith(f"{AUTHOR}. {TITLE}. Version {package_version()}")


def test_methods_are_printed_as_paragraphs(ask, sobol):
    said = ask("methods", sobol)
    assert said.code == 0
    assert said.out.strip().split("\n\n") == read_methods(sobol).paragraphs


def test_json_holds_the_methods_and_the_facts_in_them(ask, sobol):
    told, found = ask("methods", sobol, "--json").json, read_methods(sobol)
    assert told["paragraphs"] == found.paragraphs
    assert (told["engine"], told["seeds"], told["runs"]) == (engine_version(), [3], found.runs)
    assert told["scenarios"] == found.bases and told["works"] == found.works


def test_json_holds_the_citation_as_sentence_and_bibtex(ask, sobol):
    told = ask("cite", sobol, "--json").json
    assert told["sentence"] == read_methods(sobol).citation
    assert "\n\n".join(told["bibtex"]) == ask("cite", sobol).out.strip()
    assert len(ask("cite", "--json").json["bibtex"]) == 1


def test_a_folder_without_results_is_refused(refused, tmp_path):
    for command in ("methods", "cite"):
        assert "holds no results" in refused(command, tmp_path)


def test_the_software_s_entry_says_what_citation_cff_says():
    told = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert (told["title"], told["authors"][0]["name"], told["license"]) == (TITLE, AUTHOR, LICENCE)
    assert f"version = {{{told['version']}}}" in software_entry(f"{told['version']}+abc")


def test_every_work_that_a_method_names_has_an_entry_with_balanced_braces():
    named = {
        work for works in (*WORKS_OF_DESIGN.values(), *WORKS_OF_ANALYSIS.values()) for work in works
    }
    for entry in reference_entries(sorted(named)):
        assert entry.count("{") == entry.count("}")
        assert re.search(r"year = \{\d{4}\}", entry)
        assert "title = {" in entry and "author = {" in entry
