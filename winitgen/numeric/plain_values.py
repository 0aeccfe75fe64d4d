"""Values in memory of Python's own, for runs that end before NumPy would be imported."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from winitgen.compiled.kernels import kernels
from winitgen.numeric.dtypes import DTYPES

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

_CODES: dict[str, Any] = {"float32": "f", "uint16": "H"}
"""The type codes of Python for the elements of memory."""


class PlainValues:
    """A block of values: the name of their number format, and the memory that holds them."""

    __slots__ = ("dtype", "memory")

    def __init__(self, dtype: str, memory: memoryview) -> None:
        self.dtype = dtype
        self.memory = memory

    def sums(self, shift: float) -> tuple[float, float, float, float] | None:
        """Return what `compiled_sums` does: sum and sum of squares of value - shift, lowest and highest value.

        Without the compiled kernels, and if a sum is NaN, return None.
        """
        compiled = kernels()
        if compiled is None:
            return None
        found: tuple[float, float, float, float] = getattr(compiled, f"sums_{self.dtype}")(self.memory, shift)
        return None if math.isnan(found[0]) else found

    def array(self) -> Array:
        """Return the same memory as an array."""
        import numpy as np

        return np.frombuffer(self.memory, DTYPES[self.dtype].numpy())


class PlainScratch:
    """Named scratch memory of one thread, as a `Workspace` has arrays; do not share it between threads."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], memoryview] = {}

    def array(self, name: str, count: int, dtype: str) -> memoryview:
        """Return ``count`` elements of scratch under ``name``, ``float32`` or ``uint16``, with any contents."""
        held = self._held.get((name, dtype))
        if held is None or len(held) < count:
            memory = memoryview(bytearray(DTYPES[dtype].itemsize * count))
            held = self._held[name, dtype] = memory.cast("B").cast(_CODES[dtype])
        return held[:count]
