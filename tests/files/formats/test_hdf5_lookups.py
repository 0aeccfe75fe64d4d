"""HDF5 datasets with many small chunks: those that are stored are read, and a great many that are not cost no time."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import winitgen
from winitgen.files.formats.hdf5 import claims
from winitgen.files.input import chunk_bytes
from winitgen.files.input.chunk_bytes import lookups


@pytest.fixture
def reasons(tmp_path: Path) -> Callable[..., dict[str, str | None]]:
    """Return a function that writes a file with what ``fill`` creates, and returns why each dataset is not read."""

    def found(fill: Callable[[Any], object], **options: Any) -> dict[str, str | None]:
        with h5py.File(tmp_path / "w.h5", "w", **options) as file:
            fill(file)
        return {row["name"]: row["unread"] for row in winitgen.inspect(tmp_path / "w.h5")["tensors"]}

    return found


def _sparse(name: str, shape: tuple[int, ...], chunk: tuple[int, ...]) -> Callable[[Any], object]:
    """Return a function that adds a dataset of bytes of which one chunk is stored."""

    def fill(file: Any) -> None:
        file.create_dataset(name, shape, "u1", chunks=chunk)[(0,) * len(shape)] = 1

    return fill


@pytest.mark.parametrize("libver", ["earliest", "v110"])
@pytest.mark.parametrize(
    ("shape", "chunk", "count"),
    [((500, 70000), (1, 4), "8,750,000"), ((64, 10, 70000), (64, 10, 1), "44,800,000")],
)
def test_many_chunks_of_which_one_is_stored(
    shape: tuple[int, ...], chunk: tuple[int, ...], count: str, libver: str, reasons: Callable[..., Any]
) -> None:
    """What they would unpack is little, but each is looked up; a dataset in place beside them is read."""

    def fill(file: Any) -> None:
        _sparse("a", shape, chunk)(file)
        file["b"] = np.float32([1.5, 2.5])

    why = f"{count} chunks are to be looked up of all datasets together, and the file stores 1, which winitgen does not expand"
    assert {"a": why, "b": None} == reasons(fill, libver=libver)


def test_names_of_one_dataset_count_together(
    reasons: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each name has it read again, and its stored chunks count once."""
    monkeypatch.setattr(claims, "_ALWAYS_LOOKED_UP", 1 << 10)

    def names(count: int) -> Callable[[Any], object]:
        def fill(file: Any) -> None:
            file.create_dataset("w", data=np.arange(200, dtype="u1"), chunks=(1,))
            for number in range(count - 1):
                file[f"x{number}"] = file["w"]

        return fill

    assert {None} == {*reasons(names(100)).values()}
    why = "20,200 chunks are to be looked up of all datasets together, and the file stores 200, which winitgen does not expand"
    assert {why} == {*reasons(names(101)).values()}


def test_small_chunks_that_are_stored(reasons: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """However small they are, and in whatever order: sound files are read."""
    monkeypatch.setattr(claims, "_ALWAYS_LOOKED_UP", 0)

    def fill(file: Any) -> None:
        for shape, chunk in (((9000,), (1,)), ((60, 70), (60, 1)), ((1024, 1024), (1024, 1))):
            values = np.random.default_rng(3).integers(1, 255, shape, "u1")
            file.create_dataset(f"w{len(file)}", data=values, chunks=chunk, compression="gzip")

    assert {"w0": None, "w1": None, "w2": None} == reasons(fill)


def _counted(shape: tuple[int, ...], chunk: tuple[int, ...], row: int, run: int) -> int:
    """Return how many chunks the slabs of a dataset touch, one slab after the other."""
    inner = int(np.prod(shape[1:]))
    if inner > row:
        return shape[0] * _counted(shape[1:], chunk[1:], row, run)
    slabs = [(begin, min(begin + run // inner, shape[0])) for begin in range(0, shape[0], run // inner)]
    along = sum(-(-stop // chunk[0]) - begin // chunk[0] for begin, stop in slabs)
    return along * int(np.prod([-(-size // part) for size, part in zip(shape[1:], chunk[1:], strict=True)]))


def test_lookups_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The formula gives what counting gives, whatever the shape and the chunks."""
    monkeypatch.setattr(chunk_bytes, "ROW", 8)
    monkeypatch.setattr(chunk_bytes, "RUN", 24)
    for shape in itertools.product((1, 7, 30), (1, 4, 9), (1, 5, 8)):
        for chunk in itertools.product((1, 3, 6), (1, 2, 4), (1, 4, 5)):
            assert _counted(shape, chunk, 8, 24) == lookups(shape, chunk), (shape, chunk)
    assert lookups((5, 0), (2, 2)) == 0
