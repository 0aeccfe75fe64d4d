"""What the loader of record of each format reads, entry by entry: whatever winitgen does not compare of it is told in these words."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import safetensors.numpy

import winitgen
from tests.audit.readings import zips

SPEC = {"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 2}]}


def told(path: Path | str, spec: Any = SPEC) -> list[str]:
    """Return the lines with which a file is refused, or the notes with which it is verified."""
    try:
        return [*map(str, winitgen.verify(path, spec)["notes"])]
    except winitgen.DiffersError as error:
        return [f"differs: {mistake.message}" for mistake in error.mistakes]


@pytest.fixture
def npz(tmp_path: Path) -> Path:
    """An archive of the plan."""
    winitgen.write(SPEC, tmp_path / "w.npz")
    return tmp_path / "w.npz"


def repacked(path: Path, more: dict[str, bytes]) -> Path:
    """Add members to an archive."""
    with zipfile.ZipFile(path) as zipped:
        members = {info.filename: zipped.read(info) for info in zipped.infolist()}
        comment = zipped.comment
    path.write_bytes(zips.archive({**members, **more}, comment=comment))
    return path


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


def test_npz_names(npz: Path) -> None:
    """A name is that of the member without its ending, unless a member is called so; what is no array is bytes."""
    assert ["its member 'README' is not an array, and was not read"] == told(
        repacked(npz, {"README": b"see"})
    )
    assert [
        "differs: numpy.load reads the member 'fc.bias' for this name, not 'fc.bias.npy'",
    ] == told(repacked(npz, {"fc.bias": b"seven"}))


def test_npz_extra_arrays(npz: Path) -> None:
    """An array that numpy.load lists and the plan does not have differs."""
    assert ["differs: zz is not among the tensors of the spec"] == told(
        repacked(npz, {"zz.npy": zips.npy(np.ones(2))})
    )


def test_npz_checksums(npz: Path) -> None:
    """numpy.load refuses a member whose bytes have another checksum than both headers say; inspect notes it, too."""
    content = npz.read_bytes()
    (offset, _), directory, _ = zips.parts(content)
    content = zips.changed(content, directory + 16, "<L", 1)
    npz.write_bytes(zips.changed(content, offset + 14, "<L", 1))
    line = "'fc.weight.npy' does not have the checksum that the archive says, so that numpy.load refuses it"

    with pytest.raises(zipfile.BadZipFile, match="Bad CRC-32"), np.load(npz) as file:
        file["fc.weight"]
    assert [f"differs: {line}"] == told(npz)
    assert [line] == winitgen.inspect(npz)["notes"]
    assert [] == winitgen.inspect(npz, header=True)["notes"]


def test_npz_checksum_of_values_in_another_order(tmp_path: Path) -> None:
    """The checksum of an array in Fortran's order is that of its bytes, which are read once more."""
    values = {name: np.asfortranarray(array) for name, array in winitgen.generate(SPEC).items()}
    np.savez(tmp_path / "w.npz", **values)
    note = "the file carries no recipe; its values are those of the spec"
    assert [note] == told(tmp_path / "w.npz")
    content = (tmp_path / "w.npz").read_bytes()
    (offset, _), directory, _ = zips.parts(content)
    content = zips.changed(content, directory + 16, "<L", 1)
    (tmp_path / "w.npz").write_bytes(zips.changed(content, offset + 14, "<L", 1))

    assert [
        "differs: 'fc.weight.npy' does not have the checksum that the archive says, so that numpy.load refuses it"
    ] == told(tmp_path / "w.npz")


@pytest.mark.parametrize(
    ("place", "form", "what"),
    [
        (14, "<L", "checksum"),
        (22, "<L", "size"),
        (6, "<H", "flags"),
        (8, "<H", "compression method"),
        (30, "B", "name"),
    ],
)
def test_npz_local_headers(npz: Path, place: int, form: str, what: str) -> None:
    """Readers that take a zip from its front go by the headers in front of the members."""
    content = npz.read_bytes()
    (value,) = struct.unpack_from(form, content, place)
    npz.write_bytes(zips.changed(content, place, form, value ^ 1))

    line = f"the header in front of 'fc.weight.npy' has another {what} than the directory"
    assert [f"differs: {line}"] == told(npz)


def test_npz_signatures(npz: Path) -> None:
    """numpy.load refuses a member whose header is none."""
    content = npz.read_bytes()
    npz.write_bytes(zips.changed(content, zips.parts(content)[0][1], "B", 0))

    line = "the header in front of 'fc.bias.npy' has another signature than the directory"
    assert [f"differs: {line}"] == told(npz)


