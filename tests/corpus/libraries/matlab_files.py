"""SciPy and hdf5storage: MATLAB's files, version 7.3 of which is HDF5 with its axes turned."""

from __future__ import annotations

from typing import Any

import hdf5storage
import mat73
import numpy as np
import scipy.io

from tests.corpus.record import Record, normals


def write(record: Record) -> None:
    """Write versions 4, 5 and 7.3."""
    arrays: dict[str, Any] = {"w": normals(1, 5, 3), "n": np.arange(4.0).reshape(1, 4)}
    for version in ("4", "5"):
        scipy.io.savemat(record.path(f"version{version}.mat"), arrays, format=version)
        words = "a MATLAB file" if version == "5" else "is not a weight file of a known kind"
        record.refused(f"version{version}.mat", words)
    scipy.io.savemat(record.path("packed.mat"), arrays, do_compression=True)
    record.refused("packed.mat", "a MATLAB file")
    hdf5storage.savemat(record.path("version73.mat"), arrays, format="7.3", oned_as="row")
    read = mat73.loadmat(record.path("version73.mat"))
    turned = {key: np.asarray(value).reshape(arrays[key].shape).T for key, value in read.items()}
    record.gives("version73.mat", {key: turned[key].astype(arrays[key].dtype) for key in arrays})
    hdf5storage.write(
        {"data": arrays["w"]}, path="/", filename=record.path("python.h5"), matlab_compatible=False
    )
    record.gives("python.h5", {"data": hdf5storage.read(path="/data", filename=record.path("python.h5"))})
    scipy.io.netcdf_file(record.path("classic.nc"), "w").close()
    record.refused("classic.nc", "is a netCDF file of a classic format")
    scipy.io.wavfile.write(record.path("sound.wav"), 8000, normals(1, 50))
    record.refused("sound.wav", "is not a weight file of a known kind")
