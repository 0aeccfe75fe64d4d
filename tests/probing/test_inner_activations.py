"""Layers with an activation inside: saturation, and theory of slopes and gates."""

import math
from typing import Any

import numpy as np
import pytest

from tests.probing.one_layer import independent, operation

SHARP = {"lstm": (5.98645, 5.98645, 2.99322, 5.98645), "gru": (5.98645, 5.98645, 2.99322), "rnn": (2.99322,)}
"""Inputs at which sigmoid and tanh have 1 % of their largest slope: 2 artanh(sqrt 0.99), and half of it."""


@pytest.mark.parametrize("kind", SHARP)
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_gate_saturates_at_a_hundredth_of_its_slope(kind: str, sign: int) -> None:
    """Of four features, one is just below the limit of its gate, and three are just beyond."""
    gates = len(SHARP[kind])
    layer = {"type": kind, "units": 4, "use_bias": False, "bidirectional": True}
    own = operation([1, 1], layer)
    for direction in ("forward", "backward"):
        kernel = own.weights.needed("kernel", f"l0.{direction}")
        kernel[...] = sign * np.array(SHARP[kind]).reshape(gates, 1, 1)
        kernel[:, 0] *= 0.9999
        kernel[:, 1:] *= 1.0001
    own.forward([np.ones((5, 1, 1))], keep=False)

    assert (5 * 2 * gates * 3, 5 * 2 * gates * 4) == own.saturated


def test_a_recurrent_relu_saturates_at_or_below_0() -> None:
    """A plain cell with relu has slope 0 there."""
    own = operation([1, 1], {"type": "rnn", "units": 4, "activation": "relu", "use_bias": False})
    own.weights.needed("kernel", "l0.forward")[0, :, 0] = [-2.0, 0.0, 1e-3, 7.0]
    own.forward([np.ones((3, 1, 1))], keep=False)

    assert (6, 12) == own.saturated


def test_an_lstm_by_hand() -> None:
    """With all gates half open, c = 0.5 tanh(1), then 0.5 c + 0.5 tanh(1), and h = 0.5 tanh(c)."""
    own = operation([2, 1], {"type": "lstm", "units": 1, "bias_init": "zeros"})
    own.weights.needed("kernel", "l0.forward")[:, 0, 0] = [0, 0, 1, 0]
    own.weights.needed("recurrent_kernel", "l0.forward")[...] = 0
    out = own.forward([np.ones((1, 2, 1))], keep=False)

    assert pytest.approx(0.5 * math.tanh(0.75 * math.tanh(1))) == out.item()
    assert [0.0, 0.0, 1.0, 0.0] == np.asarray(own.pre)[0, 1, 0, :, 0].tolist()


def test_a_gru_by_hand() -> None:
    """With reset and update half open, h = 0.5 tanh(1), then 0.5 tanh(1 + 0.5 h) + 0.5 h."""
    own = operation([2, 1], {"type": "gru", "units": 1, "use_bias": False})
    own.weights.needed("kernel", "l0.forward")[:, 0, 0] = [0, 0, 1]
    own.weights.needed("recurrent_kernel", "l0.forward")[:, 0, 0] = [0, 0, 1]
    first = 0.5 * math.tanh(1)

    assert (
        pytest.approx(0.5 * math.tanh(1 + 0.5 * first) + 0.5 * first)
        == own.forward([np.ones((1, 2, 1))], keep=False).item()
    )


def test_attention_without_queries_is_a_mean() -> None:
    """Queries of 0 weight all positions equally: the output is the same at all of them."""
    own = operation([6, 4], {"type": "multi_head_attention", "heads": 2, "use_bias": False})
    own.weights.needed("kernel", "query")[...] = 0
    x = np.random.default_rng(0).normal(size=(3, 6, 4))
    value, output = own.weights.needed("kernel", "value"), own.weights.needed("kernel", "output")
    mean = np.einsum("oh,hi,ni->no", output, value, x.mean(axis=1))

    np.testing.assert_allclose(own.forward([x], keep=False), np.repeat(mean[:, None], 6, axis=1), atol=1e-14)


