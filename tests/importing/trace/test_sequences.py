"""Values in which nothing is random: the scheme that counts them out, or none."""

from __future__ import annotations

import math

import numpy as np
import pytest

import winitgen
from winitgen.importing.trace.sequences import counted, table_but_for

FLOAT32 = float(np.finfo(np.float32).eps)


def table(
    positions: int, features: int, *, start: int = 0, endpoint: bool = False, base: float = 10000
) -> list[list[float]]:
    """Return sines and cosines side by side, by the formula of the paper."""
    pairs = features // 2
    rates = [base ** (-pair / (pairs - endpoint)) for pair in range(pairs)]
    return [
        [wave(place * rate) for rate in rates for wave in (math.sin, math.cos)]
        for place in range(start, start + positions)
    ]


def halves(rows: list[list[float]]) -> list[list[float]]:
    """Return all sines of each row before all cosines."""
    return [row[::2] + row[1::2] for row in rows]


def grid(height: int, width: int, features: int, base: float = 10000) -> list[list[float]]:
    """Return the table of each place's column beside that of its row."""
    places = table(max(height, width), features // 2, base=base)
    return [places[column] + places[row] for row in range(height) for column in range(width)]


CASES = {
    "zeros": [[0.0, 0.0]],
    "ones": [1.0],
    "arange": [0, 1, 2, 3],
    "identity": np.eye(4),
    "dirac": np.eye(3, 5)[:, :, None] * [0, 1, 0],
    "causal_mask": np.tril(np.ones((1, 1, 5, 5))),
    "sinusoidal": table(9, 6),
    "mamba_a_log": np.log([[1.0, 2, 3], [1, 2, 3]]),
}


@pytest.mark.parametrize("scheme", CASES)
def test_schemes_without_options(scheme: str) -> None:
    """Each scheme is found in values of its formula that were rounded to float32."""
    assert scheme == counted(np.float64(np.float32(CASES[scheme])), FLOAT32)


OPTIONS = [
    ({"scheme": "constant", "value": 0.07}, [0.07, 0.07]),
    ({"scheme": "constant", "value": -0.0}, [-0.0, -0.0]),
    ({"scheme": "causal_mask", "below": 1, "above": -0.0}, [[1, -0.0], [1, 1]]),
    ({"scheme": "causal_mask", "below": -0.0, "above": -9}, [[-0.0, -9], [-0.0, -0.0]]),
    ({"scheme": "arange", "start": -2, "step": 3}, [-2, 1, 4]),
    ({"scheme": "identity", "gain": 0.5}, 0.5 * np.eye(3)),
    ({"scheme": "sinusoidal", "order": "halves", "start": 2}, halves(table(7, 8, start=2))),
    ({"scheme": "sinusoidal", "endpoint": True}, table(7, 8, endpoint=True)),
    ({"scheme": "causal_mask", "below": 0, "above": -10000}, np.triu(np.full((4, 4), -1e4), 1)),
    ({"scheme": "listed", "values": [0.1, 2, -0.3]}, [0.1, 2, -0.3, 0.1, 2, -0.3]),
    ({"scheme": "listed", "values": [0, 1, 0], "each": 2}, [0, 0, 1, 1, 0, 0]),
    ({"scheme": "listed", "values": [0.5, 2], "each": 3}, [[0.5, 0.5, 0.5, 2, 2, 2]] * 2),
    (
        {"scheme": "relative_position_index", "window": [2, 2]},
        [[4, 3, 1, 0], [5, 4, 2, 1], [7, 6, 4, 3], [8, 7, 5, 4]],
    ),
]

SHAPES: list[tuple[object, object]] = [
    ("identity", np.eye(5, 3)),
    ("identity", np.eye(64, 96)),
    ("identity", np.eye(1, 9)),
    ("identity", np.eye(9, 1)),
    ({"scheme": "identity", "gain": 0.3}, 0.3 * np.eye(96, 64)),
    ({"scheme": "listed", "values": [-2, -0.0, -0.0, -2]}, -2 * np.eye(2)),
    ("dirac", np.eye(70, 5)[:, :, None, None] * np.pad([[1.0]], ((2, 1), (2, 1)))),
    ("dirac", np.eye(5, 70)[:, :, None, None, None] * np.ones((1, 1, 1))),
    ("mamba_a_log", np.log(np.arange(1.0, 5001))),
    ("mamba_a_log", np.log(np.arange(1.0, 8))),
    ("bilinear", np.eye(40)[:, :, None, None] * np.outer([0.25, 0.75, 0.75, 0.25], [0.5, 1, 0.5])),
    ({"scheme": "sinusoidal", "base": 500}, table(400, 64, base=500)),
    (
        {"scheme": "sinusoidal", "order": "halves", "base": 10, "start": 7},
        halves(table(90, 60, base=10, start=7)),
    ),
    ({"scheme": "sinusoidal", "base": 1000000, "endpoint": True}, [table(300, 32, base=1e6, endpoint=True)]),
    ({"scheme": "sinusoidal", "grid": [6, 9]}, grid(6, 9, 32)),
    ({"scheme": "sinusoidal", "grid": [14, 14]}, grid(14, 14, 48)),
    ({"scheme": "sinusoidal", "base": 100, "grid": [9, 6]}, grid(9, 6, 32, base=100)),
    ("bilinear", np.eye(40)[:, :, None] * [0.5, 1, 0.5]),
]


def window(height: int, width: int) -> list[list[int]]:
    """Return the index of each pair of places of a window in the table of position biases."""
    places = [(row, column) for row in range(height) for column in range(width)]
    return [
        [(a - c + height - 1) * (2 * width - 1) + b - d + width - 1 for c, d in places] for a, b in places
    ]


WINDOWS = [(7, 10), (10, 7), (3, 3), (2, 5), (8, 8), (1, 12)]


@pytest.mark.parametrize(("init", "values"), SHAPES)
def test_shapes_that_a_scheme_draws(init: str | dict[str, object], values: object) -> None:
    """What a scheme draws in a shape is that scheme, whether or not its values could be written out."""
    rounded = np.float64(np.float32(values))
    layers = [{"name": "w", "type": "param", "shape": list(rounded.shape), "init": init}]

    assert init == counted(rounded, FLOAT32)
    drawn = winitgen.generate({"model": "m", "layers": layers})["w"]
    np.testing.assert_allclose(drawn, rounded, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("sizes", WINDOWS)
def test_windows_that_are_no_squares(sizes: tuple[int, int]) -> None:
    """The index of a window has its height and its width, as a matrix and as a vector."""
    index = np.array(window(*sizes), np.float64)
    init = {"scheme": "relative_position_index", "window": [*sizes]}
    layers = [{"name": "w", "type": "param", "shape": list(index.shape), "init": init}]

    assert init == counted(index, 0.0)
    assert init == counted(index.ravel(), 0.0)
    np.testing.assert_array_equal(winitgen.generate({"model": "m", "layers": layers})["w"], index)


@pytest.mark.parametrize(("init", "values"), OPTIONS)
def test_schemes_with_options(init: object, values: object) -> None:
    """Each option is found, in as few digits as float32 needs."""
    assert init == counted(np.float64(np.float32(values)), FLOAT32)


def test_values_that_no_scheme_has() -> None:
    """Values that are not finite, and more different ones than a spec writes out, have none."""
    many = np.random.default_rng(1).normal(size=(3, 2003))

    assert counted(np.array([1.0, math.inf]), FLOAT32) is None
    assert counted(many, FLOAT32) is None
    assert counted(many[:, :1000], FLOAT32) is not None


def test_a_value_that_is_off_is_seen() -> None:
    """One wrong value of many makes a table of sinusoids no sinusoids."""
    values = np.array(table(90, 60))
    values[40, 7] += 0.01

    assert counted(values, FLOAT32) is None


def test_a_table_with_a_row_of_zeros() -> None:
    """The row is passed over; the scheme is that of the others."""
    values = np.array(halves(table(12, 6, endpoint=True)))
    values[3] = 0

    assert {"scheme": "sinusoidal", "order": "halves", "endpoint": True} == table_but_for(values, 3, FLOAT32)
    assert table_but_for(values, 4, FLOAT32) is None
