"""The number format of a header of NumPy's: what it calls so, and what ``numpy.save`` makes of the formats of ml_dtypes.

ml_dtypes gives its formats an order of bytes and a letter that NumPy's own have not: ``<V2`` is bfloat16, while two bytes
of no format are ``|V2``. ``numpy.load`` reads the first as the second, and refuses ``<f1`` and ``<W4``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from winitgen.files.input.numpy_formats import is_foreign, is_numeric, numpy_dtype, unread
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading

if TYPE_CHECKING:
    import numpy as np

_ML = {"<V2": "bfloat16", "<f1": "float8_e5m2"}

_SHARED = {
    "<V1": (
        "V1",
        "its values are of a format of ml_dtypes with a byte each, such as float8_e4m3fn or int4, and the file does not say of which",
    ),
    "<W4": (
        "V4",
        "its values are complex32 or bcomplex32 of ml_dtypes, and the file does not say which of the two",
    ),
}
"""What several formats are called, with bytes of the same size and why nobody can read them."""


def described(descr: Any) -> tuple[np.dtype[Any], str]:
    """Return the number format that a header describes, and why its values are not read, empty if they are.

    Raises an exception if it describes none.
    """
    import numpy as np
    from numpy.lib.format import descr_to_dtype

    if isinstance(descr, str) and descr in _SHARED:
        text, why = _SHARED[descr]
        return np.dtype(text), why
    if isinstance(descr, str) and (known := numpy_dtype(_ML[descr]) if descr in _ML else None) is not None:
        return known, ""
    found = descr_to_dtype(descr)
    if _has_foreign(found):  # by a name of its own, which NumPy knows only where ml_dtypes was imported
        raise TypeError
    return found, "" if is_numeric(found) else unread(found)


def _has_foreign(dtype: np.dtype[Any]) -> bool:
    """Tell whether a format, a field of a record or an element of an array in one is of ml_dtypes."""
    return is_foreign(dtype.base) or any(_has_foreign(dtype.base[name]) for name in dtype.base.names or ())


def format_readings(dtype: np.dtype[Any], name: str = "") -> Iterator[OtherReading]:
    """Yield what ``numpy.load`` makes of an array of ``dtype``, the member or file ``name``, if that is one of ml_dtypes."""
    which = quoted(name) if name else "its array"
    if is_foreign(dtype) and dtype.kind == "f":
        yield OtherReading(f"numpy.load refuses {which}: only ml_dtypes has a name for {dtype.name}")
    elif is_foreign(dtype):
        yield OtherReading(
            f"numpy.load gives {which} as bytes of no number format: only ml_dtypes has a name for {dtype.name}",
            misread=False,
        )
