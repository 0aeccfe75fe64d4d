"""Differences in names, shapes and number formats are all reported before any value is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from tests.audit.conftest import Wrong
from winitgen.audit.matching import match_tensors
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.stored_array import StoredArray

SPEC: dict[str, Any] = {
    "input": 3,
    "layers": [{"name": "a.b", "type": "dense", "units": 2}, {"name": "c", "type": "dense", "units": 4}],
}


def test_every_difference_is_reported(tmp_path: Path, wrong: Wrong) -> None:
    """Each missing, extra, reshaped or converted tensor gets one line."""
    arrays = winitgen.generate(SPEC)
    del arrays["c.bias"]
    arrays["more\x1b"] = arrays["extra"] = arrays.pop("a.b.bias")
    arrays["c.weight"] = arrays["c.weight"].reshape(8, 1).astype(np.float64)
    save_file(arrays, tmp_path / "w.safetensors")

    assert [
        "a.b.bias is missing",
        "c.bias is missing",
        "extra is not among the tensors of the spec",
        r"more\x1b is not among the tensors of the spec",
        "c.weight has the shape [8, 1], not [4, 2] and is float64, not float32",
    ] == wrong(tmp_path / "w.safetensors", SPEC)


def test_many_differences_are_counted(tmp_path: Path, wrong: Wrong) -> None:
    """Twenty differences are shown, and then the number of others."""
    save_file({f"t{number:03}": np.zeros(1) for number in range(1234)}, tmp_path / "w.safetensors")

    lines = wrong(tmp_path / "w.safetensors", SPEC)
    assert "a.b.weight is missing" == lines[0]
    assert "t015 is not among the tensors of the spec" == lines[19]
    assert ["and 1,218 more"] == lines[20:]


def test_nothing_is_drawn_where_names_differ(
    tmp_path: Path, wrong: Wrong, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of another model is reported before any value is drawn."""
    save_file({"w": np.zeros(1, np.float32)}, tmp_path / "w.safetensors")
    monkeypatch.setattr("winitgen.layouts.tensor.Tensor.draw", lambda *args: pytest.fail("a value was drawn"))

    assert 5 == len(wrong(tmp_path / "w.safetensors", SPEC))


def test_how_the_recipe_differs_is_reported_too(tmp_path: Path, wrong: Wrong) -> None:
    """The recipe of a file explains why it differs."""
    path = tmp_path / "w.safetensors"
    winitgen.write(SPEC, path, seed=5, fsync=False)

    values = [str(winitgen.generate(SPEC, seed=seed)["a.b.weight"][0, 0]) for seed in (5, 6)]
    first = f"a.b.weight[0, 0] (element 0) is {values[0]}, not {values[1]}"
    assert [first, "its seed is 5, not 6"] == wrong(path, SPEC, seed=6)
    assert ["its dtype is float32, not float64"] == wrong(path, SPEC, seed=5, dtype="float64")[4:]
    assert ["its layout is torch, not nnx"] == wrong(path, SPEC, seed=5, layout="nnx")[-1:]
    other = {**SPEC, "layers": [*SPEC["layers"], {"type": "dense", "units": 1, "name": "d"}]}
    assert ["d.weight is missing", "d.bias is missing", "its spec differs"] == wrong(path, other, seed=5)


def stored(names: list[str]) -> OpenFile:
    """Return a file of arrays with these names, in the shapes of ``SPEC``."""
    tensors = winitgen.generate(SPEC).values()
    arrays = [
        StoredArray(name, "float32", tensor.shape, tensor.nbytes)
        for name, tensor in zip(names, tensors, strict=True)
    ]
    return OpenFile("w", "hdf5", arrays)


@pytest.mark.parametrize(
    ("layout", "names"),
    [
        ("torch", ["a.b.weight", "a.b.bias", "c.weight", "c.bias"]),
        ("torch", ["a/b/weight", "a/b/bias", "c/weight", "c/bias"]),
        ("flax", ["params/a/b/kernel", "params/a/b/bias", "params/c/kernel", "params/c/bias"]),
        ("keras", ["a.b.kernel", "a.b.bias", "c.kernel", "c.bias"]),
        (
            "keras",
            ["layers/dense/vars/0", "layers/dense/vars/1", "layers/dense_1/vars/0", "layers/dense_1/vars/1"],
        ),
    ],
)
def test_names_as_containers_write_them(layout: str, names: list[str]) -> None:
    """HDF5 groups, names with dots only, and the paths of Keras's own files are understood."""
    from winitgen.layouts import tensors

    found = match_tensors(stored(names), tensors(winitgen.plan(SPEC, layout=layout)))

    assert names == [pair.stored.name for pair in found.pairs]
    assert ([], []) == (found.missing, found.extra)


def test_a_lone_array_has_no_name(tmp_path: Path, wrong: Wrong) -> None:
    """The array of an ``.npy`` matches the tensor of a model of one, but none of a larger model."""
    one = {
        "layers": [{"type": "param", "name": "p", "shape": [2, 3], "init": {"scheme": "normal", "std": 1}}]
    }
    winitgen.write(one, tmp_path / "w.npy", fsync=False)

    assert "verified" == winitgen.verify(tmp_path / "w.npy", one)["status"]
    assert [
        *(f"{name} is missing" for name in ("a.b.weight", "a.b.bias", "c.weight", "c.bias")),
        "an array without a name is not among the tensors of the spec",
    ] == wrong(tmp_path / "w.npy", SPEC)


def test_integers_that_stand_for_narrow_formats(tmp_path: Path, wrong: Wrong) -> None:
    """An archive has no other name for bfloat16; in safetensors, which has, another dtype is a difference."""
    arrays = {n: a.view(np.uint16) for n, a in winitgen.generate(SPEC, dtype="bfloat16").items()}
    np.savez(tmp_path / "w.npz", **arrays)
    save_file(arrays, tmp_path / "w.safetensors")

    assert "verified" == winitgen.verify(tmp_path / "w.npz", SPEC, dtype="bfloat16")["status"]
    assert (
        "a.b.weight is uint16, not bfloat16" == wrong(tmp_path / "w.safetensors", SPEC, dtype="bfloat16")[0]
    )
    assert "a.b.weight is uint16, not float16" == wrong(tmp_path / "w.npz", SPEC, dtype="float16")[0]
