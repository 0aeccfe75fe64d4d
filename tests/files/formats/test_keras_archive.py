"""Keras's archive of a model: a zip with its weights as HDF5."""

from __future__ import annotations

import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

import winitgen
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights

VALUES = np.arange(6, dtype=np.float32).reshape(2, 3)


def archive(
    folder: Path, *, weights: bytes | None = None, packed: bool = False, name: str = "model.weights.h5"
) -> Path:
    """Write an archive as Keras does: metadata, config, weights."""
    if weights is None:
        with h5py.File(folder / "w.h5", "w") as file:
            file["layers/dense/vars/0"] = VALUES
        weights = (folder / "w.h5").read_bytes()
    path = folder / "model.keras"
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", method) as file:
        file.writestr("metadata.json", "{}")
        file.writestr("config.json", "{}")
        file.writestr(name, weights)
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_the_weights_are_read(packed: bool, tmp_path: Path) -> None:
    """Whether they are compressed or not, they are those of the HDF5 file inside."""
    path = archive(tmp_path, packed=packed)
    with open_weights(path) as weights:
        (array,) = weights.tensors
        values = array.read(0, 6)

    assert ("layers/dense/vars/0", (2, 3), "float32") == (array.name, array.shape, array.dtype)
    assert str(path) == weights.path
    assert (VALUES.reshape(-1) == values).all()


def test_no_weights_inside(tmp_path: Path) -> None:
    """An archive of something else is refused."""
    path = archive(tmp_path, name="other.h5")
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass

    assert f"{path} is a Keras archive without model.weights.h5" == str(caught.value)


def test_weights_that_are_no_hdf5(tmp_path: Path) -> None:
    """The message names the archive, not the temporary file."""
    path = archive(tmp_path, weights=b"no weights")
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass

    assert f"model.weights.h5 of {path} is not an HDF5 file, or is damaged" == str(caught.value)


def test_a_changed_byte(tmp_path: Path) -> None:
    """The checksum of the zip is that of the weights: a damaged one is refused."""
    path = archive(tmp_path)
    content = bytearray(path.read_bytes())
    content[content.index(VALUES.tobytes())] ^= 1
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass

    assert f"{path} is not a Keras archive, or is damaged" == str(caught.value)


@pytest.mark.parametrize(
    "name", ["metadata.json", "metadata.json5", "metadata.json.data.pkl", "data.pkl", "PK"]
)
@pytest.mark.parametrize("ending", [".npz", ".safetensors", ".npy/", ".h5"])
def test_a_tensor_with_the_name_of_a_member(name: str, ending: str, tmp_path: Path) -> None:
    """What winitgen writes is read as what it is, whatever the first tensor is called."""
    spec = {"layers": [{"name": name, "type": "param", "shape": [2, 3], "init": {"scheme": "ones"}}]}
    out = f"{tmp_path}/w{ending.removeprefix('.npy')}"
    winitgen.write(spec, out)
    with open_weights(out) as weights:
        names = [tensor.name for tensor in weights.tensors]

    assert [name.replace(".", "/") if ending == ".h5" else name] == names
    assert "verified" == winitgen.verify(out, spec)["status"]
