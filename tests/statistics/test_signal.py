"""What the schemes promise about a signal through many layers, with a network in NumPy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen

pytestmark = pytest.mark.slow

SAMPLES = 128
SPECS = Path(__file__).parents[2] / "specs"


def signal(width: int) -> np.ndarray:
    """Return samples of independent standard normals, drawn as a tensor with its own seed."""
    init = {"scheme": "normal", "std": 1}
    spec = {"layers": [{"type": "param", "name": "x", "shape": [SAMPLES, width], "init": init}]}
    return winitgen.generate(spec, seed=99)["x"]


def through(width: int, depth: int, function: Callable[[Any], Any], **options: Any) -> list[np.ndarray]:
    """Return the output of each of ``depth`` dense layers without biases."""
    layer = {"type": "dense", "units": width, "use_bias": False, **options}
    layers = [{"name": f"fc{number}", **layer} for number in range(depth)]
    weights = winitgen.generate({"input": width, "layers": layers})
    x, outputs = signal(width), []
    for kernel in weights.values():
        x = function(np.matmul(x, kernel.T))
        outputs.append(x)
    return outputs


def relu(x: np.ndarray) -> np.ndarray:
    """Return max(x, 0)."""
    return np.maximum(x, 0.0)


def selu(x: np.ndarray) -> np.ndarray:
    """Return SELU with the constants of Klambauer et al. 2017."""
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def mean_square(x: np.ndarray) -> float:
    """Return the mean of all squares."""
    return float(np.square(x, dtype=np.float64).mean())


def test_selu_stays_at_its_fixed_point() -> None:
    """Klambauer et al. 2017: through 8 layers mean and variance stay 0 and 1, within 0.05."""
    for out in through(1500, 8, selu, activation="selu"):
        assert pytest.approx((0.0, 1.0), abs=0.05) == (out.mean(), out.var())


def test_selu_drifts_with_he() -> None:
    """The test above can fail: with He's standard deviation the variance grows at first."""
    assert 1.5 < through(1500, 8, selu, init="he")[-1].var()


def test_he_keeps_relu_alive() -> None:
    """He et al. 2015: 30 layers of ReLU keep the mean square within 10 percent."""
    outputs = through(2000, 30, relu, activation="relu")

    assert pytest.approx(mean_square(outputs[0]), rel=0.1) == mean_square(outputs[-1])


def test_xavier_lets_relu_decay() -> None:
    """With Xavier each ReLU layer halves the mean square: after 30 the root mean square is 2^-15 = 3.05e-5."""
    outputs = through(2000, 30, relu, init="xavier")
    ratio = (mean_square(outputs[-1]) / mean_square(signal(2000))) ** 0.5

    assert pytest.approx(3.0517578125e-05, rel=0.05) == ratio


def test_orthogonal_keeps_every_norm() -> None:
    """Saxe et al. 2013: through 20 orthogonal linear layers each sample keeps its length."""
    out = through(64, 20, lambda x: x, init="orthogonal")[-1]

    np.testing.assert_allclose(np.linalg.norm(out, axis=1), np.linalg.norm(signal(64), axis=1), rtol=1e-5)


def test_siren_keeps_its_variance() -> None:
    """Sitzmann et al. 2020, without biases: from the second sine on, the input has mean square n Var(w) w0^2 E sin^2.

    The first sine is uniform over its periods, E sin^2 = 1/2; later E sin^2 = (1 - exp(-2 v)) / 2
    for normals of variance v, so that 1, 0.8647 and 0.8226 are expected.
    """
    weights = winitgen.generate(SPECS / "siren.yaml")
    x = np.stack(np.meshgrid(*[np.linspace(-1, 1, 128)] * 2), axis=-1).reshape(-1, 2)
    entering = []
    for number in range(4):
        x = 30 * np.matmul(x, weights[f"net.{number}.linear.weight"].T)
        entering.append(mean_square(x))
        x = np.sin(x)

    assert pytest.approx([1.0, 0.8647, 0.8226], rel=0.1) == entering[1:]
