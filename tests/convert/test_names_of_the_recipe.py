"""A file with the recipe of another: its names stay where the container could have had those of the recipe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import winitgen

SPEC = """
layout: {layout}
input: 3
layers:
  - {{name: fc, type: dense, units: 2}}
"""
NAMES = {
    "torch": {"fc.weight": "fc/weight", "fc.bias": "fc/bias"},
    "keras": {"fc/kernel": "layers/dense/vars/0", "fc/bias": "layers/dense/vars/1"},
    "flax": {"params.fc.kernel": "params/fc/kernel", "params.fc.bias": "params.fc.bias"},
}
LEFT_OUT = "the recipe is left out, as it does not describe the new file"


def renamed_safetensors(folder: Path, names: dict[str, str]) -> Path:
    """Return a file of safetensors with other names, and the recipe."""
    with safe_open(folder / "w.safetensors", "np") as file:
        metadata = file.metadata()
    values = load_file(folder / "w.safetensors")
    save_file({names[name]: array for name, array in values.items()}, folder / "a.safetensors", metadata)
    return folder / "a.safetensors"


def renamed_folder(folder: Path, names: dict[str, str]) -> Path:
    """Return a folder of arrays with other names in its index."""
    winitgen.convert(folder / "w.safetensors", f"{folder}/a/")
    path = folder / "a" / "index.json"
    text = path.read_text()
    for name, other in names.items():
        text = text.replace(f'    "{name}": {{', f'    "{other}": {{')
        old, new = (f"{one.replace('/', '.')}.npy" for one in (name, other))
        text = text.replace(f'"{old}"', f'"{new}"')
        (path.parent / old).rename(path.parent / new)
    path.write_text(text)
    return path.parent


@pytest.mark.parametrize("layout", NAMES)
@pytest.mark.parametrize("renamed", [renamed_safetensors, renamed_folder])
def test_other_names_stay(
    layout: str, renamed: Callable[[Path, dict[str, str]], Path], tmp_path: Path
) -> None:
    """What is not the file of its recipe does not become one: neither by `convert` nor to a digest."""
    names = NAMES[layout]
    spec = tmp_path / "w.yaml"
    spec.write_text(SPEC.format(layout=layout))
    winitgen.write(spec, tmp_path / "w.safetensors")
    assert set(names) == {*load_file(tmp_path / "w.safetensors")}
    source = renamed(tmp_path, names)
    with pytest.raises(winitgen.DiffersError):
        winitgen.verify(source)
    written = winitgen.convert(source, tmp_path / "b.safetensors")
    digests = [
        winitgen.inspect(path, digest=True)["digests"]["content"]
        for path in (source, tmp_path / "b.safetensors", tmp_path / "w.safetensors")
    ]

    assert (False, LEFT_OUT) == (written.report["recipe"], written.report["notes"][0])
    assert {*names.values()} == {*load_file(tmp_path / "b.safetensors")}
    assert digests[0] == digests[1]
    assert (digests[1] == digests[2]) == (layout != "keras")  # a slash is a dot to a digest


@pytest.mark.parametrize("layout", NAMES)
def test_names_that_hdf5_cannot_have(layout: str, tmp_path: Path) -> None:
    """Of groups, and of Keras's own files, they become those of the recipe."""
    spec = tmp_path / "w.yaml"
    spec.write_text(SPEC.format(layout=layout))
    winitgen.write(spec, tmp_path / "w.safetensors")
    winitgen.convert(tmp_path / "w.safetensors", tmp_path / "x.h5")
    with h5py.File(tmp_path / "x.h5", "a") as file:
        if layout == "keras":
            for name, other in NAMES[layout].items():
                file[other] = file[name][()]
                del file[name]
            del file["fc"]
    assert winitgen.convert(tmp_path / "x.h5", tmp_path / "y.safetensors").report["recipe"]

    for name, values in load_file(tmp_path / "w.safetensors").items():
        np.testing.assert_array_equal(values, load_file(tmp_path / "y.safetensors")[name])
    digests = {
        winitgen.inspect(tmp_path / f"{name}", digest=True)["digests"]["content"]
        for name in ("x.h5", "w.safetensors")
    }
    assert 1 == len(digests)


@pytest.mark.parametrize("name", ["b.safetensors", "b.npz", "b.h5", "b/"])
def test_a_file_of_keras_without_a_parameter(name: str, tmp_path: Path) -> None:
    """It is complete as Keras's own; in another container the parameter would be missing, so that has no recipe."""
    param = {"name": "p", "type": "param", "shape": [4], "init": "normal"}
    dense = {"name": "fc", "type": "dense", "units": 2}
    winitgen.write({"input": 3, "layers": [dense, param]}, tmp_path / "a.weights.h5", layout="keras")
    winitgen.write({"input": 3, "layers": [dense]}, tmp_path / "whole.weights.h5", layout="keras")
    notes = winitgen.convert(tmp_path / "a.weights.h5", f"{tmp_path}/{name}").report["notes"]
    whole = winitgen.convert(tmp_path / "whole.weights.h5", f"{tmp_path}/whole-{name}").report["notes"]

    assert winitgen.verify(tmp_path / "a.weights.h5")["status"] == "verified"
    assert ([LEFT_OUT], []) == (notes, whole)
    assert winitgen.verify(f"{tmp_path}/whole-{name}")["status"] == "verified"
