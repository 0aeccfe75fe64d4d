"""The number format of a dataset's values, as NumPy or ml_dtypes has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winitgen.files.formats.npy.reader import is_numeric
from winitgen.files.input.numpy_formats import numpy_dtype

if TYPE_CHECKING:
    import numpy as np

_BFLOAT16 = (15, 7, 8, 0, 7)


def number_format(dataset: Any) -> np.dtype[Any] | None:
    """Return the number format of the values as stored, or None if NumPy has none."""
    from h5py import Dataset, h5t

    kind, found = dataset.get_type(), dataset.dtype
    if isinstance(kind, h5t.TypeFloatID):
        if kind.get_size() == 2 and kind.get_fields() == _BFLOAT16:
            return numpy_dtype("bfloat16")
        return found if _is_plain(kind, found) else None
    if found == "uint8" and isinstance(name := Dataset(dataset).attrs.get("dtype"), str):
        return numpy_dtype(name) if name.startswith("float8") else found
    if isinstance(kind, h5t.TypeIntegerID) and not _is_plain(kind, found):
        return None
    return found if is_numeric(found) else None


def _is_plain(kind: Any, dtype: np.dtype[Any]) -> bool:
    """Tell whether the bits in the file are those of NumPy's number format: HDF5 can place each field anywhere."""
    from h5py import h5t

    return bool(kind.get_size() == dtype.itemsize and kind.equal(h5t.py_create(dtype)))
