"""Files with two readings: whenever ``verify`` says that a file is verified, its own loader reads the planned values.

The files are made, not drawn by chance: of each format each part is changed that a loader goes by. Of the changes, some mean
nothing; so each test also counts how many files were verified, and how many refused.
"""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import safetensors.numpy

import winitgen
from tests.audit.readings import folders, hdf5_files, headers, zips

SPEC = {
    "model": "two",
    "input": 3,
    "layers": [
        {"name": "fc", "type": "dense", "units": 2, "bias_init": {"scheme": "normal", "std": 0.5}},
        {"name": "out", "type": "dense", "units": 5, "bias_init": {"scheme": "normal", "std": 0.5}},
    ],
}
ONE = {"input": 3, "layers": [{"name": "w", "type": "dense", "units": 2, "use_bias": False}]}
Loaded = dict[str, Any]


def from_npz(path: Path) -> Loaded:
    """Return what ``numpy.load`` gives; members that are no arrays are bytes, which are no values."""
    with np.load(path) as file:
        return {name: file[name] for name in file.files if isinstance(file[name], np.ndarray)}


def from_hdf5(path: Path) -> Loaded:
    """Return what h5py gives under every name of every group, links followed."""
    with h5py.File(path) as file:
        return dict(_under(file, "", 4))


def _under(group: Any, prefix: str, deepest: int) -> Iterator[tuple[str, Any]]:
    for name in group:
        found = group[name]
        if isinstance(found, h5py.Dataset):
            values = found[...]
            yield f"{prefix}{name}".replace("/", "."), as_keras(found, values)
        elif isinstance(found, h5py.Group) and deepest:
            yield from _under(found, f"{prefix}{name}/", deepest - 1)


def as_keras(dataset: Any, values: Any) -> Any:
    """Return values as Keras takes them: in bfloat16 if the attribute says so."""
    if dataset.attrs.get("dtype") == "bfloat16":
        import ml_dtypes

        return values.astype(ml_dtypes.bfloat16).astype(values.dtype)
    return values


def from_folder(path: Path) -> Loaded:
    """Return what ``numpy.load`` gives for every array in a folder, by the names of the files."""
    return {file.name.removesuffix(".npy"): np.load(file) for file in path.glob("*.npy")}


def from_shards(path: Path) -> Loaded:
    """Return what transformers reads: the only file if it is there, and else all tensors of all shards of the index."""
    if (path / "model.safetensors").exists():
        return safetensors.numpy.load_file(path / "model.safetensors")
    places = json.loads((path / "model.safetensors.index.json").read_text())["weight_map"]
    found: Loaded = {}
    for shard in sorted(set(places.values())):
        found |= safetensors.numpy.load_file(path / shard)
    return found


def from_glob(path: Path) -> Loaded:
    """Return what a loader of every file that begins as the index does reads."""
    found: Loaded = {}
    for file in sorted(path.glob("model*.safetensors")):
        found |= safetensors.numpy.load_file(file)
    return found


def is_verified(path: Path, spec: Any) -> bool:
    """Return whether ``verify`` says that a file is verified; by its recipe and by the spec the answer is the same, if it has a recipe."""
    try:
        return bool(winitgen.verify(path, spec, threads=1)["status"] == "verified")
    except winitgen.WinitgenError:
        return False


def check(path: Path, spec: Any, load: Callable[[Path], Loaded], name: str) -> bool:
    """Return whether a file is verified; it is one of the planned values alone to its loader, then."""
    if not is_verified(path, spec):
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = load(path)
    planned = winitgen.generate(spec)
    assert sorted(planned) == sorted(found), name
    for key, values in planned.items():
        assert values.shape == found[key].shape, name
        assert values.tobytes() == np.ascontiguousarray(found[key], values.dtype).tobytes(), name
    return True


@pytest.fixture
def other(tmp_path: Path) -> dict[str, bytes]:
    """Whole files of other values, whose names and shapes are the planned ones, by ending."""
    found = {}
    for ending in ("npz", "safetensors", "h5"):
        path = tmp_path / f"other.{ending}"
        winitgen.write(SPEC, path, seed=7)
        found[ending] = path.read_bytes()
    return found