def test_npz_ends(npz: Path) -> None:
    """Readers look for the end of the directory in different ways: there is one, and nothing behind it."""
    content = npz.read_bytes()
    behind = "differs: behind its directory stands something else than the one end record that belongs to it"
    npz.write_bytes(content + b"x")
    assert [behind] == told(npz)
    npz.write_bytes(zips.changed(content, content.rindex(b"PK\5\6") + 10, "<H", 9))
    assert [behind] == told(npz)
    npz.write_bytes(content.replace(b"PK\1\2", b"PK\1\3"))
    with pytest.raises(winitgen.UnreadableError):
        told(npz)


def test_npz_gaps(npz: Path) -> None:
    """Bytes that no member covers can be a container of their own."""
    content = npz.read_bytes()
    npz.write_bytes(zips.with_gap(content, 1, bytes(1000)))
    assert ["differs: no member covers the 1,000 bytes in front of 'fc.bias.npy'"] == told(npz)
    npz.write_bytes(zips.with_gap(content, 2, b"x"))
    assert ["differs: no member covers the 1 byte in front of its directory"] == told(npz)


def test_npz_twice(npz: Path) -> None:
    """A member that stands twice is one for some readers and the other for others; two arrays of a name are not read at all."""
    with zipfile.ZipFile(npz) as zipped:
        own = [(info.filename, zipped.read(info)) for info in zipped.infolist()]
    npz.write_bytes(zips.listed([*own, ("README", b"a"), ("README", b"b")], zipfile.ZIP_STORED, b""))

    assert "differs: it has two members 'README'" == told(npz)[0]


def test_npz_comment(npz: Path) -> None:
    """A comment that is no recipe is noted."""
    with zipfile.ZipFile(npz, "a") as zipped:
        zipped.comment = b"see the notes"

    assert [
        "the file carries no recipe; its values are those of the spec",
        "its metadata 'comment' was not compared",
    ] == told(npz)


def test_npy_headers(tmp_path: Path) -> None:
    """numpy.load does not trust long headers; it gives a field of a record by its title, too, and the whole record with its holes."""
    values = winitgen.generate(SPEC)
    fields = [("fc.weight", "<f4", (2, 3)), ("fc.bias", "<f4", (2,))]
    note = "the file carries no recipe; its values are those of the spec"
    found = []
    titled = [(("zz", "fc.weight"), *fields[0][1:]), fields[1]]
    holes: Any = {
        "names": ["fc.weight", "fc.bias"],
        "formats": ["(2,3)<f4", "(2,)<f4"],
        "offsets": [0, 28],
        "itemsize": 36,
    }
    for kind in (fields, titled, holes):
        record = np.zeros((), kind)
        for name, array in values.items():
            record[name] = array
        np.save(tmp_path / "w.npy", record)
        found += told(tmp_path / "w.npy")

    assert [
        note,
        "differs: its field has a second name, 'zz'",
        "differs: no field covers 4 bytes of its record",
    ] == found


def test_npy_long_header(tmp_path: Path) -> None:
    """A header that numpy.load reads only when asked to is noted of a file, and differs in an archive or a folder."""
    one = {"input": 3, "layers": [{"name": "w", "type": "dense", "units": 2, "use_bias": False}]}
    whole = io.BytesIO()
    np.save(whole, winitgen.generate(one)["w.weight"])
    header, _, values = whole.getvalue()[10:].partition(b"\n")
    content = b"\x93NUMPY\1\0" + struct.pack("<H", 11_000) + header.ljust(10_999) + b"\n" + values
    (tmp_path / "w.npy").write_bytes(content)
    (tmp_path / "w.npz").write_bytes(zips.archive({"w.weight.npy": content}))
    winitgen.write(one, f"{tmp_path}/w/")
    (tmp_path / "w/w.weight.npy").write_bytes(content)
    text = "a header of 11,000 bytes, of which numpy.load refuses more than 10,000"

    assert f"it has {text} by default" == told(tmp_path / "w.npy", one)[-1]
    assert (
        [f"differs: 'w.weight' has {text}"] == told(tmp_path / "w.npz", one)[:1] == told(tmp_path / "w", one)
    )


def test_safetensors_metadata(tmp_path: Path) -> None:
    """Transformers goes by ``format``; other texts are noted; what the library does not take for JSON it refuses."""
    path = tmp_path / "w.safetensors"
    values = winitgen.generate(SPEC)
    note = "the file carries no recipe; its values are those of the spec"
    safetensors.numpy.save_file(values, path, {"format": "tf"})
    assert "differs: its metadata says that its format is 'tf', not 'pt'" == told(path)[0]
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


