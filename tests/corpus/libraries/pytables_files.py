"""PyTables: arrays of each of its kinds, its compressors, tables and texts."""

from __future__ import annotations

import numpy as np
import tables

from tests.corpus.record import Record, normals

TEXT = "its values are text, not numbers"


def write(record: Record) -> None:
    """Write HDF5 files with ``tables.open_file``."""
    _arrays(record)
    for library in ("zlib", "lzo", "bzip2", "blosc", "blosc:zstd", "blosc2"):
        if tables.which_lib_version(library.partition(":")[0]) is not None:
            _compressed(record, library)
    _tables(record)


def _arrays(record: Record) -> None:
    with tables.open_file(record.path("arrays.h5"), "w") as file:
        file.create_array("/", "w", normals(1, 5, 3))
        file.create_array("/layers/fc", "kernel", normals(2, 4).astype("f8"), createparents=True)
        file.create_array("/", "flags", np.array([True, False, True]))
        file.create_array("/", "scalar", 7)
        file.create_array("/", "complex", normals(3, 6) + 1j * normals(4, 6))
        growing = file.create_earray("/", "growing", tables.Float32Atom(), (0, 3))
        growing.append(normals(5, 4, 3))
    # PyTables keeps booleans as bits of HDF5, which have no other name than whole numbers.
    record.gives("arrays.h5", _read(record.path("arrays.h5")), formats={"flags": "uint8"})


def _read(path: str) -> dict[str, object]:
    with tables.open_file(path) as file:
        return {node._v_pathname[1:]: np.asarray(node.read()) for node in file.walk_nodes("/", "Array")}


def _compressed(record: Record, library: str) -> None:
    name = f"{library.replace(':', '_')}.h5"
    filters = tables.Filters(complevel=5, complib=library, shuffle=True)
    with tables.open_file(record.path(name), "w", filters=filters) as file:
        file.create_carray("/", "packed", obj=normals(6, 60, 30))
        file.create_array("/", "plain", normals(7, 6))
    values = _read(record.path(name))
    if library == "zlib":
        record.gives(name, values)
    else:
        record.gives(
            name,
            {"plain": values["plain"]},
            [("packed", [60, 30], "float32", "which this HDF5 library lacks")],
        )


def _tables(record: Record) -> None:
    kinds = np.dtype([("x", "f4"), ("name", "S3")])
    with tables.open_file(record.path("tables.h5"), "w") as file:
        file.create_table("/", "rows", np.zeros(4, kinds))
        ragged = file.create_vlarray("/", "ragged", tables.Float32Atom())
        ragged.append([1, 2])
        file.create_array("/", "text", [b"ab", b"c"])
        file.create_array("/", "w", normals(1, 3))
    lists = "its values are references, or lists of different lengths"
    records = "its values are records, which are not divided into numbers"
    unread = [
        ("rows", [4], "void56", records),
        ("ragged", [1], "object", lists),
        ("text", [2], "bytes16", TEXT),
    ]
    record.gives("tables.h5", {"w": normals(1, 3)}, unread)
