"""Ask a neural network for a second opinion on the fit (neural posterior estimation, library `sbi`).

It learns the posterior from the same futures without taking the figures for normal. It needs PyTorch and
takes minutes, so it is an extra of its own, `neural`.
"""

from __future__ import annotations

import warnings
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from scenario_sim.studies.optional import import_optional
from scenario_sim.validation.calibration.design import QUANTILES, Design, to_bounds
from scenario_sim.validation.calibration.self_check import BANDS, SelfCheck

RUNS_PER_POINT = 10  # futures of each point that the network sees
DRAWS, DRAWS_PER_SET = 10_000, 1_000
EDGE = 1e-4  # places within the bounds are kept this far from them, where the log odds are finite


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

    Raises
    ------
    NotInstalled
        If sbi is not installed.
    """
    inference, torch = import_optional("sbi.inference"), import_optional("torch")
    torch.manual_seed(seed)
    runs = min(RUNS_PER_POINT, design.figures.shape[2])
    figures = np.moveaxis(design.figures[:, :, :runs], 1, 2).reshape(-1, design.figures.shape[1])
    moving = figures.std(axis=0) > 0

    def tensor(values: np.ndarray) -> Any:
        return torch.as_tensor(np.asarray(values), dtype=torch.float32)

    shares = np.clip(np.repeat(design.shares, runs, axis=0), EDGE, 1 - EDGE)
    tensorboard = import_optional("torch.utils.tensorboard")
    with TemporaryDirectory() as logs, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some figures of some futures lie far out; it says so
        trainer = inference.NPE(
            density_estimator="maf",
            summary_writer=tensorboard.SummaryWriter(logs),
            show_progress_bars=False,
        )
        free = tensor(np.log(shares / (1 - shares)))
        trainer.append_simulations(free, tensor(figures[:, moving])).train()
        posterior = trainer.build_posterior()

    def draw(figures_: np.ndarray, size: int) -> np.ndarray:
        free = posterior.sample((size,), x=tensor(figures_[moving]), show_progress_bars=False)
        return 1 / (1 + np.exp(-free.numpy()))

    quantiles = to_bounds(design.names, np.quantile(draw(seen, DRAWS), QUANTILES, axis=0))
    ranks = np.array([
        (draw(record, DRAWS_PER_SET) < truth).mean(axis=0)
        for record, truth in zip(checked.seen, checked.truths, strict=True)
    ])  # fmt: skip
    inside = [float((np.abs(ranks - 0.5) <= band / 2).mean()) for band in BANDS]
    return {
        "posterior": {
            name: [float(f"{x:.5g}") for x in quantiles[:, n]]
            for n, name in enumerate(design.names)
        },
        "inside": [round(share, 3) for share in inside],
        "futures": len(figures),
    }
