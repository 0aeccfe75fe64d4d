"""Every scheme in every distribution, against its paper's formula for fans 800 and 1500."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

import winitgen

pytestmark = pytest.mark.slow

FAN_IN, FAN_OUT = 800, 1500

VARIANCES = {
    "lecun": 1 / FAN_IN,  # LeCun et al. 1998, section 4.6
    "xavier": 2 / (FAN_IN + FAN_OUT),  # Glorot & Bengio 2010, eq. 12
    "he": 2 / FAN_IN,  # He et al. 2015, eq. 10
    "glorot": 2 / (FAN_IN + FAN_OUT),
    "kaiming": 2 / FAN_IN,
}

FANS = {"fan_in": FAN_IN, "fan_out": FAN_OUT, "fan_avg": (FAN_IN + FAN_OUT) / 2}


def normal(std: float) -> Any:
    """Return the normal distribution with this standard deviation."""
    return stats.norm(scale=std)


def uniform(std: float) -> Any:
    """Return the uniform distribution around 0 with this standard deviation; its half-width is sqrt(3) std."""
    return stats.uniform(-math.sqrt(3) * std, 2 * math.sqrt(3) * std)


def truncated_normal(std: float) -> Any:
    """Return the normal cut at +-2 parent sigma that has this standard deviation after the cut."""
    return stats.truncnorm(-2, 2, scale=std / stats.truncnorm(-2, 2).std())


DISTRIBUTIONS = {"normal": normal, "uniform": uniform, "truncated_normal": truncated_normal}


def cut(low: float, high: float, parent: float, mean: float = 0.0) -> Any:
    """Return the normal with the parent's sigma and mean, cut at ``low`` and ``high`` sigma."""
    return stats.truncnorm(low, high, loc=mean, scale=parent)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("family", VARIANCES)
def test_families(
    family: str, distribution: str, dtype: str, kernel: Callable[..., Any], complaints: Callable[..., Any]
) -> None:
    """LeCun, Xavier and He, under either name, have their paper's variance in any distribution."""
    expected = DISTRIBUTIONS[distribution](math.sqrt(VARIANCES[family]))

    assert [] == complaints(kernel(dtype, init=f"{family}_{distribution}"), expected)


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("mode", FANS)
def test_variance_scaling(
    mode: str, distribution: str, kernel: Callable[..., Any], complaints: Callable[..., Any]
) -> None:
    """Variance scaling has variance scale / fan for each fan and distribution."""
    init = {"scheme": "variance_scaling", "scale": 0.7, "mode": mode, "distribution": distribution}
    expected = DISTRIBUTIONS[distribution](math.sqrt(0.7 / FANS[mode]))

    assert [] == complaints(kernel(init=init), expected)


HE, XAVIER = math.sqrt(2 / FAN_IN), math.sqrt(2 / (FAN_IN + FAN_OUT))
WIDE_CUT = stats.truncnorm(-1, 3)

