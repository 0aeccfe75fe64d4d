"""hdf5plugin: compressors that h5py itself has not, each beside a plain dataset."""

from __future__ import annotations

import h5py
import hdf5plugin
import numpy as np

from tests.corpus.record import Record, normals

FILTERS = ("Blosc", "Blosc2", "BZip2", "FciDecomp", "LZ4", "Zstd", "Bitshuffle", "SZ", "SZ3", "Zfp", "Sperr")


def write(record: Record) -> None:
    """Write a file for each filter, whose name the reason has to hold."""
    for kind in FILTERS:
        if hasattr(hdf5plugin, kind):
            _packed(record, kind)
    with h5py.File(record.path("passed_over.h5"), "w") as file:  # random values, which do not get smaller
        file.create_dataset(
            "packed", data=normals(3, 30, 20), chunks=(30, 20), compression=hdf5plugin.Blosc()
        )
    record.gives("passed_over.h5", {"packed": normals(3, 30, 20)})


def _packed(record: Record, kind: str) -> None:
    whole = kind == "FciDecomp"
    values = np.arange(600, dtype="u2" if whole else "f4").reshape(30, 20)
    name = f"{kind.lower()}.h5"
    with h5py.File(record.path(name), "w") as file:
        file["plain"] = normals(4, 5)
        file.create_dataset("packed", data=values, chunks=(30, 20), compression=getattr(hdf5plugin, kind)())
    record.gives(name, {"plain": normals(4, 5)}, [("packed", [30, 20], values.dtype.name, "hdf5plugin")])
