"""Tensors that are copied from a file in another number format: each value is rounded once, to nearest even."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winitgen.errors import UsageError
from winitgen.files.copied_tensor import CopiedTensor
from winitgen.numeric.dtypes import DTYPES

if TYPE_CHECKING:
    from winitgen.files.input.stored_array import StoredArray
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class RoundedTensor(CopiedTensor):
    """An array of floats of an open file, to be written under a name in another format of floats."""

    def __init__(self, name: str, stored: StoredArray, dtype: str) -> None:
        super().__init__(name, stored)
        self.dtype = dtype

    def draw(self, start: int, count: int, workspace: Workspace) -> Array:
        """Return elements ``start`` to ``start + count``, rounded; raise `UsageError` for one beyond the format."""
        import numpy as np

        values = self.stored.read(start, count)
        with np.errstate(all="ignore"):
            found = rounded(values, self.dtype)
            lost = (np.isfinite(found) != np.isfinite(values)) | (np.isnan(found) != np.isnan(values))
        if lost.any():
            index = int(np.flatnonzero(lost)[0])
            raise UsageError(
                f"element {start + index:,} of {self.name!r} is {values[index]}, which {self.dtype} cannot hold; "
                f"its largest number is {DTYPES[self.dtype].largest:g}"
            )
        return found


def rounded(values: Array, dtype: str) -> Array:
    """Return floats in another format, each rounded once.

    The way from float64 to fewer than 32 bits leads through float32, which would round twice: there the last bit of
    an inexact number is set (Boldo and Melquiond 2008), so that no number looks like one half between two others.
    """
    import numpy as np

    target = DTYPES[dtype].numpy()
    if values.dtype != np.float64 or target.itemsize >= np.dtype(np.float32).itemsize:
        return values.astype(target)
    near = values.astype(np.float32)
    below = np.where(
        np.abs(near.astype(np.float64)) > np.abs(values), np.nextafter(near, np.float32(0)), near
    )
    inexact = (below != values) & ~np.isnan(values)
    bits: Array = below.astype(np.float32).view(np.uint32) | inexact.astype(np.uint32)
    odd: Array = bits.view(np.float32).astype(target)
    return odd
