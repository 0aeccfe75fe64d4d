"""Mean-field theory of convolutions, by hand and against the mean over many draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.probing.one_layer import independent
from tests.probing.windowed import windowed

NORMAL = {"init": {"scheme": "normal", "std": 0.5}, "bias_init": "zeros"}


def test_zero_padding_reduces_the_signal_at_borders() -> None:
    """With 3 x 3 kernels, 4 taps lie in the image at its corners, 6 at its edges, and 9 elsewhere."""
    conv = windowed(
        {"type": "conv2d", "filters": 6, "kernel_size": 3, "padding": 1, "groups": 2, **NORMAL}, [4, 3, 4]
    )
    conv.forward([np.zeros((1, 4, 3, 4))], keep=True)
    taps = np.array([[4, 6, 6, 4], [6, 9, 9, 6], [4, 6, 6, 4]])
    predicted = conv.predict([independent(0, 3)])

    # 4 / 2 channels of mean square 3, and weights of variance 0.25; backward, 6 / 2 filters.
    np.testing.assert_allclose(predicted.square, 2 * 0.25 * 3 * taps)
    np.testing.assert_allclose(predicted.mean, 0)
    np.testing.assert_allclose(conv.predict_back([independent(0, 3)], np.array(5.0))[0], 3 * 0.25 * 5 * taps)


def test_strides_of_a_transposed_convolution() -> None:
    """With a kernel of 3 and strides of 2, pixels get 1 and 2 taps alternately."""
    layer = {"type": "conv1d_transpose", "filters": 6, "kernel_size": 3, "strides": 2, "padding": 0, **NORMAL}
    conv = windowed(layer, [4, 3])
    conv.forward([np.zeros((1, 4, 3))], keep=True)

    np.testing.assert_allclose(
        conv.predict([independent(0, 3)]).square, 4 * 0.25 * 3 * np.array([1, 1, 2, 1, 2, 1, 1])
    )
    np.testing.assert_allclose(
        conv.predict_back([independent(0, 3)], np.array(5.0))[0], 6 * 0.25 * 5 * 3 * np.ones(3)
    )


def test_means_of_weights_and_biases() -> None:
    """Constant kernels of 0.5 and biases of 0.1, on a signal of mean 2 and mean square 7 that varies in space."""
    options = {
        "init": {"scheme": "constant", "value": 0.5},
        "bias_init": {"scheme": "constant", "value": 0.1},
    }
    conv = windowed({"type": "conv1d", "filters": 5, "kernel_size": 2, **options}, [3, 3])
    conv.forward([np.zeros((1, 3, 3))], keep=True)
    predicted = conv.predict([independent([2, 2, 0], [7, 7, 0])])

    np.testing.assert_allclose(predicted.mean, [3 * 0.5 * 4 + 0.1, 3 * 0.5 * 2 + 0.1])
    np.testing.assert_allclose(predicted.variance, [3 * 0.25 * 6, 3 * 0.25 * 3])


LAYERS: dict[str, dict[str, Any]] = {
    "padded": {"type": "conv2d", "filters": 90, "kernel_size": [3, 2], "padding": [1, 0]},
    "strides and groups": {"type": "conv2d", "filters": 90, "kernel_size": 3, "strides": [2, 1], "groups": 3},
    "same, dilated": {
        "type": "conv2d",
        "filters": 90,
        "kernel_size": 3,
        "padding": "same",
        "dilation": [1, 2],
    },
    "transposed": {
        "type": "conv2d_transpose",
        "filters": 90,
        "kernel_size": 3,
        "strides": [2, 1],
        "padding": 1,
        "groups": 3,
    },
    "depthwise": {"type": "depthwise_conv2d", "kernel_size": 3, "depth_multiplier": 2, "padding": 1},
    "separable": {
        "type": "separable_conv2d",
        "filters": 90,
        "kernel_size": 3,
        "depth_multiplier": 2,
        "strides": 2,
        "padding": "same",
    },
}


@pytest.mark.parametrize("name", LAYERS)
def test_the_mean_over_draws(name: str) -> None:
    """60 draws of weights give the predicted mean squares at each pixel, within their errors.

    The input has a mean, and is not the same at all pixels.
    """
    values, spatial = np.random.default_rng(0), (4, 5)
    mean, std = values.uniform(0, 1, spatial), values.uniform(0.5, 2, spatial)
    out, back = [], []
    for seed in range(60):
        operation = windowed(LAYERS[name], [60, *spatial], seed=seed)
        measured = operation.forward([values.normal(mean, std, (8, 60, *spatial))], keep=True)
        gradient = operation.backward(values.normal(0, 1, measured.shape))[0]
        assert gradient is not None
        out.append((measured**2).mean(axis=(0, 1)))
        back.append((gradient**2).mean(axis=(0, 1)))
    signal = independent(mean, mean**2 + std**2)
    prediction, prediction_back = operation.predict([signal]), operation.predict_back([signal], np.array(1.0))
    assert prediction is not None
    assert prediction_back is not None

    agree(prediction.square, np.array(out))
    agree(prediction_back[0], np.array(back))


def agree(expected: np.ndarray, draws: np.ndarray) -> None:
    """Check the means of draws (draws, *spatial) within 4.5 standard errors, in total and pixel by pixel."""
    for axes in ((0,), (0, 1, 2)):
        each = draws.mean(axis=axes[1:])
        error = each.std(axis=0, ddof=1) / len(each) ** 0.5
        wanted = expected if len(axes) == 1 else expected.mean()
        assert (np.abs(each.mean(axis=0) - wanted) <= 4.5 * error).all()
        assert (error <= 0.05 * wanted).all()
