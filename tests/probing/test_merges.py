"""Theory of merges, rearrangements and embeddings by hand, and tokens outside a table."""

import math
from typing import Any

import numpy as np
import pytest

from tests.probing.one_layer import independent, operation
from winitgen.probing.operations.operation import Moments, Operation, moments

SIGNALS = [independent(1.0, 3.0), independent(-2.0, 9.0), independent(0.5, 1.0)]
"""Variances 2, 5 and 0.75."""


def merge(kind: str, names: str = "abc", **options: Any) -> Operation:
    """Return a merge of layers of three channels at seven positions, named by single letters."""
    layers = [
        {"name": name, "type": "activation", "activation": "tanh", "from": "input"} for name in set(names)
    ]
    return operation([3, 7], *layers, {"type": kind, "from": list(names), **options})


def mean_and_square(signal: Moments | None) -> list[float]:
    """Return mean and mean square."""
    assert signal is not None
    return [signal.mean.item(), signal.square.item()]


def test_a_sum() -> None:
    """Means add up to -0.5 and variances to 7.75; each input gets the gradient."""
    own = merge("add")

    assert [-0.5, 8.0] == mean_and_square(own.predict(SIGNALS))
    assert [4.0, 4.0, 4.0] == own.predict_back(SIGNALS, np.asarray(4.0))


def test_a_product() -> None:
    """Means and mean squares multiply; each gradient is multiplied by the others' mean squares."""
    own = merge("multiply")

    assert [-1.0, 27.0] == mean_and_square(own.predict(SIGNALS))
    assert [36.0, 12.0, 108.0] == own.predict_back(SIGNALS, np.asarray(4.0))


def test_a_difference() -> None:
    """The second mean is subtracted from the first, and variances add up to 7; each input gets the gradient."""
    own = merge("subtract", "ab")

    assert [3.0, 16.0] == mean_and_square(own.predict(SIGNALS[:2]))
    assert [4.0, 4.0] == own.predict_back(SIGNALS[:2], np.asarray(4.0))
    assert merge("subtract", "aa").predict([SIGNALS[0]] * 2) is None


def test_what_is_repeated_has_the_moments_of_each_position() -> None:
    """A gate of one number for each channel multiplies the moments at every position by its own."""
    own = merge("multiply", "ab")
    own.forward([np.zeros((2, 3, 7)), np.zeros((2, 3, 1))], keep=True)
    found = own.predict([independent([1.0, 2.0], [3.0, 5.0]), independent([0.5], [1.0])])

    assert found is not None
    assert [[0.5, 1.0], [3.0, 5.0]] == [found.mean.tolist(), found.square.tolist()]


@pytest.mark.parametrize("kind", ["add", "subtract", "multiply"])
def test_no_theory_of_gradients_that_are_summed(kind: str) -> None:
    """The gradients at the positions along which an input is repeated may be correlated."""
    own = merge(kind, "ab")
    own.forward([np.zeros((2, 3, 7)), np.zeros((2, 3, 1))], keep=True)

    assert own.predict_back(SIGNALS[:2], np.asarray(4.0)) is None


def test_an_input_that_appears_twice_is_not_independent() -> None:
    """Nothing is predicted for x + x or x x: neither do variances add up nor squares multiply."""
    doubled = [SIGNALS[0], SIGNALS[1], SIGNALS[0]]

    assert merge("add", "aba").predict(doubled) is None
    assert merge("multiply", "aba").predict(doubled) is None
    assert merge("multiply", "aba").predict_back(doubled, np.asarray(1.0)) is None


@pytest.mark.parametrize("axis", [0, 1])
def test_a_concatenation_weighs_by_sizes(axis: int) -> None:
    """Sizes 1, 2 and 5: the mean is (1 - 4 + 2.5) / 8, the mean square (3 + 18 + 5) / 8."""
    own = merge("concat", axis=axis)
    own.forward([np.zeros((2, *((size, 7) if axis == 0 else (3, size)))) for size in (1, 2, 5)], keep=True)

    assert [-0.5 / 8, 26 / 8] == mean_and_square(own.predict(SIGNALS))
    assert [4.0, 4.0, 4.0] == own.predict_back(SIGNALS, np.asarray(4.0))


