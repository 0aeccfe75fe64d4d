"""Whatever HDF5 can call a number: values that winitgen reads are those that h5py reads, and others it does not read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t

import winitgen
from tests.files.formats.hdf5_types import number_formats, whole_floats
from winitgen.files.input import open_weights

COUNT = 24
SPEC = {"input": 3, "dtype": "bfloat16", "layers": [{"name": "fc", "type": "dense", "units": 2}]}


def _chunked(creation: Any) -> None:
    creation.set_chunk((7,))


def _compact(creation: Any) -> None:
    creation.set_layout(h5d.COMPACT)


def _plain(_: Any) -> None:
    """Leave values in place."""


def _put(file: Any, name: str, kind: Any, values: Any, layout: Callable[[Any], None] = _plain) -> None:
    """Store values whose bytes are those in the file."""
    creation = h5p.create(h5p.DATASET_CREATE)
    layout(creation)
    dataset = h5d.create(file.id, name.encode(), kind, h5s.create_simple(values.shape), dcpl=creation)
    raw = np.ascontiguousarray(values).view(f"V{kind.get_size()}")
    dataset.write(h5s.ALL, h5s.ALL, raw.reshape(values.shape), mtype=kind)


def _read(file: Any, name: str) -> Any:
    """Return what h5py reads, or None if it refuses."""
    try:
        return file[name][...]
    except (TypeError, ValueError, OSError):
        return None


@pytest.mark.parametrize("layout", [_plain, _chunked, _compact])
def test_as_h5py_reads_them(layout: Callable[[Any], None], tmp_path: Path) -> None:
    """Bytes of every kind are read as the same numbers, or not at all; none of them damages the file."""
    draw, kinds = np.random.default_rng(5), number_formats()
    with h5py.File(tmp_path / "w.h5", "w") as file:
        for number, (_, kind) in enumerate(kinds):
            size = kind.get_size()
            values = draw.integers(0, 2 if isinstance(kind, h5t.TypeEnumID) else 256, (COUNT, size), np.uint8)
            _put(file, f"{number:03}", kind, values.view(f"V{size}")[:, 0], layout)
    with h5py.File(tmp_path / "w.h5") as file, open_weights(tmp_path / "w.h5") as weights:
        assert len(kinds) == len(weights.tensors) > 200
        found = []
        for (name, _), stored in zip(kinds, weights.tensors, strict=True):
            if stored.readable:
                theirs = _read(file, stored.name)
                assert theirs is not None, name
                ours = stored.read(0, COUNT)
                assert ours.dtype.kind.replace("V", "f") == theirs.dtype.kind, name
                np.testing.assert_array_equal(ours.astype(theirs.dtype), theirs, name)
                found.append(name)

    # HDF5 1 has no complex numbers of its own.
    assert 65 == len([name for name in found if not name.startswith("native")])


def _stored(path: Path, change: Callable[[Any], None], layout: Callable[[Any], None] = _plain) -> Path:
    """Store planned values, each dataset in bfloat16 of which one thing was changed."""
    kind = whole_floats()["bf2"].copy()
    change(kind)
    order = ">" if kind.get_order() == h5t.ORDER_BE else "<"
    with h5py.File(path, "w") as file:
        file.create_group("fc")
        for name, values in winitgen.generate(SPEC).items():
            _put(file, name.replace(".", "/"), kind, values.view("u2").astype(f"{order}u2"), layout)
    return path


def _big(kind: Any) -> None:
    kind.set_order(h5t.ORDER_BE)


def test_big_endian_bfloat16(tmp_path: Path) -> None:
    """It is read as h5py reads it, in place and by default value, and a base of it is copied by value."""
    path = _stored(tmp_path / "w.h5", _big)
    assert "verified" == winitgen.verify(path, SPEC)["status"]
    winitgen.write(SPEC, tmp_path / "copy.safetensors", seed=7, base=path, only=["fc.bias"])
    values, other = winitgen.generate(SPEC), winitgen.generate(SPEC, seed=7)
    with open_weights(tmp_path / "copy.safetensors") as weights:
        copied = {one.name: one.read(0, one.size).tobytes() for one in weights.tensors}
    assert copied == {"fc.weight": values["fc.weight"].tobytes(), "fc.bias": other["fc.bias"].tobytes()}
    with h5py.File(tmp_path / "w.h5", "w") as file:
        kind = whole_floats()["bf2"].copy()
        _big(kind)
        creation = h5p.create(h5p.DATASET_CREATE)
        creation.set_fill_value(np.array(1.5, "f4"))
        h5d.create(file.id, b"w", kind, h5s.create_simple((3,)), dcpl=creation)
        assert [1.5, 1.5, 1.5] == file["w"][...].tolist()
    with open_weights(tmp_path / "w.h5") as weights:
        assert [1.5, 1.5, 1.5] == weights.tensors[0].read(0, 3).astype("f4").tolist()


CHANGES: dict[str, tuple[Callable[[Any], None], str]] = {
    "a bias of 120": (lambda kind: kind.set_ebias(120), "float64"),
    "no hidden bit": (lambda kind: kind.set_norm(h5t.NORM_NONE), "float32"),
    "a bit that is always set": (lambda kind: kind.set_norm(h5t.NORM_MSBSET), "float32"),
    "padding of ones": (lambda kind: kind.set_pad(h5t.PAD_ONE, h5t.PAD_ONE), "float32"),
    "the sign at the end": (lambda kind: kind.set_fields(0, 8, 8, 1, 7), "float32"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_no_bfloat16(change: str, tmp_path: Path) -> None:
    """The bits are those of the planned values, and the numbers that h5py reads are not, or need not be."""
    edit, name = CHANGES[change]
    path = _stored(tmp_path / "w.h5", edit)
    spec = {**SPEC, "dtype": name}

    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.verify(path, SPEC)
    assert [f"{path}: fc.{of} is {name}, not bfloat16" for of in ("weight", "bias")] == list(
        map(str, caught.value.mistakes)
    )
    with pytest.raises(winitgen.DiffersError) as refused:
        winitgen.verify(path, spec)
    assert [
        f"{path}: fc.{of} was not read: its bits are not placed as NumPy places them"
        for of in ("weight", "bias")
    ] == list(map(str, refused.value.mistakes))
    assert [None, None] == [row["statistics"] for row in winitgen.inspect(path)["tensors"]]


def test_records_that_h5py_refuses(tmp_path: Path) -> None:
    """A record of a part that h5py has no name for damages nothing: it is listed without values."""
    kind = h5t.create(h5t.COMPOUND, 4)
    kind.insert(b"t", 0, h5t.UNIX_D32LE)
    with h5py.File(tmp_path / "w.h5", "w") as file:
        _put(file, "w", kind, np.zeros(3, "V4"))
        file["w"].attrs["dtype"] = np.arange(3)

    assert [("w", "a number format of HDF5's own", [3])] == [
        (row["name"], row["dtype"], row["shape"]) for row in winitgen.inspect(tmp_path / "w.h5")["tensors"]
    ]
