"""Real samples: what is read from a file, and what is refused, with the whole message."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.probing.conftest import Written
from winitgen.catalog.layers.flow import Flow
from winitgen.probing import inputs

IMAGE = Flow((2, 3, 5))
TOKENS = Flow((4,), tokens=True)


def test_images(written: Written) -> None:
    """Samples in the shape of the input are taken as they are."""
    samples = np.arange(60, dtype=np.float32).reshape(2, 2, 3, 5)

    np.testing.assert_array_equal(samples, inputs.read(written("x.npy", samples), IMAGE, None, None))


def test_rows_are_reshaped(written: Written) -> None:
    """A row of as many numbers is one sample, in C order; float64 stays float64."""
    rows = np.arange(60, dtype=np.float64).reshape(2, 30)

    found = inputs.read(written("x.npy", rows), IMAGE, None, None)

    assert ((2, 2, 3, 5), np.float64) == (found.shape, found.dtype)
    assert 37.0 == found[1, 0, 1, 2]


def test_integers_become_floats(written: Written) -> None:
    """Pixels from 0 to 255 are valid samples."""
    found = inputs.read(written("x.npy", np.full((3, 30), 255, np.uint8)), IMAGE, None, None)

    assert (np.float32, 255.0) == (found.dtype, found[2, 1, 2, 4])


def test_the_first_samples(written: Written) -> None:
    """A given number of samples takes the first ones of the file."""
    samples = np.arange(90.0).reshape(3, 30)

    assert (2, 2, 3, 5) == inputs.read(written("x.npy", samples), IMAGE, 2, None).shape


def test_archives(written: Written) -> None:
    """The only array of an archive needs no name; one of several is named after a colon."""
    one = written("one.npz", {"x": np.ones((2, 30))})
    two = written("two.npz", {"x": np.ones((2, 30)), "y": np.zeros((5, 30))})

    assert 2 == len(inputs.read(one, IMAGE, None, None))
    assert 5 == len(inputs.read(f"{two}:y", IMAGE, None, None))


def test_tokens(written: Written) -> None:
    """Whole numbers within the vocabulary, in any number format."""
    found = inputs.read(written("x.npy", np.array([[0, 9, 1, 2.0]])), TOKENS, None, 10)

    assert (np.int64, [[0, 9, 1, 2]]) == (found.dtype, found.tolist())


def test_long_doubles_are_taken_as_float64(written: Any) -> None:
    """What float32 cannot hold is no infinite number, and NumPy warns of nothing."""
    values = np.array([["1e300", "-2.5"]], np.longdouble)

    found = inputs.read(written("x.npy", values), Flow((2,)), None, None)

    assert (np.float64, [[1e300, -2.5]]) == (found.dtype, found.tolist())
