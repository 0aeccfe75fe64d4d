"""Values that were drawn one by one have rows and columns of different lengths; those of an orthogonal matrix are equal."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from tests.audit.statistics.test_orthogonal_parts import orthonormal
from winitgen.audit.statistics.relations.lengths import LEAST, LONGEST, MOST, Lengths
from winitgen.numeric.arrays import Array

Complaints = Callable[..., list[str]]
WHY = "p: the {} are all of one length, as those of an orthogonal matrix are; values drawn one by one were planned"


def spec(array: Array, dtype: str = "float32") -> dict[str, Any]:
    """Return a model of one normal array, with the spread that the array has."""
    init = {"scheme": "normal", "std": float(array.astype(np.float64).std())}
    shape = list(array.shape)
    return {"layers": [{"name": "p", "type": "param", "shape": shape, "dtype": dtype, "init": init}]}


def noise(*shape: int) -> Array:
    """Return independent normal values."""
    return np.random.default_rng(7).normal(size=shape)


ORTHOGONAL = {
    "square": (orthonormal(1, 96, 96), "rows"),
    "wide": (orthonormal(2, 40, 300), "rows"),
    "tall": (orthonormal(3, 300, 40), "columns"),
    "gates": (np.concatenate([orthonormal(seed, 64, 64) for seed in range(4)]), "rows"),
    "stack": (np.stack([orthonormal(seed, 32, 32) for seed in range(6)]), "rows"),
    "torch's kernel": (orthonormal(4, 48, 90).reshape(48, 10, 3, 3), "rows"),
    "torch's kernel of many outputs": (orthonormal(5, 120, 90).reshape(120, 10, 3, 3), "columns"),
    "keras's kernel": (orthonormal(6, 90, 48).reshape(3, 3, 10, 48), "columns"),
    "rows of one length": (noise(200, 70) / np.linalg.norm(noise(200, 70), axis=1, keepdims=True), "rows"),
}


@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
@pytest.mark.parametrize("name", ORTHOGONAL)
def test_a_matrix_of_vectors_of_one_length_was_not_drawn_value_by_value(
    complaints: Complaints, name: str, dtype: str
) -> None:
    """All other tests of independent values agree with it."""
    array, which = ORTHOGONAL[name]
    kind: Any = getattr(ml_dtypes, dtype, dtype)

    assert [WHY.format(which)] == complaints({"p": array.astype(kind)}, spec(array, dtype))


@pytest.mark.parametrize("shape", [(96, 96), (40, 300), (300, 40), (48, 10, 3, 3), (64, 1), (3, 7), (2, 2)])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float8_e4m3fn"])
def test_noise_has_vectors_of_many_lengths(
    complaints: Complaints, shape: tuple[int, ...], dtype: str
) -> None:
    """The number format makes no difference."""
    kind: Any = getattr(ml_dtypes, dtype, dtype)
    array = noise(*shape)
    array *= 0.05 / array.std()

    assert [] == [
        line for line in complaints({"p": array.astype(kind)}, spec(array, dtype)) if "length" in line
    ]


def test_signs_alone_are_of_one_length_whoever_drew_them() -> None:
    """Of a law with two values of one size, all vectors have one length."""
    lengths, signs = Lengths((64, 64)), np.sign(noise(64, 64)).reshape(-1)

    lengths.see(0, signs)

    assert "" == lengths.equal(np.array([-1.0, 1.0]), np.array([0.5, 0.5]), 2.0**-23)


@pytest.mark.parametrize("shape", [(MOST + 3, 70), (5, 9), (2, 3000), (3000, 2), (20, 4, 5), (8, 2, 3, 4)])
def test_the_lengths_are_those_of_the_matrix(shape: tuple[int, ...]) -> None:
    """However the values are cut into runs."""
    array, size = noise(*shape), math.prod(shape)
    cuts = sorted({0, size, *np.random.default_rng(len(shape)).integers(1, size, 12).tolist()})
    lengths = Lengths(shape)

    for start, stop in itertools.pairwise(cuts):
        lengths.see(start, array.reshape(-1)[start:stop])

    for matrix, width in zip(lengths._matrices, sorted({size // shape[0], shape[-1]}), strict=True):
        squares = array.reshape(-1, width) ** 2
        rows, columns = (squares.sum(axis=axis)[:MOST] for axis in (1, 0))
        found = matrix.vectors()
        np.testing.assert_allclose(found[0][1], rows if width >= LEAST else [])
        np.testing.assert_allclose(found[1][1], columns if LEAST <= len(squares) <= LONGEST else [])
