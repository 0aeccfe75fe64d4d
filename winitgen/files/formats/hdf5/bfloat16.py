"""HDF5 has no number format of its own for bfloat16, but can describe it: the upper half of a float32."""

from __future__ import annotations

from typing import Any


def bfloat16_type() -> Any:
    """Return the little-endian number format that winitgen writes: sign, exponent and mantissa, biased by 127."""
    from h5py import h5t

    kind = h5t.IEEE_F32LE.copy()
    kind.set_fields(15, 7, 8, 0, 7)
    kind.set_size(2)
    kind.set_ebias(127)
    return kind


def is_bfloat16(kind: Any) -> bool:
    """Tell whether a number format of HDF5 is bfloat16 in either byte order, with nothing about it otherwise."""
    from h5py import h5t

    if not isinstance(kind, h5t.TypeFloatID) or kind.get_size() != 2:
        return False
    return bool(kind.equal(bfloat16_type()) or is_swapped(kind))


def is_swapped(kind: Any) -> bool:
    """Tell whether a number format of HDF5 is big-endian bfloat16."""
    from h5py import h5t

    swapped = bfloat16_type()
    swapped.set_order(h5t.ORDER_BE)
    return bool(kind.equal(swapped))
