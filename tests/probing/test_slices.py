"""Theory of slices, selections and reductions by hand."""

from typing import Any

import numpy as np
import pytest

from tests.probing.one_layer import independent, operation
from winitgen.probing.operations.operation import Moments, Operation

IMAGES = independent([0.0, 2.0, 4.0], [1.0, 5.0, 17.0])
"""Channels at three positions, each with a variance of 1."""


def passed(layer: dict[str, Any], size: list[int]) -> Operation:
    """Return a layer as an operation that has seen two samples."""
    own = operation(size, layer)
    own.forward([np.zeros((2, *size))], keep=True)
    return own


def mean_and_square(signal: Moments | None) -> list[Any]:
    """Return mean and mean square, at each position if they differ."""
    assert signal is not None
    return [signal.mean.tolist(), signal.square.tolist()]


def test_channels_that_are_taken_are_like_the_others() -> None:
    """A part of the channels has their moments; two of six get a gradient, at every position."""
    own = passed({"type": "slice", "stop": 2}, [6, 3])

    assert [[0.0, 2.0, 4.0], [1.0, 5.0, 17.0]] == mean_and_square(own.predict([IMAGES]))
    assert [[0.5, 1.0, 2.0]] == [
        found.tolist() for found in own.predict_back([IMAGES], np.array([1.5, 3.0, 6.0]))
    ]


def test_positions_that_are_taken_have_their_own_moments() -> None:
    """The first and the last of three positions; a third of them get no gradient."""
    own = passed({"type": "slice", "axis": 1, "step": 2}, [6, 3])

    assert [[0.0, 4.0], [1.0, 17.0]] == mean_and_square(own.predict([IMAGES]))
    assert [4.0] == own.predict_back([IMAGES], np.array([3.0, 9.0]))


def test_a_position_that_is_selected_has_its_own_moments() -> None:
    """The last position of an image; the gradient is its own, a third of all positions."""
    own = passed({"type": "select", "axis": -1, "index": -1}, [6, 3])

    assert [4.0, 17.0] == mean_and_square(own.predict([IMAGES]))
    assert [3.0] == own.predict_back([IMAGES], np.asarray(9.0))


def test_a_channel_that_is_selected_is_like_the_mean_of_all_positions() -> None:
    """What were positions are units, which theory takes to be alike."""
    own = passed({"type": "select", "index": 0}, [6, 3])

    assert [2.0, 23.0 / 3] == mean_and_square(own.predict([IMAGES]))
    assert [1.5] == own.predict_back([IMAGES], np.array([9.0, 9.0, 9.0]))


@pytest.mark.parametrize("size", [[6], [5, 6], [2, 3, 6]], ids=str)
def test_features_that_are_taken_are_like_the_others(size: list[int]) -> None:
    """A third of the features of a vector, a sequence or a map: the same moments, a third of the gradient."""
    own = passed({"type": "slice", "axis": -1, "stop": 2}, size)
    found = own.predict([independent(1.0, 3.0)])

    assert [1.0, 3.0] == mean_and_square(found)
    assert [2.0] == own.predict_back([independent(1.0, 3.0)], np.asarray(6.0))


def test_no_theory_of_the_positions_of_a_sequence() -> None:
    """A class token is not like the other positions: the probe goes on from what it measures."""
    assert passed({"type": "select", "index": 0}, [5, 6]).predict([independent(1.0, 3.0)]) is None


@pytest.mark.parametrize("kind", ["mean", "sum", "max"])
def test_no_theory_of_a_reduction(kind: str) -> None:
    """How much of the variance is left depends on the correlation of the positions."""
    own = passed({"type": kind, "axis": 1}, [6, 3])

    assert own.predict([IMAGES]) is None


def test_the_gradient_of_a_sum() -> None:
    """Each of twelve values gets all of it."""
    own = passed({"type": "sum", "axis": [1, 2]}, [6, 3, 4])

    assert [2.0] == own.predict_back([IMAGES], np.asarray(2.0))


def test_the_gradient_of_a_mean() -> None:
    """Each of twelve values gets a twelfth of the gradient."""
    own = passed({"type": "mean", "axis": [1, 2]}, [6, 3, 4])

    assert [2.0] == own.predict_back([IMAGES], np.asarray(288.0))
    assert passed({"type": "max", "axis": 1}, [6, 3]).predict_back([IMAGES], np.asarray(1.0)) is None
