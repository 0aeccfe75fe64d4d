"""The C kernels' sums are those of exact arithmetic up to rounding, and their counts are NumPy's."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from tests.kernel_paths import drawn_by
from winitgen.numeric.arrays import Array
from winitgen.numeric.compiled_sums import compiled_sums
from winitgen.numeric.dtypes import DTYPES, FLOAT_DTYPES
from winitgen.numeric.histogram import counts_of
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.sums import sums_of

SIZES = (1, 2, 15, 16, 17, 511, 513, 1500)


def values_of(dtype: str, size: int) -> Array:
    """Return normals about 0.3 in a format."""
    rng = np.random.default_rng(size)
    return rng.normal(0.3, 1.7, size).astype(np.float32).astype(DTYPES[dtype].numpy())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dtype", FLOAT_DTYPES)
def test_sums_are_exact_up_to_rounding(dtype: str, size: int) -> None:
    """The sums about a shift are those of fractions, within a rounding per value; the extremes are exact."""
    values = values_of(dtype, size)
    exact = [Fraction(float(value)) - Fraction(0.25) for value in values]

    with drawn_by("c"):
        found = sums_of(values, Workspace(), 0.25)

    largest = max(abs(float(value)) for value in exact)
    assert math.isclose(found.total, float(sum(exact)), rel_tol=0, abs_tol=size * largest * 2**-52)
    assert math.isclose(found.squares, float(sum(value * value for value in exact)), rel_tol=1e-13)
    assert (float(values.min()), float(values.max())) == (found.low, found.high)


@pytest.mark.parametrize("dtype", FLOAT_DTYPES)
def test_every_code(dtype: str) -> None:
    """All finite numbers of a format of 8 or 16 bits are summed, subnormals too, as NumPy sums them."""
    row = DTYPES[dtype]
    codes = np.arange(min(1 << 8 * row.itemsize, 1 << 16)).astype(f"u{row.itemsize}")
    values = codes.view(row.numpy()) if row.itemsize < 4 else values_of(dtype, 1 << 12)
    with np.errstate(invalid="ignore"):
        values = values[np.isfinite(values)]
    wide = values.astype(np.float64)

    with drawn_by("c"):
        found = sums_of(values, Workspace(), 0.0)

    assert math.isclose(found.squares, math.fsum(wide * wide), rel_tol=1e-12)
    assert (wide.min(), wide.max()) == (found.low, found.high)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16"])
@pytest.mark.parametrize("ends", [(-1.0, 2.0), (0.3, 0.4), (1e-3, 1e3)])
def test_counts_are_numpys(dtype: str, ends: tuple[float, float]) -> None:
    """Both paths count every value in the same bin, those beyond the ends in the outermost ones."""
    values, found = values_of(dtype, 40_000), {}
    for path in ("numpy", "c"):
        with drawn_by(path):
            found[path] = counts_of(values, *ends, Workspace()).tolist()

    assert found["numpy"] == found["c"]
    assert sum(found["c"]) == values.size


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_values_that_are_not_finite(value: float) -> None:
    """NaN and infinities come out as NumPy has them: a NaN makes the extremes NaN, too."""
    values = np.array([1.0, value, -2.0], np.float32)
    with drawn_by("numpy"), np.errstate(all="ignore"):
        expected = sums_of(values, Workspace())
    with drawn_by("c"), np.errstate(all="ignore"):
        found = sums_of(values, Workspace())

    assert repr(expected) == repr(found)


@pytest.mark.parametrize(
    "values",
    [
        np.arange(8, dtype=np.float32)[::2],
        np.arange(8, dtype=">f4"),
        np.frombuffer(bytes(33), np.uint8)[1:].view(np.float32),
        np.arange(8),
        np.empty(0, np.float32),
    ],
    ids=["strided", "big-endian", "unaligned", "integers", "nothing"],
)
def test_arrays_that_c_cannot_read(values: Array) -> None:
    """Arrays that do not lie in memory as C reads them are left to NumPy."""
    with drawn_by("c"):
        assert compiled_sums(values, 0.0) is None
