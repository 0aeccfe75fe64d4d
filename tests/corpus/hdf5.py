"""The arrays of an HDF5 file as h5py reads them, for libraries that keep more in it than they give themselves."""

from __future__ import annotations

from typing import Any


def hdf5_arrays(path: str) -> dict[str, Any]:
    """Return every array of a file under its first name."""
    import h5py

    found: dict[str, Any] = {}

    def visit(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = item[()]

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return found
