"""Keras reads values of either byte order on JAX, and on PyTorch refuses those that are big-endian: measured with Keras 3.15.1 on both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import pytest

import winitgen
from tests.audit.readings.words import SPEC


def notes(path: Path) -> list[str]:
    """Return the notes with which a file of Keras is verified, which inspect has, too."""
    found = winitgen.verify(path, SPEC, layout="keras")["notes"]
    assert found == winitgen.inspect(path)["notes"]
    return found


def stored(file: Any, name: str, dtype: str, **options: Any) -> None:
    """Store a dataset again, in another number format of the same values."""
    values = file[name][()].astype(dtype)
    del file[name]
    file.create_dataset(name, data=values, **options)


@pytest.mark.parametrize("options", [{}, {"chunks": (2, 1), "compression": "gzip"}], ids=["plain", "chunks"])
def test_big_endian_variables(tmp_path: Path, options: dict[str, Any]) -> None:
    """The first one is noted, as its values are right; little-endian ones are usual."""
    path = tmp_path / "w.weights.h5"
    winitgen.write(SPEC, path, layout="keras")
    names: list[str] = []
    with h5py.File(path, "r+") as file:
        file.visititems(lambda name, one: names.append(name) if isinstance(one, h5py.Dataset) else None)
        stored(file, names[0], "<f4", **options)
    assert [] == notes(path)
    with h5py.File(path, "r+") as file:
        stored(file, names[0], ">f4", **options)
        stored(file, names[1], ">f4")
    assert [f"'{names[0]}' is big-endian, which Keras on PyTorch refuses to load"] == notes(path)


def test_other_files(tmp_path: Path) -> None:
    """Names that Keras does not read mean nothing to it."""
    path = tmp_path / "w.h5"
    winitgen.write(SPEC, path)
    with h5py.File(path, "r+") as file:
        stored(file, "fc/weight", ">f4")

    assert [] == winitgen.inspect(path)["notes"]
