"""bfloat16 in HDF5 is read bit by bit, however it is stored: h5py would make numbers of it, and one NaN of all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t

import winitgen
from winitgen.files.formats.hdf5 import chunked
from winitgen.files.formats.hdf5.bfloat16 import bfloat16_type
from winitgen.files.input import open_weights, slabs

ALL = np.arange(1 << 16, dtype="u2")


def _stored(path: Path, bits: Any, layout: int, order: str) -> Path:
    """Write one dataset of these bits, in chunks, as one piece or inside of its header."""
    kind, creation = bfloat16_type(), h5p.create(h5p.DATASET_CREATE)
    creation.set_layout(layout)
    if layout == h5d.CHUNKED:
        creation.set_chunk(tuple(-(-size // 3) for size in bits.shape))
        creation.set_deflate(1)
    if order == ">":
        kind.set_order(h5t.ORDER_BE)
    with h5py.File(path, "w") as file:
        space = h5s.create_simple(bits.shape) if bits.shape else h5s.create(h5s.SCALAR)
        dataset = h5d.create(file.id, b"w", kind, space, dcpl=creation)
        dataset.write(h5s.ALL, h5s.ALL, np.asarray(bits.astype(f"{order}u2")), kind)
    return path


def _read(path: Path, runs: int = 1) -> Any:
    """Return the bits of the one dataset in a file, read in so many runs."""
    with open_weights(path) as weights:
        (one,) = weights.tensors
        assert one.unread == ""
        parts = np.array_split(np.arange(one.size), runs)
        return np.concatenate([one.read(int(part[0]), len(part)) for part in parts]).view("u2")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("layout", "shape"),
    [
        (h5d.CHUNKED, (1 << 16,)),
        (h5d.CHUNKED, (16, 64, 64)),
        (h5d.CONTIGUOUS, (1 << 16,)),
        (h5d.COMPACT, (8, 16)),
        (h5d.COMPACT, ()),
    ],
    ids=str,
)
def test_all_bits(
    layout: int, shape: tuple[int, ...], order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the 65,536 numbers, NaN among them, has the bits that the file has, from wherever a run begins."""
    monkeypatch.setattr(slabs, "ROW", 100)
    monkeypatch.setattr(chunked, "RUN", 1000)
    bits = ALL[0x7F80:][: int(np.prod(shape))] if layout == h5d.COMPACT else ALL
    path = _stored(tmp_path / "w.h5", bits.reshape(shape), layout, order)

    assert np.array_equal(bits, _read(path))
    if bits.size > 7:
        assert np.array_equal(bits, _read(path, 7))


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_bits_of_a_fill_value(order: str, tmp_path: Path) -> None:
    """A NaN that stands for values of which none is stored has the bits that the file has."""
    kind, creation = bfloat16_type(), h5p.create(h5p.DATASET_CREATE)
    kind.set_order(h5t.ORDER_BE if order == ">" else h5t.ORDER_LE)
    creation.set_chunk((4,))
    creation.set_fill_value(np.array(0x4ABC << 16, "u4").view("f4"))
    with h5py.File(tmp_path / "w.h5", "w") as file:
        h5d.create(file.id, b"w", kind, h5s.create_simple((9,)), dcpl=creation)
    content = (tmp_path / "w.h5").read_bytes()
    old, new = (np.array(bits, f"{order}u2").tobytes() for bits in (0x4ABC, 0xFF81))
    assert old in content
    (tmp_path / "w.h5").write_bytes(content.replace(old, new))

    assert [0xFF81] * 9 == _read(tmp_path / "w.h5").tolist()


def test_two_nan_differ(tmp_path: Path) -> None:
    """Files with different NaN are not equal in all bits, in chunks as little as in one piece."""
    for layout in (h5d.CHUNKED, h5d.CONTIGUOUS):
        one, other = (
            _stored(tmp_path / f"{bits:x}.h5", np.full(9, bits, "u2"), layout, "<")
            for bits in (0x7F81, 0x7F83)
        )
        assert winitgen.diff(one, one)["equal"]
        assert not winitgen.diff(one, other)["equal"]
