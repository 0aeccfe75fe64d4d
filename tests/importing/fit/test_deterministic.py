"""Values without chance, and matrices whose values depend on each other."""

from __future__ import annotations

import math
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from tests.importing.fit.fitting import fit, law, normal, why
from winitgen.importing.found import FoundTensor
from winitgen.numeric.arrays import Array


def orthonormal(seed: int, rows: int, columns: int) -> Array:
    """Return a matrix whose shorter axis is orthonormal, by NumPy's QR decomposition."""
    tall = np.linalg.qr(np.random.default_rng(seed).normal(size=(max(rows, columns), min(rows, columns))))[0]
    return np.asarray(tall if rows >= columns else tall.T, np.float32)


def sinusoids(positions: int, width: int) -> Array:
    """Return the table of Vaswani et al. 2017, section 3.5, by their formula, for each element."""
    table = [
        [
            (math.sin, math.cos)[i % 2](position / 10000 ** ((i - i % 2) / width))
            for i in range(width)
        ]
        for position in range(positions)
    ]  # fmt: skip
    return np.array(table, np.float32)


def mask(rows: int) -> Array:
    """Return whether column <= row, for each element."""
    return np.array([[[[column <= row for column in range(rows)] for row in range(rows)]]])


def identity(rows: int, columns: int, gain: float = 1.0) -> Array:
    """Return ``gain`` on the diagonal."""
    return np.eye(rows, columns, dtype=np.float32) * np.float32(gain)


def dirac() -> Array:
    """Return the convolution (5, 4, 3, 3) that passes four channels on."""
    kernel = np.zeros((5, 4, 3, 3), np.float32)
    for channel in range(4):
        kernel[channel, channel, 1, 1] = 1
    return kernel


FIXED: list[tuple[Array, Any]] = [
    (np.zeros((3, 4), np.float32), "zeros"),
    (np.ones(5, np.float16), "ones"),
    (np.full((2, 3), 0.3, np.float32), {"scheme": "constant", "value": 0.3}),
    (np.full(7, 0.3, ml_dtypes.bfloat16), {"scheme": "constant", "value": 0.3}),
    (np.full(7, 1e-5, np.float32), {"scheme": "constant", "value": 1e-5}),
    (np.full((), 7, np.int64), {"scheme": "constant", "value": 7}),
    (np.arange(40)[np.newaxis], "arange"),
    (np.arange(3, 90, 3), {"scheme": "arange", "start": 3, "step": 3}),
    (np.arange(20, dtype=np.float32) * np.float32(0.1), {"scheme": "arange", "start": 0, "step": 0.1}),
    (identity(30, 30), "identity"),
    (identity(20, 30, 0.5), {"scheme": "identity", "gain": 0.5}),
    (dirac(), "dirac"),
    (sinusoids(30, 48), {"scheme": "sinusoidal"}),
    (np.log(np.tile(np.arange(1, 17, dtype=np.float32), (10, 1))), "mamba_a_log"),
    (mask(12), {"scheme": "causal_mask"}),
    (np.where(mask(9), 0, np.finfo(np.float32).min).astype(np.float32),
     {"scheme": "causal_mask", "below": 0, "above": -3.402823466e38}),
    (mask(65), {"scheme": "causal_mask"}),
    (mask(200), {"scheme": "causal_mask"}),
    (np.where(mask(301), 0.0, -1e4).astype(np.float32), {"scheme": "causal_mask", "below": 0, "above": -10000}),
    (np.tri(3, 5000, dtype=np.float32), {"scheme": "causal_mask"}),
]  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), FIXED)
def test_values_without_chance(values: Array, expected: Any) -> None:
    """They have the scheme that gives them, with as few digits as their format keeps."""
    assert expected == law(values)


def rates(count: int, base: float, start: int = 0, divisor: int | None = None) -> Array:
    """Return base^(-(n + start) / divisor)."""
    return np.array([base ** (-(n + start) / (divisor or count)) for n in range(count)])


def circle(positions: Any, turns: Array, *, halves: bool = False) -> Array:
    """Return sines and cosines of positions times frequencies, in turn or in halves."""
    angles = np.asarray(positions, float)[:, None] * turns
    return np.stack([np.sin(angles), np.cos(angles)], 1 if halves else -1).reshape(len(angles), -1)


def places(height: int, width: int, turns: Array, *, halves: bool = False) -> Array:
    """Return the table of a grid: the column's sinusoids, then the row's."""
    rows, columns = np.divmod(np.arange(height * width), width)
    return np.concatenate([circle(columns, turns, halves=halves), circle(rows, turns, halves=halves)], 1)


POSITIONS: list[tuple[Array, Any]] = [
    (circle(range(40), rates(12, 500.0)), {"scheme": "sinusoidal", "base": 500}),
    (circle(range(7, 90), rates(12, 10000.0)), {"scheme": "sinusoidal", "start": 7}),
    (circle(range(50), rates(9, 1e6, divisor=8), halves=True),
     {"scheme": "sinusoidal", "order": "halves", "base": 1000000, "endpoint": True}),
    (places(6, 9, rates(8, 10000.0), halves=True), {"scheme": "sinusoidal", "order": "halves", "grid": [6, 9]}),
    (places(70, 70, rates(6, 100.0)), {"scheme": "sinusoidal", "base": 100, "grid": [70, 70]}),
    (rates(32, 10000.0), {"scheme": "frequencies"}),
    (rates(64, 500000.0), {"scheme": "frequencies", "base": 500000}),
    (rates(8, 256.0, 1), {"scheme": "frequencies", "base": 256, "start": 1}),
    (rates(24, 10000.0, divisor=23), {"scheme": "frequencies", "endpoint": True}),
]  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), POSITIONS)
def test_tables_of_positions(values: Array, expected: Any) -> None:
    """Their base, first position, grid and last frequency are read off the values; a wrong value makes them none."""
    table = values.astype(np.float32)
    assert expected == law(table)

    table.reshape(-1)[-3] *= np.float32(0.99)
    found = fit({"weight": table})["weight"]
    assert not isinstance(found, FoundTensor) or found.init != expected


