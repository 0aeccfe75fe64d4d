"""By which names a loader finds tensors: the layout's own, except in HDF5, which has groups, and in Keras's files of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import safetensors.numpy

import winitgen
from tests.audit.readings.words import told

NOTE = "the file carries no recipe; its values are those of the spec"
LAYERS = [
    {"name": "token", "type": "param", "shape": [1, 3], "init": "normal"},
    {"name": "fc", "type": "dense", "units": 2},
]
KERAS: dict[str, Any] = {"input": 5, "layout": "keras", "layers": LAYERS}
TORCH: dict[str, Any] = {"input": 5, "layout": "torch", "layers": LAYERS}
FLAX: dict[str, Any] = {"input": 5, "layout": "flax", "layers": LAYERS}
RENAMED: list[tuple[dict[str, Any], dict[str, str]]] = [
    (TORCH, {"fc.weight": "fc/weight", "fc.bias": "fc/bias"}),
    (KERAS, {"fc/kernel": "fc.kernel", "fc/bias": "fc.bias"}),
    (KERAS, {"fc/kernel": "layers/dense/vars/0", "fc/bias": "layers/dense/vars/1"}),
    (
        FLAX,
        {
            "params.token": "params/token",
            "params.fc.kernel": "params/fc/kernel",
            "params.fc.bias": "params/fc/bias",
        },
    ),
]
"""Other names of the same tensors, as other containers have them."""

Arrays = Mapping[str, Any]


def _single(folder: Path, arrays: Arrays) -> Path:
    safetensors.numpy.save_file(dict(arrays), folder / "w.safetensors")
    return folder / "w.safetensors"


def _shards(folder: Path, arrays: Arrays) -> Path:
    files = {
        name: f"model-0000{number}-of-0000{len(arrays)}.safetensors" for number, name in enumerate(arrays, 1)
    }
    for name, file in files.items():
        safetensors.numpy.save_file({name: arrays[name]}, folder / file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": files}))
    return folder


def _npz(folder: Path, arrays: Arrays) -> Path:
    np.savez(folder / "w.npz", **arrays)
    return folder / "w.npz"


def _record(folder: Path, arrays: Arrays) -> Path:
    kind = [(name, values.dtype, values.shape) for name, values in arrays.items()]
    np.save(folder / "w.npy", np.array(tuple(arrays.values()), kind))
    return folder / "w.npy"


def _folder(folder: Path, arrays: Arrays) -> Path:
    """Save a folder of arrays, whose files are named as winitgen names them."""
    files = {name: f"{name.replace('/', '.')}.npy" for name in arrays}
    for name, file in files.items():
        np.save(folder / file, arrays[name])
    entries = {name: {"file": file} for name, file in files.items()}
    (folder / "index.json").write_text(json.dumps({"tensors": entries}))
    return folder


def _hdf5(folder: Path, arrays: Arrays) -> Path:
    with h5py.File(folder / "w.h5", "w") as file:
        for name, values in arrays.items():
            file[name] = values
    return folder / "w.h5"


OWN = [_single, _shards, _npz, _record, _folder]


def renamed(spec: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the planned values under other names."""
    return {names.get(name, name): values for name, values in winitgen.generate(spec).items()}


@pytest.mark.parametrize(("spec", "names"), RENAMED)
@pytest.mark.parametrize("save", OWN)
def test_other_names_differ(
    save: Callable[[Path, Arrays], Path], spec: dict[str, Any], names: dict[str, str], tmp_path: Path
) -> None:
    """A loader of the container finds nothing under the planned names."""
    path = save(tmp_path, renamed(spec, names))
    tested = winitgen.verify(path, spec, statistics=True)

    assert [
        *(f"differs: {name} is missing" for name in names),
        *(f"differs: {name} is not among the tensors of the spec" for name in sorted(names.values())),
    ] == told(path, spec)
    assert ("differs", list(names), sorted(names.values())) == (
        tested["verdict"],
        tested["missing"],
        sorted(tested["extra"]),
    )


@pytest.mark.parametrize(("spec", "names"), RENAMED)
def test_hdf5_has_them(spec: dict[str, Any], names: dict[str, str], tmp_path: Path) -> None:
    """Groups, dots and Keras's paths are names of HDF5."""
    path = _hdf5(tmp_path, renamed(spec, names))

    assert [NOTE] == told(path, spec)
    assert "agrees" == winitgen.verify(path, spec, statistics=True)["verdict"]


@pytest.mark.parametrize("save", OWN)
def test_nothing_is_left_out_of_other_files(save: Callable[[Path, Arrays], Path], tmp_path: Path) -> None:
    """What no layer of Keras has is missing where the container has a place for it."""
    names = RENAMED[2][1]
    arrays = renamed(KERAS, names)
    del arrays["token"]

    assert "differs: token is missing" == told(save(tmp_path, arrays), KERAS)[0]
    assert "token" in winitgen.verify(save(tmp_path, arrays), KERAS, statistics=True)["missing"]
    (tmp_path / "of_keras").mkdir()
    note = "left out of Keras's file, since no layer of Keras has it: token"
    assert [note, NOTE] == told(_hdf5(tmp_path / "of_keras", arrays), KERAS)


def test_diff_and_a_base_take_converted_names(tmp_path: Path) -> None:
    """Two files are the same model where only separators differ, and a converted one is a base."""
    spec, names = RENAMED[0]
    path = _single(tmp_path, renamed(spec, names))
    winitgen.write(spec, tmp_path / "own.npz")
    winitgen.write(spec, tmp_path / "copy.safetensors", seed=7, base=path, only=["token"])

    assert winitgen.diff(path, tmp_path / "own.npz")["equal"]
    assert "verified" == winitgen.verify(tmp_path / "copy.safetensors", base=path)["status"]
