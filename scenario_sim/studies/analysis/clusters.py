"""Group runs by the shape of a weekly quantity: complexity-invariant distance, average linkage.

The distance [1] of two series is Euclidean, times the ratio of their complexities: the lengths of
the lines that they draw. So a restless run does not count as near to a quiet one of the same level.
Clusters of futures are then explained by the inputs that part them [2].

[1] Batista, G. E. A. P. A., Keogh, E. J., Tataw, O. M. and de Souza, V. M. A. (2014). CID: an
    efficient complexity-invariant distance for time series. Data Mining and Knowledge Discovery
    28, 634-669.
[2] Steinmann, P., Auping, W. L. and Kwakkel, J. H. (2020). Behavior-based scenario discovery using
    time series clustering. Technological Forecasting and Social Change 156, 120052.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.simulation.display import DisplayedResult

MAX_SERIES = 2000  # their distances take 16 MB and under a second; 10,000 would take 400 MB
MIN_COMPLEXITY = 1e-9  # of a series that never moves
MIN_WEEKS = 3  # fewer draw no shape
BAND = (5, 95)  # percentiles: nine in ten of the series of a cluster lie between them


@dataclass(frozen=True, repr=False)
class Clusters(DisplayedResult):
    """Runs grouped by shape, the largest cluster first.

    Attributes
    ----------
    labels : ndarray of int, (series,)
        Cluster of each series, from 1; 0 for a series that was not sampled.
    table : DataFrame
        One row a cluster: `size`, `share` of the sampled series, `medoid` (the series with the least
        distance to the others of its cluster), and with factors `leading`: the factor whose mean in the
        cluster lies furthest from the mean of all, and `shift`, how far, in standard deviations.
    """

    labels: np.ndarray
    table: pd.DataFrame

    def _summary(self) -> list[str]:
        sampled = int((self.labels > 0).sum())
        return [f"{len(self.table)} clusters of {sampled:,} of {self.labels.size:,} series"]

    def _table(self) -> pd.DataFrame:
        return self.table


def cluster_series(
    series: np.ndarray,
    clusters: int = 4,
    factors: pd.DataFrame | None = None,
    seed: int = 0,
    most: int = MAX_SERIES,
) -> Clusters:
    """Group series by shape.

    Parameters
    ----------
    series : ndarray, (series, weeks)
        Such as `simulate(...).quantity("tension").T`.
    clusters : int
        Number of clusters, at least 2.
    factors : DataFrame, optional
        Numbers that may explain the clusters, one row a series: inputs, or outcomes.
    seed : int
        Of the sample, where there are more than `most` series.
    most : int
        Largest number of series; of more a random sample is clustered.

    Raises
    ------
    ScenarioError
        There are too few series or weeks, or values are missing.

    Examples
    --------
    >>> rising, falling = np.linspace(0, 1, 20), np.linspace(1, 0, 20)
    >>> found = cluster_series(np.array([rising, falling, rising + 0.01]), clusters=2)
    >>> found.labels.tolist()
    [1, 2, 1]
    """
    series = np.asarray(series, float)
    _check(series, clusters)
    chosen = sample_series(len(series), seed, most)
    distances = complexity_invariant_distances(series[chosen])
    found = fcluster(linkage(distances, "average"), clusters, "maxclust")
    order = np.argsort(-np.bincount(found)[1:], kind="stable")  # the largest first
    rank = np.empty(order.size, int)
    rank[order] = np.arange(1, order.size + 1)
    labels = np.zeros(len(series), int)
    labels[chosen] = rank[found - 1]
    square = squareform(distances)
    rows = [_row(labels, number, chosen, square, factors) for number in range(1, order.size + 1)]
    return Clusters(labels, pd.DataFrame(rows).set_index("cluster"))


def sample_series(many: int, seed: int = 0, most: int = MAX_SERIES) -> np.ndarray:
    """Return the places, in order, of the series that are clustered: all, or a random sample."""
    if many <= most:
        return np.arange(many)
    return np.sort(np.random.default_rng(seed).choice(many, most, replace=False))


def cluster_bands(series: np.ndarray, found: Clusters) -> pd.DataFrame:
    """Return the band in which nine in ten series of each cluster lie, and its medoid, by week.

    Parameters
    ----------
    series : ndarray, (series, weeks)
        As they were given to `cluster_series`.
    found : Clusters

    Returns
    -------
    DataFrame
        Columns `cluster`, `week`, `low`, `high` and `medoid`, in the unit of the series.
    """
    parts = []
    for cluster, medoid in found.table["medoid"].items():
        low, high = np.percentile(series[found.labels == cluster], BAND, axis=0)
        weeks = np.arange(series.shape[1])
        band = {"week": weeks, "low": low, "high": high, "medoid": series[medoid]}
        parts.append(pd.DataFrame({"cluster": cluster} | band))
    return pd.concat(parts, ignore_index=True)


def complexity_invariant_distances(series: np.ndarray) -> np.ndarray:
    """Return the distance of each pair, condensed as by `scipy.spatial.distance.pdist`.

    series: (series, weeks).
    """
    complexity = np.sqrt((np.diff(series, axis=1) ** 2).sum(axis=1))
    logs = np.log(np.maximum(complexity, MIN_COMPLEXITY))[:, None]
    ratio: np.ndarray = np.exp(pdist(logs, "cityblock"))
    distances: np.ndarray = pdist(series) * ratio
    return distances


def _row(
    labels: np.ndarray,
    number: int,
    chosen: np.ndarray,
    square: np.ndarray,
    factors: pd.DataFrame | None,
) -> dict[str, object]:
    inside = labels[chosen] == number
    members = chosen[inside]
    medoid = members[square[np.ix_(inside, inside)].sum(axis=1).argmin()]
    row: dict[str, object] = {
        "cluster": number,
        "size": members.size,
        "share": members.size / chosen.size,
        "medoid": int(medoid),
    }
    if factors is None:
        return row
    known = factors.iloc[chosen]
    shift = (factors.iloc[members].mean() - known.mean()) / known.std(ddof=0).replace(0, np.inf)
    leading = shift.abs().idxmax()
    return row | {"leading": leading, "shift": float(shift[leading])}


def _check(series: np.ndarray, clusters: int) -> None:
    problems = []
    if series.ndim != 2 or series.shape[1] < MIN_WEEKS:
        text = f"has to be (series, weeks) with {MIN_WEEKS} weeks or more, not {series.shape}"
        problems.append(Problem("series", text))
    elif not np.isfinite(series).all():
        problems.append(Problem("series", "holds missing values; leave these weeks or runs out"))
    if clusters < 2 or clusters > len(series):
        text = f"takes a whole number from 2 to the number of series, {len(series)}, not {clusters}"
        problems.append(Problem("clusters", text))
    if problems:
        raise ScenarioError(problems, "these series cannot be clustered")
