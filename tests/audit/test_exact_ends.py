"""Values at the ends of float64, compared with a plan and digested, without a warning."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from tests.importing.fit.fitting import stored
from winitgen.audit.statistics.exact import Comparison
from winitgen.files.value_digest import digest_of


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
