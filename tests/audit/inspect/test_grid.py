"""Histograms without a known range: every count is exact, for any blocks and any magnitude."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from winitgen.audit.inspect.grid import exponent_for, grid_of, joined
from winitgen.numeric.scratch import Workspace

ANY = arrays.arrays(np.float64, st.integers(1, 50), elements=st.floats(allow_nan=False, allow_infinity=False))


def grid(values: np.ndarray, most: int = 64):  # noqa: ANN201
    """Return the grid of an array of values."""
    return grid_of(values, float(values.min()), float(values.max()), most, Workspace())


def by_fractions(values: np.ndarray, most: int) -> tuple[int, int, list[int]]:
    """Return the same from integers of any size: the smallest power of two that needs few enough bins."""
    numbers = [int(Fraction(value) * 2**1074) for value in values.tolist()]
    wide = (max(numbers) - min(numbers)).bit_length() - most.bit_length()
    exponent = max(0, wide - 1)  # if there are still too many bins
    while (max(numbers) >> exponent) - (min(numbers) >> exponent) >= most:
        exponent += 1
    cells = [number >> exponent for number in numbers]
    return exponent - 1074, min(cells), [cells.count(c) for c in range(min(cells), max(cells) + 1)]


@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(values=ANY, most=st.sampled_from([16, 64]))
def test_counts_are_those_of_whole_numbers(values: np.ndarray, most: int) -> None:
    """The bins equal those of exact arithmetic, except that neighbouring numbers may share a bin."""
    exponent, first, counts = by_fractions(values, most)
    found = grid(values, most)
    if exponent >= found.exponent:  # else the values agree to 52 binary digits
        assert (exponent, first, counts) == (found.exponent, found.first, found.counts.tolist())


@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(values=ANY, cut=st.integers(0, 50))
def test_blocks_make_no_difference(values: np.ndarray, cut: int) -> None:
    """The merged grids of two halves equal the grid of the whole."""
    parts = [part for part in (values[:cut], values[cut:]) if part.size]
    whole = grid(values)
    found = joined([grid(part) for part in parts], float(values.min()), float(values.max()), 64)

    assert (whole.exponent, whole.first) == (found.exponent, found.first)
    assert whole.counts.tolist() == found.counts.tolist()
    assert values.size == found.counts.sum()


def test_a_tiny_value_below_zero_beside_a_huge_one() -> None:
    """-1e-320 scaled by the width of a bin is -0, but is still counted below zero."""
    found = grid(np.array([-1e-320, 1e300]))

    assert (-1, 1) == (found.first, found.counts[0])


@pytest.mark.parametrize(
    ("low", "high", "exponent"), [(0.0, 64.0, 1), (0.0, 63.9, 0), (-32.0, 31.5, 0), (-1.7e308, 1.7e308, 1019)]
)
def test_widths_by_hand(low: float, high: float, exponent: int) -> None:
    """64 bins of width 1 end before 64."""
    assert exponent == exponent_for(low, high, 64)
