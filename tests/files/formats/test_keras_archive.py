"""Keras's archive of a model: a zip with its weights as HDF5."""

from __future__ import annotations

import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

import winitgen
from winitgen.errors import UnreadableError
from winitgen.files.formats.keras_archive import reader
from winitgen.files.input import expansion, open_weights

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


FIRST = (
    "config.json",
    "model.weights.h5",
    "assets/",
    "assets/_text/vocabulary.txt",
    ".DS_Store",
    "__MACOSX/._config.json",
)


@pytest.mark.parametrize("first", FIRST)
def test_members_in_another_order(first: str, tmp_path: Path) -> None:
    """An archive that was packed again is one to Keras, which looks for its members by name."""
    again = tmp_path / "again.keras"
    with zipfile.ZipFile(archive(tmp_path)) as file, zipfile.ZipFile(again, "w") as made:
        if first not in file.namelist():
            made.writestr(first, b"")
        for name in sorted(file.namelist(), key=lambda name: name != first):
            made.writestr(name, file.read(name))
    with open_weights(again) as weights:
        assert "keras" == weights.format
        assert VALUES.reshape(-1).tolist() == weights.tensors[0].read(0, 6).tolist()


@pytest.mark.parametrize("first", ["config.json", "metadata.json", "assets/", ".DS_Store"])
def test_another_archive_that_begins_so(first: str, tmp_path: Path) -> None:
    """A config in front of arrays does not make them Keras's."""
    path = tmp_path / "w.npz"
    np.savez(tmp_path / "arrays.npz", a=VALUES)
    with zipfile.ZipFile(tmp_path / "arrays.npz") as file, zipfile.ZipFile(path, "w") as made:
        made.writestr(first, "{}")
        made.writestr("a.npy", file.read("a.npy"))

    assert "npz" == winitgen.inspect(path)["format"]


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


def refusal(path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the message about an archive of which nothing is unpacked to a disk."""
    monkeypatch.setattr(reader, "write_all", None)
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass
    return str(caught.value)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("begin", [256, 1000, 1 << 20])
def test_weights_that_do_not_begin_as_hdf5(
    packed: bool, begin: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are refused by their first bytes, before any is written to a disk; HDF5 begins at 0, 512, 1024 and so on."""
    content = np.random.default_rng(1).bytes(3 << 20)
    content = content[:begin] + b"\x89HDF\r\n\x1a\n" + content[begin + 8 :]
    path = archive(tmp_path, weights=content, packed=packed)
    line = (
        f"model.weights.h5 of {path} is not an HDF5 file, or begins behind 1,048,576 bytes, which is not read"
    )

    assert line == refusal(path, monkeypatch)


@pytest.mark.parametrize("block", [512, 4096, 1 << 19])
def test_weights_behind_a_block_of_the_users(block: int, tmp_path: Path) -> None:
    """HDF5 that begins later is read, and told as in a file of its own."""
    with h5py.File(tmp_path / "w.h5", "w", userblock_size=block) as file:
        file["layers/dense/vars/0"] = VALUES
    path = archive(tmp_path, weights=(tmp_path / "w.h5").read_bytes(), packed=True)
    with open_weights(path) as weights:
        assert VALUES.reshape(-1).tolist() == weights.tensors[0].read(0, 6).tolist()


def test_weights_that_would_fill_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unpacked is a hundred times what is stored, or 256 MiB, at most; a stored member is its own size."""
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file["a"], file["layers/dense/vars/0"] = np.zeros(250_000, "f4"), VALUES
    content = (tmp_path / "w.h5").read_bytes()
    for packed in (False, True):
        with open_weights(archive(tmp_path, weights=content, packed=packed)) as weights:
            assert ["a", "layers/dense/vars/0"] == [one.name for one in weights.tensors]
    monkeypatch.setattr(expansion, "ALWAYS_SHARED", len(content) - 1)
    with open_weights(archive(tmp_path, weights=content)) as weights:
        assert len(weights.tensors) == 2
    path = archive(tmp_path, weights=content, packed=True)
    with zipfile.ZipFile(path) as file:
        stored = file.getinfo("model.weights.h5").compress_size
    line = f"it declares {len(content):,} bytes but stores {stored:,}, and winitgen unpacks no more than 100 times as many into a temporary file"

    assert f"model.weights.h5 of {path} cannot be read: {line}" == refusal(path, monkeypatch)


def test_a_changed_byte(tmp_path: Path) -> None:
    """The checksum of the zip is that of the weights: a damaged one is refused."""
    path = archive(tmp_path)
    content = bytearray(path.read_bytes())
    content[content.index(VALUES.tobytes())] ^= 1
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass

    assert f"{path} is not a Keras archive, or is damaged" == str(caught.value)


REFUSED = "{!r} is damaged, or does not have the checksum that the archive says, so that Keras refuses it"


def with_wrong_byte(path: Path, name: str, method: int) -> Path:
    """Change a byte of a member that is added to an archive, or of one that is there."""
    with zipfile.ZipFile(path, "a", method) as file:
        if name not in file.namelist():
            file.writestr(name, b"abcdefgh" * 99)
        info = file.getinfo(name)
    content = bytearray(path.read_bytes())
    content[info.header_offset + 30 + len(name) + info.compress_size // 2] ^= 1
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("name", ["config.json", "assets/words.txt", "other.txt"])
def test_a_changed_byte_of_another_member(name: str, method: int, tmp_path: Path) -> None:
    """Keras reads the config, and unpacks all members of an archive with more than three, so that it refuses them."""
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file["layers/dense/vars/0"] = np.ones((2, 3), "f4")
    path = archive(tmp_path, weights=(tmp_path / "w.h5").read_bytes(), packed=method != zipfile.ZIP_STORED)
    spec = {"layers": [{"name": "layers.dense.vars.0", "type": "param", "shape": [2, 3], "init": "ones"}]}
    assert "verified" == winitgen.verify(path, spec)["status"]
    with_wrong_byte(path, name, method)
    with open_weights(path) as weights:
        found = [one.text for one in weights.late(True) if one.misread]
        unread = weights.late(False)

    assert ([REFUSED.format(name)], 0) == (found[-1:], len(unread))
    with pytest.raises(winitgen.DiffersError) as differs:
        winitgen.verify(path, spec)
    assert REFUSED.format(name) in [one.message for one in differs.value.mistakes]


def test_a_changed_byte_that_keras_does_not_read(tmp_path: Path) -> None:
    """Of three members it reads two."""
    with open_weights(with_wrong_byte(archive(tmp_path), "metadata.json", zipfile.ZIP_STORED)) as weights:
        assert [] == weights.late(True)


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
