"""Theory of enlarged images and of shuffles by hand."""

from typing import Any

import numpy as np

from tests.probing.one_layer import independent, operation
from winitgen.probing.operations.operation import Operation, moments
from winitgen.probing.operations.upsample import interpolation

IMAGES = independent([[0.0, 2.0]], [[1.0, 5.0]])
"""A row of two pixels, each with a variance of 1."""


def passed(layer: dict[str, Any], *size: int) -> Operation:
    """Return a layer as an operation that has seen two samples."""
    own = operation(list(size), layer)
    own.forward([np.zeros((2, *size))], keep=True)
    return own


def test_repeated_pixels_have_the_moments_of_each() -> None:
    """Of the summed gradients of the copies of a pixel there is no theory."""
    own = passed({"type": "upsample2d", "scale": 2}, 3, 1, 2)
    found = own.predict([IMAGES])
    same = own.predict([independent(1.0, 3.0)])

    assert found is not None
    assert [[[0.0, 0.0, 2.0, 2.0]] * 2, [[1.0, 1.0, 5.0, 5.0]] * 2] == [
        found.mean.tolist(),
        found.square.tolist(),
    ]
    assert same == independent(1.0, 3.0)
    assert own.predict_back([IMAGES], np.asarray(1.0)) is None


def test_no_theory_of_interpolated_pixels() -> None:
    """A mean of neighbours has less variance, by how much their correlation says."""
    own = passed({"type": "upsample2d", "scale": 2, "mode": "bilinear"}, 3, 1, 2)

    assert own.predict([IMAGES]) is None


def test_weights_of_interpolation() -> None:
    """Two pixels enlarged twice: the outer ones are repeated, the inner ones are three quarters of the nearer."""
    weights = interpolation(2, 2, np.dtype(np.float64))

    assert [[1.0, 0.0], [0.75, 0.25], [0.25, 0.75], [0.0, 1.0]] == weights.tolist()


def test_channels_that_change_places() -> None:
    """Theory takes channels to be alike: moments and mean squares stay at their pixels."""
    own = passed({"type": "channel_shuffle", "groups": 2}, 4, 1, 2)
    gradient = np.array([[1.0, 3.0]])

    assert own.predict([IMAGES]) is IMAGES
    assert [gradient.tolist()] == [found.tolist() for found in own.predict_back([IMAGES], gradient)]


def test_channels_that_become_pixels() -> None:
    """Over all positions, mean 1 and mean square 3; a quarter of all pairs of pixels share 0.5 beyond 1."""
    own = passed({"type": "pixel_shuffle", "factor": 2}, 4, 1, 2)
    shared = moments([[0.0, 2.0]], [[1.0, 5.0]], 1.5)

    assert moments(1.0, 3.0, 1.125) == own.predict([shared])
    assert [2.0] == own.predict_back([shared], np.array([[1.0, 3.0]]))


def test_pixels_that_become_channels() -> None:
    """Over all positions; what two pixels share, they still do."""
    own = passed({"type": "pixel_unshuffle", "factor": 2}, 1, 2, 2)

    assert moments(1.0, 3.0, 1.5) == own.predict([moments([[0.0, 2.0]], [[1.0, 5.0]], 1.5)])
    assert [2.0] == own.predict_back([IMAGES], np.array([[1.0, 3.0]]))
