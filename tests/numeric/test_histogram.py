"""Counting into equal bins, against NumPy's own histogram."""

from __future__ import annotations

import numpy as np
import pytest

from winitgen.numeric.dtypes import DTYPES
from winitgen.numeric.histogram import BINS, counts_of, histogram_of
from winitgen.numeric.scratch import Workspace


@pytest.mark.parametrize("size", [1, 7, 1000, (1 << 15) + 1, 100_003])
def test_counts_are_those_of_numpy(size: int) -> None:
    """At any size, also across the blocks in which values are counted."""
    values = np.random.default_rng(size).normal(0.3, 1.7, size)

    expected, _ = np.histogram(np.clip(values, -2.0, 5.5), BINS, (-2.0, 5.5))
    assert expected.tolist() == counts_of(values, -2.0, 5.5, Workspace()).tolist()


def test_values_beyond_the_ends_count_in_the_outermost_bins() -> None:
    """Nothing is lost: two values below and three above are in the first and the last bin."""
    counts = counts_of(np.array([-9.0, -1.5, -1.0, 0.0, 1.0, 1.5, 1e300]), -1.0, 1.0, Workspace())

    assert (3, 1, 3) == (counts[0], counts[BINS // 2], counts[-1])


def test_a_border_belongs_to_the_upper_bin() -> None:
    """Of 64 bins from 0 to 64, the whole number n is the lower border of bin n, and 64 is in the last bin."""
    counts = counts_of(np.arange(65.0), 0.0, 64.0, Workspace())

    assert [1] * 63 + [2] == counts.tolist()


def test_a_constant_is_in_the_middle_bin() -> None:
    """If the ends are equal, all values are in one bin."""
    low, high, counts = histogram_of(np.full((3, 5), 0.25))

    assert (0.25, 0.25, 15, 15) == (low, high, sum(counts), counts[BINS // 2])


@pytest.mark.parametrize("dtype", [name for name in DTYPES if name != "bool"])
def test_every_number_format_is_counted(dtype: str) -> None:
    """The format changes only the values; bool has too few of them."""
    values = np.array([0.0, 1.0, 2.0, 2.0, 3.0, 8.0]).astype(DTYPES[dtype].numpy())

    low, high, counts = histogram_of(values)

    bins = {bin_index: count for bin_index, count in enumerate(counts) if count}
    assert (0.0, 8.0, {0: 1, 8: 1, 16: 2, 24: 1, 63: 1}) == (low, high, bins)


@pytest.mark.parametrize("std", [1e-290, 1e-30, 1e30, 1e289])
def test_spreads_at_the_ends_of_float64(std: float) -> None:
    """Bins as narrow and as wide as the narrowest and widest distributions need."""
    values = np.random.default_rng(3).normal(size=5000)

    expected = counts_of(values, -4.5, 4.5, Workspace()).tolist()
    found = counts_of(values * std, -4.5 * std, 4.5 * std, Workspace()).tolist()
    assert sum(abs(a - b) for a, b in zip(expected, found, strict=True)) <= 4


def test_values_that_are_not_finite_are_left_out() -> None:
    """If some values overflow, the histogram still shows the others."""
    low, high, counts = histogram_of(np.array([[np.nan, 1.0], [np.inf, 3.0], [-np.inf, 2.0]]))

    assert (1.0, 3.0, 3) == (low, high, sum(counts))


@pytest.mark.parametrize("values", [np.array([]), np.array([np.nan, np.inf])], ids=["empty", "not finite"])
def test_nothing_gives_an_empty_histogram(values: np.ndarray) -> None:
    """No value, no count."""
    assert (0.0, 0.0, (0,) * BINS) == tuple(histogram_of(values))


def test_a_span_that_is_given_is_kept() -> None:
    """Several arrays can be counted over the same bins."""
    low, high, counts = histogram_of(np.array([0.5, 0.75]), (0.0, 1.0))

    assert (0.0, 1.0, 1, 1) == (low, high, counts[32], counts[48])
