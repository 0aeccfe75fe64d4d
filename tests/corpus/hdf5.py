"""The arrays of an HDF5 file as h5py reads them, for libraries that keep more in it than they give themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def hdf5_arrays(path: str, without: Sequence[str] = ()) -> dict[str, Any]:
    """Return every array of a file under its first name, but for those that h5py is not asked for."""
    import h5py

    found: dict[str, Any] = {}

    def visit(name: str, item: Any) -> None:
        if name not in without and isinstance(item, h5py.Dataset):
            found[name] = item[()]

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return found
