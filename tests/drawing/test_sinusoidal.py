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


def test_a_grid() -> None:
    """Row by row, half of the features are the table of the column, and half that of the row."""
    found = generated([15, 24], grid=[3, 5], start=2, base=50.0, order="halves")
    rows, columns = (generated([count, 12], start=2, base=50.0, order="halves") for count in (3, 5))
    in_turn = generated([15, 24], grid=[3, 5], endpoint=True)
    line = generated([5, 12], endpoint=True)

    np.testing.assert_array_equal([*columns] * 3, found[:, :12])
    np.testing.assert_array_equal(np.repeat(rows, 5, axis=0), found[:, 12:])
    np.testing.assert_array_equal(np.concatenate([line[4], line[2]]), in_turn[2 * 5 + 4])


def test_the_grid_of_masked_autoencoders() -> None:
    """A row of zeros for the class token, then of place (y, x) sin(x w), cos(x w), sin(y w), cos(y w), w = 10000^(-i / 6)."""
    grid = {"scheme": "sinusoidal", "grid": [4, 7], "order": "halves"}
    init = {"scheme": "blocks", "axis": 1, "sizes": [1, 28], "init": ["zeros", grid]}
    layer = {"name": "p", "type": "param", "shape": [1, 29, 24], "dtype": "float64", "init": init}
    w = 10000.0 ** (-np.arange(6) / 6)
    places = [(y, x) for y in range(4) for x in range(7)]
    rows = [np.concatenate([np.sin(x * w), np.cos(x * w), np.sin(y * w), np.cos(y * w)]) for y, x in places]

    found = winitgen.generate({"layers": [layer]})["p"]
    np.testing.assert_allclose(found[0], [np.zeros(24), *rows], atol=1e-14)


def test_the_mean_of_a_grid() -> None:
    """The plan states the mean and the deviation of the values that are drawn."""
    init = {"scheme": "sinusoidal", "grid": [7, 4], "order": "halves"}
    planned = winitgen.plan({"layers": [{"name": "p", "type": "param", "shape": [1, 28, 16], "init": init}]})
    found = generated([28, 16], grid=[7, 4], order="halves")

    assert pytest.approx(found.mean(), abs=1e-12) == planned.parameters[0].mean
    assert pytest.approx(found.std(), abs=1e-12) == planned.parameters[0].std


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
