"""A study file groups the runs of all its cells by shape, and its report draws the groups."""

import numpy as np
import pandas as pd
import pytest

from scenario_sim.errors import ScenarioFileError
from scenario_sim.reporting.study.exhibits import make_exhibits
from scenario_sim.reporting.study.findings import read_study as read_findings
from scenario_sim.studies import Store, read_study, run_study_file
from scenario_sim.studies.study_file.plan import StudyPlan

HEAD = 'title = "Shapes"\nruns = 12\nweeks = 10\noutcomes = ["launch_days"]\nseeds = [0, 5]\n'
FACTOR = '[[factors]]\ninput = "us_threats"\nvalues = [0.1, 0.9]\n'
CLUSTERS = '[[analyses]]\nkind = "clusters"\nclusters = 3\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("clusters")
    run_study_file(read_study(HEAD + FACTOR + CLUSTERS), out)
    return out


def test_the_runs_of_every_cell_are_grouped_and_a_medoid_is_found_by_its_place(folder):
    table = pd.read_csv(folder / "analyses/clusters-tension.csv")
    weeks = pd.read_csv(folder / "analyses/cluster_weeks-tension.csv")
    assert table["size"].sum() == 2 * 2 * 12 and table["size"].is_monotonic_decreasing
    store, study = Store(folder), read_study((folder / "study.toml").read_text())
    plan = StudyPlan(study)
    keys = {(point, seed): cell.key for point, seed, _, cell in plan.cells(plan.design())}
    for row in table.itertuples():
        tension = store.trajectories(keys[row.point, row.seed])["tension"].sel(run=row.run)
        band = weeks[weeks["cluster"] == row.cluster]
        np.testing.assert_allclose(band["medoid"], tension)
        assert (band["low"] <= band["high"]).all()


def test_a_finished_folder_tells_other_clusters_without_a_new_run(folder, monkeypatch):
    def fail(*_, **__):
        raise AssertionError("a run was simulated again")

    monkeypatch.setattr("scenario_sim.studies.run.run_task", fail)
    other = read_study(HEAD + FACTOR + CLUSTERS.replace("3", '2\nquantity = "trust"'))
    assert len(run_study_file(other, folder).analyses["clusters-trust"]) == 2


def test_the_report_draws_the_groups_and_says_how_they_were_made(folder):
    findings, methods = read_findings(folder, "launch_days")
    (drawn,) = [one for one in make_exhibits(findings) if one.name == "clusters-tension"]
    titles = [axes.get_title() for axes in drawn.drawing.figure().axes if axes.axison]
    assert len(titles) == 3 and all("us threats" in title for title in titles)
    text = " ".join(methods.paragraphs)
    assert "3 clusters of 48 of 48 runs" in text and "scipy" in text


@pytest.mark.parametrize(
    ("analysis", "told"),
    [
        (CLUSTERS + 'quantity = "tensoin"\n', "did you mean `tension`"),
        (CLUSTERS + 'outcome = "launch_days"\n', "outcome is no key of kind"),
        ('[[analyses]]\nkind = "importance"\nclusters = 3\n', "clusters is no key of kind"),
        (CLUSTERS.replace("3", "1"), "2"),
    ],
)
def test_what_cannot_be_grouped_is_refused(analysis, told):
    with pytest.raises(ScenarioFileError, match=told):
        StudyPlan(read_study(HEAD + FACTOR + analysis))
