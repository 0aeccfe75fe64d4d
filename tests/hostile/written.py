"""Weight files read by their usual libraries: the bytes of the values by tensor name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np
import safetensors

from winitgen.numeric.dtypes import DTYPES

SAFETENSORS = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
    "I64": "int64",
}
"""The format's own names of number formats."""


class Read(NamedTuple):
    """One tensor of a file; ``dtype`` is empty if the file only gives its width."""

    shape: tuple[int, ...]
    data: bytes
    dtype: str = ""


def by_safetensors(path: Path) -> dict[str, Read]:
    """Read a file with the safetensors library, in Rust."""
    return {
        name: Read(tuple(found["shape"]), bytes(found["data"]), SAFETENSORS[found["dtype"]])
        for name, found in safetensors.deserialize(path.read_bytes())
    }


def _array(array: Any) -> Read:
    return Read(array.shape, np.ascontiguousarray(array).tobytes())


def by_npz(path: Path) -> dict[str, Read]:
    """Read an archive with `numpy.load`."""
    with np.load(path) as found:
        return {name: _array(found[name]) for name in found.files}


def by_npy(path: Path) -> dict[str, Read]:
    """Read a record with `numpy.load`; a plain array has no name."""
    found = np.load(path)
    return (
        {name: _array(found[name]) for name in found.dtype.names}
        if found.dtype.names
        else {"": _array(found)}
    )


def by_npy_dir(path: Path) -> dict[str, Read]:
    """Read a folder with `numpy.load`, following its index."""
    index = json.loads((path / "index.json").read_text("utf-8"))["tensors"]
    return {
        name: _array(np.load(path / entry["file"]))._replace(dtype=entry["dtype"])
        for name, entry in index.items()
    }


def by_h5py(path: Path) -> dict[str, Read]:
    """Read a file with h5py; bfloat16, which it returns as float32, is rounded back."""
    import ml_dtypes

    found = {}

    def keep(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            values = item[()]
            if item.id.get_type().get_size() == 2 and values.dtype.itemsize == 4:
                values = values.astype(ml_dtypes.bfloat16)
            found[name] = _array(np.asarray(values))

    with h5py.File(path) as file:
        file.visititems(keep)
    return found


FORMS: dict[str, tuple[str, Callable[[Path], dict[str, Read]]]] = {
    "safetensors": ("w.safetensors", by_safetensors),
    "npz": ("w.npz", by_npz),
    "npy": ("w.npy", by_npy),
    "npy-dir": ("w/", by_npy_dir),
    "hdf5": ("w.h5", by_h5py),
}
"""The formats, each with a file name and a reader."""


def check(form: str, arrays: dict[str, Any], dtypes: dict[str, str], path: Path) -> None:
    """Raise `AssertionError` unless the file has these arrays, by name, shape, number format and bytes."""
    found = FORMS[form][1](path)
    names = {"hdf5": lambda name: name.replace(".", "/")}.get(form, lambda name: name)
    if [*found] == [""]:
        names = lambda name: ""  # noqa: E731
    assert {*map(names, arrays)} == {*found}
    for name, array in arrays.items():
        read = found[names(name)]
        assert array.shape == read.shape, name
        assert array.tobytes() == read.data, name
        assert read.dtype in ("", dtypes[name]), name
        assert len(read.data) == array.size * DTYPES[dtypes[name]].itemsize, name
