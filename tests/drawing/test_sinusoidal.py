"""Sinusoids: positions as sines and cosines, from the papers' formulas."""

import math
from typing import Any

import mpmath
import numpy as np
import pytest

import winitgen


def generated(shape: list[int], dtype: str = "float64", **options: Any) -> np.ndarray:
    """Generate one table."""
    init = {"scheme": "sinusoidal", **options}
    return winitgen.generate(
        {"layers": [{"name": "p", "type": "param", "shape": shape, "dtype": dtype, "init": init}]}
    )["p"]


def vaswani(positions: np.ndarray, features: int, base: float = 10000.0) -> np.ndarray:
    """Return PE(pos, 2i) = sin(pos / base^(2i / d)) and PE(pos, 2i + 1) = cos of the same (3.5)."""
    table = np.empty((positions.size, features))
    for column in range(features):
        angle = positions / base ** (column // 2 * 2 / features)
        table[:, column] = np.cos(angle) if column % 2 else np.sin(angle)
    return table


def whisper(count: int, features: int) -> np.ndarray:
    """Return sines, then cosines, of frequencies exp(-i log 10000 / (d - 1)), d = features / 2, as tensor2tensor."""
    step = math.log(10000) / (features // 2 - 1)
    angles = np.arange(count)[:, np.newaxis] * np.exp(-step * np.arange(features // 2))
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)


@pytest.mark.parametrize(("count", "features"), [(5000, 512), (7, 2), (300, 30)])
def test_interleaved(count: int, features: int) -> None:
    """The table of the first Transformer."""
    np.testing.assert_allclose(generated([count, features]), vaswani(np.arange(count), features), atol=1e-11)


def test_halves_with_endpoint() -> None:
    """The table of Whisper's encoder."""
    found = generated([1500, 384], "float32", order="halves", endpoint=True)

    np.testing.assert_allclose(found, whisper(1500, 384), atol=1e-6)


def test_halves_without_endpoint() -> None:
    """Halves are the interleaved columns in another order, as in Marian."""
    found, interleaved = generated([40, 12], order="halves"), generated([40, 12])

    np.testing.assert_array_equal(np.concatenate([interleaved[:, ::2], interleaved[:, 1::2]], axis=1), found)


def test_base_and_start() -> None:
    """The base is the longest period over 2 pi, and the first row may be another position's."""
    found = generated([9, 8], base=50.0, start=3)

    np.testing.assert_allclose(found, vaswani(np.arange(3, 12), 8, 50.0), atol=1e-14)


@pytest.mark.parametrize("shape", [[1, 9, 8], [9, 1, 8], [1, 1, 9, 8]])
def test_axes_of_size_one(shape: list[int]) -> None:
    """A buffer for batches has the same numbers."""
    np.testing.assert_array_equal(generated([9, 8]).reshape(shape), generated(shape))


def test_exact_at_far_positions() -> None:
    """At position 50,000,000 the error is still below 1e-15: angles are reduced exactly."""
    found = generated([3, 6], start=50_000_000)
    with mpmath.workdps(50):
        frequencies = [mpmath.power(10000, mpmath.mpf(-i) / 3) for i in range(3)]
        expected = [
            [f(position * w) for w in frequencies for f in (mpmath.sin, mpmath.cos)]
            for position in range(50_000_000, 50_000_003)
        ]

    np.testing.assert_allclose(found, np.array(expected, float), atol=1e-15, rtol=0)


@pytest.mark.parametrize("order", ["interleaved", "halves"])
@pytest.mark.parametrize("endpoint", [False, True])
@pytest.mark.parametrize("shape", [[200, 24], [2, 4]])
def test_planned_moments(order: str, endpoint: bool, shape: list[int]) -> None:
    """The plan states the mean and the standard deviation of exactly these numbers."""
    init = {"scheme": "sinusoidal", "order": order, "endpoint": endpoint, "start": 5}
    spec = {"dtype": "float64", "layers": [{"name": "p", "type": "param", "shape": shape, "init": init}]}
    (parameter,) = winitgen.plan(spec).parameters
    values = winitgen.generate(spec)["p"]

    assert [values.mean(), values.std()] == pytest.approx([parameter.mean, parameter.std], rel=1e-10)


def test_of_tables() -> None:
    """A table of positions, or of tokens, may be sinusoidal; the vector of a padding token is still 0."""
    init = {"scheme": "sinusoidal", "order": "halves"}
    spec = {
        "input": {"tokens": 5},
        "layers": [
            {"name": "e", "type": "embedding", "count": 9, "dim": 8, "padding_index": 1, "init": init},
            {"name": "p", "type": "positional_embedding", "count": 9, "dim": 8, "init": init},
        ],
    }
    found = winitgen.generate(spec)
    expected = generated([9, 8], "float32", order="halves")

    np.testing.assert_array_equal(expected, found["p.weight"])
    np.testing.assert_array_equal(expected * (np.arange(9) != 1)[:, np.newaxis], found["e.weight"])
