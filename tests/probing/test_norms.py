"""The norms of the probe: small cases by hand, and theory against large ones."""

import math
from typing import Any

import numpy as np
import pytest

from tests.probing.one_layer import independent, operation
from winitgen.probing.operations.operation import Operation, moments

GAMMA = {"scheme": "normal", "mean": 0.8, "std": 0.4}
BETA = {"scheme": "normal", "mean": 0.3, "std": 0.5}
KINDS: dict[str, dict[str, Any]] = {
    "batch_norm": {"init": GAMMA, "bias_init": BETA},
    "group_norm": {"groups": 4, "init": GAMMA, "bias_init": BETA},
    "instance_norm": {"affine": True, "init": GAMMA, "bias_init": BETA},
    "layer_norm": {"init": GAMMA, "bias_init": BETA},
    "rms_norm": {"init": GAMMA},
}


def norm(kind: str, size: list[int], **options: Any) -> Operation:
    """Return a norm with drawn scales and shifts."""
    return operation(size, {"type": kind, **KINDS[kind], **options})


def test_layer_norm_by_hand() -> None:
    """Values 5 -+ 3 have variance 9; with an epsilon of 1 they are divided by the root of 10."""
    own = operation([4], {"type": "layer_norm", "affine": False, "epsilon": 1})
    out = own.forward([np.array([[2.0, 8.0, 2.0, 8.0]])], keep=False)

    np.testing.assert_allclose(out, [[-3 / math.sqrt(10), 3 / math.sqrt(10)] * 2])


def test_rms_norm_by_hand() -> None:
    """3 and 4 have the mean square 12.5; the mean is not subtracted."""
    own = operation([2], {"type": "rms_norm", "affine": False, "epsilon": 0.5})
    out = own.forward([np.array([[3.0, 4.0]])], keep=False)

    np.testing.assert_allclose(out, np.array([[3.0, 4.0]]) / math.sqrt(13))


def test_unit_offset_by_hand() -> None:
    """3 and 4, over the root of 13, times 1 + 0 if nothing is drawn, and times 1 + 0.5."""
    x, layer = np.array([[3.0, 4.0]]), {"type": "rms_norm", "epsilon": 0.5, "unit_offset": True}
    fresh = operation([2], layer).forward([x], keep=False)
    drawn = operation([2], {**layer, "init": {"scheme": "constant", "value": 0.5}}).forward([x], keep=False)

    np.testing.assert_allclose(fresh, x / math.sqrt(13))
    np.testing.assert_allclose(drawn, 1.5 * x / math.sqrt(13))


@pytest.mark.parametrize("kind", ["layer_norm", "rms_norm"])
def test_prediction_with_a_unit_offset(kind: str) -> None:
    """Of a mean 0 and a mean square 3, E (1 + gamma)^2 = 1.8^2 + 0.4^2 = 3.4 times 3 / 3.5; the gradient too."""
    signal = independent(0.0, 3.0)
    own = operation([8, 6], {"type": kind, "init": GAMMA, "epsilon": 0.5, "unit_offset": True})
    predicted = own.predict([signal])
    (back,) = own.predict_back([signal], np.asarray(2.0)) or []

    assert predicted is not None
    assert pytest.approx(3.4 * 3 / 3.5) == predicted.square.item()
    assert pytest.approx(2 * 3.4 / 3.5) == back.item()


def test_batch_norm_divides_by_the_number_of_samples() -> None:
    """0 and 2 have variance 1, not 2: each channel over samples and positions, as in Ioffe & Szegedy."""
    own = operation([2, 1], {"type": "batch_norm", "affine": False, "epsilon": 1e-12})
    out = own.forward([np.array([[[0.0], [5.0]], [[2.0], [5.0]]])], keep=False)

    np.testing.assert_allclose(out, [[[-1.0], [0.0]], [[1.0], [0.0]]], atol=1e-9)


def test_a_constant_has_no_gradient() -> None:
    """A norm removes the mean, so that a constant gradient comes back as 0."""
    own = operation([3, 8], {"type": "layer_norm", "affine": False})
    own.forward([np.random.default_rng(0).normal(size=(4, 3, 8))], keep=True)
    (back,) = own.backward(np.ones((4, 3, 8)))

    np.testing.assert_allclose(back, np.zeros((4, 3, 8)), atol=1e-12)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"rms_norm"}))
def test_prediction_by_hand(kind: str) -> None:
    """A variance of 3 becomes 3 / (3 + 0.5), times E gamma^2 = 0.8; beta adds its 0.3 and its 0.34."""
    predicted = norm(kind, [8, 6], epsilon=0.5).predict([independent(2.0, 7.0)])

    assert predicted is not None
    assert pytest.approx(0.3) == predicted.mean.item()
    assert pytest.approx(0.8 * 3 / 3.5 + 0.34) == predicted.square.item()


def test_prediction_of_an_rms_norm_by_hand() -> None:
    """Mean 2 and mean square 7 are only divided by 7 + 0.5, its root for the mean, and scaled by gamma."""
    predicted = norm("rms_norm", [8, 6], epsilon=0.5).predict([independent(2.0, 7.0)])

    assert predicted is not None
    assert pytest.approx(0.8 * 2 / math.sqrt(7.5)) == predicted.mean.item()
    assert pytest.approx(0.8 * 7 / 7.5) == predicted.square.item()