OPTIONS = {
    "normal": ("normal", normal(1.0)),
    "normal, moved": ({"scheme": "normal", "mean": 0.5, "std": 0.02}, stats.norm(0.5, 0.02)),
    "uniform": ({"scheme": "uniform", "low": -0.1, "high": 0.3}, stats.uniform(-0.1, 0.4)),
    "truncated": ({"scheme": "truncated_normal", "std": 0.02}, truncated_normal(0.02)),
    "truncated, before the cut": (
        {"scheme": "truncated_normal", "std": 0.02, "correct": False},
        cut(-2, 2, 0.02),
    ),
    "truncated at 1": (
        {"scheme": "truncated_normal", "mean": 1, "std": 0.02, "bounds": 1},
        cut(-1, 1, 0.02 / stats.truncnorm(-1, 1).std(), 1.0),
    ),
    "truncated at -1 and 3": (
        {"scheme": "truncated_normal", "std": 0.02, "bounds": [-1, 3]},
        cut(-1, 3, 0.02 / WIDE_CUT.std()),
    ),
    "truncated at -1 and 3, before the cut": (
        {"scheme": "truncated_normal", "std": 0.02, "bounds": [-1, 3], "correct": False},
        cut(-1, 3, 0.02),
    ),
    "he of fan_out": ({"scheme": "he", "mode": "fan_out"}, normal(math.sqrt(2 / FAN_OUT))),
    "he of fan_avg, uniform": ({"scheme": "he_uniform", "mode": "fan_avg"}, uniform(XAVIER * math.sqrt(2))),
    "he with a gain of its own": ({"scheme": "he", "gain": 0.5}, normal(0.5 / math.sqrt(FAN_IN))),
    "xavier with torch's gain of tanh": (
        {"scheme": "xavier", "gain": "torch", "distribution": "uniform"},
        uniform(5 / 3 * XAVIER),
    ),
    "xavier with the gain of relu": ({"scheme": "xavier", "gain": "relu"}, normal(math.sqrt(2) * XAVIER)),
    "lecun, truncated at 3": (
        {"scheme": "lecun_truncated_normal", "bounds": 3},
        cut(-3, 3, math.sqrt(1 / FAN_IN) / stats.truncnorm(-3, 3).std()),
    ),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_options(name: str, kernel: Callable[..., Any], complaints: Callable[..., Any]) -> None:
    """Means, bounds, gains and modes change the distribution as documented."""
    init, expected = OPTIONS[name]

    assert [] == complaints(kernel(init=init, activation="tanh"), expected)


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_default_distribution(distribution: str, complaints: Callable[..., Any]) -> None:
    """The default distribution applies only to a scheme whose name does not state one."""
    layers = [
        {"name": "a", "type": "dense", "units": FAN_OUT, "init": "he"},
        {"name": "b", "type": "dense", "units": FAN_IN, "init": "lecun_uniform"},
    ]
    spec = {"input": FAN_IN, "defaults": {"distribution": distribution}, "layers": layers}
    found = winitgen.generate(spec)

    assert [] == complaints(found["a.weight"], DISTRIBUTIONS[distribution](HE))
    assert [] == complaints(found["b.weight"], uniform(math.sqrt(1 / FAN_OUT)))


# Input, layer, and its fans: the inputs of one output, and the outputs of one input.
FANS_OF_LAYERS = {
    "conv1d": ([500, 9], {"type": "conv1d", "filters": 700, "kernel_size": 3}, 500 * 3, 700 * 3),
    "conv2d": ([200, 9, 9], {"type": "conv2d", "filters": 350, "kernel_size": [3, 5]}, 200 * 15, 350 * 15),
    "conv2d, grouped": (
        [600, 9, 9],
        {"type": "conv2d", "filters": 1200, "kernel_size": 3, "groups": 4},
        150 * 9,
        300 * 9,
    ),
    "conv3d": ([100, 5, 5, 5], {"type": "conv3d", "filters": 500, "kernel_size": 3}, 100 * 27, 500 * 27),
}


@pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
@pytest.mark.parametrize("name", FANS_OF_LAYERS)
def test_fans_of_convolutions(name: str, mode: str, complaints: Callable[..., Any]) -> None:
    """A convolution's fans count taps and channels, and only the channels of one group."""
    shape, layer, *fans = FANS_OF_LAYERS[name]
    init = {"scheme": "he", "mode": mode}
    found = winitgen.generate({"input": shape, "layers": [{"name": "conv", "init": init, **layer}]})
    expected = normal(math.sqrt(2 / fans[mode == "fan_out"]))

    assert [] == complaints(found["conv.weight"], expected)


def test_embedding(complaints: Callable[..., Any]) -> None:
    """An embedding's vectors have length 1: variance 1/dim."""
    layer = {"name": "e", "type": "embedding", "count": 20_000, "dim": 64}
    found = winitgen.generate({"input": {"tokens": 4}, "layers": [layer]})["e.weight"]

    assert [] == complaints(found, normal(1 / 8))
    assert np.linalg.norm(found.astype(float), axis=1).mean() == pytest.approx(1.0, rel=0.01)