def test_a_concatenation_of_channels_keeps_the_positions() -> None:
    """Concatenated channels keep the moments at each position; concatenated positions are averaged."""
    images = independent([0.0, 2.0], [1.0, 5.0])
    channels, beside = merge("concat", "ab"), merge("concat", "ab", axis=-1)
    for own in (channels, beside):
        own.forward([np.zeros((1, 3, 2))] * 2, keep=False)

    predicted = channels.predict([images, independent(1.0, 3.0)])
    assert predicted is not None
    assert [[0.5, 1.5], [2.0, 4.0]] == [predicted.mean.tolist(), predicted.square.tolist()]
    assert [1.0, 3.0] == mean_and_square(beside.predict([images, independent(1.0, 3.0)]))
    assert [2.0, 2.0] == beside.predict_back([images, images], np.array([1.0, 3.0]))


@pytest.mark.parametrize(
    "layer",
    [{"type": "flatten"}, {"type": "reshape", "shape": [7, 3]}, {"type": "permute", "axes": [1, 0]}],
    ids=lambda layer: layer["type"],
)
def test_rearranging_averages_the_positions(layer: dict[str, Any]) -> None:
    """A layer that rearranges values passes on the moments over all positions, and mean squares back."""
    own = operation([3, 7], layer)
    own.forward([np.zeros((2, 3, 7))], keep=True)
    images = independent([0.0, 2.0], [1.0, 5.0])

    assert [1.0, 3.0] == mean_and_square(own.predict([images]))
    assert [2.0] == own.predict_back([images], np.array([1.0, 3.0]))


def test_units_that_become_positions() -> None:
    """Of 3 x 7 positions of a channel 1 in 21 pairs is the same unit: a covariance of 2.1 becomes 0.1."""
    own = operation([84], {"type": "reshape", "shape": [4, 3, 7]})
    own.forward([np.zeros((2, 84))], keep=False)
    predicted = own.predict([moments(1.0, 5.0, 3.1)])

    assert predicted is not None
    assert [1.0, 5.0, pytest.approx(1.1)] == [float(moment) for moment in predicted]


TABLE = {"scheme": "normal", "mean": 0.5, "std": 2.0}


def test_an_embedding_has_the_moments_of_its_table() -> None:
    """Mean 0.5 and mean square 4.25 for any tokens; 4 of 15 pairs of 6 tokens are equal and share the vector."""
    own = operation({"tokens": 3}, {"type": "embedding", "count": 9, "dim": 4, "init": TABLE})
    own.forward([np.array([[1, 7, 7], [7, 2, 1]])], keep=False)
    predicted = own.predict([independent(0.0, 0.0)])

    assert predicted is not None
    assert [0.5, 4.25] == pytest.approx(mean_and_square(predicted), rel=1e-6)
    assert predicted.shared == pytest.approx(0.5**2 + 4 / 15 * 4, rel=1e-6)


def test_a_positional_embedding_adds_its_moments() -> None:
    """Means 1 and 0.5, variances 2 and 4; one in seven pairs of positions has the same vector added."""
    own = operation([7, 4], {"type": "positional_embedding", "count": 9, "dim": 4, "init": TABLE})
    own.forward([np.zeros((2, 7, 4))], keep=False)
    predicted = own.predict(SIGNALS)

    assert predicted is not None
    assert [1.5, 1.5**2 + 6] == pytest.approx(mean_and_square(predicted), rel=1e-6)
    assert predicted.shared == pytest.approx(1.5**2 + 4 / 7, rel=1e-6)
    assert [4.0] == own.predict_back(SIGNALS, np.asarray(4.0))


def test_sinusoids_add_their_moments() -> None:
    """Positions 0 to 2 have the sines 0, s, t and the cosines 1, c, d: numbers, not a random table."""
    own = operation([3, 2], {"type": "sinusoidal_embedding"})
    own.forward([np.zeros((2, 3, 2))], keep=False)
    predicted = own.predict([independent(1.0, 2.0)])
    sines, cosines = [math.sin(p) for p in range(3)], [math.cos(p) for p in range(3)]
    mean = (sum(sines) + sum(cosines)) / 6
    shared = (sum(sines) ** 2 + sum(cosines) ** 2) / 9 / 2

    assert predicted is not None
    assert [1 + mean, 2 + 2 * mean + 0.5] == pytest.approx(mean_and_square(predicted), rel=1e-6)
    assert predicted.shared == pytest.approx(1 + 2 * mean + shared, rel=1e-6)


@pytest.mark.parametrize("token", [-1, 9])
def test_a_token_outside_the_table(token: int) -> None:
    """A token below 0 or beyond the table is an error, not another token's vector."""
    own = operation({"tokens": 3}, {"type": "embedding", "count": 9, "dim": 4})

    with pytest.raises(IndexError, match="for 9 vectors"):
        own.forward([np.array([[0, token, 1]])], keep=False)
