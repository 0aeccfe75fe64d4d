"""Pooling by hand: the output of a window, its padding, and where its gradient goes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.probing.one_layer import independent
from tests.probing.windowed import windowed


def test_the_first_of_equal_values_gets_the_gradient() -> None:
    """Row by row: top before bottom, then left before right."""
    pool = windowed({"type": "max_pool2d", "pool_size": 2}, [1, 2, 6])
    image = np.array([[[[0.0, 0, 1, 2, 1, 3], [0, 0, 2, 2, 3, 0]]]])
    out = pool.forward([image], keep=True)

    assert [[[[0, 2, 3]]]] == out.tolist()
    assert [[[[5, 0, 0, 6, 0, 7], [0] * 6]]] == pool.backward(np.array([[[[5.0, 6, 7]]]]))[0].tolist()


def test_a_pixel_that_is_the_maximum_of_two_windows_gets_both_gradients() -> None:
    """Padded windows of 3 with a stride of 1: padding is never chosen, however negative the rest."""
    pool = windowed({"type": "max_pool1d", "pool_size": 3, "strides": 1, "padding": 1}, [1, 4])
    out = pool.forward([np.array([[[-3.0, -1, -2, -5]]])], keep=True)

    assert [[[-1, -1, -1, -2]]] == out.tolist()
    assert [[[0, 111, 1000, 0]]] == pool.backward(np.array([[[1.0, 10, 100, 1000]]]))[0].tolist()


@pytest.mark.parametrize(
    ("padding", "means", "shares"),
    [
        ("valid", [2, 5], [1, 1, 1, 2, 2, 2, 0]),
        (1, [1, 4, 13 / 3], [1, 1, 2, 2, 2, 3, 3]),
        ("same", [1.5, 4, 6.5], [1.5, 1.5, 2, 2, 2, 4.5, 4.5]),
    ],
)
def test_padding_of_a_mean(padding: object, means: list[float], shares: list[float]) -> None:
    """Padding given as a number counts, padding `same` does not; the gradient is divided accordingly."""
    pool = windowed({"type": "avg_pool1d", "pool_size": 3, "padding": padding}, [1, 7])
    out = pool.forward([np.arange(1.0, 8).reshape(1, 1, 7)], keep=True)
    gradient = 3 * np.arange(1.0, len(means) + 1)

    np.testing.assert_allclose(out[0, 0], means)
    np.testing.assert_allclose(pool.backward(gradient.reshape(1, 1, -1))[0][0, 0], shares)
    # Each pixel has the gradient of one window, so that its square is exact.
    np.testing.assert_allclose(pool.predict_back([independent(0, 1)], gradient**2)[0], np.square(shares))


def test_a_mean_over_all_pixels() -> None:
    """One value per channel, whose gradient is divided equally among all pixels."""
    pool = windowed({"type": "global_avg_pool2d"}, [2, 2, 3])
    out = pool.forward([np.arange(12.0).reshape(1, 2, 2, 3)], keep=True)
    back = pool.backward(np.array([[6.0, 12]]))[0]

    assert [[2.5, 8.5]] == out.tolist()
    assert [[[[1, 1, 1], [1, 1, 1]], [[2, 2, 2], [2, 2, 2]]]] == back.tolist()
    assert 18 / 36 == pool.predict_back([independent(0, 1)], np.array(18.0))[0]


def test_only_the_maximum_of_each_window_has_a_gradient() -> None:
    """Of 7 x 5 pixels, 3 x 2 have a gradient; if windows overlap, theory predicts nothing."""
    pool = windowed({"type": "max_pool2d", "pool_size": 2}, [3, 7, 5])
    values = np.random.default_rng(0)
    gradient = values.normal(size=pool.forward([values.normal(size=(2, 3, 7, 5))], keep=True).shape)
    predicted = pool.predict_back([independent(0, 1)], (gradient**2).mean(axis=(0, 1)))
    overlapping = windowed({"type": "max_pool2d", "pool_size": 3, "strides": 2}, [3, 7, 5])
    overlapping.forward([np.zeros((1, 3, 7, 5))], keep=False)

    assert (pool.backward(gradient)[0] ** 2).mean() == pytest.approx(float(predicted[0]), rel=1e-12)
    assert overlapping.predict_back([independent(0, 1)], np.array(1.0)) is None
    assert pool.predict([independent(0, 1)]) is None
