"""netCDF4: files of its HDF5 formats, and the older ones, which are not HDF5."""

from __future__ import annotations

import netCDF4
import numpy as np

from tests.corpus.hdf5 import hdf5_arrays
from tests.corpus.record import Record, normals


def write(record: Record) -> None:
    """Write a small data set in each format."""
    for kind in (
        "NETCDF4",
        "NETCDF4_CLASSIC",
        "NETCDF3_CLASSIC",
        "NETCDF3_64BIT_OFFSET",
        "NETCDF3_64BIT_DATA",
    ):
        _written(record, kind)
    for way in ("szip", "zstd", "bzip2", "blosc_lz"):
        _compressed(record, way)
    _types(record)


def _written(record: Record, kind: str) -> None:
    name = f"{kind.lower()}.nc"
    with netCDF4.Dataset(record.path(name), "w", format=kind) as data:
        data.createDimension("x", 6)
        data.createDimension("y", None)
        options = {"zlib": True, "fill_value": -1} if kind.startswith("NETCDF4") else {}
        data.createVariable("w", "f4", ("y", "x"), **options)[:] = normals(1, 4, 6)
        data.createVariable("x", "f8", ("x",))[:] = np.arange(6)
        data.createVariable("n", "i4", ())[...] = 3
    with netCDF4.Dataset(record.path(name)) as data:
        data.set_auto_mask(False)
        values = {key: np.asarray(variable[...]) for key, variable in data.variables.items()}
    if kind.startswith("NETCDF4"):
        assert set(values) == {"w", "x", "n"}
        dimension = {"y": hdf5_arrays(record.path(name))["y"]}  # a dimension without a variable
        record.gives(name, values | dimension)
    else:
        record.refused(name, "is a netCDF file of a classic format")


def _compressed(record: Record, way: str) -> None:
    name = f"{way}.nc"
    values = np.arange(1200, dtype="f4").reshape(40, 30)
    with netCDF4.Dataset(record.path(name), "w") as data:
        data.createDimension("x", 40)
        data.createDimension("y", 30)
        data.createVariable("w", "f4", ("x", "y"), compression=way, shuffle=False)[:] = values
        data.createVariable("rounded", "f4", ("x", "y"), zlib=True, significant_digits=2)[:] = normals(
            1, 40, 30
        )
    with netCDF4.Dataset(record.path(name)) as data:
        rounded = np.asarray(data["rounded"][...])
    found = {
        key: value
        for key, value in hdf5_arrays(record.path(name), without=("w",)).items()
        if key != "rounded"
    }
    found["rounded"] = rounded
    if way == "szip":
        record.gives(name, found | {"w": values})
    else:
        record.gives(name, found, [("w", [40, 30], "float32", "hdf5plugin")])


def _types(record: Record) -> None:
    """Write types that netCDF lets its users make."""
    with netCDF4.Dataset(record.path("types.nc"), "w") as data:
        data.createDimension("x", 3)
        colour = data.createEnumType(np.int8, "colours", {"red": 0, "blue": 5})
        data.createVariable("colour", colour, ("x",))[:] = np.array([0, 5, 5], np.int8)
        pair = data.createCompoundType(np.dtype([("a", "f4"), ("b", "i2")]), "pairs")
        data.createVariable("pair", pair, ("x",))[:] = np.zeros(3, [("a", "f4"), ("b", "i2")])
        ragged = data.createVLType(np.float32, "lists")
        data.createVariable("ragged", ragged, ("x",))[0] = np.ones(2, "f4")
        data.createVariable("text", str, ("x",))[0] = "größe"
        data.createVariable("char", "S1", ("x",))[:] = np.array([b"a", b"b", b"c"])
        complexes = data.createCompoundType(np.dtype([("r", "f4"), ("i", "f4")]), "complexes")
        data.createVariable("z", complexes, ("x",))[:] = np.array(
            [(1, 2), (0, 0), (3, -4)], [("r", "f4"), ("i", "f4")]
        )
    unread = [
        ("pair", [3], "void64", "its values are records, which are not divided into numbers"),
        ("ragged", [3], "object", "its values are references, or lists of different lengths"),
        ("text", [3], "object", "its values are text, not numbers"),
        ("char", [3], "bytes8", "its values are text, not numbers"),
    ]
    dimension = hdf5_arrays(
        record.path("types.nc"), without=("text", "char", "pair", "ragged", "colour", "z")
    )
    given = {"colour": np.array([0, 5, 5], np.int8), "z": np.array([1 + 2j, 0, 3 - 4j], np.complex64)}
    record.gives("types.nc", given | dimension, unread)
