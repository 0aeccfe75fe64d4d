"""h5netcdf: netCDF through h5py."""

from __future__ import annotations

import h5netcdf
import numpy as np

from tests.corpus.hdf5 import hdf5_arrays
from tests.corpus.record import Record, normals


def write(record: Record) -> None:
    """Write a file with dimensions, groups and a compressed variable."""
    with h5netcdf.File(record.path("groups.nc"), "w") as data:
        data.dimensions = {"x": 5, "y": 3}
        data.create_variable("w", ("x", "y"), "f4", data=normals(1, 5, 3), compression="gzip", chunks=(2, 3))
        data.create_variable("x", ("x",), "f8", data=np.arange(5.0))
        data.create_variable("/inner/b", ("y",), "i2", data=np.array([1, 0, -2], "i2"))
    with h5netcdf.File(record.path("groups.nc"), "r") as data:
        values = {"w": data["w"][...], "x": data["x"][...], "inner/b": data["inner/b"][...]}
    record.gives("groups.nc", values | {"y": hdf5_arrays(record.path("groups.nc"))["y"]})
