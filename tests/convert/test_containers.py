"""`winitgen.convert` between containers: the libraries of the formats read the same values under the right names."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import h5py
import ml_dtypes
import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import winitgen
from winitgen.files.output.blocks import BLOCK

SPEC: dict[str, Any] = {
    "input": 7,
    "layers": [
        {"name": "fc.a", "type": "dense", "units": 5, "init": "normal"},
        {"name": "out", "type": "dense", "units": 3, "init": "normal", "dtype": "bfloat16"},
    ],
}
ARRAYS: dict[str, Any] = {
    "h.w": np.arange(BLOCK + 17, dtype=np.float32).reshape(1, -1),
    "h.b": np.array([-0.0, np.nan, np.inf, 1e-45], np.float32),
    "n": np.array(7, np.int64),
    "mask": np.array([True, False, True]),
    "half": np.array([[1.5], [-2.5]], np.float16),
    "none": np.zeros((0, 3), np.float64),
}
NPZ, H5 = "w.npz", "w.h5"


def same(expected: Any, found: Any) -> bool:
    """Tell whether two arrays have the same format, shape and bits."""
    return (expected.dtype, expected.shape, expected.tobytes()) == (found.dtype, found.shape, found.tobytes())


def read(path: Path) -> dict[str, Any]:
    """Return the arrays of a file as its own library reads them."""
    if path.suffix == ".safetensors":
        return load_file(path)
    if path.suffix == ".npz":
        return dict(np.load(path))
    found = {}
    with h5py.File(path) as file:
        file.visititems(
            lambda name, item: found.update({name: item[()]} if isinstance(item, h5py.Dataset) else {})
        )
    return {name: np.asarray(values) for name, values in found.items()}


def save(path: Path) -> None:
    """Write the arrays by the format's own library, NumPy's archive compressed."""
    if path.suffix == ".safetensors":
        save_file(ARRAYS, path, {"format": "pt", "epoch": "3"})
    elif path.suffix == ".npz":
        np.savez_compressed(path, **ARRAYS)
    else:
        with h5py.File(path, "w") as file:
            for name, values in ARRAYS.items():
                file.create_dataset(name.replace(".", "/"), data=values, chunks=values.size > BLOCK or None)


@pytest.mark.parametrize("old", ["w.safetensors", NPZ, H5])
@pytest.mark.parametrize("new", ["x.safetensors", "x.npz", "x.h5"])
def test_values_names_and_formats_stay(tmp_path: Path, old: str, new: str) -> None:
    """From each library's file to each format; only HDF5 has groups in its names."""
    save(tmp_path / old)
    written = winitgen.convert(tmp_path / old, tmp_path / new)
    found = read(tmp_path / new)
    dot = "/" if new.endswith("h5") else "."

    assert {name.replace(".", dot) for name in ARRAYS} == {*found}
    assert [] == [name for name, values in ARRAYS.items() if not same(values, found[name.replace(".", dot)])]
    assert "written" == written.status
    assert ("unchanged", written.report) == winitgen.convert(tmp_path / old, tmp_path / new)
    assert (tmp_path / new).stat().st_size == written.report["file_bytes"]


@pytest.mark.parametrize("way", [["a.npz"], ["a.h5"], ["a/"], ["a.h5", "b.npz", "c/"]])
def test_a_file_of_winitgen_is_the_same_after_a_detour(tmp_path: Path, way: list[str]) -> None:
    """The recipe goes along, and with it the names, bfloat16 and the framework; the file comes back byte for byte."""
    first, last = tmp_path / "w.safetensors", tmp_path / "back.safetensors"
    winitgen.write(SPEC, first, seed=9)
    stations = [str(first), *(f"{tmp_path}/{name}" for name in way), str(last)]
    for one, other in pairwise(stations):
        report = winitgen.convert(one, other).report
        assert report["recipe"]
        assert "verified" == winitgen.verify(other)["status"]

    assert first.read_bytes() == last.read_bytes()


