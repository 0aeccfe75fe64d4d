"""The covariance of two correlated values after an activation, and networks in which it matters."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.catalog.activations import ACTIVATIONS, Applied
from winitgen.probing.theory import covariance, response


def arc_cosine(correlation: float) -> float:
    """Return E relu(a) relu(b) for unit Gaussian a and b (Cho & Saul 2009, eq. 6, halved)."""
    angle = math.acos(correlation)
    return (math.sin(angle) + (math.pi - angle) * correlation) / (2 * math.pi)


@pytest.mark.parametrize("correlation", [0.0, 0.1, 0.5, 0.9, 0.99, 0.9999])
def test_relu_has_the_arc_cosine_kernel(correlation: float) -> None:
    """The covariance is the kernel without the product of the means, 1 / (2 pi), and grows with the variance."""
    expected = arc_cosine(correlation) - 1 / (2 * math.pi)

    assert covariance(Applied("relu"), 0.0, 1.0, correlation) == pytest.approx(
        expected, abs=2e-5 if correlation > 0.99 else 2e-6
    )
    assert covariance(Applied("relu"), 0.0, 9.0, 9 * correlation) == pytest.approx(
        9 * expected, abs=2e-4 if correlation > 0.99 else 2e-5
    )


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "softmax"])
def test_identical_values_have_the_variance_as_covariance(name: str) -> None:
    """The covariance of identical values is their variance; that of independent values is 0."""
    applied = Applied(name)
    spread = response(applied, 0.3, 1.7)

    assert spread is not None
    assert covariance(applied, 0.3, 1.7, 1.7) == pytest.approx(spread.square - spread.mean**2, rel=1e-5)
    assert 0.0 == covariance(applied, 0.3, 1.7, 0.0)


@pytest.mark.parametrize(("name", "f"), [("tanh", np.tanh), ("sigmoid", lambda x: 1 / (1 + np.exp(-x)))])
def test_against_a_plain_double_integral(name: str, f: Callable[[np.ndarray], np.ndarray]) -> None:
    """Mean 0.4, variance 1.5, covariance 0.6: E f(a) f(b) - E f^2 by the trapezoidal rule over both variables."""
    z, step = np.linspace(-8, 8, 401, retstep=True)
    weights = step * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    inner = f(0.4 + math.sqrt(0.6) * z[:, None] + math.sqrt(0.9) * z) @ weights
    mean, both = inner @ weights, inner**2 @ weights

    assert covariance(Applied(name), 0.4, 1.5, 0.6) == pytest.approx(both - mean**2, rel=1e-5)


def agree(layers: list[dict[str, Any]], size: Any, samples: int, slack: float) -> None:
    """Check that signal and gradient of every layer lie within ``slack`` of theory."""
    run = winitgen.probe({"input": size, "layers": layers}, samples=samples)["runs"][0]
    for row in run["layers"]:
        for signal in ("pre", "out", "gradient"):
            statistics = row[signal]
            assert statistics["std"] == pytest.approx(statistics["predicted_std"], rel=slack), (
                row["layer"],
                signal,
            )


def test_dense_layers_with_batch_norms() -> None:
    """Four of them: the gradient grows by 1.21 a layer, 2.1 in all, and theory says so within 4 %."""
    block = [{"type": "dense", "units": 600, "init": "he"}, {"type": "batch_norm", "activation": "relu"}]

    agree(block * 4, 600, 400, 0.04)


def test_convolutions_with_batch_norms_and_a_residual() -> None:
    """Padding reduces the signal at the borders, a residual adds the shared moments: within 10 %."""
    conv = {"type": "conv2d", "filters": 96, "kernel_size": 3, "padding": 1, "use_bias": False}
    norm = {"type": "batch_norm"}
    branch = [conv, {**norm, "activation": "relu"}, conv, norm]
    residual = {"type": "residual", "layers": branch, "activation": "relu"}

    agree([conv, {**norm, "activation": "relu"}, residual, conv, norm], [64, 12, 16], 60, 0.1)


@pytest.mark.parametrize("first", [{"type": "dense", "units": 7}, {"type": "prelu"}])
def test_squares_beyond_float64(first: dict[str, Any], tmp_path: Path) -> None:
    """Samples of 1e200 are probed without a warning; their squares overflow, so that theory has no value."""
    np.save(tmp_path / "x.npy", 1e200 * np.random.default_rng(0).uniform(1, 2, (20, 50)))
    layers = [first, {"type": "dense", "units": 7}]
    spec = {"input": 50, "dtype": "float64", "layers": layers}

    (row, _) = winitgen.probe(spec, input=tmp_path / "x.npy")["runs"][0]["layers"]

    assert row["out"]["std"] > 0
    assert row["out"]["predicted_std"] is None


CONV = {"type": "conv1d", "filters": 250, "kernel_size": 3, "use_bias": False}
DENSE = {"type": "dense", "units": 250}


@pytest.mark.parametrize(
    ("size", "common", "layers"),
    [
        ([40, 23], (1, 40, 1), [CONV]),
        ([40, 23], (1, 40, 1), []),
        ([40, 23], (1, 40, 23), [{"type": "flatten"}, DENSE]),
    ],
    ids=["channels of a convolution", "channels of a norm", "values of a flattened sample"],
)
def test_units_of_real_samples(
    size: list[int], common: tuple[int, ...], layers: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Shared moments are measured along the axis that the first layer takes as units: 9/10 of the variance."""
    draw = np.random.default_rng(3)
    np.save(tmp_path / "x.npy", draw.normal(size=(150, *size)) + 3 * draw.normal(size=common))
    last = {"type": "dense", "units": 5}
    spec = {"input": size, "layers": [*layers, {"type": "batch_norm"}, {"type": "flatten"}, last]}

    rows = winitgen.probe(spec, input=tmp_path / "x.npy")["runs"][0]["layers"]

    gain = rows[-2]["gain"]
    assert gain["backward"] == pytest.approx(gain["predicted_backward"], rel=0.05)
