"""The shipped lines of the normal distribution, as bytes, and as the table in which a kernel looks up narrow ranks."""

from __future__ import annotations

import hashlib
import os
from array import array
from functools import cache
from operator import neg
from typing import Any

TABLE_SHA256 = "ab06f28f94f3113c91be44330e72e7f2a0546c32a5276a0f363769bcd18879c3"

FARTHEST = 6.443934526538564
"""The quantile of upper tail 2^-34, drawn for rank 0: a quarter of the tail of the 32-bit rank 1.

64-bit words give ranks in between, down to 2^-32 (9.08 standard deviations), and 0 once in 2^64 draws."""

# Segments of positive ranks: float32's exponent field is the octave + 127, and an octave has 512 lines.
FIRST = (127 - 32) << 9
FIRST_NARROW = (127 - 2) << 9  # float32 ranks are 0, or at least 1, or, if cut at 6.4 std, at least 0.33
END = (127 + 31) << 9
NEGATIVE = 256 << 9


@cache
def shipped() -> bytes:
    """Return A, then B, 63 octaves * 512 lines of float64 each, of the positive ranks from 2^-32 on."""
    # As `pkgutil.get_data` does it, also from an archive; importing that module takes longer than reading the table.
    path = os.path.join(os.path.dirname(__file__), "tables", "normal.bin")
    loader: Any = __spec__.loader
    data: bytes = loader.get_data(path)
    if hashlib.sha256(data).hexdigest() != TABLE_SHA256:
        from winitgen.errors import UnreadableError

        raise UnreadableError(f"{path}: damaged; install winitgen again")
    return data


@cache
def narrow_lines() -> Any:
    """Return A and B of each of 2^18 segments beside each other, of the standard normal, for ranks of float32.

    They are numbers of `winitgen.drawing.quantile.line_pairs`, made without NumPy. Only the lines that such ranks reach
    are filled: the others take no memory.
    """
    both = memoryview(shipped()).cast("d")
    count = END - FIRST
    intercepts, slopes = array("d", both[FIRST_NARROW - FIRST : count]), both[FIRST_NARROW - FIRST + count :]
    pairs = memoryview(bytearray(2 * NEGATIVE * 16)).cast("d")
    for side, signed in ((0, intercepts), (NEGATIVE, array("d", map(neg, intercepts)))):
        first, end = 2 * (side + FIRST_NARROW), 2 * (side + END)
        pairs[2 * side] = -FARTHEST if side else FARTHEST
        pairs[first:end:2], pairs[first + 1 : end : 2] = memoryview(signed), slopes
        pairs[end : end + 2] = pairs[end - 2 : end]  # rank 2^31 gets the last line
    return pairs.toreadonly()
