"""Bits of 8 or 16 that stand in a list of 32-bit numbers, and what loaders make of numbers that have more.

The package onnx cuts off the higher bits (``to_array`` in numpy_helper.py). ONNX Runtime refuses floats beyond their bits, as "data overflow", and
takes every boolean but 0 for true (``UnpackTensor`` in tensorprotoutils.cc). Whole numbers are cut off by both.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from winitgen.files.formats.onnx.element_types import ElementType
from winitgen.files.formats.onnx.varints import Varints
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import DamagedValuesError

if TYPE_CHECKING:
    import numpy as np

    from winitgen.numeric.arrays import Array

_BLOCK = 1 << 16
_WORD = 0xFFFF_FFFF
"""What libraries of Protocol Buffers keep of a longer number."""


class BitsInWords:
    """``size`` values of a format, of which each is a number of the list ``numbers``; ``what`` names them in a message."""

    def __init__(self, kind: ElementType, numbers: Varints, size: int, what: str) -> None:
        self._kind, self._numbers, self._size, self._what = kind, numbers, size, what
        self._seen, self._beyond = 0, False
        self._lock = Lock()

    def read(self, start: int, count: int) -> Array:
        """Return the bits of values as unsigned whole numbers, from any thread."""
        import numpy as np

        found = self._numbers.read(start, count)
        beyond = self._is_beyond(found)
        with self._lock:
            self._seen += count
            self._beyond = self._beyond or beyond
        return found.astype(np.dtype(f"u{self._kind.bits // 8}"))

    def _is_beyond(self, found: np.ndarray[tuple[int, ...], np.dtype[np.uint64]]) -> bool:
        """Tell whether a number is another value with its higher bits than without."""
        import numpy as np

        limit = np.uint64((1 << self._kind.bits) - 1)
        words = found & np.uint64(_WORD)
        if self._kind.name == "bool":
            return bool(((words != 0) & (words & limit == 0)).any())
        return "float" in self._kind.name and bool((words > limit).any())

    def late(self, read_rest: bool) -> list[OtherReading]:
        """Return what loaders make of the numbers that were read; with ``read_rest`` of all."""
        if read_rest and self._seen < self._size:
            try:
                for start in range(0, self._size, _BLOCK):
                    self.read(start, min(_BLOCK, self._size - start))
            except DamagedValuesError as error:
                return [OtherReading(f"the values of {self._what} are damaged: {error.why}")]
        if not self._beyond:
            return []
        what = f"{self._what} has numbers of more than {self._kind.bits} bits in its list"
        if self._kind.name == "bool":
            return [OtherReading(f"{what}, which are true for ONNX Runtime and false for the package onnx")]
        return [OtherReading(f"{what}, for which ONNX Runtime refuses the model")]
