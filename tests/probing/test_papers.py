"""Probes of the networks of the papers, against the papers' numbers."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import winitgen

SPECS = Path(__file__).parents[2] / "specs"


@cache
def probed(name: str, scheme: str = "spec", **options: Any) -> dict[str, Any]:
    """Return the only run of an example under one scheme."""
    variables = {key: options.pop(key) for key in ("depth", "width") if key in options}
    report = winitgen.probe(SPECS / f"{name}.yaml", compare=[scheme], variables=variables, **options)
    run: dict[str, Any] = report["runs"][0]
    return run


def before_xavier(name: str, depth: int) -> dict[str, Any]:
    """Return the only run of an example whose kernels have the variance of U(+-1/sqrt n), 1 / (3 n), and no biases."""
    report = winitgen.probe(
        SPECS / f"{name}.yaml", variables={"depth": depth}, sweep={"gain": [math.sqrt(1 / 3)]}
    )
    run: dict[str, Any] = report["runs"][0]
    return run


def stds(run: dict[str, Any], moment: str, statistic: str = "std") -> list[float]:
    """Return one standard deviation of every layer."""
    return [layer[moment][statistic] for layer in run["layers"]]


@pytest.mark.parametrize(
    ("scheme", "std"),
    [
        ("normal", math.sqrt(500)),
        ("lecun_normal", 1.0),
        ("xavier_normal", 1.0),
        ("he_normal", math.sqrt(2)),
    ],
)
def test_the_input_of_the_sigmoid_of_the_lecture(scheme: str, std: float) -> None:
    """For 500 x 500 Gaussian weights and 500 Gaussian samples, it has the standard deviation of the slides.

    The squares of 500 columns and of 500 samples each vary by sqrt(2/500) of their mean over the other
    500: the root of the mean of all 250,000 varies by less than 0.5 %.
    """
    layer = probed("deck", scheme)["layers"][0]

    assert layer["pre"]["std"] == pytest.approx(std, rel=0.015)
    assert layer["pre"]["predicted_std"] == pytest.approx(std, rel=1e-5)


def test_plain_gaussian_weights_saturate_the_sigmoid() -> None:
    """84 % of the outputs lie beyond 0.01 and 0.99: 2 (1 - Phi(ln 99 / sqrt 500)) = 0.8372."""
    run = probed("deck", "normal")
    beyond = math.erfc(math.log(99) / math.sqrt(500) / math.sqrt(2))

    assert round(beyond, 4) == 0.8372
    assert run["layers"][0]["at_the_ends"] == pytest.approx(beyond, abs=0.003)
    assert "saturating" == run["verdict"]
    assert ["fc"] == [finding["layer"] for finding in run["findings"]]


def test_saturation_counts_slopes_below_a_hundredth_of_the_largest() -> None:
    """A sigmoid's slope s (1 - s) is below 1/400 beyond ln((1 + r) / (1 - r)) = 5.986, r = sqrt(0.99)."""
    root = math.sqrt(0.99)
    edge = math.log((1 + root) / (1 - root))
    share = math.erfc(edge / math.sqrt(500) / math.sqrt(2))

    assert round(edge, 3) == 5.986
    assert probed("deck", "normal")["layers"][0]["saturated"] == pytest.approx(share, abs=0.003)


@pytest.mark.parametrize("scheme", ["lecun_normal", "xavier_normal", "he_normal"])
def test_every_scheme_cures_the_sigmoid(scheme: str) -> None:
    """No outputs, except a few in ten thousand under He, lie beyond 0.01 and 0.99."""
    run = probed("deck", scheme)

    assert run["layers"][0]["at_the_ends"] < 0.002
    assert "healthy" == run["verdict"]


TANH = [0.6279, 0.4863, 0.4082, 0.3576, 0.3216, 0.2944, 0.2729, 0.2554, 0.2409, 0.2285]
"""Activation std of tanh layers with n Var(w) = 1 and no bias, by the exact length map."""


def test_tanh_layers_under_xavier() -> None:
    """Theory gives the numbers of the length map, and measurements lie within 1.5 % of them."""
    run = probed("glorot2010", "xavier_normal", depth=10)

    assert TANH == pytest.approx(stds(run, "out", "predicted_std"), abs=6e-5)
    assert stds(run, "out") == pytest.approx(TANH, rel=0.015)


def test_the_heuristic_before_glorot_and_bengio_loses_a_factor_a_layer() -> None:
    """Kernels from U(+-1/sqrt n) have n Var(w) = 1/3: the gain of each layer is at most 0.577.

    Deep inside the network, where tanh is linear, the gain is exactly that, forward and backward.
    """
    run = before_xavier("glorot2010", 12)
    gains = [layer["gain"] for layer in run["layers"]]

    assert run["layers"][0]["pre"]["std"] == pytest.approx(math.sqrt(1 / 3), rel=0.01)
    assert all(gain["forward"] < 0.6 and gain["backward"] < 0.6 for gain in gains[:8])
    assert gains[6]["backward"] == pytest.approx(0.57735, rel=0.02)
    assert gains[6]["predicted_backward"] == pytest.approx(0.57735, rel=0.005)


