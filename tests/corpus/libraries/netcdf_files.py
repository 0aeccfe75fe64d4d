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
