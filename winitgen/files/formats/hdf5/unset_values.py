"""Values that an HDF5 file neither stores nor gives: whoever reads them gets what stood in the memory before."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading


def unset_values(name: str, dataset: Any, creation: Any) -> Iterator[OtherReading]:
    """Yield what a dataset means of which something is not stored, without a value to take its place.

    ``creation`` is the list of properties that it was created with. The library then leaves the memory as it is, or refuses to read (H5D__read in its source).
    """
    if not has_fill(creation) and _is_unstored(dataset, creation):
        yield OtherReading(
            f"values of {quoted(name)} are not stored, and the file has no value for them, so that a program reads anything"
        )


def has_fill(creation: Any) -> bool:
    """Tell whether elements of which nothing is stored have a value: the fill value, if it exists and is written."""
    from h5py import h5d

    is_defined = creation.fill_value_defined() != h5d.FILL_VALUE_UNDEFINED
    return bool(is_defined and creation.get_fill_time() != h5d.FILL_TIME_NEVER)


def _is_unstored(dataset: Any, creation: Any) -> bool:
    """Tell whether the file does not store all values of a dataset, of which none is in another file."""
    from h5py import h5d

    shape = dataset.shape
    if shape is None or not math.prod(shape):
        return False
    if creation.get_layout() == h5d.VIRTUAL or creation.get_external_count():
        return False
    if creation.get_layout() != h5d.CHUNKED:
        return not dataset.get_storage_size()
    parts = zip(shape, creation.get_chunk(), strict=True)
    return bool(dataset.get_num_chunks() < math.prod(-(-size // part) for size, part in parts))
