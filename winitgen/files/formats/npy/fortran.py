"""Reads arrays in Fortran order as if they were in C order, in bands that are kept for the next runs.

The file is read by calls, never mapped into memory: a file that is cut off behind a map ends the process by a signal,
and so does a disk that fails.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING, Any

from winitgen.files.input.numpy_formats import native
from winitgen.files.input.raw_values import Source, file_of, fill
from winitgen.files.input.recent_bands import RECENT

if TYPE_CHECKING:
    from typing import BinaryIO

    import numpy as np

    from winitgen.numeric.arrays import Array

_BAND = 1 << 25
_LARGEST_BAND = 1 << 26
"""Bytes of a band; the larger one where the runs of a band in the file would be short otherwise."""

_SHORT = 1 << 10
_NEAR = 1 << 11
"""Bytes between runs of the file up to which reading what lies between is faster than a call for each."""

_TURNED = 64
"""Lines that are turned at once, so that they stay in the processor's cache."""

_CHUNK = 1 << 23
"""Bytes that are read at once, if most of them are only skipped."""


class FortranValues:
    """The values of one array of a file, stored from ``begin`` with the first index running fastest.

    A band is a part of the array without gaps in C order: all values whose first indices are the same, with a range
    of the next index. Its number of bytes is bounded.
    """

    def __init__(
        self, source: Source, path: str, begin: int, shape: tuple[int, ...], dtype: np.dtype[Any]
    ) -> None:
        self._source, self._path, self._begin = source, path, begin
        self._dtype, self._shape = dtype, shape
        self._lock = Lock()
        self.bands: dict[int, Array] = {}
        most = _BAND
        if shape[0] * dtype.itemsize > _SHORT and _BAND // (math.prod(shape) // shape[0]) < _SHORT:
            most = _LARGEST_BAND
        inner = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
        self._axis = next(axis for axis, size in enumerate(inner) if size * dtype.itemsize <= most)
        self._inner = inner[self._axis]
        self._rows = min(shape[self._axis], max(1, most // (self._inner * dtype.itemsize)))

    def read(self, start: int, count: int) -> Array:
        """Return elements ``start`` to ``start + count`` in C order and native byte order, from any thread."""
        import numpy as np

        found = np.empty(count, self._dtype)
        done = 0
        while done < count:
            first, band = self._band(start + done)
            run = band[start + done - first :][: count - done]
            found[done : done + len(run)] = run
            done += len(run)
        return native(found)

    def _band(self, element: int) -> tuple[int, Array]:
        """Return the band that holds an element, and the number of its first element."""
        outer, row = divmod(element // self._inner, self._shape[self._axis])
        row -= row % self._rows
        first = (outer * self._shape[self._axis] + row) * self._inner
        with self._lock:
            band = self.bands.get(first)
            if band is None:
                with file_of(self._source) as file:
                    band = self._load(file, outer, row)
                RECENT.add(self, first, band)
        return first, band

    def _load(self, file: BinaryIO, outer: int, row: int) -> Array:
        """Return the band from ``row`` of its axis on; ``outer`` counts the indices before that axis in C order."""
        import numpy as np

        axis, shape = self._axis, self._shape
        step = math.prod(shape[:axis])
        rows = min(self._rows, shape[axis] - row)
        first = row * step
        for size, stride in zip(shape[:axis][::-1], _strides(shape[:axis])[::-1], strict=True):
            outer, index = divmod(outer, size)
            first += index * stride
        found = np.empty((rows, self._inner), self._dtype)
        for line, values in self._lines(file, first, step, rows):
            for near in range(0, len(values), _TURNED):
                part = values[near : near + _TURNED]
                found[:, line + near : line + near + len(part)] = part.T
        turned = found.reshape(rows, *shape[:axis:-1])
        return np.ascontiguousarray(turned.transpose(0, *range(turned.ndim - 1, 0, -1))).reshape(-1)

    def _lines(self, file: BinaryIO, first: int, step: int, rows: int) -> Iterator[tuple[int, Array]]:
        """Yield lines of a band, each of ``rows`` values in the file, ``step`` apart; the lines follow one another.

        Yields the number of the first line, and lines as rows of an array.
        """
        width = step * self._shape[self._axis]
        if width * self._dtype.itemsize <= _NEAR or rows * step == width:
            begin = first % width
            at_once = max(1, _CHUNK // (width * self._dtype.itemsize))
            for line in range(0, self._inner, at_once):
                lines = min(at_once, self._inner - line)
                whole = self._run(file, first - begin + line * width, lines * width).reshape(lines, width)
                yield line, whole[:, begin : begin + (rows - 1) * step + 1 : step]
            return
        import numpy as np

        at_once = max(1, min(_TURNED, _CHUNK // (rows * self._dtype.itemsize)))
        for line in range(0, self._inner, at_once):
            values = np.empty((min(at_once, self._inner - line), rows), self._dtype)
            for number, one in enumerate(values, line):
                self._spread(file, first + number * width, step, one)
            yield line, values

    def _spread(self, file: BinaryIO, first: int, step: int, into: Array) -> None:
        """Fill an array with values that are ``step`` apart."""
        if step == 1:
            self._fill(file, first, into)
            return
        itemsize = self._dtype.itemsize
        near = step * itemsize <= _NEAR
        at_once = max(1, _CHUNK // (step * itemsize)) if near else 1
        for number in range(0, len(into), at_once):
            values = min(at_once, len(into) - number)
            run = self._run(file, first + number * step, (values - 1) * step + 1)
            into[number : number + values] = run[::step]

    def _run(self, file: BinaryIO, first: int, count: int) -> Array:
        """Return values that follow one another in the file."""
        import numpy as np

        found = np.empty(count, self._dtype)
        self._fill(file, first, found)
        return found

    def _fill(self, file: BinaryIO, first: int, into: Array) -> None:
        fill(file, self._path, into.view("uint8").data, self._begin + first * self._dtype.itemsize)


def _strides(shape: tuple[int, ...]) -> list[int]:
    """Return the distance of neighbours along each axis, in elements.

    >>> _strides((2, 3, 4))
    [1, 2, 6]
    """
    return [math.prod(shape[:axis]) for axis in range(len(shape))]
