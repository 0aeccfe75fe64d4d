"""HDF5 datasets of which not all is stored: the rest is the fill value, or undefined if there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t

import winitgen
from tests.audit.readings.words import told

NEVER, IF_SET, ALLOCATED = h5d.FILL_TIME_NEVER, h5d.FILL_TIME_IFSET, h5d.FILL_TIME_ALLOC
ZEROS = {"layers": [{"name": "w", "type": "param", "shape": [3, 9], "init": "zeros"}]}
UNSET = "values of 'w' are not stored, and the file has no value for them, so that a program reads anything"
FOREIGN = "the file carries no recipe; its values are those of the spec"


def made(
    path: Path,
    time: int,
    *,
    chunk: tuple[int, ...] = (),
    alloc: int = h5d.ALLOC_TIME_INCR,
    rows: int = 0,
    gzip: bool = False,
    shape: tuple[int, ...] = (3, 9),
) -> Path:
    """Write a file with the dataset ``w``, of whose rows the first ``rows`` are stored."""
    creation = h5p.create(h5p.DATASET_CREATE)
    if chunk:
        creation.set_chunk(chunk)
    if gzip:
        creation.set_deflate(3)
    creation.set_fill_time(time)
    creation.set_alloc_time(alloc)
    with h5py.File(path, "w", libver="earliest") as file:
        dataset = h5d.create(file.id, b"w", h5t.IEEE_F32LE, h5s.create_simple(shape), creation)
        if rows:
            h5py.Dataset(dataset)[:rows] = np.zeros((rows, *shape[1:]))
    return path


def without_fill_value(path: Path, time: int) -> Path:
    """Say in the one fill value message of a file that it is undefined (HDF5 file format, IV.A.2.f)."""
    content = path.read_bytes()
    message = bytes([2, 3, {IF_SET: 2, ALLOCATED: 0, NEVER: 1}[time]])
    at = content.rindex(message + b"\1")
    path.write_bytes(content[: at + 3] + b"\0" + content[at + 4 :])
    return path


def is_set(path: Path) -> bool:
    """Tell whether h5py fills all of a buffer."""
    found = np.full((3, 9), 7, "f4")
    with h5py.File(path) as file:
        try:
            file["w"].read_direct(found)
        except OSError:
            return False
    return bool((found == 0).all())


@pytest.mark.parametrize("time", [NEVER, IF_SET, ALLOCATED])
@pytest.mark.parametrize("gzip", [False, True])
@pytest.mark.parametrize(
    ("chunk", "rows"), [((), 0), ((2, 9), 0), ((2, 9), 2), ((2, 9), 3), ((1, 4), 2), ((3, 8), 3)]
)
def test_unset(chunk: tuple[int, ...], rows: int, gzip: bool, time: int, tmp_path: Path) -> None:
    """Values that h5py leaves as they were differ, and those that it fills in do not."""
    path = made(tmp_path / "w.h5", time, chunk=chunk, rows=rows, gzip=gzip and bool(chunk))

    assert [FOREIGN if is_set(path) else f"differs: {UNSET}"] == told(path, ZEROS)
    assert ([] if is_set(path) else [UNSET]) == winitgen.inspect(path)["notes"]


@pytest.mark.parametrize(("chunk", "rows"), [((), 0), ((2, 9), 0), ((2, 9), 2)])
@pytest.mark.parametrize("time", [NEVER, IF_SET])
def test_no_fill_value(chunk: tuple[int, ...], rows: int, time: int, tmp_path: Path) -> None:
    """A fill value that is undefined does not take the place of anything."""
    path = without_fill_value(made(tmp_path / "w.h5", time, chunk=chunk, rows=rows), time)

    assert not is_set(path)
    assert [f"differs: {UNSET}"] == told(path, ZEROS)


@pytest.mark.parametrize(
    "options",
    [{"alloc": h5d.ALLOC_TIME_EARLY}, {"shape": (3, 0)}, {"shape": (3, 0), "chunk": (3, 1)}],
    ids=str,
)
def test_nothing_is_unset(options: dict[str, Any], tmp_path: Path) -> None:
    """Space that is there from the beginning, as winitgen writes it, holds values; an empty dataset has none."""
    spec = {"layers": [{**ZEROS["layers"][0], "shape": list(options.get("shape", (3, 9)))}]}

    assert [FOREIGN] == told(made(tmp_path / "w.h5", NEVER, **options), spec)
