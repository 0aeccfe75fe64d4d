"""HDF5 behind a user block: every layout, stored or not, has the values that h5py reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t

import winitgen
from winitgen.files.input import open_weights

SHAPES = ((), (3,), (0, 4), (2, 3))
VALUES = np.arange(1, 7, dtype="<f4")


def compact(file: Any, shape: tuple[int, ...]) -> None:
    """Add datasets whose values stand in their headers, of which one was never written."""
    creation = h5p.create(h5p.DATASET_CREATE)
    creation.set_layout(h5d.COMPACT)
    space = h5s.create_simple(shape) if shape else h5s.create(h5s.SCALAR)
    for name in (b"compact", b"compact unset"):
        h5d.create(file.id, name, h5t.IEEE_F32LE, space, creation)
    file["compact"][...] = VALUES[: np.prod(shape, dtype=int)].reshape(shape)


def fill(file: Any, shape: tuple[int, ...], name: str, **options: Any) -> None:
    """Add datasets: written, written in part, never written, and never written with a fill value."""
    values = VALUES[: np.prod(shape, dtype=int)].reshape(shape)
    file.create_dataset(name, data=values, **options)
    for number in (None, 2.5):
        file.create_dataset(f"{name} {number}", shape, "f4", fillvalue=number, **options)
    if shape and values.size:
        file.create_dataset(f"{name} part", shape, "f4", fillvalue=-1, **options)[:1] = values[:1]


def made(path: Path, size: int) -> Path:
    """Write a file with datasets of every layout behind a user block."""
    with h5py.File(path, "w", userblock_size=size) as file:
        for shape in SHAPES:
            group = file.create_group("x".join(map(str, shape)) or "scalar")
            compact(group, shape)
            fill(group, shape, "contiguous")
            if shape and all(shape):
                fill(group, shape, "chunked", chunks=(1,) * len(shape))
                fill(group, shape, "deflated", chunks=shape, compression="gzip")
    return path


@pytest.mark.parametrize("size", [0, 512, 1024, 2048, 4096])
def test_values_behind_a_user_block(size: int, tmp_path: Path) -> None:
    """The values of each dataset are those of h5py, in place, in chunks or as a fill value."""
    path = made(tmp_path / "w.h5", size)
    with h5py.File(path) as file, open_weights(path) as weights:
        assert [] == [other.text for other in weights.others]
        assert 38 == len(weights.tensors)
        for one in weights.tensors:
            wanted = file[one.name][()]
            assert (wanted.shape, wanted.dtype) == (one.shape, one.dtype)
            assert np.asarray(wanted).tobytes() == one.read(0, one.size).tobytes(), one.name


@pytest.mark.parametrize("size", [0, 512, 4096])
def test_values_in_another_file(size: int, tmp_path: Path) -> None:
    """They are not read, whether the other file is there or not."""
    (tmp_path / "there.bin").write_bytes(VALUES.tobytes())
    with h5py.File(tmp_path / "w.h5", "w", userblock_size=size) as file:
        for name in ("there", "missing"):
            file.create_dataset(name, (6,), "<f4", external=[(tmp_path / f"{name}.bin", 0, 24)])
    with open_weights(tmp_path / "w.h5") as weights:
        assert ["its values are in another file"] * 2 == [one.unread for one in weights.tensors]


def test_zeros_that_are_not_stored(tmp_path: Path) -> None:
    """What was never written is what the layer-spec draws where that is zeros, and is converted so."""
    spec = tmp_path / "w.yaml"
    spec.write_text("layers:\n  - {name: p, type: param, shape: [2, 2], init: zeros}\n")
    with h5py.File(tmp_path / "w.h5", "w", userblock_size=512) as file:
        file.create_dataset("p", (2, 2), "f4")
    winitgen.verify(tmp_path / "w.h5", spec)
    winitgen.convert(tmp_path / "w.h5", tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as archive:
        assert [[0, 0], [0, 0]] == archive["p"].tolist()