def test_prelu_by_theory() -> None:
    """For N(0, 4): mean 2 (1 - a) / sqrt(2 pi) and mean square 4 (1 + a^2) / 2 (He et al. 2015, section 2.2)."""
    own = operation([5], {"type": "prelu", "init": {"scheme": "constant", "value": 0.5}})
    predicted = own.predict([independent(0.0, 4.0)])

    assert predicted is not None
    assert pytest.approx(2 * 0.5 / math.sqrt(2 * math.pi)) == predicted.mean.item()
    assert pytest.approx(4 * 1.25 / 2) == predicted.square.item()
    assert [pytest.approx(3 * 1.25 / 2)] == own.predict_back([independent(0.0, 4.0)], np.asarray(3.0))


def test_drawn_slopes_by_theory() -> None:
    """With slopes from U(-0.4, 1) per channel and a non-zero mean, theory agrees with the measurement."""
    slopes = {"scheme": "uniform", "low": -0.4, "high": 1.0}
    own = operation([3000], {"type": "prelu", "per_channel": True, "init": slopes})
    x = np.random.default_rng(1).normal(-0.3, 0.8, (300, 3000))
    out = own.forward([x], keep=True)
    (back,) = own.backward(np.ones_like(x))
    signal = independent(-0.3, 0.3**2 + 0.8**2)
    predicted = own.predict([signal])

    assert predicted is not None
    assert back is not None
    assert pytest.approx(predicted.mean.item(), rel=0.05) == out.mean()
    assert pytest.approx(predicted.square.item(), rel=0.03) == (out**2).mean()
    assert [pytest.approx((back**2).mean(), rel=0.03)] == own.predict_back([signal], np.asarray(1.0))


@pytest.mark.parametrize(
    ("slopes", "expected"),
    [([0.3, 0.5], None), ([0.005, 0.5], (2, 12)), ([0.005, -200.0], (4, 12)), ([-0.02, 0.0], (4, 12))],
)
def test_a_flat_slope(slopes: list[float], expected: tuple[int, int] | None) -> None:
    """One side of a channel counts as saturated if its slope is below 1 % of the other's."""
    own = operation([2], {"type": "prelu", "per_channel": True})
    own.weights.needed("alpha")[...] = slopes
    x = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, -3.0], [4.0, -4.0], [-5.0, -5.0], [-6.0, -6.0]])
    own.forward([x], keep=False)

    assert expected == own.saturated


GATES = ["silu", "relu", "sigmoid", "tanh"]


@pytest.mark.parametrize("name", GATES)
def test_a_gated_mlp_by_theory(name: str) -> None:
    """With biases and a signal of non-zero mean, predicted moments and gradient are right within 6 %."""
    bias = {"scheme": "normal", "mean": 0.6, "std": 0.3}
    layer = {"type": "gated_mlp", "units": 900, "activation": name, "bias_init": bias}
    own = operation([700], layer)
    x = np.random.default_rng(1).normal(0.4, 0.9, (200, 700))
    out = own.forward([x], keep=True)
    (back,) = own.backward(np.random.default_rng(2).normal(size=out.shape))
    signal = independent(0.4, 0.4**2 + 0.9**2)
    predicted, predicted_back = own.predict([signal]), own.predict_back([signal], np.asarray(1.0))

    assert predicted is not None
    assert predicted_back is not None
    assert back is not None
    assert pytest.approx(predicted.mean.item(), abs=0.05) == out.mean()
    assert pytest.approx(predicted.square.item(), rel=0.06) == (out**2).mean()
    assert pytest.approx(predicted_back[0].item(), rel=0.06) == (back**2).mean()


@pytest.mark.parametrize(("name", "expected"), [("relu", (2, 4)), ("sigmoid", (1, 4)), ("relu2", None)])
def test_a_flat_gate(name: str, expected: Any) -> None:
    """Gates with a slope below 1 % of the largest are counted; without a largest slope, none is."""
    own = operation([1], {"type": "gated_mlp", "units": 4, "activation": name, "use_bias": False})
    own.weights.needed("kernel", "gate")[:, 0] = [-7.0, 0.0, 1.0, 2.0]
    own.forward([np.ones((1, 1))], keep=False)

    assert expected == own.saturated


def test_a_softmax_gate_has_no_theory() -> None:
    """A softmax is not elementwise: nothing is predicted, and nothing counted."""
    own = operation([5], {"type": "gated_mlp", "units": 4, "activation": "softmax"})
    own.forward([np.ones((2, 5))], keep=False)

    assert own.saturated is None
    assert own.predict([independent(0.0, 1.0)]) is None
    assert own.predict_back([independent(0.0, 1.0)], np.asarray(1.0)) is None
