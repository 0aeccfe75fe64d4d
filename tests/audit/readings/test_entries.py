"""What the loaders of record read of safetensors, folders and shards, and by which name: whatever is not compared is told."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import h5py
import numpy as np
import pytest
import safetensors.numpy

import winitgen
from tests.audit.readings import zips
from tests.audit.readings.words import SPEC, told
from winitgen.files.input.held_folder import HeldFolder


def test_a_container_that_is_not_the_ending_s(tmp_path: Path) -> None:
    """A loader goes by the name; verify says which container it is, inspect and diff note it, and a name without an ending is no claim."""
    for name, written, loader in (
        ("w.npz", "h5", "hdf5"),
        ("w.safetensors", "npz", "npz"),
        ("w.keras", "npz", "npz"),
    ):
        winitgen.write(SPEC, tmp_path / f"good.{written}")
        path = (tmp_path / f"good.{written}").rename(tmp_path / name)
        ending = name.removeprefix("w")
        line = f"it holds {loader}, but its name ends in {ending}: a loader by that name reads something else of it, or nothing"

        assert [f"differs: {line}"] == told(path)
        assert [line] == winitgen.inspect(path)["notes"]
        assert [f"{path}: {line}"] * 2 == winitgen.diff(path, path)["notes"]
        assert [] == told(path.rename(tmp_path / "w.bin"))


def test_what_stands_at_offset_0_decides(tmp_path: Path) -> None:
    """HDF5 behind an archive, or inside a tensor of safetensors, is not looked at, whatever the name; behind nothing else it is."""
    sevens = zips.archive({"fc.weight.npy": zips.npy(np.full((2, 3), 7, "f4"))})
    winitgen.write(SPEC, tmp_path / "w.h5")
    good = (tmp_path / "w.h5").read_bytes()
    path = tmp_path / "w"
    found = []
    for size in (512, 1024, 2048, 4096, 8192):
        path.write_bytes(zips.with_gap(sevens, 1, bytes(size - zips.parts(sevens)[1]) + good))
        found.append(winitgen.inspect(path, header=True)["format"])
        header = json.dumps({"_": {"dtype": "U8", "shape": [len(good)], "data_offsets": [0, len(good)]}})
        path.write_bytes((size - 8).to_bytes(8, "little") + header.encode().ljust(size - 8) + good)
        found.append(winitgen.inspect(path, header=True)["format"])
        with h5py.File(tmp_path / "w.h5") as file, h5py.File(path, "w", userblock_size=size) as copy:
            file.copy("fc", copy)
        found.append(winitgen.inspect(path, header=True)["format"])

    assert ["npz", "safetensors", "hdf5"] * 5 == found


def test_safetensors_metadata(tmp_path: Path) -> None:
    """Transformers goes by ``format``; other texts are noted; what the library does not take for JSON it refuses."""
    path = tmp_path / "w.safetensors"
    values = winitgen.generate(SPEC)
    note = "the file carries no recipe; its values are those of the spec"
    safetensors.numpy.save_file(values, path, {"format": "tf"})
    assert "differs: its metadata says that its format is 'tf', not 'pt'" == told(path)[0]
    safetensors.numpy.save_file(values, path, {"format": "mlx"})
    older = "for which older versions of transformers, such as 4.38.2, refuse it"
    assert [note, f"its metadata says that its format is 'mlx', {older}"] == told(path)
    safetensors.numpy.save_file(values, path, {"format": "pt", "by": "me"})
    assert [note, "its metadata 'by' was not compared"] == told(path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"by":"me"', b'"b":"\\ud8"', 1).replace(b'\\ud8"', b"\\ud8", 1))
    path.write_bytes(half_a_character(content))
    with pytest.raises(safetensors.SafetensorError):
        safetensors.numpy.load_file(path)
    line = "differs: its header is not JSON to the safetensors library, which refuses it"
    assert line == told(path)[0]


def half_a_character(content: bytes) -> bytes:
    """Return a safetensors file with half a character in its metadata."""
    length = int.from_bytes(content[:8], "little")
    text = content[8 : 8 + length].replace(b'"me"', b'"\\ud800"')
    return len(text).to_bytes(8, "little") + text + content[8 + length :]


@pytest.mark.parametrize(
    ("name", "loader"),
    [
        (".metadata", "torch.distributed.checkpoint"),
        ("zarr.json", "zarr"),
        (".zgroup", "zarr"),
        ("manifest.ocdbt", "TensorStore"),
        ("_METADATA", "Orbax"),
    ],
)
def test_a_folder_of_two_kinds(name: str, loader: str, tmp_path: Path) -> None:
    """Another loader reads another checkpoint in a folder of arrays."""
    folder = tmp_path / "w"
    winitgen.write(SPEC, f"{folder}/")
    (folder / name).write_bytes(b"x")
    line = f"'{name}' makes the folder one of {loader}, which reads other files of it"

    assert [f"differs: {line}"] == told(folder)
    assert line in winitgen.inspect(folder)["notes"]


def test_folders(tmp_path: Path) -> None:
    """Whoever loads arrays by the names of files reads each that is there, under its own name."""
    folder = tmp_path / "w"
    winitgen.write(SPEC, f"{folder}/")
    np.savez(folder / "more.npz", a=np.ones(2))
    assert ["'more.npz' stands in the folder and was not read"] == told(folder)
    (folder / "fc.bias.npy").rename(folder / "zz.npy")
    np.save(folder / "fc.bias.npy", np.full(2, 7, "f4"))
    index = folder / "index.json"
    index.write_text(index.read_text().replace("fc.bias.npy", "zz.npy"))
    assert [
        "differs: its index has 'fc.bias' in 'zz.npy', and whoever loads by the name of a file reads 'fc.bias.npy'",
        "differs: 'fc.bias.npy' is not in its index, and whoever loads all arrays reads it, too",
    ] == told(folder)
    index.write_text(index.read_text().replace('"tensors": {', '"tensors": {"fc.bias": {"file": "a.npy"},'))
    assert "differs: its index has the key 'fc.bias' twice" == told(folder)[0]
    number = "1" * 5_000
    index.write_text(index.read_text().replace('"tensors": {', f'"n": {number}, "tensors": {{', 1))
    with pytest.raises(ValueError, match="4300 digits"):
        json.loads(index.read_text())
    assert "differs: its index is not JSON to Python's json, by which loaders read it" == told(folder)[0]


def test_shards(tmp_path: Path) -> None:
    """Transformers reads all tensors of all shards, or the only file if there is one; others read every file that begins alike."""
    folder = tmp_path / "w"
    winitgen.write(SPEC, f"{folder}/", format="safetensors", max_shard_size="0.025KB")
    index = folder / "model.safetensors.index.json"
    text = index.read_text()
    for more, line in (
        ('"n": ' + "1" * 5_000, "is not JSON to Python's json, by which loaders read it"),
        ('"n": 1, "n": 2', "has the key 'n' twice"),
    ):
        index.write_text(text.replace("{", f"{{{more}, ", 1))
        assert [f"differs: its index {line}"] == told(index)
    index.write_text(text)
    places = json.loads(text)["weight_map"]
    one, other = places["fc.weight"], places["fc.bias"]
    with safetensors.safe_open(folder / other, "np") as file:
        metadata = file.metadata()
    own = safetensors.numpy.load_file(folder / other)
    more = {**own, "fc.weight": np.full((2, 3), 7, "f4"), "zz": np.ones(1, "f4")}
    safetensors.numpy.save_file(more, folder / other, metadata)
    for name in ("model.safetensors", "model-old.safetensors", "adapter.safetensors"):
        safetensors.numpy.save_file(own, folder / name)

    assert [
        f"differs: 'fc.weight' is in '{other}', too, and its index gives it to '{one}'",
        f"differs: 'zz' is in '{other}', and its index does not list it",
        "differs: 'model-old.safetensors' stands beside it, and loaders read it instead of its shards, or too",
        "differs: 'model.safetensors' stands beside it, and loaders read it instead of its shards, or too",
    ] == told(index)
    assert "'adapter.safetensors' stands beside it and was not read" in winitgen.inspect(index)["notes"]


def test_metadata_of_shards(tmp_path: Path) -> None:
    """Each shard says of which framework it is; what not all of them say is told of each."""
    winitgen.write(SPEC, f"{tmp_path}/", format="safetensors", max_shard_size="0.025KB")
    one, other = sorted(tmp_path.glob("*-of-*"))
    with safetensors.safe_open(other, "np") as file:
        metadata = file.metadata()
    values = safetensors.numpy.load_file(other)
    index = tmp_path / "model.safetensors.index.json"
    safetensors.numpy.save_file(values, other, {**metadata, "by": "me"})
    assert [f"'{other.name}': its metadata 'by' was not compared"] == told(index)
    safetensors.numpy.save_file(values, other, {**metadata, "format": "mlx"})
    older = "for which older versions of transformers, such as 4.38.2, refuse it"
    assert [f"'{other.name}': its metadata says that its format is 'mlx', {older}"] == told(index)
    safetensors.numpy.save_file(values, other, {**metadata, "format": "flax"})
    line = f"differs: '{other.name}': its metadata says that its format is 'flax', not 'pt'"
    assert [line] == told(index) == told(tmp_path)
    values = safetensors.numpy.load_file(one)
    safetensors.numpy.save_file(values, one, {**metadata, "format": "flax"})
    assert ["differs: its metadata says that its format is 'flax', not 'pt'"] == told(index)


def test_an_index_whose_folder_may_not_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its shards are read all the same; that nothing else was looked at is told."""
    winitgen.write(SPEC, f"{tmp_path}/", format="safetensors", max_shard_size="0.025KB")

    def refused(_: HeldFolder) -> list[str]:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(HeldFolder, "names", refused)
    note = "what stands beside it was not read: its folder may not be listed"
    assert [note] == told(tmp_path / "model.safetensors.index.json")
