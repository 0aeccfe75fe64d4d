"""Values at the ends of float64, compared with a plan and digested, without a warning."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

import winitgen
from tests.importing.fit.fitting import stored
from winitgen.audit.inspect.complex_summary import complex_summary
from winitgen.audit.inspect.summary import Summary
from winitgen.audit.statistics.exact import Comparison
from winitgen.files.value_digest import digest_of
from winitgen.numeric.scratch import Workspace


@pytest.mark.parametrize(("scale", "blocks"), [(1.5e308, 1), (1.5e308, 3), (1.5, 3), (1.5e-308, 3)])
def test_the_mean_of_large_values(scale: float, blocks: int) -> None:
    """A sum beyond float64 has a mean within it."""
    comparison = Comparison()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(blocks):
            comparison.see(np.full(4, scale), -scale)

    assert scale == comparison.mean
    assert 4 * blocks == comparison.wrong


def test_the_ends_of_complex_values() -> None:
    """They are those of both parts."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = digest_of(stored("w", np.array([1 + 5j, -3 + 2j], np.complex64)))

    assert (-3.0, 5.0) == (found.low, found.high)


NAN, INF = np.nan, np.inf
LONG = np.finfo(np.clongdouble).max  # the largest float64 where long doubles are no wider


def summary(values: object, dtype: str) -> Summary:
    """Return the summary of the moduli of complex numbers, measured as a file's are."""
    with np.errstate(all="ignore"):
        return complex_summary(np.array(values, dtype), Workspace()).modulus


@pytest.mark.parametrize("dtype", ["complex64", "complex128", "clongdouble"])
def test_a_complex_number_that_is_not_finite_counts_once(dtype: str) -> None:
    """As NaN if one of its parts is, else as infinite; its finite part counts for nothing."""
    found = summary([complex(NAN, 3), complex(INF, -2), complex(INF, INF), complex(INF, NAN), 1], dtype)

    assert (2, 2) == (found.nans, found.infinities)
    assert (1.0, 1.0, 1) == (found.low, found.high, found.finite)


@pytest.mark.skipif(np.finfo(np.longdouble).max == np.finfo(np.float64).max, reason="no wider format here")
def test_complex_numbers_beyond_float64() -> None:
    """They are finite, and count as the largest number of float64, as real ones do."""
    found = summary([np.clongdouble(LONG), 1, complex(0, INF), np.clongdouble(0)], "clongdouble")

    assert (0, 1, 3, 1) == (found.nans, found.infinities, found.finite, found.zeros)
    assert (0.0, float(np.finfo(np.float64).max)) == (found.low, found.high)


@pytest.mark.skipif(np.finfo(np.longdouble).max == np.finfo(np.float64).max, reason="no wider format here")
def test_long_doubles_beyond_float64_are_finite(tmp_path: Path) -> None:
    """They are neither infinite nor zero: inspect shows the nearest number of float64, in figures, norms and quantiles."""
    texts = ["1e4000", "-1e4000", "1e-4000", "-1e-4000", "0", "inf", "-inf", "nan", "2.5"]
    values = np.array([np.longdouble(text) for text in texts])
    np.savez(tmp_path / "w.npz", r=values, c=values.astype(np.clongdouble))

    real, other = (winitgen.inspect(tmp_path / "w.npz", tensor=name)["tensors"][0] for name in "rc")

    largest = float(np.finfo(np.float64).max)
    counts = [real["statistics"][key] for key in ("finite", "zeros", "nan", "infinite", "min", "max")]
    assert [6, 1, 1, 2, -largest, largest] == counts
    ends = [real["quantiles"][share] for share in ("0.01", "0.99")]
    assert pytest.approx([-0.95 * largest, 0.95 * largest]) == ends  # a twentieth of the way from the ends
    assert ("inf", "inf") == (real["l1"], real["l2"])  # twice the largest number, and its root of 2
    assert [6, 1, 0.0, largest] == [other["statistics"][key] for key in ("finite", "zeros", "min", "max")]
