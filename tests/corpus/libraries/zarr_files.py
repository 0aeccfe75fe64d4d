"""zarr, xarray and Dask: folders of chunks, in the second and the third format."""

from __future__ import annotations

import dask.array
import numpy as np
import xarray
import zarr

from tests.corpus.record import Record, normals


def write(record: Record) -> None:
    """Write groups and single arrays."""
    for version in (2, 3):
        group = zarr.open_group(record.path(f"group{version}"), mode="w", zarr_format=version)
        group.create_array("w", data=normals(1, 9, 5), chunks=(4, 2))
        group.create_array("inner/n", data=np.arange(6), chunks=(6,))
        record.gives(f"group{version}", {"w": normals(1, 9, 5), "inner/n": np.arange(6)})
        zarr.save_array(record.path(f"alone{version}"), normals(2, 7), zarr_format=version)
        record.gives(f"alone{version}", {"": normals(2, 7)})
    dask.array.to_npy_stack(record.path("stack"), dask.array.from_array(normals(3, 6, 2), (2, 2)))
    record.refused("stack", "is a folder without")
    data = xarray.Dataset({"w": (("x", "y"), normals(4, 3, 2))}, {"x": np.arange(3)})
    data.to_zarr(record.path("xarray"))
    record.gives("xarray", {"w": normals(4, 3, 2), "x": np.arange(3)})
    data.to_netcdf(record.path("xarray.nc"), engine="h5netcdf")
    found = {"w": normals(4, 3, 2), "x": np.arange(3)}
    from tests.corpus.hdf5 import hdf5_arrays

    record.gives("xarray.nc", found | {"y": hdf5_arrays(record.path("xarray.nc"))["y"]})
    dask.array.to_hdf5(record.path("dask.h5"), {"/w": dask.array.from_array(normals(5, 8, 3), (3, 3))})
    record.gives("dask.h5", {"w": normals(5, 8, 3)})