Counted = tuple[int, int]


def counted(
    cases: Iterator[tuple[str, bytes]], path: Path, spec: Any, load: Callable[[Path], Loaded]
) -> Counted:
    """Return how many of the files are verified, and how many are not."""
    verified = []
    for name, content in cases:
        path.write_bytes(content)
        verified.append(check(path, spec, load, name))
    return sum(verified), len(verified) - sum(verified)


def test_npz(tmp_path: Path, other: dict[str, bytes]) -> None:
    """numpy.load reads the planned arrays from every archive that is verified."""
    good, path = tmp_path / "good.npz", tmp_path / "w.npz"
    winitgen.write(SPEC, good)

    assert (4, 58) == counted(zips.two_readings(good, other["npz"]), path, SPEC, from_npz)
    assert (0, 4) == counted(hidden(good, other["h5"]), path, SPEC, from_npz)
    assert (8, 39) == counted(zips.rebuilt(good), path, SPEC, from_npz)


def hidden(good: Path, inner: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield archives of sevens in front of HDF5 of the planned values."""
    sevens = zips.archive({"fc.weight.npy": zips.npy(np.full((2, 3), 7, "f4"))})
    for size in (512, 1024, 2048, 4096):
        yield f"HDF5 at {size}", zips.with_gap(sevens, 1, bytes(size - zips.parts(sevens)[1]) + inner)


def test_safetensors(tmp_path: Path, other: dict[str, bytes]) -> None:
    """The safetensors library reads the planned tensors from every file that is verified."""
    good, path = tmp_path / "good.safetensors", tmp_path / "w.safetensors"
    winitgen.write(SPEC, good)

    cases = headers.safetensors_readings(good, other["h5"])
    assert (10, 46) == counted(cases, path, SPEC, safetensors.numpy.load_file)


def test_npy(tmp_path: Path, other: dict[str, bytes]) -> None:
    """numpy.load reads the planned array from every file that is verified."""
    good, path = tmp_path / "good.npy", tmp_path / "w.npy"
    winitgen.write(ONE, good)

    def load(path: Path) -> Loaded:
        return {"w.weight": np.load(path, max_header_size=1_000_000)}

    assert (10, 16) == counted(headers.npy_readings(good, other["npz"]), path, ONE, load)


def test_hdf5(tmp_path: Path, other: dict[str, bytes]) -> None:
    """h5py and Keras read the planned datasets from every file that is verified."""
    good, path = tmp_path / "good.h5", tmp_path / "w.h5"
    winitgen.write(SPEC, good)

    assert (20, 42) == counted(hdf5_files.two_readings(good, other["npz"], tmp_path), path, SPEC, from_hdf5)


def test_folder(tmp_path: Path) -> None:
    """Who loads every array of a verified folder by its name gets the planned ones."""
    good = tmp_path / "good"
    winitgen.write(SPEC, f"{good}/")
    cases = folders.of_arrays(sorted(winitgen.generate(SPEC)))

    assert (12, 32) == edited(cases, good, tmp_path / "w", [from_folder])


def test_shards(tmp_path: Path) -> None:
    """transformers, and who reads all files that begin alike, get the planned tensors of a verified model."""
    good = tmp_path / "good"
    winitgen.write(SPEC, f"{good}/", format="safetensors", max_shard_size="0.06KB")
    cases = folders.of_shards("model.safetensors.index.json", sorted(winitgen.generate(SPEC)))

    assert (4, 28) == edited(cases, good, tmp_path / "w", [from_shards, from_glob])


def edited(
    cases: Iterator[tuple[str, folders.Edit]], good: Path, path: Path, loads: list[Callable[[Path], Loaded]]
) -> Counted:
    """Return how many of the folders are verified, and how many are not."""
    verified = []
    for name, edit in cases:
        shutil.copytree(good, path)
        edit(path)
        verified.append(all(check(path, SPEC, load, name) for load in loads))
        shutil.rmtree(path)
    return sum(verified), len(verified) - sum(verified)
