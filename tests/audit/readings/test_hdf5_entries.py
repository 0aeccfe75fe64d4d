"""What h5py and Keras read, entry by entry: whatever winitgen does not compare of it is told in these words."""

from __future__ import annotations

import zipfile
from pathlib import Path

import h5py
import pytest

import winitgen
from tests.audit.readings import zips
from tests.audit.readings.words import SPEC, told


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


def test_hdf5_named_types(tmp_path: Path) -> None:
    """h5py lists a number format that has a name; it has no values."""
    path = tmp_path / "w.h5"
    winitgen.write(SPEC, path)
    with h5py.File(path, "r+") as file:
        file["fc/zz"] = h5py.h5t.IEEE_F32LE.dtype

    line = "'fc/zz' is a number format without values, which h5py lists as a name"
    assert [line] == told(path)
    assert [line] == winitgen.inspect(path)["notes"]
    assert [f"{path}: {line}"] * 2 == winitgen.diff(path, path)["notes"]


def test_hdf5_attributes(tmp_path: Path) -> None:
    """Keras goes by some attributes; others are noted."""
    path = tmp_path / "w.h5"
    winitgen.write(SPEC, path)
    with h5py.File(path, "r+") as file:
        file["fc/bias"].attrs["units"] = "mV"
    assert ["the attribute 'units' of 'fc/bias' was not read"] == told(path)
    with h5py.File(path, "r+") as file:
        file["fc/bias"].attrs["dtype"] = ["bfloat16"]
        file.attrs["layer_names"] = ["fc"]
    assert [
        "differs: the attribute 'layer_names' of the file tells Keras which datasets to read as which",
        "differs: the attribute 'dtype' of 'fc/bias' makes Keras read float32 as bfloat16",
    ] == told(path)


def test_an_attribute_that_is_no_single_text(tmp_path: Path) -> None:
    """Neither damages the file nor says anything to Keras."""
    path = tmp_path / "w.h5"
    winitgen.write(SPEC, path)
    with h5py.File(path, "r+") as file:
        file["fc/bias"].attrs["dtype"] = ["bfloat16", "bfloat16"]
        file["fc/weight"].attrs["dtype"] = [1, 2]

    assert [
        "the attribute 'dtype' of 'fc/bias' was not read",
        "the attribute 'dtype' of 'fc/weight' was not read",
    ] == told(path)


def test_attributes_of_groups_and_in_other_letters(tmp_path: Path) -> None:
    """Keras looks at the number format of datasets alone, and a name that is not UTF-8 is one to h5py, too."""
    path = tmp_path / "w.h5"
    winitgen.write(SPEC, path)
    with h5py.File(path, "r+") as file:
        scalar, kind = h5py.h5s.create(h5py.h5s.SCALAR), h5py.h5t.STD_I8LE
        for place in (file, file["fc"]):
            place.attrs["dtype"] = "bfloat16"
        for place in (file, file["fc"], file["fc/bias"]):
            h5py.h5a.create(place.id, b"at\xff", kind, scalar)

    expected = [
        r"the attribute 'at\udcff' of the file was not read",
        "the attribute 'dtype' of the file was not read",
        r"the attribute 'at\udcff' of 'fc' was not read",
        "the attribute 'dtype' of 'fc' was not read",
        r"the attribute 'at\udcff' of 'fc/bias' was not read",
    ]
    assert expected == told(path)
    assert expected == winitgen.inspect(path)["notes"]


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


@pytest.mark.parametrize("swmr", [False, True])
@pytest.mark.parametrize("bound", ["v108", "v110", "latest"])
def test_hdf5_open_for_writing(bound: str, swmr: bool, tmp_path: Path) -> None:
    """What a program left behind that was ended while it wrote: h5py refuses the newer ones of such files."""
    planned, path, left = winitgen.generate(SPEC), tmp_path / "w.h5", tmp_path / "left.h5"
    note = "the file carries no recipe; its values are those of the spec"
    with h5py.File(path, "w", libver=bound) as file:
        for name, values in planned.items():
            file[name.replace(".", "/")] = values
    assert [note] == told(path)
    with h5py.File(path, "a", libver=bound) as file:
        if swmr and bound != "v108":
            file.swmr_mode = True
        file.flush()
        left.write_bytes(path.read_bytes())
    version, flags = left.read_bytes()[8], left.read_bytes()[11]

    if bound == "v108":
        assert (2, [note]) == (version, told(left))
        with h5py.File(left) as file:
            assert "fc" in file
        return
    assert (3, 5 if swmr else 1) == (version, flags)
    with pytest.raises(OSError, match="file is already open for write"):
        h5py.File(left)
    line = "it is marked as open for writing, so that h5py refuses it; if no program writes it, h5clear -s takes the mark off"
    assert [f"differs: {line}"] == told(left)
    assert [line] == winitgen.inspect(left)["notes"]


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
        winitgen.DiffersError, match=r"fc\.bias was not read: its bits are not placed as NumPy places them$"
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
