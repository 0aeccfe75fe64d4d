"""HDF5 has no number format of its own for bfloat16, but can describe it: the upper half of a float32."""

from __future__ import annotations

from typing import Any

from winitgen.files.input.numpy_formats import numpy_dtype


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


class Bfloat16Bits:
    """An open dataset of bfloat16, indexed as one of h5py, which would make float32 of it, and one NaN of another."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset
        self.shape: tuple[int, ...] = dataset.shape

    def __getitem__(self, index: tuple[int | slice, ...]) -> Any:
        """Return the values at ``index`` with the bits that the file has, in this machine's byte order; each axis is kept.

        Axes that are not in ``index`` are read whole.
        """
        import numpy as np
        from h5py import h5s

        space, kind = self._dataset.get_space(), self._dataset.get_type()
        parts = [
            range(one, one + 1) if isinstance(one, int) else range(*one.indices(size))
            for one, size in zip(index, self.shape, strict=False)
        ]
        parts += map(range, self.shape[len(index) :])
        counts = tuple(map(len, parts))
        if parts:
            space.select_hyperslab(tuple(part.start for part in parts), counts)
        bits = np.empty(counts, ">u2" if is_swapped(kind) else "<u2")
        memory = h5s.create_simple(counts) if parts else h5s.create(h5s.SCALAR)
        self._dataset.read(memory, space, bits, kind)  # as the file has it: nothing is converted
        return bits.astype(np.uint16).view(numpy_dtype("bfloat16"))


def indexed(dataset: Any) -> Any:
    """Return what an open dataset is read by: h5py's own, unless that would convert bfloat16."""
    from h5py import Dataset

    return (Bfloat16Bits if is_bfloat16(dataset.get_type()) else Dataset)(dataset)
