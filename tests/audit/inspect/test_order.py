"""The order in which `inspect` lists tensors."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen

NAMES = ["layers.0/w", "layers.2/w", "layers.10/w", "layers.10/x", "out/w"]
"""As people count; by their bytes, layers.10 stands before layers.2."""


def listed(path: Path) -> list[str]:
    """Return the names in the order of the report."""
    return [row["name"] for row in winitgen.inspect(path)["tensors"]]


@pytest.mark.parametrize("order", [NAMES, NAMES[::-1]])
def test_hdf5_has_no_order_and_numbers_count_as_numbers(tmp_path: Path, order: list[str]) -> None:
    """However they were written, datasets are listed as people count."""
    with h5py.File(tmp_path / "w.h5", "w") as file:
        for name in order:
            file[name] = np.ones(2, np.float32)

    assert NAMES == listed(tmp_path / "w.h5")


def test_a_keras_archive_is_as_its_hdf5(tmp_path: Path) -> None:
    """The weights of a .keras file are such a file."""
    with h5py.File(tmp_path / "model.weights.h5", "w") as file:
        for name in sorted(NAMES):
            file[name] = np.ones(2, np.float32)
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.write(tmp_path / "model.weights.h5", "model.weights.h5")
        archive.writestr("config.json", "{}")
        archive.writestr("metadata.json", "{}")

    assert NAMES == listed(tmp_path / "m.keras")


def test_zarr_has_no_order(tmp_path: Path) -> None:
    """Arrays of a folder are listed as people count."""
    (tmp_path / ".zgroup").write_text('{"zarr_format": 2}')
    for name in sorted(NAMES):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder.parent / ".zgroup").write_text('{"zarr_format": 2}')
        facts = {"zarr_format": 2, "shape": [2], "chunks": [2], "dtype": "<f4", "compressor": None}
        facts |= {"fill_value": 0, "order": "C", "filters": None}
        (folder / ".zarray").write_text(json.dumps(facts))
        (folder / "0").write_bytes(bytes(8))

    assert NAMES == listed(tmp_path)


LAYERS = [{"name": f"fc{n}", "type": "dense", "units": 2, "use_bias": False} for n in (2, 10, 1)]


def test_a_folder_of_arrays_is_listed_by_name(tmp_path: Path) -> None:
    """Its index is sorted by bytes, in which 10 stands before 2."""
    winitgen.write({"input": 2, "layers": LAYERS}, f"{tmp_path}/model/", format="npy-dir")

    assert ["fc1.weight", "fc2.weight", "fc10.weight"] == listed(tmp_path / "model")


def test_other_containers_keep_their_own(tmp_path: Path) -> None:
    """Safetensors by the place of the values, whatever the header says first; archives by that of their members."""
    order = [NAMES[index] for index in (2, 0, 4, 1, 3)]
    np.savez(tmp_path / "w.npz", **{name: np.ones(2, np.float32) for name in order})
    save_file({name: np.ones(2, np.float32) for name in order}, tmp_path / "w.safetensors")
    swapped(tmp_path / "w.safetensors")
    winitgen.write({"input": 2, "layers": LAYERS}, tmp_path / "own.npz")

    assert order == listed(tmp_path / "w.npz")
    assert sorted(order) == listed(tmp_path / "w.safetensors")  # so that library places them
    assert ["fc2.weight", "fc10.weight", "fc1.weight"] == listed(tmp_path / "own.npz")


def swapped(path: Path) -> None:
    """Turn the entries of a safetensors header around, whose offsets stay."""
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    text = json.dumps(dict(reversed(header.items())), separators=(",", ":")).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + size :])
