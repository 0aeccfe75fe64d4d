"""The number format of a dataset's values, as NumPy or ml_dtypes has it.

HDF5 can place each field of a number anywhere, bias its exponent by any number, and give its padding a meaning. h5py converts
all that; here values are read only if their bits are those of NumPy's own format, or of bfloat16, in either byte order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from winitgen.files.formats.hdf5.bfloat16 import is_bfloat16
from winitgen.files.input.numpy_formats import is_numeric, numpy_dtype, unread

if TYPE_CHECKING:
    import numpy as np

_WITHOUT_NAME = "a number format of HDF5's own"

_FORMATS: dict[bytes, tuple[np.dtype[Any] | None, bool]] = {}
_MOST_KEPT, _LONGEST_KEPT = 64, 256
"""Formats that are kept of all files, by their bytes."""

_FOREIGN = re.compile("bfloat16|u?int[124]|float[468]_[a-z0-9]+")
"""Names of ml_dtypes, which the attribute ``dtype`` may have."""


def number_format(dataset: Any) -> np.dtype[Any] | None:
    """Return the number format of the values as stored, or None if NumPy has none.

    HDF5 has no name for the formats of ml_dtypes: Keras stores them as opaque values, and winitgen float8 as bytes, with
    the name in the attribute ``dtype``.
    """
    kind = dataset.get_type()
    found, as_numpy = _format_of(kind)
    if found is not None and found.kind == "V" and found.names is None and not as_numpy:
        return _foreign(dataset, kind)
    if found is None or not as_numpy:
        return None
    if found == "uint8" and (name := text_attribute(dataset, "dtype") or "").startswith("float8"):
        return numpy_dtype(name)
    return found


def _format_of(kind: Any) -> tuple[np.dtype[Any] | None, bool]:
    """Return the number format that h5py gives, or bfloat16, and whether the bits are placed as that places them.

    Most datasets of a file have one of few formats, and looking at one takes longer than at all else of a dataset.
    """
    encoded = kind.encode()
    if encoded not in _FORMATS:
        if is_bfloat16(kind):
            found = numpy_dtype("bfloat16"), True
        else:
            dtype = h5py_dtype(kind)
            found = dtype, dtype is not None and is_numeric(dtype) and _is_plain(kind, dtype)
        if len(encoded) > _LONGEST_KEPT or len(_FORMATS) == _MOST_KEPT:
            return found
        _FORMATS[encoded] = found
    return _FORMATS[encoded]


def _foreign(dataset: Any, kind: Any) -> np.dtype[Any] | None:
    """Return the number format of opaque values, if the attribute ``dtype`` names one of their size."""
    name = text_attribute(dataset, "dtype") or ""
    found = numpy_dtype(name) if _FOREIGN.fullmatch(name) else None
    return found if found is not None and found.itemsize == kind.get_size() else None


def as_stored(values: Any, dtype: np.dtype[Any]) -> Any:
    """Return values that h5py gives as they were stored in ``dtype``: opaque ones and the bytes of float8 are those bits."""
    if values.dtype.kind == "V" or dtype.name.startswith("float8"):
        return values.view(dtype)
    return values.astype(dtype)


def h5py_dtype(kind: Any) -> np.dtype[Any] | None:
    """Return the number format that h5py gives for one of HDF5, or None if it has none: it refuses to read the values."""
    try:
        return kind.dtype  # type: ignore[no-any-return]
    except (TypeError, ValueError, OverflowError):
        return None


def described(dataset: Any) -> str:
    """Return NumPy's name of the number format of values that are not read."""
    found = h5py_dtype(dataset.get_type())
    return _WITHOUT_NAME if found is None else found.name


def why_no_format(dataset: Any) -> str:
    """Return why the values of a dataset without a `number_format` are not read."""
    from h5py import check_string_dtype

    found = h5py_dtype(dataset.get_type())
    if found is None:
        return "h5py has no number format for its values"
    if is_numeric(found):
        return "its bits are not placed as NumPy places them"
    if check_string_dtype(found) is not None:
        return "its values are text, not numbers"
    if found.hasobject:
        records = "records with text, references or lists, which are not divided into numbers"
        return f"its values are {'references, or lists of different lengths' if found.names is None else records}"
    return unread(found)


def text_attribute(dataset: Any, name: str) -> str | None:
    """Return an attribute of a dataset that is one text, or None for any other, whatever its type, and for a damaged one."""
    from h5py import Dataset, h5a, h5t

    key = name.encode()
    if not h5a.exists(dataset, key) or not isinstance(h5a.open(dataset, key).get_type(), h5t.TypeStringID):
        return None
    try:
        found = Dataset(dataset).attrs[name]
    except (OSError, RuntimeError, TypeError, ValueError):  # the session tells a fault of the system
        return None
    if getattr(found, "size", 0) == 1 and not isinstance(found, bytes):  # one text in a list of one
        found = found.item()
    return found if isinstance(found, str) else None


def _is_plain(kind: Any, dtype: np.dtype[Any]) -> bool:
    """Tell whether the bits in the file are those of NumPy's number format."""
    import numpy as np
    from h5py import h5t

    if isinstance(
        kind, h5t.TypeBitfieldID
    ):  # PyTables' booleans; h5py reads them as whole numbers without a sign
        return any(kind.equal(bits) for bits in _bitfields())
    wanted, complex_class = h5t.py_create(dtype), cast("Any", getattr(h5t, "TypeComplexID", ()))
    if isinstance(
        kind, h5t.TypeEnumID
    ):  # h5py reads its numbers, not their names, unless these are FALSE and TRUE
        kind, wanted = kind.get_super(), wanted.get_super() if dtype.kind == "b" else wanted
    elif isinstance(kind, complex_class):  # HDF5 2 has a class of its own for two floats
        return bool(kind.get_super().equal(h5t.py_create(np.empty(0, dtype).real.dtype)))
    if isinstance(kind, h5t.TypeIntegerID) and kind.get_size() == 1:  # a byte has no order
        kind = kind.copy()
        kind.set_order(h5t.ORDER_LE)
    return bool(kind.get_size() == dtype.itemsize and kind.equal(wanted))


def _bitfields() -> tuple[Any, ...]:
    """Return HDF5's types of bits that h5py can read: not a single byte in big-endian order."""
    from h5py import h5t

    names = ("B8LE", "B16LE", "B16BE", "B32LE", "B32BE", "B64LE", "B64BE")
    return tuple(getattr(h5t, f"STD_{name}") for name in names)
