"""Tensors whose equal blocks are orthogonal matrices each, and dependent values that seem to be normal."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import pytest

import winitgen
from tests.audit.statistics.test_orthogonal_parts import orthonormal
from tests.importing.fit.fitting import fit, law, normal, why
from winitgen.importing.found import FoundTensor
from winitgen.numeric.arrays import Array


def stacked(count: int, rows: int, columns: int, gains: tuple[float, ...] = (1.0,)) -> Array:
    """Return orthogonal matrices one above the other."""
    return np.concatenate(
        [orthonormal(seed, rows, columns) * gains[seed % len(gains)] for seed in range(count)]
    )


BLOCKS: dict[str, tuple[Array, dict[str, Any]]] = {
    "square gates": (stacked(4, 64, 64), {"sizes": [64] * 4, "init": ["orthogonal"] * 4}),
    "gates beside each other": (
        stacked(4, 64, 64).T,
        {"axis": 1, "sizes": [64] * 4, "init": ["orthogonal"] * 4},
    ),
    "slices of few rows": (stacked(4, 50, 150), {"sizes": [50] * 4, "init": ["orthogonal"] * 4}),
    "tall blocks": (stacked(3, 128, 64), {"sizes": [128] * 3, "init": ["orthogonal"] * 3}),
    "narrow blocks": (stacked(3, 40, 150).T, {"axis": 1, "sizes": [40] * 3, "init": ["orthogonal"] * 3}),
    "gains of their own": (
        stacked(2, 64, 64, (2.0, 0.5)),
        {
            "sizes": [64] * 2,
            "init": [{"scheme": "orthogonal", "gain": 2.0}, {"scheme": "orthogonal", "gain": 0.5}],
        },
    ),
    "groups of a convolution": (
        stacked(4, 16, 144).reshape(64, 16, 3, 3),
        {"sizes": [16] * 4, "init": ["orthogonal"] * 4},
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_that_are_orthogonal(name: str) -> None:
    """They are no one matrix with a gain, nor a normal, though their products or their values agree with those."""
    values, expected = BLOCKS[name]

    assert {"scheme": "blocks", **expected} == law(values.astype(np.float32))


def test_the_evidence() -> None:
    """The comment says how many blocks there are of which size."""
    found = fit({"w": stacked(4, 64, 64).astype(np.float32)})["w"]

    assert isinstance(found, FoundTensor)
    assert "each of 4 blocks of 64 rows is orthogonal" == found.evidence


def test_in_a_coarse_format() -> None:
    """Gates in bfloat16 are found, too."""
    found = law(stacked(3, 96, 96).astype(ml_dtypes.bfloat16))

    assert {"scheme": "blocks", "sizes": [96] * 3, "init": ["orthogonal"] * 3} == found


def test_larger_than_what_is_sampled() -> None:
    """Blocks are found in tensors of which only some rows are looked at."""
    found = law(stacked(3, 320, 320).astype(np.float32))

    assert {"scheme": "blocks", "sizes": [320] * 3, "init": ["orthogonal"] * 3} == found


def test_what_winitgen_draws_gate_by_gate() -> None:
    """The recurrent kernel of a lstm is found as its four gates."""
    model = {"input": [9, 40], "layers": [{"name": "l", "type": "lstm", "units": 64}]}
    found = law(winitgen.generate(model)["l.weight_hh_l0"], "l.weight_hh_l0")

    assert {"scheme": "blocks", "sizes": [64] * 4, "init": ["orthogonal"] * 4} == found


def square(sign: int) -> Array:
    """Return a symmetric matrix of normals, or a skew one but for its diagonal."""
    values = normal(3, 200, 200, std=1.0)
    return (values + sign * values.T) / np.float32(2**0.5) + (sign < 0) * np.diag(
        np.diag(normal(4, 200, 200))
    )


TRANSPOSE = "it equals its transpose, up to signs"
DEPENDENT: dict[str, tuple[Array, str]] = {
    "symmetric": (square(1), TRANSPOSE),
    "skew": (square(-1), TRANSPOSE),
    "symmetric and large": (np.tril(a := normal(6, 600, 600)) + np.tril(a, -1).T, TRANSPOSE),
    "mirrored": (np.concatenate([normal(7, 50, 40), -normal(7, 50, 40)]), "only 2,000 of 4,000 values differ in more than their signs"),
    "matrices": (
        stacked(8, 32, 32).reshape(8, 32, 32).astype(np.float32),
        "each of its 8 matrices is orthogonal by itself",
    ),
    "columns of any length": (
        (orthonormal(8, 300, 8) * np.linspace(1, 1.2, 8)).astype(np.float32),
        "its columns are at right angles",
    ),
    "rows of any length": (
        (orthonormal(8, 8, 300).T * np.linspace(1, 1.2, 8)).T.astype(np.float32),
        "its rows are at right angles",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DEPENDENT)
def test_values_that_depend_on_each_other(name: str) -> None:
    """Their distribution is that of a law, but they are no independent draws."""
    values, reason = DEPENDENT[name]

    assert why(values).startswith(f"these values are no independent draws: {reason}; the nearest law is a ")


@pytest.mark.parametrize(
    "shape", [(200, 200), (600, 600), (8, 32, 32), (64, 16, 3, 3), (300, 8), (2, 300), (2, 2, 2)]
)
@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_noise_depends_on_nothing(shape: tuple[int, ...], dtype: str) -> None:
    """Independent normals of these shapes pass."""
    kind: Any = getattr(ml_dtypes, dtype, dtype)
    for seed in range(3):
        assert isinstance(law(normal(seed, *shape, dtype=kind)), dict | str)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_values_that_were_rounded_before_they_were_stored(dtype: str) -> None:
    """Many of them are equal by chance; their law is found."""
    kind: Any = getattr(ml_dtypes, dtype, dtype)

    assert {"scheme": "normal", "std": 0.02} == law(normal(9, 300, 200, dtype=kind).astype(np.float32))
