"""The number formats of NumPy and ml_dtypes, and their byte order."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from winitgen.errors import UnreadableError

if TYPE_CHECKING:
    import numpy as np

    from winitgen.numeric.arrays import Array


_MOST_FIELDS = 4
"""Fields of a record that are named."""


def native(values: Array) -> Array:
    """Return values in native byte order."""
    return values if values.dtype.isnative else values.byteswap().view(values.dtype.newbyteorder("="))


def little(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return a number format in little-endian order; formats of ml_dtypes have only native order."""
    if sys.byteorder == "big" and dtype.isbuiltin != 1:
        raise UnreadableError(f"{dtype.name} cannot be read on a big-endian machine")
    return dtype.newbyteorder("<") if dtype.isbuiltin == 1 else dtype


def numpy_dtype(name: str) -> np.dtype[Any] | None:
    """Return the number format with this name from NumPy or else ml_dtypes, or None."""
    import numpy as np

    try:
        return np.dtype(name)
    except TypeError:
        import ml_dtypes

        known = getattr(ml_dtypes, name, None)
        return None if known is None else np.dtype(known)


def is_numeric(dtype: np.dtype[Any]) -> bool:
    """Tell whether the values are numbers or booleans, not text, dates or records."""
    if dtype.names is not None or dtype.subdtype is not None:
        return False
    return dtype.kind in "?biufc" or is_foreign(dtype)


def _fields(record: np.dtype[Any]) -> str:
    """Return the first fields of a record as the end of a sentence; empty if it has none."""
    names = record.names or ()
    shown = [f"{name} {record[name].base.name}" for name in names[:_MOST_FIELDS]]
    more = f" and {len(names) - _MOST_FIELDS} more" if len(names) > _MOST_FIELDS else ""
    return f": {', '.join(shown)}{more}" if shown else ""


def is_foreign(dtype: np.dtype[Any]) -> bool:
    """Tell whether a number format is one of ml_dtypes."""
    return dtype.isbuiltin == 2


def unread(dtype: np.dtype[Any]) -> str:
    """Return why values are not read that are not numbers.

    >>> import numpy as np
    >>> unread(np.dtype("U3")), unread(np.dtype("V2"))
    ('its values are text, not numbers', 'its values are 2 bytes each, of no number format that the file names, perhaps bfloat16')
    """
    if dtype.hasobject:
        return "its values are Python objects, which are not read because they can run code"
    if dtype.subdtype is not None:
        return "its values are arrays themselves, which are not divided into numbers"
    if dtype.names is not None:
        return f"its values are records, which are not divided into numbers{_fields(dtype)}"
    if dtype.kind in "US":
        return "its values are text, not numbers"
    if dtype.kind in "Mm":
        return "its values are dates or times, not numbers"
    size = f"{dtype.itemsize:,} byte{'' if dtype.itemsize == 1 else 's'} each"
    what = f"its values are {size}, of no number format that the file names"
    return f"{what}, perhaps bfloat16" if dtype.itemsize == 2 else what
