"""Ask a neural network for a second opinion on the fit (neural posterior estimation, library `sbi`).

It learns the posterior from the same futures without taking the figures for normal. It needs PyTorch and
takes minutes, so it is an extra of its own, `neural`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from importlib.metadata import version
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from scenario_sim.studies.optional import import_optional
from scenario_sim.validation.calibration.design import QUANTILES, Design, to_bounds
from scenario_sim.validation.calibration.self_check import SelfCheck

RUNS_PER_POINT = 10  # futures of each point that the network sees
DRAWS, DRAWS_PER_SET = 10_000, 1_000
EDGE = 1e-4  # places within the bounds are kept this far from them, where the log odds are finite
LIBRARIES = ("sbi", "torch")

Draw = Callable[[np.ndarray, int], np.ndarray]  # figures, draws: places within the bounds


def fit_neural_posterior(
    design: Design, checked: SelfCheck, seen: np.ndarray, seed: int
) -> dict[str, Any]:
    """Train on the design's futures; return quantiles under the record, and the trial on own records.

    Parameters
    ----------
    design : Design
        Points and figures of their futures.
    checked : SelfCheck
        The records made by the model itself, with their truths.
    seen : ndarray, shape (figure,)
        The record's figures.
    seed : int
        Seed of the network.

    Returns
    -------
    dict
        `posterior` (quantiles by coefficient), `futures` (their number), `libraries` (versions), and the
        trial on own records as `SelfCheck.as_dict` tells it.

    Raises
    ------
    NotInstalled
        If sbi is not installed.
    """
    runs = min(RUNS_PER_POINT, design.figures.shape[2])
    figures = np.moveaxis(design.figures[:, :, :runs], 1, 2).reshape(-1, design.figures.shape[1])
    draw = _train(figures, np.repeat(design.shares, runs, axis=0), seed)
    quantiles = to_bounds(design.names, np.quantile(draw(seen, DRAWS), QUANTILES, axis=0))
    return {
        "libraries": {name: version(name) for name in LIBRARIES},
        "posterior": {
            name: [float(f"{x:.5g}") for x in quantiles[:, n]]
            for n, name in enumerate(design.names)
        },
        "futures": len(figures),
        **_rank_truths(draw, checked).as_dict(),
    }


def _train(figures: np.ndarray, shares: np.ndarray, seed: int) -> Draw:
    """Train the network on futures; return the function that draws from its posterior.

    `figures` has the shape (future, figure), `shares` (future, coefficient).
    """
    inference, torch = import_optional("sbi.inference"), import_optional("torch")
    tensorboard = import_optional("torch.utils.tensorboard")
    torch.manual_seed(seed)
    # The network is small: on two busy cores an epoch took 28 s of CPU with two threads, 1.3 s with one.
    torch.set_num_threads(1)
    moving = figures.std(axis=0) > 0

    def tensor(values: np.ndarray) -> Any:
        return torch.as_tensor(np.asarray(values), dtype=torch.float32)

    inner = np.clip(shares, EDGE, 1 - EDGE)
    with TemporaryDirectory() as logs, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some figures of some futures lie far out; it says so
        trainer = inference.NPE(
            density_estimator="maf",
            summary_writer=tensorboard.SummaryWriter(logs),
            show_progress_bars=False,
        )
        free = tensor(np.log(inner / (1 - inner)))
        trainer.append_simulations(free, tensor(figures[:, moving])).train()
        posterior = trainer.build_posterior()

    def draw(figures_: np.ndarray, size: int) -> np.ndarray:
        free = posterior.sample((size,), x=tensor(figures_[moving]), show_progress_bars=False)
        return np.asarray(1 / (1 + np.exp(-free.numpy())))

    return draw


def _rank_truths(draw: Draw, checked: SelfCheck) -> SelfCheck:
    """Return where the truth of each own record lies in the network's posterior."""
    ranks, means = np.empty_like(checked.truths), np.empty_like(checked.truths)
    for n, (seen, truth) in enumerate(zip(checked.seen, checked.truths, strict=True)):
        draws = draw(seen, DRAWS_PER_SET)
        ranks[n], means[n] = (draws < truth).mean(axis=0), draws.mean(axis=0)
    effective = np.full(len(ranks), DRAWS_PER_SET)
    return SelfCheck(checked.names, checked.truths, means, ranks, effective, checked.seen)


def compare_opinions(manifest: Mapping[str, Any]) -> str:
    """Say in a sentence how far the network and the walkers agree.

    They agree where each median lies in the other's middle half, and in part where each lies in the
    other's nine in ten.

    Parameters
    ----------
    manifest : mapping
        The manifest of a fit, with `coefficients` and `neural`.
    """
    both = {
        row["name"]: (np.array(row["posterior"]), np.array(manifest["neural"]["posterior"][row["name"]]))
        for row in manifest["coefficients"]
    }  # fmt: skip
    width = {row["name"]: row["prior"][-1] - row["prior"][0] for row in manifest["coefficients"]}
    half = sum(_each_holds_the_other(*pair, 1) for pair in both.values())
    most = sum(_each_holds_the_other(*pair, 0) for pair in both.values())
    apart = {name: abs(one[2] - other[2]) / width[name] for name, (one, other) in both.items()}
    worst = max(apart, key=lambda name: apart[name])
    ratio = np.median([(other[-1] - other[0]) / (one[-1] - one[0]) for one, other in both.values()])
    all_ = len(both)
    verdict = "agree" if half == all_ else "agree in part" if most == all_ else "disagree"
    return (
        f"The two opinions {verdict}: each median lies in the other's middle half for {half} of {all_} "
        f"coefficients and in its nine in ten for {most}; they lie farthest apart on `{worst}`, by "
        f"{apart[worst]:.0%} of the prior's width; the network's nine in ten are {ratio:.2f} times as "
        "wide as the walkers' (median)."
    )


def _each_holds_the_other(one: np.ndarray, other: np.ndarray, place: int) -> bool:
    """Return whether each median lies between the other's quantiles at `place` and its mirror."""
    pairs = ((one, other), (other, one))
    return all(band[place] <= of[2] <= band[-1 - place] for band, of in pairs)
