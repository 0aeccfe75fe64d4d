"""Numbers with many digits."""

from __future__ import annotations

import pytest

from winitgen.numeric.digits import digits, falling, falling_wholes


@pytest.mark.parametrize(
    ("base", "divisor", "count"),
    [(10000.0, 512, 512), (1e30, 1, 2), (1.0000001, 4096, 4096), (1e30, 7, 8), (10000.0, 65536, 1)],
)
def test_whole_numbers_are_those_of_many_digits(base: float, divisor: int, count: int) -> None:
    """Products of whole numbers agree with those of mpmath to 60 digits, of which a table takes 32."""
    with digits(70) as mp:
        unit = 1 / (2 * mp.pi)
        expected = list(falling(mp, base, divisor, 0, count, unit))
        found = [mp.ldexp(whole, place) for whole, place in falling_wholes(mp, base, divisor, count, unit)]

        assert count == len(found)
        assert mp.mpf(10) ** -60 > max(
            abs(one / other - 1) for one, other in zip(found, expected, strict=True)
        )
