"""The C kernels round float32 to narrow formats as NumPy and ml_dtypes do, for every number of float32 near a border."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest

from tests.kernel_paths import drawn_by
from winitgen.numeric.arrays import Array
from winitgen.numeric.dtypes import DTYPES
from winitgen.numeric.rounding import round_into

NARROW = [name for name, row in DTYPES.items() if row.itemsize < 4 and row.lowest is None]


def numbers() -> Array:
    """Return each upper half of a float32 with some lower halves, 655,360 numbers without NaN.

    Every tie of a format with at most 10 bits of mantissa is among them, and both of its neighbours.
    """
    lower = np.array([0, 1, 0x0FFF, 0x1000, 0x1001, 0x7FFF, 0x8000, 0x8001, 0xEFFF, 0xFFFF], np.uint32)
    bits = (np.arange(1 << 16, dtype=np.uint32) << 16)[:, None] | lower
    values: Array = bits.reshape(-1).view(np.float32)
    return values[~np.isnan(values)]


@pytest.mark.parametrize("name", NARROW)
def test_every_border(name: str) -> None:
    """Every number rounds to the code that NumPy's cast gives; overflow and the sign of zero included."""
    values, dtype = numbers(), DTYPES[name].numpy()
    stored = np.empty(values.size, dtype)
    with np.errstate(all="ignore"):
        expected = values.astype(dtype)
    bits = f"u{dtype.itemsize}"

    with drawn_by("c"):
        round_into(stored, values)

    wrong = np.flatnonzero(stored.view(bits) != expected.view(bits))
    assert [] == [(float(values[at]), stored[at], expected[at]) for at in wrong[:5]]


def test_by_hand() -> None:
    """Ties go to the even code; 448 is the largest of float8_e4m3fn, and 464, halfway to the next, is still 448."""
    values = np.array([1 + 2**-4, 1 + 3 * 2**-4, 2**-10, 3 * 2**-10, 448, 464, 465, -0.0], np.float32)
    stored = np.empty(values.size, ml_dtypes.float8_e4m3fn)

    with drawn_by("c"):
        round_into(stored, values)

    assert [0x38, 0x3A, 0x00, 0x02, 0x7E, 0x7E, 0x7F, 0x80] == stored.view(np.uint8).tolist()