def test_the_recipe_stays_only_if_it_describes_the_file(tmp_path: Path) -> None:
    """With a name changed, a tensor left out or a value rounded, it would be of another file."""
    source, path = tmp_path / "w.safetensors", tmp_path / "x.safetensors"
    winitgen.write(SPEC, source)
    changes: list[dict[str, Any]] = [{"rename": ["fc=hc"]}, {"ignore": ["out.*"]}, {"dtype": "float16"}]
    for changed in changes:
        report = winitgen.convert(source, path, **changed, force=True).report
        with safe_open(path, "np") as file:
            assert {"format": "pt"} == file.metadata()
        assert (False, ["the recipe is left out, as it does not describe the new file"]) == (
            report["recipe"],
            report["notes"],
        )


def test_the_hash_of_a_recipe(tmp_path: Path) -> None:
    """An npz may hold no more than that: another npz of the same tensors holds it, too, and no other file."""
    layers = [{"name": f"{number}{'x' * 60}", "type": "dense", "units": 1} for number in range(1200)]
    spec = {"input": 1, "layers": layers}
    source, path = tmp_path / "w.npz", tmp_path / "x.npz"
    winitgen.write(spec, source)
    expected = winitgen.inspect(source, header=True)["provenance"]
    assert "hash" == expected["recipe"]
    assert [] == winitgen.convert(source, path).report["notes"]
    assert expected == winitgen.inspect(path, header=True)["provenance"]
    assert "verified" == winitgen.verify(path, spec)["status"]

    left_out = "the recipe is left out, as it does not describe the new file"
    assert [left_out] == winitgen.convert(source, path, rename=["x=y"], force=True).report["notes"]
    assert [left_out] == winitgen.convert(source, path, dtype="float16", force=True).report["notes"]
    assert [
        "the hash of the recipe, which is all that the file has of it, is left out: only npz holds one; the new file can be verified with its layer-spec"
    ] == winitgen.convert(source, tmp_path / "x.safetensors").report["notes"]


def test_metadata(tmp_path: Path) -> None:
    """That of safetensors goes to safetensors, and what other formats cannot hold is said."""
    save(tmp_path / "w.safetensors")
    assert [] == winitgen.convert(tmp_path / "w.safetensors", tmp_path / "x.safetensors").report["notes"]
    with safe_open(tmp_path / "x.safetensors", "np") as file:
        assert {"format": "pt", "epoch": "3"} == file.metadata()

    (note,) = winitgen.convert(tmp_path / "w.safetensors", tmp_path / "x.npz").report["notes"]
    assert note in {
        f"npz has no place for the metadata {keys}" for keys in ("'epoch', 'format'", "'format', 'epoch'")
    }


def test_names_of_groups(tmp_path: Path) -> None:
    """They have dots, which is said, unless two names would become the same."""
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file["a/b"], file["c"] = np.ones(2), np.ones(3)
    report = winitgen.convert(tmp_path / "w.h5", tmp_path / "x.npz").report
    assert {("a.b", "a/b"), ("c", "c")} == {(row["name"], row["source"]) for row in report["tensors"]}
    assert ["names have a dot where those of the groups have '/'"] == report["notes"]

    with h5py.File(tmp_path / "w.h5", "a") as file:
        file["a.b"] = np.zeros(1)
    winitgen.convert(tmp_path / "w.h5", tmp_path / "y.npz")
    assert {"a/b", "a.b", "c"} == {*np.load(tmp_path / "y.npz")}


def test_formats_of_eight_and_four_bits_are_copied(tmp_path: Path) -> None:
    """Float8 keeps its bits and its name."""
    values = np.arange(256, dtype=np.uint8).view(ml_dtypes.float8_e5m2)
    save_file({"w": values}, tmp_path / "w.safetensors")
    winitgen.convert(tmp_path / "w.safetensors", tmp_path / "x.safetensors")

    assert (tmp_path / "w.safetensors").read_bytes() == (tmp_path / "x.safetensors").read_bytes()


def test_shards_become_one_file(tmp_path: Path) -> None:
    """Of a model in several files, by its folder: the same bytes as the model in one."""
    winitgen.write(SPEC, tmp_path / "w.safetensors")
    winitgen.write(SPEC, tmp_path / "s/model.safetensors.index.json", max_shard_size="0.1KB")
    assert 1 < len([*(tmp_path / "s").glob("*.safetensors")])
    winitgen.convert(f"{tmp_path}/s/", tmp_path / "x.safetensors")

    assert (tmp_path / "w.safetensors").read_bytes() == (tmp_path / "x.safetensors").read_bytes()
