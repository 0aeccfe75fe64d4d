"""Reads arrays whose elements stand in a file in any order, as those of a view do, in bands kept for the next runs.

Of what a band needs only the parts that hold its elements are read, and elements that stand near each other at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING, Any

from winitgen.files.input.raw_values import Source, file_of, fill
from winitgen.files.input.recent_bands import RECENT

if TYPE_CHECKING:
    from typing import BinaryIO

    import numpy as np

    from winitgen.numeric.arrays import Array

_BAND = 1 << 20
"""Elements of a band."""

_NEAR = 1 << 12
"""Bytes between two elements up to which reading what lies between is faster than a call for each."""

_DENSE = 4
"""Elements in the file for each one that is wanted, up to which all of them are read at once."""

_CHUNK = 1 << 23
"""Bytes that are read at once."""


class StridedValues:
    """The values of an array of which element ``sum(index * stride)``, behind ``begin`` bytes of a file, has this index.

    ``dtype`` is that of the bytes; ``strides`` are not negative, and count elements.
    """

    def __init__(  # what an array of NumPy has
        self,
        source: Source,
        path: str,
        begin: int,
        shape: tuple[int, ...],
        strides: tuple[int, ...],
        dtype: np.dtype[Any],
    ) -> None:
        self._source, self._path, self._begin = source, path, begin
        self._shape, self._strides, self._dtype = shape, strides, dtype
        self._size = math.prod(shape)
        self._lock = Lock()
        self.bands: dict[int, Array] = {}

    def read(self, start: int, count: int) -> Array:
        """Return elements ``start`` to ``start + count`` in C order, in the byte order of the file, from any thread."""
        import numpy as np

        found = np.empty(count, self._dtype)
        done = 0
        while done < count:
            number, first = divmod(start + done, _BAND)
            run = self._band(number)[first : first + count - done]
            found[done : done + len(run)] = run
            done += len(run)
        return found

    def _band(self, number: int) -> Array:
        with self._lock:
            band = self.bands.get(number)
            if band is None:
                band = self._load(number * _BAND, min(_BAND, self._size - number * _BAND))
                RECENT.add(self, number, band)
        return band

    def _load(self, start: int, count: int) -> Array:
        """Return elements of the array, which are looked for in the file in the order in which they stand there."""
        import numpy as np

        places = self._places(start, count)
        low, high = int(places.min()), int(places.max())
        with file_of(self._source) as file:
            if high - low < _DENSE * count:
                dense: Array = self._run(file, low, high)[places - low]
                return dense
            order = np.argsort(places)
            ordered = places[order]
            found = np.empty(count, self._dtype)
            for first, end in self._pieces(ordered):
                low, high = int(ordered[first]), int(ordered[end - 1])
                found[order[first:end]] = self._run(file, low, high)[ordered[first:end] - low]
        return found

    def _run(self, file: BinaryIO, low: int, high: int) -> Array:
        """Return what stands in the file from one place to another."""
        import numpy as np

        values = np.empty(high - low + 1, self._dtype)
        fill(file, self._path, values.view("uint8").data, self._begin + low * self._dtype.itemsize)
        return values

    def _places(self, start: int, count: int) -> Array:
        """Return where elements stand, counted in elements."""
        import numpy as np

        rest = np.arange(start, start + count)
        places = np.zeros(count, np.int64)
        for size, stride in zip(self._shape[::-1], self._strides[::-1], strict=True):
            rest, index = np.divmod(rest, size)
            places += index * stride
        return places

    def _pieces(self, ordered: Array) -> Iterator[tuple[int, int]]:
        """Yield the runs of sorted places that are read at once, by the indices of their first and the one after the last."""
        import numpy as np

        near, most = _NEAR // self._dtype.itemsize, _CHUNK // self._dtype.itemsize
        gaps = np.flatnonzero(np.diff(ordered) > max(1, near)) + 1
        for begin, end in zip([0, *gaps.tolist()], [*gaps.tolist(), len(ordered)], strict=True):
            first = begin
            while first < end:
                past = first + int(np.searchsorted(ordered[first:end], ordered[first] + most))
                yield first, past
                first = past