def test_the_gradient_of_tanh_layers() -> None:
    """The backward pass multiplies by sqrt(E tanh'(z)^2), with z of the layer's std: 0.6815 at std 1."""
    run = probed("glorot2010", "xavier_normal")

    assert run["layers"][0]["gain"]["predicted_backward"] == pytest.approx(math.sqrt(0.464402902), rel=1e-5)
    assert stds(run, "gradient") == pytest.approx(stds(run, "gradient", "predicted_std"), rel=0.02)


@pytest.mark.parametrize(("scheme", "end"), [("xavier_normal", 2.0**-15), ("he_normal", 1.0)])
def test_thirty_relu_layers(scheme: str, end: float) -> None:
    """Under Xavier 2^(-30/2) = 3.05e-5 of the signal remain, under He all of it (He et al. 2015, 2.2).

    The measurement varies: the mean square of each layer has a relative variance of 5/n, n = 1000 units, so that
    of thirty has a relative deviation of sqrt(30 * 5 / 1000) = 0.39, and the root half of that.
    """
    last = probed("he2015", scheme)["layers"][-1]["out"]
    expected, measured = (math.hypot(last[f"{kind}mean"], last[f"{kind}std"]) for kind in ("predicted_", ""))

    assert expected == pytest.approx(end, rel=1e-4)
    assert measured == pytest.approx(end, rel=0.39)


def test_verdicts_of_thirty_relu_layers() -> None:
    """The gradient at layer l under Xavier is 2^(-(30 - l) / 2), below 1/200 from layer 14 back, or by chance 13; under He it never is.

    The signal vanishes too, but the margin of the gradient is the worse one.
    """
    vanishing, healthy = probed("he2015", "xavier_normal"), probed("he2015", "he_normal")

    assert ["vanishing"] == [finding["verdict"] for finding in vanishing["findings"]]
    assert vanishing["findings"][0]["layer"] in ("layer13.fc", "layer14.fc")
    assert ("healthy", []) == (healthy["verdict"], healthy["findings"])


def test_relu_under_the_kernels_of_torch() -> None:
    """E relu^2 = 1/2 and n Var(w) = 1/3 leave 6^(-10/2) = 1.286e-4 after ten layers."""
    last = before_xavier("he2015", 10)["layers"][-1]["out"]
    expected, measured = (math.hypot(last[f"{kind}mean"], last[f"{kind}std"]) for kind in ("predicted_", ""))

    assert expected == pytest.approx(1.286e-4, rel=1e-3)
    assert measured == pytest.approx(1.286e-4, rel=0.33)  # three times sqrt(10 * 5 / 1000) / 2


def test_relu_under_the_default_of_torch() -> None:
    """Its biases have the variance 1 / (3 n) too: q = q / 6 + 1 / (3 n) gives q = 0.4 / n, which is left of any signal."""
    last = probed("he2015", "torch", depth=20)["layers"][-1]["pre"]
    expected, measured = (math.hypot(last[f"{kind}mean"], last[f"{kind}std"]) for kind in ("predicted_", ""))

    assert expected == pytest.approx(math.sqrt(0.4 / 1000), rel=1e-3)
    assert measured == pytest.approx(math.sqrt(0.4 / 1000), rel=0.1)


def test_selu_keeps_mean_and_variance() -> None:
    """Mean 0 and variance 1 are kept through sixteen layers (Klambauer et al. 2017)."""
    run = probed("selu")

    for layer in run["layers"]:
        assert layer["out"]["mean"] == pytest.approx(0.0, abs=0.02), layer["layer"]
        assert layer["out"]["std"] == pytest.approx(1.0, rel=0.03), layer["layer"]
        assert layer["out"]["predicted_mean"] == pytest.approx(0.0, abs=1e-6)
        assert layer["out"]["predicted_std"] == pytest.approx(1.0, abs=1e-6)


def test_selu_restores_another_scale(tmp_path: Path) -> None:
    """Samples ten times too large come out of sixteen layers with nearly unit variance."""
    import numpy as np

    path = tmp_path / "large.npy"
    np.save(path, 10 * np.random.default_rng(7).standard_normal((200, 512)))
    run = winitgen.probe(SPECS / "selu.yaml", input=path)["runs"][0]

    assert run["layers"][0]["pre"]["std"] == pytest.approx(10, rel=0.02)
    assert 1.0 < run["layers"][-1]["out"]["std"] < 1.6
