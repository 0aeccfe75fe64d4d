"""Bits of bfloat16 and float8 as whole numbers: only NumPy's files, which cannot name these formats, may hold them so."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import safetensors.numpy

import winitgen
from tests.audit.readings import zips
from tests.audit.readings.words import told
from winitgen.files.binding import Misfit, matching
from winitgen.files.input import open_weights

SPEC: dict[str, Any] = {
    "input": 3,
    "layout": "keras",
    "layers": [{"name": "fc", "type": "dense", "units": 2}],
}
NARROW = {"bfloat16": "uint16", "float8_e5m2": "uint8", "float8_e4m3fn": "uint8"}


def bits(dtype: str) -> dict[str, Any]:
    """Return the planned values as whole numbers of the same bits."""
    planned = winitgen.generate(SPEC, dtype=dtype)
    return {name: values.view(NARROW[dtype]) for name, values in planned.items()}


def _single(folder: Path, arrays: dict[str, Any]) -> Path:
    safetensors.numpy.save_file(arrays, folder / "w.safetensors")
    return folder / "w.safetensors"


def _shards(folder: Path, arrays: dict[str, Any]) -> Path:
    files = {name: f"model-0000{number}-of-00002.safetensors" for number, name in enumerate(arrays, 1)}
    for name, file in files.items():
        safetensors.numpy.save_file({name: arrays[name]}, folder / file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": files}))
    return folder


def _hdf5(folder: Path, arrays: dict[str, Any]) -> Path:
    with h5py.File(folder / "w.h5", "w") as file:
        for name, values in arrays.items():
            file[name] = values
    return folder / "w.h5"


def _keras_hdf5(folder: Path, arrays: dict[str, Any]) -> Path:
    with h5py.File(folder / "w.weights.h5", "w") as file:
        for number, values in enumerate(arrays.values()):
            file[f"layers/dense/vars/{number}"] = values
    return folder / "w.weights.h5"


def _archive(folder: Path, arrays: dict[str, Any]) -> Path:
    weights = _keras_hdf5(folder, arrays).read_bytes()
    members = [("metadata.json", b"{}"), ("config.json", b"{}"), ("model.weights.h5", weights)]
    (folder / "w.keras").write_bytes(zips.listed(members, zipfile.ZIP_STORED, b""))
    return folder / "w.keras"


def _npz(folder: Path, arrays: dict[str, Any]) -> Path:
    np.savez(folder / "w.npz", **arrays)
    return folder / "w.npz"


def _record(folder: Path, arrays: dict[str, Any]) -> Path:
    kind = [(name, values.dtype, values.shape) for name, values in arrays.items()]
    np.save(folder / "w.npy", np.array(tuple(arrays.values()), kind))
    return folder / "w.npy"


NAMING = [
    *((save, dtype) for save in (_single, _shards, _hdf5) for dtype in NARROW),
    *((save, "bfloat16") for save in (_keras_hdf5, _archive)),
]
"""Containers that can name these formats; Keras's have no place for float8."""


@pytest.mark.parametrize(("save", "dtype"), NAMING)
def test_a_container_that_names_the_format(
    save: Callable[[Path, dict[str, Any]], Path], dtype: str, tmp_path: Path
) -> None:
    """Its loader reads whole numbers where numbers with a point are planned."""
    path = save(tmp_path, bits(dtype))
    spec = {**SPEC, "dtype": dtype}
    why = f"is {NARROW[dtype]}, not {dtype}"

    assert [f"differs: fc/kernel {why}", f"differs: fc/bias {why}"] == told(path, spec)
    tested = winitgen.verify(path, spec, statistics=True)
    assert "differs" == tested["verdict"]
    with open_weights(path) as weights:
        first = weights.tensors[0]
        with pytest.raises(Misfit) as caught:
            matching(weights, first.name, first.shape, dtype)
        assert f"'{first.name}' of {weights.path} {why}" == str(caught.value)


@pytest.mark.parametrize("dtype", NARROW)
@pytest.mark.parametrize("save", [_npz, _record])
def test_a_container_that_cannot(
    save: Callable[[Path, dict[str, Any]], Path], dtype: str, tmp_path: Path
) -> None:
    """NumPy has no other way to hold them."""
    path = save(tmp_path, bits(dtype))
    spec = {**SPEC, "dtype": dtype}

    assert ["the file carries no recipe; its values are those of the spec"] == told(path, spec)
    assert "agrees" == winitgen.verify(path, spec, statistics=True)["verdict"]


def test_a_folder_whose_index_says_nothing(tmp_path: Path) -> None:
    """The number format of the index is that of the values; without it they are those that NumPy's file has."""
    winitgen.write(SPEC, f"{tmp_path}/w/", dtype="bfloat16")
    index = tmp_path / "w" / "index.json"
    text = index.read_text()
    index.write_text(text.replace('{"dtype": "bfloat16", "file"', '{"file"'))

    assert index.read_text() != text
    assert [] == told(tmp_path / "w", {**SPEC, "dtype": "bfloat16"})


def test_what_winitgen_writes_in_hdf5(tmp_path: Path) -> None:
    """Bytes of float8 have an attribute that names the format; a file without it has other values to h5py."""
    path, spec = tmp_path / "w.h5", {**SPEC, "dtype": "float8_e5m2"}
    winitgen.write(spec, path)
    assert [] == told(path, spec)
    with h5py.File(path, "r+") as file:
        del file["fc/bias"].attrs["dtype"]

    assert ["differs: fc/bias is uint8, not float8_e5m2"] == told(path, spec)
