"""Words to ranks, by arithmetic that is exact IEEE 754 everywhere: no exp or log, nothing fused.

The rank f of an element is its word as a signed number: a 32-bit word rounded to float32, or a 64-bit
word rounded to float64 and divided by 2^32. Either way |f| is at most 2^31, |f|/2^32 is the upper tail of
|z|, and the sign is that of z. Each step, here and in the samplers, is a NumPy call of its own, so
that no compiler can fuse a multiplication with an addition, and releases the interpreter lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from winitgen.drawing import keystream

if TYPE_CHECKING:
    from winitgen.drawing.distributions.distribution import Precision
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace

_WORDS: dict[str, np.dtype[Any]] = {"float32": np.dtype("<i4"), "float64": np.dtype("<i8")}


def read(dtype: Precision, key: bytes, start: int, count: int, workspace: Workspace) -> Array:
    """Return the ranks f of ``count`` elements from ``start`` on, in [-2^31, 2^31]."""
    word = _WORDS[dtype]
    raw = workspace.array("words", word.itemsize * count, np.uint8)
    keystream.words(key, word.itemsize * start, raw)
    ranks = workspace.array("ranks", count, dtype)
    np.copyto(ranks, raw.view(word))
    return np.multiply(ranks, 2.0**-32, out=ranks) if dtype == "float64" else ranks


def copysign(size: Any, ranks: Array, workspace: Workspace) -> Array:
    """Return ``size`` > 0 with each rank's sign; by bits, which is five times as fast as ``np.copysign``."""
    signed = workspace.array("tails", ranks.size, ranks.dtype)
    bits, top = (np.uint32, 31) if ranks.dtype == np.float32 else (np.uint64, 63)
    np.bitwise_and(ranks.view(bits), bits(1 << top), out=signed.view(bits))
    np.bitwise_or(signed.view(bits), size.view(bits), out=signed.view(bits))
    return signed
