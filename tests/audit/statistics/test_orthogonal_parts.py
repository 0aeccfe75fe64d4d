"""A matrix that was planned as one orthogonal matrix is not made of several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from winitgen.numeric.arrays import Array

Complaints = Callable[..., list[str]]


def orthonormal(seed: int, rows: int, columns: int) -> Array:
    """Return a random matrix whose shorter axis is orthonormal."""
    random = np.random.default_rng(seed).normal(size=(max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(random)
    q = q * np.sign(np.diag(r))
    return q if rows >= columns else q.T


def spec(shape: tuple[int, ...], gain: float, dtype: str = "float32") -> dict[str, Any]:
    """Return a model of one orthogonal matrix."""
    init = {"scheme": "orthogonal", "gain": gain}
    return {"layers": [{"name": "p", "type": "param", "shape": list(shape), "dtype": dtype, "init": init}]}


@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
@pytest.mark.parametrize(
    ("count", "rows", "columns", "blocks", "size"),
    [(4, 48, 48, 2, 96), (3, 48, 48, 3, 48), (3, 96, 48, 3, 96), (2, 128, 48, 2, 128)],
)
def test_gates_are_no_matrix(
    complaints: Complaints, count: int, rows: int, columns: int, blocks: int, size: int, dtype: str
) -> None:
    """Gates that are orthogonal each have the products of one matrix, but the lengths of no random one."""
    kind: Any = getattr(ml_dtypes, dtype, dtype)
    gates = np.concatenate([orthonormal(seed, rows, columns) for seed in range(count)])
    why = "p: each of {} blocks of {} {} is orthogonal by itself; one matrix was planned".format

    found = complaints({"p": gates.astype(kind)}, spec(gates.shape, count**0.5, dtype))
    assert [why(blocks, size, "rows")] == found
    turned = complaints({"p": gates.T.astype(kind)}, spec(gates.T.shape, count**0.5, dtype))
    assert [why(blocks, size, "columns")] == turned


SHAPES = [
    (256, 64),
    (64, 256),
    (128, 128),
    (65, 64),
    (128, 126),
    (8, 4),
    (4, 2),
    (6, 6),
    (1000, 998),
    (300, 1),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_one_matrix_is_one(complaints: Complaints, shape: tuple[int, int], dtype: str) -> None:
    """However near to square it is, and however small: rows of a nearly square one are nearly at right angles."""
    kind: Any = getattr(ml_dtypes, dtype, dtype)
    for seed in range(20 if shape[0] < 500 else 2):
        assert [] == complaints({"p": orthonormal(seed, *shape).astype(kind)}, spec(shape, 1.0, dtype))