def test_hdf5_names(tmp_path: Path) -> None:
    """h5py lists links, which it follows, and groups by each of their names."""
    path = tmp_path / "w.h5"
    winitgen.write(SPEC, path)
    with h5py.File(path, "r+") as file:
        file["a"] = h5py.SoftLink("/fc/bias")
        file["b"] = h5py.ExternalLink("o.h5", "/fc")
        file["g"] = file["fc"]

    assert [
        "differs: 'a' is a link to '/fc/bias', which h5py follows",
        "differs: 'b' is a link to '/fc' in 'o.h5', which h5py follows",
        "differs: the group 'g' is one that has another name, too",
    ] == told(path)


def test_hdf5_attributes(tmp_path: Path) -> None:
    """Keras goes by some attributes; others are noted."""
    path = tmp_path / "w.h5"
    winitgen.write(SPEC, path)
    with h5py.File(path, "r+") as file:
        file["fc/bias"].attrs["units"] = "mV"
    assert ["the attribute 'units' of 'fc/bias' was not read"] == told(path)
    with h5py.File(path, "r+") as file:
        file["fc/bias"].attrs["dtype"] = "bfloat16"
        file.attrs["layer_names"] = ["fc"]
    assert [
        "differs: the attribute 'layer_names' of the file tells Keras which datasets to read as which",
        "differs: the attribute 'dtype' of 'fc/bias' makes Keras read float32 as bfloat16",
    ] == told(path)


def test_hdf5_around(tmp_path: Path) -> None:
    """Other programs read what stands in front of HDF5 or behind it; a user block of zeros is nothing."""
    path = tmp_path / "w.h5"
    with h5py.File(path, "w", userblock_size=4096) as file:
        for name, values in winitgen.generate(SPEC).items():
            file[name.replace(".", "/")] = values
    content = path.read_bytes()
    note = "the file carries no recipe; its values are those of the spec"
    assert [note] == told(path)
    path.write_bytes(b"# seven" + content[7:])
    line = "4,096 bytes stand in front of its HDF5, which another program may read instead"
    assert [f"differs: {line}"] == told(path)
    path.write_bytes(content + zips.archive({"a": b"b"}))
    size = len(zips.archive({"a": b"b"}))
    assert [
        "differs: a zip ends where it ends, which another program may read instead",
        f"differs: {size:,} bytes stand behind the end of its HDF5, which another program may read instead",
    ] == told(path)


def test_hdf5_number_formats(tmp_path: Path) -> None:
    """HDF5 can place the bits of a number anywhere; h5py converts them, and winitgen does not read them."""
    path = tmp_path / "w.h5"
    winitgen.write(SPEC, path)
    with h5py.File(path, "r+") as file:
        values = file["fc/bias"][...]
        del file["fc/bias"]
        kind = h5py.h5t.IEEE_F32LE.copy()
        kind.set_fields(28, 20, 8, 0, 20)
        kind.set_precision(29)
        dataset = h5py.h5d.create(file.id, b"fc/bias", kind, h5py.h5s.create_simple(values.shape))
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, values)

    with pytest.raises(
        winitgen.UnreadableError,
        match=r"^the values of 'fc/bias' cannot be read: NumPy does not support float32$",
    ):
        winitgen.verify(path)


def test_keras_archive(tmp_path: Path) -> None:
    """Keras builds the model by its config, which is no weight; of two members of one name it reads the last."""
    path = tmp_path / "w.keras"
    winitgen.write(SPEC, tmp_path / "w.h5")
    weights = (tmp_path / "w.h5").read_bytes()
    own = [
        ("metadata.json", b"{}"),
        ("config.json", b"{}"),
        ("model.weights.h5", weights),
        ("model.weights.npz", b""),
    ]
    path.write_bytes(zips.listed(own, zipfile.ZIP_STORED, b""))
    assert [
        "its config.json, by which Keras builds the model, was not read",
        "its member 'model.weights.npz' was not read",
    ] == told(path)
    path.write_bytes(zips.listed([*own, own[2]], zipfile.ZIP_STORED, b""))
    assert ["differs: it has two members 'model.weights.h5'"] == told(path)


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


def test_shards(tmp_path: Path) -> None:
    """Transformers reads all tensors of all shards, or the only file if there is one; others read every file that begins alike."""
    folder = tmp_path / "w"
    winitgen.write(SPEC, f"{folder}/", format="safetensors", max_shard_size="0.025KB")
    index = folder / "model.safetensors.index.json"
    places = json.loads(index.read_text())["weight_map"]
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
