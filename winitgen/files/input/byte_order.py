"""Values of any format in either byte order, as NumPy reads them: formats of ml_dtypes have no byte order of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.files.input.numpy_formats import native

if TYPE_CHECKING:
    import numpy as np

    from winitgen.files.input.stored_array import Read
    from winitgen.numeric.arrays import Array


class ByteForm(NamedTuple):
    """How values are read: in the format ``stored``, and then seen as ``meant``."""

    stored: np.dtype[Any]
    meant: np.dtype[Any]

    def seen(self, values: Array) -> Array:
        """Return values that were read as what they mean, in native byte order."""
        found: Array = native(values).view(self.meant)
        return found

    def reader(self, read: Read) -> Read:
        """Return a function that reads what ``read`` reads as what it means."""
        return lambda start, count: self.seen(read(start, count))


def byte_form(dtype: np.dtype[Any], *, big: bool) -> ByteForm:
    """Return how values of a format are read from a file of this byte order."""
    import numpy as np

    if dtype.itemsize == 1:
        return ByteForm(dtype, dtype)
    plain = dtype if dtype.isbuiltin == 1 else np.dtype(f"u{dtype.itemsize}")
    return ByteForm(plain.newbyteorder(">" if big else "<"), dtype)