@pytest.mark.parametrize("name", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize(("rows", "columns"), [(60, 130), (130, 60), (50, 50)])
def test_an_orthogonal_matrix(name: str, rows: int, columns: int) -> None:
    """In any format of two bytes or more; its gain is that of all its vectors."""
    dtype = np.dtype(getattr(ml_dtypes, name, name))
    one = orthonormal(1, rows, columns)

    assert "orthogonal" == law(one.astype(dtype))
    assert {"scheme": "orthogonal", "gain": math.sqrt(2)} == law((one * math.sqrt(2)).astype(dtype))


def test_an_index_of_position_biases() -> None:
    """That of a window of 3 x 3 (Liu et al. 2021), from their definition."""
    places = [(row, column) for row in range(3) for column in range(3)]
    index = np.array([[(a - c + 2) * 5 + b - d + 2 for c, d in places] for a, b in places])

    assert {"scheme": "relative_position_index", "window": [3, 3]} == law(index)


def test_biases_of_time_steps() -> None:
    """The inverse softplus of e^u, u even from log 0.001 to log 0.1 (Gu & Dao 2023, 3.6), and of other ends."""
    rng = np.random.default_rng(2)
    for low, high, expected in (
        (0.001, 0.1, "mamba_dt_bias"),
        (0.002, 0.5, {"scheme": "mamba_dt_bias", "low": 0.002, "high": 0.5}),
    ):
        steps = np.exp(rng.uniform(math.log(low), math.log(high), 900))

        assert expected == law(np.log(np.expm1(steps)).astype(np.float32), "mixer.dt_bias")


def test_logarithms_of_even_numbers() -> None:
    """They are log U(1, 16) (Dao & Gu 2024), and of other ends."""
    rng = np.random.default_rng(3)

    assert "mamba2_a_log" == law(np.log(rng.uniform(1, 16, 400)), "mixer.A_log")
    other = law(np.log(rng.uniform(2, 40, 400)), "mixer.A_log")
    assert {"scheme": "mamba2_a_log", "low": 2.0, "high": 40.0} == other


def frequencies(count: int) -> Array:
    """Return 10000^(-i / count), as rotary positions have them (Su et al. 2021)."""
    return np.array([10000 ** (-i / count) for i in range(count)], np.float32)


LISTED: list[tuple[str, Array, dict[str, Any], str]] = [
    ("rotary.inv_freq", frequencies(4),
     {"scheme": "frequencies"}, "powers of 10,000"),
    ("buffer", np.array([4, 1, 7, 7, 2]), {"scheme": "listed", "values": [4, 1, 7, 7, 2]}, "5 whole numbers"),
    ("buffer", np.array([3.0, 0.0, 2.0, 5.0, 1.0, 0.0], np.float32),
     {"scheme": "listed", "values": [3, 0, 2, 5, 1, 0]}, "6 whole numbers"),
    ("buffer", np.tile(np.array([0.25, 0.75], np.float32), 30),
     {"scheme": "listed", "values": [0.25, 0.75]}, "the same 2 values over and over"),
    ("buffer", np.tile(np.repeat(np.array([0.25, 0.75], np.float32), 3), 10),
     {"scheme": "listed", "values": [0.25, 0.75], "each": 3}, "the same 2 values over and over"),
    ("curve", np.array([0.1, 0.13, 0.19, 0.4, 0.5, 0.77, 0.8, 0.91], np.float32),
     {"scheme": "listed", "values": [0.1, 0.13, 0.19, 0.4, 0.5, 0.77, 0.8, 0.91]},
     "8 values that rise from the first to the last"),
    ("scaled.inv_freq", np.array([1.0, 0.3, 0.01], np.float32),
     {"scheme": "listed", "values": [1, 0.3, 0.01]}, "by its name, and its values fall"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values", "expected", "evidence"), LISTED)
def test_few_numbers_are_written_out(
    name: str, values: Array, expected: dict[str, Any], evidence: str
) -> None:
    """If they are no draw: whole, repeated, or in order. The comment says by what that is known."""
    found = fit({name: values})[name]

    assert isinstance(found, FoundTensor)
    assert (expected, evidence) == (found.init, found.evidence)


def test_a_draw_is_not_written_out() -> None:
    """However few values it has."""
    for seed in range(200):
        for size in (2, 3, 5, 8, 50):
            assert law(normal(seed, size, std=0.1))["scheme"] in ("normal", "uniform", "truncated_normal")


def test_many_numbers_are_not_written_out() -> None:
    """257 values in order are one more than are written; the message says what they are."""
    values = np.cumsum(np.random.default_rng(4).uniform(0.1, 1, 257)).astype(np.float32)

    assert "listed" == law(values[:256])["scheme"]
    assert why(values).startswith(
        "these values are no independent draws: its 257 values rise from the first to the last; "
        "the nearest law is a "
    )