@pytest.mark.parametrize("kind", KINDS)
def test_prediction_without_scales(kind: str) -> None:
    """`affine: false` is a gamma of 1 and a beta of 0."""
    options = {"affine": False, "epsilon": 1.0} | ({"groups": 2} if kind == "group_norm" else {})
    own = operation([8, 6], {"type": kind, **options})
    predicted = own.predict([independent(0.0, 3.0)])

    assert predicted is not None
    assert [0.0, pytest.approx(0.75)] == [predicted.mean.item(), predicted.square.item()]
    (back,) = own.predict_back([independent(0.0, 3.0)], np.asarray(2.0)) or []
    assert back.item() == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("kind", "options"), [*((kind, {}) for kind in KINDS), ("rms_norm", {"unit_offset": True})]
)
def test_theory_agrees_with_measurement(kind: str, options: dict[str, Any]) -> None:
    """Forward moments and the gradient's mean square agree within 1 % for a Gaussian signal with a mean.

    Gamma and beta have exactly the moments that they are drawn with.
    """
    own = norm(kind, [400, 300], epsilon=0.2, **options)
    for role, values in (("gamma", [0.4, 1.2]), ("beta", [-0.2, -0.2, 0.8, 0.8])):
        array = own.weights.array(role)
        if array is not None:
            array[...] = np.resize(values, array.shape)
    x = np.random.default_rng(1).normal(0.5, 0.7, (30, 400, 300))
    gradient = np.random.default_rng(2).normal(0, 1, x.shape)
    out = own.forward([x], keep=True)
    (back,) = own.backward(gradient)
    signal = independent(0.5, 0.5**2 + 0.7**2)
    predicted, predicted_back = own.predict([signal]), own.predict_back([signal], np.asarray(1.0))

    assert predicted is not None
    assert predicted_back is not None
    assert back is not None
    assert pytest.approx(predicted.mean.item(), abs=0.01) == out.mean()
    assert pytest.approx(predicted.square.item(), rel=0.01) == (out**2).mean()
    assert pytest.approx(predicted_back[0].item(), rel=0.01) == (back**2).mean()


IMAGE = independent([[0.0, 1.0], [2.0, 3.0]], [[1.0, 3.0], [6.0, 14.0]])
"""Pixels that differ: mean 1.5 over all, mean square 6, and so the variance 3.75."""


@pytest.mark.parametrize("kind", ["batch_norm", "group_norm", "instance_norm"])
def test_pixels_that_differ_share_statistics(kind: str) -> None:
    """If statistics are over all pixels, a pixel keeps the difference of its mean from theirs."""
    own = norm(kind, [8, 2, 2], epsilon=0.25)
    predicted = own.predict([IMAGE])
    mean = 0.8 * (IMAGE.mean - 1.5) / 2
    square = 0.8 * (IMAGE.square - 3 * IMAGE.mean + 1.5**2) / 4

    assert predicted is not None
    np.testing.assert_allclose(predicted.mean, mean + 0.3)
    np.testing.assert_allclose(predicted.square, square + 2 * 0.3 * mean + 0.34)


def test_a_layer_norm_has_statistics_for_each_row_of_pixels() -> None:
    """Over the last axis of an image, rows are separate: means 0.5 and 2.5, mean squares 2 and 10."""
    predicted = norm("layer_norm", [8, 2, 2], epsilon=0.25).predict([IMAGE])
    mean = 0.8 * np.array([[-0.5, 0.5], [-0.5, 0.5]]) / np.sqrt([[2.0], [4.0]])

    assert predicted is not None
    np.testing.assert_allclose(predicted.mean, mean + 0.3)
    np.testing.assert_allclose(
        norm("layer_norm", [8, 2, 2], epsilon=0.25).predict_back([IMAGE], np.ones((2, 2))),
        [[[0.4, 0.4], [0.2, 0.2]]],
    )


@pytest.mark.parametrize(("kind", "factor"), [("batch_norm", math.pi / (math.pi - 1)), ("layer_norm", 1.0)])
def test_what_samples_share(kind: str, factor: float) -> None:
    """After a ReLU samples share 1 / pi of their mean square, which a batch norm removes (Yang et al. 2019).

    For 700 channels the shared moment varies by 5 % of itself: by 1.7 % of the whole.
    """
    signal = np.maximum(np.random.default_rng(1).normal(size=(400, 700)), 0)
    options = {"init": "he", "bias_init": "zeros"}
    dense = operation([700], {"type": "dense", "units": 700, **options})
    x = dense.forward([signal], keep=False)
    own = operation([700], {"type": kind, "epsilon": 1e-12})
    own.forward([x], keep=True)
    (back,) = own.backward(np.random.default_rng(2).normal(size=x.shape))
    sent = dense.predict([moments(1 / math.sqrt(2 * math.pi), 0.5, 1 / (2 * math.pi))])
    assert sent is not None
    (predicted,) = own.predict_back([sent], np.asarray(1.0)) or []

    assert pytest.approx(factor) == predicted.item()
    assert back is not None
    assert pytest.approx(predicted.item(), rel=0.05) == (back**2).mean()


def test_after_a_batch_norm_samples_share_nothing() -> None:
    """With gamma 1 and beta 0 the mean is 0, the mean square 1, and the shared moment 0."""
    predicted = operation([700], {"type": "batch_norm", "epsilon": 1e-12}).predict([moments(1.0, 5.0, 3.0)])

    assert predicted is not None
    assert [0.0, pytest.approx(1.0), 0.0] == [float(moment) for moment in predicted]
